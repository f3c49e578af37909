"""What new sentences about recordings that were not seen before taught the gate."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from tests.analyst.builders import Visit, request, shown, went


def verdict(visit: Visit, text: str, *refs: str) -> bool:
    judged = gate.judge(text, list(refs), gate.prepare(visit.trace(seconds=60)))
    return bool(judged.accepted) and not judged.rejected


def test_a_text_that_the_same_answer_takes_away_is_no_refusal() -> None:
    visit = Visit("https://a.example/", "Greeter")
    flicker = (shown("text_added", "Error"), shown("text_removed", "Error"), request("POST", "/queue", 200))
    fine = visit.click(3, "button", "Greet", *flicker, shown("text_added", "Hello"))
    bad = visit.click(9, "button", "Greet", shown("text_added", "Error"), request("POST", "/queue", 200))
    loud = visit.click(15, "button", "Greet", *flicker, shown("alert", "Error"))
    assert not verdict(visit, "“Greet” failed.", fine)
    assert verdict(visit, "“Greet” failed.", bad) and verdict(visit, "“Greet” failed.", loud)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("The visitor saw an alert reading “Card declined”.", True),
        ("The visitor spent the time reading the terms.", False),
        ("Meanwhile they were studying the prices.", False),
    ],
)
def test_nothing_records_what_a_person_reads(text, stands) -> None:
    visit = Visit("https://a.example/pay", "Pay")
    paid = visit.click(3, "button", "Pay", request("POST", "/pay", 402), shown("alert", "Card declined"))
    assert verdict(visit, text, paid) is stands


def test_left_again_is_not_a_second_time_but_clicked_again_is() -> None:
    visit = Visit("https://a.example/", "Board")
    there = visit.click(3, "link", "Help", went("https://a.example/help", title="Help"))
    back = visit.do("navigate", 6, None, detail={"by": "back"})
    visit.pages[-1].end_ms = visit.pages[-1].start_ms
    assert not verdict(visit, "“Help” was clicked again.", there)
    text = "“Help” was left again."
    reasons = gate.judge(text, [there, back], gate.prepare(visit.trace(seconds=60))).rejected
    assert not any("shows it once" in one.reason for one in reasons)


def test_a_form_that_was_sent_back_was_refused() -> None:
    visit = Visit("https://a.example/join", "Join")
    sent = visit.click(3, "button", "Join", shown("field_error", "Name: required"), request("POST", "/join", 422))
    assert verdict(visit, "The form was sent back.", sent)
    other = Visit("https://a.example/join", "Join")
    taken = other.click(3, "button", "Join", shown("toast", "Welcome"), request("POST", "/join", 201))
    assert not verdict(other, "The form was sent back.", taken)
