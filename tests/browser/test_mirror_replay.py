"""The mirror, and its keyframes, against rrweb's own Replayer in Chromium: the same DOM, node by node.

Each page of tests/fixtures/pages is opened, recorded with @rrweb/record while its scenario runs, then played.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from playhead.core.events import Event, decode_events
from playhead.core.playback.keyframes import keyframe_at, window
from tests.browser.mirror_compare import (
    OPTIONS,
    PAGES,
    Dump,
    browser_differences,
    build_harness,
    check_lane,
    differences,
    lanes_of,
    mirror_at,
    moments_of,
    open_harness,
    record_page,
    replay,
)

SAMPLES = 6
ALL_MOMENTS = ("shadow",)  # a host that moves goes wrong at one moment only, if it does
RECORDINGS = Path(__file__).resolve().parents[1] / "fixtures" / "recordings"
REAL = (  # of different applications and recorders; bench/fidelity.py does all of them
    "antd_desk-login",
    "editors-publish-alpha",
    "map_charts-dead-posthog",
    "editors-write-old",
    "streamlit_app-slow",
)
VIRTUAL_LOSES: dict[str, tuple[str, ...]] = {
    # rrweb's virtual DOM applies rules of constructed sheets before it knows the sheets: lost when it fast-forwards
    "adopted": ("adopted",),
    "shadow": ("adopted",),
}


class Played(NamedTuple):
    """A recording, the moments looked at (ms since its first event), and the DOM at each."""

    name: str
    raw: list[Any]
    events: list[Event]
    offsets: list[float]
    dumps: list[Dump]

    @property
    def start_ms(self) -> float:
        return self.raw[0]["timestamp"]

    def later(self, offset: float) -> list[Any]:
        return [event for event in self.raw if event["timestamp"] > self.start_ms + offset]


@pytest.fixture(scope="module")
def script(tmp_path_factory) -> Path:
    return build_harness(tmp_path_factory.mktemp("harness"))


@pytest.fixture(scope="module")
def stage(browser, script):
    """The page in which recordings are played."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    open_harness(page, script)
    yield page
    context.close()


@pytest.fixture(scope="module")
def kept() -> dict[str, Played]:
    return {}


@pytest.fixture
def played(browser, script, stage, kept, request):
    """Record and play each page once for all tests of this module; a test that is run again records anew."""
    if getattr(request.node, "execution_count", 1) > 1:
        kept.clear()

    def play(name: str) -> Played:
        if name not in kept:
            raw = record_page(browser, script, PAGES / f"{name}.html", OPTIONS.get(name, {}))
            moments = moments_of(raw)
            chosen = moments[:-1]
            if len(chosen) > SAMPLES and name not in ALL_MOMENTS:
                chosen = sorted(random.Random(name).sample(chosen, SAMPLES))
            offsets = [*chosen, moments[-1]]
            dumps = replay(stage, raw, offsets, virtual=False)
            kept[name] = Played(name, raw, decode_events(json.dumps(raw).encode()), offsets, dumps)
        return kept[name]

    return play


def page_names() -> list[str]:
    return sorted(path.stem for path in PAGES.glob("*.html"))


@pytest.mark.parametrize("name", page_names())
def test_mirror_equals_the_replayer(name: str, played, stage) -> None:
    recording = played(name)
    for offset, dump in zip(recording.offsets, recording.dumps, strict=True):
        mirror = mirror_at(recording.events, recording.start_ms + offset)
        assert not differences(mirror, dump, stage), f"{name} at {offset} ms"
        assert mirror.skipped.keys() <= {"node_not_found"}, f"{name} at {offset} ms: {mirror.skipped}"


