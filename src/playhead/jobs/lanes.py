"""Lanes: the page of any tab at any moment, also while another one was in front and its slices show that one.

Costs a reading of the session up to that moment; nothing of it is kept.
"""

import msgspec

from playhead.core.assets.walk import AssetWalk
from playhead.core.events import CUSTOM, META, Event, encode_events
from playhead.core.lanes import in_order
from playhead.core.mirror.dom import Mirror
from playhead.core.playback.activity import tag_of_custom
from playhead.core.playback.keyframes import keyframe
from playhead.core.playback.sanitise import safe_event
from playhead.core.playback.segments import TOLD
from playhead.core.readers.formats import FormatError, read_recording
from playhead.query.assets import visit_of
from playhead.store import Store
from playhead.store.assets import assets_of
from playhead.store.clean import read_clean
from playhead.store.segments import encode_slice


def lane_at(store: Store, session_id: str, lane: str, t_ms: float) -> bytes | None:
    """Return the JSON of a slice that shows the lane's page at `t_ms` (epoch); None where it has none by then."""
    mirror, told = _read(read_clean(store, session_id).events, lane, t_ms)
    if mirror.document is None:
        return None
    frames = [*keyframe(mirror, t_ms=t_ms, safe=True), *told]
    if kept := [asset for asset in assets_of(store.index, session_id) if asset.content]:
        frames = AssetWalk(visit_of(session_id, kept)).slice(frames)
    return encode_slice(frames, [])


def _read(events: list[Event], lane: str, t_ms: float) -> tuple[Mirror, list[bytes]]:
    """Return the lane's page, and what it last said of its address and colours."""
    mirror, told = Mirror(), dict[str, bytes]()
    try:
        read = read_recording(encode_events(events)).events if events else []
    except FormatError:
        read = []
    for event in in_order(read).events:
        if event.page != lane or event.timestamp > t_ms:
            continue
        mirror.apply(event)
        if event.type == META:
            told.pop("playhead.navigate", None)
        elif event.type == CUSTOM and b'"playhead.' in event.raw and (tag := tag_of_custom(event)) in TOLD:
            blob = safe_event(msgspec.structs.replace(event, timestamp=t_ms), tag_of=_nothing, rel_of=_nothing)
            told.pop(tag, None)
            if blob is not None:
                told[tag] = blob
    return mirror, list(told.values())


def _nothing(_node_id: int) -> str:
    return ""
