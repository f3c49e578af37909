# ruff: noqa: E501
"""What it costs to watch: Playhead's session page beside rrweb-player, which loads the whole recording, in Chromium.

Usage   python bench/replay.py [--runs 10] [--long-runs 2] [--only 1min,60min,5h,25k]
Needs   Chromium, npm (fetches rrweb-player into a temporary directory), about 6 minutes
Prints  medians: CPU of the page's main thread, wall, bytes over the network, JS heap after garbage collection; first
        frame and seeks. Arms take turns, each in a fresh context; the first run of each is thrown away.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from playhead.jobs.digest import ensure_digested
from playhead.jobs.imports import import_recording
from playhead.jobs.segments import ensure_segments
from playhead.query import sites
from playhead.store import open_store
from tests.conftest import CHROMIUM_FLAGS, Server, chromium_path

RRWEB_PLAYER = "rrweb-player@2.1.6"
T0 = 1_763_800_000_000
PAGE = """<!doctype html><link rel=stylesheet href=/style.css><div id=root></div><script src=/player.js></script><script>
fetch("/recording.json").then((answer) => answer.json()).then((events) => {
  const Player = rrwebPlayer.Player ?? rrwebPlayer.default ?? rrwebPlayer;
  window.player = new Player({target: root, props: {events, autoPlay: false, width: 1000, height: 600}});
});</script>"""
# Says that the recorded page stands in its frame to its last row, to be seen, and was painted. In the page itself:
# Playwright's own waiting costs it 45 ms of CPU, whatever is measured. What the page does next, until the answer with the
# count comes, is in the count: of ours, part of what the player does once its first picture is seen.
WATCH = """if (window === top) {
  const look = () => [...document.querySelectorAll("iframe")].some((frame) => frame.checkVisibility()
      && frame.contentDocument?.body?.lastElementChild?.tagName === "SECTION"
      && frame.contentDocument.body.childElementCount === ROWS)
    ? requestAnimationFrame(() => setTimeout(() => window.drawn(""))) : requestAnimationFrame(look);
  requestAnimationFrame(look);
}"""


def recording(*, minutes: float, events: int, nodes: int, css_bytes: int = 200_000) -> bytes:
    """A page of `nodes` elements and texts in which things change, evenly over `minutes`."""
    rng, ids = random.Random(1), iter(range(10, 10_000_000))
    rules = "".join(f".c{n} {{ margin: {n % 7}px; color: #{n % 4096:03x} }}\n" for n in range(css_bytes // 40))
    texts, rows = [], []
    for n in range(nodes // 4):
        row, cell, label, words = (next(ids) for _ in range(4))
        texts.append(words)
        inner = {"type": 3, "id": words, "textContent": f"Row {n} of the list"}
        span = {
            "type": 2,
            "id": label,
            "tagName": "span",
            "attributes": {"class": f"c{n % 900}"},
            "childNodes": [inner],
        }
        div = {
            "type": 2,
            "id": cell,
            "tagName": "div",
            "attributes": {"class": f"c{n % 700} cell"},
            "childNodes": [span],
        }
        rows.append({"type": 2, "id": row, "tagName": "section", "attributes": {"id": f"r{n}"}, "childNodes": [div]})
    style = {"type": 2, "id": 4, "tagName": "style", "attributes": {"_cssText": rules}, "childNodes": []}
    head = {"type": 2, "id": 3, "tagName": "head", "attributes": {}, "childNodes": [style]}
    body = {"type": 2, "id": 5, "tagName": "body", "attributes": {}, "childNodes": rows}
    html = {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": [head, body]}
    made: list[dict[str, Any]] = [
        {"type": 4, "timestamp": T0, "data": {"href": "https://bench.example/", "width": 1280, "height": 800}},
        {"type": 2, "timestamp": T0 + 5, "data": {"node": {"type": 0, "id": 1, "childNodes": [html]}, "initialOffset": {"left": 0, "top": 0}}},
    ]  # fmt: skip
    step = minutes * 60_000 / events
    for n in range(events):
        t_ms = T0 + 10 + n * step
        if n % 5 < 2:
            at = {"x": rng.randrange(1280), "y": rng.randrange(800), "id": rng.choice(texts), "timeOffset": -20}
            data: dict[str, Any] = {"source": 1, "positions": [at] * 5}
        elif n % 97 == 2:
            data = {"source": 2, "type": 2, "id": rng.choice(texts) - 1, "x": 10, "y": 10}
        else:
            changed = [{"id": node, "value": f"Changed {n} {'x' * 40}"} for node in rng.sample(texts, 5)]
            styled = [{"id": node - 1, "attributes": {"class": f"c{n % 900} on"}} for node in rng.sample(texts, 5)]
            data = {"source": 0, "texts": changed, "attributes": styled, "removes": [], "adds": []}
        made.append({"type": 3, "timestamp": round(t_ms), "data": data})
    return json.dumps(made, separators=(",", ":")).encode()


CASES = {
    "1min": {"minutes": 1, "events": 833, "nodes": 1_700},
    "60min": {"minutes": 60, "events": 50_000, "nodes": 1_700},
    "5h": {"minutes": 300, "events": 250_000, "nodes": 1_700},
    "25k": {"minutes": 10, "events": 8_000, "nodes": 25_000},
}


class Static(ThreadingHTTPServer):
    """Serves rrweb-player and the recording at hand, gzipped as any server would."""

    def __init__(self, package: Path) -> None:
        dist = package / "dist"
        script = next(dist.glob("*umd*min*js"), None) or next(dist.glob("*umd*js"))
        self.files = {
            "/": PAGE.encode(),
            "/player.js": script.read_bytes(),
            "/style.css": (dist / "style.css").read_bytes(),
        }
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        blob = self.server.files.get(self.path, b"")  # type: ignore[attr-defined]
        kind = {"/": "text/html", "/style.css": "text/css", "/player.js": "text/javascript"}.get(
            self.path, "application/json"
        )
        packed = blob if blob[:2] == b"\x1f\x8b" else gzip.compress(blob, 6)
        self.send_response(200)
        for name, value in (("content-type", kind), ("content-encoding", "gzip"), ("content-length", str(len(packed)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *_: object) -> None:
        pass


class Meter:
    """Counts what a page costs, by the browser's own account."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)
        self.bytes = 0
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU, however busy the machine is
        for domain in ("Network", "HeapProfiler", "Page"):
            self.session.send(f"{domain}.enable")
        self.session.on("Network.loadingFinished", self._count)

    def drawn_after(self, page: Any, url: str, nodes: int) -> tuple[float, float]:
        """Open `url`; return the CPU and wall ms until its picture, a page of `nodes` nodes, is painted."""
        seen: list[float] = []
        self.session.send("Runtime.enable")
        self.session.send("Runtime.addBinding", {"name": "drawn"})
        self.session.send("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH.replace("ROWS", str(nodes // 4))})
        self.session.on("Runtime.bindingCalled", lambda _: seen.append(time.perf_counter()))
        before, started = self.cpu_ms(), time.perf_counter()
        page.goto(url, wait_until="commit")
        until = started + 60
        while not seen and time.perf_counter() < until:
            page.wait_for_timeout(5)
        return self.cpu_ms() - before, (seen[0] - started) * 1000

    def _count(self, said: dict[str, Any]) -> None:
        self.bytes += said["encodedDataLength"]

    def metric(self, name: str) -> float:
        found = self.session.send("Performance.getMetrics")["metrics"]
        return next(item["value"] for item in found if item["name"] == name)

    def cpu_ms(self) -> float:
        return self.metric("TaskDuration") * 1000

    def heap_mb(self) -> float:
        self.session.send("HeapProfiler.collectGarbage")
        return self.metric("JSHeapUsedSize") / 1e6


def measure(browser: Any, url: str, seek: Any, seeks: list[float], nodes: int) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(120_000)
    meter = Meter(page)
    cpu, wall = meter.drawn_after(page, url, nodes)
    found = {"cpu": cpu, "wall": wall, "kb": meter.bytes / 1024}
    page.wait_for_load_state()
    page.wait_for_timeout(1_000)
    costs = []
    for t_ms in seeks:
        before = meter.cpu_ms()
        seek(page, t_ms)
        page.wait_for_timeout(500)
        costs.append(meter.cpu_ms() - before)
    if costs:
        found["seek"] = statistics.median(costs)
        found["worst_seek"] = max(costs)
    found["heap"] = meter.heap_mb()
    context.close()
    return found


def seek_ours(page: Any, t_ms: float) -> None:
    box = page.locator(".track").bounding_box()
    length = float(page.get_by_role("slider", name="Moment").get_attribute("aria-valuemax"))
    page.mouse.click(box["x"] + box["width"] * t_ms / length, box["y"] + 40)


def seek_theirs(page: Any, t_ms: float) -> None:
    page.evaluate("t => player.goto(t, false)", t_ms)


def medians(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--long-runs", type=int, default=2, help="of rrweb-player on recordings of hours")
    parser.add_argument("--only", default=",".join(CASES))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", work, RRWEB_PLAYER], check=True)
        static = Static(Path(work) / "node_modules" / "rrweb-player")
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        print("case    arm           n  first frame CPU  wall ms   KB sent   heap MB  seek CPU  worst seek")
        for name in args.only.split(","):
            case = CASES[name]
            blob, length = recording(**case), case["minutes"] * 60_000
            data = Path(work) / name
            with open_store(data) as store:
                session = import_recording(store, sites.ensure_default(store), blob)
                ensure_digested(store, session)
                ensure_segments(store, session)
            static.files["/recording.json"] = gzip.compress(blob, 6)
            server = Server(data, command="serve").start()
            rng = random.Random(name)
            rows: dict[str, list[dict[str, float]]] = {"playhead": [], "rrweb-player": []}
            try:
                for run in range(args.runs + 1):
                    seeks = [rng.uniform(0.05, 0.95) * length for _ in range(3)]
                    ours = f"{server.url}/sessions/{session}"
                    row = measure(browser, ours, seek_ours, seeks, case["nodes"])
                    if run:
                        rows["playhead"].append(row)
                    if run <= (args.long_runs if length > 3_600_000 else args.runs):
                        row = measure(browser, static.url, seek_theirs, seeks, case["nodes"])
                        if run:
                            rows["rrweb-player"].append(row)
            finally:
                server.kill()
            for arm, found in rows.items():
                if found:
                    m = medians(found)
                    print(
                        f"{name:7} {arm:12} {len(found):2} {m['cpu']:15.0f} {m['wall']:8.0f} {m['kb']:9.0f} {m['heap']:9.1f}"
                        f" {m['seek']:9.0f} {m['worst_seek']:11.0f}",
                        flush=True,
                    )
        browser.close()


if __name__ == "__main__":
    main()
