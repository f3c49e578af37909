"""Vain: “in vain”, “without success”, “led nowhere” need deeds of which none was taken, and something that says so."""

from __future__ import annotations

from typing import Final

from playhead.analyst.facts import PROBLEMS
from playhead.analyst.gate.checks.silence import is_silent
from playhead.analyst.gate.concepts import CLICKS, Context
from playhead.analyst.steps import Step

_TELLING: Final = PROBLEMS - {"cursor_thrash", "slow_response", "form_abandon", "quick_back"}
_FIELDS: Final = frozenset("textbox searchbox combobox spinbutton".split())


def check_vain(ctx: Context) -> str:
    """`idioms` has put every such phrase as “vainly”."""
    if not any(token.word == "vainly" for token in ctx.reading.tokens):
        return ""
    deeds = [step for step in ctx.scope.steps if _presses(step)]
    if taken := next((step for step in deeds if ctx.facts.taken(step) is True), None):
        return f"that it was in vain: the recording shows that {taken.ref} went through"
    if ctx.scope.kinds & _TELLING or any(one.refused or one.broke or is_silent(one) for one in deeds):
        return ""
    return "no cited line shows that it was in vain"


def _presses(step: Step) -> bool:
    return (step.kind in CLICKS and step.role not in _FIELDS) or step.kind in ("keypress", "submit")
