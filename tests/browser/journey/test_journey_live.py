"""Live: somebody watches a visit while it goes on, looks back in it, returns to the present, and sees it end."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Shopper


@pytest.fixture
def watcher(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    assert page.errors == []
    context.close()


def quantity_in(watcher: Page):
    return watcher.frame_locator(".replayer-wrapper iframe").locator("output[aria-label=Quantity]")


def test_a_visit_is_watched_as_it_happens_rewound_and_ends(shopper: Shopper, watcher: Page) -> None:
    session = shopper.start()
    shopper.page.get_by_role("link", name="Tide mug").first.click()
    watcher.goto(f"{shopper.url}/sessions/{session}")
    live = watcher.locator("[data-do=live]")
    expect(watcher.locator("[data-live-chip]")).to_have_text("Live")
    expect(live).to_have_attribute("aria-pressed", "true", timeout=15_000)  # nobody asked for a moment: the present
    expect(quantity_in(watcher)).to_have_text("1")

    shopper.button("Increase quantity").click()
    expect(quantity_in(watcher)).to_have_text("2", timeout=15_000)
    length = watcher.locator("[data-length]")
    before = length.inner_text()
    shopper.button("Add to cart").click()
    expect(length).not_to_have_text(before, timeout=15_000)

    watcher.locator("[role=slider]").press("Home")
    expect(live).to_have_attribute("aria-pressed", "false")
    expect(watcher.locator("[data-now]")).to_have_text(re.compile(r"^00:0[0-3]"))
    shopper.button("Increase quantity").click()  # the recording goes on while somebody looks back
    watcher.keyboard.press("l")
    expect(live).to_have_attribute("aria-pressed", "true")
    expect(quantity_in(watcher)).to_have_text(re.compile("[23]"), timeout=15_000)

    shopper.stop()
    expect(watcher.locator("[data-live-chip]")).to_have_count(0, timeout=20_000)
    expect(live).to_be_hidden()
    expect(watcher.locator(".report")).to_contain_text("Tide mug", timeout=20_000)
    expect(watcher.locator("[data-interactions] .row, #panel-interactions .row").first).to_be_attached()


def test_what_is_said_of_a_visit_that_goes_on_goes_on_with_it(shopper: Shopper, watcher: Page) -> None:
    session = shopper.start()
    shopper.page.get_by_role("link", name="Tide mug").first.click()
    watcher.goto(f"{shopper.url}/sessions/{session}?t_ms=0")
    length, insights = watcher.locator("[data-length]"), watcher.locator("[data-insights]")
    expect(insights.get_by_text("So far", exact=True)).to_be_visible()
    expect(watcher.locator("[data-do=live]")).to_have_text("Jump to live")  # a moment was asked for
    report, before = insights.locator(".report").inner_text(), length.inner_text()

    shopper.button("Add to cart").click()
    shopper.page.get_by_role("link", name=re.compile("cart", re.I)).first.click()
    expect(length).not_to_have_text(before, timeout=15_000)
    expect(insights.locator(".report")).not_to_have_text(report, timeout=30_000)
    expect(watcher.locator(".facts [data-fact=duration]")).not_to_have_text("0 s")
    expect(watcher.locator("[data-now]")).to_have_text("00:00.0")

    insights.locator("#ask").fill("Where")  # somebody is writing: nothing is taken from under them
    watcher.evaluate("document.querySelector('.report').dataset.same = 'yes'")
    said = watcher.locator("[data-count=interactions]").inner_text()
    shopper.page.get_by_role("link", name=re.compile("cart", re.I)).first.click()
    expect(watcher.locator("[data-count=interactions]")).not_to_have_text(said, timeout=30_000)
    expect(insights.locator(".report[data-same=yes]")).to_have_count(1)
