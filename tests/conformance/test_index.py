"""Index: what every database under it must do; each one goes through the same tests."""

import itertools
import os
import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from playhead.store.digests import due
from playhead.store.index import Index, IndexVersionError, insert_ignore
from playhead.store.pack import encode_pack
from playhead.store.postgres import driver_url, take_your_time
from playhead.store.record import Outcome, record_pack, screen
from playhead.store.tables import batches, erased, schema, sessions, settings

_numbers = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return sa.URL.create("sqlite", database=os.fspath(tmp_path / "index.db"))
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def index(url):
    opened = Index(url)
    opened.create()
    yield opened
    opened.close()


def keep(index, *made):
    blob, contents = encode_pack(made, made_ms=1)
    with index.write() as connection:
        return record_pack(connection, key=f"packs/{next(_numbers)}", made_ms=1, size=len(blob), placed=contents.placed)


def test_a_frozen_node_lets_go_of_its_locks(postgres_url):
    """Its transaction is ended by the database, unless it asked for time (`copy`)."""
    url = driver_url(postgres_url).update_query_dict({"options": "-c idle_in_transaction_session_timeout=100"})
    frozen, other = Index(url), Index(postgres_url)
    frozen.create()
    row = {"name": "a", "value": "1"}
    with pytest.raises(DBAPIError, match="idle-in-transaction"), frozen.write() as connection:
        connection.execute(sa.insert(settings), row)
        with other.write() as waiting:  # for the row that is being written, until the database ends that transaction
            assert waiting.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar() == "30s"
            waiting.execute(sa.insert(settings), row)
        connection.execute(sa.select(settings))
    with frozen.write() as connection:
        take_your_time(connection)
        time.sleep(0.3)
        assert connection.execute(sa.select(settings.c.value)).scalar() == "1"
    frozen.close()
    other.close()


def test_creating_again_changes_nothing(index):
    index.create()
    with index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema)).scalar() == 1


def test_an_index_of_a_newer_version_is_left_alone(index):
    with index.write() as connection:
        connection.execute(sa.update(schema).values(version=999))
    with pytest.raises(IndexVersionError, match="999"):
        index.create()


def test_a_failed_write_leaves_nothing(index):
    with pytest.raises(ZeroDivisionError), index.write() as connection:
        connection.execute(sa.insert(settings), {"name": "a", "value": "1"})
        raise ZeroDivisionError
    with index.read() as connection:
        assert connection.execute(sa.select(settings)).all() == []


def test_a_read_sees_one_moment(index):
    with index.read() as reading:
        assert reading.execute(sa.select(settings)).all() == []
        with index.write() as connection:
            connection.execute(sa.insert(settings), {"name": "a", "value": "1"})
        assert reading.execute(sa.select(settings)).all() == []
    with index.read() as reading:
        assert len(reading.execute(sa.select(settings)).all()) == 1


def test_writers_take_turns_and_lose_nothing(index):
    with index.write() as connection:
        connection.execute(sa.insert(settings), {"name": "n", "value": "0"})

    def add():
        for _ in range(25):
            with index.write() as connection:
                value = int(connection.execute(sa.select(settings.c.value)).scalar_one())
                connection.execute(sa.update(settings).values(value=str(value + 1)))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with index.read() as connection:
        assert connection.execute(sa.select(settings.c.value)).scalar() == "100"


def test_insert_ignore_returns_only_what_it_added(index):
    rows = [{"name": name, "value": "new"} for name in "abc"]
    with index.write() as connection:
        connection.execute(sa.insert(settings), {"name": "b", "value": "old"})
        query = insert_ignore(connection, settings).returning(settings.c.name)
        assert sorted(connection.execute(query, rows).scalars()) == ["a", "c"]
        assert connection.execute(sa.select(settings.c.value).where(settings.c.name == "b")).scalar() == "old"


def test_a_large_pack_is_recorded_whole(index, make_batch):
    made = [make_batch(f"s_{number % 700}", seq=number, body=b"[%d]" % number) for number in range(5000)]
    assert len(keep(index, *made)) == 5000
    with index.read() as connection:
        assert connection.execute(sa.select(sa.func.sum(sessions.c.batches))).scalar() == 5000
        assert connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar() == 5000


