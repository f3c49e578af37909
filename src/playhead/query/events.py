"""A session's rrweb events: all of them as recorded, or what replays a window."""

from bisect import bisect_right

import msgspec

from playhead.core.events import Event, decode_events, encode_events
from playhead.core.moments import moment_ms
from playhead.core.playback import keyframes
from playhead.store import Store
from playhead.store.clean import read_clean
from playhead.store.segments import SegmentError, Stored, inflate_slice, read_slice

_STRADDLE_MS = 1.0  # a slice shows its first moment from 1 ms after it on


class _Slice(msgspec.Struct):
    keyframe: list[msgspec.Raw]
    events: list[msgspec.Raw]


def all_events(store: Store, session_id: str) -> bytes:
    """Return the JSON array of every event, byte for byte as recorded but for what is scrubbed, in stored order."""
    return encode_events(read_clean(store, session_id).events)


def window(store: Store, stored: Stored, *, from_ms: float | None, to_ms: float | None) -> bytes:
    """Return the JSON array that replays `from_ms`–`to_ms` in one rrweb Replayer, a keyframe first.

    Reads the slices of the window alone, so it costs the same anywhere in a session of any length. What could act in a
    viewer's browser is not in them. A slice that cannot be read is left out: the next one begins with its keyframe.
    Moments too small for the recorder's clock count from the session's beginning.
    """
    places = stored.manifest.places
    begin_ms = stored.manifest.start_ms
    start_ms = float("-inf") if from_ms is None else moment_ms(from_ms, begin_ms)
    last_ms = float("inf") if to_ms is None else moment_ms(to_ms, begin_ms)
    first = 0 if from_ms is None else first_slice(stored, start_ms)
    events: list[Event] = []
    broken = True
    for number in range(first, len(places)):
        place = places[number]
        if events and place.from_ms > last_ms:
            break
        try:
            parts = msgspec.json.decode(inflate_slice(read_slice(store.objects, stored, number)), type=_Slice)
        except SegmentError:
            broken = True
            continue
        given = [*parts.keyframe, *parts.events] if broken or place.fresh else parts.events
        events += decode_events(b"[" + b",".join(given) + b"]")
        broken = False
    return b"[" + b",".join(keyframes.window(events, from_ms=start_ms, to_ms=last_ms)) + b"]"


def first_slice(stored: Stored, t_ms: float) -> int:
    """Return the slice that shows the moment `t_ms`."""
    starts = [place.from_ms + _STRADDLE_MS for place in stored.manifest.places]
    return max(0, bisect_right(starts, t_ms) - 1)
