"""Deeds: what a person does to a control: click, type, choose, send, scroll, drag."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.answers import request
from playhead.analyst.gate.concepts.base import (
    CLICKS,
    Anchor,
    Context,
    Support,
    act,
    aim,
    around,
    covers_form,
    covers_place,
    no_person,
    of,
    sends,
    without_twins,
)
from playhead.analyst.gate.concepts.changes import is_shut
from playhead.analyst.gate.concepts.entries import clear, type_
from playhead.analyst.gate.concepts.presses import choose, click, key, rage, toggle
from playhead.analyst.gate.matching import covers, covers_step, covers_target, page_bag, urls_of
from playhead.analyst.gate.words import CONTAINERS
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step, queries_of, was_taken, word_stems
from playhead.analyst.text import quotable


def change(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*aim(claim), *around(claim), *claim.origin]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        moved = step.kind in ("input", "drag") or (
            step.kind in CLICKS | {"keypress"}
            and any(e.kind in ("value", "state", "text_added", "toast") for e in step.raw.effects)
        )
        if (
            moved
            and (covers_target(step, aim(claim), ctx.facts) or covers_step(step, tokens))
            and covers_place(step, tokens, ctx)
        ):
            found.append(of(step))
    return found


def submit(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [token for token in [*aim(claim), *around(claim)] if token.word not in ("form", "forms")]
    found = [
        of(step)
        for step in ctx.scope.steps
        if step.kind in CLICKS | {"submit", "keypress"} and sends(step, ctx.facts) and covers_form(step, tokens, ctx)
    ]
    return without_twins(found, ctx.facts)


def send(claim: Claim, ctx: Context) -> list[Anchor]:
    """A request was sent, or a form: what was sent and came back refused was not sent to anybody."""
    if any(
        token.word in ("request", "requests", "call", "calls") or token.kind in ("method", "path")
        for token in [*claim.ahead, *claim.object]
    ):
        return request(claim, ctx)
    return _sent_by_name(claim, ctx) or [
        a for a in submit(claim, ctx) if claim.tried or was_taken(ctx.facts.deed(ctx.facts.steps[a.step])) is not False
    ]


def _sent_by_name(claim: Claim, ctx: Context) -> list[Anchor]:
    """A control called “Send …” that the page confirmed: not every page tells its server by a request."""
    tokens = [*aim(claim), *around(claim)]
    return [
        of(step)
        for step in ctx.scope.steps
        if step.kind in CLICKS
        and stem("send") in step.name_words
        and covers_form(step, tokens, ctx)
        and (claim.tried or was_taken(ctx.facts.deed(step)) is True)
    ]


def scroll(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [token for token in [*aim(claim), *around(claim), *claim.origin] if token.word not in CONTAINERS]
    words = {token.word for token in tokens}
    return [of(s) for s in ctx.scope.steps if _scrolls(s) and covers_place(s, tokens, ctx) and _depth_fits(s, words)]


def _scrolls(step: Step) -> bool:
    return step.kind == "scroll" or any(effect.kind == "scroll" for effect in step.raw.effects)


def _depth_fits(step: Step, words: set[str]) -> bool:
    """“to the bottom” needs a recorded depth as a share of the page; how many pixels were scrolled does not say it."""
    depths = [
        float(v)
        for k, v in step.detail.items()
        if k in ("depth", "depth_percent", "percent") and isinstance(v, (int, float))
    ]
    depth = max(depths, default=-1.0)
    depth = depth / 100 if depth > 1 else depth
    if words & {"bottom", "end", "footer"}:
        return depth >= 0.9
    if words & {"top", "beginning", "start"}:
        return step.detail.get("to_px") == 0
    if words & {"middle", "halfway", "half"}:
        return 0.35 <= depth <= 0.65
    return True


def is_search(step: Step) -> bool:
    if step.role in ("searchbox", "search") or {"search", "find", "query"} & step.name_words:
        return True
    return (
        bool(step.raw.target)
        and "search" in step.target_words
        and step.kind in ("input", "submit", "keypress", "click")
    )


def search(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = no_person(
        [*claim.object, *claim.place, *claim.goal, *claim.means, *(claim.ahead if claim.passive else [])]
    )
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        queries = queries_of(step)
        detected = any(signal.kind == "repeated_search" for signal in ctx.facts.signals_of(step))
        by_control = is_search(step) and step.kind in ("input", "submit", "keypress", "click")
        if not queries and not by_control and not detected:
            continue
        words = (
            step.target_words
            | step.effect_words
            | word_stems(" ".join(queries))
            | {"search"}
            | page_bag(step.page, step.raw.page_url)
        )
        quoted = [*step.texts, *(quotable(query) for query in queries)]
        if covers(wanted, words, quoted, urls_of(step)) or covers_form(step, wanted, ctx):
            found.append(of(step))
    inputs = [anchor for anchor in found if ctx.facts.steps[anchor.step].kind == "input"]
    return inputs or without_twins(found, ctx.facts)


def copy(claim: Claim, ctx: Context) -> list[Anchor]:
    def copies(step: Step) -> bool:
        told = f"{step.value} {step.detail}".casefold()
        named = step.kind in CLICKS and "copy" in step.name_words and step.reacted
        return (
            named or step.kind == "copy" or (step.kind in ("select", "keypress") and ("copy" in told or "+c" in told))
        )

    wanted = [*aim(claim), *around(claim)]
    return [of(step) for step in ctx.scope.steps if copies(step) and covers_place(step, wanted, ctx)]


def media(claim: Claim, ctx: Context) -> list[Anchor]:
    def plays(step: Step) -> bool:
        told = {stem(word) for value in step.detail.values() for word in str(value).casefold().split()}
        return stem(claim.lemma) in told or not told

    found = act(claim, ctx, {"media"}, plays)
    return found or act(claim, ctx, CLICKS, lambda step: stem(claim.lemma) in step.name_words and step.reacted)


def wait(claim: Claim, ctx: Context) -> list[Anchor]:
    waits = [signal for signal in ctx.scope.signals if signal.kind in ("idle_gap", "slow_response")]
    found = [Anchor(signal.t_ms, signal.end_ms, -1) for signal in waits]
    for step in ctx.scope.steps:
        if any((e.duration_ms or 0) >= 1000 for e in step.requests) or (step.raw.reaction_ms or 0) >= 1000:
            found.append(of(step))
    return found


def pause(claim: Claim, ctx: Context) -> list[Anchor]:
    return media(claim, ctx) or wait(claim, ctx)


def retry(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*aim(claim), *around(claim)]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        earlier = any(one.index < step.index for one in ctx.facts.matching(step))
        kinds = CLICKS | {"submit", "keypress", "input"}
        if (earlier or step.count > 1) and step.kind in kinds and covers_place(step, tokens, ctx):
            found.append(of(step))
    return without_twins(found, ctx.facts)


def use(claim: Claim, ctx: Context) -> list[Anchor]:
    if claim.lemma == "go through" and not content(claim.object):
        return []  # “the attempt went through” says that it was taken
    return act(claim, ctx, CLICKS | {"submit", "keypress", "input", "select", "drag", "media"})


def drag(claim: Claim, ctx: Context) -> list[Anchor]:
    found = act(claim, ctx, {"drag"}) or act(claim, ctx, {"input"}, lambda step: step.role == "slider")
    if found or not any(token.word in _HANDLES for token in aim(claim)):
        return found
    rest = replace(claim, object=[], ahead=[t for t in claim.ahead if t.word not in _HANDLES])
    return act(rest, ctx, {"drag"}, lambda step: step.role in ("slider", "generic", "") and not step.name)


_HANDLES: Final = frozenset("slider handle thumb knob scrubber".split())


def close(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*aim(claim), *around(claim)]
    words = {token.word for token in wanted}
    if words & {"tab", "window", "browser"} or (words & {"page", "site"} and not content(wanted)):
        last = ctx.facts.steps[-1:] == ctx.scope.steps[-1:]  # the last thing done is cited
        return [Anchor(ctx.facts.end_ms, ctx.facts.end_ms, -1)] if last and ctx.facts.trace.session.ended else []
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        closing = bool(_CLOSES & step.name_words)
        closing = closing or (step.kind == "keypress" and "esc" in f"{step.value} {step.detail}".casefold())
        gone = any(effect.kind == "text_removed" or is_shut(effect) for effect in step.raw.effects)
        if (
            step.kind in CLICKS | {"keypress"}
            and (closing or gone)
            and step.reacted
            and covers_place(step, [t for t in wanted if not (closing and t.word in _CLOSED)], ctx)
        ):
            found.append(of(step))
    return found


_CLOSES: Final = stems("close dismiss cross cancel ok done")
_CLOSED: Final = frozenset("dialog dialogue popup modal overlay drawer panel box".split())


DEEDS: Final[dict[str, Support]] = {
    "click": click,
    "key": key,
    "double": lambda claim, ctx: act(claim, ctx, {"dblclick"}),
    "context": lambda claim, ctx: act(claim, ctx, {"contextmenu"}),
    "rage": rage,
    "toggle": toggle,
    "choose": choose,
    "type": type_,
    "clear": clear,
    "change": change,
    "submit": submit,
    "send": send,
    "scroll": scroll,
    "search": search,
    "copy": copy,
    "highlight": lambda claim, ctx: act(claim, ctx, {"select"}),
    "drag": drag,
    "resize": lambda claim, ctx: act(claim, ctx, {"resize"}),
    "media": media,
    "wait": wait,
    "pause": pause,
    "retry": retry,
    "use": use,
    "try": use,
    "close": close,
}
