"""Jobs outlive their process: what was paid for before a `kill -9` is not paid for again; budgets stop what is dear."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.analyst.asking import Kept
from playhead.analyst.config import BudgetError, ModelConfig
from playhead.core.readers.formats import read_recording
from playhead.core.report import Usage
from playhead.jobs.analyze import Analyses, wait_done
from playhead.jobs.batch import Batch, progress_of, stop_batch
from playhead.jobs.erase import erase_session
from playhead.jobs.imports import import_recording
from playhead.jobs.ledger import JobLedger, Reserved
from playhead.query import session as query_session
from playhead.query import settings
from playhead.query.settings import Budget
from playhead.store import job_rows as rows
from playhead.store import open_store
from playhead.store.replies import replies_of
from playhead.store.tables import sites
from playhead.store.usage_rows import lines_of_month, month_of, note_call, spent_in_month
from tests.analyst.model_server import Handler, Server, answers
from tests.analyst.samples import DECLINED, declined_refs
from tests.conftest import NOW_MS
from tests.jobs.test_analyze import SAID

KILLED = """
from pathlib import Path
import sys
from playhead.analyst.config import ModelConfig
from playhead.jobs.analyze import Analyses
from playhead.store import open_store
store = open_store(Path(sys.argv[1]))
model = ModelConfig.parse("compatible:test", base_url=sys.argv[3])
job = Analyses(store).ask(sys.argv[2], "What did the page say?", model)
print(job.id, flush=True)
while True:
    job.wait(len(job.steps), timeout_s=1)
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def session(store) -> str:
    return import_recording(store, "site", DECLINED.read_bytes())


@pytest.fixture
def analyses(store) -> Iterator[Analyses]:
    running = Analyses(store)
    yield running
    running.stop()


def model(server: Server) -> ModelConfig:
    return ModelConfig.parse("compatible:test", base_url=server.url)


def looks_then_says() -> list:
    look = {"tool": "search", "text": "card", "at": "e1", "answer": []}
    said = [{"text": "The page said “Card declined”.", "refs": declined_refs(), "hypothesis": False}]
    return [answers(look), answers({"tool": "none", "text": "", "at": "e1", "answer": said})]


def test_killed_in_the_middle_it_goes_on_and_pays_no_answer_twice(tmp_path: Path, server) -> None:
    data = tmp_path / "data"
    with open_store(data) as store:
        with store.index.write() as connection:
            connection.execute(sites.insert(), {"key": "site", "name": "", "created_ms": 0})
        session = import_recording(store, "site", DECLINED.read_bytes())
        settings.save_model(store, model="compatible:test", base_url=server.url, api_key="")
    look, say = looks_then_says()

    def hang(handler: Handler) -> None:
        handler.server.released.wait(60)

    server.script(look, hang, say)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(data), session, server.url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    job_id = process.stdout.readline().strip()
    end = time.monotonic() + 60
    while len(server.requests) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    server.released.set()
    assert len(server.requests) == 2, "the first answer was paid, the second never came"
    with open_store(data) as store:
        running = Analyses(store)
        assert running.resume() == 1
        job = running.job(job_id)
        assert job is not None
        last = wait_done(job, timeout_s=60)
        running.stop()
        assert last.kind == "done" and last.reply is not None and last.reply.sentences
        assert len(server.requests) == 3, "only the answer that was lost is asked for again"
        assert last.reply.usage.requests == 2 and last.reply.usage.input_tokens == 2400
        assert spent_in_month(store.index, "site", now_ms=store.now_ms()).requests == 2
        row = rows.job_row(store.index, job_id)
        assert row is not None and (row.state, row.tries) == ("done", 2)
        assert [one.reply.question for one in replies_of(store.index, session)] == ["What did the page say?"]
        assert running.resume() == 0


def test_a_job_without_its_model_or_that_never_ends_is_a_stated_failure(store, session, analyses, server) -> None:
    settings.save_model(store, model="compatible:other", base_url=server.url, api_key="")

    def left(job_id: str, analyst: str, tries: int) -> rows.JobRow:
        row = rows.JobRow(job_id, "report", session, "site", "", analyst, "{}", "running", tries, NOW_MS, NOW_MS - 1)
        rows.add_jobs(store.index, [row])
        return row

    left("a", "compatible:test", 1)
    left("b", "compatible:other", 3)
    assert analyses.resume() == 2
    found = {job_id: rows.job_row(store.index, job_id) for job_id in "ab"}
    assert "not the model in the settings" in found["a"].error and "begun 3 times" in found["b"].error
    assert {row.state for row in found.values()} == {"failed"} and not server.requests


def test_a_batch_reports_on_every_session_and_counts(store, session, analyses, server) -> None:
    sessions = [session, *(_copy(store, shift) for shift in (1, 2))]
    server.script(answers(SAID))
    batch_id = analyses.start_batch("site", sessions, model(server), Batch(q="outcome:abandoned", at_once=2))
    progress = _ended(store, batch_id)
    assert (progress.state, progress.sessions, progress.done) == ("done", 3, 3)
    assert progress.tokens == 3 * 1500 and progress.q == "outcome:abandoned"
    assert all(query_session.report(store, one).analyst == "compatible:test" for one in sessions)
    again = _ended(store, analyses.start_batch("site", sessions, model(server), Batch()))
    assert again.done == 3 and again.tokens == 0 and len(server.requests) == 3, "the same is not paid twice"


