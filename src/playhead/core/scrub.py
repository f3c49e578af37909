"""Scrub: an rrweb event without personal data and credentials; what holds none comes back as the same bytes.

The second line behind the recorder's own masks, and the only one for recordings of other recorders.

Standard   what `secrets` finds, in every text, attribute, address, console line, header and body; passwords; comments;
           of what the site told of the user, all but how to reach them
Strict     also: whatever was typed or preset in a field or an editable region, every value in the query or hash of a
           URL, headers and bodies of requests, and what the site itself told of the user
Kept       styles, class names, ids, shapes, positions, embedded pictures: what the replay is drawn from; of these only
           e-mail addresses, JWTs and secrets in addresses go
"""

import re
from collections.abc import Iterable, Set
from typing import Any, Final, cast

import msgspec

from playhead.core import events as ev
from playhead.core.editable import Editable
from playhead.core.events import Event
from playhead.core.lenient import LenientError, parse, tidy_json, write_json
from playhead.core.readers.inflate import Budget, FormatError
from playhead.core.readers.posthog import expand
from playhead.core.secrets import (
    MASK,
    SECRET,
    Namer,
    anonymous,
    is_embedded,
    is_plain,
    is_secret_name,
    reachable,
    recognisable,
    scrub_address,
    scrub_names,
    scrub_text,
)

_NO_TEXT: Final = frozenset(
    [ev.MOUSE_MOVE, ev.MOUSE_INTERACTION, ev.SCROLL, ev.VIEWPORT_RESIZE, ev.TOUCH_MOVE, ev.MEDIA_INTERACTION, ev.DRAG]
)
_DRAWN: Final = frozenset("class style id for d points transform viewbox width height sizes rel".split())
_LOADED: Final = frozenset("src srcset poster xlink:href data background".split())
_FIELDS: Final = ("input", "textarea", "select", "option", "button")
_CAPTIONS: Final = ("submit", "button", "reset", "image")
_ELEMENT, _TEXT, _CDATA, _COMMENT = 2, 3, 4, 5
MIN_ADDRESS: Final = 6
MIN_TOLD: Final = 12
_HEAD: Final = frozenset(["type", "data", "timestamp", "page", "delay", "cv", "$window_id", "windowId", "window_id"])
_PAGE: Final = frozenset(
    "url referrer title page tab session visitor user_agent language time_zone color_scheme navigation recorder".split()
)
_SNAPSHOT: Final = frozenset(["node", "initialOffset"])
_CHANGES: Final = frozenset(["source", "texts", "attributes", "removes", "adds", "isAttachIframe"])
_CSS_TEXT: Final = re.compile(r"""(content\s*:\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""")
_CSS_URL: Final = re.compile(r"""(url\(\s*["']?|@import\s+["'])(?!data:)([^"')\s]{1,4000})""", re.I)
_CSS_AT: Final = re.compile(r"[\w+-](?:@|%40)\w|eyJ")
_AT: Final = re.compile(rb"[\w+-](?:@|%40)\w")
_ESCAPE: Final = re.compile(r"\\(?:[0-9A-Fa-f]{1,6}\s?|.)", re.S)
_QUERY: Final = re.compile(r"([?&#;][\w.\[\]%~-]{1,100}=)([^&#\s\"']+)")
_BARE_QUERY: Final = re.compile(r"([?#])(?=[^/!?#&=\s\"']*\d)[^/!?#&=\s\"']{6,}(?=[#\s]|$)")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_WIRE: Final = re.compile(r"(?i)(?:request|response)_?(?:headers|body)|headers|body|postdata")
_UNDECODABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def scrub_events(events: Iterable[Event], *, strict: bool = False, editable: Editable | None = None) -> list[Event]:
    """Return the events, scrubbed; those that hold nothing are the same objects.

    `editable` knows the page before these events, and after them; without one their own snapshot has to do.
    """
    known = editable or Editable(unknown=False)
    return [scrub_event(event, strict=strict, editable=known) for event in events]


def scrub_event(event: Event, *, strict: bool = False, editable: Editable | None = None) -> Event:
    """Return the event, scrubbed; the same object if there was nothing to take out."""
    if event.type == ev.INCREMENTAL and ev.source_of(event) in _NO_TEXT and not _may_tell(event.raw):
        return event
    raw = _plain(event)
    try:
        whole, encode = _decode(raw), _encode
    except _UNDECODABLE:
        whole, encode = _leniently(raw), write_json
    if isinstance(whole, dict):
        scrubber = _Scrubber(strict, editable or Editable(unknown=False))
        scrubber.event(event.type, cast("dict[str, Any]", whole))
        if _AT.search(raw) and not scrubber.met_person:
            scrubber.last_look(whole)
        raw = encode(cast("object", whole)) if scrubber.changed else raw
    else:
        raw = _scrub_bytes(raw)
    if raw == event.raw:
        return event
    clean = ev.event_of(raw)
    if clean is None:  # cannot be: it was one before
        return event
    clean.timestamp = event.timestamp  # in the unit that was found for the whole recording
    return clean


