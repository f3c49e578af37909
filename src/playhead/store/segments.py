"""Segments in the store: one immutable object a finished session, and the manifest that says where each slice lies.

Layout    the object is zstd frames one after the other, each the JSON {"keyframe": [event, …], "events": [event, …]};
          a slice is read by its place alone (Objects.get_range), so a window costs the same in any session
Lifetime  made from the log and disposable: another revision of the log or another version of the maker replaces them.
          Written first, then pointed to, then the old object goes; what a crash leaves is removed at the next start.
          What nobody watched for a day goes (`let_go`) and is made anew when somebody does
Errors    SegmentError where a slice is gone or damaged; the others of its session can still be read
"""

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa
from isal.isal_zlib import crc32

from playhead.core.playback.tabs import Tab
from playhead.store.assets import wanted_keys
from playhead.store.index import Index, insert_ignore
from playhead.store.objects import ObjectMissing, Objects
from playhead.store.tables import manifests, removals, sessions
from playhead.store.zstd import ZstdError, deflate, inflate

PREFIX: Final = "segments/"
HOUR_MS: Final = 3_600_000


class SegmentError(ValueError):
    """A slice of the session cannot be read; the message says why."""


class Place(msgspec.Struct, array_like=True, frozen=True):
    """One slice: when it plays, where it lies in the object, whether it begins a page (core.segments)."""

    from_ms: float
    to_ms: float
    start: int
    length: int
    crc32: int
    size: int  # of its JSON
    fresh: bool


class Gap(msgspec.Struct, array_like=True, frozen=True):
    """A stretch of which nothing can be shown, or in which batches are missing, and why."""

    from_ms: float
    to_ms: float
    reason: str


class Manifest(msgspec.Struct, frozen=True):
    """What is known of a session's replay without reading it."""

    start_ms: float
    end_ms: float
    places: list[Place]
    activity: list[float]
    idle: list[tuple[float, float]]
    gaps: list[Gap]
    dropped: dict[str, int]
    panels: Place | None = None  # what the panels list, core.panels as JSON, in the same object
    errors: int = 0  # lines of the console that are errors
    requests: int = 0
    tabs: list[Tab] = []  # where there are several
    assets_ms: int = 0  # which round of looking for assets its addresses were written after; 0: none


class Stored(NamedTuple):
    """A manifest with its object and what it was made from."""

    manifest: Manifest
    key: str
    revision: int
    version: int
    watched_ms: int = 0


def encode_slice(keyframe: Sequence[bytes], events: Sequence[bytes]) -> bytes:
    return b'{"keyframe":[' + b",".join(keyframe) + b'],"events":[' + b",".join(events) + b"]}"


class Writer:
    """Lays slices out one after the other."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, body: bytes, *, from_ms: float, to_ms: float, fresh: bool) -> None:
        self.places.append(self.frame(body, from_ms=from_ms, to_ms=to_ms, fresh=fresh))

    def frame(self, body: bytes, *, from_ms: float = 0, to_ms: float = 0, fresh: bool = False) -> Place:
        """Lay down one frame that is no slice; return its place."""
        frame = deflate(body)
        place = Place(from_ms, to_ms, self._size, len(frame), crc32(frame), len(body), fresh)
        self._parts.append(frame)
        self._size += len(frame)
        return place

    def take(self) -> list[bytes]:
        """Hand over the frames laid down since, for a writer whose slices are not kept as one object."""
        taken, self._parts = self._parts, []
        return taken

    def blob(self) -> bytes:
        return b"".join(self._parts)


def load_manifest(index: Index, session_id: str) -> Stored | None:
    """Return the session's manifest, whatever it was made from, or None."""
    row = sa.select(manifests).where(manifests.c.session == session_id)
    with index.read() as connection:
        found = connection.execute(row).mappings().first()
    if found is None:
        return None
    manifest = msgspec.json.decode(found["manifest"], type=Manifest)
    return Stored(manifest, found["key"], found["revision"], found["version"], found["watched_ms"])


