"""Scrub: an rrweb event without personal data and credentials; what holds none comes back as the same bytes.

The second line behind the recorder's own masks, and the only one for recordings of other recorders.

Standard   what `secrets` finds, in every text, attribute, address, console line, header and body; passwords; comments
Strict     also: whatever was typed or preset in a field or an editable region, every value in the query or hash of a
           URL, headers and bodies of requests, and what the site itself told of the user
Kept       styles, class names, ids, shapes, positions, embedded pictures: what the replay is drawn from
"""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec

from playhead.core import events as ev
from playhead.core.events import Event
from playhead.core.secrets import MASK, SECRET, is_plain, is_secret_name, scrub_address, scrub_text

_NO_TEXT: Final = frozenset(
    [ev.MOUSE_MOVE, ev.MOUSE_INTERACTION, ev.SCROLL, ev.VIEWPORT_RESIZE, ev.TOUCH_MOVE, ev.MEDIA_INTERACTION, ev.DRAG]
)
_DRAWN: Final = frozenset("class style id for d points transform viewbox width height sizes rel".split())
_LOADED: Final = frozenset("src srcset poster xlink:href data background".split())
_FIELDS: Final = ("input", "textarea", "select", "option", "button")
_CAPTIONS: Final = ("submit", "button", "reset", "image")
_ELEMENT, _TEXT, _CDATA, _COMMENT = 2, 3, 4, 5
_CSS_TEXT: Final = re.compile(r"""(content\s*:\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""")
_ESCAPE: Final = re.compile(r"\\(?:[0-9A-Fa-f]{1,6}\s?|.)", re.S)
_QUERY: Final = re.compile(r"([?&#;][\w.\[\]%~-]{1,100}=)([^&#\s\"']+)")
_BARE_QUERY: Final = re.compile(r"([?#])(?=[^/!?#&=\s\"']*\d)[^/!?#&=\s\"']{6,}(?=[#\s]|$)")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_WIRE: Final = re.compile(r"(?i)(?:request|response)_?(?:headers|body)|headers|body|postdata")
_UNDECODABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def scrub_events(events: Iterable[Event], *, strict: bool = False) -> list[Event]:
    """Return the events, scrubbed; those that hold nothing are the same objects."""
    return [scrub_event(event, strict=strict) for event in events]


def scrub_event(event: Event, *, strict: bool = False) -> Event:
    """Return the event, scrubbed; the same object if there was nothing to take out."""
    if event.type == ev.INCREMENTAL and ev.source_of(event) in _NO_TEXT:
        return event
    try:
        whole = _decode(event.raw)
        scrubber = _Scrubber(strict)
        scrubber.event(event.type, whole)
        raw = _encode(whole) if scrubber.changed else event.raw
    except _UNDECODABLE:
        raw = _scrub_bytes(event.raw)
    if raw == event.raw:
        return event
    clean = ev.event_of(raw)
    if clean is None:  # cannot be: it was one before
        return event
    clean.timestamp = event.timestamp  # in the unit that was found for the whole recording
    return clean


def scrub_batch(body: bytes, *, strict: bool) -> bytes:
    """Return a batch's JSON array, scrubbed; the same object if nothing was taken out. Raises EventError."""
    events = ev.decode_events(body)
    clean = scrub_events(events, strict=strict)
    if all(one is other for one, other in zip(events, clean, strict=True)) and not strict:
        return body
    return ev.encode_events(clean)


def _scrub_bytes(raw: bytes) -> bytes:
    """Nested too deep or broken to be walked: its strings one by one."""
    return _STRING.sub(lambda match: scrub_text(match[0]), raw.decode("latin-1")).encode("latin-1")


