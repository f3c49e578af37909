"""Reading: a sentence as claims: who did what to which control, where, how often, in which order, or that it was not so.

Not a parser of English: a shallow reading that errs towards “I cannot confirm this”. Segments are cut at commas and
linking words; in each segment verbs of the lexicon become claims with their objects and places.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from playhead.analyst.gate.lexicon import ASPECT, AUXILIARY, Verb, form_of, verbs_starting
from playhead.analyst.gate.tokens import Token, tokenise
from playhead.analyst.gate.words import JUDGED_ADJECTIVES, PERSON, THING_PRONOUNS, THINGS, TOPICS, is_harmless
from playhead.analyst.inflect import stem, stems
from playhead.analyst.text import plain, quotable

MAX_NAME_WORDS: Final = 6
LINKS: Final = frozenset(
    "and or but then before after while when whenever once which who where so without though although whereas until till upon"
    " followed following instead rather despite yet nor than plus".split()
)
BREAKS: Final = frozenset({",", ";", ":", "—", "–", "(", ")", "→", "->", "=>", "•", "/"})
PREPOSITIONS: Final = frozenset(
    "in on of at from within inside under near with for to into onto via by during over through against about as next"
    " among between below above behind beside using across toward towards".split()
)
NEGATIONS: Final = frozenset(
    "not never no without neither nor none nobody nothing nowhere instead rather hardly barely".split()
)
_DETERMINERS: Final = frozenset(
    "the a an this these those their his her its our your my some any each every another no all both such other same".split()
)
_MODALS: Final = frozenset(
    "to not did does do will would shall should can could may might must never let cannot and".split()
)
_BE: Final = frozenset("is are was were be been being got get gets getting".split())
_ADVERBS: Final = frozenset(
    "then also again never first next later finally eventually immediately quickly rapidly repeatedly soon just even still only once"
    " twice successfully not ever already now subsequently directly shortly thereafter briefly always often afterwards simply".split()
)
NOUN_CLAIMS: Final[dict[str, tuple[str, str]]] = {
    word: claim
    for words, claim in (
        ("click clicks tap taps press presses", ("click", "")),
        ("doubleclick doubleclicks", ("double", "")),
        ("rageclick rageclicks", ("rage", "")),
        ("submission submissions submit submits", ("submit", "submit")),
        ("search searches", ("search", "")),
        ("attempt attempts try tries retry retries", ("use", "")),
        ("reload reloads refresh refreshes", ("reload", "reload")),
        ("redirect redirects redirection", ("load", "load")),
        ("purchase purchases", ("do!", "buy")),
        ("deletion deletions", ("do!", "delete")),
        ("cancellation", ("do!", "cancel")),
        ("registration", ("do!", "register")),
        ("refund refunds", ("do!", "refund")),
        ("upload uploads", ("do", "upload")),
        ("download downloads", ("do", "download")),
    )
    for word in words.split()
}


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
    purpose: bool = False
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

    def words(self) -> list[str]:
        return [token.word if token.kind != "quote" else "\N{OBJECT REPLACEMENT CHARACTER}" for token in self.tokens]

    def bare(self) -> str:
        """The sentence without its quotations, folded, single spaces: what phrase patterns are matched against."""
        return " ".join(
            "“”" if t.kind == "quote" else t.word if t.kind != "number" else t.text.casefold() for t in self.tokens
        )


def read(sentence: str, *, names: Names | None = None) -> Reading:
    """Read one plain sentence. `names` are the names of controls and pages in the trace, as written there: where one
    stands in the sentence without quotation marks it is taken as a name, not as words (“Place order” is no verb).
    """
    tokens = _compounds(tokenise(sentence))
    if names is not None:
        tokens = _mark_names(tokens, names)
    segments = _segments(tokens)
    subject = ""
    for number, segment in enumerate(segments):
        subject = _read_segment(tokens, segment, number, subject)
    _take_reports(tokens, segments)
    _empty_handed(segments)
    _mention(tokens, segments)
    _continue_lists(tokens, segments)
    return Reading(sentence, tokens, segments, [claim for segment in segments for claim in segment.claims])


def _mention(tokens: list[Token], segments: list[Segment]) -> None:
    """“before the cart”, “after the second refusal”: a moment that is named, not told."""
    for number, segment in enumerate(segments):
        here = tokens[segment.start : segment.end]
        if segment.claims or segment.link.split()[-1:] not in (["before"], ["after"], ["following"], ["until"]):
            continue
        if content(here) or any(token.stem in _MENTIONED for token in here):
            segment.claims.append(Claim("be", ["mention"], segment.start, segment.start, "noun", number, object=here))


_MENTIONED: Final = stems("refusal error failure click payment search attempt message")
_SPEAKS: Final = frozenset(
    "say tell explain state inform warn report announce indicate note advise clarify complain show display read notify confirm point out".split()
)


_YIELDS: Final = frozenset("return yield give show bring produce get have see deliver display list offer come".split())


def _empty_handed(segments: list[Segment]) -> None:
    """“returned nothing”, “gave no results”: what was found, not what was answered."""
    for segment in segments:
        for claim in segment.claims:
            words = [token.word for token in claim.object]
            if claim.lemma in _YIELDS and (
                "nothing" in words or ("no" in words and {"results", "result", "matches", "hits"} & set(words))
            ):
                claim.readings, claim.negated = ["find"], False


def _take_reports(tokens: list[Token], segments: list[Segment]) -> None:
    """“the page explained that …”: what follows is what the page said, not what happened."""
    for segment, following in zip(segments, segments[1:], strict=False):
        speaker = segment.claims[-1] if segment.claims else None
        if (
            following.link == "that"
            and speaker is not None
            and speaker.lemma in _SPEAKS
            and speaker.subject != "person"
        ):
            speaker.object = [*speaker.object, *tokens[following.start : following.end]]
            speaker.readings = ["show"]
            following.claims = []
            following.is_report = True


_LISTED: Final = frozenset({"", ",", "and", "or", ", and", "and or", "nor"})


def _continue_lists(tokens: list[Token], segments: list[Segment]) -> None:
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
            and segment.link in _LISTED
            and content([*before.claims[-1].object, *before.claims[-1].goal, *before.claims[-1].place])
        ):
            segment.claims.append(_copied(before.claims[-1], here, number, after_verb=True))
        elif before is None and after is not None and after.link in _LISTED and after.claims[0].passive:
            segment.claims.append(_copied(after.claims[0], here, number, after_verb=False))


def _copied(claim: Claim, here: list[Token], number: int, *, after_verb: bool) -> Claim:
    copy = replace(
        claim, segment=number, ahead=[] if after_verb else here, object=[], goal=[], place=[], origin=[], means=[]
    )
    if claim.passive and after_verb:
        copy.passive, copy.ahead = True, []
    if after_verb:
        _share(copy, here)
        if not content(copy.object) and content(claim.goal) and not content(claim.object):
            copy.goal, copy.object = [*copy.goal, *copy.object], []
    return copy


def _compounds(tokens: list[Token]) -> list[Token]:
    """Words written with a hyphen become one word where that word means something (“sign-up”, “rage-clicked”), else
    two; “rage clicked” and “back and forth” become one as well.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        last = found[-1] if found else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if last is not None and last.kind == "word" and token.kind == "word":
            joined = last.word + token.word
            hyphen = at > 0 and tokens[at - 1].text == "-"
            clicks = last.word in ("double", "right", "rage") and token.word.startswith(("click", "tap"))
            if clicks or (hyphen and is_known(joined)):
                last.word, last.stem, last.text = joined, stem(joined), f"{last.text}-{token.text}"
                continue
        if (
            token.text == "-"
            and last is not None
            and last.kind in ("word", "method")
            and after is not None
            and after.kind == "word"
        ):
            continue
        if last is not None and last.word in ("went", "goes", "go", "left") and token.word in _WENT:
            found.pop()
        if token.word == "forth" and [one.word for one in found[-2:]] == ["back", "and"]:
            del found[-2:]
            token = Token("word", "back and forth", "backandforth", "backandforth")
        found.append(token)
    return found


