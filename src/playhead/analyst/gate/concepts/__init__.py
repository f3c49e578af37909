"""Concepts: what evidence each claim needs: the steps and signals of the cited lines that bear it out.

`support` returns anchors (moments that carry the claim); none means that the cited lines do not show it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.answers import ANSWERS, shown, signal_holds
from playhead.analyst.gate.concepts.base import (
    CLICKS,
    SLOW_MS,
    VISIBLE,
    Anchor,
    Context,
    Support,
    act,
    covers_place,
    everything,
)
from playhead.analyst.gate.concepts.consequences import CONSEQUENCES
from playhead.analyst.gate.concepts.deeds import DEEDS, KEYS, type_
from playhead.analyst.gate.concepts.journeys import JOURNEYS, arrivals, goto
from playhead.analyst.gate.matching import covers_target
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step
from playhead.analyst.text import quotable

__all__ = ["CLICKS", "SLOW_MS", "VISIBLE", "Anchor", "Context", "arrivals", "support"]


def _see(claim: Claim, ctx: Context) -> list[Anchor]:
    said = " ".join(token.word for token in claim.object)
    if not any(token.kind == "quote" for token in claim.object) and ("missing" in said or "not found" in said):
        lost = [signal for signal in ctx.scope.signals if signal.kind == "not_found"]  # “the missing page”
        return [Anchor(signal.t_ms, signal.end_ms, -1) for signal in lost]
    if claim.subject != "person" and any(
        t.kind == "number" and t.text.isdigit() and len(t.text) == 3 for t in claim.object
    ):
        return ANSWERS["answer"](claim, ctx)  # “got the answer 200”
    found = shown([*claim.object, *claim.goal, *claim.place, *claim.means], ctx) or goto(claim, ctx)
    named = [token for token in claim.ahead if token.kind == "quote"]  # ““Save” got a 500”: what got it
    return [a for a in found if a.step < 0 or covers_place(ctx.facts.steps[a.step], named, ctx)] if named else found


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


def _first_deed(claim: Claim, ctx: Context) -> list[Anchor]:
    """“began with “Guide””: the first thing done in the session."""
    named = content([*claim.object, *claim.means])
    first = next((one for one in ctx.facts.steps if one.kind not in ("navigate", "scroll", "visibility")), None)
    if not named or first is None or first not in ctx.scope.steps or not covers_target(first, named, ctx.facts):
        return []
    return [Anchor(first.t_ms, first.last_ms, first.index)]


def _back_to_control(claim: Claim, ctx: Context) -> list[Anchor]:
    """“returned to “Choose a password””: a control that had been used before."""
    if claim.subject != "person" or not any(token.kind == "quote" for token in claim.goal):
        return []
    found = DEEDS["use"](replace(claim, object=claim.goal, goal=[]), ctx)
    steps = [ctx.facts.steps[anchor.step] for anchor in found]
    return [a for a, s in zip(found, steps, strict=True) if s.kind in CLICKS and ctx.facts.names_before(s)]


def _moved(claim: Claim, ctx: Context) -> list[Anchor]:
    """“moving the slider”: a thing that is dragged."""
    return DEEDS["drag"](claim, ctx) if claim.lemma == "move" and content(claim.object) else []


def _turns(claim: Claim, ctx: Context) -> list[Anchor]:
    if not any(token.stem == "direction" for token in claim.object):
        return []
    return [Anchor(signal.t_ms, signal.end_ms, -1) for signal in ctx.scope.signals if signal.kind == "cursor_thrash"]


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
    if any(token.word in KEYS for token in claim.object if token.text[:1].isupper()):
        return DEEDS["key"](claim, ctx)
    found = goto(replace(claim, lemma="open"), ctx) or DEEDS["use"](claim, ctx) or shown(claim.object, ctx)
    if not content(claim.object) or not any(token.kind == "word" for token in content(claim.object)):
        return found
    told = [s for s in ctx.scope.signals if signal_holds(s, claim.object)]  # “before the long pause”
    return [Anchor(signal.t_ms, signal.end_ms, -1) for signal in told] or found


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
    "begin": lambda claim, ctx: JOURNEYS["begin"](claim, ctx) or _start(claim, ctx) or _first_deed(claim, ctx),
    "back": lambda claim, ctx: JOURNEYS["back"](claim, ctx) or _back_to_control(claim, ctx),
    "change": lambda claim, ctx: _turns(claim, ctx) or DEEDS["change"](claim, ctx),
    "try": lambda claim, ctx: DEEDS["try"](claim, ctx) or DEEDS["search"](claim, ctx),
    "goto": lambda claim, ctx: goto(claim, ctx) or (DEEDS["use"](claim, ctx) if claim.tried else _moved(claim, ctx)),
    "switch": lambda claim, ctx: goto(claim, ctx) or DEEDS["toggle"](claim, ctx),
}


def support(claim: Claim, ctx: Context) -> list[Anchor]:
    """Anchors for the first reading of the claim that has any, in time order."""
    for concept in claim.readings:
        if concept in _SUPPORT and (anchors := _SUPPORT[concept](claim, ctx)):
            return sorted({(anchor.t_ms, anchor.step): anchor for anchor in _exact(claim, anchors, ctx)}.values())
    return []


def _exact(claim: Claim, anchors: list[Anchor], ctx: Context) -> list[Anchor]:
    """Where moments bear a quoted name exactly, those that only hold it somewhere are not meant."""
    for token in everything(claim):
        if token.kind == "quote":
            named = [a for a in anchors if a.step >= 0 and token.stem in _names_of(ctx.facts.steps[a.step], ctx)]
            anchors = named or anchors
    return anchors


def _names_of(step: Step, ctx: Context) -> set[str]:
    found = {step.name, step.value, *(effect.text or "" for effect in step.raw.effects)}
    if step.kind == "navigate" and step.page is not None:
        found |= {step.page.title, step.page_title}
    titles = [effect.text or "" for effect in step.raw.effects if effect.kind == "navigate"]
    found |= {title.removesuffix(ctx.facts.site_suffix) for title in titles if ctx.facts.site_suffix}
    return {quotable(text) for text in found if text}
