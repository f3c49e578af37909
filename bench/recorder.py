# ruff: noqa: E501
"""What being recorded costs a page: Playhead's recorder beside bare rrweb and the recorders of other products.

Usage   python bench/recorder.py [--runs 10] [--arms off,rrweb,playhead,…] [--before RECORDER.JS] [--steady] [--keep FILE]
        --before: the arm `before` is another recorder.js, to compare with; --steady: no burst
        --keep: add the rounds to a file of JSON lines and tell all it has, so that long runs come in parts
Needs   Chromium, npm (fetches the others' packages into a temporary directory), about 15 minutes
Prints  medians over fresh pages, arms in random order, the first round thrown away:
        size of all scripts the recorder loads (gzip -9); CPU of the page's main thread in steady state (250 changes a
        second, mouse, typing; over the page without a recorder) and in a burst (30,000 nodes come and go, 6,000
        attributes change), what is sent included; bytes sent. Workers' CPU is not counted: some compress there.
Arms    off       the page alone
        rrweb     @rrweb/record, its events sent as JSON every 5 s: the least that records at all
        the rest  as their documentation starts session recording, pointed at a local server that takes everything
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import random
import statistics
import subprocess
import tempfile
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from playhead.ingest.foreign import CONFIG_ANSWER, FLAGS_ANSWER
from playhead.web.static import STATIC
from tests.conftest import CHROMIUM_FLAGS, chromium_path

TS = Path(__file__).resolve().parents[1] / "ts"
PACKAGES = [
    "@rrweb/record@2.1.6",
    "posthog-js@1.449.2",
    "@sentry/browser@11.12.0",
    "@openreplay/tracker@19.0.1",
    "clarity-js@0.8.70",
]
SETTLE_MS: Final = 1_500  # for recorders that load more, and their first snapshot
STEADY_TICKS: Final = 250  # of 20 ms and five changes: 5 s
FLUSH_MS: Final = 5_500  # for what is sent every five seconds

PAGE = """<!doctype html><html><head><title>Bench</title><style>.on { color: #063 } .off { color: #333 }</style><!--recorder--></head><body>
<input id=field><div id=room></div><script>
const room = document.getElementById("room");
const words = "stock order crate invoice harbour pallet manifest berth".split(" ");
const word = (n) => words[n % words.length] + " " + n;
const row = (n) => { const one = document.createElement("p"); one.className = "off"; one.innerHTML = "<b></b> <i></i>";
  one.children[0].textContent = word(n); one.children[1].textContent = word(n * 7); return one; };
for (let n = 0; n < 500; n++) room.append(row(n));
const mouse = (n) => document.body.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX: n * 3 % 1200, clientY: n * 2 % 700 }));
window.steady = (ticks) => new Promise((done) => {
  let n = 0; const field = document.getElementById("field");
  const timer = setInterval(() => {
    for (let k = 0; k < 5; k++) { const one = room.children[(n * 5 + k) * 31 % 500];
      if (k % 2) one.className = n % 2 ? "on" : "off"; else one.children[0].firstChild.data = word(n + k); }
    mouse(n);
    if (n % 10 === 0) { field.value += "a"; field.dispatchEvent(new InputEvent("input", { bubbles: true, data: "a" })); }
    if (++n >= ticks) { clearInterval(timer); done(); }
  }, 20);
});
window.burst = async () => {
  const rest = () => new Promise((go) => setTimeout(go, 20));
  for (let round = 0; round < 10; round++) {
    const box = document.createElement("section");
    for (let n = 0; n < 600; n++) box.append(row(n));
    document.body.append(box); await rest();
    for (const one of box.children) one.className = "on"; await rest();
    box.remove(); await rest();
  }
};
</script></body></html>"""

ENTRIES: Final = {
    "rrweb": """import { record } from "@rrweb/record"; let held = [];
        record({ emit: (event) => held.push(event) });
        setInterval(() => { if (held.length) { fetch("/sink", { method: "POST", body: JSON.stringify(held) }); held = []; } }, 5000);""",
    "posthog-js": """import posthog from "posthog-js"; posthog.init("phc_bench", { api_host: location.origin, autocapture: false,
        capture_pageview: false, disable_surveys: true, opt_out_useragent_filter: true, session_recording: { maskAllInputs: true } });""",
    "@sentry/browser": """import * as Sentry from "@sentry/browser"; Sentry.init({ dsn: location.origin.replace("://", "://demo@") + "/1",
        replaysSessionSampleRate: 1, integrations: [Sentry.replayIntegration()] });""",
    "@openreplay/tracker": """import Tracker from "@openreplay/tracker"; const tracker = new Tracker({ projectKey: "bench",
        ingestPoint: location.origin + "/openreplay", __DISABLE_SECURE_MODE: true }); tracker.start();""",
    "clarity-js": """import * as clarity from "clarity-js"; const { start } = clarity.clarity ?? clarity.default ?? clarity;
        start({ projectId: "bench", upload: location.origin + "/sink", track: true, content: true, delay: 1000, delayMs: 1000 });""",
}
ARMS = ["off", "rrweb", "playhead", "posthog-js", "@sentry/browser", "@openreplay/tracker", "clarity-js"]
OPENREPLAY_START = {
    "token": "t",
    "sessionID": "1",
    "userUUID": "00000000-0000-0000-0000-000000000000",
    "delay": 0,
    "beaconSizeLimit": 1_000_000,
    "startTimestamp": 1_763_800_000_000,
    "compressionThreshold": 24_000,
    "projectID": "1",
}


class Sink(ThreadingHTTPServer):
    """Serves the page of each arm, takes whatever a recorder sends, and counts it."""

    daemon_threads = True

    def __init__(self, scripts: dict[str, bytes]) -> None:
        self.scripts, self.sent, self.asked = scripts, 0, set[str]()
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def get(self, path: str) -> tuple[str, bytes]:
        if path.startswith("/page/"):
            arm = path.removeprefix("/page/")
            ours = f'<script async src="/script/{arm}.js" data-site="bench"></script>'
            tag = {"off": "", "playhead": ours, "before": ours}
            script = tag.get(arm, f'<script async src="/script/{arm}.js"></script>')
            return "text/html", PAGE.replace("<!--recorder-->", script).encode()
        if path.endswith(".js"):
            name = path.rsplit("/", 1)[-1].removesuffix(".js")
            key = (
                "lazy"
                if name.endswith("recorder") and path.startswith("/static")
                else path.removeprefix("/script/").removesuffix(".js")
            )
            if path.startswith("/array/"):
                config = {"token": "phc_bench", **CONFIG_ANSWER}
                text = f"(window._POSTHOG_REMOTE_CONFIG??={{}}).phc_bench={{config:{json.dumps(config)},siteApps:[]}}"
                return "text/javascript", text.encode()
            self.asked.add(key)
            return "text/javascript", self.scripts.get(key, b"")
        return "application/json", b"{}"

    def post(self, path: str, body: bytes) -> bytes:
        self.sent += len(body)
        if path.startswith(("/flags", "/decide")):
            return json.dumps(FLAGS_ANSWER).encode()
        return json.dumps(OPENREPLAY_START).encode() if path.endswith("/web/start") else b"{}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Sink

    def do_GET(self) -> None:
        self._answer(*self.server.get(urlsplit(self.path).path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self._answer("application/json", self.server.post(urlsplit(self.path).path, body))

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        for name, value in (
            ("content-type", kind),
            ("content-length", str(len(body))),
            ("access-control-allow-origin", "*"),
        ):
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # the page is gone
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def bundles(work: Path, arms: list[str]) -> dict[str, bytes]:
    """Return each arm's script, made from its npm package as an application would."""
    wanted = [one for one in PACKAGES if one.rpartition("@")[0] in arms or ("rrweb" in arms and "rrweb" in one)]
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", work, *wanted], check=True)
    esbuild = next((TS / "node_modules/@esbuild").glob("*/bin/esbuild"))
    flags = ["--bundle", "--minify", "--format=iife", "--target=es2020", '--define:process.env.NODE_ENV="production"']
    found = {"playhead": (STATIC / "build/recorder.js").read_bytes()}
    found["lazy"] = (STATIC / "build/posthog-lazy-recorder.js").read_bytes()
    for arm, entry in ENTRIES.items():
        if arm not in arms:
            continue
        done = subprocess.run([esbuild, *flags], input=entry.encode(), cwd=work, capture_output=True, check=True)
        found[arm] = done.stdout
    return found


