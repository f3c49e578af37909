"""Concepts: what evidence each claim needs: the steps and signals of the cited lines that bear it out.

`support` returns anchors (moments that carry the claim); none means that the cited lines do not show it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.answers import ANSWERS, first_step, shown, signal_holds
from playhead.analyst.gate.concepts.base import (
    CLICKS,
    SLOW_MS,
    VISIBLE,
    Anchor,
    Context,
    Support,
    act,
    aim,
    around,
    covers_place,
)
from playhead.analyst.gate.concepts.consequences import CONSEQUENCES, by_what, succeeded
from playhead.analyst.gate.concepts.deeds import DEEDS
from playhead.analyst.gate.concepts.entries import type_
from playhead.analyst.gate.concepts.exact import exact
from playhead.analyst.gate.concepts.journeys import JOURNEYS, arrivals, goto
from playhead.analyst.gate.concepts.presses import KEYS
from playhead.analyst.gate.concepts.unheard import by_unknown_verb
from playhead.analyst.gate.concepts.wholes import by_content
from playhead.analyst.gate.grammar import SPEAKS
from playhead.analyst.gate.matching import covers_target, is_status, quote_in
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import PERSON
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step
from playhead.analyst.text import quotable
from playhead.core.trace import Effect

__all__ = ["CLICKS", "SLOW_MS", "VISIBLE", "Anchor", "Context", "arrivals", "support"]


def _see(claim: Claim, ctx: Context) -> list[Anchor]:
    said = " ".join(token.word for token in claim.object)
    if not any(token.kind == "quote" for token in claim.object) and ("missing" in said or "not found" in said):
        lost = [signal for signal in ctx.scope.signals if signal.kind == "not_found"]  # “the missing page”
        return [Anchor(signal.t_ms, signal.end_ms, -1) for signal in lost]
    tokens = [*claim.object, *claim.goal, *claim.place, *claim.means]
    codes = {int(t.value) for t in tokens if t.kind == "number" and is_status(t.value, t.unit, t.text)}
    if claim.subject != "person" and codes:
        return ANSWERS["answer"](claim, ctx)  # “got the answer 200”
    found = shown(tokens, ctx) or goto(claim, ctx)
    found = [anchor for anchor in found if not codes or codes & _codes_at(anchor, ctx)]
    named = [token for token in claim.ahead if token.kind == "quote"]  # ““Save” got a 500”: what got it
    return [a for a in found if a.step < 0 or covers_place(ctx.facts.steps[a.step], named, ctx)] if named else found


def _filled(claim: Claim, ctx: Context) -> list[Anchor]:
    """“completed “Full name””: a field of that name was filled in."""
    named = [token for token in aim(claim) if token.kind == "quote"]
    found = DEEDS["type"](claim, ctx) if named else []
    return [one for one in found if one.step >= 0 and ctx.facts.steps[one.step].kind == "input"]


def _missing_page(ctx: Context) -> list[Anchor]:
    """“hit a page that does not exist”"""
    lost = [signal for signal in ctx.scope.signals if signal.kind == "not_found"]
    said = {"exist", "exists", "existed"} & {token.word for token in ctx.reading.tokens}
    return [Anchor(one.t_ms, one.end_ms, first_step(one, ctx)) for one in lost] if said else []


def _switched(claim: Claim, ctx: Context) -> list[Anchor]:
    """“Night mode was enabled”: by hand, or a switch of that name; a button that is pressed is not enabled by it."""
    found = DEEDS["toggle"](claim, ctx)
    if claim.subject == "person":
        return found
    return [one for one in found if one.step >= 0 and ctx.facts.steps[one.step].role in ("switch", "checkbox", "radio")]


def _went_on(claim: Claim, ctx: Context) -> list[Anchor]:
    """“went on to “Skipper””: a control of exactly that name is meant, where one was used in the cited lines."""
    if claim.lemma not in _ONWARD:
        return []
    names = {token.stem for token in [*claim.object, *claim.goal] if token.kind == "quote"}
    used = [one for one in ctx.scope.steps if one.kind != "navigate" and quotable(one.name) in names]
    return [Anchor(one.t_ms, one.last_ms, one.index, one.count) for one in used]


_ONWARD: Final = frozenset({"go on to", "move on", "move on to", "continue to", "proceed to", "turn to", "move to"})


def _runs_into(claim: Claim) -> bool:
    """“hit a 404”, “hit an error”: what was met, not what was clicked."""
    met = any(t.stem in _REFUSALS or (t.kind == "number" and is_status(t.value, t.unit, t.text)) for t in aim(claim))
    return claim.lemma == "hit" and met


def _codes_at(anchor: Anchor, ctx: Context) -> set[int]:
    loose = {effect.status for effect in ctx.scope.loose_requests if effect.status}
    return loose | (_codes_of(ctx.facts.steps[anchor.step], ctx) if anchor.step >= 0 else set())


def _codes_of(step: Step, ctx: Context) -> set[int]:
    """Status codes a step met: of its page, its requests, and what the page it opened says of itself."""
    found: set[int] = set()
    for one in ctx.facts.deed(step):
        found |= {effect.status for effect in one.raw.effects if effect.status}
        status = one.detail.get("status")
        found |= {int(status)} if isinstance(status, (int, float)) else set()
        if any(signal.kind == "not_found" for signal in ctx.facts.signals_of(one)):
            found.add(404)
    return found


_YES: Final = frozenset(stem(word) for word in "confirm ok okay yes accept agree apply continue done".split())


def _confirm(claim: Claim, ctx: Context) -> list[Anchor]:
    """A person confirms with a key, with a button that says yes, or a deed of that name."""
    if claim.lemma == "accept" and not content(aim(claim)):
        return []  # “the attempt was accepted” says that it went through
    keyed = (
        DEEDS["key"](replace(claim, object=claim.means, means=[]), ctx)
        if any(t.word in KEYS or t.stem in KEYS for t in claim.means)
        else []
    )
    yes = act(claim, ctx, CLICKS, lambda step: bool(_YES & step.name_words) and step.reacted and not step.refused)
    return keyed or yes or CONSEQUENCES["do"](claim, ctx) or _said_yes_to(claim, ctx)


def _by_control(claim: Claim) -> bool:
    """“opened, renamed and confirmed with “Done””: a deed, though nobody is named who did it."""
    return claim.lemma == "confirm" and any(token.kind == "quote" for token in claim.means)


def _said_yes_to(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the question “Remove this boat?” was accepted”: a yes that took the question away, or came right after it."""
    named = [token for token in aim(claim) if token.kind == "quote"]
    steps = [
        one
        for one in ctx.scope.steps
        if one.kind in CLICKS and _YES & one.name_words and one.reacted and not one.refused
    ]
    return [Anchor(s.t_ms, s.last_ms, s.index) for s in steps if named and _asked(s, named, ctx)]


