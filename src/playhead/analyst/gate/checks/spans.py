"""Spans: every duration and moment in a sentence is one that the cited lines state."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Final

from playhead.analyst.gate.checks.amounts import bound_at
from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Anchor, Context
from playhead.analyst.gate.matching import path_matches
from playhead.analyst.gate.token import Token

CLOCK_FROM_MS: Final = 10_000.0  # durations from here on may be cut to whole seconds, as the player's clock does


def moment_holds(token: Token, ctx: Context) -> bool:
    slack = 1000.0 if not token.digits else 10.0 ** (3 - token.digits)
    start = ctx.facts.start_ms
    moments = [t for step in ctx.scope.steps for t in (step.t_ms, step.end_ms, *(e.t_ms for e in step.raw.effects))]
    moments += [t for signal in ctx.scope.signals for t in (signal.t_ms, signal.end_ms)]
    if ctx.scope.is_whole:
        moments.append(ctx.facts.end_ms)
    if any(abs(token.value - (t - start)) <= slack for t in moments):
        return True
    return any(abs(token.value - span) <= slack for span in _spans(ctx) if span >= 60_000)


def duration_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    bound, tolerance = bound_at(ctx, at), float(max(token.digits, 1))
    after = [one.word for one in ctx.reading.tokens[at + 1 : at + 4]]
    from_start = after[:3] == ["after", "the", "start"] and len(ctx.reading.tokens) <= at + 5
    alone = from_start or (
        after[:1] == ["in"] and (len(after) < 2 or after[1] in (",", ".", ""))
    )  # “roughly five seconds in, …”
    if alone or (after[:1] in (["into"], ["in"]) and set(after) & {"session", "visit", "recording"}):
        since = [a.t_ms - ctx.facts.start_ms for many in anchors.values() for a in many]
        floor = [one - one % 1000 for one in since] if token.value >= CLOCK_FROM_MS and not bound.kind else []
        return any(bound.holds(token.value, one, tolerance) for one in [*since, *floor])
    if _since_start(at, ctx) and any(bound.holds(token.value, one, tolerance) for one in _moments(ctx, anchors)):
        return True
    spans = _apart(at, ctx, anchors) or _spans_meant(at, ctx, anchors)
    apart = _APART & {one.word for one in ctx.reading.tokens}
    if apart == {"after"} and "after" in [one.word for one in ctx.reading.tokens[max(0, at - 4) : at]]:
        apart = set()  # “arrived after less than a second”: how long it took
    if bound.kind == "less" and not apart and (took := _answer_times(ctx)):
        return max(took) <= token.value  # the slowest answer is meant, not the first sign of one
    if (
        not bound.kind
        and token.value >= CLOCK_FROM_MS
        and any(0 <= span - token.value < 2 * tolerance for span in spans)
    ):
        return True  # as on a clock: begun seconds do not count
    return any(bound.holds(token.value, span, tolerance) for span in spans)


_LEADING: Final = frozenset("about around roughly approximately some nearly almost just circa the a an".split())


def _since_start(at: int, ctx: Context) -> bool:
    """“opened at about 28 seconds”, “at the 28-second mark”, “opened after six seconds” of one deed: a moment."""
    before = [token.word for token in ctx.reading.tokens[max(0, at - 4) : at]]
    while before and before[-1] in _LEADING:
        before.pop()
    if before[-1:] == ["at"]:
        return True
    roots = {ctx.facts.deed(step)[0].index for step in ctx.scope.steps}
    return before[-1:] == ["after"] and len(roots) == 1 and len(ctx.reading.segments) <= 2


def _moments(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[float]:
    found = [a.t_ms - ctx.facts.start_ms for many in anchors.values() for a in many]
    return found + [ctx.facts.deed(step)[0].t_ms - ctx.facts.start_ms for step in ctx.scope.steps]


def _apart(at: int, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[float]:
    """“A three seconds after B”: from B to A, and nothing else, where both are borne out."""
    number = next((n for n, one in enumerate(ctx.reading.segments) if one.start <= at < one.end), None)
    if number is None or number + 1 >= len(ctx.reading.segments):
        return []
    here, following = ctx.reading.segments[number], ctx.reading.segments[number + 1]
    if following.link not in ("after", "before") or following.start > at + 2:
        return []
    mine = [a.t_ms for claim in here.claims for a in anchors.get(claim, []) if a.step >= 0]
    other = [a.t_ms for claim in following.claims for a in anchors.get(claim, []) if a.step >= 0]
    if not mine or not other:
        return []
    answers = [a.end_ms for claim in following.claims for a in anchors.get(claim, []) if a.step >= 0]
    own = [ctx.facts.steps[a.step].t_ms for claim in here.claims for a in anchors.get(claim, []) if a.step >= 0]
    deeds = [ctx.facts.steps[a.step].t_ms for c in following.claims for a in anchors.get(c, []) if a.step >= 0]
    return [
        abs(one - two)
        for one in (min(mine), max(mine), min(own))
        for two in (min(other), max(other), max(answers), min(deeds))
    ]


_APART: Final = frozenset("between after later before passed lay apart afterwards since".split())


def _answer_times(ctx: Context) -> list[float]:
    """How long the cited requests and reactions took."""
    effects = [effect for step in ctx.scope.steps for effect in step.raw.effects]
    found = [effect.duration_ms for effect in effects if effect.duration_ms is not None]
    if any(token.kind == "path" or token.word in ("request", "requests") for token in ctx.reading.tokens):
        return found
    return found + [step.raw.reaction_ms for step in ctx.scope.steps if step.raw.reaction_ms] + _slow(ctx)


def _slow(ctx: Context) -> list[float]:
    return [s.end_ms - s.t_ms for s in ctx.scope.signals if s.kind == "slow_response"]


_LASTING = frozenset("lasted took long last lasts session visit duration ended spanned".split())


def _spans_meant(at: int, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[float]:
    """The spans of the class the sentence speaks of: the session's, a page's, an idle time's, a request's, a gap."""
    words = {token.word for token in ctx.reading.tokens}
    segment = next((one for one in ctx.reading.segments if one.start <= at < one.end), None)
    tokens = ctx.reading.tokens[segment.start : segment.end] if segment is not None else ctx.reading.tokens
    near = {token.word for token in tokens}
    session = ctx.facts.trace.session
    if words & {"session", "visit", "recording"} and near & _LASTING:
        return [session.duration_ms, session.active_ms] if words & {"active", "activity"} else [session.duration_ms]
    if words & {"idle", "inactive", "inactivity", "nothing"} and any(s.kind == "idle_gap" for s in ctx.scope.signals):
        return [s.end_ms - s.t_ms for s in ctx.scope.signals if s.kind == "idle_gap"] + _measured(ctx)
    if near & {"took", "take", "takes"} and near & {"appear", "load", "respond", "answer", "arrive", "react"}:
        return _answered(ctx) + _measured(ctx)
    if near & {"request", "answered", "call"} or _names_request(tokens, ctx):
        return _request_spans(ctx, tokens) + _measured(ctx)
    edges = {step.index for step in ctx.scope.steps} >= {0, len(ctx.facts.steps) - 1}
    if near & {"spent", "spend", "spending"} and "site" in near and edges:
        return [session.duration_ms]
    if near & {"spent", "spend", "spending", "stayed", "remained", "dwell"}:
        return _dwells(ctx) + _gaps(ctx, anchors)
    return _spans(ctx) + _gaps(ctx, anchors)


def _names_request(tokens: list[Token], ctx: Context) -> bool:
    """A method, or a path that is a cited request's; the path of a page names no request."""
    requests = [e.url or e.path or "" for step in ctx.scope.steps for e in step.requests]
    return any(t.kind == "method" or (t.kind == "path" and path_matches(t.word, requests)) for t in tokens)


