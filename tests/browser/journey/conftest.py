"""The journeys' own words: a shopper in the demo shop, and what the replay of a session shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

ADDRESS = {
    "Full name": "Ada Marsh",
    "E-mail": "ada@example.com",
    "Street address": "1 High Street",
    "Town or city": "Wells",
    "Postcode": "NR23 1AB",
}


class Shopper:
    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def open(self, path: str = "/demo/") -> None:
        self.page.goto(self.url + path)

    def start(self) -> str:
        """Start recording; returns the session's id."""
        self.button("Start recording").click()
        expect(self.button("Stop & replay")).to_be_enabled()
        return self.page.evaluate("playhead.sessionId()")

    def put_a_mug_in_the_cart(self) -> None:
        self.page.get_by_role("link", name="Tide mug").first.click()
        self.button("Increase quantity").click()
        self.button("Add to cart").click()
        self.page.get_by_role("link", name="View cart").click()
        expect(self.page.get_by_role("heading", name="Your cart")).to_be_visible()

    def rage_at_the_coupon(self) -> None:
        self.page.get_by_label("Coupon").fill("HIGHTIDE10")
        for _ in range(5):
            self.button("Apply coupon").click(delay=40)
            self.page.wait_for_timeout(180)  # the pace of an angry hand, not a wait
        self.page.wait_for_timeout(2_800)  # and its patience: a dead click is one that nothing followed

    def go_to_payment(self) -> None:
        self.page.get_by_role("link", name="Checkout").click()
        for label, text in ADDRESS.items():
            self.page.get_by_label(label).fill(text)
        self.button("Continue to payment").click()

    def pay(self, number: str) -> None:
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_label("Expiry date").fill("12/30")
        self.page.get_by_label("Security code").fill("123")
        self.button("Pay £").click()

    def be_declined(self) -> None:
        self.pay("4000 0000 0000 0002")
        expect(self.page.get_by_role("alert")).to_have_text("Card declined")

    def stop(self) -> FrameLocator:
        """Stop and return the panel's replay."""
        self.button("Stop & replay").click()
        expect(self.page.locator("#ph-frame")).to_be_visible()
        return self.page.frame_locator("#ph-frame")


def clock_ms(text: str) -> int:
    minutes, seconds = re.fullmatch(r"(\d+):(\d+(?:\.\d+)?)", text.strip()).groups()
    return round((int(minutes) * 60 + float(seconds)) * 1000)


def now_ms(view: Page | Frame | FrameLocator) -> int:
    return clock_ms(view.locator("[data-now]").inner_text())


def expect_playing(view: Page | FrameLocator) -> None:
    expect(view.locator("[data-now]")).not_to_have_text("00:00.0")
    replayed = view.frame_locator("[data-stage] iframe").first
    expect(replayed.get_by_text("Saltmarsh").first).to_be_attached()


def expect_finding_that_moves_the_player(view: Page | FrameLocator, *words: str) -> None:
    """A finding that says all these words has a time link, and the link brings the player to that moment."""
    finding = view.locator("[data-insights] article, [data-insights] .finding, [data-insights] li")
    for word in words:
        finding = finding.filter(has_text=word)
    expect(finding.first).to_be_visible()
    link = finding.first.locator("a.time-link").first
    wanted = round(float(link.get_attribute("data-t-ms") or "nan"))
    link.click()
    expect(view.locator("[data-now]")).to_have_text(re.compile(_around(wanted)))


def _around(t_ms: int) -> str:
    """The clock's text at that moment, give or take a tenth."""
    texts = (f"{t // 60_000:02}:{t % 60_000 / 1000:04.1f}" for t in (t_ms - 100, t_ms, t_ms + 100) if t >= 0)
    return "|".join(re.escape(text) for text in texts)


@pytest.fixture
def shopper(page: Page, server) -> Shopper:
    shopper = Shopper(page, server.url)
    shopper.open()
    return shopper
