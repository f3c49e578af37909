"""The mirror and its keyframes beside rrweb's own Replayer in Chromium, on any recordings.

Usage   python bench/fidelity.py [--samples N] [--seed N] [RECORDING …]; default: all of tests/fixtures/recordings
Checks  at sampled times and at the end of each page lane: the mirror equals the Replayer's DOM node by node; a
        Replayer started from the keyframe of that time equals it too; fed the later events it ends at the same DOM
        --every: without a browser, keyframes at that many events of each lane (0: at all): the page they make is the
        mirror's, then and at the end
        --recorder SCRIPT: not recordings, but the pages of tests/fixtures/pages, recorded anew by that script of rrweb
        (`npm install rrweb@VERSION`, then its dist/rrweb.umd.min.cjs or rrweb-all.min.js)
Needs   ts/node_modules (`make`), Chromium; prints one line a recording, exits 1 when anything differs
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.mirror_compare import (  # noqa: E402
    HARNESS,
    OPTIONS,
    PAGES,
    build_harness,
    check_lane,
    lanes_of,
    open_harness,
    record_page,
)
from tests.conftest import CHROMIUM_FLAGS, chromium_path  # noqa: E402
from tests.core.everywhere import check_keyframes, lanes_in, some_of  # noqa: E402

RECORDINGS = ROOT / "tests/fixtures/recordings"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=6, help="differences printed of each recording")
    parser.add_argument("--jump", action="store_true", help="on the Replayer's virtual DOM, as in a player")
    parser.add_argument("--every", type=int, metavar="N")
    parser.add_argument("--recorder", type=Path, metavar="SCRIPT")
    args = parser.parse_args()
    paths = args.recordings or sorted(RECORDINGS.glob("*.json.zst"))
    if args.every is not None:
        sys.exit(without_browser(paths, args.every, show=args.show))
    compared = different = 0
    with open_stage() as stage:
        if args.recorder is not None:
            paths = sorted(PAGES.glob("*.html"))
        for path in paths:
            began = time.monotonic()
            found: list[str] = []
            nodes = 0
            blob = path.read_bytes() if args.recorder is None else stage.record(path, args.recorder)
            for lane in lanes_of(blob):
                seed = f"{args.seed} {path.name}"
                result = check_lane(lane, stage(), samples=args.samples, seed=seed, virtual=args.jump)
                found += result.differences
                nodes += result.nodes
            compared += nodes
            different += bool(found)
            verdict = f"{len(found)} DIFFERENCES" if found else "equal"
            print(f"{path.name:48} {nodes:9,} nodes {time.monotonic() - began:6.1f} s  {verdict}", flush=True)
            for line in found[: args.show]:
                print("    " + line[:400])
    print(f"{len(paths)} recordings, {compared:,} nodes compared, {different} recordings differ")
    sys.exit(1 if different else 0)


def without_browser(paths: list[Path], count: int, *, show: int) -> int:
    """Check keyframes at `count` events of each lane (0: at all) in Python alone; return 1 when anything differs."""
    looked = different = 0
    for path in paths:
        found: list[str] = []
        for lane in lanes_in(path.read_bytes()):
            moments = some_of(lane, count, path.name) if count else range(len(lane))
            looked += len(moments)
            found += check_keyframes(lane, moments)
        different += bool(found)
        for line in found[:show]:
            print(f"{path.name}: {line[:400]}", flush=True)
    print(f"{len(paths)} recordings, {looked:,} keyframes, {different} recordings differ")
    return 1 if different else 0


class open_stage:
    """A Chromium page with the harness in it; a fresh one for each lane, so that nothing is left over."""

    def __init__(self, source: Path = HARNESS) -> None:
        self._source = source

    def __enter__(self) -> "open_stage":
        import tempfile

        from playwright.sync_api import sync_playwright

        self._scratch = tempfile.TemporaryDirectory()
        self._script = build_harness(Path(self._scratch.name), self._source)
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        self._page: Any = None

        return self

    def __call__(self) -> Any:
        if self._page is not None:
            self._page.close()
        self._page = self._browser.new_page(viewport={"width": 1280, "height": 800})
        open_harness(self._page, self._script)
        return self._page

    def record(self, page: Path, recorder: Path) -> bytes:
        """Record a page of ours with another recorder."""
        options = OPTIONS.get(page.stem, {})
        return json.dumps(record_page(self._browser, self._script, page, options, recorder=recorder)).encode()

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()
        self._scratch.cleanup()


if __name__ == "__main__":
    main()
