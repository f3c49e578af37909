"""The sessions list: found, filtered, sorted, paged, imported into; and what it says while it is empty."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import SHOP, add_recording, click, element, event, journey, page_load, text
from tests.conftest import Server

MANY = 53  # more than one page of the list


def short(number: int) -> list[dict]:
    """A short session of its own: a visitor called by number on a page of that number."""
    who = {"tag": "playhead.identify", "payload": {"id": f"u{number}", "traits": {"name": f"Person {number}"}}}
    shop = element(10, "button", text(11, "Look"))
    at = number * 60_000
    return [
        *page_load(at, f"{SHOP}p/{number}", f"Piece {number}", shop),
        event(at + 50, 5, who),
        *click(at + 1_000, 10),
        event(at + 2_000 + number * 100, 5, {"tag": "playhead.visibility", "payload": {"state": "hidden"}}),
    ]


@pytest.fixture(scope="module")
def full(app: Server) -> Server:
    for number in range(MANY):
        add_recording(app, short(number))
    add_recording(app, journey())
    return app


def names(page) -> list[str]:
    return page.locator(".sessions .name").all_inner_texts()


def test_a_row_says_who_what_where_how_long_and_how_it_ended(tab, full):
    tab.goto(f"{full.url}/sessions?q=signal:rage_click")
    expect(tab.locator("[data-row]")).to_have_count(1)
    row = tab.locator("[data-row]")
    expect(row.locator(".headline")).not_to_be_empty()
    expect(row.locator(".chip", has_text="rage click")).to_be_visible()
    expect(row.locator(".route")).to_contain_text("/checkout")
    expect(row.locator(".length")).to_contain_text("1 min")
    expect(row.locator(".outcome")).to_be_visible()
    expect(row.locator(".strip rect").first).to_be_attached()
    expect(row.locator("time.ago")).to_have_attribute("title", re.compile("2025|November"))


def test_a_click_anywhere_on_a_row_opens_the_session(tab, full):
    tab.goto(f"{full.url}/sessions?q=signal:rage_click")
    cell = tab.locator("[data-row] .end").bounding_box()
    tab.mouse.click(cell["x"] + 4, cell["y"] + 4)
    tab.wait_for_url(re.compile("/sessions/i_"))


def test_filtering_as_one_types_changes_list_and_address(tab, full):
    tab.goto(f"{full.url}/sessions")
    tab.keyboard.press("/")
    tab.keyboard.type("user:u17")
    expect(tab.locator("[data-row]")).to_have_count(1)
    expect(tab.locator(".sessions .name")).to_have_text("Person 17")
    expect(tab.locator("#total")).to_have_text("1")
    assert tab.url.endswith("/sessions?q=user%3Au17")
    tab.fill("#filter", "zebra")
    expect(tab.locator("#results")).to_contain_text("No session matches")
    tab.fill("#filter", "")
    expect(tab.locator("[data-row]")).to_have_count(50)
    assert tab.url.endswith("/sessions")


def test_a_filter_that_cannot_be_read_says_why(tab, full):
    tab.goto(f"{full.url}/sessions?q=bad:thing")
    expect(tab.locator("#results [role=alert]")).to_contain_text("no filter 'bad'")
    tab.fill("#filter", "pages>x")
    expect(tab.locator("#results [role=alert]")).to_contain_text("expected a number")


def test_saved_views_are_links_that_mark_themselves(tab, full):
    tab.goto(f"{full.url}/sessions")
    tab.locator(".views a", has_text="Rage clicks").click()
    expect(tab.locator(".views [aria-current]")).to_have_text("Rage clicks")
    expect(tab.locator("[data-row]")).to_have_count(1)
    expect(tab.locator("#filter")).to_have_value("signal:rage_click")


def test_a_filter_is_kept_under_a_name_and_forgotten(tab, full):
    tab.goto(f"{full.url}/sessions")
    expect(tab.locator("[data-keep-view]")).to_have_count(0)
    tab.fill("#filter", "is:identified duration<9s")
    tab.locator("[data-keep-view]").click()
    tab.get_by_label("Name of the view").fill("Short <b>visits</b>")
    tab.keyboard.press("Enter")
    expect(tab.locator(".views [aria-current]")).to_have_text("Short <b>visits</b>")
    tab.locator(".views a", has_text="All").click()
    tab.locator(".views a", has_text="Short").click()
    expect(tab.locator("#filter")).to_have_value("is:identified duration<9s")
    tab.get_by_label("Delete the view").click()
    expect(tab.locator(".views a", has_text="Short")).to_have_count(0)


def test_a_column_sorts_by_a_click(tab, full):
    tab.goto(f"{full.url}/sessions?q=is:identified+duration<9s")
    tab.locator("th", has_text="Length").get_by_role("link").click()
    expect(tab.locator("th", has_text="Length")).to_have_attribute("aria-sort", "descending")
    assert names(tab)[0] == f"Person {MANY - 1}"
    tab.locator("th", has_text="Length").get_by_role("link").click()
    expect(tab.locator("th", has_text="Length")).to_have_attribute("aria-sort", "ascending")
    assert names(tab)[0] == "Person 0"


def test_pages_of_the_list_hold_every_session_once(tab, full):
    tab.goto(f"{full.url}/sessions?q=is:identified+duration<9s&sort=duration")
    first = names(tab)
    tab.get_by_role("link", name="Older").click()
    expect(tab.get_by_role("link", name="Newest")).to_be_visible()
    rest = names(tab)
    assert len(first) == 50 and len(rest) == MANY - 50
    assert [*first, *rest] == [f"Person {number}" for number in range(MANY)]
    expect(tab.get_by_role("link", name="Older")).to_have_count(0)


def test_keys_move_through_the_list_and_open(tab, full):
    tab.goto(f"{full.url}/sessions?q=is:identified+duration<9s&sort=duration")
    for key in "jjjk":
        tab.keyboard.press(key)
    assert tab.evaluate("document.activeElement.textContent") == "Person 1"
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile("/sessions/i_"))
    expect(tab.locator("h1")).to_have_text("Person 1")


def test_a_new_session_appears_by_itself(tab, full):
    tab.goto(f"{full.url}/sessions?q=user:u900")
    expect(tab.locator("#results")).to_contain_text("No session matches")
    add_recording(full, short(900))
    expect(tab.locator(".sessions .name")).to_have_text("Person 900", timeout=15_000)


def test_choosing_a_file_imports_and_opens_it(tab, full):
    tab.goto(f"{full.url}/sessions")
    packed = gzip.compress(json.dumps(short(901)).encode())
    tab.set_input_files("[data-import-input]", {"name": "visit.json.gz", "mimeType": "", "buffer": packed})
    tab.wait_for_url(re.compile("/sessions/i_"))
    expect(tab.locator("h1")).to_have_text("Person 901")


DROP = """([name, words]) => {
  const data = new DataTransfer();
  data.items.add(new File([words], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    window.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    if (type === "dragover") window.sawTarget = !document.querySelector("[data-drop-target]").hidden;
  }
}"""


def test_a_file_dropped_anywhere_is_imported(tab, full):
    tab.goto(f"{full.url}/sessions")
    tab.evaluate(DROP, ["visit.jsonl", "\n".join(json.dumps(one) for one in short(902))])
    tab.wait_for_url(re.compile("/sessions/i_"))
    expect(tab.locator("h1")).to_have_text("Person 902")


def test_a_file_that_is_no_recording_is_refused_in_words(tab, full):
    tab.goto(f"{full.url}/sessions")
    tab.evaluate(DROP, ["holiday.txt", "Dear diary"])
    refused = tab.locator(".import[role=alert]")
    expect(refused).to_contain_text("holiday.txt was not imported.")
    assert tab.evaluate("window.sawTarget") is True
    expect(tab.locator("[data-drop-target]")).to_be_hidden()
    refused.get_by_role("button", name="Dismiss").click()
    expect(refused).to_have_count(0)


def test_of_several_files_each_says_how_it_went(tab, full):
    tab.goto(f"{full.url}/sessions")
    files = [("good.json", json.dumps(short(903))), ("bad.json", "{")]
    chosen = [{"name": name, "mimeType": "", "buffer": words.encode()} for name, words in files]
    tab.set_input_files("[data-import-input]", chosen)
    expect(tab.locator(".import.good")).to_contain_text("good.json is imported")
    expect(tab.locator(".import.bad")).to_contain_text("bad.json was not imported")


def test_an_empty_list_offers_ways_to_fill_it(browser, tmp_path):
    running = Server(tmp_path / "data").start()
    try:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{running.url}/sessions")
        expect(page.locator("h2")).to_have_text("No sessions yet")
        expect(page.locator("#snippet")).to_contain_text(f"{running.url}/recorder.js")
        expect(page.get_by_role("link", name="Record yourself in the demo shop")).to_have_attribute("href", "/demo/")
        page.get_by_role("button", name="Show me an example").click()
        page.wait_for_url(re.compile("/sessions/i_"))
        page.locator(".player[data-state=paused]").wait_for()
        context.close()
    finally:
        running.kill()
