"""Unknown words: one plain noun of a reader's own passes, what could be checked and is not there never does."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from tests.analyst.builders import Visit, request, shown, went


def stands(visit: Visit, text: str, *refs: str) -> bool:
    judged = gate.judge(text, list(refs), gate.prepare(visit.trace(seconds=60)))
    return bool(judged.accepted) and not judged.rejected


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("The leaflet was requested with “Send me news”.", False),  # a deed no line shows, whatever it was done to
        ("A click on “Send me news” in the leaflet brought up “Noted”.", True),  # one word of the reader's own
        ("A click on “Send me news” in the leaflet of the parish brought up “Noted”.", False),  # two of them
        ("A click on “Send me news” in the Parish brought up “Noted”.", False),  # written like a name
        ("A click on “Send me news” in the newsletter brought up “Noted”.", False),  # pages have such a thing
        ("A click on “Send me news” for the leaflet brought up “Noted”.", False),  # what for, nobody saw
        ("A click on “Send me news” by an administrator brought up “Noted”.", False),
        ("A click on “Send me news” brought up “Noted” in red.", False),
        ("A click on “Send me news” on the quay brought up “Noted”.", False),  # names something else of this visit
        ("The page said that the leaflet was noted.", False),  # what a page said stands on it
    ],
)
def test_one_noun_of_the_readers_own(text: str, true: bool) -> None:
    visit = Visit("https://a.example/", "Office")
    news = visit.click(3, "button", "Send me news", shown("toast", "Noted"))
    visit.click(9, "button", "Quay", shown("text_added", "North quay"))
    assert stands(visit, text, news) is true


def desk() -> tuple[Visit, dict[str, str]]:
    """A field typed into, a refusal, another page; “Name” is a field's name here."""
    visit = Visit("https://a.example/desk", "Desk")
    refs = {
        "name": visit.type(2, "Name", "Ines"),
        "phone": visit.type(4, "Phone", "12"),
        "send": visit.click(6, "button", "Send", shown("alert", "Phone: too few digits")),
        "help": visit.click(12, "link", "Help", went("https://a.example/help", title="Help")),
    }
    return visit, refs


@pytest.mark.parametrize(
    ("text", "refs", "true"),
    [
        ("The name was filled in.", ["name"], True),
        ("The name was filled in.", ["phone"], False),
        ("The name was rejected.", ["send"], False),
        ("The phone number was too short.", ["send"], False),
        ("Desk B was opened.", ["help"], False),
        ("Help was opened before any code was run.", ["help"], False),
        ("Help was opened after “Send” was clicked.", ["help", "send"], True),
        ("The help link was clicked first.", ["help", "send"], False),
        ("The site was slow throughout.", ["send"], False),
        ("The user asked for a new phone.", ["send"], False),
        ("The user was looking for a cheaper phone.", ["phone"], False),
    ],
)
def test_words_that_claim_nothing_elsewhere_and_do_here(text: str, refs: list[str], true: bool) -> None:
    visit, known = desk()
    assert stands(visit, text, *(known[ref] for ref in refs)) is true


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("The message was “The pontoon is full”.", True),  # “Not booked” is another sentence of the same message
        ("The message was “booked The pontoon is full”.", False),  # cut out of its own negation
        ("The alert asked for four berths.", True),
        ("The alert asked for five berths.", False),
        ("Both requests were answered 200.", True),
        ("The mooring was booked.", False),  # an error was shown, whatever the server answered
    ],
)
def test_messages(text: str, true: bool) -> None:
    visit = Visit("https://a.example/", "Mooring")
    told = [request("POST", "/book", 200), request("GET", "/berths", 200)]
    alert = shown("alert", "Not booked The pontoon is full, ask for four berths")
    book = visit.click(3, "button", "Book", *told, alert)
    assert stands(visit, text, book) is true


def test_half_a_minute_is_no_second() -> None:
    visit = Visit("https://a.example/", "Office")
    first = visit.click(3, "button", "Recount", shown("text_added", "1"))
    second = visit.click(6, "button", "Recount", shown("text_added", "2"))
    assert stands(visit, "The second click followed after three seconds.", first, second)
    assert not stands(visit, "The second click followed after half a minute.", first, second)
