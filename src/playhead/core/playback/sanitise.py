"""Sanitise: take out of a recording what could act in the browser of the person who watches it.

Removed   scripts (they become `noscript`, as rrweb's replayer does, whatever their case and namespace), handlers
          (`onclick` → `_onclick`), sources of frames, objects and embeds, `srcdoc`, `meta http-equiv`, hints that open
          connections, pings, `javascript:` and `data:` addresses that are not media, `rr_dataURL` that is no picture,
          canvas commands that could construct objects
Kept      everything that only shows: texts, styles, pictures by address (the page that replays forbids fetching them)
Promise   ids and the order of nodes do not change, so that later events still fit
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import msgspec

from playhead.core import events as E
from playhead.core.lenient import LenientError, parse, tidy_json

SANITISER_VERSION: Final = 1  # part of the version of stored segments: a stricter sanitiser makes them anew

TagOf = Callable[[int], str]
LinkOf = Callable[[int], str]

_FRAMES: Final = frozenset(("iframe", "frame", "fencedframe", "portal", "webview"))
_PLUGINS: Final = frozenset(("object", "embed", "applet"))
_FRAME_SOURCES: Final = frozenset(("src", "srcdoc", "data", "href", "code", "archive", "codebase", "classid", "object"))
_ANIMATIONS: Final = frozenset(("animate", "set", "animatemotion", "animatetransform", "animatecolor"))
_ANIMATED: Final = frozenset(("to", "from", "by", "values"))
_ADDRESSES: Final = frozenset(
    (
        *("href", "src", "action", "formaction", "data", "poster", "background", "cite", "longdesc", "manifest"),
        *("icon", "profile", "lowsrc", "dynsrc", "usemap", "code", "codebase", "archive", "classid", "rr_src"),
    )
)
_NEVER: Final = frozenset(("srcdoc", "ping", "attributionsrc", "http-equiv"))
_HTTP_EQUIV_KEPT: Final = frozenset(("content-type", "x-ua-compatible", "content-language", "imagetoolbar"))
_LINKS_THAT_CONNECT: Final = frozenset(
    (
        *("preconnect", "dns-prefetch", "prefetch", "preload", "prerender", "modulepreload", "import", "manifest"),
        *("subresource", "serviceworker", "pingback", "next", "compression-dictionary", "expect"),
    )
)
_SHORT: Final = frozenset(("class", "id", "style", "type", "value", "name", "role", "title", "alt"))
_TAG: Final = re.compile(r"[A-Za-z_:\u00c0-\uffff][A-Za-z0-9_:.\-\u00b7-\uffff]*")
_BLANK: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]+")
_SCHEME_ACTS: Final = ("javascript:", "vbscript:", "livescript:", "mocha:")
_MEDIA: Final = ("data:image/", "data:font/", "data:audio/", "data:video/", "data:application/font", "data:,")
_PICTURE: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp|avif|svg\+xml|x-icon)[;,]", re.IGNORECASE)
_CANVAS_TYPES: Final = frozenset(("ImageBitmap", "Blob", "ArrayBuffer"))
_CANVAS_METHODS: Final = frozenset(("drawImage", "clearRect"))
_encode = msgspec.json.encode
_decode = msgspec.json.decode


class TooDeep(ValueError):
    """The event nests deeper than can be read here: show the page by a keyframe instead."""


def safe_tag(tag: str) -> str:
    """Return the tag under which an element can and may be rebuilt: one impossible name would cost the whole page."""
    low = tag.lower()
    if not _TAG.fullmatch(tag):
        return "span"
    return "noscript" if low == "script" or low.endswith(":script") else tag


def safe_attributes(tag: str, attributes: Mapping[str, Any], *, rel: str | None = None) -> dict[str, Any]:
    """Return the attributes without what could act; `tag` "" is an unknown element and gets every rule.

    `rel` is what a link element says it is, where these are only its changed attributes.
    """
    low_tag = tag.lower().rpartition(":")[2]
    kept: dict[str, Any] = {}
    for name, value in attributes.items():
        if name in _SHORT:
            kept[name] = value
            continue
        low = name.lower()
        if low.startswith("on") and len(low) > 2:
            kept["_" + name] = value
            continue
        local = low.rpartition(":")[2]
        if local in _NEVER and not (local == "http-equiv" and str(value).strip().lower() in _HTTP_EQUIV_KEPT):
            continue
        if local in _FRAME_SOURCES and (not low_tag or low_tag in _FRAMES or low_tag in _PLUGINS):
            continue
        if local == "manifest" and low_tag in ("html", ""):
            continue
        if local == "rr_dataurl" and not (isinstance(value, str) and _PICTURE.match(value)):
            continue
        if local in _ANIMATED and low_tag in _ANIMATIONS and _acts(str(value)):
            continue
        kept[name] = "#" if local in _ADDRESSES and isinstance(value, str) and _acts(value) else value
    if low_tag == "link":
        _disconnect(kept, rel)
    return kept


def safe_text(tag: str, text: str) -> str:
    """Return the text of a node below `tag`: none of a script's is needed to show the page."""
    return text if tag.lower() != "script" or text == "SCRIPT_PLACEHOLDER" else ""


