"""Counts: “five times”, “three fields”, “the second attempt” agree with what the cited lines hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from playhead.analyst.facts import ERRORS
from playhead.analyst.gate.checks.amounts import Bound, bound_at, follows_its_name, literal
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context, arrivals
from playhead.analyst.gate.concepts.answers import request_fits
from playhead.analyst.gate.concepts.base import of, sends, turns_page, without_twins
from playhead.analyst.gate.tokens import Token
from playhead.analyst.gate.words import THINGS
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import Step, same_target, says_no


def _count_of(many: Iterable[Anchor], ctx: Context, *, moved: bool = False) -> set[int]:
    """The counts that anchors may stand for: moments, steps, folded repetitions."""
    many = list(many)
    if moved:  # a click and the page it opened are one journey
        many = without_twins(list({anchor.step: anchor for anchor in many}.values()), ctx.facts)
    steps = {anchor.step for anchor in many if anchor.step >= 0}
    found = {len(many), len(steps) or len(many), sum(anchor.times for anchor in many)}
    return {count for count in found if count}


def _claim_at(at: int, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> Claim | None:
    """The claim a count belongs to: the nearest in its segment, else the last one told before."""
    segment = next((n for n, s in enumerate(ctx.reading.segments) if s.start <= at < s.end), 0)
    here = [claim for claim in ctx.reading.claims if claim.segment == segment and claim in anchors]
    before = [claim for claim in here if claim.end <= at]
    if before:
        return before[-1]
    if here:
        return here[0]
    earlier = [claim for claim in ctx.reading.claims if claim.at < at and claim in anchors]
    return earlier[-1] if earlier else next((claim for claim in ctx.reading.claims if claim in anchors), None)


def _fits(value: float, counts: set[int], bound: Bound) -> bool:
    if bound.kind == "more":
        return any(count >= value and count <= max(value * 2, value + 2) for count in counts)
    if bound.kind == "less":
        return any(value / 2 <= count <= value for count in counts)
    if bound.kind == "about":
        return any(abs(count - value) <= max(1.0, 0.2 * value) for count in counts)
    return value in counts


def times_hold(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    if any(c.negated and "succeed" in c.readings and any(t is token for t in c.object) for c in ctx.reading.claims):
        return _fits(token.value, _cited_counts(ctx), bound_at(ctx, at))  # “was not accepted twice”: so many refusals
    claim = _claim_at(at, ctx, anchors)
    if claim is None:
        return not ctx.reading.claims and _fits(token.value, _cited_counts(ctx), bound_at(ctx, at))
    counts = counts_for(claim, ctx, anchors)
    if token.value == 1 and at + 1 < len(ctx.reading.tokens) and ctx.reading.tokens[at + 1].word == "more":
        return True  # “once more”
    more = any(t.word in ("more", "again", "further") for t in ctx.reading.tokens[at + 1 : at + 2]) or (
        at and ctx.reading.tokens[at - 1].word == "another"
    )
    if more:
        counts |= {count - 1 for count in counts}
    return _fits(token.value, counts, bound_at(ctx, at))


def _cited_counts(ctx: Context) -> set[int]:
    """“POST /api/boats: 500, twice”: how often what is cited happened, where no verb says what it is."""
    found = {len([s for s in ctx.scope.signals if s.kind == kind]) for kind in ctx.scope.kinds}
    found |= {int(v) for s in ctx.scope.signals for k, v in s.measured.items() if k in _COUNTED and _is_number(v)}
    if any(token.kind in ("path", "method") for token in ctx.reading.tokens):
        asked = [e for step in ctx.scope.steps for e in step.requests if request_fits(ctx.reading.tokens, e)]
        return {len(asked)} | {count for count in found if not asked}
    pressed = [step for step in ctx.scope.steps if step.kind in CLICKS | {"submit", "keypress"}]
    return (found | {sum(step.count for step in pressed), len([s for s in pressed if s.refused])}) - {0}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def counts_for(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    many = anchors.get(claim, [])
    counts = _count_of(
        many, ctx, moved=bool(set(claim.readings) & {"goto", "load", "back", "use", "try", "submit", "search"})
    )
    if set(claim.readings) & {"click", "rage", "use", "try", "retry"}:
        steps = {anchor.step for anchor in many}
        for signal in ctx.scope.signals:
            rested = {ctx.facts.by_ref[ref].index for ref in signal.refs if ref in ctx.facts.by_ref}
            if rested & steps:
                counts |= {
                    int(v)
                    for k, v in signal.measured.items()
                    if k in _COUNTED and isinstance(v, (int, float)) and not isinstance(v, bool)
                }
        return _whole_run(counts, many) | (_turns(many, ctx) if set(claim.readings) & {"use", "try"} else set())
    if set(claim.readings) & {"change", "fail", "happen", "log", "show", "see", "cause", "answer", "request", "search"}:
        for signal in ctx.scope.signals:
            counts |= {
                int(v)
                for k, v in signal.measured.items()
                if k in _COUNTED and isinstance(v, (int, float)) and not isinstance(v, bool)
            }
        for step_at in {a.step for a in many if a.step >= 0}:
            step = ctx.facts.steps[step_at]
            counts |= (
                {len(step.refused)}
                if step.refused and len({a.step for a in many}) == 1 and "fail" in claim.readings
                else set()
            )
    return counts


def _turns(many: list[Anchor], ctx: Context) -> set[int]:
    """“used three times”: typing and Enter in one field, one after the other, is one use of it."""
    steps = [ctx.facts.steps[at] for at in sorted({anchor.step for anchor in many if anchor.step >= 0})]
    typed = [step for step in steps if step.kind == "input"]
    return {len(typed)} - {0} if typed and all(same_target(typed[0], step) for step in steps) else set()


def _whole_run(counts: set[int], many: list[Anchor]) -> set[int]:
    """Clicks are counted with their folded repetitions: the largest honest number, not each part of it."""
    total = sum(anchor.times for anchor in many)
    return {count for count in counts if count >= total} or counts


_COUNTED: Final = frozenset(
    "clicks count times presses attempts occurrences refusals requests errors searches empty reversals".split()
)


CLICK_NOUNS: Final = frozenset("click clicks tap taps press presses".split())


TRY_NOUNS: Final = frozenset(
    "attempt attempts try tries retry retries time times submission submissions round rounds".split()
)


def count_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    if token.value != int(token.value):
        return literal(token, ctx)
    if (verdict := _share_holds(at, token, ctx, anchors)) is not None:
        return verdict
    if follows_its_name(at, token, ctx):
        return True
    noun_at, noun = noun_after(at, ctx)
    bound = bound_at(ctx, at)
    before = ctx.reading.tokens[at - 1] if at else None
    if before is not None and (
        before.unit == "ordinal" or before.word in ("last", "other", "next", "previous", "latter", "first")
    ):
        return any(count >= token.value for many in anchors.values() for count in _count_of(many, ctx))
    if token.value == 0:
        return True  # “zero errors”: the check of silence and smoothness answers for it
    if noun_at is not None and (
        claim := next((c for c in ctx.reading.claims if c.form == "noun" and c.at == noun_at and c in anchors), None)
    ):
        counts = counts_for(claim, ctx, anchors)
        if noun in TRY_NOUNS:
            counts = counts | _sendings(ctx)
        if noun in TRY_NOUNS and (other := _claim_at(at, ctx, {c: a for c, a in anchors.items() if c is not claim})):
            counts = (
                counts | counts_for(other, ctx, anchors)
                if not content([*claim.object]) and not anchors[claim]
                else counts
            )
        return _fits(token.value, counts, bound)
    counts = _noun_counts(noun, ctx, anchors, at)
    if counts and _fits(token.value, counts, bound):
        return True
    if _stands_before_name(at, token, ctx):
        return True
    claim = _claim_at(at, ctx, anchors)
    if claim is not None and "show" in claim.readings and noun and literal(token, ctx, beside=noun):
        return True  # “the list offered three options”, as the page says itself
    if counts and noun in THINGS:
        return False
    if claim is not None and _owns(claim, token) and _fits(token.value, _named_after(noun, claim, ctx, anchors), bound):
        return True
    if noun and noun not in THINGS:
        if not _is_repeated(claim, token, anchors) and literal(token, ctx, beside=noun):
            return True
        return claim is not None and _owns(claim, token) and _fits(token.value, _distinct(claim, ctx, anchors), bound)
    given = claim is not None and {"show", "find"} & set(claim.readings) and stem(noun) in _GIVEN
    owned = noun and claim is not None and not given and _owns(claim, token)
    if owned and claim is not None and _fits(token.value, _distinct(claim, ctx, anchors), bound):
        return True
    return literal(token, ctx)


_GIVEN: Final = stems(
    "items results matches entries rows hits products articles"
)  # how many came is said, or not known


def _share_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool | None:
    """“two of the three requests”: the second number is all there are, of the visit or of what is cited; the first is
    how many the claim holds of. None where the number is no part of such a share."""
    tokens = ctx.reading.tokens
    gap = _of_number(tokens, at)
    if gap and any(_written(tokens[at], tokens[at + gap], text) for text in ctx.scope.texts):
        return True
    if gap:
        if any(_measured_share(signal.measured, token.value, tokens[at + gap].value) for signal in ctx.scope.signals):
            return True
        claim = _claim_at(at, ctx, anchors)
        return claim is not None and token.value in counts_for(claim, ctx, anchors) | _distinct(claim, ctx, anchors)
    back = next((n for n in (2, 3) if at >= n and _of_number(tokens, at - n) == n), 0)
    if not back:
        return None
    if any(_measured_share(signal.measured, tokens[at - back].value, token.value) for signal in ctx.scope.signals):
        return True
    noun = noun_after(at, ctx)[1]
    return any(
        token.value in _noun_counts(noun, ctx.over(scope), anchors, at) for scope in (ctx.scope, ctx.facts.whole)
    )


def _written(part: Token, whole: Token, text: str) -> bool:
    """“entries 17-24 of 40” as a line has it, word for word."""
    return bool(re.search(rf"(?<![\d.,]){abs(int(part.value))} of {int(whole.value)}(?![\d.,]*\d)", text))


def _of_number(tokens: list[Token], at: int) -> int:
    """How far behind the number another stands: “2 of 3”, “two of the three”; 0 where none does."""
    if tokens[at].kind != "number":
        return 0
    words = [token.word for token in tokens[at + 1 : at + 3]]
    gap = (
        2 if words[:1] == ["of"] and words[1:] not in (["the"], ["its"], ["their"]) else 3 if words[:1] == ["of"] else 0
    )
    there = gap and at + gap < len(tokens) and tokens[at + gap].kind == "number" and not tokens[at + gap].unit
    return gap if there else 0


def _measured_share(measured: dict[str, Any], part: float, whole: float) -> bool:
    return measured.get("fields") == part and measured.get("of") == whole


def _sendings(ctx: Context) -> set[int]:
    """How often a form or a request that writes was sent off in the cited lines: what people count as attempts."""
    sent = [
        of(step) for step in ctx.scope.steps if step.kind in CLICKS | {"submit", "keypress"} and sends(step, ctx.facts)
    ]
    return _count_of(without_twins(sent, ctx.facts), ctx)


def _named_after(noun: str, claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    """“moved ahead four months” by “Next month” ×4: how often a control that bears the noun was used."""
    many = {anchor.step: anchor for anchor in anchors.get(claim, []) if anchor.step >= 0}
    named = [ctx.facts.steps[at] for at in many if noun and stem(noun) in ctx.facts.steps[at].name_words]
    return {sum(step.count for step in named)} - {0}


def _stands_before_name(at: int, token: Token, ctx: Context) -> bool:
    """“Five packets of “Bean no. 17”” where a cited line says “5 × Bean no. 17”."""
    names = [one.stem for one in ctx.reading.tokens[at + 1 : at + 5] if one.kind == "quote"]
    lines = [text for text in ctx.scope.texts if any(name in text for name in names[:1])]
    return any(re.search(rf"(?<![\d.,]){int(token.value)}\s?[×x]\s?{re.escape(names[0])}", text) for text in lines)


_MADE: Final = frozenset("do done do! done! click drag toggle choose".split())


def _is_repeated(claim: Claim | None, token: Token, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“Three boats were added” by five clicks: that “3 boats” stood there on the way does not make it three."""
    return claim is not None and bool(_MADE & set(claim.readings)) and _owns(claim, token) and len(anchors[claim]) > 1


