"""Index on SQLite: what is particular to it: settings, query plans, a full disk, versions."""

import pytest
import sqlalchemy as sa

from playhead.store.index import Index, IndexUnusable
from playhead.store.objects import NoSpace
from playhead.store.tables import settings


@pytest.fixture
def index(tmp_path):
    opened = Index(sa.URL.create("sqlite", database=str(tmp_path / "index.db")))
    opened.create()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "by"),
    [
        ("SELECT 1 FROM batches WHERE session = 'a'", "PRIMARY KEY"),
        ("SELECT 1 FROM batches WHERE pack = 1", "ix_batches_pack"),
        ("SELECT 1 FROM sessions WHERE visitor = 'a' OR user_id = 'a'", "sessions_visitor"),
        (
            "SELECT id FROM sessions WHERE log_revision > digest_revision ORDER BY last_received_ms",
            "sessions_undigested",
        ),
        ("SELECT id FROM sessions WHERE projector_version < 3", "sessions_projector"),
        ("SELECT id FROM sessions ORDER BY started_ms DESC, id DESC LIMIT 50", "sessions_started"),
        ("SELECT 1 FROM controls WHERE session = 'a'", "sqlite_autoindex_controls"),
        ("SELECT 1 FROM sessions WHERE place = 7", "sessions_place"),
    ],
)
def test_what_is_asked_often_has_an_index(index, query, by):
    with index.read() as connection:
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert by in plan


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("busy_timeout", 30_000)]
)
def test_every_connection_is_set_up(index, pragma, value):
    with index.read() as one, index.read() as other:
        for connection in (one, other):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_full_disk_is_no_space(index):
    with index.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(NoSpace, match="index is full"), index.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.execute(sa.insert(settings), {"name": "a", "value": "x" * 100_000})
    with index.read() as connection:
        assert connection.execute(sa.select(settings)).all() == []


def test_a_checkpoint_empties_the_log(index, tmp_path):
    with index.write() as connection:
        connection.execute(sa.insert(settings), {"name": "a", "value": "x" * 100_000})
    assert (tmp_path / "index.db-wal").stat().st_size > 100_000
    index.checkpoint()
    assert (tmp_path / "index.db-wal").stat().st_size == 0


@pytest.mark.parametrize("blob", [b"this is not a database" * 100, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_index_is_said_with_what_to_do(tmp_path, blob):
    path = tmp_path / "index.db"
    path.write_bytes(blob)
    broken = Index(sa.URL.create("sqlite", database=str(path)))
    with pytest.raises(IndexUnusable, match=r"index\.db: .*moved away"):
        broken.create()
    broken.close()
    assert path.read_bytes() == blob
