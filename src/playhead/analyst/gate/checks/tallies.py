"""Tallies: how often what a claim is about happened, as the cited lines hold it, and which claim a count belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from playhead.analyst.gate.checks.amounts import Bound
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context
from playhead.analyst.gate.concepts.answers import request_fits
from playhead.analyst.gate.concepts.base import without_twins
from playhead.analyst.steps import same_target


def count_of(many: Iterable[Anchor], ctx: Context, *, moved: bool = False) -> set[int]:
    """The counts that anchors may stand for: moments, steps, folded repetitions."""
    many = list(many)
    if moved:  # a click and the page it opened are one journey
        many = without_twins(list({anchor.step: anchor for anchor in many}.values()), ctx.facts)
    steps = {anchor.step for anchor in many if anchor.step >= 0}
    found = {len(many), len(steps) or len(many), sum(anchor.times for anchor in many)}
    return {count for count in found if count}


def claim_at(at: int, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> Claim | None:
    """The claim a count belongs to: the nearest in its segment, else the last one told before."""
    segment = next((n for n, s in enumerate(ctx.reading.segments) if s.start <= at < s.end), 0)
    here = [claim for claim in ctx.reading.claims if claim.segment == segment and claim in anchors]
    before = [claim for claim in here if claim.end <= at]
    if before:
        return before[-1]
    if here:
        return here[0]
    earlier = [claim for claim in ctx.reading.claims if claim.at < at and claim in anchors]
    return earlier[-1] if earlier else next((claim for claim in ctx.reading.claims if claim in anchors), None)


def fits(value: float, counts: set[int], bound: Bound) -> bool:
    if bound.kind == "more":
        return any(count >= value and count <= max(value * 2, value + 2) for count in counts)
    if bound.kind == "less":
        return any(value / 2 <= count <= value for count in counts)
    if bound.kind == "about":
        return any(abs(count - value) <= max(1.0, 0.2 * value) for count in counts)
    return value in counts


def cited_counts(ctx: Context) -> set[int]:
    """“POST /api/boats: 500, twice”: how often what is cited happened, where no verb says what it is."""
    found = {len([s for s in ctx.scope.signals if s.kind == kind]) for kind in ctx.scope.kinds}
    found |= {int(v) for s in ctx.scope.signals for k, v in s.measured.items() if k in COUNTED and _is_number(v)}
    if any(token.kind in ("path", "method") for token in ctx.reading.tokens):
        asked = [e for step in ctx.scope.steps for e in step.requests if request_fits(ctx.reading.tokens, e)]
        return {len(asked)} | {count for count in found if not asked}
    pressed = [step for step in ctx.scope.steps if step.kind in CLICKS | {"submit", "keypress"}]
    return (found | {sum(step.count for step in pressed), len([s for s in pressed if s.refused])}) - {0}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def counts_for(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    many = anchors.get(claim, [])
    counts = count_of(
        many, ctx, moved=bool(set(claim.readings) & {"goto", "load", "back", "use", "try", "submit", "search"})
    )
    if set(claim.readings) & {"click", "rage", "use", "try", "retry"}:
        steps = {anchor.step for anchor in many}
        for signal in ctx.scope.signals:
            rested = {ctx.facts.by_ref[ref].index for ref in signal.refs if ref in ctx.facts.by_ref}
            if rested & steps:
                counts |= {
                    int(v)
                    for k, v in signal.measured.items()
                    if k in COUNTED and isinstance(v, (int, float)) and not isinstance(v, bool)
                }
        return _whole_run(counts, many) | (_turns(many, ctx) if set(claim.readings) & {"use", "try"} else set())
    if set(claim.readings) & {"change", "fail", "happen", "log", "show", "see", "cause", "answer", "request", "search"}:
        for signal in ctx.scope.signals:
            counts |= {
                int(v)
                for k, v in signal.measured.items()
                if k in COUNTED and isinstance(v, (int, float)) and not isinstance(v, bool)
            }
        for step_at in {a.step for a in many if a.step >= 0}:
            step = ctx.facts.steps[step_at]
            counts |= (
                {len(step.refused)}
                if step.refused and len({a.step for a in many}) == 1 and "fail" in claim.readings
                else set()
            )
    return counts


def _turns(many: list[Anchor], ctx: Context) -> set[int]:
    """“used three times”: typing and Enter in one field, one after the other, is one use of it."""
    steps = [ctx.facts.steps[at] for at in sorted({anchor.step for anchor in many if anchor.step >= 0})]
    typed = [step for step in steps if step.kind == "input"]
    return {len(typed)} - {0} if typed and all(same_target(typed[0], step) for step in steps) else set()


def _whole_run(counts: set[int], many: list[Anchor]) -> set[int]:
    """Clicks are counted with their folded repetitions: the largest honest number, not each part of it."""
    total = sum(anchor.times for anchor in many)
    return {count for count in counts if count >= total} or counts


COUNTED: Final = frozenset(
    "clicks count times presses attempts occurrences refusals requests errors searches empty reversals".split()
)


CLICK_NOUNS: Final = frozenset("click clicks tap taps press presses".split())


TRY_NOUNS: Final = frozenset(
    "attempt attempts try tries retry retries time times submission submissions round rounds".split()
)
