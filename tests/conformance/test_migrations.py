"""Migrations: an index that an older Playhead made becomes what a new one would make, on every database."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from playhead.query.filters import condition
from playhead.store.index import Index, IndexVersionError
from playhead.store.metadata import metadata
from playhead.store.migrations import STEPS, waiting_steps
from playhead.store.tables import controls, manifests, migrations, sessions, settings

OLD = Path(__file__).parent.parent / "fixtures/schemas"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return sa.URL.create("sqlite", database=os.fspath(tmp_path / "index.db"))
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def open_index(url):
    opened = []

    def open_one():
        opened.append(Index(url))
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()


def make_old(index, version="v1"):
    with index.write() as connection:
        for statement in (OLD / f"{version}-{index.engine.dialect.name}.sql").read_text().split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)


def shape(index):
    """Every table with its columns, types, keys and indexes."""
    found = {}
    with index.read() as connection:
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names():
            columns = {(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)}
            indexes = {(i["name"], tuple(i["column_names"])) for i in inspector.get_indexes(table)}
            found[table] = (columns, inspector.get_pk_constraint(table)["constrained_columns"], indexes)
    return found


def test_an_old_index_comes_to_what_a_new_one_is(open_index):
    """Whoever adds a column or an index without a step is told here."""
    old = open_index()
    make_old(old)
    with old.write() as connection:
        row = "'s', 1, 1, 'segments/a', 5, '{}'"
        connection.exec_driver_sql(
            f"INSERT INTO manifests (session, revision, version, key, bytes, manifest) VALUES ({row})"
        )
        connection.execute(sa.insert(settings), {"name": "a", "value": "1"})
    with old.read() as connection:
        assert waiting_steps(connection) == [step.name for step in STEPS]
    assert old.create() == [step.name for step in STEPS]
    assert old.create() == []
    migrated = shape(old)
    with old.read() as connection:
        assert connection.execute(sa.select(settings.c.value)).scalar() == "1"
        assert connection.execute(sa.select(manifests.c.key)).scalar() == "segments/a"
    with old.write() as connection:
        metadata.drop_all(connection)
    assert old.create() == []
    assert migrated == shape(old)


def test_a_step_that_fails_leaves_the_index_as_it_was(open_index, monkeypatch):
    index = open_index()
    make_old(index)
    before = shape(index)

    def fails(_connection):
        raise RuntimeError("no")

    monkeypatch.setattr("playhead.store.migrations.STEPS", (*STEPS, STEPS[0]._replace(name="broken", run=fails)))
    with pytest.raises(RuntimeError):
        index.create()
    assert shape(index) == before


def test_an_index_with_a_step_nobody_knows_is_newer(open_index):
    index = open_index()
    index.create()
    with index.write() as connection:
        connection.execute(sa.insert(migrations), {"name": "of tomorrow", "done_ms": 1})
    with pytest.raises(IndexVersionError, match="of tomorrow"):
        index.create()
    with index.read() as connection, pytest.raises(IndexVersionError, match="of tomorrow"):
        waiting_steps(connection)


def test_old_interactions_are_folded_and_old_sessions_are_found_by_words(open_index):
    index = open_index()
    make_old(index)
    with index.write() as connection:
        made = {"site": "demo", "first_received_ms": 1, "last_received_ms": 1, "started_ms": 5.0}
        plain = {c.name: c.default.arg for c in sessions.columns if c.default is not None and c.name != "place"}
        row = {**plain, **made, "id": "s_1", "digested_ms": 7}
        old = sa.table("sessions", *map(sa.column, row))
        connection.execute(sa.insert(old), row)
        for n, (name, t_ms) in enumerate([("Pay", 9.0), ("Shop", 3.0), ("Pay", 4.0), ("", 1.0)]):
            row = f"'s_1', {n}, 'e{n}', 'click', {t_ms}, '', 'button', '{name}', ''"
            names = "session, n, ref, kind, t_ms, page_url, role, name, selector"
            connection.exec_driver_sql(f"INSERT INTO interactions ({names}) VALUES ({row})")
    index.create()
    with index.read() as connection:
        assert connection.execute(sa.select(controls.c.names)).scalar() == '[["Shop",3.0],["Pay",4.0]]'
        for q, found in (("control:pay", ["s_1"]), ("control:sho", ["s_1"]), ("pays", [])):
            assert list(connection.execute(sa.select(sessions.c.id).where(condition(q))).scalars()) == found
