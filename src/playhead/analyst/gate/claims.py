"""Claims: the nouns of a reading: a claim with the tokens that belong to it, the segment it stands in, the whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from playhead.analyst.gate.grammar import PREPOSITIONS, WHERE
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import CONTAINERS, JUDGED_ADJECTIVES, is_harmless


@dataclass(eq=False)
class Claim:
    """One verb (or noun of action) with what belongs to it."""

    lemma: str
    readings: list[str]  # concepts, any of which may be the one that was meant
    at: int  # position of the verb among the sentence's tokens
    end: int  # position after the verb's last word
    form: str
    segment: int
    negated: bool = False
    tried: bool = False
    managed: bool = False
    thwarted: bool = False  # “could not be saved”: it was tried and did not go through
    purpose: bool = False
    dated: bool = False  # it only says when, and stands in a line that is not cited
    attributive: bool = False  # “two failed logins”: it describes, and has no place of its own in the order
    passive: bool = False
    subject: str = ""  # person, thing or ""
    ahead: list[Token] = field(default_factory=list)  # before the verb: its subject, or what a passive was done to
    object: list[Token] = field(default_factory=list)
    goal: list[Token] = field(default_factory=list)  # after “to”, “into”, “onto”
    place: list[Token] = field(default_factory=list)  # after “in”, “on”, “of”, “for” …
    origin: list[Token] = field(default_factory=list)  # after “from”
    means: list[Token] = field(default_factory=list)  # after “via”, “by”, “using”, “with”


@dataclass(eq=False)
class Segment:
    link: str
    start: int
    end: int
    claims: list[Claim] = field(default_factory=list)
    is_report: bool = False  # what a page is reported to have said


@dataclass(eq=False)
class Reading:
    text: str
    tokens: list[Token]
    segments: list[Segment]
    claims: list[Claim]

    def bare(self) -> str:
        """The sentence without its quotations, folded, single spaces: what phrase patterns are matched against."""
        return " ".join(
            "“”" if t.kind == "quote" else t.word if t.kind != "number" else t.text.casefold() for t in self.tokens
        )


def share(claim: Claim, after: list[Token]) -> None:
    where = "object"
    for token in after:
        if token.kind == "word" and token.word in PREPOSITIONS:
            of_noun = claim.form == "noun" and token.word in ("on", "of", "at", "in", "for", "to")
            where = "object" if of_noun and not content(claim.object) else WHERE.get(token.word, "place")
            continue
        getattr(claim, where).append(token)


def content(tokens: list[Token]) -> list[Token]:
    """The tokens that name something: quotes, paths, and words that are not harmless. “the rope list” is about rope."""
    named = [
        t
        for t in tokens
        if not t.used
        and (
            t.kind in ("quote", "path")
            or (
                t.kind == "word"
                and (t.unit == "named" or (not is_harmless(t.word) and t.word not in JUDGED_ADJECTIVES))
            )
        )
    ]
    if len(named) < 2:
        return named
    return [t for t in named if t.word not in CONTAINERS or t.kind != "word"] or named
