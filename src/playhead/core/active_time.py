"""Active time: how long the visitor was at it, pauses left out."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

PAUSE_MS: Final = 30_000.0  # a longer pause is idle time; the same figure as idle_gap's


def active_ms(activity: Sequence[float], start_ms: float, end_ms: float) -> float:
    """Return the time between `start_ms` and `end_ms` without pauses longer than PAUSE_MS."""
    moments = [start_ms, *activity[bisect_left(activity, start_ms) :], end_ms]
    total = 0.0
    for at in range(1, len(moments)):
        gap = moments[at] - moments[at - 1]
        if 0 < gap < PAUSE_MS:
            total += gap
    return total
