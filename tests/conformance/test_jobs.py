"""Jobs of the analyst on every database: each goes to one node; a node that died or slept is taken over from, and no
answer that came in whole is paid for again."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from playhead.jobs.analyze import Analyses
from playhead.jobs.imports import import_recording
from playhead.query import settings
from playhead.store import job_rows as rows
from playhead.store import open_store
from playhead.store.replies import replies_of
from playhead.store.tables import sites
from playhead.store.usage_rows import spent_in_month
from tests.analyst.model_server import Server, answers
from tests.analyst.samples import DECLINED, declined_refs

NODE = Path(__file__).with_name("jobs_process.py")
SILENT_MS = 60_000


@pytest.fixture(params=["sqlite", "postgresql"])
def open_node(request, tmp_path):
    """Open the same store once more, as another process would."""
    on = {} if request.param == "sqlite" else {"index_url": request.getfixturevalue("postgres_url")}
    opened = []

    def open_one():
        opened.append(open_store(tmp_path / "data", objects_url=f"file://{tmp_path}/objects", **on))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def server():
    with Server() as running:
        yield running


def waiting(store, count):
    now_ms = store.now_ms()
    made = [
        rows.JobRow(f"j{n}", "report", f"s{n}", "site", "", "openai:x", "{}", "running", 1, now_ms, now_ms)
        for n in range(count)
    ]
    rows.add_jobs(store.index, made)


def grow_silent(store, job_id=None):
    """As if nobody had given a sign of life for longer than is waited."""
    with store.index.write() as connection:
        which = rows.jobs.c.id == job_id if job_id else sa.true()
        connection.execute(sa.update(rows.jobs).where(which).values(beat_ms=rows.jobs.c.beat_ms - SILENT_MS - 1_000))


def test_each_silent_job_goes_to_one_node_only(open_node):
    nodes = [open_node(), open_node()]
    waiting(nodes[0], 40)
    take = {"silent_ms": SILENT_MS, "now_ms": nodes[0].now_ms()}
    assert rows.take_stale(nodes[1].index, **take) == [], "they have only just begun"
    grow_silent(nodes[0])
    rows.beat(nodes[0].index, ["j7"], now_ms=nodes[0].now_ms())
    taken, begin = [], threading.Barrier(2)

    def run(node):
        begin.wait()
        taken.extend(row.id for row in rows.take_stale(node.index, **take))

    threads = [threading.Thread(target=run, args=(node,)) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == sorted(f"j{n}" for n in range(40) if n != 7)


def test_who_slept_while_another_took_over_neither_asks_nor_ends_it(open_node):
    slept, other = open_node(), open_node()
    waiting(slept, 1)
    now_ms = slept.now_ms()
    assert rows.begin(slept.index, "j0", now_ms=now_ms) == 2
    assert rows.is_my_turn(slept.index, "j0", 2)
    grow_silent(slept)
    assert [row.id for row in rows.take_stale(other.index, silent_ms=SILENT_MS, now_ms=now_ms)] == ["j0"]
    assert rows.begin(other.index, "j0", now_ms=now_ms) == 3
    rows.keep_answer(other.index, "j0", "d", session="s0", answer="{}")
    assert not rows.is_my_turn(slept.index, "j0", 2)
    rows.set_state(slept.index, "j0", "failed", now_ms=now_ms, turn=2)
    assert rows.job_row(other.index, "j0").state == "running" and rows.find_answer(other.index, "j0", "d") == "{}"
    rows.set_state(other.index, "j0", "done", now_ms=now_ms, turn=3)
    assert rows.job_row(slept.index, "j0").state == "done" and rows.find_answer(slept.index, "j0", "d") is None
    assert not rows.is_my_turn(other.index, "j0", 3) and rows.begin(slept.index, "j0", now_ms=now_ms) == 0


def ask_on_another_node(tmp_path, url, session, server):
    objects = f"file://{tmp_path}/objects"
    command = [sys.executable, NODE, tmp_path / "dying", url, objects, session, server.url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def until(holds, what):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["killed", "asleep"])
def test_another_node_resumes_what_a_node_left_and_pays_no_answer_twice(tmp_path, postgres_url, server, how):
    store = open_store(tmp_path / "data", index_url=postgres_url, objects_url=f"file://{tmp_path}/objects")
    with store.index.write() as connection:
        connection.execute(sites.insert(), {"key": "site", "name": "", "created_ms": 0})
    session = import_recording(store, "site", DECLINED.read_bytes())
    settings.save_model(store, model="compatible:test", base_url=server.url, api_key="")
    idle = Analyses(store, beat_s=0.2, stale_ms=5_000)
    assert idle.resume() == 0
    look = answers({"tool": "search", "text": "card", "at": "e1", "answer": []})
    said = [{"text": "The page said “Card declined”.", "refs": declined_refs(), "hypothesis": False}]
    say = answers({"tool": "none", "text": "", "at": "e1", "answer": said})

    def hang(handler):
        handler.server.released.wait(60)
        say(handler)

    server.script(look, hang, say)
    process, job_id = ask_on_another_node(tmp_path, postgres_url, session, server)
    try:
        until(lambda: len(server.requests) == 2, "the first answer is paid, the second under way")
        os.kill(process.pid, signal.SIGKILL if how == "killed" else signal.SIGSTOP)
        until(lambda: (row := rows.job_row(store.index, job_id)) and row.state == "done", "nobody took it over")
        assert len(server.requests) == 3, "only the answer that was under way is asked for again"
        server.released.set()
        if how == "asleep":
            os.kill(process.pid, signal.SIGCONT)
            assert "Another server goes on with it" in process.stdout.readline()
    finally:
        process.kill()
        process.wait()
        idle.stop()
    assert len(server.requests) == 3, "who woke up asks nothing more"
    assert [one.reply.question for one in replies_of(store.index, session)] == ["What did the page say?"]
    assert rows.job_row(store.index, job_id).tries == 2
    paid = spent_in_month(store.index, "site", now_ms=store.now_ms()).requests
    assert paid == (2 if how == "killed" else 3), "what the sleeper had asked for is paid, too, and counted"
    store.close()
