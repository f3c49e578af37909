"""Answers: what the page, the server or the console did: showed, answered, failed, changed, vanished."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.facts import ERRORS, signal_bag, signal_texts
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.base import (
    SLOW_MS,
    VISIBLE,
    Anchor,
    Context,
    Support,
    covers_place,
    everything,
    no_person,
    of,
    turns_page,
)
from playhead.analyst.gate.concepts.changes import changed, enabled, vanish
from playhead.analyst.gate.matching import (
    covers,
    covers_effect,
    covers_step,
    names_target,
    page_bag,
    quote_in,
    urls_of,
)
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import CONTAINERS
from playhead.analyst.inflect import stems
from playhead.analyst.steps import MESSAGES, Step, queries_of, says_no, word_stems
from playhead.analyst.text import quotable
from playhead.core.trace import Effect, Signal

_ERROR_WORDS: Final = stems("error warning fail exception")
_REFUSAL_WORDS: Final = stems("error warning fail failure refuse decline refusal reject rejection")
_TRIES: Final = stems("attempt try retry login signin payment submission purchase order registration upload save")
NOTHING_FOUND: Final = re.compile(
    r"\bno (?:\w+ )?(?:results?|matches|hits|items|products|entries|articles)\b|\bnothing (?:was |is )?(?:found"
    r"|matche[sd])|\b0 (?:results?|matches|hits|items)\b|not found|\bempty\b"
    r"|\bno such\b|\bnot a single\b|\bno \w+ match\b|\bnothing in\b"
)


def show(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted, subject = [*claim.object, *claim.goal, *claim.place, *claim.means], no_person(claim.ahead)
    if not content(wanted) and not _says_error(wanted):
        wanted, subject = subject, []
    found = shown(wanted, ctx)
    return [anchor for anchor in found if _subject_fits(subject, anchor, ctx)] if content(subject) else found


def _says_error(tokens: list[Token]) -> bool:
    return any(token.stem in _ERROR_WORDS for token in tokens)


def _subject_fits(subject: list[Token], anchor: Anchor, ctx: Context) -> bool:
    subject = [t for t in subject if t.kind != "word" or t.unit == "named" or t.stem not in ctx.page_controls]
    if anchor.step < 0:
        return covers(subject, ctx.scope.bag | ctx.page_words, ctx.scope.texts)
    return covers_place(ctx.facts.steps[anchor.step], subject, ctx)


def shown(tokens: list[Token], ctx: Context) -> list[Anchor]:
    """Effects a person could see, and signals, that hold these words and quotations."""
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        for effect in step.raw.effects:
            kinds = VISIBLE | {"error", "text_removed"} | ({"request"} if _names_request(tokens) else set())
            if effect.kind in kinds and _shows(effect, step, tokens, ctx):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
        if step.kind == "navigate" and covers(
            tokens, page_bag(step.page, step.raw.page_url), step.texts, urls_of(step)
        ):
            found.append(of(step))
    if found:
        return found  # a signal that holds the text spans more than the moment it was shown
    for signal in ctx.scope.signals:
        if signal.kind in ERRORS and signal_holds(signal, tokens):
            found.append(Anchor(signal.t_ms, signal.end_ms, first_step(signal, ctx)))
    return found


def _names_request(tokens: list[Token]) -> bool:
    words = {"request", "response", "answer", "status", "code", "http"}
    return any(token.kind in ("path", "method", "number") or token.word in words for token in tokens)


def signal_holds(signal: Signal, tokens: list[Token]) -> bool:
    words = stems("error page message") | (
        stems("exception javascript script uncaught unhandled throw") if signal.kind == "js_error" else frozenset()
    )
    urls = [signal.page_url, str(signal.measured.get("url", "")), str(signal.measured.get("path", ""))]
    return covers(tokens, signal_bag(signal) | words, [quotable(text) for text in signal_texts(signal)], urls)


def first_step(signal: Signal, ctx: Context) -> int:
    return next((ctx.facts.by_ref[ref].index for ref in signal.refs if ref in ctx.facts.by_ref), -1)


def _shows(effect: Effect, step: Step, tokens: list[Token], ctx: Context) -> bool:
    """Quotations must be the effect's own text (or the title of the page it opened); words may be the step's too."""
    quotes = [token for token in tokens if token.kind == "quote"]
    texts = [quotable(text) for text in (effect.text, effect.path, effect.url) if text]
    if effect.kind == "navigate":
        texts += [quotable(page.title) for page in ctx.facts.trace.session.pages if page.url == effect.url]
    if effect.target:
        texts.append(quotable(effect.target.name))
    if not all(quote_in(token.stem, texts) or (token.unit and covers_step(step, [token])) for token in quotes):
        return False
    rest = [token for token in tokens if token.kind != "quote"]
    if says_no(effect) or effect.kind == "error":
        rest = [token for token in rest if token.stem not in _REFUSAL_WORDS]
    elif (errors := [token for token in rest if token.stem in _ERROR_WORDS]) and (
        not covers_effect(effect, errors) or (len(errors) == len(content(tokens)) and effect.kind in MESSAGES)
    ):
        return False  # a message that only holds the word tells of none: “Error reports of last week are ready”
    return covers_effect(effect, rest) or covers_place(step, rest, ctx)


def answer(claim: Claim, ctx: Context) -> list[Anchor]:
    subject, said = no_person(claim.ahead), [*claim.object, *claim.means, *claim.goal, *claim.place]
    if claim.object and claim.means and any(token.kind == "quote" for token in claim.means):
        subject, said = [*subject, *claim.object], [*claim.means, *claim.goal, *claim.place]  # “answered “Next” with …”
    found: list[Anchor] = []
    exact = any(t.kind == "path" or (t.kind == "number" and len(t.text) == 3 and not t.unit) for t in [*subject, *said])
    for step in ctx.scope.steps:
        about = _plain(subject) if step.refused else subject
        for effect in step.requests:
            named = covers_place(step, about, ctx) and request_fits([*subject, *said], effect)
            if named and (covers_effect(effect, said) or covers_place(step, said, ctx)):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
        status = step.detail.get("status")
        if exact and step.kind == "navigate" and isinstance(status, (int, float)):
            load = Effect(kind="navigate", t_ms=step.t_ms, url=step.raw.page_url, status=int(status))
            if request_fits([*subject, *said], load) and covers_place(step, [*subject, *said], ctx):
                found.append(of(step))
        for effect in step.raw.effects:  # a page load answers too
            if (
                exact
                and effect.kind == "navigate"
                and request_fits([*subject, *said], effect)
                and covers_place(step, [*subject, *said], ctx)
            ):
                found.append(Anchor(effect.t_ms, effect.t_ms, step.index))
    found = [anchor for anchor in found if not _echoes(said, ctx.facts.steps[anchor.step], ctx)]
    found += _loose([*subject, *said], ctx)
    if exact and not found and not any(token.kind in ("path", "method") for token in [*subject, *said]):
        found = _told_code([*subject, *said], ctx)
    if found or exact or any(token.kind in ("path", "method") for token in subject):
        return found
    if content(said):
        found = [anchor for anchor in shown(said, ctx) if _subject_fits(subject, anchor, ctx)]
        return [a for a in found if a.step < 0 or not _echoes(said, ctx.facts.steps[a.step], ctx)]
    return react(claim, ctx)


def _told_code(tokens: list[Token], ctx: Context) -> list[Anchor]:
    """“the server answered 503”, as a message says itself: “Report failed: the server said 503”."""
    codes = [token.text for token in tokens if token.kind == "number" and len(token.text) == 3]
    return [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.raw.effects
        if effect.kind in MESSAGES and says_no(effect) and all(code in (effect.text or "").split() for code in codes)
    ]


def _echoes(said: list[Token], step: Step, ctx: Context) -> bool:
    """What a person asked for is not what came back: the words of a query stand in its address."""
    deed = ctx.facts.deed(step)
    asked = frozenset[str]().union(*(word_stems(" ".join([one.value, *queries_of(one)])) for one in deed))
    words = {token.stem for token in content(said) if token.kind == "word"}
    return bool(words) and words <= asked


def _loose(tokens: list[Token], ctx: Context) -> list[Anchor]:
    """Requests that only a signal tells of; they must be named, since no step stands for them."""
    if not any(token.kind in ("path", "method") for token in tokens):
        return []
    fitting = [e for e in ctx.scope.loose_requests if request_fits(tokens, e) and covers_effect(e, tokens)]
    return [Anchor(effect.t_ms, effect.t_ms, -1) for effect in fitting]


def request_fits(tokens: list[Token], effect: Effect) -> bool:
    """Method, path and status among these tokens are this request's."""
    for token in tokens:
        if token.kind == "method" and effect.kind == "request" and token.word != (effect.method or "get").casefold():
            return False
        if token.kind == "path" and not covers([token], frozenset(), [], [effect.url or "", effect.path or ""]):
            return False
        status = (
            token.kind == "number"
            and not token.unit
            and token.text.isdigit()
            and len(token.text) == 3
            and 100 <= token.value < 600
        )
        if status and effect.status != int(token.value):
            return False
    return True


