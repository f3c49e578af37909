# ruff: noqa: E501
"""Chaos: page loads in a real browser amid network cuts, reloads, closed tabs and a server that is killed with -9.

Usage   python bench/chaos.py [--loads 1000] [--seed 1] [--kill-every 50]
Pages   change all the time, draw on a canvas, call an API whose bodies are kept, and hold a frame of another origin
        that is part of their recording: every script of the recorder runs
Checked every batch the browser saw answered with 2xx is on the server · no page has a hole in its numbers
        no moment is recorded twice · no page ever had an uncaught exception
Prints  JSON: loads, cuts, closed, kills, batches seen and kept, and what went wrong; the exit code is 1 if anything did
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playhead.query.sites import ensure_default
from playhead.store import open_store
from tests.conftest import CHROMIUM_FLAGS, Server, chromium_path

DRAIN_S = 60
PAGE = """<!doctype html><title>Chaos</title><link rel=icon href="data:,"><script src="{server}/recorder.js"
 data-site="{site}" data-bodies="/api/*" data-canvas="2" data-frames="{frame}" async></script><h1>Page</h1>
 <button id=b>b</button><canvas id=c width=60 height=40></canvas><iframe src="{frame}/frame"></iframe><ul id=l></ul><script>
 b.onclick = () => fetch('/api/order', {{method: 'POST', body: JSON.stringify({{size: 'large', token: 'x'}})}}).catch(() => 0);
 setInterval(() => {{ const li = document.createElement('li'); li.textContent = Date.now(); l.append(li);
 c.getContext('2d').fillRect(Math.random() * 60, 0, 3, 40);
 if (l.children.length > 30) l.firstChild.remove() }}, 50)</script>"""
FRAME = """<!doctype html><title>Frame</title><script src="{server}/recorder.js" data-site="{site}" data-within="{page}" async></script>
 <p id=p>0</p><script>setInterval(() => {{ p.textContent = Date.now();
 window.playhead?.event?.('in the frame ' + crypto.getRandomValues(new Uint32Array(3)).join('-')) }}, 200)</script>"""


class Outcome:
    """What happened, and what the browser was promised."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.promised: set[tuple[str, str, int]] = set()  # session, page, number: answered with 2xx
        self.wrong: list[str] = []

    def answered(self, response) -> None:
        if "/ingest?" not in response.url or response.request.method != "POST" or not response.ok:
            return
        query = {name: values[-1] for name, values in parse_qs(urlsplit(response.url).query).items()}
        self.promised.add((query["session"], query["page"], int(query["seq"])))


class _Pages(BaseHTTPRequestHandler):
    html = frame = b""

    def do_GET(self) -> None:
        self._answer("text/html", self.frame if self.path.startswith("/frame") else self.html)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self._answer("application/json", b'{"said": "so"}')

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the page is gone
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Chaos:
    def __init__(self, browser, server: Server, address: str, outcome: Outcome, seed: int) -> None:
        self.browser, self.server, self.address, self.outcome = browser, server, address, outcome
        self.random = random.Random(seed)
        self.context = browser.new_context()
        self.context.on("response", outcome.answered)
        self.tabs: list = []
        self.marks = 0

    def run(self, loads: int, kill_every: int) -> None:
        for number in range(loads):
            self.load(number)
            if number % kill_every == kill_every - 1:
                self.server.kill()
                self.outcome.counts["kills"] += 1
                self.in_tab(self.tabs[-1])
                self.server.start()
        self.drain()

    def load(self, number: int) -> None:
        dice = self.random.random()
        if not self.tabs or (dice < 0.25 and len(self.tabs) < 4):
            tab = self.context.new_page()
            tab.on("pageerror", lambda error: self.outcome.wrong.append(f"an exception in the page: {error}"))
            self.tabs.append(tab)
        elif dice < 0.4 and len(self.tabs) > 1:
            self.tabs.pop(self.random.randrange(len(self.tabs))).close()
            self.outcome.counts["closed"] += 1
        tab = self.random.choice(self.tabs)
        if self.random.random() < 0.3 and tab.url.startswith("http"):
            tab.reload(wait_until="domcontentloaded")
        else:
            tab.goto(f"{self.address}/{number}", wait_until="domcontentloaded")
        self.outcome.counts["loads"] += 1
        self.in_tab(tab)

    def in_tab(self, tab) -> None:
        """Something happens; now and then without a network."""
        cut = self.random.random() < 0.2
        if cut:
            self.context.set_offline(True)
            self.outcome.counts["cuts"] += 1
        for _ in range(self.random.randrange(4)):
            self.marks += 1
            tab.evaluate(
                "n => { window.playhead?.event?.('mark ' + n); document.getElementById('b')?.click() }", self.marks
            )
            tab.wait_for_timeout(self.random.choice((0, 30, 200, 600)))
        if cut:
            self.context.set_offline(False)

    def drain(self) -> None:
        """Leave one tab open until everything that was left behind is sent."""
        tab = self.context.new_page()
        tab.goto(f"{self.address}/last")
        left = """() => new Promise(done => { const open = indexedDB.open('playhead', 1); open.onsuccess = () => {
            const all = open.result.transaction('batches').objectStore('batches').count();
            all.onsuccess = () => { done(all.result); open.result.close() } } })"""
        until = time.monotonic() + DRAIN_S
        for other in self.tabs:
            other.close()
        while (waiting := tab.evaluate(left)) and time.monotonic() < until:
            tab.wait_for_timeout(1_000)
        if waiting:
            self.outcome.wrong.append(f"{waiting} batches still wait in the browser after {DRAIN_S} s")
        self.context.close()


