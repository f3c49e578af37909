"""Fields: what is told of a refusal is told of that field: “the name was invalid” where the e-mail was is false.

“name”, “number”, “code” claim nothing in most sentences. Where the cited page has a field of that name, and the message
is about another one, they do.
"""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.words import related
from playhead.analyst.steps import MAX_MESSAGE, MESSAGES, Step, says_no, word_stems
from playhead.analyst.text import quotable

_REFUSED: Final = re.compile(
    r"\b(?:reject\w*|refus\w*|declin\w*|invalid|wrong|incorrect|bad|missing|unacceptable|not (?:\w+ )?(?:accepted|valid"
    r"|correct)|insist\w*|complain\w*|demand\w*|wanted|flagged|marked|objected|too (?:short|long|few|many)|failed"
    r"|turned down|held up|error)\b"
)
_ALSO: Final = re.compile(r"\b(?:no|not|without|neither|nor|except|but|instead|although|while|then|and|both|all)\b")


def check_fields(ctx: Context) -> str:
    bare = ctx.reading.bare()
    if not _REFUSED.search(bare) or _ALSO.search(bare):
        return ""  # a sentence of several things says which is which in more ways than are looked at here
    texts = [text for step in ctx.scope.steps for text in _refusals(step)]
    fields = _fields(ctx)
    about = [name for name, words in fields.items() if any(words & word_stems(text) for text in texts)]
    said = [token for token in ctx.reading.tokens if token.kind == "word"]
    for token in said:
        meant = {name for name, words in fields.items() if token.stem in words}
        other = meant and about and meant.isdisjoint(about) and not any(token.stem in word_stems(t) for t in texts)
        if other and all(related(t.stem).isdisjoint(fields[name]) for t in said for name in about):
            return f"“{token.text}”: the message at the cited lines is about {about[0]}"
    return ""


def _refusals(step: Step) -> list[str]:
    return [
        quotable(effect.text or "")
        for effect in step.raw.effects
        if effect.kind in MESSAGES and says_no(effect) and len(effect.text or "") <= MAX_MESSAGE
    ]


def _fields(ctx: Context) -> dict[str, frozenset[str]]:
    """Fields that were typed into on the cited pages, by the words that no other of them bears."""
    pages = {step.raw.page_url for step in ctx.scope.steps}
    named = {
        one.name: one.name_words
        for one in ctx.facts.steps
        if one.kind == "input" and one.name and one.raw.page_url in pages
    }
    return {
        name: words - frozenset[str]().union(*(other for key, other in named.items() if key != name))
        for name, words in named.items()
    }