_WENT: Final = frozenset("unanswered unnoticed smoothly well fine unheeded blank".split())


def is_known(word: str) -> bool:
    """Whether the lexicon, the topics or the harmless words hold this word."""
    return bool(verbs_starting(word)) or is_harmless(word) or stem(word) in TOPICS


class Names:
    """Names of a trace, arranged by their first word; what is longer than MAX_NAME_WORDS is never read unquoted."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.by_first: dict[str, list[tuple[list[str], str]]] = {}
        for name in sorted(set(names)):
            parts = [token.word for token in tokenise(plain(name[:80]))]
            if 0 < len(parts) <= MAX_NAME_WORDS and not PERSON & set(parts):
                self.by_first.setdefault(parts[0], []).append((parts, name))
        for many in self.by_first.values():
            many.sort(key=lambda one: -len(one[0]))


def _mark_names(tokens: list[Token], names: Names) -> list[Token]:
    """Unquoted names become quotes where they are written as in the trace, or stand before a word like “button”."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        candidates = names.by_first.get(tokens[at].word, []) if tokens[at].kind != "quote" else []
        used, name = _name_at(tokens, at, candidates)
        if used:
            text = " ".join(token.text for token in tokens[at : at + used])
            unit = "name" if any(char.isupper() for char in text) else "maybe"
            found.append(Token("quote", text, quotable(name), stem=quotable(name), unit=unit))
            at += used
        else:
            found.append(tokens[at])
            at += 1
    return found


