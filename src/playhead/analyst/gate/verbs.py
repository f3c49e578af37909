"""Verbs: whether a word is used as a verb where it stands, which one, and what small verbs around it do to it."""

from __future__ import annotations

from playhead.analyst.gate.claims import Segment
from playhead.analyst.gate.grammar import (
    ADJECTIVES,
    ADVERBS,
    BE,
    BEFORE_GERUND,
    DESCRIBED,
    DETERMINERS,
    HARMLESS_FORMS,
    LIGHT,
    MODALS,
    NOT_AFTER_TO,
    NOUN_CLAIMS,
    NOUN_LIKE,
    PLURAL_MODIFIERS,
    PREPOSITIONS,
    ROLE_NOUNS,
    SEPARABLE,
    TO_IS_PREPOSITION,
)
from playhead.analyst.gate.lexicon import AUXILIARY, Verb, form_of, verbs_starting
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import CONTAINERS, PERSON, THING_PRONOUNS, THINGS, is_harmless
from playhead.analyst.inflect import stem


def verb_at(tokens: list[Token], at: int, segment: Segment) -> tuple[Verb | None, int]:
    if (
        tokens[at].word == "made"
        and at > segment.start
        and tokens[at - 1].word in BE
        and not _says_what(tokens, at, segment)
    ):
        return Verb("make", "do", "done"), 1
    for verb in verbs_starting(tokens[at].word):
        parts = verb.lemma.split()
        rest = [token.word for token in tokens[at + 1 : min(at + len(parts), segment.end)]]
        if rest != parts[1:] and not (
            len(parts) == 2 and parts[0] in SEPARABLE and _particle_later(tokens, at, parts[1], segment)
        ):
            continue
        if rest != parts[1:]:
            parts = parts[:1]
        if _acts_as_verb(tokens, at, form_of(tokens[at].word, verb.lemma), verb, segment, len(parts)):
            return verb, len(parts)
    return undone(tokens[at].word) or _unknown_verb(tokens[at].word), 1


def _says_what(tokens: list[Token], at: int, segment: Segment) -> bool:
    """“three searches were made”: the noun says what was done."""
    return any(token.word in NOUN_CLAIMS for token in tokens[segment.start : at])


def _particle_later(tokens: list[Token], at: int, particle: str, segment: Segment) -> bool:
    """“signed the visitor in”: the particle stands after a short object, at the end of the segment."""
    end = next((n for n in range(segment.end - 1, at, -1) if tokens[n].kind != "punct"), at)
    return at + 2 <= end <= at + 4 and tokens[end].word == particle


def undone(word: str) -> Verb | None:
    """“unsent”, “unsaved”: the verb that did not happen; words that mean something of their own are not cut."""
    if not word.startswith("un") or word in ADJECTIVES or is_harmless(word) or verbs_starting(word):
        return None
    return next(
        (v for v in verbs_starting(word[2:]) if form_of(word[2:], v.lemma) == "past" and " " not in v.lemma), None
    )


def _unknown_verb(word: str) -> Verb | None:
    """A past tense the lexicon does not hold is a deed all the same: “upvoted” needs a control of that name."""
    if word in ("paged", "paging"):
        return Verb("browse", "goto", "load")  # “page” is a noun everywhere else
    if len(word) < 5 or not word.endswith("ed") or verbs_starting(word) or is_harmless(word) or word in ADJECTIVES:
        return None
    return Verb(stem(word), "do", "done")


_LEFT_HOW = frozenset("through via by again at as on in".split())  # “a note was left” is no leaving; “left at Inner” is


def _acts_as_verb(tokens: list[Token], at: int, form: str, verb: Verb, segment: Segment, width: int) -> bool:
    """Whether this word is used as a verb here, by its neighbours."""
    before = tokens[at - 1] if at > segment.start else None
    prior = before.word if before is not None else ""
    after = tokens[at + width] if at + width < segment.end else None
    word = tokens[at].word
    if word == "left" and prior in BE:
        return after is None or after.kind == "punct" or after.word in _LEFT_HOW  # “a note was left”
    if word == "left":
        return before is None or (
            prior not in DETERMINERS
            and prior not in ("top", "bottom", "items", "to", "on")
            and (prior not in BE or (after is not None and after.word in ("again", "within", "after")))
        )
    if verb.lemma == "keep":  # “was kept”; “kept clicking”, “kept them waiting” say how it went on
        return word == "kept" and prior in BE and not (after is not None and after.word.endswith("ing"))
    names = after is not None and after.kind == "quote"
    marks = word == "marked" and before is not None and before.kind == "quote" and not names
    if word in HARMLESS_FORMS and not marks and not (word == "requested" and prior in BE):
        return False
    if (
        form == "past"
        and verb.lemma in ("require", "give", "list", "call", "title", "label", "select", "choose")
        and prior in DETERMINERS
    ):
        return False  # “the required field”
    names_next = after is not None and after.word in ROLE_NOUNS and word == verb.lemma.split()[0]
    if names_next and prior != "to" and prior not in PERSON:
        return False  # “the reset link”
    if form == "base":
        return _base_is_verb(tokens, at, prior, segment)
    if form == "s" and after is not None and after.word in BE and word in NOUN_CLAIMS:
        return False  # “all attempts were rejected”
    if form == "s" and word in NOUN_CLAIMS and at >= segment.start + 2 and tokens[at - 2].kind == "number":
        return False  # “three login attempts”
    if form == "s":
        return _third_person_is_verb(before, prior, segment)
    if form == "ing":
        return _gerund_is_verb(before, prior, tokens[at - 2].word if at - 2 >= segment.start else "")
    return True  # “the declined payment” says that it was declined


