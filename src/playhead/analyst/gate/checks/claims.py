"""Claims: what is said to have been done or to have happened is borne out by the cited lines, and what is said not to
have happened is nowhere in the recording."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from playhead.analyst.facts import ERRORS
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts import VISIBLE, Anchor, Context, support
from playhead.analyst.gate.lexicon import form_of, verbs_starting
from playhead.analyst.gate.matching import page_bag
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import related
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step, url_words, word_stems

_PAGE_WIDE = frozenset(
    {"show", "answer", "react", "cause", "change", "vanish", "happen", "load", "see", "succeed", "request"}
)


def resolve(ctx: Context) -> dict[Claim, list[Anchor]]:
    """Anchors of every claim that is asserted (not negated)."""
    found = {claim: support(claim, ctx) for claim in ctx.reading.claims if not claim.negated}
    for claim, many in found.items():
        if not many and _only_dates(claim, ctx) and not ctx.scope.is_whole and len(ctx.reading.segments) > 1:
            found[claim] = support(claim, ctx.over(ctx.facts.whole))
            claim.dated = bool(found[claim])
    return found


def _only_dates(claim: Claim, ctx: Context) -> bool:
    """“after signing in, …”, “43 s after it was started”: the moment that dates what is told may be one that is not
    cited; it must have been, and before or after what is (the check of order sees to that)."""
    return bool(set(ctx.reading.segments[claim.segment].link.split()) & {"after", "before", "until", "once", "since"})


def check_claims(ctx: Context, anchors: dict[Claim, list[Anchor]], *, skip: set[Claim], intentions_free: bool) -> str:
    hedged = _hedged(ctx) if intentions_free else set[Claim]()
    for claim in ctx.reading.claims:
        if claim in hedged and not claim.negated and not anchors[claim]:
            continue  # a guess that says it is one; its numbers and quotations are checked all the same
        if claim in skip or not claim.readings or (intentions_free and (claim.purpose or "mind" in claim.readings)):
            continue
        if claim.negated:
            if reason := _check_negated(claim, ctx, anchors):
                return reason
        elif not anchors[claim] and "mind" not in claim.readings and claim.readings != ["mention"]:
            return f"no cited line shows {_told(claim, ctx)}"
        elif reason := _check_polarity(claim, anchors[claim], ctx):
            return reason
        elif claim.managed and not _went_through(anchors[claim], ctx):
            return f"no cited line shows that {_told(claim, ctx)} succeeded"
    return ""


_HEDGES: Final = frozenset(
    "may might could perhaps possibly probably likely presumably maybe suggests suggesting seems seemed appears"
    " possible plausible".split()
)


def _hedged(ctx: Context) -> set[Claim]:
    """Claims of segments that say “may”, “probably”, “a possible explanation”."""
    found: set[Claim] = set()
    for segment in ctx.reading.segments:
        if any(t.word in _HEDGES for t in ctx.reading.tokens[segment.start : segment.end]):
            found |= set(segment.claims)
    return found


_SAYS_NO: Final = re.compile(
    r"\b(?:flag\w*|too (?:short|long|few|many)|error\w*|fail\w*|refus\w*|reject\w*|declin\w*|den(?:y|ied|ies)"
    r"|invalid|not|no|cannot|message\w*|complain\w*|alert|warn\w*|wrong|problem\w*|missing|instead|without|syntax"
    r"|notice|toast|hint\w*|unable|blocked|only|but|despite|although|never|nothing|need\w*|requir\w*|must"
    r"|ask\w*|explain\w*|turned|stopped|told|said|[45]\d\d|crash\w*|threw|throw\w*|exception\w*|unsuccess\w*"
    r"|could)\b"
)


def _check_polarity(claim: Claim, many: list[Anchor], ctx: Context) -> str:
    """“returned a table of harbours” must not rest on the words of “no such table: harbour”."""
    if set(claim.readings) & {"load", "goto"} and many and not _SAYS_NO.search(ctx.reading.text.casefold()):
        return _check_missing(claim, many, ctx)
    if not {"show", "answer", "changed", "see", "find"} & set(claim.readings) or not many:
        return ""
    told = [*claim.ahead, *claim.object, *claim.goal, *claim.place, *claim.means]
    if any(
        token.kind in ("quote", "path") or (token.kind == "number" and token.unit != "ordinal" and _is_told(token, ctx))
        for token in told
    ) or _SAYS_NO.search(ctx.reading.bare()):
        return ""
    steps = [ctx.facts.steps[anchor.step] for anchor in many if anchor.step >= 0]
    if any("search" in one.readings for one in ctx.reading.claims if one is not claim) and _found_nothing(ctx):
        return "none of the cited searches found anything"
    if steps and all(_was_denied(step, ctx) for step in steps):
        return f"the page refused what was asked at {steps[0].ref}; the sentence reads as if it had been given"
    return ""


def _found_nothing(ctx: Context) -> bool:
    searches = [signal.measured for signal in ctx.scope.signals if signal.kind == "repeated_search"]
    return bool(searches) and all(one.get("empty") and one.get("empty") == one.get("searches") for one in searches)


def _is_told(number: Token, ctx: Context) -> bool:
    calm = [s for s in ctx.scope.signals if s.kind not in ERRORS | {"repeated_search"}]
    measured = {v for s in calm for v in s.measured.values() if isinstance(v, (int, float))}
    return number.unit != "" or number.value in measured or any(number.text in text for text in ctx.scope.texts)


def _check_missing(claim: Claim, many: list[Anchor], ctx: Context) -> str:
    """“opened the list of harbours” must not rest on a page that was not there; its address may be named."""
    steps = [ctx.facts.steps[anchor.step] for anchor in many if anchor.step >= 0]
    told = content([*(claim.ahead if claim.passive else []), *claim.object, *claim.goal, *claim.place])
    if not steps or not told or any(token.kind in ("quote", "path") for token in told):
        return ""
    gone = [
        any(signal.kind == "not_found" for one in ctx.facts.deed(step) for signal in ctx.facts.signals_of(one))
        for step in steps
    ]
    return f"the page asked for at {steps[0].ref} was not there" if all(gone) else ""


def _was_denied(step: Step, ctx: Context) -> bool:
    status = step.detail.get("status")
    if isinstance(status, (int, float)) and status >= 400:
        return True
    broke = bool(step.broke) and not any(effect.kind in VISIBLE for effect in step.raw.effects)
    return broke or ctx.facts.taken(step) is False


def _told(claim: Claim, ctx: Context) -> str:
    verb = " ".join(token.text for token in ctx.reading.tokens[claim.at : claim.end])
    named = [
        f"“{t.text}”" if t.kind == "quote" else t.text
        for t in content([*(claim.ahead if claim.passive else []), *claim.object, *claim.goal])
    ]
    return f"that {' '.join(named)} was {verb}" if claim.passive and named else f"“{' '.join([verb, *named])}”"


def _went_through(anchors: list[Anchor], ctx: Context) -> bool:
    for anchor in anchors:
        step = ctx.facts.steps[anchor.step] if anchor.step >= 0 else None
        if (
            step is not None
            and step.reacted
            and not step.refused
            and not any(one.refused for one in ctx.facts.answers_to(step))
        ):
            return True
    return False


def _check_negated(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    """Nothing in the recording may show what is said not to have happened."""
    wide = ctx.over(ctx.facts.whole)
    concept = claim.readings[0]
    if concept == "succeed" and _counts_refusals(ctx):
        return ""
    if concept == "succeed" and not claim.thwarted and _was_taken_at_last(ctx):
        return "the recording shows that it went through"
    if concept == "succeed":  # “was not accepted” denies that it went through, not that somebody pressed “OK”
        claim = replace(claim, readings=["succeed"])
    if concept in _PAGE_WIDE and (near := anchored_steps(claim, ctx, anchors)):
        wide = ctx.over(ctx.facts.scope([step.ref for step in near]))
    elif concept == "fail":
        wide = ctx
    if {"submit", "send"} & set(claim.readings) and "form_abandon" in ctx.scope.kinds:
        return ""  # the signal says just that
    if claim.thwarted and concept != "find":
        tried = support(replace(claim, negated=False, tried=True), ctx) or support(
            replace(claim, negated=False, readings=["fail"]), ctx
        )
        steps = [ctx.facts.steps[anchor.step] for anchor in tried if anchor.step >= 0]
        stopped = [one for one in steps if _was_stopped(one, ctx)]
        if stopped and not _went_through([a for a in tried if a.step >= 0 and ctx.facts.steps[a.step] in stopped], ctx):
            anchors[claim] = [a for a in tried if a.step >= 0 and ctx.facts.steps[a.step] in stopped]
            return ""
        if steps:
            return "the cited lines do not show that it was tried and refused"
    if concept == "find":
        missing = ctx.scope.kinds & {"not_found", "repeated_search"}
        missing = missing or any("not found" in text or text.startswith("no ") for text in ctx.scope.texts)
        return "" if missing else "no cited line shows that it was not found"
    if concept == "mind":
        return f"“{ctx.reading.tokens[claim.at].text}” is about what went on in somebody’s mind"
    if claim.lemma == "be":
        return ""
    said = replace(
        claim, negated=False, tried=claim.tried or claim.lemma in ("log out", "sign out", "log off", "logout")
    )
    shown = [one for one in support(said, wide) if _was_the_deed(claim, one, ctx)]
    if concept == "leave":  # that a recording ends is no leaving
        shown = [anchor for anchor in shown if anchor.t_ms < ctx.facts.end_ms]
    if (limit := within_first(claim, ctx)) is not None:
        shown = [anchor for anchor in shown if anchor.t_ms - ctx.facts.start_ms < limit]
    if concept == "stay":
        return "" if not shown else "the recording shows that it did"
    if shown and not _is_later_only(claim, ctx, shown, anchors):
        step = next((ctx.facts.steps[a.step].ref for a in shown if a.step >= 0), "")
        return f"the recording shows the opposite{f' at {step}' if step else ''}"
    return ""


def _counts_refusals(ctx: Context) -> bool:
    """“was not accepted twice”: and then it may have been; the check of numbers counts the refusals."""
    return any(
        claim.negated and "succeed" in claim.readings and any(token.unit == "times" for token in claim.object)
        for claim in ctx.reading.claims
    )


def _was_taken_at_last(ctx: Context) -> bool:
    """The last of the cited deeds of which anything tells whether it was taken was taken."""
    told = [taken for step in ctx.scope.steps if (taken := ctx.facts.taken(step)) is not None]
    return bool(told) and told[-1]


def within_first(claim: Claim, ctx: Context) -> float | None:
    """“nothing was clicked in the first two seconds”: how far from the start the statement reaches, in ms."""
    tokens = [*claim.object, *claim.place, *claim.goal]
    for token, following in pairwise(tokens):
        if token.unit == "ordinal" and token.value == 1 and following.unit == "ms":
            return following.value
    return None


def _was_the_deed(claim: Claim, anchor: Anchor, ctx: Context) -> bool:
    """What contradicts “did not check out” is a control or a request of that name, not an offer on the page."""
    if anchor.step < 0 or not {"do!", "done!"} & set(claim.readings):
        return True
    key = related(stem(claim.lemma.split()[0])) | related(stem(claim.lemma.replace(" ", "")))
    steps = ctx.facts.deed(ctx.facts.steps[anchor.step])
    paths = " ".join(effect.path or "" for step in steps for effect in step.requests)
    return bool(key & (frozenset().union(*(step.name_words for step in steps)) | url_words(paths)))


def _was_stopped(step: Step, ctx: Context) -> bool:
    """What this step did was refused, broke, or met no answer."""
    whole = ctx.facts.deed(step)
    signals = {signal.kind for one in whole for signal in ctx.facts.signals_of(one)}
    return any(one.refused or one.broke for one in whole) or bool(signals & (ERRORS | {"dead_click", "rage_click"}))


def _is_later_only(claim: Claim, ctx: Context, shown: list[Anchor], anchors: dict[Claim, list[Anchor]]) -> bool:
    """“left without paying” is about the moment of leaving; what came later does not contradict it."""
    segment = ctx.reading.segments[claim.segment]
    if segment.link.split()[-1:] not in (["without"], ["before"]):
        return False
    before = [anchor for other, many in anchors.items() if other.segment < claim.segment for anchor in many]
    return bool(before) and all(anchor.t_ms > max(one.t_ms for one in before) for anchor in shown)


def anchored_steps(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[Step]:
    """The steps that a statement about the page's answer refers to: those of the deed beside it in the sentence."""
    order = [
        claim.segment - 1,
        claim.segment,
        claim.segment + 1,
        *range(claim.segment - 2, -1, -1),
        *range(claim.segment + 2, len(ctx.reading.segments)),
    ]
    deeds = {
        "click",
        "double",
        "context",
        "rage",
        "toggle",
        "choose",
        "submit",
        "type",
        "use",
        "try",
        "do",
        "do!",
        "key",
        "enter",
        "change",
        "search",
        "send",
        "retry",
        "close",
    }
    for segment in order:
        for other, many in anchors.items():
            if other is not claim and other.segment == segment and set(other.readings) & deeds and many:
                return [ctx.facts.steps[anchor.step] for anchor in many if anchor.step >= 0]
    return []


