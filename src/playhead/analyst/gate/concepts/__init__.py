"""Concepts: what evidence each claim needs: the steps and signals of the cited lines that bear it out.

`support` returns anchors (moments that carry the claim); none means that the cited lines do not show it.
"""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.concepts.answers import ANSWERS, shown
from playhead.analyst.gate.concepts.base import CLICKS, SLOW_MS, VISIBLE, Anchor, Context, Support
from playhead.analyst.gate.concepts.consequences import CONSEQUENCES
from playhead.analyst.gate.concepts.deeds import DEEDS, type_
from playhead.analyst.gate.concepts.journeys import JOURNEYS, arrivals, goto
from playhead.analyst.gate.reading import Claim

__all__ = ["CLICKS", "SLOW_MS", "VISIBLE", "Anchor", "Context", "arrivals", "support"]


def _see(claim: Claim, ctx: Context) -> list[Anchor]:
    return shown([*claim.object, *claim.goal, *claim.place, *claim.means], ctx) or goto(claim, ctx)


_SUPPORT: Final[dict[str, Support]] = {
    **DEEDS,
    **JOURNEYS,
    **CONSEQUENCES,
    **ANSWERS,
    "enter": lambda claim, ctx: type_(claim, ctx) or goto(claim, ctx),
    "see": _see,
    "switch": lambda claim, ctx: goto(claim, ctx) or DEEDS["toggle"](claim, ctx),
}


def support(claim: Claim, ctx: Context) -> list[Anchor]:
    """Anchors for any reading of the claim, in time order."""
    found: dict[tuple[float, int], Anchor] = {}
    for concept in claim.readings:
        if concept in _SUPPORT:
            for anchor in _SUPPORT[concept](claim, ctx):
                found.setdefault((anchor.t_ms, anchor.step), anchor)
    return sorted(found.values())
