"""Vague quantities and speed: “several”, “again”, “in quick succession”, “immediately” hold in the cited lines too."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from playhead.analyst.gate.checks.nouns import page_counts
from playhead.analyst.gate.checks.tallies import counts_for
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Anchor, Context
from playhead.analyst.steps import Step

_VAGUE: Final = (
    (re.compile(r"\b(?:several|multiple|numerous|many|a number of|countless|dozens of|plenty of)\b"), 3),
    (
        re.compile(
            r"\b(?:repeatedly|over and over|again and again|a few|both|various|more than once|time and again"
            r"|repeated|a couple)\b"
        ),
        2,
    ),
)


_AGAIN: Final = re.compile(
    r"\b(?:again|once more|another (?:attempt|try|click|time)|anew|re ?(?:tried|try|clicked|submitted|entered))\b"
)


_FAST: Final = re.compile(
    r"\b(?:rapid(?:ly)?|quick(?:ly)?|in quick succession|in rapid succession|swiftly"
    r"|in a row)\b"
)


# “left again”, “closed it again”: not a second time, but as it was before
_UNDONE_AGAIN: Final = re.compile(
    r"\b(?:(?:on|off|back|up|down|open|away|closed|out|in) again\b|(?:left|leav\w+|clos\w+|dismiss\w+"
    r"|hid\w*|collaps\w+|disappear\w*|vanish\w*|went away|gone)\b"
    r"[^.;,]{0,30}\bagain\b)"
)


_AT_ONCE: Final = re.compile(
    r"\b(?:immediately|instantly|at once|straight away|right away|promptly|without delay|directly)\b"
)


FAST_GAP_MS: Final = 2_000


AT_ONCE_MS: Final = 5_000


def check_vague(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    bare = re.sub(r"\S*/\S+", "/", ctx.reading.bare())  # “/api/again” says nothing of a second time
    deeds = {claim: many for claim, many in anchors.items() if many}
    most = max((max(counts_for(claim, ctx, anchors), default=0) for claim in deeds), default=0)
    for pattern, least in _VAGUE:
        if (
            (found := pattern.search(bare))
            and not (found[0] == "both" and _names_both(ctx))
            and max(
                most,
                _widest(ctx),
                _requests(ctx),
                *(page_counts(ctx) or {0}),
                len([s for s in ctx.scope.steps if s.kind == "input"]),
            )
            < least
        ):
            return f"“{found[0]}”: the cited lines do not show so many"
    once = most < 2 and not _happened_before(deeds, ctx)
    if (found := _AGAIN.search(bare)) and once and not _UNDONE_AGAIN.search(bare):
        return f"“{found[0]}”: the recording shows it once"
    return _check_speed(ctx, bare, deeds)


def _names_both(ctx: Context) -> bool:
    """“both “First” and “Last””: two things that are named, each checked as such."""
    tokens = ctx.reading.tokens
    at = next((n for n, token in enumerate(tokens) if token.word == "both"), len(tokens))
    words = [token.word for token in tokens[at + 1 : at + 7]]
    return "and" in words[1:]


def _requests(ctx: Context) -> int:
    """“both requests returned 200” of one click."""
    told = any(token.stem in ("request", "cal", "call") for token in ctx.reading.tokens)
    return sum(len(step.requests) for step in ctx.scope.steps) if told else 0


def _widest(ctx: Context) -> int:
    return max([len(ctx.scope.steps), len(ctx.scope.signals)], default=0) if not ctx.reading.claims else 0


def _happened_before(deeds: dict[Claim, list[Anchor]], ctx: Context) -> bool:
    for many in deeds.values():
        for anchor in many:
            if anchor.step >= 0 and any(
                _alike(ctx.facts.steps[anchor.step], step) for step in ctx.facts.steps[: anchor.step]
            ):
                return True
    pages = [page.url for page in ctx.facts.trace.session.pages]
    return any(set(claim.readings) & {"goto", "back", "load", "reload"} for claim in deeds) and len(pages) > len(
        set(pages)
    )


def _alike(step: Step, earlier: Step) -> bool:
    return (
        earlier.kind == step.kind
        and (earlier.role, earlier.name) == (step.role, step.name)
        and earlier.raw.target is not None
    )


def _check_speed(ctx: Context, bare: str, deeds: dict[Claim, list[Anchor]]) -> str:
    if found := _FAST.search(bare):
        runs = [sorted(a.t_ms for a in many) for many in deeds.values() if len(many) > 1]
        gaps = [max(b - a for a, b in pairwise(run)) for run in runs]
        single = any(
            a.times > 1 or (a.step >= 0 and (ctx.facts.steps[a.step].raw.reaction_ms or 9e9) <= FAST_GAP_MS)
            for many in deeds.values()
            for a in many
        )
        if (
            not any(gap <= FAST_GAP_MS for gap in gaps)
            and not single
            and "rage_click" not in ctx.scope.kinds
            and "quick_back" not in ctx.scope.kinds
            and "in a row" not in found[0]
        ):
            return f"“{found[0]}”: the cited lines do not show it to be that fast"
    found = _AT_ONCE.search(bare)
    told = {
        a.step
        for claim, many in deeds.items()
        if {"answer", "react", "show", "cause"} & set(claim.readings)
        for a in many
    }
    slow = [
        ctx.facts.steps[at]
        for at in told
        if at >= 0 and "slow_response" in {s.kind for s in ctx.facts.signals_of(ctx.facts.steps[at])}
    ]
    if found and (slow or not _at_once(ctx, deeds)):
        return f"“{found[0]}”: the cited lines show a longer time"
    return ""


def _at_once(ctx: Context, deeds: dict[Claim, list[Anchor]]) -> bool:
    """Something told came soon after what caused it, or after what was told before it."""
    apart = sorted({ctx.facts.steps[a.step].t_ms for many in deeds.values() for a in many if a.step >= 0})
    if re.search(r"(?:immediately|right|straight|directly) after", ctx.reading.bare()) and len(apart) > 1:
        return any(later - earlier <= AT_ONCE_MS for earlier, later in pairwise(apart))
    for many in deeds.values():
        for anchor in many:
            if anchor.step >= 0 and 0 < anchor.t_ms - ctx.facts.steps[anchor.step].t_ms <= AT_ONCE_MS / 2:
                return True
    moments = sorted(anchor.t_ms for many in deeds.values() for anchor in many)
    if any(0 < later - earlier <= AT_ONCE_MS for earlier, later in pairwise(moments)):
        return True
    return any(
        step.raw.reaction_ms is not None and step.raw.reaction_ms <= AT_ONCE_MS / 2 for step in ctx.scope.steps
    ) and not any(set(claim.readings) & {"show", "load", "see", "find"} for claim in deeds)
