"""Ambient: places of a page that change at a pace of their own (clock, ticker, carousel, spinner, live chart).

Such a change says nothing about what the visitor just did. Every detector that only asks "did anything change?" misses
a dead button beside a ticking clock, so each place keeps the moments at which it changed, and a change counts as
ambient when its place was in a steady run that the visitor's own actions do not explain.

A place is named by keys (any hashable), from exact (this node's text) to loose (any cell of this table), because a
slide show moves its class from slide to slide and a price list ticks in a different cell each time. A loose key only
counts where the pace really goes round: beside one busy list, its quiet neighbours are not busy.
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
MAX_TICKS: Final = 16  # moments on either side of an action that are looked at
RACING, RACING_MS = 30, 10_000.0  # so many changes in so short a time, and hardly an action: nobody asked for them
STEADY: Final = 0.2  # relative spread of gaps below which a pace is a metronome
ON_BEAT: Final = 0.25  # share of a gap by which a tick may miss its beat
MAX_LEFT_OUT: Final = 3  # beats from one tick of a poll to the next that found something new …
MIN_RUN: Final = 3  # … where so many beats follow each other somewhere …
MIN_OWN: Final = 2  # … where so many ticks came without an action before them
BURST_MS: Final = 400.0  # changes closer than this are one tick of a slower pace
MIN_BURSTS: Final = 4
PHASE_MS, MIN_PHASES, MIN_BEAT_MS = 100.0, 7, 600.0  # a pace of two phases: what is one of them, how many show it
CHANCE: Final = 0.06  # share of a mean gap: a change this soon after an action is the action's answer, not chance

SAME_LAG_MS, SAME_LAG = 40.0, 0.15  # how much the lag behind an action may vary, absolute and relative
MIN_IN_STEP: Final = 0.6  # ticks that must come at the same lag behind an action …
BEYOND_CHANCE: Final = 0.35  # … and by how much that must exceed what chance explains
MAX_ACTIONS: Final = 400
MAX_MEMBERS: Final = 64  # places of a loose key that are told apart
MIN_MEMBERS: Final = 3  # a pace that goes round visits at least so many places …
MAX_SHARE: Final = 0.6  # … and none of them this often

Key = tuple[object, ...]
Place = tuple[Key, ...]


class Ambient:
    """The moments at which each place of one page load changed, and when the visitor acted there."""

    __slots__ = ("_actions", "_members", "_moments")

    def __init__(self) -> None:
        self._moments: dict[Key, array[float]] = {}
        self._members: dict[Key, dict[Key, int]] = {}  # of a loose key: how often each of its places changed
        self._actions: array[float] = array("d")

    def note(self, place: Place, t_ms: float) -> bool:
        """Say that a place changed; calls come in time order. Returns whether it races (see RACING)."""
        exact = place[0]
        racing = self._note(exact, t_ms)
        for key in place[1:]:
            races = self._note(key, t_ms)
            members = self._members.get(key)
            if members is None:
                self._members[key] = {exact: 1}
            elif exact in members:
                members[exact] += 1
            elif len(members) < MAX_MEMBERS:
                members[exact] = 1
            racing = racing or (races and self._goes_round(key))
        return racing

    def _note(self, key: Key, t_ms: float) -> bool:
        moments = self._moments.get(key)
        if moments is None:
            if len(self._moments) < MAX_KEYS:
                self._moments[key] = array("d", (t_ms,))
            return False
        count = len(moments)
        if t_ms - moments[-1] > SAME_MOMENT_MS and count < MAX_MOMENTS:
            moments.append(t_ms)
        if count < RACING or t_ms - moments[count - RACING] > RACING_MS:
            return False
        actions, few = self._actions, RACING // 3
        return len(actions) < few or actions[len(actions) - few] < moments[count - RACING]

    def _goes_round(self, key: Key) -> bool:
        """Whether the changes of a loose key are spread over several places."""
        members = self._members.get(key)
        if members is None or len(members) < MIN_MEMBERS:
            return False
        counts = members.values()
        return max(counts) <= MAX_SHARE * sum(counts)

    def acted(self, t_ms: float) -> None:
        """Say that the visitor acted; calls come in time order."""
        self._actions.append(t_ms)

    def unprovoked(self, place: Place, until_ms: float) -> list[float]:
        """The last moments before one at which a place changed though the visitor had done nothing."""
        moments = self._moments.get(place[0]) or ()
        at = bisect_left(moments, until_ms)
        return [moment for moment in moments[max(0, at - MAX_TICKS) : at] if not self._provoked(moment)]

    def explains(self, place: Place, t_ms: float, *, act_ms: float) -> bool:
        """Whether the change of a place at `t_ms`, after an action at `act_ms`, belongs to a pace of the page's own."""
        if self._explains(place[0], t_ms, act_ms):
            return True
        return any(self._goes_round(key) and self._explains(key, t_ms, act_ms) for key in place[1:])

    def _explains(self, key: Key, t_ms: float, act_ms: float) -> bool:
        moments = self._moments.get(key)
        if moments is None or len(moments) < 3:
            return False
        if len(moments) >= MAX_MOMENTS and t_ms > moments[-1]:
            return True
        split = bisect_right(moments, act_ms)
        if not 0 < split < len(moments):
            return False
        here = bisect_left(moments, t_ms - SAME_MOMENT_MS)
        first, last = act_ms - NEIGHBOURHOOD_MS, t_ms + NEIGHBOURHOOD_MS
        before = [moment for moment in moments[max(0, split - MAX_TICKS) : split] if moment >= first]
        after = [moment for moment in moments[split : split + MAX_TICKS] if moment <= last]
        if not before or not after:
            return False
        place = min(here - split, len(after) - 1)
        return (
            self._is_pace(before, after, place, act_ms)
            or self._is_pace_of_bursts(before, after, place, act_ms)
            or self._is_pace_of_phases(before, after, place)
        )

    def _is_pace_of_bursts(self, before: list[float], after: list[float], place: int, act_ms: float) -> bool:
        """The same for a pace whose ticks each take several changes: a slide that moves out, and in, and rests."""
        moments = before + after
        starts = [moments[0], *(b for a, b in itertools.pairwise(moments) if b - a > BURST_MS)]
        if len(starts) < MIN_BURSTS or len(starts) * 1.5 > len(moments):
            return False
        own = starts[bisect_right(starts, after[max(0, place)]) - 1]
        before, after = [at for at in starts if at <= act_ms], [at for at in starts if at > act_ms]
        if not before or not after:
            return False
        if own <= act_ms:  # the rest of a tick that had begun
            return _metronome([b - a for a, b in itertools.pairwise(starts)]) > 0 and not self._in_step(before, after)
        return self._is_pace(before, after, after.index(own), act_ms)

    def _is_pace_of_phases(self, before: list[float], after: list[float], place: int) -> bool:
        """The same for a pace of two phases, each as steady as the other: a slide that moves a while, then rests."""
        moments = before + after
        starts = [moments[0], *(b for a, b in itertools.pairwise(moments) if b - a > PHASE_MS)]
        if len(starts) < MIN_PHASES or sum(1 for start in starts if not self._provoked(start)) < MIN_OWN:
            return False
        at = bisect_right(starts, after[max(0, place)]) - 1
        beat = _metronome([b - a for a, b in zip(starts, starts[2:], strict=False)])
        if beat < MIN_BEAT_MS:
            return False
        other = starts[at] - starts[at - 2] if at >= 2 else starts[at + 2] - starts[at]
        return _is_beat(other, beat, 1) and not self._in_step(before, after)

    def _is_pace(self, before: list[float], after: list[float], place: int, act_ms: float) -> bool:
        """`before`: moments up to the action; `after`: the later ones, of which `place` is the one asked about."""
        before = _run_back(before)
        gaps = [b - a for a, b in itertools.pairwise(before)]
        later = [b - a for a, b in itertools.pairwise(after)]
        beat = _metronome(gaps + later[:8])
        if beat and _on_beat(before, after, place, beat, most=1):
            return not self._in_step(before, after)
        base = _metronome(gaps + later[:8], low=True)
        if base and _on_beat(before, after, place, base, most=MAX_LEFT_OUT):
            own = sum(1 for moment in before + after if not self._provoked(moment))
            if own >= MIN_OWN and _runs(before + after, base) and not self._in_step(before, after):
                return True
        if beat and _between_beats(before, after, place, beat):
            return False
        if len(before) < MIN_UNPROVOKED:
            return False
        unprovoked = sum(1 for moment in before if not self._provoked(moment))
        if unprovoked < MIN_UNPROVOKED:
            return False
        mean = (before[-1] - before[0]) / (len(before) - 1)
        if act_ms - before[-1] > max(MAX_GAP_RATIO * mean, SAME_MOMENT_MS * 4):
            return False  # the pace had stopped by then
        return after[max(0, place)] - act_ms > CHANCE * mean or mean < 4 * SAME_MOMENT_MS

    def _in_step(self, before: list[float], after: list[float]) -> bool:
        """Whether the ticks only follow the visitor's own rhythm: far more of them than chance would have it come at
        the same lag behind an action."""
        ticks = before[-MAX_TICKS // 2 :] + after[: MAX_TICKS // 2]
        actions = self._actions
        lags = [tick - actions[at] for tick in ticks if (at := bisect_right(actions, tick + 1.0) - 1) >= 0]
        if not lags:
            return False
        middle = sorted(lags)[len(lags) // 2]
        slack = max(SAME_LAG_MS, SAME_LAG * middle)
        share = sum(1 for lag in lags if abs(lag - middle) <= slack) / len(ticks)
        return share >= MIN_IN_STEP and share - self._chance(ticks, middle - slack, middle + slack) >= BEYOND_CHANCE

    def _chance(self, ticks: list[float], low: float, high: float) -> float:
        """The share of the ticks' time that lies `low` to `high` behind an action."""
        actions, span = self._actions, ticks[-1] - ticks[0]
        first, last = bisect_right(actions, ticks[0]) - 1, bisect_right(actions, ticks[-1])
        covered = 0.0
        for at in range(max(0, first, last - MAX_ACTIONS), last):
            gap = (actions[at + 1] if at + 1 < len(actions) else ticks[-1]) - actions[at]
            covered += max(0.0, min(high, gap) - max(low, 0.0))
        return min(1.0, covered / span) if span > 0 else 1.0

    def _provoked(self, moment: float) -> bool:
        at = bisect_right(self._actions, moment + 1.0) - 1
        return at >= 0 and moment - self._actions[at] <= PROVOKED_MS


def _on_beat(before: list[float], after: list[float], place: int, beat: float, *, most: int) -> bool:
    """Whether the pace ran through the action up to the change: no tick early or late, enough of them in all."""
    if len(before) + len(after) < 4 or (len(before) < 2 and len(after) < 3):
        return False
    ticks = [before[-1], *after[: place + 1]]
    return all(_is_beat(b - a, beat, most) for a, b in itertools.pairwise(ticks))


def _runs(moments: list[float], beat: float) -> bool:
    """Whether several beats follow each other: a message that goes after a while has but one."""
    run = 0
    for gap in (b - a for a, b in itertools.pairwise(moments)):
        run = run + 1 if _is_beat(gap, beat, 1) else 0
        if run >= MIN_RUN:
            return True
    return False


def _is_beat(gap: float, beat: float, most: int) -> bool:
    """Whether a gap is one beat, or up to `most` of them: a poll that found nothing new left the others out."""
    beats = round(gap / beat)
    if beats <= 1:
        return abs(gap - beat) <= max(ON_BEAT * beat, 40.0)
    return beats <= most and abs(gap - beats * beat) <= max(ON_BEAT * beat / 2, 40.0)


def _between_beats(before: list[float], after: list[float], place: int, beat: float) -> bool:
    """Whether the change stands between two ticks that keep the beat without it."""
    here = max(0, place)
    if here + 1 >= len(after):
        return False
    last = after[here - 1] if here else before[-1]
    return abs(after[here + 1] - last - beat) <= max(ON_BEAT * beat, 40.0)


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


def _metronome(gaps: list[float], *, low: bool = False) -> float:
    """The beat of a steady pace, 0 where the gaps vary like a person's; `low`: of two middle gaps the shorter, and what
    is several beats long is steady too: a clock that showed the same again left some out."""
    if len(gaps) < 2:
        return 0.0
    middle = sorted(gaps)[(len(gaps) - low) // 2]
    slack = max(STEADY * middle, 30.0)
    steady = len([gap for gap in gaps if -slack <= gap - middle <= slack])
    if low and middle > 0 and steady >= MIN_OWN:
        steady += len([gap for gap in gaps if gap > 1.5 * middle and _is_beat(gap, middle, MAX_LEFT_OUT)])
    return middle if steady >= 0.75 * len(gaps) else 0.0
