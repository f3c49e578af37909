"""Reading: a sentence as claims: who did what to which control, where, in which order, or that it was not so.

Not a parser of English: a shallow reading that errs towards “I cannot confirm this”. Segments are cut at commas and
linking words; in each segment verbs of the lexicon become claims with their objects and places.
"""

from __future__ import annotations

from typing import Final

from playhead.analyst.gate.claims import Claim, Reading, Segment, share
from playhead.analyst.gate.discourse import (
    continue_lists,
    deny_both,
    empty_handed,
    mention,
    relate,
    retell,
    take_reports,
)
from playhead.analyst.gate.grammar import (
    ASPECTS,
    BE,
    DETERMINERS,
    FAILS,
    NOUN_CLAIMS,
    NOUN_LIKE,
    PREPOSITIONS,
    TOLD_TO,
    TRIES,
)
from playhead.analyst.gate.idioms import plainly_said
from playhead.analyst.gate.lexicon import AUXILIARY, Verb, form_of, verbs_starting
from playhead.analyst.gate.names import Names, compounds, mark_called, mark_names, plainly
from playhead.analyst.gate.segments import cut
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.tokens import tokenise
from playhead.analyst.gate.verbs import aspect_target, is_light, is_modifier, is_negated, undone, verb_at
from playhead.analyst.gate.words import PERSON, THING_PRONOUNS, THINGS
from playhead.analyst.inflect import stems


def read(sentence: str, *, names: Names | None = None) -> Reading:
    """Read one plain sentence. `names` are the names of controls and pages in the trace, as written there: where one
    stands in the sentence without quotation marks it is taken as a name, not as words (“Place order” is no verb).
    """
    sentence = plainly_said(sentence)
    tokens = compounds(plainly(tokenise(sentence)))
    if names is not None:
        tokens = mark_names(tokens, names)
        mark_called(tokens, names)
    _classify(tokens)
    segments = cut(tokens)
    subject = ""
    for number, segment in enumerate(segments):
        subject = _read_segment(tokens, segment, number, subject)
    take_reports(tokens, segments)
    empty_handed(segments)
    relate(tokens, segments)
    deny_both(segments)
    retell(tokens, segments)
    mention(tokens, segments)
    continue_lists(tokens, segments)
    return Reading(sentence, tokens, segments, [claim for segment in segments for claim in segment.claims])


_CLASSIFIERS: Final = frozenset(
    "option value theme scheme mode colour color glaze size variant kind category tab entry setting choice language"
    " filter country date plan view level type label code word phrase term tag name title station tool tools options"
    " values themes variants categories tabs".split()
)


def _classify(tokens: list[Token]) -> None:
    """“the colour scheme “Light””: what a quoted name is classed as claims nothing beside the name itself."""
    for at, token in enumerate(tokens):
        if token.word in ("good", "full") and at + 1 < len(tokens) and tokens[at + 1].kind == "number":
            token.used = True  # “a good two seconds”
        if token.kind != "quote" or token.unit:
            continue
        before = at - 1
        while before >= 0 and tokens[before].word in _CLASSIFIERS and tokens[before].kind == "word":
            tokens[before].used = True
            before -= 1
        if at + 1 < len(tokens) and tokens[at + 1].word in _CLASSIFIERS and tokens[at + 1].kind == "word":
            tokens[at + 1].used = True


