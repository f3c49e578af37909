"""Contrary: what the cited lines say the opposite of, word for word: states, orders of two names, messages, firsts."""

from __future__ import annotations

import re
from typing import Final

from playhead.analyst.gate.claims import Claim
from playhead.analyst.gate.concepts import Anchor, Context
from playhead.analyst.gate.concepts.base import sends
from playhead.analyst.gate.states import check_states
from playhead.analyst.steps import Step
from playhead.analyst.text import quotable

_ACTS: Final = frozenset("click dblclick touch input submit keypress select drag".split())
_EARLIER: Final = re.compile(
    r"“” (?:(?:was|is|being|which was|and was|and is|then) )?(?:followed by|preceded|precedes|came before|comes before)"
    r"(?: (?:the|a|an|click|press|tap|one|on|of|button|link|tab|field))* “”"
)
_LATER: Final = re.compile(
    r"“” (?:followed|follows|was preceded by|preceded by|came after|comes after)(?! by)"
    r"(?: (?:the|a|an|click|press|tap|one|on|of|button|link|tab|field))* “”"
)
_FIRST_TRY: Final = re.compile(r"\bfirst (?:\w+ ){0,2}(?:attempt|try|go|time)\b")
_SAYS: Final = frozenset("show see answer succeed fail end find".split())
_GONE: Final = re.compile(
    r"\b(?:disappear\w*|vanish\w*|gone|went away|go away|remov\w+|replac\w+|clear\w*|hid\w*|no longer|left|chang\w+"
    r"|clos\w+|instead|from|until|before|dismiss\w*|delet\w+|empt\w+|fad\w+|collaps\w+|still|earlier|away|swap\w*|turn\w*|into)\b"
)
_NORMAL: Final = re.compile(
    r"\b(?:load|open|render|respond|answer|display|show)\w* (?:\w+ )?(?:normally|properly|correctly|fine|successfully"
    r"|without (?:a |any )?(?:problem|error|issue|trouble|hitch)s?)\b"
)
_FIELD_FINE: Final = re.compile(
    r"\bno (?:\w+ ){0,2}(?:field|input|entry|box)s?\b[^.;]{0,30}\b(?:mark|flag|reject|refus|wrong|invalid|complain"
    r"|highlight|error)\w*"
)
_STAYED: Final = re.compile(r"\b(?:stay|remain)\w*\b[^.;]{0,20}\b(?:same|that|this|where)\b")


def check_contrary(ctx: Context, anchors: dict[Claim, list[Anchor]]) -> str:
    bare = ctx.reading.bare()
    return (
        check_states(ctx)
        or _check_pairs(ctx, bare)
        or _check_first_try(ctx, anchors, bare)
        or _check_gone(ctx, anchors, bare)
        or _check_normal(ctx, bare)
    )


def take_pairs(ctx: Context) -> None:
    """““A” preceded “B””: the verb says nothing beside the order, which is checked by name."""
    flat = ctx.reading.bare()
    if not re.search(r"\bpreced\w+\b", flat) or not (_EARLIER.search(flat) or _LATER.search(flat)):
        return
    for segment in ctx.reading.segments:
        segment.claims = [claim for claim in segment.claims if not claim.lemma.startswith("preced")]
    ctx.reading.claims = [claim for segment in ctx.reading.segments for claim in segment.claims]
    for token in ctx.reading.tokens:
        token.used = token.used or token.word.startswith("preced")


def _check_pairs(ctx: Context, bare: str) -> str:
    """““A” followed “B””, ““A”, followed by “B””: the order of two controls that are named."""
    names = [token.stem for token in ctx.reading.tokens if token.kind == "quote"]
    flat = bare.replace(" ,", "").replace(",", "")
    if flat.startswith("having ") and len(names) == 2 and " not " not in flat:
        ones, others = _moments(names[0], ctx), _moments(names[1], ctx)
        if ones and others and min(ones) >= max(others):
            return "“having”: the recording shows the other order"
    for pattern, turned in ((_EARLIER, False), (_LATER, True)):
        for found in pattern.finditer(flat):
            at = flat[: found.start()].count("“”")
            first, second = (names[at + 1], names[at]) if turned else (names[at], names[at + 1])
            ones, others = _moments(first, ctx), _moments(second, ctx)
            if ones and others and min(ones) >= max(others):
                return f"“{found[0].split('“”')[1].strip().split()[0]}”: the recording shows the other order"
    return ""


