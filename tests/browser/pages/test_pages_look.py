"""What every page owes its readers: contrast, no sideways scrolling, no jumps, its theme from the first paint."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
LEAST_CONTRAST = 4.5
PATHS = (
    "/",
    "/sessions",
    "/sessions?q=bad:thing",
    "/sessions?q=zebra",
    "/settings",
    "/settings/context",
    "/settings/people",
    "/settings/tokens",
    "/settings/recording",
    "/settings/assets",
    "/settings/erase?session=SESSION",
    "/settings/erase?who=nobody",
    "/operations",
    "/audit",
    "/digest",
    "/usage",
    "/sessions/SESSION?template=bug",
    "/login",
    "/no/such/page",
    "/sessions/SESSION?t_ms=7000",
    "/sessions/SESSION?t_ms=7000&tab=interactions",
    "/sessions/SESSION?t_ms=7000&tab=notes",
    "/sessions/SESSION?embed=1",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_text_can_be_read_and_nothing_scrolls_sideways(browser, app, session, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    context.add_cookies([{"name": "playhead_theme", "value": theme, "url": app.url}])
    page = context.new_page()
    for path in PATHS:
        page.goto(app.url + path.replace("SESSION", session))
        if path.startswith("/sessions/SESSION"):
            page.locator(".player[data-state=paused]").wait_for()
            page.locator(".rows li").first.wait_for(state="attached")
        faint = page.evaluate(CONTRAST, LEAST_CONTRAST)
        assert faint == [], f"{path}: text below {LEAST_CONTRAST}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        if path == "/sessions":
            tops = page.locator("h1, [data-import-button]").evaluate_all("all => all.map(one => one.offsetTop)")
            assert max(tops) - min(tops) < 24, "the list's head is one line"
    context.close()


def test_the_theme_is_the_persons_from_the_first_byte(tab, app):
    tab.goto(f"{app.url}/sessions")
    assert tab.locator("html").get_attribute("data-theme") is None
    before = tab.evaluate("getComputedStyle(document.body).color")
    tab.locator("[data-theme-toggle]").click()
    chosen = tab.locator("html").get_attribute("data-theme")
    assert tab.evaluate("getComputedStyle(document.body).color") != before
    answer = tab.reload()
    assert f'data-theme="{chosen}"' in answer.text()


def test_a_forged_theme_cookie_is_ignored(tab, app):
    tab.context.add_cookies([{"name": "playhead_theme", "value": "x%22onload=1", "url": app.url}])
    tab.goto(f"{app.url}/sessions")
    assert tab.locator("html").get_attribute("data-theme") is None


def test_loading_a_session_moves_nothing(tab, app, session):
    tab.goto(app.url)
    tab.add_init_script(
        "window.shift = 0;"
        "const seen = new PerformanceObserver((list) => { for (const one of list.getEntries()) shift += one.value });"
        "seen.observe({ type: 'layout-shift', buffered: true })"
    )
    tab.goto(f"{app.url}/sessions/{session}")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.locator(".marker").first.wait_for()
    assert tab.evaluate("shift") < 0.02


def test_every_control_of_the_player_has_a_name(tab, app, session):
    tab.goto(f"{app.url}/sessions/{session}")
    tab.locator(".player[data-state=paused]").wait_for()
    for button in tab.get_by_role("button").all():
        expect(button).to_have_accessible_name(re.compile(r"\S"))


def test_keyboard_focus_can_be_seen(tab, app):
    tab.goto(f"{app.url}/sessions")
    for _ in range(4):
        tab.keyboard.press("Tab")
        style = "(({ outlineStyle, outlineWidth }) => [outlineStyle, parseFloat(outlineWidth)])"
        outline, width = tab.evaluate(f"{style}(getComputedStyle(document.activeElement))")
        assert outline != "none" and width >= 1


def test_text_is_as_large_as_the_design_says_and_grows_with_the_browsers_own_size(tab, app):
    tab.goto(f"{app.url}/settings/people")
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    assert tab.locator("body").evaluate(size) == 14
    for place, pixels in ((".topbar nav a", 13), (".page .back", 13), ("h2", 16)):
        assert tab.locator(place).first.evaluate(size) == pixels
    tab.evaluate("document.documentElement.style.fontSize = '20px'")
    assert tab.locator(".topbar nav a").first.evaluate(size) == 16.25


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_in_the_bar_stands_over_anything_else(browser, app, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{app.url}/sessions")
    boxes = page.locator(".topbar nav a:visible, .topbar button:visible").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right])"
    )
    assert all(before[1] <= after[0] for before, after in pairwise(boxes)), boxes
    page.close()


def test_all_panels_of_a_session_can_be_reached_without_scrolling_their_tabs(tab, app, session):
    tab.goto(f"{app.url}/sessions/{session}")
    tab.locator(".player[data-state=paused]").wait_for()
    assert tab.locator("[role=tablist]").evaluate("bar => bar.scrollWidth <= bar.clientWidth")
