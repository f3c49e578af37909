"""rage_click: the same place pressed again and again, faster than the page answers.

Quick presses that each get their answer (a stepper, a pager, a slide show) are work, not rage; so are presses that
select text, type or play on a canvas.
"""

import math
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.found import (
    Found,
    control_fingerprint,
    is_click,
    may_have_drawn,
    may_have_stepped,
    steps,
    target_of,
)
from playhead.core.visit.facts import Act, Facts

KIND: Final = "rage_click"
NOT_PRESSED_IN_RAGE: Final = frozenset(("field", "editor", "canvas", "media", "frame", "label", "blocked"))


class Limits(msgspec.Struct, frozen=True):
    min_clicks: float = 3  # two are a double click
    content_clicks: float = 4  # on plain content, where three select a paragraph
    gap_ms: float = 1_000.0  # a longer pause is a second thought
    radius_px: float = 30.0  # a control drawn anew has a new node, the hand stays where it is
    answer_ms: float = 1_000.0  # an answer later than this did not hold the next press back
    answered_share: float = 0.75  # presses that must have got an answer of their own for the burst to be work
    moment_ms: float = 25.0  # changes closer than this are one answer


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    bursts: dict[int, list[Act]] = {}
    for act in facts.acts:
        if not is_click(act) or act.spot is None or act.spot.nature in NOT_PRESSED_IN_RAGE:
            continue
        burst = bursts.get(act.load)
        if burst and _continues(burst[-1], act, limits):
            burst.append(act)
            continue
        if burst:
            yield from _judge(burst, facts, limits)
        bursts[act.load] = [act]
    for burst in bursts.values():
        yield from _judge(burst, facts, limits)


def _continues(last: Act, act: Act, limits: Limits) -> bool:
    if act.from_ms - last.t_ms > limits.gap_ms:
        return False
    same = last.spot is not None and act.spot is not None and last.spot.node_id == act.spot.node_id
    near = min(last.x, act.x) >= 0 and math.hypot(act.x - last.x, act.y - last.y) <= limits.radius_px
    return same or near


def _judge(burst: list[Act], facts: Facts, limits: Limits) -> Iterator[Found]:
    first, last = burst[0], burst[-1]
    content = all(act.spot is not None and act.spot.nature == "content" for act in burst)
    if len(burst) < (limits.content_clicks if content else limits.min_clicks):
        return
    if any("selected" in act.detail for act in burst) or all(act.detail.get("by") == "keyboard" for act in burst):
        return
    if all(act.spot is not None and may_have_drawn(act, facts) and steps(act.spot) for act in burst):
        return  # zooming in a drawing that is not recorded
    if all(may_have_stepped(act) for act in burst):
        return
    answers = count_answers(burst, limits)
    if answers >= limits.answered_share * len(burst):
        return
    spot = next((act for act in burst if act.spot is not None and act.spot.nature != "content"), first)
    measured: dict[str, str | float | int | bool] = {
        "clicks": len(burst),
        "duration_ms": round(last.t_ms - first.t_ms, 1),
        "answers": answers,
    }
    yield Found(
        KIND, first.t_ms, last.t_ms, list(burst), measured, target_of(spot), fingerprint=control_fingerprint(KIND, spot)
    )


def count_answers(burst: list[Act], limits: Limits) -> int:
    """How many visible answers came while the burst lasted, at most one a press."""
    until = burst[-1].t_ms + limits.answer_ms
    moments = sorted(moment for act in burst for moment in act.visible if moment <= until)
    answers, last = 0, -1e18
    for moment in moments:
        if moment - last >= limits.moment_ms:
            answers += 1
            last = moment
    own = sum(1 for act in burst if any(moment <= act.t_ms + limits.answer_ms for moment in act.visible))
    return min(max(own, min(answers, len(burst))), len(burst)) if answers else 0