def _moments(name: str, ctx: Context) -> list[float]:
    return [step.t_ms for step in ctx.scope.steps if step.kind in _ACTS and quotable(step.name) == name]


def _check_first_try(ctx: Context, anchors: dict[Claim, list[Anchor]], bare: str) -> str:
    """“was accepted at the first attempt”: the first of the cited attempts was not refused."""
    told = [claim for claim in anchors if not claim.negated]
    taken = any("succeed" in claim.readings for claim in told) and not any("fail" in c.readings for c in told)
    if not taken or not _FIRST_TRY.search(bare):
        return ""
    tried = [step for step in ctx.scope.steps if step.kind in _ACTS and (sends(step, ctx.facts) or step.refused)]
    if tried and ctx.facts.taken(tried[0]) is False:
        return f"the recording shows that {tried[0].ref} was refused"
    return ""


def _check_gone(ctx: Context, anchors: dict[Claim, list[Anchor]], bare: str) -> str:
    """A text that only went away in the cited lines was not shown there."""
    if _GONE.search(bare):
        return ""
    told = [claim for claim in anchors if _SAYS & set(claim.readings) and claim.subject != "person"]
    said = {id(token) for claim in told for token in [*claim.ahead, *claim.object, *claim.means, *claim.goal]}
    for token in ctx.reading.tokens:
        if token.kind != "quote" or token.unit or id(token) not in said:
            continue
        if _only_removed(token.stem, ctx.scope.steps, ctx):
            return f"“{token.text}” went away in the cited lines; nothing shows that it came"
    return ""


def _only_removed(name: str, steps: list[Step], ctx: Context) -> bool:
    gone = False
    for step in steps:
        if any(name in text for text in (quotable(step.name), quotable(step.value), quotable(step.raw.page_url))):
            return False
        if step.raw.target and name in quotable(step.raw.target.container):
            return False
        if step.page is not None and name in quotable(step.page.title):
            return False
        for effect in step.raw.effects:
            there = [effect.text, effect.path, effect.url, effect.target.name if effect.target else ""]
            if any(name in quotable(text or "") for text in there):
                if effect.kind != "text_removed":
                    return False
                gone = True
    texts = [quotable(str(value)) for signal in ctx.scope.signals for value in signal.measured.values()]
    return gone and not any(name in text for text in texts)


def _check_normal(ctx: Context, bare: str) -> str:
    """“loaded normally” of what came back as an error, “no field was marked” where one was, “stayed” where none did."""
    if (found := _NORMAL.search(bare)) and (bad := next((s for s in ctx.scope.steps if _is_bad(s, ctx)), None)):
        return f"“{found[0]}”: the recording shows an error at {bad.ref}"
    if found := _FIELD_FINE.search(bare):
        marked = [e for step in ctx.scope.steps for e in step.raw.effects if e.kind == "field_error"]
        return f"“{found[0]}”: the recording shows one" if marked else ""
    if (found := _STAYED.search(bare)) and "page" in bare:
        moved = [s for s in ctx.scope.steps if any(e.kind == "navigate" for e in s.raw.effects)]
        return f"“{found[0]}”: another page was opened at {moved[0].ref}" if moved else ""
    return ""


def _is_bad(step: Step, ctx: Context) -> bool:
    status = step.detail.get("status")
    gone = any(signal.kind in ("not_found", "network_error") for signal in ctx.facts.signals_of(step))
    return gone or (isinstance(status, (int, float)) and status >= 400) or bool(step.refused)