def _base_is_verb(tokens: list[Token], at: int, prior: str, segment: Segment) -> bool:
    """“to open”, “did not open”, “they open”; “the open dialog” is none."""
    if prior == "to":
        return not (at >= 2 and tokens[at - 2].word in TO_IS_PREPOSITION and tokens[at].word in NOUN_LIKE)
    if prior in MODALS or (prior in PERSON and prior.endswith(("s", "y", "ey")) and prior != "his"):
        return True
    earlier = tokens[at - 2].word if at - 2 >= segment.start else ""
    made = {"made", "makes", "making", "let", "lets"} & {
        token.word for token in tokens[max(segment.start, at - 5) : at]
    }
    if (
        made
        and verbs_starting(tokens[at].word)
        and tokens[at - 1].kind in ("quote", "word")
        and prior not in DETERMINERS
    ):
        return True
    return prior in ADVERBS and earlier in ("they", "visitors", "users", "not", "did", "could", "would", "to")


_DESCRIBING = frozenset("later earlier other further second third last final new previous subsequent initial".split())


def _third_person_is_verb(before: Token | None, prior: str, segment: Segment) -> bool:
    """“the visitor clicks”, “and opens”; “five clicks”, “rapid clicks” are nouns."""
    if before is None:
        return bool(segment.link)
    if before.text.endswith(("'s", "’s", "s'", "s’")):
        return False  # “the editor's notes”
    if before.kind == "number" or prior in DETERMINERS or prior in PREPOSITIONS:
        return False
    if before.kind == "word" and (prior in _DESCRIBING or (prior.endswith("ed") and len(prior) > 4)):
        return False  # “both later saves”, “two rejected logins”
    if prior in PERSON or prior in THINGS or prior in THING_PRONOUNS or prior in ADVERBS:
        return True
    return before.kind in ("quote", "path", "ref") or (before.kind == "word" and prior not in PLURAL_MODIFIERS)


def _gerund_is_verb(before: Token | None, prior: str, ahead: str) -> bool:
    """“after clicking”, “kept clicking”; “the loading page” is none."""
    if prior in DETERMINERS:
        return False
    if prior == "for" and ahead in ROLE_NOUNS | CONTAINERS:
        return False  # “the dialog for booking a berth”
    if before is None or before.kind in ("quote", "number", "path", "punct"):
        return True
    return prior in AUXILIARY or prior in PERSON or prior in ADVERBS or prior in THINGS or prior in BEFORE_GERUND


def is_modifier(tokens: list[Token], at: int, segment: Segment) -> bool:
    """“the search page”, “submit button”, “click event”: the noun only describes the next one."""
    after = tokens[at + 1] if at + 1 < segment.end else None
    return after is not None and after.kind == "word" and (after.word in ROLE_NOUNS or after.word in DESCRIBED)


def is_light(tokens: list[Token], at: int, verb: Verb, segment: Segment) -> bool:
    """“ran three searches”, “made an attempt”: the noun says what was done."""
    following = tokens[at + 1].word if at + 1 < segment.end else ""
    if verb.lemma == "get" and any(form_of(following, one.lemma) == "past" for one in verbs_starting(following)):
        return True  # “gets pressed”
    if verb.lemma not in LIGHT:
        return False
    ahead = tokens[at + 1 : min(at + 5, segment.end)]
    return any(token.word in NOUN_CLAIMS for token in ahead if token.kind == "word")


def aspect_target(tokens: list[Token], at: int, segment: Segment) -> int:
    """Where the main verb stands after “kept”, “tried to”, “went on to”; -1 where there is none."""
    here = at
    while here < segment.end and tokens[here].word in ("on", "up", "to", "by", "not", "again", "then", "be"):
        here += 1
    if here >= segment.end or tokens[here].kind != "word":
        return -1
    saw_to = any(token.word == "to" for token in tokens[at:here]) or (at > 0 and tokens[at - 1].word == "to")
    for verb in verbs_starting(tokens[here].word):
        form = form_of(tokens[here].word, verb.lemma)
        if form == "ing" or (
            form in ("base", "past")
            and tokens[here].word == verb.lemma.split()[0]
            and saw_to
            and tokens[here].word not in NOT_AFTER_TO
        ):
            return here
    return -1


def is_negated(tokens: list[Token], at: int, segment: Segment) -> bool:
    """A negation stands before the verb, in its segment, or the segment itself is one (“without …”)."""
    link = segment.link.split()[-1:] or [""]
    if link[0] in ("without", "instead", "rather", "nor"):
        return True
    if any(token.word in ("none", "neither", "nobody") for token in tokens[segment.start : at]):
        return True  # “none of the form's three fields had been …”, however long the subject is
    if (
        link[0] == "or"
        and at - segment.start <= 2
        and any(
            token.word in ("no", "without", "neither") for token in tokens[max(0, segment.start - 5) : segment.start]
        )
    ):
        return True  # “no errors or failed requests”
    window = tokens[max(segment.start, at - 6) : at]
    words = [token.word for token in window]
    for position, word in enumerate(words):
        if word in ("not", "never", "neither", "nor", "nobody", "none", "hardly", "barely", "no", "nothing", "without"):
            if word == "not" and words[position + 1 : position + 2] == ["only"]:
                continue
            if word == "no" and words[position + 1 : position + 2] == ["."]:
                continue  # “Bean no. 2”
            return True
        if word in ("unable", "impossible"):
            return True
    return False
