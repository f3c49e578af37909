"""The replay origin in a real browser, as a second port: everything a session's page does works there, the way leads
there and back, and what got hold of a recording's page gets hold of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, journey
from tests.browser.pages.test_pages_hostile import newer, recording, vectors
from tests.conftest import Server

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("origin") / "data", "--replay-port", "0").start()
    assert running.replay not in ("", running.url)
    yield running
    running.kill()


@pytest.fixture
def opened(tab: Any, app: Server, session: str) -> Any:
    """The recording's page, come to from the list."""
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app.replay)
    tab.goto(f"{app.url}/sessions")
    tab.locator(f'a[href^="/sessions/{session}"]').first.click()
    tab.locator(".player[data-state=paused]").wait_for()
    return tab


def test_the_way_leads_there_and_the_token_is_nowhere(opened, app, session):
    assert opened.url == f"{app.replay}/sessions/{session}"
    assert opened.evaluate("document.referrer") == "" and opened.evaluate("document.cookie") == ""
    assert opened.evaluate("history.length") == 3  # a new tab's own page, the list, the session
    kept = [one for one in opened.context.cookies() if one["name"] == "playhead_replay"]
    assert {one["path"] for one in kept} == {f"/sessions/{session}", f"/api/sessions/{session}"}
    assert all(one["httpOnly"] and one["domain"] == "127.0.0.1" for one in kept)
    opened.go_back()
    expect(opened).to_have_url(f"{app.url}/sessions")


def test_everything_the_page_does_works(opened, app, session):
    page = opened
    page.keyboard.press("Space")
    expect(page.locator(".player")).to_have_attribute("data-state", "playing")
    page.keyboard.press("Space")
    page.get_by_role("slider", name="Moment").press("End")
    shown = page.frame_locator(".stage iframe")
    expect(shown.locator("[role=alert]")).to_have_text("Your card was declined")
    page.get_by_role("slider", name="Moment").press("Home")
    expect(shown.locator("h1")).to_have_text("Shop")
    page.get_by_role("button", name="Star this session").click()
    expect(page.locator(".toasts")).to_contain_text("Starred")
    page.get_by_role("tab", name=re.compile("Notes")).click()
    page.keyboard.press("m")
    page.get_by_label("Comment", exact=True).fill("Here it begins")
    page.get_by_role("button", name="Comment at").click()
    expect(page.locator(".note-row").first).to_contain_text("Here it begins")
    page.get_by_role("tab", name=re.compile("Interactions")).click()
    expect(page.locator("#panel-interactions .row").first).to_be_visible()
    page.get_by_role("tab", name=re.compile("Network")).click()
    expect(page.locator("#panel-network")).to_contain_text("402")
    page.get_by_role("tab", name="Insights").click()
    page.get_by_label("Ask about this session").fill("What about the coupon?")
    page.keyboard.press("Enter")
    expect(page.locator(".reply").last).to_contain_text("no model was used")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".toasts")).to_contain_text("Link to this moment copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{app.url}/sessions/{session}?t_ms=")
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="Make a link").click()
    assert page.get_by_label("The link").input_value().startswith(f"{app.url}/shared/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the session").click()
    assert download.value.suggested_filename == f"playhead-{session}.html"


def test_a_deep_link_a_reload_and_a_login_that_went_lead_back_in(tab, app, session):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=53500")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.frame_locator(".stage iframe").locator("[role=alert]")).to_have_text("Your card was declined")
    tab.context.clear_cookies()
    tab.reload()
    tab.locator(".player[data-state=paused]").wait_for()
    assert tab.url.startswith(f"{app.replay}/sessions/{session}") and "t_ms=53500" in tab.url
    expect(tab).not_to_have_url(re.compile("again"))
    tab.context.clear_cookies()
    tab.goto(f"{app.replay}/sessions/{session}")
    tab.locator(".player[data-state=paused]").wait_for()