def _read_segment(tokens: list[Token], segment: Segment, number: int, subject: str) -> str:
    """Find the claims of one segment; returns the subject it leaves for the next one."""
    if here := _subject_of(tokens, segment):
        subject = here
    elif segment.link.split()[-1:] in (["which"], ["where"]):
        subject = "thing"
    at, aspect = segment.start, ""
    while at < segment.end:
        if tokens[at].kind != "word":
            at += 1
            continue
        verb, width = verb_at(tokens, at, segment)
        if verb is None:
            at, aspect = _read_noun(tokens, at, number, segment, aspect)
        elif _only_occurs(verb, segment, at) or is_light(tokens, at, verb, segment):
            tokens[at].used = True
            at += width
        elif (main := _main_verb(tokens, at, width, verb, segment)) >= 0:
            aspect = ("not " if is_negated(tokens, at, segment) else "") + verb.lemma
            at = main
        else:
            claim = _claim(tokens, at, width, verb, number, segment, subject)
            _apply_aspect(claim, aspect)
            segment.claims.append(claim)
            at, aspect = at + width, ""
    _give_objects(tokens, segment)
    _mark_attempts(segment)
    for claim in segment.claims:
        if claim.object and claim.object[0].word == "nothing" and claim.subject == "person":
            claim.negated = True  # “drew nothing”
        if claim.object and claim.object[0].word == "no" and claim.lemma in _UNCOVERS:
            claim.negated = True  # “revealed no text”
        claim.attributive = _describes(tokens, claim, segment)
    return subject


def _describes(tokens: list[Token], claim: Claim, segment: Segment) -> bool:
    """“after two failed logins”, “the saved record”: a participle between an article or a number and its noun."""
    if claim.form != "past" or claim.passive or claim.at <= segment.start or claim.end >= segment.end:
        return False
    before, after = tokens[claim.at - 1], tokens[claim.end]
    return (
        (before.kind == "number" or before.word in DETERMINERS)
        and after.kind == "word"
        and after.word not in PREPOSITIONS
    )


_TOLD_BY_PEOPLE: Final = frozenset(
    "say tell explain inform warn report announce complain notify state ask demand require advise instruct".split()
) | {"ask for"}
_OCCUR: Final = frozenset("land come go hit fall occur happen take place follow be make register arrive".split())


def _only_occurs(verb: Verb, segment: Segment, at: int) -> bool:
    """“five clicks landed on …”, “the clicks came within …”: the noun is the claim, the verb adds nothing."""
    last = segment.claims[-1] if segment.claims else None
    clicks = last is not None and last.form == "noun" and last.readings[:1] in (["click"], ["double"], ["rage"])
    return clicks and last is not None and last.end >= at - 1 and verb.lemma.split()[0] in _OCCUR


def _read_noun(tokens: list[Token], at: int, number: int, segment: Segment, aspect: str) -> tuple[int, str]:
    """A noun of action is a claim (“five clicks on …”); “an attempt to …” only colours the verb that follows."""
    noun = NOUN_CLAIMS.get(tokens[at].word)
    if noun is None:
        return at + 1, aspect
    if tokens[at].word in TRIES and (follows := aspect_target(tokens, at + 1, segment)) >= 0:
        return follows, "try"
    if not is_modifier(tokens, at, segment):
        segment.claims.append(_noun_claim(tokens, at, noun, number, segment))
    return at + 1, aspect


def _main_verb(tokens: list[Token], at: int, width: int, verb: Verb, segment: Segment) -> int:
    """Where the verb stands that this one only says something of (“kept clicking”); -1 where it is itself the one."""
    if verb.lemma in ("go to", "come to", "move to", "proceed to"):
        return _infinitive(tokens, at + width, segment)
    if verb.lemma.replace(" ", "_") not in ASPECTS and tokens[at].word not in ("had", "has", "have"):
        return -1
    return aspect_target(tokens, at + width, segment)


def _infinitive(tokens: list[Token], at: int, segment: Segment) -> int:
    """“went to add a book”: what they went to do; “went to checkout” names a place."""
    if at + 1 >= segment.end or tokens[at].kind != "word" or tokens[at].word in NOUN_LIKE:
        return -1
    is_base = any(form_of(tokens[at].word, verb.lemma) == "base" for verb in verbs_starting(tokens[at].word))
    return at if is_base and (tokens[at + 1].kind == "quote" or tokens[at + 1].word in DETERMINERS) else -1


