"""Visits: many visits to one real application, kept as the batches the recorder sent; what `bench/bytes.py` measures.

    python bench/recordings/visits.py APP --out DIR [--visits 24] [--seconds 150] [--at-once 3]

A visit is one person doing two or three of the application's scenarios in one browser session, in an order and at a
pace drawn from the visit's number. Where a scenario cannot be finished (the application is not as it was any more),
the person goes on to the next. Goes on where it was cut short: visits that are there are not made again.
Kept    DIR/APP/NN.jsonl, a line a batch: {"query": {…}, "body": base64 as sent}
"""

import argparse
import base64
import importlib
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from collector import Collector
from person import Person
from playwright.sync_api import Error as BrowserError
from studio import _INJECT, Scenario, chromium

STEP_MS = 10_000  # longest wait for a control


class Post(Collector):
    """A collector that keeps bodies as they came."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        super().__init__()

    def keep(self, query: dict[str, str], body: bytes) -> bool:
        new = super().keep(query, body)
        if new:
            self.lines.append({"query": query, "body": base64.b64encode(body).decode()})
        return new


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", help="a module of bench/recordings/apps")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--visits", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=150, help="begin no visit after that")
    parser.add_argument("--at-once", type=int, default=3)
    args = parser.parse_args()
    home = Path(os.environ.get("PLAYHEAD_APPS") or tempfile.mkdtemp(prefix="playhead-apps-"))
    (args.out / args.app).mkdir(parents=True, exist_ok=True)
    app = importlib.import_module(f"apps.{args.app}")
    with app.serve(home / args.app) as url:
        end_s = time.monotonic() + args.seconds
        jobs = [
            multiprocessing.Process(target=play, args=(args, url, range(lane, args.visits, args.at_once), end_s))
            for lane in range(args.at_once)
        ]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()


def play(args: argparse.Namespace, url: str, numbers: range, end_s: float) -> None:
    app = importlib.import_module(f"apps.{args.app}")
    scenarios = [scenario for scenario in app.scenarios() if scenario.recorder == "playhead"]
    with chromium() as browser:
        for number in numbers:
            path = args.out / args.app / f"{number:02}.jsonl"
            if path.exists() or time.monotonic() > end_s:
                continue
            drawn = random.Random(f"{args.app} {number}")
            chosen = drawn.sample(scenarios, min(len(scenarios), drawn.choice((2, 2, 3))))
            lines = visit(browser, chosen, url, seed=f"visit {number}")
            if lines:
                path.write_text("".join(json.dumps(line) + "\n" for line in lines))
                print(f"{args.app} {number}: {len(lines)} batches", flush=True)


def visit(browser: Any, scenarios: list[Scenario], url: str, *, seed: str) -> list[dict[str, Any]]:
    """Play the scenarios one after the other in one session; return its batches."""
    width, height = scenarios[0].viewport
    context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
    context.set_default_timeout(STEP_MS)
    try:
        with Post() as post:
            if any(scenario.offline_hosts for scenario in scenarios):
                context.route(lambda address: "//127.0.0.1" not in address, lambda route: route.abort())
            for scenario in scenarios:
                if scenario.prepare:
                    scenario.prepare(context)
            context.add_init_script(_INJECT % {"src": json.dumps(f"{post.url}/recorder.js")})
            page = context.new_page()
            for number, scenario in enumerate(scenarios):
                context.clear_cookies()  # scenarios begin logged out; the recorder's session is not in a cookie
                try:
                    page.goto(url + scenario.path)
                    page.wait_for_function("window.playhead?.sessionId()")
                    scenario.play(Person(page, f"{seed} {number}"))
                except (BrowserError, AssertionError, LookupError, ValueError) as error:
                    print(f"{scenario.name} given up: {str(error).splitlines()[:1]}", file=sys.stderr, flush=True)
            for tab in context.pages:
                tab.evaluate("window.playhead?.stop()")
            return post.lines
    except BrowserError as error:
        print(f"no visit: {error}", file=sys.stderr, flush=True)
        return []
    finally:
        context.close()


if __name__ == "__main__":
    main()
