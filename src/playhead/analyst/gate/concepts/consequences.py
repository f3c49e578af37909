"""Consequences: deeds that leave the world different (paid, deleted, saved): a click on the control is not enough."""

from __future__ import annotations

from itertools import pairwise

from playhead.analyst.facts import ERRORS
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts.base import Anchor, Context, aim, around, covers_form, of, without_twins
from playhead.analyst.gate.words import related
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step, says_no, was_taken, word_stems
from playhead.analyst.text import quotable

_SIGN_IN = frozenset({"log in", "login", "sign in", "sign on", "authenticate"})


def done(claim: Claim, ctx: Context, *, strong: bool) -> list[Anchor]:
    """Steps whose control, form or request is about this deed, and that went through (or were tried, if it says so)."""
    key = related(stem(claim.lemma.split()[0])) | related(stem(claim.lemma.replace(" ", "")))
    wanted = [*aim(claim), *around(claim), *claim.origin]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if step.kind in ("scroll", "visibility", "resize", "navigate"):
            continue
        whole = ctx.facts.deed(step)
        named = step.name_words if step.kind == "input" else deed_words(whole, claim)
        if key & named and covers_form(step, wanted, ctx) and (claim.tried or succeeded(whole, ctx, strong=strong)):
            found.append(of(step))
    return without_twins(found, ctx.facts)


def deed_words(steps: list[Step], claim: Claim) -> frozenset[str]:
    """Words that say what a step was for: its control, its form, its request; not the page it happened on."""
    found: set[str] = set()
    for step in steps:
        found |= step.target_words | _joined(step.name)
        for effect in step.raw.effects:
            if effect.kind == "request":
                found |= word_stems((effect.path or "").replace("/", " ").replace("-", " ").replace("_", " "))
                found |= stems("delete remove") if effect.method == "DELETE" else set()
            elif not says_no(effect) and effect.kind != "error":
                found |= word_stems(effect.text or "")
        if step.raw.target is not None:
            found |= _joined(step.raw.target.container)
    if claim.lemma in _SIGN_IN and any("password" in step.target_words for step in steps):
        found.add("signin")
    return frozenset(found)


def _joined(name: str) -> set[str]:
    """“Sign in” is also signin."""
    words = quotable(name).replace("-", " ").replace("'", " ").split()
    return {stem(a + b) for a, b in pairwise(words)}


def succeeded(steps: list[Step], ctx: Context, *, strong: bool) -> bool:
    """strong: proof that it went through; weak: the page reacted and nothing said no."""
    if was_taken(steps) is False or any(step.broke for step in steps):
        return False
    signals = {signal.kind for step in steps for signal in ctx.facts.signals_of(step)}
    if signals & (ERRORS | {"dead_click", "rage_click"}) and was_taken(steps) is not True:
        return False
    if not strong:
        return any(step.reacted for step in steps)
    return was_taken(steps) is True


def do(claim: Claim, ctx: Context) -> list[Anchor]:
    return done(claim, ctx, strong=False)


def do_strong(claim: Claim, ctx: Context) -> list[Anchor]:
    return done(claim, ctx, strong=True)


CONSEQUENCES = {"do": do, "done": do, "do!": do_strong, "done!": do_strong}