def test_a_batch_stops_where_its_budget_ends(store, session, analyses, server) -> None:
    sessions = [session, *(_copy(store, shift) for shift in range(1, 5))]
    server.script(answers(SAID))
    limit = _estimate(server, store, session, analyses) + 1_600
    progress = _ended(store, analyses.start_batch("site", sessions, model(server), Batch(at_once=1, max_tokens=limit)))
    assert progress.state == "failed" and "set aside for this run" in progress.error
    assert progress.done == 2 and progress.failed == 1 and progress.stopped == 2


def test_a_stopped_batch_begins_nothing_more(store, session, analyses, server) -> None:
    sessions = [session, *(_copy(store, shift) for shift in (1, 2))]

    def slow(handler: Handler) -> None:
        handler.server.released.wait(30)
        answers(SAID)(handler)

    server.script(slow)
    batch_id = analyses.start_batch("site", sessions, model(server), Batch(at_once=1))
    end = time.monotonic() + 30
    while not server.requests and time.monotonic() < end:
        time.sleep(0.02)
    stop_batch(store, batch_id)
    server.released.set()
    while progress_of(store, rows.job_row(store.index, batch_id)).running and time.monotonic() < end:
        time.sleep(0.02)
    progress = progress_of(store, rows.job_row(store.index, batch_id))
    assert (progress.state, progress.done, progress.stopped, len(server.requests)) == ("stopped", 1, 2, 1)


def test_the_months_budget_stops_a_question_before_it_is_asked(store, session, analyses, server) -> None:
    server.script(answers(SAID))
    settings.save_budget(store, "site", Budget(monthly_tokens=100))
    last = wait_done(analyses.start(session, model(server)), timeout_s=30)
    assert last.kind == "failed" and "this month's 100 are left" in last.text and not server.requests
    assert query_session.report(store, session).analyst == "rules", "the rules' report stands"
    asked = wait_done(analyses.ask(session, "Why?", model(server)), timeout_s=30)
    assert asked.reply is not None and "budget" in asked.reply.error
    settings.save_budget(store, "site", Budget(monthly_tokens=100_000))
    assert wait_done(analyses.start(session, model(server)), timeout_s=30).kind == "done"
    (line,) = lines_of_month(store.index, now_ms=NOW_MS)
    assert (line.site, line.purpose, line.requests, line.input_tokens) == ("site", "report", 1, 1200)


def test_a_budget_in_money_and_questions_side_by_side(store) -> None:
    usage = Usage(1000, 100, 1, 0.02)
    note_call(store.index, site="site", purpose="report", analyst="openai:x", usage=usage, now_ms=NOW_MS)
    first, following = month_of(NOW_MS)
    note_call(store.index, site="site", purpose="report", analyst="openai:x", usage=usage, now_ms=first - 1)
    note_call(store.index, site="other", purpose="report", analyst="openai:x", usage=usage, now_ms=NOW_MS)
    assert first <= NOW_MS < following
    spent = spent_in_month(store.index, "site", now_ms=NOW_MS)
    assert (spent.requests, spent.tokens, spent.cost_usd) == (1, 1100, 0.02)
    row = rows.JobRow("j", "report", "s", "site", "", "openai:x", "{}", "running", 1, NOW_MS, NOW_MS)
    reserved = Reserved()
    settings.save_budget(store, "site", Budget(monthly_usd=0.02))
    with pytest.raises(BudgetError, match=r"\$0\.02"):
        JobLedger(store, row, reserved).allow(10)
    settings.save_budget(store, "site", Budget(monthly_usd=1.0, monthly_tokens=5_000))
    JobLedger(store, row, reserved).allow(3_000)
    other = JobLedger(store, row._replace(id="k"), reserved)
    with pytest.raises(BudgetError, match="left for the site"):
        other.allow(3_000)
    rows.add_jobs(store.index, [row])
    JobLedger(store, row, reserved).paid("d", Kept("{}", 10, 10), whole=True)
    other.allow(3_000)
    assert JobLedger(store, row, reserved).find("d") == Kept("{}", 10, 10)
    rows.set_state(store.index, "j", "done", now_ms=NOW_MS)
    assert JobLedger(store, row, reserved).find("d") is None


def test_erased_means_questions_answers_and_jobs_too(store, session, analyses) -> None:
    wait_done(analyses.ask(session, "Did they use the coupon?"), timeout_s=30)
    assert replies_of(store.index, session)[0].reply.found
    row = rows.JobRow("j", "report", session, "site", "", "openai:x", "{}", "running", 1, NOW_MS, NOW_MS)
    rows.add_jobs(store.index, [row])
    rows.keep_answer(store.index, "j", "d", session=session, answer="{}")
    erase_session(store, session)
    assert replies_of(store.index, session) == [] and rows.job_row(store.index, "j") is None
    assert rows.find_answer(store.index, "j", "d") is None


def _copy(store, shift_h: int) -> str:
    """The same visit some hours later: another session."""
    events = read_recording(DECLINED.read_bytes()).events
    told = [json.loads(event.raw) for event in events]
    for event in told:
        event["timestamp"] += shift_h * 3_600_000
    return import_recording(store, "site", json.dumps(told).encode())


def _ended(store, batch_id: str):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        row = rows.job_row(store.index, batch_id)
        if row.state != "running":
            return progress_of(store, row)
        time.sleep(0.05)
    raise TimeoutError("the batch did not end")


def _estimate(server, store, session, analyses) -> int:
    """What one question of this size reserves: what a budget of nothing says it may take."""
    settings.save_budget(store, "site", Budget(monthly_tokens=1))
    last = wait_done(analyses.start(session, model(server)), timeout_s=30)
    settings.save_budget(store, "site", Budget())
    return int(last.text.split(" may take ")[1].split(" ")[0].replace(",", ""))
