"""Segments: a sentence cut at commas and linking words, each part with the word that links it."""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.claims import Segment
from playhead.analyst.gate.grammar import BE, BREAKS, DETERMINERS, LINKS, NOUN_LIKE, PREPOSITIONS
from playhead.analyst.gate.lexicon import AUXILIARY, form_of, verbs_starting
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import PERSON


def cut(tokens: list[Token]) -> list[Segment]:
    found = [Segment("", 0, 0)]
    for at, token in enumerate(tokens):
        is_link = token.kind == "word" and token.word in LINKS and not _is_ordinary(tokens, at)
        is_that = token.word == "that" and at + 1 < len(tokens) and _opens_clause(tokens, at + 1)
        if is_link or is_that or (token.kind == "punct" and token.text in BREAKS):
            found[-1].end = at
            link = (
                token.word
                if token.kind == "word"
                else found[-1].link
                if not _content(tokens, found[-1].start, at)
                else token.text
            )
            if found[-1].start == at and found[-1].link not in ("", ",", ";", ":", "—", "–", "("):
                link = (
                    f"{found[-1].link} {token.word}" if token.kind == "word" else found[-1].link
                )  # “and then”, “and after”
                found.pop()
            found.append(Segment(link, at + 1, at + 1))
        elif _main_begins(tokens, at, found[-1]):  # “once it was saved the board read …”
            found[-1].end = at
            found.append(Segment(",", at, at))
        elif _name_ends(tokens, at, found[-1]):  # “After “Try it out” the field was clicked”
            found[-1].end = at + 1
            found.append(Segment(",", at + 1, at + 1))
    found[-1].end = len(tokens)
    return [segment for segment in found if segment.end > segment.start] or found[:1]


def _name_ends(tokens: list[Token], at: int, segment: Segment) -> bool:
    """A bare name after “after” or “before”, followed by the subject of the main clause."""
    if tokens[at].kind != "quote" or at != segment.start or segment.link.split()[-1:] not in (["after"], ["before"]):
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and (after.word in DETERMINERS or after.word in PERSON)


_SUBORDINATE: Final = frozenset("after before once when whenever until upon following".split())
_NOMINATIVE: Final = frozenset("they he she we".split())


def _main_begins(tokens: list[Token], at: int, segment: Segment) -> bool:
    """The subject of the main clause, right behind a subordinate one that no comma ends: it stands where no object
    can, and a finite verb follows it."""
    if segment.link.split()[-1:] not in [[word] for word in _SUBORDINATE] or at < segment.start + 1:
        return False
    if tokens[at].kind != "word" or (tokens[at].word not in DETERMINERS and tokens[at].word not in _NOMINATIVE):
        return False
    before = tokens[at - 1]
    if at < segment.start + 2 and (before.kind != "word" or before.text[:1].islower()):
        return False  # one word can be a key: “after Enter the text appeared”
    if before.kind not in ("word", "quote", "path") or before.word in PREPOSITIONS or before.word in DETERMINERS:
        return False
    is_noun = before.word in NOUN_LIKE and tokens[at - 2].kind == "word" and tokens[at - 2].word not in ("to", "and")
    passive = is_noun or any(token.word in BE for token in tokens[max(segment.start, at - 3) : at - 1])
    is_key = at < segment.start + 2
    if (
        before.kind == "word"
        and verbs_starting(before.word)
        and not passive
        and not is_key
        and tokens[at].word not in _NOMINATIVE
    ):
        return False
    return any(
        token.word in BE or any(form_of(token.word, verb.lemma) in ("past", "s") for verb in verbs_starting(token.word))
        for token in tokens[at + 1 : at + 6]
        if token.kind == "word"
    )


def _content(tokens: list[Token], start: int, end: int) -> bool:
    return any(token.kind != "punct" for token in tokens[start:end])


def _is_ordinary(tokens: list[Token], at: int) -> bool:
    """“before” and “after” as adverbs, “so far”, “rather than” handled as links, “once” counted elsewhere."""
    word = tokens[at].word
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if word in ("before", "after") and (at + 1 >= len(tokens) or tokens[at + 1].kind == "punct"):
        return True
    if word == "so":
        return following in ("far", "called", "many", "much")
    if word == "than":
        return True
    if word == "plus":
        return True
    if word == "followed" and at and tokens[at - 1].word in BE:
        return following != "by"  # “three links were followed”
    if word == "and" and any(token.word == "between" for token in tokens[max(0, at - 6) : at]):
        return _joins_a_span(tokens, at)
    if word in ("rather", "yet"):
        return following != "than"
    if word == "following" and at and tokens[at - 1].word in DETERMINERS:
        return True
    if word == "till" and at and tokens[at - 1].word in DETERMINERS:
        return True  # a cash register
    return word == "whole"


def _joins_a_span(tokens: list[Token], at: int) -> bool:
    """“between the first and the second click”: this “and” is the one that “between” asks for."""
    start = max(n for n in range(at) if tokens[n].word == "between")
    return not any(token.word == "and" or token.kind == "punct" for token in tokens[start:at])


def _opens_clause(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    return (
        token.word in AUXILIARY
        or token.word in DETERMINERS
        or token.word in PERSON
        or token.word in ("it", "there")
        or bool(
            token.kind == "word"
            and any(form_of(token.word, verb.lemma) in ("past", "s") for verb in verbs_starting(token.word))
        )
    )
