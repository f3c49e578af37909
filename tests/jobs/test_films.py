"""Films: in turn, followed, stopped, tried again, forgotten, erased; what `tests/conformance` shows of several nodes is
not shown again here."""

import threading
import time

import pytest

from playhead.jobs.erase import erase_session, erase_visitor
from playhead.jobs.film import CannotRender
from playhead.jobs.films import MAX_WAITING, Films, FilmTask, QueueFull
from playhead.jobs.reindex import reindex
from playhead.store import film_rows, open_store
from playhead.store.check import check

MP4 = FilmTask("mp4")


def all_here() -> None:
    """Chromium and ffmpeg are there."""


@pytest.fixture
def session(store, record, small):
    record(small(), session="s_1", visitor="v_1")
    return "s_1"


@pytest.fixture
def films_of(store):
    started = []

    def start(make, tools=all_here, run=True):
        started.append(Films(store, make=make, tools=tools))
        if run:
            started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()


def until(films: Films, film_id: str, state: str):
    end_s = time.monotonic() + 20
    while (found := films.state(film_id)).state != state:
        assert time.monotonic() < end_s, found
        time.sleep(0.01)
    return found


def objects(store):
    return list(store.objects.list(film_rows.PREFIX))


def test_one_is_made_at_a_time_and_the_others_know_their_place(store, session, films_of):
    begun, gate = threading.Event(), threading.Event()

    def slow(_store, _session, task, progress):
        progress(1, 2)
        begun.set()
        gate.wait(20)
        progress(2, 2)
        return task.kind.encode()

    films = films_of(slow)
    first = films.queue(session, MP4)
    assert begun.wait(20)
    second, third = films.queue(session, FilmTask("gif")), films.queue(session, FilmTask("webm"))
    waits = {one.id: films.state(one.id).ahead for one in (second, third)}
    assert sorted(waits.values()) == [1, 2]
    assert (films.state(first.id).frames, films.state(first.id).of) == (1, 2)
    assert films.file(first.id) is None
    gate.set()
    assert until(films, third.id, "done").frames == 2
    until(films, second.id, "done")
    assert [films.file(one.id) for one in (first, second, third)] == [b"mp4", b"gif", b"webm"]
    films.cancel(first.id)  # over: forgotten
    assert films.state(first.id) is None and len(objects(store)) == 2


def test_one_that_runs_or_waits_is_stopped(store, session, films_of):
    begun, gate = threading.Event(), threading.Event()

    def endless(_store, _session, task, progress):
        if task.kind == "webm":
            return b"next"
        begun.set()
        gate.wait(20)
        progress(1, 1)
        raise AssertionError("it went on")

    films = films_of(endless)
    running = films.queue(session, FilmTask("gif"))
    assert begun.wait(20)
    waiting, after = films.queue(session, FilmTask("mp4")), films.queue(session, FilmTask("webm"))
    films.cancel(waiting.id)
    films.cancel(running.id)
    gate.set()
    until(films, after.id, "done")
    assert [films.state(one.id).state for one in (running, waiting)] == ["cancelled", "cancelled"]
    assert films.file(running.id) is None and len(objects(store)) == 1


def test_what_is_refused_fails_at_once_and_what_breaks_is_tried_again(session, films_of):
    tries = []

    def broken(_store, _session, task, _progress):
        tries.append(task.kind)
        if task.kind == "gif":
            raise CannotRender("ffmpeg failed: no space")
        if task.kind == "mp4" or len(tries) < 3 + film_rows.MAX_TRIES:
            raise ZeroDivisionError
        return b"third time"

    films = films_of(broken)
    assert until(films, films.queue(session, FilmTask("gif")).id, "failed").error == "ffmpeg failed: no space"
    assert "ZeroDivisionError" in until(films, films.queue(session, MP4).id, "failed").error
    assert tries == ["gif", *["mp4"] * film_rows.MAX_TRIES]
    film = films.queue(session, FilmTask("webm"))
    until(films, film.id, "done")
    assert films.file(film.id) == b"third time"


def test_no_more_wait_than_can_be_made_and_none_of_no_session(session, films_of):
    films = films_of(lambda *_: b"", run=False)
    for _ in range(MAX_WAITING):
        films.queue(session, MP4)
    with pytest.raises(QueueFull):
        films.queue(session, MP4)
    with pytest.raises(LookupError):
        films.queue("s_none", MP4)