_ROLE_NOUNS: Final = frozenset(
    "button link field input box tab checkbox menu option dropdown control icon toggle switch form dialog page step section item entry heading textbox popup card".split()
)


_BEFORE_NAMES: Final = frozenset(
    "on the to in into from of at onto named labelled labeled called titled button link field tab page form click clicked clicks clicking press"
    " pressed pressing tap tapped tapping select selected selecting choose chose open opened opening fill filled hit chosen ticked checked and or"
    " for via using toggled picked a an dialog menu with their , (".split()
)


def _name_at(tokens: list[Token], at: int, candidates: list[tuple[list[str], str]]) -> tuple[int, str]:
    """(words used, the name) where a name of the trace stands here: written as there and in a place where a name can
    stand, or before a word like “button”. A stranger's page must not turn a whole statement into a name.
    """
    for parts, name in candidates:
        span = tokens[at : at + len(parts)]
        if (
            len(span) < len(parts)
            or [token.word for token in span] != parts
            or any(token.kind == "quote" for token in span)
        ):
            continue
        after = tokens[at + len(parts)] if at + len(parts) < len(tokens) else None
        before = tokens[at - 1].word if at else ""
        written = " ".join(token.text for token in span)
        same_case = _letters(written) == _letters(name) and any(char.isupper() for char in written)
        if (
            after is not None
            and after.word in _ROLE_NOUNS
            and (len(parts) > 1 or not span[0].word.endswith(("ed", "ing")))
        ):
            return len(parts), name
        several = len(parts) > 1 and before in ("the", "to", "on", "into", "called", "named") and len(content(span)) > 1
        if several:
            return len(parts), name
        if same_case and (before in _BEFORE_NAMES or (not at and after is not None and after.word in _BE)):
            return len(parts), name
    return 0, ""


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _segments(tokens: list[Token]) -> list[Segment]:
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
    found[-1].end = len(tokens)
    return [segment for segment in found if segment.end > segment.start] or found[:1]


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
    if word in ("rather", "yet"):
        return following != "than"
    if word == "following" and at and tokens[at - 1].word in _DETERMINERS:
        return True
    return word == "whole"


