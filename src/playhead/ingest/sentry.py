"""Sentry: what an unmodified @sentry/browser with replayIntegration sends, as batches.

Kept      `replay_recording` (with the `replay_event` before it) under its replay's id and its `segment_id`;
          `event` items of a replay as playhead.error. All else (sessions, transactions, …) is ignored
Identity  session: `replay_id`; page: "sentry" (a replay belongs to one tab and goes on through page loads); seq:
          `segment_id`. An error is a page of its own, named by its `event_id`
Source    @sentry/browser 11.12 as captured on the wire
"""

import re
from typing import Any, Final, cast

import msgspec

from playhead.core.events import EventError, decode_events
from playhead.core.readers.inflate import Budget, FormatError, compression_of
from playhead.core.readers.inflate import inflate as inflate_named
from playhead.core.readers.sentry import read_items
from playhead.ingest.drops import Dropped, DropReason
from playhead.ingest.posthog import Captured
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.inflate import MAX_BATCH_BYTES, InflateError, inflate
from playhead.store.zstd import deflate

PAGE: Final = "sentry"  # of every recording
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BROKEN: Final = (msgspec.MsgspecError, EventError, FormatError, InflateError, ValueError, RecursionError)


class _ReplayEvent(msgspec.Struct):
    replay_id: str = ""
    segment_id: int = 0
    user: dict[str, Any] = {}


class _Segment(msgspec.Struct):
    segment_id: int


class _Head(msgspec.Struct):
    dsn: str = ""


def key_of(body: bytes) -> str:
    """Return the public key in the envelope's own header: a tunnel's requests have none in their address."""
    try:
        dsn = msgspec.json.decode(body.partition(b"\n")[0], type=_Head).dsn
    except (msgspec.MsgspecError, ValueError):
        return ""
    return dsn.partition("://")[2].partition("@")[0].partition(":")[0]


def read_envelope(site: str, body: bytes, *, now_ms: int) -> Captured | Dropped:
    """Return the envelope's batches, or why it cannot be read; `body` is inflated already."""
    captured = Captured([])
    replay = _ReplayEvent()
    try:
        for kind, payload in read_items(body):
            match kind:
                case "replay_event":
                    replay = msgspec.json.decode(payload, type=_ReplayEvent)
                case "replay_recording":
                    captured.batches.append(_recording(site, replay, payload, now_ms))
                case "event" if made := _error(site, payload, now_ms):
                    captured.batches.append(made)
                case _:
                    captured.ignored += 1
    except _BROKEN as error:
        return Dropped(DropReason.NOT_A_BATCH, f"not an envelope that can be read: {error}")
    return captured


def plain(body: bytes) -> bytes | Dropped:
    """Return the envelope inflated."""
    try:
        return inflate(body)
    except InflateError as error:
        return Dropped(DropReason.TOO_LARGE_INFLATED if "limit" in str(error) else DropReason.NOT_A_BATCH, str(error))


def _recording(site: str, replay: _ReplayEvent, payload: bytes, now_ms: int) -> AdmittedBatch:
    if not _ID.fullmatch(replay.replay_id):
        raise ValueError("a replay_recording without a replay_event before it that names its replay")
    head, _, events = payload.partition(b"\n")
    segment = msgspec.json.decode(head, type=_Segment).segment_id
    if not 0 <= segment < 2**31:
        raise ValueError(f"segment_id {segment} is out of range")
    if name := compression_of(events):
        events = inflate_named(events, name, Budget(MAX_BATCH_BYTES))
    times = [event.timestamp for event in decode_events(events)]
    user = {name: str(value)[:200] for name, value in replay.user.items() if value and name != "ip_address"}
    if user and segment == 0 and times:
        said = {"id": user.pop("id", user.get("email", user.get("username", ""))), "traits": user}
        told = {"type": 5, "data": {"tag": "playhead.identify", "payload": said}, "timestamp": max(times)}
        events = events.rstrip()[:-1] + b"," + msgspec.json.encode(told) + b"]"
    facts = _facts(site, replay.replay_id, PAGE, segment, times, now_ms)
    return AdmittedBatch(facts, deflate(events))


def _error(site: str, payload: bytes, now_ms: int) -> AdmittedBatch | None:
    event = _object(msgspec.json.decode(payload))
    of_context = _object(_object(event.get("contexts")).get("replay")).get("replay_id")
    session = str(_object(event.get("tags")).get("replayId") or of_context or "")
    event_id = str(event.get("event_id") or "")
    if not _ID.fullmatch(session) or not _ID.fullmatch(event_id):
        return None
    values: list[Any] = _object(event.get("exception")).get("values") or []
    thrown = _object(values[-1]) if values else {}
    handled = _object(thrown.get("mechanism")).get("handled", True)
    said = {
        "kind": "handled" if handled else "exception",
        "name": str(thrown.get("type") or "Error"),
        "message": str(thrown.get("value") or event.get("message") or "")[:2000],
        "stack": "\n".join(_frame(frame) for frame in _frames(thrown)),
    }
    at = event.get("timestamp")
    at_ms = at * 1000 if isinstance(at, int | float) else float(now_ms)
    raw = msgspec.json.encode([{"type": 5, "data": {"tag": "playhead.error", "payload": said}, "timestamp": at_ms}])
    return AdmittedBatch(_facts(site, session, f"e_{event_id}"[:64], 0, [at_ms], now_ms), deflate(raw))


def _frames(thrown: dict[str, Any]) -> list[dict[str, Any]]:
    frames: list[Any] = _object(thrown.get("stacktrace")).get("frames") or []
    return [_object(frame) for frame in reversed(frames[-10:])]


def _frame(frame: dict[str, Any]) -> str:
    place = f"{frame.get('filename', '?')}:{frame.get('lineno', 0)}:{frame.get('colno', 0)}"
    return f"    at {frame.get('function', '?')} ({place})"


def _facts(site: str, session: str, page: str, seq: int, times: list[float], now_ms: int) -> BatchFacts:
    in_ms = [time * 1000 if time < 1e11 else time for time in times if time > 0]
    return BatchFacts(
        site=site,
        session=session,
        page=page,
        seq=seq,
        received_ms=now_ms,
        events=len(times),
        first_ms=min(in_ms, default=0.0),
        last_ms=max(in_ms, default=0.0),
    )


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
