"""Notes and links: a comment pinned to a moment, a clip, tags, a star, the next session, a link for somebody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, journey
from tests.browser.pages.test_pages_session import now_ms
from tests.conftest import Server


def test_a_comment_is_pinned_to_its_moment_and_moves_the_player(open_session, app):
    page = open_session("?t_ms=53400")
    page.keyboard.press("m")
    box = page.get_by_label("Comment", exact=True)
    expect(box).to_be_focused()
    box.fill("Declined, and <b>no</b> reason given")
    page.get_by_role("button", name="Comment at 00:53").click()
    row = page.locator(".note-rows li").filter(has_text="Declined")
    expect(row).to_contain_text("<b>no</b>")
    expect(page.locator("[data-count=notes]")).to_have_text("1")
    expect(page.locator(".track-notes .noted")).to_have_count(1)
    page.locator(".marker").first.click()
    row.locator(".note-row").click()
    assert abs(now_ms(page) - 53_400) < 150
    page.reload()
    page.get_by_role("tab", name="Notes").click()
    expect(row).to_be_visible()
    row.hover()
    row.get_by_label("Delete this note").click()
    expect(page.locator(".note-rows")).to_contain_text("No notes yet")
    expect(page.locator(".track-notes .noted")).to_have_count(0)


def test_a_clip_plays_from_its_beginning_to_its_end(open_session):
    page = open_session("?t_ms=1000&tab=notes")
    page.get_by_role("button", name="Begin a clip here").click()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.locator(".track-activity").press("PageDown")  # a long way on
    page.get_by_label("Comment", exact=True).fill("From the shop to the end of the wait")
    page.get_by_role("button", name=re.compile("Save clip 00:01")).click()
    row = page.locator(".note-rows li").filter(has_text="From the shop")
    expect(row).to_contain_text("00:01 – 00:51")
    row.hover()
    row.get_by_label("Copy a link to this note").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "t_ms=1000&end_ms=51000" in link
    page.goto(link.replace("t_ms=1000&end_ms=51000", "t_ms=1000&end_ms=2000"))
    expect(page.locator(".player")).to_have_attribute("data-state", "playing", timeout=20_000)
    expect(page.locator(".player")).to_have_attribute("data-state", "paused", timeout=20_000)
    assert 2_000 <= now_ms(page) < 3_500


def test_tags_and_the_star_are_found_in_the_list(open_session, app, tab):
    page = open_session("?tab=notes")
    page.get_by_label("Add a tag", exact=True).fill("Big customer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="big-customer")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("b")
    expect(page.locator("[data-star]")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="big-customer").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator(".starred")).to_be_visible()
    expect(page.locator(".chip.tag")).to_have_text("big-customer")


def test_j_leads_on_through_the_list_that_was_filtered(app, tab, session):
    later = [{**event, "timestamp": event["timestamp"] + 3_600_000} for event in journey()]
    newer = add_recording(app, later)
    tab.goto(f"{app.url}/sessions?q=page:shop.example")
    tab.locator(f"[data-row={newer}] .row-link").click()
    tab.locator(".player[data-state=paused]").wait_for()
    assert "q=page" in tab.url
    tab.keyboard.press("j")
    tab.wait_for_url(re.compile(session))
    expect(tab.locator(".crumb")).to_have_attribute("href", "/sessions?q=page%3Ashop.example")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.wait_for_timeout(2_500)  # by now it counts as watched
    tab.goto(f"{app.url}/sessions?q=is:watched")
    expect(tab.locator(f"[data-row={session}]")).to_be_visible()


@pytest.fixture
def guarded(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYHEAD_ADMIN_PASSWORD", "correct horse battery")
    running = Server(tmp_path / "data", command="serve").start()
    yield running
    running.kill()


def test_a_link_is_enough_for_somebody_without_a_login(browser, guarded):
    owner = browser.new_context()
    page = owner.new_page()
    page.goto(f"{guarded.url}/login")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions")
    made = owner.request.post(f"{guarded.url}/api/import", data=journey(), headers={"origin": guarded.url})
    session = made.json()["session_id"]
    page.goto(f"{guarded.url}/sessions/{session}?t_ms=8000")
    page.locator(".player[data-state=paused]").wait_for()
    page.locator("[data-share]").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The link").input_value()
    guest = browser.new_context()
    shared = guest.new_page()
    shared.goto(link)
    shared.locator(".player[data-state=paused]").wait_for()
    assert abs(now_ms(shared) - 8_000) < 150
    expect(shared.get_by_text("Shared with you")).to_be_visible()
    expect(shared.locator("[data-star], [data-share], [data-copy-link], [data-analyze]")).to_have_count(0)
    expect(shared.locator(".report")).to_be_visible()
    shared.goto(f"{guarded.url}/sessions")
    assert "/login" in shared.url
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Links that stand")).to_have_count(0)
    shared.goto(link)
    expect(shared.get_by_text("expired or was revoked")).to_be_visible()
    owner.close()
    guest.close()