@pytest.mark.parametrize("name", page_names())
def test_mirror_equals_a_replayer_that_jumps(name: str, played, stage) -> None:
    """rrweb fast-forwards on a virtual DOM of its own and then patches the real one."""
    recording = played(name)
    for offset in (recording.offsets[len(recording.offsets) // 2], recording.offsets[-1]):
        (dump,) = replay(stage, recording.raw, [offset], virtual=True)
        assert not differences(mirror_at(recording.events, recording.start_ms + offset), dump, stage)


@pytest.mark.parametrize("name", page_names())
def test_keyframe_rebuilds_the_page(name: str, played, stage) -> None:
    recording = played(name)
    for offset, dump in zip(recording.offsets, recording.dumps, strict=True):
        frames = keyframe_at(recording.events, at_ms=recording.start_ms + offset)
        assert [json.loads(frame)["type"] for frame in frames[:2]] == [4, 2]
        (again,) = replay(stage, [json.loads(frame) for frame in frames], [0], virtual=False)
        assert not browser_differences(dump, again), f"{name} at {offset} ms"


@pytest.mark.parametrize("name", page_names())
def test_later_events_fit_a_keyframe(name: str, played, stage) -> None:
    recording = played(name)
    for offset in recording.offsets[:-1]:
        frames = keyframe_at(recording.events, at_ms=recording.start_ms + offset)
        stream = [json.loads(frame) for frame in frames] + recording.later(offset)
        (again,) = replay(stage, stream, [recording.offsets[-1] - offset], virtual=False)
        assert not browser_differences(recording.dumps[-1], again), f"{name} from {offset} ms"


@pytest.mark.parametrize("name", page_names())
def test_later_events_fit_a_keyframe_when_jumping(name: str, played, stage) -> None:
    recording = played(name)
    offset = recording.offsets[len(recording.offsets) // 2]
    (straight,) = replay(stage, recording.raw, [recording.offsets[-1]], virtual=True)
    frames = keyframe_at(recording.events, at_ms=recording.start_ms + offset)
    stream = [json.loads(frame) for frame in frames] + recording.later(offset)
    (again,) = replay(stage, stream, [recording.offsets[-1] - offset], virtual=True)
    assert not browser_differences(straight, again, without=VIRTUAL_LOSES.get(name, ()))


@pytest.mark.parametrize("name", REAL)
def test_real_applications(name: str, stage) -> None:
    for lane in lanes_of((RECORDINGS / f"{name}.json.zst").read_bytes()):
        checked = check_lane(lane, stage, samples=2, seed=name)
        assert not checked.differences
        assert checked.nodes > 10


def test_window_plays_the_middle_of_a_recording(played, stage) -> None:
    recording = played("lists")
    offset = recording.offsets[2]
    from_ms, to_ms = recording.start_ms + offset, recording.start_ms + recording.offsets[-1]
    stream = [json.loads(frame) for frame in window(recording.events, from_ms=from_ms, to_ms=to_ms)]
    (end,) = replay(stage, stream, [to_ms - from_ms], virtual=False)
    assert not browser_differences(recording.dumps[-1], end)


def test_window_follows_the_tab_in_front(played, stage) -> None:
    """Two tabs at once: the window shows the one that is used, and each switch starts with a keyframe."""
    first, second = played("lists"), played("forms")
    shift = first.start_ms - second.start_ms + 5
    lanes = [{**event, "page": "a"} for event in first.raw]
    lanes += [{**event, "page": "b", "timestamp": event["timestamp"] + shift} for event in second.raw]
    end = max(event["timestamp"] for event in lanes)
    act = {"type": 3, "data": {"source": 2, "type": 2, "id": 1, "x": 1, "y": 1}}
    lanes += [{**act, "page": "b", "timestamp": end + 1}, {**act, "page": "a", "timestamp": end + 50}]
    events = decode_events(json.dumps(lanes).encode())
    for until, expected in ((end + 20, second), (end + 60, first)):
        stream = [json.loads(frame) for frame in window(events, from_ms=first.start_ms - 1, to_ms=until)]
        (dump,) = replay(stage, stream, [until - stream[0]["timestamp"]], virtual=False)
        assert not browser_differences(expected.dumps[-1], dump)


def test_harness_sees_a_difference(played, stage) -> None:
    """The comparison itself can fail: a mirror of another moment is told apart."""
    recording = played("lists")
    early = mirror_at(recording.events, recording.start_ms + recording.offsets[0])
    assert differences(early, recording.dumps[-1], stage)
    assert browser_differences(recording.dumps[0], recording.dumps[-1])
