"""Numbers: every count, duration, moment, status code and amount in a sentence follows from the cited lines."""

from __future__ import annotations

from playhead.analyst.gate.checks.amounts import distance_holds, literal, status_context, statuses
from playhead.analyst.gate.checks.claims import within_first
from playhead.analyst.gate.checks.counts import count_holds, times_hold
from playhead.analyst.gate.checks.nouns import noun_after
from playhead.analyst.gate.checks.ordinals import ordinal_holds
from playhead.analyst.gate.checks.sequences import check_factors, check_sequences
from playhead.analyst.gate.checks.spans import duration_holds, moment_holds
from playhead.analyst.gate.checks.tallies import CLICK_NOUNS, TRY_NOUNS
from playhead.analyst.gate.checks.universals import check_universals
from playhead.analyst.gate.checks.vague import check_vague
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Anchor, Context
from playhead.analyst.gate.matching import is_status
from playhead.analyst.gate.token import Token


def check_numbers(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    if reason := check_sequences(ctx) or check_factors(ctx) or check_universals(ctx, anchors):
        return reason
    for at, token in enumerate(ctx.reading.tokens):
        if token.kind == "moment":
            if not moment_holds(token, ctx):
                return f"{token.text} is not the time of a cited line"
        elif token.kind == "number" and (reason := _check_number(at, token, ctx, anchors)):
            return reason
    return check_vague(ctx, anchors)


def _check_number(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    if token.unit == "ms" and any(
        claim.negated and within_first(claim, ctx) == token.value for claim in ctx.reading.claims
    ):
        return ""  # the check of what did not happen answers for it
    if token.unit == "ms":
        said = token.text.split()
        if len(said) == 2 and literal(token, ctx, beside=said[1]):
            return ""  # “9 days”, as the page says it
        return "" if duration_holds(at, token, ctx, anchors) else f"no cited line shows a duration of {token.text}"
    if token.unit == "times":
        return "" if times_hold(at, token, ctx, anchors) else f"{token.text}: the cited lines show another count"
    if token.unit == "ordinal":
        return "" if ordinal_holds(at, token, ctx, anchors) else f"{token.text}: the cited lines do not show so many"
    if token.unit == "px":
        return "" if distance_holds(at, token, ctx) else f"{token.text}: the cited lines show another distance"
    if token.unit in ("percent", "money", "rounded"):
        return "" if literal(token, ctx) else f"{token.text} does not stand in the cited lines"
    before = ctx.reading.tokens[at - 1].word if at else ""
    if before in ("number", "no", "nr", "id") and literal(token, ctx):
        return ""  # “ended with number 417” is what a line says, not a status
    if is_status(token.value, token.unit, token.text):
        noun = noun_after(at, ctx)[1]
        if int(token.value) in statuses(ctx) and noun not in CLICK_NOUNS | TRY_NOUNS:
            return ""
        if status_context(at, ctx):
            return f"no cited line holds the status {token.text}"
    return (
        ""
        if count_holds(at, token, ctx, anchors)
        else f"{token.text}: this number does not follow from the cited lines"
    )