def test_the_next_session_and_the_list_are_the_interfaces(opened, app, session):
    late = [{**one, "timestamp": one["timestamp"] - 86_400_000} for one in journey()]
    other = add_recording(app, late)
    opened.keyboard.press("j")
    expect(opened).to_have_url(re.compile(rf"{app.replay}/sessions/{other}"))
    opened.locator(".player[data-state=paused]").wait_for()
    opened.get_by_role("link", name="Sessions", exact=True).click()
    expect(opened).to_have_url(f"{app.url}/sessions")
    opened.goto(f"{app.replay}/settings")
    expect(opened).to_have_url(f"{app.url}/settings")


def test_a_script_there_reaches_nothing_else(opened, app, session):
    """What an escape could do, done by hand at the replay origin: ask it and the interface for everything else."""
    other = add_recording(app, [{**one, "timestamp": one["timestamp"] + 5_000} for one in journey()])
    ask = """async ([url, options]) => {
        try { const got = await fetch(url, options); return got.type === "opaque" ? "opaque" : got.status; }
        catch { return "refused"; } }"""
    for path in ("/api/sessions", f"/api/sessions/{other}/segments", "/api/people", "/api/settings/model", "/healthz"):
        assert opened.evaluate(ask, [f"{app.replay}{path}", {}]) in (401, 404), path
    assert opened.evaluate(ask, [f"{app.replay}/api/sessions/{session}/segments", {}]) == 200
    opened.wrong.clear()
    for path in ("/api/sessions", f"/sessions/{other}"):
        for options in ({}, {"mode": "no-cors", "credentials": "include"}, {"method": "POST", "mode": "no-cors"}):
            assert opened.evaluate(ask, [f"{app.url}{path}", options]) == "refused"
    assert opened.wrong, "the policy let none of them out"
    opened.wrong.clear()


@pytest.mark.parametrize("options", [{"credentials": "include"}, {"mode": "no-cors", "credentials": "include"}])
def test_without_the_policy_the_interface_itself_refuses_it(browser, app, session, options):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{app.url}/sessions/{session}")
    page.locator(".player[data-state=paused]").wait_for()
    assert page.url.startswith(app.replay)
    answers: list[int] = []
    page.on("response", lambda got: got.url.startswith(app.url) and answers.append(got.status))
    for path in ("/api/sessions", f"/api/sessions/{session}/export.html", f"/sessions/{session}"):
        page.evaluate(
            "async ([url, options]) => { await fetch(url, options).catch(() => 0); }", [app.url + path, options]
        )
    framed = """(url) => new Promise((done) => {
        const frame = Object.assign(document.createElement("iframe"), { src: url, onload: done });
        document.body.append(frame); })"""
    page.evaluate(framed, f"{app.url}/sessions/{session}")
    page.wait_for_timeout(300)
    assert answers and set(answers) == {403}
    context.close()


def test_the_demo_shows_its_recording_in_a_frame(tab, app):
    tab.goto(f"{app.url}/demo/")
    tab.get_by_role("button", name="Start recording").click()
    tab.get_by_role("link", name="Tide mug").first.click()
    tab.get_by_role("button", name="Stop & replay").click()
    frame = tab.frame_locator("#ph-frame")
    expect(frame.locator(".player")).to_have_attribute("data-state", re.compile("paused|playing"), timeout=20_000)
    tab.wrong = [said for said in tab.wrong if "/demo/static/" not in said]  # the shop's own icon is the interface's


@pytest.mark.parametrize("which", [vectors, newer])
def test_hostile_recordings_run_nothing_and_call_nobody(tab, app, beacon, which):
    """As at the server's own origin, where each is also played as a mutation."""
    requests: list[str] = []
    session = add_recording(app, recording(beacon.url, "mutation", which))
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1000")
    tab.on("request", lambda request: requests.append(request.url))
    tab.locator(".player[data-state=paused]").wait_for()
    tab.get_by_role("slider", name="Moment").press("Home")
    tab.keyboard.press("Space")
    expect(tab.locator(".player")).to_have_attribute("data-state", "ended", timeout=15_000)
    tab.wait_for_timeout(700)
    assert tab.evaluate("window.hacked") is None
    assert tab.query_selector(".stage iframe").content_frame().evaluate("typeof hacked") == "undefined"
    assert beacon.heard == []
    assert [
        url for url in requests if not url.startswith((f"{app.replay}/", "data:", "blob:", "about:", beacon.url))
    ] == []
    tab.wrong.clear()
