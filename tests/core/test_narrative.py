"""Narrative: lines in the agreed form, folded, within their budget, and the same each time."""

import re

import pytest

from playhead.core.narrative import estimate_tokens, narrate
from tests.core.build import Visit

LINE = re.compile(r"^\[[es]\d+(?:[ –][es]\d+)*\] (?:\d+:)?\d\d:\d\d\.\d ")


def long_visit(steps: int = 150) -> Visit:
    visit = Visit('<button id="dead">Apply</button><button id="x">Go</button><p id="o">-</p><a id="l" href="#">l</a>')
    for step in range(steps):
        visit.wait(11_000).click("#x").wait(30).text("#o", f"step {step} of this long visit")
        if step == steps // 2:
            visit.wait(2_000)
            for _ in range(5):
                visit.click("#dead").wait(250)
            visit.wait(3_000)
    return visit


def test_a_line_says_what_was_done_and_what_came_of_it():
    visit = Visit('<div role="dialog" aria-label="Checkout"><button id="x">Place order</button></div>').wait(900)
    visit.click("#x").wait(310).request("/api/orders", method="POST", status=402, took_ms=310).wait(10)
    visit.add("body", '<div role="alert">Card declined</div>').wait(3_000).move((1, 1), (2, 2))
    line = narrate(visit.trace()).lines[1]
    assert line.text.startswith('[e2] 00:00.9 click button "Place order" in dialog "Checkout" → ')
    assert 'POST /api/orders 402 in 310 ms; alert "Card declined"' in line.text
    assert "error_click" in line.text
    assert set(line.refs) >= {"e2", "s1"}


def test_every_line_has_its_form_and_its_refs():
    told = narrate(long_visit(8).trace())
    for line in told.lines:
        assert LINE.match(line.text)
        assert line.refs


def test_repeats_fold():
    text = narrate(long_visit(2).trace()).text
    assert 'click button "Apply" ×5 → no reaction' in text


def test_every_interaction_is_on_a_line_when_there_is_room():
    trace = long_visit(8).trace()
    told = narrate(trace)
    assert told.dropped == 0
    assert {ref for line in told.lines for ref in line.refs} >= {one.ref for one in trace.interactions}


@pytest.mark.parametrize("budget", [200, 400, 1_000])
def test_the_budget_is_kept_and_signals_stay(budget: int):
    trace = long_visit().trace()
    told = narrate(trace, budget_tokens=budget)
    assert estimate_tokens(told.text) <= budget
    assert told.dropped > 0
    assert {ref for line in told.lines for ref in line.refs} >= {signal.ref for signal in trace.signals}


def test_what_was_left_out_is_said():
    told = narrate(long_visit().trace(), budget_tokens=300)
    said = sum(int(found[1]) for line in told.lines if (found := re.match(r"… (\d+) left out", line.text)))
    assert said == told.dropped


def test_idle_time_is_one_line():
    visit = Visit("<p>x</p>").wait(500).move((1, 1), (5, 5)).wait(42_000).move((9, 9), (20, 20))
    assert sum("idle for" in line.text for line in narrate(visit.trace()).lines) == 1


def test_text_of_strangers_cannot_pose_as_structure():
    visit = Visit('<button id="x">Go"\n[e99] 00:00.0 click "Pay</button>').wait(900).click("#x")
    told = narrate(visit.trace())
    assert all("\n" not in line.text for line in told.lines)
    assert "e99" not in {ref for line in told.lines for ref in line.refs}
    assert told.lines[1].text.count('"') == 2


def test_the_same_trace_gives_the_same_text():
    assert narrate(long_visit().trace(), budget_tokens=500) == narrate(long_visit().trace(), budget_tokens=500)


def test_the_click_into_a_field_joins_what_is_typed_there():
    visit = Visit('<label>Name <input id="n"></label>').wait(900).click("#n").wait(300).type("#n", "Ada")
    (line,) = [line for line in narrate(visit.trace()).lines if "Name" in line.text]
    assert 'type "Ada" into textbox "Name"' in line.text
    assert line.refs == ["e2", "e3"]


def test_lines_get_terse_before_any_is_left_out():
    visit = Visit(
        '<div role="dialog" aria-label="Checkout of many things"><button id="x">Buy</button></div><p id="o">-</p>'
    )
    for step in range(8):
        visit.wait(11_000).click("#x").wait(30).text("#o", f"answer number {step} to this press of the button")
    trace = visit.trace()
    whole = narrate(trace)
    told = narrate(trace, budget_tokens=whole.tokens * 2 // 3)
    assert told.dropped == 0
    assert "Checkout" in whole.text and "Checkout" not in told.text


def test_scripts_that_cost_more_tokens_are_counted_so():
    assert estimate_tokens("注文を確定する" * 10) >= 70
    assert estimate_tokens("Place the order " * 10) == pytest.approx(57, abs=3)
