"""Nouns: what a number counts, and how many of it the cited lines hold: pages, requests, messages, fields."""

from __future__ import annotations

from typing import Final

from playhead.analyst.facts import ERRORS
from playhead.analyst.gate.checks.tallies import CLICK_NOUNS, COUNTED, TRY_NOUNS, claim_at, counts_for
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context, arrivals
from playhead.analyst.gate.concepts.base import turns_page
from playhead.analyst.inflect import stem, stems
from playhead.analyst.steps import says_no


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


def noun_counts(noun: str, ctx: Context, anchors: dict[Claim, list[Anchor]], at: int) -> set[int]:
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
        claim = claim_at(at, ctx, anchors)
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
        found |= {int(v) for k, v in signal.measured.items() if k in COUNTED and isinstance(v, (int, float))}
    return found - {0}


def _numbered(many: list) -> set[int]:
    return {
        len(many),
        len({getattr(one, "text", None) or (getattr(one, "method", ""), getattr(one, "path", "")) for one in many}),
    } - {0}
