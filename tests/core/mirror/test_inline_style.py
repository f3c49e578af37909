"""Editing the text of a style attribute property by property."""

from __future__ import annotations

from typing import Any

import pytest

from playhead.core.mirror.inline_style import edit_style, parse_style, rewriting
from playhead.core.mirror.shorthands import LONGHANDS


@pytest.mark.parametrize(
    ("text", "edits", "after"),
    [
        ("", {"color": "red"}, "color: red;"),
        ("color: red", {"color": "blue"}, "color: blue;"),
        ("a: 1; b: 2; c: 3", {"b": "9"}, "a: 1; b: 9; c: 3;"),
        ("color: red", {"color": False}, ""),
        ("color: red", {"color": ["blue", "important"]}, "color: blue !important;"),
        ("color: red !important", {"top": "0"}, "color: red !important; top: 0;"),
        ("COLOR: red", {"color": "blue"}, "color: blue;"),
        ("--Own: a; --own: b", {"--Own": "c"}, "--Own: c; --own: b;"),
        ("background: url(data:a;b:c) ; top: 1px", {"top": "2px"}, "background: url(data:a;b:c); top: 2px;"),
        ('content: "a;b"; top: 1px', {"top": False}, 'content: "a;b";'),
        ("/* top: 5px; */ left: 1px", {"left": "2px"}, "left: 2px;"),
        ("margin: 1px 2px", {"margin-top": False}, "margin-right: 2px; margin-bottom: 1px; margin-left: 2px;"),
        ("margin: 1px 2px 3px", {"margin-left": False}, "margin-top: 1px; margin-right: 2px; margin-bottom: 3px;"),
        ("margin-top: 1px; margin-left: 2px", {"margin": "0"}, "margin: 0;"),
        ("background: red", dict.fromkeys(LONGHANDS["background"], False), ""),
        (
            "background: red; top: 0",
            {"background-image": False},
            "background: red; background-image: initial; top: 0;",
        ),
        (
            "a: 1; transition: top 1s; b: 2",
            {"transition-delay": "3s"},
            "a: 1; transition: top 1s; transition-delay: 3s; b: 2;",
        ),
        ("a: 1; margin-left: 1px; b: 2; margin-top: 0", {"margin": "5px"}, "a: 1; margin: 5px; b: 2;"),
        (
            "border-top-color: red; a: 1",
            {"border": "0", "border-top": "1px solid"},
            "border: 0; border-top: 1px solid; a: 1;",
        ),
        ("border: 1px solid red; a: 1", {"border": False}, "a: 1;"),
        ("transform: none; transform-origin: 0 0", {"transform": False}, "transform-origin: 0 0;"),
        ("transform: none", {"transform-origin": False}, "transform: none;"),
        ("flex-grow: 3; flex: 1; a: 1", {"flex-grow": "2"}, "flex: 1; flex-grow: 2; a: 1;"),
        ("flex-grow: 3 !important; flex: 1", {"top": "0"}, "flex-grow: 3 !important; flex: 1; top: 0;"),
        ("overflow: hidden auto", {"overflow-y": False}, "overflow-x: hidden;"),
        ("no colon; :no name; no value:", {"a": "1"}, "a: 1;"),
        ("color: red", {"color": 5, "top": None, "left": [], "right": [1]}, "color: red;"),
    ],
)
def test_edit_style(text: str, edits: dict[str, Any], after: str) -> None:
    assert edit_style(text, edits) == after


def test_parse_style_is_linear_and_never_raises() -> None:
    assert parse_style("(" * 10_000 + "a:b;" * 10) == {}
    assert parse_style('"' * 9_999) == {}
    assert len(parse_style(";".join(f"p{n}:1" for n in range(10_000)))) == 10_000


def test_a_style_can_be_written_declaration_by_declaration() -> None:
    """Read at once, a browser puts what is important behind all others."""
    text = "top: 0; color: red !important; left: 1px;"
    gone, written = rewriting(text)
    assert list(written.items()) == [("top", "0"), ("color", ["red", "important"]), ("left", "1px")]
    assert edit_style(edit_style(text, gone), written) == text
