"""PostHog: what an unmodified posthog-js sends, as batches.

Body      JSON, plain or gzip (told by its first bytes), or a form with `data=` (base64 or JSON): one event, an array of
          them, or {"api_key", "batch": [...]}; an event is {"event", "properties": {token, $session_id, $window_id, …}}
Kept      `$snapshot`: its rrweb events, uncompressed; `$identify`, `$exception` and the site's own events of a session
          as playhead.identify, .error and .event. Everything else is analytics, which is not Playhead's business
Identity  session: `$session_id`; page: a hash of what is in the request, so that a request sent twice is kept once.
          Each event says which window it is of: node ids belong to one
Source    posthog-js 1.449 as captured on the wire
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import parse_qs

import msgspec

from playhead.core.events import EventError, decode_events
from playhead.core.readers.inflate import Budget, FormatError
from playhead.core.readers.posthog import expand
from playhead.ingest.drops import Dropped, DropReason
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.inflate import MAX_BATCH_BYTES, InflateError, inflate
from playhead.store.zstd import deflate

MAX_PROPS: Final = 16_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Snapshot(msgspec.Struct, rename={"data": "$snapshot_data"}):
    data: msgspec.Raw = msgspec.Raw(b"[]")


class _Event(msgspec.Struct):
    event: str = ""
    properties: msgspec.Raw = msgspec.Raw(b"{}")
    token: str = ""
    api_key: str = ""
    timestamp: str | float | None = None


class _Said(msgspec.Struct, rename={"session": "$session_id", "window": "$window_id"}):
    session: str = ""
    window: str = ""
    token: str = ""
    distinct_id: str | int = ""


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw]
    api_key: str = ""


class Captured(msgspec.Struct):
    """What one request holds: batches to keep, and how many events were none of a recording's."""

    batches: list[AdmittedBatch]
    ignored: int = 0


def read_capture(query: Mapping[str, str], body: bytes, *, now_ms: int) -> Captured | Dropped:
    """Return the request's batches, or why it cannot be read."""
    try:
        raws, key = _events(inflate(body))
        found = [(msgspec.json.decode(raw, type=_Event)) for raw in raws]
        return _captured(found, key, query, now_ms)
    except InflateError as error:
        return Dropped(DropReason.TOO_LARGE_INFLATED if "limit" in str(error) else DropReason.NOT_A_BATCH, str(error))
    except (msgspec.MsgspecError, EventError, FormatError, ValueError, RecursionError) as error:
        return Dropped(DropReason.NOT_A_BATCH, f"not what posthog-js sends: {error}")


def _events(text: bytes) -> tuple[list[msgspec.Raw], str]:
    if text.startswith(b"data="):
        data = parse_qs(text.decode("latin-1"), max_num_fields=8).get("data", [""])[0]
        try:
            text = inflate(base64.b64decode(data, validate=True))
        except binascii.Error:
            text = data.encode("latin-1")
    if text.lstrip()[:1] == b"[":
        return msgspec.json.decode(text, type=list[msgspec.Raw]), ""
    try:
        wrapped = msgspec.json.decode(text, type=_Batch)
    except msgspec.ValidationError:
        return [msgspec.Raw(text)], ""
    return wrapped.batch, wrapped.api_key


def _captured(events: list[_Event], key: str, query: Mapping[str, str], now_ms: int) -> Captured:
    lanes: dict[tuple[str, str, str, str], list[bytes]] = {}
    ignored = 0
    budget = Budget(MAX_BATCH_BYTES)
    for event in events:
        said = msgspec.json.decode(event.properties, type=_Said)
        site = said.token or event.token or event.api_key or key
        made = _made(event, budget, now_ms) if _ID.fullmatch(said.session) else []
        if not made:
            ignored += 1
            continue
        window = said.window if _ID.fullmatch(said.window) else "w"
        lanes.setdefault((site, said.session, window, str(said.distinct_id)), []).extend(
            _of_window(raw, window) for raw in made
        )
    batches = [_batch(*lane, raws, query, now_ms) for lane, raws in lanes.items()]
    return Captured([batch for batch in batches if batch.facts.events], ignored)


def _made(event: _Event, budget: Budget, now_ms: int) -> list[bytes]:
    if event.event == "$snapshot":
        data = msgspec.json.decode(event.properties, type=_Snapshot).data
        raws = msgspec.json.decode(data, type=list[msgspec.Raw]) if bytes(data)[:1] == b"[" else [data]
        return [expand(bytes(raw), budget) or bytes(raw) for raw in raws]
    if event.event.startswith("$") and event.event not in ("$identify", "$exception"):
        return []
    props = cast("dict[str, Any]", msgspec.json.decode(event.properties))
    told = _told(event.event, props)
    return [msgspec.json.encode({"type": 5, "data": told, "timestamp": _time_ms(event.timestamp, now_ms)})]


def _told(name: str, props: dict[str, Any]) -> dict[str, Any]:
    if name == "$identify":
        traits = {**_object(props.get("$set_once")), **_object(props.get("$set"))}
        return {
            "tag": "playhead.identify",
            "payload": {"id": str(props.get("distinct_id", ""))[:200], "traits": traits},
        }
    if name == "$exception":
        listed = props.get("$exception_list")
        first = _object(listed[0]) if isinstance(listed, list) and listed else {}
        payload = {"kind": "exception", "name": first.get("type", ""), "message": first.get("value", ""), "stack": ""}
        return {"tag": "playhead.error", "payload": payload}
    own = {
        key: value for key, value in props.items() if not key.startswith("$") and key not in ("token", "distinct_id")
    }
    if len(msgspec.json.encode(own)) > MAX_PROPS:
        own = {"truncated": True}
    return {"tag": "playhead.event", "payload": {"name": name[:200], "props": own}}


def _of_window(raw: bytes, window: str) -> bytes:
    """Say in the event which window it is of; it has no `page` of its own, posthog-js knows none."""
    tail = raw.rstrip()
    return tail[:-1] + b',"page":"' + window.encode() + b'"}' if tail.endswith(b"}") and tail != b"{}" else raw


def _batch(
    site: str, session: str, window: str, visitor: str, raws: list[bytes], query: Mapping[str, str], now_ms: int
) -> AdmittedBatch:
    body = b"[" + b",".join(raws) + b"]"
    times = [event.timestamp for event in decode_events(body)]
    sent = query.get("_", "")
    facts = BatchFacts(
        site=site,
        session=session,
        page=f"ph_{hashlib.sha256(body).hexdigest()[:32]}",
        seq=0,
        received_ms=now_ms,
        visitor=visitor if re.fullmatch(r"[A-Za-z0-9_.@:+-]{1,128}", visitor) else "",
        events=len(times),
        first_ms=max(min(times, default=0.0), 0.0),
        last_ms=max(max(times, default=0.0), 0.0),
        sent_ms=float(sent) if sent.isdecimal() and len(sent) < 15 else 0.0,
    )
    return AdmittedBatch(facts, deflate(body))


def _time_ms(said: str | float | None, now_ms: int) -> float:
    try:
        if isinstance(said, str):
            return datetime.fromisoformat(said).timestamp() * 1000
    except ValueError:
        return float(now_ms)
    return float(said or now_ms)


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
