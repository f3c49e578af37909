"""Ambient: places of a page that change at a pace of their own (clock, ticker, carousel, spinner, live chart).

Such a change says nothing about what the visitor just did. Every detector that only asks "did anything change?" misses
a dead button beside a ticking clock, so each place keeps the moments at which it changed, and a change counts as
ambient when its place was in a steady run that the visitor's own actions do not explain.

A place is named by a key (any hashable). The same change is noted under several keys, from exact (this node's text) to
loose (any cell of this table), because a carousel moves its class from slide to slide and a price list ticks in a
different cell each time.
Limits  MAX_KEYS places, MAX_MOMENTS moments a place: a place that changed that often is ambient from then on
"""

import itertools
from array import array
from bisect import bisect_left, bisect_right
from typing import Final

MAX_KEYS: Final = 60_000
MAX_MOMENTS: Final = 20_000
SAME_MOMENT_MS: Final = 15.0  # changes this close are one moment (one frame)
PROVOKED_MS: Final = 2_500.0  # a change this soon after an action may be its answer: no proof of a pace of its own
NEIGHBOURHOOD_MS: Final = 16_000.0  # how far around an action a pace is looked for: three turns of a slow carousel
MIN_UNPROVOKED: Final = 3  # changes nobody asked for that make a pace; two may be chance
MAX_GAP_RATIO: Final = 3.0  # a run ends where a gap is this many times its mean
STEADY: Final = 0.2  # relative spread of gaps below which a pace is a metronome
ON_BEAT: Final = 0.25  # share of a gap by which a tick may miss its beat
CHANCE: Final = 0.06  # share of a mean gap: a change this soon after an action is the action's answer, not chance

Key = tuple[object, ...]


class Ambient:
    """The moments at which each place of one page load changed, and when the visitor acted there."""

    __slots__ = ("_actions", "_moments")

    def __init__(self) -> None:
        self._moments: dict[Key, array[float]] = {}
        self._actions: array[float] = array("d")

    def note(self, key: Key, t_ms: float) -> None:
        """Say that the place `key` changed; calls come in time order."""
        moments = self._moments.get(key)
        if moments is None:
            if len(self._moments) < MAX_KEYS:
                self._moments[key] = array("d", (t_ms,))
        elif t_ms - moments[-1] > SAME_MOMENT_MS and len(moments) < MAX_MOMENTS:
            moments.append(t_ms)

    def acted(self, t_ms: float) -> None:
        """Say that the visitor acted; calls come in time order."""
        self._actions.append(t_ms)

    def explains(self, key: Key, t_ms: float, *, act_ms: float) -> bool:
        """Whether the change of `key` at `t_ms`, after an action at `act_ms`, belongs to a pace of the page's own."""
        moments = self._moments.get(key)
        if moments is None or len(moments) < 3:
            return False
        if len(moments) >= MAX_MOMENTS and t_ms > moments[-1]:
            return True
        first_after = bisect_right(moments, act_ms)
        here = bisect_left(moments, t_ms - SAME_MOMENT_MS)
        before = list(moments[bisect_left(moments, act_ms - NEIGHBOURHOOD_MS) : first_after])
        after = list(moments[first_after : bisect_right(moments, t_ms + NEIGHBOURHOOD_MS)])
        return bool(before) and bool(after) and self._is_pace(before, after, here - first_after, act_ms)

    def _is_pace(self, before: list[float], after: list[float], place: int, act_ms: float) -> bool:
        """`before`: moments up to the action; `after`: the later ones, of which `place` is the one asked about."""
        before = _run_back(before)
        gaps = [b - a for a, b in itertools.pairwise(before)]
        later = [b - a for a, b in itertools.pairwise(after)]
        beat = _metronome(gaps + later[:8])
        if beat and _on_beat(before, after, place, beat):
            return not self._in_step(before, after, beat)
        if len(before) < MIN_UNPROVOKED:
            return False
        unprovoked = sum(1 for moment in before if not self._provoked(moment))
        if unprovoked < MIN_UNPROVOKED:
            return False
        mean = (before[-1] - before[0]) / (len(before) - 1)
        if act_ms - before[-1] > max(MAX_GAP_RATIO * mean, SAME_MOMENT_MS * 4):
            return False  # the pace had stopped by then
        return after[max(0, place)] - act_ms > CHANCE * mean or mean < 4 * SAME_MOMENT_MS

    def _in_step(self, before: list[float], after: list[float], beat: float) -> bool:
        """Whether the ticks only follow the visitor's own rhythm: each one answers an action of its own."""
        ticks = before[-8:] + after[:8]
        acted = bisect_right(self._actions, ticks[-1]) - bisect_left(self._actions, ticks[0] - beat)
        if acted > 1.6 * len(ticks):
            return False  # many actions to a tick: some are close to a tick by chance
        lags: list[float] = []
        for tick in ticks:
            at = bisect_right(self._actions, tick + 1.0) - 1
            lags.append(tick - self._actions[at] if at >= 0 else float("inf"))
        close = [lag for lag in lags if lag < 1.1 * beat]
        if len(close) < 0.75 * len(lags):
            return False
        middle = sorted(close)[len(close) // 2]
        return sum(1 for lag in close if abs(lag - middle) < max(60.0, 0.1 * beat)) >= 0.75 * len(close)

    def _provoked(self, moment: float) -> bool:
        at = bisect_right(self._actions, moment + 1.0) - 1
        return at >= 0 and moment - self._actions[at] <= PROVOKED_MS


def _on_beat(before: list[float], after: list[float], place: int, beat: float) -> bool:
    """Whether the pace ran through the action up to the change: no tick early or late, enough of them in all."""
    if len(before) + len(after) < 4 or (len(before) < 2 and len(after) < 3):
        return False
    slack = max(ON_BEAT * beat, 40.0)
    ticks = [before[-1], *after[: place + 1]]
    return all(abs(b - a - beat) <= slack for a, b in itertools.pairwise(ticks))


def _run_back(moments: list[float]) -> list[float]:
    """The last unbroken run: going back until a gap is far longer than those after it."""
    if len(moments) < 3:
        return moments
    total, count = moments[-1] - moments[-2], 1
    at = len(moments) - 2
    while at > 0:
        gap = moments[at] - moments[at - 1]
        if gap > max(MAX_GAP_RATIO * (total / count), 200.0) and count >= 2:
            break
        total, count, at = total + gap, count + 1, at - 1
    return moments[at:]


def _metronome(gaps: list[float]) -> float:
    """The beat of a steady pace, 0 where the gaps vary like a person's."""
    if len(gaps) < 2:
        return 0.0
    middle = sorted(gaps)[len(gaps) // 2]
    steady = sum(1 for gap in gaps if abs(gap - middle) <= max(STEADY * middle, 30.0))
    return middle if steady >= 0.75 * len(gaps) else 0.0
