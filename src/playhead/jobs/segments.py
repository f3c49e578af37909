"""Segments: a finished session's log → slices that each begin with a keyframe, so that any moment is shown at once.

Made by the worker after the digest, or when somebody watches first. Idempotent: the manifest carries the state of the
log and the version of the maker, and anything else is made anew.
"""

import logging
import threading
from typing import Final

import msgspec
import sqlalchemy as sa

from playhead.core.assets.walk import AssetWalk
from playhead.core.events import encode_events
from playhead.core.playback.segments import SEGMENT_VERSION, Segment, SegmentBuilder, build
from playhead.core.readers.formats import FormatError, read_recording
from playhead.query.assets import visit_of
from playhead.store import Store
from playhead.store.assets import assets_of, round_of
from playhead.store.clean import read_clean
from playhead.store.log import SessionRead
from playhead.store.segments import Gap, Manifest, Stored, Writer, encode_slice, load_manifest, note_use, save_segments
from playhead.store.tables import sessions

ACTIVITY_BUCKETS: Final = 480
MAX_GAPS: Final = 200

log = logging.getLogger(__name__)
_locks = [threading.Lock() for _ in range(64)]


def ensure_segments(store: Store, session_id: str) -> Stored | None:
    """Return the session's slices, made if need be; None for an unknown session."""
    revision = log_revision(store, session_id)
    if revision is None:
        return None
    asked_ms = round_of(store.index, session_id).done_ms
    stored = load_manifest(store.index, session_id)
    if stored is not None and _is_fresh(stored, revision, asked_ms):
        note_use(store.index, session_id, stored, now_ms=store.now_ms())
        return stored
    with _locks[hash(session_id) % len(_locks)]:
        stored = load_manifest(store.index, session_id)  # another thread may have made it while we waited
        if stored is not None and _is_fresh(stored, revision, asked_ms):
            return stored
        return make_segments(store, session_id)


def ready_segments(store: Store, session_id: str) -> Stored | None:
    """Return the session's slices if they stand as they should, without making any."""
    stored, revision = load_manifest(store.index, session_id), log_revision(store, session_id)
    if stored is None or revision is None:
        return None
    return stored if _is_fresh(stored, revision, round_of(store.index, session_id).done_ms) else None


def make_segments(store: Store, session_id: str) -> Stored | None:
    """Read the session anew and replace its slices."""
    asked_ms = round_of(store.index, session_id).done_ms  # first: rows that come meanwhile make the slices stale
    kept = [asset for asset in assets_of(store.index, session_id) if asset.content] if asked_ms else []
    walk = AssetWalk(visit_of(session_id, kept)) if kept else None
    read = read_clean(store, session_id)
    builder = _built(read)
    writer = Writer()
    for segment in slices_of(builder):
        if walk:
            segment.keyframe, segment.events = walk.slice(segment.keyframe), walk.slice(segment.events)
        body = encode_slice(segment.keyframe, segment.events)
        writer.add(body, from_ms=segment.from_ms, to_ms=segment.to_ms, fresh=segment.fresh)
    panels = builder.panels.finish()
    place = writer.frame(msgspec.json.encode(panels))
    manifest = msgspec.structs.replace(
        manifest_of(builder, writer, lost_stretches(read)),
        panels=place,
        errors=panels.problems,
        requests=len(panels.requests),
        assets_ms=asked_ms,
    )
    return save_segments(
        store.objects,
        store.index,
        session_id,
        manifest,
        writer.blob(),
        revision=read.revision,
        version=SEGMENT_VERSION,
        now_ms=store.now_ms(),
    )


def slices_of(builder: SegmentBuilder) -> list[Segment]:
    return [*builder.closed, *([builder.open] if builder.open is not None else [])]


def manifest_of(builder: SegmentBuilder, writer: Writer, lost: list[Gap]) -> Manifest:
    start_ms, end_ms = builder.start_ms or 0.0, builder.end_ms
    blank = [Gap(*missing) for missing in builder.gaps()]
    return Manifest(
        start_ms=start_ms,
        end_ms=end_ms,
        places=writer.places,
        activity=builder.activity.buckets(start_ms, end_ms, count=ACTIVITY_BUCKETS),
        idle=[(from_ms, to_ms) for from_ms, to_ms in builder.activity.idle(end_ms)],
        gaps=sorted([*blank, *lost], key=lambda gap: gap.from_ms)[:MAX_GAPS],
        dropped=builder.dropped,
        tabs=builder.tabs.tabs(end_ms),
    )


def lost_stretches(read: SessionRead) -> list[Gap]:
    """Return when the batches that are missing or damaged should have played."""
    found: list[Gap] = []
    for gap in read.gaps:
        lane = [batch for batch in read.batches if batch.key.page == gap.page]
        own = [batch for batch in lane if gap.from_seq <= batch.key.seq <= gap.to_seq and batch.last_ms > 0]
        if own:
            from_ms, to_ms = min(batch.first_ms for batch in own), max(batch.last_ms for batch in own)
        else:
            before = [batch.last_ms for batch in lane if batch.key.seq < gap.from_seq]
            after = [batch.first_ms for batch in lane if batch.key.seq > gap.to_seq]
            if not after:
                continue
            from_ms, to_ms = max(before, default=min(after)), min(after)
        found.append(Gap(from_ms, max(from_ms, to_ms), gap.reason))
    return found


def log_revision(store: Store, session_id: str) -> int | None:
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions.c.log_revision).where(sessions.c.id == session_id)).scalar()


def _built(read: SessionRead) -> SegmentBuilder:
    if not read.events:
        return SegmentBuilder()
    try:
        return build(read_recording(encode_events(read.events)).events)
    except FormatError:
        return SegmentBuilder()


def _is_fresh(stored: Stored, revision: int, asked_ms: int) -> bool:
    made_from = stored.revision >= revision and stored.manifest.assets_ms >= asked_ms
    return made_from and stored.version == SEGMENT_VERSION
