"""Films: in turn, followed, stopped, forgotten."""

import threading
import time

import pytest

from playhead.jobs.film import CannotRender
from playhead.jobs.films import MAX_WAITING, Films, QueueFull


@pytest.fixture
def films():
    made = Films()
    yield made
    made.stop()


def until(films: Films, film_id: str, state: str):
    end_s = time.monotonic() + 10
    while (found := films.state(film_id)).state != state:
        assert time.monotonic() < end_s, found
        time.sleep(0.01)
    return found


def test_one_is_made_at_a_time_and_the_others_know_their_place(films):
    begun, gate = threading.Event(), threading.Event()

    def slow(progress):
        progress(1, 2)
        begun.set()
        gate.wait(10)
        progress(2, 2)
        return b"film"

    first, second, third = (films.start("s", "mp4", slow) for _ in range(3))
    assert begun.wait(10)  # it is "running" a moment before its first frame is told
    assert (films.state(first.id).of, films.state(second.id).ahead, films.state(third.id).ahead) == (
        2,
        1,
        2,
    )
    assert films.file(first.id) is None
    gate.set()
    assert until(films, third.id, "done").frames == 2
    path = films.file(first.id)
    assert path.read_bytes() == b"film"
    films.cancel(first.id)  # over: forgotten
    assert films.state(first.id) is None and not path.exists()


def test_one_that_runs_or_waits_is_stopped(films):
    begun, gate = threading.Event(), threading.Event()

    def endless(progress):
        begun.set()
        gate.wait(10)
        progress(1, 9)
        raise AssertionError("it went on")

    running = films.start("s", "gif", endless)
    waiting = films.start("s", "gif", lambda _progress: b"never")
    assert begun.wait(10)
    films.cancel(waiting.id)
    films.cancel(running.id)
    after = films.start("s", "gif", lambda _progress: b"next")
    gate.set()
    until(films, after.id, "done")
    assert [films.state(one.id).state for one in (running, waiting)] == ["cancelled", "cancelled"]
    assert films.file(running.id) is None


def test_what_fails_says_why_and_the_next_is_made(films):
    def refused(_progress):
        raise CannotRender("ffmpeg failed: no space")

    def broken(_progress):
        raise ZeroDivisionError

    assert until(films, films.start("s", "mp4", refused).id, "failed").error == "ffmpeg failed: no space"
    assert "ZeroDivisionError" in until(films, films.start("s", "mp4", broken).id, "failed").error
    until(films, films.start("s", "mp4", lambda _progress: b"").id, "done")


def test_no_more_wait_than_can_be_made(films):
    gate = threading.Event()
    running = films.start("s", "mp4", lambda _progress: gate.wait(10) and b"film")
    until(films, running.id, "running")
    for _ in range(MAX_WAITING):
        films.start("s", "mp4", lambda _progress: b"")
    with pytest.raises(QueueFull):
        films.start("s", "mp4", lambda _progress: b"")
    gate.set()


def test_a_server_that_stops_leaves_nothing_behind():
    films = Films()
    film = films.start("s", "mp4", lambda _progress: b"film")
    until(films, film.id, "done")
    path = films.file(film.id)
    films.stop()
    assert not path.exists()
    Films().stop()
