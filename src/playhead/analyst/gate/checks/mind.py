"""Mind: causes, motives, feelings and purposes are hypotheses; a fact never holds them."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Anchor, Context
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
_LOOKING: Final = re.compile(r"\b(?:was|were|is|are) (?:\w+ )?(?:looking|hunting|shopping) (?:around )?for\b(?! “)")
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


_DONE: Final = frozenset("choose toggle submit type change do close search load back".split())
_SEEN_CAUSE: Final = re.compile(r"because(?: of)?|due to|owing to|as a result|thanks to|caused by|given that")


def _is_seen_cause(found: re.Match[str], bare: str, ctx: Context) -> bool:
    """“failed because POST /orders returned 500”: the recording shows the refusal as the answer to that very deed. What
    a person then felt or did is no such thing."""
    if not _SEEN_CAUSE.fullmatch(found[0]):
        return False
    refused = [step for step in ctx.scope.steps if step.refused or step.broke]
    roots = {ctx.facts.deed(step)[0].name for step in refused}
    at = len(bare[: found.start()].split())
    told = [claim for claim in ctx.reading.claims if claim.at < at] if found.start() else ctx.reading.claims
    proof = [
        t
        for t in ctx.reading.tokens[at:]
        if t.kind in ("quote", "path", "method") or (t.kind == "number" and len(t.text) == 3)
    ]
    return len(roots) == 1 and went_wrong(told) and bool(proof or _ERROR.search(bare[found.end() :]))


def went_wrong(told: list[Claim]) -> bool:
    """Everything that is told did not come about."""
    return bool(told) and all(c.negated or c.tried or c.thwarted or "fail" in c.readings for c in told)


def _is_there(word: str, evidence: frozenset[str]) -> bool:
    """“a comparison” where a control is called “Compare ports”."""
    return word in evidence or (len(word) > 6 and any(one[:6] == word[:6] for one in evidence))


_ASIDES: Final = frozenset("conclude begin start finish end sum recap summarise summarize".split())


def _is_aside(claim: Claim, ctx: Context) -> bool:
    """“To conclude, …”, “263 pixels compared with 248”: how it is told, not what somebody had in mind."""
    after = ctx.reading.tokens[claim.end].word if claim.end < len(ctx.reading.tokens) else ""
    if claim.lemma == "compare" and claim.form == "past":
        return after in ("with", "to")
    return claim.lemma.split()[0] in _ASIDES and claim.purpose and claim.at <= 1


_ERROR: Final = re.compile(r"\b(?:error|exception|refus\w+|reject\w+|conflict|declin\w+)\b")


def check_mind(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    """`anchors`: what bears the claims out; “moved on to choose a day” tells a deed where the day was chosen."""
    bare = ctx.reading.bare()
    if (found := _CAUSES.search(bare)) and _is_seen_cause(found, bare, ctx):
        found = None
    if found := found or _OUT_OF.search(bare) or _WANTED.search(bare) or _LOOKING.search(bare):
        return f"“{found[0].strip()}” states a cause or a motive, which only a hypothesis may"
    if found := _READING.search(bare):
        return f"“{found[0].split()[-1]}” is about what went on in somebody’s mind"
    if _SO.search(bare) or _SINCE.search(bare):
        return "it states a cause, which only a hypothesis may"
    for claim in ctx.reading.claims:
        if _is_aside(claim, ctx):
            continue
        if claim.lemma == "ignore" and claim.subject == "thing":
            continue  # “the button ignores clicks”: the check of silence answers for it
        if claim.readings and claim.readings[0] == "mind" and set(claim.readings) == {"mind"}:
            return f"“{ctx.reading.tokens[claim.at].text}” is about what went on in somebody’s mind"
        if claim.purpose and not (_DONE & set(claim.readings) and anchors.get(claim)):
            return f"“to {ctx.reading.tokens[claim.at].text}” states a purpose, which only a hypothesis may"
    evidence = ctx.scope.bag
    for at, token in enumerate(ctx.reading.tokens):
        if token.word == "content" and ctx.reading.tokens[at + 1 : at + 2] and ctx.reading.tokens[at + 1].word == "of":
            continue  # what a field holds
        if token.kind == "word" and token.stem in FEELING and not _is_there(token.stem, evidence):
            return f"“{token.text}” is a feeling, a motive or a judgement, which only a hypothesis may hold"
    return ""