def _asked(step: Step, named: list[Token], ctx: Context) -> bool:
    before = ctx.facts.steps[max(0, step.index - 2) : step.index + 1]
    return all(any(quote_in(token.stem, one.texts) for one in before) for token in named)


def _switch(claim: Claim, ctx: Context) -> list[Anchor]:
    """“switched from Week to Month”: the one that was chosen, and the one that had been before."""
    if claim.lemma == "switch between" or any(token.word == "between" for token in ctx.reading.tokens):
        return _switched_between(claim, ctx)
    named = content(claim.goal)
    found = DEEDS["toggle"](replace(claim, object=claim.goal, goal=[], origin=[]), ctx) if named else []
    left = content(claim.origin)
    return (
        found if all(any(covers_target(one, [token], ctx.facts) for one in ctx.scope.steps) for token in left) else []
    )


def _switched_between(claim: Claim, ctx: Context) -> list[Anchor]:
    """“switched between “Map” and “List””: each of them was used, and answered."""
    named = content([*claim.object, *claim.goal, *claim.place])
    used = [
        [
            one
            for one in ctx.scope.steps
            if one.kind in CLICKS and one.reacted and covers_target(one, [token], ctx.facts)
        ]
        for token in named
    ]
    steps = [one for many in used for one in many] if len(named) > 1 and all(used) else []
    return [Anchor(one.t_ms, one.last_ms, one.index, one.count) for one in steps]


