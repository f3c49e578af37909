"""Concepts: what evidence each claim needs: the steps and signals of the cited lines that bear it out.

`support` returns anchors (moments that carry the claim); none means that the cited lines do not show it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.answers import ANSWERS, shown
from playhead.analyst.gate.concepts.base import CLICKS, SLOW_MS, VISIBLE, Anchor, Context, Support, act
from playhead.analyst.gate.concepts.consequences import CONSEQUENCES
from playhead.analyst.gate.concepts.deeds import DEEDS, KEYS, type_
from playhead.analyst.gate.concepts.journeys import JOURNEYS, arrivals, goto
from playhead.analyst.inflect import stem, stems

__all__ = ["CLICKS", "SLOW_MS", "VISIBLE", "Anchor", "Context", "arrivals", "support"]


def _see(claim: Claim, ctx: Context) -> list[Anchor]:
    return shown([*claim.object, *claim.goal, *claim.place, *claim.means], ctx) or goto(claim, ctx)


_YES: Final = frozenset(stem(word) for word in "confirm ok okay yes accept agree apply continue".split())


def _confirm(claim: Claim, ctx: Context) -> list[Anchor]:
    """A person confirms with a key, with a button that says yes, or a deed of that name."""
    keyed = (
        DEEDS["key"](replace(claim, object=claim.means, means=[]), ctx)
        if any(t.word in KEYS or t.stem in KEYS for t in claim.means)
        else []
    )
    yes = act(claim, ctx, CLICKS, lambda step: bool(_YES & step.name_words) and step.reacted and not step.refused)
    return keyed or yes or CONSEQUENCES["do"](claim, ctx)


def _start(claim: Claim, ctx: Context) -> list[Anchor]:
    """“started a new draft”: a control of that name was used, and it answered."""
    if not content(claim.object) or claim.subject != "person":
        return []
    return act(claim, ctx, CLICKS, lambda step: step.reacted and not step.refused)


def _mention(claim: Claim, ctx: Context) -> list[Anchor]:
    """A moment that is only named: a page that came up, a control that was used, an answer that was shown."""
    refusal = any(token.stem in _REFUSALS for token in claim.object)
    if refusal:
        return ANSWERS["fail"](claim, ctx)
    return goto(replace(claim, lemma="open"), ctx) or DEEDS["use"](claim, ctx) or shown(claim.object, ctx)


_REFUSALS: Final = stems("refusal error failure rejection decline")


_SUPPORT: Final[dict[str, Support]] = {
    **DEEDS,
    **JOURNEYS,
    **CONSEQUENCES,
    **ANSWERS,
    "enter": lambda claim, ctx: type_(claim, ctx) or goto(claim, ctx),
    "see": _see,
    "confirm": _confirm,
    "mention": _mention,
    "lead": lambda claim, ctx: JOURNEYS["load"](claim, ctx) or ANSWERS["cause"](claim, ctx),
    "begin": lambda claim, ctx: JOURNEYS["begin"](claim, ctx) or _start(claim, ctx),
    "try": lambda claim, ctx: DEEDS["try"](claim, ctx) or DEEDS["search"](claim, ctx),
    "goto": lambda claim, ctx: goto(claim, ctx) or (DEEDS["use"](claim, ctx) if claim.tried else []),
    "switch": lambda claim, ctx: goto(claim, ctx) or DEEDS["toggle"](claim, ctx),
}


def support(claim: Claim, ctx: Context) -> list[Anchor]:
    """Anchors for the first reading of the claim that has any, in time order."""
    for concept in claim.readings:
        if concept in _SUPPORT and (anchors := _SUPPORT[concept](claim, ctx)):
            return sorted({(anchor.t_ms, anchor.step): anchor for anchor in anchors}.values())
    return []
