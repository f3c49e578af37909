"""Residue: a word that is neither harmless nor judged elsewhere must stand in the cited lines. The default is no."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from playhead.analyst.gate.checks.silence import NO_MESSAGE
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Context, arrivals
from playhead.analyst.gate.grammar import NOUN_CLAIMS, ROLE_NOUNS
from playhead.analyst.gate.lexicon import verbs_starting
from playhead.analyst.gate.matching import page_bag
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import CONTAINERS, FEELING, JUDGED_ADJECTIVES, PERSON, is_harmless, related
from playhead.analyst.inflect import stems
from playhead.analyst.steps import says_yes

# Words that other checks answer for: they are claims, but not of the residue.
_JUDGED: Final = re.compile(
    r"rage\w*|dead|hammer\w*|error\w*|exception\w*|uncaught|unhandled|crash\w*|fail\w*|success|successful\w*"
    r"|unsuccess\w*|problem\w*|issue\w*|trouble\w*|difficult\w*|struggl\w*|stuck|obstacle\w*|friction|broken|bugs?"
    r"|glitch\w*|slow\w*|lag\w*|sluggish\w*|latency|delay\w*|idle\w*|inactiv\w*|abandon\w*|gave|giving|give"
    r"|thrash\w*|erratic\w*|unauthori[sz]ed|forbidden|timeouts?|unresponsive\w*|inert|smooth\w*|flawless\w*"
    r"|seamless\w*|validation|loops?|uneventful\w*|inactivity|outcome|completed?|complete|workaround|unclear"
    r"|abandoned|signals?|problematic|network|4xx|5xx|conver(?:ted|sion)|buggy|defect\w*|faulty?|snag\w*|hiccup\w*"
    r"|hurdle\w*|blocked|blocker|unavail\w*|zero|incident\w*|hitch\w*|interrupt\w*|refusals?|backandforth"
    r"|unanswered|unheeded|empty|result\w*|avail|functional|healthy|fine|well|ok|okay|perfect\w*|properly|correctly"
    r"|normally|because|owing|intended|expected|planned|free|visit|effortless\w*|easily|ease"
)
_STRETCHES: Final = frozenset("pause pauses break gap lull distance".split())  # with a duration that is checked
_NEEDED: Final = frozenset({"needed", "needs"})
_CONFIRMS: Final = stems("confirmation acknowledgement acknowledgment")
_UNFIT: Final = stems("wrong bad invalid incorrect faulty unacceptable unsuitable mistyped malformed")
_SPEED: Final = frozenset(
    "immediately instantly quickly rapidly rapid quick swiftly promptly slowly briefly shortly".split()
)


def check_residue(ctx: Context, *, skip: set[Claim], loose: bool = False) -> str:
    """`loose`: a hypothesis may use words of its own, as long as they make no claim of fact."""
    owned = _owned(ctx, skip)
    bag = _bag(ctx)
    timed = any(token.kind == "number" and token.unit == "ms" for token in ctx.reading.tokens)
    dated = _dated(ctx)
    speakers = _speakers(ctx)
    for at, token in enumerate(ctx.reading.tokens):
        if (
            token.kind != "word"
            or token.used
            or token.text == "I"
            or (token.text == "A" and not at)
            or token.word in JUDGED_ADJECTIVES
            or at in owned
            or (_is_harmless(token) and not _is_too(at, ctx) and not _is_letter(token, ctx))
            or _JUDGED.fullmatch(token.word)
        ):
            continue
        if _is_letter(token, ctx):
            return f"“{token.text}” is written like a name and is not in the cited lines"
        if not related(token.stem).isdisjoint(ctx.facts.whole.bag | _MISHAPS if at in dated else bag) or (
            timed and token.word in _STRETCHES
        ):
            continue
        if token.stem in _UNFIT and any(step.refused for step in ctx.scope.steps):
            continue  # “wrong credentials”: what was refused was, to the page
        if token.stem in _CONFIRMS and any(says_yes(e) for step in ctx.scope.steps for e in step.raw.effects):
            continue
        if at in speakers and token.stem in ctx.page_controls:
            continue  # “the forecast showed …”: what shows something is a part of the page
        if token.word in _NEEDED and any(one.kind == "number" for one in ctx.reading.tokens[at + 1 : at + 5]):
            continue  # “needed three attempts”
        if _before_form(at, ctx) and not related(token.stem).isdisjoint(ctx.page_controls):
            continue
        if loose and (token.stem in FEELING or not verbs_starting(token.word)):
            continue
        return f"“{token.text}” is not in the cited lines"
    return ""


def check_proper_names(ctx: Context) -> str:
    """“was moved to Done”: a harmless word written with a capital within the sentence is a name, and must be there."""
    tokens = ctx.reading.tokens
    words = [token for token in tokens if token.kind == "word"]
    capitals = [token for token in words if token.text[:1].isupper()]
    if len(capitals) * 2 > len(words) or _shouts(ctx.reading.text):
        return ""  # a headline in title case
    bag = _bag(ctx)
    for before, token in pairwise(tokens):
        starts = before.kind == "punct" and before.text not in ",-()"
        if (
            token.kind != "word"
            or not token.text[:1].isupper()
            or starts
            or len(token.text) < 3
            or token.text.isupper()
        ):
            continue
        if token.word in PERSON or token.word in _SPELT or not related(token.stem).isdisjoint(bag):
            continue
        if is_harmless(token.word) and not _said_absent(token, ctx):
            return f"“{token.text}” is written like a name and is not in the cited lines"
    return ""


_SPELT: Final = frozenset("javascript http https console api enter return tab escape english".split())


def _shouts(text: str) -> bool:
    return text.isupper()


def _said_absent(token: Token, ctx: Context) -> bool:
    return any(c.negated and any(t is token for t in [*c.object, *c.goal, *c.place]) for c in ctx.reading.claims)


_MISHAPS: Final = stems("rejection refusal failure error")


def _speakers(ctx: Context) -> set[int]:
    """Positions of what is said to have shown or answered something."""
    said = [
        id(t) for c in ctx.reading.claims if {"show", "answer"} & set(c.readings) and not c.passive for t in c.ahead
    ]
    return {at for at, token in enumerate(ctx.reading.tokens) if id(token) in said}


def _dated(ctx: Context) -> set[int]:
    """Positions in “after the second refusal”: a clause that says when may name what is told in another line."""
    links = {"after", "before", "until", "once", "since"}
    return {at for one in ctx.reading.segments if links & set(one.link.split()) for at in range(one.start, one.end)}


def _is_too(at: int, ctx: Context) -> bool:
    """“too short”: what was too much or too little is told by a text, or not at all."""
    before = ctx.reading.tokens[at - 1].word if at else ""
    return (
        before == "too"
        and ctx.reading.tokens[at].word not in _AMOUNTS
        and not any(_LIMITS.search(text) for text in ctx.scope.texts)
    )


_LIMITS: Final = re.compile(r"\bat (?:least|most)\b|\bm(?:in|ax)imum\b|\bbetween\b|\bmore than\b|\bless than\b")


_AMOUNTS: Final = frozenset("many much few little the a late early".split())


def _is_letter(token: Token, ctx: Context) -> bool:
    """“Pier A”: one capital letter is a name, written so in a cited line."""
    if len(token.text) > 1 or not token.text.isupper():
        return False
    effects = [effect for step in ctx.scope.steps for effect in step.raw.effects]
    texts = [step.name for step in ctx.scope.steps] + [step.value for step in ctx.scope.steps]
    texts += [effect.text or "" for effect in effects] + [page.title for page in ctx.facts.trace.session.pages]
    return not any(re.search(rf"\b{token.text}\b", text) for text in texts)


def _before_form(at: int, ctx: Context) -> bool:
    """“the booking form”: a form is called after its button."""
    after = ctx.reading.tokens[at + 1] if at + 1 < len(ctx.reading.tokens) else None
    return after is not None and after.word in ("form", "page", "dialog", "screen")


def _is_harmless(token: Token) -> bool:
    return (
        is_harmless(token.word)
        or token.word in NOUN_CLAIMS
        or token.word in ROLE_NOUNS
        or token.word in _SPEED
        or token.word in CONTAINERS
        or (len(token.word) == 1 and not token.text.isupper())
    )


def _bag(ctx: Context) -> frozenset[str]:
    found = set(ctx.scope.bag) | ctx.page_words
    for arrival in arrivals(ctx):
        found |= arrival.words
    pages = ctx.facts.trace.session.pages
    if pages and any(set(claim.readings) & {"begin", "end"} for claim in ctx.reading.claims):
        found |= page_bag(pages[0]) | page_bag(max(pages, key=lambda page: page.end_ms))
    return frozenset(found)


def _owned(ctx: Context, skip: set[Claim]) -> set[int]:
    """Positions of verbs that claims answer for, and of the objects of what is said not to have happened."""
    found: set[int] = set()
    positions = {id(token): at for at, token in enumerate(ctx.reading.tokens)}
    for claim in ctx.reading.claims:
        found |= set(range(claim.at, claim.end))
        if (claim.negated and claim not in skip) or claim.dated:
            found |= {
                positions[id(t)]
                for t in [
                    *claim.object,
                    *claim.goal,
                    *claim.place,
                    *(claim.ahead if claim.passive or claim.dated else []),
                ]
                if id(t) in positions
            }
    for segment in ctx.reading.segments:  # “without a booking confirmation”: the check of silence answers for it
        words = " ".join(token.word for token in ctx.reading.tokens[segment.start : segment.end])
        if segment.link == "without" and NO_MESSAGE.search(f"without {words}"):
            found |= set(range(segment.start, segment.end))
    return found | _aspects(ctx)


_ASPECT_WORDS: Final = re.compile(
    r"(?:tr(?:y|ied|ies|ying)|attempt(?:s|ed|ing)?|continu(?:e|es|ed|ing)|ke(?:ep|eps|pt|eping)|start(?:s|ed|ing)?"
    r"|beg(?:in|ins|an|un|inning)|manag(?:e|es|ed|ing)|stop(?:s|ped|ping)?|resum(?:e|es|ed|ing)|proceed(?:s|ed"
    r"|ing)?|finish(?:es|ed|ing)?|went|go|goes|going|end(?:s|ed|ing)?|had|has|have|able|unable|got|gets|get|carried"
    r"|carry)"
)


def _aspects(ctx: Context) -> set[int]:
    return {
        at
        for at, token in enumerate(ctx.reading.tokens)
        if token.kind == "word" and _ASPECT_WORDS.fullmatch(token.word)
    }
