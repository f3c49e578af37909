"""Live: how long from a click in the visitor's page to the same in the replay of whoever watches.

Usage   python bench/live.py [--clicks N]     prints the seconds of each click and their median; needs Chromium
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.conftest import CHROMIUM_FLAGS, Server, chromium_path

LOOK_S = 0.03
GIVE_UP_S = 15.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=8)
    clicks = parser.parse_args().clicks
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home) / "data").start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        try:
            delays = measure(browser, server.url, clicks)
        finally:
            browser.close()
            server.kill()
    print("seconds", " ".join(f"{one:.2f}" for one in delays))
    print(f"median {statistics.median(delays):.2f}")


def measure(browser: Browser, url: str, clicks: int) -> list[float]:
    shop, watcher = browser.new_context().new_page(), browser.new_context().new_page()
    shop.goto(f"{url}/demo/p/tide-mug")
    shop.get_by_role("button", name="Start recording").click()
    shop.get_by_role("button", name="Stop & replay").wait_for()
    shop.wait_for_timeout(1_000)
    watcher.goto(f"{url}/sessions/{shop.evaluate('playhead.sessionId()')}")
    watcher.locator("[data-do=live]").click()
    watcher.wait_for_timeout(3_000)
    return [one_click(shop, watcher, pause_ms=300 + 170 * (number % 4)) for number in range(clicks)]


def one_click(shop: Page, watcher: Page, *, pause_ms: int) -> float:
    """Press "Increase quantity", or "Decrease" at its end; return when the replay shows it."""
    shop.wait_for_timeout(pause_ms)
    more = shop.get_by_role("button", name="Increase quantity")
    (more if more.is_enabled() else shop.get_by_role("button", name="Decrease quantity")).click()
    began = time.monotonic()
    wanted = shop.locator("output").first.inner_text()
    shown = watcher.frame_locator(".replayer-wrapper iframe").locator("output").first
    while time.monotonic() - began < GIVE_UP_S:
        try:
            if shown.inner_text(timeout=1_000) == wanted:
                return time.monotonic() - began
        except PlaywrightError:
            pass  # the replay is between two pages
        time.sleep(LOOK_S)
    raise SystemExit(f"the replay did not show {wanted!r} within {GIVE_UP_S:.0f} s")


if __name__ == "__main__":
    main()
