# ruff: noqa: E501
"""A still, which the browser's own parser reads, is the page that the Replayer builds: nodes, values, boxes, scrolling."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from playhead.core.playback.still import still_of
from tests.browser.mirror_compare import open_harness
from tests.browser.stage_compare import bundle, slices_in
from tests.browser.still_compare import compare_still

RECORDINGS = Path(__file__).parents[1] / "fixtures" / "recordings"
CHOSEN = (
    "ag_grid-edit",
    "datasette_app-browse",
    "oscar_shop-buy",
    "fab_app-left",
    "alpine_board-dead",
    "flask_admin_app-work",
)


@pytest.fixture(scope="module")
def script(tmp_path_factory: Any) -> Path:
    return bundle(tmp_path_factory.mktemp("still"))


@pytest.mark.parametrize("name", CHOSEN)
def test_a_still_is_what_the_replayer_builds(name: str, page: Any, script: Path) -> None:
    open_harness(page, script)
    slices = slices_in((RECORDINGS / f"{name}.json.zst").read_bytes())
    chooser, nodes = random.Random(name), 0
    for one in chooser.sample(slices, min(2, len(slices))):
        found = compare_still(page, one, chooser.uniform(one["fromMs"] + 2, max(one["toMs"], one["fromMs"] + 3)))
        assert not found.why
        assert not found.differences
        nodes += found.nodes
    assert nodes > 50


def keyframe(*body: dict[str, Any], head: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    html = element(2, "html", element(3, "head", *head), element(4, "body", *body))
    meta = {"type": 4, "timestamp": 1000, "data": {"href": "https://a.example/", "width": 800, "height": 600}}
    offset = {"left": 0, "top": 0}
    node = {
        "type": 0,
        "id": 1,
        "childNodes": [{"type": 1, "id": 5, "name": "html", "publicId": "", "systemId": ""}, html],
    }
    full = {"type": 2, "timestamp": 1001, "data": {"node": node, "initialOffset": offset}}
    return {"fromMs": 1001, "toMs": 1002, "fresh": True, "keyframe": [meta, full], "events": []}


def element(node_id: int, tag: str, *children: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": 2, "id": node_id, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def text(node_id: int, words: str) -> dict[str, Any]:
    return {"type": 3, "id": node_id, "textContent": words}


TRICKY = {
    "references and tags in text": [element(10, "p", text(11, "a &amp; b < c > d \r\n e </p><b>f"), title='"quoted" & <tag>')],
    "a line that begins preformatted text": [element(10, "pre", text(11, "\n\none\ntwo"))],
    "a field of several lines": [element(10, "textarea", text(11, "\none </textarea> two"))],
    "values that never were in the markup": [element(10, "input", type="text", value="<i>\"x\"</i>"), element(11, "input", type="checkbox", checked=True)],
    "a box of choices": [element(10, "select", element(11, "option", text(12, "one")), element(13, "option", text(14, "two"), selected=True))],
    "a table": [element(10, "table", element(11, "tbody", element(12, "tr", element(13, "td", text(14, "cell")))))],
    "a script that was": [element(10, "noscript", text(11, "SCRIPT_PLACEHOLDER")), element(12, "p", text(13, "after"))],
    "a paragraph in a button in a paragraph": [element(10, "p", element(11, "button", element(12, "div", text(13, "x"))))],
    "lists in lists": [element(10, "ul", element(11, "li", element(12, "ul", element(13, "li", text(14, "x")))))],
    "a size for what was not recorded": [element(10, "div", rr_width="120px", rr_height="40px")],
    "names no attribute can have": [element(10, "div", text(11, "x"), **{"a<b": "1", "x y": "2", "ok": "3"})],
    "a shadow tree": [
        {**element(10, "div", {**element(11, "b", text(12, "in")), "isShadow": True}, element(13, "i", text(14, "out"))), "isShadowHost": True}
    ],
    "SVG": [{**element(10, "svg", {**element(11, "linearGradient", id="g"), "isSVG": True}, viewBox="0 0 9 9"), "isSVG": True}],
}  # fmt: skip


@pytest.mark.parametrize("what", TRICKY)
def test_what_parsers_stumble_over(what: str, page: Any, script: Path) -> None:
    open_harness(page, script)
    sheet = element(6, "style", _cssText="b::after { content: '</style><i>'; } div { color: red }")
    found = compare_still(page, keyframe(*TRICKY[what], head=(sheet,)), 1003)
    assert not found.why
    assert not found.differences


LEFT = {
    "a block in a paragraph": [element(10, "p", element(11, "div"))],
    "a link in a link": [element(10, "a", element(11, "span", element(12, "a")))],
    "a button in a button": [element(10, "button", element(11, "button"))],
    "a form in a form": [element(10, "form", element(11, "div", element(12, "form")))],
    "a row without its table": [element(10, "div", element(11, "tr"))],
    "a row right in a table": [element(10, "table", element(11, "tr"))],
    "words in a table": [element(10, "table", text(11, "loose"))],
    "an item in an item": [element(10, "li", element(11, "p", element(12, "li")))],
    "a heading in a heading": [element(10, "h1", element(11, "h2"))],
    "something in a line break": [element(10, "br", text(11, "x"))],
    "a block in SVG": [{**element(10, "svg", element(11, "div")), "isSVG": True}],
    "MathML": [element(10, "math", element(11, "mi"))],
    "an element of a script": [{**element(10, "x-card"), "isCustom": True}],
    "a film": [element(10, "video")],
    "a drawing": [element(10, "canvas")],
    "two heads": [element(10, "head")],
}


@pytest.mark.parametrize("what", LEFT)
def test_what_a_parser_would_build_otherwise_is_left_to_the_replayer(what: str) -> None:
    one = keyframe(*LEFT[what])
    still = still_of(json.dumps({"keyframe": one["keyframe"], "events": []}).encode(), at_ms=1003)
    assert not still.html
    assert still.why
