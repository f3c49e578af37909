"""What the cited lines say the opposite of: states, orders of two names, messages that went away, denied answers."""

from __future__ import annotations

import pytest

from playhead.analyst import gate
from playhead.analyst.draft import read_draft
from playhead.core.trace import Effect, Interaction, PageView, SessionFacts, Target, Trace

START = 1_700_000_000_000.0
PAGE = "https://shop.test/form"


def _did(ref: str, at: float, kind: str, name: str, role: str = "button", effects: list[Effect] | None = None):
    made = [Effect(**{**_fields(one), "t_ms": START + at + 40}) for one in effects or []]
    target = Target(role=role, name=name, selector=f"#{ref}", node_id=1)
    return Interaction(ref, START + at, kind, PAGE, target, made, 40.0 if made else None)


def _fields(effect: Effect) -> dict:
    return {name: getattr(effect, name) for name in effect.__struct_fields__}


def _effect(kind: str, text: str, **more) -> Effect:
    return Effect(kind, 0, text, **more)


@pytest.fixture(scope="module")
def facts() -> gate.Facts:
    steps = [
        _did("e1", 1000, "click", "Terms", "checkbox", [_effect("state", "Send enabled")]),
        _did("e2", 4000, "click", "Details", "button", [_effect("text_added", "Berth 7 is free")]),
        _did("e3", 7000, "click", "Hide", "button", [_effect("text_removed", "Berth 7 is free")]),
        _did("e4", 9000, "click", "Send", "button", [_effect("alert", "Eight digits, please", tone="error")]),
        _did("e5", 12000, "click", "Send", "button", [_effect("toast", "Booking saved", tone="success")]),
        _did("e6", 14000, "click", "Home", "link", [_effect("navigate", "Harbour", url="https://shop.test/")]),
    ]
    session = SessionFacts(START, START + 20_000, 20_000, 20_000, 30, [PageView(PAGE, "Form", START, START + 20_000)])
    return gate.prepare(Trace(session, steps, [], {}))


@pytest.mark.parametrize(
    ("refs", "text"),
    [
        ("e1", "“Send” became available."),
        ("e1", "“Send” was enabled."),
        ("e2", "“Berth 7 is free” appeared."),
        ("e3", "“Berth 7 is free” disappeared."),
        ("e2 e3", "The click on “Details” preceded the one on “Hide”."),
        ("e2 e3", "“Hide” followed “Details” by 3.0 seconds."),
        ("e1", "At this point the checkbox “Terms” gets pressed."),
        ("e4", "“Send” was refused with “Eight digits, please”."),
        ("e5", "The page answered “Send” with “Booking saved”."),
        ("e2", "Roughly 4 seconds in, the user presses “Details”."),
    ],
)
def test_what_the_lines_say_stands(facts: gate.Facts, refs: str, text: str):
    verdict = gate.judge(text, refs.split(), facts)
    assert verdict.accepted and not verdict.rejected, verdict.rejected


@pytest.mark.parametrize(
    ("refs", "text"),
    [
        ("e1", "“Send” was disabled."),
        ("e1", "“Send” got greyed out."),
        ("e2", "“Berth 7 is free” disappeared."),
        ("e3", "“Berth 7 is free” appeared."),
        ("e3", "The page showed “Berth 7 is free”."),
        ("e2 e3", "The click on “Hide” preceded the one on “Details”."),
        ("e2 e3", "“Details” followed “Hide” by 3.0 seconds."),
        ("e4", "The submission went through."),
        ("e4 e5", "“Send” was accepted at the first attempt."),
        ("e4 e5", "The visitor clicked “Send” just once."),
        ("e6", "The visitor clicked “Home” but stayed on the same page."),
        ("e2", "The visitor went to make coffee."),
        ("e2", "The visitor closed the tab."),
    ],
)
def test_the_opposite_is_refused(facts: gate.Facts, refs: str, text: str):
    assert not gate.judge(text, refs.split(), facts).accepted


@pytest.mark.parametrize(
    "goal",
    [
        "To pay.",
        "Pay",
        "Pay for an order",
        "Paying for an order.",
        "A payment.",
        "Their goal was to pay.",
        "To check out.",
        "To cancel the subscription.",
        "To buy a yacht.",
    ],
)
def test_a_goal_nothing_was_done_about_is_refused(facts: gate.Facts, goal: str):
    assert not gate.judge(goal, [], facts, whole=True, mode="goal").accepted


def test_a_report_of_nothing_but_such_a_goal_keeps_nothing_of_it(facts: gate.Facts):
    draft = read_draft({"goal": "To pay."})
    report = gate.check(draft, facts.trace)
    assert report.goal.text != "To pay."
    assert [one.text for one in report.rejected if one.where == "goal"] == ["To pay."]
    assert not [one for one in gate.verify(draft, facts.trace).accepted if one.where == "goal"]


def test_a_goal_by_the_name_of_what_was_used_stands(facts: gate.Facts):
    assert gate.judge("To send the form.", [], facts, whole=True, mode="goal").accepted
