"""Console, Network, Page and Elements: each row moves the player, the player marks the row."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import START_MS, add_recording, element, event, page_load, shown, text
from tests.browser.pages.test_pages_session import now_ms


def plugin(at_ms: float, name: str, payload: dict) -> dict:
    return event(at_ms, 6, {"plugin": name, "payload": payload})


def wrote(at_ms: float, level: str, *parts: str, trace: tuple[str, ...] = ()) -> dict:
    return plugin(at_ms, "rrweb/console@1", {"level": level, "payload": list(parts), "trace": list(trace)})


def asked(at_ms: float, method: str, url: str, status: int, took: float) -> dict:
    start = START_MS + at_ms
    request = {
        "name": url,
        "method": method,
        "status": status,
        "initiatorType": "fetch",
        "startTime": start,
        "endTime": start + took,
        "duration": took,
    }
    return plugin(at_ms + took, "rrweb/network@1", {"requests": [request]})


@pytest.fixture(scope="module")
def talking(app) -> str:
    facts = {"url": "https://shop.example/", "title": "Shop", "user_agent": "Mozilla/5.0 Firefox", "language": "de"}
    facts |= {"viewport": {"width": 1024, "height": 640}, "boxes": 0}
    told = [
        event(30, 5, {"tag": "playhead.page", "payload": facts}),
        event(40, 5, {"tag": "playhead.identify", "payload": {"id": "u7", "traits": {"plan": "pro"}}}),
        event(2_000, 5, {"tag": "playhead.vital", "payload": {"name": "LCP", "value": 4321}}),
        event(3_000, 5, {"tag": "playhead.event", "payload": {"name": "coupon tried", "props": {"code": "X1"}}}),
        event(10_000, 5, {"tag": "playhead.navigate", "payload": {"url": "https://shop.example/cart"}}),
    ]
    lines = [
        wrote(1_000, "log", '"ready"'),
        wrote(4_000, "warn", '"slow answer"'),
        wrote(
            6_000,
            "error",
            '"Payment refused"',
            '{"code":402,"why":{"bank":"no"}}',
            trace=("pay (https://shop.example/app.js:3:9)",),
        ),
    ]
    requests = [
        asked(1_500, "GET", "https://shop.example/api/cart", 200, 80),
        asked(5_500, "POST", "https://shop.example/api/pay?card=1", 402, 400),
        asked(7_000, "GET", "https://shop.example/api/slow", 200, 2_500),
    ]
    page = page_load(
        0,
        "https://shop.example/",
        "Shop",
        element(10, "h1", text(11, "Shop")),
        element(12, "p", text(13, "Empty cart"), id="cart"),
    )
    events = [
        *page,
        *told,
        *lines,
        *requests,
        shown(8_000, 13, "One piece"),
        event(20_000, 5, {"tag": "x", "payload": 1}),
    ]
    return add_recording(app, sorted(events, key=lambda one: one["timestamp"]))


@pytest.fixture
def opened(open_session, talking):
    return lambda tab, query="": open_session(f"?tab={tab}{query}", talking)


def test_the_console_lists_filters_and_moves(opened):
    page = opened("console")
    rows = page.locator("#panel-console .data-rows > li")
    expect(rows).to_have_count(3)
    expect(page.locator("[data-count=console]")).to_have_text("1")
    page.locator("#panel-console").get_by_role("button", name="Errors").click()
    expect(rows).to_have_count(1)
    rows.first.locator("button.row").click()
    assert abs(now_ms(page) - 6_000) <= 100
    expect(rows.first).to_have_attribute("aria-current", "true")
    expect(rows.first.locator(".row-details")).to_contain_text('"bank": "no"')
    expect(rows.first.locator(".row-details")).to_contain_text("app.js:3:9")
    page.locator("#panel-console").get_by_role("button", name="All").click()
    page.get_by_label("Find in console").fill("slow")
    expect(rows).to_have_count(1)
    page.get_by_label("Find in console").fill("zebra")
    expect(page.locator("#panel-console")).to_contain_text("Nothing here matches.")


def test_the_player_marks_the_line_of_its_moment(opened):
    page = opened("console", "&t_ms=4500")
    current = page.locator("#panel-console [aria-current=true]")
    expect(current).to_contain_text("slow answer")
    page.get_by_role("slider", name="Moment").press("End")
    expect(current).to_contain_text("Payment refused")


def test_the_network_shows_status_time_and_details(opened):
    page = opened("network")
    rows = page.locator("#panel-network .data-rows > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(re.compile(r"402.*POST /api/pay\?card=1.*400 ms"))
    bars = [bar.bounding_box()["width"] for bar in page.locator(".waterfall i").all()]
    assert bars[2] > bars[1] > bars[0] > 0
    left = [bar.bounding_box()["x"] for bar in page.locator(".waterfall i").all()]
    assert left[2] > left[1] > left[0]
    page.locator("#panel-network").get_by_role("button", name="Files").click()
    expect(rows).to_have_count(0)
    page.locator("#panel-network").get_by_role("button", name="Data").click()
    expect(rows).to_have_count(3)
    page.locator("#panel-network").get_by_role("button", name="Failed").click()
    expect(rows).to_have_count(1)
    rows.first.locator("button.row").click()
    assert abs(now_ms(page) - 5_500) <= 100
    expect(rows.first.locator(".row-details")).to_contain_text("https://shop.example/api/pay?card=1")
    page.locator("#panel-network").get_by_role("button", name="Slow").click()
    expect(rows).to_have_count(1)


def test_the_page_panel_tells_of_the_page_of_the_moment(opened):
    page = opened("page", "&t_ms=2500")
    panel = page.locator("#panel-page")
    expect(panel.locator("dt", has_text="Viewport")).to_have_count(1)
    for raw in ("{", "boxes"):
        expect(panel).not_to_contain_text(raw)
    for said in (
        "https://shop.example/",
        "1024×640",
        "Mozilla/5.0 Firefox",
        "LCP",
        "4.3 s",
        "poor",
        "u7",
        "pro",
        "coupon tried",
    ):
        expect(panel).to_contain_text(said)
    panel.locator(".time-link").click()
    assert abs(now_ms(page) - 3_000) <= 100
    page.get_by_role("slider", name="Moment").press("End")
    expect(panel).to_contain_text("https://shop.example/cart")


def test_elements_are_the_page_at_this_moment_and_text_is_found(opened):
    page = opened("elements", "&t_ms=1000")
    panel = page.locator("#panel-elements")
    expect(panel.locator(".tree")).to_contain_text("<body")
    expect(panel.locator(".tree")).not_to_contain_text("rrweb-")  # what the replay itself puts there is not the page's
    assert panel.locator(".tree > li > details > ul > li").count() == 2
    find = page.get_by_label("Find text or a selector on screen")
    find.fill("cart")
    expect(panel.locator(".data-rows li")).to_have_count(1)
    panel.locator(".data-rows button").click()
    expect(page.locator(".target-outline")).to_be_visible()
    find.fill("piece")
    expect(panel).to_contain_text("Nothing on the page at this moment matches.")
    page.get_by_role("slider", name="Moment").press("End")
    expect(panel.locator(".data-rows li")).to_contain_text("One piece")
    find.fill("#cart")
    expect(panel.locator(".data-rows li")).to_have_count(1)


def test_a_panel_that_did_not_arrive_is_asked_for_again(tab, app, talking):
    refused = {"error": "gone", "detail": "the panels' part is damaged", "status": 410}
    tab.route("**/panels", lambda route: route.fulfill(status=410, json=refused), times=1)
    tab.goto(f"{app.url}/sessions/{talking}?tab=console")
    expect(tab.locator("#panel-console")).to_contain_text("the panels' part is damaged")
    tab.locator("#tab-network").click()
    expect(tab.locator("#panel-network .data-rows > li")).to_have_count(3)


def test_nothing_recorded_is_said_in_words(open_session, app):
    quiet = add_recording(app, [*page_load(0, "https://x.example/", "x"), event(900, 5, {"tag": "x", "payload": 1})])
    page = open_session("?tab=console", quiet)
    expect(page.locator("#panel-console")).to_contain_text("Nothing was written to the console")
    page.locator("#tab-network").click()
    expect(page.locator("#panel-network")).to_contain_text("No requests were recorded")
