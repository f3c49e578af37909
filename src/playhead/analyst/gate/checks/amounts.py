"""Amounts: how a number is qualified; numbers that simply stand in a cited text: prices, names, values, statuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from playhead.analyst.gate.concepts import Context
from playhead.analyst.gate.numerals import ONES
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.words import THINGS
from playhead.analyst.inflect import stem

_ABOUT: Final = frozenset("about around roughly approximately nearly almost circa some ca approx just good".split())


_MORE: Final = re.compile(
    r"(?:more than|over|above|longer than|exceeding|upwards of|at least|no fewer than|not less than|greater than)$"
)


_LESS: Final = re.compile(
    r"(?:less than|under|below|within|fewer than|at most|up to|no more than|inside|not even|in under|shorter than)$"
)


_SPELT: Final = re.compile(r"\b(?:" + "|".join(word for word in ONES if word != "a") + r")\b")


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


def bound_at(ctx: Context, at: int) -> Bound:
    head = " ".join(token.word for token in ctx.reading.tokens[max(0, at - 3) : at])
    after = ctx.reading.tokens[at + 1].word if at + 1 < len(ctx.reading.tokens) else ""
    if _MORE.search(head) or (after == "or" and "more" in [t.word for t in ctx.reading.tokens[at + 1 : at + 3]]):
        return Bound("more")
    if _LESS.search(head):
        return Bound("less")
    exact = ctx.reading.tokens[at].unit == "times" and head.endswith("just")  # “just once”
    return Bound("about") if head.split()[-1:] and head.split()[-1] in _ABOUT and not exact else Bound()


def statuses(ctx: Context) -> set[int]:
    found = {e.status for step in ctx.scope.steps for e in step.raw.effects if e.status is not None}
    for signal in ctx.scope.signals:
        found |= {
            int(v)
            for k, v in signal.measured.items()
            if "status" in k and isinstance(v, (int, float)) and not isinstance(v, bool)
        }
        if signal.kind == "not_found" and "status" not in signal.measured:
            found.add(404)
    for step in ctx.scope.steps:
        if isinstance(step.detail.get("status"), (int, float)):
            found.add(int(step.detail["status"]))
    return found


def status_context(at: int, ctx: Context) -> bool:
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


def literal(token: Token, ctx: Context, beside: str = "") -> bool:
    """The number stands in a cited text (a price, a name, a value), where wanted beside the same noun."""
    wanted = _plain_number(token)
    for text in ctx.scope.texts:
        text = _SPELT.sub(lambda found: str(ONES[found[0]]), text)  # “four digits, please”
        for match in re.finditer(r"\d+(?:[.,]\d+)*", text):
            if token.unit == "money" and not _priced(match, text, wanted):
                continue
            if _same_number(match[0], wanted, token.value):
                if not beside:
                    return True
                around = {stem(word) for word in re.findall(r"[^\W\d_]+", text[match.end() : match.end() + 40])}
                if stem(beside) in around:
                    return True
    return False


def follows_its_name(at: int, token: Token, ctx: Context) -> bool:
    """“line 4 runs every 10 minutes”, “boat 39 was opened”: a number that a cited text has after the same word."""
    before = ctx.reading.tokens[at - 1] if at else None
    if before is None or before.kind != "word" or token.unit or token.value != int(token.value):
        return False
    wanted = rf"(\w+)\W{{1,2}}{int(token.value)}(?![\d.,]*\d)"
    return any(stem(found[1]) == before.stem for text in ctx.scope.texts for found in re.finditer(wanted, text))


def distance_holds(at: int, token: Token, ctx: Context) -> bool:
    """A distance in pixels is one that a cited line measured."""
    bound = bound_at(ctx, at)
    shown = [effect.text or "" for step in ctx.scope.steps for effect in step.raw.effects if effect.kind == "scroll"]
    if any(re.search(rf"(?<!\d){int(token.value)} ?px", text) for text in shown):
        return True
    measured = [v for step in ctx.scope.steps for k, v in step.detail.items() if k.endswith("_px")]
    return any(isinstance(v, (int, float)) and bound.holds(token.value, float(v), 1.0) for v in measured)


def _priced(match: re.Match[str], text: str, wanted: str) -> bool:
    """A sum of money is one in the evidence too: it bears a currency sign there, or the same decimals."""
    beside = text[max(0, match.start() - 2) : match.start()] + text[match.end() : match.end() + 2]
    return any(sign in beside for sign in "$€£¥₹") or (match[0] == wanted and not wanted.isdigit())


def _plain_number(token: Token) -> str:
    return re.sub(r"[^\d.,]", "", token.text).strip(".,")


def _same_number(text: str, wanted: str, value: float) -> bool:
    if text == wanted:
        return True
    try:
        return float(text.replace(",", "")) == value
    except ValueError:
        return False
