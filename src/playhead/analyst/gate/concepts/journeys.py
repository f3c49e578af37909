"""Journeys: pages and dialogs that came up, were left, returned to, reloaded; how the session began and ended."""

from __future__ import annotations

from typing import Final, NamedTuple

from playhead.analyst.facts import signal_bag
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.base import CLICKS, Anchor, Context, Support, aim, covers_place, of, turns_page
from playhead.analyst.gate.grammar import DETERMINERS
from playhead.analyst.gate.lexicon import AUXILIARY
from playhead.analyst.gate.matching import covers, covers_effect, covers_target, page_bag, urls_of
from playhead.analyst.gate.token import Token
from playhead.analyst.inflect import stems
from playhead.analyst.steps import Step, path_of, word_stems
from playhead.analyst.text import quotable
from playhead.core.trace import Effect

_DIALOG: Final = stems("dialog dialogue popup modal window overlay menu")
# Verbs that being on a page bears out; “opened” needs the page to have come up in the cited lines.
_PRESENCE: Final = frozenset(
    "visit,view,look at,reach,browse,browse to,browse through,land on,arrive at,explore,go to,come to,get to,make"
    " it to,access,navigate to,navigate,go,look around,look over".split(",")
)


_LEAFS: Final = frozenset(
    "advance,leaf,leaf through,flip through,move on,move,proceed,go,step,progress,click through,browse,browse through"
    ",continue".split(",")
)


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
        found += [
            _by_effect(effect, step, ctx)
            for effect in step.raw.effects
            if effect.kind in ("navigate", "dialog", "text_added", "state", "alert", "toast")
        ]
        if step.kind == "navigate":
            found.append(
                Arrival(
                    of(step), page_bag(step.page, step.raw.page_url), _page_texts(step), [step.raw.page_url], step, True
                )
            )
        elif step.kind in CLICKS and step.reacted and not step.refused:
            found.append(Arrival(of(step), step.target_words, step.texts[:1], [], step, True))
        if step.page is not None:
            anchor = Anchor(step.page.start_ms, step.page.end_ms, step.index)
            found.append(Arrival(anchor, page_bag(step.page), _page_texts(step), [step.page.url], step, False))
    return found + (_of_session(ctx) if ctx.scope.is_whole else [])


def _page_texts(step: Step) -> list[str]:
    return [quotable(text) for text in (step.page.title if step.page else "", step.raw.page_url) if text]


def _by_effect(effect: Effect, step: Step, ctx: Context) -> Arrival:
    anchor = Anchor(effect.t_ms, effect.t_ms, step.index)
    if effect.kind == "navigate":
        pages = ctx.facts.trace.session.pages
        page = next((one for one in pages if one.url == effect.url and one.start_ms >= step.t_ms - 50), None)
        words = page_bag(page, effect.url or effect.path or "") | word_stems(effect.text or "")
        texts = [quotable(text) for text in (page.title if page else "", effect.text, effect.url, effect.path) if text]
        return Arrival(anchor, words, texts, [effect.url or "", effect.path or ""], step, True)
    words = word_stems(effect.text or "") | step.name_words | (_DIALOG if effect.kind == "dialog" else frozenset())
    return Arrival(anchor, words, [quotable(effect.text or ""), quotable(step.name)], [], step, True)


def _of_session(ctx: Context) -> list[Arrival]:
    found: list[Arrival] = []
    for page in ctx.facts.trace.session.pages:
        step = next(
            (one for one in ctx.facts.steps if one.t_ms >= page.start_ms),
            ctx.facts.steps[-1] if ctx.facts.steps else None,
        )
        if step is not None:
            texts = [quotable(text) for text in (page.title, page.url) if text]
            found.append(
                Arrival(Anchor(page.start_ms, page.end_ms, step.index), page_bag(page), texts, [page.url], step, True)
            )
    return found


