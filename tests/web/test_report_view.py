"""The report as it is laid out: moments from refs, worst first, nothing invisible."""

from playhead.core.report import Finding, Rejected, Report, Sentence
from playhead.core.trace import Interaction, SessionFacts, Signal, Trace
from playhead.web.report_view import Moment, insights_of

START_MS = 1_763_800_000_000.0


def interaction(ref, t_ms):
    return Interaction(
        ref=ref, t_ms=START_MS + t_ms, kind="click", page_url="", target=None, effects=[], reaction_ms=None
    )


TRACE = Trace(
    session=SessionFacts(
        start_ms=START_MS, end_ms=START_MS + 60_000, duration_ms=60_000, active_ms=0, event_count=0, pages=[]
    ),
    interactions=[interaction("e1", 1_000), interaction("e2", 1_400), interaction("e3", 9_000)],
    signals=[
        Signal(ref="s1", kind="rage_click", t_ms=START_MS + 9_000, end_ms=0, refs=["e3"], target=None, measured={})
    ],
    coverage={},
)


def report(**changes):
    plain = {"headline": Sentence("Left.", ["s1"]), "goal": Sentence(""), "outcome": "abandoned"}
    return Report(**{**plain, "summary": [], "findings": [], **changes})


def test_refs_become_moments_from_the_start_each_second_once():
    shown = insights_of(report(summary=[Sentence("Clicked.", ["e1", "e2", "e3", "e99"])]), TRACE)
    assert shown.summary[0].moments == [Moment("e1", 1_000), Moment("e3", 9_000)]
    assert shown.headline.moments == [Moment("s1", 9_000)]


def test_findings_stand_worst_first():
    findings = [Finding(title="a", severity=1, text=""), Finding(title="b", severity=3, text="")]
    assert [one.title for one in insights_of(report(findings=findings), TRACE).findings] == ["b", "a"]


def test_invisible_characters_do_not_reach_the_page():
    shown = insights_of(report(headline=Sentence("all\u202e fine\u200b")), TRACE)
    assert shown.headline.text == "all fine"


def test_what_was_refused_keeps_its_reason():
    refused = [Rejected(text="14 clicks", where="summary[0]", reason="no such number")]
    assert insights_of(report(rejected=refused), TRACE).rejected == [("14 clicks", "no such number")]


def test_a_quote_that_the_text_holds_is_not_repeated_below_it():
    finding = Finding(title="Refused: “Declined”", severity=3, text="Said “Again”.", quotes=["Declined", "Ref 7"])
    assert insights_of(report(findings=[finding]), TRACE).findings[0].quotes == ["Ref 7"]


def test_a_model_of_ones_own_is_called_by_its_name():
    assert insights_of(report(analyst="compatible:qwen3"), TRACE).analyst == "qwen3"
    assert insights_of(report(analyst="openai:gpt"), TRACE).analyst == "openai:gpt"