def _opens_clause(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    return (
        token.word in AUXILIARY
        or token.word in _DETERMINERS
        or token.word in PERSON
        or token.word in ("it", "there")
        or bool(
            token.kind == "word"
            and any(form_of(token.word, verb.lemma) in ("past", "s") for verb in verbs_starting(token.word))
        )
    )


def _read_segment(tokens: list[Token], segment: Segment, number: int, subject: str) -> str:
    """Find the claims of one segment; returns the subject it leaves for the next one."""
    at = segment.start
    aspect = ""
    here = _subject_of(tokens, segment)
    if here:
        subject = here
    elif segment.link.split()[-1:] in (["which"], ["where"]):
        subject = "thing"
    while at < segment.end:
        token = tokens[at]
        if token.kind != "word":
            at += 1
            continue
        noun = NOUN_CLAIMS.get(token.word)
        verb, width = _verb_at(tokens, at, segment)
        if noun and verb is None and token.word in _TRIES and (follows := _aspect_target(tokens, at + 1, segment)) >= 0:
            aspect, at = "try", follows
            continue
        if verb is not None and _is_light(tokens, at, verb, segment):
            token.used = True
            at += width
            continue
        if verb is None:
            if noun and not _is_modifier(tokens, at, segment):
                segment.claims.append(_noun_claim(tokens, at, noun, number, segment))
            at += 1
            continue
        follows = (
            _aspect_target(tokens, at + width, segment)
            if verb.lemma.replace(" ", "_") in _ASPECTS or token.word in ("had", "has", "have")
            else -1
        )
        if follows >= 0:
            aspect = verb.lemma
            negated = _negated(tokens, at, segment)
            aspect = ("not " if negated else "") + aspect
            at = follows
            continue
        claim = _claim(tokens, at, width, verb, number, segment, subject)
        _apply_aspect(claim, aspect)
        aspect = ""
        segment.claims.append(claim)
        at += width
    _give_objects(tokens, segment)
    _mark_attempts(segment)
    return subject


_FAILS: Final = frozenset("fail decline refuse reject deny block error time out crash break".split())


def _mark_attempts(segment: Segment) -> None:
    """“archiving the card failed”, “the upload was refused”: the first was tried, not done."""
    for claim, following in zip(segment.claims, segment.claims[1:], strict=False):
        if claim.form in ("ing", "noun") and not claim.negated and (following.lemma in _FAILS) != following.negated:
            claim.tried = True


_TRIES: Final = frozenset("attempt attempts try tries".split())
_LIGHT: Final = frozenset("run make perform conduct carry do give issue put take launch execute".split())


def _is_light(tokens: list[Token], at: int, verb: Verb, segment: Segment) -> bool:
    """“ran three searches”, “made an attempt”: the noun says what was done."""
    if verb.lemma not in _LIGHT:
        return False
    ahead = tokens[at + 1 : min(at + 5, segment.end)]
    return any(token.word in NOUN_CLAIMS for token in ahead if token.kind == "word")


_ASPECTS: Final = ASPECT | {
    "go_on",
    "carry_on",
    "end_up",
    "go_on_to",
    "continue_to",
    "proceed_to",
    "get_to",
    "end",
    "come_to",
}


def _aspect_target(tokens: list[Token], at: int, segment: Segment) -> int:
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
            and tokens[here].word not in _NOT_AFTER_TO
        ):
            return here
    return -1


_NOT_AFTER_TO: Final = frozenset("checkout login cart search order".split())


def _apply_aspect(claim: Claim, aspect: str) -> None:
    if aspect:
        claim.purpose = False
    negated = aspect.startswith("not ")
    lemma = aspect.removeprefix("not ")
    if lemma in ("try", "attempt"):
        claim.tried = True
    elif lemma in ("manage", "succeed", "get to"):
        claim.managed = not negated
    elif lemma == "fail":
        claim.negated = not claim.negated
    if negated and lemma != "fail":
        claim.negated = True


