"""idle_gap: nobody did anything for a while, then somebody went on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.found import Found, fingerprint
from playhead.core.visit.facts import Facts

KIND: Final = "idle_gap"


class Limits(msgspec.Struct, frozen=True):
    idle_ms: float = 30_000.0  # shorter is reading


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    activity = facts.activity
    starts = [act.t_ms for act in facts.acts]
    for at in range(1, len(activity)):
        idle = activity[at] - activity[at - 1]
        if idle < limits.idle_ms:
            continue
        start, end = activity[at - 1], activity[at]
        before, after = bisect_right(starts, start) - 1, bisect_left(starts, end)
        acts = [facts.acts[place] for place in (before, after) if 0 <= place < len(starts)]
        measured: dict[str, str | float | int | bool] = {"idle_ms": round(idle, 1)}
        if any(hidden and start <= moment <= end for load in facts.loads for moment, hidden in load.hidden_ms):
            measured["hidden"] = True
        yield Found(KIND, start, end, acts, measured, fingerprint=fingerprint(KIND))
