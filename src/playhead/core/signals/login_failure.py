"""login_failure: a form that asks for the password one has was refused; each refusal is a signal."""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.attempts import attempts
from playhead.core.signals.found import Found, fingerprint, target_of
from playhead.core.visit.facts import Facts

KIND: Final = "login_failure"


class Limits(msgspec.Struct, frozen=True):
    same_ms: float = 1_500.0  # a form sent again before this is one impatient attempt


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    last_ms = -1e18
    for attempt in attempts(facts):
        if not attempt.password or attempt.by_browser or not attempt.refused:
            continue
        act = attempt.act
        if act.t_ms - last_ms <= limits.same_ms:
            continue
        last_ms = act.t_ms
        measured: dict[str, str | float | int | bool] = {}
        if attempt.message:
            measured["message"] = attempt.message[:200]
        if attempt.status:
            measured["status"] = attempt.status
        end = max([act.t_ms, *(effect.t_ms for effect in act.effects)])
        yield Found(KIND, act.t_ms, end, [act], measured, target_of(act), fingerprint=fingerprint(KIND, *attempt.form))