class _Scrubber:
    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.changed = False

    def event(self, kind: int, whole: dict[str, Any]) -> None:
        data = _dict(whole.get("data"))
        payload = _dict(data.get("payload"))
        if not data:
            self.inside(whole)
        elif kind == ev.FULL_SNAPSHOT:
            self.tree(data.get("node"), False)
        elif kind == ev.INCREMENTAL and data.get("source") == ev.MUTATION:
            self.mutation(data)
        elif kind == ev.INCREMENTAL and data.get("source") == ev.INPUT:
            self.put(data, "text", self.typed(data.get("text")))
        elif kind == ev.ASSET:
            self.put(data, "url", self.address(data.get("url"), loaded=True))
        elif kind == ev.CUSTOM and data.get("tag") == "playhead.page":
            for name in ("url", "referrer", "title"):
                self.put(payload, name, self.said(payload.get(name)))
        elif kind == ev.CUSTOM and data.get("tag") == "playhead.identify" and not self.strict:
            pass  # the site itself says who this is, and means to
        else:
            self.inside(data)

    # the page ----------------------------------------------------------------------------------------------------

    def mutation(self, data: dict[str, Any]) -> None:
        for text in _dicts(data.get("texts")):
            self.put(text, "value", self.said(text.get("value")))
        for change in _dicts(data.get("attributes")):
            self.attributes("", _dict(change.get("attributes")), svg=False)
        for added in _dicts(data.get("adds")):
            self.tree(added.get("node"), False)

    def tree(self, root: object, editable: bool) -> None:
        stack: list[tuple[object, str, bool]] = [(root, "", editable)]
        while stack:
            found, parent, editable = stack.pop()
            node = _dict(found)
            kind = node.get("type")
            tag = str(node.get("tagName", "")).lower()
            if kind in (_TEXT, _CDATA):
                self.text(node, parent, editable)
            elif kind == _COMMENT and node.get("textContent"):
                self.put(node, "textContent", "")
            elif kind == _ELEMENT and (attributes := _dict(node.get("attributes"))):
                self.attributes(tag, attributes, svg=bool(node.get("isSVG")))
                said = attributes.get("contenteditable")
                editable = editable if said is None else str(said).lower() != "false"
            stack.extend((child, tag, editable) for child in _list(node.get("childNodes")))

    def text(self, node: dict[str, Any], parent: str, editable: bool) -> None:
        text = node.get("textContent")
        if not isinstance(text, str):
            return
        if parent == "style" or node.get("isStyle"):
            self.put(node, "textContent", self.css(text))
        elif self.strict and (editable or parent in ("textarea", "option")):
            self.put(node, "textContent", _masked(text))
        else:
            self.put(node, "textContent", self.said(text))

    def attributes(self, tag: str, attributes: dict[str, Any], *, svg: bool) -> None:
        kind = str(attributes.get("type", "")).lower()
        named = next((a for a in ("name", "autocomplete") if is_secret_name(str(attributes.get(a, "")))), "")
        for name, value in list(attributes.items()):
            if not isinstance(value, str) or not value or name.lower() in _DRAWN or name.startswith("rr_"):
                continue
            if name == "_cssText":
                clean: object = self.css(value)
            elif name == "value" and (tag in _FIELDS or not tag):
                hidden = kind in ("password", "hidden") or bool(named)
                preset = self.strict and kind not in _CAPTIONS and tag != "button"
                clean = _masked(value) if hidden or preset else scrub_text(value)
            elif name == "content" and named:
                clean = SECRET
            elif name.lower() in _LOADED or (name == "href" and tag == "link"):
                clean = self.address(value, loaded=True)
            else:
                clean = value if svg and name != "href" else self.said(value)
            self.put(attributes, name, clean)

    def css(self, css: str) -> str:
        """Styles stay; what they write onto the page is text."""
        if "content" not in css:
            return css
        return _CSS_TEXT.sub(lambda match: match[1] + self.written(match[2]), css)

    def written(self, string: str) -> str:
        """A string that a style sheet writes onto the page: signs, icons and plain words stay."""
        if self.strict and not is_plain(_ESCAPE.sub("", string[1:-1])):
            return f'"{MASK}"'
        return scrub_text(string)

    # what the page said ------------------------------------------------------------------------------------------

    def inside(self, root: dict[str, Any]) -> None:
        """Go through anything: a plugin's payload, a custom event, a style rule, a canvas call."""
        stack: list[tuple[Any, str]] = [(root, "")]
        while stack:
            holder, above = stack.pop()
            named = _dict(holder)
            if "value" in named and is_secret_name(str(named.get("name", ""))):
                self.put(named, "value", SECRET)
            items: list[tuple[Any, Any]] = list(named.items()) if named else list(enumerate(_list(holder)))
            for key, value in items:
                name = key if isinstance(key, str) else above
                if self.strict and isinstance(key, str) and value and _WIRE.fullmatch(key):
                    self.put(holder, key, None)
                elif isinstance(value, dict | list):
                    stack.append((cast("object", value), name))
                elif isinstance(value, str | int | float) and not isinstance(value, bool):
                    self.leaf(holder, key, value, name)

    def leaf(self, holder: Any, key: Any, value: str | float, name: str) -> None:
        if isinstance(key, str) and is_secret_name(key) and value not in ("", MASK):
            self.put(holder, key, SECRET)
        elif not isinstance(value, str) or name in ("timestamp", "rr_type", "base64"):
            return
        elif name in ("rule", "replace", "replaceSync"):
            self.put(holder, key, self.css(value))
        else:
            self.put(holder, key, self.said(value))

    # texts ---------------------------------------------------------------------------------------------------------

    def typed(self, text: object) -> object:
        if not isinstance(text, str):
            return text
        return _masked(text) if self.strict and text not in ("on", "off") else scrub_text(text)

    def said(self, text: object) -> object:
        if not isinstance(text, str) or text.startswith("data:"):
            return text
        return scrub_text(_without_values(text) if self.strict else text)

    def address(self, text: object, *, loaded: bool) -> object:
        if not isinstance(text, str) or text.startswith("data:"):
            return text
        return scrub_address(text) if loaded else self.said(text)

    def put(self, holder: Any, key: Any, value: object) -> None:
        if (holder[key] if isinstance(key, int) else holder.get(key)) != value:
            holder[key] = value
            self.changed = True


def _masked(text: str) -> str:
    return MASK if text.strip() else text


def _without_values(text: str) -> str:
    """Mask the values in queries and hashes of the URLs in a text."""
    if "://" not in text and not text.startswith(("/", "?", "#")):
        return text
    return _BARE_QUERY.sub(rf"\1{MASK}", _QUERY.sub(rf"\1{MASK}", text))


def _dict(value: object) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]
