"""Digest rows: what was read out of a session's log, replaced as a whole in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.core.report import Report
from playhead.core.trace import Trace
from playhead.store.analysis_tables import reports
from playhead.store.index import Index, insert_ignore
from playhead.store.reports import DigestStamp, crown_report, insert_report
from playhead.store.standing import RULES
from playhead.store.tables import OF_A_DIGEST, UNDIGESTED, controls, digests, pages, sessions, signals, uncompacted
from playhead.store.work import clock_ms, is_free
from playhead.store.zstd import deflate, inflate

QUIET_MS: Final = 5_000  # the recorder sends every few seconds while somebody is there
AHEAD_MS: Final = 60_000  # nodes agree about the time better than this

Row = Mapping[str, Any]


class Digest(NamedTuple):
    """Rows ready to be written; `revision` is the state of the log they were made from."""

    session: str
    revision: int
    facts: Row  # columns of `sessions`; a `visitor` fills an empty one, ingest's own stays
    pages: Sequence[Row]
    controls: Row
    signals: Sequence[Row]
    trace: bytes  # JSON
    report: Report  # the rules'


class DigestState(NamedTuple):
    """How far a session is digested."""

    log_revision: int
    digest_revision: int
    projector_version: int
    digest_error: str


def due(index: Index, *, now_ms: int, version: int, limit: int) -> list[str]:
    """Return sessions to digest, oldest first: with new batches, and at rest, or grown to twice what was digested;
    where there are none, sessions at rest digested by a projector older than `version`. What a worker has, or what
    waits for its next try, is left out.

    Twice, so that a session shows up in the list with its first batch, is kept in step while it goes on, and all its
    digests together cost no more than two of the whole.
    """
    grown = sessions.c.log_revision >= 2 * sessions.c.digest_revision
    with index.read() as connection:
        free = is_free(sessions.c.id, clock_ms(connection, now_ms))
        ready = sa.and_(UNDIGESTED, sa.or_(at_rest(now_ms), grown), free)
        fresh = sa.select(sessions.c.id).where(ready).order_by(sessions.c.last_received_ms).limit(limit)
        older = sa.and_(sessions.c.projector_version < version, at_rest(now_ms), free)
        outdated = sa.select(sessions.c.id).where(older).limit(limit)
        return list(connection.scalars(fresh).all() or connection.scalars(outdated).all())


def at_rest(now_ms: int) -> sa.ColumnElement[bool]:
    """Whether a session ended or went quiet. One heard of in the future was heard of before the clock stepped back."""
    last = sessions.c.last_received_ms
    return sa.or_(sessions.c.ended, last < now_ms - QUIET_MS, last > now_ms + AHEAD_MS)


def is_at_rest(index: Index, session_id: str, *, now_ms: int) -> bool:
    with index.read() as connection:
        found = connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session_id, at_rest(now_ms)))
        return found.first() is not None


def state_of(index: Index, session_id: str) -> DigestState | None:
    """Return the session's state, or None if there is no such session."""
    columns = (sessions.c[name] for name in DigestState._fields)
    with index.read() as connection:
        row = connection.execute(sa.select(*columns).where(sessions.c.id == session_id)).first()
    return DigestState(*row) if row else None


def replace_digest(index: Index, digest: Digest, *, now_ms: int) -> bool:
    """Write all rows of a digest in one transaction; False, and nothing written, if a newer one is there already or
    the session was erased meanwhile."""
    trace = deflate(digest.trace)
    with index.write() as connection:
        behind = sa.and_(sessions.c.id == digest.session, sessions.c.digest_revision <= digest.revision)
        visitor = sa.case((sessions.c.visitor == "", digest.facts["visitor"]), else_=sessions.c.visitor)
        stamps = {"digest_revision": digest.revision, "digested_ms": now_ms, "digest_error": ""}
        values = {**digest.facts, **stamps, "visitor": visitor}
        if not connection.execute(sa.update(sessions).where(behind).values(values)).rowcount:
            return False
        for table in OF_A_DIGEST:
            connection.execute(sa.delete(table).where(table.c.session == digest.session))
        of_rules = sa.and_(reports.c.session == digest.session, reports.c.analyst == RULES)
        connection.execute(sa.delete(reports).where(of_rules))
        for table, rows in ((pages, digest.pages), (controls, [digest.controls]), (signals, digest.signals)):
            if rows:
                connection.execute(sa.insert(table), list(rows))
        connection.execute(sa.insert(digests), {"session": digest.session, "trace": trace})
        stamp = DigestStamp(digest.revision, digest.facts["projector_version"])
        insert_report(connection, digest.session, digest.report, stamp=stamp, now_ms=now_ms)
        crown_report(connection, digest.session)
        queued = sa.select(sessions.c.id, sessions.c.site).where(sessions.c.id == digest.session)
        for id_, site in connection.execute(queued):
            connection.execute(insert_ignore(connection, uncompacted), {"session": id_, "site": site})
    return True


def load_trace(index: Index, session_id: str) -> Trace | None:
    """Return the trace of the last digest, or None where there is none."""
    with index.read() as connection:
        blob = connection.execute(sa.select(digests.c.trace).where(digests.c.session == session_id)).scalar()
    return None if blob is None else msgspec.json.decode(inflate(blob), type=Trace)
