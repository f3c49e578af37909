"""How fast recordings are read and mirrored: `python bench/mirror.py [FILE…]` prints MB of raw JSON a second.

Without files it makes its own recordings (the same every time): `application` (a page of 2,000 nodes and an hour of
use), `snapshots` (a page of 20,000 nodes, saved again and again), `typing` (small mutations and pointer moves).

`--scale` instead runs `playhead trace` and `playhead keyframe` as processes on `large` (a page of 100,000 nodes and
20,000 later events) and `day` (24 hours, 300,000 events, a page of 3,000 nodes that is loaded anew every other hour):
CPU of user and system, and peak memory.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from playhead.core.lanes import in_order
from playhead.core.mirror.dom import Mirror
from playhead.core.playback.keyframes import keyframe
from playhead.core.readers.formats import read_recording

START_MS = 1_700_000_000_000
WORDS = [
    "order",
    "account",
    "total",
    "payment",
    "delivery",
    "address",
    "customer",
    "invoice",
    "product",
    "price",
    "stock",
    "review",
    "setting",
]


class Maker:
    """Makes a recording by changing a page at random; ids and shapes as rrweb 2 writes them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.next_id = 1
        self.events: list[bytes] = []
        self.t_ms = START_MS
        self.rows: list[int] = []
        self.body = 0
        self.pace_ms = 120  # events are at most this far apart

    def id(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def emit(self, kind: int, data: Any) -> None:
        self.t_ms += self.random.randint(1, self.pace_ms)
        self.events.append(msgspec.json.encode({"type": kind, "data": data, "timestamp": self.t_ms}))

    def element(self, tag: str, attributes: dict[str, Any], children: list[Any]) -> dict[str, Any]:
        return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": children, "id": self.id()}

    def text(self, words: int) -> dict[str, Any]:
        return {"type": 3, "textContent": " ".join(self.random.choices(WORDS, k=words)), "id": self.id()}

    def row(self) -> list[dict[str, Any]]:
        """One table row as rrweb's additions, parents first: 12 nodes."""
        row = self.element("tr", {"class": "row even", "data-key": str(self.random.randint(1, 10**6))}, [])
        adds = [{"parentId": self.body, "nextId": None, "node": row}]
        for column in range(4):
            cell = self.element("td", {"class": f"cell cell-{column}", "role": "gridcell"}, [])
            adds.append({"parentId": row["id"], "nextId": None, "node": cell})
            if column == 3:
                button = self.element("button", {"type": "button", "class": "button small", "aria-label": "Open"}, [])
                adds.append({"parentId": cell["id"], "nextId": None, "node": button})
                adds.append({"parentId": button["id"], "nextId": None, "node": self.text(1)})
            else:
                adds.append({"parentId": cell["id"], "nextId": None, "node": self.text(3)})
        self.rows.append(row["id"])
        return adds

    def page(self, rows: int) -> None:
        css = "".join(f".c{n}{{color:rgb({n % 255},1,2);padding:{n % 9}px}}" for n in range(6000))
        head = self.element("head", {}, [self.element("style", {"_cssText": css}, [])])
        body = self.element("tbody", {}, [])
        self.body = body["id"]
        for _ in range(rows):
            held: dict[int, Any] = {body["id"]: body}
            for addition in self.row():
                held[addition["node"]["id"]] = addition["node"]
                held[addition["parentId"]]["childNodes"].append(addition["node"])
        table = self.element("body", {"class": "app"}, [self.element("table", {}, [body])])
        html = self.element("html", {"lang": "en"}, [head, table])
        node = {
            "type": 0,
            "childNodes": [{"type": 1, "name": "html", "publicId": "", "systemId": "", "id": self.id()}, html],
        }
        self.emit(4, {"href": "http://localhost/orders", "width": 1280, "height": 800})
        self.emit(2, {"node": {**node, "id": self.id()}, "initialOffset": {"left": 0, "top": 0}})

    def mutation(self, **parts: Any) -> None:
        self.emit(3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **parts})

    def step(self, *, grow: float) -> None:
        chance = self.random.random()
        some = self.random.choice(self.rows)
        if chance < grow:
            gone = self.rows.pop(self.random.randrange(len(self.rows)))
            self.mutation(removes=[{"parentId": self.body, "id": gone}], adds=self.row())
        elif chance < 0.55:
            changes = [{"id": some, "attributes": {"class": f"row is-{self.random.randint(1, 9)}"}}]
            self.mutation(
                attributes=changes, texts=[{"id": some + 2, "value": " ".join(self.random.choices(WORDS, k=4))}]
            )
        elif chance < 0.85:
            spots = [{"x": 10 * n, "y": 7 * n, "id": some, "timeOffset": -50 * (9 - n)} for n in range(10)]
            self.emit(3, {"source": 1, "positions": spots})
        elif chance < 0.93:
            self.emit(3, {"source": 2, "type": self.random.randint(0, 6), "id": some, "x": 5, "y": 9})
        else:
            self.emit(3, {"source": 3, "id": 1, "x": 0, "y": self.random.randint(0, 4000)})


