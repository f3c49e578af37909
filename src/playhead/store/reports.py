"""Reports of a session as rows: the rules' one, remade by every digest, and those of models, which are kept.

The report that stands is the newest of a model that answered about the present digest, else the rules'. Refs belong to
one trace, so a report of an older digest is kept but does not stand.
"""

from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.core.report import Report
from playhead.store.analysis_tables import reports
from playhead.store.index import Index
from playhead.store.search import index_session
from playhead.store.standing import standing_report
from playhead.store.tables import sessions


class DigestStamp(NamedTuple):
    """Which digest a report is about: refs have a meaning in its trace only."""

    revision: int
    projector_version: int


def save_report(index: Index, session_id: str, report: Report, *, stamp: DigestStamp, now_ms: int) -> bool:
    """Keep a model's report and let it stand; False, and nothing kept, if the session was erased meanwhile."""
    with index.write() as connection:
        if connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session_id)).first() is None:
            return False
        insert_report(connection, session_id, report, stamp=stamp, now_ms=now_ms)
        crown_report(connection, session_id)
    return True


def insert_report(
    connection: sa.Connection, session_id: str, report: Report, *, stamp: DigestStamp, now_ms: int
) -> None:
    row = {
        "session": session_id,
        "analyst": report.analyst,
        "created_ms": now_ms,
        "digest_revision": stamp.revision,
        "projector_version": stamp.projector_version,
        "outcome": report.outcome,
        "headline": report.headline.text,
        "error": report.error,
        "report": msgspec.json.encode(report).decode(),
    }
    connection.execute(sa.insert(reports), row)


def crown_report(connection: sa.Connection, session_id: str) -> None:
    """Copy headline and outcome of the report that stands into the session's row, and let its words be found."""
    standing = connection.execute(standing_report(session_id).with_only_columns(reports.c.headline, reports.c.outcome))
    if row := standing.first():
        values = {"headline": row.headline, "outcome": row.outcome}
        connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(values))
    index_session(connection, session_id)
