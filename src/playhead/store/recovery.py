"""Recovery: make objects and index agree again after a crash; runs at the start, while nobody else has the store open.

Found                                   Done
a pack without rows                     adopted: its batches get rows. They were never acknowledged (or their
                                        transaction was lost with the power), but they are real; a recorder that sends
                                        them again is answered "duplicate". If none is wanted (all kept elsewhere or
                                        erased), the pack is removed.
a pack that cannot be read              left alone and said in the log: a person may want to look at it
a pack that was growing                 what lies behind its last known section is adopted likewise; what a crash cut
                                        short there was never acknowledged: the pack is rewritten without it
rows without their pack                 removed, so that a recorder that still holds the batch can send it again
packs marked for rewriting (erasure)    rewritten
segments without a manifest             removed: they are made anew from the log when somebody watches
assets no session names                 removed
films no row points to                  removed: they are made again when somebody asks
half-written files                      removed
In a shared store other nodes may be at work: their young packs are left alone, and so are all segments and
films.
Deleting the index leaves every pack without rows: the same code then rebuilds it.
"""

import logging
import time
from collections.abc import Callable, Iterable, Set
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store.assets import remove_asset_orphans
from playhead.store.batch import BatchFacts
from playhead.store.dictionaries import adopt_dictionaries
from playhead.store.film_rows import remove_strays
from playhead.store.index import Index, insert_ignore
from playhead.store.objects import Objects, made_ms_of
from playhead.store.pack import Contents, PackError, read_contents
from playhead.store.record import Key, Outcome, key_of, record_batches, record_pack, screen
from playhead.store.rewrite import finish_rewrites
from playhead.store.segments import finish_removals, remove_orphans
from playhead.store.tables import batches, leftovers, packs, rewrites, sessions, sites
from playhead.store.whole import SUFFIX, is_whole

PREFIX: Final = "packs/"
YOUNG_MS: Final = 600_000  # a pack of a shared store this young may be one that another node is committing

log = logging.getLogger(__name__)


class Recovered(NamedTuple):
    """What recovery did, in numbers of packs."""

    adopted: int = 0
    removed: int = 0
    unreadable: int = 0
    lost: int = 0
    rewritten: int = 0


def recover(objects: Objects, index: Index, *, new_key: Callable[[], str], young_ms: int = YOUNG_MS) -> Recovered:
    """Do all of the above; safe to repeat, and to be killed in the middle."""
    with index.read() as connection:
        known = set(connection.execute(sa.select(packs.c.key)).scalars())
    found = set(objects.list(PREFIX))
    if index.shared:
        found_new = {key for key in found - known if made_ms_of(key) > time.time() * 1000 - young_ms}
        found -= found_new
    counts = {"adopted": 0, "removed": 0, "unreadable": 0}
    adopt_dictionaries(objects, index)
    # whole sessions first: what packs that are not released yet hold of them is a second copy
    for key in sorted(found - known, key=lambda key: (not is_whole(key), key)):
        counts[_adopt(objects, index, key)] += 1
    lost = _forget(index, sorted(known - found))
    if not index.shared:
        counts["adopted"] += _finish_growing(objects, index)
    finish_removals(objects, index)
    if not index.shared:
        remove_orphans(objects, index)
        remove_asset_orphans(objects, index)
        remove_strays(objects, index)
    done = Recovered(**counts, lost=lost, rewritten=finish_rewrites(objects, index, new_key=new_key))
    if any(done):
        said = ", ".join(f"{number} packs {what}" for what, number in done._asdict().items() if number)
        log.warning("after an unclean stop: %s", said)
    return done


def _adopt(objects: Objects, index: Index, key: str) -> str:
    try:
        contents = read_contents(lambda start, length: objects.get_range(key, start, length), name=key)
    except PackError as error:
        log.error("left where it is: %s", error)
        return "unreadable"
    with index.write() as connection:
        if _take(connection, key, contents):
            return "adopted"
    objects.delete(key)
    return "removed"


def _take(connection: sa.Connection, key: str, contents: Contents) -> bool:
    """Give rows to the batches of `contents` that are wanted; False, and no rows, if none is."""
    outcomes = screen(connection, [item.entry.facts for item in contents.placed])
    wanted = [item for item, outcome in zip(contents.placed, outcomes, strict=True) if outcome is Outcome.STORED]
    if wanted:
        _know_sites(connection, {item.entry.facts.site for item in wanted}, contents.made_ms)
        about = {"key": key, "made_ms": contents.made_ms, "size": contents.size, "dictionary": contents.dictionary}
        if added := record_pack(connection, **about, placed=wanted):
            pack = connection.execute(sa.select(packs.c.id).where(packs.c.key == key)).scalar_one()
            _note_leftovers(connection, pack, [item.entry.facts for item in contents.placed], added)
            if contents.torn:
                connection.execute(insert_ignore(connection, rewrites), {"pack": pack})
            return True
    connection.execute(sa.delete(packs).where(packs.c.key == key))
    return False


