"""Edits on style sheets whose text is not parsed, against a model that knows every rule."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from playhead.core.mirror.payloads import PropertyRemoval, PropertySet, RuleAddition, RuleRemoval
from playhead.core.mirror.sheets import (
    MAX_RULES,
    RuleList,
    apply_additions,
    apply_declaration,
    apply_removals,
    has_rules,
    split_rules,
)
from playhead.core.playback.keyframes import keyframe
from tests.core.pages import START_MS, add, change, element, mirror_of, mutation, text


class Model:
    """A sheet as a browser holds it: a list of rule texts."""

    def __init__(self, rules: list[str]) -> None:
        self.rules = list(rules)

    def apply(self, edit: dict[str, Any]) -> None:
        for addition in edit.get("adds", ()):
            self.rules.insert(addition["index"], addition["rule"])
        for removal in edit.get("removes", ()):
            del self.rules[removal["index"]]


@pytest.mark.parametrize("seed", range(20))
def test_edits_rebuild_the_sheet(seed: int) -> None:
    chance = random.Random(seed)
    base = [f".b{n} {{}}" for n in range(chance.randint(0, 8))]
    truth, rules = Model(base), RuleList(parsed=bool(base))
    for n in range(60):
        if chance.random() < 0.55 or not truth.rules:
            index = chance.randint(0, len(truth.rules))
            truth.apply({"adds": [{"rule": f".n{n} {{}}", "index": index}]})
            assert apply_additions(rules, [RuleAddition(f".n{n} {{}}", index)]) == 0
        else:
            index = chance.randrange(len(truth.rules))
            truth.apply({"removes": [{"index": index}]})
            assert apply_removals(rules, [RuleRemoval(index)]) == 0
    again = Model(base)
    edits = list(rules.edits())
    for edit in edits:
        again.apply(edit)
    assert again.rules == truth.rules
    assert len(edits) <= 2  # 60 edits have become one removal and one addition


def test_nested_rules_and_declarations() -> None:
    rules = RuleList(parsed=True)
    apply_additions(
        rules, [RuleAddition("@media print {}", 0), RuleAddition("a {}", [0, 0]), RuleAddition("b {}", [3, 1])]
    )
    apply_removals(rules, [RuleRemoval([3, 0])])
    assert apply_declaration(rules, [0, 0], PropertySet("color", "red", "important"), None)
    assert apply_declaration(rules, [0, 0], PropertySet("color", "blue"), None)
    assert apply_declaration(rules, [2], None, PropertyRemoval("top"))
    assert list(rules.edits()) == [
        {"source": 8, "adds": [{"rule": "@media print {}", "index": 0}]},
        {"source": 13, "index": [2], "remove": {"property": "top"}},
        {"source": 8, "removes": [{"index": [3, 0]}]},
        {"source": 8, "adds": [{"rule": "b {}", "index": [3, 0]}]},
        {"source": 8, "adds": [{"rule": "a {}", "index": [0, 0]}]},
        {"source": 13, "index": [0, 0], "set": {"property": "color", "value": "blue"}},
    ]


def test_what_a_browser_refuses_is_refused() -> None:
    rules = RuleList(parsed=False)
    assert apply_additions(rules, [RuleAddition("", 0), RuleAddition("no rule", 0), RuleAddition("a {}", [])]) == 3
    assert apply_additions(rules, [RuleAddition("a {}", 7)]) == 0  # clamped to the end, as the Replayer does
    assert apply_additions(rules, [RuleAddition("a {}", [5, 0]), RuleAddition("a {}", [1] * 100)]) == 2
    assert apply_removals(rules, [RuleRemoval(3), RuleRemoval(-1), RuleRemoval([])]) == 3
    assert apply_additions(RuleList(parsed=True), [RuleAddition("a {}", MAX_RULES), RuleAddition("a {}", 10**18)]) == 2
    assert not apply_declaration(rules, [], PropertySet("a", "b"), None)


@pytest.mark.parametrize(
    ("css", "rules"),
    [
        ("", []),
        ("/* only { a comment } */", []),
        ("a { b: c } d{}", ["a { b: c }", "d{}"]),
        (
            '@import url("a;b.css"); a { content: "}" } /* } */ b {}',
            ['@import url("a;b.css");', 'a { content: "}" }', "b {}"],
        ),
        ("@media print { a { } b { } } c { background: url(data:a;b) }", None),
        ("a { unclosed", ["a { unclosed"]),
        ("} a {}", ["}", "a {}"]),
    ],
)
def test_split_rules(css: str, rules: list[str] | None) -> None:
    split = split_rules(css)
    assert split == rules if rules is not None else len(split) == 2
    assert has_rules(css) == bool(split)


def data_of(mirror: Any, source: int) -> list[dict[str, Any]]:
    frames = [json.loads(frame) for frame in keyframe(mirror, t_ms=START_MS)]
    return [frame["data"] for frame in frames if frame["data"].get("source") == source]


def test_text_changes_forget_what_scripts_did() -> None:
    mirror = mirror_of(element(5, "style", text(6, "a {} b {}")))
    assert mirror.apply(change(8, id=5, adds=[{"rule": "c {}", "index": 1}])).styles
    assert data_of(mirror, 8) == [{"source": 8, "adds": [{"rule": "c {}", "index": 1}], "id": 5}]
    assert mirror.apply(mutation(texts=[{"id": 6, "value": "d {}"}])).styles
    assert data_of(mirror, 8) == []
    mirror.apply(change(13, id=5, index=[0], set={"property": "color", "value": "red"}))
    assert len(data_of(mirror, 13)) == 1
    mirror.apply(mutation(removes=[{"parentId": 4, "id": 5}]))
    assert mirror.rules == {}


def test_adopted_sheets() -> None:
    mirror = mirror_of(element(5, "div"))
    style = {"styleId": 1, "rules": [{"rule": "a {}", "index": 0}]}
    assert mirror.apply(change(15, id=1, styleIds=[1], styles=[style])).styles
    mirror.apply(change(8, styleId=1, adds=[{"rule": "b {}"}]))
    assert data_of(mirror, 15) == [
        {
            "source": 15,
            "id": 1,
            "styleIds": [1],
            "styles": [{"styleId": 1, "rules": [{"rule": "b {}", "index": 0}, {"rule": "a {}", "index": 1}]}],
        }
    ]
    mirror.apply(change(8, styleId=1, replaceSync="x {} y {}"))
    mirror.apply(change(8, styleId=1, removes=[{"index": 0}]))
    told = data_of(mirror, 15)[0]["styles"][0]["rules"]
    assert [rule["rule"] for rule in told] == ["x {}", "y {}"]
    assert data_of(mirror, 8) == [{"source": 8, "removes": [{"index": 0}], "styleId": 1}]
    mirror.apply(change(15, id=1, styleIds=[]))  # not adopted now, but still there to be adopted again
    assert data_of(mirror, 15)[0]["styleIds"] == []
    mirror.apply(change(15, id=5, styleIds=[1]))
    mirror.apply(change(8, styleId=9, adds=[]))
    assert mirror.skipped == {"node_not_found": 1, "sheet_not_found": 1}


def test_a_custom_property_set_again_keeps_its_place() -> None:
    mirror = mirror_of(element(5, "style", text(6, "a{}")))

    def names() -> list[str]:
        return [data["set"]["property"] for data in data_of(mirror, 13)]

    for name, value in (("--a", "1"), ("color", "red"), ("--b", "2"), ("--a", "3"), ("color", "blue")):
        mirror.apply(change(13, id=5, index=[0], set={"property": name, "value": value}))
    assert names() == ["--a", "--b", "color"]  # a shorthand may stand between: what has one comes last


def test_a_sheet_that_comes_or_goes_changes_the_styles() -> None:
    """However it comes: its text as an attribute, as a text child, inside what is added or moved."""
    mirror = mirror_of(element(5, "div"))
    style = element(6, "style", _cssText="a { display: none }")
    assert mirror.apply(mutation(adds=[add(5, style)])).styles
    assert mirror.css_of(mirror.nodes[6]) == "a { display: none }"
    link = element(7, "link", rel="stylesheet", _cssText="b {}")
    assert mirror.apply(mutation(adds=[add(5, link)])).styles
    assert not mirror.apply(mutation(adds=[add(5, element(8, "link", rel="icon"))])).styles
    assert mirror.apply(mutation(adds=[add(4, element(6, "style", _cssText="a { display: none }"))])).styles  # moved
    assert mirror.apply(mutation(removes=[{"parentId": 4, "id": 5}])).styles
    assert not mirror.apply(mutation(adds=[add(4, element(9, "div"))])).styles


def test_edits_of_adopted_rules_are_done_on_their_text() -> None:
    mirror = mirror_of(element(5, "div"))
    rules = [{"rule": "a { color: red; top: 0 }", "index": 0}, {"rule": "@media print { b { top: 0 } }", "index": 1}]
    mirror.apply(change(15, id=1, styleIds=[1], styles=[{"styleId": 1, "rules": rules}]))
    put = {"property": "color", "value": "blue", "priority": "important"}
    mirror.apply(change(13, styleId=1, index=[0], set=put))
    mirror.apply(change(13, styleId=1, index=[0], remove={"property": "top"}))
    mirror.apply(change(13, styleId=1, index=[1, 0], set=put))
    (told,) = data_of(mirror, 15)
    assert [rule["rule"] for rule in told["styles"][0]["rules"]] == ["a { color: blue !important; }", rules[1]["rule"]]
    assert [edit["index"] for edit in data_of(mirror, 13)] == [[1, 0]]
