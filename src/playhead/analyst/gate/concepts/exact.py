"""Exact: of the moments that bear a claim out, those that bear its names and numbers to the letter."""

from __future__ import annotations

import re

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts.base import Anchor, Context, everything
from playhead.analyst.gate.grammar import PREPOSITIONS
from playhead.analyst.gate.token import Token
from playhead.analyst.steps import Step
from playhead.analyst.text import quotable


def exact(claim: Claim, anchors: list[Anchor], ctx: Context) -> list[Anchor]:
    """Where moments bear a quoted name exactly, those that only hold it somewhere are not meant; nor those of
    “rope 1” where “rope 2” is said."""
    for number in _labels(everything(claim)):
        same = [a for a in anchors if a.step >= 0 and _holds_number(number, ctx.facts.steps[a.step])]
        anchors = same or anchors
    for token in everything(claim):
        if token.kind == "quote":
            named = [a for a in anchors if a.step >= 0 and token.stem in _names_of(ctx.facts.steps[a.step], ctx)]
            anchors = named or anchors
    return anchors


def _labels(tokens: list[Token]) -> list[str]:
    """Numbers right behind a noun, and with none behind them: “rope 2”, “seat 14”."""
    found: list[str] = []
    for at, number in enumerate(tokens[1:], 1):
        noun, after = tokens[at - 1], tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or after.kind != "word" or after.word in PREPOSITIONS
        if (
            number.kind == "number"
            and not number.unit
            and noun.kind == "word"
            and noun.word not in PREPOSITIONS
            and ends
        ):
            found.append(f"{number.value:g}")
    return found


def _holds_number(number: str, step: Step) -> bool:
    return any(re.search(rf"(?<![\d.,:/]){re.escape(number)}(?![\d.,:/]*\d)", text) for text in step.texts)


def _names_of(step: Step, ctx: Context) -> set[str]:
    found = {step.name, step.value, *(effect.text or "" for effect in step.raw.effects)}
    if step.kind == "navigate" and step.page is not None:
        found |= {step.page.title, step.page_title}
    titles = [effect.text or "" for effect in step.raw.effects if effect.kind == "navigate"]
    found |= {title.removesuffix(ctx.facts.site_suffix) for title in titles if ctx.facts.site_suffix}
    return {quotable(text) for text in found if text}
