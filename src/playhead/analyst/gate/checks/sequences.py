"""Sequences: “1, 1, 2, 4”, ““A”, “B”, “A””: what is listed as done one after the other stands so in the recording."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.token import Token
from playhead.analyst.text import quotable

LEAST: Final = 3  # two numbers beside each other are no sequence


def check_sequences(ctx: Context) -> str:
    for run in _runs(ctx.reading.tokens):
        said = [quotable(token.text) for token in run]
        if not _contains(_done(ctx), said) and not any(_listed(said, text) for text in ctx.scope.texts):
            return f"{', '.join(token.text for token in run)}: the cited lines show another sequence"
    return ""


_FACTORS: Final = {"double": 2.0, "triple": 3.0, "halve": 0.5}


def check_factors(ctx: Context) -> str:
    """“doubled from 6 to 12”: two numbers of the sentence stand in that relation."""
    for claim in ctx.reading.claims:
        if (factor := _FACTORS.get(claim.lemma)) is None or "changed" not in claim.readings:
            continue
        values = [token.value for token in ctx.reading.tokens if token.kind == "number"]
        if not any(abs(later - earlier * factor) < 0.005 * later for earlier, later in pairwise(values)):
            return f"“{ctx.reading.tokens[claim.at].text}”: its numbers do not say so"
    return ""


def _runs(tokens: list[Token]) -> list[list[Token]]:
    """Bare numbers that only commas and “and” stand between."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "number" and not token.unit:
            found[-1].append(token)
        elif token.text not in (",", "-", "→") and token.word not in ("and", "then"):
            found.append([])
    return [run for run in found if len(run) >= LEAST]


def _done(ctx: Context) -> list[str]:
    """Names and values of the cited steps, in order, each as often as it was done."""
    return [
        quotable(step.value or step.name)
        for step in ctx.scope.steps
        if step.value or step.name
        for _ in range(step.count)
    ]


def _contains(done: list[str], said: list[str]) -> bool:
    return any(done[at : at + len(said)] == said for at in range(len(done) - len(said) + 1))


def _listed(said: list[str], text: str) -> bool:
    """All of them in one text, in this order."""
    at = 0
    for part in said:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
