"""Universals: what is said of every request, every attempt or all clicks holds for each that is cited."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context, support
from playhead.analyst.gate.concepts.answers import request_fits
from playhead.analyst.gate.matching import covers_target
from playhead.analyst.gate.token import Token
from playhead.analyst.steps import Step

_EVERY: Final = frozenset("every each all both always any".split())
_REQUESTS: Final = frozenset("request requests call calls response responses answer answers".split())
_TRIES: Final = frozenset(
    "attempt attempts click clicks press presses tap taps try tries submission submissions time times".split()
)
_ABOUT_ALL: Final = re.compile(r"\b(?:session|visit|recording|throughout|ever)\b")
_JUDGES: Final = frozenset("fail answer succeed show cause react see load".split())


_HABIT: Final = re.compile(
    r"\b(?:always|usually|typically|generally|often|regularly|commonly|frequently|tends? to|every time|whenever"
    r"|never)\b"
)


def check_habit(ctx: Context) -> str:
    """“always takes this long” speaks of more than one visit; a recording is one."""
    found = _HABIT.search(ctx.reading.bare())
    if found and any(_is_general(claim) for claim in ctx.reading.claims):
        return f"“{found[0]}” speaks of more than this recording"
    return ""


_THROUGHOUT: Final = re.compile(
    r"\bthroughout\b|\ball (?:the time|along)\b|\bthe (?:whole|entire) (?:time|session|visit|site|app)\b|\bconstantly\b"
    r"|\bcontinually\b|\bcontinuously\b|\beverywhere\b|\ball over the (?:site|app)\b"
)
_MOST: Final = 0.6  # of the visit must be cited where something is told of all of it


def _check_throughout(ctx: Context) -> str:
    found = _THROUGHOUT.search(ctx.reading.bare())
    if (
        not found
        or ctx.scope.is_whole
        or "only" in ctx.reading.bare().split()
        or any(claim.negated for claim in ctx.reading.claims)
    ):
        return ""
    whole = max(1.0, ctx.facts.end_ms - ctx.facts.start_ms)
    cited = ctx.scope.end_ms - ctx.scope.begin_ms
    return "" if cited / whole >= _MOST else f"“{found[0]}”: the cited lines are a part of the visit"


_EVERY_ONE: Final = frozenset({"every", "each", "all"})


def _check_every(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    """“Every search in the session found a game”: what the noun counts is looked for in the whole recording."""
    if not _ABOUT_ALL.search(ctx.reading.bare()):
        return ""
    for noun in [claim for claim in ctx.reading.claims if claim.form == "noun" and anchors.get(claim)]:
        if not _EVERY_ONE & {token.word for token in noun.ahead}:
            continue
        everywhere = {anchor.step for anchor in support(noun, ctx.over(ctx.facts.whole))}
        told = [claim for claim in anchors if claim.segment == noun.segment and claim is not noun]
        for claim in told:
            held = {anchor.step for anchor in anchors[claim]}
            deeds = [{at, *(one.index for one in ctx.facts.deed(ctx.facts.steps[at]))} for at in everywhere if at >= 0]
            if held and any(not deed & held for deed in deeds):
                return "“every”: it was not so each time"
    return ""


def _is_general(claim: Claim) -> bool:
    """Present tense, told of a thing: “the search never finds anything”; “the visitor never opens …” tells a visit."""
    return claim.form == "s" and claim.subject != "person"


def check_universals(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    if reason := check_habit(ctx) or _check_throughout(ctx) or _check_every(ctx, anchors):
        return reason
    for claim, many in anchors.items():
        words = [token.word for token in claim.ahead]
        if not many or not set(claim.readings) & _JUDGES or not _EVERY & set(words):
            continue
        if "not" in words or "almost" in words or "nearly" in words:
            continue
        meant = _meant(claim, set(words), ctx)
        held = {anchor.step for anchor in many}
        for step in meant:
            deed = {step.index, *(one.index for one in ctx.facts.deed(step))}
            if not deed & held:
                quantifier = next(word for word in words if word in _EVERY)
                return f"“{quantifier}”: it was not so at {step.ref}"
    return ""


def _meant(claim: Claim, words: set[str], ctx: Context) -> list[Step]:
    """The steps the subject speaks of: those with such a request, or those on such a control."""
    scope = ctx.facts.whole if _ABOUT_ALL.search(ctx.reading.bare()) else ctx.scope
    named = [token for token in claim.ahead if token.kind in ("path", "method")]
    if words & _REQUESTS or named:
        return [step for step in scope.steps if any(request_fits(named, effect) for effect in step.requests)]
    quotes: list[Token] = [token for token in claim.ahead if token.kind == "quote"]
    if words & _TRIES and quotes:
        return [s for s in scope.steps if s.kind in CLICKS and covers_target(s, quotes, ctx.facts)]
    return []
