"""Unknown: one word of a sentence that stands for nothing in the recording may be a name people give to what is there.

“The map was dragged” where the recording only knows a canvas, “two pieces were moved” of a board: a reader sees such
things, a trace does not name them. One such noun is let pass, where everything else of the sentence is borne out; a
word that names something elsewhere in the recording, a part of a page, or a thing that pages commonly have (a phone
number, a basket) is no such word: it can be checked, and must be.
"""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.grammar import SPEAKS
from playhead.analyst.gate.lexicon import verbs_starting
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import FEELING, JUDGED_ADJECTIVES, TOPICS, is_harmless, related
from playhead.analyst.inflect import stem
from playhead.analyst.vocabulary import EFFECT_WORDS, ROLE_WORDS

_PARTS: Final = frozenset(stem(word) for words in [*ROLE_WORDS.values(), *EFFECT_WORDS.values()] for word in words)


# What a false sentence puts in the place of the true word: one of a few of a kind.
_SWAPPED: Final = frozenset(
    "real fake true wrong correct valid invalid actual false"
    " day days week weeks month months year years today tomorrow yesterday morning evening night noon midnight"
    " hour monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter north south"
    " east west red green blue yellow orange purple black white grey gray brown pink small medium large tiny"
    " huge big light dark high low pdf excel csv word png zip cash credit debit paypal bank clipboard disk"
    " desktop phone tablet mobile laptop mouse keyboard administrator admin moderator manager staff bot script"
    " robot support agent friend colleague price size weight height width length colour color shape brand"
    " country city street town language currency euro euros dollar dollars pound pounds kilogram kilometre"
    " metre mile percent left right top bottom".split()
)


def let_pass(ctx: Context) -> None:
    """Mark the one word nothing is known of as used, so that no check asks for it."""
    tokens = ctx.reading.tokens
    verbs = {at for claim in ctx.reading.claims for at in range(claim.at, claim.end)}
    known = ctx.facts.whole.bag
    strange = [
        token
        for at, token in enumerate(tokens)
        if token.kind == "word"
        and at not in verbs
        and not token.used
        and not is_harmless(token.word)
        and token.word not in JUDGED_ADJECTIVES
        and related(token.stem).isdisjoint(known | ctx.page_words)
    ]
    if len(strange) != 1 or not _is_plain_noun(strange[0]) or _is_reported(strange[0], ctx):
        return
    at = next(at for at, token in enumerate(tokens) if token is strange[0])
    if any(_is_all_of(claim, strange[0]) for claim in ctx.reading.claims):
        return  # “went to make coffee”: where somebody went is nothing but that word
    if at > 1 and tokens[at - 1].text[:1].isupper():
        return  # “the Tide mug”: a part of a name
    if not _REASONS & {token.word for token in tokens[max(0, at - 3) : at]}:
        strange[0].used = True


def _is_all_of(claim: Claim, word: Token) -> bool:
    told = [*claim.object, *claim.goal]
    return "goto" in claim.readings and any(one is word for one in told) and content(told) == [word]


_REASONS: Final = frozenset("for because due owing thanks against without by via using through no any every".split())


def _is_reported(token: Token, ctx: Context) -> bool:
    """What a page is said to have said stands on it word for word, or nearly."""
    segments = [one for one in ctx.reading.segments if one.is_report]
    told = {id(t) for one in segments for t in ctx.reading.tokens[one.start : one.end]}
    for claim in [one for one in ctx.reading.claims if one.lemma in SPEAKS]:
        told |= {id(t) for t in ctx.reading.tokens[claim.end : ctx.reading.segments[claim.segment].end]}
    return id(token) in told


def _is_plain_noun(token: Token) -> bool:
    return (
        token.text.islower()
        and len(token.text) > 2
        and token.stem not in TOPICS
        and token.stem not in _PARTS
        and token.stem not in FEELING
        and token.word not in _SWAPPED
        and not token.word.endswith(("er", "est", "ed", "ing", "ly", "ive", "able", "ible", "ful", "less"))
        and not verbs_starting(token.word)
    )
