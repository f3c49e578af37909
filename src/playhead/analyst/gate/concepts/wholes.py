"""By content: which deed a claim means is decided by what it names, wherever in the sentence its words stand.

The last resort of `support`, for wordings no concept reads. A deed (a step with what it caused) bears a claim out when
everything the claim names stands in it, and when its verb can be said of such a deed. Consequences (paid, deleted),
moods, durations and absences are never borne out this way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playhead.analyst.facts import signal_bag
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.base import CLICKS, VISIBLE, Anchor, Context, everything
from playhead.analyst.gate.concepts.consequences import by_what
from playhead.analyst.gate.matching import page_bag, path_matches, quote_in, urls_of
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import related
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step, says_yes, was_taken
from playhead.analyst.text import quotable

# What people call a deed of each kind, beside its verb.
_KIND_WORDS: Final = {
    "input": stems("typing entry input text value keyboard"),
    "drag": stems("drag drop move slide pull"),
    "scroll": stems("scroll page"),
    "keypress": stems("key press shortcut keyboard keystroke combination"),
    "select": stems("selection highlight passage text"),
    "click": stems("click press tap mouse"),
    "dblclick": stems("doubleclick click mouse"),
    "contextmenu": stems("rightclick click mouse context menu"),
    "navigate": stems("page address url navigation"),
    "submit": stems("form submission"),
    "media": stems("playback video audio player"),
}
_BAD: Final = stems("error exception failure fault crash warning refusal rejection problem")
_CHANGING: Final = VISIBLE | {"text_removed"}


def by_content(claim: Claim, ctx: Context) -> list[Anchor]:
    """Moments of the cited deeds that hold everything the claim names and are of its verb's kind."""
    named = content(everything(claim))
    fits = [test for reading in claim.readings if (test := _TESTS.get(reading))]
    if not named or not fits:
        return []
    bad = any(token.stem in _BAD for token in named)
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        deed = ctx.facts.deed(step)
        if bad and not _is_refused(deed, claim):
            continue
        if deed[0] is not step and deed[0] in ctx.scope.steps:
            continue  # its root stands for it
        if any(test(deed, claim) for test in fits) and by_what(claim, step) and holds(deed, named, ctx):
            found.append(Anchor(step.t_ms, max(one.last_ms for one in deed), step.index, step.count))
    return found


def holds(deed: list[Step], named: list[Token], ctx: Context) -> bool:
    """Each named thing stands in the deed; at least one of them in what was used or in what came of it."""
    core, beside = words_of_deed(deed, ctx), _words_around(deed, ctx)
    texts = [text for one in deed for text in one.texts]
    urls = [url for one in deed for url in urls_of(one)]
    is_own = False
    for token in named:
        if token.kind == "quote":
            if not quote_in(token.stem, texts) and not path_matches(token.stem, urls):
                return False
            is_own = True
        elif token.kind == "path":
            if not path_matches(token.word, urls):
                return False
            is_own = True
        elif not related(token.stem).isdisjoint(core):
            is_own = True
        elif related(token.stem).isdisjoint(beside):
            return False
    return is_own


def words_of_deed(deed: list[Step], ctx: Context) -> frozenset[str]:
    """Words for what was used, how, and what came of it."""
    found: set[str] = set()
    for one in deed:
        found |= one.target_words | one.effect_words | _KIND_WORDS.get(one.kind, frozenset())
        for signal in ctx.facts.signals_of(one):
            found |= signal_bag(signal)
    return frozenset(found)


def _words_around(deed: list[Step], ctx: Context) -> frozenset[str]:
    """Words for where it was done: the page, the site, the tab, the controls used on that page."""
    found: set[str] = set(ctx.facts.session_words)
    for one in deed:
        found |= page_bag(one.page, one.raw.page_url) | one.page_words
    return frozenset(found) | ctx.page_controls


def _effects(deed: list[Step]) -> set[str]:
    return {effect.kind for one in deed for effect in one.raw.effects}


def _is_seen(deed: list[Step], claim: Claim) -> bool:
    return bool(_effects(deed) & VISIBLE) or any(one.kind == "navigate" for one in deed)


def _is_changed(deed: list[Step], claim: Claim) -> bool:
    return bool(_effects(deed) & _CHANGING)


def _is_gone(deed: list[Step], claim: Claim) -> bool:
    return bool(_effects(deed) & {"text_removed"}) or "closed" in _states(deed)


def _states(deed: list[Step]) -> set[str]:
    effects = [effect for one in deed for effect in one.raw.effects if effect.kind == "state"]
    return {word for effect in effects for word in quotable(effect.text or "").split()}


def _is_refused(deed: list[Step], claim: Claim) -> bool:
    return any(one.refused or one.broke for one in deed)


def _is_answered(deed: list[Step], claim: Claim) -> bool:
    """Confirmed: something was shown or changed in answer, and nothing said no."""
    return _is_changed(deed, claim) and was_taken(deed) is not False and not _is_refused(deed, claim)


def _is_opened(deed: list[Step], claim: Claim) -> bool:
    shown = {"navigate", "dialog"} & _effects(deed) or any(one.kind == "navigate" for one in deed)
    return bool(shown) or bool({"selected", "expanded", "open"} & _states(deed))


def _is_kept(deed: list[Step], claim: Claim) -> bool:
    """“The move was saved”: a request that writes was taken, or the page says that something was."""
    key = stem(claim.lemma.split()[0])
    written = key in _KEEPS and any(says_yes(effect) for one in deed for effect in one.raw.effects)
    return was_taken(deed) is True and written


_KEEPS: Final = stems("save store keep update")


def _uses(*kinds: str) -> Callable[[list[Step], Claim], bool]:
    return lambda deed, claim: any(one.kind in kinds for one in deed)


def _asks_of(deed: list[Step], claim: Claim) -> bool:
    return any(one.kind in CLICKS | {"keypress", "submit"} and one.reacted for one in deed)


_TESTS: Final[dict[str, Callable[[list[Step], Claim], bool]]] = {
    "show": _is_seen,
    "see": _is_seen,
    "cause": _is_changed,
    "confirm": lambda deed, claim: claim.subject != "person" and _is_answered(deed, claim),
    "succeed": lambda deed, claim: claim.lemma == "confirm" and _is_answered(deed, claim),
    "do": _is_kept,
    "done": _is_kept,
}
