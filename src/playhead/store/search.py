"""Search: one document a session in the database's own full text (FTS5; tsvector and GIN), in step with its rows.

Place     the document's number, `sessions.place`: grows with the session's start, so that FTS5, which gives documents
          by number, gives them as the list is sorted
In step   whoever changes what a document is made of (digest, report, erasure) calls `index_session` or `remove` in the
          same transaction; `rebuild` makes all anew. The texts are those of other tables: nothing is kept here alone
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from playhead.core.report import Report
from playhead.store import words as w
from playhead.store.standing import standing_report
from playhead.store.tables import controls, pages, sessions, signals

ERRORS: Final = ("js_error", "network_error", "error_click", "validation_loop", "login_failure", "not_found")
STEP: Final = 4096  # places a millisecond
MAX_START_MS: Final = 10**14  # the year 5138; a recording's clock may say anything
MERGE_PAGES: Final = 500  # at once, some hundred milliseconds
_FORGETS: Final = sqlite3.sqlite_version_info >= (3, 42)  # its FTS5 takes removed words out at once, when told to

_CREATE: Final = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(words, tokenize='ascii', columnsize=0)",
        "INSERT INTO search_text(search_text, rank) VALUES('automerge', 8)",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS search_text (place bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS search_text_words ON search_text USING gin (words)",
    ),
}
_ADD: Final = {
    "sqlite": sa.text("INSERT INTO search_text(rowid, words) VALUES(:place, :words)"),
    "postgresql": sa.text("INSERT INTO search_text(place, words) VALUES(:place, CAST(:words AS tsvector))"),
}
_REMOVE: Final = {
    "sqlite": sa.text("DELETE FROM search_text WHERE rowid = :place"),
    "postgresql": sa.text("DELETE FROM search_text WHERE place = :place"),
}
_PLACE: Final = {"sqlite": "rowid", "postgresql": "place"}
_SAME: Final = {
    "sqlite": sa.text("SELECT 1 FROM search_text WHERE rowid = :place AND words = :words"),
    "postgresql": sa.text("SELECT 1 FROM search_text WHERE place = :place AND words = CAST(:words AS tsvector)"),
}


class Found(sa.ColumnElement[bool]):
    """Whether the document of a row of `sessions` has all of these phrases, as a condition for either database.

    SQLite looks at the sessions one by one, unless it is told that `few` match: then it looks those up. PostgreSQL
    decides, unless it is told to look at documents `singly`, for the few sessions that other conditions leave.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, phrases: Sequence[w.Phrase], *, few: bool = False, singly: bool = False) -> None:
        self.phrases, self.few, self.singly = tuple(phrases), few, singly

    def self_group(self, against: Any = None) -> "Found":
        return self


@compiles(Found, "sqlite")
def _found_in_sqlite(element: Found, compiler: Any, **options: Any) -> str:
    asked = compiler.process(sa.bindparam(None, w.sqlite_query(element.phrases), unique=True), **options)
    place = "sessions.place" if element.few else "+sessions.place"
    return f"({place} IN (SELECT rowid FROM search_text WHERE search_text MATCH {asked}))"


@compiles(Found, "postgresql")
def _found_in_postgres(element: Found, compiler: Any, **options: Any) -> str:
    asked = compiler.process(sa.bindparam(None, w.postgres_query(element.phrases), unique=True), **options)
    if element.singly:
        own = "FROM search_text WHERE search_text.place = sessions.place"
        return f"coalesce((SELECT search_text.words @@ CAST({asked} AS tsquery) {own}), false)"
    return (
        "(EXISTS (SELECT 1 FROM search_text WHERE search_text.place = sessions.place"
        f" AND search_text.words @@ CAST({asked} AS tsquery)))"
    )


@compiles(Found)
def _found_in_words(element: Found, _compiler: Any, **_options: Any) -> str:
    return f"found({w.sqlite_query(element.phrases)!r})"


