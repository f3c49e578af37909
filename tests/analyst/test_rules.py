"""The rules analyst: what it says of known sessions, and that it never says what the gate would refuse."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import playhead.demo
from playhead.analyst import gate, rules
from playhead.analyst.facts import PROBLEMS
from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.core.report import Report
from playhead.core.trace import Target, Trace
from tests.analyst.builders import Visit, request, shown, target, went
from tests.analyst.sessions import SESSIONS

RECORDINGS = sorted((Path(__file__).parent.parent / "fixtures/recordings").glob("*.json.zst"))
SAMPLES = sorted((Path(playhead.demo.__file__).parent / "samples").glob("*.json.zst"))


SEND = "Probably to use the button “Send” on “New transfer”."
ARCHIVE = "Probably to use the button “Archive” on “Sprint 12”."
UNSENT = "Filled in a form on “Create your account” and did not send it."


def told(name: str) -> Report:
    return rules.write(SESSIONS[name]()[0])


def assert_the_gate_agrees(report: Report, trace: Trace) -> None:
    refused = gate.check(report, trace).rejected
    assert not refused, [(one.where, one.text, one.reason) for one in refused]


@pytest.mark.parametrize(
    ("session", "headline", "outcome", "goal"),
    [
        ("shop", "Payment refused twice: “Card declined”.", "abandoned", "Probably to pay."),
        ("bank", "The form was refused 3 times: “This IBAN is not valid”.", "completed", SEND),
        ("login", "Sign-in refused 3 times: “Wrong e-mail or password”.", "abandoned", "Probably to sign in."),
        ("board", "“Archive” failed: “Something went wrong”.", "failed", ARCHIVE),
        ("booking", "“Find rooms” took 5.3 s to answer.", "completed", "Probably to book."),
        ("signup", UNSENT, "abandoned", "Perhaps to look around."),
        ("quiet", "The visitor opened 3 pages; no problem was detected.", "unclear", "Perhaps to look around."),
        ("harmless", "The visitor looked at “Settings”; no problem was detected.", "unclear", "Unclear."),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 12 else "",
)  # fmt: skip
def test_known_sessions(session: str, headline: str, outcome: str, goal: str) -> None:
    report = told(session)
    assert (report.headline.text, report.outcome, report.goal.text) == (headline, outcome, goal)


def test_a_declined_payment_is_told_with_its_evidence() -> None:
    finding = told("shop").findings[0]
    assert finding.severity == 3 and finding.quotes == ["Card declined"]
    assert "POST /api/pay answered 402." in finding.text
    assert finding.suggestion and finding.refs[0].startswith("s")


def test_a_quiet_visit_gets_a_short_honest_report() -> None:
    report = told("quiet")
    assert report.findings == [] and len(report.summary) <= 5
    assert report.summary[-1].text == "No problem was detected."


def test_problems_are_told_worst_first_and_once() -> None:
    severities = [finding.severity for finding in told("shop").findings]
    assert severities == sorted(severities, reverse=True)
    assert len(told("shop").findings) == 2, "rage and dead click on one control are one problem, two refusals too"


def test_an_empty_recording_has_a_report() -> None:
    trace = Visit().trace()
    assert rules.write(trace).headline.text == "“Home” was opened and nothing else was done."
    bare = msgspec.structs.replace(trace, session=msgspec.structs.replace(trace.session, pages=[]))
    assert rules.write(bare).headline.text == "Nothing was done."


def test_what_was_refused_and_then_worked_is_milder() -> None:
    report = told("upload")
    assert [finding.severity for finding in report.findings] == [2]
    assert "A later attempt with “Upload” went through." in report.findings[0].text


@pytest.mark.parametrize("session", SESSIONS)
def test_the_gate_agrees_with_every_sentence_of_ours(session: str) -> None:
    trace, _ = SESSIONS[session]()
    assert_the_gate_agrees(rules.write(trace), trace)


@pytest.mark.parametrize("path", [*SAMPLES, *RECORDINGS], ids=lambda path: path.name.removesuffix(".json.zst"))
def test_the_gate_agrees_on_recordings_of_a_real_browser(path: Path) -> None:
    recording = read_recording(path.read_bytes())
    trace = project(recording.events, coverage=recording.coverage)
    report = rules.write(trace)
    assert_the_gate_agrees(report, trace)
    found = {signal.ref for signal in trace.signals if signal.kind in PROBLEMS}
    assert found <= {ref for finding in report.findings for ref in finding.refs}
    assert msgspec.json.encode(report) == msgspec.json.encode(rules.write(trace))


names = st.one_of(
    st.sampled_from(
        ["Pay now", "Delete account", "Sign in", "Search", "+", "×", "Save", "Add to cart", "Next", "", "Upload file"]
    ),
    st.text(min_size=0, max_size=70),
)
roles = st.sampled_from(["button", "link", "textbox", "checkbox", "searchbox", "combobox", "generic", "img", "tab", ""])
targets = st.builds(
    lambda role, name, box: target(role, name, container=box),
    roles,
    names,
    st.sampled_from(["", 'form "Payment"', 'dialog "x"']),
)
paths = st.sampled_from(["/", "/api/pay", "/login", "/cart", "/a b/ö", "/x?q=1&token=abc", "/orders/42"])
effects = st.one_of(
    st.builds(
        request,
        st.sampled_from(["GET", "POST", "DELETE"]),
        paths,
        st.sampled_from([0, 200, 201, 302, 402, 404, 500]),
        st.floats(1, 9000),
    ),
    st.builds(
        shown, st.sampled_from(["alert", "toast", "dialog", "field_error", "text_added", "error", "value"]), names
    ),
    st.builds(lambda path, name: went(f"https://a.example{path}", title=name), paths, names),
)
MEASURED = {
    "js_error": {"message": "TypeError: x is not a function", "count": 2},
    "network_error": {"status": 500, "path": "/api/pay", "method": "POST", "count": 1},
    "not_found": {"url": "https://a.example/gone", "status": 404},
    "validation_loop": {"refusals": 3, "message": "Not valid"},
    "login_failure": {"refusals": 3, "message": "Wrong password"},
    "error_click": {"status": 402, "message": "Declined"},
    "repeated_search": {"searches": 2, "empty": 2, "queries": "a, b"},
    "slow_response": {"waited_ms": 4200.0},
    "quick_back": {"away_ms": 2000.0, "url": "https://a.example/cart"},
}


@st.composite
def visits(draw: st.DrawFn) -> Trace:
    """Any visit: the signals are on interactions that exist, everything else is whatever comes."""
    visit = Visit("https://a.example/", draw(names))
    at = 0.0
    for _ in range(draw(st.integers(0, 8))):
        at += draw(st.floats(0.05, 40))
        kind = draw(
            st.sampled_from(
                ["click", "click", "click", "input", "submit", "keypress", "scroll", "navigate", "dblclick", "drag"]
            )
        )
        aim: Target | None = draw(targets) if kind not in ("scroll", "navigate") else None
        got = draw(st.lists(effects, max_size=3)) if kind != "scroll" else []
        more = {"value": draw(names)} if kind in ("input", "keypress") else {}
        visit.do(kind, at, aim, *got, **more)
    clicks = [one.ref for one in visit.interactions if one.kind in ("click", "dblclick")]
    for kind in draw(st.lists(st.sampled_from(sorted(PROBLEMS)), max_size=3)):
        if clicks:
            refs = sorted(draw(st.sets(st.sampled_from(clicks), min_size=1, max_size=3)), key=lambda ref: int(ref[1:]))
            visit.sign(kind, refs, seconds=draw(st.floats(0, 5)), **MEASURED.get(kind, {}))
    return visit.trace()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(visits())
def test_a_report_on_anything_is_whole_and_stable(trace: Trace) -> None:
    report = rules.write(trace)
    assert report.headline.text and report.outcome
    known = {one.ref for one in (*trace.interactions, *trace.signals)}
    for sentence in (report.headline, report.goal, *report.summary):
        assert set(sentence.refs) <= known and "\n" not in sentence.text
    found = {signal.ref for signal in trace.signals if signal.kind in PROBLEMS}
    assert found <= {ref for finding in report.findings for ref in finding.refs}
    assert all(1 <= finding.severity <= 3 and finding.title for finding in report.findings)
    checked = gate.check(report, trace)
    assert {f.title for f in checked.findings} and checked.outcome if report.findings else True
