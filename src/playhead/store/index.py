"""Index: the database that answers lists and finds bytes; a cache of the packs that can be rebuilt from them.

Reads run side by side, each on one snapshot; writes queue for one lock, since SQLite takes one writer at a time and its
own waiting sleeps up to 100 ms where a lock hands over at once. Another process waits in SQLite (`BUSY_S`).
The same statements fit PostgreSQL, where reads see one moment too and writers of several nodes wait row by row.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

from playhead.store import people_tables as _people_tables  # noqa: F401  its tables are made with the others
from playhead.store.migrations import IndexVersionError, migrate
from playhead.store.objects import NoSpace
from playhead.store.postgres import PATIENCE, driver_url, is_full, lock_schema, take_your_time

BUSY_S: Final = 30  # another process (an import on the command line) may hold the write lock this long
_SQLITE_FULL: Final = 13

# synchronous FULL for all but batches: they survive NORMAL too, since a pack whose rows were lost with the power is
# adopted at the next start; an erasure or a setting would not.
# secure_delete: what is erased is overwritten, not merely unlinked from the tree.
# wal_autocheckpoint, in pages of 4 KB: a group of batches touches a hundred, so that the usual 1,000 had every tenth
# group wait for the database to be synced; an erasure empties the log at once (`checkpoint`).
PRAGMAS: Final = (
    *("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY", "cache_size=-32000"),
    "wal_autocheckpoint=8000",
)

LOOK: Final = ("PRAGMA analysis_limit=400", "ANALYZE")  # SQLite learns at each start how its tables are; milliseconds

__all__ = ["Index", "IndexUnusable", "IndexVersionError", "execute_many", "execute_rows", "insert_ignore"]

_statements: dict[tuple[Any, str, tuple[str, ...]], SQLCompiler] = {}


class IndexUnusable(OSError):
    """The database cannot be opened or is damaged; the message names it, and what can be done."""


class Index:
    def __init__(self, url: str | sa.URL) -> None:
        where = driver_url(url)
        own = {**PATIENCE, **where.query} if where.get_backend_name() == "postgresql" else {}
        # hide_parameters: an error's text goes to the log, what recordings hold does not
        self.engine = sa.create_engine(
            where, pool_size=8, max_overflow=32, pool_pre_ping=True, connect_args=own, hide_parameters=True
        )
        self._writing = threading.Lock()
        self.shared = self.engine.dialect.name == "postgresql"  # other nodes may write to it at the same time
        self._reads: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if self.shared else {}
        if not self.shared:
            event.listen(self.engine, "connect", _configure)
            event.listen(self.engine, "begin", _begin)

    def create(self) -> list[str]:
        """Make the tables, or bring those of an older version up to date; return the steps that took.

        Raises IndexVersionError, IndexUnusable.
        """
        try:
            with self.write() as connection:
                if self.shared:
                    take_your_time(connection)
                    lock_schema(connection)
                done = migrate(connection)
                if not self.shared:
                    for statement in LOOK:
                        connection.exec_driver_sql(statement)
                return done
        except DatabaseError as error:
            if self.shared:
                where = self.engine.url.render_as_string(hide_password=True)
                raise IndexUnusable(f"{where}: {str(error.orig).strip()}") from error
            said = f"{self.engine.url.database}: {error.orig}; recordings are kept elsewhere: "
            raise IndexUnusable(
                said
                + "a damaged index that is moved away is rebuilt from them (sites, settings and model reports are not)"
            ) from error

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection whose statements all see one moment of the index."""
        with self.engine.connect().execution_options(**self._reads) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, rebuildable: bool = False) -> Iterator[sa.Connection]:
        """Give the one writing connection; commits at the end, rolls back on an exception. Not to be nested.

        `rebuildable` rows stand in synced packs too: a power cut may take them, and the next start brings them back.
        Raises NoSpace where the disk is full.
        """
        options = {"write": "NORMAL" if rebuildable else "FULL"}
        with self._writing, self.engine.connect().execution_options(**options) as connection:
            try:
                with connection.begin():
                    yield connection
            except OperationalError as error:
                if _is_full(error) or is_full(error):
                    raise NoSpace("the disk that holds the index is full") from error
                raise

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database and empty it, so that erased bytes leave the disk."""
        if self.engine.dialect.name == "sqlite":
            with self._writing, self.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]

    def close(self) -> None:
        self.engine.dispose()


def insert_ignore(connection: sa.Connection, table: sa.Table) -> Any:
    """Return an INSERT that passes over rows whose key exists; `.returning()` gives only the rows it added."""
    return _insert_ignore(connection.dialect.name, table)


@cache
def _insert_ignore(dialect_name: str, table: sa.Table) -> Any:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def execute_many(connection: sa.Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
    """Execute a statement once a row, all of the same names; return how many rows it changed.

    As `connection.execute(statement, rows)`, without preparing every row anew: 2 µs a row where that takes 15–20, on
    the path of every batch. Python-side column defaults are not filled in.
    """
    compiled = _compiled(connection, statement, tuple(rows[0]))
    literals = {name: value for name, value in compiled.params.items() if name not in rows[0]}
    filled = [{**literals, **row} for row in rows] if literals else rows
    names = compiled.positiontup
    parameters = list(filled) if names is None else list(map(itemgetter(*names), filled))
    return connection.exec_driver_sql(compiled.string, parameters).rowcount  # pyright: ignore[reportArgumentType]


def execute_rows(
    connection: sa.Connection, statement: Executable, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> int:
    """As `execute_many` for rows that are tuples in the order of `names`."""
    compiled = _compiled(connection, statement, names)
    if compiled.positiontup is not None and tuple(compiled.positiontup) == names:
        return connection.exec_driver_sql(compiled.string, list(rows)).rowcount
    return execute_many(connection, statement, [dict(zip(names, row, strict=True)) for row in rows])


def _compiled(connection: sa.Connection, statement: Executable, names: tuple[str, ...]) -> SQLCompiler:
    key = (statement, connection.dialect.name, names)
    if key not in _statements:
        compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))  # type: ignore[attr-defined]
        _statements[key] = compiled
    return _statements[key]


def _is_full(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == _SQLITE_FULL


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own is late and never IMMEDIATE
    connection.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    synchronous = connection.get_execution_options().get("write")
    if synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if synchronous else "BEGIN")
