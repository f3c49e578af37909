"""One session: its facts, its trace, the report that stands."""

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from playhead.core.report import Report
from playhead.core.trace import PageView, Trace
from playhead.query.sessions import SessionRow, add_marks, row_of
from playhead.store import Store
from playhead.store.digests import load_trace
from playhead.store.standing import RULES, standing_report
from playhead.store.tables import sessions

MAX_REPORTS: Final = 20  # of one digest that are looked through for a template


class SessionDetail(msgspec.Struct):
    """Everything a session's page shows besides the replay; moments are ms since the Unix epoch."""

    session: SessionRow
    pages: list[PageView]
    traits: dict[str, Any]
    referrer: str
    viewport: tuple[int, int]
    clock_offset_ms: float
    coverage: dict[str, object]


def trace(store: Store, session_id: str) -> Trace | None:
    """Return what the last digest found, or None where it has not run or failed."""
    return load_trace(store.index, session_id)


def report(store: Store, session_id: str, *, template: str = "") -> Report | None:
    """Return the report that stands: the newest of a model about this digest, else the rules'.

    With a `template`, a model's report that was written for it comes before newer ones that were not.
    """
    with store.index.read() as connection:
        texts = connection.execute(standing_report(session_id, limit=MAX_REPORTS if template else 1)).scalars().all()
    found = [msgspec.json.decode(text, type=Report) for text in texts]
    fitting = (one for one in found if one.template == template and one.analyst != RULES)
    return next(fitting, found[0] if found else None)


def site_of(store: Store, session_id: str) -> str:
    """Return the key of the site a session belongs to; empty where there is no such session."""
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions.c.site).where(sessions.c.id == session_id)).scalar() or ""


def digest_error(store: Store, session_id: str) -> str:
    """Return why the session's last digest failed; empty where it did not."""
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions.c.digest_error).where(sessions.c.id == session_id)).scalar() or ""


def known_of(store: Store, session_id: str) -> list[str]:
    """Return what the site told of who this is: name, address, id and the words of their traits."""
    wanted = sa.select(sessions.c.user_name, sessions.c.user_email, sessions.c.user_id, sessions.c.traits)
    with store.index.read() as connection:
        row = connection.execute(wanted.where(sessions.c.id == session_id)).first()
    if row is None:
        return []
    traits = msgspec.json.decode(row.traits)
    told = traits.values() if isinstance(traits, dict) else ()
    return [one for one in (row.user_name, row.user_email, row.user_id, *told) if isinstance(one, str) and one]


def get_session(store: Store, session_id: str) -> SessionDetail | None:
    """Return the session, or None if there is none."""
    with store.index.read() as connection:
        row = connection.execute(sa.select(sessions).where(sessions.c.id == session_id)).mappings().first()
        if row is None:
            return None
        public = row_of(row, now_ms=store.now_ms())
        add_marks(connection, [public])
    found = trace(store, session_id)
    return SessionDetail(
        session=public,
        pages=found.session.pages if found else [],
        traits=msgspec.json.decode(row["traits"]),
        referrer=row["referrer"],
        viewport=(row["viewport_width"], row["viewport_height"]),
        clock_offset_ms=row["clock_offset_ms"],
        coverage=found.coverage if found else {},
    )