def goto(claim: Claim, ctx: Context) -> list[Anchor]:
    if restless := _restless(claim, ctx):
        return restless
    wanted = [*aim(claim), *claim.goal]
    beside = [*claim.place, *claim.means, *claim.origin]
    if not content(wanted):
        wanted, beside = [*wanted, *claim.place], [*claim.means, *claim.origin]
    chosen: list[Arrival] = []
    for arrival in arrivals(ctx):
        if (
            (arrival.is_new or claim.lemma in _PRESENCE)
            and _is(arrival, wanted)
            and covers_place(arrival.step, beside, ctx)
        ):
            chosen.append(arrival)
    return _pages_first(chosen, [*wanted, *beside]) or _leafed(claim, ctx)


def _leafed(claim: Claim, ctx: Context) -> list[Anchor]:
    """“advanced four pages”: clicks that leaf through a list; what is named beside them is on the page."""
    if claim.lemma not in _LEAFS:
        return []
    named = [*aim(claim), *claim.goal, *claim.place]
    quotes = [token for token in named if token.kind == "quote"]
    return [
        of(step)
        for step in ctx.scope.steps
        if turns_page(step)
        and covers_place(step, named, ctx)
        and all(any(covers_effect(effect, [token]) for effect in step.raw.effects) for token in quotes)
    ]


def _pages_first(found: list[Arrival], tokens: list[Token]) -> list[Anchor]:
    """Where a page of that name came up, a click on a control that merely holds the word did not open it; and where
    some of the places bear a word that otherwise claims nothing (“the shop”), those are meant."""
    if not any(token.stem in _DIALOG for token in tokens):
        found = [one for one in found if one.urls] or found
    for token in tokens:
        if token.kind == "word":
            found = [one for one in found if token.stem in one.words] or found
    return [one.anchor for one in found]


def _is(arrival: Arrival, tokens: list[Token]) -> bool:
    return covers(tokens, arrival.words, arrival.texts, arrival.urls)


def _restless(claim: Claim, ctx: Context) -> list[Anchor]:
    """“the mouse moved back and forth”"""
    if claim.lemma != "move" or not any(token.stem == "backandforth" for token in claim.object):
        return []
    return [Anchor(signal.t_ms, signal.end_ms, -1) for signal in ctx.scope.signals if signal.kind == "cursor_thrash"]


def load(claim: Claim, ctx: Context) -> list[Anchor]:
    """A page was opened or loaded, a link led somewhere: the control may be named beside the page."""
    if restless := _restless(claim, ctx):
        return restless
    tokens = [*claim.ahead, *claim.object, *claim.goal] if claim.subject != "person" else [*claim.object, *claim.goal]
    found: list[Arrival] = []
    for arrival in arrivals(ctx):
        texts = [*arrival.texts, quotable(arrival.step.name), quotable(arrival.step.value)]
        named = covers(
            tokens, arrival.words | arrival.step.target_words, texts, [*arrival.urls, *urls_of(arrival.step)]
        )
        to = covers(
            [*claim.goal, *(claim.object if _says_where(claim) else [])],
            arrival.words | arrival.step.target_words,
            texts,
            arrival.urls,
        )
        if named and to and (arrival.is_new or not content(tokens)):
            found.append(arrival)
    return _pages_first(found, tokens)


def _says_where(claim: Claim) -> bool:
    return claim.subject != "person" and claim.lemma in _LEADS


_LEADS: Final = frozenset(
    {"open", "load", "lead to", "bring to", "redirect to", "take to", "take back", "route to", "forward to"}
)