def test_a_batch_is_recorded_once(index, make_batch):
    one, other = make_batch(seq=0), make_batch(seq=1)
    assert keep(index, one) == {one.facts.key}
    assert keep(index, one, other) == {other.facts.key}
    assert keep(index, one) == set()
    with index.read() as connection:
        assert connection.execute(sa.select(sessions.c.batches, sessions.c.log_revision)).one() == (2, 2)


def test_what_ingest_keeps_of_a_session(index, make_batch):
    keep(index, make_batch(seq=0, visitor="", received_ms=1000, first_ms=400.0, sent_ms=500.0, body=b"12345"))
    keep(index, make_batch(seq=2, visitor="v_1", received_ms=3000, ended=True), make_batch("s_2", received_ms=7))
    keep(index, make_batch(seq=1, visitor="v_2", received_ms=2000, body=b"1"))
    with index.read() as connection:
        row = connection.execute(sa.select(sessions).where(sessions.c.id == "s_1")).one()
    assert (row.visitor, row.batches, row.bytes, row.log_revision) == ("v_1", 3, 8, 3)
    assert (row.first_received_ms, row.last_received_ms, row.started_ms) == (1000, 3000, 900.0)
    assert not row.ended  # the newest batch to arrive did not say goodbye


def test_screening(index, make_batch):
    keep(index, make_batch("s_mine"))
    with index.write() as connection:
        connection.execute(sa.insert(erased), {"session": "s_gone", "erased_ms": 1})
        asked = [
            make_batch("s_mine", seq=1),
            make_batch("s_mine", seq=1),
            make_batch("s_mine", site="other"),
            make_batch("s_gone"),
            make_batch("s_new"),
            make_batch("s_new", site="other", seq=5),
        ]
        assert screen(connection, [batch.facts for batch in asked]) == [
            Outcome.STORED,
            Outcome.DUPLICATE,
            Outcome.FOREIGN,
            Outcome.ERASED,
            Outcome.STORED,
            Outcome.FOREIGN,
        ]


def test_what_is_due(index, make_batch):
    keep(index, make_batch("s_quiet", received_ms=1000))
    keep(index, make_batch("s_busy", received_ms=9000))
    keep(index, make_batch("s_ended", received_ms=9000, ended=True))
    with index.write() as connection:
        connection.execute(
            sa.update(sessions).where(sessions.c.id == "s_busy").values(log_revision=7, digest_revision=4)
        )
    assert due(index, now_ms=10_000, version=1, limit=10) == ["s_quiet", "s_ended"]
    with index.write() as connection:
        connection.execute(sa.update(sessions).where(sessions.c.id == "s_busy").values(log_revision=8))
    assert set(due(index, now_ms=10_000, version=1, limit=10)) == {"s_quiet", "s_ended", "s_busy"}
    assert due(index, now_ms=10_000, version=1, limit=1) == ["s_quiet"]
    with index.write() as connection:
        connection.execute(sa.update(sessions).values(digest_revision=sessions.c.log_revision, projector_version=1))
    assert due(index, now_ms=10_000, version=1, limit=10) == []
    assert sorted(due(index, now_ms=10_000, version=2, limit=10)) == ["s_ended", "s_quiet"]


def test_text_with_a_nul_is_kept_without_it(index):
    with index.write() as connection:
        connection.execute(sa.insert(settings), {"name": "a\0b", "value": "1"})
    with index.read() as connection:
        assert connection.execute(sa.select(settings.c.name)).scalar() == "a\ufffdb"


def test_many_nodes_begin_at_once(url):
    errors, indexes = [], [Index(url) for _ in range(6)]

    def begin(index):
        try:
            index.create()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=begin, args=[index]) for index in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with indexes[0].read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema)).scalar() == 1
    for index in indexes:
        index.close()
    assert errors == []


def test_two_nodes_that_get_the_same_batches_keep_each_once(url, make_batch):
    nodes = [Index(url), Index(url)]
    nodes[0].create()
    made = [make_batch(f"s_{number % 40}", seq=number) for number in range(400)]
    added, errors = [], []

    def send(node, batches_of_node):
        try:
            for start in range(0, len(made), 25):
                added.append(keep(node, *batches_of_node[start : start + 25]))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=args) for args in zip(nodes, (made, made[::-1]), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with nodes[0].read() as connection:
        assert connection.execute(sa.select(sa.func.sum(sessions.c.batches))).scalar() == 400
        assert connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar() == 400
    for node in nodes:
        node.close()
    assert errors == []
    assert sum(map(len, added)) == 400
