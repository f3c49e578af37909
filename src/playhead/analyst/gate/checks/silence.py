"""Silence and smoothness: “nothing happened” needs a control that did not answer, “no problems” a visit without any."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.facts import ERRORS, Scope
from playhead.analyst.gate.checks.claims import anchored_steps
from playhead.analyst.gate.claims import Claim, content
from playhead.analyst.gate.concepts import CLICKS, VISIBLE, Anchor, Context
from playhead.analyst.gate.concepts.answers import empty_results
from playhead.analyst.gate.matching import covers_target
from playhead.analyst.steps import Step, same_target, says_no

_DEAD: Final = re.compile(
    r"\bnothing (?:on (?:the )?(?:page|screen) |visible |else |at all |more |further |new )?(?:happen\w*"
    r"|chang\w*|respond\w*|occurr?\w*"
    r"|appear\w*|came (?:of|up|back)|mov\w*|react\w*|was shown|followed|came)\b|\bno (?:\w+ ){0,2}(?:reaction"
    r"|response|effect|change|feedback|answer|reply|responses|reactions)s?\b(?! (?:code|time|body|within))|\b(?:did"
    r"|does|do|has|had|was|were|is|are|never) (?:not )?(?:\w+ )?(?:never )?(?:not )?(?:react|reacted|reacting"
    r"|respond|responded|responding|do anything|have any (?:effect|reaction))\b|\b(?:did|does|do) not (?:\w+"
    r" )?(?:answer|change|work|update|move|do anything)\b|\bwithout (?:any |a |visible |getting |further |apparent"
    r" )*(?:reaction|response|effect|result|change|feedback|answer|reply|results|anything happening|anything"
    r" changing)\b|\bnone of [^.;]{0,80}?\b(?:had (?:any|an) (?:effect|reaction|response)|(?:got|get) (?:any|a)"
    r" (?:reaction|response|answer)|react\w*|respond\w*|did anything|changed anything|worked)\b|\bunresponsive\w*"
    r"|\bunanswered\b|\bunheeded\b|\bdead\b(?! end)|\bdid nothing\b|\bdoes nothing\b|\bdoing nothing\b"
    r"|\bhad no effect\b"
    r"|\bto no (?:effect|avail)\b|\bno avail\b|\bfailed to (?:react|respond|work|do anything)\b|\binert\b|\bnot"
    r" working\b|\bnon ?functional\b|\bnever (?:react|respond|answer|work|chang)\w*"
    r"|\b(?:chang|show|trigger|caus|achiev)\w* nothing\b|\bignor\w+ (?:\w+ ){0,2}(?:click|press|tap|input)\w*"
)
_POSITIVE: Final = re.compile(
    r"\b(?:did|does|do|has|had|was|were|is|are) (?:\w+ )?(?:react|reacted|respond|responded|reacting|responding)\b"
)
NO_MESSAGE: Final = re.compile(
    r"\b(?:no|without (?:a|an|any)|without) (?:\w+ ){0,2}(?:message|messages|alert|warning|notice|explanation|hint"
    r"|notification|confirmation|dialog|toast|popup)s?\b"
)
_TROUBLE: Final = (
    r"(?:(?:problem|issue|error|trouble|friction|struggle|difficult|obstacle|failure|bug|complaint|defect|fault"
    r"|exception|hiccup|interrupt|incident|hitch|glitch|crash)\w*|signs?\b(?! in| up| out))"
)
_SMOOTH: Final = re.compile(
    r"\b(?:everything|all|it all|things) (?:\w+ )?(?:went|worked|ran|was|is|functioned|behaved|proceeded|loaded"
    r"|responded)\b|\b(?:went|worked|ran|proceeded|functioned|behaved) (?:\w+ )?(?:fine|well|smooth\w*|ok|okay"
    r"|correctly|perfectly|flawlessly|properly|normally|as expected|as intended|without)\b(?<!by without)"
    r"|\bsmooth(?:ly)?\b"
    r"|\bflawless\w*|\bseamless\w*|\b(?:trouble|error|problem|issue|friction|bug) ?free\b|\bas (?:expected|intended"
    r"|planned|designed)\b|\bhappy path\b|\bhealthy\b|\buneventful\w*|\beffortless\w*|\beasily\b|\bwith ease\b"
    rf"|\b(?:no|zero|0|not any|not a single|free of|none of the usual|never an?y?|nor any|nor) (?:\w+"
    rf" ){{0,2}}{_TROUBLE}"
    rf"|(?<!went by )(?<!passed )\bwithout (?:\w+ ){{0,2}}{_TROUBLE}"
)
_SESSION: Final = re.compile(
    r"\b(?:session|visit|recording|whole|entire|overall|throughout|anywhere|everything|at any (?:time|point)|ever"
    r"|all)\b"
)


def silent_claims(ctx: Context) -> set[Claim]:
    """Negated claims that only say that nothing answered: they are judged here, not as absences."""
    found = _message_claims(ctx)
    if not _has_dead(ctx):
        return found
    quiet = {
        "react",
        "answer",
        "change",
        "changed",
        "see",
        "happen",
        "show",
        "cause",
        "sit",
        "do",
        "vanish",
        "load",
        "media",
    }
    spans = [match.span() for match in _DEAD.finditer(ctx.reading.bare())]
    for claim in ctx.reading.claims:
        at = len(" ".join(_bare_words(ctx)[: claim.at])) + (1 if claim.at else 0)
        if set(claim.readings) & quiet and any(start - 16 <= at < end for start, end in spans):
            found.add(claim)
        if claim.lemma == "achieve" and any(start - 12 <= at < end for start, end in spans):
            found.add(claim)
        if (
            claim.lemma in ("happen", "work", "function", "change", "occur", "answer", "respond", "react")
            and claim.negated
            and any(start - 12 <= at < end for start, end in spans)
        ):
            found.add(claim)
    return found


def _message_claims(ctx: Context) -> set[Claim]:
    """“no error message was seen”: judged as a message that is not there."""
    found: set[Claim] = set()
    for segment in ctx.reading.segments:
        words = " ".join(token.word for token in ctx.reading.tokens[segment.start : segment.end])
        if NO_MESSAGE.search(words):
            found |= {claim for claim in segment.claims if claim.negated and {"see", "show"} & set(claim.readings)}
    return found


def _bare_words(ctx: Context) -> list[str]:
    return [
        "“”" if t.kind == "quote" else t.word if t.kind != "number" else t.text.casefold() for t in ctx.reading.tokens
    ]


def _has_dead(ctx: Context) -> bool:
    return any(
        not _POSITIVE.fullmatch(match[0]) or " not " in f" {match[0]} " or "never" in match[0]
        for match in _DEAD.finditer(ctx.reading.bare())
    )


def check_silence(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    bare = ctx.reading.bare()
    for match in _DEAD.finditer(bare):
        if _is_about_idleness(ctx, bare) or _is_about_results(match[0], ctx) or _is_about_request(match[0], ctx):
            continue
        if _POSITIVE.fullmatch(match[0]) and " not " not in f" {match[0]} " and "never" not in match[0]:
            continue
        steps = _steps_meant(ctx, anchors, match.start())
        if not steps:
            return f"“{match[0].strip()}”: no cited line shows a click without a reaction"
        dead = _detected_dead(ctx)
        if heard := next((step for step in steps if not is_silent(step) and not _among(step, dead)), None):
            return f"“{match[0].strip()}”: the recording shows a reaction at {heard.ref}"
    if found := NO_MESSAGE.search(bare):
        near = _steps_meant(ctx, anchors, found.start()) or ctx.scope.steps
        bad = bool(re.search(r"error|warning|alert|complaint|fail", found[0]))
        kinds = (
            ("dialog",)
            if "dialog" in found[0] or "popup" in found[0]
            else ("alert", "toast", "dialog", "field_error", "text_added")
        )
        if any(
            effect.kind in kinds and (effect.kind != "text_added" or not bad or says_no(effect))
            for step in near
            for other in [step, *ctx.facts.answers_to(step)]
            for effect in other.raw.effects
        ):
            return f"“{found[0].strip()}”: the recording shows one"
    return _check_smooth(ctx, anchors, bare)


def _detected_dead(ctx: Context) -> list[Step]:
    """Steps that a detector found dead; on a page that is never still, a click between them may look answered."""
    dead = [signal for signal in ctx.facts.trace.signals if signal.kind == "dead_click"]
    return [ctx.facts.by_ref[ref] for signal in dead for ref in signal.refs if ref in ctx.facts.by_ref]


def _among(step: Step, dead: list[Step]) -> bool:
    """Between two clicks on the same control that nothing answered, and without an answer of its own to see."""
    same = [one.index for one in dead if same_target(one, step)]
    return bool(same) and min(same) <= step.index <= max(same) and not step.requests


def _is_about_idleness(ctx: Context, bare: str) -> bool:
    """“nothing happened for a minute” tells an idle gap, not a dead control."""
    told = any(token.kind == "number" and token.unit == "ms" for token in ctx.reading.tokens) or "idle" in bare
    return told and "idle_gap" in ctx.scope.kinds


def _is_about_request(said: str, ctx: Context) -> bool:
    """“got no answer” tells a request that never came back."""
    if not re.search(r"answer|response|reply|responses", said):
        return False
    requests = [*ctx.scope.loose_requests, *(effect for step in ctx.scope.steps for effect in step.requests)]
    return any(effect.status == 0 for effect in requests)


def _is_about_results(said: str, ctx: Context) -> bool:
    """“without results” tells what a search found."""
    return "result" in said and bool(empty_results(ctx))


def _steps_meant(ctx: Context, anchors: dict[Claim, list[Anchor]], at: int) -> list[Step]:
    """The steps a statement of silence is about: the control named beside it, the deed beside it, else all clicks."""
    words, length = _bare_words(ctx), 0
    token_at = 0
    for index, word in enumerate(words):
        if length >= at:
            token_at = index
            break
        length += len(word) + 1
    segment_at = next(
        (n for n, s in enumerate(ctx.reading.segments) if s.start <= token_at < max(s.end, s.start + 1)),
        len(ctx.reading.segments) - 1,
    )
    segment = ctx.reading.segments[segment_at]
    verbs = {id(ctx.reading.tokens[at]) for claim in ctx.reading.claims for at in range(claim.at, claim.end)}
    named = [
        token
        for token in content([t for t in ctx.reading.tokens[segment.start : segment.end] if id(t) not in verbs])
        if token.kind == "quote" or token.stem in ctx.scope.bag
    ]
    deeds = {"click", "submit", "keypress", "touch", "dblclick", "input"}
    if named:
        found = [step for step in ctx.scope.steps if step.kind in deeds and covers_target(step, named, ctx.facts)]
        if found or any(token.kind == "quote" for token in named):
            return found
    probe = Claim("react", ["react"], token_at, token_at + 1, "past", segment_at)
    return anchored_steps(probe, ctx, anchors) or [step for step in ctx.scope.steps if step.kind in CLICKS]


def is_silent(step: Step) -> bool:
    """Nothing answered, as far as the recording can tell; what it cannot see is not silent."""
    if any("unseen" in key or value == "unknown" for key, value in step.detail.items()):
        return False
    if step.role in ("iframe", "canvas", "embed", "object") or step.kind == "input":
        return False  # a field that took the text has answered
    if step.kind in CLICKS and step.role in ("textbox", "searchbox", "combobox", "spinbutton"):
        return False  # it took the focus, which no recording tells
    return step.raw.reaction_ms is None and not any(
        effect.kind in VISIBLE | {"request", "text_removed", "scroll"} for effect in step.raw.effects
    )


def _check_smooth(ctx: Context, anchors: dict[Claim, list[Anchor]], bare: str) -> str:
    for match in _SMOOTH.finditer(bare):
        if NO_MESSAGE.match(bare[match.start() :]):
            continue  # “no error message”: asked above
        probe = Claim("react", ["react"], 0, 1, "past", len(ctx.reading.segments) - 1)
        near = [] if _SESSION.search(bare) else anchored_steps(probe, ctx, anchors)
        scope = ctx.facts.scope([step.ref for step in near]) if near else _so_far(ctx, bare)
        if reason := _trouble_in(scope, match[0]):
            return f"“{match[0].strip()}”: {reason}"
    return ""


def _so_far(ctx: Context, bare: str) -> Scope:
    """A sentence about a stretch of the visit is not about what came later, one about the session is."""
    if ctx.scope.is_whole or _SESSION.search(bare) or len(ctx.scope.steps) < 3:
        return ctx.facts.whole
    last = ctx.scope.steps[-1].index
    later = {ref for signal in ctx.facts.trace.signals for ref in signal.refs if _index(ref, ctx) > last}
    signals = [signal for signal in ctx.facts.trace.signals if not set(signal.refs) or not set(signal.refs) <= later]
    return Scope(ctx.facts, ctx.facts.steps[: last + 1], signals)


def _index(ref: str, ctx: Context) -> int:
    return ctx.facts.by_ref[ref].index if ref in ctx.facts.by_ref else -1


def _trouble_in(scope: Scope, said: str) -> str:
    kinds = {signal.kind for signal in scope.signals} - {"idle_gap"}
    refused = [step for step in scope.steps if step.refused]
    if re.search(r"javascript|script|console|exception|crash", said):
        return (
            "the recording shows a script error"
            if "js_error" in kinds or any(e.kind == "error" for s in scope.steps for e in s.raw.effects)
            else ""
        )
    if re.search(r"network|request|server|http", said):
        return (
            "the recording shows a failed request"
            if "network_error" in kinds or any(e.kind == "request" for s in refused for e in s.refused)
            else ""
        )
    if re.search(r"valid", said):
        return (
            "the recording shows a refused entry"
            if "validation_loop" in kinds or any(e.kind == "field_error" for s in refused for e in s.refused)
            else ""
        )
    if re.search(r"\berror|fail|bug|fault|defect", said):
        return "the recording shows an error" if kinds & ERRORS or refused else ""
    if kinds or refused:
        return f"the recording shows {', '.join(sorted(kind.replace('_', ' ') for kind in kinds)) or 'a refusal'}"
    return ""
