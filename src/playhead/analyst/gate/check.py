"""Check: a whole report through the gate: what cannot be confirmed moves to `rejected`, what code found is put back."""

from __future__ import annotations

from playhead.analyst import rules
from playhead.analyst.facts import Facts
from playhead.analyst.gate.floor import correct_severity, missing_findings, settle_outcome
from playhead.analyst.gate.judge import Verdict, judge
from playhead.analyst.gate.matching import quote_in
from playhead.analyst.text import plain, quotable
from playhead.core.report import Finding, Rejected, Report, Sentence
from playhead.core.trace import Trace


def check(draft: Report, trace: Trace) -> Report:
    """Return the report with only what the trace confirms; the draft is left as it is."""
    return check_prepared(draft, Facts(trace))


def check_prepared(draft: Report, facts: Facts) -> Report:
    """As `check`, for a trace that is arranged already."""
    rejected: list[Rejected] = []
    outcome, refused = settle_outcome(draft.outcome, facts)
    rejected += refused
    headline = _sentence(draft.headline, "headline", facts, rejected, whole=True)
    goal = _sentence(draft.goal, "goal", facts, rejected, whole=True, is_goal=True)
    summary = [_sentence(one, f"summary[{at}]", facts, rejected) for at, one in enumerate(draft.summary)]
    findings = [_finding(one, f"findings[{at}]", facts, rejected) for at, one in enumerate(draft.findings)]
    kept = [finding for finding in findings if finding is not None]
    kept += missing_findings(kept, facts)
    written = rules.write(facts.trace) if headline is None or goal is None else None
    return Report(
        headline=headline or (written.headline if written else Sentence("")),
        goal=goal or (written.goal if written else Sentence("")),
        outcome=outcome,
        summary=[one for one in summary if one is not None],
        findings=sorted(kept, key=lambda one: -one.severity),
        rejected=rejected,
        analyst=draft.analyst,
        usage=draft.usage,
        error=draft.error,
        projector_version=facts.trace.projector_version,
    )


def is_anything_left(report: Report, draft: Report) -> bool:
    """Whether anything the author wrote about the visit survived: the floor's findings are not the author's."""
    lost = {(one.where, one.text) for one in report.rejected}
    where = {one.where for one in report.rejected}
    if report.summary or (draft.headline.text.strip() and "headline" not in where):
        return True
    titles = {finding.title for finding in report.findings} | {finding.text for finding in report.findings}
    return any(
        (finding.title in titles or finding.text in titles) and (f"findings[{at}].title", finding.title) not in lost
        for at, finding in enumerate(draft.findings)
        if finding.title or finding.text
    )


def _sentence(
    one: Sentence, where: str, facts: Facts, rejected: list[Rejected], *, whole: bool = False, is_goal: bool = False
) -> Sentence | None:
    """The sentence with what of it may stand; None where nothing does."""
    if not one.text.strip():
        return None
    mode = "goal" if is_goal else "hypothesis" if one.hypothesis else "fact"
    verdict = judge(one.text, one.refs, facts, where=where, mode=mode, whole=whole)
    rejected += verdict.rejected
    return Sentence(verdict.text, list(one.refs), one.hypothesis or is_goal) if verdict.accepted else None


def _finding(one: Finding, where: str, facts: Facts, rejected: list[Rejected]) -> Finding | None:
    """The finding with what of it may stand; None, and all of it refused, where neither title nor text does."""
    title = judge(one.title, one.refs, facts, where=f"{where}.title") if one.title.strip() else Verdict()
    text = judge(one.text, one.refs, facts, where=f"{where}.text") if one.text.strip() else Verdict()
    rejected += [*title.rejected, *text.rejected]
    if not title.accepted and not text.accepted:
        rest = [(f"{where}.suggestion", one.suggestion), (f"{where}.hypothesis", one.hypothesis)]
        rest += [(f"{where}.quotes[{at}]", quote) for at, quote in enumerate(one.quotes)]
        rejected += [
            Rejected(plain(said), place, "the finding it belongs to was not confirmed")
            for place, said in rest
            if said.strip()
        ]
        return None
    quotes = _quotes(one, where, facts, rejected)
    suggestion = judge(one.suggestion, one.refs, facts, where=f"{where}.suggestion", mode="suggestion")
    hypothesis = judge(one.hypothesis, one.refs, facts, where=f"{where}.hypothesis", mode="hypothesis")
    rejected += [*suggestion.rejected, *hypothesis.rejected]
    head = title.text or text.accepted[0].rstrip(".")
    kept = Finding(
        head,
        one.severity,
        text.text,
        list(one.refs),
        quotes,
        suggestion.text,
        hypothesis.text,
        one.confidence,
        one.signal,
    )
    correct_severity(kept, facts)
    return kept


def _quotes(one: Finding, where: str, facts: Facts, rejected: list[Rejected]) -> list[str]:
    texts = facts.scope(one.refs).texts
    kept: list[str] = []
    for at, quote in enumerate(one.quotes):
        bare = quotable(quote).strip("' ")
        if bare and quote_in(bare, texts):
            kept.append(plain(quote))
        elif quote.strip():
            rejected.append(
                Rejected(plain(quote)[:400], f"{where}.quotes[{at}]", "it does not stand in the cited lines")
            )
    return kept
