"""Migrations: an index of an older Playhead → this one's tables, one named step after the other, each done once.

To add   a new table            nothing: it is made because it stands in `tables`
         a new column, index    it in `tables`, and one step at the end of STEPS: `add_columns`, `add_indexes`
         another meaning        one step at the end of STEPS that converts the rows
Names of steps are never used twice nor changed: the index keeps them, so that two branches may each add one. All steps
of one start run in one transaction: an index is of the old version or of the new one, never in between.
"""

import time
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.store import search
from playhead.store.metadata import metadata
from playhead.store.tables import SCHEMA_VERSION, controls, manifests, migrations, packs, schema, sessions, uncompacted


class IndexVersionError(ValueError):
    """The database was written by a newer Playhead than this one."""


class Step(NamedTuple):
    name: str
    run: Callable[[sa.Connection], None]


def add_columns(connection: sa.Connection, *columns: sa.Column[Any]) -> None:
    """Add columns of `tables` to tables that exist; those that are there already are passed over.

    Old rows get the column's default, which must be a plain value or absent (NULL).
    """
    for column in columns:
        table = column.table
        known = {found["name"] for found in sa.inspect(connection).get_columns(table.name)}  # pyright: ignore[reportAttributeAccessIssue]
        if column.name in known:
            continue
        spec = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
        default = ""
        if column.default is not None:
            kept = sa.literal(column.default.arg, column.type)  # pyright: ignore[reportAttributeAccessIssue]
            default = f" DEFAULT {kept.compile(dialect=connection.dialect, compile_kwargs={'literal_binds': True})}"
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {spec}{default}")  # pyright: ignore[reportAttributeAccessIssue]
        for index in table.indexes:  # pyright: ignore[reportAttributeAccessIssue]
            if column.name in index.columns:
                index.create(connection, checkfirst=True)


def drop_column(connection: sa.Connection, table: str, column: str) -> None:
    """Drop a column that `tables` has no more, where it is there."""
    if column in {found["name"] for found in sa.inspect(connection).get_columns(table)}:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")


def add_indexes(connection: sa.Connection, table: sa.Table) -> None:
    """Make the indexes of a table that it lacks; those of a column that a later step adds come with it."""
    known = {found["name"] for found in sa.inspect(connection).get_columns(table.name)}
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if known.issuperset(index.columns.keys()):
            index.create(connection, checkfirst=True)


def fold_interactions(connection: sa.Connection) -> None:
    """Keep of every session's interactions what lists ask for, the names of controls; the traces have the rest."""
    if not sa.inspect(connection).has_table("interactions"):
        return
    rows = connection.exec_driver_sql(
        "SELECT session, name, min(t_ms) FROM interactions WHERE name <> '' GROUP BY session, name ORDER BY session, 3",
        execution_options={"yield_per": 5000},
    )
    for session, of_session in groupby(rows, itemgetter(0)):
        names = msgspec.json.encode([(name, t_ms) for _, name, t_ms in of_session]).decode()
        connection.execute(sa.insert(controls), {"session": session, "names": names})
    connection.exec_driver_sql("DROP TABLE interactions")


def find_words(connection: sa.Connection) -> None:
    """Give every session a document to be found by."""
    add_columns(connection, sessions.c.place)
    search.rebuild(connection)


def _queue_compaction(connection: sa.Connection) -> None:
    digested = sa.select(sessions.c.id, sessions.c.site).where(sessions.c.digest_revision > 0)
    connection.execute(sa.delete(uncompacted))
    connection.execute(sa.insert(uncompacted).from_select(["session", "site"], digested))


STEPS: Final = (
    Step("segments know when they were used", lambda _connection: None),  # nobody asked; see below
    Step("lists are sorted by indexes", lambda connection: add_indexes(connection, sessions)),
    Step("interactions are folded to the controls that were used", fold_interactions),
    Step("words are found by full text", find_words),
    Step("a site's sessions and outcomes have an index", lambda connection: add_indexes(connection, sessions)),
    Step("nobody asks when segments were used", lambda connection: drop_column(connection, "manifests", "used_ms")),
    Step("segments know when they were watched", lambda connection: add_columns(connection, manifests.c.watched_ms)),
    Step("packs know their dictionary", lambda connection: add_columns(connection, packs.c.dictionary)),
    Step("sessions wait to be kept as a whole", _queue_compaction),
    Step("packs may grow", lambda connection: add_columns(connection, packs.c.growing)),
)


def migrate(connection: sa.Connection) -> list[str]:
    """Make what is missing and run the steps that were not run yet, in this transaction; return their names.

    Raises IndexVersionError, and changes nothing, where a newer Playhead was here.
    """
    inspector = sa.inspect(connection)
    fresh = not inspector.has_table(schema.name)
    if not fresh:
        _refuse_newer(connection, known=inspector.has_table(migrations.name))
    metadata.create_all(connection)
    search.create(connection)
    version = connection.execute(sa.select(schema.c.version)).scalar()
    done = set(connection.execute(sa.select(migrations.c.name)).scalars())
    waiting = [step for step in STEPS if step.name not in done]
    if version is not None:
        for step in waiting:
            step.run(connection)
    if waiting:
        rows = [{"name": step.name, "done_ms": time.time_ns() // 1_000_000} for step in waiting]
        connection.execute(sa.insert(migrations), rows)
    if version is None:
        connection.execute(sa.insert(schema).values(version=SCHEMA_VERSION))
        return []
    if version != SCHEMA_VERSION:
        connection.execute(sa.update(schema).values(version=SCHEMA_VERSION))
    return [step.name for step in waiting]


def waiting_steps(connection: sa.Connection) -> list[str]:
    """Return the steps that `migrate` would run, without running any; raises IndexVersionError."""
    inspector = sa.inspect(connection)
    if not inspector.has_table(schema.name):
        return []
    known = inspector.has_table(migrations.name)
    _refuse_newer(connection, known=known)
    done = set(connection.execute(sa.select(migrations.c.name)).scalars()) if known else set[str]()
    return [step.name for step in STEPS if step.name not in done]


def _refuse_newer(connection: sa.Connection, *, known: bool) -> None:
    found = connection.execute(sa.select(schema.c.version)).scalar()
    done = set(connection.execute(sa.select(migrations.c.name)).scalars()) if known else set[str]()
    strange = sorted(done - {step.name for step in STEPS})
    if (found or 0) > SCHEMA_VERSION or strange:
        why = f"version {found}" if (found or 0) > SCHEMA_VERSION else f"the step {strange[0]!r}"
        raise IndexVersionError(
            f"{connection.engine.url.database}: the index has {why}, which is newer than this Playhead "
            f"(version {SCHEMA_VERSION}): start the Playhead that wrote it, or a later one"
        )