def _subject_of(tokens: list[Token], segment: Segment) -> str:
    """person or thing, from the words before the first verb of the segment."""
    found = ""
    for at, token in enumerate(tokens[segment.start : segment.end], segment.start):
        if token.kind == "word" and (token.word in AUXILIARY or _verb_at(tokens, at, segment)[0] is not None):
            break
        if token.kind == "word" and token.word in PERSON:
            return "person"
        if token.word in THING_PRONOUNS or token.word in THINGS or token.kind in ("quote", "path", "method"):
            found = "thing"
    return found


def _verb_at(tokens: list[Token], at: int, segment: Segment) -> tuple[Verb | None, int]:
    for verb in verbs_starting(tokens[at].word):
        parts = verb.lemma.split()
        rest = [token.word for token in tokens[at + 1 : min(at + len(parts), segment.end)]]
        if rest != parts[1:] and not (
            len(parts) == 2 and parts[0] in _SEPARABLE and _particle_later(tokens, at, parts[1], segment)
        ):
            continue
        if rest != parts[1:]:
            parts = parts[:1]
        if _acts_as_verb(tokens, at, form_of(tokens[at].word, verb.lemma), verb, segment, len(parts)):
            return verb, len(parts)
    return _unknown_verb(tokens[at].word), 1


_SEPARABLE: Final = frozenset("sign log turn switch fill type put check".split())


def _particle_later(tokens: list[Token], at: int, particle: str, segment: Segment) -> bool:
    """“signed the visitor in”: the particle stands after a short object, at the end of the segment."""
    end = next((n for n in range(segment.end - 1, at, -1) if tokens[n].kind != "punct"), at)
    return at + 2 <= end <= at + 4 and tokens[end].word == particle


def _unknown_verb(word: str) -> Verb | None:
    """A past tense the lexicon does not hold is a deed all the same: “upvoted” needs a control of that name."""
    if len(word) < 5 or not word.endswith("ed") or verbs_starting(word) or is_harmless(word) or word in _ADJECTIVES:
        return None
    return Verb(stem(word), "do", "done")


_ADJECTIVES: Final = frozenset(
    "unsupported unrelated unlimited advanced detailed limited related crowded complicated unauthorised unauthorized unhandled rejected-by"
    " unanswered unnoticed need speed feed indeed exceed succeed proceed embed frustrated confused annoyed interested worried tired bored"
    " satisfied dissatisfied disappointed determined undecided confirmed-by stressed overwhelmed convinced unintended expected unexpected"
    " disabled enabled masked prefilled preselected unchecked nested shared related abandoned broken".split()
)