def _finish_growing(objects: Objects, index: Index) -> int:
    """Seal every pack that grew when its writer was killed; return of how many something was adopted."""
    with index.read() as connection:
        found = connection.execute(sa.select(packs.c.id, packs.c.key, packs.c.bytes).where(packs.c.growing)).all()
    adopted = 0
    for pack, key, size in found:
        try:
            contents = read_contents(lambda start, length, key=key: objects.get_range(key, start, length), name=key)
        except PackError as error:
            log.error("left where it is: %s", error)
            continue
        with index.write() as connection:
            adopted += _take_tail(connection, pack, size, contents)
    return adopted


def _take_tail(connection: sa.Connection, pack: int, size: int, contents: Contents) -> bool:
    """Give rows to what lies behind the `size` bytes that are known of a pack; seal it."""
    tail = [item for item in contents.placed if item.start > size]
    outcomes = screen(connection, [item.entry.facts for item in tail])
    wanted = [item for item, outcome in zip(tail, outcomes, strict=True) if outcome is Outcome.STORED]
    added: set[Key] = set()
    if wanted:
        _know_sites(connection, {item.entry.facts.site for item in wanted}, contents.made_ms)
        added = record_batches(connection, pack, wanted)
    _note_leftovers(connection, pack, [item.entry.facts for item in tail], added)
    if contents.torn:
        connection.execute(insert_ignore(connection, rewrites), {"pack": pack})
    sealed = {"bytes": max(size, contents.size), "growing": False}
    connection.execute(sa.update(packs).where(packs.c.id == pack).values(sealed))
    return bool(added)


def _note_leftovers(connection: sa.Connection, pack: int, facts: Iterable[BatchFacts], added: Set[Key]) -> None:
    """Remember the sessions of which this pack holds batches that have no row: they go with it, or with an erasure."""
    ids = {fact.session for fact in facts if key_of(fact) not in added}
    if not ids:
        return
    there = set(connection.execute(sa.select(sessions.c.id).where(sessions.c.id.in_(ids))).scalars())
    rows = [{"pack": pack, "session": session} for session in sorted(there)]
    if rows:
        connection.execute(insert_ignore(connection, leftovers), rows)
    if there < ids:  # the others were erased: what it holds of them goes
        connection.execute(insert_ignore(connection, rewrites), {"pack": pack})


def _know_sites(connection: sa.Connection, keys: Iterable[str], now_ms: int) -> None:
    rows = [{"key": key, "name": "", "created_ms": now_ms} for key in sorted(keys)]
    connection.execute(insert_ignore(connection, sites), rows)


def _forget(index: Index, keys: list[str]) -> int:
    for key in keys:
        with index.write() as connection:
            pack = sa.select(packs.c.id).where(packs.c.key == key).scalar_subquery()
            of_pack = sa.select(batches.c.session).where(batches.c.pack == pack)
            touched = set(connection.execute(of_pack).scalars())
            connection.execute(sa.delete(batches).where(batches.c.pack == pack))
            connection.execute(sa.delete(packs).where(packs.c.key == key))
            recount(connection, touched)
        log.error("pack %s is gone: %d sessions lose what it held", key, len(touched))
    return len(keys)


def recount(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Set the sums that ingest keeps in `sessions` from the batches that are there."""
    for session in sorted(ids):
        number, size = held(connection, session)
        values = {"batches": number, "bytes": size, "log_revision": sessions.c.log_revision + 1}
        connection.execute(sa.update(sessions).where(sessions.c.id == session).values(values))


def held(connection: sa.Connection, session: str) -> tuple[int, int]:
    """Return how many batches a session has and how many bytes are kept of them."""
    of_session = batches.c.session == session
    whole = packs.c.key.like(f"%{SUFFIX}")
    rows = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((whole, 0), else_=batches.c.length)), 0))
    rows = rows.select_from(batches).outerjoin(packs, packs.c.id == batches.c.pack).where(of_session)
    number, size = connection.execute(rows).one()
    objects = sa.select(sa.func.coalesce(sa.func.sum(packs.c.bytes), 0)).where(
        whole, packs.c.id.in_(sa.select(batches.c.pack).where(of_session))
    )
    return number, int(size) + int(connection.execute(objects).scalar_one())
