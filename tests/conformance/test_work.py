"""Work: leases, tries and what is set aside, on every database; two real worker processes on PostgreSQL."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from playhead.core.trace import PROJECTOR_VERSION
from playhead.jobs import digest as digest_module
from playhead.jobs.digest import ensure_digested
from playhead.jobs.worker import Worker
from playhead.store import clean, digests, open_store, work
from playhead.store.digests import due
from playhead.store.tables import sessions, sites
from playhead.store.tables import work as work_table

WORKER = Path(__file__).with_name("worker_process.py")


@pytest.fixture(params=["sqlite", "postgresql"])
def open_node(request, tmp_path):
    """Open the same store once more, as another process would."""
    on = {} if request.param == "sqlite" else {"index_url": request.getfixturevalue("postgres_url")}
    on["objects_url"] = f"file://{tmp_path}/objects"
    opened = []

    def open_one(**more):
        opened.append(open_store(tmp_path / "data", **on, **more))
        with opened[-1].index.write() as connection:
            if not connection.execute(sa.select(sites.c.key)).first():
                connection.execute(sa.insert(sites), {"key": "site", "name": "", "created_ms": 0})
        return opened[-1]

    open_one.on = on
    yield open_one
    for store in opened:
        store.close()


def fill(store, make_batch, count, **facts):
    futures = [
        store.packs.submit(make_batch(f"s_{n:03}", **{"received_ms": 1000, "ended": True, **facts}))
        for n in range(count)
    ]
    for future in futures:
        future.result(60)


def row(store, session="s_000"):
    with store.index.read() as connection:
        return connection.execute(sa.select(work_table).where(work_table.c.session == session)).first()


def state(store, session="s_000"):
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions).where(sessions.c.id == session)).one()


def test_each_session_goes_to_one_worker_only(open_node, make_batch):
    nodes = [open_node(), open_node()]
    fill(nodes[0], make_batch, 40)
    taken, begin = [], threading.Barrier(2)

    def take(number):
        begin.wait()
        for _ in range(10):
            ids = due(nodes[number].index, now_ms=nodes[0].now_ms(), version=1, limit=7)
            taken.extend(work.take(nodes[number].index, f"w{number}", ids, now_ms=nodes[0].now_ms()))

    threads = [threading.Thread(target=take, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"s_{n:03}" for n in range(40)]


def test_what_a_dead_worker_held_is_free_when_its_lease_ends(open_node, make_batch, monkeypatch):
    store = open_node()
    fill(store, make_batch, 1)
    now_ms = store.now_ms()
    assert work.take(store.index, "dead", ["s_000"], now_ms=now_ms) == ["s_000"]
    assert work.begin(store.index, "dead", "s_000", now_ms=now_ms) == 1
    assert work.take(store.index, "other", ["s_000"], now_ms=now_ms) == []
    assert work.take(store.index, "other", ["s_000"], now_ms=now_ms, at_once=True) == []
    monkeypatch.setattr(work, "clock_ms", lambda _connection, _now_ms: now_ms + 10 * work.LEASE_MS)
    assert work.take(store.index, "other", ["s_000"], now_ms=now_ms) == ["s_000"]
    assert work.begin(store.index, "dead", "s_000", now_ms=now_ms) == 0  # it comes back to life, too late
    assert work.begin(store.index, "other", "s_000", now_ms=now_ms) == 2
    monkeypatch.setattr(
        work, "clock_ms", lambda _connection, _now_ms: now_ms - 10 * work.LEASE_MS
    )  # a clock steps back
    assert work.take(store.index, "third", ["s_000"], now_ms=now_ms) == ["s_000"]


def test_somebody_who_watches_does_not_wait_for_what_is_not_begun(open_node, make_batch):
    store = open_node()
    fill(store, make_batch, 1)
    work.take(store.index, "busy", ["s_000"], now_ms=store.now_ms())
    ensure_digested(store, "s_000")
    assert state(store).digest_revision == 1
    assert work.begin(store.index, "busy", "s_000", now_ms=store.now_ms()) == 0


def test_a_session_that_fails_again_and_again_is_set_aside_and_comes_back_when_asked(
    open_node, make_batch, monkeypatch
):
    store = open_node()
    fill(store, make_batch, 2)
    now_ms, really = store.now_ms(), digest_module.project_stored
    for module in (work, digests, clean):
        monkeypatch.setattr(module, "clock_ms", lambda _connection, now_ms: now_ms)

    def broken(read, limits=None):
        return 1 / 0 if read.batches[0].key.session == "s_000" else really(read)

    monkeypatch.setattr(digest_module, "project_stored", broken)
    worker, waits = Worker(store), []
    for _ in range(40):
        store.now_ms = lambda now_ms=now_ms: now_ms
        worker.run_once()
        found = row(store)
        if found.aside:
            break
        waits.append(found.retry_ms - now_ms)
        assert worker.run_once() == 0
        now_ms = found.retry_ms
    assert waits == [work.wait_ms(tries) for tries in range(1, work.MAX_TRIES)]
    (aside,) = work.failed(store.index)
    assert (aside.session, aside.tries, aside.aside) == ("s_000", work.MAX_TRIES, True)
    assert "ZeroDivisionError" in aside.error
    assert "ZeroDivisionError" in state(store).digest_error
    assert worker.run_once() == 0
    assert state(store, "s_001").digest_revision == 1
    monkeypatch.setattr(digest_module, "project_stored", really)
    assert work.retry(store.index, "s_000") == 1
    assert worker.run_once() == 1
    assert (work.failed(store.index), state(store).digest_error, state(store).digest_revision) == ([], "", 1)


def test_a_session_that_kills_its_workers_is_set_aside_too(open_node, make_batch):
    store = open_node()
    fill(store, make_batch, 1)
    for number in range(work.MAX_TRIES):
        work.take(store.index, f"w{number}", ["s_000"], now_ms=store.now_ms())
        work.begin(store.index, f"w{number}", "s_000", now_ms=store.now_ms())
        with store.index.write() as connection:  # killed, and its lease ran out
            connection.execute(sa.update(work_table).values(until_ms=1))
    Worker(store).run_once()
    assert row(store).aside
    assert "ended while they read" in work.failed(store.index)[0].error


def test_a_store_that_cannot_be_reached_is_not_the_sessions_fault(open_node, make_batch, monkeypatch):
    store = open_node()
    fill(store, make_batch, 1)

    def refused(*_):
        raise OSError("connection refused")

    monkeypatch.setattr(type(store.objects), "get_range", refused)
    Worker(store).run_once()
    assert (row(store).tries, row(store).error, row(store).aside) == (0, "", False)
    assert row(store).retry_ms > 0


def test_a_lease_outlives_a_long_session_and_ends_with_a_stop(open_node, make_batch, monkeypatch):
    store = open_node()
    fill(store, make_batch, 1)
    monkeypatch.setattr(work, "BEAT_S", 0.02)
    begun, go_on, really = threading.Event(), threading.Event(), digest_module.project_stored

    def slow(read):
        begun.set()
        assert go_on.wait(20)
        return really(read)

    monkeypatch.setattr(digest_module, "project_stored", slow)
    worker = Worker(store)
    worker.start()
    assert begun.wait(20)
    with store.index.write() as connection:
        connection.execute(sa.update(work_table).values(until_ms=1))
    for _ in range(500):
        if row(store).until_ms > 1:
            break
        time.sleep(0.02)
    assert work.take(store.index, "other", ["s_000"], now_ms=store.now_ms()) == []
    go_on.set()
    worker.stop()
    assert row(store) is None
    assert state(store).projector_version == PROJECTOR_VERSION


def test_two_worker_processes_do_each_session_once(open_node, make_batch, tmp_path):
    """Real processes; one is killed in the middle: the other does what it held, and nothing is done twice at once."""
    store, count, book = open_node(), 30, tmp_path / "book"
    fill(store, make_batch, count)
    argv = [sys.executable, str(WORKER), str(tmp_path / "data"), open_node.on.get("index_url", ""), str(book)]
    argv.append(open_node.on["objects_url"])
    workers = [subprocess.Popen([*argv, name]) for name in ("one", "two")]
    try:
        wait_for(lambda: {line[1] for line in lines(book)} == {"one", "two"})
        workers[0].kill()
        workers[0].wait()
        wait_for(lambda: time.time() - book.stat().st_mtime > 1.5)  # the other one has done what it could get
        with store.index.write() as connection:
            connection.execute(sa.update(work_table).values(until_ms=1))  # a minute later
        wait_for(lambda: {line[2] for line in lines(book) if line[0] == "end"} == {f"s_{n:03}" for n in range(count)})
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    begun = [line[2] for line in lines(book) if line[0] == "begin"]
    assert len(begun) - count <= 1  # the one that the killed worker was at


def lines(book):
    return [line.split() for line in book.read_text().splitlines()] if book.exists() else []


def wait_for(true):
    end_s = time.monotonic() + 90
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.05)
