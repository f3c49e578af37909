"""Rules: the report that needs no model: what the code found, in plain words, each sentence with its refs.

It never says more than the trace holds, and it is the floor under every model's report: what a model leaves out or
cannot answer is taken from here.
"""

from __future__ import annotations

from typing import Final

from playhead.analyst.deeds import deed
from playhead.analyst.facts import ARRIVAL_MS, Facts
from playhead.analyst.outcome import attempts, outcome_of
from playhead.analyst.problems import Problem, find_problems
from playhead.analyst.steps import Step, same_target
from playhead.analyst.telling import tell
from playhead.analyst.topics import topic_of
from playhead.analyst.wording import clean, control, listed, page, page_of, quote, span
from playhead.core.report import Finding, Outcome, Report, Sentence
from playhead.core.trace import PageView, Trace

MAX_SUMMARY: Final = 12  # sentences; a longer summary is not read
MAX_PAGES: Final = 5  # page titles named in one sentence
MAX_HEADLINE: Final = 2  # problems named in the headline
IDLE_TELL_MS: Final = 30_000


def write(trace: Trace) -> Report:
    """Return the rules' report on a trace; the same trace gives the same report, byte for byte."""
    facts = Facts(trace)
    outcome, decided_by = outcome_of(facts)
    problems = find_problems(facts, outcome, decided_by)
    findings = [tell(problem) for problem in problems]
    return Report(
        headline=_headline(facts, outcome, decided_by, problems, findings),
        goal=_goal(facts),
        outcome=outcome,
        summary=_summary(facts, outcome, decided_by, problems),
        findings=findings,
        projector_version=trace.projector_version,
    )


def _headline(
    facts: Facts, outcome: Outcome, decided_by: list[str], problems: list[Problem], findings: list[Finding]
) -> Sentence:
    if problems:
        told = [one for one in findings[:MAX_HEADLINE] if one.severity == findings[0].severity]
        if len(told) > 1 and problems[0].family == "dead" and _same_control(problems[0], problems[1]):
            told = told[:1]  # once of one control: “nothing happened” need not hold of what else was done with it
        text = "; ".join([told[0].title, *(_continued(one.title) for one in told[1:])])
        return Sentence(text + ".", [ref for finding in told for ref in finding.refs])
    if not facts.steps:
        pages = facts.trace.session.pages
        return Sentence(
            f"{page(facts, pages[0])} was opened and nothing else was done." if pages else "Nothing was done.", []
        )
    if outcome == "completed":
        step = facts.by_ref[decided_by[0]]
        return Sentence(f"{_went_through(step)}{_clean(facts)}.", [step.ref])
    count = len(facts.trace.session.pages)
    visited = (
        f"The visitor opened {count} pages"
        if count > 1
        else f"The visitor looked at {page(facts, facts.trace.session.pages[0])}"
        if count
        else "A short visit"
    )
    return Sentence(f"{visited}{_clean(facts)}.", _ends(facts))


def _same_control(one: Problem, other: Problem) -> bool:
    return any(step.raw.target and same_target(step, again) for step in one.steps for again in other.steps)