def safe_event(event: E.Event, *, tag_of: TagOf, rel_of: LinkOf) -> bytes | None:
    """Return the event's JSON without what could act, stamped in ms; None where nothing may be left of it.

    `tag_of` and `rel_of` tell the tag and the `rel` of a node by id, "" where unknown. Full snapshots are not for
    this function: they are shown as keyframes. Raises TooDeep.
    """
    if event.type in (E.FULL_SNAPSHOT, E.META):
        raise TypeError("snapshots are shown as keyframes")
    data = _data(event)
    if event.type == E.INCREMENTAL:
        if not isinstance(data, dict):
            return None
        payload = cast("dict[str, Any]", data)
        source = payload.get("source")
        if source == E.MUTATION:
            _clean_mutation(payload, tag_of, rel_of)
        elif source == E.CANVAS_MUTATION and not is_safe_canvas(payload):
            return None
    timestamp = int(event.timestamp) if event.timestamp.is_integer() else event.timestamp
    try:
        return _encode({"type": event.type, "data": data, "timestamp": timestamp})
    except RecursionError:
        raise TooDeep from None


def is_safe_canvas(data: Mapping[str, Any]) -> bool:
    """Return whether a canvas event only draws pictures; arguments name constructors that a replayer may call."""
    commands = data.get("commands")
    given: list[Any] = cast("list[Any]", commands) if isinstance(commands, list) else [data]
    for command in given:
        if not isinstance(command, dict) or cast("dict[str, Any]", command).get("property") not in _CANVAS_METHODS:
            return False
        stack: list[Any] = [cast("dict[str, Any]", command).get("args")]
        while stack:
            value = stack.pop()
            if isinstance(value, list):
                stack.extend(cast("list[Any]", value))
            elif isinstance(value, dict):
                argument = cast("dict[str, Any]", value)
                if argument.get("rr_type") not in _CANVAS_TYPES or "src" in argument:
                    return False
                stack.extend(argument.values())
    return True


def _data(event: E.Event) -> Any:
    """Return the event's data, read once and written anew: a key that came twice is then the same to every reader."""
    for read in (_decode, _tolerantly):
        try:
            return read(bytes(event.data))
        except RecursionError:
            raise TooDeep from None
        except (msgspec.MsgspecError, ValueError):
            continue
    return None


def _tolerantly(raw: bytes) -> Any:
    try:
        return parse(tidy_json(raw))
    except LenientError as error:
        raise ValueError(str(error)) from None


def _clean_mutation(data: dict[str, Any], tag_of: TagOf, rel_of: LinkOf) -> None:
    for change in _objects(data.get("attributes")):
        given = change.get("attributes")
        if isinstance(given, dict):
            node = change.get("id")
            known = node if isinstance(node, int) else 0
            change["attributes"] = safe_attributes(
                tag_of(known), cast("dict[str, Any]", given), rel=rel_of(known) or None
            )
    for addition in _objects(data.get("adds")):
        parent = addition.get("parentId")
        _clean_tree(addition.get("node"), tag_of(parent) if isinstance(parent, int) else "")


def _clean_tree(root: Any, above: str) -> None:
    stack: list[tuple[Any, str]] = [(root, above)]
    while stack:
        given, parent = stack.pop()
        if not isinstance(given, dict):
            continue
        node = cast("dict[str, Any]", given)
        tag = node.get("tagName")
        own = tag if isinstance(tag, str) else ""
        if own:
            attributes = node.get("attributes")
            if isinstance(attributes, dict):
                node["attributes"] = safe_attributes(own, cast("dict[str, Any]", attributes))
            node["tagName"] = safe_tag(own)
        elif isinstance(node.get("textContent"), str):
            node["textContent"] = safe_text(parent, node["textContent"])
        children = node.get("childNodes")
        if isinstance(children, list):
            stack += [(child, own) for child in cast("list[Any]", children)]


def _objects(given: Any) -> list[dict[str, Any]]:
    return [item for item in cast("list[Any]", given) if isinstance(item, dict)] if isinstance(given, list) else []


def _disconnect(attributes: dict[str, Any], rel: str | None) -> None:
    """A link that opens connections keeps its place in the page, without its address."""
    said = " ".join(str(value) for name, value in attributes.items() if name.lower() == "rel") or rel or ""
    if not _LINKS_THAT_CONNECT.isdisjoint(said.lower().split()):
        for name in list(attributes):
            if name.lower() in ("href", "imagesrcset", "srcset", "rel") and (name.lower() != "rel" or rel is not None):
                del attributes[name]


def _acts(address: str) -> bool:
    plain = _BLANK.sub("", address).lower()
    if plain.startswith("data:"):
        return not plain.startswith(_MEDIA)
    return any(scheme in plain for scheme in _SCHEME_ACTS) if ";" in plain else plain.startswith(_SCHEME_ACTS)