def check(data: Path, outcome: Outcome) -> None:
    """Compare what the browser was promised with what the store holds."""
    with open_store(data) as store:
        with store.index.read() as connection:
            sessions = connection.exec_driver_sql("SELECT id FROM sessions").scalars().all()
        kept: set[tuple[str, str, int]] = set()
        marks: Counter[str] = Counter()
        extras: Counter[str] = Counter()
        for session in sessions:
            with store.index.read() as connection:
                rows = connection.exec_driver_sql("SELECT page, seq FROM batches WHERE session = ?", (session,)).all()
            kept |= {(session, page, seq) for page, seq in rows}
            for event in store.log.read(session).events:
                whole = json.loads(event.raw)
                data_ = whole.get("data") or {}
                if whole["type"] == 5 and data_.get("tag") == "playhead.event":
                    marks[data_["payload"]["name"]] += 1
                extras["pictures kept"] += whole["type"] == 3 and data_.get("source") == 9
                extras["bodies kept"] += b"requestBody" in event.raw
    outcome.counts["batches promised"], outcome.counts["batches kept"] = len(outcome.promised), len(kept)
    inner = sum(name.startswith("in the frame") for name in marks)
    outcome.counts["marks kept"], outcome.counts["marks of frames kept"] = len(marks) - inner, inner
    outcome.counts["sessions"] = len(sessions)
    outcome.counts.update(extras)
    outcome.wrong += [f"no {one} at all" for one in ("pictures kept", "bodies kept") if not extras[one]]
    outcome.wrong += [] if inner else ["no frame was recorded at all"]
    lanes: dict[tuple[str, str], set[int]] = {}
    for session, page, seq in kept:
        lanes.setdefault((session, page), set()).add(seq)
    outcome.counts["pages"] = len(lanes)
    outcome.wrong += [f"promised and not kept: {one}" for one in sorted(outcome.promised - kept)]
    outcome.wrong += [f"twice: {name} × {count}" for name, count in marks.items() if count > 1]
    outcome.wrong += [f"a hole in {lane}: {sorted(seqs)}" for lane, seqs in lanes.items() if len(seqs) <= max(seqs)]


def run(loads: int, seed: int, kill_every: int) -> Outcome:
    from playwright.sync_api import sync_playwright

    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        with open_store(data) as store:
            site = ensure_default(store)
        server = Server(data, command="serve").start()
        pages = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
        page, frame = (f"http://{name}:{pages.server_address[1]}" for name in ("127.0.0.1", "localhost"))
        _Pages.html = PAGE.format(server=server.url, site=site, frame=frame).encode()
        _Pages.frame = FRAME.format(server=server.url, site=site, page=page).encode()
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        try:
            Chaos(browser, server, page, outcome, seed).run(loads, kill_every)
        finally:
            browser.close()
            pages.shutdown()
            server.kill()
        check(data, outcome)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loads", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-every", type=int, default=50, metavar="LOADS", help="kill -9 after every so many loads")
    args = parser.parse_args()
    began = time.monotonic()
    outcome = run(args.loads, args.seed, args.kill_every)
    seconds = round(time.monotonic() - began)
    print(json.dumps({**outcome.counts, "seconds": seconds, "wrong": outcome.wrong}, indent=1))
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
