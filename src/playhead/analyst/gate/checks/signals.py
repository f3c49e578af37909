"""Signal words: “rage”, “error”, “slow”, “abandoned”, “404” need that signal, effect or outcome among the refs."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from playhead.analyst.facts import ERRORS, Scope
from playhead.analyst.gate.concepts import SLOW_MS, Context
from playhead.analyst.gate.concepts.answers import empty_results
from playhead.analyst.inflect import stem
from playhead.analyst.steps import MESSAGES, says_no
from playhead.analyst.text import quotable
from playhead.core.trace import Effect

_NEGATED: Final = re.compile(r"\b(?:no|not|never|without|zero|neither|nor|free of|none)\b(?: \w+){0,3} $")


def _kinds(*kinds: str) -> Callable[[Context], bool]:
    return lambda ctx: bool(ctx.scope.kinds & set(kinds))


def _effects(ctx: Context) -> list[Effect]:
    return [effect for step in ctx.scope.steps for effect in step.raw.effects]


def _any_error(ctx: Context) -> bool:
    if _on_error_page(ctx):
        return True
    if ctx.scope.kinds & ERRORS or any(step.refused for step in ctx.scope.steps):
        return True
    if any(effect.kind in ("error", "console", "field_error") for effect in _effects(ctx)):
        return True
    calm = {quotable(e.text or "") for e in _effects(ctx) if e.kind in MESSAGES and e.text and not says_no(e)}
    return any("error" in text for text in ctx.scope.texts if text not in calm)


def _failed_try(ctx: Context) -> bool:
    return bool(ctx.scope.kinds & {"dead_click", "rage_click", "form_abandon", "repeated_search"}) or _any_error(ctx)


def _there_and_back(ctx: Context) -> bool:
    """“switched back and forth between Map and List”: two controls, one after the other, again and again."""
    names = [step.name for step in ctx.scope.steps if step.kind == "click"]
    return len(names) > 2 and len(set(names)) == 2 and all(one != two for one, two in pairwise(names))


def _on_error_page(ctx: Context) -> bool:
    """A cited step stands on a page that was answered with an error."""
    bad = {
        step.raw.page_url
        for step in ctx.facts.steps
        if step.kind == "navigate" and isinstance(step.detail.get("status"), int) and int(step.detail["status"]) >= 400
    }
    return any(step.raw.page_url in bad for step in ctx.scope.steps)


def _in_text(ctx: Context, *words: str) -> bool:
    return any(word in text for text in ctx.scope.texts for word in words)


def _script_error(ctx: Context) -> bool:
    return (
        "js_error" in ctx.scope.kinds
        or any(effect.kind == "error" for effect in _effects(ctx))
        or (_status(range(500, 600))(ctx) and "crash" in ctx.reading.bare())
        or _in_text(ctx, "exception", "uncaught", "unhandled", "typeerror", "crash", "syntax error")
    )


def _failed_request(ctx: Context) -> bool:
    if "network_error" in ctx.scope.kinds:
        return True
    return any(
        e.kind in ("request", "navigate") and e.status is not None and (e.status >= 400 or e.status == 0)
        for e in _effects(ctx)
    )


def _status(*ranges: range) -> Callable[[Context], bool]:
    def test(ctx: Context) -> bool:
        found = {e.status for e in _effects(ctx) if e.status is not None}
        found |= {
            int(v)
            for s in ctx.scope.signals
            for k, v in s.measured.items()
            if k == "status" and isinstance(v, (int, float))
        }
        return any(status in span for status in found for span in ranges)

    return test


def _not_found(ctx: Context) -> bool:
    return (
        "not_found" in ctx.scope.kinds
        or _status(range(404, 405), range(410, 411))(ctx)
        or _in_text(ctx, "not found", "404")
    )


def _problem(ctx: Context) -> bool:
    return (
        bool(ctx.scope.kinds - {"idle_gap"})
        or any(step.refused for step in ctx.scope.steps)
        or _in_text(ctx, "problem", "trouble", "issue")
    )


def _slow(ctx: Context) -> bool:
    if "slow_response" in ctx.scope.kinds or _in_text(ctx, "slow"):
        return True
    waits = [step.raw.reaction_ms or 0 for step in ctx.scope.steps] + [
        effect.duration_ms or 0 for effect in _effects(ctx)
    ]
    return max(waits, default=0) >= SLOW_MS


def _abandoned(ctx: Context) -> bool:
    return "form_abandon" in ctx.scope.kinds or ctx.cites_giving_up


_REQUEST_SUBJECT: Final = re.compile(r"\b(?:request|call|response|query|get|post|put|patch|delete)\b")


def _deed_taken(ctx: Context) -> bool:
    return any(ctx.facts.taken(step) is True for step in ctx.scope.steps)


def _unrefused(ctx: Context) -> Scope:
    """What is cited without the deeds that were refused, whatever status their requests had."""
    kept = [step for step in ctx.scope.steps if ctx.facts.taken(step) is not False]
    return Scope(ctx.facts, kept, [])


def _confirmed(ctx: Context) -> bool:
    """Something went through, and nothing cited was refused unless the sentence says so too."""
    proof = (
        any(step.confirmed and ctx.facts.taken(step) for step in ctx.scope.steps)
        or _in_text(ctx, "success")
        or _deed_taken(ctx)
    )
    answered = any({"load", "answer", "request"} & set(claim.readings) for claim in ctx.reading.claims)
    asked = answered or _REQUEST_SUBJECT.search(ctx.reading.bare())
    if not proof and not (asked and _status(range(200, 300))(ctx)):
        return False
    refused = any(step.refused for step in ctx.scope.steps)
    if refused and not _deed_taken(ctx) and not _status(range(200, 300))(ctx.over(_unrefused(ctx))):
        return False
    return not refused or bool(
        re.search(
            r"refus|declin|reject|fail|error|denied|first|retr|again|then|finally|eventually|later|after|4\d\d|5\d\d",
            ctx.reading.bare(),
        )
    )


_TABLE: Final[list[tuple[re.Pattern[str], Callable[[Context], bool], str]]] = [
    (re.compile(pattern), test, needs)
    for pattern, test, needs in (
        (
            r"\brage\w*|\bhammer\w*|\bfurious\w*|\bfrantic\w*|\bmash(?:ed|ing)\b|\bspamm\w*|\bhysteric\w*",
            _kinds("rage_click"),
            "a rage click",
        ),
        (r"\bdead click\w*|\bdead (?:button|link|control)\w*", _kinds("dead_click", "rage_click"), "a dead click"),
        (r"\bdead ends?\b", _kinds("dead_click", "rage_click", "not_found"), "a dead click or a missing page"),
        (
            r"\bexceptions?\b|\buncaught\b|\bunhandled\b|\bcrash\w*|\bstack trace\w*|\b(?:javascript|js|script"
            r"|runtime|type|reference|syntax) ?errors?\b|\btypeerrors?\b|\breferenceerrors?\b",
            _script_error,
            "a script error",
        ),
        (
            r"\b(?:network|request|http|api|connection) (?:errors?|failures?)\b|\bfailed (?:request|call"
            r"|response)s?\b|\brequests? (?:failed|errored)\b",
            _failed_request,
            "a failed request",
        ),
        (
            r"\b(?:server|internal server|backend|gateway) errors?\b|\b5xx\b|\bserver side errors?\b",
            _status(range(500, 600)),
            "a request answered 5xx",
        ),
        (r"\b4xx\b|\bclient errors?\b", _status(range(400, 500)), "a request answered 4xx"),
        (
            r"\bunauthori[sz]ed\b|\bunauthenticated\b",
            lambda ctx: _status(range(401, 402))(ctx) or _in_text(ctx, "unauthor"),
            "an answer of 401",
        ),
        (r"\bforbidden\b", lambda ctx: _status(range(403, 404))(ctx) or _in_text(ctx, "forbidden"), "an answer of 403"),
        (r"\bnot found\b|\b404\b|\bmissing page\b|\bbroken link\w*", _not_found, "an answer of 404"),
        (
            r"\brate limit\w*|\btoo many requests\b|\bthrottl\w*",
            lambda ctx: _status(range(429, 430))(ctx) or _in_text(ctx, "too many", "rate limit"),
            "an answer of 429",
        ),
        (
            r"\btime ?outs?\b|\btimed out\b|\btime-out\b",
            lambda ctx: (
                _status(range(408, 409), range(504, 505), range(1))(ctx)
                or _in_text(ctx, "timed out", "timeout", "time-out")
            ),
            "a time-out",
        ),
        (r"\bfailed (?:clicks?|attempts?|taps?|press(?:es)?|tries)\b", _failed_try, "a click that came to nothing"),
        (
            r"\berrors?\b|\berroneous\w*|\bmalfunction\w*"
            r"|\bfail(?:s|ed|ing|ure|ures)?\b(?! (?:clicks?|attempts?|taps?|press(?:es)?|tries)\b)",
            _any_error,
            "an error",
        ),
        (
            r"\bbugs?\b|\bbuggy\b|\bbroken\b|\bdefect\w*|\bfaulty?\b|\bglitch\w*|\bproblem\w*|\bissues?\b"
            r"|\btrouble\w*|\bdifficult\w*|\bstruggl\w*|\bstuck\b|\bobstacle\w*|\bfriction\b|\bblock(?:ed|er|ers)\b"
            r"|\bsnag\w*|\bhiccup\w*|\bhurdle\w*",
            _problem,
            "a problem",
        ),
        (
            r"\bslow\w*|\blag\w*|\bsluggish\w*|\blatency\b|\blong (?:wait|delay|load|time)\w*|\bdelay\w*|\blengthy\b",
            _slow,
            "a slow response",
        ),
        (r"\bidle\w*|\binactiv\w*|\baway from (?:the )?(?:keyboard|screen)\b", _kinds("idle_gap"), "an idle gap"),
        (
            r"\babandon\w*|\bgave up\b|\bgiving up\b|\bgive up\b|\bdropp?e?d? (?:off|out)\b|\bbail\w*|\bbounced\b",
            _abandoned,
            "an abandoned form or outcome",
        ),
        (
            r"\bthrash\w*|\berratic\w*|\bjiggl\w*|\bshook the mouse\b|\bbackandforth\b|\bzigzag\w*",
            lambda ctx: bool(ctx.scope.kinds & {"cursor_thrash", "quick_back"}) or _there_and_back(ctx),
            "restless mouse movement",
        ),
        (r"\bquick(?:ly)? back\b|\bpogo\w*", _kinds("quick_back"), "a quick look back"),
        (
            r"\bvalidation (?:loop|errors?|failures?|messages?)\b",
            lambda ctx: (
                "validation_loop" in ctx.scope.kinds
                or any(e.kind == "field_error" for e in _effects(ctx))
                or _in_text(ctx, "valid", "required")
            ),
            "a refused entry",
        ),
        (
            r"\b(?:login|log ?in|sign ?in) (?:failed|failures?|errors?|was (?:refused|rejected|denied))\b|\bfailed"
            r" (?:login|log ?in|sign ?in)s?\b",
            lambda ctx: "login_failure" in ctx.scope.kinds or any(s.refused for s in ctx.scope.steps),
            "a refused sign-in",
        ),
        (
            r"\bsuccess(?:ful\w*)?\b|\bwent through\b(?! (?:the|a|an|all|several|each|every|to|its|their|many|“))"
            r"|\bflawless\w*",
            _confirmed,
            "a confirmed success",
        ),
        (
            r"\bempty (?:search|result|list)\w*|\b(?:search|result|list)\w* (?:\w+ )?empty\b|\bno (?:search"
            r" )?results?\b|\bfound nothing\b|\bwithout results?\b|\bno match(?:es)?\b",
            lambda ctx: bool(empty_results(ctx)),
            "an empty search",
        ),
        (r"\bunsuccess\w*", _any_error, "a refusal"),
        (r"\bconver(?:ted|sion)\b", lambda ctx: ctx.outcome in ("completed", "workaround"), "a completed outcome"),
    )
]


_NAMEABLE: Final = re.compile(r"(?:delay|slow|lag|idle|issue|problem|bug|time ?out|block|stuck|bounce)\w*")
_DATES: Final = frozenset({"after", "before", "until", "once", "since", "following"})


def _is_name_of(said: str, ctx: Context) -> bool:
    """“Delay notifications” where the control that was used is called “Tell me of delays”: no wait is told."""
    return bool(_NAMEABLE.fullmatch(said)) and any(stem(said) in step.name_words for step in ctx.scope.steps)


def _is_dated(at: int, ctx: Context) -> bool:
    """Whether this place of the bare sentence is in a clause that only says when: “after the third failure, …”."""
    words = ctx.reading.bare()[:at].count(" ")
    segment = next((one for one in ctx.reading.segments if one.start <= words < one.end), None)
    return segment is not None and bool(_DATES & set(segment.link.split())) and len(ctx.reading.segments) > 1


def check_signal_words(ctx: Context) -> str:
    bare = ctx.reading.bare()
    for pattern, test, needs in _TABLE:
        for match in pattern.finditer(bare):
            if (_NEGATED.search(bare[: match.start()]) and not match[0].startswith(("no ", "without"))) or (
                match[0] == "success" and bare[: match.start()].endswith("un")
            ):
                continue
            if _is_name_of(match[0], ctx) or (_is_dated(match.start(), ctx) and test(ctx.over(ctx.facts.whole))):
                continue
            if not test(ctx):
                return f"“{match[0].strip()}” needs {needs} among the cited lines"
    return ""
