"""login_failure: a form with a password field was refused; refusals in a row are one signal."""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.facts import Facts
from playhead.core.signals.attempts import Attempt, FormKey, attempts
from playhead.core.signals.found import Found, fingerprint, target_of

KIND: Final = "login_failure"


class Limits(msgspec.Struct, frozen=True):
    same_ms: float = 300_000.0  # refusals further apart than this are told apart


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    runs: dict[FormKey, list[Attempt]] = {}
    for attempt in attempts(facts):
        if not attempt.password or attempt.by_browser:
            continue
        run = runs.setdefault(attempt.form, [])
        if run and (not attempt.refused or attempt.act.t_ms - run[-1].act.t_ms > limits.same_ms):
            yield _found(run)
            run.clear()
        if attempt.refused:
            run.append(attempt)
    for run in runs.values():
        if run:
            yield _found(run)


def _found(run: list[Attempt]) -> Found:
    acts = [attempt.act for attempt in run]
    measured: dict[str, str | float | int | bool] = {"refusals": len(run)}
    if message := next((attempt.message for attempt in reversed(run) if attempt.message), ""):
        measured["message"] = message[:200]
    end = max([acts[-1].t_ms, *(effect.t_ms for effect in acts[-1].effects)])
    mark = fingerprint(KIND, *run[0].form)
    return Found(KIND, acts[0].t_ms, end, list(acts), measured, target_of(acts[-1]), fingerprint=mark)