def back(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*aim(claim), *claim.goal]
    chosen: list[Arrival] = []
    for arrival in arrivals(ctx):
        if not arrival.is_new or not _is(arrival, wanted):
            continue
        url = next((url for url in arrival.urls if url), "")
        pages = ctx.facts.trace.session.pages
        earlier = bool(url) and any(
            path_of(page.url) == path_of(url) and page.end_ms <= arrival.anchor.t_ms + 1 for page in pages
        )
        told = " ".join(str(value) for value in arrival.step.detail.values()).casefold()
        if earlier or "back" in told or "pop" in told or "back" in arrival.step.name_words:
            chosen.append(arrival)
    found = _pages_first(chosen, wanted)
    if any(token.word in ("first", "start", "beginning") or token.unit == "ordinal" for token in wanted):
        found = found or [of(step) for step in ctx.scope.steps if step.kind in CLICKS and "first" in step.name_words]
    if any(token.word in ("page", "pages") for token in [*wanted, *claim.place]):
        leafed = [step for step in ctx.scope.steps if turns_page(step) and _BACKWARD & step.name_words]
        found = found or [of(step) for step in leafed if covers_place(step, claim.means, ctx)]
    quick = [signal for signal in ctx.scope.signals if signal.kind == "quick_back"]
    if quick and not found and covers(wanted, ctx.scope.bag | ctx.page_words, ctx.scope.texts):
        found = [Anchor(signal.end_ms, signal.end_ms, -1) for signal in quick]
    return found


_BACKWARD: Final = stems("previous prev back earlier")


def reload(claim: Claim, ctx: Context) -> list[Anchor]:
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        told = any("reload" in str(value).casefold() for value in step.detail.values())
        before = [page for page in ctx.facts.trace.session.pages if page.start_ms < step.t_ms - 1]
        same = (
            step.kind == "navigate"
            and bool(before)
            and before[-1].url == step.raw.page_url
            and "caused_by" not in step.detail
        )
        named = step.kind in CLICKS and bool({"reload", "refresh"} & step.name_words)
        if (told or same or named) and covers_place(step, [*claim.object, *claim.place], ctx):
            found.append(of(step))
    return found


def leave(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*aim(claim), *claim.place, *claim.origin]
    if "form_abandon" in ctx.scope.kinds and not any(token.kind == "quote" for token in wanted):
        return abandon(claim, ctx)  # “the form was left without being sent”
    pages = ctx.facts.trace.session.pages
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        away = any(effect.kind == "navigate" for effect in step.raw.effects) or any(
            one.kind == "navigate" for one in ctx.facts.answers_to(step)
        )
        last = step.index == len(ctx.facts.steps) - 1 or (bool(pages) and step.page is pages[-1])
        if (away or last) and covers(wanted, page_bag(step.page, step.raw.page_url), step.texts, urls_of(step)):
            found.append(Anchor(step.last_ms if away else ctx.facts.end_ms, ctx.facts.end_ms, step.index))
    quick = [signal for signal in ctx.scope.signals if signal.kind == "quick_back"]
    if found or not covers(wanted, ctx.scope.bag | ctx.page_words, ctx.scope.texts):
        return found
    return [Anchor(signal.end_ms, signal.end_ms, -1) for signal in quick]


def abandon(claim: Claim, ctx: Context) -> list[Anchor]:
    if claim.lemma == "back out" and content(claim.goal):
        return back(claim, ctx)
    given_up = [signal for signal in ctx.scope.signals if signal.kind == "form_abandon"]
    if not given_up and not ctx.cites_giving_up:
        return []
    wanted = [*aim(claim), *claim.place, *claim.goal]
    if not covers(wanted, ctx.scope.bag | ctx.page_words | ctx.page_controls, ctx.scope.texts, ctx.urls):
        return []
    end = ctx.facts.end_ms
    return [Anchor(signal.end_ms, signal.end_ms, -1) for signal in given_up] or [Anchor(end, end, -1)]


def stay(claim: Claim, ctx: Context) -> list[Anchor]:
    wanted = [*(claim.ahead if claim.subject != "person" else []), *claim.object, *claim.place, *claim.goal]
    gone = any(effect.kind == "text_removed" for step in ctx.scope.steps for effect in step.raw.effects)
    if gone and any(token.word in ("open", "visible", "there") for token in wanted):
        return []
    leafed = any(turns_page(step) for step in ctx.scope.steps)
    if leafed and any(token.word in ("page", "pages", "step") for token in wanted):
        return []
    return [
        of(step)
        for step in ctx.scope.steps
        if covers(wanted, page_bag(step.page, step.raw.page_url) | step.bag, step.texts, urls_of(step))
        and not any(effect.kind == "navigate" for effect in step.raw.effects)
    ]


