"""Keyframes at many events of every recording: the page they make is the page the mirror has, then and at the end.

`python bench/fidelity.py --every N` takes more moments; with Chromium it asks rrweb's own Replayer.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playhead.core.events import Event
from playhead.core.mirror.dom import Mirror
from tests.core.everywhere import again, check_keyframes, lanes_in, page_of, some_of
from tests.core.pages import START_MS, add, adds, document, element, event, mirror_of, mutation, snapshot, text
from tests.core.random_page import Page

RECORDINGS = Path(__file__).resolve().parents[2] / "fixtures" / "recordings"


@pytest.mark.parametrize(
    "path", sorted(RECORDINGS.glob("*.json.zst"))[::4], ids=lambda path: path.name.partition(".")[0]
)
def test_keyframes_of_a_recording(path: Path) -> None:
    for lane in lanes_in(path.read_bytes()):
        assert not check_keyframes(lane, some_of(lane, 3, path.name))


def moved_card(css: str = "p {}") -> list[Event]:
    """A host with a style in its shadow root is added, then moved: rrweb names what is in it before the host."""
    style = element(7, "style", _cssText=css) | {"isShadow": True}
    host = element(6, "x-card") | {"isShadowHost": True}
    slot = element(9, "slot") | {"isShadow": True}
    came = [add(4, host), add(6, slot), add(6, style, 9), add(7, text(8, ""))]
    went = [add(6, slot), add(6, style, 9), add(4, host), add(7, text(8, ""))]
    page = document(element(2, "html", element(3, "head"), element(4, "body", element(5, "p"))))
    made = [snapshot(page), mutation(adds=came), mutation(adds=went, removes=[{"parentId": 4, "id": 6}])]
    return [event(one.type, json.loads(one.raw)["data"], t_ms=START_MS + at) for at, one in enumerate(made)]


def test_a_style_in_a_shadow_root_is_written_as_it_came() -> None:
    """rrweb's Replayer takes elements of a moved shadow root again only where they come again just as they came."""
    events = moved_card()
    assert not check_keyframes(events, range(3))
    mirror = Mirror()
    for one in events[:2]:
        mirror.apply(one)
    made = again(mirror, START_MS)
    assert made.css_by_mutation == mirror.css_by_mutation == {7: None}
    assert page_of(made) == page_of(mirror)
    assert b'"_cssText":"p {}"' in bytes(made.nodes[7].raw_attributes)


def test_a_style_in_a_recorded_shadow_root_is_written_as_it_came() -> None:
    style = element(7, "style", text(8, ""), text(9, ""), _cssText="a {}/* rr_split */b {}") | {"isShadow": True}
    mirror = mirror_of(element(6, "x-card", style) | {"isShadowHost": True})
    made = again(mirror, START_MS)
    assert page_of(made) == page_of(mirror)
    assert [made.nodes[id].text for id in (8, 9)] == ["a {}", "b {}"]
    assert b"rr_split" in bytes(made.nodes[7].raw_attributes)
    adds(mirror, add(7, text(10, "c {}")))
    assert page_of(again(mirror, START_MS)) == page_of(mirror)


def test_the_check_sees_a_difference() -> None:
    mirror, other = mirror_of(element(5, "p", text(6, "x"))), mirror_of(element(5, "p", text(6, "y")))
    assert page_of(mirror) != page_of(other)


@pytest.mark.parametrize("seed", range(100))
def test_keyframes_of_a_page_that_changes_at_random(seed: int) -> None:
    page = Page(seed)
    for _ in range(60):
        page.step()
    assert not check_keyframes(page.events_in_time(), range(1, len(page.events)))
