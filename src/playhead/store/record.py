"""Record: the index rows of a pack: itself, its batches, and what they change in their sessions.

Used when a pack is committed, and again when one is found without its rows (recovery, reindex).
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

import sqlalchemy as sa

from playhead.store.batch import BatchFacts, BatchKey
from playhead.store.index import execute_many, insert_ignore
from playhead.store.pack import Placed
from playhead.store.tables import batches, erased, packs, sessions

MAX_SESSION_MS: Final = 24 * 3600 * 1000


class Outcome(Enum):
    """What became of a batch that was handed in."""

    STORED = "stored"
    DUPLICATE = "duplicate"  # this key is kept already
    ERASED = "erased"  # its session was erased
    FOREIGN = "foreign"  # its session belongs to another site


def screen(connection: sa.Connection, facts: Sequence[BatchFacts]) -> list[Outcome]:
    """Return for each batch whether it may be kept; STORED means yes, as far as its session and its group tell."""
    ids = list({fact.session for fact in facts})
    owners = dict(iter(connection.execute(_OWNERS, {"ids": ids})))
    unknown = [session for session in ids if session not in owners]
    gone = set(connection.execute(_ERASED, {"ids": unknown}).scalars()) if unknown else set()
    seen: set[BatchKey] = set()
    outcomes: list[Outcome] = []
    for fact in facts:
        if fact.session in gone:
            outcomes.append(Outcome.ERASED)
        elif owners.setdefault(fact.session, fact.site) != fact.site:
            outcomes.append(Outcome.FOREIGN)
        elif fact.key in seen:
            outcomes.append(Outcome.DUPLICATE)
        else:
            outcomes.append(Outcome.STORED)
            seen.add(fact.key)
    return outcomes


def record_pack(
    connection: sa.Connection, *, key: str, made_ms: int, size: int, placed: Sequence[Placed]
) -> set[BatchKey]:
    """Add the rows of one pack; return the keys it added, without those the index had already."""
    query = insert_ignore(connection, packs).returning(packs.c.id)
    pack = connection.execute(query, {"key": key, "made_ms": made_ms, "bytes": size}).scalar_one()
    count = execute_many(connection, insert_ignore(connection, batches), [_row(item, pack) for item in placed])
    kept = [item.entry for item in placed]
    if count < len(kept):
        added = {BatchKey._make(row) for row in connection.execute(_ADDED, {"pack": pack})}
        kept = [entry for entry in kept if entry.facts.key in added]
    if kept:
        _touch_sessions(connection, [(entry.facts, entry.length) for entry in kept])
    return {entry.facts.key for entry in kept}


def _row(item: Placed, pack: int) -> dict[str, object]:
    facts = item.entry.facts
    return {
        "session": facts.session,
        "page": facts.page,
        "seq": facts.seq,
        "pack": pack,
        "start": item.start,
        "length": item.entry.length,
        "crc32": item.entry.crc32,
        "events": facts.events,
        "first_ms": facts.first_ms,
        "last_ms": facts.last_ms,
        "sent_ms": facts.sent_ms,
        "received_ms": facts.received_ms,
    }


def _touch_sessions(connection: sa.Connection, kept: Iterable[tuple[BatchFacts, int]]) -> None:
    """Make the rows of new sessions, and add what came to all of them."""
    fresh: dict[str, dict[str, object]] = {}
    sums: dict[str, dict[str, object]] = {}
    for facts, length in kept:
        if facts.session not in sums:
            fresh[facts.session] = _session_row(facts)
            sums[facts.session] = dict(_NOTHING, p_id=facts.session)
        add = sums[facts.session]
        add["p_batches"] += 1  # type: ignore[operator]
        add["p_bytes"] += length  # type: ignore[operator]
        add["p_received_ms"] = max(add["p_received_ms"], facts.received_ms)  # type: ignore[type-var]
        add["p_visitor"] = add["p_visitor"] or facts.visitor
        add["p_ended"] = facts.ended
    known = set(connection.execute(_OWNERS, {"ids": list(fresh)}).scalars())
    if unknown := [row for session, row in fresh.items() if session not in known]:
        connection.execute(insert_ignore(connection, sessions), unknown)
    execute_many(connection, _TOUCH, list(sums.values()))


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
    batches.c.pack == sa.bindparam("pack")
)
_NOTHING: Final = {"p_batches": 0, "p_bytes": 0, "p_received_ms": 0, "p_visitor": "", "p_ended": False}
_received = sa.bindparam("p_received_ms", type_=sa.BigInteger)
_last = sessions.c.last_received_ms
_visitor = sa.bindparam("p_visitor", type_=sa.Text)
_TOUCH: Final = (
    sa.update(sessions)
    .where(sessions.c.id == sa.bindparam("p_id"))
    .values(
        batches=sessions.c.batches + sa.bindparam("p_batches", type_=sa.Integer),
        bytes=sessions.c.bytes + sa.bindparam("p_bytes", type_=sa.BigInteger),
        log_revision=sessions.c.log_revision + 1,
        last_received_ms=sa.case((_last < _received, _received), else_=_last),
        visitor=sa.case((sessions.c.visitor == "", _visitor), else_=sessions.c.visitor),
        ended=sa.bindparam("p_ended", type_=sa.Boolean),
    )
)
