"""Mind: causes, motives, feelings and purposes are hypotheses; a fact never holds them."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.words import CAUSAL, FEELING

_CAUSES: Final = re.compile(
    r"\b(?:"
    + "|".join(
        sorted(
            (re.escape(c) for c in CAUSAL if c not in ("out of", "seeing that", "as they", "as he", "as she")),
            key=len,
            reverse=True,
        )
    )
    + r")\b"
)
_SO: Final = re.compile(r"(?:^|[,;] ?|\band )so (?!(?:far|called|many|much|on|that is)\b)")
_SINCE: Final = re.compile(
    r"\bsince (?:the|it|they|there|no|nothing|“”) ?\w* ?(?:was|were|had|did|is|are|could|would)\b"
)
_OUT_OF: Final = re.compile(
    r"\bout of (?:anger|frustration|curiosity|boredom|impatience|desperation|habit|caution|confusion)\b"
)
_TRYING: Final = re.compile(r"\b(?:trying|hoping|wanting|aiming|looking|meaning|intending|wishing|attempting) to\b")

# nothing records what a person reads; “an alert reading “Declined”” is another verb
_READING: Final = re.compile(
    r"\b(?:visitor|user|customer|person|they|he|she|time)\b[^.;]*\b(?:(?:re-?)?reading|skimming|studying|pondering"
    r"|thinking|contemplating|digesting|perusing)\b(?! “)"
)
_WANTED: Final = re.compile(
    r"\bwhat (?:they|he|she|the (?:visitor|user|customer|person)) (?:\w+ )?(?:was|were|had|wanted|needed|expected|meant"
    r"|looked|hoped)\b|\b(?:was|were|is|are) not (?:\w+ )?looking for\b"
)


def check_mind(ctx: Context) -> str:
    bare = ctx.reading.bare()
    if found := _CAUSES.search(bare) or _OUT_OF.search(bare) or _WANTED.search(bare):
        return f"“{found[0].strip()}” states a cause or a motive, which only a hypothesis may"
    if found := _READING.search(bare):
        return f"“{found[0].split()[-1]}” is about what went on in somebody’s mind"
    if _SO.search(bare) or _SINCE.search(bare):
        return "it states a cause, which only a hypothesis may"
    for claim in ctx.reading.claims:
        if claim.readings and claim.readings[0] == "mind" and set(claim.readings) == {"mind"}:
            return f"“{ctx.reading.tokens[claim.at].text}” is about what went on in somebody’s mind"
        if claim.purpose:
            return f"“to {ctx.reading.tokens[claim.at].text}” states a purpose, which only a hypothesis may"
    evidence = ctx.scope.bag
    for token in ctx.reading.tokens:
        if token.kind == "word" and token.stem in FEELING and token.stem not in evidence:
            return f"“{token.text}” is a feeling, a motive or a judgement, which only a hypothesis may hold"
    return ""