def _subject_of(tokens: list[Token], segment: Segment) -> str:
    """person or thing, from the words before the first verb of the segment."""
    found = ""
    for at, token in enumerate(tokens[segment.start : segment.end], segment.start):
        if token.kind == "word" and (token.word in AUXILIARY or verb_at(tokens, at, segment)[0] is not None):
            break
        if token.kind == "word" and token.word in PERSON and token.unit != "named":
            return "person"
        if token.word in THING_PRONOUNS or token.word in THINGS or token.kind in ("quote", "path", "method"):
            found = "thing"
    return found


def _apply_aspect(claim: Claim, aspect: str) -> None:
    if aspect:
        claim.purpose = False
    negated = aspect.startswith("not ")
    lemma = aspect.removeprefix("not ")
    if lemma in ("try", "attempt") or (lemma in ("begin", "start", "commence") and "do!" in claim.readings):
        claim.tried = True
    elif lemma in ("manage", "succeed", "get to"):
        claim.managed = not negated
    elif lemma == "fail":
        claim.negated = not claim.negated
    if negated and lemma != "fail":
        claim.negated = True


def _mark_attempts(segment: Segment) -> None:
    """“archiving the card failed”, “the upload was refused”: the first was tried, not done."""
    for claim, following in zip(segment.claims, segment.claims[1:], strict=False):
        if claim.form == "noun" and claim.negated and following.form in ("past", "s"):
            claim.negated, following.negated = False, True  # “No search found a book”: there were searches
        said = [*following.object, *following.means, *following.goal]
        refused = any(t.kind == "number" and 400 <= t.value < 600 and not t.unit for t in said) or any(
            t.stem in _BAD for t in said
        )
        fails = following.lemma.replace(" ", "_") in FAILS or refused
        tried = following.lemma in ("try", "attempt", "retry") and following.passive
        lasted = claim.form == "ing" and {"take", "sit", "wait"} & set(following.readings)
        led = claim.form == "ing" and following.form in ("past", "s") and bool(_LED & set(following.readings))
        if (
            claim.form in ("ing", "noun")
            and not claim.negated
            and (led or lasted or tried or fails != following.negated)
        ):
            claim.tried = True


_UNCOVERS: Final = frozenset({"reveal", "display", "contain", "uncover", "present", "render", "unfold", "expand"})
_LED: Final = frozenset({"cause", "lead", "answer"})  # “Deleting it led to …”: that it was tried
_BAD: Final = stems("error exception failure refusal rejection typeerror crash")


def _claim(tokens: list[Token], at: int, width: int, verb: Verb, number: int, segment: Segment, subject: str) -> Claim:
    form = form_of(tokens[at].word, verb.lemma)
    before = [token.word for token in tokens[segment.start : at]]
    passive = form == "past" and any(word in BE for word in before[-4:])
    by_deed = any(one.form == "ing" and not one.passive for one in segment.claims)
    if by_deed and form in ("past", "s"):
        subject = "thing"  # “clicking “A” opened B”
    headline = form == "past" and bool(before) and subject != "person" and not PERSON & set(before) and not by_deed
    claim = Claim(verb.lemma, [], at, at + width, form, number, subject=subject, passive=passive)
    claim.readings = _readings(verb, subject, passive or headline, form)
    if form != "ing" and not passive and subject == "thing" and _only_people(verb, before, tokens[at : segment.end]):
        claim.readings = ["nobody"]  # a page neither types nor clicks
    if subject == "thing" and verb.lemma in _DEMANDS and not passive and not PERSON & set(before):
        claim.readings = ["show"]  # “the form wanted a full name”: it said so
    claim.negated = is_negated(tokens, at, segment) != bool(undone(tokens[at].word))
    able_words = {"could", "can", "cannot", "couldnt", "unable"} & set(before[-4:])
    if segment.link.split()[-1:] == ["before"] and form == "ing" and at == segment.start:
        claim.tried = True  # “before paying, …”: that it came to it, not that it went through
    claim.thwarted = claim.negated and bool(able_words) and not {"react", "answer"} & set(claim.readings)
    claim.purpose = form == "base" and before[-1:] == ["to"] and not _reported_to(before)
    if before[-2:-1] and before[-2] in BE:  # “the last thing they did was to click …”
        claim.purpose = False
    able = before[-1:] == ["to"] and "able" in before[-3:]
    claim.managed = form == "base" and not claim.negated and (able or bool({"could", "can"} & set(before[-3:])))
    if verb.lemma == "manage" and at + 1 < segment.end and tokens[at + 1].word == "to":
        claim.managed = True  # whatever it was that was managed
    return claim


