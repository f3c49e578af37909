"""Consequences: deeds that leave the world different (paid, deleted, saved): a click on the control is not enough."""

from __future__ import annotations

from itertools import pairwise
from typing import Final
from urllib.parse import parse_qsl

from playhead.analyst.facts import ERRORS
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.base import Anchor, Context, aim, around, covers_form, of, sends, without_twins
from playhead.analyst.gate.grammar import DETERMINERS
from playhead.analyst.gate.lexicon import verbs_starting
from playhead.analyst.gate.matching import covers, covers_effect
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import related
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import MAX_MESSAGE, Step, says_no, says_yes, urlsplit_safe, was_taken, word_stems
from playhead.analyst.text import quotable
from playhead.core.trace import Effect

_TELLS: Final = frozenset({"alert", "toast", "dialog", "event", "navigate"})
_METHODS: Final = {
    "DELETE": stems("delete remove"),
    "PUT": stems("save update edit change store"),
    "PATCH": stems("save update edit change store"),
}
_SHORTCUTS: Final = {
    "ctrl+s": stems("save store"),
    "meta+s": stems("save store"),
    "ctrl+z": stems("undo revert"),
    "meta+z": stems("undo revert"),
}
# “One more reading”, “Fewer nights”: what such a control does is said with these verbs.
_COUNTERS: Final = (
    (stems("more another new plus"), stems("add create increase raise")),
    (stems("less fewer minus"), stems("remove reduce decrease lower")),
)
_GENERIC: Final = stems(
    "yes i m im am sure ok okay confirm submit save send continue proceed apply done finish and the"
)
_SIGN_IN: Final = frozenset({"log in", "login", "sign in", "sign on", "authenticate"})


def done(claim: Claim, ctx: Context, *, strong: bool) -> list[Anchor]:
    """Steps whose control, form or request is about this deed, and that went through (or were tried, if it says so)."""
    key = related(stem(claim.lemma.split()[0])) | related(stem(claim.lemma.replace(" ", "")))
    wanted = [*aim(claim), *around(claim), *claim.origin]
    found: list[Anchor] = []
    for step in ctx.scope.steps:
        if step.kind in ("scroll", "visibility", "resize", "navigate"):
            continue
        whole = ctx.facts.deed(step)
        named = (
            step.name_words | _query_words(step) if step.kind == "input" else deed_words(whole, claim, strong=strong)
        )
        covered = covers_form(step, wanted, ctx) or (strong and covers(wanted, ctx.scope.bag, ctx.scope.texts))
        if (
            key & named
            and covered
            and by_what(claim, step)
            and (
                _is_try(claim, step, ctx)
                if claim.tried
                else succeeded(whole, ctx, strong=strong) or _is_gone(claim, wanted, whole)
            )
        ):
            found.append(of(step))
    return without_twins(found, ctx.facts)


_BY_FORM: Final = frozenset({"register", "sign up", "sign in", "log in", "login", "check out", "checkout", "join"})


def _is_try(claim: Claim, step: Step, ctx: Context) -> bool:
    """A link called “Login or register” leads to where one can; following it is no try."""
    return claim.lemma not in _BY_FORM or step.role != "link" or sends(step, ctx.facts)


_TAKES_AWAY: Final = frozenset({"delete", "remove", "destroy"})


def _is_gone(claim: Claim, wanted: list[Token], whole: list[Step]) -> bool:
    """“the card was deleted”: what is named left the page in answer, and nothing said no."""
    key = stems("delete remove destroy discard trash") | _GENERIC - stems("save send submit")
    named = [step for step in whole if step.kind != "navigate" and step.name_words & key]
    gone = [e for step in named for e in step.raw.effects if e.kind == "text_removed" and "?" not in (e.text or "")]
    no = any(step.refused or step.broke for step in whole)
    return (
        claim.lemma in _TAKES_AWAY and bool(content(wanted)) and not no and any(covers_effect(e, wanted) for e in gone)
    )


