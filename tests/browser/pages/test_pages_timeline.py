"""The timeline in a real browser: zoom, chapters, the picture under the pointer, fingers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages.test_pages_session import now_ms


def at(page, t_ms, *, of=60_000):
    """Return the place of a moment on the timeline that shows the whole session."""
    track = page.locator(".track").bounding_box()
    return track["x"] + track["width"] * t_ms / of, track["y"] + 58


def test_the_wheel_zooms_around_the_pointer_and_markers_come_apart(open_session):
    page = open_session()
    page.locator(".marker").first.wait_for()
    apart = page.locator(".marker").count()
    page.mouse.move(*at(page, 7_000))
    for _ in range(12):
        page.mouse.wheel(0, -120)
    expect(page.locator(".track-map")).to_be_visible()
    page.mouse.click(*at(page, 7_000))
    assert abs(now_ms(page) - 7_000) < 120  # what was under the pointer stayed there
    expect(page.locator(".marker .many")).to_have_count(0)
    assert apart >= 1
    expect(page.locator(".track-page", has_text="/checkout")).to_have_count(0)
    page.get_by_role("button", name="Whole session").click()
    expect(page.locator(".track-map")).to_be_hidden()
    expect(page.locator(".track-page")).to_have_count(2)


def test_sideways_and_the_map_move_along(open_session):
    page = open_session("?t_ms=30000")
    page.keyboard.press("+")
    page.keyboard.press("+")
    seen = page.locator(".track-map i")
    left = seen.bounding_box()["x"]
    page.mouse.move(*at(page, 30_000))
    page.mouse.wheel(200, 0)
    assert seen.bounding_box()["x"] > left + 5
    box, there = seen.bounding_box(), page.locator(".track-map").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(there["x"] - 300, box["y"] + 2, steps=6)
    page.mouse.up()
    assert abs(seen.bounding_box()["x"] - there["x"]) < 3
    page.keyboard.press("0")
    expect(page.locator(".track-map")).to_be_hidden()


def test_a_zoomed_timeline_goes_along_while_it_plays(open_session):
    page = open_session("?t_ms=2000")
    for _ in range(9):
        page.keyboard.press("+")
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press(" ")
    expect(page.locator("[data-now]")).to_have_text(re.compile(r"00:0[5-7]"))
    expect(page.locator(".playhead")).to_be_visible()


def test_findings_of_the_report_are_chapters(open_session):
    page = open_session()
    title = page.locator(".finding h3").first.inner_text()
    chapter = page.locator(".chapter").and_(page.get_by_label(title, exact=True))
    chapter.click()
    said = page.locator(".finding").first.locator("[data-t-ms]").evaluate_all("links => links.map(l => +l.dataset.tMs)")
    assert abs(now_ms(page) - min(said)) < 50


def test_the_card_shows_the_page_as_it_was_there(open_session):
    page = open_session("?t_ms=1000")
    page.mouse.move(*at(page, 5_000))
    small = page.frame_locator(".hover-picture iframe")
    expect(small.get_by_role("status")).to_have_text("1 piece in the cart")
    page.mouse.move(*at(page, 56_000))
    expect(small.get_by_role("alert")).to_have_text("Your card was declined")
    assert page.locator(".hover-picture iframe").get_attribute("sandbox") == "allow-same-origin"
    assert abs(now_ms(page) - 1_000) < 50  # looking moves nothing
    page.mouse.move(10, 10)
    expect(page.locator(".hover-card")).to_be_hidden()
    expect(page.locator(".hover-picture iframe")).to_have_count(0, timeout=8_000)


def test_every_key_of_the_timeline_is_told(open_session):
    page = open_session()
    page.keyboard.press("?")
    for does in ("Timeline: closer", "Timeline: further away", "Timeline: the whole session"):
        expect(page.get_by_role("dialog", name="Keys").get_by_text(does)).to_be_visible()


@pytest.fixture
def phone(browser, app, session):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{app.url}/sessions/{session}")
    page.locator(".player[data-state=paused]").wait_for()
    yield page
    context.close()


class Fingers:
    """Fingers on the glass, by the browser's own input."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def put(self, kind, *points):
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_a_tap_moves_a_drag_scrubs_and_a_long_press_only_looks(phone):
    fingers, (x, y) = Fingers(phone), at(phone, 30_000)
    phone.touchscreen.tap(x, y)
    assert abs(now_ms(phone) - 30_000) < 400
    fingers.put("touchStart", at(phone, 12_000))
    phone.locator(".hover-card").wait_for()
    fingers.put("touchMove", at(phone, 15_000))
    assert abs(now_ms(phone) - 30_000) < 400
    fingers.put("touchEnd")
    expect(phone.locator(".hover-card")).to_be_hidden()
    fingers.put("touchStart", (x, y))
    for t_ms in range(32_000, 50_001, 3_000):
        fingers.put("touchMove", at(phone, t_ms))
    fingers.put("touchEnd")
    assert abs(now_ms(phone) - 50_000) < 400


def test_two_fingers_zoom(phone):
    fingers, (x, y) = Fingers(phone), at(phone, 30_000)
    fingers.put("touchStart", (x - 20, y))
    fingers.put("touchStart", (x - 20, y), (x + 20, y))
    for spread in range(30, 110, 10):
        fingers.put("touchMove", (x - spread, y), (x + spread, y))
    fingers.put("touchEnd")
    expect(phone.locator(".track-map")).to_be_visible()
    width = phone.locator(".track-map i").evaluate("node => parseFloat(node.style.width)")
    assert 10 < width < 45


def test_a_swipe_on_the_replay_steps(phone):
    fingers, box = Fingers(phone), phone.locator("[data-stage]").bounding_box()
    y = box["y"] + box["height"] / 2
    for start, end in ((300, 100), (300, 100)):
        fingers.put("touchStart", (start, y))
        for x in range(start, end, -25):
            fingers.put("touchMove", (x, y))
        fingers.put("touchEnd")
        phone.wait_for_timeout(450)
    assert re.search(r"\d", phone.locator("[data-now]").inner_text())
    assert now_ms(phone) >= 3_000
    expect(phone.locator(".player")).to_have_attribute("data-state", "paused")