def create(connection: sa.Connection) -> None:
    """Make the tables of the full text, where they are not there yet."""
    for statement in _CREATE[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite" and _FORGETS:
        connection.exec_driver_sql("INSERT INTO search_text(search_text, rank) VALUES('secure-delete', 1)")


def index_session(connection: sa.Connection, session: str) -> None:
    """Make the session's document anew, from its rows as they stand in this transaction."""
    row = connection.execute(_SESSION, {"session": session}).mappings().first()
    if row is None:
        return
    place = _place(connection, row)
    if row["place"]:
        connection.execute(_REMOVE[connection.dialect.name], {"place": row["place"]})
    if place != row["place"]:
        connection.execute(sa.update(sessions).where(sessions.c.id == session).values(place=place))
    add_documents(connection, [(place, w.document(_texts(connection, row)))])


def add_documents(connection: sa.Connection, made: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Add documents under places that are free."""
    written = w.postgres_vector if connection.dialect.name == "postgresql" else " ".join
    rows = [{"place": place, "words": written(words)} for place, words in made]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def remove(connection: sa.Connection, session: str) -> None:
    """Take the session's document away, before its row goes."""
    place = connection.execute(sa.select(sessions.c.place).where(sessions.c.id == session)).scalar()
    if place:
        connection.execute(_REMOVE[connection.dialect.name], {"place": place})


def purge(write: Callable[[], AbstractContextManager[sa.Connection]]) -> None:
    """Write the full text anew without what was removed, in short transactions (`Index.write`), since others wait.

    FTS5 keeps removed words until it merges: at a million sessions all of it takes ten seconds of CPU.
    """
    asked, done = -MERGE_PAGES, False  # the minus begins: everything there is is to be merged
    while not done and not _FORGETS:
        with write() as connection:
            if connection.dialect.name != "sqlite":
                return
            changed = _changes(connection)
            connection.exec_driver_sql("INSERT INTO search_text(search_text, rank) VALUES('merge', ?)", (asked,))
            done = _changes(connection) - changed < 2  # as FTS5's documentation says
        asked = MERGE_PAGES


def _changes(connection: sa.Connection) -> int:
    return connection.connection.driver_connection.total_changes  # pyright: ignore[reportOptionalMemberAccess]


def clear(connection: sa.Connection) -> None:
    """Remove every document."""
    connection.exec_driver_sql("DELETE FROM search_text")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_text(search_text) VALUES('optimize')")


def rebuild(connection: sa.Connection) -> int:
    """Make every document anew; return how many."""
    clear(connection)
    connection.execute(sa.update(sessions).where(sessions.c.place != 0).values(place=0))
    ids = list(connection.execute(sa.select(sessions.c.id).where(sessions.c.digested_ms > 0)).scalars())
    for session in ids:
        index_session(connection, session)
    return len(ids)


def strays(connection: sa.Connection) -> int:
    """Return how many documents belong to no session."""
    place = _PLACE[connection.dialect.name]
    query = f"SELECT count(*) FROM search_text WHERE {place} NOT IN (SELECT place FROM sessions)"
    return connection.exec_driver_sql(query).scalar_one()


def in_step(connection: sa.Connection, session: str) -> bool:
    """Whether the session's document says what its rows say now."""
    row = connection.execute(_SESSION, {"session": session}).mappings().first()
    if row is None:
        return True
    postgres = connection.dialect.name == "postgresql"
    made = w.document(_texts(connection, row))
    words = w.postgres_vector(made) if postgres else " ".join(made)
    return (
        connection.execute(_SAME[connection.dialect.name], {"place": row["place"], "words": words}).first() is not None
    )


def count(connection: sa.Connection) -> int:
    return connection.exec_driver_sql("SELECT count(*) FROM search_text").scalar_one()


def texts_of(
    row: sa.RowMapping | dict[str, Any],
    *,
    pages: Iterable[tuple[str, str]],
    controls: Iterable[str],
    signals: Iterable[tuple[str, str, str]],
    report: Iterable[str],
) -> Iterator[tuple[str, list[str]]]:
    """Give the texts of a document: pages are (address, title), signals (kind, control, measured as JSON)."""
    for name in ("site", "outcome"):
        yield name, w.exact_word(row[name])
    flags = (("identified", row["user_id"] != ""), ("imported", row["source"] == "import"))
    yield from (("is", [name]) for name, true in flags if true)
    for name in ("browser", "os", "device"):
        yield name, w.words_of(row[name])
    yield "session", w.words_of(row["id"])
    yield "visitor", w.words_of(row["visitor"])
    for name in ("user_id", "user_name", "user_email"):
        yield "user", w.words_of(row[name])
    yield "referrer", w.address_words(row["referrer"])
    for text in dict.fromkeys((row["headline"], *report)):
        yield "report", w.words_of(text)
    seen = list(signals)
    for kind in dict.fromkeys(kind for kind, _, _ in seen):
        yield "signal", w.exact_word(kind)
    for text in dict.fromkeys(text for kind, name, measured in seen for text in error_texts(kind, name, measured)):
        yield "error", w.words_of(text)
    for url, title in dict.fromkeys(pages):
        yield "page", w.address_words(url)
        yield "page", w.words_of(title)
    for text in dict.fromkeys(controls):
        yield "control", w.words_of(text)


def error_texts(kind: str, name: str, measured: str) -> list[str]:
    """Return what an error said, and on which control; nothing for a signal that is no error."""
    if kind not in ERRORS:
        return []
    try:
        said = msgspec.json.decode(measured)
    except msgspec.MsgspecError:
        said = None
    return [text for text in (name, *_strings(said)) if text]


def report_texts(blob: str | None) -> list[str]:
    """Return the sentences of a report, as it is kept."""
    if blob is None:
        return []
    try:
        report = msgspec.json.decode(blob, type=Report)
    except msgspec.MsgspecError:
        return []
    findings = [text for one in report.findings for text in (one.title, one.text, one.suggestion)]
    return [text for text in (report.headline.text, *(one.text for one in report.summary), *findings) if text]


def control_names(blob: str | None) -> list[str]:
    """Return the names of the controls that were used, see `tables.controls`."""
    return [] if blob is None else [name for name, _ in msgspec.json.decode(blob, type=list[tuple[str, float]])]


def _strings(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < 4:
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one, depth + 1)


def _texts(connection: sa.Connection, row: sa.RowMapping) -> Iterator[tuple[str, list[str]]]:
    about = {"session": row["id"]}
    return texts_of(
        row,
        pages=[(url, title) for url, title in connection.execute(_PAGES, about)],
        controls=control_names(connection.execute(_CONTROLS, about).scalar()),
        signals=[(kind, name, measured) for kind, name, measured in connection.execute(_SIGNALS, about)],
        report=report_texts(connection.execute(standing_report(row["id"])).scalar()),
    )


def first_place(session: str, started_ms: float) -> int:
    """Return where a session's document is put, if nobody is there."""
    start_ms = int(min(max(1.0, started_ms), MAX_START_MS))  # in this order: NaN becomes 1
    return start_ms * STEP + zlib.crc32(session.encode("utf-8", "replace")) % STEP


def _place(connection: sa.Connection, row: sa.RowMapping) -> int:
    place = first_place(row["id"], row["started_ms"])
    if row["place"] and row["place"] // STEP == place // STEP:
        return row["place"]
    taken = sa.select(sessions.c.place).where(sessions.c.place == sa.bindparam("place"))
    while connection.execute(taken, {"place": place}).first():
        place += 1
    return place


_COLUMNS: Final = (
    "id place started_ms site source outcome headline visitor user_id user_name user_email browser os device referrer"
)
_SESSION: Final = sa.select(*(sessions.c[name] for name in _COLUMNS.split())).where(
    sessions.c.id == sa.bindparam("session")
)
_PAGES: Final = (
    sa.select(pages.c.url, pages.c.title).where(pages.c.session == sa.bindparam("session")).order_by(pages.c.n)
)
_SIGNALS: Final = (
    sa.select(signals.c.kind, signals.c.name, signals.c.measured)
    .where(signals.c.session == sa.bindparam("session"))
    .order_by(signals.c.n)
)
_CONTROLS: Final = sa.select(controls.c.names).where(controls.c.session == sa.bindparam("session"))
