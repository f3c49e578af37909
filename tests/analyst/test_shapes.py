"""Shaped reports: what they say of a visit is said by the trace; every trace can be shaped for every reader."""

from __future__ import annotations

import pytest

from playhead.analyst import rules
from playhead.analyst.shapes import TEMPLATES, shape
from tests.analyst import sessions
from tests.analyst.builders import Visit, request, shown

MADE = [sessions.shop, sessions.admin]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_refs_exist_and_nothing_is_empty(make, template) -> None:
    trace, _ = make()
    report = shape(rules.write(trace), trace, template)
    known = {one.ref for one in (*trace.interactions, *trace.signals)}
    assert (report.sections == []) == (template == "general")
    for section in report.sections:
        assert section.lines and all(line.text.strip() and set(line.refs) <= known for line in section.lines)


def test_an_empty_visit_can_be_shaped() -> None:
    trace = Visit("https://a.example/", "Start").trace()
    for template in TEMPLATES:
        assert shape(rules.write(trace), trace, template).template == template


def test_steps_fold_repeats_hide_masked_values_and_begin_with_the_page() -> None:
    trace, refs = sessions.shop()
    sections = {one.title: one for one in shape(rules.write(trace), trace, "bug").sections}
    steps = [line.text for line in sections["Steps to reproduce"].lines]
    assert steps[0] == "Open “Checkout” (/checkout)."
    assert "Fill in the field “Card number”." in steps and not any("*" in text for text in steps)
    assert steps[-1] == "Click the button “Pay £34.00”, twice."
    network = sections["Network"].lines
    assert [line.text for line in network] == ["POST /api/pay → 402 in 310 ms", "POST /api/pay → 402 in 280 ms"]
    assert network[0].refs == [refs["pay1"]]


def test_console_evidence_names_what_was_logged_around_the_problem() -> None:
    visit = Visit("https://a.example/editor", "Editor")
    broke = shown("error", "TypeError: x is undefined")
    first = visit.click(3, "button", "Save", request("POST", "/save", 500, 80), broke, shown("alert", "Save failed"))
    visit.sign("error_click", [first], status=500, message="Save failed")
    trace = visit.trace(seconds=10)
    sections = {one.title: one for one in shape(rules.write(trace), trace, "bug").sections}
    assert [line.text for line in sections["Console"].lines] == ["“TypeError: x is undefined”"]


def test_a_reply_quotes_what_the_page_said_and_leaves_the_promise_to_the_team() -> None:
    trace, _ = sessions.shop()
    sections = {one.title: one for one in shape(rules.write(trace), trace, "support").sections}
    reply = [line.text for line in sections["Draft of a reply"].lines]
    assert "On “Checkout” you saw “Card declined”." in reply and reply[-1].startswith("[What you will do")
