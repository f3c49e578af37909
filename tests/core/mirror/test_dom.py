"""The mirror by itself: what each event does, what it reports, what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playhead.core.events import event_of
from playhead.core.mirror.dom import NOTHING, Mirror
from playhead.core.mirror.plant import MAX_ATTRIBUTE_BYTES, MAX_DEPTH
from tests.core.pages import (
    add,
    adds,
    assert_sound,
    change,
    document,
    element,
    event,
    mirror_of,
    mutation,
    outline,
    page,
    removes,
    snapshot,
    text,
)


def test_snapshot_replaces_everything() -> None:
    mirror = mirror_of(element(5, "p", text(6, "old")))
    mirror.apply(event(4, {"href": "http://localhost/x", "width": 10, "height": 20}))
    changes = mirror.apply(snapshot(page(element(9, "P", text(10, "new"), id="a"))))
    assert changes.reset
    assert outline(mirror) == 'body#4(p#9("new"#10))'
    assert (mirror.href, mirror.width, mirror.height) == ("http://localhost/x", 10, 20)
    assert mirror.nodes[9].attributes == {"id": "a"}
    assert 5 not in mirror.nodes
    assert_sound(mirror)


def test_changes_tell_what_a_mutation_did() -> None:
    mirror = mirror_of(element(5, "p", text(6, "old"), title="t"), element(7, "ul", element(8, "li", text(9, "x"))))
    changes = mirror.apply(
        mutation(
            removes=[{"parentId": 7, "id": 8}],
            adds=[add(7, element(20, "li")), add(20, text(21, "new"))],
            texts=[{"id": 6, "value": "changed"}],
            attributes=[{"id": 5, "attributes": {"title": None, "class": "a"}}],
        )
    )
    assert list(changes.added) == [20]
    assert [node.id for node in changes.removed] == [8]
    assert changes.removed_nodes is not None and changes.removed_nodes[9].text == "x"
    assert list(changes.texts) == [(6, "old", "changed")]
    assert list(changes.attributes) == [(5, "title", "t", None), (5, "class", None, "a")]
    assert outline(mirror) == 'body#4(p#5("changed"#6) ul#7(li#20("new"#21)))'
    assert not changes.is_empty and NOTHING.is_empty
    assert_sound(mirror)


def test_additions_find_their_place() -> None:
    mirror = mirror_of(element(5, "i"), element(6, "i"))
    adds(mirror, add(4, element(7, "a"), 5), add(4, element(8, "b"), 6), add(4, element(9, "c")))
    assert mirror.nodes[4].children == [7, 5, 8, 6, 9]
    adds(mirror, add(4, element(10, "d"), None, previousId=7))
    assert mirror.nodes[4].children == [7, 10, 5, 8, 6, 9]


def test_additions_wait_for_the_sibling_and_parent_they_name() -> None:
    mirror = mirror_of()
    adds(
        mirror,
        add(8, text(9, "inner")),  # its parent comes later
        add(4, element(5, "a"), 6),  # its sibling comes later
        add(4, element(6, "b"), 7),
        add(4, element(7, "c")),
        add(7, element(8, "d")),
    )
    assert outline(mirror) == 'body#4(a#5 b#6 c#7(d#8("inner"#9)))'
    assert mirror.skipped == {}
    adds(mirror, add(4, element(20, "x"), 99))
    assert 20 not in mirror.nodes
    assert mirror.skipped == {"addition_unresolved": 1}
    adds(mirror, add(30, text(31, "x")), add(4, element(30, "e"), 32), add(4, element(32, "f")))
    assert 30 in mirror.nodes
    assert 31 not in mirror.nodes  # rrweb drops what it tries again before its parent has come


def test_negative_siblings_wait_across_mutations() -> None:
    """rrweb 0.x wrote -1 for a sibling that has no id yet."""
    mirror = mirror_of()
    adds(mirror, add(4, element(5, "a"), -1))
    assert not mirror.is_connected(5)
    adds(mirror, add(5, text(6, "inside")))
    changes = adds(mirror, add(4, element(7, "b"), None, previousId=5))
    assert outline(mirror) == 'body#4(a#5("inside"#6) b#7)'
    assert set(changes.added) == {5, 7}
    assert mirror.waiting == {}
    assert mirror.nodes[6].parent == 5 and mirror.is_connected(6)


def test_a_node_that_is_added_again_moves() -> None:
    mirror = mirror_of(element(5, "a", text(6, "t")), element(7, "b"))
    adds(mirror, add(7, element(5, "a")))
    assert outline(mirror) == 'body#4(b#7(a#5("t"#6)))'
    adds(mirror, add(5, element(7, "b")))  # below itself: refused
    assert outline(mirror) == 'body#4(b#7(a#5("t"#6)))'
    assert mirror.skipped == {"addition_refused": 1}
    adds(mirror, add(4, element(5, "other")))
    assert outline(mirror) == "body#4(b#7 other#5)"
    assert_sound(mirror)


def test_unknown_ids_are_counted() -> None:
    mirror = mirror_of(element(5, "a"))
    removes(mirror, 4, 99)
    mirror.apply(mutation(removes=[{"parentId": 99, "id": 5}]))
    mirror.apply(mutation(texts=[{"id": 98, "value": "x"}], attributes=[{"id": 97, "attributes": {}}]))
    mirror.apply(change(3, id=96, x=0, y=1))
    mirror.apply(change(5, id=95, text="x", isChecked=False))
    assert mirror.skipped == {"node_not_found": 5, "parent_not_found": 1}
    assert outline(mirror) == "body#4(a#5)"


def test_large_parents_stay_fast() -> None:
    """20,000 rows put in at the front and every other taken out: each step costs the same, however many there are."""
    mirror = mirror_of()
    for node_id in range(10, 20_010):
        adds(mirror, add(4, element(node_id, "li"), node_id - 1 if node_id > 10 else None))
    assert mirror.nodes[4].children == list(range(20_009, 9, -1))
    for node_id in range(10, 20_010, 2):
        removes(mirror, 4, node_id)
    assert mirror.nodes[4].children == list(range(20_009, 9, -2))
    assert mirror.nodes[4].next_sibling_of(20_009) == 20_007
    assert mirror.nodes[4].links is not None
    assert_sound(mirror)


def test_shadow_roots_and_light_children_keep_apart() -> None:
    mirror = mirror_of(element(5, "x-card", text(6, "light")))
    shadow = {**element(7, "p"), "isShadow": True}
    adds(mirror, add(5, shadow), add(5, {**element(8, "b"), "isShadow": True}, 7), add(5, element(9, "i"), 7))
    host = mirror.nodes[5]
    assert host.is_shadow_host
    assert [child for child in host.children if mirror.nodes[child].is_shadow] == [8, 7]
    assert [child for child in host.children if not mirror.nodes[child].is_shadow] == [6, 9]


def test_iframes_get_their_document() -> None:
    mirror = mirror_of(element(5, "iframe"))
    inside = document(element(11, "html", element(12, "body", text(13, "inside"))), node_id=10)
    changes = adds(mirror, add(5, inside))
    assert list(changes.added) == [10]
    assert mirror.nodes[10].parent == 5 and mirror.is_connected(13)
    assert [node.id for node in mirror.ancestors(13)] == [12, 11, 10, 5, 4, 2, 1]
    assert mirror.document_of(mirror.nodes[13]) == 10
    changes = adds(mirror, add(5, document(element(21, "html"), node_id=20)))
    assert [node.id for node in changes.removed] == [10]
    assert outline(mirror, 5) == "iframe#5(document#20(html#21))"
    assert_sound(mirror)


def test_documents_wait_for_their_iframes() -> None:
    mirror = mirror_of()
    inner = document(element(31, "html"), node_id=30)
    outer = document(element(21, "html", element(22, "iframe")), node_id=20)
    adds(mirror, add(22, inner))
    adds(mirror, add(5, outer))
    assert len(mirror.documents_waiting) == 2
    adds(mirror, add(4, element(5, "iframe")))
    assert outline(mirror, 5) == "iframe#5(document#20(html#21(iframe#22(document#30(html#31)))))"
    assert not mirror.documents_waiting


def test_styles_take_their_text_from_css_text() -> None:
    style = element(5, "style", text(6, "stale"), text(7, "stale"), _cssText="a {}/* rr_split */b {}")
    mirror = mirror_of(style, element(8, "style", _cssText="c {}"), element(9, "textarea", text(10, "x"), value="y"))
    assert (mirror.nodes[6].text, mirror.nodes[7].text) == ("a {}", "b {}")
    assert "_cssText" not in mirror.nodes[5].attributes
    assert mirror.css_of(mirror.nodes[8]) == "c {}"
    assert mirror.nodes[9].children == [] and mirror.value_of(9) == "y"
    changes = adds(mirror, add(8, text(11, "")))
    assert mirror.nodes[11].text == "c {}" and changes.styles
    adds(mirror, add(9, text(12, "new default")))
    assert mirror.value_of(9) == "new default"


def test_a_link_gets_its_css_later() -> None:
    mirror = mirror_of(element(5, "link", rel="stylesheet", href="x.css"))
    changes = mirror.apply(
        mutation(attributes=[{"id": 5, "attributes": {"_cssText": "a {}", "href": None, "rel": None}}])
    )
    assert changes.styles and mirror.nodes[5].attributes == {"_cssText": "a {}"}


def test_inline_style_is_edited_by_property() -> None:
    mirror = mirror_of(element(5, "p", style="color: red; margin: 1px"))
    edits = {"color": "blue", "margin": False, "top": ["1px", "important"]}
    changes = mirror.apply(mutation(attributes=[{"id": 5, "attributes": {"style": edits}}]))
    assert mirror.nodes[5].attributes["style"] == "color: blue; top: 1px !important;"
    assert changes.attributes[0][1:3] == ("style", "color: red; margin: 1px")


def test_live_values() -> None:
    mirror = mirror_of(
        element(5, "input", value="given"),
        element(6, "input", type="checkbox", checked=True),
        element(7, "textarea", text(8, "default")),
    )
    assert [mirror.value_of(node_id) for node_id in (5, 6, 7)] == ["given", "on", "default"]
    changes = mirror.apply(change(5, id=5, text="typed", isChecked=False))
    assert list(changes.values) == [(5, "given", "typed")] and list(changes.checks) == []
    changes = mirror.apply(change(5, id=6, text="on", isChecked=False))
    assert list(changes.checks) == [(6, True, False)] and list(changes.values) == []
    mirror.apply(mutation(attributes=[{"id": 5, "attributes": {"value": "attribute"}}]))
    assert mirror.value_of(5) == "typed"
    assert not mirror.is_checked(6)


def test_select_boxes_select_anew() -> None:
    box = element(5, "select", element(6, "option", value="a"), element(7, "option", value="b"))
    mirror = mirror_of(box)
    mirror.apply(change(5, id=5, text="b", isChecked=False))
    adds(mirror, add(5, element(8, "option", value="early", selected=True), 6))
    assert mirror.value_of(5) == "b"
    adds(mirror, add(5, element(9, "option", value="late", selected=True)))
    assert mirror.value_of(5) == "late"
    removes(mirror, 5, 9, 7)
    assert mirror.value_of(5) == "early"


def test_scroll_media_canvas_and_selection_are_reported() -> None:
    mirror = mirror_of(element(5, "video", rr_mediaState="played", rr_mediaCurrentTime=3), element(6, "canvas"))
    assert mirror.apply(change(3, id=4, x=1, y=2.5)).scrolled == 4
    assert (mirror.nodes[4].scroll_x, mirror.nodes[4].scroll_y) == (1, 2.5)
    assert mirror.apply(change(7, id=5, type=1, currentTime=4)).media == (5, 1)
    assert mirror.apply(change(9, id=6, type=0, property="fill", args=[])).canvas == 6
    assert mirror.apply(change(14, ranges=[])).selection
    assert mirror.apply(change(8, id=99, adds=[])).is_empty


def test_text_of_leaves_out_scripts_and_stops_at_its_limit() -> None:
    mirror = mirror_of(element(5, "p", text(6, "shown "), element(7, "script", text(8, "hidden"))), text(9, "end"))
    assert mirror.text_of(1) == "shown end"
    assert mirror.text_of(1, limit=7) == "shown e"
    assert mirror.text_of(99) == ""


def test_incremental_events_before_a_snapshot_do_nothing() -> None:
    mirror = Mirror()
    assert mirror.apply(mutation(adds=[add(1, element(2, "p"))])).is_empty
    assert mirror.skipped == {"before_first_snapshot": 1}
    assert list(mirror.ancestors(1)) == [] and not mirror.is_connected(1)


def test_attributes_over_the_limit_are_cut() -> None:
    mirror = mirror_of(element(5, "img", src="x" * (MAX_ATTRIBUTE_BYTES + 10)), element(6, "p"))
    mirror.apply(mutation(attributes=[{"id": 6, "attributes": {"title": "y" * (MAX_ATTRIBUTE_BYTES + 1)}}]))
    adds(mirror, add(4, element(7, "p", title="z" * (MAX_ATTRIBUTE_BYTES + 1))))
    assert {len(str(value)) for node in (5, 6, 7) for value in mirror.nodes[node].attributes.values()} == {1 << 20}
    assert mirror.skipped == {"attribute_cut": 3}


@pytest.mark.parametrize("depth", [100, 3_000, MAX_DEPTH + 500])
def test_depth_costs_no_stack(depth: int) -> None:
    opened = b"".join(
        b'{"type":2,"tagName":"div","attributes":{},"id":%d,"childNodes":[' % (n + 2) for n in range(depth)
    )
    node = b'{"type":0,"id":1,"childNodes":[' + opened + b"]}" * depth + b"]}"
    deep = event_of(b'{"type":2,"timestamp":1,"data":{"node":%b}}' % node)
    assert deep is not None
    mirror = Mirror()
    mirror.apply(deep)
    assert len(mirror.nodes) == min(depth, MAX_DEPTH) + 1
    assert mirror.skipped == ({"page_too_deep": 1} if depth > MAX_DEPTH else {})
    last = max(mirror.nodes)
    assert mirror.is_connected(last) and mirror.text_of(1) == ""
    adds(mirror, add(last, element(50_000, "p")), add(50_000, element(50_001, "p")))
    assert (50_000 in mirror.nodes) == (depth < MAX_DEPTH)


def test_too_many_nodes_are_left_out(monkeypatch) -> None:
    monkeypatch.setattr("playhead.core.mirror.plant.MAX_NODES", 50)
    monkeypatch.setattr("playhead.core.mirror.mutations.MAX_NODES", 50)
    mirror = mirror_of(*[element(n, "p", element(n + 1, "b")) for n in range(10, 90, 2)])
    assert len(mirror.nodes) <= 50
    assert mirror.skipped == {"page_too_large": 1}
    adds(mirror, *[add(4, element(n, "p")) for n in range(200, 300)])
    assert len(mirror.nodes) <= 50
    assert mirror.skipped["addition_refused"] > 0


@pytest.mark.parametrize(
    "node",
    [
        {"type": 0, "id": 1, "childNodes": [{"type": 2, "tagName": "p", "id": 1, "childNodes": []}]},
        {"type": 0, "id": 1, "childNodes": [{"type": 9, "id": 2}, {"type": 2, "tagName": "p", "id": -3}]},
        {"type": 0, "id": 1, "childNodes": [{"type": 3, "id": 2, "childNodes": [{"type": 3, "id": 3}]}]},
        {"type": 0, "id": 1, "childNodes": [None, 3, {"type": 2, "tagName": 5, "id": "x"}, {"id": 4}]},
        {"type": 0, "id": 1, "childNodes": [{"type": 2, "tagName": "p", "attributes": [1], "id": 2}]},
        {"type": 0, "id": 1, "childNodes": {}},
    ],
)
def test_malformed_snapshots_are_read_as_far_as_they_go(node: object) -> None:
    mirror = Mirror()
    mirror.apply(snapshot(node))
    assert mirror.document == 1
    for found in mirror.nodes.values():
        assert isinstance(found.attributes, dict)
    assert_sound(mirror)


@pytest.mark.parametrize("data", [None, 3, "x", [], {}, {"node": None}, {"node": {"type": 2, "id": 1}}])
def test_snapshots_that_are_none_change_nothing(data: object) -> None:
    mirror = mirror_of(element(5, "p"))
    assert mirror.apply(event(2, data)).is_empty
    assert outline(mirror) == "body#4(p#5)"
    assert mirror.skipped == {"snapshot_unreadable": 1}


def test_malformed_entries_of_a_mutation_are_left_out() -> None:
    mirror = mirror_of(element(5, "p", text(6, "x")))
    mirror.apply(
        mutation(
            texts=[{"id": "6", "value": "no"}, {"id": 6, "value": "yes"}, None],
            attributes=[{"id": 5, "attributes": {"a": 1, "b": True, "c": [2], "d": "ok"}}, {"id": 5}],
            removes=[7, {"id": {}}],
            adds=[
                {"parentId": 4},
                add(4, {"type": 2, "id": 8}),
                {"parentId": 4, "node": element(9, "b"), "nextId": "x"},
            ],
        )
    )
    assert outline(mirror) == 'body#4(p#5("yes"#6) #8 b#9)'
    assert mirror.nodes[5].attributes == {"d": "ok"}
    assert_sound(mirror)


def test_cut_surrogates_are_read() -> None:
    mirror = mirror_of(element(5, "p"))
    raw = json.dumps({"type": 3, "timestamp": 1, "data": {"source": 0, "adds": [add(5, text(6, "cut \ud83d"))]}})
    cut = event_of(raw.encode())
    assert cut is not None and cut.raw == raw.encode()
    mirror.apply(cut)
    assert mirror.nodes[6].text == "cut \ufffd"


def test_waiting_chains_end(monkeypatch) -> None:
    """Additions in the worst order: rrweb gives up after 500 ms, the mirror after a number of tries."""
    monkeypatch.setattr("playhead.core.mirror.mutations.MAX_RETRIES", 0)
    mirror = mirror_of()
    adds(mirror, *[add(4, element(n, "p"), n + 1) for n in range(10, 110)], add(4, element(110, "p")))
    assert_sound(mirror)
    placed = len(mirror.nodes[4].children)
    assert 1 < placed < 101
    assert mirror.skipped == {"addition_unresolved": 101 - placed}


def test_a_checked_radio_button_unchecks_its_group() -> None:
    """As a browser does, in one form and one document; the recorder tells of the others a moment later, or never."""

    def radio(id: int, name: str = "size", **more: Any) -> dict[str, Any]:
        return element(id, "input", type="radio", name=name, **more)

    form = element(9, "form", radio(10, checked=True), radio(11), radio(12, name="colour", checked=True))
    host = {**element(20, "x-card", {**radio(21, checked=True), "isShadow": True}), "isShadowHost": True}
    mirror = mirror_of(
        form, radio(15, checked=True), host, element(16, "input", type="checkbox", name="size", checked=True)
    )
    adds(mirror, add(9, radio(13)), add(9, element(14, "input", type="radio")))
    changes = mirror.apply(change(5, id=13, text="on", isChecked=True))
    assert changes.checks == [(13, False, True), (10, True, False)]
    assert [id for id in (10, 11, 12, 13, 15, 16, 21) if mirror.is_checked(id)] == [12, 13, 15, 16, 21]
    mirror.apply(mutation(attributes=[{"id": 12, "attributes": {"name": "size"}}]))
    mirror.apply(change(5, id=11, text="on", isChecked=True))
    assert [id for id in (10, 11, 12, 13) if mirror.is_checked(id)] == [11]
    mirror.apply(mutation(removes=[{"parentId": 9, "id": 11}]))
    assert mirror.apply(change(5, id=10, text="on", isChecked=True)).checks == [(10, False, True)]


def test_an_event_of_millions_of_objects_is_refused(monkeypatch) -> None:
    """Each object may become a node: 64 MB of empty ones would need gigabytes."""
    monkeypatch.setattr("playhead.core.mirror.dom.LARGE_BYTES", 1_000)
    monkeypatch.setattr("playhead.core.mirror.tolerant.MAX_OBJECTS", 500)
    mirror = mirror_of(element(5, "p"))
    assert mirror.apply(mutation(adds=[{} for _ in range(600)])) is NOTHING
    assert mirror.skipped == {"event_too_large": 1}
    assert mirror.apply(mutation(adds=[add(5, text(6, "x" * 2_000))])).added == [6]


def test_taking_a_property_from_an_element_without_a_style_leaves_it_without_one() -> None:
    mirror = mirror_of(element(5, "div"))
    changes = mirror.apply(mutation(attributes=[{"id": 5, "attributes": {"style": {"transform": False}}}]))
    assert mirror.nodes[5].attributes == {}
    assert not changes.attributes
    mirror.apply(mutation(attributes=[{"id": 5, "attributes": {"style": {"color": "red"}}}]))
    mirror.apply(mutation(attributes=[{"id": 5, "attributes": {"style": {"color": False}}}]))
    assert mirror.nodes[5].attributes == {"style": ""}  # as in a browser
