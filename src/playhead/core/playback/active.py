"""Active lane: which of several tabs the visitor had in front, moment by moment.

A lane becomes active when the visitor acts in it, when it says that it became visible, and when it loads, unless
the visitor goes on acting elsewhere first (a link opened in a background tab).
"""

import bisect
from collections.abc import Sequence
from typing import Final

import msgspec

from playhead.core import events as E

_ACTS: Final = frozenset((E.MOUSE_MOVE, E.MOUSE_INTERACTION, E.INPUT, E.TOUCH_MOVE, E.DRAG))
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class _Visibility(msgspec.Struct):
    state: str = ""


class _Custom(msgspec.Struct):
    tag: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"{}")


_decode_custom = msgspec.json.Decoder(_Custom).decode
_decode_visibility = msgspec.json.Decoder(_Visibility).decode


class Front:
    """Follows which lane is in front, through a recording that is read part by part."""

    def __init__(self) -> None:
        self.lane: str | None = None
        self._loaded: set[str] = set()

    def follow(self, events: Sequence[E.Event]) -> list[tuple[float, str]]:
        """Return (since_ms, lane) for every change in this part, which must be in time order."""
        if not self._loaded and events and len({event.page for event in events}) == 1:
            self.lane = events[0].page
            self._loaded.add(self.lane)
            return [(events[0].timestamp, self.lane)]
        acts = [at for at, event in enumerate(events) if _is_act(event)]
        switches: list[tuple[float, str]] = []
        for at, event in enumerate(events):
            position = bisect.bisect_left(acts, at)
            acted = position < len(acts) and acts[position] == at
            if not acted and event.page not in self._loaded:
                self._loaded.add(event.page)
                acted = position == len(acts) or events[acts[position]].page == event.page
            if (acted or self.lane is None) and self.lane != event.page:
                self.lane = event.page
                switches.append((event.timestamp, event.page))
        return switches


def active_lanes(events: Sequence[E.Event]) -> list[tuple[float, str]]:
    """Return (since_ms, lane) for every change of the active lane; events must be in time order."""
    return Front().follow(events)


def _is_act(event: E.Event) -> bool:
    if event.type == E.INCREMENTAL:
        return E.source_of(event) in _ACTS
    if event.type != E.CUSTOM or b"playhead.visibility" not in event.raw:
        return False
    try:
        custom = _decode_custom(event.data)
        return custom.tag == "playhead.visibility" and _decode_visibility(custom.payload).state == "visible"
    except _UNREADABLE:
        return False
