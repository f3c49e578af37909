"""Imports: one recording in any shape → a stored session, the same id for the same events.

The events are kept in the order and with the bytes they came with, as batches of one page, so that an export gives
them back exactly. A failed import leaves nothing behind.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final

import sqlalchemy as sa

from playhead.core.events import Event, encode_events
from playhead.core.readers.formats import read_recording
from playhead.core.scrub import scrub_events
from playhead.jobs.digest import ensure_digested
from playhead.store import Store
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.erasure import erase
from playhead.store.packs import Ack
from playhead.store.record import Outcome
from playhead.store.site_settings import load_settings
from playhead.store.tables import erased, sessions, sites
from playhead.store.zstd import deflate

PAGE: Final = "import"
CHUNK_BYTES: Final = 4 << 20  # inflated; an event is at most 30 MiB, a batch at most 32
MAX_UNWRITTEN: Final = 4  # chunks on their way to the disk while the next is compressed
MAX_TIME_MS: Final = 4_102_444_800_000.0  # the year 2100
ID_CHARACTERS: Final = 24  # of a SHA-256 in hex: 96 bits

Progress = Callable[[int, int], None]
_importing = threading.Lock()  # one at a time: two of the same recording would undo each other


class UnknownSite(LookupError):
    """There is no site with this key."""


class ImportStopped(RuntimeError):
    """The store would not take the recording; the message says why."""


def import_recording(store: Store, site_key: str, blob: bytes, *, progress: Progress | None = None) -> str:
    """Store and digest one recording; return its session id, the same one for the same events.

    The same events are one session, of the site it was first imported to.
    `progress(done, total)` counts events. Raises FormatError, UnknownSite, ImportStopped, or NoSpace.
    """
    with store.index.read() as connection:
        if not connection.execute(sa.select(sites.c.key).where(sites.c.key == site_key)).first():
            raise UnknownSite(f"there is no site with the key {site_key!r}")
    events = read_recording(blob).events
    session_id = session_id_of(events)
    settings = load_settings(store.index, site_key)
    if settings is None or settings.privacy == "strict":
        events = scrub_events(events, strict=True)
    chunks = list(_chunks(events))
    with _importing:
        found = _stored_batches(store, session_id)
        if found not in (0, len(chunks)):
            _forget(store, session_id)  # what a killed import left
        if found != len(chunks):
            _store(store, site_key, session_id, events, chunks, progress or _silent)
    ensure_digested(store, session_id)
    return session_id


def imported_ids(store: Store) -> set[str]:
    """Return the ids of all sessions that imports stored."""
    with store.index.read() as connection:
        return set(connection.execute(sa.select(sessions.c.id).where(sessions.c.source == "import")).scalars())


def session_id_of(events: Sequence[Event]) -> str:
    """Return the id that an import of these events has: `i_` and a hash of their bytes, in order."""
    found = hashlib.sha256()
    for event in events:
        found.update(len(event.raw).to_bytes(8, "little"))
        found.update(event.raw)
    return f"i_{found.hexdigest()[:ID_CHARACTERS]}"


def _store(
    store: Store, site: str, session_id: str, events: Sequence[Event], chunks: Sequence[range], progress: Progress
) -> None:
    with store.index.write() as connection:  # who imports again what was erased means it
        connection.execute(sa.delete(erased).where(erased.c.session == session_id))
    unwritten: deque[Future[Ack]] = deque()
    try:
        for seq, chunk in enumerate(chunks):
            part = events[chunk.start : chunk.stop]
            unwritten.append(store.packs.submit(_batch(store, site, session_id, seq, part)))
            if len(unwritten) >= MAX_UNWRITTEN:
                _settle(unwritten.popleft())
            progress(chunk.stop, len(events))
        while unwritten:
            _settle(unwritten.popleft())
    except BaseException:
        _undo(store, session_id, unwritten)
        raise


def _settle(future: Future[Ack]) -> None:
    """Wait for one batch; raises what kept it from being stored."""
    outcome = future.result().outcome
    if outcome not in (Outcome.STORED, Outcome.DUPLICATE):
        raise ImportStopped(f"the store refused a part of the recording: {outcome.value}")


def _batch(store: Store, site: str, session_id: str, seq: int, part: Sequence[Event]) -> AdmittedBatch:
    times = [event.timestamp for event in part if 0 <= event.timestamp <= MAX_TIME_MS]
    facts = BatchFacts(
        site=site,
        session=session_id,
        page=PAGE,
        seq=seq,
        received_ms=store.now_ms(),
        source="import",
        events=len(part),
        first_ms=min(times, default=0.0),
        last_ms=max(times, default=0.0),
        ended=True,
    )
    return AdmittedBatch(facts, deflate(encode_events(part)))


def _undo(store: Store, session_id: str, unwritten: deque[Future[Ack]]) -> None:
    for future in unwritten:
        if not future.cancel():
            future.exception()  # waits: what is being written must be there to be erased
    _forget(store, session_id)


def _forget(store: Store, session_id: str) -> None:
    erase(store.objects, store.index, [session_id], now_ms=store.now_ms(), new_key=store.new_key, remember=False)


def _chunks(events: Sequence[Event]) -> Iterator[range]:
    """Split events into runs of about CHUNK_BYTES; a single larger event is a run of its own."""
    start, size = 0, 0
    for position, event in enumerate(events):
        if size and size + len(event.raw) > CHUNK_BYTES:
            yield range(start, position)
            start, size = position, 0
        size += len(event.raw) + 1
    yield range(start, len(events))


def _stored_batches(store: Store, session_id: str) -> int:
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions.c.batches).where(sessions.c.id == session_id)).scalar() or 0


def _silent(_done: int, _total: int) -> None:
    return
