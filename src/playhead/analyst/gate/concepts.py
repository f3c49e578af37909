"""Concepts: what evidence each claim needs: the steps and signals of the cited lines that bear it out.

`support` returns anchors (moments that carry the claim); none means that the cited lines do not show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from playhead.analyst.facts import (
    ERRORS,
    MUTATING,
    Facts,
    Scope,
    Step,
    path_of,
    says_no,
    signal_bag,
    signal_texts,
    urlsplit_safe,
)
from playhead.analyst.gate.matching import (
    covers,
    covers_effect,
    covers_step,
    covers_target,
    page_bag,
    quote_in,
    urls_of,
)
from playhead.analyst.gate.reading import Claim, Reading, content
from playhead.analyst.gate.tokens import Token
from playhead.analyst.gate.words import PERSON, related
from playhead.analyst.inflect import stem
from playhead.analyst.outcome import outcome_of
from playhead.analyst.text import quotable
from playhead.core.trace import Effect, Signal

CLICKS: Final = frozenset({"click", "dblclick", "contextmenu", "touch"})
TOGGLED: Final = frozenset(
    {"checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio", "tab", "button", "option"}
)
CHOSEN: Final = frozenset({"combobox", "listbox", "option", "radio", "checkbox", "tab", "menuitem", "button", "link", "slider", "spinbutton", "gridcell", "row", "listitem", "img", "generic", "textbox"})  # fmt: skip
VISIBLE: Final = frozenset({"alert", "dialog", "toast", "field_error", "text_added", "navigate", "value", "state"})
SLOW_MS: Final = 3_000  # as in signals.md: what took longer kept somebody waiting
KEYS: Final = frozenset(
    "enter return escape esc tab space backspace delete up down left right home end arrow ctrl control shift alt cmd command f5".split()
)
_SEARCH_PARAMETERS: Final = frozenset("q query search s term keyword keywords text".split())


class Anchor(NamedTuple):
    """A moment that bears out a claim; `step` is -1 for a signal without interactions."""

    t_ms: float
    end_ms: float
    step: int
    count: int = 1


@dataclass(eq=False)
class Context:
    """A reading with what it cites. `facts.whole` is asked when a sentence says that something never happened."""

    reading: Reading
    scope: Scope
    facts: Facts

    @cached_property
    def outcome(self) -> str:
        if "outcome" not in self.facts.cache:
            self.facts.cache["outcome"] = outcome_of(self.facts)
        return self.facts.cache["outcome"][0]

    def over(self, scope: Scope) -> Context:
        return Context(self.reading, scope, self.facts)


def support(claim: Claim, ctx: Context) -> list[Anchor]:
    """Anchors for any reading of the claim, in time order."""
    found: dict[tuple[float, int], Anchor] = {}
    for concept in claim.readings:
        for anchor in _SUPPORT.get(concept, _nothing)(claim, ctx):
            found.setdefault((anchor.t_ms, anchor.step), anchor)
    return sorted(found.values())


def _nothing(claim: Claim, ctx: Context) -> list[Anchor]:
    return []


def _of(step: Step) -> Anchor:
    return Anchor(step.t_ms, step.last_ms, step.index, step.count)


def _no_person(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if not (token.kind == "word" and token.word in PERSON)]


def _aim(claim: Claim) -> list[Token]:
    """What a deed was done to: the object, or what stands before a passive."""
    passive = claim.passive or (claim.subject != "person" and claim.form in ("past",) and bool(content(claim.ahead)))
    return _no_person([*(claim.ahead if passive else []), *claim.object])


def _around(claim: Claim) -> list[Token]:
    return [*claim.goal, *claim.place, *claim.means]


def _act(
    claim: Claim, ctx: Context, kinds: Iterable[str], fits: Callable[[Step], bool] = lambda step: True
) -> list[Anchor]:
    """Steps of these kinds whose target is the claim's object and whose surroundings are its places."""
    kinds = frozenset(kinds)
    found = [
        step
        for step in ctx.scope.steps
        if step.kind in kinds and fits(step) and covers_target(step, _aim(claim), ctx.facts)
        and _covers_place(step, [*_around(claim), *claim.origin], ctx)
    ]  # fmt: skip
    return [_of(step) for step in found]


def _covers_place(step: Step, tokens: list[Token], ctx: Context) -> bool:
    """Where it was done, or what came of it: page, container, effects, and the lines that answer this step."""
    if covers_step(step, tokens):
        return True
    near = [step, *ctx.facts.answers_to(step)]
    bag = frozenset().union(*(one.bag | page_bag(one.page, one.raw.page_url) for one in near), ctx.facts.session_words)
    for signal in ctx.facts.signals_of(step):
        bag |= signal_bag(signal)
    texts = [text for one in near for text in one.texts]
    return covers(tokens, bag, texts, [url for one in near for url in urls_of(one)])


# ---- deeds


