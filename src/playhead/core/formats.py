"""Formats: every shape in which recordings arrive → one list of events.

Shapes  JSON arrays, JSON Lines, `{events: […]}` wrappers; plain, gzip or zstd
Errors  FormatError is one line: what, where, limit. Elements that are not events are skipped and counted
"""

import zlib
from typing import Any, Final

import msgspec

from playhead.core.events import Event, EventError, decode_events, event_of, normalise_units

MAX_RECORDING_BYTES: Final = 1 << 30  # inflated; an 8-hour recording of a busy page is about 500 MB

_WRAPPERS = ("events", "snapshots", "data", "recording", "rrweb", "rrwebEvents")


class FormatError(ValueError):
    """The bytes are no recording; the message is one line: what was found, where, and which limit."""


class Recording(msgspec.Struct):
    events: list[Event]
    shape: str
    coverage: dict[str, object]


def read_recording(blob: bytes | memoryview, *, limit_bytes: int = MAX_RECORDING_BYTES) -> Recording:
    """Return the events of a recording in any known shape, in arrival order, or raise FormatError."""
    data = bytes(blob)
    shape = ""
    if data[:2] == b"\x1f\x8b":
        inflater = zlib.decompressobj(31)
        try:
            data = inflater.decompress(data, limit_bytes + 1)
        except zlib.error as error:
            raise FormatError(f"broken gzip: {error}") from None
        if len(data) > limit_bytes:
            raise FormatError(f"inflates to more than the limit of {limit_bytes} bytes")
        if not inflater.eof:
            raise FormatError("gzip is cut short")
        shape = "gzip "
    text = data.strip()
    skipped: dict[str, int] = {}
    if not text:
        raise FormatError("empty: no bytes, no events")
    if text[:1] == b"[":
        shape += "array"
        try:
            events = decode_events(text, skipped=skipped)
        except EventError as error:
            raise FormatError(str(error)) from None
    elif text[:1] == b"{":
        events = _wrapped(text, skipped)
        shape += "wrapper" if events else "lines"
        if not events:
            for line in text.split(b"\n"):
                event = event_of(line.strip())
                if event is not None:
                    events.append(event)
                elif line.strip():
                    skipped["line_malformed"] = skipped.get("line_malformed", 0) + 1
            normalise_units(events)
    else:
        raise FormatError(f"not JSON: starts with {text[:20]!r}")
    if not events:
        raise FormatError("JSON, but no rrweb events in it")
    coverage: dict[str, object] = {"shape": shape, "events": len(events), "skipped": skipped}
    return Recording(events, shape, coverage)


def _wrapped(text: bytes, skipped: dict[str, int]) -> list[Event]:
    try:
        value: Any = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        for _ in range(3):
            key = next(key for key in _WRAPPERS if key in value)
            if bytes(value[key][:1] if isinstance(value[key], bytes) else memoryview(value[key])[:1]) == b"[":
                return decode_events(bytes(value[key]), skipped=skipped)
            value = msgspec.json.decode(value[key], type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, EventError, StopIteration):
        return []
    return []
