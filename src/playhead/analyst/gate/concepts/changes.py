"""Changes: what a page did with what stood there: enabled, changed, took away."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts.base import (
    Anchor,
    Context,
    covers_place,
    everything,
    no_person,
    of,
    state_fits,
)
from playhead.analyst.gate.matching import (
    covers_effect,
    covers_step,
    covers_target,
)
from playhead.analyst.text import quotable
from playhead.core.trace import Effect

_CHANGING: Final = frozenset({"value", "state", "text_added", "text_removed", "dialog", "navigate", "toast", "alert"})


def enabled(claim: Claim, ctx: Context) -> list[Anchor]:
    """A control became usable, or unusable: the recording says it as a state."""
    wanted = {"enable": "enabled", "disable": "disabled"}.get(claim.lemma, "")
    tokens = [*(claim.ahead if claim.passive else []), *claim.object]
    return [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.raw.effects
        if effect.kind == "state" and wanted in quotable(effect.text or "").split() and covers_effect(effect, tokens)
    ]


def changed(claim: Claim, ctx: Context) -> list[Anchor]:
    """What is said to have been chosen or toggled is named by a state or a value, not by any text that came or went."""
    wanted = everything(claim)
    picked = bool({"choose", "toggle"} & set(claim.readings))
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if step.kind == "input" and claim.lemma == "become" and covers_step(step, wanted):
            found.append(of(step))
        for effect in step.raw.effects:
            stated = picked and effect.kind in ("state", "value") and state_fits(claim, step)
            if stated and (covers_effect(effect, wanted) or (not step.name and covers_target(step, wanted, ctx.facts))):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
                break
            if picked:
                continue
            if effect.kind in _CHANGING and (covers_effect(effect, wanted) or covers_place(step, wanted, ctx)):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
                break
        else:
            if step.reacted and not picked and not step.raw.effects and covers_place(step, wanted, ctx):
                found.append(of(step))
    return found


def vanish(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*no_person(claim.ahead), *claim.object, *claim.place]
    shuts = claim.lemma.split()[0] in ("close", "shut", "collapse", "fold", "hide")
    return [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        if not (shuts and any(_is_opened(effect) for effect in step.raw.effects))
        for effect in step.raw.effects
        if (effect.kind == "text_removed" or is_shut(effect))
        and (covers_effect(effect, wanted) or covers_place(step, wanted, ctx))
    ]


def is_shut(effect: Effect) -> bool:
    """A state that says that something is no longer open, shown or chosen."""
    words = set(quotable(effect.text or "").split())
    return effect.kind == "state" and bool(words & {"closed", "collapsed", "hidden", "gone", "not", "off", "valid"})


def _is_opened(effect: Effect) -> bool:
    return effect.kind == "state" and bool({"open", "expanded"} & set(quotable(effect.text or "").split()))
