"""Counts: “five times”, “three fields”, “the second attempt” agree with what the cited lines hold."""

from __future__ import annotations

import re
from typing import Any, Final

from playhead.analyst.gate.checks.amounts import bound_at, follows_its_name, literal
from playhead.analyst.gate.checks.nouns import noun_after, noun_counts
from playhead.analyst.gate.checks.tallies import TRY_NOUNS, cited_counts, claim_at, count_of, counts_for, fits
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context
from playhead.analyst.gate.concepts.base import of, sends, without_twins
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import THINGS
from playhead.analyst.inflect import stem, stems


def times_hold(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    if any(c.negated and "succeed" in c.readings and any(t is token for t in c.object) for c in ctx.reading.claims):
        return fits(token.value, cited_counts(ctx), bound_at(ctx, at))  # “was not accepted twice”: so many refusals
    claim = claim_at(at, ctx, anchors)
    if claim is None:
        return not ctx.reading.claims and fits(token.value, cited_counts(ctx), bound_at(ctx, at))
    counts = counts_for(claim, ctx, anchors)
    if token.value == 1 and at + 1 < len(ctx.reading.tokens) and ctx.reading.tokens[at + 1].word == "more":
        return True  # “once more”
    more = any(t.word in ("more", "again", "further") for t in ctx.reading.tokens[at + 1 : at + 2]) or (
        at and ctx.reading.tokens[at - 1].word == "another"
    )
    if more:
        counts |= {count - 1 for count in counts}
    return fits(token.value, counts, bound_at(ctx, at))


def count_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    if token.value != int(token.value):
        return literal(token, ctx)
    if (verdict := _share_holds(at, token, ctx, anchors)) is not None:
        return verdict
    if follows_its_name(at, token, ctx):
        return True
    noun_at, noun = noun_after(at, ctx)
    bound = bound_at(ctx, at)
    before = ctx.reading.tokens[at - 1] if at else None
    if before is not None and (
        before.unit == "ordinal" or before.word in ("last", "other", "next", "previous", "latter", "first")
    ):
        return any(count >= token.value for many in anchors.values() for count in count_of(many, ctx))
    if token.value == 0:
        return True  # “zero errors”: the check of silence and smoothness answers for it
    if noun_at is not None and (
        claim := next((c for c in ctx.reading.claims if c.form == "noun" and c.at == noun_at and c in anchors), None)
    ):
        counts = counts_for(claim, ctx, anchors)
        if noun in TRY_NOUNS:
            counts = counts | _sendings(ctx)
        if noun in TRY_NOUNS and (other := claim_at(at, ctx, {c: a for c, a in anchors.items() if c is not claim})):
            counts = (
                counts | counts_for(other, ctx, anchors)
                if not content([*claim.object]) and not anchors[claim]
                else counts
            )
        return fits(token.value, counts, bound)
    counts = noun_counts(noun, ctx, anchors, at)
    if counts and fits(token.value, counts, bound):
        return True
    if _stands_before_name(at, token, ctx):
        return True
    claim = claim_at(at, ctx, anchors)
    if claim is not None and "show" in claim.readings and noun and literal(token, ctx, beside=noun):
        return True  # “the list offered three options”, as the page says itself
    if counts and noun in THINGS:
        return False
    if claim is not None and _owns(claim, token) and fits(token.value, _named_after(noun, claim, ctx, anchors), bound):
        return True
    if noun and noun not in THINGS:
        if not _is_repeated(claim, token, anchors) and literal(token, ctx, beside=noun):
            return True
        return claim is not None and _owns(claim, token) and fits(token.value, _distinct(claim, ctx, anchors), bound)
    given = claim is not None and {"show", "find"} & set(claim.readings) and stem(noun) in _GIVEN
    owned = noun and claim is not None and not given and _owns(claim, token)
    if owned and claim is not None and fits(token.value, _distinct(claim, ctx, anchors), bound):
        return True
    return literal(token, ctx)


_GIVEN: Final = stems(
    "items results matches entries rows hits products articles"
)  # how many came is said, or not known


def _share_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool | None:
    """“two of the three requests”: the second number is all there are, of the visit or of what is cited; the first is
    how many the claim holds of. None where the number is no part of such a share."""
    tokens = ctx.reading.tokens
    gap = _of_number(tokens, at)
    if gap and any(_written(tokens[at], tokens[at + gap], text) for text in ctx.scope.texts):
        return True
    if gap:
        if any(_measured_share(signal.measured, token.value, tokens[at + gap].value) for signal in ctx.scope.signals):
            return True
        claim = claim_at(at, ctx, anchors)
        return claim is not None and token.value in counts_for(claim, ctx, anchors) | _distinct(claim, ctx, anchors)
    back = next((n for n in (2, 3) if at >= n and _of_number(tokens, at - n) == n), 0)
    if not back:
        return None
    if any(_measured_share(signal.measured, tokens[at - back].value, token.value) for signal in ctx.scope.signals):
        return True
    if any(_written(tokens[at - back], token, text) for text in ctx.scope.texts):
        return True
    noun = noun_after(at, ctx)[1]
    return any(token.value in noun_counts(noun, ctx.over(scope), anchors, at) for scope in (ctx.scope, ctx.facts.whole))


def _written(part: Token, whole: Token, text: str) -> bool:
    """“entries 17-24 of 40” as a line has it, word for word."""
    return bool(re.search(rf"(?<![\d.,]){abs(int(part.value))} of {int(whole.value)}(?![\d.,]*\d)", text))


def _of_number(tokens: list[Token], at: int) -> int:
    """How far behind the number another stands: “2 of 3”, “two of the three”; 0 where none does."""
    if tokens[at].kind != "number":
        return 0
    words = [token.word for token in tokens[at + 1 : at + 3]]
    gap = (
        2 if words[:1] == ["of"] and words[1:] not in (["the"], ["its"], ["their"]) else 3 if words[:1] == ["of"] else 0
    )
    there = gap and at + gap < len(tokens) and tokens[at + gap].kind == "number" and not tokens[at + gap].unit
    return gap if there else 0


def _measured_share(measured: dict[str, Any], part: float, whole: float) -> bool:
    return measured.get("fields") == part and measured.get("of") == whole


def _sendings(ctx: Context) -> set[int]:
    """How often a form or a request that writes was sent off in the cited lines: what people count as attempts."""
    sent = [
        of(step) for step in ctx.scope.steps if step.kind in CLICKS | {"submit", "keypress"} and sends(step, ctx.facts)
    ]
    return count_of(without_twins(sent, ctx.facts), ctx)


def _named_after(noun: str, claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    """“moved ahead four months” by “Next month” ×4: how often a control that bears the noun was used."""
    many = {anchor.step: anchor for anchor in anchors.get(claim, []) if anchor.step >= 0}
    named = [ctx.facts.steps[at] for at in many if noun and stem(noun) in ctx.facts.steps[at].name_words]
    return {sum(step.count for step in named)} - {0}


def _stands_before_name(at: int, token: Token, ctx: Context) -> bool:
    """“Five packets of “Bean no. 17”” where a cited line says “5 × Bean no. 17”."""
    names = [one.stem for one in ctx.reading.tokens[at + 1 : at + 5] if one.kind == "quote"]
    lines = [text for text in ctx.scope.texts if any(name in text for name in names[:1])]
    return any(re.search(rf"(?<![\d.,]){int(token.value)}\s?[×x]\s?{re.escape(names[0])}", text) for text in lines)


_MADE: Final = frozenset("do done do! done! click drag toggle choose".split())


def _is_repeated(claim: Claim | None, token: Token, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“Three boats were added” by five clicks: that “3 boats” stood there on the way does not make it three."""
    return claim is not None and bool(_MADE & set(claim.readings)) and _owns(claim, token) and len(anchors[claim]) > 1


def _owns(claim: Claim, token: Token) -> bool:
    return any(t is token for t in [*claim.ahead, *claim.object, *claim.goal, *claim.place])


def _distinct(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    """How many different things a claim was about: fields filled, pages opened, buttons clicked."""
    steps = [ctx.facts.steps[a.step] for a in anchors.get(claim, []) if a.step >= 0]
    targets = {(step.role, step.name, step.raw.page_url if not step.name else "") for step in steps}
    return {len(targets), len(steps)} - {0}