def _request_spans(ctx: Context, tokens: list[Token]) -> list[float]:
    paths = [token.word for token in tokens if token.kind == "path"]
    found: list[float] = []
    for step in ctx.scope.steps:
        for effect in step.raw.effects:
            if effect.duration_ms is not None and (
                not paths or any(path_matches(path, [effect.url or "", effect.path or ""]) for path in paths)
            ):
                found.append(effect.duration_ms)
        if not paths and step.raw.reaction_ms is not None:
            found.append(step.raw.reaction_ms)
    return found


def _answered(ctx: Context) -> list[float]:
    """How long each cited deed waited for each thing that came of it."""
    found = _request_spans(ctx, [])
    for step in ctx.scope.steps:
        whole = ctx.facts.deed(step)
        found += [effect.t_ms - whole[0].t_ms for one in whole for effect in one.raw.effects]
        found += [one.t_ms - whole[0].t_ms for one in whole[1:]]
    return found


def _measured(ctx: Context) -> list[float]:
    found: list[float] = []
    for signal in ctx.scope.signals:
        for key, value in signal.measured.items():
            if (
                isinstance(value, bool)
                or not isinstance(value, (int, float))
                or key.startswith(("threshold", "limit", "max", "min"))
            ):
                continue
            if key.endswith("_ms"):
                found.append(float(value))
            elif key.endswith("_s"):
                found.append(float(value) * 1000)
    return found


