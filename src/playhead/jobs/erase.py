"""Erase: a session, or all of a visitor: events, index rows, traces and reports, also from packs shared with others."""

import sqlalchemy as sa

from playhead.jobs.digest import ensure_digested
from playhead.query.erasing import sessions_of
from playhead.store import Store
from playhead.store.erasure import erase
from playhead.store.tables import UNDIGESTED, sessions


def erase_session(store: Store, session_id: str) -> bool:
    """Erase one session; False if there is none. Batches of it that arrive later are refused."""
    return bool(_erase(store, [session_id]))


def erase_visitor(store: Store, visitor_id: str) -> int:
    """Erase every session of a visitor, named by the recorder's visitor id or the id given to `identify`.

    Sessions not digested yet are digested first: only that tells whom `identify` named in them.
    """
    return erase_person(store, visitor_id, nearby=False)


def erase_person(store: Store, person: str, *, nearby: bool) -> int:
    """Erase every session of a visitor or user; `nearby`: also those of the user's browsers that name nobody."""
    with store.index.read() as connection:
        waiting = connection.execute(sa.select(sessions.c.id).where(UNDIGESTED)).scalars().all()
    for session_id in waiting:
        ensure_digested(store, session_id)
    return len(_erase(store, sessions_of(store, person, nearby=nearby)))


def forget_visitor(store: Store, site: str, visitor_id: str) -> int:
    """Erase what one browser recorded under this id, as its visitor asked there.

    The id is random and made in that browser: whoever has it is the visitor, or may export recordings. The id given to
    `identify` counts for nothing here: anybody may know that.
    """
    mine = sa.and_(sessions.c.visitor == visitor_id, sessions.c.site == site, sessions.c.source == "recorder")
    with store.index.read() as connection:
        ids = connection.execute(sa.select(sessions.c.id).where(mine)).scalars().all()
    return len(_erase(store, list(ids)))


def _erase(store: Store, ids: list[str]) -> list[str]:
    return erase(store.objects, store.index, ids, now_ms=store.now_ms(), new_key=store.new_key)
