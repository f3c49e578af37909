"""Problems: the signals of a trace grouped into what a reader would call one problem.

Two signals are one problem when they rest on the same interaction, or name the same control, request or error.
Severity, by written rule
  3  it stopped the session: it is what the outcome (failed, abandoned) rests on
  2  it was refused, dead, slow, broken or looped, and the visitor got past it or went on without
  1  it cost little: a quick look back, restless mouse, an error nobody could see, a form sent back once and then taken
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from playhead.analyst.facts import PROBLEMS, Facts
from playhead.analyst.steps import MESSAGES, Step, path_of, same_target, says_no, was_taken
from playhead.core.report import Outcome
from playhead.core.trace import Effect, Signal

# The family tells how a problem is told; the first that any of its signals belongs to counts.
_FAMILY: Final = {
    "validation_loop": "loop",
    "login_failure": "refused",
    "network_error": "refused",
    "error_click": "refused",
    "not_found": "missing",
    "js_error": "broken",
    "rage_click": "dead",
    "dead_click": "dead",
    "slow_response": "slow",
    "form_abandon": "unsent",
    "repeated_search": "searching",
    "quick_back": "back",
    "cursor_thrash": "restless",
}
_ORDER: Final = ("loop", "refused", "missing", "broken", "dead", "slow", "unsent", "searching", "back", "restless")


@dataclass(eq=False)
class Problem:
    """Signals that tell one story, with the steps they rest on and what those steps got for an answer."""

    facts: Facts
    signals: list[Signal]
    severity: int = 2
    is_final: bool = False  # the outcome rests on it
    resolved_by: Step | None = None
    steps: list[Step] = field(default_factory=list)

    @cached_property
    def kinds(self) -> set[str]:
        return {signal.kind for signal in self.signals}

    @cached_property
    def family(self) -> str:
        """How it is told. What the page answered counts more than which detector fired."""
        if "not_found" in self.kinds:
            return "missing"
        found = {_FAMILY.get(kind, "refused") for kind in self.kinds}
        if "refused" in found and not self.refusals and not self.is_refusal_measured:
            found = (found - {"refused"}) | {"broken"}
        return next((family for family in _ORDER if family in found), "refused")

    @cached_property
    def is_refusal_measured(self) -> bool:
        told = [signal for signal in self.signals if signal.kind != "js_error"]
        return any(key in signal.measured for signal in told for key in ("status", "message", "refusals"))

    def measured(self, *keys: str) -> str | float | int | bool | None:
        """The first of these measurements that any of the signals holds."""
        for key in keys:
            for signal in self.signals:
                if key in signal.measured:
                    return signal.measured[key]
        return None

    def count(self, *keys: str) -> int:
        """The largest of these measured counts; 0 where none was measured."""
        found = [signal.measured[key] for signal in self.signals for key in keys if key in signal.measured]
        return max(
            (int(value) for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)),
            default=0,
        )

    @cached_property
    def refs(self) -> list[str]:
        """Signals first, then the interactions they rest on."""
        return [signal.ref for signal in self.signals] + [step.ref for step in self.steps]

    @cached_property
    def scope_steps(self) -> list[Step]:
        return self.facts.scope(self.refs).steps

    @cached_property
    def refusals(self) -> list[tuple[Step, Effect]]:
        """Every effect that said no, with the step it answers."""
        return [(step, effect) for step in self.scope_steps for effect in step.refused]

    @cached_property
    def request(self) -> Effect | None:
        """The failed request to tell of: the first one, those of pages and background files last."""
        failed = [effect for _, effect in self.refusals if effect.kind == "request" and effect.method and effect.path]
        return failed[0] if failed else None

    @cached_property
    def is_form_check(self) -> bool:
        """Fields were sent back with a word beside them: whatever the form is for, that was not what was refused."""
        pages = [e for _, e in self.refusals if e.kind == "navigate"]
        fields = any(e.kind == "field_error" for _, e in self.refusals)
        return fields and self.request is None and all(e.status in (400, 422) for e in pages)

    @cached_property
    def said(self) -> list[str]:
        """What the page itself said about it, each text once."""
        texts = [effect.text for _, effect in self.refusals if effect.kind in MESSAGES and effect.text]
        texts += [
            str(signal.measured["message"])
            for signal in self.signals
            if signal.kind != "js_error" and isinstance(signal.measured.get("message"), str)
        ]
        return list(dict.fromkeys(texts))

    @cached_property
    def exception(self) -> str:
        """The error the page threw, as it told it."""
        told = [effect.text for step in self.scope_steps for effect in step.broke if effect.text]
        told += [str(s.measured["exception"]) for s in self.signals if isinstance(s.measured.get("exception"), str)]
        told += [
            str(s.measured["message"])
            for s in self.signals
            if s.kind == "js_error" and isinstance(s.measured.get("message"), str)
        ]
        return told[0] if told else ""

    @cached_property
    def clicks(self) -> int:
        """How often the control was clicked: what was measured, else the steps the signals rest on."""
        counted = sum(step.count for step in self.steps if step.kind in ("click", "dblclick", "touch", "contextmenu"))
        return max(self.count("clicks"), counted) or len(self.steps)

    @property
    def start_ms(self) -> float:
        return min((signal.t_ms for signal in self.signals), default=0.0)


def find_problems(facts: Facts, outcome: Outcome, decided_by: list[str]) -> list[Problem]:
    """Every problem of the trace, worst first, then in time order."""
    groups: list[list[Signal]] = []
    for signal in facts.trace.signals:
        if signal.kind not in PROBLEMS:
            continue
        home = [group for group in groups if any(_same_story(facts, signal, other) for other in group)]
        merged = [one for group in home for one in group] + [signal]
        groups = [group for group in groups if group not in home] + [merged]
    problems = [_problem(facts, sorted(group, key=lambda one: one.t_ms)) for group in groups]
    for problem in problems:
        _judge(problem, outcome, decided_by)
    return sorted(problems, key=lambda problem: (-problem.severity, problem.start_ms))


def _problem(facts: Facts, signals: list[Signal]) -> Problem:
    refs = dict.fromkeys(ref for signal in signals for ref in signal.refs)
    steps = sorted((facts.by_ref[ref] for ref in refs if ref in facts.by_ref), key=lambda step: step.index)
    return Problem(facts, signals, steps=steps)


def _same_story(facts: Facts, one: Signal, other: Signal) -> bool:
    pair = {one.kind, other.kind}
    if _FAMILY.get(one.kind) in ("back", "restless", "searching") or _FAMILY.get(other.kind) in (
        "back",
        "restless",
        "searching",
    ):
        return one.kind == other.kind and one.kind == "cursor_thrash"
    if pair == {"slow_response"} or "slow_response" not in pair:
        if one.kind == other.kind and one.fingerprint and one.fingerprint == other.fingerprint:
            return True
        if set(one.refs) & set(other.refs) and "form_abandon" not in pair:
            return True
        if one.kind == other.kind and one.target and other.target and one.page_url == other.page_url:
            return (one.target.role, one.target.name) == (other.target.role, other.target.name) and bool(
                one.target.name
            )
        return _refused_alike(facts, one, other)
    return False


def _refused_alike(facts: Facts, one: Signal, other: Signal) -> bool:
    """Two refusals of one control, or of one request: trying again is the same problem."""
    if not {_FAMILY.get(one.kind), _FAMILY.get(other.kind)} <= {"refused", "loop"}:
        return False
    mine, theirs = _failed_paths(facts, one), _failed_paths(facts, other)
    if mine and theirs:
        return bool(mine & theirs)
    steps, others = _rested(facts, one), _rested(facts, other)
    return any(same_target(a, b) for a in steps for b in others if a.raw.target)


def _rested(facts: Facts, signal: Signal) -> list[Step]:
    return [facts.by_ref[ref] for ref in signal.refs if ref in facts.by_ref]


def _failed_paths(facts: Facts, signal: Signal) -> set[tuple[str, str]]:
    found = {
        (effect.method or "", path_of(effect.path or effect.url or ""))
        for step in _rested(facts, signal)
        for effect in step.raw.effects
        if effect.kind == "request" and says_no(effect)
    }
    path = signal.measured.get("path") or signal.measured.get("url")
    if isinstance(path, str):
        found.add((str(signal.measured.get("method", "")), path_of(path)))
    return found


def _judge(problem: Problem, outcome: Outcome, decided_by: list[str]) -> None:
    """Set severity by the written rule."""
    problem.resolved_by = _resolved(problem)
    touched = set(problem.refs) | {step.ref for step in problem.scope_steps}
    problem.is_final = (
        outcome in ("failed", "abandoned") and bool(touched & set(decided_by)) and problem.resolved_by is None
    )
    if problem.family in ("back", "restless"):
        problem.severity = 1
    elif problem.is_final:
        problem.severity = 3
    elif problem.family == "refused" and problem.is_form_check and problem.resolved_by is not None:
        problem.severity = 1
    elif problem.family in ("refused", "broken") and not problem.steps:
        problem.severity = 1  # nobody had done anything: it failed in the background
    elif problem.family == "slow" and problem.resolved_by is None and len(problem.signals) == 1:
        problem.severity = 2
    else:
        problem.severity = 2


def _resolved(problem: Problem) -> Step | None:
    """A later step on the same control, or with the same request, that was taken."""
    if not problem.steps or problem.family in ("back", "restless", "searching", "slow"):
        return None
    last = max(problem.scope_steps, key=lambda step: step.index)
    paths = {
        (effect.method, path_of(effect.path or ""))
        for step in problem.scope_steps
        for effect in step.requests
        if says_no(effect)
    }
    for step in problem.facts.steps[last.index + 1 :]:
        whole = [step, *problem.facts.answers_to(step)]
        if was_taken(whole) is False:
            continue
        again = step.raw.target is not None and any(same_target(step, one) for one in problem.steps)
        same_request = any(
            (e.method, path_of(e.path or "")) in paths and 200 <= (e.status or 0) < 400
            for one in whole
            for e in one.requests
        )
        # a press in anger that something answered by chance does not say that the control works
        calm = not any(step.ref in signal.refs for signal in problem.facts.trace.signals)
        went_on = (problem.family == "dead" and step.reacted and calm) or (problem.is_form_check and _led_on(whole))
        if same_request or (again and (was_taken(whole) or went_on)):
            return step
    return None


def _led_on(steps: list[Step]) -> bool:
    """Whether another page came up and did not refuse."""
    pages = [effect for step in steps for effect in step.raw.effects if effect.kind == "navigate"]
    here = {path_of(step.raw.page_url) for step in steps if step.kind != "navigate"}
    return any(path_of(page.url or "") not in here and (page.status or 200) < 400 for page in pages)
