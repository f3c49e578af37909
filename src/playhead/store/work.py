"""Work: which worker has which session, and what became of those that failed.

A worker takes sessions for LEASE_MS and says again and again that it is alive; what a dead or paused one held is free
when its lease ends. Each try is written down before it begins, so that a session that kills its worker is counted too.
Failed ones wait longer from try to try; after MAX_TRIES one is set aside until a person, a new batch or a new
projector asks again. Times are the index's own clock (PostgreSQL's, or this machine's): workers may disagree about
the time. A lease that ends much later than any could was given before the clock stepped back, and counts as ended.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from playhead.store.index import Index
from playhead.store.tables import sessions, work

LEASE_MS: Final = 60_000
BEAT_S: Final = 15.0  # between two signs of life
MAX_TRIES: Final = 5
FIRST_WAIT_MS: Final = 5_000  # then four times as long each time: 5 s, 20 s, 80 s, 320 s


class Aside(NamedTuple):
    """A session that is not tried any more, or waits for its next try."""

    session: str
    site: str
    tries: int
    error: str
    retry_ms: int
    aside: bool
    last_received_ms: int


def held(now_ms: int) -> sa.ColumnElement[bool]:
    """Whether somebody has it, or it waits for its next try."""
    leased = sa.and_(work.c.owner != "", work.c.until_ms > now_ms, work.c.until_ms <= now_ms + 2 * LEASE_MS)
    waiting = sa.and_(work.c.retry_ms > now_ms, work.c.retry_ms <= now_ms + 2 * wait_ms(MAX_TRIES))
    return sa.or_(leased, waiting)


def is_free(session: sa.ColumnElement[str], now_ms: int) -> sa.ColumnElement[bool]:
    return sa.not_(sa.exists().where(work.c.session == session, held(now_ms)))


def wait_ms(tries: int) -> int:
    return FIRST_WAIT_MS * 4 ** max(tries - 1, 0)


def clock_ms(connection: sa.Connection, now_ms: int) -> int:
    """Return the time on the clock of the index: the database server's where there is one, else `now_ms`."""
    if connection.dialect.name != "postgresql":
        return now_ms
    return int(connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp()) * 1000")).scalar_one())


def take(index: Index, owner: str, names: Sequence[str], *, now_ms: int, at_once: bool = False) -> list[str]:
    """Take a lease on each that is free; return those. `at_once` also takes from others what they did not begin yet."""
    if not names:
        return []
    with index.write(rebuildable=True) as connection:
        now_ms = clock_ms(connection, now_ms)
        free = sa.not_(held(now_ms))
        if at_once:
            free = sa.or_(free, sa.and_(sa.not_(work.c.begun), work.c.retry_ms <= now_ms))
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        rows = [_row(name, owner, now_ms) for name in sorted(set(names))]
        query = dialect.insert(work).values(rows)
        # one that was set aside comes back with a single try
        tries = sa.case((work.c.aside, MAX_TRIES - 1), else_=work.c.tries)
        mine = {"owner": owner, "until_ms": now_ms + LEASE_MS, "begun": False, "aside": False, "tries": tries}
        query = query.on_conflict_do_update(index_elements=[work.c.session], set_=mine, where=free)
        taken = set(connection.execute(query.returning(work.c.session)).scalars())
    return [name for name in names if name in taken]


def is_at_hand(index: Index, name: str) -> bool:
    """Whether somebody has it, as far as is known."""
    with index.read() as connection:
        found = sa.select(work.c.session).where(work.c.session == name, work.c.owner != "")
        return connection.execute(found).first() is not None


def begin(index: Index, owner: str, name: str, *, now_ms: int) -> int:
    """Write down that a try begins; return which it is, 0 where somebody else took it meanwhile."""
    with index.write(rebuildable=True) as connection:
        now_ms = clock_ms(connection, now_ms)
        values = {"begun": True, "tries": work.c.tries + 1, "until_ms": now_ms + LEASE_MS}
        query = sa.update(work).where(_own(owner, name)).values(values).returning(work.c.tries)
        return connection.execute(query).scalar() or 0


