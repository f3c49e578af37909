"""Ordinals: “the second attempt” is the second of its kind, in the recording or as cited."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.checks.amounts import literal
from playhead.analyst.gate.checks.tallies import CLICK_NOUNS, TRY_NOUNS
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context
from playhead.analyst.gate.token import Token
from playhead.analyst.inflect import stems
from playhead.analyst.steps import Step


def ordinal_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“the second attempt”: one of the moments it is about is the second of its kind, in the recording or as cited."""
    if literal(token, ctx) or (token.value == 1 and not _counted_next(at, ctx)):
        return True
    many = sorted({anchor for claim, found in anchors.items() for anchor in found if anchor.step >= 0})
    steps = [ctx.facts.steps[anchor.step] for anchor in many]
    ranks = {_rank(step, ctx) for step in steps if step.kind in CLICKS | {"submit", "input", "keypress"}}
    for claim, found in anchors.items():
        own = sorted({anchor.t_ms for anchor in found})
        ranks |= {len(own)} if len(own) > 1 or "fail" in claim.readings else set()
    if ctx.reading.tokens[at + 1 : at + 2] and ctx.reading.tokens[at + 1].stem in _REFUSALS:
        ranks |= {_refusal_rank(step, ctx) for step in ctx.scope.steps if step.refused}
    last = token.value == max(ranks, default=0)
    return token.value in ranks or last or _is_nth_of_kind(token, ctx, anchors)


def _is_nth_of_kind(token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“the third drag”: the third deed of that kind in the recording, whatever it was done to, is one that is meant."""
    kinds = {claim.readings[0] for claim in anchors if claim.form == "noun" and claim.readings} & _KINDS
    for kind in kinds:
        all_of_kind = [step for step in ctx.facts.steps if step.kind == kind]
        nth = all_of_kind[int(token.value) - 1 : int(token.value)]
        if nth and nth[0] in ctx.scope.steps:
            return True
    return False


_KINDS: Final = frozenset({"drag", "scroll", "copy"})


def _counted_next(at: int, ctx: Context) -> bool:
    after = ctx.reading.tokens[at + 1].word if at + 1 < len(ctx.reading.tokens) else ""
    return after in CLICK_NOUNS | TRY_NOUNS | {"upload", "search", "refusal", "payment", "request"}


_REFUSALS: Final = stems("refusal error failure rejection decline answer")


def _refusal_rank(step: Step, ctx: Context) -> int:
    return 1 + sum(1 for one in ctx.facts.matching(step) if one.index < step.index and one.refused)


def _rank(step: Step, ctx: Context) -> int:
    """The how-manieth of its kind on its control this step is."""
    return 1 + sum(1 for one in ctx.facts.matching(step) if one.index < step.index)
