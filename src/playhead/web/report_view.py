"""The report as the session page lays it out: sentences with the moments they rest on, findings worst first."""

from dataclasses import dataclass

from playhead.analyst.text import visible
from playhead.core.report import Report
from playhead.core.trace import Trace


@dataclass(frozen=True)
class Moment:
    """A place in the recording that a sentence rests on; `t_ms` is from the session's start."""

    ref: str
    t_ms: float


@dataclass(frozen=True)
class Said:
    """One sentence of a report with the moments it rests on."""

    text: str
    moments: list[Moment]
    hypothesis: bool = False
    original: str = ""  # the English that was checked, where the text is a translation


@dataclass(frozen=True)
class FindingView:
    title: str
    severity: int
    said: Said
    quotes: list[str]  # those that the title and the text do not hold already
    suggestion: str
    hypothesis: str
    kind: str  # of the signal it rests on, or ""
    known: str  # the known issue that it is, or ""
    ignored: bool


@dataclass(frozen=True)
class SectionView:
    title: str
    lines: list[Said]
    ordered: bool = False


@dataclass(frozen=True)
class Insights:
    headline: Said
    goal: Said
    outcome: str
    summary: list[Said]
    findings: list[FindingView]
    template: str
    language: str
    sections: list[SectionView]
    answers: list[SectionView]  # a question and what of its answer stands
    rejected: list[tuple[str, str]]
    by_rules: bool
    analyst: str
    tokens: int
    cost_usd: float | None
    error: str


def insights_of(report: Report, trace: Trace) -> Insights:
    """Lay a report out; every ref becomes the moment it names, refs the trace does not have are left out."""
    start_ms = trace.session.start_ms
    english = {said: text for text, said in report.translations.items()}
    moments = {item.ref: item.t_ms - start_ms for item in (*trace.signals, *trace.interactions)}

    def said(text: str, refs: list[str], hypothesis: bool = False) -> Said:
        return Said(visible(text), _moments(refs, moments), hypothesis, visible(english.get(text, "")))

    return Insights(
        headline=said(report.headline.text, report.headline.refs),
        goal=said(report.goal.text, report.goal.refs, report.goal.hypothesis),
        outcome=report.outcome,
        summary=[said(one.text, one.refs, one.hypothesis) for one in report.summary],
        findings=[
            FindingView(
                title=visible(one.title),
                severity=one.severity,
                said=said(one.text, one.refs),
                quotes=[visible(quote) for quote in one.quotes if quote not in one.text and quote not in one.title],
                suggestion=visible(one.suggestion),
                hypothesis=visible(one.hypothesis),
                kind=one.signal,
                known=visible(one.known),
                ignored=one.ignored,
            )
            for one in sorted(report.findings, key=lambda one: (one.ignored, -one.severity))
        ],
        template=report.template,
        language=report.language,
        sections=[
            SectionView(one.title, [said(s.text, s.refs, s.hypothesis) for s in one.lines], one.ordered)
            for one in report.sections
        ],
        answers=[
            SectionView(visible(one.question), [said(s.text, s.refs, s.hypothesis) for s in one.sentences])
            for one in report.answers
        ],
        rejected=[(visible(one.text), visible(one.reason)) for one in report.rejected],
        by_rules=report.analyst == "rules",
        analyst=report.analyst.removeprefix("compatible:"),
        tokens=report.usage.input_tokens + report.usage.output_tokens,
        cost_usd=report.usage.cost_usd,
        error=report.error,
    )


def _moments(refs: list[str], moments: dict[str, float]) -> list[Moment]:
    """Return each moment once: refs in the same second would be links that look and lead the same."""
    seen: set[int] = set()
    made: list[Moment] = []
    for ref in refs:
        t_ms = moments.get(ref)
        if t_ms is None or int(t_ms // 1000) in seen:
            continue
        seen.add(int(t_ms // 1000))
        made.append(Moment(ref, t_ms))
    return made
