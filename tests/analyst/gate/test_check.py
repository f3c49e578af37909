"""A whole report through the gate: fabrications lose everything, code's findings are put back, outcomes agree."""

from __future__ import annotations

import msgspec
import pytest

from playhead.analyst import gate, rules
from playhead.analyst.draft import DraftError, decode_draft, read_draft
from playhead.core.report import Finding, Report, Sentence
from tests.analyst.sessions import SESSIONS


def draft(**parts) -> Report:
    blank = {"headline": Sentence(""), "goal": Sentence(""), "outcome": "unclear", "summary": [], "findings": []}
    return Report(**blank | parts)


FABRICATED = {
    "headline": "The visitor rage-clicked 14 times, got an HTTP 500 and abandoned checkout.",
    "goal": "Delete their account and get a refund.",
    "outcome": "abandoned",
    "summary": [
        {"text": "The visitor rage-clicked 14 times, HTTP 500, abandoned checkout.", "refs": ["e1"]},
        {"text": "The visitor deleted the account.", "refs": ["e1"]},
        {"text": "Frustrated, the visitor left because checkout was broken.", "refs": ["e1"]},
    ],
    "findings": [
        {
            "title": "Checkout is broken",
            "severity": 3,
            "text": "POST /api/checkout answered 500 and the page said “Payment failed”.",
            "refs": ["e1"],
            "quotes": ["Payment failed"],
            "suggestion": "Fix the HTTP 500 on checkout.",
            "hypothesis": "The payment provider was down.",
        }
    ],
}


def test_the_fabricated_report_loses_everything() -> None:
    trace, _ = SESSIONS["harmless"]()
    verdict = gate.verify(read_draft(FABRICATED), trace)
    assert verdict.accepted == []
    places = {one.where for one in verdict.rejected}
    parts = ("title", "text", "suggestion", "hypothesis", "quotes[0]")
    assert places == {
        "headline",
        "goal",
        "outcome",
        "summary[0]",
        "summary[1]",
        "summary[2]",
        *(f"findings[0].{p}" for p in parts),
    }
    report = gate.check(read_draft(FABRICATED), trace)
    assert not gate.is_anything_left(report, read_draft(FABRICATED))
    assert report.outcome == "unclear" and report.findings == [] and report.summary == []
    assert "14" not in report.headline.text and "500" not in report.headline.text


@pytest.mark.parametrize("session", SESSIONS)
def test_problems_that_code_found_are_in_every_report(session: str) -> None:
    trace, _ = SESSIONS[session]()
    silent = gate.check(draft(headline=Sentence("All went well."), outcome="completed"), trace)
    expected = rules.write(trace)
    assert {finding.title for finding in silent.findings} == {finding.title for finding in expected.findings}
    assert silent.outcome == expected.outcome or {silent.outcome, expected.outcome} == {"completed", "workaround"}
    if expected.findings:
        assert [one.text for one in silent.rejected if one.where == "headline"] == ["All went well."]


def test_a_finding_of_ones_own_words_stands_in_place_of_the_rules() -> None:
    trace, refs = SESSIONS["shop"]()
    mine = Finding("The coupon button is dead", 1, "“Apply coupon” did not react to five clicks.", [refs["rage"]])
    report = gate.check(draft(findings=[mine]), trace)
    about = [finding for finding in report.findings if refs["rage"] in finding.refs]
    assert [finding.title for finding in about] == ["The coupon button is dead"]
    assert about[0].severity == 2, "severity is a rule, not an opinion"
    assert about[0].signal == "rage_click"


def test_a_finding_keeps_what_of_it_is_true() -> None:
    trace, refs = SESSIONS["shop"]()
    mixed = Finding(
        title="The coupon threw an exception",
        severity=3,
        text="“Apply coupon” was clicked five times. The visitor then called support.",
        refs=[refs["rage"]],
        quotes=["Apply coupon", "Coupon expired"],
        suggestion="Say at once whether a coupon is valid.",
        hypothesis="Perhaps the visitor hoped for a discount.",
    )
    report = gate.check(draft(findings=[mixed]), trace)
    kept = next(finding for finding in report.findings if finding.suggestion.startswith("Say at once"))
    assert kept.text == "“Apply coupon” was clicked five times."
    assert kept.title == "“Apply coupon” was clicked five times"
    assert kept.quotes == ["Apply coupon"]
    assert kept.hypothesis == "Perhaps the visitor hoped for a discount."
    assert {one.where for one in report.rejected} == {"findings[0].title", "findings[0].text", "findings[0].quotes[1]"}


def test_motives_stand_as_hypotheses_only() -> None:
    trace, refs = SESSIONS["shop"]()
    text = "Perhaps the visitor left because the card was declined."
    facts = gate.prepare(trace)
    assert not gate.judge(text, [refs["pay2"], refs["home"]], facts).accepted
    assert gate.judge(text, [refs["pay2"], refs["home"]], facts, mode="hypothesis").accepted
    lie = "Perhaps the visitor left because the server answered 500."
    assert not gate.judge(lie, [refs["pay2"]], facts, mode="hypothesis").accepted


def test_links_that_are_not_in_the_trace_are_removed() -> None:
    trace, refs = SESSIONS["shop"]()
    facts = gate.prepare(trace)
    verdict = gate.judge("The card was declined. See https://evil.example/login for help.", [refs["pay1"]], facts)
    assert all("evil" not in text for text in verdict.accepted)
    linked = gate.judge("[The card was declined](javascript:alert(1)).", [refs["pay1"]], facts)
    assert linked.accepted == ["The card was declined."]


def test_checking_changes_neither_draft_nor_itself() -> None:
    trace, refs = SESSIONS["shop"]()
    given = draft(headline=Sentence("The card was declined twice.", [refs["pay1"], refs["pay2"]]), outcome="failed")
    before = msgspec.json.encode(given)
    once = gate.check(given, trace)
    assert msgspec.json.encode(given) == before
    again = gate.check(once, trace)
    assert msgspec.structs.replace(again, rejected=[]) == msgspec.structs.replace(once, rejected=[])


@pytest.mark.parametrize(
    "report",
    ['{"outcome": "wonderful"}', '{"outcome": {}}', '{"summary": {"a": 1}}', '{"summary": [{"refs": ["e1"]}]}'],
)
def test_a_report_that_says_something_unreadable_is_an_error_never_an_empty_verdict(report: str) -> None:
    with pytest.raises(DraftError):
        decode_draft(report)


def test_a_byte_order_mark_is_no_part_of_a_report() -> None:
    assert decode_draft('{"headline": "Paid."}'.encode("utf-8-sig")).headline.text == "Paid."