def by_what(claim: Claim, step: Step) -> bool:
    """“grouped by item”, “sorted by name”: the word after “by” is the point, also where it claims nothing else."""
    if not claim.lemma.startswith(("sort", "group", "filter", "order", "arrange")):
        return True
    told = [t for t in (claim.object if claim.lemma.endswith(" by") else claim.means) if t.word not in DETERMINERS]
    words: list[str] = []
    for token in told[:2]:
        if token.kind != "word" or verbs_starting(token.word) or token.word in _COLUMN:
            break  # a quoted name is checked as such; “by clicking the header” says how
        words.append(token.stem)
    known = (step.name_words or step.target_words) | _query_words(step)
    return all(not related(word).isdisjoint(known) for word in words)


_COLUMN: Final = frozenset("column header field heading in on at ascending descending".split())


def deed_words(steps: list[Step], claim: Claim, *, strong: bool) -> frozenset[str]:
    """Words that say what a step was for: its control, its form, its request; not the page it happened on."""
    found: set[str] = set()
    for step in steps:
        own = step.deed_words if strong else step.target_words
        if step.kind != "navigate" or not strong:  # “?order=asc” in the address of what answered orders nothing
            found |= own | _joined(step.name) | _SHORTCUTS.get(_keys_of(step), frozenset())
        for effect in step.raw.effects:
            if effect.kind == "request":
                found |= word_stems((effect.path or "").replace("/", " ").replace("-", " ").replace("_", " "))
                found |= _METHODS.get(effect.method or "", frozenset())
            elif says_yes(effect) or (
                effect.kind in _TELLS - {"dialog"} and (claim.tried or not _is_offer(effect, strong=strong))
            ):
                found |= word_stems(effect.text or "") if len(effect.text or "") <= MAX_MESSAGE else frozenset()
        for names, deeds in _COUNTERS:
            found |= deeds if names & step.name_words else frozenset()
        if step.name_words and step.name_words <= _GENERIC:  # “Yes, I'm sure”: the page says what is confirmed
            found |= step.page_words
        if step.raw.target is not None:
            found |= _joined(step.raw.target.container)
    if claim.lemma in _SIGN_IN and any("password" in step.target_words for step in steps):
        found.add("signin")
    return frozenset(found)


def _is_offer(effect: Effect, *, strong: bool) -> bool:
    """“Your cart total is now £6. Checkout now”: a message that confirms nothing tells of no deed."""
    return says_no(effect) or (strong and effect.kind in ("alert", "toast"))


def _keys_of(step: Step) -> str:
    return (step.value or str(step.detail.get("key", ""))).casefold() if step.kind == "keypress" else ""


def _query_words(step: Step) -> frozenset[str]:
    """Names of the parameters that typing put into the address: `?filter=…`."""
    urls = [effect.url or "" for effect in step.raw.effects if effect.kind in ("navigate", "request")]
    names = [name for url in urls for name, _ in parse_qsl(urlsplit_safe(url)[3] or url.partition("?")[2])]
    return word_stems(" ".join(names))


def _joined(name: str) -> set[str]:
    """“Sign in” is also signin."""
    words = quotable(name).replace("-", " ").replace("'", " ").split()
    return {stem(a + b) for a, b in pairwise(words)}


def succeeded(steps: list[Step], ctx: Context, *, strong: bool) -> bool:
    """strong: proof that it went through; weak: the page reacted and nothing said no."""
    if was_taken(steps) is False or any(step.broke for step in steps):
        return False
    signals = {signal.kind for step in steps for signal in ctx.facts.signals_of(step)}
    troubled = bool(signals & (ERRORS | {"dead_click", "rage_click"}))
    said = any(says_yes(effect) for step in steps for effect in step.raw.effects if effect.kind != "request")
    if troubled and not said:
        return False  # that the server took a request is no answer to a person who is shown an error
    if not strong:
        return any(step.reacted for step in steps)
    return was_taken(steps) is True


def do(claim: Claim, ctx: Context) -> list[Anchor]:
    return done(claim, ctx, strong=False)


def do_strong(claim: Claim, ctx: Context) -> list[Anchor]:
    return done(claim, ctx, strong=True)


CONSEQUENCES = {"do": do, "done": do, "do!": do_strong, "done!": do_strong}
