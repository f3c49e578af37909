"""Formats: every shape in which recordings arrive → one list of events.

Shapes  JSON arrays (one-line, pretty, nested), JSON Lines, objects that wrap them; packed v1; PostHog exports and
        `$snapshot` captures; Sentry envelopes; each plain, gzip or zstd
Errors  FormatError is one line: what, where, which limit. What is not an event is skipped and counted in `coverage`
Source  rrweb's packer (v1), posthog-js and @sentry/browser as captured on the wire
"""

from collections import Counter
from operator import attrgetter
from typing import Final

import msgspec

from playhead.core.events import MAX_EVENT_BYTES, Event, normalise_units, type_name
from playhead.core.lenient import AROUND, LenientError, is_whole, split_values
from playhead.core.readers.collect import Collector, Malformed
from playhead.core.readers.inflate import UTF16, Budget, FormatError, unwrap
from playhead.core.readers.sentry import is_envelope, read_envelope

__all__ = ["MAX_RECORDING_BYTES", "FormatError", "Recording", "read_recording"]

MAX_RECORDING_BYTES: Final = 1 << 30  # inflated; an 8-hour recording of a busy page is about 500 MB

_SPACE: Final = b" \t\r\n"
_BOM: Final = b"\xef\xbb\xbf"


class Recording(msgspec.Struct):
    """Events in arrival order; `coverage` says what was understood (shape, events by type) and what was skipped."""

    events: list[Event]
    shape: str
    coverage: dict[str, object]


def read_recording(blob: bytes | memoryview, *, limit_bytes: int = MAX_RECORDING_BYTES) -> Recording:
    """Return the events of a recording in any known shape, in arrival order, or raise FormatError."""
    given = bytes(blob)
    budget = Budget(limit_bytes)
    text, layers = unwrap(given, budget)
    if text[:2] in UTF16:
        text = text.decode("utf-16", "replace").encode("utf-8", "replace")
    if text[:3] == _BOM:
        text = text[3:]
    if not text.strip(_SPACE):
        raise FormatError("empty: not one event in it")
    collector = Collector(budget)
    shape = read_envelope(text, collector) if is_envelope(text) else _read_json(text, collector)
    if not collector.events:
        raise FormatError(_nothing_found(shape, collector))
    rescaled = normalise_units(collector.events)
    return Recording(collector.events, shape, _coverage(collector, [*layers, shape], rescaled))


def _read_json(text: bytes, collector: Collector) -> str:
    start = text.lstrip(AROUND)[:1]
    if start not in (b"[", b"{", b'"'):
        raise FormatError(f"not JSON of events: it starts with {text.lstrip(_SPACE)[:20]!r}")
    try:
        return collector.add_whole(text)
    except Malformed as error:
        if is_whole(text.strip(_SPACE)):  # deep, or with a value no strict parser takes
            return collector.add_whole(text, reason=str(error))
        if b"\n" in text and _looks_like_lines(text):
            return collector.add_lines(text)
        if (values := _values_in(text)) is not None:
            return collector.add_values(values)
        return collector.add_whole(text, reason=str(error))


def _values_in(text: bytes) -> list[bytes] | None:
    """Return the JSON values that stand one behind the other in `text`; None where it is no more than one."""
    try:
        values = split_values(text)
    except LenientError:
        return None
    return values if len(values) > 1 else None


def _looks_like_lines(text: bytes) -> bool:
    """Return whether one of the first lines is a JSON value by itself; an array must close on its first line."""
    at, tries = 0, 1 if text.lstrip(_SPACE)[:1] == b"[" else 3
    while at < len(text) and tries:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        if line := text[at:end].strip(AROUND):
            tries -= 1
            if is_whole(line):
                return True
        at = end + 1
    return False


def _nothing_found(shape: str, collector: Collector) -> str:
    skipped = collector.skipped
    if skipped.get("event_too_large"):
        return f"no rrweb event within the limit of {MAX_EVENT_BYTES >> 20} MiB each: all are larger"
    what = ", ".join(f"{count} × {reason.replace('_', ' ')}" for reason, count in sorted(skipped.items()))
    return f"a {shape}, but not one rrweb event in it" + (f" ({what})" if what else "")


def _coverage(collector: Collector, shapes: list[str], rescaled: dict[str, int]) -> dict[str, object]:
    counted: Counter[int] = Counter(map(attrgetter("type"), collector.events))
    types = {type_name(kind): count for kind, count in sorted(counted.items())}
    coverage: dict[str, object] = {"shape": " ".join(shapes), "events": len(collector.events), "types": types}
    coverage |= rescaled
    for name, count in sorted(collector.notes.items()):
        coverage[name] = count
    coverage["skipped"] = dict(sorted(collector.skipped.items()))
    return coverage
