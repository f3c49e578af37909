"""What could act in a viewer's browser is taken out; what only shows stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playhead.core.playback.sanitise import is_safe_canvas, safe_attributes, safe_event, safe_tag
from tests.core.pages import add, element, event, mutation, text


@pytest.mark.parametrize("tag", ["script", "SCRIPT", "sCrIpT", "svg:script"])
def test_scripts_become_noscript_whatever_their_case(tag: str) -> None:
    assert safe_tag(tag) == "noscript"


@pytest.mark.parametrize(
    ("tag", "given", "kept"),
    [
        ("p", {"onclick": "x()", "class": "a"}, {"_onclick": "x()", "class": "a"}),
        ("svg", {"ONLOAD": "x()"}, {"_ONLOAD": "x()"}),
        ("iframe", {"src": "https://a", "srcdoc": "<b>", "width": "3"}, {"width": "3"}),
        ("IFRAME", {"SRC": "https://a", "SrcDoc": "<b>"}, {}),
        ("object", {"data": "https://a", "type": "x"}, {"type": "x"}),
        ("embed", {"src": "https://a"}, {}),
        ("a", {"href": "javascript:x()"}, {"href": "#"}),
        ("a", {"href": " \t\njAvA\x00ScRiPt:x()"}, {"href": "#"}),
        ("a", {"href": "vbscript:x"}, {"href": "#"}),
        ("a", {"href": "data:text/html,<b>"}, {"href": "#"}),
        ("a", {"xlink:href": "javascript:x()"}, {"xlink:href": "#"}),
        ("a", {"href": "https://a/?q=javascript:x", "ping": "https://b"}, {"href": "https://a/?q=javascript:x"}),
        ("button", {"formaction": "javascript:x()"}, {"formaction": "#"}),
        ("form", {"action": "javascript:x()"}, {"action": "#"}),
        ("meta", {"http-equiv": "refresh", "content": "0;url=https://a"}, {"content": "0;url=https://a"}),
        ("meta", {"http-equiv": "Content-Type", "content": "x"}, {"http-equiv": "Content-Type", "content": "x"}),
        ("link", {"rel": "dns-prefetch", "href": "https://a"}, {"rel": "dns-prefetch"}),
        ("link", {"rel": "PRELOAD stylesheet", "href": "https://a"}, {"rel": "PRELOAD stylesheet"}),
        ("link", {"rel": "stylesheet", "href": "https://a"}, {"rel": "stylesheet", "href": "https://a"}),
        ("img", {"rr_dataURL": "https://evil/x.png"}, {}),
        ("canvas", {"rr_dataURL": "data:image/png;base64,AA"}, {"rr_dataURL": "data:image/png;base64,AA"}),
        ("img", {"src": "data:image/svg+xml,<svg/>"}, {"src": "data:image/svg+xml,<svg/>"}),
        ("animate", {"attributeName": "href", "to": "javascript:x()"}, {"attributeName": "href"}),
        ("set", {"attributeName": "fill", "to": "red"}, {"attributeName": "fill", "to": "red"}),
        ("html", {"manifest": "https://a"}, {}),
        ("input", {"value": "javascript: is text here", "placeholder": "javascript:"}, None),
        ("", {"src": "https://a", "srcdoc": "x"}, {}),
    ],
)
def test_attributes(tag: str, given: dict[str, Any], kept: dict[str, Any] | None) -> None:
    assert safe_attributes(tag, given) == (given if kept is None else kept)


def cleaned(raised: Any, tags: dict[int, str] | None = None, rels: dict[int, str] | None = None) -> Any:
    blob = safe_event(
        raised, tag_of=lambda node: (tags or {}).get(node, ""), rel_of=lambda node: (rels or {}).get(node, "")
    )
    return None if blob is None else json.loads(blob)["data"]


def test_a_frame_cannot_be_given_a_source_later() -> None:
    change = mutation(attributes=[{"id": 5, "attributes": {"src": "javascript:x()", "title": "t"}}])
    assert cleaned(change, {5: "iframe"})["attributes"] == [{"id": 5, "attributes": {"title": "t"}}]


def test_a_link_cannot_be_turned_into_a_hint_later() -> None:
    href = mutation(attributes=[{"id": 5, "attributes": {"href": "https://evil"}}])
    assert cleaned(href, {5: "link"}, {5: "preconnect"})["attributes"] == [{"id": 5, "attributes": {}}]
    rel = mutation(attributes=[{"id": 5, "attributes": {"rel": "preconnect"}}])
    assert cleaned(rel, {5: "link"}, {5: "preconnect"})["attributes"] == [{"id": 5, "attributes": {}}]


def test_scripts_in_added_trees_lose_their_text() -> None:
    tree = element(7, "div", element(8, "svg", {**element(9, "Script", text(10, "x()")), "isSVG": True}))
    (addition,) = cleaned(mutation(adds=[add(4, tree)]))["adds"]
    script = addition["node"]["childNodes"][0]["childNodes"][0]
    assert (script["tagName"], script["childNodes"][0]["textContent"]) == ("noscript", "")


def test_a_script_already_there_cannot_be_given_text() -> None:
    (addition,) = cleaned(mutation(adds=[add(5, text(6, "x()"))]), {5: "script"})["adds"]
    assert addition["node"]["textContent"] == ""


def test_keys_that_come_twice_are_read_once() -> None:
    change = mutation()
    change.data = type(change.data)(
        b'{"source":0,"adds":[],"texts":[],"removes":[],"attributes":[],'
        b'"adds":[{"parentId":4,"nextId":null,"node":{"type":2,"tagName":"SCRIPT","attributes":{},"childNodes":[],"id":9}}]}'
    )
    assert cleaned(change)["adds"][0]["node"]["tagName"] == "noscript"


def test_canvas_commands_may_draw_pictures_and_construct_nothing() -> None:
    picture = {"rr_type": "Blob", "data": [{"rr_type": "ArrayBuffer", "base64": "AA=="}], "type": "image/webp"}
    draw = {"property": "drawImage", "args": [{"rr_type": "ImageBitmap", "args": [picture]}, 0, 0]}
    assert is_safe_canvas({"commands": [{"property": "clearRect", "args": [0, 0, 9, 9]}, draw]})
    for evil in (
        {"property": "drawImage", "args": [{"rr_type": "Function", "args": ["alert(1)"]}]},
        {"property": "drawImage", "args": [{"rr_type": "HTMLImageElement", "src": "https://evil/x"}]},
        {"property": "fillText", "args": ["x"]},
        {"property": "drawImage", "args": [{"rr_type": "ImageBitmap", "args": [{"rr_type": "Worker", "args": []}]}]},
    ):
        assert not is_safe_canvas({"commands": [evil]})
        assert cleaned(event(3, {"source": 9, "id": 5, "type": 0, "commands": [evil]})) is None
        assert cleaned(event(3, {"source": 9, "id": 5, "type": 0, **evil})) is None
