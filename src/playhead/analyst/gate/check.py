"""Check: a whole report through the gate: what cannot be confirmed moves to `rejected`, what code found is put back."""

from __future__ import annotations

from playhead.analyst import rules
from playhead.analyst.facts import Facts
from playhead.analyst.gate.apart import judge_apart
from playhead.analyst.gate.floor import correct_severity, missing_findings, settle_outcome
from playhead.analyst.gate.judge import MAX_SENTENCE, Mode, Verdict, judge
from playhead.analyst.gate.matching import quote_in
from playhead.analyst.text import plain, quotable
from playhead.core.report import Answered, Finding, Rejected, Report, Sentence
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
    goal = _sentence(draft.goal, "goal", facts, rejected, whole=True, mode="goal")
    summary = [_sentence(one, f"summary[{at}]", facts, rejected) for at, one in enumerate(draft.summary)]
    findings = [_finding(one, f"findings[{at}]", facts, rejected) for at, one in enumerate(draft.findings)]
    answers = [_answer(one, f"answers[{at}]", facts, rejected) for at, one in enumerate(draft.answers)]
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
        answers=answers,
        template=draft.template,
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


def judge_sentence(one: Sentence, where: str, facts: Facts, *, mode: Mode = "fact", whole: bool = False) -> Verdict:
    return judge(one.text, one.refs, facts, where=where, mode=mode, whole=whole) if one.text.strip() else Verdict()


def judge_finding(one: Finding, where: str, facts: Facts) -> list[tuple[str, str, Verdict]]:
    """(where, text, verdict) of every part of a finding that says something. Where neither title nor text can stand,
    nothing of the finding does.
    """
    title = judge(one.title, one.refs, facts, where=f"{where}.title") if one.title.strip() else Verdict()
    text = judge(one.text, one.refs, facts, where=f"{where}.text") if one.text.strip() else Verdict()
    parts = [(f"{where}.title", one.title, title), (f"{where}.text", one.text, text)]
    rest: list[tuple[str, str, Mode]] = [
        (f"{where}.suggestion", one.suggestion, "suggestion"),
        (f"{where}.hypothesis", one.hypothesis, "hypothesis"),
    ]
    alone = bool(one.title.strip() or one.text.strip()) and not title.accepted and not text.accepted
    for place, said, mode in rest:
        if said.strip():
            verdict = _fallen(said, place) if alone else judge(said, one.refs, facts, where=place, mode=mode)
            parts.append((place, said, verdict))
    parts += [
        (
            f"{where}.quotes[{at}]",
            quote,
            _fallen(quote, f"{where}.quotes[{at}]")
            if alone
            else judge_quote(quote, f"{where}.quotes[{at}]", one.refs, facts),
        )
        for at, quote in enumerate(one.quotes)
        if quote.strip()
    ]
    return [part for part in parts if part[1].strip()]


def judge_quote(quote: str, where: str, refs: list[str], facts: Facts) -> Verdict:
    bare = quotable(facts.hidden.restore(quote)).strip("' ")
    if bare and all(facts.known(ref) for ref in refs) and quote_in(bare, facts.scope(refs).texts):
        return Verdict(accepted=[plain(quote)])
    return Verdict(rejected=[Rejected(plain(quote)[:MAX_SENTENCE], where, "it does not stand in the cited lines")])


def _fallen(text: str, where: str) -> Verdict:
    return Verdict(
        rejected=[Rejected(plain(text)[:MAX_SENTENCE], where, "the finding it belongs to was not confirmed")]
    )


def _sentence(
    one: Sentence, where: str, facts: Facts, rejected: list[Rejected], *, mode: Mode = "fact", whole: bool = False
) -> Sentence | None:
    """The sentence with what of it may stand; None where nothing does."""
    mode = "hypothesis" if one.hypothesis and mode == "fact" else mode
    if whole or not one.text.strip():
        verdict = judge_sentence(one, where, facts, mode=mode, whole=whole)
    else:
        verdict = judge_apart(one.text, one.refs, facts, where=where, mode=mode)
    rejected += verdict.rejected
    return Sentence(verdict.text, list(one.refs), one.hypothesis or mode == "goal") if verdict.accepted else None


def _answer(one: Answered, where: str, facts: Facts, rejected: list[Rejected]) -> Answered:
    """The answer with what of it may stand; the question stays, so that a reader sees that it was asked."""
    said = [_sentence(s, f"{where}.sentences[{at}]", facts, rejected) for at, s in enumerate(one.sentences)]
    return Answered(one.question, [sentence for sentence in said if sentence is not None])


def _finding(one: Finding, where: str, facts: Facts, rejected: list[Rejected]) -> Finding | None:
    """The finding with what of it may stand; None where neither title nor text does."""
    parts = {place.removeprefix(where + "."): verdict for place, _, verdict in judge_finding(one, where, facts)}
    for verdict in parts.values():
        rejected += verdict.rejected

    def told(part: str) -> str:
        return parts[part].text if part in parts else ""

    if not told("title") and not told("text"):
        return None
    quotes = [text for part, verdict in parts.items() if part.startswith("quotes[") for text in verdict.accepted]
    head = told("title") or parts["text"].accepted[0].rstrip(".")
    kept = Finding(
        head,
        one.severity,
        told("text"),
        list(one.refs),
        quotes,
        told("suggestion"),
        told("hypothesis"),
        one.confidence,
        one.signal,
    )
    correct_severity(kept, facts)
    return kept