def _spans(ctx: Context) -> list[float]:
    """Every span the cited lines state: requests, reactions, lasting interactions, signals."""
    found = _measured(ctx) + [signal.end_ms - signal.t_ms for signal in ctx.scope.signals]
    for step in ctx.scope.steps:
        found += [effect.duration_ms for effect in step.raw.effects if effect.duration_ms is not None]
        found += [effect.t_ms - step.t_ms for effect in step.raw.effects]
        if step.raw.reaction_ms is not None:
            found.append(step.raw.reaction_ms)
        if step.end_ms > step.t_ms:
            found.append(step.end_ms - step.t_ms)
    if ctx.scope.is_whole:
        found += [ctx.facts.trace.session.duration_ms]
    return [span for span in found if span >= 0]


def _dwells(ctx: Context) -> list[float]:
    pages = {id(step.page): step.page for step in ctx.scope.steps if step.page is not None}
    found = [page.end_ms - page.start_ms for page in pages.values()]
    urls: dict[str, float] = {}
    for page in ctx.facts.trace.session.pages:
        urls[page.url] = urls.get(page.url, 0) + page.end_ms - page.start_ms
    return (
        found
        + [urls[page.url] for page in pages.values() if page.url in urls]
        + [s.end_ms - s.t_ms for s in ctx.scope.signals]
    )


# A span between neighbours is meant where the sentence says so; “five clicks within 0.3 s” is about all of them.
_BETWEEN: Final = frozenset(
    "between apart later after gap pause interval each then before next until waited wait spent afterwards".split()
)


def _deed_moments(ctx: Context) -> list[float]:
    """When the few things that are cited were done: what they brought with them lies between them."""
    found = sorted({step.t_ms for step in ctx.scope.steps if step.kind not in ("navigate", "submit")})
    return found if len(found) <= 3 else []


def _gaps(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[float]:
    """Time between cited moments: from the first to the last, and between neighbours."""
    if any("end" in claim.readings and claim.subject != "person" for claim in anchors):  # “ends 2 s after the attempt”
        return [ctx.facts.end_ms - step.t_ms for step in ctx.scope.steps]
    moments = sorted({step.t_ms for step in ctx.scope.steps} | {step.end_ms for step in ctx.scope.steps})
    if not moments:
        return []
    found = [moments[-1] - moments[0]]
    if len(moments) <= 3 or _BETWEEN & {token.word for token in ctx.reading.tokens}:
        found += [later - earlier for earlier, later in pairwise(moments)]
        found += [two - one for one, two in combinations(_deed_moments(ctx), 2)]
    for many in anchors.values():
        if len(many) > 1:
            found.append(max(a.t_ms for a in many) - min(a.t_ms for a in many))
    if _BETWEEN & {token.word for token in ctx.reading.tokens}:
        sets = [many for many in anchors.values() if many]
        found += [
            abs(a.t_ms - b.t_ms) for one, other in combinations(sets[:6], 2) for a in one[:20] for b in other[:20]
        ]
    ends = [step.last_ms for step in ctx.scope.steps]
    return [*found, max(ends) - moments[0]]