def _says_so(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the rules were opened; they say “No wake””: they are no people."""
    tokens = ctx.reading.tokens
    people = [token for token in tokens if token.kind == "word" and token.word in PERSON]
    quoted = any(token.kind == "quote" for token in claim.object)
    return (
        shown(claim.object, ctx)
        if quoted and {token.word for token in people} == {"they"} and tokens[0].word != "they"
        else []
    )


def _by_key(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the search was started with Enter”"""
    keys = [token for token in claim.means if token.text[:1].isupper() and (token.word in KEYS or token.stem in KEYS)]
    return DEEDS["key"](replace(claim, object=keys, means=[]), ctx) if keys and claim.passive else []


def _first_deed(claim: Claim, ctx: Context) -> list[Anchor]:
    """“began with “Guide””: the first thing done in the session."""
    named = content([*claim.object, *claim.means])
    first = next((one for one in ctx.facts.steps if one.kind not in ("navigate", "scroll", "visibility")), None)
    if not named or first is None or first not in ctx.scope.steps or not covers_target(first, named, ctx.facts):
        return []
    return [Anchor(first.t_ms, first.last_ms, first.index)]


def _fetches(claim: Claim) -> bool:
    """“pulled a statement out of the menu”"""
    return claim.lemma == "pull" and claim.subject == "person" and bool(content(claim.place) or content(claim.origin))


def _back_to_control(claim: Claim, ctx: Context) -> list[Anchor]:
    """“returned to “Choose a password””: a control that had been used before."""
    fields = {"field", "box", "input", "textbox", "dropdown", "list"} & {token.word for token in claim.goal}
    if claim.subject != "person" or not (content(claim.goal) or fields):
        return []
    found = DEEDS["use"](replace(claim, object=claim.goal, goal=[]), ctx)
    steps = [ctx.facts.steps[anchor.step] for anchor in found]
    called = [token.stem for token in claim.goal if token.kind == "quote"]
    return [
        a
        for a, s in zip(found, steps, strict=True)
        if s.kind in CLICKS
        and (ctx.facts.names_before(s) or _is_first_tab(s, ctx))
        and all(name in quotable(s.name) for name in called)
    ]


def _is_first_tab(step: Step, ctx: Context) -> bool:
    """A tab nobody had chosen yet after another had been: the one that was open at first, or so it may be called."""
    return step.role == "tab" and any(
        one.role == "tab" and one.name != step.name for one in ctx.facts.steps[: step.index]
    )


def _dead(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the switch is broken”: it was pressed and did not answer."""
    dead = {ref for s in ctx.scope.signals if s.kind in ("dead_click", "rage_click") for ref in s.refs}
    return act(claim, ctx, CLICKS, lambda step: step.ref in dead) if claim.passive else []


def _moved(claim: Claim, ctx: Context) -> list[Anchor]:
    """“moving the slider”: a thing that is dragged."""
    return DEEDS["drag"](claim, ctx) if claim.lemma == "move" and content(aim(claim)) else []


def _is_thing_moved(claim: Claim) -> bool:
    """“the card was moved”: not a page that was gone to."""
    return claim.lemma == "move" and claim.passive and bool(content(claim.ahead))


def _turns(claim: Claim, ctx: Context) -> list[Anchor]:
    if not any(token.stem == "direction" for token in claim.object):
        return []
    return [Anchor(signal.t_ms, signal.end_ms, -1) for signal in ctx.scope.signals if signal.kind == "cursor_thrash"]


def _start(claim: Claim, ctx: Context) -> list[Anchor]:
    """“started a new draft”: a control of that name was used, and it answered."""
    if not content(claim.object) or (claim.subject != "person" and claim.form != "ing"):
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
    "enter": lambda claim, ctx: type_(claim, ctx) or (goto(claim, ctx) if content([*aim(claim), *claim.goal]) else []),
    "see": _see,
    "click": lambda claim, ctx: (
        _see(replace(claim, object=aim(claim)), ctx)
        if _runs_into(claim)
        else DEEDS["click"](claim, ctx) or (_missing_page(ctx) if claim.lemma == "hit" else [])
    ),
    "drag": lambda claim, ctx: DEEDS["drag"](claim, ctx) or (DEEDS["use"](claim, ctx) if _fetches(claim) else []),
    "confirm": _confirm,
    "succeed": lambda claim, ctx: (
        (_filled(claim, ctx) if claim.lemma == "complete" else [])
        or ANSWERS["succeed"](claim, ctx)
        or (_confirm(claim, ctx) if _by_control(claim) else [])
    ),
    "mention": _mention,
    "lead": lambda claim, ctx: (
        JOURNEYS["load"](claim, ctx)
        or ([] if any(token.kind == "path" for token in claim.object) else ANSWERS["cause"](claim, ctx))
    ),
    "fail": lambda claim, ctx: ANSWERS["fail"](claim, ctx) or (_dead(claim, ctx) if claim.lemma == "break" else []),
    "search": lambda claim, ctx: (
        DEEDS["search"](claim, ctx)
        or (DEEDS["use"](claim, ctx) if claim.lemma == "look up" and content(aim(claim)) else [])
    ),
    "thrash": lambda claim, ctx: [
        Anchor(one.t_ms, one.end_ms, -1) for one in ctx.scope.signals if one.kind == "cursor_thrash"
    ],
    "begin": lambda claim, ctx: (
        _by_key(claim, ctx) or JOURNEYS["begin"](claim, ctx) or _start(claim, ctx) or _first_deed(claim, ctx)
    ),
    "back": lambda claim, ctx: (
        [] if claim.subject == "thing" else JOURNEYS["back"](claim, ctx) or _back_to_control(claim, ctx)
    ),
    "change": lambda claim, ctx: _turns(claim, ctx) or DEEDS["change"](claim, ctx),
    "try": lambda claim, ctx: DEEDS["try"](claim, ctx) or DEEDS["search"](claim, ctx),
    "load": lambda claim, ctx: _moved(claim, ctx) if _is_thing_moved(claim) else JOURNEYS["load"](claim, ctx),
    "goto": lambda claim, ctx: (
        _moved(claim, ctx)
        if _is_thing_moved(claim)
        else _went_on(claim, ctx)
        or goto(claim, ctx)
        or (DEEDS["use"](claim, ctx) if claim.tried else _moved(claim, ctx))
    ),
    "switch": lambda claim, ctx: goto(claim, ctx) or DEEDS["toggle"](claim, ctx) or _switch(claim, ctx),
    "enabled": lambda claim, ctx: ANSWERS["enabled"](claim, ctx) or _switched(claim, ctx),
}


_MISSING: Final = frozenset({"missing", "nonexistent", "lost"})
_OPENS: Final = frozenset({"goto", "load", "request", "see"})


def support(claim: Claim, ctx: Context) -> list[Anchor]:
    """Anchors for the first reading of the claim that has any, in time order."""
    if _MISSING & {token.word for token in [*claim.ahead, *claim.object]} and _OPENS & set(claim.readings):
        lost = [one for one in ctx.scope.signals if one.kind == "not_found"]  # “the missing page was opened”
        return [Anchor(one.t_ms, one.end_ms, first_step(one, ctx)) for one in lost]
    for concept in claim.readings:
        if concept in _SUPPORT and (anchors := _SUPPORT[concept](claim, ctx)):
            return sorted({(anchor.t_ms, anchor.step): anchor for anchor in exact(claim, anchors, ctx)}.values())
    return (
        _by_state(claim, ctx)
        or _by_name(claim, ctx)
        or (_says_so(claim, ctx) if claim.lemma in SPEAKS else [])
        or by_content(claim, ctx)
        or by_unknown_verb(claim, ctx)
    )


_STATES: Final = {
    **{lemma: {"expanded", "open"} for lemma in ("expand", "unfold", "open", "open up", "reveal")},
    **{lemma: {"collapsed", "closed"} for lemma in ("collapse", "fold", "close", "hide", "shut")},
}


def _by_state(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the section was unfolded”: the control that was used says so of itself."""
    states = _STATES.get(claim.lemma, set())
    if claim.lemma.startswith("sort"):
        beside = [token for token in [*aim(claim), *around(claim)] if token.word not in _LISTS]
        return [
            Anchor(step.t_ms, step.last_ms, step.index, step.count)
            for step in ctx.scope.steps
            if step.kind in CLICKS
            and step.reacted
            and _sorts(step)
            and by_what(claim, step)
            and covers_place(step, beside, ctx)
        ]
    return act(claim, ctx, CLICKS, lambda s: any(_says(effect, states) for effect in s.raw.effects)) if states else []


_LISTS: Final = frozenset("table list rows items grid entries".split())


def _sorts(step: Step) -> bool:
    """A click on the head of a column, or one after which something says that it is sorted."""
    return step.role == "columnheader" or any(_says(e, {"sorted", "ascending", "descending"}) for e in step.raw.effects)


def _says(effect: Effect, states: set[str]) -> bool:
    return effect.kind == "state" and bool(states & set(quotable(effect.text or "").split()))


def _by_name(claim: Claim, ctx: Context) -> list[Anchor]:
    """“packets were put in the basket” where “Put in basket” was pressed and answered: called as the control is."""
    verb = stem(claim.lemma.split()[0])
    wanted = content([*aim(claim), *around(claim)])
    called = stems(claim.lemma) if " " in claim.lemma else frozenset[str]()  # “zoomed in” by the button “Zoom in”
    if "do!" in claim.readings or "mind" in claim.readings or not (wanted or called) or verb in _BARE_VERBS:
        return []
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if (
            step.kind in CLICKS
            and verb in step.name_words
            and step.reacted
            and succeeded(ctx.facts.deed(step), ctx, strong=False)
        ):
            rest = [t for t in wanted if t.kind != "word" or t.stem not in ctx.page_controls]
            named = any(t.kind == "word" and t.stem in step.name_words for t in wanted) or (
                called and called <= step.name_words
            )
            if named and by_what(claim, step) and covers_place(step, rest, ctx):
                found.append(Anchor(step.t_ms, step.last_ms, step.index, step.count))
    return found


_BARE_VERBS: Final = stems("click press tap show see")
