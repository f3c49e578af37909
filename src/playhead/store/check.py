"""Check: reads every object and every row that stands for one, changes nothing, and says what is wrong.

Lost    recorded bytes that cannot be had: only a backup brings them back
Stale   made from the packs, and made again from them: nothing is lost
Left    bytes or rows nothing needs: the next start takes them away, or takes them up
A store that a server writes to meanwhile may have a pack whose rows are on their way: young ones are not counted.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.core.trace import Trace
from playhead.store import Store, search
from playhead.store.assets import damaged, known_contents
from playhead.store.bodies import Bodies
from playhead.store.dictionaries import PREFIX as DICTIONARIES
from playhead.store.dictionaries import DictionaryError, read_dictionary
from playhead.store.film_rows import PREFIX as FILMS
from playhead.store.film_rows import kept_films
from playhead.store.inflate import InflateError
from playhead.store.objects import ObjectMissing, made_ms_of
from playhead.store.pack import PackError, read_contents
from playhead.store.record import key_of
from playhead.store.recovery import PREFIX, YOUNG_MS
from playhead.store.segments import PREFIX as SEGMENTS
from playhead.store.segments import SegmentError, Stored, inflate_slice, load_manifest, read_panels, read_slice
from playhead.store.tables import (
    OF_A_SESSION,
    batches,
    dictionaries,
    digests,
    leftovers,
    manifests,
    packs,
    rewrites,
    sessions,
)
from playhead.store.whole import is_whole
from playhead.store.zstd import ZstdError
from playhead.store.zstd import inflate as inflate_own

Kind = Literal["lost", "stale", "left"]
Progress = Callable[[str, int, int], None]


class Problem(NamedTuple):
    """One thing that is wrong: where, what, and what to do about it."""

    kind: Kind
    where: str
    what: str
    todo: str


RESTORE: Final = "restore the object from a backup; without one, the sessions show a gap there"
REMADE: Final = "nothing: it is made anew from the packs when somebody needs it"
ASSET: Final = "restore the object from a backup; without one, the page is shown without that picture, font or sheet"
AGAIN: Final = "nothing: whoever wants it has it made again"
UPKEEP: Final = "nothing: a running server takes it away within two hours"
NEXT_START: Final = "nothing: the next start of the server mends it"
REINDEX: Final = "run `playhead reindex`"


def check(store: Store, *, quick: bool = False, progress: Progress = lambda *_: None) -> Iterator[Problem]:
    """Give every problem found; `quick` looks at places and headers without reading what they hold."""
    yield from _database(store)
    yield from _dictionaries(store)
    yield from _packs(store, quick, progress)
    yield from _segments(store, quick, progress)
    yield from _assets(store, quick, progress)
    yield from _films(store)
    yield from _sessions(store)
    yield from _search(store)
    if not quick:
        yield from _traces(store, progress)


def _database(store: Store) -> Iterator[Problem]:
    if store.index.shared:
        return  # PostgreSQL checks its own pages, where checksums are on
    with store.index.read() as connection:
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if said != "ok":
                yield Problem("stale", "index", f"SQLite says: {said}", REINDEX)


def _dictionaries(store: Store) -> Iterator[Problem]:
    """What whole sessions were compressed with."""
    with store.index.read() as connection:
        known = set(connection.execute(sa.select(dictionaries.c.key)).scalars())
        count = sa.select(packs.c.dictionary, sa.func.count()).where(packs.c.dictionary != "")
        needed = dict(iter(connection.execute(count.group_by(packs.c.dictionary))))
    found = set(store.objects.list(DICTIONARIES))
    for key in sorted(found - known):
        yield Problem("left", key, "a dictionary the index does not know", NEXT_START)
    for key in sorted(known | needed.keys()):
        try:
            read_dictionary(store.objects.get(key), name=key)
        except ObjectMissing:
            said = f"the object is gone; {needed.get(key, 0)} sessions were compressed with it"
            yield Problem("lost" if key in needed else "stale", key, said, RESTORE)
        except DictionaryError as error:
            yield Problem("lost" if key in needed else "stale", key, str(error), RESTORE)


def _packs(store: Store, quick: bool, progress: Progress) -> Iterator[Problem]:
    with store.index.read() as connection:
        known = dict(iter(connection.execute(sa.select(packs.c.key, packs.c.id))))
        homeless = sa.select(batches.c.session, batches.c.pack).where(batches.c.pack.not_in(sa.select(packs.c.id)))
        for session, pack in connection.execute(homeless.distinct()):
            yield Problem("lost", f"session {session}", f"batches of a pack without a row ({pack})", REINDEX)
    found = set(store.objects.list(PREFIX))
    young_from = time.time() * 1000 - YOUNG_MS
    for key in sorted(found - known.keys()):
        if made_ms_of(key) < young_from:
            yield Problem("left", key, "a pack the index does not know", NEXT_START)
    for number, key in enumerate(sorted(known)):
        progress("packs", number, len(known))
        if key in found:
            yield from _pack(store, key, known[key], quick)
        else:
            yield Problem("lost", key, f"the object is gone; {_held(store, known[key])}", RESTORE)
    progress("packs", len(known), len(known))


def _pack(store: Store, key: str, pack: int, quick: bool) -> Iterator[Problem]:
    columns = (batches.c.session, batches.c.page, batches.c.seq, batches.c.start, batches.c.length, batches.c.crc32)
    with store.index.read() as connection:  # before the object: one that grows has the more
        size = connection.execute(sa.select(packs.c.bytes).where(packs.c.id == pack)).scalar() or 0
        rows = list(connection.execute(sa.select(*columns).where(batches.c.pack == pack)))
        notes = (sa.select(table.c.pack).where(table.c.pack == pack) for table in (rewrites, leftovers))
        marked = connection.execute(sa.union(*notes)).first()
    try:
        contents = read_contents(lambda start, length: store.objects.get_range(key, start, length), name=key)
    except PackError as error:
        yield Problem("lost", key, f"{error}; {_held(store, pack)}", RESTORE)
        return
    except ObjectMissing:  # an erasure or scrubbing put another in its place meanwhile
        return
    if contents.size < size and contents.torn:
        said = f"from byte {contents.size:,} of {size:,} on it cannot be read; {_held(store, pack)}"
        yield Problem("lost", key, said, RESTORE)
        rows = [row for row in rows if row.start < contents.size]
    bodies = store.log.bodies()
    known = [item for item in contents.placed if item.start <= size or is_whole(key)]
    placed = {key_of(i.entry.facts): (i.start, i.entry.length, i.entry.crc32) for i in known}
    if len(rows) < len(placed) and not marked:
        yield Problem("left", key, f"{len(placed) - len(rows)} of its {len(placed)} batches have no row", REINDEX)
    for session, page, seq, start, length, checksum in rows:
        where = f"{key}: session {session}, page {page}, batch {seq}"
        if placed.get((session, page, seq)) != (start, length, checksum):
            yield Problem("stale", where, "the index and the pack's header do not agree on its place", REINDEX)
        elif not quick:
            yield from _body(bodies, where, (key, start, length, checksum))


def _body(bodies: Bodies, where: str, place: tuple[str, int, int, int]) -> Iterator[Problem]:
    try:
        bodies.get(*place)
    except ObjectMissing:
        return
    except (PackError, InflateError) as error:
        yield Problem("lost", where, str(error), RESTORE)


def _held(store: Store, pack: int) -> str:
    with store.index.read() as connection:
        count = sa.func.count(sa.distinct(batches.c.session))
        number = connection.execute(sa.select(count).where(batches.c.pack == pack)).scalar_one()
    return f"{number} session{'s' if number != 1 else ''} had batches in it"


def _segments(store: Store, quick: bool, progress: Progress) -> Iterator[Problem]:
    with store.index.read() as connection:
        known = dict(iter(connection.execute(sa.select(manifests.c.session, manifests.c.key))))
    found = set(store.objects.list(SEGMENTS))
    for key in sorted(found - set(known.values())):
        yield Problem("left", key, "segments no session points to", NEXT_START)
    for number, (session, key) in enumerate(sorted(known.items())):
        progress("segments", number, len(known))
        where = f"{key}: session {session}"
        if key not in found:
            yield Problem("stale", where, "its segments are gone", REMADE)
        elif not quick and (stored := load_manifest(store.index, session)) and stored.key == key:
            yield from (Problem("stale", where, said, REMADE) for said in _slices(store, stored))
    progress("segments", len(known), len(known))


def _slices(store: Store, stored: Stored) -> Iterator[str]:
    for number in range(len(stored.manifest.places)):
        try:
            inflate_slice(read_slice(store.objects, stored, number))
        except SegmentError as error:
            yield str(error)
    try:
        read_panels(store.objects, stored)
    except SegmentError as error:
        yield str(error)


def _assets(store: Store, quick: bool, progress: Progress) -> Iterator[Problem]:
    known = known_contents(store.index)
    seen: set[str] = set()
    for key, wrong in damaged(store.objects, quick=quick):
        progress("assets", len(seen), max(len(known), len(seen)))
        seen.add(key)
        if key not in known:
            yield Problem("left", key, "an asset no session asks for", NEXT_START)
        elif wrong:
            yield Problem("lost", f"{key}: session {known[key]}", "its bytes are not what its name says", ASSET)
    for key in sorted(known.keys() - seen):
        yield Problem("lost", f"{key}: session {known[key]}", "the asset is gone", ASSET)
    progress("assets", len(seen), len(seen))


def _films(store: Store) -> Iterator[Problem]:
    known, found = kept_films(store.index), set(store.objects.list(FILMS))
    young_from = time.time() * 1000 - YOUNG_MS
    for key in sorted(found - known.keys()):
        if made_ms_of(key) < young_from:
            yield Problem("left", key, "a film nobody asked for", UPKEEP)
    for key in sorted(known.keys() - found):
        yield Problem("stale", f"{key}: session {known[key]}", "the film is gone", AGAIN)


def _sessions(store: Store) -> Iterator[Problem]:
    """Rows that do not fit together."""
    count, size = sa.func.count(), sa.func.coalesce(sa.func.sum(batches.c.length), 0)
    sums = sa.select(batches.c.session, count.label("n"), size.label("size")).group_by(batches.c.session).subquery()
    off = sa.or_(sessions.c.batches != sa.func.coalesce(sums.c.n, 0), sessions.c.bytes < 0)
    wrong = sa.select(sessions.c.id, sessions.c.batches, sums.c.n).outerjoin(sums, sums.c.session == sessions.c.id)
    with store.index.read() as connection:
        for session, said, there in connection.execute(wrong.where(off)):
            yield Problem("stale", f"session {session}", f"{said} batches are counted, {there or 0} are there", REINDEX)
        for table in OF_A_SESSION:
            owner = table.c.session
            lost = sa.select(sa.func.count()).where(
                owner != "", owner.not_like("~%"), owner.not_in(sa.select(sessions.c.id))
            )
            if number := connection.execute(lost.select_from(table)).scalar_one():
                yield Problem("left", f"table {table.name}", f"{number} rows of sessions that are gone", REINDEX)


def _search(store: Store) -> Iterator[Problem]:
    with store.index.read() as connection:
        if number := search.strays(connection):
            yield Problem("left", "full text", f"{number} documents of sessions that are gone", REINDEX)


def _traces(store: Store, progress: Progress) -> Iterator[Problem]:
    """What was made of the recordings: traces, and the documents that sessions are found by."""
    with store.index.read() as connection:
        ids = list(connection.execute(sa.select(digests.c.session).order_by(digests.c.session)).scalars())
    for number, session in enumerate(ids):
        progress("traces", number, len(ids))
        with store.index.read() as connection:
            blob = connection.execute(sa.select(digests.c.trace).where(digests.c.session == session)).scalar()
            found = search.in_step(connection, session)
        if not found:
            yield Problem("stale", f"session {session}", "the full text does not have its words", REINDEX)
        try:
            msgspec.json.decode(inflate_own(blob or b""), type=Trace)
        except (ZstdError, msgspec.DecodeError) as error:
            yield Problem("stale", f"session {session}", f"its trace cannot be read: {error}", REINDEX)
    progress("traces", len(ids), len(ids))