def cpu_ms(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1_000 * next(item["value"] for item in metrics if item["name"] == "TaskDuration")


def measure(browser: Browser, sink: Sink, arm: str, *, steady_only: bool = False) -> dict[str, float]:
    """One fresh page: CPU of steady state and burst, in ms, and the bytes sent."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    sink.sent = 0
    page.goto(f"{sink.url}/page/{arm}", wait_until="load")
    page.wait_for_timeout(SETTLE_MS)
    start = cpu_ms(session)
    page.evaluate("ticks => steady(ticks)", STEADY_TICKS)
    page.wait_for_timeout(FLUSH_MS)
    between = cpu_ms(session)
    if not steady_only:
        page.evaluate("burst()")
        page.wait_for_timeout(FLUSH_MS)
    found = {"steady": between - start, "burst": 0 if steady_only else cpu_ms(session) - between}
    page.goto("about:blank")  # what is left goes out
    page.wait_for_timeout(300)
    context.close()
    return {**found, "sent_kb": sink.sent / 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--before", type=Path)
    parser.add_argument("--steady", action="store_true")
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    arms = [*args.arms.split(","), *(["before"] if args.before else [])]
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        scripts = bundles(Path(work), arms)
        if args.before:
            scripts["before"] = args.before.read_bytes()
        sink = Sink(scripts)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        rows: dict[str, list[dict[str, float]]] = defaultdict(list)
        sizes: dict[str, float] = {}
        for run in range(args.runs + 1):
            for arm in random.sample(arms, len(arms)):
                sink.asked.clear()
                found = measure(browser, sink, arm, steady_only=args.steady)
                sizes[arm] = sum(len(gzip.compress(sink.scripts.get(name, b""), 9)) for name in sink.asked) / 1024
                if run:
                    rows[arm].append(found)
        browser.close()
    if args.keep:
        with args.keep.open("a") as file:
            file.writelines(json.dumps({"arm": arm, **row}) + "\n" for arm in arms for row in rows[arm])
        rows.clear()
        for line in args.keep.read_text().splitlines():
            row = json.loads(line)
            rows[row.pop("arm")].append(row)
    print_table(
        {arm: {name: statistics.median(row[name] for row in rows[arm]) for name in rows[arm][0]} for arm in arms},
        sizes,
        len(rows[arms[0]]),
    )


def print_table(found: dict[str, dict[str, float]], sizes: dict[str, float], runs: int) -> None:
    off, bare = found.get("off"), found.get("rrweb")
    table = Table(title=f"Recording a page: medians of {runs}, CPU of the main thread over the page alone")
    for column in (
        "recorder",
        "KB gzip",
        "steady ms",
        "÷ rrweb",
        "burst ms",
        "÷ rrweb",
        "page + recorder ÷ page + rrweb",
        "KB sent",
    ):
        table.add_column(column, justify="left" if column == "recorder" else "right")
    for arm, one in found.items():
        cells = [arm, f"{sizes[arm]:.1f}"]
        for name in ("steady", "burst"):
            over = one[name] - (off[name] if off else 0)
            cells.append(f"{over:.0f}" if arm != "off" else f"({one[name]:.0f})")
            least = bare[name] - off[name] if bare and off else 0
            cells.append(f"{over / least:.2f}" if least and arm != "off" else "")
        cells.append(
            ""
            if not bare
            else " / ".join(f"{one[name] / bare[name]:.2f}" for name in ("steady", "burst") if bare[name])
        )
        table.add_row(*cells, f"{one['sent_kb']:.0f}")
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