def _click(claim: Claim, ctx: Context) -> list[Anchor]:
    words = {token.word for token in _aim(claim) if token.kind == "word"} | {
        token.stem for token in _aim(claim) if token.kind == "quote"
    }
    if claim.lemma in ("press", "hit", "use") and words & KEYS:
        return _key(claim, ctx)
    found = _act(claim, ctx, CLICKS)
    chosen = _act(
        claim,
        ctx,
        {"input", "select"},
        lambda step: step.role in ("checkbox", "radio", "switch", "option", "combobox", "listbox"),
    )
    if "submit" in words:  # “clicked the submit button”: whatever its name, it sent the form
        rest = [token for token in _aim(claim) if token.word != "submit"]
        found += [
            _of(s)
            for s in ctx.scope.steps
            if s.kind in CLICKS and _sends(s, ctx.facts) and covers_target(s, rest, ctx.facts)
        ]
    return found or chosen


def _key(claim: Claim, ctx: Context) -> list[Anchor]:
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if step.kind != "keypress":
            continue
        pressed = " ".join([step.value, *(str(value) for value in step.detail.values())]).casefold()
        wanted = [token for token in _aim(claim) if token.word in KEYS or token.stem in KEYS]
        if all(_same_key(token.word if token.kind == "word" else token.stem, pressed) for token in wanted):
            found.append(_of(step))
    return found


def _same_key(word: str, pressed: str) -> bool:
    names = {"return": "enter", "esc": "escape", "ctrl": "control", "cmd": "meta", "command": "meta"}
    return word in pressed or names.get(word, word) in pressed or word in ("arrow",)


def _double(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, {"dblclick"})


def _context_menu(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, {"contextmenu"})


def _rage(claim: Claim, ctx: Context) -> list[Anchor]:
    raged = {ref for signal in ctx.scope.signals if signal.kind == "rage_click" for ref in signal.refs}
    return _act(claim, ctx, CLICKS, lambda step: step.ref in raged)


def _toggle(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, CLICKS | {"input"}, lambda step: step.role in TOGGLED)


