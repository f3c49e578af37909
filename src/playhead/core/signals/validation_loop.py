"""validation_loop: the same form refused again and again, or the same field complaining again and again.

An attempt that goes through ends the count, so a wizard that moves forward between its complaints is none.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.attempts import Attempt, FormKey, attempts
from playhead.core.signals.found import Found, errors_shown, fingerprint, target_of
from playhead.core.trace import Target
from playhead.core.visit.facts import Act, Facts

KIND: Final = "validation_loop"


class Limits(msgspec.Struct, frozen=True):
    min_refusals: float = 3  # the second attempt is for correcting what the first one said
    window_ms: float = 600_000.0  # refusals further apart than this are different visits to the form


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    loops: dict[FormKey, list[Attempt]] = {}
    told: set[tuple[int, str]] = set()  # by load: fields, and acts as "#order", that a loop tells of
    for attempt in attempts(facts):
        run = loops.setdefault(attempt.form, [])
        if run and attempt.act.t_ms - run[-1].act.t_ms > limits.window_ms:
            yield from _loop(facts, run, limits, told)
            run.clear()
        if attempt.refused:
            run.append(attempt)
        else:
            yield from _loop(facts, run, limits, told)
            run.clear()
    for run in loops.values():
        yield from _loop(facts, run, limits, told)
    yield from _fields(facts, limits, told)


def _loop(facts: Facts, run: list[Attempt], limits: Limits, told: set[tuple[int, str]]) -> Iterator[Found]:
    if len(run) < limits.min_refusals:
        return
    acts = [attempt.act for attempt in run]
    told.update((act.load, f"#{act.order}") for act in acts)
    fields = list(dict.fromkeys(field for attempt in run for field in attempt.fields))
    told.update((act.load, field) for act in acts for field in fields)
    measured: dict[str, str | float | int | bool] = {"refusals": len(run)}
    if fields:
        measured["fields"] = ", ".join(fields[:6])
    if message := next((attempt.message for attempt in reversed(run) if attempt.message), ""):
        measured["message"] = message[:200]
    mark = fingerprint(KIND, *run[0].form)
    target = _field_target(facts, acts[-1], fields[0]) if len(fields) == 1 else target_of(acts[-1])
    yield Found(KIND, acts[0].t_ms, acts[-1].t_ms, acts, measured, target, fingerprint=mark)


def _field_target(facts: Facts, act: Act, field: str) -> Target | None:
    """The field that was refused each time, as the visitor last used it; else what the form was sent with."""
    for other in reversed(facts.acts):
        if (
            other.kind == "input"
            and other.load == act.load
            and other.spot is not None
            and other.spot.target.name == field
        ):
            return other.spot.target
    return target_of(act)


def _fields(facts: Facts, limits: Limits, told: set[tuple[int, str]]) -> Iterator[Found]:
    """Fields that complain while they are filled, without the form being sent."""
    complaints: dict[tuple[int, str], list[Act]] = {}
    for act in facts.acts:
        if act.cause is not None or (act.load, f"#{act.order}") in told:
            continue
        for field in {shown.field for _, shown in errors_shown(act) if shown.field}:
            if (act.load, field) not in told:
                complaints.setdefault((act.load, field), []).append(act)
    for (_, field), acts in complaints.items():
        if len(acts) >= limits.min_refusals and acts[-1].t_ms - acts[0].t_ms <= limits.window_ms:
            measured: dict[str, str | float | int | bool] = {"refusals": len(acts), "fields": field}
            mark = fingerprint(KIND, "field", field)
            yield Found(KIND, acts[0].t_ms, acts[-1].t_ms, acts, measured, target_of(acts[-1]), fingerprint=mark)