def scrub_batch(body: bytes, *, strict: bool, editable: Editable | None = None) -> bytes:
    """Return a batch's JSON array, scrubbed; the same object if nothing was taken out. Raises EventError."""
    skipped: dict[str, int] = {}
    events = ev.decode_events(body, skipped=skipped)
    clean = scrub_events(events, strict=strict, editable=editable)
    if all(one is other for one, other in zip(events, clean, strict=True)) and not strict and not skipped:
        return body
    return ev.encode_events(clean)  # what was no event is shown to nobody, and may hold anything


def _may_tell(raw: bytes) -> bool:
    """A quick look at an event that has no place for text."""
    return b"@" in raw or b"eyJ" in raw


def _plain(event: Event) -> bytes:
    """Return the event's JSON without PostHog's compression inside, in which nothing would be found."""
    if b'"cv"' not in event.raw:
        return event.raw
    try:
        return expand(event.raw, Budget(ev.MAX_EVENT_BYTES)) or event.raw
    except FormatError:  # nobody can read it
        return b'{"type":%d,"timestamp":%s,"data":{}}' % (event.type, _encode(event.timestamp))


def _leniently(raw: bytes) -> object:
    """Return the event's value where it is nested too deep, or not quite JSON."""
    try:
        return parse(tidy_json(raw))
    except (LenientError, ValueError, RecursionError):
        return None


def _scrub_bytes(raw: bytes) -> bytes:
    """Broken: its strings one by one."""
    return _STRING.sub(lambda match: scrub_text(match[0]), raw.decode("latin-1")).encode("latin-1")


