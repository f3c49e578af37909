"""cursor_thrash: the pointer thrown back and forth, fast and with many reversals, while nothing is done with it."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.found import Found, fingerprint, generic_path
from playhead.core.visit.facts import Act, Facts, Trail

KIND: Final = "cursor_thrash"
BUSY: Final = frozenset(("click", "dblclick", "contextmenu", "drag", "touch", "select", "scroll"))


class Limits(msgspec.Struct, frozen=True):
    window_ms: float = 2_000.0  # a shake of the hand lasts about this long
    min_reversals: float = 8  # turns in one window; reading along a line and back makes two or three
    min_swing_px: float = 60.0  # a turn after less is trembling
    min_path_px: float = 1_500.0  # travelled in one window …
    sure_reversals: float = 12  # … unless it turned so often: at the edge of the window every swing is cut short
    calm_ms: float = 600.0  # a press or scroll this close gives the movement a purpose


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    busy: list[list[tuple[float, float]]] = [[] for _ in facts.loads]
    for act in facts.acts:
        if act.kind in BUSY:
            busy[act.load].append((act.from_ms, act.end_ms))
    for number, trail in enumerate(facts.trails):
        for start, end, turns, path in _shakes(trail, limits):
            if any(begun - limits.calm_ms <= end and ended + limits.calm_ms >= start for begun, ended in busy[number]):
                continue
            url = facts.loads[number].url
            acts = [act for act in (_before(facts, number, start),) if act is not None]
            measured: dict[str, str | float | int | bool] = {
                "reversals": turns,
                "distance_px": round(path),
                "duration_ms": round(end - start, 1),
            }
            mark = fingerprint(KIND, generic_path(url))
            yield Found(KIND, start, end, acts, measured, page_url=url, fingerprint=mark)


def _before(facts: Facts, load: int, t_ms: float) -> Act | None:
    """The act before a moment on the same page: movement has no interaction of its own."""
    at = bisect_left(facts.acts, t_ms, key=lambda act: act.t_ms)
    for act in reversed(facts.acts[max(0, at - 20) : at]):
        if act.load == load:
            return act
    return facts.navigation(load, t_ms)


def _shakes(trail: Trail, limits: Limits) -> list[tuple[float, float, int, float]]:
    """Stretches of (start, end, turns, path) in which the pointer turned often enough; neighbours are joined."""
    turns = _turns(trail, limits.min_swing_px)
    found: list[tuple[float, float, int, float]] = []
    first = opened = 0  # `opened`: the turn with which the stretch found last began
    for last in range(len(turns)):
        while turns[last][0] - turns[first][0] > limits.window_ms:
            first += 1
        count = last - first + 1
        path = turns[last][1] - turns[first][1]
        if count < limits.min_reversals or (path < limits.min_path_px and count < limits.sure_reversals):
            continue
        start, end = turns[first][0], turns[last][0]
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end, last - opened + 1, turns[last][1] - turns[opened][1])
        else:
            opened = first
            found.append((start, end, count, path))
    return found


def _turns(trail: Trail, swing: float) -> list[tuple[float, float]]:
    """Moments at which the pointer turned back after a swing, each with the path travelled so far.

    A turn is judged on the axis of the wider swing, so that a slanted shake counts once a turn.
    """
    if not trail.t:
        return []
    across = _axis_turns(trail.t, trail.x, swing)
    down = _axis_turns(trail.t, trail.y, swing)
    turns = across if len(across) >= len(down) else down
    path, at, found = 0.0, 1, list[tuple[float, float]]()
    x, y = trail.x, trail.y
    for place in turns:
        while at <= place:
            path += abs(x[at] - x[at - 1]) + abs(y[at] - y[at - 1])
            at += 1
        found.append((trail.t[place], path))
    return found


def _axis_turns(times: "array[float]", values: "array[float]", swing: float) -> list[int]:
    """Indexes at which the movement along one axis turned round after at least `swing` px."""
    turns: list[int] = []
    extreme, direction, extreme_at = values[0], 0, 0
    for at in range(1, len(times)):
        value = values[at]
        if (direction >= 0 and value > extreme) or (direction <= 0 and value < extreme):
            if direction == 0 and abs(value - values[0]) >= swing:
                direction = 1 if value > values[0] else -1
            if direction != 0:
                extreme, extreme_at = value, at
        elif direction != 0 and abs(value - extreme) >= swing:
            turns.append(extreme_at)
            direction, extreme, extreme_at = -direction, value, at
    return turns
