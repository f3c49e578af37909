"""Presses: what a person does to a control at once: clicks, keys, switches, choices."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts.base import (
    CLICKS,
    Anchor,
    Context,
    act,
    aim,
    of,
    sends,
    state_fits,
)
from playhead.analyst.gate.matching import covers_target

TOGGLED: Final = frozenset("checkbox switch radio menuitemcheckbox menuitemradio tab button option label".split())


CHOSEN: Final = frozenset(
    "combobox listbox option radio checkbox switch columnheader tab menuitem button link slider spinbutton gridcell"
    " cell row listitem treeitem img generic textbox".split()
)


KEYS: Final = frozenset(
    "enter return escape esc tab space backspace delete up down left right home end arrow ctrl control shift alt"
    " cmd command".split()
)


def click(claim: Claim, ctx: Context) -> list[Anchor]:
    words = {token.word for token in aim(claim) if token.kind == "word"} | {
        t.stem for t in aim(claim) if t.kind == "quote"
    }
    if claim.lemma in ("press", "hit", "use") and words & KEYS:
        return key(claim, ctx) or act(claim, ctx, CLICKS)
    found = act(claim, ctx, CLICKS)
    if "submit" in words:  # “clicked the submit button”: whatever its name, it sent the form
        rest = [token for token in aim(claim) if token.word != "submit"]
        found += [
            of(s)
            for s in ctx.scope.steps
            if s.kind in CLICKS and sends(s, ctx.facts) and covers_target(s, rest, ctx.facts)
        ]
    roles = ("checkbox", "radio", "switch", "option", "combobox", "listbox")
    return found or act(claim, ctx, {"input", "select"}, lambda step: step.role in roles)


def key(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [t.word if t.kind == "word" else t.stem for t in aim(claim) if t.word in KEYS or t.stem in KEYS]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        pressed = " ".join([step.value, *(str(value) for value in step.detail.values())]).casefold()
        if (step.kind == "keypress" and all(_same_key(word, pressed) for word in wanted)) or (
            step.detail.get("by") == "keyboard" and set(wanted) <= {"enter", "return", "space"}
        ):
            found.append(of(step))
    return found


def _same_key(word: str, pressed: str) -> bool:
    names = {"return": "enter", "esc": "escape", "ctrl": "control", "cmd": "meta", "command": "meta"}
    return word in pressed or names.get(word, word) in pressed


def rage(claim: Claim, ctx: Context) -> list[Anchor]:
    raged = {ref for signal in ctx.scope.signals if signal.kind == "rage_click" for ref in signal.refs}
    return act(claim, ctx, CLICKS, lambda step: step.ref in raged)


def toggle(claim: Claim, ctx: Context) -> list[Anchor]:
    return act(
        claim, ctx, CLICKS | {"input"}, lambda step: step.role in TOGGLED and step.reacted and state_fits(claim, step)
    )


def choose(claim: Claim, ctx: Context) -> list[Anchor]:
    return act(
        claim,
        ctx,
        CLICKS | {"input", "select", "keypress"},
        lambda s: (s.role in CHOSEN or s.kind == "select") and state_fits(claim, s),
    )
