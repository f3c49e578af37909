"""Fidelity: the mirror and its keyframes against rrweb's own Replayer in Chromium, on recordings of real applications.

Usage   python bench/fidelity.py [--moments N] [RECORDING …]      default: tests/fixtures/recordings
Looks   at N random moments and the end of each page lane: (1) the mirror is the Replayer's DOM, node by node;
        (2) a Replayer started from our keyframe and fed the later events reaches the DOM of one that played on
Prints  one line a recording, and every difference; exit 1 if there is one
"""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from playhead.core.events import Event, decode_events  # noqa: E402
from playhead.core.formats import read_recording  # noqa: E402
from playhead.core.keyframes import keyframe_at, replayable  # noqa: E402
from playhead.core.lanes import in_order  # noqa: E402
from tests.browser import mirror_compare as compare  # noqa: E402

MOST_SHOWN = 6  # differences named a lane


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--moments", type=int, default=2)
    args = parser.parse_args()
    paths = args.recordings or sorted((HERE.parent / "tests/fixtures/recordings").glob("*.zst"))
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_FLAGS, chromium_path

    wrong = 0
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        compare.open_harness(page, compare.build_harness(Path(scratch)))
        for path in paths:
            wrong += look_at(path, page, moments=args.moments)
        browser.close()
    sys.exit(1 if wrong else 0)


def look_at(path: Path, page: Any, *, moments: int) -> int:
    lanes = lanes_of(path)
    looks, found = 0, []
    for lane in lanes.values():
        more, differing = compare_lane(lane, page, moments=moments, seed=path.name)
        looks, found = looks + more, found + differing
    print(f"{'ok ' if not found else 'BAD'} {path.name}: {len(lanes)} lanes, {looks} looks", flush=True)
    for line in found:
        print(f"    {line[:400]}")
    return len(found)


def lanes_of(path: Path) -> dict[str, list[Event]]:
    """The events of each page lane in time order, from its first snapshot on."""
    lanes: dict[str, list[Event]] = {}
    for event in in_order(read_recording(path.read_bytes()).events).events:
        lanes.setdefault(event.page, []).append(event)
    return {name: lane for name, lane in lanes.items() if len(lane) > 1 and any(event.type == 2 for event in lane)}


def compare_lane(lane: list[Event], page: Any, *, moments: int, seed: str) -> tuple[int, list[str]]:
    raw = [json.loads(replayable(event)) for event in lane]
    start = raw[0]["timestamp"]
    first = next(event.timestamp for event in lane if event.type == 2)
    times = sorted({event.timestamp - start for event in lane if event.timestamp >= first})
    offsets = sorted({*random.Random(seed).sample(times[:-1], min(moments, len(times) - 1)), times[-1]})
    dumps = compare.replay(page, raw, offsets, virtual=False)
    found: list[str] = []
    events = decode_events(json.dumps(raw).encode())
    for offset, dump in zip(offsets, dumps, strict=True):
        mirror = compare.mirror_at(events, start + offset)
        found += [f"{offset:.0f} ms: {line}" for line in compare.differences(mirror, dump, page)[:MOST_SHOWN]]
        frames = [json.loads(frame) for frame in keyframe_at(events, at_ms=start + offset)]
        later = [event for event in raw if event["timestamp"] > start + offset]
        (again,) = compare.replay(page, frames + later, [offsets[-1] - offset], virtual=False)
        differing = compare.browser_differences(dumps[-1], again)[:MOST_SHOWN]
        found += [f"from a keyframe at {offset:.0f} ms: {line}" for line in differing]
    return 2 * len(offsets), found


if __name__ == "__main__":
    main()
