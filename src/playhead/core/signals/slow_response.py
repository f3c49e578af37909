"""slow_response: the visitor waited more than 3 s for the first visible answer, or for what the answer was about.

A request that goes on in the background while the visitor does other things kept nobody waiting.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.found import Found, control_fingerprint, target_of
from playhead.core.visit.facts import CLICKS, STRONG, Act, Facts
from playhead.core.visit.network import Request

KIND: Final = "slow_response"
WAITING: Final = CLICKS | {"submit", "keypress", "input"}


class Limits(msgspec.Struct, frozen=True):
    slow_ms: float = 3_000.0  # attention begins to wander after a few seconds
    longest_ms: float = 60_000.0  # what takes longer is a stream or a poll, not an answer
    busy_ms: float = 1_000.0  # a page shows that it is busy this soon after the press
    shown_ms: float = 1_000.0  # a page shows what a request brought within this


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    strong: list[list[Act]] = [[] for _ in facts.loads]
    for act in facts.acts:
        if act.kind in STRONG and act.cause is None:
            strong[act.load].append(act)
    starts = [[act.t_ms for act in acts] for acts in strong]
    for acts, times in zip(strong, starts, strict=True):
        for act in acts:
            if act.kind not in WAITING or "masked" in act.detail:
                continue  # a mask of fixed length hides how long the typing went on
            waited, request = _waited(act, facts, limits)
            if waited <= limits.slow_ms or waited > limits.longest_ms:
                continue
            if not act.loads and _went_on(act, acts, times, limits):
                continue
            yield _found(act, waited, request)


def _found(act: Act, waited: float, request: Request | None) -> Found:
    measured: dict[str, str | float | int | bool] = {"waited_ms": round(waited, 1)}
    if request is not None:
        measured["request"] = f"{request.method} {request.path}".strip()
        measured["duration_ms"] = round(request.end_ms - request.t_ms, 1)
    begun = _begun(act)
    return Found(
        KIND, begun, begun + waited, [act], measured, target_of(act), fingerprint=control_fingerprint(KIND, act)
    )


def _begun(act: Act) -> float:
    return max(act.t_ms, act.end_ms)


def _waited(act: Act, facts: Facts, limits: Limits) -> tuple[float, Request | None]:
    """How long the visitor waited for the answer, and the request behind it."""
    begun = _begun(act)
    if act.loads:
        return facts.loads[act.loads[0]].start_ms - begun, None
    slowest: Request | None = None
    for request in act.requests:
        if request.end_ms - begun > limits.slow_ms and _was_awaited(act, request, limits):
            slowest = request if slowest is None or request.end_ms > slowest.end_ms else slowest
    if slowest is not None:
        return slowest.end_ms - begun, slowest
    if act.late_ms is not None and act.kind in CLICKS:
        return act.late_ms - begun, None
    return _shown_busy(act, facts, limits), None


def _shown_busy(act: Act, facts: Facts, limits: Limits) -> float:
    """How long after the act the page showed that it was busy with it."""
    begun = _begun(act)
    for since, until in facts.waits[act.load]:
        if act.from_ms - 30.0 <= since <= begun + limits.busy_ms and not _acted_at(facts, act, until):
            return until - begun
    return 0.0


def _acted_at(facts: Facts, act: Act, until: float) -> bool:
    """Whether the visitor's own act ended the wait: a list that loads on when it is scrolled."""
    first = bisect_right(facts.acts, until - 300.0, key=lambda other: other.t_ms)
    last = bisect_right(facts.acts, until, key=lambda other: other.t_ms)
    return any(other is not act and other.cause is None for other in facts.acts[first:last])


def _was_awaited(act: Act, request: Request, limits: Limits) -> bool:
    """Whether the page changed when the request ended, or had shown nothing before it."""
    shown = any(-30.0 <= moment - request.end_ms <= limits.shown_ms for moment in act.visible)
    return shown or not any(moment < request.end_ms for moment in act.visible)


def _went_on(act: Act, acts: list[Act], times: list[float], limits: Limits) -> bool:
    """Whether the visitor turned to something else before the wait was over."""
    begun = _begun(act)
    at = bisect_right(times, begun)
    for other in acts[at : at + 12]:
        if other.t_ms - begun > limits.slow_ms:
            return False
        same = other.spot is not None and act.spot is not None and other.spot.node_id == act.spot.node_id
        if not same and other is not act:
            return True
    return False
