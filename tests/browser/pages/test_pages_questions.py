"""Questions and reports for other readers, in a real browser: asked, answered, linked to their moments."""

from __future__ import annotations

import json
import re
import threading
import urllib.request

from playwright.sync_api import expect

from tests.analyst.model_server import Server, answers, waits_between
from tests.analyst.samples import DECLINED
from tests.browser.pages.conftest import post


def now_ms(page) -> float:
    minutes, seconds = page.locator("[data-now]").inner_text().split(":")
    return (int(minutes) * 60 + float(seconds)) * 1000


def choose(app, body: dict) -> None:
    head = {"content-type": "application/json"}
    request = urllib.request.Request(
        f"{app.url}/api/settings/model", json.dumps(body).encode(), headers=head, method="PUT"
    )
    urllib.request.urlopen(request, timeout=30).close()


def test_without_a_model_a_question_is_searched_and_its_links_move_the_player(open_session):
    page = open_session()
    page.get_by_label("Ask about this session").fill("What about the coupon?")
    page.keyboard.press("Enter")
    reply = page.locator(".reply").last
    expect(reply).to_contain_text("What about the coupon?")
    expect(reply).to_contain_text("no model was used")
    link = reply.locator("a.time-link").first
    moment = float(link.get_attribute("data-t-ms"))
    link.click()
    assert abs(now_ms(page) - moment) <= 100
    page.reload()
    expect(page.locator(".reply").last).to_contain_text("What about the coupon?")


def test_a_models_answer_stands_checked_and_what_was_not_supported_is_folded(open_session, app, session):
    said = [
        {"text": "The page said “Your card was declined”.", "refs": [last_click(app, session)], "hypothesis": False},
        {"text": "The visitor paid with another card.", "refs": [last_click(app, session)], "hypothesis": False},
    ]
    with Server() as server:
        server.script(answers({"tool": "none", "text": "", "at": "e1", "answer": said}))
        choose(app, {"model": "compatible:test", "base_url": server.url})
        page = open_session()
        page.get_by_label("Ask about this session").fill("What did the page say?")
        page.get_by_role("button", name="Ask", exact=True).click()
        reply = page.locator(".reply").last
        expect(reply).to_contain_text("Your card was declined", timeout=60_000)
        expect(reply.locator(".checked")).to_be_visible()
        expect(reply.locator("s")).to_be_hidden()
        reply.locator(".rejected summary").click()
        expect(reply.locator("s")).to_have_text("The visitor paid with another card.")
    choose(app, {"model": "none"})


def test_a_report_for_another_reader_is_in_the_address(open_session):
    page = open_session()
    page.get_by_label("Whom the report is for").select_option("bug")
    expect(page.locator(".report")).to_contain_text("Steps to reproduce")
    page.wait_for_url(re.compile("template=bug"))
    page.reload()
    expect(page.locator(".report")).to_contain_text("Steps to reproduce")
    expect(page.get_by_label("Whom the report is for")).to_have_value("bug")


def last_click(app, session: str) -> str:
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/trace", timeout=30) as response:
        trace = json.loads(response.read())
    return [one["ref"] for one in trace["interactions"] if one["kind"] == "click"][-1]


def test_placeholders_are_put_back_in_the_readers_browser_only(open_session, tab, app):
    """The page is served with placeholders; its reader sees the value, marked, also in an answer and in the copy."""
    address = "ada@example.com"
    session = post(f"{app.url}/api/import", DECLINED.read_bytes())["session_id"]
    ref = named_in(app, session, address)
    sentence = {"text": "The page said “like [EMAIL_1]”.", "refs": [ref], "hypothesis": False}
    report = {"headline": sentence, "goal": {"text": "", "refs": []}, "outcome": "abandoned", "summary": [sentence]}
    with Server() as server:
        server.script(
            answers(report | {"findings": []}), answers({"tool": "none", "text": "", "at": "e1", "answer": [sentence]})
        )
        choose(app, {"model": "compatible:masked", "base_url": server.url})
        page = open_session(of=session)
        page.get_by_role("button", name=re.compile("Explain")).click()
        restored = page.locator(".report .restored")
        expect(restored.first).to_have_text(address, timeout=60_000)
        expect(restored.first).to_have_attribute("title", "The model was sent [EMAIL_1]")
        page.get_by_label("Ask about this session").fill("Which address was named?")
        page.keyboard.press("Enter")
        expect(page.locator(".reply").last.locator(".restored")).to_have_text(address, timeout=60_000)
        page.reload()
        expect(page.locator(".report .restored").first).to_have_text(address)
        served = page.request.get(f"{app.url}/sessions/{session}").text()
        assert "[EMAIL_1]" in served and address not in served
        page.get_by_role("button", name="Copy report").click()
        expect(page.locator(".toast")).to_contain_text("copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert address in copied and "EMAIL" not in copied
        tab.wrong = [one for one in tab.wrong if "/demo/static/" not in one]  # the shop's pictures are not fetched
    choose(app, {"model": "none"})


def test_placeholders_are_put_back_while_the_report_is_written(open_session, tab, app):
    """A sentence that has come in has its value, the model's stream still open and a placeholder cut in its middle."""
    address = "ada@example.com"
    session = post(f"{app.url}/api/import", DECLINED.read_bytes())["session_id"]
    ref = named_in(app, session, address)
    sentence = {"text": "The page said “like [EMAIL_1]”.", "refs": [ref], "hypothesis": False}
    wrong = {"text": "It said “like [EMAIL_1]” 14 times.", "refs": [ref], "hypothesis": False}
    report = {"headline": sentence, "goal": {"text": "", "refs": []}, "outcome": "abandoned"}
    gate = threading.Event()
    with Server() as server:
        server.script(waits_between(report | {"summary": [sentence, wrong, sentence], "findings": []}, gate, piece=3))
        choose(app, {"model": "compatible:slow", "base_url": server.url})
        page = open_session(of=session)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/placeholders" in request.url else None)
        page.get_by_role("button", name=re.compile("Explain")).click()
        lines = page.locator(".analysis-log li")
        expect(lines).to_have_count(3, timeout=60_000)
        expect(lines.locator(".restored")).to_have_text([address] * 3)
        expect(lines.first).to_have_text(f"The page said “like {address}”.")
        expect(lines.nth(1).locator(".restored")).to_have_attribute("title", "The model was sent [EMAIL_1]")
        assert len(asked) <= 3 and all("job=" in url for url in asked)
        gate.set()
        expect(page.locator(".report .restored").first).to_have_text(address, timeout=60_000)
        tab.wrong = [one for one in tab.wrong if "/demo/static/" not in one]
    choose(app, {"model": "none"})


def named_in(app, session: str, text: str) -> str:
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/trace", timeout=30) as response:
        trace = json.loads(response.read())
    return next(
        one["ref"] for one in trace["interactions"] if any(text in (e.get("text") or "") for e in one["effects"])
    )
