"""Event: one rrweb event, kept byte for byte and typed only where it is read.

Shape   {"type": int, "timestamp": number, "data": any, "page"?: str, ...unknown keys kept in `raw`}
Units   `timestamp`: ms since the Unix epoch on the recorder's clock (float where the recorder wrote one)
Order   arrival order; `lanes.in_order` sorts by time and drops repeats
Errors  EventError names the byte; one bad event inside a good batch is skipped and counted, not fatal
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from playhead.core.lenient import LenientError, split_array, split_object, tidy_json

DOM_CONTENT_LOADED: Final = 0
LOAD: Final = 1
FULL_SNAPSHOT: Final = 2
INCREMENTAL: Final = 3
META: Final = 4
CUSTOM: Final = 5
PLUGIN: Final = 6
ASSET: Final = 7
ANNOTATION: Final = 8

MUTATION: Final = 0
MOUSE_MOVE: Final = 1
MOUSE_INTERACTION: Final = 2
SCROLL: Final = 3
VIEWPORT_RESIZE: Final = 4
INPUT: Final = 5
TOUCH_MOVE: Final = 6
MEDIA_INTERACTION: Final = 7
STYLE_SHEET_RULE: Final = 8
CANVAS_MUTATION: Final = 9
FONT: Final = 10
LOG: Final = 11
DRAG: Final = 12
STYLE_DECLARATION: Final = 13
SELECTION: Final = 14
ADOPTED_STYLE_SHEET: Final = 15
CUSTOM_ELEMENT: Final = 16

TYPE_NAMES: Final = (
    *("dom_content_loaded", "load", "full_snapshot", "incremental", "meta"),
    *("custom", "plugin", "asset", "annotation"),
)
SOURCE_NAMES: Final = (
    *("mutation", "mouse_move", "mouse_interaction", "scroll", "viewport_resize", "input", "touch_move"),
    *("media_interaction", "style_sheet_rule", "canvas_mutation", "font", "log", "drag", "style_declaration"),
    *("selection", "adopted_style_sheet", "custom_element"),
)

MAX_EVENT_BYTES: Final = 30 << 20  # a snapshot with its pictures in it; a batch may have 32 MiB
SECONDS_FROM: Final = 1e8
SECONDS_BELOW: Final = 1e11  # 1e11 ms is March 1973; 1e11 s is the year 5138: nothing real lies on the wrong side
MICROS_FROM: Final = 1e14
NANOS_FROM: Final = 1e17

_NULL = msgspec.Raw(b"null")
NOT_INCREMENTAL: Final = -1
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)


class EventError(ValueError):
    """The bytes are not a JSON array of rrweb events."""


class Event(msgspec.Struct, gc=False, rename={"raw": "(raw)"}):
    """The head of an rrweb event; `data` stays undecoded until somebody reads it.

    `page` names the document load the event belongs to (node ids are only unique inside one page); recordings
    that do not say leave it empty and form a single lane. `raw` is the whole event's JSON, unknown keys included.
    """

    type: int
    timestamp: float
    data: msgspec.Raw = _NULL
    page: str = ""
    raw: bytes = b""  # renamed on the wire: an event may carry a key "raw" of its own


_ABSENT = msgspec.Raw(b"")


class Arrived(Event, gc=False, rename={"dollar_window": "$window_id", "camel_window": "windowId"}):
    """An event with what others write beside it: the window it happened in, `cv` where its parts are compressed."""

    cv: msgspec.Raw = _ABSENT
    dollar_window: msgspec.Raw = _ABSENT
    window_id: msgspec.Raw = _ABSENT
    camel_window: msgspec.Raw = _ABSENT

    @property
    def is_plain(self) -> bool:
        return not (self.cv or self.dollar_window or self.window_id or self.camel_window)

    @property
    def windows(self) -> tuple[msgspec.Raw, ...]:
        return (self.dollar_window, self.window_id, self.camel_window)


class _Head(Arrived, gc=False, rename={"page": "(page)", "raw": "(raw)"}):
    """What a tolerant reading asks of an event: anything else about it may be wrong."""


class _Source(msgspec.Struct, gc=False):
    source: int = NOT_INCREMENTAL


_decode_event = msgspec.json.Decoder(Arrived).decode
_decode_head = msgspec.json.Decoder(_Head).decode
_decode_quoted = msgspec.json.Decoder(_Head, strict=False).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_source = msgspec.json.Decoder(_Source).decode


def event_of(blob: bytes) -> Arrived | None:
    """Return the event these JSON bytes are, or None when they lack a numeric type or timestamp."""
    try:
        if not blob.isascii():
            blob.decode()  # msgspec looks at the strings it reads only: nobody downstream shall meet broken UTF-8
        event = _decode_event(blob)
    except _UNREADABLE:
        return _tolerant_event(blob)
    event.raw = blob
    return event


def take_events(parts: Iterable[bytes | msgspec.Raw], events: list[Event]) -> tuple[list[bytes | msgspec.Raw], bool]:
    """Append the events among `parts` to `events`; return the parts that are none, or are too large, and whether
    every event was plain."""
    rest: list[bytes | msgspec.Raw] = []
    plain = True
    append, decode = events.append, _decode_event
    for part in parts:
        raw = bytes(part) if len(part) <= MAX_EVENT_BYTES else b""
        event: Arrived | None
        try:
            if not raw.isascii():
                raw.decode()
            event = decode(raw)
        except _UNREADABLE:
            event = _tolerant_event(raw) if raw else None
            if event is None:
                rest.append(part)
                continue
            raw = event.raw
        if event.cv or event.window_id or event.camel_window or event.dollar_window:
            plain = False
        event.raw = raw
        append(event)
    return rest, plain


def decode_events(blob: bytes, *, skipped: dict[str, int] | None = None) -> list[Event]:
    """Return the events of one inflated JSON array, in arrival order; count in `skipped` what is not an event."""
    counts: dict[str, int] = {} if skipped is None else skipped
    try:
        parts: Iterable[bytes | msgspec.Raw] = _decode_array(blob)
    except _UNREADABLE:
        try:
            parts = split_array(blob)
        except LenientError as error:
            raise EventError(str(error)) from None
    events: list[Event] = []
    for part in take_events(parts, events)[0]:
        reason = "event_too_large" if len(part) > MAX_EVENT_BYTES else "not_an_event"
        counts[reason] = counts.get(reason, 0) + 1
    normalise_units(events)
    return events


def encode_events(events: Iterable[Event]) -> bytes:
    """Return a JSON array of the events exactly as they were recorded."""
    return b"[" + b",".join(event.raw for event in events) + b"]"


def source_of(event: Event) -> int:
    """Return the incremental source (MUTATION, SCROLL, …) of an event, NOT_INCREMENTAL for any other."""
    if event.type != INCREMENTAL:
        return NOT_INCREMENTAL
    try:
        return _decode_source(event.data).source
    except _UNREADABLE:
        try:
            members = split_object(bytes(event.data))
            return int(members.get("source", b"-1"))
        except ValueError:
            return NOT_INCREMENTAL


def normalise_units(events: Sequence[Event]) -> dict[str, int]:
    """Turn timestamps of other units into milliseconds; return how many were of each unit. `raw` is left alone.

    Beside milliseconds, seconds, micro- and nanoseconds are told by their size. A recording whose timestamps are all
    small keeps them, since nothing says which unit they have, unless they are fractions of seconds of our age.
    """
    if any(event.timestamp >= SECONDS_BELOW for event in events):
        in_seconds = False
    elif not (in_seconds := _are_seconds(events)):
        return {}
    changed: dict[str, int] = {}
    for event in events:
        unit, timestamp = ("seconds", event.timestamp * 1000) if in_seconds else in_milliseconds(event.timestamp)
        if unit:
            event.timestamp = timestamp
            changed[f"{unit}_to_ms"] = changed.get(f"{unit}_to_ms", 0) + 1
    return changed


def in_milliseconds(timestamp: float) -> tuple[str, float]:
    """Return the unit a timestamp of our age was in, "" for milliseconds, and the timestamp in milliseconds."""
    if SECONDS_BELOW <= timestamp < MICROS_FROM or not math.isfinite(timestamp):
        return "", timestamp
    if timestamp >= NANOS_FROM:
        return "nanos", timestamp / 1e6
    if timestamp >= MICROS_FROM:
        return "micros", timestamp / 1e3
    return ("seconds", timestamp * 1000) if timestamp >= SECONDS_FROM else ("", timestamp)


def _are_seconds(events: Sequence[Event]) -> bool:
    """Whether all timestamps are seconds since 1970: between 2001 and 2128, and most of them fractions."""
    if not events or not all(1e9 <= event.timestamp < 5e9 for event in events):
        return False
    return sum(event.timestamp != int(event.timestamp) for event in events) * 2 > len(events)


def _tolerant_event(blob: bytes) -> Arrived | None:
    clean = tidy_json(blob)
    try:
        head = _decode_head(clean)
    except RecursionError:
        return _deep_event(clean)
    except (msgspec.MsgspecError, ValueError):
        return _quoted_event(clean)
    exact = tidy_json(blob, surrogates=False) == blob  # a cut surrogate pair is JSON to every browser: kept as it is
    raw = blob if exact else clean
    return Arrived(head.type, head.timestamp, head.data, "", raw, head.cv, *head.windows)


def _quoted_event(blob: bytes) -> Arrived | None:
    """An event whose numbers some export wrote as strings, or a whole one with a point; they become numbers again."""
    try:
        head = _decode_quoted(blob)
        members = _decode_members(blob)
    except _UNREADABLE:
        return None
    if not math.isfinite(head.timestamp):  # "NaN" is a number to a lenient parser
        return None
    members |= {"type": msgspec.Raw(b"%d" % head.type), "timestamp": msgspec.Raw(msgspec.json.encode(head.timestamp))}
    raw = msgspec.json.encode(members)
    return Arrived(head.type, head.timestamp, head.data, "", raw, head.cv, *head.windows)


def _deep_event(blob: bytes) -> Arrived | None:
    try:
        members = split_object(blob)
        shallow = {name: msgspec.Raw(members[name]) for name in ("type", "timestamp") if name in members}
        head = _decode_head(msgspec.json.encode(shallow))
    except (LenientError, msgspec.MsgspecError, ValueError):
        return None
    return Arrived(head.type, head.timestamp, msgspec.Raw(members.get("data", b"null")), raw=blob)


def type_name(kind: int) -> str:
    """Return what an event type is called, `type_N` for one that rrweb 2.2 does not have."""
    return TYPE_NAMES[kind] if 0 <= kind < len(TYPE_NAMES) else f"type_{kind}"


def source_name(source: int) -> str:
    """Return what a source of incremental events is called, `source_N` for one that rrweb 2.2 does not have."""
    return SOURCE_NAMES[source] if 0 <= source < len(SOURCE_NAMES) else f"source_{source}"
