"""Editable: where somebody may type, known from the snapshot and every change since."""

import json

import pytest

from playhead.core.editable import MAX_NODES, Editable
from playhead.core.events import event_of
from playhead.core.scrub import scrub_events


def element(at: int, tag: str = "div", *children: dict, **attributes: object) -> dict:
    return {"type": 2, "id": at, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def text(at: int, content: str = "text") -> dict:
    return {"type": 3, "id": at, "textContent": content}


def snapshot(*children: dict) -> tuple[int, dict]:
    return 2, {"node": {"type": 0, "id": 1, "childNodes": [element(2, "body", *children)]}, "initialOffset": {}}


def change(**changes: list) -> tuple[int, dict]:
    return 3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **changes}


def add(parent: int, node: dict) -> tuple[int, dict]:
    return change(adds=[{"parentId": parent, "nextId": None, "node": node}])


def said(at: int, value: object) -> tuple[int, dict]:
    return change(attributes=[{"id": at, "attributes": {"contenteditable": value}}])


@pytest.fixture
def page() -> Editable:
    made = Editable(unknown=True)
    made.learn(*snapshot(
        element(3, "div", text(4), element(5, "b", text(6)), element(7, "span", text(8), contenteditable="false"),
                contenteditable=""),
        element(9, "p", text(10)), element(11, "textarea", text(12)),
    ))  # fmt: skip
    return made


def test_the_nearest_that_says_so_counts(page):
    assert [at for at in range(1, 13) if page.holds(at)] == [3, 4, 5, 6, 11, 12]


def test_what_is_added_lies_where_it_was_put(page):
    page.learn(*add(5, element(20, "i", text(21))))
    page.learn(*add(9, element(22, "i", text(23), contenteditable="true")))
    page.learn(*add(9, text(24)))
    assert [at for at in range(20, 25) if page.holds(at)] == [20, 21, 22, 23]


def test_a_region_may_become_editable_and_stop_being_so(page):
    page.learn(*said(9, "plaintext-only"))
    assert page.holds(10)
    page.learn(*said(9, None))
    assert not page.holds(10)
    page.learn(*said(3, "false"))
    assert not page.holds(6)


def test_what_moves_is_where_it_is_now(page):
    page.learn(*change(removes=[{"parentId": 9, "id": 10}], adds=[{"parentId": 3, "nextId": None, "node": text(10)}]))
    assert page.holds(10)


def test_of_a_node_nobody_told_of_the_answer_is_said_before(page):
    assert page.holds(99) and page.holds("x") and page.holds(-1)
    assert not Editable(unknown=False).holds(99)
    page.learn(*add(77, element(30, "p", text(31))))
    assert page.holds(31)
    page.learn(*snapshot(element(30, "p", text(31))))
    assert not page.holds(31)


def test_hostile_trees_end(page):
    page.learn(*add(21, element(20, "p")))
    page.learn(*add(20, element(21, "p")))
    assert page.holds(20)
    for broken in ({"node": 7}, {"node": {"id": [], "childNodes": {}, "attributes": 3}}, {"node": [1]}):
        page.learn(2, broken)
        page.learn(3, {"source": 0, "adds": [broken, 4], "removes": 1, "attributes": [{"id": 2}], "texts": None})
    page.learn(*add(2, element(40, "p", *(text(at) for at in range(50, 60 + MAX_NODES)))))
    assert page.size == 0 and page.holds(40)


def test_what_is_typed_there_is_masked_on_strict_sites_only():
    told = [
        snapshot(element(3, "div", contenteditable="true"), element(5, "p", text(6))),
        add(3, text(4, "d")),
        change(texts=[{"id": 4, "value": "dear diary"}, {"id": 6, "value": "in stock"}]),
        add(3, element(7, "div", text(8, "more of it"))),
    ]
    made = [
        event_of(json.dumps({"type": kind, "data": data, "timestamp": 1_760_000_000_000 + n}).encode())
        for n, (kind, data) in enumerate(told)
    ]
    strict = b"".join(event.raw for event in scrub_events([one for one in made if one], strict=True))
    assert b"diary" not in strict and b"more of it" not in strict and b"in stock" in strict
    standard = b"".join(event.raw for event in scrub_events([one for one in made if one]))
    assert b"dear diary" in standard and b"more of it" in standard
