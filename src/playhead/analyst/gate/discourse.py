"""Discourse: what segments do to each other: lists share a verb, reports are no facts, moments are merely named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from playhead.analyst.gate.claims import Claim, Segment, content, share
from playhead.analyst.gate.grammar import LISTED, MENTIONED, NEGATIONS, SPEAKS, YIELDS
from playhead.analyst.gate.lexicon import AUXILIARY
from playhead.analyst.gate.token import Token
from playhead.analyst.inflect import stems

_KEYS: Final = frozenset("enter return escape esc tab space backspace delete".split())


def mention(tokens: list[Token], segments: list[Segment]) -> None:
    """“before the cart”, “after the second refusal”: a moment that is named, not told."""
    for number, segment in enumerate(segments):
        here = tokens[segment.start : segment.end]
        if segment.claims or segment.link.split()[-1:] not in (["before"], ["after"], ["following"], ["until"]):
            continue
        key = len(here) == 1 and here[0].word in _KEYS and here[0].text[:1].isupper()
        if content(here) or key or any(token.stem in MENTIONED for token in here):
            segment.claims.append(Claim("be", ["mention"], segment.start, segment.start, "noun", number, object=here))


def empty_handed(segments: list[Segment]) -> None:
    """“returned nothing”, “gave no results”: what was found, not what was answered."""
    for segment in segments:
        for claim in segment.claims:
            words = [token.word for token in claim.object]
            if claim.lemma in YIELDS and (
                "nothing" in words or ("no" in words and {"results", "result", "matches", "hits"} & set(words))
            ):
                claim.readings, claim.negated = ["find"], False


def relate(tokens: list[Token], segments: list[Segment]) -> None:
    """““A” was the one that got opened”: what the relative clause tells is told of the name before it."""
    for before, segment in pairwise(segments):
        named = [token for token in tokens[before.start : before.end] if token.kind == "quote"]
        if segment.link in ("that", "which") and named and not before.claims:
            for claim in segment.claims:
                claim.ahead = [*named, *claim.ahead]


def deny_both(segments: list[Segment]) -> None:
    """““A” was never clicked or typed into”: what is denied first is denied of the second verb as well."""
    for before, segment in pairwise(segments):
        first, claim = (before.claims or [None])[-1], (segment.claims or [None])[0]
        if first is None or claim is None or segment.link not in ("or", "nor") or claim.at != segment.start:
            continue
        if first.negated:
            claim.negated = True
        if first.passive and claim.form == "past":
            claim.passive, claim.ahead = True, first.ahead


_LEAVES: Final = frozenset({"leave", "go", "go out", "be", "make", "follow", "issue", "fire", "come", "see"})
_ENDS: Final = frozenset({"end", "end in", "end with", "finish with", "result in", "result"})
_BAD: Final = stems("error failure refusal rejection exception")
_VISITS: Final = frozenset("session visit recording journey visitor user they".split())
_FILLED: Final = frozenset("field fields input inputs box boxes entries form".split())
_USABLE: Final = frozenset("available active clickable usable unlocked".split())
_WRITTEN: Final = frozenset(
    "comment comments note message review reply remark feedback rating email mail address number phone details name"
    " contact".split()
)


def retell(tokens: list[Token], segments: list[Segment]) -> None:
    """“no request left the browser” is about a request; “2 of 3 fields completed” about filling them in."""
    for segment in segments:
        for claim in segment.claims:
            ahead = {token.word for token in claim.ahead}
            beside = ahead | {token.word for token in claim.object}
            if claim.lemma in _LEAVES and ahead & {"request", "requests"}:
                claim.readings, claim.object = ["request"], []
            elif claim.lemma in ("become", "turn", "go") and {token.word for token in claim.object} & _USABLE:
                claim.readings, claim.lemma = ["enabled"], "enable"
                claim.object, claim.passive = [t for t in claim.object if t.word not in _USABLE], True
            elif claim.lemma == "turn up" and claim.subject == "thing" and claim.object:
                claim.readings = ["show"]  # “the search turned up three items”
            elif claim.lemma == "place" and "order" in beside:
                claim.lemma = "order"
            elif claim.lemma == "leave" and {token.word for token in claim.object} & _WRITTEN:
                claim.readings = ["type", "do!"]  # “left a comment”
            elif claim.lemma in ("complete", "finish") and beside & _FILLED:
                claim.readings = ["type"]
            elif claim.lemma in ("pass", "go", "lie") and (
                any(token.unit == "ms" for token in claim.ahead) or tokens[claim.at - 1].unit == "ms"
            ):
                claim.readings = ["take"]
            elif claim.lemma == "come" and not content([*claim.object, *claim.goal]) and claim.subject != "person":
                claim.readings = ["happen"]
            elif claim.lemma in _ENDS and any(token.stem in _BAD for token in claim.object) and not ahead & _VISITS:
                claim.readings = ["fail"]
            elif (
                claim.lemma in ("end on", "end in", "end at") and not ahead & _VISITS and claim is not segment.claims[0]
            ):
                claim.readings, claim.subject = ["load", "show"], "thing"  # “the click ended on a page titled …”
            elif claim.lemma == "end with" and claim.subject != "person" and claim is not segment.claims[0]:
                claim.readings = ["show"]  # “the first search ended with the message …”


def take_reports(tokens: list[Token], segments: list[Segment]) -> None:
    """“the page explained that …”: what follows is what the page said, not what happened."""
    for segment, following in pairwise(segments):
        speaker = segment.claims[-1] if segment.claims else None
        if following.link == "that" and speaker is not None and speaker.lemma in SPEAKS and speaker.subject != "person":
            speaker.object = [*speaker.object, *tokens[following.start : following.end]]
            speaker.readings = ["show"]
            following.claims = []
            following.is_report = True


def continue_lists(tokens: list[Token], segments: list[Segment]) -> None:
    """“filled “A”, “B” and “C””, ““A” and “B” were clicked”: each part is a claim of its own with the same verb."""
    for number, segment in enumerate(segments):
        here = tokens[segment.start : segment.end]
        stopped = any(token.word in NEGATIONS or token.word in AUXILIARY for token in here)
        if segment.claims or segment.is_report or not content(here) or stopped:
            continue
        before = next((one for one in reversed(segments[:number]) if one.claims), None)
        after = next((one for one in segments[number + 1 :] if one.claims), None)
        if (
            before is not None
            and segment.link in LISTED
            and (
                content([*before.claims[-1].object, *before.claims[-1].goal, *before.claims[-1].place])
                or (before.claims[-1].passive and (segment.link == ":" or before.claims[-1].segment == number - 1))
            )
        ):
            segment.claims.append(_copied(before.claims[-1], here, number, after_verb=True))
        elif before is None and after is not None and after.link in LISTED and after.claims[0].passive:
            segment.claims.append(_copied(after.claims[0], here, number, after_verb=False))


def _copied(claim: Claim, here: list[Token], number: int, *, after_verb: bool) -> Claim:
    copy = replace(
        claim, segment=number, ahead=[] if after_verb else here, object=[], goal=[], place=[], origin=[], means=[]
    )
    if claim.passive and after_verb:
        copy.passive, copy.ahead = True, []
    if after_verb:
        share(copy, here)
        if not content(copy.object) and content(claim.goal) and not content(claim.object):
            copy.goal, copy.object = [*copy.goal, *copy.object], []
    return copy
