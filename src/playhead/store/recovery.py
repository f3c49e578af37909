"""Recovery: make objects and index agree again after a crash; runs at the start, while nobody else has the store open.

Found                                   Done
a pack without rows                     adopted: its batches get rows. They were never acknowledged (or their
                                        transaction was lost with the power), but they are real; a recorder that sends
                                        them again is answered "duplicate". If none is wanted (all kept elsewhere or
                                        erased), the pack is removed.
a pack that cannot be read              left alone and said in the log: a person may want to look at it
rows without their pack                 removed, so that a recorder that still holds the batch can send it again
packs marked for rewriting (erasure)    rewritten
segments without a manifest             removed: they are made anew from the log when somebody watches
assets no session names                 removed
half-written files                      removed
In a shared store other nodes may be at work: their young packs are left alone, and so are all segments.
Deleting the index leaves every pack without rows: the same code then rebuilds it.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store.assets import remove_asset_orphans
from playhead.store.index import Index, insert_ignore
from playhead.store.objects import Objects
from playhead.store.pack import Contents, PackError, read_contents
from playhead.store.record import Outcome, record_pack, screen
from playhead.store.rewrite import finish_rewrites
from playhead.store.segments import finish_removals, remove_orphans
from playhead.store.tables import batches, packs, sessions, sites

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
    for key in sorted(found - known):
        counts[_adopt(objects, index, key)] += 1
    lost = _forget(index, sorted(known - found))
    finish_removals(objects, index)
    if not index.shared:
        remove_orphans(objects, index)
        remove_asset_orphans(objects, index)
    done = Recovered(**counts, lost=lost, rewritten=finish_rewrites(objects, index, new_key=new_key))
    if any(done):
        said = ", ".join(f"{number} packs {what}" for what, number in done._asdict().items() if number)
        log.warning("after an unclean stop: %s", said)
    return done


def made_ms_of(key: str) -> int:
    """Return when a pack was made, from its key; 0 where that does not tell."""
    time_ms = key.rpartition("/")[2].partition("-")[0]
    return int(time_ms) if time_ms.isascii() and time_ms.isdecimal() else 0


def _adopt(objects: Objects, index: Index, key: str) -> str:
    try:
        contents = read_contents(lambda start, length: objects.get_range(key, start, length), name=key)
    except PackError as error:
        log.error("left where it is: %s", error)
        return "unreadable"
    end = max((item.start + item.entry.length for item in contents.placed), default=0)
    with index.write() as connection:
        if _take(connection, key, contents, end):
            return "adopted"
    objects.delete(key)
    return "removed"


def _take(connection: sa.Connection, key: str, contents: Contents, size: int) -> bool:
    """Give rows to the batches of `contents` that are wanted; False, and no rows, if none is."""
    outcomes = screen(connection, [item.entry.facts for item in contents.placed])
    wanted = [item for item, outcome in zip(contents.placed, outcomes, strict=True) if outcome is Outcome.STORED]
    if wanted:
        _know_sites(connection, {item.entry.facts.site for item in wanted}, contents.made_ms)
        if record_pack(connection, key=key, made_ms=contents.made_ms, size=size, placed=wanted):
            return True
    connection.execute(sa.delete(packs).where(packs.c.key == key))
    return False


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
    count, size = sa.func.count(), sa.func.coalesce(sa.func.sum(batches.c.length), 0)
    for session in sorted(ids):
        number, length = connection.execute(sa.select(count, size).where(batches.c.session == session)).one()
        values = {"batches": number, "bytes": length, "log_revision": sessions.c.log_revision + 1}
        connection.execute(sa.update(sessions).where(sessions.c.id == session).values(values))
