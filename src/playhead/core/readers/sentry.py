"""Sentry: the replay segments inside envelopes.

Shape   a header line, then items: a header line `{"type", "length"?}` and `length` bytes (or a line). The item
        `replay_recording` holds `{"segment_id": n}`, a newline, and a JSON array of rrweb events, plain or zlib
Order   segments by their id; envelopes may follow one another in one file, of several replays (tabs) too: each
        replay is a page lane of its own then
Source  develop.sentry.dev/sdk/data-model/envelopes, @sentry/browser 11.12 as captured on the wire
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from playhead.core.readers.collect import Collector, Malformed
from playhead.core.readers.inflate import FormatError, compression_of, inflate

RECORDING: Final = "replay_recording"
_SPACE: Final = b" \t\r\n"


class _ItemHeader(msgspec.Struct):
    type: str = ""
    length: int = -1


class _Segment(msgspec.Struct):
    segment_id: int = 0


class _Replay(msgspec.Struct):
    replay_id: str = ""


class _Part(NamedTuple):
    """A segment: the replay it belongs to, its number, its events."""

    replay: str
    number: int
    events: bytes


class _Item(NamedTuple):
    type: str
    payload: bytes
    offset: int


_decode_header = msgspec.json.Decoder(_ItemHeader).decode
_decode_replay = msgspec.json.Decoder(_Replay).decode
_decode_segment = msgspec.json.Decoder(_Segment).decode


def is_envelope(text: bytes) -> bool:
    """Return whether `text` starts like an envelope, or like the payload of a recording item alone."""
    first, _, rest = text[:4096].lstrip(_SPACE).partition(b"\n")
    if first[:1] != b"{" or not rest:
        return False
    if b'"segment_id"' in first and len(first) < 200 and b'"type"' not in first:
        return True
    header = _header(rest.partition(b"\n")[0])
    return header is not None and bool(header.type) and b'"timestamp"' not in first


def read_items(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the items of an envelope, type and payload; raises FormatError where it is cut short."""
    return ((item.type, item.payload) for item in _items(text.lstrip(_SPACE)))


def read_envelope(text: bytes, collector: Collector) -> str:
    """Hand the events of all segments to `collector`, in the order of their ids."""
    text = text.lstrip(_SPACE)
    seen: dict[str, int] = {}
    segments: list[_Part] = []
    replay = ""
    if b'"segment_id"' in text[:200].partition(b"\n")[0] and _header(text[:4096].partition(b"\n")[0]) is None:
        segments.append(_segment(text, "", collector))
    else:
        for item in _items(text):
            seen[item.type] = seen.get(item.type, 0) + 1
            if item.type == "replay_event":
                replay = _replay_of(item.payload)
            elif item.type == RECORDING:
                segments.append(_segment(item.payload, replay, collector))
    if not segments:
        kinds = ", ".join(sorted(seen)) or "none"
        raise FormatError(f"a Sentry envelope without a {RECORDING} item (its items: {kinds})")
    several = len({part.replay for part in segments}) > 1
    for part in sorted(segments, key=lambda part: part.number):
        collector.note("segments")
        collector.page = part.replay if several else ""
        try:
            _add_segment(part.events, collector)
        except FormatError:
            if len(segments) == 1:
                raise
            collector.count("segment_unreadable")
    return "Sentry envelope"


def _add_segment(events: bytes, collector: Collector) -> None:
    try:
        collector.add_whole(events)
    except Malformed as error:
        collector.add_whole(events, reason=str(error))


def _items(text: bytes) -> Iterator[_Item]:
    at = _line_end(text, 0)
    while at < len(text):
        end = _line_end(text, at)
        line = text[at:end].strip(_SPACE)
        header = _header(line)
        if not line or header is None or not header.type:  # a blank line, or the header of the next envelope
            at = end
            continue
        stop = end + header.length if header.length >= 0 else _line_end(text, end)
        if stop > len(text):
            raise FormatError(
                f"the Sentry envelope is cut short: item {header.type!r} at byte {at:,} needs {stop:,} bytes"
            )
        yield _Item(header.type, text[end:stop], end)
        at = stop


def _replay_of(payload: bytes) -> str:
    try:
        return _decode_replay(payload).replay_id[:200]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""


def _segment(payload: bytes, replay: str, collector: Collector) -> _Part:
    head, _, body = payload.partition(b"\n")
    try:
        segment = _decode_segment(head).segment_id
    except (msgspec.MsgspecError, ValueError):
        segment, body = 0, payload
    if name := compression_of(body):
        body = inflate(body, name, collector.budget)
    return _Part(replay, segment, body)


def _header(line: bytes) -> _ItemHeader | None:
    try:
        header = _decode_header(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return header if header.type else None


def _line_end(text: bytes, at: int) -> int:
    end = text.find(b"\n", at)
    return len(text) if end < 0 else end + 1
