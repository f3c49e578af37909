"""Many sessions: counts come from the index, clips lead to their moments, runs and budgets are reached from pages."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analyst.model_server import Server, answers
from tests.jobs.test_analyze import SAID
from tests.web.test_api import Client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    running = Client(tmp_path / "data")
    running("POST", "/api/examples")
    yield running
    running.services.analyses.stop()
    running.services.store.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def test_counts_are_those_of_the_signals(client) -> None:
    digest = client("GET", "/api/digest").json()
    sessions = client("GET", "/api/sessions").json()["sessions"]
    traces = {one["id"]: client("GET", f"/api/sessions/{one['id']}/trace").json() for one in sessions}
    told = Counter(s["kind"] for trace in traces.values() for s in trace["signals"] if s["kind"] != "idle_gap")
    counted: Counter[str] = Counter()
    for one in digest["problems"]:
        counted.update(one["kinds"])
    assert counted == told and digest["sessions"] == len(sessions) and digest["complete"]
    assert sum(digest["outcomes"].values()) == len(sessions)
    for one in digest["problems"]:
        assert 1 <= one["sessions"] <= one["times"] and one["stopped"] <= one["sessions"] and len(one["clips"]) <= 3
        found = client("GET", "/api/sessions", params={"q": one["q"]}).json()
        assert found["total"] >= one["sessions"] and {c["session"] for c in one["clips"]} <= {
            s["id"] for s in found["sessions"]
        }


def test_a_clip_begins_shortly_before_its_signal(client) -> None:
    (one,) = [p for p in client("GET", "/api/digest").json()["problems"] if "POST /demo/api/pay 402" in p["also"]]
    assert one["kinds"] == {"error_click": 2, "network_error": 2} and one["what"] == "Pay £136.00"
    clip = one["clips"][0]
    trace = client("GET", f"/api/sessions/{clip['session']}/trace").json()
    starts = [s["t_ms"] - trace["session"]["start_ms"] for s in trace["signals"] if s["kind"] == one["kind"]]
    assert any(abs(start - 3_000 - clip["t_ms"]) < 2 for start in starts)


def test_the_page_filters_and_says_what_is_wrong(client) -> None:
    page = client("GET", "/digest").text
    assert "POST /demo/api/pay 402" in page and "most often first" in page and "Connect a model" in page
    assert "No problem in these sessions" not in page
    assert "No sessions here" in client("GET", "/digest?q=zebra").text
    assert "there is no filter" in client("GET", "/digest?q=colour:red").text.lower()
    assert client("GET", "/api/digest?q=colour:red").status_code == 400


def test_a_run_from_the_page_reports_on_the_list(client, server) -> None:
    server.script(answers(SAID))
    form = {"q": "outcome:abandoned", "limit": "3", "at_once": "1", "max_tokens": "100,000", "template": "bug"}
    answer = client("POST", "/digest/batches", data=form)
    assert answer.status_code == 303 and "no%20model" in answer.headers["location"]
    client("PUT", "/api/settings/model", json={"model": "compatible:test", "base_url": server.url})
    answer = client("POST", "/digest/batches", data=form)
    assert answer.status_code == 303 and "trouble" not in answer.headers["location"]
    bad = client("POST", "/digest/batches", data={**form, "max_tokens": "lots"})
    assert "not%20a%20number" in bad.headers["location"]
    assert client("POST", "/api/batches", json={"q": "zebra"}).json()["detail"] == "the filter finds no session"
    begun = client("POST", "/api/batches", json={"q": "outcome:abandoned", "limit": 1}).json()
    import time

    end = time.monotonic() + 60
    while client("GET", f"/api/batches/{begun['job_id']}").json()["state"] == "running" and time.monotonic() < end:
        time.sleep(0.05)
    progress = client("GET", f"/api/batches/{begun['job_id']}").json()
    assert progress["sessions"] == 1 and progress["state"] == "done"
    assert "sessions</b>" in client("GET", "/digest/batches").text
    assert client("GET", "/api/batches/nothing").status_code == 404
    assert client("POST", f"/api/batches/{begun['job_id']}/stop").json()["state"] == "done"


def test_usage_and_budgets(client, server) -> None:
    server.script(answers(SAID))
    client("PUT", "/api/settings/model", json={"model": "compatible:test", "base_url": server.url})
    session = client("GET", "/api/sessions?q=outcome:abandoned&limit=1").json()["sessions"][0]["id"]
    job = client("POST", f"/api/sessions/{session}/analyze").json()["job_id"]
    client("GET", f"/api/jobs/{job}/events")
    (demo,) = [one for one in client("GET", "/api/usage").json() if one["key"] == "demo"]
    used = demo["spent"][1]
    assert used in (1500, 3000) and demo["lines"][0][1] == "compatible:test"
    assert f"{used:,}" in client("GET", "/usage").text
    form = {"site": "demo", "monthly_usd": "", "monthly_tokens": "1,000"}
    assert client("POST", "/usage/budget", data=form).status_code == 303
    assert client("GET", "/api/usage").json()[0]["budget"]["monthly_tokens"] == 1000
    asked = client("POST", f"/api/sessions/{session}/ask", json={"question": "Why did they leave?"}).json()["job_id"]
    told = client("GET", f"/api/jobs/{asked}/events").text
    assert "budget" in told and "0 of this month" in told
    reply = client("GET", f"/api/sessions/{session}/replies").json()[-1]
    assert "raise the budget on the usage page" in reply["error"]
    assert 'href="/usage"' in client("GET", f"/sessions/{session}/answers").text
    for wrong in ({"monthly_tokens": "many"}, {"monthly_usd": "-1"}, {"monthly_usd": "nan"}):
        answer = client("POST", "/usage/budget", data={"site": "demo", **wrong})
        assert "trouble" in answer.headers["location"]
    assert client("PUT", "/api/sites/demo/budget", json={"monthly_usd": -1}).status_code == 400
    assert client("PUT", "/api/sites/nobody/budget", json={}).status_code == 404


@pytest.mark.parametrize("question", ["", "   ", "x" * 301, "\u200b"])
def test_a_question_that_is_none_is_refused(client, question) -> None:
    session = client("GET", "/api/sessions?limit=1").json()["sessions"][0]["id"]
    assert client("POST", f"/api/sessions/{session}/ask", json={"question": question}).status_code == 400
    assert client("POST", "/api/sessions/s_nobody/ask", json={"question": "Why?"}).status_code == 404
    assert json.loads(client("GET", f"/api/sessions/{session}/replies").text) == []
