"""Tokens: numbers and spans in words and figures, quotations, paths, moments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.analyst.gate.tokens import tokenise
from playhead.analyst.text import plain


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("fourteen", 14, ""),
        ("twenty-one clicks", 21, ""),
        ("one hundred and five", 105, ""),
        ("a dozen", 12, ""),
        ("half a dozen", 6, ""),
        ("a couple of times", 2, "times"),
        ("twice", 2, "times"),
        ("clicked once", 1, "times"),
        ("14x", 14, "times"),
        ("×14", 14, "times"),
        ("5th", 5, "ordinal"),
        ("the second attempt", 2, "ordinal"),
        ("3.2 s", 3200, "ms"),
        ("310ms", 310, "ms"),
        ("half a minute", 30_000, "ms"),
        ("about a second later", 1000, "ms"),
        ("1 minute and 5 seconds", 65_000, "ms"),
        ("a 3-second delay", 3000, "ms"),
        ("40 %", 40, "percent"),
        ("$1,234.50", 1234.5, "money"),
        ("1.234,5 €", 1234.5, "money"),
        ("402", 402, ""),
    ],
)
def test_numbers(text: str, value: float, unit: str) -> None:
    found = [(token.value, token.unit) for token in tokenise(text) if token.kind == "number"]
    assert (value, unit) in found


def test_quotations_come_whole_and_apostrophes_are_none() -> None:
    tokens = tokenise("They didn't click 'Don't save', but “Pay «now»” and \"OK\".")
    assert [token.text for token in tokens if token.kind == "quote"] == ["Don't save", "Pay «now»", "OK"]
    assert [token.word for token in tokens][:4] == ["they", "did", "not", "click"]


def test_paths_methods_moments_and_refs() -> None:
    kinds = {token.kind: token.text for token in tokenise("At 01:23.4 POST /api/pay?x=1 was sent (e12)")}
    assert kinds["moment"] == "01:23.4" and kinds["path"] == "/api/pay?x=1"
    assert kinds["method"] == "POST" and kinds["ref"] == "e12"


@given(st.text(max_size=200))
def test_tokenising_never_fails(text: str) -> None:
    tokenise(plain(text))