def beat(index: Index, owner: str, *, now_ms: int) -> None:
    """Say that the worker is alive: all its leases begin anew."""
    with index.write(rebuildable=True) as connection:
        until_ms = clock_ms(connection, now_ms) + LEASE_MS
        connection.execute(sa.update(work).where(work.c.owner == owner).values(until_ms=until_ms))


def finish(index: Index, owner: str, name: str) -> None:
    """The work is done: nothing is left to remember."""
    with index.write(rebuildable=True) as connection:
        connection.execute(sa.delete(work).where(_own(owner, name)))


def give_back(index: Index, owner: str) -> None:
    """Let go of everything; what was begun keeps its count of tries."""
    with index.write(rebuildable=True) as connection:
        connection.execute(sa.delete(work).where(work.c.owner == owner, work.c.tries == 0))
        connection.execute(sa.update(work).where(work.c.owner == owner).values(owner="", begun=False))


def fail(index: Index, owner: str, name: str, *, error: str, now_ms: int, version: int) -> bool:
    """Note a failed try; True where it was the last one and the session is now set aside.

    Set aside means that the session counts as digested, by `version`, at the state of its log that failed.
    """
    with index.write() as connection:
        now_ms = clock_ms(connection, now_ms)
        tries = connection.execute(sa.select(work.c.tries).where(_own(owner, name))).scalar()
        if tries is None:
            return False
        aside = tries >= MAX_TRIES
        values = {"owner": "", "begun": False, "error": error[:500], "aside": aside}
        values["retry_ms"] = 0 if aside else now_ms + wait_ms(tries)
        connection.execute(sa.update(work).where(work.c.session == name).values(values))
        stamp = {"digest_error": error[:500], "digested_ms": now_ms}
        if aside:
            stamp |= {"digest_revision": sessions.c.log_revision, "projector_version": version}
        connection.execute(sa.update(sessions).where(sessions.c.id == name).values(stamp))
        return aside


def postpone(index: Index, owner: str, name: str, *, now_ms: int) -> None:
    """Let go of what could not be tried; it counts as no try."""
    with index.write(rebuildable=True) as connection:
        now_ms = clock_ms(connection, now_ms)
        tries = sa.case((work.c.tries > 0, work.c.tries - 1), else_=0)
        values = {"owner": "", "begun": False, "tries": tries, "retry_ms": now_ms + FIRST_WAIT_MS}
        connection.execute(sa.update(work).where(_own(owner, name)).values(values))


def retry(index: Index, session: str = "") -> int:
    """Ask for another try, of one session or of all that failed; return how many."""
    which = sa.and_(work.c.error != "", work.c.owner == "")
    if session:
        which = sa.and_(which, work.c.session == session)
    with index.write() as connection:
        ids = list(connection.execute(sa.select(work.c.session).where(which)).scalars())
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            connection.execute(sa.delete(work).where(work.c.session.in_(some)))
            connection.execute(sa.update(sessions).where(sessions.c.id.in_(some)).values(digest_revision=-1))
    return len(ids)


def failed(index: Index, *, limit: int = 200) -> list[Aside]:
    """Return what failed: set aside first, then those that are tried again."""
    query = (
        sa.select(
            work.c.session,
            sessions.c.site,
            work.c.tries,
            work.c.error,
            work.c.retry_ms,
            work.c.aside,
            sessions.c.last_received_ms,
        )
        .join(sessions, sessions.c.id == work.c.session)
        .where(work.c.error != "")
        .order_by(work.c.aside.desc(), work.c.retry_ms, work.c.session)
        .limit(limit)
    )
    with index.read() as connection:
        return [Aside(*row) for row in connection.execute(query)]


@contextmanager
def alone(index: Index, owner: str, name: str, *, now_ms: int) -> Iterator[bool]:
    """Do a piece of upkeep while no other worker does it: True inside where it is ours."""
    mine = bool(take(index, owner, [f"~{name}"], now_ms=now_ms))
    try:
        yield mine
    finally:
        if mine:
            finish(index, owner, f"~{name}")


def _own(owner: str, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(work.c.session == name, work.c.owner == owner)


def _row(name: str, owner: str, now_ms: int) -> dict[str, object]:
    plain = {"tries": 0, "retry_ms": 0, "error": "", "aside": False}
    return {"session": name, "owner": owner, "until_ms": now_ms + LEASE_MS, "begun": False, **plain}
