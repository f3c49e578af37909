"""Picker: an element of the recorded page is pointed at, what a rule would mask is covered, and the rule is offered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, element, event, page_load, text


@pytest.fixture(scope="module")
def accounts(app) -> str:
    """Two rows with a name each, a generated class and id beside them, a field."""
    rows = [
        element(
            10 * n,
            "div",
            element(10 * n + 1, "span", text(10 * n + 2, name), **{"class": "customer-name"}),
            element(10 * n + 3, "b", text(10 * n + 4, "open")),
            **{"class": "css-1x2y3z4 row", "id": f"row-{n}9481"},
        )
        for n, name in ((1, "Ada Lovelace"), (2, "Alan Turing"))
    ]
    field = element(51, "input", name="note", type="text", value="*****")
    load = page_load(0, "https://desk.example/", "Desk", *rows, field)
    events = [*load, event(3_000, 5, {"tag": "x", "payload": 1})]
    return add_recording(app, events)


@pytest.fixture
def picking(open_session, accounts):
    page = open_session("?tab=elements", accounts)
    page.get_by_role("button", name="Pick to mask").click()
    return page


def point_at(page, selector: str) -> None:
    box = page.frame_locator(".replayer-wrapper iframe").locator(selector).first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_what_is_pointed_at_is_named_counted_and_covered(picking, accounts):
    page = picking
    point_at(page, ".customer-name")
    expect(page.get_by_label("Selector of the rule")).to_have_value(".customer-name")
    expect(page.locator("#picked-count")).to_have_text("Matches 2 elements on the page at this moment.")
    expect(page.locator(".cover-mask")).to_have_count(2)
    cover = page.locator(".cover-mask").first.bounding_box()
    name = page.frame_locator(".replayer-wrapper iframe").locator(".customer-name").first.bounding_box()
    assert abs(cover["x"] - name["x"]) < 2 and abs(cover["width"] - name["width"]) < 3
    page.get_by_text("Empty box", exact=True).click()
    expect(page.locator(".cover-block")).to_have_count(2)
    page.get_by_label("Selector of the rule").fill("body")
    page.get_by_text("Ignore input", exact=True).click()
    expect(page.locator(".cover-ignore")).to_have_count(1)
    page.get_by_label("Selector of the rule").fill("b[")
    expect(page.locator("#picked-count")).to_have_text("This is no selector.")
    expect(page.locator(".picker-covers i")).to_have_count(0)


def test_a_generated_name_is_not_taken_and_escape_ends_it(picking):
    page = picking
    point_at(page, "b")
    value = page.get_by_label("Selector of the rule").input_value()
    assert value == ".row > b"
    expect(page.locator("#picked-count")).to_have_text("Matches 2 elements on the page at this moment.")
    page.get_by_role("button", name="Pick to mask").click()
    expect(page.locator(".picker-cover")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".picker-cover")).to_have_count(0)
    page.locator(".picked").get_by_role("button", name="Close").click()
    expect(page.locator(".picker-covers")).to_have_count(0)


def test_by_keyboard_an_element_of_the_tree_is_chosen(picking):
    page = picking
    page.keyboard.press("Escape")
    find = page.get_by_label("Find text or a selector on screen")
    find.fill("input")
    page.locator("#panel-elements .data-rows button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Selector of the rule")).to_have_value('input[name="note"]')


def test_the_rule_stands_in_the_sites_form_to_be_saved(picking, app):
    page = picking
    point_at(page, ".customer-name")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Add to the site's rules…").click()
    form = opened.value
    expect(form.locator("#mask")).to_have_value(".customer-name")
    expect(form.locator(".note[role=status]")).to_contain_text("Not saved yet")
    form.get_by_role("button", name="Save rules").click()
    expect(form.locator(".note[role=status]")).to_contain_text("Saved.")
    expect(form.locator("#mask")).to_have_value(".customer-name")


def test_who_only_looks_is_not_asked(tab, app, accounts):
    page = tab
    page.goto(f"{app.url}/sessions/{accounts}?embed=1&tab=elements")
    expect(page.locator("#panel-elements .tree")).to_be_visible()
    expect(page.get_by_role("button", name="Pick to mask")).to_have_count(0)


def test_what_the_replay_itself_puts_on_the_page_is_no_name(picking):
    page = picking
    page.keyboard.press("Escape")
    page.locator("#panel-elements .tree-label").first.click()
    expect(page.get_by_label("Selector of the rule")).to_have_value("html")
