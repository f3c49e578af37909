"""Films on every database and in every kind of objects: each is made by one node, known to all, taken over from a node
that died or slept, and erased with its session wherever it is."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from playhead.jobs.erase import erase_visitor
from playhead.jobs.film import CannotRender
from playhead.jobs.films import Films, FilmTask
from playhead.jobs.imports import import_recording
from playhead.store import film_rows, open_store
from playhead.store.analysis_tables import films, jobs
from playhead.store.check import check
from playhead.store.tables import sessions, sites
from tests.analyst.samples import DECLINED

NODE = Path(__file__).with_name("films_process.py")
MP4 = FilmTask("mp4")
SILENT_MS = 60_000


def all_here() -> None:
    """Chromium and ffmpeg are there."""


@pytest.fixture(params=["sqlite and files", "postgresql and s3"])
def open_node(request, tmp_path):
    """Open the same store once more, as another process would."""
    on = {"objects_url": f"file://{tmp_path}/objects"}
    if request.param != "sqlite and files":
        on = {"index_url": request.getfixturevalue("postgres_url"), "objects_url": request.getfixturevalue("s3_url")}
    opened = []

    def open_one():
        opened.append(open_store(tmp_path / "data", **on))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def recorded(store):
    with store.index.write() as connection:
        connection.execute(sites.insert(), {"key": "site", "name": "", "created_ms": 0})
    session = import_recording(store, "site", DECLINED.read_bytes())
    with store.index.write() as connection:
        connection.execute(sa.update(sessions).values(visitor="v_1"))
    return session


def grow_silent(store):
    """As if nobody had given a sign of life for longer than is waited."""
    with store.index.write() as connection:
        connection.execute(sa.update(jobs).values(beat_ms=jobs.c.beat_ms - SILENT_MS - 1_000))


def kept(store):
    return [store.objects.get(key) for key in store.objects.list(film_rows.PREFIX)]


def test_each_film_goes_to_one_node_and_every_node_knows_it(open_node):
    nodes = [open_node(), open_node()]
    session = recorded(nodes[0])
    made, lock, together = [], threading.Lock(), threading.Barrier(2)

    def make(_store, _session, task, progress):
        progress(1, 1)
        with lock:
            made.append(task.speed)
        return f"film {task.speed:g}".encode()

    servers = [Films(node, make=make, tools=all_here) for node in nodes]
    queued = [servers[0].queue(session, FilmTask("webm", speed=1 + number)) for number in range(8)]
    assert servers[1].state(queued[3].id).ahead == 3

    def work(server):
        together.wait()
        while server.run_once():
            pass

    threads = [threading.Thread(target=work, args=[server]) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [1 + number for number in range(8)]
    for number, film in enumerate(queued):
        for server in servers:
            said = server.state(film.id)
            assert (said.state, said.frames, said.of) == ("done", 1, 1)
            assert server.file(film.id) == f"film {1 + number}".encode()


def test_who_slept_while_another_took_over_keeps_nothing(open_node):
    slept, other = open_node(), open_node()
    session = recorded(slept)

    def asleep(_store, _session, _task, progress):
        progress(5, 9)
        grow_silent(slept)
        assert Films(other, make=lambda *_: b"theirs", tools=all_here).run_once()
        return b"mine"

    film = Films(slept, make=lambda *_: b"", tools=all_here).queue(session, MP4).id
    assert Films(slept, make=asleep, tools=all_here).run_once()
    assert kept(other) == [b"theirs"]
    assert film_rows.find_film(slept.index, film, now_ms=slept.now_ms()).job.tries == 2
    with pytest.raises(film_rows.NotMine):
        film_rows.note_frames(slept.index, film, 1, 6, 9, now_ms=slept.now_ms())
    assert film_rows.find_film(slept.index, film, now_ms=slept.now_ms()).frames == 0, "the other began anew"


def test_a_film_that_ends_its_process_every_time_is_given_up(open_node):
    store = open_node()
    films_here = Films(store, make=lambda *_: b"", tools=all_here)
    film = films_here.queue(recorded(store), MP4).id
    for turn in range(1, film_rows.MAX_TRIES + 1):
        assert film_rows.take_film(store.index, silent_ms=SILENT_MS, now_ms=store.now_ms()).tries == turn
        assert not films_here.run_once(), "its maker may be alive"
        grow_silent(store)
    assert not films_here.run_once()
    assert films_here.state(film).state == "failed"
    assert "begun 3 times" in films_here.state(film).error


def test_what_is_erased_takes_its_films_along_wherever_they_are_made(open_node):
    store, other = open_node(), open_node()
    session = recorded(store)
    elsewhere = Films(other, make=lambda *_: b"elsewhere", tools=all_here)
    done = elsewhere.queue(session, MP4).id
    assert elsewhere.run_once() and kept(store) == [b"elsewhere"]
    waiting = elsewhere.queue(session, MP4).id

    def while_it_is_made(_store, _session, _task, _progress):
        assert erase_visitor(store, "v_1") == 1
        return b"too late"

    assert Films(other, make=while_it_is_made, tools=all_here).run_once()
    assert [elsewhere.state(one) for one in (done, waiting)] == [None, None]
    assert kept(store) == [] and kept(other) == []
    with store.index.read() as connection:
        assert [connection.execute(sa.select(table)).all() for table in (films, jobs)] == [[], []]
    with pytest.raises(LookupError):
        elsewhere.queue(session, MP4)
    assert list(check(store)) == []


def test_what_a_crash_left_among_the_objects_goes_once_it_is_old(open_node):
    store = open_node()
    session = recorded(store)
    films_here = Films(store, make=lambda *_: b"film", tools=all_here)
    films_here.queue(session, MP4)
    assert films_here.run_once()
    now_ms = time.time_ns() // 1_000_000
    old, young = (f"films/{now_ms - age_ms:013}-aa-1.gif" for age_ms in (2 * film_rows.STRAY_MS, 1_000))
    for key in (old, young):
        store.objects.put(key, b"stray")
    assert film_rows.remove_strays(store.objects, store.index, older_ms=film_rows.STRAY_MS) == 1
    assert sorted(kept(store)) == [b"film", b"stray"]


def test_a_node_without_the_tools_leaves_films_to_others_until_nobody_makes_any(tmp_path, postgres_url):
    def missing():
        raise CannotRender("rendering needs Chromium", missing=True)

    with open_store(tmp_path / "data", index_url=postgres_url, objects_url=f"file://{tmp_path}/objects") as store:
        lacking, able = Films(store, tools=missing), Films(store, make=lambda *_: b"film", tools=all_here)
        session = recorded(store)
        film = lacking.queue(session, MP4).id
        assert not lacking.run_once()
        assert able.run_once() and able.state(film).state == "done"
        nobodys = lacking.queue(session, MP4).id
        grow_silent(store)
        assert lacking.run_once()
        assert lacking.state(nobodys).error == "no worker can make films: rendering needs Chromium"


def until(holds, what):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["killed", "asleep"])
def test_another_node_makes_what_a_node_left(tmp_path, postgres_url, s3_url, how):
    with open_store(tmp_path / "data", index_url=postgres_url, objects_url=s3_url) as store:
        here = Films(store, make=lambda *_: b"made here", tools=all_here, silent_ms=2_000)
        film = here.queue(recorded(store), MP4).id
        command = [sys.executable, NODE, tmp_path / "dying", postgres_url, s3_url]
        node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert node.stdout.readline() == "begun\n"
            print("draw", file=node.stdin, flush=True)
            assert node.stdout.readline() == "drawn\n"
            assert (here.state(film).state, here.state(film).frames) == ("running", 1)
            assert not here.run_once(), "it is being made elsewhere"
            os.kill(node.pid, signal.SIGKILL if how == "killed" else signal.SIGSTOP)
            until(here.run_once, "nobody took it over")
            assert here.file(film) == b"made here"
            if how == "asleep":
                os.kill(node.pid, signal.SIGCONT)
                print("draw", file=node.stdin, flush=True)
                assert node.stdout.read() == "not mine\n"
                assert node.wait(60) == 0
        finally:
            node.kill()
            node.wait()
        assert kept(store) == [b"made here"]
        assert here.state(film).frames == 0, "what was drawn elsewhere counts no more"