def _acts_as_verb(tokens: list[Token], at: int, form: str, verb: Verb, segment: Segment, width: int) -> bool:
    """Whether this word is used as a verb here, by its neighbours."""
    before = tokens[at - 1] if at > segment.start else None
    prior = before.word if before is not None else ""
    after = tokens[at + width] if at + width < segment.end else None
    word = tokens[at].word
    if word in _HARMLESS_FORMS and not (word == "left" and _left_is_verb(before, after)):
        return False
    if (
        word == verb.lemma.split()[0]
        and prior != "to"
        and after is not None
        and after.word in _ROLE_NOUNS
        and prior not in PERSON
    ):
        return False  # “the reset link”
    if form == "base":
        if prior == "to":
            return not (at >= 2 and tokens[at - 2].word in _TO_IS_PREPOSITION and word in _NOUN_LIKE)
        return (
            prior in _MODALS - {"and"}
            or (prior in PERSON and prior.endswith(("s", "y", "ey")) and prior != "his")
            or (
                prior in _ADVERBS
                and at - 2 >= segment.start
                and tokens[at - 2].word in ("they", "visitors", "users", "not", "did", "could", "would", "to")
            )
        )
    if form == "s":
        if before is None:
            return segment.link != "" or word in (
                "clicks",
                "types",
                "opens",
                "returns",
                "submits",
                "scrolls",
                "fills",
                "goes",
            )
        if before.kind in ("number",) or prior in _DETERMINERS or prior in PREPOSITIONS:
            return False
        return (
            prior in PERSON
            or prior in THINGS
            or prior in THING_PRONOUNS
            or prior in _ADVERBS
            or before.kind in ("quote", "path", "ref")
            or (
                before.kind == "word"
                and prior
                not in (
                    "rapid",
                    "repeated",
                    "quick",
                    "more",
                    "several",
                    "many",
                    "multiple",
                    "failed",
                    "single",
                    "further",
                )
            )
        )
    if form == "ing":
        if prior in _DETERMINERS:
            return False
        return (
            before is None
            or prior in AUXILIARY
            or prior in PERSON
            or prior in _ADVERBS
            or prior
            in (
                "of",
                "from",
                "by",
                "on",
                "upon",
                "after",
                "before",
                "while",
                "when",
                "without",
                "for",
                "in",
                "spent",
                "kept",
                "keep",
                "keeps",
                "started",
                "began",
                "stopped",
                "continued",
                "seconds",
                "minutes",
                "times",
                "and",
                "tried",
                "avoid",
                "finished",
                "resumed",
            )
            or before.kind in ("quote", "number", "path", "punct")
            or prior in THINGS
        )
    # past
    if prior in _DETERMINERS or (
        before is not None
        and before.kind == "number"
        and before.unit in ("", "ordinal")
        and after is not None
        and after.kind == "word"
        and after.word not in PREPOSITIONS
    ):
        return True  # “the declined payment” still says that it was declined
    return True


def _left_is_verb(before: Token | None, after: Token | None) -> bool:
    if before is not None and (
        before.word in _DETERMINERS or before.word in ("top", "bottom", "items", "to", "is", "was", "were", "on")
    ):
        return False
    return True


_HARMLESS_FORMS: Final = frozenset(
    "used using called named labelled labeled titled marked based following followed given left related included including"
    " meant needed needs set sets put read-only unchecked requested resulting remaining missing loading existing setting"
    " settings building meaning spelling heading headings loads listing listings rating ratings".split()
) - {"used", "using", "set", "put"}
_TO_IS_PREPOSITION: Final = frozenset(
    "went go goes going back returned return returns navigated moved proceeded on scrolled switched came got led redirected continued request"
    " requests thanks next from close up answer response sent post posts call calls taken brought jumped headed access link added"
    " changed set way route path".split()
)
_NOUN_LIKE: Final = frozenset("checkout search order cart login register help start view review return end report list share answer call home book "
                              "comment message filter sort export import download upload play load show display test group mark link post copy click".split())  # fmt: skip


def _is_modifier(tokens: list[Token], at: int, segment: Segment) -> bool:
    """“the search page”, “submit button”, “click event”: the noun only describes the next one."""
    after = tokens[at + 1] if at + 1 < segment.end else None
    return after is not None and after.kind == "word" and (after.word in _ROLE_NOUNS or after.word in (
        "bar", "results", "result", "term", "terms", "query", "engine", "event", "events", "flow", "process", "history", "area", "handler", "target",
        "count", "buttons", "links", "fields", "pages", "confirmation", "details", "status", "summary", "suggestions"))  # fmt: skip


def _negated(tokens: list[Token], at: int, segment: Segment) -> bool:
    """A negation stands before the verb, in its segment, or the segment itself is one (“without …”)."""
    link = segment.link.split()[-1:] or [""]
    if link[0] in ("without", "instead", "rather", "nor"):
        return True
    window = tokens[max(segment.start, at - 6) : at]
    words = [token.word for token in window]
    for position, word in enumerate(words):
        if word in ("not", "never", "neither", "nor", "nobody", "none", "hardly", "barely", "no", "nothing", "without"):
            if word == "not" and words[position + 1 : position + 2] == ["only"]:
                continue
            return True
        if word in ("unable", "impossible"):
            return True
    return False


