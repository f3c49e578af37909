"""Entries: what a person put into fields: typed, corrected, cleared, keyed in, a whole form."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.base import (
    CLICKS,
    Anchor,
    Context,
    act,
    aim,
    around,
    covers_form,
    covers_place,
    of,
)
from playhead.analyst.gate.concepts.presses import choose
from playhead.analyst.gate.grammar import ROLE_NOUNS
from playhead.analyst.gate.matching import covers_target, path_matches
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import related
from playhead.analyst.steps import Step
from playhead.analyst.text import quotable


def type_(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted, beside = [*aim(claim), *claim.goal], [*claim.place, *claim.means, *claim.origin]
    found = [
        of(step)
        for step in ctx.scope.steps
        if step.kind == "input"
        and covers_target(step, wanted, ctx.facts)
        and covers_place(step, beside, ctx)
        and not _means_another(wanted, step, ctx)
        and _bears(wanted, step)
    ]
    picked = [
        anchor
        for anchor in (choose(claim, ctx) if claim.lemma in _FILLS else [])
        if ctx.facts.steps[anchor.step].role not in _FIELDS | {""} and _bears(wanted, ctx.facts.steps[anchor.step])
    ]
    return (
        found
        or picked
        or _several_fields(claim, ctx)
        or _form_filled(claim, ctx)
        or _typed_again(claim, ctx)
        or _keyed(claim, ctx)
    )


_FIELDS: Final = frozenset("textbox searchbox combobox spinbutton".split())


_FILLS: Final = frozenset({"fill in", "fill", "fill out", "provide", "supply"})  # a list is filled in by choosing


_AGAIN: Final = frozenset("correct amend edit modify retype reenter refill rewrite overwrite re update change".split())


def _typed_again(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the password was corrected”: typing as many masked characters again is recorded as a click into the field."""
    if claim.lemma.split()[0] not in _AGAIN:
        return []
    wanted = [*aim(claim), *claim.goal]
    return [
        of(step)
        for step in ctx.scope.steps
        if step.kind in CLICKS
        and step.role in _FIELDS
        and covers_target(step, wanted, ctx.facts)
        and _bears(wanted, step)
        and any(one.kind == "input" and _same_field(one, step) for one in ctx.facts.steps[: step.index])
    ]


def _same_field(one: Step, other: Step) -> bool:
    return (
        bool(one.name)
        and one.role == other.role
        and (one.name.startswith(other.name) or other.name.startswith(one.name))
    )


def _keyed(claim: Claim, ctx: Context) -> list[Anchor]:
    """“a code was entered” on a keypad: buttons of one character."""
    keys = [step for step in ctx.scope.steps if step.kind in CLICKS and step.role == "button" and len(step.name) == 1]
    named = {t.stem for t in aim(claim) if t.kind == "quote"} - {quotable(step.name) for step in keys}
    return [of(step) for step in keys] if sum(step.count for step in keys) > 1 and not named else []


_CALLED: Final = frozenset(
    "title name names number numbers address addresses code codes url heading date topic".split()
)


def _bears(wanted: list[Token], step: Step) -> bool:
    """“The title was filled in”: a word fields are called by is this field's, where it has a name at all."""
    if content(wanted) or not step.name:
        return True
    words = {token.stem for token in wanted if token.kind == "word" and token.word in _CALLED}
    return all(not related(word).isdisjoint(step.target_words | step.page_words) for word in words)


def _means_another(wanted: list[Token], step: Step, ctx: Context) -> bool:
    """“The name was corrected”: a word that claims nothing elsewhere names a field where there is one of that name."""
    if step.name and any(token.kind == "quote" for token in wanted):
        return False
    words = {token.stem for token in wanted if token.kind == "word" and token.word not in ROLE_NOUNS}
    others = [one for one in ctx.facts.steps if one.kind == "input" and one.name != step.name]
    return any(words & one.name_words - step.target_words for one in others) and not words & step.name_words


def _several_fields(claim: Claim, ctx: Context) -> list[Anchor]:
    """“typed a name and address”, without commas: each word in some field."""
    named = content([*aim(claim), *claim.goal])
    found: list[Anchor] = []
    for token in named:
        steps = [step for step in ctx.scope.steps if step.kind == "input" and covers_target(step, [token], ctx.facts)]
        if not steps:
            return []
        found += [of(step) for step in steps]
    return found if len(named) > 1 else []


def _form_filled(claim: Claim, ctx: Context) -> list[Anchor]:
    """“filled in the sign-up form”: the form is known by its page too."""
    if not any(token.word in ("form", "forms", "fields", "details") for token in aim(claim)):
        return []
    inputs = [
        step
        for step in ctx.scope.steps
        if step.kind == "input" and covers_form(step, [*aim(claim), *around(claim)], ctx)
    ]
    left = [signal for signal in ctx.scope.signals if signal.kind == "form_abandon"]
    given_up = [Anchor(signal.t_ms, signal.end_ms, -1) for signal in left if _same_page(signal.page_url, claim)]
    return [of(step) for step in inputs] or given_up


def _same_page(url: str, claim: Claim) -> bool:
    """The form that was given up is on the page the sentence names, where it names one."""
    paths = [token.stem if token.kind == "quote" else token.word for token in around(claim) if token.kind != "word"]
    return all(path_matches(path, [url]) or path in quotable(url) for path in paths if path[:1] == "/")


def clear(claim: Claim, ctx: Context) -> list[Anchor]:
    emptied = act(claim, ctx, {"input"}, lambda step: step.value == "")
    return emptied or act(
        claim, ctx, CLICKS, lambda step: bool({"clear", "reset", "empty"} & step.name_words) and step.reacted
    )
