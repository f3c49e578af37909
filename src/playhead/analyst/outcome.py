"""Outcome: how a session ended, by written rules on its trace alone.

completed   the last attempt at changing something (a form sent, a request that writes) was taken
workaround  as completed, but the same thing was first refused or dead, and it went through by another control or page
failed      the last attempt was refused, or its control was dead, and the session stopped there
abandoned   a form was filled and never sent, or after an attempt that failed the visitor did other things, or left
unclear     everything else: looking around proves neither success nor failure
"""

from __future__ import annotations

from dataclasses import dataclass

from playhead.analyst.facts import Facts
from playhead.analyst.steps import MUTATING, Step, path_of, same_target, was_taken
from playhead.core.report import Outcome

_TELEMETRY = (
    "analytics",
    "telemetry",
    "beacon",
    "collect",
    "track",
    "metrics",
    "heartbeat",
    "/log",
    "ping",
    "presence",
)
_STOPPERS = frozenset({"rage_click", "dead_click", "error_click", "login_failure", "validation_loop", "js_error"})


@dataclass(frozen=True)
class Attempt:
    """One try at changing something: the step, whether it was taken (None: not seen)."""

    step: Step
    taken: bool | None


def outcome_of(facts: Facts) -> tuple[Outcome, list[str]]:
    """Return the outcome and the refs that decided it."""
    tries = attempts(facts)
    abandoned = [signal for signal in facts.trace.signals if signal.kind == "form_abandon"]
    last = tries[-1] if tries else None
    if last is not None and last.taken is False:
        later = [
            step for step in facts.steps[last.step.index + 1 :] if _is_deed(step) and not _twin(facts, last.step, step)
        ]
        return ("abandoned" if later else "failed"), [last.step.ref]
    if abandoned and (last is None or abandoned[-1].t_ms >= last.step.t_ms):
        return "abandoned", [abandoned[-1].ref]
    if stuck := _dead_end(facts, last):
        return stuck
    if last is not None and last.taken:
        return ("workaround" if _by_detour(facts, tries) else "completed"), [last.step.ref]
    return "unclear", [facts.steps[-1].ref] if facts.steps else []


def attempts(facts: Facts) -> list[Attempt]:
    """Every try at changing something, in order; a click and the submit it caused are one try."""
    found: list[Attempt] = []
    for step in facts.steps:
        if step.kind not in ("click", "submit", "keypress", "touch", "dblclick"):
            continue
        if any(step in facts.answers_to(one.step) for one in found[-3:]):
            continue
        whole = [step, *facts.answers_to(step)]
        effects = [effect for one in whole for effect in one.raw.effects]
        writes = [
            e
            for e in effects
            if e.kind == "request" and e.method in MUTATING and not is_telemetry(e.path or e.url or "")
        ]
        sends = any(one.kind == "submit" for one in whole)
        if not writes and not sends:
            continue
        found.append(Attempt(step, was_taken(whole)))
    return found


def is_telemetry(path: str) -> bool:
    low = path_of(path).casefold()
    return any(word in low for word in _TELEMETRY)


def _is_deed(step: Step) -> bool:
    """Something a person did on purpose that a reader would count; idle wheel turns and closing the tab are not."""
    return step.kind in ("click", "dblclick", "submit", "input", "navigate", "touch", "drag", "keypress")


def _twin(facts: Facts, step: Step, other: Step) -> bool:
    return other in facts.answers_to(step) or other.t_ms - step.end_ms < 400


def _dead_end(facts: Facts, last: Attempt | None) -> tuple[Outcome, list[str]] | None:
    """The session stops at a control that never answered, or that threw an error."""
    for signal in reversed(facts.trace.signals):
        if signal.kind not in _STOPPERS or not signal.refs:
            continue
        if last is not None and signal.t_ms <= last.step.t_ms:
            return None
        steps = [facts.by_ref[ref] for ref in signal.refs if ref in facts.by_ref]
        if not steps:
            continue
        later = [
            step for step in facts.steps[steps[-1].index + 1 :] if _is_deed(step) and not same_target(step, steps[-1])
        ]
        if not later:
            return "failed", [signal.ref]
        return None
    return None


def _by_detour(facts: Facts, tries: list[Attempt]) -> bool:
    """What was refused, or dead, went through by another control on the same page, or with the same request."""
    last = tries[-1].step
    for number, one in enumerate(tries[:-1]):
        if one.taken is not False or any(
            later.taken and _is_same(one.step, later.step) for later in tries[number + 1 :]
        ):
            continue
        if path_of(one.step.raw.page_url) == path_of(last.raw.page_url) or _requests(one.step) & _requests(last):
            return True
    return _dead_before(facts, last)


def _is_same(one: Step, later: Step) -> bool:
    return same_target(one, later) or bool(_requests(one) & _requests(later))


def _requests(step: Step) -> set[tuple[str | None, str]]:
    return {(effect.method, path_of(effect.path or "")) for effect in step.requests if effect.method in MUTATING}


def _dead_before(facts: Facts, taken: Step) -> bool:
    """A control on the same page was dead shortly before another one went through."""
    for signal in facts.trace.signals:
        if signal.kind in ("rage_click", "dead_click") and signal.target and signal.end_ms <= taken.t_ms:
            rested = [facts.by_ref[ref] for ref in signal.refs if ref in facts.by_ref]
            if (
                rested
                and path_of(rested[-1].raw.page_url) == path_of(taken.raw.page_url)
                and signal.target.name in (taken.name,)
            ):
                return not same_target(rested[-1], taken)
    return False
