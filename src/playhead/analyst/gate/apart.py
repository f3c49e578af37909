"""Apart: a refused sentence of several facts is read fact by fact, where each can be told without the others.

“The visitor clicked “Pay” and the order was sent”: the first stands, the second is refused with its reason. Only in a
report, whose reader sees both; a verdict on a sentence is on all of it. A sentence whose parts lean on each other (an
order, a cause, a condition, a denial of both, “it”) is left whole.
"""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.facts import Facts
from playhead.analyst.gate.idioms import plainly_said
from playhead.analyst.gate.judge import Mode, Verdict, judge
from playhead.analyst.gate.lexicon import form_of, verbs_starting
from playhead.analyst.gate.names import plainly
from playhead.analyst.gate.tokens import quoted_spans, tokenise

MAX_PARTS: Final = 4

_LEANS: Final = re.compile(
    r"\b(?:because|since|so|if|unless|although|though|while|when|whenever|until|before|after|once|which"
    r"|that|who|whose"
    r"|whom|whether|than|both|neither|nor|either|respectively|each|instead|rather|despite|due|except|only|same|all"
    r"|every|none|it|its|this|these|those|again|another|other|not|never|no|nothing|without|didn|wasn|weren|couldn"
    r"|between|from|altogether|total|first|second|third|last|latter|former|both)\b",
    re.IGNORECASE,
)
_JOIN: Final = re.compile(r"(?:;|,? (?:and then|and|but|then)|, (?:and then|and|but|then)?) ?", re.IGNORECASE)
_SUBJECT: Final = re.compile(
    r"^(?:the|a|an) (?:visitor|user|customer|shopper|reader|person|guest|page|server|site|app|form|alert"
    r"|toast|message"
    r"|dialog|request)\b|^(?:the|a|an) (?:\w+ ){1,3}(?:was|were)\b|^(?:they|he|she)\b|^(?:GET|POST|PUT"
    r"|PATCH|DELETE) |^\x00 (?:was|were|appeared|came)\b",
    re.IGNORECASE,
)
_PERSON: Final = re.compile(r"^(?:the (?:visitor|user|customer|shopper|reader|person|guest)|they|he|she)\b", re.I)


def judge_apart(text: str, refs: list[str], facts: Facts, *, where: str = "", mode: Mode = "fact") -> Verdict:
    """As `judge`; of a refused sentence of several facts those stand that the lines bear out by themselves."""
    verdict = judge(text, refs, facts, where=where, mode=mode)
    if mode != "fact" or not verdict.rejected:
        return verdict
    made = Verdict(list(verdict.accepted))
    for refused in verdict.rejected:
        parts = parts_of(refused.text)
        told = [judge(part, refs, facts, where=where, mode=mode) for part in parts]
        if any(one.accepted for one in told):
            made.accepted += [text for one in told for text in one.accepted]
            made.rejected += [lost for one in told for lost in one.rejected]
        else:
            made.rejected.append(refused)
    return made


def parts_of(sentence: str) -> list[str]:
    """The facts of a sentence as sentences of their own; empty where it is one, or cannot be told apart safely."""
    spans = quoted_spans(sentence)
    quotes = [sentence[start:end] for start, end in spans]
    bare = sentence
    for start, end in reversed(spans):
        bare = f"{bare[:start]}\x00{bare[end:]}"
    bare = bare.rstrip(" .!")
    if _LEANS.search(bare) or "\x00\x00" in bare:
        return []
    found: list[str] = []
    for piece in _pieces(bare):
        if _SUBJECT.match(piece):
            found.append(piece)
        elif found and (person := _PERSON.match(found[-1])) and _is_finite(piece):
            found.append(f"{person[0]} {piece}")  # “… and pressed “Pay””: who did the first did the second
        elif found:
            found[-1] = f"{found[-1]} and {piece}"  # a list, or what cannot be told alone
        else:
            return []
    if not 1 < len(found) <= MAX_PARTS:
        return []
    told = iter(quotes)
    whole = [re.sub("\x00", lambda _: next(told), piece) for piece in found]
    return [f"{piece[:1].upper()}{piece[1:]}." for piece in whole]


def _pieces(bare: str) -> list[str]:
    return [piece.strip(" ,;") for piece in _JOIN.split(bare) if piece.strip(" ,;")]


def _is_finite(piece: str) -> bool:
    """It begins with a verb in the past: “pressed “Pay””, not a noun or a name."""
    first = plainly(tokenise(plainly_said(piece)))[:1]
    return bool(first) and any(
        form_of(first[0].word, verb.lemma) == "past" and first[0].word != verb.lemma.split()[0]
        for verb in verbs_starting(first[0].word)
    )
