"""Freer prose: what two batches in other styles taught the gate, each said and gainsaid on a visit of its own."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from tests.analyst.builders import Visit, request, shown, went


def stands(visit: Visit, text: str, *refs: str) -> bool:
    judged = gate.judge(text, list(refs), gate.prepare(visit.trace(seconds=60)))
    return bool(judged.accepted) and not judged.rejected


def desk() -> tuple[Visit, dict[str, str]]:
    """Two clicks on “Recount” that fail, a report that takes its time, help, and “Save” at last."""
    visit = Visit("https://a.example/", "Desk")
    refs = {
        "first": visit.click(3, "button", "Recount", request("POST", "/count", 500)),
        "second": visit.click(6, "button", "Recount", request("POST", "/count", 500)),
        "report": visit.click(10, "button", "Report", shown("text_added", "Line 4 412 tons")),
        "help": visit.click(20, "link", "Help", went("https://a.example/help", title="Help")),
        "save": visit.click(25, "button", "Save", request("POST", "/save", 200), shown("toast", "Saved")),
    }
    return visit, refs


@pytest.mark.parametrize(
    ("text", "refs", "true"),
    [
        ("The first click on “Report” brought up “Line 4 412 tons”.", ["report"], True),
        ("“Recount” was clicked again three seconds after the first click.", ["first", "second"], True),
        ("“Report” was clicked less than two seconds after the click on “Recount”.", ["second", "report"], False),
        ("“Help” was only opened after “Save” had been clicked.", ["help", "save"], False),
        ("“Save” was only clicked after “Help” had been opened.", ["help", "save"], True),
        ("As soon as “Save” had been clicked, “Saved” appeared.", ["save"], True),
        ("To conclude, “Save” was clicked.", ["save"], True),
        ("The visitor clicked “Save” to conclude the deal.", ["save"], False),
        ("Line 4 was shown.", ["report"], True),
        ("Line 7 was shown.", ["report"], False),
        ("“Report” changed nothing on the page.", ["report"], False),
        ("“Report” revealed no text.", ["report"], False),
        ("The save never went through.", ["save"], False),
        ("The visitor sprang a surprise.", ["save"], False),
        ("Both “Recount” and “Report” were clicked.", ["first", "report"], True),
    ],
)
def test_of_a_desk(text: str, refs: list[str], true: bool) -> None:
    visit, known = desk()
    assert stands(visit, text, *(known[ref] for ref in refs)) is true


def test_a_search_that_found_nothing_found_nothing() -> None:
    visit = Visit("https://a.example/", "Library")
    title = visit.type(2, "Title", "Emma", shown("text_added", "There is no such book"))
    assert not stands(visit, "The search found the book.", title)
    assert not stands(visit, "The visitor lent a book.", title)


def test_a_double_click_as_a_noun_is_read() -> None:
    visit = Visit("https://a.example/", "Grid")
    cell = visit.click(3, "gridcell", "B10", shown("text_added", "B77"))
    assert not stands(visit, "A doubleclick on “B10” brought up “B77”.", cell)  # it was a click; once this crashed


def test_what_is_open_was_not_closed() -> None:
    visit = Visit("https://a.example/", "Help")
    asked = visit.click(3, "button", "What is a neap tide?", shown("state", "What is a neap tide? open"))
    assert stands(visit, "“What is a neap tide?” was opened.", asked)
    assert not stands(visit, "“What is a neap tide?” was closed.", asked)
