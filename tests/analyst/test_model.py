"""A model over real HTTP: good, fabricated, cut, refused, broken: every fault is stated, the rules' report still stands."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest

from playhead.analyst import rules
from playhead.analyst.model import ModelConfig, Progress, explain, test_connection
from playhead.core.narrative import narrate
from tests.analyst import sessions
from tests.analyst.model_server import ModelServer, answers, breaks_off, declines, fails, running

TRACE, REFS = sessions.shop()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running() as started:
        yield started


def good() -> dict:
    pay = [REFS["pay1"], REFS["pay2"]]
    return {
        "headline": {"text": "The card was declined twice.", "refs": pay},
        "goal": {"text": "To buy a blue bowl.", "refs": [REFS["bowl"], REFS["add"]]},
        "outcome": "abandoned",
        "summary": [{"text": "The visitor opened “Blue bowl”.", "refs": [REFS["bowl"]]}],
        "findings": [
            {
                "title": "Payment declined",
                "severity": 3,
                "text": "POST /api/pay answered 402 and the page said “Card declined”.",
                "refs": pay,
                "quotes": ["Card declined"],
                "suggestion": "Say which other ways to pay there are.",
                "hypothesis": "",
            }
        ],
    }


def fabricated() -> dict:
    value = good()
    value["summary"].append({"text": "The visitor deleted the account.", "refs": [REFS["home"]]})
    value["summary"].append({"text": "The server answered HTTP 500.", "refs": [REFS["pay1"]]})
    return value


def ask(server: ModelServer | str, **limits: float) -> list[Progress]:
    url = server if isinstance(server, str) else server.url
    config = ModelConfig("compatible", "m", url, "key-1", timeout_s=limits.get("timeout_s", 20), deadline_s=30)

    async def collect() -> list[Progress]:
        return [step async for step in explain(TRACE, narrate(TRACE), model=config)]

    return asyncio.run(collect())


def assert_stated(steps: list[Progress], *says: str) -> None:
    """The fault is one plain sentence and the rules' report is there."""
    last = steps[-1]
    assert last.kind == "failed"
    assert [step.kind for step in steps].count("failed") == 1
    assert "Traceback" not in last.text
    assert "\n" not in last.text
    for word in says:
        assert word in last.text
    assert last.report is not None
    assert last.report.error == last.text
    assert [one.title for one in last.report.findings] == [one.title for one in rules.write(TRACE).findings]


def test_a_good_answer_is_streamed_checked_and_kept(server):
    server.script = [answers(json.dumps(good()))]
    steps = ask(server)
    assert [step.text for step in steps if step.kind == "headline"] == ["The card was declined twice."]
    report = steps[-1].report
    assert steps[-1].kind == "done"
    assert report.analyst == "compatible:m"
    assert report.rejected == []
    assert (report.usage.input_tokens, report.usage.output_tokens, report.usage.requests) == (900, 80, 1)
    assert server.keys == ["Bearer key-1"]


def test_refs_are_an_enumeration_and_the_evidence_is_the_narrative(server):
    server.script = [answers(json.dumps(good()))]
    ask(server)
    (asked,) = server.asked
    schema = asked["response_format"]["json_schema"]["schema"]
    assert REFS["pay1"] in schema["$defs"]["ref"]["enum"]
    sent = json.dumps(asked["messages"])
    assert "Card declined" in sent
    assert f"[{REFS['pay1']}]" in sent


def test_what_the_model_made_up_is_rejected_with_its_reason(server):
    server.script = [answers(json.dumps(fabricated()))]
    report = ask(server)[-1].report
    said = " ".join(one.text for one in report.summary)
    assert "deleted" not in said
    assert "500" not in said
    assert {one.where for one in report.rejected} >= {"summary[1]", "summary[2]"}
    assert all(one.reason for one in report.rejected)


def test_what_code_found_is_there_although_the_model_kept_silent(server):
    silent = {**good(), "findings": [], "outcome": "completed"}
    server.script = [answers(json.dumps(silent))]
    report = ask(server)[-1].report
    assert "rage_click" in {one.signal for one in report.findings}
    assert report.outcome != "completed"


def test_a_stream_that_breaks_off_is_stated(server):
    server.script = [breaks_off(json.dumps(good())[:200])]
    assert_stated(ask(server), "broke off")


def test_too_many_requests_are_waited_out(server):
    server.script = [fails(429, "slow down", retry_after="0"), answers(json.dumps(good()))]
    assert ask(server)[-1].kind == "done"
    assert len(server.asked) == 2


def test_too_many_requests_for_good_are_stated(server):
    server.script = [fails(429, "slow down", retry_after="3600")]
    assert_stated(ask(server), "429")
    assert len(server.asked) == 1


def test_malformed_json_gets_one_correction_and_then_an_error(server):
    server.script = [answers('{"headline": nonsense}')]
    assert_stated(ask(server), "compatible:m")
    assert len(server.asked) == 2


def test_a_corrected_answer_is_taken(server):
    server.script = [answers("Sorry, here it is."), answers(json.dumps(good()))]
    report = ask(server)[-1].report
    assert report.error == ""
    assert report.usage.requests == 2


def test_a_refusal_is_stated(server):
    server.script = [declines]
    assert_stated(ask(server), "declined")


def test_an_empty_answer_is_an_error_never_no_findings(server):
    server.script = [answers("")]
    assert_stated(ask(server))


def test_a_report_with_nothing_true_in_it_is_an_error(server):
    lie = {"text": "The visitor deleted 14 accounts and got HTTP 500.", "refs": [REFS["bowl"]]}
    server.script = [answers(json.dumps({**good(), "headline": lie, "goal": lie, "summary": [lie], "findings": []}))]
    assert_stated(ask(server), "could be confirmed")


@pytest.mark.parametrize(
    ("status", "message", "says"),
    [(401, "bad key", "key"), (404, "no such model", "'m'"), (500, "boom", "later"), (400, "odd request", "400")],
)
def test_http_errors_say_what_to_do(server, status, message, says):
    server.script = [fails(status, message, retry_after="0")]
    assert_stated(ask(server), says)


def test_a_server_that_is_not_there_is_stated():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert_stated(ask(f"http://127.0.0.1:{port}/v1"), "cannot be reached")


def test_a_server_that_never_answers_is_stated():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        assert_stated(ask(url, timeout_s=0.5), "did not answer")


def test_an_endpoint_without_schemas_is_asked_in_words(server):
    server.script = [fails(400, "response_format json_schema is not supported"), answers(json.dumps(good()))]
    assert ask(server)[-1].kind == "done"
    assert "response_format" not in server.asked[1]
    assert "JSON schema" in json.dumps(server.asked[1]["messages"])


def test_the_connection_test_says_what_is_wrong(server):
    config = ModelConfig("compatible", "m", server.url, "key-1")
    server.script = [answers('{"ok": true}')]
    assert asyncio.run(test_connection(config)) is None
    server.script = [fails(401, "bad key")]
    assert "key" in (asyncio.run(test_connection(config)) or "")
