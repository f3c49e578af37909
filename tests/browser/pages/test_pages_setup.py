"""Install, settings, login, errors."""

from __future__ import annotations

import re
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, journey
from tests.conftest import Server

PASSWORD = "correct horse battery"


@pytest.fixture
def fresh(tmp_path) -> Server:
    running = Server(tmp_path / "data").start()
    yield running
    running.kill()


def ingest(server: Server, site: str) -> None:
    """Send one batch as the recorder would."""
    import json

    now = int(time.time() * 1000)
    query = f"v=1&site={site}&session=s_first&page=p1&seq=0&visitor=v1&sent_ms={now}&first_ms={now}&last_ms={now}&n=2"
    events = [{**one, "timestamp": now + index} for index, one in enumerate(journey()[:2])]
    request = urllib.request.Request(
        f"{server.url}/ingest?{query}", data=json.dumps(events).encode(), headers={"content-type": "text/plain"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200


def test_the_start_page_notices_the_first_event(browser, fresh):
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=fresh.url)
    page = context.new_page()
    page.goto(fresh.url)
    expect(page.get_by_text("Waiting for your first event…")).to_be_visible()
    page.locator("[data-copy='#snippet']").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    site = re.search(r'data-site="(\w+)"></script>', copied)[1]
    assert copied.startswith(f'<script async src="{fresh.url}/recorder.js"')
    ingest(fresh, site)
    expect(page.get_by_text("Your first event has arrived.")).to_be_visible()
    page.get_by_role("link", name="Watch it", exact=True).click()
    page.wait_for_url("**/sessions/s_first")
    expect(page.locator(".session-bar .chip.live")).to_be_visible()
    context.close()


def test_the_empty_list_notices_the_first_session(browser, fresh):
    page = browser.new_page()
    page.goto(f"{fresh.url}/sessions")
    site = re.search(r'data-site="(\w+)"', page.inner_text("#snippet"))[1]
    ingest(fresh, site)
    expect(page.locator("[data-row=s_first] .chip.live")).to_be_visible(timeout=15_000)
    page.close()


def test_settings_show_what_each_provider_needs(tab, app):
    tab.goto(f"{app.url}/settings")
    expect(tab.locator("input[value=none]")).to_be_checked()
    expect(tab.locator("[data-model-fields]")).to_be_hidden()
    tab.check("input[value=compatible]")
    expect(tab.locator("#model-url")).to_have_value("http://127.0.0.1:11434/v1")
    tab.check("input[value=anthropic]")
    expect(tab.locator("#model-url")).to_be_hidden()
    expect(tab.locator("#model-key")).to_be_visible()
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("[data-model-state]")).to_have_text("Name the model first.")


def test_a_model_that_does_not_answer_says_so(tab, app):
    tab.goto(f"{app.url}/settings")
    tab.check("input[value=compatible]")
    tab.fill("#model-name", "nobody")
    tab.fill("#model-url", "http://127.0.0.1:9/v1")
    tab.get_by_role("button", name="Test this model").click()
    expect(tab.locator("[data-model-state].bad")).to_be_visible(timeout=30_000)
    expect(tab.get_by_role("button", name="Test this model")).to_be_enabled()


def test_a_model_is_kept_and_its_key_is_never_shown(browser, fresh):
    page = browser.new_page()
    page.goto(f"{fresh.url}/settings")
    page.check("input[value=openai]")
    page.fill("#model-name", "gpt-5-mini")
    page.fill("#model-key", "sk-secret-0123456789")
    page.get_by_role("button", name="Save", exact=True).click()
    state = page.locator("[data-model-state].good")
    expect(state).to_have_text("Saved. “Explain with a model” on a session asks gpt-5-mini.")
    page.reload()
    expect(page.locator("input[value=openai]")).to_be_checked()
    expect(page.locator("#model-name")).to_have_value("gpt-5-mini")
    expect(page.locator("#model-key")).to_have_value("")
    assert "sk-secret" not in page.content()
    page.get_by_role("button", name="Forget the key").click()
    expect(state).to_have_text("The key is forgotten.")
    expect(page.get_by_role("button", name="Forget the key")).to_be_hidden()
    page.check("input[value=none]")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(state).to_have_text("Saved. Sessions are explained by rules.")
    page.reload()
    expect(page.locator("input[value=none]")).to_be_checked()
    page.close()


def test_login_keeps_others_out_and_leads_back(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYHEAD_ADMIN_PASSWORD", PASSWORD)
    running = Server(tmp_path / "data").start()
    try:
        page = browser.new_context().new_page()
        page.goto(f"{running.url}/sessions?q=is:live")
        expect(page).to_have_url(re.compile(r"/login\?next="))
        page.fill("#password", "guess")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("That is not the password")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/sessions?q=is:live")
        page.goto(f"{running.url}/settings")
        page.get_by_role("link", name="Your account").click()
        page.get_by_role("button", name="Log out").click()
        page.goto(f"{running.url}/sessions")
        expect(page).to_have_url(re.compile("/login"))
        page.context.close()
    finally:
        running.kill()


def test_a_wrong_address_is_a_page_of_ours(tab, app):
    answer = tab.goto(f"{app.url}/no/such/page")
    assert answer.status == 404
    expect(tab.locator("h1")).to_have_text("There is nothing here")
    expect(tab.get_by_role("link", name="All sessions")).to_be_visible()


def test_a_session_is_erased_from_its_own_page_once_the_word_is_typed(tab, app):
    session = add_recording(app, [{**one, "timestamp": one["timestamp"] + 86_400_000} for one in journey()])
    tab.goto(f"{app.url}/sessions/{session}")
    tab.get_by_role("link", name="Erase…").click()
    word = tab.get_by_label("Type “erase” to confirm").first
    word.fill("yes")
    tab.get_by_role("button", name="Erase this session").click()
    expect(tab.get_by_role("alert")).to_have_text("Nothing was erased: type “erase” into the field to confirm.")
    tab.get_by_label("Type “erase” to confirm").first.fill("erase")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("status").first).to_contain_text("Erased: 1 session.")
    assert tab.goto(f"{app.url}/sessions/{session}").status == 404
