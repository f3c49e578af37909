"""Reproduce: the worst problem of a trace as a bug report: steps, expected, actual, what console and network said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from playhead.analyst.facts import Facts, Scope, signal_texts
from playhead.analyst.problems import Problem
from playhead.analyst.steps import Step, path_of, same_target, says_no
from playhead.analyst.telling import tell
from playhead.analyst.wording import clean, control, page_of, quote, span, times
from playhead.core.report import Section, Sentence
from playhead.core.trace import Effect

MAX_STEPS: Final = 14
MAX_EVIDENCE: Final = 12
NEAR_MS: Final = 3_000.0  # what console and network said this long before and after belongs to the problem
SLOW_MS: Final = 1_000.0
_DEEDS: Final = frozenset(
    {"click", "dblclick", "contextmenu", "touch", "input", "submit", "keypress", "select", "drag"}
)
_EXPECTED: Final = {
    "loop": "The form is taken, or says which entry is wrong and what a right one looks like.",
    "refused": "The request is taken, or the page says what to do instead.",
    "missing": "The page exists, or its link leads somewhere else.",
    "broken": "The page throws no error, and what was asked for happens.",
    "dead": "Something happens that can be seen.",
    "slow": "An answer within a second, or a sign that it is being worked on.",
    "unsent": "The form can be sent, and the way to send it is in plain sight.",
    "searching": "The search finds something, or offers what is near.",
    "back": "The page holds what its link promises.",
    "restless": "What the visitor looks for is in plain sight.",
}


def bug_sections(facts: Facts, problems: list[Problem]) -> Iterable[Section]:
    """Yield the parts of a bug report about the first of `problems`, which come worst first."""
    if not problems:
        if facts.steps:
            yield Section("Steps that were taken", _told(facts.steps[-MAX_STEPS:], facts), ordered=True)
        return
    problem = problems[0]
    finding = tell(problem)
    yield Section("Steps to reproduce", _told(_leading_to(facts, problem), facts), ordered=True)
    yield Section("Expected", [Sentence(_EXPECTED[problem.family], [], hypothesis=True)])
    yield Section("Actual", [Sentence(f"{finding.title}.", problem.refs), Sentence(finding.text, finding.refs)])
    yield Section("Console", _console(facts, problem))
    yield Section("Network", _network(facts, problem))
    yield Section("Surroundings", _surroundings(facts, problem))


def _leading_to(facts: Facts, problem: Problem) -> list[Step]:
    """What was done from the page load before the problem up to it; without pauses, scrolling and resizing."""
    if not problem.steps:
        end = next((s.index for s in facts.steps if s.t_ms > problem.start_ms), len(facts.steps))
        return _deeds(facts.steps[max(0, end - MAX_STEPS) : end])
    first, last = problem.steps[0], problem.steps[-1]
    begin = first.index
    while begin > 0 and facts.steps[begin - 1].raw.page_url == first.raw.page_url:
        begin -= 1
    steps = _deeds(facts.steps[begin : last.index + 1])
    return steps if len(steps) <= MAX_STEPS else steps[-MAX_STEPS:]


def _deeds(steps: list[Step]) -> list[Step]:
    return [
        step for step in steps if step.kind in _DEEDS and (step.kind != "submit" or not step.detail.get("caused_by"))
    ]


def _told(steps: list[Step], facts: Facts) -> list[Sentence]:
    """Each deed as an instruction, repeats of one in one line, beginning with the page to open."""
    lines: list[Sentence] = []
    if steps:
        where = path_of(steps[0].raw.page_url)
        lines.append(Sentence(f"Open {page_of(steps[0])} ({clean(where, limit=120)}).", [steps[0].ref]))
    at = 0
    while at < len(steps):
        run = [steps[at]]
        while at + len(run) < len(steps) and _repeats(steps[at + len(run)], run[-1]):
            run.append(steps[at + len(run)])
        at += len(run)
        following = steps[at] if at < len(steps) else None
        if following is not None and following.kind == "input" and same_target(run[0], following):
            continue  # the click into a field that is then filled in
        lines.append(Sentence(_instruction(run), [step.ref for step in run]))
    return lines


def _repeats(step: Step, before: Step) -> bool:
    return step.kind == before.kind and step.raw.target is not None and same_target(step, before)


def _instruction(run: list[Step]) -> str:
    step, name = run[0], control(run[0].raw.target)
    count = sum(one.count for one in run)
    often = f", {times(count)}" if count > 1 and step.kind != "input" else ""
    if step.kind == "input":
        value = clean(run[-1].value, limit=120)
        return f"Enter {quote(value)} into {name}." if value.strip("*•[]") else f"Fill in {name}."
    if step.kind == "submit":
        return "Send the form."
    verb = {"dblclick": "Double-click", "contextmenu": "Right-click", "touch": "Tap", "drag": "Drag", "keypress": "Use"}
    return f"{verb.get(step.kind, 'Click')} {name}{often}."


def _near(facts: Facts, problem: Problem) -> tuple[Scope, list[Step]]:
    scope = facts.scope(problem.refs)
    begin, end = scope.begin_ms - NEAR_MS, scope.end_ms + NEAR_MS
    return scope, [step for step in facts.steps if begin <= step.t_ms <= end]


def _console(facts: Facts, problem: Problem) -> list[Sentence]:
    """Errors and console lines around the problem, each once."""
    scope, steps = _near(facts, problem)
    found: dict[str, str] = {}
    for step in steps:
        for effect in step.raw.effects:
            if effect.kind in ("error", "console") and effect.text:
                found.setdefault(effect.text, step.ref)
    for signal in scope.signals:
        if signal.kind == "js_error":
            texts = [signal.measured.get("exception"), signal.measured.get("message")]
            text = next((t for t in texts if isinstance(t, str) and t), "") or " ".join(signal_texts(signal)[:1])
            found.setdefault(text, signal.ref)
    lines = [Sentence(quote(text, limit=300), [ref]) for text, ref in list(found.items())[:MAX_EVIDENCE] if text]
    return lines or [Sentence("No error was recorded around it.", problem.refs[:1])]


def _network(facts: Facts, problem: Problem) -> list[Sentence]:
    """Requests around the problem: those that failed or were slow, else those of the problem's own steps."""
    scope, steps = _near(facts, problem)
    requests = [(step.ref, effect) for step in steps for effect in step.requests]
    requests += [(signal.ref, one) for signal in scope.signals[:1] for one in scope.loose_requests]
    bad = [(ref, e) for ref, e in requests if says_no(e) or (e.duration_ms or 0) >= SLOW_MS]
    own = {step.ref for step in scope.steps}
    shown = bad or [(ref, e) for ref, e in requests if ref in own]
    lines = {_request(effect): ref for ref, effect in reversed(shown)}
    told = [Sentence(text, [ref]) for text, ref in reversed(list(lines.items()))]
    return told[:MAX_EVIDENCE] or [Sentence("No request was recorded around it.", problem.refs[:1])]


def _request(effect: Effect) -> str:
    path = clean(path_of(effect.path or effect.url or "/"), limit=160)
    answer = "no answer" if not effect.status else str(effect.status)
    took = f" in {span(effect.duration_ms)}" if effect.duration_ms else ""
    return f"{effect.method or 'GET'} {path} → {answer}{took}"


def _surroundings(facts: Facts, problem: Problem) -> list[Sentence]:
    session = facts.trace.session
    url = problem.steps[0].raw.page_url if problem.steps else problem.signals[0].page_url
    size = f"{session.viewport[0]}×{session.viewport[1]}" if session.viewport else ""
    where = " on ".join(filter(None, (session.browser, session.os)))
    parts = [part for part in (where, session.device, size) if part]
    lines = [Sentence(clean(", ".join(parts), limit=120), [])] if parts else []
    return [*lines, Sentence(clean(url, limit=300), problem.refs[:1])] if url else lines