def _choose(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(
        claim, ctx, CLICKS | {"input", "select", "keypress"}, lambda step: step.role in CHOSEN or step.kind == "select"
    )


def _type(claim: Claim, ctx: Context) -> list[Anchor]:
    found: list[Anchor] = []
    wanted = [*_aim(claim), *claim.goal]
    for step in ctx.scope.steps:
        if (
            step.kind == "input"
            and covers_target(step, wanted, ctx.facts)
            and _covers_place(step, [*claim.place, *claim.means, *claim.origin], ctx)
        ):
            found.append(_of(step))
    return found or _several_fields(claim, ctx)


def _several_fields(claim: Claim, ctx: Context) -> list[Anchor]:
    """“filled in “Name” “Email”” without commas, or “a name and address”: each word in some field."""
    named = content([*_aim(claim), *claim.goal])
    if len(named) < 2:
        return []
    found: list[Anchor] = []
    for token in named:
        steps = [step for step in ctx.scope.steps if step.kind == "input" and covers_target(step, [token], ctx.facts)]
        if not steps:
            return []
        found += [_of(step) for step in steps]
    return found


def _enter(claim: Claim, ctx: Context) -> list[Anchor]:
    return _type(claim, ctx) or _goto(claim, ctx)


def _clear(claim: Claim, ctx: Context) -> list[Anchor]:
    emptied = _act(claim, ctx, {"input"}, lambda step: step.value == "")
    return emptied or _act(
        claim, ctx, CLICKS, lambda step: bool({"clear", "reset", "empty"} & step.name_words) and step.reacted
    )


def _change(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*_aim(claim), *_around(claim), *claim.origin]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        moved = step.kind in ("input", "drag") or (
            step.kind in CLICKS | {"keypress"}
            and any(e.kind in ("value", "state", "text_added") for e in step.raw.effects)
        )
        if (
            moved
            and (covers_target(step, _aim(claim), ctx.facts) or covers_step(step, tokens))
            and _covers_place(step, tokens, ctx)
        ):
            found.append(_of(step))
    return found


def _sends(step: Step, facts: Facts) -> bool:
    """The step sent a form, or a request that writes."""
    whole = [step, *facts.answers_to(step)]
    return any(one.kind == "submit" or any(e.method in MUTATING for e in one.requests) for one in whole)


def _submit(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [token for token in [*_aim(claim), *_around(claim)] if token.word not in ("form", "forms")]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if step.kind in CLICKS | {"submit", "keypress"} and _sends(step, ctx.facts) and _covers_form(step, tokens, ctx):
            found.append(_of(step))
    return _without_twins(found, ctx.facts)


def _without_twins(found: list[Anchor], facts: Facts) -> list[Anchor]:
    """A click and the submit it caused are one submission."""
    caused = {other.index for anchor in found for other in facts.answers_to(facts.steps[anchor.step])}
    return [
        anchor
        for anchor in found
        if anchor.step not in caused or not any(a.step < anchor.step and a.step not in caused for a in found)
    ]


def _covers_form(step: Step, tokens: list[Token], ctx: Context) -> bool:
    """A form is known by its button, its container, its page, and the fields that were filled in it."""
    if _covers_place(step, tokens, ctx):
        return True
    fields = [
        one for one in ctx.facts.steps[: step.index] if one.kind == "input" and one.raw.page_url == step.raw.page_url
    ]
    bag = frozenset().union(*(one.target_words for one in [step, *fields])) | step.page_words
    return covers(tokens, bag, [text for one in [step, *fields] for text in one.texts], urls_of(step))


def _send(claim: Claim, ctx: Context) -> list[Anchor]:
    return [a for a in _submit(claim, ctx) if not ctx.facts.steps[a.step].refused] or (
        _request(claim, ctx) if claim.subject != "person" else _request_word(claim, ctx)
    )


def _request_word(claim: Claim, ctx: Context) -> list[Anchor]:
    return (
        _request(claim, ctx)
        if any(
            token.word in ("request", "requests", "call") or token.kind in ("method", "path") for token in claim.object
        )
        else []
    )


def _scroll(claim: Claim, ctx: Context) -> list[Anchor]:
    words = {token.word for token in [*claim.object, *_around(claim), *claim.origin]}
    return [anchor for anchor in _act(claim, ctx, {"scroll"}) if _depth_fits(ctx.facts.steps[anchor.step], words)]


def _depth_fits(step: Step, words: set[str]) -> bool:
    """“to the bottom” needs a recorded depth; a scroll alone does not say how far."""
    depth = next(
        (
            float(v)
            for k, v in step.detail.items()
            if k in ("depth", "to", "depth_percent", "percent")
            and isinstance(v, (int, float))
            and not isinstance(v, bool)
        ),
        None,
    )
    depth = depth / 100 if depth is not None and depth > 1 else depth
    if words & {"bottom", "end"}:
        return depth is not None and depth >= 0.9
    if words & {"top", "beginning", "start"}:
        return depth is not None and depth <= 0.1
    if words & {"middle", "halfway", "half"}:
        return depth is not None and 0.35 <= depth <= 0.65
    return True


class Arrival(NamedTuple):
    """A page or dialog that came up, with the words and texts that name it."""

    anchor: Anchor
    words: frozenset[str]
    texts: list[str]
    urls: list[str]
    step: Step
    is_new: bool  # came up at this step; otherwise the step merely happened there


def arrivals(ctx: Context) -> list[Arrival]:
    found: list[Arrival] = []
    for step in ctx.scope.steps:
        for effect in step.raw.effects:
            if effect.kind == "navigate":
                page = next(
                    (p for p in ctx.facts.trace.session.pages if p.url == effect.url and p.start_ms >= step.t_ms - 50),
                    None,
                )
                words = page_bag(page, effect.url or effect.path or "") | _stems(effect.text)
                texts = [quotable(t) for t in (page.title if page else "", effect.text, effect.url, effect.path) if t]
                found.append(
                    Arrival(
                        Anchor(effect.t_ms, effect.t_ms, step.index),
                        words,
                        texts,
                        [effect.url or "", effect.path or ""],
                        step,
                        True,
                    )
                )
            elif effect.kind in ("dialog", "text_added", "state", "alert", "toast"):
                words = (
                    _stems(effect.text)
                    | step.name_words
                    | (
                        {"dialog", "popup", "modal", "window", "overlay", "menu"}
                        if effect.kind == "dialog"
                        else frozenset()
                    )
                )
                found.append(
                    Arrival(
                        Anchor(effect.t_ms, effect.t_ms, step.index),
                        frozenset(stem(w) for w in words) | words,
                        [quotable(effect.text or ""), quotable(step.name)],
                        [],
                        step,
                        True,
                    )
                )
        if step.kind == "navigate":
            found.append(
                Arrival(
                    _of(step),
                    page_bag(step.page, step.raw.page_url),
                    [quotable(t) for t in (step.page.title if step.page else "", step.raw.page_url) if t],
                    [step.raw.page_url],
                    step,
                    True,
                )
            )
        elif step.kind in CLICKS and step.reacted and not step.refused:
            found.append(Arrival(_of(step), step.target_words, step.texts[:1], [], step, True))
        if step.page is not None:
            anchor = Anchor(step.page.start_ms, step.page.end_ms, step.index)
            found.append(
                Arrival(
                    anchor,
                    page_bag(step.page),
                    [quotable(t) for t in (step.page.title, step.page.url) if t],
                    [step.page.url],
                    step,
                    False,
                )
            )
    if ctx.scope.is_whole:
        for page in ctx.facts.trace.session.pages:
            at = next((s for s in ctx.facts.steps if s.t_ms >= page.start_ms), None)
            if at is not None:
                found.append(
                    Arrival(
                        Anchor(page.start_ms, page.end_ms, at.index),
                        page_bag(page),
                        [quotable(t) for t in (page.title, page.url) if t],
                        [page.url],
                        at,
                        True,
                    )
                )
    return found


def _stems(text: str | None) -> frozenset[str]:
    from playhead.analyst.facts import word_stems

    return word_stems(text or "")


_TOUR: Final = frozenset(
    "visit browse look_at view explore see land on reach arrive arrive at land look over browse to".split()
) | {"look at", "land on", "arrive at"}


def _goto(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*_aim(claim), *claim.goal, *([] if content([*_aim(claim), *claim.goal]) else claim.place)]
    if claim.lemma == "continue" and not content(aim):
        return [_of(step) for step in ctx.scope.steps]
    rest = [*claim.place, *claim.means, *claim.origin]
    found: list[Anchor] = []
    for arrival in arrivals(ctx):
        if not arrival.is_new and not _is_presence(claim):
            continue
        if covers(aim, arrival.words, arrival.texts, arrival.urls) and _covers_place(arrival.step, rest, ctx):
            found.append(arrival.anchor)
    return found


def _is_presence(claim: Claim) -> bool:
    """Verbs that being on a page bears out; “opened” needs the page to have come up in the cited lines."""
    return claim.lemma in (
        "visit",
        "view",
        "look at",
        "reach",
        "browse",
        "land on",
        "arrive at",
        "explore",
        "go to",
        "come to",
        "get to",
        "be",
        "return to",
        "access",
        "navigate to",
        "navigate",
        "go",
    )


def _load(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*claim.ahead, *claim.object, *claim.goal] if claim.subject != "person" else [*claim.object, *claim.goal]
    named = [token for token in content(aim)]
    found = []
    for arrival in arrivals(ctx):
        words = arrival.words | arrival.step.target_words
        texts = [*arrival.texts, *arrival.step.texts[:3]]
        if covers(named, words, texts, [*arrival.urls, *urls_of(arrival.step)]) and (arrival.is_new or not named):
            found.append(arrival.anchor)
    return found


def _back(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*_aim(claim), *claim.goal]
    found: list[Anchor] = []
    for arrival in arrivals(ctx):
        if not arrival.is_new or not covers(aim, arrival.words, arrival.texts, arrival.urls):
            continue
        url = next((url for url in arrival.urls if url), "")
        earlier = any(
            path_of(page.url) == path_of(url) and page.end_ms <= arrival.anchor.t_ms + 1
            for page in ctx.facts.trace.session.pages
            if url
        )
        kinds = " ".join(str(value) for value in arrival.step.detail.values()).casefold()
        if earlier or "back" in kinds or "pop" in kinds or "back" in arrival.step.name_words:
            found.append(arrival.anchor)
    quick = [signal for signal in ctx.scope.signals if signal.kind == "quick_back"]
    if quick and not found and covers(aim, ctx.scope.bag, ctx.scope.texts):
        found = [Anchor(signal.end_ms, signal.end_ms, -1) for signal in quick]
    return found


def _reload(claim: Claim, ctx: Context) -> list[Anchor]:
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        told = any("reload" in str(value).casefold() for value in step.detail.values())
        before = [page for page in ctx.facts.trace.session.pages if page.start_ms < step.t_ms - 1]
        same = step.kind == "navigate" and bool(before) and before[-1].url == step.raw.page_url
        named = step.kind in CLICKS and bool({"reload", "refresh"} & step.name_words)
        if (told or same or named) and _covers_place(step, [*claim.object, *claim.place], ctx):
            found.append(_of(step))
    return found


def _leave(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*_aim(claim), *claim.place, *claim.origin]
    pages = ctx.facts.trace.session.pages
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        away = any(effect.kind == "navigate" for effect in step.raw.effects) or any(
            one.kind == "navigate" for one in ctx.facts.answers_to(step)
        )
        last = step.index == len(ctx.facts.steps) - 1 or (bool(pages) and step.page is pages[-1])
        if (away or last) and covers(aim, page_bag(step.page, step.raw.page_url), step.texts, urls_of(step)):
            found.append(Anchor(step.last_ms if away else ctx.facts.end_ms, ctx.facts.end_ms, step.index))
    quick = [signal for signal in ctx.scope.signals if signal.kind == "quick_back"]
    return found or [
        Anchor(signal.end_ms, signal.end_ms, -1) for signal in quick if covers(aim, ctx.scope.bag, ctx.scope.texts)
    ]


def _abandon(claim: Claim, ctx: Context) -> list[Anchor]:
    given_up = [signal for signal in ctx.scope.signals if signal.kind == "form_abandon"]
    if not given_up and ctx.outcome not in ("abandoned", "failed"):
        return []
    aim = [*_aim(claim), *claim.place, *claim.goal]
    if not covers(
        aim, ctx.scope.bag | _page_words(ctx), ctx.scope.texts, [url for s in ctx.scope.steps for url in urls_of(s)]
    ):
        return []
    return [Anchor(signal.end_ms, signal.end_ms, -1) for signal in given_up] or [
        Anchor(ctx.facts.end_ms, ctx.facts.end_ms, -1)
    ]


def _page_words(ctx: Context) -> frozenset[str]:
    return (
        frozenset().union(*(page_bag(step.page, step.raw.page_url) for step in ctx.scope.steps))
        if ctx.scope.steps
        else frozenset()
    )


def is_search(step: Step) -> bool:
    if step.role in ("searchbox", "search") or {"search", "find", "query"} & step.name_words:
        return True
    return (
        bool(step.raw.target)
        and "search" in step.target_words
        and step.kind in ("input", "submit", "keypress", "click")
    )


def _search(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [
        token
        for token in [*claim.object, *claim.place, *claim.goal, *claim.means, *(claim.ahead if claim.passive else [])]
    ]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        queries = _queries(step)
        if (is_search(step) and step.kind in ("input", "submit", "keypress", "click")) or queries:
            words = step.target_words | step.effect_words | _stems(" ".join(queries)) | {"search"}
            if covers(
                _no_person(aim),
                words | page_bag(step.page, step.raw.page_url),
                [*step.texts, *(quotable(q) for q in queries)],
                urls_of(step),
            ):
                found.append(_of(step))
    return found


def _queries(step: Step) -> list[str]:
    """Search words in the address of the page or of a request this step brought about."""
    from urllib.parse import parse_qsl

    urls = [e.url or e.path or "" for e in step.raw.effects if e.kind in ("navigate", "request")]
    urls += [step.raw.page_url] if step.kind == "navigate" else []
    return [
        value for url in urls for key, value in parse_qsl(urlsplit_safe(url)[3]) if key.casefold() in _SEARCH_PARAMETERS
    ]


def _copy(claim: Claim, ctx: Context) -> list[Anchor]:
    def copies(step: Step) -> bool:
        return (
            step.kind == "select"
            and "copy" in f"{step.detail}".casefold()
            or step.kind == "copy"
            or (step.kind in CLICKS and "copy" in step.name_words and step.reacted)
        )

    return _act(claim, ctx, CLICKS | {"select", "copy", "keypress"}, copies)


def _highlight(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, {"select"})


def _drag(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, {"drag"})


def _resize(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, {"resize"})


def _media(claim: Claim, ctx: Context) -> list[Anchor]:
    return _act(claim, ctx, {"media"}) or _act(
        claim, ctx, CLICKS, lambda step: stem(claim.lemma) in step.name_words and step.reacted
    )


def _wait(claim: Claim, ctx: Context) -> list[Anchor]:
    waits = [s for s in ctx.scope.signals if s.kind in ("idle_gap", "slow_response")]
    found = [Anchor(s.t_ms, s.end_ms, -1) for s in waits]
    found += [
        _of(step)
        for step in ctx.scope.steps
        if any((e.duration_ms or 0) >= 1000 for e in step.requests) or (step.raw.reaction_ms or 0) >= 1000
    ]
    return found


def _retry(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*_aim(claim), *_around(claim)]
    found = []
    for step in ctx.scope.steps:
        earlier = [one for one in ctx.facts.matching(step) if one.index < step.index]
        if (
            (earlier or step.count > 1)
            and step.kind in CLICKS | {"submit", "keypress", "input"}
            and _covers_place(step, tokens, ctx)
        ):
            found.append(_of(step))
    return found


def _use(claim: Claim, ctx: Context) -> list[Anchor]:
    kinds = CLICKS | {"submit", "keypress", "input", "select", "drag", "media"}
    return _act(claim, ctx, kinds)


def _close(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*_aim(claim), *_around(claim)]
    words = {token.word for token in aim}
    if words & {"tab", "window", "browser"} or (words & {"page", "site"} and not content(aim)):
        return [Anchor(ctx.facts.end_ms, ctx.facts.end_ms, -1)] if ctx.facts.trace.session.ended else []
    found = []
    for step in ctx.scope.steps:
        closing = bool({"close", "dismiss", "cross", "cancel", "ok", "done"} & step.name_words) or (
            step.kind == "keypress" and "esc" in f"{step.value} {step.detail}".casefold()
        )
        gone = any(effect.kind in ("text_removed", "state") for effect in step.raw.effects)
        if step.kind in CLICKS | {"keypress"} and (closing or gone) and step.reacted and _covers_place(step, aim, ctx):
            found.append(_of(step))
    return found


def _see(claim: Claim, ctx: Context) -> list[Anchor]:
    shown = _show_tokens([*claim.object, *_around(claim)], ctx)
    return shown or _goto(claim, ctx)


def _stay(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*(claim.ahead if claim.subject != "person" else []), *claim.object, *claim.place, *claim.goal]
    return [
        _of(step) for step in ctx.scope.steps
        if covers(aim, page_bag(step.page, step.raw.page_url) | step.bag, step.texts, urls_of(step))
        and not any(effect.kind == "navigate" for effect in step.raw.effects)
    ]  # fmt: skip


def _take(claim: Claim, ctx: Context) -> list[Anchor]:
    """Durations are checked as numbers; here only that what took the time is in the cited lines."""
    aim = [*claim.ahead, *claim.object, *claim.goal, *claim.place]
    bag = ctx.scope.bag | _page_words(ctx)
    if not covers(_no_person(aim), bag, ctx.scope.texts, [url for s in ctx.scope.steps for url in urls_of(s)]):
        return []
    return [_of(step) for step in ctx.scope.steps] + [Anchor(s.t_ms, s.end_ms, -1) for s in ctx.scope.signals]


def _begin(claim: Claim, ctx: Context) -> list[Anchor]:
    if not _about_session(claim):
        return [_of(step) for step in ctx.scope.steps]
    pages, first = ctx.facts.trace.session.pages, ctx.facts.steps[0] if ctx.facts.steps else None
    aim = [*claim.object, *claim.place, *claim.goal, *claim.means]
    if pages and covers(
        aim,
        page_bag(pages[0]) | (first.bag if first else frozenset()),
        [quotable(pages[0].title), quotable(pages[0].url), *(first.texts if first else [])],
        [pages[0].url],
    ):
        return [Anchor(ctx.facts.start_ms, ctx.facts.start_ms, 0)]
    return []


def _end(claim: Claim, ctx: Context) -> list[Anchor]:
    if not _about_session(claim):
        return [_of(step) for step in ctx.scope.steps]
    pages, last = ctx.facts.trace.session.pages, ctx.facts.steps[-1] if ctx.facts.steps else None
    aim = [*claim.object, *claim.place, *claim.goal, *claim.means]
    bags, texts, urls = frozenset[str](), [], []
    if pages:
        final = max(pages, key=lambda page: (page.end_ms, page.start_ms))
        bags, texts, urls = page_bag(final), [quotable(final.title), quotable(final.url)], [final.url]
    if last is not None:
        bags, texts, urls = bags | last.bag, [*texts, *last.texts], [*urls, *urls_of(last)]
        for signal in ctx.facts.signals_of(last):
            bags |= signal_bag(signal)
    named = covers(aim, bags, texts, urls)
    return [Anchor(ctx.facts.end_ms, ctx.facts.end_ms, len(ctx.facts.steps) - 1)] if named else []


def _about_session(claim: Claim) -> bool:
    words = {token.word for token in claim.ahead}
    return (
        bool(words & {"session", "visit", "recording", "journey", "trace", "it", "everything", "flow"})
        or claim.subject == "person"
        or not content(claim.ahead)
    )


# ---- deeds that leave the world different


def _done(claim: Claim, ctx: Context, *, strong: bool) -> list[Anchor]:
    key = related(stem(claim.lemma.split()[0])) | {stem(claim.lemma.replace(" ", ""))}
    if " " in claim.lemma:
        key |= related(stem(claim.lemma.replace(" ", "")))
    aim = [*_aim(claim), *_around(claim), *claim.origin]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        whole = [step, *ctx.facts.answers_to(step)]
        if not key & _deed_words(whole, claim) or not _covers_form(step, aim, ctx):
            continue
        if step.kind in ("scroll", "visibility", "resize"):
            continue
        if claim.tried or _succeeded(whole, ctx, strong=strong):
            found.append(_of(step))
    return _without_twins(found, ctx.facts)


def _deed_words(steps: list[Step], claim: Claim) -> frozenset[str]:
    """Words that say what a step was for: its control, its form, its request; not the page it happened on."""
    found: set[str] = set()
    for step in steps:
        found |= step.target_words
        for effect in step.raw.effects:
            if effect.kind == "request":
                found |= _stems((effect.path or "").replace("/", " ").replace("-", " ").replace("_", " "))
                found |= {"delete", "remov"} if effect.method == "DELETE" else set()
            elif not says_no(effect):
                found |= _stems(effect.text)
    if claim.lemma in ("log in", "login", "sign in", "sign on", "authenticate"):
        found |= {"signin"} if any("password" in step.target_words for step in steps) else set()
    joined = {f"{a}{b}" for step in steps for a, b in _pairs(step.name)}
    return frozenset(found | joined)


def _pairs(name: str) -> list[tuple[str, str]]:
    words = quotable(name).replace("-", " ").split()
    return [(a, b) for a, b in zip(words, words[1:], strict=False)]


def _succeeded(steps: list[Step], ctx: Context, *, strong: bool) -> bool:
    """strong: proof that it went through; weak: the page reacted and nothing said no."""
    if any(step.refused for step in steps):
        return False
    signals = {signal.kind for step in steps for signal in ctx.facts.signals_of(step)}
    if signals & (ERRORS | {"dead_click", "rage_click"}):
        return False
    if not strong:
        return any(step.reacted for step in steps)
    return any(step.confirmed for step in steps)


def _do(claim: Claim, ctx: Context) -> list[Anchor]:
    return _done(claim, ctx, strong=False)


def _do_strong(claim: Claim, ctx: Context) -> list[Anchor]:
    return _done(claim, ctx, strong=True)


# ---- effects


def _show(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*claim.object, *claim.goal, *claim.place, *claim.means]
    subject = _no_person(claim.ahead)
    if not content(aim) and not _says_error(aim):
        aim, subject = subject, []
    found = _show_tokens(aim, ctx)
    if content(subject):
        found = [a for a in found if _subject_fits(subject, a, ctx)]
    return found


def _says_error(tokens: list[Token]) -> bool:
    return any(token.stem in ("error", "warn", "fail", "except") for token in tokens)


def _subject_fits(subject: list[Token], anchor: Anchor, ctx: Context) -> bool:
    if anchor.step < 0:
        return covers(subject, ctx.scope.bag, ctx.scope.texts)
    return _covers_place(ctx.facts.steps[anchor.step], subject, ctx)


def _show_tokens(tokens: list[Token], ctx: Context) -> list[Anchor]:
    """Effects a person could see, and signals, that hold these words and quotations."""
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        for effect in step.raw.effects:
            if effect.kind in VISIBLE | {"request", "error", "text_removed"} and _shows(effect, step, tokens, ctx):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
        if step.kind == "navigate" and covers(
            tokens, page_bag(step.page, step.raw.page_url), step.texts, urls_of(step)
        ):
            found.append(_of(step))
    for signal in ctx.scope.signals:
        if signal.kind in ERRORS and covers(
            tokens, signal_bag(signal) | _error_words(signal), [quotable(t) for t in signal_texts(signal)]
        ):
            found.append(Anchor(signal.t_ms, signal.end_ms, _first_step(signal, ctx)))
    return found


def _error_words(signal: Signal) -> frozenset[str]:
    return frozenset(
        {"error", "page", "messag"} | ({"except", "javascript", "script"} if signal.kind == "js_error" else set())
    )


def _first_step(signal: Signal, ctx: Context) -> int:
    return next((ctx.facts.by_ref[ref].index for ref in signal.refs if ref in ctx.facts.by_ref), -1)


def _shows(effect: Effect, step: Step, tokens: list[Token], ctx: Context) -> bool:
    """Quotations must be the effect's own text (or the title of the page it opened); words may be the step's too."""
    quotes = [token for token in tokens if token.kind == "quote"]
    texts = [quotable(text) for text in (effect.text, effect.path, effect.url) if text]
    if effect.kind == "navigate":
        texts += [quotable(page.title) for page in ctx.facts.trace.session.pages if page.url == effect.url]
    if effect.target:
        texts.append(quotable(effect.target.name))
    if not all(
        quote_in(token.stem, texts) or (token.unit == "name" and covers_step(step, [token])) for token in quotes
    ):
        return False
    rest = [token for token in tokens if token.kind != "quote"]
    if says_no(effect):
        rest = [
            token
            for token in rest
            if token.stem not in ("error", "warn", "fail", "failur", "refus", "declin", "refusal", "reject")
        ]
    if any(token.stem in ("error", "except", "warn") for token in rest) and not _names(effect, rest):
        return False
    return covers_effect(effect, rest) or _covers_place(step, rest, ctx)


def _names(effect: Effect, tokens: list[Token]) -> bool:
    return covers_effect(effect, [token for token in tokens if token.stem in ("error", "except", "warn")])


def _answer(claim: Claim, ctx: Context) -> list[Anchor]:
    subject, aim = _no_person(claim.ahead), [*claim.object, *claim.means, *claim.goal, *claim.place]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        for effect in step.requests:
            if (
                _covers_place(step, subject, ctx)
                and _request_fits([*subject, *aim], effect)
                and (covers_effect(effect, aim) or _covers_place(step, aim, ctx))
            ):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
    if not found and not any(token.kind in ("path", "method") for token in subject):
        found = (
            [a for a in _show_tokens(aim, ctx) if _subject_fits(subject, a, ctx)]
            if content(aim)
            else _react(claim, ctx)
        )
    return found


def _request_fits(tokens: list[Token], effect: Effect) -> bool:
    for token in tokens:
        if token.kind == "method" and token.word != (effect.method or "").casefold():
            return False
        if token.kind == "path" and not covers([token], frozenset(), [], [effect.url or "", effect.path or ""]):
            return False
        if (
            token.kind == "number"
            and not token.unit
            and 100 <= token.value < 600
            and token.value == int(token.value)
            and len(token.word) == 3
            and effect.status != int(token.value)
        ):
            return False
    return True


def _react(claim: Claim, ctx: Context) -> list[Anchor]:
    subject = [*claim.ahead, *claim.goal, *claim.place]
    return [_of(step) for step in ctx.scope.steps if step.reacted and (_covers_place(step, _no_person(subject), ctx))]


def _fail(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*_no_person(claim.ahead), *claim.object, *claim.goal, *claim.place, *claim.means]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if step.refused and _request_of(step, aim) and _covers_place(step, aim, ctx):
            found.append(Anchor(min(e.t_ms for e in step.refused), step.last_ms, step.index))
    for signal in ctx.scope.signals:
        if signal.kind in ERRORS and covers(
            aim,
            signal_bag(signal) | _error_words(signal),
            [quotable(t) for t in signal_texts(signal)],
            [signal.page_url, str(signal.measured.get("url", "")), str(signal.measured.get("path", ""))],
        ):
            at = _first_step(signal, ctx)
            if not any(anchor.step == at and at >= 0 for anchor in found):
                found.append(Anchor(signal.t_ms, signal.end_ms, at))
    return found


def _request_of(step: Step, tokens: list[Token]) -> bool:
    """Where the sentence names a request, one of the step's refused requests must be that one."""
    if not any(token.kind in ("path", "method") for token in tokens):
        return True
    return any(_request_fits(tokens, effect) for effect in step.refused if effect.kind in ("request", "navigate"))


def _succeed(claim: Claim, ctx: Context) -> list[Anchor]:
    aim = [*_no_person(claim.ahead), *claim.object, *claim.goal, *claim.place, *claim.means]
    found = []
    for step in ctx.scope.steps:
        whole = [step, *ctx.facts.answers_to(step)]
        if (
            any(one.confirmed for one in whole)
            and not any(one.refused for one in whole)
            and _covers_place(step, aim, ctx)
        ):
            found.append(_of(step))
    return found


def _cause(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*claim.object, *claim.goal, *claim.place, *claim.means]
    if not content(tokens) and not _says_error(tokens):
        return [_of(step) for step in ctx.scope.steps if step.reacted]
    return _show_tokens(tokens, ctx) or _load(
        Claim(claim.lemma, ["load"], claim.at, claim.end, claim.form, claim.segment, subject="person", object=tokens),
        ctx,
    )


def _changed(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*_no_person(claim.ahead), *claim.object, *claim.goal, *claim.place, *claim.origin, *claim.means]
    found = []
    for step in ctx.scope.steps:
        for effect in step.raw.effects:
            if effect.kind in (
                "value",
                "state",
                "text_added",
                "text_removed",
                "dialog",
                "navigate",
                "toast",
                "alert",
            ) and (covers_effect(effect, tokens) or _covers_place(step, tokens, ctx)):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
                break
        else:
            if step.reacted and not step.raw.effects and _covers_place(step, tokens, ctx):
                found.append(_of(step))
    return found


def _vanish(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*_no_person(claim.ahead), *claim.object, *claim.place]
    return [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.raw.effects
        if effect.kind in ("text_removed", "state")
        and (covers_effect(effect, tokens) or _covers_place(step, tokens, ctx))
    ]


def _happen(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*_no_person(claim.ahead), *claim.object, *claim.place, *claim.goal]
    return [_of(step) for step in ctx.scope.steps if _covers_place(step, tokens, ctx)] + [
        Anchor(s.t_ms, s.end_ms, _first_step(s, ctx))
        for s in ctx.scope.signals
        if covers(tokens, signal_bag(s) | _error_words(s), [quotable(t) for t in signal_texts(s)])
    ]


def _request(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*_no_person(claim.ahead), *claim.object, *claim.goal, *claim.place, *claim.means]
    return [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.requests
        if _request_fits(tokens, effect) and (covers_effect(effect, tokens) or _covers_place(step, tokens, ctx))
    ]


def _log(claim: Claim, ctx: Context) -> list[Anchor]:
    tokens = [*claim.ahead, *claim.object]
    return [Anchor(e.t_ms, e.t_ms, s.index) for s in ctx.scope.steps for e in s.raw.effects if e.kind in ("console", "error") and covers_effect(e, tokens)] + [
        Anchor(s.t_ms, s.end_ms, -1) for s in ctx.scope.signals if s.kind == "js_error"]  # fmt: skip


def _sit(claim: Claim, ctx: Context) -> list[Anchor]:
    found = [Anchor(s.t_ms, s.end_ms, _first_step(s, ctx)) for s in ctx.scope.signals if s.kind == "slow_response"]
    return found + [
        _of(step)
        for step in ctx.scope.steps
        if max([step.raw.reaction_ms or 0, *(e.duration_ms or 0 for e in step.requests)]) >= SLOW_MS
    ]


_SUPPORT: Final[dict[str, Callable[[Claim, Context], list[Anchor]]]] = {
    "click": _click, "double": _double, "context": _context_menu, "rage": _rage, "toggle": _toggle, "choose": _choose,
    "type": _type, "enter": _enter, "clear": _clear, "change": lambda claim, ctx: _change(claim, ctx) or _changed(claim, ctx),
    "submit": _submit, "send": _send, "scroll": _scroll, "goto": _goto, "switch": lambda claim, ctx: _goto(claim, ctx) or _toggle(claim, ctx),
    "back": _back, "reload": _reload, "leave": _leave, "abandon": _abandon, "search": _search, "copy": _copy, "highlight": _highlight,
    "drag": _drag, "resize": _resize, "media": _media, "wait": _wait, "retry": _retry, "use": _use, "try": _use, "close": _close,
    "see": _see, "stay": _stay, "take": _take, "begin": _begin, "end": _end, "do": _do, "done": _do, "do!": _do_strong, "done!": _do_strong,
    "show": _show, "answer": _answer, "react": _react, "fail": _fail, "succeed": _succeed, "load": _load, "cause": _cause,
    "vanish": _vanish, "happen": _happen, "request": _request, "log": _log, "sit": _sit,
}  # fmt: skip
