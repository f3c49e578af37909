"""The report that stands, as a query: the newest of a model that answered about the present digest, else the rules'."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from playhead.store.analysis_tables import reports
from playhead.store.tables import sessions

RULES: Final = "rules"
_CURRENT: Final = sa.and_(
    reports.c.session == sessions.c.id,
    reports.c.digest_revision == sessions.c.digest_revision,
    reports.c.projector_version == sessions.c.projector_version,
)


def current_reports(ids: Sequence[str]) -> sa.Select[str, str]:
    """Return the query of (session, report) for the reports about the present digest of these sessions."""
    return sa.select(reports.c.session, reports.c.report).join(sessions, _CURRENT).where(sessions.c.id.in_(ids))


def standing_report(session_id: str, *, limit: int = 1) -> sa.Select[str]:
    """Return the query of the report that stands, as JSON of `core.report.Report`; `limit`: and of the next ones."""
    answered = sa.case((reports.c.analyst == RULES, 1), else_=0)
    return (
        sa.select(reports.c.report)
        .join(sessions, _CURRENT)
        .where(sessions.c.id == session_id)
        .order_by(answered, reports.c.created_ms.desc(), reports.c.id.desc())
        .limit(limit)
    )