def _claim(tokens: list[Token], at: int, width: int, verb: Verb, number: int, segment: Segment, subject: str) -> Claim:
    word = tokens[at].word
    form = form_of(word, verb.lemma)
    before = [token.word for token in tokens[segment.start : at]]
    passive = form == "past" and any(word in _BE for word in before[-4:])
    title_style = (
        form == "past"
        and not passive
        and at > segment.start
        and not any(w in PERSON for w in before)
        and subject != "person"
        and not any(one.form == "ing" for one in segment.claims)
    )
    if any(one.form == "ing" and not one.passive for one in segment.claims) and form in ("past", "s"):
        subject = "thing"  # “clicking “A” opened B”
    readings = _readings(verb, subject, passive or title_style, form)
    claim = Claim(verb.lemma, readings, at, at + width, form, number, subject=subject, passive=passive)
    claim.negated = _negated(tokens, at, segment)
    claim.purpose = form == "base" and before[-1:] == ["to"] and not _reported_to(before)
    if form == "base" and before[-1:] == ["to"] and "able" in before[-3:]:
        claim.managed = not claim.negated
    if form == "base" and any(w in ("could", "can") for w in before[-3:]) and not claim.negated:
        claim.managed = True
    return claim


def _reported_to(before: list[str]) -> bool:
    """“was able to pay”, “had to click”: the verb happened; it is not what somebody meant to do."""
    return bool(set(before[-6:-1]) & _TOLD_TO)


_TOLD_TO: Final = frozenset(
    "able unable had has have seen recorded observed asked told needed took take takes taking slow quick ready fast time ms s seconds"
    " required failed refused".split()
)


def _readings(verb: Verb, subject: str, passive: bool, form: str) -> list[str]:
    deed, effect = verb.deed, verb.effect
    if passive:
        order = [effect, deed]
    elif subject == "person":
        order = [deed] if deed else [effect]
    elif subject == "thing" and form != "ing":
        order = [effect] if effect else [deed]
    else:
        order = [deed, effect]
    return [one for one in order if one]


def _noun_claim(tokens: list[Token], at: int, noun: tuple[str, str], number: int, segment: Segment) -> Claim:
    deed, second = noun
    lemma = second if deed.startswith("do") else tokens[at].word
    claim = Claim(lemma, [deed], at, at + 1, "noun", number)
    before = [token.word for token in tokens[max(segment.start, at - 2) : at]]
    claim.negated = bool({"no", "zero", "without"} & set(before)) or segment.link.split()[-1:] == ["without"]
    return claim


_WHERE: Final = {
    "from": "origin", "to": "goal", "into": "goal", "onto": "goal", "toward": "goal", "towards": "goal",
    "via": "means", "by": "means", "using": "means", "with": "means", "through": "means",
}  # fmt: skip


def _give_objects(tokens: list[Token], segment: Segment) -> None:
    """Share the words of a segment among its claims: what stands before each verb, after it, and after prepositions."""
    for index, claim in enumerate(segment.claims):
        upto = segment.claims[index + 1].at if index + 1 < len(segment.claims) else segment.end
        named_before = bool(index) and segment.claims[index - 1].form in ("noun", "ing")
        start = segment.claims[index - 1].end if index else segment.start
        claim.ahead = [] if named_before else tokens[start : claim.at]
        _share(claim, tokens[claim.end : upto])


def _share(claim: Claim, after: list[Token]) -> None:
    where = "object"
    for token in after:
        if token.kind == "word" and token.word in PREPOSITIONS:
            of_noun = claim.form == "noun" and token.word in ("on", "of", "at", "in", "for", "to")
            where = "object" if of_noun and not content(claim.object) else _WHERE.get(token.word, "place")
            continue
        getattr(claim, where).append(token)


def content(tokens: list[Token]) -> list[Token]:
    """The tokens that name something: quotes, paths, and words that are not harmless."""
    return [
        t
        for t in tokens
        if t.kind in ("quote", "path")
        or (t.kind == "word" and not is_harmless(t.word) and t.word not in JUDGED_ADJECTIVES)
    ]