def take(claim: Claim, ctx: Context) -> list[Anchor]:
    """Durations are checked as numbers; here only that what took the time is in the cited lines."""
    wanted = [*claim.ahead, *claim.object, *claim.goal, *claim.place]
    if not covers(wanted, ctx.scope.bag | ctx.page_words, ctx.scope.texts, ctx.urls):
        return []
    return [of(step) for step in ctx.scope.steps] + [Anchor(s.t_ms, s.end_ms, -1) for s in ctx.scope.signals]


def begin(claim: Claim, ctx: Context) -> list[Anchor]:
    if not _about_session(claim):
        return _with(claim, ctx)
    pages, first = ctx.facts.trace.session.pages, ctx.facts.steps[0] if ctx.facts.steps else None
    bag, texts, urls = _edge(pages[0] if pages else None, first)
    start = ctx.facts.start_ms
    return (
        [Anchor(start, start, 0)]
        if covers([*claim.object, *claim.place, *claim.goal, *claim.means], bag, texts, urls)
        else []
    )


def end(claim: Claim, ctx: Context) -> list[Anchor]:
    if not _about_session(claim):
        return _with(claim, ctx)
    pages, last = ctx.facts.trace.session.pages, ctx.facts.steps[-1] if ctx.facts.steps else None
    bag, texts, urls = _edge(max(pages, key=lambda page: (page.end_ms, page.start_ms)) if pages else None, last)
    for one in ctx.facts.deed(last) if last is not None else []:
        bag, texts = bag | one.target_words, [*texts, *one.texts]
        for signal in ctx.facts.signals_of(one):
            bag |= signal_bag(signal)
    at = ctx.facts.end_ms
    wanted = [*claim.object, *claim.place, *claim.goal, *claim.means]
    if last is not None and _left_for(wanted, last, ctx):
        return []
    return [Anchor(at, at, len(ctx.facts.steps) - 1)] if covers(wanted, bag, texts, urls) else []


def _with(claim: Claim, ctx: Context) -> list[Anchor]:
    """Steps that hold what is said to have begun or ended; all that are cited where no one of them does."""
    told = [*claim.ahead, *claim.object]
    used = [of(step) for step in ctx.scope.steps if content(told) and covers_target(step, told, ctx.facts)]
    named = used or [of(step) for step in ctx.scope.steps if content(told) and covers_place(step, told, ctx)]
    return named or [of(step) for step in ctx.scope.steps]


def _left_for(wanted: list[Token], last: Step, ctx: Context) -> bool:
    """“ended on the “Search” tab” where another tab was chosen last, which says that “Search” no longer is."""
    chosen = last if last.role == "tab" else ctx.facts.tab_of(last)
    tabs = {quotable(one.name) for one in ctx.facts.steps if one.role == "tab"}
    named = {token.stem for token in wanted if token.kind == "quote"} & tabs
    return chosen is not None and bool(named) and quotable(chosen.name) not in named


def _edge(page, step: Step | None) -> tuple[frozenset[str], list[str], list[str]]:
    bag, texts, urls = frozenset[str](), list[str](), list[str]()
    if page is not None:
        bag, texts, urls = page_bag(page), [quotable(page.title), quotable(page.url)], [page.url]
    if step is not None:
        bag, texts, urls = bag | step.bag, [*texts, *step.texts], [*urls, *urls_of(step)]
    return bag, texts, urls


def _about_session(claim: Claim) -> bool:
    words = {token.word for token in claim.ahead}
    session = {
        "session",
        "visit",
        "recording",
        "journey",
        "trace",
        "it",
        "everything",
        "flow",
        "they",
        "visitor",
        "user",
    }
    named = {token.word for token in claim.ahead if token.kind != "punct"} - DETERMINERS - AUXILIARY
    return bool(words & session) or (claim.subject == "person" and not claim.passive) or not named


JOURNEYS: Final[dict[str, Support]] = {
    "goto": goto,
    "load": load,
    "back": back,
    "reload": reload,
    "leave": leave,
    "abandon": abandon,
    "stay": stay,
    "take": take,
    "begin": begin,
    "end": end,
}
