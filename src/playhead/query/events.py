"""A session's rrweb events: all of them as recorded, or what replays a window."""

from playhead.core import keyframes
from playhead.core.events import encode_events
from playhead.store import Store


def all_events(store: Store, session_id: str) -> bytes:
    """Return the JSON array of every event, byte for byte as recorded, in stored order."""
    return encode_events(store.log.events(session_id))


def window(store: Store, session_id: str, *, from_ms: float | None, to_ms: float | None) -> bytes:
    """Return the JSON array that replays `from_ms`–`to_ms` in one rrweb Replayer, a keyframe first."""
    events = store.log.events(session_id)
    first = float("-inf") if from_ms is None else from_ms
    last = float("inf") if to_ms is None else to_ms
    return b"[" + b",".join(keyframes.window(events, from_ms=first, to_ms=last)) + b"]"