def application() -> bytes:
    maker = Maker(1)
    maker.page(160)
    for _ in range(30_000):
        maker.step(grow=0.3)
    return b"[" + b",".join(maker.events) + b"]"


def snapshots() -> bytes:
    maker = Maker(2)
    maker.page(1_700)
    page = maker.events[-1]
    for _ in range(12):
        maker.step(grow=0.3)
        maker.events.append(page[:-1] + b',"delay":%d}' % maker.t_ms)
    return b"[" + b",".join(maker.events) + b"]"


def typing() -> bytes:
    maker = Maker(3)
    maker.page(40)
    for _ in range(60_000):
        maker.step(grow=0.0)
    return b"[" + b",".join(maker.events) + b"]"


def large() -> bytes:
    maker = Maker(4)
    maker.page(8_340)
    for _ in range(20_000):
        maker.step(grow=0.3)
    return b"[" + b",".join(maker.events) + b"]"


def day() -> bytes:
    maker = Maker(5)
    maker.pace_ms = 575
    for _ in range(12):
        maker.rows.clear()
        maker.next_id = 1
        maker.page(250)
        for _ in range(25_000):
            maker.step(grow=0.3)
    return b"[" + b",".join(maker.events) + b"]"


def at_scale() -> None:
    """Run the command as a process on what is large, and print what it cost."""
    print(f"{'recording':10} {'MB':>6} {'events':>8} {'command':9} {'CPU s':>7} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as home:
        for name, make in {"large": large, "day": day}.items():
            blob = make()
            path = Path(home) / f"{name}.json"
            path.write_bytes(blob)
            size, events = len(blob) / 1e6, blob.count(b'"timestamp":')
            del blob
            middle = START_MS + (10 * 60_000 if name == "large" else 12 * 3_600_000)
            for words in (["trace", str(path)], ["keyframe", str(path), "--at-ms", str(middle)]):
                cpu_s, peak_mb = run_measured([sys.executable, "-m", "playhead", *words])
                print(f"{name:10} {size:6.1f} {events:8,} {words[0]:9} {cpu_s:7.1f} {peak_mb:8.0f}", flush=True)


def run_measured(command: list[str]) -> tuple[float, float]:
    """Run a command; return its CPU seconds (user and system) and its peak memory in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def timed(work: Callable[[], Any], *, rounds: int = 3) -> tuple[float, Any]:
    """Return the least CPU time of `rounds` and the last result."""
    best, result = float("inf"), None
    for _ in range(rounds):
        result = None
        gc.collect()
        began = time.process_time()
        result = work()
        best = min(best, time.process_time() - began)
    return best, result


def mirrored(events: list[Any]) -> Mirror:
    mirror = Mirror()
    for event in events:
        mirror.apply(event)
    return mirror


def main(names: list[str]) -> None:
    makers: dict[str, Callable[[], bytes]] = {"application": application, "snapshots": snapshots, "typing": typing}
    inputs = {name: Path(name).read_bytes for name in names} or makers
    print(
        f"{'recording':24} {'MB':>6} {'events':>8} {'nodes':>7} {'read':>7} {'mirror':>7} {'both':>7} {'keyframe':>9}"
    )
    for name, make in inputs.items():
        blob = make()
        size = len(blob) / 1e6
        read_s, recording = timed(lambda blob=blob: read_recording(blob))
        events = in_order(recording.events).events
        mirror_s, mirror = timed(lambda events=events: mirrored(events))
        key_s, _ = timed(lambda mirror=mirror: keyframe(mirror, t_ms=0))
        print(
            f"{Path(name).name[:24]:24} {size:6.1f} {len(events):8,} {len(mirror.nodes):7,} {size / read_s:7.0f}"
            f" {size / mirror_s:7.0f} {size / (read_s + mirror_s):7.0f} {key_s * 1000:6.0f} ms"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"MB/s of raw JSON, CPU time, best of 3; peak memory {peak:.0f} MiB with the recordings in it")


if __name__ == "__main__":
    at_scale() if sys.argv[1:] == ["--scale"] else main(sys.argv[1:])
