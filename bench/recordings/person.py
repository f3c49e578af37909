"""Person: drives a page the way a hand would, and writes down, before any detector runs, what truly happened.

Truth   {"kind", "t_ms", "end_ms", "target", "note"}: ms since the Unix epoch, the same machine clock the recorder reads
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, Request, Response

SLOW_MS = 2_000.0


class Person:
    def __init__(self, page: Page, seed: str) -> None:
        self.page = page
        self.truth: list[dict[str, Any]] = []
        self.may: list[dict[str, Any]] = []
        self._random = random.Random(seed)
        self._errors: dict[str, dict[str, Any]] = {}
        page.context.on("weberror", lambda error: self._saw(str(error.error)))
        page.context.on("response", self._answered)
        page.context.on("requestfinished", self._finished)
        self._at = (640.0, 400.0)

    @contextmanager
    def meets(self, *kinds: str, target: str = "", note: str = "", may: bool = False) -> Iterator[None]:
        """Label what happens inside; what a careful judge could call either way goes to `may` and is never scored.

        `target` is the accessible name of the control, where the signal is about one.
        """
        start_ms = time.time() * 1000
        yield
        end_ms = time.time() * 1000
        for kind in kinds:
            label = {"kind": kind, "t_ms": round(start_ms), "end_ms": round(end_ms), "target": target, "note": note}
            (self.may if may else self.truth).append(label)

    def _saw(self, message: str) -> None:
        """The browser's own word that something was thrown: a true `js_error`, one for each message."""
        if "ResizeObserver loop" in message:
            return
        now_ms = round(time.time() * 1000)
        if message not in self._errors:
            label = {"kind": "js_error", "t_ms": now_ms, "end_ms": now_ms, "target": "", "note": message[:120]}
            self._errors[message] = label
            self.truth.append(label)
        self._errors[message]["end_ms"] = now_ms

    def _answered(self, response: Response) -> None:
        """Failed requests nobody labelled are real all the same."""
        if response.status >= 400:
            now_ms = round(time.time() * 1000)
            label = {"kind": "network_error", "t_ms": now_ms, "end_ms": now_ms, "target": ""}
            self.may.append(label | {"note": f"{response.status} {response.request.method} {response.url}"})

    def _finished(self, request: Request) -> None:
        """An answer that the browser itself waited long for, on a machine that was busy, may be called slow."""
        waited_ms = request.timing["responseEnd"]
        if waited_ms > SLOW_MS:
            end_ms = round(time.time() * 1000)
            label = {"kind": "slow_response", "t_ms": round(end_ms - waited_ms), "end_ms": end_ms, "target": ""}
            self.may.append(label | {"note": f"{waited_ms:.0f} ms for {request.url}"})

    def read(self, seconds: float = 1.0) -> None:
        """Look at the page; the pointer drifts a little, as it does."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if left > 0.5 and self._random.random() < 0.4:
                x, y = self._at
                self._move(x + self._random.uniform(-40, 40), y + self._random.uniform(-30, 30))
            self.page.wait_for_timeout(min(left, 0.45) * 1000)

    def point(self, target: Locator) -> tuple[float, float]:
        """Bring the pointer onto a control; returns where it came to rest."""
        target.wait_for(state="visible")
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box, f"{target} has no box"
        if target.evaluate("e => e.getClientRects().length") > 1:  # words over several lines: nothing lies between them
            box = target.evaluate("e => e.getClientRects()[0].toJSON()")
        x = box["x"] + box["width"] * self._random.uniform(0.35, 0.65)
        y = box["y"] + box["height"] * self._random.uniform(0.35, 0.65)
        self._move(x, y)
        return x, y

    def click(self, target: Locator, *, then: float = 0.6) -> None:
        x, y = self.point(target)
        self.page.wait_for_timeout(self._random.uniform(80, 200))
        self.page.mouse.click(x, y, delay=self._random.uniform(50, 110))
        self.read(then)

    def click_at(self, x: float, y: float, *, then: float = 0.6) -> None:
        self._move(x, y)
        self.page.mouse.click(x, y, delay=self._random.uniform(50, 110))
        self.read(then)

    def rage(self, target: Locator, times: int = 5, *, gap_ms: float = 220, then: float = 3.2) -> None:
        """Click the same thing again and again, then give up and wait."""
        x, y = self.point(target)
        for _ in range(times):
            jitter_x, jitter_y = self._random.uniform(-3, 3), self._random.uniform(-2, 2)
            self.page.mouse.click(x + jitter_x, y + jitter_y, delay=self._random.uniform(40, 80))
            self.page.wait_for_timeout(self._random.uniform(0.7, 1.3) * gap_ms)
        self.read(then)

    def fill(self, target: Locator, text: str, *, then: float = 0.4) -> None:
        """Click into a field, replace what is there, type at a human pace."""
        self.click(target, then=0.2)
        if target.evaluate("e => (e.value ?? '').length"):
            self.page.keyboard.press("Control+A")
        self.type(text, then=then)

    def type(self, text: str, *, then: float = 0.4) -> None:
        for character in text:
            self.page.keyboard.type(character)
            self.page.wait_for_timeout(self._random.uniform(45, 120))
        self.read(then)

    def press(self, key: str, *, then: float = 0.5) -> None:
        self.page.keyboard.press(key)
        self.read(then)

    def scroll(self, by: float, *, steps: int = 6, then: float = 0.6) -> None:
        for _ in range(steps):
            self.page.mouse.wheel(0, by / steps)
            self.page.wait_for_timeout(self._random.uniform(60, 130))
        self.read(then)

    def drag(self, start: tuple[float, float], end: tuple[float, float], *, then: float = 0.6) -> None:
        self._move(*start)
        self.page.mouse.down()
        self._move(*end, steps=18)
        self.page.mouse.up()
        self.read(then)

    def thrash(self, *, sweeps: int = 14, width: float = 260) -> None:
        """Shake the pointer back and forth without doing anything."""
        x, y = self._at
        for sweep in range(sweeps):
            side = 1 if sweep % 2 else -1
            self._move(x + side * width / 2, y + self._random.uniform(-25, 25), steps=4, pause_ms=8)

    def idle(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    def _move(self, x: float, y: float, *, steps: int = 9, pause_ms: float = 14) -> None:
        from_x, from_y = self._at
        for step in range(1, steps + 1):
            part = step / steps
            eased = part * part * (3 - 2 * part)
            self.page.mouse.move(from_x + (x - from_x) * eased, from_y + (y - from_y) * eased)
            self.page.wait_for_timeout(pause_ms)
        self._at = (x, y)
