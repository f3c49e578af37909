"""Slices of a recording: from any of them, and from one to the next, the page is the one the recording tells."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from playhead.core.events import FULL_SNAPSHOT, Event, decode_events
from playhead.core.lanes import in_order
from playhead.core.mirror.dom import Mirror
from playhead.core.playback.active import active_lanes
from playhead.core.playback.keyframes import keyframe_at
from playhead.core.playback.segments import Segment, SegmentBuilder, build
from playhead.core.readers.formats import read_recording
from playhead.store.zstd import inflate
from tests.core.pages import START_MS, add, element, event, page, snapshot, text

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"
SOME = sorted(RECORDINGS.glob("*.json.zst"))[::9]


def slices(builder: SegmentBuilder) -> list[Segment]:
    return [*builder.closed, *([builder.open] if builder.open else [])]


def mutation_at(t_ms: float, **parts: Any) -> Event:
    data = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **parts}
    return event(3, data, t_ms=t_ms)


def clock(count: int, *, every_ms: float = 100) -> list[Event]:
    """A page whose text changes `count` times."""
    events = [event(4, {"href": "https://x.example/", "width": 800, "height": 600})]
    events.append(snapshot(page(element(5, "p", text(6, "0"))), t_ms=START_MS + 1))
    for n in range(1, count + 1):
        events.append(mutation_at(START_MS + n * every_ms, texts=[{"id": 6, "value": str(n)}]))
    return events


def state(mirror: Mirror) -> dict[int, Any]:
    if mirror.document is None:
        return {}
    return {
        node.id: (
            "noscript" if node.tag == "script" else node.tag,
            node.text.replace("SCRIPT_PLACEHOLDER", ""),
            node.children,
        )
        for node in mirror.nodes.values()
        if mirror.is_connected(node.id)
    }


def shown(frames: list[bytes], until_ms: float) -> dict[int, Any]:
    mirror = Mirror()
    for made in decode_events(b"[" + b",".join(frames) + b"]"):
        if made.timestamp <= until_ms:
            mirror.apply(made)
    return state(mirror)


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name.split(".")[0])
def test_every_moment_of_real_recordings_is_in_its_slice(path: Path) -> None:
    events = read_recording(inflate(path.read_bytes())).events
    made = slices(build(events))
    ordered = in_order(events).events
    moments = sorted({one.timestamp for one in ordered})
    drawn = {one.page: one.timestamp for one in reversed(ordered) if one.type == FULL_SNAPSHOT}
    for t_ms in random.Random(path.name).sample(moments, min(12, len(moments))):
        mine = [one for one in made if one.from_ms <= t_ms]
        front = [lane for since, lane in active_lanes(ordered) if since <= t_ms][-1]
        if not mine or drawn[front] > t_ms:
            continue  # a page that has only begun: the one before is still shown
        expected = shown(keyframe_at(events, at_ms=t_ms), t_ms)
        assert shown([*mine[-1].keyframe, *mine[-1].events], t_ms) == expected, f"{t_ms - moments[0]} ms"


@pytest.mark.parametrize("path", SOME[:6], ids=lambda path: path.name.split(".")[0])
def test_slices_follow_on_from_each_other(path: Path) -> None:
    events = read_recording(inflate(path.read_bytes())).events
    frames: list[bytes] = []
    for one in slices(build(events)):
        frames += [*(one.keyframe if one.fresh else []), *one.events]
    end_ms = in_order(events).events[-1].timestamp
    assert shown(frames, end_ms) == shown(keyframe_at(events, at_ms=end_ms), end_ms)


def test_a_long_page_is_cut_where_seeking_would_grow_dear() -> None:
    made = slices(build(clock(5_000)))
    assert len(made) >= 4
    assert [one.fresh for one in made] == [True] + [False] * (len(made) - 1)
    assert max(len(one.events) for one in made) < 2_000
    for before, after in pairwise(made):
        assert before.to_ms == after.from_ms
        first = json.loads(after.events[0])["timestamp"]
        assert first > after.from_ms  # what a keyframe holds must not be applied to it again
    assert sum(len(one.events) for one in made) == 5_000


def test_events_of_one_moment_are_never_torn_apart() -> None:
    made = slices(build([*clock(0), *(mutation_at(START_MS + 5 + n // 900) for n in range(4_000))]))
    for before, after in pairwise(made):
        assert json.loads(before.events[-1])["timestamp"] < json.loads(after.events[0])["timestamp"]


def test_a_page_load_begins_a_slice_and_brings_its_own_size() -> None:
    big = element(5, "p", text(6, "x" * 40_000))
    second = [
        event(4, {"href": "https://x.example/2", "width": 500, "height": 400}, t_ms=START_MS + 900),
        snapshot(page(big), t_ms=START_MS + 950),
    ]
    first = [event(4, {"href": "https://x.example/1", "width": 800, "height": 600}), snapshot(page(big))]
    made = slices(build([*first, mutation_at(START_MS + 10), *second, mutation_at(START_MS + 960)]))
    assert [(one.from_ms - START_MS, one.fresh) for one in made] == [(0, True), (950, True)]
    assert json.loads(made[1].keyframe[0])["data"] == {"href": "https://x.example/2", "width": 500, "height": 400}
    assert not any(json.loads(blob)["type"] == 4 for blob in made[0].events)  # alone it would blank the page before


def test_what_cannot_be_drawn_is_a_gap_and_the_rest_plays() -> None:
    late = snapshot(page(element(5, "p", text(6, "at last"))), t_ms=START_MS + 60_000)
    builder = build([mutation_at(START_MS + n * 100) for n in range(50)] + [late, mutation_at(START_MS + 60_100)])
    (gap,) = builder.gaps()
    assert (gap.from_ms, gap.to_ms) == (START_MS, START_MS + 60_000)
    assert slices(builder)[0].from_ms == START_MS + 60_000


def test_a_recording_without_a_snapshot_is_one_gap() -> None:
    builder = build([mutation_at(START_MS), mutation_at(START_MS + 100)])
    assert not slices(builder)
    assert [(gap.from_ms, gap.to_ms) for gap in builder.gaps()] == [(START_MS, START_MS + 100)]


def test_the_tab_in_front_is_shown() -> None:
    def lane(name: str, words: str, at_ms: float) -> list[Event]:
        return [snapshot(page(element(5, "p", text(6, words))), t_ms=START_MS + at_ms, page=name)]

    def press(name: str, at_ms: float) -> Event:
        return event(3, {"source": 2, "type": 2, "id": 5, "x": 1, "y": 1}, t_ms=START_MS + at_ms, page=name)

    events = [*lane("a", "first", 0), press("a", 10), *lane("b", "second", 20), press("b", 30), press("a", 50)]
    frames = [frame for one in slices(build(events)) for frame in [*one.keyframe, *one.events]]
    for t_ms, words in ((15, "first"), (35, "second"), (55, "first")):
        assert shown(frames, START_MS + t_ms)[6][1] == words


def test_activity_and_idle_time_are_measured_on_the_way() -> None:
    press = [event(3, {"source": 2, "type": 2, "id": 5}, t_ms=START_MS + at) for at in (1_000, 1_200, 30_000)]
    builder = build([*clock(600), *press])
    heights = builder.activity.buckets(START_MS, START_MS + 60_000, count=60)
    assert heights[1] == 1.0 and heights[30] > 0 and heights[45] == 0
    assert [(a - START_MS, b - START_MS) for a, b in builder.activity.idle(builder.end_ms)] == [
        (1_200, 30_000),
        (30_000, 60_000),
    ]


def test_a_frame_too_deep_to_read_is_shown_by_a_keyframe() -> None:
    deep = '{"type":3,"textContent":"x","id":9000}'
    for depth in range(3_000):
        deep = f'{{"type":2,"tagName":"div","attributes":{{}},"childNodes":[{deep}],"id":{100 + depth}}}'
    framed = f'{{"type":0,"childNodes":[{deep}],"id":8000}}'
    adds = f'[{{"parentId":7,"nextId":null,"node":{framed}}}]'
    data = f'{{"source":0,"texts":[],"attributes":[],"removes":[],"adds":{adds},"isAttachIframe":true}}'
    raw = f'{{"type":3,"timestamp":{START_MS + 50},"data":{data}}}'.encode()
    frame = mutation_at(START_MS + 5, adds=[add(4, element(7, "iframe"))])
    made = slices(build([*clock(0), frame, *decode_events(b"[" + raw + b"]"), mutation_at(START_MS + 60)]))
    assert b'"id":9000' in b"".join([*made[-1].keyframe, *made[-1].events])


def test_no_slice_holds_what_could_act() -> None:
    evil = element(5, "SCRIPT", text(6, "parent.hacked = 1"))
    later = add(4, element(7, "iframe", srcdoc="<script>1</script>", onload="x()"))
    builder = build([snapshot(page(evil)), mutation_at(START_MS + 5, adds=[later])])
    blob = b"".join(frame for one in slices(builder) for frame in [*one.keyframe, *one.events])
    assert not any(word in blob for word in (b"hacked", b"srcdoc", b'"onload"', b'"SCRIPT"'))
