"""Style sheets that could not be read: a real recording of a page with sheets of three kinds, watched by its team."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording
from tests.browser.recorder.conftest import Site

CSS = "body { color: rgb(9, 9, 9) }"


@pytest.fixture
def shop() -> Iterator[Site]:
    running = Site()
    for path in ("/own.css", "/open.css", "/closed.css", "/closed2.css"):
        running.pages[path] = CSS
    yield running
    running.down()


@pytest.fixture
def recorded(shop: Site, browser, app) -> str:
    """A session whose page links a sheet of its own, one of another origin that may be read, and two that may not."""
    other = shop.url.replace("127.0.0.1", "localhost")
    links = "".join(f"<link rel=stylesheet href='{one}'>" for one in ("/own.css", f"{other}/closed.css"))
    page = browser.new_page()

    def serve(route) -> None:
        headers = {"access-control-allow-origin": "*"} if "open" in route.request.url else {}
        route.fulfill(body=CSS, content_type="text/css", headers=headers)

    page.route("**/*.css", serve)
    readable = f"<link rel=stylesheet crossorigin=anonymous href='{other}/open.css'>"
    page.goto(shop.page("/", "<h1>Shop</h1>", head=links + readable))
    shop.wait_custom("playhead.page")
    late = f"<link rel=stylesheet href='{other}/closed2.css'>"
    page.evaluate("html => document.head.insertAdjacentHTML('beforeend', html)", late)
    shop.wait(lambda: any("closed2" in str(event) for event in shop.events), "the sheet that came late")
    page.evaluate("playhead.stop()")
    shop.wait_custom("playhead.end")
    page.close()
    return add_recording(app, shop.events)


def test_it_is_said_beside_the_address_with_what_to_do(tab, app, recorded):
    tab.goto(f"{app.url}/sessions/{recorded}?t_ms=99999999")
    chip = tab.locator("[data-sheets] summary")
    expect(chip).to_have_text("2 style sheets missing")
    chip.focus()
    tab.keyboard.press("Enter")
    note = tab.locator(".sheets-note")
    expect(note).to_be_visible()
    expect(note).to_contain_text("localhost")
    expect(note).to_contain_text('crossorigin="anonymous"')
    expect(note.get_by_text("closed.css")).to_be_visible()
    expect(note).not_to_contain_text("open.css")
    expect(note).not_to_contain_text("own.css")
    link = note.get_by_role("link")
    assert len(tab.wrong) == 2 and all("closed" in said for said in tab.wrong)  # a replay fetches nothing
    tab.wrong.clear()
    assert "/settings/assets?site=" in link.get_attribute("href")
    link.click()
    expect(tab.get_by_role("heading", level=1)).to_be_visible()


def test_the_trace_names_them(tab, app, recorded):
    coverage = tab.request.get(f"{app.url}/api/sessions/{recorded}/trace").json()["coverage"]
    assert coverage["unseen"]["sheets"] == 2
    assert [address.rsplit("/", 1)[-1] for address in coverage["unread_sheets"]] == ["closed.css", "closed2.css"]


def test_a_page_whose_sheets_are_all_there_says_nothing(tab, app, session):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=1000")
    expect(tab.locator("[data-stage-fit] iframe")).to_be_visible()
    tab.wait_for_timeout(1_000)
    expect(tab.locator("[data-sheets]")).to_be_hidden()
