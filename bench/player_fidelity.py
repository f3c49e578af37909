"""What our player shows at random moments, beside rrweb's Replayer that played from the start, in Chromium.

Usage   python bench/player_fidelity.py [--samples N] [--seed N] [--part K/N] [RECORDING …]
        default: all of tests/fixtures/recordings; a part is every N-th of them
Checks  tests/browser/stage_compare.py; prints what differs, and how often moving built the page anew; exits 1 when any
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.mirror_compare import open_harness  # noqa: E402
from tests.browser.stage_compare import bundle, compare  # noqa: E402
from tests.conftest import CHROMIUM_FLAGS, chromium_path  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--samples", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--show", type=int, default=4, help="differences printed of each recording")
    args = parser.parse_args()
    part, parts = map(int, args.part.split("/"))
    paths = (args.recordings or sorted((ROOT / "tests/fixtures/recordings").glob("*.json.zst")))[part - 1 :: parts]
    nodes = moments = rebuilt = different = 0
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        script = bundle(Path(scratch))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        for path in paths:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            open_harness(page, script)
            result = compare(page, path.read_bytes(), samples=args.samples, seed=f"{args.seed} {path.name}")
            page.close()
            nodes, moments = nodes + result.nodes, moments + result.moments
            rebuilt += result.rebuilt
            different += bool(result.differences)
            if result.differences:
                print(f"{path.name}: {len(result.differences)} DIFFERENCES", flush=True)
            for line in result.differences[: args.show]:
                print("    " + line[:300], flush=True)
        browser.close()
    print(
        f"{len(paths)} recordings, {moments} moments, {nodes:,} nodes compared twice; {different} recordings differ; "
        f"{rebuilt} of {moments} moves built the page in a new frame"
    )
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
