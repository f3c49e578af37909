"""Record: the index rows of a pack: itself, its batches, and what they change in their sessions.

Used when a pack is committed, and again when one is found without its rows (recovery, reindex).
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa

from playhead.store.batch import BatchFacts
from playhead.store.index import execute_many, execute_rows, insert_ignore
from playhead.store.pack import Entry, Placed
from playhead.store.tables import batches, erased, packs, sessions

MAX_SESSION_MS: Final = 24 * 3600 * 1000

Key = tuple[str, str, int]  # session, page, seq: a BatchKey


class Outcome(Enum):
    """What became of a batch that was handed in."""

    STORED = "stored"
    DUPLICATE = "duplicate"  # this key is kept already
    ERASED = "erased"  # its session was erased
    FOREIGN = "foreign"  # its session belongs to another site


class StaleSessions(Exception):
    """`sites` knew a session that is not there (erased, or rolled back): roll back, clear it, try again."""


def screen(
    connection: sa.Connection, facts: Sequence[BatchFacts], *, sites: dict[str, str] | None = None
) -> list[Outcome]:
    """Return for each batch whether it may be kept; STORED means yes, as far as its session and its group tell.

    `sites` remembers whose the sessions are from one call to the next, so that only a session's first batch asks the
    index. It may be out of date: `record_pack` finds out.
    """
    sites = {} if sites is None else sites
    unknown = [session for session in {fact.session for fact in facts} if session not in sites]
    gone: set[str] = set()
    if unknown:
        sites.update(iter(connection.execute(_OWNERS, {"ids": unknown})))  # pyright: ignore[reportArgumentType]
        unknown = [session for session in unknown if session not in sites]
        gone.update(connection.execute(_ERASED, {"ids": unknown}).scalars())
    begun: dict[str, str] = {}
    seen: set[Key] = set()
    outcomes: list[Outcome] = []
    for fact in facts:
        session, key = fact.session, key_of(fact)
        if session in gone:
            outcomes.append(Outcome.ERASED)
        elif (sites.get(session) or begun.setdefault(session, fact.site)) != fact.site:
            outcomes.append(Outcome.FOREIGN)
        elif key in seen:
            outcomes.append(Outcome.DUPLICATE)
        else:
            outcomes.append(Outcome.STORED)
            seen.add(key)
    return outcomes


def record_pack(
    connection: sa.Connection,
    *,
    key: str,
    made_ms: int,
    size: int,
    placed: Sequence[Placed],
    sites: dict[str, str] | None = None,
    dictionary: str = "",
) -> set[Key]:
    """Add the rows of one pack; return the keys it added, without those the index had already.

    `sites` is that of `screen`; raises StaleSessions where it was wrong. Rows are written in the order of their keys:
    two nodes that write to the same sessions then wait for each other, and never in a circle.
    """
    query = insert_ignore(connection, packs).returning(packs.c.id)
    pack = connection.execute(
        query, {"key": key, "made_ms": made_ms, "bytes": size, "dictionary": dictionary}
    ).scalar_one()
    return record_batches(connection, pack, placed, sites=sites)


def record_batches(
    connection: sa.Connection,
    pack: int,
    placed: Sequence[Placed],
    *,
    offset: int = 0,
    sites: dict[str, str] | None = None,
) -> set[Key]:
    """As `record_pack`, for batches of a pack that has its row; their places count from byte `offset` of it."""
    rows = sorted(_row(item, pack, offset) for item in placed)
    added: set[Key] = {row[:3] for row in rows}
    if execute_rows(connection, insert_ignore(connection, batches), _COLUMNS, rows) < len(rows):
        added = {
            (row[0], row[1], row[2])
            for row in connection.execute(_ADDED, {"pack": pack, "from": min(row[4] for row in rows)})
        }
        placed = [item for item in placed if key_of(item.entry.facts) in added]
    if added:
        _touch_sessions(connection, [item.entry for item in placed], sites)
    return added


def key_of(facts: BatchFacts) -> Key:
    """As `facts.key`, in a sixth of the time."""
    return facts.session, facts.page, facts.seq


_COLUMNS: Final = (
    *("session", "page", "seq", "pack", "start", "length", "crc32"),
    *("events", "first_ms", "last_ms", "sent_ms", "received_ms"),
)


def _row(item: Placed, pack: int, offset: int) -> tuple[Any, ...]:
    entry, start = item
    facts = entry.facts
    return (
        *(facts.session, facts.page, facts.seq, pack, offset + start, entry.length, entry.crc32),
        *(facts.events, facts.first_ms, facts.last_ms, facts.sent_ms, facts.received_ms),
    )


def _touch_sessions(connection: sa.Connection, kept: Sequence[Entry], sites: dict[str, str] | None) -> None:
    """Make the rows of new sessions, and add what came to all of them."""
    firsts: dict[str, BatchFacts] = {}
    sums: dict[str, dict[str, Any]] = {}
    for entry in kept:
        facts = entry.facts
        add = sums.get(facts.session)
        if add is None:
            firsts[facts.session] = facts
            add = sums[facts.session] = {**_NOTHING, "p_id": facts.session, "p_site": facts.site}
        add["p_batches"] += 1
        add["p_bytes"] += entry.length if entry.kept < 0 else entry.kept
        if facts.received_ms > add["p_received_ms"]:
            add["p_received_ms"] = facts.received_ms
        add["p_visitor"] = add["p_visitor"] or facts.visitor
        add["p_ended"] = facts.ended
    if sites is None:
        sites = dict(iter(connection.execute(_OWNERS, {"ids": list(firsts)})))  # pyright: ignore[reportArgumentType]
    fresh = [firsts[session] for session in sorted(firsts.keys() - sites.keys())]
    if fresh:
        connection.execute(insert_ignore(connection, sessions), [_session_row(facts) for facts in fresh])
    if execute_many(connection, _TOUCH, [sums[session] for session in sorted(sums)]) < len(sums):
        raise StaleSessions
    sites.update((facts.session, facts.site) for facts in fresh)


def _session_row(facts: BatchFacts) -> dict[str, object]:
    return {
        "id": facts.session,
        "site": facts.site,
        "source": facts.source,
        "first_received_ms": facts.received_ms,
        "last_received_ms": facts.received_ms,
        "started_ms": _began_ms(facts),
    }


def _began_ms(facts: BatchFacts) -> float:
    """Return when the batch's first event happened, on our clock, as far as the recorder's own two times tell."""
    if not facts.first_ms:
        return float(facts.received_ms)
    if facts.source == "import" or not facts.sent_ms:
        return facts.first_ms
    age_ms = min(max(facts.sent_ms - facts.first_ms, 0.0), MAX_SESSION_MS)
    return facts.received_ms - age_ms


_OWNERS: Final = sa.select(sessions.c.id, sessions.c.site).where(sessions.c.id.in_(sa.bindparam("ids", expanding=True)))
_ERASED: Final = sa.select(erased.c.session).where(erased.c.session.in_(sa.bindparam("ids", expanding=True)))
_ADDED: Final = sa.select(batches.c.session, batches.c.page, batches.c.seq).where(
    batches.c.pack == sa.bindparam("pack"), batches.c.start >= sa.bindparam("from")
)
_NOTHING: Final = {"p_batches": 0, "p_bytes": 0, "p_received_ms": 0, "p_visitor": "", "p_ended": False}
_received = sa.bindparam("p_received_ms", type_=sa.BigInteger)
_last = sessions.c.last_received_ms
_visitor = sa.bindparam("p_visitor", type_=sa.Text)
_TOUCH: Final = (
    sa.update(sessions)
    .where(sessions.c.id == sa.bindparam("p_id"), sessions.c.site == sa.bindparam("p_site"))
    .values(
        batches=sessions.c.batches + sa.bindparam("p_batches", type_=sa.Integer),
        bytes=sessions.c.bytes + sa.bindparam("p_bytes", type_=sa.BigInteger),
        log_revision=sessions.c.log_revision + 1,
        last_received_ms=sa.case((_last < _received, _received), else_=_last),
        visitor=sa.case((sessions.c.visitor == "", _visitor), else_=sessions.c.visitor),
        ended=sa.bindparam("p_ended", type_=sa.Boolean),
    )
)
