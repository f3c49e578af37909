"""Sentences of several facts: told apart where each can stand alone, left whole where the parts lean on each other."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from playhead.analyst.draft import read_draft
from playhead.analyst.gate.apart import parts_of
from tests.analyst.builders import Visit, request, shown


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("They clicked “Pay” and the order was sent.", ["They clicked “Pay”.", "The order was sent."]),
        ("The user filled in “A”, ticked “B” and pressed “C”.",
         ["The user filled in “A”.", "The user ticked “B”.", "The user pressed “C”."]),
        ("The server answered 402; the page showed “No, and never”.",
         ["The server answered 402.", "The page showed “No, and never”."]),
        ("POST /a answered 200 and POST /b answered 500.", ["POST /a answered 200.", "POST /b answered 500."]),
        ("They opened “A”, “B” and “C”.", []),  # one deed, three things
        ("They typed a name and an address.", []),
        ("They clicked “Pay” before the page answered and left.", []),
        ("They did not pay and left.", []),  # what is denied of both
        ("They clicked “Pay” and it was refused.", []),  # “it” is in the other part
        ("They left because the page was slow and the card was declined.", []),
        ("The page said that the card was declined and the order was lost.", []),
        ("They pressed “A” and then pressed it again.", []),
    ],
)  # fmt: skip
def test_where_a_sentence_is_told_apart(sentence: str, parts: list[str]) -> None:
    assert parts_of(sentence) == parts


def test_a_report_keeps_what_stands_of_a_sentence_and_a_verdict_is_on_all_of_it() -> None:
    visit = Visit("https://a.example/", "Till")
    pay = visit.click(3, "button", "Pay", request("POST", "/pay", 402), shown("alert", "Card declined"))
    sentence = {"text": "The visitor clicked “Pay” and the order was sent.", "refs": [pay]}
    trace = visit.trace(seconds=20)
    report = gate.check(read_draft({"summary": [sentence]}), trace)
    assert [one.text for one in report.summary] == ["The visitor clicked “Pay”."]
    assert [one.text for one in report.rejected] == ["The order was sent."]
    assert not gate.judge(sentence["text"], [pay], gate.prepare(trace)).accepted
    verified = gate.verify(read_draft({"summary": [sentence]}), trace)
    assert [one.text for one in verified.rejected] == [sentence["text"]]