def react(claim: Claim, ctx: Context) -> list[Anchor]:
    segment = ctx.reading.segments[claim.segment]
    subject = ctx.reading.tokens[segment.start : claim.at]
    if any(token.stem in _TRIES for token in subject) and claim.lemma in ("work", "function"):
        taken = [s for s in ctx.scope.steps if any(200 <= (e.status or 0) < 300 for e in s.requests) and not s.refused]
        return succeed(claim, ctx) or [of(step) for step in taken]  # “the third attempt worked”
    subject = [t for t in no_person([*claim.ahead, *claim.goal, *claim.place]) if t.word not in _TOOK]
    late = {ref for signal in ctx.scope.signals if signal.kind == "slow_response" for ref in signal.refs}
    return [
        of(step) for step in ctx.scope.steps if (step.reacted or step.ref in late) and covers_place(step, subject, ctx)
    ]


_TOOK: Final = frozenset("needed needs required requires took takes".split())


def fail(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = everything(claim)
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        noes = [*step.refused, *step.broke]
        if not all(_named_by(token, step, ctx) for token in claim.ahead if token.kind == "quote"):
            continue
        if noes and _request_of(step, wanted) and covers_place(step, _plain(wanted), ctx):
            found.append(Anchor(min(effect.t_ms for effect in noes), step.last_ms, step.index))
    for signal in ctx.scope.signals:
        if signal.kind in ERRORS and signal_holds(signal, _plain(wanted)):
            at = first_step(signal, ctx)
            if not any(anchor.step == at and at >= 0 for anchor in found):
                found.append(Anchor(signal.t_ms, signal.end_ms, at))
    return found


def _named_by(token: Token, step: Step, ctx: Context) -> bool:
    """What is said to have failed is the control, or stands in what was answered; the page it stands on is neither."""
    texts = [quotable(text) for effect in step.raw.effects for text in (effect.text, effect.path) if text]
    return names_target(token, step, ctx.facts) or quote_in(token.stem, texts)


def _plain(tokens: list[Token]) -> list[Token]:
    """Without words that only say once more that something failed."""
    return [token for token in tokens if token.stem not in _REFUSAL_WORDS | stems("uncaught unhandled")]


def _request_of(step: Step, tokens: list[Token]) -> bool:
    """Where the sentence names a request, one of the step's refused requests must be that one."""
    if not any(token.kind in ("path", "method") for token in tokens):
        return True
    return any(request_fits(tokens, effect) for effect in step.refused if effect.kind in ("request", "navigate"))


def succeed(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = everything(claim)
    found = [of(s) for s in ctx.scope.steps if ctx.facts.taken(s) and covers_place(s, wanted, ctx)]
    if not found and any(token.word in ("step", "steps", "stage", "stages") for token in wanted):
        about = [token for token in wanted if token.word not in CONTAINERS]
        found = [of(s) for s in ctx.scope.steps if turns_page(s) and covers_place(s, about, ctx)]
    if found or not _names_request(wanted):
        return found
    return [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.requests
        if 200 <= (effect.status or 0) < 300 and request_fits(wanted, effect) and covers_place(step, wanted, ctx)
    ]


def cause(claim: Claim, ctx: Context) -> list[Anchor]:
    from playhead.analyst.gate.concepts.journeys import load

    tokens = [*claim.object, *claim.goal, *claim.place, *claim.means]
    if not content(tokens) and not _says_error(tokens):
        return [of(step) for step in ctx.scope.steps if step.reacted]
    as_load = Claim(
        claim.lemma, ["load"], claim.at, claim.end, claim.form, claim.segment, subject="person", object=tokens
    )
    return shown(tokens, ctx) or load(as_load, ctx)


def happen(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*no_person(claim.ahead), *claim.object, *claim.place, *claim.goal]
    found = [of(step) for step in ctx.scope.steps if covers_place(step, wanted, ctx)]
    return found + [Anchor(s.t_ms, s.end_ms, first_step(s, ctx)) for s in ctx.scope.signals if signal_holds(s, wanted)]


def find(claim: Claim, ctx: Context) -> list[Anchor]:
    """What a search found. “found nothing” needs a search that came back empty; whether a person found it is theirs."""
    words = {token.word for token in claim.object}
    wanted = [
        token
        for token in everything(claim)
        if token.word not in ("nothing", "no", "results", "result", "matches", "match")
    ]
    if "nothing" in words or "no" in words or claim.negated:
        return [
            anchor
            for anchor in empty_results(ctx)
            if anchor.step < 0 or covers_place(ctx.facts.steps[anchor.step], wanted, ctx)
        ]
    if claim.subject == "person":
        return []
    empty = {anchor.step for anchor in empty_results(ctx)}
    quoted = any(token.kind == "quote" for token in wanted)
    return [anchor for anchor in shown(wanted, ctx) if quoted or anchor.step < 0 or anchor.step not in empty]


def empty_results(ctx: Context) -> list[Anchor]:
    found = [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.raw.effects
        if NOTHING_FOUND.search(quotable(effect.text or ""))
    ]
    for signal in ctx.scope.signals:
        if signal.kind == "repeated_search" and signal.measured.get("empty"):
            found += [of(ctx.facts.by_ref[ref]) for ref in signal.refs if ref in ctx.facts.by_ref]
    return found


def request(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = everything(claim)
    found = [
        Anchor(effect.t_ms, effect.t_ms, step.index)
        for step in ctx.scope.steps
        for effect in step.requests
        if request_fits(wanted, effect) and (covers_effect(effect, wanted) or covers_place(step, wanted, ctx))
    ]
    return found + _loose(wanted, ctx)


def log(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*claim.ahead, *claim.object]
    found = [
        Anchor(e.t_ms, e.t_ms, s.index)
        for s in ctx.scope.steps
        for e in s.raw.effects
        if e.kind in ("console", "error") and covers_effect(e, wanted)
    ]
    return found + [Anchor(s.t_ms, s.end_ms, -1) for s in ctx.scope.signals if s.kind == "js_error"]


def sit(claim: Claim, ctx: Context) -> list[Anchor]:
    found = [Anchor(s.t_ms, s.end_ms, first_step(s, ctx)) for s in ctx.scope.signals if s.kind == "slow_response"]
    return found + [
        of(s)
        for s in ctx.scope.steps
        if max([s.raw.reaction_ms or 0, *(e.duration_ms or 0 for e in s.requests)]) >= SLOW_MS
    ]


ANSWERS: Final[dict[str, Support]] = {
    "show": show,
    "answer": answer,
    "react": react,
    "fail": fail,
    "succeed": succeed,
    "cause": cause,
    "changed": changed,
    "vanish": vanish,
    "happen": happen,
    "find": find,
    "request": request,
    "log": log,
    "sit": sit,
    "enabled": enabled,
}
