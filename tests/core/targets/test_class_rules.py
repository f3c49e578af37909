"""What style sheets say about classes; hostile sheets are read in linear time."""

from __future__ import annotations

import pytest

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.targets.class_rules import MAX_CSS_CHARS, ClassRules
from tests.core.build import Visit


def rules_of(css: str, classes: str = "it") -> tuple[ClassRules, Node]:
    """The rules of a page with one style sheet, and its element of these classes."""
    mirror = Mirror()
    visit = Visit(f'<style>{css}</style><p class="{classes}">x</p>')
    for event in visit.read():
        mirror.apply(event)
    rules = ClassRules(mirror)
    rules.stamp += 1
    return rules, next(node for node in mirror.nodes.values() if node.tag == "p")


@pytest.mark.parametrize(
    "css",
    [
        ".it{cursor:pointer}",
        "a, .list .it { color: red; cursor : pointer }",
        ".x{color:red}.it{cursor:pointer;color:blue}.y{}",
        "@media (min-width: 1px) { .it { cursor: pointer } }",
        "/* .no{ */ .it /* } */ { cursor: pointer }",
    ],
)
def test_a_class_gives_a_pointing_hand(css: str) -> None:
    rules, node = rules_of(css)
    assert rules.points(node) and not rules.hides(node)


@pytest.mark.parametrize(
    "css",
    [
        ".other{cursor:pointer}",
        "/* .it{cursor:pointer} */",
        ".it{} cursor:pointer}",
        ".it{cursor:pointer",
        ".it { a { cursor: pointer",
        "cursor:pointer}",
        "/* .it{cursor:pointer}",
    ],
)
def test_nothing_is_read_into_other_rules_and_broken_text(css: str) -> None:
    rules, node = rules_of(css)
    assert not rules.points(node)


def test_a_class_hides_only_by_itself() -> None:
    rules, node = rules_of(".it{display:none}")
    assert rules.hides(node)
    rules, node = rules_of(".menu .it{visibility:hidden}")
    assert not rules.hides(node)


@pytest.mark.parametrize(
    "piece", ["display:none}", "cursor:pointer{", "a" * 100 + ",", "/*", "{", ".it{display:none}", "display:none "]
)
def test_hostile_sheets_are_read_in_linear_time(piece: str) -> None:
    """A quadratic reader would need hours for these; the run itself is the test."""
    rules, node = rules_of(piece * (MAX_CSS_CHARS // len(piece) - 1))
    rules.points(node)
    rules.hides(node)