def _continued(title: str) -> str:
    """A title as the second half of a sentence; what is written in capitals stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _clean(facts: Facts) -> str:
    return "; no problem was detected" if is_clean(facts) else ""


def is_clean(facts: Facts) -> bool:
    """Nothing was refused either, not even where no detector fired."""
    return not facts.problems and not any(step.refused or step.broke for step in facts.steps)


def _went_through(step: Step) -> str:
    if step.raw.target is not None and clean(step.name):
        return f"{quote(step.name)} went through"
    return "The form was submitted"


def _goal(facts: Facts) -> Sentence:
    """What the visitor set out to do, as far as what they did tells; always hedged."""
    searched = [step for step in facts.steps if _is_search(step) and clean(step.value)]
    tries = [one for one in attempts(facts) if not _is_search(one.step)]
    for one in reversed(tries):
        request = next((e for e in one.step.requests if e.method and e.method != "GET"), None)
        topic = topic_of(one.step, request)
        if topic is not None and topic.noun != "Search":
            return Sentence(f"Probably to {topic.goal}.", [one.step.ref], hypothesis=True)
    if searched:
        return Sentence(f"Probably to find {quote(searched[-1].value)}.", [searched[-1].ref], hypothesis=True)
    if tries and tries[-1].step.raw.target is not None and clean(tries[-1].step.name):
        step = tries[-1].step
        return Sentence(f"Probably to use {control(step.raw.target)} on {page_of(step)}.", [step.ref], hypothesis=True)
    if len(facts.trace.session.pages) > 1 and facts.steps:
        return Sentence("Perhaps to look around.", _ends(facts), hypothesis=True)
    return Sentence("Unclear.", _ends(facts), hypothesis=True)


def _is_search(step: Step) -> bool:
    return step.kind == "input" and (step.role == "searchbox" or "search" in step.name_words)


def _summary(facts: Facts, outcome: Outcome, decided_by: list[str], problems: list[Problem]) -> list[Sentence]:
    """The visit in order: where it began, what was done, what went wrong, how it ended."""
    found: list[tuple[float, Sentence]] = []
    found += [(step.t_ms, sentence) for step, sentence in _deeds(facts)]
    found += [(p.start_ms + 0.5, _problem_line(p)) for p in problems if p.family not in ("restless",)]
    found += _idle(facts)
    found.sort(key=lambda pair: pair[0])
    middle = [sentence for _, sentence in found]
    room = MAX_SUMMARY - 2
    if len(middle) > room:  # problems stay, deeds give way
        lines = {id(sentence) for sentence in middle if sentence.refs and sentence.refs[0].startswith("s")}
        spare = room - sum(1 for sentence in middle if id(sentence) in lines)
        kept: list[Sentence] = []
        for sentence in middle:
            if id(sentence) in lines:
                kept.append(sentence)
            elif spare > 0:
                kept.append(sentence)
                spare -= 1
        middle = kept[:room]
    return [*_beginning(facts), *middle, *_ending(facts, outcome, problems)]


def _beginning(facts: Facts) -> list[Sentence]:
    session = facts.trace.session
    if not facts.steps or not session.pages:
        return []
    count = len(session.pages)
    tail = f" and had {count} page views" if count > 1 else ""
    return [
        Sentence(
            f"The session began on {page(facts, session.pages[0])}, lasted {span(session.duration_ms)}{tail}.",
            _ends(facts),
        )
    ]


def _ending(facts: Facts, outcome: Outcome, problems: list[Problem]) -> list[Sentence]:
    if not facts.steps:
        return [Sentence("Nothing was done.", [])] if not facts.trace.session.pages else []
    last = facts.steps[-1]
    found: list[Sentence] = []
    where = facts.trace.session.pages[-1] if facts.trace.session.pages else last.page
    found.append(Sentence(f"The session ended on {page(facts, where, last.raw.page_url)}.", [last.ref]))
    if not problems and is_clean(facts):
        found.append(Sentence("No problem was detected.", _ends(facts)))
    return found


def _problem_line(problem: Problem) -> Sentence:
    return Sentence(tell(problem).title + ".", problem.refs)


def _deeds(facts: Facts) -> list[tuple[Step, Sentence]]:
    """Searches, attempts that went through, and the pages between them."""
    found: list[tuple[Step, Sentence]] = []
    for step in facts.steps:
        if _is_search(step) and clean(step.value):
            found.append(
                (step, Sentence(f"The visitor typed {quote(step.value)} into {control(step.raw.target)}.", [step.ref]))
            )
    for one in attempts(facts):
        if one.taken and one.step.raw.target is not None and clean(one.step.name):
            found.append(
                (
                    one.step,
                    Sentence(f"The visitor {deed(one.step)}{_answer(facts, one.step)}.", [one.step.ref]),
                )
            )
    found += _tour(facts)
    return found


def _answer(facts: Facts, step: Step) -> str:
    """“ and the page said “Order placed””, “ and POST /orders answered 201”"""
    whole = [step, *facts.answers_to(step)]
    for one in whole:
        for effect in one.confirmed:
            if effect.kind in ("alert", "dialog", "toast", "text_added") and effect.text and clean(effect.text):
                return f" and the page said {quote(effect.text, limit=120)}"
    for one in whole:
        for effect in one.confirmed:
            if (
                effect.kind == "request"
                and effect.path
                and effect.path.replace("/", "").replace("-", "").replace("_", "").isalnum()
                and effect.path.isascii()
            ):
                return f" and {effect.method} {effect.path} answered {effect.status}"
    return ""


def _tour(facts: Facts) -> list[tuple[Step, Sentence]]:
    """One sentence on the pages that were seen after the first."""
    titles: list[str] = []
    steps: list[Step] = []
    for view in facts.trace.session.pages[1:]:
        label = page(facts, view)
        step = _arrival(facts, view)
        missing = any(s.kind == "not_found" and s.measured.get("url") == view.url for s in facts.trace.signals)
        if step is None or label in titles or missing:
            continue
        titles.append(label)
        steps.append(step)
    if not titles:
        return []
    shown = titles[:MAX_PAGES]
    more = len(titles) > MAX_PAGES
    text = f"The visitor opened {', '.join(shown)} and others." if more else f"The visitor opened {listed(shown)}."
    return [(steps[0], Sentence(text, list(dict.fromkeys(step.ref for step in steps))))]


def _arrival(facts: Facts, view: PageView) -> Step | None:
    """The step that brought this page up: a click that opened it, else the navigation itself."""
    near = [s for s in facts.steps if -200 <= view.start_ms - s.t_ms <= ARRIVAL_MS]
    for step in near:
        if any(effect.kind == "navigate" and effect.url == view.url for effect in step.raw.effects):
            return step
    return next((s for s in near if s.kind == "navigate" and s.raw.page_url == view.url), None)


def _idle(facts: Facts) -> list[tuple[float, Sentence]]:
    found: list[tuple[float, Sentence]] = []
    for signal in facts.trace.signals:
        if signal.kind == "idle_gap" and signal.end_ms - signal.t_ms >= IDLE_TELL_MS:
            found.append(
                (signal.t_ms, Sentence(f"Nothing was done for {span(signal.end_ms - signal.t_ms)}.", [signal.ref]))
            )
    return sorted(found, key=lambda pair: -(facts.signal_by_ref[pair[1].refs[0]].end_ms - pair[0]))[:2]


def _ends(facts: Facts) -> list[str]:
    """The first and the last ref: what a sentence about the whole session cites."""
    if not facts.steps:
        return []
    return list(dict.fromkeys([facts.steps[0].ref, facts.steps[-1].ref]))