class _Scrubber:
    def __init__(self, strict: bool, editable: Editable) -> None:
        self.strict, self.editable = strict, editable
        self.changed = False
        self.name: Namer = anonymous
        self.met_person = False  # whose address stays

    def event(self, kind: int, whole: dict[str, Any]) -> None:
        data = _dict(whole.get("data"))
        payload = _dict(data.get("payload"))
        if self.strict:
            self.editable.learn(kind, data)
        if not data:
            self.inside(whole)
        elif kind == ev.FULL_SNAPSHOT:
            self.tree(data.get("node"), False)
            self.rest(data, _SNAPSHOT)
        elif kind == ev.INCREMENTAL and data.get("source") == ev.MUTATION:
            self.mutation(data)
            self.rest(data, _CHANGES)
        elif kind == ev.INCREMENTAL and data.get("source") == ev.INPUT:
            self.put(data, "text", self.typed(data.get("text")))
            self.rest(data, {"source", "text"})
        elif kind == ev.ASSET:
            self.put(data, "url", self.address(data.get("url"), loaded=True))
            self.rest(data, {"url"})
        elif kind == ev.CUSTOM and data.get("tag") == "playhead.page":
            for name in ("url", "referrer", "title"):
                self.put(payload, name, self.said(payload.get(name)))
            self.rest(payload, _PAGE)
            self.rest(data, {"payload"})
        elif kind == ev.CUSTOM and data.get("tag") == "playhead.identify" and not self.strict:
            self.person(payload)
            self.rest(data, {"payload"})
        else:
            self.inside(data)
        self.name = anonymous
        self.rest(whole, _HEAD)

    def rest(self, holder: dict[str, Any], known: Set[str]) -> None:
        """What stands beside the members that were looked at, with others'."""
        for key in holder.keys() - known:
            if isinstance(value := holder[key], dict | list):
                self.inside(cast("object", value), key)
            elif isinstance(value, str):
                self.leaf(holder, key, value, key)

    def person(self, payload: dict[str, Any]) -> None:
        """The site itself says who this is, and means to: credentials and payment data are no part of that."""
        self.met_person = True
        self.name = recognisable
        self.put(payload, "id", self.said(payload.get("id")))
        self.name = reachable
        self.rest(payload, {"id"})

    # the page ----------------------------------------------------------------------------------------------------

    def mutation(self, data: dict[str, Any]) -> None:
        for text in _dicts(data.get("texts")):
            value: object = text.get("value")
            typed = self.strict and self.editable.holds(text.get("id"))
            self.put(text, "value", _masked(value) if typed and isinstance(value, str) else self.said(value))
        for change in _dicts(data.get("attributes")):
            self.attributes("", _dict(change.get("attributes")), svg=False)
        for added in _dicts(data.get("adds")):
            self.tree(added.get("node"), self.strict and self.editable.holds(added.get("parentId")))

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
            if name == "style" and isinstance(value, dict):
                self.styles(cast("dict[str, Any]", value))
            if not isinstance(value, str) or not value:
                continue
            if name in ("_cssText", "style"):
                clean: object = self.css(value)
            elif name == "srcdoc":
                clean = ""  # the frame's document is recorded for itself
            elif name.lower() in _DRAWN:
                clean = scrub_names(value)
            elif name == "value" and (tag in _FIELDS or not tag):
                hidden = kind in ("password", "hidden") or bool(named)
                preset = self.strict and kind not in _CAPTIONS and tag != "button"
                clean = _masked(value) if hidden or preset else scrub_text(value)
            elif name == "content" and named:
                clean = SECRET
            elif name.lower() in _LOADED or (name == "href" and tag == "link"):
                clean = self.address(value, loaded=True)
            elif name.startswith("rr_") or (
                svg and name not in ("href", "title") and not name.startswith(("aria-", "data-"))
            ):  # sizes and shapes, as a rule: numbers stay
                told = len(value) >= MIN_TOLD or "@" in value
                clean = self.address(value, loaded=True) if told else value
            else:
                clean = self.said(value)
            self.put(attributes, name, clean)

    def css(self, css: str) -> str:
        """Styles stay; what they write onto the page is text, and what they load has an address."""
        if "content" in css:
            css = _CSS_TEXT.sub(lambda match: match[1] + self.written(match[2]), css)
        if "(" in css or "@" in css:
            css = _CSS_URL.sub(lambda match: match[1] + scrub_address(match[2]), css)
        return scrub_names(css) if _CSS_AT.search(css) else css

    def styles(self, changed: dict[str, Any]) -> None:
        """A change of single properties: a value, or a value and its priority."""
        for name, value in changed.items():
            holder, key = (cast("Any", value), 0) if isinstance(value, list) and value else (cast("Any", changed), name)
            said = holder[key]
            if isinstance(said, str) and (clean := self.css(f"{name}:{said}").partition(":")[2]) != said:
                self.put(holder, key, clean)

    def written(self, string: str) -> str:
        """A string that a style sheet writes onto the page: signs, icons and plain words stay."""
        if self.strict and not is_plain(_ESCAPE.sub("", string[1:-1])):
            return f'"{MASK}"'
        return scrub_text(string)

    # what the page said ------------------------------------------------------------------------------------------

    def inside(self, root: Any, name: str = "") -> None:
        """Go through anything: a plugin's payload, a custom event, a style rule, a canvas call."""
        stack: list[tuple[Any, str, bool]] = [(root, name, is_secret_name(name))]
        while stack:
            holder, above, secret = stack.pop()
            named = _dict(holder)
            if "value" in named and is_secret_name(str(named.get("name", ""))):
                self.put(named, "value", SECRET)
            elif not named:
                self.pair(_list(holder))
            items: list[tuple[Any, Any]] = list(named.items()) if named else list(enumerate(_list(holder)))
            for key, value in items:
                inner = key if isinstance(key, str) else above
                if self.strict and isinstance(key, str) and value and _WIRE.fullmatch(key):
                    self.put(holder, key, None)
                elif isinstance(value, dict | list):
                    stack.append((cast("object", value), inner, secret or is_secret_name(inner)))
                elif isinstance(value, str | int | float) and not isinstance(value, bool):
                    self.leaf(holder, key, value, inner, secret=secret)
            self.keys(named)

    def last_look(self, root: Any) -> None:
        """E-mail addresses where the shape of an event is not what it should be, and nobody looked."""
        stack = [root]
        while stack:
            holder = stack.pop()
            named = _dict(holder)
            items: list[tuple[Any, Any]] = list(named.items()) if named else list(enumerate(_list(holder)))
            for key, value in items:
                if isinstance(value, dict | list):
                    stack.append(value)
                elif isinstance(value, str) and key != "base64" and not is_embedded(value):
                    self.put(holder, key, scrub_names(value))
            self.keys(named)

    def pair(self, items: list[Any]) -> None:
        """A name and its value as a list of two, such as a header's, or a console's line."""
        if len(items) == 2 and isinstance(items[0], str) and isinstance(items[1], str):
            name, quote = items[0].strip("\"' :="), '"' if items[1].startswith('"') else ""
            if is_secret_name(name) and items[1].strip('"') not in ("", MASK):
                self.put(items, 1, f"{quote}{SECRET}{quote}")

    def keys(self, named: dict[str, Any]) -> None:
        """Members that have somebody's address for a name."""
        for key in list(named):
            if len(key) >= MIN_ADDRESS and (clean := scrub_text(key, self.name)) != key:
                free = next(n for n in range(1, len(named) + 2) if _numbered(clean, n) not in named)
                self.put(named, _numbered(clean, free), named.pop(key))

    def leaf(self, holder: Any, key: Any, value: str | float, name: str, *, secret: bool = False) -> None:
        if (secret or is_secret_name(name)) and value not in ("", MASK, SECRET, f'"{SECRET}"'):
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
        if not isinstance(text, str) or is_embedded(text):
            return text
        return scrub_text(_without_values(text) if self.strict else text, self.name)

    def address(self, text: object, *, loaded: bool) -> object:
        if not isinstance(text, str) or is_embedded(text):
            return text
        return scrub_address(text) if loaded else self.said(text)

    def put(self, holder: Any, key: Any, value: object) -> None:
        if (holder[key] if isinstance(key, int) else holder.get(key)) != value:
            holder[key] = value
            self.changed = True


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


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
