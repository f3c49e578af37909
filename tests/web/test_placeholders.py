"""What a model wrote keeps its placeholders in the store and on the wire; who may know who a visitor is can ask for
the values, and the command line, whose reader is here, puts them back itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from playhead.cli import main
from playhead.jobs.analyze import wait_done
from playhead.jobs.imports import import_recording
from playhead.store.analysis_tables import replies, reports
from playhead.store.tables import sessions
from tests.analyst.model_server import Server, answers, waits_between
from tests.analyst.samples import DECLINED, declined_trace
from tests.web.test_api import PASSWORD, Client
from tests.web.test_people import ADMIN, login_of

ADDRESS = "ada@example.com"
TOLD = next(one.ref for one in declined_trace().interactions if any(ADDRESS in (e.text or "") for e in one.effects))
SAID = {
    "headline": {"text": "The page said “like [EMAIL_1]”.", "refs": [TOLD]},
    "goal": {"text": "To pay.", "refs": [TOLD]},
    "outcome": "abandoned",
    "summary": [
        {"text": "It said “like [EMAIL_1]”.", "refs": [TOLD]},
        {"text": "It said “like [EMAIL_1]” 14 times.", "refs": [TOLD]},
        {"text": "It said “like [EMAIL_2]”.", "refs": [TOLD]},
    ],
    "findings": [],
}
ANSWER = {
    "tool": "none",
    "text": "",
    "at": "e1",
    "answer": [{"text": "The page said “like [EMAIL_1]”.", "refs": [TOLD]}],
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path, admin_password=PASSWORD)
    yield made
    made.services.analyses.stop()
    made.services.store.close()


@pytest.fixture
def session(client: Client) -> Iterator[str]:
    """A session that a model reported on and answered a question about."""
    session = import_recording(client.services.store, "demo", DECLINED.read_bytes())
    with Server() as server:
        server.script(answers(SAID), answers(ANSWER))
        body = {"model": "compatible:test", "base_url": server.url}
        assert client("PUT", "/api/settings/model", json=body, headers=ADMIN).status_code == 200
        for path, sent in (("analyze", {}), ("ask", {"json": {"question": "Which address was named?"}})):
            started = client("POST", f"/api/sessions/{session}/{path}", headers=ADMIN, **sent)
            assert started.status_code == 202, started.text
            job = client.services.analyses.job(started.json()["job_id"])
            assert wait_done(job, timeout_s=30).kind == "done"
        assert ADDRESS not in "".join(asked.text for asked in server.requests)
    yield session


def test_neither_the_store_nor_the_wire_holds_a_value(client, session) -> None:
    with client.services.store.index.read() as connection:
        told = [
            json.loads(row)
            for row in connection.execute(sa.select(reports.c.report).where(reports.c.analyst != "rules")).scalars()
        ]
        told += [json.loads(row) for row in connection.execute(sa.select(replies.c.reply)).scalars()]
        assert connection.execute(sa.select(sessions.c.headline)).scalar() == "The page said “like [EMAIL_1]”."
    assert [one.pop("hidden") for one in told] == [{"[EMAIL_1]": ADDRESS}] * 2
    assert ADDRESS not in json.dumps(told)
    base = f"/api/sessions/{session}"
    for path in (f"{base}/report", f"{base}/report?format=md", f"{base}/report?format=html", f"{base}/replies"):
        answer = client("GET", path, headers=ADMIN)
        assert answer.status_code == 200 and "EMAIL" in answer.text and ADDRESS not in answer.text, path
    for path in ("insights", "answers"):
        page = client("GET", f"/sessions/{session}/{path}", headers=ADMIN).text
        assert "[EMAIL_1]" in page and ADDRESS not in page


def test_what_was_refused_keeps_placeholders_in_text_and_reason(client, session) -> None:
    rejected = client("GET", f"/api/sessions/{session}/report", headers=ADMIN).json()["rejected"]
    assert [one["text"] for one in rejected] == ["It said “like [EMAIL_1]” 14 times.", "It said “like [EMAIL_2]”."]
    assert ADDRESS not in json.dumps(rejected)


def test_who_may_know_a_visitor_is_told_the_values_and_nobody_else(client, session) -> None:
    path = f"/api/sessions/{session}/placeholders"
    told = client("GET", path, headers=ADMIN).json()
    assert told["report"] == {"[EMAIL_1]": ADDRESS}
    asked = client("GET", f"/api/sessions/{session}/replies", headers=ADMIN).json()[0]["asked_ms"]
    assert told["replies"] == {f"{asked:.0f}": {"[EMAIL_1]": ADDRESS}}
    assert client("GET", path, headers=login_of(client, "member")).status_code == 200
    assert client("GET", path, headers=login_of(client, "viewer")).status_code == 403
    assert client("GET", path).status_code == 401


def test_the_events_of_a_job_hold_no_value(client, session) -> None:
    with Server() as server:
        server.script(answers(SAID))
        body = {"model": "compatible:other", "base_url": server.url}
        client("PUT", "/api/settings/model", json=body, headers=ADMIN)
        job = client("POST", f"/api/sessions/{session}/analyze", headers=ADMIN).json()["job_id"]
        told = client("GET", f"/api/jobs/{job}/events", headers=ADMIN).text
    assert "event: done" in told and "[EMAIL_1]" in told and ADDRESS not in told


def test_a_running_job_tells_values_apart_from_its_events(client, session) -> None:
    """While a report is written its reader may ask for the values, sentence by sentence, and nobody else."""
    gate = threading.Event()
    with Server() as server:
        server.script(waits_between(SAID, gate, piece=3))  # a placeholder comes in several pieces
        body = {"model": "compatible:slow", "base_url": server.url}
        client("PUT", "/api/settings/model", json=body, headers=ADMIN)
        job_id = client("POST", f"/api/sessions/{session}/analyze", headers=ADMIN).json()["job_id"]
        job = client.services.analyses.job(job_id)
        while not any(step.kind == "rejected" for step in job.steps):
            assert job.wait(len(job.steps), timeout_s=30)
        path = f"/api/sessions/{session}/placeholders?job={job_id}"
        assert not job.done
        assert client("GET", path, headers=ADMIN).json() == {"report": {"[EMAIL_1]": ADDRESS}, "replies": {}}
        assert client("GET", path, headers=login_of(client, "viewer")).status_code == 403
        assert client("GET", f"{path}x", headers=ADMIN).status_code == 404
        assert ADDRESS not in client("GET", f"/api/sessions/{session}/report", headers=ADMIN).text
        gate.set()
        assert wait_done(job, timeout_s=30).kind == "done"
        told = client("GET", f"/api/jobs/{job_id}/events", headers=ADMIN).text
    assert "[EMAIL_1]" in told and ADDRESS not in told and "hidden" not in told.replace('"hidden":{}', "")


def test_the_command_line_puts_them_back_and_verify_reads_both(client, session, capsys, tmp_path) -> None:
    masked = tmp_path / "masked.json"
    masked.write_text(client("GET", f"/api/sessions/{session}/report", headers=ADMIN).text)
    with Server() as server:
        server.script(answers(SAID))
        main(["analyze", str(DECLINED), "--model", "compatible:test", "--base-url", server.url, "--format", "json"])
    told = capsys.readouterr().out
    assert f"The page said “like {ADDRESS}”." in told and "EMAIL_1" not in told and '"hidden": {}' in told
    (whole := tmp_path / "whole.json").write_text(told)
    for report in (masked, whole):
        main(["verify", str(DECLINED), "--report", str(report)])
        verdict = json.loads(capsys.readouterr().out)
        assert "headline" in [one["where"] for one in verdict["accepted"]], verdict["rejected"]
