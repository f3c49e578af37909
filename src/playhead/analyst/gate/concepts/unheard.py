"""Unheard: a verb nobody has written down here says no more than that something named was used, or was seen.

“They wrestled with “Ward””, “the banner trumpeted “Sold out””: everything such a claim names must stand in one cited
deed. Verbs that leave the world different are all in the lexicon, and need their own proof.
"""

from __future__ import annotations

from dataclasses import replace

from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts.answers import shown
from playhead.analyst.gate.concepts.base import CLICKS, Anchor, Context, act, aim, no_person
from playhead.analyst.gate.lexicon import verbs_starting
from playhead.analyst.gate.verbs import undone

_USED = CLICKS | {"input", "select", "keypress", "drag", "submit", "media"}


def by_unknown_verb(claim: Claim, ctx: Context) -> list[Anchor]:
    word = ctx.reading.tokens[claim.at].word
    if claim.form == "noun" or verbs_starting(word) or undone(word) or word.startswith(_UNDOING):
        return []
    by_person = claim.subject == "person" or claim.passive
    told = [*claim.object, *claim.goal, *claim.means]
    named = content(no_person([*aim(claim), *told]))
    if by_person and any(token.kind in ("quote", "path") or token.unit == "named" for token in named):
        return act(replace(claim, object=told, goal=[], means=[]), ctx, _USED)
    if not by_person and any(token.kind == "quote" for token in claim.object):
        return shown([*claim.object, *claim.place, *claim.goal], ctx)
    return []


_UNDOING = ("dis", "de", "un", "mis", "out", "over", "counter")
