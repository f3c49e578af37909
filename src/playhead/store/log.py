"""SessionLog: the events of a session as they were recorded, read from its packs.

Order   inside a page by `seq` and then as sent; pages that overlap in time (tabs) are woven together by timestamp
        without changing the order inside any of them. The same packs always give the same order.
Gaps    a batch that never came, or cannot be read, is a Gap and reading goes on; nothing here raises for it
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from heapq import merge
from itertools import accumulate
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.core.events import Event, EventError, decode_events, encode_events, normalise_units
from playhead.store.batch import BatchKey
from playhead.store.bodies import Bodies
from playhead.store.dictionaries import Dictionaries
from playhead.store.index import Index
from playhead.store.inflate import MAX_BATCH_BYTES, InflateError
from playhead.store.objects import ObjectMissing, Objects
from playhead.store.pack import PackError
from playhead.store.tables import batches, packs, sessions

MAX_SESSION_BYTES: Final = 1 << 30  # inflated; 8 hours of a busy page are about 500 MB
PACK_GONE: Final = "its pack is gone"


class StoredBatch(NamedTuple):
    """One batch of a session and where its body is."""

    key: BatchKey
    pack: str
    start: int
    length: int
    crc32: int
    events: int
    first_ms: float
    last_ms: float
    sent_ms: float
    received_ms: int

    @property
    def place(self) -> tuple[str, int, int, int]:
        """What Bodies.get asks for."""
        return self.pack, self.start, self.length, self.crc32


class Gap(NamedTuple):
    """A run of batches of one page that cannot be had, and why."""

    page: str
    from_seq: int
    to_seq: int
    reason: str


class SessionRead(NamedTuple):
    """A session's events and what is missing among them; `revision` is the state of the log that was read."""

    events: list[Event]
    gaps: list[Gap]
    skipped: dict[str, int]  # why → how many parts of readable batches were no events
    batches: list[StoredBatch]
    revision: int


class SessionLog:
    def __init__(self, objects: Objects, index: Index) -> None:
        self._objects, self._index = objects, index
        self.dictionaries = Dictionaries(objects)

    def exists(self, session_id: str) -> bool:
        with self._index.read() as connection:
            return connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session_id)).first() is not None

    def batches(self, session_id: str) -> Iterator[StoredBatch]:
        """Give the session's batches by page (in the order in which pages began) and seq."""
        _, found = self._look_up(session_id)
        yield from found

    def bodies(self) -> Bodies:
        """Return a reader of batches, for one thread and one reading."""
        return Bodies(self._objects, self.dictionaries)

    def body(self, batch: StoredBatch) -> bytes:
        """Return a batch's JSON; raises ObjectMissing, PackError or InflateError. For many batches see `bodies`."""
        return self.bodies().get(*batch.place)

    def events(self, session_id: str) -> list[Event]:
        """Return every event that can be read; empty for an unknown session."""
        return self.read(session_id).events

    def export(self, session_id: str) -> bytes:
        """Return every event as one JSON array, each byte for byte as it was recorded."""
        return encode_events(self.events(session_id))

    def read(self, session_id: str, *, limit_bytes: int = MAX_SESSION_BYTES) -> SessionRead:
        """Return events and gaps; batches past `limit_bytes` of inflated JSON are gaps too."""
        revision, found = self._look_up(session_id)
        read = self._read(found, revision, limit_bytes)
        if any(gap.reason == PACK_GONE for gap in read.gaps):
            revision, again = self._look_up(session_id)
            if again != found:  # an erasure rewrote the pack while we read
                return self._read(again, revision, limit_bytes)
        return read

    def newer(self, session_id: str, known: Collection[BatchKey], *, since_ms: int) -> SessionRead:
        """As `read`, of the batches received since `since_ms` whose keys are not `known`; says nothing of gaps."""
        revision, found = self._look_up(session_id, since_ms=since_ms)
        fresh = [batch for batch in found if batch.key not in known]
        return self._read(fresh, revision, MAX_SESSION_BYTES)

    def _read(self, found: Sequence[StoredBatch], revision: int, limit_bytes: int) -> SessionRead:
        lanes: dict[str, list[Event]] = {}
        gaps = list(_missing(found))
        skipped: dict[str, int] = {}
        left = limit_bytes
        bodies = self.bodies()
        for batch in found:
            try:
                body = bodies.get(*batch.place, limit_bytes=min(MAX_BATCH_BYTES, left))
                left -= len(body)
                lanes.setdefault(batch.key.page, []).extend(decode_events(body, skipped=skipped))
            except ObjectMissing:
                gaps.append(Gap(batch.key.page, batch.key.seq, batch.key.seq, PACK_GONE))
            except (PackError, InflateError, EventError) as error:
                gaps.append(Gap(batch.key.page, batch.key.seq, batch.key.seq, str(error)))
        events = _weave(list(lanes.values()))
        normalise_units(events)  # over the whole session, as for a file: one batch alone may not tell its unit
        return SessionRead(events, gaps, skipped, list(found), revision)

    def _look_up(self, session_id: str, *, since_ms: int = 0) -> tuple[int, list[StoredBatch]]:
        with self._index.read() as connection:
            revision = connection.execute(_REVISION, {"id": session_id}).scalar() or 0
            rows = connection.execute(_BATCHES, {"id": session_id, "since_ms": since_ms}).all()
        found = [StoredBatch._make((BatchKey._make(row[:3]), *row[3:])) for row in rows]
        began: dict[str, float] = {}
        for batch in found:
            began[batch.key.page] = min(began.get(batch.key.page, batch.first_ms), batch.first_ms)
        found.sort(key=lambda batch: (began[batch.key.page], batch.key))
        return revision, found


def _missing(found: Sequence[StoredBatch]) -> Iterator[Gap]:
    """Give the runs of sequence numbers that no batch has; what follows the last one nobody can know."""
    page, expected = "", 0
    for batch in found:
        if batch.key.page != page:
            page, expected = batch.key.page, 0
        if batch.key.seq > expected:
            yield Gap(page, expected, batch.key.seq - 1, "never received")
        expected = batch.key.seq + 1


def _weave(lanes: Sequence[list[Event]]) -> list[Event]:
    """Merge lanes by time; inside a lane an event never overtakes, however its clock jumped."""
    if len(lanes) < 2:
        return lanes[0] if lanes else []
    timed = [_running(number, lane) for number, lane in enumerate(lanes)]
    return [lanes[number][position] for _, number, position in merge(*timed)]


def _running(number: int, lane: Sequence[Event]) -> Iterator[tuple[float, int, int]]:
    latest: Callable[[float, float], float] = max
    for position, time_ms in enumerate(accumulate((event.timestamp for event in lane), latest)):
        yield time_ms, number, position


_REVISION: Final = sa.select(sessions.c.log_revision).where(sessions.c.id == sa.bindparam("id"))
_BATCHES: Final = (
    sa.select(
        batches.c.session,
        batches.c.page,
        batches.c.seq,
        packs.c.key,
        *(batches.c[name] for name in StoredBatch._fields[2:]),
    )
    .join(packs, packs.c.id == batches.c.pack)
    .where(batches.c.session == sa.bindparam("id"), batches.c.received_ms >= sa.bindparam("since_ms"))
)
