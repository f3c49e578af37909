"""Worker: digests what went quiet or said goodbye, and survives what it meets."""

import threading

import pytest
import sqlalchemy as sa

from playhead.jobs import worker as worker_module
from playhead.jobs.digest import ensure_digested
from playhead.jobs.worker import Worker
from playhead.store.digests import QUIET_MS
from playhead.store.tables import sessions


@pytest.fixture
def worker(store):
    made = Worker(store)
    yield made
    made.stop()


@pytest.fixture
def digested(monkeypatch):
    """What the worker digested, in order, with an event to wait on."""
    seen, arrived = [], threading.Condition()
    really = worker_module.attempt

    def note(store, session, owner):
        done = really(store, session, owner)
        with arrived:
            seen.append(session)
            arrived.notify_all()
        return done

    def wait_for(session):
        with arrived:
            assert arrived.wait_for(lambda: session in seen, timeout=20)
        return seen

    monkeypatch.setattr(worker_module, "attempt", note)
    return wait_for


def test_a_busy_session_waits_and_a_quiet_one_does_not(store, worker, record, small):
    now_ms = store.now_ms()
    record(small(), session="s_quiet", received_ms=now_ms - QUIET_MS - 1)
    record(small(), session="s_busy", received_ms=now_ms - QUIET_MS + 1000, per=100)
    ensure_digested(store, "s_busy")
    for page in ("p_2", "p_3"):  # grown, but not yet to twice what was digested
        record(small(), session="s_busy", received_ms=now_ms - QUIET_MS + 1000, per=100, page=page)
    with store.index.write() as connection:
        connection.execute(sa.update(sessions).where(sessions.c.id == "s_busy").values(digest_revision=2))
    assert worker.run_once() == 1
    with store.index.read() as connection:
        done = (
            connection.execute(sa.select(sessions.c.id).where(sessions.c.digest_revision > 0).order_by("id"))
            .scalars()
            .all()
        )
    assert done == ["s_busy", "s_quiet"]
    assert worker.run_once() == 0


def test_a_goodbye_is_digested_at_once(store, worker, record, small, digested, monkeypatch):
    monkeypatch.setattr(worker_module, "POLL_S", 1000)  # only being woken helps
    worker.start()
    record(small(), session="s_ended", ended=True)
    digested("s_ended")


def test_a_session_that_fails_does_not_stop_the_others(store, worker, record, small, digested, monkeypatch):
    monkeypatch.setattr("playhead.jobs.digest.project_stored", lambda read: 1 / 0)
    record(small(), session="s_bad", received_ms=1000)
    worker.start()
    digested("s_bad")
    monkeypatch.undo()
    assert worker.run_once() == 0  # it waits for its next try
    with store.index.read() as connection:
        assert "ZeroDivisionError" in connection.execute(sa.select(sessions.c.digest_error)).scalar_one()


def test_an_index_that_fails_for_a_while_is_waited_out(store, worker, record, small, digested, monkeypatch):
    failed = threading.Event()
    really = worker_module.due

    def fail_once(*args, **more):
        monkeypatch.setattr(worker_module, "due", really)
        failed.set()
        raise OSError("database is locked")

    monkeypatch.setattr(worker_module, "POLL_S", 0.01)
    monkeypatch.setattr(worker_module, "due", fail_once)
    record(small(), received_ms=1000)
    worker.start()
    assert failed.wait(10)
    digested("s_1")


def test_stopping_one_that_never_started(store):
    Worker(store).stop()


def test_sessions_of_an_older_projector_are_done_again(store, worker, record, small):
    record(small(), received_ms=1000)
    assert worker.run_once() == 1
    with store.index.write() as connection:
        connection.execute(sa.update(sessions).values(projector_version=0, headline="old"))
    assert worker.run_once() == 1
    with store.index.read() as connection:
        assert connection.execute(sa.select(sessions.c.headline)).scalar() != "old"
