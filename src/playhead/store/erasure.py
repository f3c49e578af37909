"""Erasure: everything held about a session leaves the index, its packs and the disk.

First, in one transaction, its rows go, its packs, segments, assets and films are marked and its id is remembered, so
that neither a late batch nor a crash brings it back; then the marked packs are rewritten without it, and its segments,
its films and the assets that no other session asked for are deleted. What is cut short is finished at the next start.
"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from playhead.store import search
from playhead.store.assets import mark_assets
from playhead.store.film_rows import mark_films
from playhead.store.index import Index, insert_ignore
from playhead.store.objects import Objects
from playhead.store.rewrite import finish_rewrites
from playhead.store.segments import finish_removals, mark_removed
from playhead.store.tables import OF_A_SESSION, batches, erased, leftovers, rewrites, sessions


def erase(
    objects: Objects,
    index: Index,
    ids: Sequence[str],
    *,
    now_ms: int,
    new_key: Callable[[], str],
    remember: bool = True,
) -> list[str]:
    """Erase these sessions; return the ids that existed. `remember=False` lets them be stored again."""
    with index.write() as connection:
        known = [session for session in ids if _erase_rows(connection, session, now_ms=now_ms, remember=remember)]
    if known:
        finish_rewrites(objects, index, new_key=new_key)
        finish_removals(objects, index)
        search.purge(index.write)
        index.checkpoint()
    return known


def _erase_rows(connection: sa.Connection, session: str, *, now_ms: int, remember: bool) -> bool:
    marked = sa.union(*(sa.select(table.c.pack).where(table.c.session == session) for table in (batches, leftovers)))
    rows = [{"pack": pack} for pack in connection.execute(marked).scalars()]
    search.remove(connection, session)
    found = connection.execute(sa.delete(sessions).where(sessions.c.id == session)).rowcount
    if not found and not rows:
        return False
    if rows:
        connection.execute(insert_ignore(connection, rewrites), rows)
    mark_removed(connection, session)
    mark_assets(connection, session)
    mark_films(connection, session)
    for table in OF_A_SESSION:
        connection.execute(sa.delete(table).where(table.c.session == session))
    if remember:
        connection.execute(insert_ignore(connection, erased), {"session": session, "erased_ms": now_ms})
    return True
