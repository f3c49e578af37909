"""Keyframes and windows without a browser: ids, order, lanes, times."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from playhead.core.events import Event, decode_events
from playhead.core.mirror.dom import Mirror
from playhead.core.playback.keyframes import keyframe, keyframe_at, window
from tests.core.pages import (
    START_MS,
    add,
    adds,
    change,
    document,
    element,
    event,
    mirror_of,
    mutation,
    outline,
    page,
    snapshot,
    text,
)


def read(frames: list[bytes]) -> list[Any]:
    return [json.loads(frame) for frame in frames]


def replayed(frames: list[bytes]) -> Mirror:
    mirror = Mirror()
    for made in decode_events(b"[" + b",".join(frames) + b"]"):
        mirror.apply(made)
    return mirror


def state(mirror: Mirror) -> dict[int, Any]:
    names = (
        "kind",
        "tag",
        "text",
        "children",
        "attributes",
        "parent",
        "depth",
        "is_shadow",
        "is_shadow_host",
        "is_svg",
    )
    return {
        node.id: [getattr(node, name) for name in names] + [mirror.value_of(node.id), mirror.is_checked(node.id)]
        for node in mirror.nodes.values()
    }


def rich() -> Mirror:
    mirror = mirror_of(
        {"type": 1, "name": "html", "publicId": "p", "systemId": "s", "id": 50},
        element(5, "input", type="checkbox"),
        element(6, "iframe"),
        element(7, "svg", {**element(8, "path", d="M0"), "isSVG": True}),
        {**element(9, "x-card", {**text(10, "shadow"), "isShadow": True}, text(11, "light")), "isShadowHost": True},
        {"type": 5, "textContent": "comment --> \u2028", "id": 12},
        {"type": 4, "textContent": "cdata", "id": 13},
        element(14, "div", style="left: 1px", **{"data-n": 5, "hidden": True, "gone": None}),
        element(15, "audio", rr_mediaState="played", rr_mediaCurrentTime=1.5),
    )
    inner = document(element(31, "html", element(32, "iframe"), element(33, "textarea", text(34, "x"))), node_id=30)
    adds(mirror, add(6, inner))
    adds(mirror, add(32, document(element(41, "html"), node_id=40)))
    mirror.apply(change(5, id=5, text="on", isChecked=True))
    mirror.apply(change(5, id=33, text="typed", isChecked=False))
    mirror.apply(change(3, id=14, x=0, y=77))
    mirror.apply(change(3, id=30, x=3, y=4))
    mirror.apply(change(3, id=1, x=0, y=500))
    mirror.apply(mutation(attributes=[{"id": 14, "attributes": {"style": {"top": "2px"}}}]))
    mirror.apply(event(4, {"href": "http://localhost/a", "width": 640.5, "height": 480}))
    mirror.apply(
        change(1, positions=[{"x": 1, "y": 2, "id": 5, "timeOffset": 0}, {"x": 8, "y": 9, "id": 14, "timeOffset": 0}])
    )
    mirror.apply(change(14, ranges=[{"start": 11, "startOffset": 1, "end": 11, "endOffset": 3}]))
    return mirror


def test_a_keyframe_holds_the_whole_state() -> None:
    mirror = rich()
    again = replayed(keyframe(mirror, t_ms=START_MS + 0.5, page="p1"))
    assert state(again).keys() == state(mirror).keys()
    for node_id, expected in state(mirror).items():
        got = state(again)[node_id]
        if node_id == 14:  # its scroll position travels as attributes of the snapshot
            assert got[4].pop("rr_scrollTop") == 77 and got[4].pop("rr_scrollLeft") == 0
        assert got == expected, node_id
    assert again.nodes[1].scroll_y == 500 and again.nodes[30].scroll_y == 4
    assert (again.href, again.width, again.height) == ("http://localhost/a", 640.5, 480)
    assert again.document == mirror.document
    assert keyframe(again, t_ms=START_MS)[0] == keyframe(mirror, t_ms=START_MS)[0]


def test_the_order_of_a_keyframe() -> None:
    frames = read(keyframe(rich(), t_ms=START_MS, page="p1"))
    assert [frame["type"] for frame in frames[:2]] == [4, 2]
    assert {frame["timestamp"] for frame in frames} == {START_MS}
    assert {frame["page"] for frame in frames} == {"p1"}
    sources = [frame["data"]["source"] for frame in frames[2:]]
    assert sources == [5, 7, 0, 0, 5, 3, 0, 14, 1]
    attached = [frame["data"]["adds"][0]["parentId"] for frame in frames[2:] if frame["data"].get("isAttachIframe")]
    assert attached == [6, 32]
    assert frames[-1]["data"]["positions"] == [{"x": 8, "y": 9, "id": 14, "timeOffset": 0}]


def test_a_plain_page_needs_two_events() -> None:
    frames = read(keyframe(mirror_of(element(5, "p", text(6, "x"))), t_ms=1.0))
    assert [frame["type"] for frame in frames] == [4, 2]
    assert keyframe(Mirror(), t_ms=0) == []


def test_media_plays_on() -> None:
    mirror = mirror_of(element(5, "video", rr_mediaState="played", rr_mediaCurrentTime=2, rr_mediaVolume=0.5))
    mirror.apply(event(3, {"source": 7, "id": 5, "type": 4, "playbackRate": 2}, t_ms=START_MS + 1000))
    (state_of,) = [f["data"] for f in read(keyframe(mirror, t_ms=START_MS + 3000)) if f["data"].get("source") == 7]
    assert state_of == {
        "source": 7,
        "id": 5,
        "type": 0,
        "currentTime": 6,
        "volume": 0.5,
        "muted": False,
        "loop": False,
        "playbackRate": 2,
    }


def recording(lane: str = "", start: float = START_MS, first_id: int = 5) -> list[Event]:
    def at(made: Event, t_ms: float) -> Event:
        return event(made.type, json.loads(made.raw)["data"], t_ms=t_ms, **({"page": lane} if lane else {}))

    made = [at(event(4, {"href": f"http://localhost/{lane}", "width": 10, "height": 10}), start)]
    made.append(at(snapshot(page()), start + 1))
    made += [at(mutation(adds=[add(4, element(first_id + n, "p"))]), start + 100 * (n + 1)) for n in range(9)]
    return made


def test_keyframe_at_a_moment() -> None:
    events = recording()
    for offset, children in ((1, []), (100, [5]), (450, [5, 6, 7, 8]), (99999, list(range(5, 14)))):
        frames = keyframe_at(events[::-1], at_ms=START_MS + offset)
        assert replayed(frames).nodes[4].children == children
    early = read(keyframe_at(events, at_ms=START_MS))
    assert early[0]["timestamp"] == START_MS and early[1]["type"] == 2  # before the first snapshot: that snapshot
    assert keyframe_at(events[:1], at_ms=START_MS) == []


def test_a_window_is_a_keyframe_and_what_follows() -> None:
    events = recording()
    stream = window(events, from_ms=START_MS + 250, to_ms=START_MS + 600)
    frames = read(stream)
    assert [frame["type"] for frame in frames] == [4, 2, 3, 3, 3, 3]
    assert frames[0]["timestamp"] == START_MS + 250 and frames[-1]["timestamp"] == START_MS + 600
    assert outline(replayed(stream)) == "body#4(p#5 p#6 p#7 p#8 p#9 p#10)"
    assert stream[2:] == [e.raw for e in events if START_MS + 250 < e.timestamp <= START_MS + 600]
    assert window(events, from_ms=0, to_ms=START_MS + 99) == [e.raw for e in events[:2]]
    assert [json.loads(f)["type"] for f in window(events, from_ms=START_MS, to_ms=START_MS + 10)] == [4, 2]
    assert window([], from_ms=0, to_ms=9) == []


def test_a_window_writes_milliseconds() -> None:
    events = recording()
    events[3] = event(3, {"source": 3, "id": 1, "x": 0, "y": 1}, t_ms=(START_MS + 300) / 1000)
    frames = read(window(events, from_ms=START_MS + 250, to_ms=START_MS + 350))
    assert [frame["timestamp"] for frame in frames[2:]] == [START_MS + 300, START_MS + 300]


@pytest.mark.parametrize("background", [False, True])
def test_a_window_follows_the_tab_in_front(background: bool) -> None:
    first, second = recording("a"), recording("b", START_MS + 350)

    def act(lane: str, offset: float) -> Event:
        return event(3, {"source": 2, "type": 2, "id": 1, "x": 1, "y": 1}, t_ms=START_MS + offset, page=lane)

    acts = [act("a", 120), act("b", 2000), act("a", 2500)] + ([act("a", 500)] if background else [])
    frames = read(window([*first, *second, *acts], from_ms=START_MS + 200, to_ms=START_MS + 9000))
    lanes: list[tuple[str, int]] = []
    for frame in frames:
        if not lanes or lanes[-1][0] != frame["page"]:
            lanes.append((frame["page"], frame["type"]))
    assert lanes == [("a", 4), ("b", 4), ("a", 4)]  # each turn starts with a Meta
    second_turn = next(frame for frame in frames if frame["page"] == "b")
    assert second_turn["timestamp"] == (START_MS + 2000 if background else START_MS + 350)
    assert all(x["timestamp"] <= y["timestamp"] for x, y in pairwise(frames))


def test_what_stands_behind_the_body_keeps_its_place() -> None:
    """rrweb's Replayer builds the body of a snapshot last, so what came behind it later is added by a mutation."""
    mirror = mirror_of(element(5, "p"))
    late = element(20, "aside")
    adds(mirror, add(2, late), add(20, element(21, "b")), add(21, text(22, "late")))
    html = mirror.nodes[2]
    assert html.children[-1] == 20
    frames = read(keyframe(mirror, t_ms=START_MS))
    assert [addition["node"]["id"] for addition in frames[2]["data"]["adds"]] == [20, 21, 22]
    again = replayed(keyframe(mirror, t_ms=START_MS))
    assert outline(again) == outline(mirror)


def test_a_snapshot_with_something_behind_the_body_is_built_as_the_replayer_does() -> None:
    html = element(2, "html", element(3, "head"), element(4, "body"), element(5, "aside"))
    mirror = Mirror()
    mirror.apply(snapshot(document(html)))
    assert mirror.nodes[2].children == [3, 5, 4]
