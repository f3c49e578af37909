"""The sessions list: filtered, sorted, paged by key."""

import base64
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from playhead.query import filters, listing
from playhead.query.hits import Hit, hits_of
from playhead.store import Store
from playhead.store.tables import marks, notes, sessions
from playhead.store.words import Phrase

MAX_COUNTED: Final = 10_000  # counting all of a million costs more than finding the page
MAX_PARTS: Final = 6
MAX_PART: Final = 1_000  # sessions counted for one term
SORTS: Final = {
    "started": sessions.c.started_ms,
    "duration": sessions.c.duration_ms,
    "active": sessions.c.active_ms,
    "pages": sessions.c.page_count,
    "signals": sessions.c.signal_count,
    "events": sessions.c.event_count,
}


class ListError(ValueError):
    """The list that was asked for cannot be made: filter, sort or cursor is wrong."""


class SessionRow(msgspec.Struct):
    id: str
    site: str
    source: str  # "recorder" or "import"
    visitor: str
    user_id: str
    user_name: str
    user_email: str
    started_ms: float  # server's clock, ms since the Unix epoch
    start_ms: float  # recorder's clock
    duration_ms: float
    active_ms: float
    event_count: int
    interaction_count: int
    page_count: int
    first_url: str
    first_title: str
    last_url: str
    last_title: str
    browser: str
    os: str
    device: str
    signals: dict[str, int]
    signal_count: int
    strip: dict[str, Any]
    outcome: str
    headline: str
    live: bool
    ended: bool
    gaps: int
    digest_error: str
    starred: bool = False
    watched: bool = False
    tags: list[str] = []
    notes: int = 0  # comments and clips
    hits: list[Hit] = []  # what the filter's words were found in


class SessionList(msgspec.Struct):
    sessions: list[SessionRow]
    next_cursor: str | None
    total: int  # of all sessions the filter finds, MAX_COUNTED at most
    total_is_more: bool = False  # it finds more than `total`


def list_sessions(
    store: Store,
    *,
    now_ms: float | None = None,
    q: str = "",
    sort: str = "-started",
    limit: int = 50,
    cursor: str = "",
    personal: bool = True,
) -> SessionList:
    """Return one page of the list; `sort` is a name of SORTS, "-" in front for largest first. Raises ListError.

    Not `personal`: the filter cannot ask who visitors are.
    """
    now = store.now_ms() if now_ms is None else now_ms
    try:
        found = filters.read(q, personal=personal, now_ms=now)
    except filters.FilterError as error:
        raise ListError(str(error)) from None
    column, descending = _sort(sort)
    with store.index.read() as connection:
        asked = listing.plan(connection, found, column)
        statement = sa.select(sessions).select_from(asked.source).where(asked.condition)
        if cursor:
            statement = statement.where(asked.after(_decode_cursor(cursor), descending=descending))
        statement = statement.order_by(*asked.order(descending=descending)).limit(limit + 1)
        rows = connection.execute(statement).mappings().all()
        more = len(rows) > limit
        total, is_more = len(rows), False  # the whole list stands on this page
        if more or cursor:
            total, is_more = listing.count(connection, found, asked, limit=MAX_COUNTED)
        rows = rows[:limit]
        listed = [row_of(row, now_ms=now) for row in rows]
        add_marks(connection, listed)
        add_hits(connection, listed, found.phrases)
    next_cursor = _encode_cursor(rows[-1][asked.column.name], rows[-1]["id"]) if more else None
    return SessionList(listed, next_cursor, total, is_more)


class Part(msgspec.Struct):
    """One term of a filter, and how many sessions it finds by itself."""

    q: str
    total: int
    total_is_more: bool


def parts_of(store: Store, q: str, *, personal: bool = True) -> list[Part]:
    """Tell which term of a filter finds how much, where all of them together find nothing; [] for a single term."""
    terms = filters.parts(q)[:MAX_PARTS]
    if len(terms) < 2:
        return []
    with store.index.read() as connection:
        try:
            asked = [(term, filters.read(term, personal=personal, now_ms=store.now_ms())) for term in terms]
        except filters.FilterError:
            return []
        planned = [(term, one, listing.plan(connection, one, sessions.c.started_ms)) for term, one in asked]
        counted = [(term, listing.count(connection, one, how, limit=MAX_PART)) for term, one, how in planned]
    return [Part(term, total, more) for term, (total, more) in counted]


def next_session(
    store: Store, session_id: str, *, q: str = "", sort: str = "-started", personal: bool = True
) -> str | None:
    """Return the session that follows in the list; None after the last, or where the list cannot be made."""
    try:
        column, descending = _sort(sort)
        found = filters.read(q, personal=personal, now_ms=store.now_ms())
    except (ListError, filters.FilterError):
        return None
    with store.index.read() as connection:
        asked = listing.plan(connection, found, column)
        here = connection.execute(sa.select(asked.column).where(sessions.c.id == session_id)).scalar()
        if here is None:
            return None
        following = sa.select(sessions.c.id).select_from(asked.source)
        following = following.where(asked.condition, asked.after((here, session_id), descending=descending))
        return connection.execute(following.order_by(*asked.order(descending=descending)).limit(1)).scalar()


def add_marks(connection: sa.Connection, rows: list[SessionRow]) -> None:
    """Fill in what people added to these sessions."""
    by_id = {row.id: row for row in rows}
    for mark in connection.execute(sa.select(marks).where(marks.c.session.in_(by_id))).mappings():
        row = by_id[mark["session"]]
        row.starred, row.watched = mark["starred"], mark["watched_ms"] > 0
        row.tags = msgspec.json.decode(mark["tags"], type=list[str])
    counted = sa.select(notes.c.session, sa.func.count()).where(notes.c.session.in_(by_id)).group_by(notes.c.session)
    for session_id, count in connection.execute(counted):
        by_id[session_id].notes = count


def add_hits(connection: sa.Connection, rows: list[SessionRow], phrases: Sequence[Phrase]) -> None:
    """Fill in where the words were found."""
    found = hits_of(connection, [row.id for row in rows], phrases)
    for row in rows:
        row.hits = [hit.since(row.start_ms) for hit in found.get(row.id, ())]


def row_of(row: sa.RowMapping, *, now_ms: float) -> SessionRow:
    """Return the public form of a row of `sessions`."""
    plain: dict[str, Any] = {name: row[name] for name in SessionRow.__struct_fields__ if name in row}
    plain["signals"] = msgspec.json.decode(row["signals"])
    plain["strip"] = msgspec.json.decode(row["strip"])
    plain["live"] = is_live(row, now_ms=now_ms)
    return SessionRow(**plain)


def is_live(row: sa.RowMapping, *, now_ms: float) -> bool:
    """Whether the session is being recorded right now; `row` has source, ended and last_received_ms."""
    recent = now_ms - row["last_received_ms"] < filters.LIVE_S * 1000
    return row["source"] == "recorder" and not row["ended"] and recent


def _sort(sort: str) -> tuple[sa.Column[Any], bool]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise ListError(f"cannot sort by {name!r}; there are {', '.join(SORTS)}, with - in front for largest first")
    return SORTS[name], sort.startswith("-")


def _encode_cursor(value: float, session_id: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([value, session_id])).decode().rstrip("=")


def _decode_cursor(cursor: str) -> tuple[float, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=tuple[int | float, str])
    except (ValueError, msgspec.MsgspecError):
        raise ListError("the cursor is not one this list gave out: start again without it") from None
