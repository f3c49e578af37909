"""Numbers: every count, duration, moment, status code and amount in a sentence follows from the cited lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from playhead.analyst.facts import ERRORS, Step, says_no
from playhead.analyst.gate.checks.quotes import is_status
from playhead.analyst.gate.concepts import CLICKS, Anchor, Context, arrivals
from playhead.analyst.gate.matching import path_matches
from playhead.analyst.gate.reading import Claim, content
from playhead.analyst.gate.tokens import Token
from playhead.analyst.gate.words import THINGS
from playhead.analyst.inflect import stem, stems

_ABOUT: Final = frozenset("about around roughly approximately nearly almost circa some ca approx just".split())
_MORE: Final = re.compile(
    r"(?:more than|over|above|longer than|exceeding|upwards of|at least|no fewer than|not less than|greater than)$"
)
_LESS: Final = re.compile(
    r"(?:less than|under|below|within|fewer than|at most|up to|no more than|inside|not even|in under|shorter than)$"
)
_MAX_STRETCH: Final = 1.5  # “more than 3 s” of a wait of 40 s is true and says nothing; beyond this it misleads
_ROUNDING: Final = 1.02


@dataclass(frozen=True)
class Bound:
    """How the number is qualified: exactly, about, more than, less than."""

    kind: str = ""

    def holds(self, said: float, true: float, tolerance: float) -> bool:
        if self.kind == "about":
            return abs(said - true) <= max(tolerance, 0.2 * true)
        if self.kind == "more":
            return true >= said - tolerance * 0.2 and true <= said * _MAX_STRETCH + tolerance + 1
        if self.kind == "less":
            return true <= said + tolerance * _ROUNDING and true >= said / 2 - tolerance
        return abs(said - true) <= tolerance * _ROUNDING


def check_numbers(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    for at, token in enumerate(ctx.reading.tokens):
        if token.kind == "moment":
            if not _moment_holds(token, ctx):
                return f"{token.text} is not the time of a cited line"
        elif token.kind == "number" and (reason := _check_number(at, token, ctx, anchors)):
            return reason
    return _check_vague(ctx, anchors)


def _bound(ctx: Context, at: int) -> Bound:
    head = " ".join(token.word for token in ctx.reading.tokens[max(0, at - 3) : at])
    after = ctx.reading.tokens[at + 1].word if at + 1 < len(ctx.reading.tokens) else ""
    if _MORE.search(head) or (after == "or" and "more" in [t.word for t in ctx.reading.tokens[at + 1 : at + 3]]):
        return Bound("more")
    if _LESS.search(head):
        return Bound("less")
    return Bound("about") if head.split()[-1:] and head.split()[-1] in _ABOUT else Bound()


def _check_number(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    if token.unit == "ms":
        return "" if _duration_holds(at, token, ctx, anchors) else f"no cited line shows a duration of {token.text}"
    if token.unit == "times":
        return "" if _times_hold(at, token, ctx, anchors) else f"{token.text}: the cited lines show another count"
    if token.unit == "ordinal":
        return "" if _ordinal_holds(at, token, ctx, anchors) else f"{token.text}: the cited lines do not show so many"
    if token.unit in ("percent", "money", "rounded"):
        return "" if _literal(token, ctx) else f"{token.text} does not stand in the cited lines"
    if is_status(token.value, token.unit, token.text):
        noun = _noun_after(at, ctx)[1]
        if int(token.value) in _statuses(ctx) and noun not in _CLICK_NOUNS | _TRY_NOUNS:
            return ""
        if _status_context(at, ctx):
            return f"no cited line holds the status {token.text}"
    return (
        ""
        if _count_holds(at, token, ctx, anchors)
        else f"{token.text}: this number does not follow from the cited lines"
    )


# ---- statuses and literals


def _statuses(ctx: Context) -> set[int]:
    found = {e.status for step in ctx.scope.steps for e in step.raw.effects if e.status is not None}
    for signal in ctx.scope.signals:
        found |= {
            int(v)
            for k, v in signal.measured.items()
            if "status" in k and isinstance(v, (int, float)) and not isinstance(v, bool)
        }
        if signal.kind == "not_found":
            found.add(404)
    for step in ctx.scope.steps:
        if isinstance(step.detail.get("status"), (int, float)):
            found.add(int(step.detail["status"]))
    return found


def _status_context(at: int, ctx: Context) -> bool:
    tokens = ctx.reading.tokens
    before = [token.word for token in tokens[max(0, at - 3) : at]]
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if set(before) & {
        "status",
        "http",
        "code",
        "answered",
        "answer",
        "answers",
        "returned",
        "returns",
        "responded",
        "response",
        "error",
        "got",
        "with",
        "received",
        "a",
        "an",
        "the",
        "was",
    }:
        return after not in THINGS or after in (
            "error",
            "errors",
            "response",
            "responses",
            "status",
            "answer",
            "code",
            "from",
            "for",
            "to",
            "on",
            "in",
            "http",
            "reply",
            "request",
            "answers",
        )
    return after in ("error", "errors", "response", "responses", "status", "answer", "from", "answers") or any(
        t.kind in ("path", "method") for t in tokens
    )


def _number_texts(ctx: Context) -> list[str]:
    return ctx.scope.texts


def _literal(token: Token, ctx: Context, beside: str = "") -> bool:
    """The number stands in a cited text (a price, a name, a value), where wanted beside the same noun."""
    wanted = _plain_number(token)
    for text in _number_texts(ctx):
        for match in re.finditer(r"\d+(?:[.,]\d+)*", text):
            if _same_number(match[0], wanted, token.value):
                if not beside:
                    return True
                around = {
                    stem(word) for word in re.findall(r"[^\W\d_]+", text[max(0, match.start() - 40) : match.end() + 40])
                }
                if stem(beside) in around:
                    return True
    return False


def _plain_number(token: Token) -> str:
    return re.sub(r"[^\d.,]", "", token.text).strip(".,")


def _same_number(text: str, wanted: str, value: float) -> bool:
    if text == wanted:
        return True
    try:
        return float(text.replace(",", "")) == value
    except ValueError:
        return False


# ---- durations and moments


def _moment_holds(token: Token, ctx: Context) -> bool:
    slack = 1000.0 if not token.digits else 10.0 ** (3 - token.digits)
    start = ctx.facts.start_ms
    moments = [t for step in ctx.scope.steps for t in (step.t_ms, step.end_ms, *(e.t_ms for e in step.raw.effects))]
    moments += [t for signal in ctx.scope.signals for t in (signal.t_ms, signal.end_ms)]
    if ctx.scope.is_whole:
        moments.append(ctx.facts.end_ms)
    if any(abs(token.value - (t - start)) <= slack for t in moments):
        return True
    return any(abs(token.value - span) <= slack for span in _spans(ctx) if span >= 60_000)


def _duration_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    bound, tolerance = _bound(ctx, at), float(max(token.digits, 1))
    return any(bound.holds(token.value, span, tolerance) for span in _spans_meant(at, ctx, anchors))


def _spans_meant(at: int, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[float]:
    """The spans of the class the sentence speaks of: the session's, a page's, an idle time's, a request's, a gap."""
    words = {token.word for token in ctx.reading.tokens}
    segment = next((s for s in ctx.reading.segments if s.start <= at < s.end), None)
    near = {token.word for token in ctx.reading.tokens[segment.start : segment.end]} if segment else words
    session = ctx.facts.trace.session
    if words & {"session", "visit", "recording"} and near & {
        "lasted",
        "took",
        "long",
        "last",
        "lasts",
        "session",
        "visit",
        "duration",
        "ended",
        "spanned",
    }:
        spans = [session.duration_ms]
        return [*spans, session.active_ms] if words & {"active", "activity"} else spans
    if words & {"idle", "inactive", "inactivity", "nothing"} and any(s.kind == "idle_gap" for s in ctx.scope.signals):
        return [s.end_ms - s.t_ms for s in ctx.scope.signals if s.kind == "idle_gap"] + _measured(ctx)
    if near & {"request", "answered", "call"} or any(
        t.kind in ("path", "method") for t in ctx.reading.tokens[segment.start : segment.end] if segment
    ):
        return _request_spans(ctx, segment) + _measured(ctx)
    if near & {"spent", "spend", "spending", "stayed", "remained", "dwell"}:
        return _dwells(ctx) + _gaps(ctx, anchors)
    return _spans(ctx) + _gaps(ctx, anchors)


def _request_spans(ctx: Context, segment) -> list[float]:
    tokens = ctx.reading.tokens[segment.start : segment.end] if segment else []
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


def _gaps(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> list[float]:
    """Time between cited moments: from the first to the last, and between neighbours."""
    moments = sorted({step.t_ms for step in ctx.scope.steps} | {step.end_ms for step in ctx.scope.steps})
    if len(moments) < 2:
        return []
    found = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)] + [moments[-1] - moments[0]]
    for many in anchors.values():
        if len(many) > 1:
            found.append(max(a.t_ms for a in many) - min(a.t_ms for a in many))
    ends = [step.last_ms for step in ctx.scope.steps]
    return found + [max(ends) - moments[0]]


# ---- counts


def _count_of(many: Iterable[Anchor], ctx: Context) -> set[int]:
    """The counts that anchors may stand for: moments, steps, folded repetitions."""
    many = list(many)
    steps = {anchor.step for anchor in many if anchor.step >= 0}
    found = {len(many), len(steps) or len(many), sum(anchor.count for anchor in many)}
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
        return any(count <= value for count in counts)
    if bound.kind == "about":
        return any(abs(count - value) <= max(1.0, 0.2 * value) for count in counts)
    return value in counts


def _times_hold(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    claim = _claim_at(at, ctx, anchors)
    if claim is None:
        return False
    counts = _counts_for(claim, ctx, anchors)
    more = any(t.word in ("more", "again", "further") for t in ctx.reading.tokens[at + 1 : at + 2]) or (
        at and ctx.reading.tokens[at - 1].word == "another"
    )
    if more:
        counts |= {count - 1 for count in counts}
    return _fits(token.value, counts, _bound(ctx, at))


def _counts_for(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    many = anchors.get(claim, [])
    counts = _count_of(many, ctx)
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
        return _whole_run(counts, many)
    if set(claim.readings) & {"fail", "happen", "log", "show", "see", "cause", "answer", "request", "search"}:
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


def _whole_run(counts: set[int], many: list[Anchor]) -> set[int]:
    """Clicks are counted with their folded repetitions: the largest honest number, not each part of it."""
    total = sum(anchor.count for anchor in many)
    return {count for count in counts if count >= total} or counts


_COUNTED: Final = frozenset(
    "clicks count times presses attempts occurrences refusals requests errors searches empty".split()
)
_CLICK_NOUNS: Final = frozenset("click clicks tap taps press presses".split())
_TRY_NOUNS: Final = frozenset(
    "attempt attempts try tries retry retries time times submission submissions round rounds".split()
)


def _count_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    if token.value != int(token.value):
        return _literal(token, ctx)
    noun_at, noun = _noun_after(at, ctx)
    bound = _bound(ctx, at)
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
        counts = _counts_for(claim, ctx, anchors)
        if noun in _TRY_NOUNS and (other := _claim_at(at, ctx, {c: a for c, a in anchors.items() if c is not claim})):
            counts = (
                counts | _counts_for(other, ctx, anchors)
                if not content([*claim.object]) and not anchors[claim]
                else counts
            )
        return _fits(token.value, counts, bound)
    counts = _noun_counts(noun, ctx, anchors, at)
    if counts and _fits(token.value, counts, bound):
        return True
    if counts and noun in THINGS:
        return False
    claim = _claim_at(at, ctx, anchors)
    if noun and noun not in THINGS:
        if _literal(token, ctx, beside=noun):
            return True
        return claim is not None and _owns(claim, token) and _fits(token.value, _distinct(claim, ctx, anchors), bound)
    if noun and claim is not None and _owns(claim, token) and _fits(token.value, _distinct(claim, ctx, anchors), bound):
        return True
    return _literal(token, ctx)


def _owns(claim: Claim, token: Token) -> bool:
    return any(t is token for t in [*claim.ahead, *claim.object, *claim.goal, *claim.place])


def _distinct(claim: Claim, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> set[int]:
    """How many different things a claim was about: fields filled, pages opened, buttons clicked."""
    steps = [ctx.facts.steps[a.step] for a in anchors.get(claim, []) if a.step >= 0]
    targets = {(step.role, step.name, step.raw.page_url if not step.name else "") for step in steps}
    return {len(targets), len(steps)} - {0}


def _noun_after(at: int, ctx: Context) -> tuple[int | None, str]:
    """The noun a number counts: “5 rapid clicks” → clicks."""
    tokens = ctx.reading.tokens
    skipped = 0
    for position in range(at + 1, min(at + 5, len(tokens))):
        token = tokens[position]
        if token.kind not in ("word",) or token.word in (
            "and",
            "or",
            "then",
            "on",
            "in",
            "at",
            "of",
            "with",
            "for",
            "by",
            "to",
            "from",
            "without",
            "but",
            "before",
            "after",
        ):
            break
        if (
            token.word.endswith("s")
            and len(token.word) > 3
            or token.word
            in ("click", "page", "error", "request", "attempt", "time", "try", "alert", "message", "field")
        ):
            return position, token.word
        skipped += 1
        if skipped > 2:
            break
    return None, ""


def _noun_counts(noun: str, ctx: Context, anchors: dict[Claim, list[Anchor]], at: int) -> set[int]:
    """Counts of what a trace holds by itself; empty for nouns it knows nothing of."""
    if not noun:
        return set()
    word, steps = stem(noun), ctx.scope.steps
    effects = [effect for step in steps for effect in step.raw.effects]
    modifiers = _modifiers(at, noun, ctx)
    if word in stems("page screen view pageview url site"):
        return _pages_like(ctx, modifiers) if modifiers - _PLAIN else _page_counts(ctx)
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
        return {len({(s.role, s.name) for s in steps if s.kind in CLICKS})} - {0}
    if word in stems("search query"):
        return {len({s.value for s in steps if s.value}), len([s for s in steps if s.kind == "input"])} - {0}
    if noun in _CLICK_NOUNS | _TRY_NOUNS:
        claim = _claim_at(at, ctx, anchors)
        return _counts_for(claim, ctx, anchors) if claim else set()
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


def _page_counts(ctx: Context) -> set[int]:
    session = ctx.facts.trace.session.pages
    seen = {arrival.urls[0] for arrival in arrivals(ctx) if arrival.is_new and arrival.urls and arrival.urls[0]}
    stood = {step.page.url for step in ctx.scope.steps if step.page is not None}
    whole = {len(session), len({page.url for page in session})}
    spans_all = bool(ctx.facts.steps) and {0, len(ctx.facts.steps) - 1} <= {step.index for step in ctx.scope.steps}
    if ctx.scope.is_whole or spans_all:
        return whole
    return {len(seen), len(stood), len(seen | stood)} - {0}


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


def _ordinal_holds(at: int, token: Token, ctx: Context, anchors: dict[Claim, list[Anchor]]) -> bool:
    """“the second attempt”: one of the moments it is about is the second of its kind, in the recording or as cited."""
    if _literal(token, ctx) or (token.value == 1 and not _counted_next(at, ctx)):
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
    return token.value in ranks or last


def _counted_next(at: int, ctx: Context) -> bool:
    after = ctx.reading.tokens[at + 1].word if at + 1 < len(ctx.reading.tokens) else ""
    return after in _CLICK_NOUNS | _TRY_NOUNS | {"upload", "search", "refusal", "payment", "request"}


_REFUSALS: Final = stems("refusal error failure rejection decline answer")


def _refusal_rank(step: Step, ctx: Context) -> int:
    return 1 + sum(1 for one in ctx.facts.matching(step) if one.index < step.index and one.refused)


def _rank(step: Step, ctx: Context) -> int:
    """The how-manieth of its kind on its control this step is."""
    return 1 + sum(1 for one in ctx.facts.matching(step) if one.index < step.index)


# ---- vague quantities and speed

_VAGUE: Final = (
    (re.compile(r"\b(?:several|multiple|numerous|many|a number of|countless|dozens of|plenty of)\b"), 3),
    (
        re.compile(
            r"\b(?:repeatedly|over and over|again and again|a few|both|various|more than once|time and again|repeated|a couple)\b"
        ),
        2,
    ),
)
_AGAIN: Final = re.compile(
    r"\b(?:again|once more|another (?:attempt|try|click|time)|anew|re ?(?:tried|try|clicked|submitted|entered))\b"
)
_FAST: Final = re.compile(r"\b(?:rapid(?:ly)?|quick(?:ly)?|in quick succession|in rapid succession|swiftly|in a row)\b")
_AT_ONCE: Final = re.compile(
    r"\b(?:immediately|instantly|at once|straight away|right away|promptly|without delay|directly)\b"
)
FAST_GAP_MS: Final = 2_000
AT_ONCE_MS: Final = 5_000


def _check_vague(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    bare = ctx.reading.bare()
    deeds = {claim: many for claim, many in anchors.items() if many}
    most = max((max(_counts_for(claim, ctx, anchors), default=0) for claim in deeds), default=0)
    for pattern, least in _VAGUE:
        if (found := pattern.search(bare)) and max(
            most, _widest(ctx), *(_page_counts(ctx) or {0}), len([s for s in ctx.scope.steps if s.kind == "input"])
        ) < least:
            return f"“{found[0]}”: the cited lines do not show so many"
    if (found := _AGAIN.search(bare)) and most < 2 and not _happened_before(deeds, ctx):
        return f"“{found[0]}”: the recording shows it once"
    return _check_speed(ctx, bare, deeds)


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
        gaps = [max(b - a for a, b in zip(run, run[1:], strict=False)) for run in runs]
        single = any(
            a.count > 1 or a.step >= 0 and (ctx.facts.steps[a.step].raw.reaction_ms or 9e9) <= FAST_GAP_MS
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
    if (found := _AT_ONCE.search(bare)) and not _at_once(ctx, deeds):
        return f"“{found[0]}”: the cited lines show a longer time"
    return ""


def _at_once(ctx: Context, deeds: dict[Claim, list[Anchor]]) -> bool:
    """Something told came soon after what caused it, or after what was told before it."""
    apart = sorted({ctx.facts.steps[a.step].t_ms for many in deeds.values() for a in many if a.step >= 0})
    if re.search(r"(?:immediately|right|straight|directly) after", ctx.reading.bare()) and len(apart) > 1:
        return any(later - earlier <= AT_ONCE_MS for earlier, later in zip(apart, apart[1:], strict=False))
    for many in deeds.values():
        for anchor in many:
            if anchor.step >= 0 and 0 < anchor.t_ms - ctx.facts.steps[anchor.step].t_ms <= AT_ONCE_MS / 2:
                return True
    moments = sorted(anchor.t_ms for many in deeds.values() for anchor in many)
    if any(0 < later - earlier <= AT_ONCE_MS for earlier, later in zip(moments, moments[1:], strict=False)):
        return True
    return any(
        step.raw.reaction_ms is not None and step.raw.reaction_ms <= AT_ONCE_MS / 2 for step in ctx.scope.steps
    ) and not any(set(claim.readings) & {"show", "load", "see", "find"} for claim in deeds)