def _owns(claim: Claim, token: Token) -> bool:
    return any(t is token for t in [*claim.ahead, *claim.object, *claim.goal, *claim.place])


def _distinct(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    """How many different things a claim was about: fields filled, pages opened, buttons clicked."""
    steps = [ctx.facts.steps[a.step] for a in anchors.get(claim, []) if a.step >= 0]
    targets = {(step.role, step.name, step.raw.page_url if not step.name else "") for step in steps}
    return {len(targets), len(steps)} - {0}


def noun_after(at: int, ctx: Context) -> tuple[int | None, str]:
    """The noun a number counts: “5 rapid clicks” → clicks."""
    tokens = ctx.reading.tokens
    for position in range(at + 1, min(at + 4, len(tokens))):
        token = tokens[position]
        if token.kind != "word" or token.word in _NOT_COUNTED:
            break
        if (token.word.endswith("s") and len(token.word) > 3) or token.word in _SINGULAR:
            return position, token.word
    return None, ""


_NOT_COUNTED: Final = frozenset(
    "and or then on in at of with for by to from without but before after each every both all per any the a an this"
    " that".split()
)
_SINGULAR: Final = frozenset("click page error request attempt time try alert message field".split())


def _noun_counts(noun: str, ctx: Context, anchors: dict[Claim, list[Anchor]], at: int) -> set[int]:
    """Counts of what a trace holds by itself; empty for nouns it knows nothing of."""
    if not noun:
        return set()
    word, steps = stem(noun), ctx.scope.steps
    effects = [effect for step in steps for effect in step.raw.effects]
    modifiers = _modifiers(at, noun, ctx)
    hops = {len([s for s in ctx.scope.signals if s.kind == "quick_back"])} - {0}
    if hops and word in stems("page") and any("leave" in claim.readings for claim in anchors):
        return hops
    if word in stems("page screen view pageview url site"):
        return _pages_like(ctx, modifiers) if modifiers - _PLAIN else page_counts(ctx)
    if word in stems("request call response answer"):
        chosen = [
            e
            for e in effects
            if e.kind == "request" and (not modifiers & stems("failed refused rejected declined") or says_no(e))
        ]
        return _numbered(chosen)
    if word in stems("error exception failure refusal rejection"):
        return _error_counts(ctx)
    if word in stems("alert message warning notice notification toast banner"):
        return _numbered([e for e in effects if e.kind in ("alert", "toast", "field_error", "dialog", "text_added")])
    if word in stems("dialog popup modal"):
        return _numbered([e for e in effects if e.kind == "dialog"])
    if word in stems("signal problem issue"):
        return {len([s for s in ctx.scope.signals if s.kind != "idle_gap"])} - {0}
    if word in stems("field input box"):
        return {
            len({(s.role, s.name) for s in steps if s.kind == "input"}),
            len({e.text for e in effects if e.kind == "field_error"}),
        } - {0}
    if word in stems("action interaction step event"):
        return {len(steps)}
    if word in stems("button link control option checkbox tab"):
        clicked = [s for s in steps if s.kind in CLICKS and (word != "link" or s.role in ("link", ""))]
        return {len({(s.role, s.name, s.raw.page_url if word == "link" else "") for s in clicked})} - {0}
    if word in stems("search query"):
        return {len({s.value for s in steps if s.value}), len([s for s in steps if s.kind == "input"])} - {0}
    if noun in CLICK_NOUNS | TRY_NOUNS:
        claim = _claim_at(at, ctx, anchors)
        return counts_for(claim, ctx, anchors) if claim else set()
    return set()


def _modifiers(at: int, noun: str, ctx: Context) -> set[str]:
    found: set[str] = set()
    for token in ctx.reading.tokens[at + 1 : at + 4]:
        if token.word == noun:
            break
        found.add(token.stem)
    return found


_PLAIN: Final = stems("page view different distinct other more web")


def _pages_like(ctx: Context, modifiers: set[str]) -> set[int]:
    """“two product pages”: the pages that are such."""
    seen = {arrival.urls[0] for arrival in arrivals(ctx) if arrival.urls and (modifiers - _PLAIN) <= arrival.words}
    return {len(seen - {""})} - {0}


def page_counts(ctx: Context) -> set[int]:
    session = ctx.facts.trace.session.pages
    seen = {arrival.urls[0] for arrival in arrivals(ctx) if arrival.is_new and arrival.urls and arrival.urls[0]}
    stood = {step.page.url for step in ctx.scope.steps if step.page is not None}
    whole = {len(session), len({page.url for page in session})}
    spans_all = bool(ctx.facts.steps) and {0, len(ctx.facts.steps) - 1} <= {step.index for step in ctx.scope.steps}
    if ctx.scope.is_whole or spans_all:
        return whole
    turned = [step for step in ctx.scope.steps if turns_page(step)]
    return {len(seen), len(stood), len(seen | stood), len(turned), sum(step.count for step in turned)} - {0}


def _error_counts(ctx: Context) -> set[int]:
    signals = [s for s in ctx.scope.signals if s.kind in ERRORS]
    found = {
        len(signals),
        len([s for s in signals if s.kind == "js_error"]),
        len([e for step in ctx.scope.steps for e in step.refused]),
    }
    found |= {
        len([step for step in ctx.scope.steps if step.refused]),
        len([e for step in ctx.scope.steps for e in step.raw.effects if e.kind in ("error", "field_error")]),
    }
    for signal in signals:
        found |= {int(v) for k, v in signal.measured.items() if k in _COUNTED and isinstance(v, (int, float))}
    return found - {0}


def _numbered(many: list) -> set[int]:
    return {
        len(many),
        len({getattr(one, "text", None) or (getattr(one, "method", ""), getattr(one, "path", "")) for one in many}),
    } - {0}


def ordinal_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“the second attempt”: one of the moments it is about is the second of its kind, in the recording or as cited."""
    if literal(token, ctx) or (token.value == 1 and not _counted_next(at, ctx)):
        return True
    many = sorted({anchor for claim, found in anchors.items() for anchor in found if anchor.step >= 0})
    steps = [ctx.facts.steps[anchor.step] for anchor in many]
    ranks = {_rank(step, ctx) for step in steps if step.kind in CLICKS | {"submit", "input", "keypress"}}
    for claim, found in anchors.items():
        own = sorted({anchor.t_ms for anchor in found})
        ranks |= {len(own)} if len(own) > 1 or "fail" in claim.readings else set()
    if ctx.reading.tokens[at + 1 : at + 2] and ctx.reading.tokens[at + 1].stem in _REFUSALS:
        ranks |= {_refusal_rank(step, ctx) for step in ctx.scope.steps if step.refused}
    last = token.value == max(ranks, default=0)
    return token.value in ranks or last or _is_nth_of_kind(token, ctx, anchors)


def _is_nth_of_kind(token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“the third drag”: the third deed of that kind in the recording, whatever it was done to, is one that is meant."""
    kinds = {claim.readings[0] for claim in anchors if claim.form == "noun" and claim.readings} & _KINDS
    for kind in kinds:
        all_of_kind = [step for step in ctx.facts.steps if step.kind == kind]
        nth = all_of_kind[int(token.value) - 1 : int(token.value)]
        if nth and nth[0] in ctx.scope.steps:
            return True
    return False


_KINDS: Final = frozenset({"drag", "scroll", "copy"})


def _counted_next(at: int, ctx: Context) -> bool:
    after = ctx.reading.tokens[at + 1].word if at + 1 < len(ctx.reading.tokens) else ""
    return after in CLICK_NOUNS | TRY_NOUNS | {"upload", "search", "refusal", "payment", "request"}


_REFUSALS: Final = stems("refusal error failure rejection decline answer")


def _refusal_rank(step: Step, ctx: Context) -> int:
    return 1 + sum(1 for one in ctx.facts.matching(step) if one.index < step.index and one.refused)


def _rank(step: Step, ctx: Context) -> int:
    """The how-manieth of its kind on its control this step is."""
    return 1 + sum(1 for one in ctx.facts.matching(step) if one.index < step.index)