def save_segments(
    objects: Objects,
    index: Index,
    session_id: str,
    manifest: Manifest,
    blob: bytes,
    *,
    revision: int,
    version: int,
    now_ms: int,
) -> Stored | None:
    """Keep the object, then point to it; None, and nothing kept, if the session was erased meanwhile."""
    content = hashlib.sha256(blob).hexdigest()[:20]
    owner = hashlib.sha256(session_id.encode()).hexdigest()[:20]
    key = f"{PREFIX}{owner[:2]}/{owner}-{revision}-{version}-{content}"
    objects.put(key, blob, if_absent=False)
    values = {"revision": revision, "version": version, "key": key, "bytes": len(blob), "watched_ms": now_ms}
    values["manifest"] = msgspec.json.encode(manifest).decode()
    with index.write() as connection:
        exists = connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session_id)).first()
        newer = sa.and_(manifests.c.session == session_id, manifests.c.revision > revision)
        late = exists is not None and connection.execute(sa.select(manifests.c.session).where(newer)).first()
        if exists is not None and not late:
            mark_removed(connection, session_id, but=key)
            connection.execute(sa.delete(manifests).where(manifests.c.session == session_id))
            connection.execute(sa.insert(manifests), {"session": session_id, **values})
    if exists is None:
        objects.delete(key)
        return None
    if late:  # a worker that was paused in the middle comes after the one that took its place
        objects.delete(key)
        return load_manifest(index, session_id)
    finish_removals(objects, index)
    return Stored(manifest, key, revision, version, now_ms)


def note_use(index: Index, session_id: str, stored: Stored, *, now_ms: int) -> None:
    """Remember that somebody watches, to the hour."""
    if stored.watched_ms + HOUR_MS < now_ms:
        with index.write(rebuildable=True) as connection:
            own = manifests.c.session == session_id
            connection.execute(sa.update(manifests).where(own).values(watched_ms=now_ms))


def let_go(objects: Objects, index: Index, *, before_ms: int, limit: int = 500) -> int:
    """Delete the segments that nobody used since; return how many sessions had some."""
    unused = sa.select(manifests.c.session).where(manifests.c.watched_ms < before_ms).limit(limit)
    with index.write() as connection:
        ids = list(connection.execute(unused).scalars())
        for session_id in ids:
            mark_removed(connection, session_id)
            connection.execute(sa.delete(manifests).where(manifests.c.session == session_id))
    if ids:
        finish_removals(objects, index)
    return len(ids)


def read_slice(objects: Objects, stored: Stored, number: int) -> bytes:
    """Return the zstd frame of one slice as it was written; raises SegmentError."""
    if not 0 <= number < len(stored.manifest.places):
        raise SegmentError(f"there is no segment {number}; the session has {len(stored.manifest.places)}")
    return _frame(objects, stored.key, stored.manifest.places[number], f"segment {number}")


def read_panels(objects: Objects, stored: Stored) -> bytes:
    """Return the JSON of core.panels; raises SegmentError."""
    place = stored.manifest.panels
    return b"{}" if place is None else inflate_slice(_frame(objects, stored.key, place, "the panels' part"))


def _frame(objects: Objects, key: str, place: Place, noun: str) -> bytes:
    try:
        frame = objects.get_range(key, place.start, place.length)
    except (ObjectMissing, OSError) as error:
        raise SegmentError(f"{noun} cannot be read: {error.strerror or error}") from None
    if len(frame) != place.length or crc32(frame) != place.crc32:
        raise SegmentError(f"{noun} is damaged (checksum)")
    return frame


def inflate_slice(frame: bytes) -> bytes:
    """Return the JSON of a slice; raises SegmentError."""
    try:
        return inflate(frame)
    except ZstdError as error:
        raise SegmentError(f"a segment is damaged: {error}") from None


def mark_removed(connection: sa.Connection, session_id: str, *, but: str = "") -> None:
    """Remember, in this transaction, that the session's present object is to be deleted."""
    kept = sa.select(manifests.c.key).where(manifests.c.session == session_id, manifests.c.key != but)
    rows = [{"key": key} for key in connection.execute(kept).scalars()]
    if rows:
        connection.execute(insert_ignore(connection, removals), rows)


def finish_removals(objects: Objects, index: Index) -> int:
    """Delete every object that is marked, unless a manifest or an asset points to it again; return how many."""
    with index.read() as connection:
        waiting = list(connection.execute(sa.select(removals.c.key)).scalars())
        wanted = set(connection.execute(sa.select(manifests.c.key).where(manifests.c.key.in_(waiting))).scalars())
        wanted |= wanted_keys(connection, waiting)
    for key in waiting:
        if key not in wanted:
            objects.delete(key)
        with index.write() as connection:
            connection.execute(sa.delete(removals).where(removals.c.key == key))
    return len(waiting)


def remove_orphans(objects: Objects, index: Index) -> int:
    """Delete objects that no manifest points to; only while nobody else has the store open."""
    with index.read() as connection:
        known = set(connection.execute(sa.select(manifests.c.key)).scalars())
    orphans = [key for key in objects.list(PREFIX) if key not in known]
    for key in orphans:
        objects.delete(key)
    return len(orphans)
