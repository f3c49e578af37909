"""Analyses of stored sessions: followed while they run, kept when they are done, paid for once."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa

from playhead.analyst.config import ModelConfig
from playhead.analyst.model import Progress
from playhead.core.report import Report
from playhead.jobs.analyze import Analyses, wait_done
from playhead.jobs.erase import erase_session
from playhead.jobs.imports import import_recording
from playhead.query import session as query_session
from playhead.store.analysis_tables import reports
from tests.analyst.model_server import Handler, Server, answers, fails
from tests.analyst.samples import DECLINED as SAMPLE
from tests.analyst.samples import declined_refs

SAID = {
    "headline": {"text": "The card was declined twice.", "refs": declined_refs()},
    "goal": {"text": "To pay.", "refs": declined_refs()[:1]},
    "outcome": "abandoned",
    "summary": [{"text": "POST /demo/api/pay answered 402 twice.", "refs": declined_refs()}],
    "findings": [],
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def session(store) -> str:
    return import_recording(store, "site", SAMPLE.read_bytes())


@pytest.fixture
def analyses(store) -> Iterator[Analyses]:
    running = Analyses(store, concurrency=1)
    yield running
    running.stop()


def model(server: Server) -> ModelConfig:
    return ModelConfig.parse("compatible:test", base_url=server.url)


def kept(store) -> list[Report]:
    with store.index.read() as connection:
        rows = connection.execute(
            sa.select(reports.c.report).where(reports.c.analyst != "rules").order_by(reports.c.id)
        )
        return [msgspec.json.decode(row, type=Report) for row in rows.scalars()]


def test_a_report_of_a_model_is_kept_and_stands(store, session, analyses, server) -> None:
    server.script(answers(SAID))
    last = wait_done(analyses.start(session, model(server)), timeout_s=30)
    assert last.kind == "done"
    assert [report.headline.text for report in kept(store)] == ["The card was declined twice."]
    assert query_session.report(store, session).analyst == "compatible:test"


def test_the_same_question_is_not_paid_twice(store, session, analyses, server) -> None:
    server.script(answers(SAID))
    first = wait_done(analyses.start(session, model(server)), timeout_s=30)
    again = wait_done(analyses.start(session, model(server)), timeout_s=30)
    assert len(server.requests) == 1
    assert msgspec.json.encode(again.report) == msgspec.json.encode(first.report)
    other = ModelConfig.parse("compatible:other", base_url=server.url)
    wait_done(analyses.start(session, other), timeout_s=30)
    assert len(server.requests) == 2
    wait_done(analyses.start(session, model(server), again=True), timeout_s=30)
    assert len(server.requests) == 3, "who asks for it again gets it again"


def test_a_failure_shows_the_rules_report_with_its_error_and_can_be_asked_again(
    store, session, analyses, server
) -> None:
    server.script(fails(401, "bad key"))
    last = wait_done(analyses.start(session, model(server)), timeout_s=30)
    assert last.kind == "failed" and last.report is not None
    standing = query_session.report(store, session)
    assert standing.analyst == "rules" and "check the API key" in standing.error and standing.findings
    server.script(answers(SAID))
    assert wait_done(analyses.start(session, model(server)), timeout_s=30).kind == "done"
    server.script(fails(401, "bad key"))
    other = ModelConfig.parse("compatible:other", base_url=server.url)
    wait_done(analyses.start(session, other), timeout_s=30)
    assert query_session.report(store, session).analyst == "compatible:test", "a failure does not displace a report"


def test_one_job_at_a_time_the_others_wait_and_say_so(store, session, analyses, server) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(handler: Handler) -> None:
        begun.set()
        go_on.wait(30)
        answers(SAID)(handler)

    server.script(hold, answers(SAID))
    first = analyses.start(session, model(server))
    assert analyses.start(session, model(server)) is first, "the same question while it runs is the same job"
    assert begun.wait(30)
    second = analyses.start(session, ModelConfig.parse("compatible:other", base_url=server.url))
    assert [step.text for step in second.wait(0, timeout_s=30)][:1] == ["Waiting for another analysis to finish"]
    assert len(server.requests) == 1
    go_on.set()
    assert wait_done(first, timeout_s=30).kind == wait_done(second, timeout_s=30).kind == "done"


def test_anybody_may_follow_from_the_beginning(session, analyses, server) -> None:
    server.script(answers(SAID))
    job = analyses.start(session, model(server))

    async def follow() -> list[Progress]:
        return [step async for step in analyses.follow(job)]

    during, after = asyncio.run(follow()), asyncio.run(follow())
    assert [step.kind for step in during] == [step.kind for step in after]
    kinds = [step.kind for step in after]
    assert kinds[0] == "progress" and kinds[-1] == "done" and "headline" in kinds
    assert analyses.job(job.id) is job


def test_the_rules_analyst_needs_no_server(session, analyses) -> None:
    last = wait_done(analyses.start(session), timeout_s=30)
    assert last.kind == "done" and last.report is not None and last.report.analyst == "rules"


def test_a_session_that_is_not_there_is_a_stated_failure(analyses, server) -> None:
    server.script(answers(SAID))
    last = wait_done(analyses.start("s_nobody", model(server)), timeout_s=30)
    assert last.kind == "failed" and "no session" in last.text
    assert server.requests == []


def test_a_session_erased_meanwhile_leaves_nothing(store, session, analyses, server) -> None:
    def erase_first(handler: Handler) -> None:
        erase_session(store, session)
        answers(SAID)(handler)

    server.script(erase_first)
    wait_done(analyses.start(session, model(server)), timeout_s=30)
    assert kept(store) == []


def test_stopping_ends_what_runs(store, session, server) -> None:
    begun = threading.Event()

    def hold(handler: Handler) -> None:
        begun.set()
        handler.server.released.wait(30)

    server.script(hold)
    running = Analyses(store)
    job = running.start(session, model(server))
    assert begun.wait(30)
    running.stop()
    assert job.done and job.steps[-1].kind == "failed" and json.dumps(job.steps[-1].text)
