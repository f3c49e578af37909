"""Wordings of talk: idioms, what a page is reported to have said, reasons it gives itself, said and gainsaid."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from playhead.analyst.gate.idioms import plainly_said
from tests.analyst.builders import Visit, request, shown, target, went


def stands(visit: Visit, text: str, *refs: str) -> bool:
    judged = gate.judge(text, list(refs), gate.prepare(visit.trace(seconds=60)))
    return bool(judged.accepted) and not judged.rejected


def ferry() -> tuple[Visit, dict[str, str]]:
    """Two refusals of the same form, a third attempt that is taken, and a search that finds nothing."""
    visit = Visit("https://a.example/", "Ferry")
    refused = (request("POST", "/api/pay", 402), shown("alert", "The card has expired"))
    refs = {
        "number": visit.type(2, "Card number", "4000"),
        "name": visit.type(4, "Holder", "Ines"),
        "first": visit.click(6, "button", "Pay", *refused),
        "second": visit.click(9, "button", "Pay", *refused),
        "third": visit.click(14, "button", "Pay", request("POST", "/api/pay", 200), shown("alert", "Paid. Thank you")),
        "search": visit.type(20, "Search trips", "night", shown("text_added", "No trips match")),
        "seat": visit.click(24, "button", "Seat 14C", shown("toast", "Seat 14C went to somebody else")),
        "news": visit.click(30, "link", "News", went("https://a.example/newsview", title="News")),
    }
    return visit, refs


@pytest.mark.parametrize(
    ("text", "refs", "true"),
    [
        ("The first payment fell through.", "first", True),
        ("The third payment fell through.", "third", False),
        ("The payment bounced with a 402.", "first", True),
        ("The payment bounced with a 500.", "first", False),
        ("They pressed “Pay” twice in vain.", "first second", True),
        ("They pressed “Pay” in vain.", "third", False),
        ("They pressed “Pay” three times without success.", "first second third", False),
        ("The search came up empty.", "search", True),
        ("The search came up empty.", "news", False),
        ("The search turned up three trips.", "search", False),
        ("They wandered off to the news.", "news", True),
        ("They wandered off to the basket.", "news", False),
        ("Attempt number three did the trick.", "third", True),
        ("Attempt number two did the trick.", "second", False),
        ("The form was not accepted twice.", "first second third", True),
        ("The form was not accepted four times.", "first second third", False),
        ("Twice the form said no.", "first second", True),
        ("Nine times the form said no.", "first second", False),
        ("They pressed “Pay” twice, none of which worked.", "first second", True),
        ("They pressed “Pay”, none of which worked.", "third", False),
        ("They carried on to the news.", "news", True),
        ("They carried on to the basket.", "news", False),
        ("Saving the trip bombed.", "news", False),
        ("POST /api/pay: 402, twice.", "first second", True),
        ("POST /api/pay: 402, four times.", "first second", False),
        ("“News” was opened at about 30 seconds.", "news", True),
        ("“News” was opened at about 12 seconds.", "news", False),
        ("The answer arrived after less than a second.", "first", True),
    ],
)
def test_idioms_are_read_as_what_they_claim(text: str, refs: str, true: bool) -> None:
    visit, known = ferry()
    assert stands(visit, text, *(known[ref] for ref in refs.split())) is true


@pytest.mark.parametrize(
    ("text", "refs", "true"),
    [
        ("A toast said that seat 14C had gone to somebody else.", "seat", True),
        ("A toast said that seat 12C had gone to somebody else.", "seat", False),
        ("A toast said that seat 14C had not gone to somebody else.", "seat", False),
        ("A toast said that seat 14C had gone to the captain.", "seat", False),
        ("The card has expired, according to the alert.", "first", True),
        ("The card is stolen, according to the alert.", "first", False),
        ("The card has expired, according to the alert.", "news", False),
        ("“The card has expired”, the page lamented.", "first", True),
        ("“The card is blocked”, the page lamented.", "first", False),
        ("Paying failed because the card had expired.", "first", True),
        ("Paying failed because the card was blocked.", "first", False),
        ("They left because the card had expired.", "news first", False),
        ("They paid because the card had expired.", "third first", False),
        ("The form wanted another card because they were poor.", "first", False),
    ],
)
def test_what_a_page_said_is_repeated_word_for_word_or_not_at_all(text: str, refs: str, true: bool) -> None:
    visit, known = ferry()
    assert stands(visit, text, *(known[ref] for ref in refs.split())) is true


def test_a_path_tells_no_second_time() -> None:
    visit = Visit("https://a.example/", "Office")
    click = visit.click(3, "button", "Recount", request("POST", "/api/again", 200))
    assert stands(visit, "The visitor clicked “Recount” and POST /api/again answered 200.", click)
    assert not stands(visit, "The visitor clicked “Recount” again and POST /api/again answered 200.", click)


def desk() -> tuple[Visit, dict[str, str]]:
    visit = Visit("https://a.example/desk", "Desk")
    refs = {
        "name": visit.type(2, "Name", "Ines"),
        "phone": visit.type(4, "Phone", "12"),
        "send": visit.click(6, "button", "Send", shown("alert", "Phone: too short")),
        "open": visit.click(9, "combobox", "Ward", shown("state", "Ward expanded", on=target("combobox", "Ward"))),
        "pick": visit.click(10, "option", "B", shown("state", "B selected", on=target("option", "B"))),
        "one": visit.click(14, "button", "Take 1", shown("alert", "Could not take rope 1"), container="Ropes"),
        "two": visit.click(17, "button", "Take 2", shown("alert", "Could not take rope 2"), container="Ropes"),
    }
    return visit, refs


@pytest.mark.parametrize(
    ("text", "refs", "true"),
    [
        ("The phone was rejected.", "send", True),
        ("The name was rejected.", "send", False),  # a word that claims nothing elsewhere is a field's here
        ("“Bo” was not accepted as a phone.", "send", False),  # what was not accepted was tried
        ("“B” was selected from the “Ward” dropdown.", "pick", True),
        ("“B” was selected from the “Phone” dropdown.", "pick", False),
        ("They tried rope 1 before rope 2.", "one two", True),
        ("They tried rope 2 before rope 1.", "one two", False),
        ("They grappled with “Take 1”.", "one", True),  # a verb nobody wrote down says that it was used
        ("They grappled with “Ward”.", "one", False),
        ("They banned “Take 1”.", "one", False),
        ("The rope was kept.", "two", False),
    ],
)
def test_who_is_meant(text: str, refs: str, true: bool) -> None:
    visit, known = desk()
    assert stands(visit, text, *(known[ref] for ref in refs.split())) is true


def test_a_number_is_no_denial() -> None:
    visit = Visit("https://a.example/", "Seeds")
    kept = visit.click(3, "button", "Keep Bean no. 2", request("POST", "/api/heart/2", 500), shown("toast", "Failed"))
    assert not stands(visit, "Bean no. 2 was kept.", kept)
    assert stands(visit, "“Keep Bean no. 2” failed.", kept)


def test_a_broken_switch_was_pressed_and_did_not_answer() -> None:
    visit = Visit("https://a.example/", "Seeds")
    dead = [visit.click(3 + at, "switch", "Dark theme") for at in range(3)]
    fine = visit.click(9, "button", "Save", shown("toast", "Saved"))
    visit.sign("dead_click", dead, clicks=3)
    assert stands(visit, "The “Dark theme” switch is broken.", *dead)
    assert not stands(visit, "The “Save” button is broken.", fine)


def test_two_views_back_and_forth_are_no_restless_mouse() -> None:
    visit = Visit("https://a.example/", "Seeds")
    pressed = shown("state", "pressed")
    clicks = [visit.click(3 + at, "button", name, pressed) for at, name in enumerate(("Map", "List", "Map", "List"))]
    assert stands(visit, "They switched back and forth between “Map” and “List”.", *clicks)
    assert not stands(visit, "They switched back and forth between “Map” and “List”.", clicks[0])
    assert not stands(visit, "They switched back and forth between “Map” and “Board”.", *clicks)


def test_idioms_leave_quotations_alone() -> None:
    assert plainly_said("“It fell through” came up empty.") == "“It fell through” found nothing."
    assert plainly_said('They were told "come to nothing".') == 'They saw "come to nothing".'