_MACHINES: Final = frozenset(
    "page site website web app application server backend system browser script software api platform".split()
)
_HUMAN: Final = frozenset(
    "click double context rage choose type enter clear scroll search drag highlight hover copy toggle use try".split()
)
_ALONE: Final = ("by itself", "on its own", "by themselves", "automatically", "of its own accord")


def _only_people(verb: Verb, before: list[str], after: list[Token]) -> bool:
    """“the page corrected the year”, “… by itself”: a deed of people told of a machine."""
    if verb.deed not in _HUMAN:
        return False
    rest = " ".join(token.word for token in after)
    if any(words in rest for words in _ALONE):
        return True
    return not verb.effect and next((word for word in reversed(before) if word not in AUXILIARY), "") in _MACHINES


def _reported_to(before: list[str]) -> bool:
    """“was able to pay”, “had to click”: the verb happened; it is not what somebody meant to do."""
    return bool(set(before[-6:-1]) & TOLD_TO)


_DEMANDS: Final = frozenset({"want", "need", "expect", "insist", "insist on", "wish", "wish for", "prefer", "like"})


def _readings(verb: Verb, subject: str, passive: bool, form: str) -> list[str]:
    deed, effect = verb.deed, verb.effect
    if verb.lemma == "go through":
        order = [deed, effect]
    elif passive:
        order = [effect, deed]
    elif subject == "person" and not deed and verb.lemma in _TOLD_BY_PEOPLE:
        order = ["use", "do!"]  # a page asks and reports by showing; a person by using a control, or by doing it
    elif subject == "person":
        order = [deed] if deed else [effect]
    elif subject == "thing" and form != "ing":
        order = [effect] if effect else [deed]
    else:
        order = [deed, effect]
    if verb.lemma == "load" and subject == "thing" and not passive:
        order = ["load", "cause"]  # “the clicks loaded more entries”
    if verb.lemma == "raise":
        order = [*order, "changed"]  # an exception is raised, and a quantity
    if order == ["succeed", "use"]:
        order = order[:1]  # “the login went through” is not borne out by an attempt
    return [one for one in order if one]


def _noun_claim(tokens: list[Token], at: int, noun: tuple[str, str], number: int, segment: Segment) -> Claim:
    deed, second = noun
    lemma = second or tokens[at].word
    claim = Claim(lemma, [deed], at, at + 1, "noun", number)
    before = [token.word for token in tokens[max(segment.start, at - 2) : at]]
    claim.negated = bool({"no", "zero", "without"} & set(before)) or segment.link.split()[-1:] == ["without"]
    return claim


def _give_objects(tokens: list[Token], segment: Segment) -> None:
    """Share the words of a segment among its claims: what stands before each verb, after it, and after prepositions."""
    for index, claim in enumerate(segment.claims):
        upto = segment.claims[index + 1].at if index + 1 < len(segment.claims) else segment.end
        named_before = bool(index) and segment.claims[index - 1].form in ("noun", "ing")
        start = segment.claims[index - 1].end if index else segment.start
        claim.ahead = [] if named_before else tokens[start : claim.at]
        share(claim, tokens[claim.end : upto])
