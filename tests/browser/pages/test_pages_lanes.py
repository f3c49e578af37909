"""Tabs as lanes: a visit in two tabs, recorded by our recorder; the player follows the one in front, and shows the
other at any moment when asked."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect


def asked(app, path: str):
    with urllib.request.urlopen(app.url + path, timeout=60) as answer:
        return json.loads(answer.read())


def recorded_as(page) -> str:
    """Have a page of the demo shop recorded; return its session. Its policy lets nobody wait for an expression."""
    end_s = time.monotonic() + 30
    while not (session := page.evaluate("() => { playhead.start(); return playhead.sessionId() }")):
        assert time.monotonic() < end_s
        page.wait_for_timeout(50)
    return session


@pytest.fixture(scope="module")
def two_tabs(app, browser) -> str:
    """Record a visit: the shop, another tab in which something is bought, and back; return its session."""
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    first = context.new_page()
    first.goto(f"{app.url}/demo/")
    session = recorded_as(first)
    first.mouse.move(100, 100)
    first.wait_for_timeout(700)
    second = context.new_page()
    second.goto(f"{app.url}/demo/")
    assert recorded_as(second) == session
    second.evaluate("document.title = 'The other tab'; document.body.prepend('Only in the second tab')")
    second.mouse.move(200, 200)
    second.mouse.click(300, 300)
    second.wait_for_timeout(900)
    first.bring_to_front()
    first.evaluate("document.body.prepend('Changed in the first tab')")
    first.mouse.move(300, 200)
    first.mouse.click(20, 20)
    first.wait_for_timeout(900)
    second.evaluate("playhead.stop()")
    context.close()
    end_s = time.monotonic() + 60
    while len(asked(app, f"/api/sessions/{session}/segments")["tabs"]) < 2:
        assert time.monotonic() < end_s
        time.sleep(0.2)
    return session


def shown(tab) -> str:
    return tab.frame_locator("[data-stage] iframe").locator("body").inner_text()


def opened(tab, app, session):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.locator(".lane")).to_have_count(2)
    expect(tab.locator(".lane").nth(1)).to_contain_text("The other tab")
    return asked(app, f"/api/sessions/{session}/segments")


def middle(outline, tab: int, stretch: int) -> float:
    """The middle of a stretch in which the tab was in front, as a share of the session."""
    start, end = outline["tabs"][tab]["front"][stretch]
    return ((start + end) / 2 - outline["start_ms"]) / (outline["end_ms"] - outline["start_ms"])


def click(tab, lane: int, share: float) -> None:
    box = tab.locator(".lane").nth(lane).bounding_box()
    tab.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def test_the_player_follows_the_tab_in_front(tab, app, two_tabs):
    outline = opened(tab, app, two_tabs)
    first, second = tab.locator(".lane").nth(0), tab.locator(".lane").nth(1)
    assert [len(one["front"]) for one in outline["tabs"]] == [2, 1]
    expect(first).to_have_attribute("aria-selected", "true")
    click(tab, 1, middle(outline, 1, 0))
    expect(second).to_have_attribute("aria-selected", "true")
    expect(tab.frame_locator("[data-stage] iframe").locator("body")).to_contain_text("Only in the second tab")
    click(tab, 0, middle(outline, 0, 1))
    expect(first).to_have_attribute("aria-selected", "true")
    expect(tab.frame_locator("[data-stage] iframe").locator("body")).to_contain_text("Changed in the first tab")
    expect(tab.locator("[data-gap]")).to_be_hidden()


def test_a_tab_in_the_background_is_shown_at_the_moment_and_left_again(tab, app, two_tabs):
    outline = opened(tab, app, two_tabs)
    body = tab.frame_locator("[data-stage] iframe").locator("body")
    click(tab, 0, middle(outline, 1, 0))
    expect(tab.locator(".lane").nth(0)).to_have_attribute("aria-selected", "true")
    expect(tab.locator("[data-gap]")).to_contain_text("in the background")
    expect(body).not_to_contain_text("Only in the second tab")
    expect(body).not_to_contain_text("Changed in the first tab")
    tab.keyboard.press("t")
    expect(body).to_contain_text("Only in the second tab")
    expect(tab.locator(".lane").nth(1)).to_have_attribute("aria-selected", "true")
    expect(tab.locator("[data-gap]")).to_be_hidden()
    tab.keyboard.press("r")
    expect(tab.locator("[data-gap]")).to_contain_text("in the background")
    expect(body).not_to_contain_text("Only in the second tab")
    tab.keyboard.press(" ")  # playing goes on with the one in front
    expect(tab.locator("[data-gap]")).to_be_hidden()
    expect(body).to_contain_text("Only in the second tab")


def test_a_session_of_one_tab_has_no_lanes_and_the_keys_say_so(tab, app, session):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.locator(".lanes")).to_be_hidden()
    tab.keyboard.press("t")
    expect(tab.locator(".toast")).to_contain_text("one tab")
    tab.keyboard.press("?")
    expect(tab.locator("[data-key-list]")).to_contain_text("Next tab at this moment")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_lanes_fit(browser, app, two_tabs, theme, width, tmp_path):
    context = browser.new_context(viewport={"width": width, "height": 800}, has_touch=width == 390)
    context.add_cookies([{"name": "playhead_theme", "value": theme, "url": app.url}])
    tab = context.new_page()
    outline = opened(tab, app, two_tabs)
    lanes = tab.locator(".lane")
    for at in range(2):
        box = lanes.nth(at).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 800 or width == 390
    if width == 390:
        box = lanes.nth(1).bounding_box()
        tab.touchscreen.tap(box["x"] + middle(outline, 1, 0) * box["width"], box["y"] + box["height"] / 2)
        expect(lanes.nth(1)).to_have_attribute("aria-selected", "true")
    else:
        click(tab, 0, middle(outline, 1, 0))
        expect(tab.locator("[data-gap]")).to_be_visible()
    tab.screenshot(path=tmp_path / f"lanes_{theme}_{width}.png")
    context.close()


def test_a_page_that_is_none_is_none(app, two_tabs):
    for path in (
        f"{two_tabs}/lanes/nowhere?t_ms=2000000000000",
        "nobody/lanes/p?t_ms=1",
        f"{two_tabs}/lanes/p?t_ms=nan",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            asked(app, f"/api/sessions/{path}")
        assert refused.value.code == 404
