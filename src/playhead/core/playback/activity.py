"""Activity: how much the visitor did, when; and the stretches in which they did nothing.

Shape   `buckets` gives 0–1 for equal slices of the session; `idle` gives (from_ms, to_ms)
Units   ms since the Unix epoch on the recorder's clock
"""

import math
from typing import Final

import msgspec

from playhead.core import events as E

IDLE_MS: Final = 5_000.0  # shorter pauses are reading, and skipping them would feel like a stutter
BIN_MS: Final = 250.0
MAX_BINS: Final = 400_000  # a day

_WEIGHTS: Final = {
    E.MOUSE_MOVE: 0.3,
    E.MOUSE_INTERACTION: 3.0,
    E.SCROLL: 1.0,
    E.VIEWPORT_RESIZE: 1.0,
    E.INPUT: 3.0,
    E.TOUCH_MOVE: 0.5,
    E.MEDIA_INTERACTION: 1.0,
    E.DRAG: 1.0,
    E.SELECTION: 0.5,
}
_USER_TAGS: Final = frozenset(("playhead.key", "playhead.submit", "playhead.navigate", "playhead.copy"))
_TOLD_WEIGHT: Final = 2.0


class _Tag(msgspec.Struct):
    tag: str = ""


_decode_tag = msgspec.json.Decoder(_Tag).decode


class Activity:
    """Adds up what happens, event by event, in time order."""

    def __init__(self) -> None:
        self._bins: dict[int, float] = {}
        self._pauses: list[tuple[float, float]] = []
        self._last_ms: float | None = None

    def note(self, event: E.Event) -> None:
        if self._last_ms is None:
            self._last_ms = event.timestamp
        weight = _weigh(event)
        if not weight:
            return
        t_ms = event.timestamp
        at = int(t_ms // BIN_MS)
        if at in self._bins or len(self._bins) < MAX_BINS:
            self._bins[at] = self._bins.get(at, 0.0) + weight
        if t_ms - self._last_ms >= IDLE_MS:
            self._pauses.append((self._last_ms, t_ms))
        self._last_ms = max(self._last_ms, t_ms)

    def idle(self, end_ms: float) -> list[tuple[float, float]]:
        """Return the stretches without activity, the last one up to `end_ms`."""
        last = self._last_ms
        return [*self._pauses, (last, end_ms)] if last is not None and end_ms - last >= IDLE_MS else self._pauses

    def buckets(self, start_ms: float, end_ms: float, *, count: int) -> list[float]:
        """Return `count` heights; square roots, so that one click still shows beside a minute of mouse travel."""
        span = max(1.0, end_ms - start_ms)
        sums = [0.0] * count
        for at, weight in self._bins.items():
            place = ((at + 0.5) * BIN_MS - start_ms) / span
            sums[min(count - 1, max(0, int(place * count)))] += weight
        roots = [math.sqrt(value) for value in sums]
        top = max(1.0, *roots)
        return [round(value / top, 3) for value in roots]


def _weigh(event: E.Event) -> float:
    if event.type == E.INCREMENTAL:
        return _WEIGHTS.get(E.source_of(event), 0.0)
    if event.type == E.META:
        return 1.0
    if event.type == E.CUSTOM and b'"playhead.' in event.raw:
        return _TOLD_WEIGHT if tag_of_custom(event) in _USER_TAGS else 0.0
    return 0.0


def tag_of_custom(event: E.Event) -> str:
    """Return the tag of a custom event; empty where it has none that can be read."""
    try:
        return _decode_tag(event.data).tag
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