_THINGS: Final = stems("card bill charge sort bin")  # of the same topic, and no word for the deed


def _dealt_with(ctx: Context) -> frozenset[str]:
    """Words of what was used, opened, typed and asked of the server."""
    found = frozenset[str]()
    for step in ctx.scope.steps:
        paths = " ".join(effect.path or "" for effect in step.requests)
        opened = page_bag(step.page, step.raw.page_url) if step.kind == "navigate" else url_words(step.raw.page_url)
        found |= step.target_words | word_stems(step.value) | url_words(paths) | opened
    return found


def check_intentions(ctx: Context) -> str:
    """A goal names what was done: “to delete something” needs a control that was used, a page that was opened or a
    request of that name; that a page offers something, or tells of it, is nobody's goal."""
    told = _dealt_with(ctx)
    first = ctx.reading.tokens[0].word if ctx.reading.tokens else ""
    commands = [verb for verb in verbs_starting(first) if form_of(first, verb.lemma) == "base"]
    lemmas = [verb.lemma for verb in commands if "do!" in (verb.deed, verb.effect) and _begins_with(verb.lemma, ctx)]
    lemmas = [max(lemmas, key=len)] if lemmas else []  # “Pay for an order”: a goal told as a command
    lemmas += [
        c.lemma for c in ctx.reading.claims if (c.purpose or c.form == "ing") and {"do", "do!"} & set(c.readings)
    ]
    lemmas += [token.word for token in ctx.reading.tokens if token.kind == "word" and token.stem in _DEED_NOUNS]
    for lemma in lemmas:
        if _key(lemma).isdisjoint(told):
            return f"nothing in the cited lines is about “{'' if stem(lemma) in _DEED_NOUNS else 'to '}{lemma}”"
    return ""


_DEED_NOUNS: Final = stems("payment purchase refund deletion checkout cancellation registration reservation deposit")


def _begins_with(lemma: str, ctx: Context) -> bool:
    words = lemma.split()
    return [token.word for token in ctx.reading.tokens[: len(words)]] == words


def _key(lemma: str) -> frozenset[str]:
    """Stems a control, page or request of that deed bears: “check out” is checkout, and no check of something."""
    first, _, rest = lemma.partition(" ")
    whole = related(stem(lemma.replace(" ", "")))
    return (whole if rest and rest not in ("for", "to") else whole | related(stem(first))) - _THINGS
