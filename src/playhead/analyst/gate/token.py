"""Token: one word, quotation, number or sign of a sentence, as all of the gate reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Token:
    """kind: word quote number moment path method ref punct. `word` is the folded text, `stem` its comparison form."""

    kind: str
    text: str
    word: str
    stem: str = ""
    value: float = 0.0
    unit: str = ""  # of numbers: ms, times, percent, money, ordinal, or "" (a count or a literal)
    digits: int = 0  # decimals as written: how exact the number claims to be
    used: bool = False  # a check has taken responsibility for this token
