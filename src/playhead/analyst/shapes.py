"""Shapes: the parts of a report that its reader needs, made by code from the trace, whoever wrote the rest.

bug         steps to reproduce, expected, actual, console and network evidence, surroundings: of the worst problem
ux          where the page gave no answer, kept waiting, sent back a form, or sent visitors looking
support     what happened to the visitor, and the draft of a reply
conversion  how far the visit got, what hindered it, where it ended
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

import msgspec

from playhead.analyst.deeds import deed
from playhead.analyst.facts import Facts
from playhead.analyst.outcome import outcome_of
from playhead.analyst.problems import Problem, find_problems
from playhead.analyst.reproduce import bug_sections
from playhead.analyst.telling import tell
from playhead.analyst.wording import page, quote, short_control, span
from playhead.core.report import Report, Section, Sentence
from playhead.core.trace import Trace

TEMPLATES: Final = ("general", "bug", "ux", "support", "conversion")
MAX_LINES: Final = 12
SLOW_MS: Final = 1_000


def shape(report: Report, trace: Trace, template: str) -> Report:
    """Return the report with the sections of `template`; "general" has none. Nothing else of it changes."""
    maker = _MAKERS.get(template)
    if maker is None:
        return msgspec.structs.replace(report, template="general", sections=[])
    facts = Facts(trace)
    problems = find_problems(facts, *outcome_of(facts))
    sections = [one for one in maker(facts, problems, report) if one.lines]
    return msgspec.structs.replace(report, template=template, sections=sections)


def _ux(facts: Facts, problems: list[Problem], report: Report) -> Iterable[Section]:
    silent = [p for p in problems if p.family in ("dead", "broken")]
    forms = [p for p in problems if p.family in ("loop", "unsent") or p.is_form_check]
    refused = [p for p in problems if p.family in ("refused", "missing") and p not in forms]
    lost = [p for p in problems if p.family in ("back", "searching", "restless")]
    yield Section("Where the page gave no answer", _titles(silent))
    yield Section("Where it kept the visitor waiting", _waits(facts, problems))
    yield Section("Where a form sent the visitor back", _titles(forms))
    yield Section("Where it said no", _titles(refused))
    yield Section("Where the visitor went looking", _titles(lost))
    if not problems:
        yield Section("What was looked for", [Sentence("Every control that was used got an answer.", _ends(facts))])


def _titles(problems: list[Problem]) -> list[Sentence]:
    ordered = sorted(problems, key=lambda problem: problem.start_ms)
    return [Sentence(f"{tell(one).title}.", one.refs) for one in ordered[:MAX_LINES]]


def _waits(facts: Facts, problems: list[Problem]) -> list[Sentence]:
    """The slow answers that code called a problem, then every other wait of a second and more, longest first."""
    told = [p for p in problems if p.family == "slow"]
    known = {step.ref for problem in told for step in problem.steps}
    slow = [s for s in facts.steps if (s.raw.reaction_ms or 0) >= SLOW_MS and s.ref not in known and s.raw.target]
    slow.sort(key=lambda step: -(step.raw.reaction_ms or 0))
    lines = _titles(told)
    for step in slow[: MAX_LINES - len(lines)]:
        lines.append(Sentence(f"The visitor {deed(step)} and waited {span(step.raw.reaction_ms or 0)}.", [step.ref]))
    return lines


def _support(facts: Facts, problems: list[Problem], report: Report) -> Iterable[Section]:
    told = sorted((p for p in problems if p.severity > 1), key=lambda problem: problem.start_ms)
    yield Section("What happened to the visitor", _titles(told) or [Sentence("No problem was detected.", _ends(facts))])
    yield Section("Draft of a reply", _reply(facts, told, report))


_ENDED: Final = {
    "completed": "In the end it went through",
    "workaround": "In the end it went through another way",
    "failed": "It did not go through in this visit",
    "abandoned": "It was not finished in this visit",
}


def _reply(facts: Facts, told: list[Problem], report: Report) -> list[Sentence]:
    """What can be said to the visitor; what the team will do about it is for the team to write."""
    lines = [Sentence("Hello, thank you for writing to us. We looked at what happened on our side.", hypothesis=True)]
    for problem in told[:3]:
        said = problem.said[0] if problem.said else ""
        where = page(facts, problem.steps[0].page, problem.steps[0].raw.page_url) if problem.steps else "our page"
        what = f"you saw {quote(said, limit=160)}" if said else _felt(problem)
        lines.append(Sentence(f"On {where} {what}.", problem.refs, hypothesis=not said))
    if not told:
        lines.append(Sentence("We found no error in your visit.", _ends(facts), hypothesis=True))
    elif report.outcome in _ENDED:
        lines.append(Sentence(f"{_ENDED[report.outcome]}.", outcome_of(facts)[1]))
    lines.append(Sentence("[What you will do about it, and by when.]", hypothesis=True))
    return lines


def _felt(problem: Problem) -> str:
    """A problem as its visitor met it, where the page itself said nothing."""
    name = short_control(problem.steps[0].raw.target) if problem.steps else "the page"
    said = {"dead": f"{name} did not respond", "slow": f"{name} kept you waiting", "missing": "a page was not there"}
    return said.get(problem.family, "an error on our side got in your way")


def _conversion(facts: Facts, problems: list[Problem], report: Report) -> Iterable[Section]:
    yield Section("How far the visit got", _route(facts), ordered=True)
    hindered = [problem for problem in problems if problem.severity > 1]
    nothing = [Sentence("Nothing that code could detect.", _ends(facts))]
    yield Section("What hindered it", _titles(hindered) or nothing)
    last = next((s for s in reversed(facts.steps) if s.kind in ("click", "submit", "input", "touch", "keypress")), None)
    ended = [Sentence(f"{_ENDED.get(report.outcome, 'How it ended is unclear')}.", outcome_of(facts)[1])]
    if last is not None:
        ended.append(Sentence(f"The last thing done: the visitor {deed(last)}.", [last.ref]))
    yield Section("Where it ended", ended)


def _route(facts: Facts) -> list[Sentence]:
    """Pages in order with the time each had the visitor."""
    pages = facts.trace.session.pages
    ends = [after.start_ms for _, after in pairwise(pages)] + [facts.end_ms]
    lines: list[Sentence] = []
    for view, end_ms in zip(pages, ends, strict=True):
        here = [step.ref for step in facts.steps if view.start_ms <= step.t_ms <= end_ms]
        text = f"{page(facts, view)[:1].upper()}{page(facts, view)[1:]}, {span(max(0.0, end_ms - view.start_ms))}"
        lines.append(Sentence(text + ".", list(dict.fromkeys([*here[:1], *here[-1:]]))))
    if len(lines) <= MAX_LINES:
        return lines
    gap = Sentence(f"… {len(lines) - MAX_LINES + 1} more pages …", [])
    return [*lines[: MAX_LINES // 2], gap, *lines[-(MAX_LINES // 2 - 1) :]]


def _ends(facts: Facts) -> list[str]:
    return list(dict.fromkeys([facts.steps[0].ref, facts.steps[-1].ref])) if facts.steps else []


_MAKERS: Final[dict[str, Callable[[Facts, list[Problem], Report], Iterable[Section]]]] = {
    "bug": lambda facts, problems, _: bug_sections(facts, problems),
    "ux": _ux,
    "support": _support,
    "conversion": _conversion,
}
