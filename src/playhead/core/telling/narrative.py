"""Narrative: a trace as numbered lines, short enough to be read by a person or sent to a model.

Line    `[e12-e13] 01:23 click button "Place order" in dialog "Checkout" → POST /api/orders 402 in 310 ms; alert "Card
        declined" {s3 error_click}`; what one act brought about (its submit, the page it opened) stands in its line
Folds   runs of the same thing (`×7`), the fields of a form, scrolling; silence is one line
Budget  tokens, estimated by `estimate_tokens`. Lines get shorter first, then the least telling are left out, signals
        and their neighbours last of all; the head says how many, and `…` stands in their place. Deterministic.
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from playhead.core.telling.folds import Fold, fold, place_signals
from playhead.core.telling.lines import LEAST, STYLES, Line, Style, Teller
from playhead.core.telling.phrases import span
from playhead.core.telling.tokens import estimate_tokens
from playhead.core.trace import Signal, Trace

MIN_BUDGET: Final = 20
DEFAULT_BUDGET: Final = 4_000
# What a line tells, from most to least; the lowest leave first.
WEIGHTS: Final = {
    "navigate": 8,
    "submit": 8,
    "input": 6,
    "keypress": 4,
    "click": 5,
    "dblclick": 5,
    "contextmenu": 4,
    "drag": 3,
    "touch": 3,
    "select": 3,
    "media": 3,
    "visibility": 2,
    "resize": 1,
    "scroll": 1,
}
KEPT, BESIDE = 100, 90  # the weights of signals and of their neighbours
AGAIN: Final = 1.5  # weight lost each time the number of equal lines doubles
GAP: Final = "…"
GAP_TOKENS: Final = 2  # of that line and its end
SMALL_BUDGET: Final = 200  # under this, lines get as short as they can before any is left out
HEAD_TOKENS: Final = 6  # of what the head says about lines left out


class Narrative(msgspec.Struct):
    lines: list[Line]
    dropped: int  # interactions left out to stay within the budget
    text: str
    tokens: int  # estimated


def narrate(trace: Trace, *, budget_tokens: int = DEFAULT_BUDGET) -> Narrative:
    """Return the narrative of a trace within `budget_tokens` (at least MIN_BUDGET)."""
    room = max(MIN_BUDGET, budget_tokens)
    folds = fold(trace.interactions)
    loose = place_signals(folds, trace.signals)
    _weigh(folds, loose)
    told: list[Fold | Signal] = [*folds, *loose]
    told.sort(key=lambda what: (what.t_ms, 1) if isinstance(what, Signal) else (what.lead.t_ms, 0))
    lines: list[Line] = []
    head = ""
    for style in (*STYLES, LEAST) if room < SMALL_BUDGET else STYLES:
        teller = Teller(trace, style)
        head = _head(trace, style, is_masked=teller.is_masked)
        lines = [teller.line(what) for what in told]
        if _cost(head) + sum(_cost(line.text) for line in lines) <= room:
            return _finished(head, lines, 0)
    weights = [what.weight if isinstance(what, Fold) else KEPT for what in told]
    keep = _fit(lines, _with_novelty(lines, weights), room - _cost(head) - HEAD_TOKENS)
    dropped = sum(
        len(what.members) if isinstance(what, Fold) else 1 for what, kept in zip(told, keep, strict=True) if not kept
    )
    return _finished(f"{head}; {dropped} left out", _with_gaps(lines, keep), dropped)


def _finished(head: str, lines: list[Line], dropped: int) -> Narrative:
    text = "\n".join([head, *(line.text for line in lines)])
    return Narrative(lines, dropped, text, estimate_tokens(text))


def _head(trace: Trace, style: Style, *, is_masked: bool) -> str:
    session = trace.session
    pages = len(session.pages)
    parts = [span(session.duration_ms)]
    parts += [] if style.least or pages == 1 else [f"{pages} pages"]
    parts += [session.device] if not style.bare and session.device not in ("", "desktop") else []
    parts += ["text masked"] if not style.bare and is_masked else []
    return "; ".join(parts)


def _cost(line: str) -> int:
    return estimate_tokens(line + "\n")


def _weigh(folds: Sequence[Fold], loose: Sequence[Signal]) -> None:
    """Give every line its weight; signals and the lines beside them are the last to be left out."""
    for one in folds:
        loud = sum(1 for member in one.members for effect in member.effects if effect.tone or effect.kind == "navigate")
        told = any(member.effects for member in one.members)
        one.weight = max(WEIGHTS.get(member.kind, 2) for member in one.members) + min(loud, 3) + (1 if told else 0)
    marked = {at for at, one in enumerate(folds) if one.signals}
    beside = {near for at in marked for near in (at - 1, at + 1)}
    times = [one.lead.t_ms for one in folds]
    for signal in loose:
        after = next((at for at, t_ms in enumerate(times) if t_ms > signal.t_ms), len(folds))
        beside |= {after - 1, after}
    for at in beside:
        if 0 <= at < len(folds):
            folds[at].weight = max(folds[at].weight, BESIDE)
    for at in marked:
        folds[at].weight = KEPT
    for end in [*folds[:1], *folds[-1:]]:
        end.weight = max(end.weight, BESIDE - 1)


def _with_novelty(lines: Sequence[Line], weights: Sequence[float]) -> list[float]:
    """The same words again tell less each time, so that a long session is not told by its forty first visits home."""
    seen: dict[str, int] = {}
    found: list[float] = []
    for line, weight in zip(lines, weights, strict=True):
        words = line.text.partition("] ")[2].partition(" ")[2]
        seen[words] = seen.get(words, 0) + 1
        found.append(weight - min(AGAIN * math.log2(seen[words]), KEPT - BESIDE - 1))
    return found


def _fit(lines: Sequence[Line], weights: Sequence[float], room: float) -> list[bool]:
    """Which lines stay: the most telling, earlier ones before later ones, and of the others what still has room."""
    keep = [False] * len(lines)
    left = room - GAP_TOKENS
    for at in sorted(range(len(lines)), key=lambda at: (-weights[at], at)):
        beside = (at > 0 and keep[at - 1]) + (at + 1 < len(lines) and keep[at + 1])
        needed = _cost(lines[at].text) + GAP_TOKENS * (1 - beside)
        if needed <= left:
            keep[at] = True
            left -= needed
    return keep


def _with_gaps(lines: Sequence[Line], keep: Sequence[bool]) -> list[Line]:
    """The kept lines, with a mark where others were left out."""
    told: list[Line] = []
    for line, kept in zip(lines, keep, strict=True):
        if kept:
            told.append(line)
        elif not told or told[-1].refs:
            told.append(Line([], line.t_ms, GAP))
    return told