def test_a_server_that_stops_leaves_its_film_to_the_next(store, session, films_of):
    begun = threading.Event()

    def endless(_store, _session, _task, progress):
        for number in range(10_000):
            progress(number, 10_000)
            begun.set()
            time.sleep(0.01)

    old = films_of(endless)
    film = old.queue(session, FilmTask("gif", 5.0, 7.5, 2.0))
    assert begun.wait(20)
    old.stop()
    row = film_rows.find_film(store.index, film.id, now_ms=store.now_ms()).job
    assert (row.state, row.tries) == ("waiting", 0), "it was no try"
    made = []
    films = films_of(lambda _store, session, task, _progress: made.append((session, task)) or b"film")
    until(films, film.id, "done")
    assert made == [(session, FilmTask("gif", 5.0, 7.5, 2.0))]


def test_a_film_whose_time_is_over_is_gone_and_the_oldest_go_where_all_are_too_much(store, session, films_of):
    films = films_of(lambda *_: b"x" * 1000, run=False)
    ids = []
    for minute in range(3):
        store.now_ms = lambda minute=minute: 1_800_000_000_000 + minute * 60_000
        ids.append(films.queue(session, MP4).id)
        assert films.run_once()
    forget = {"objects": store.objects, "index": store.index}
    assert film_rows.forget_old(**forget, now_ms=store.now_ms()) == 0
    assert film_rows.forget_old(**forget, now_ms=store.now_ms(), max_bytes=2_000) == 1
    assert [films.state(one) is None for one in ids] == [True, False, False]
    store.now_ms = lambda: 1_800_000_000_000 + film_rows.KEPT_MS + 60_001
    assert [films.state(one) is None for one in ids] == [True, True, False], "told before it is swept"
    assert films.file(ids[1]) is None
    assert film_rows.forget_old(**forget, now_ms=store.now_ms()) == 1
    assert len(objects(store)) == 1


@pytest.mark.parametrize(
    "erase", [lambda store: erase_session(store, "s_1"), lambda store: erase_visitor(store, "v_1")]
)
def test_what_is_erased_takes_its_films_along(store, session, record, small, films_of, erase):
    record(small(), session="s_2", visitor="v_2")
    begun, gate = threading.Event(), threading.Event()

    def make(_store, session, task, _progress):
        if task.kind == "webm":
            begun.set()
            gate.wait(20)
        return f"film of {session}".encode()

    films = films_of(make)
    ids = [films.queue(one, MP4).id for one in (session, "s_2")]
    for one in ids:
        until(films, one, "done")
    running = films.queue(session, FilmTask("webm")).id
    assert begun.wait(20)
    waiting = films.queue(session, MP4).id
    assert erase(store)
    assert [films.state(one) is None for one in (*ids, running, waiting)] == [True, False, True, True]
    gate.set()
    until(films, films.queue("s_2", FilmTask("gif")).id, "done")  # the thread is past the one that was erased
    assert [store.objects.get(key) for key in objects(store)] == [b"film of s_2"] * 2
    assert list(check(store)) == []


def test_what_a_crash_leaves_is_named_and_removed_and_an_index_made_anew_keeps_films(store, session, films_of):
    films = films_of(lambda *_: b"film", run=False)
    ids = [films.queue(session, MP4).id for _ in range(2)]
    assert films.run_once() and films.run_once()
    gone = film_rows.find_film(store.index, ids[0], now_ms=store.now_ms()).key
    store.objects.delete(gone)
    store.objects.put("films/1577836800000-abc-1.mp4", b"nobody's")
    assert sorted((one.kind, one.where) for one in check(store)) == [
        ("left", "films/1577836800000-abc-1.mp4"),
        ("stale", f"{gone}: session {session}"),
    ]
    data, now_ms = store.objects.root.parent, store.now_ms
    store.close()
    with open_store(data, now_ms=now_ms, exclusive=True) as again:
        assert len(objects(again)) == 1
        reindex(again)
        films = Films(again, make=lambda *_: b"", tools=all_here)
        assert (films.file(ids[0]), films.file(ids[1])) == (None, b"film")


def test_what_is_missing_is_said_before_a_film_is_queued(session, films_of):
    def missing():
        raise CannotRender("rendering needs Chromium", missing=True)

    films = films_of(lambda *_: b"", tools=missing)
    with pytest.raises(CannotRender, match="needs Chromium"):
        films.queue(session, MP4)
    assert not films.run_once()
