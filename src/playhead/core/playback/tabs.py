"""Tabs: which tabs a session has, from when to when each was open, and when it was the one in front.

Shape   a lane (`Event.page`) is one document; our recorder says in `playhead.page` which tab it was loaded in, and
        lanes of one tab make one `Tab`. A lane that says nothing is a tab of its own
Units   ms since the Unix epoch on the recorder's clock
"""

from typing import Final

import msgspec

from playhead.core import events as E
from playhead.core.playback.activity import tag_of_custom

MAX_TABS: Final = 50  # the first ones; more would be no picture any more

_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Tab(msgspec.Struct, array_like=True, frozen=True):
    """One tab: its documents as (lane, first, last event), and the stretches in which it was in front."""

    id: str
    pages: list[tuple[str, float, float]]
    front: list[tuple[float, float]]


class _Page(msgspec.Struct):
    tab: str = ""


class _Custom(msgspec.Struct):
    payload: _Page


_decode = msgspec.json.Decoder(_Custom).decode


class TabReader:
    """Follows a session's events in time order."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._tab: dict[str, str] = {}  # by lane, where it said so
        self._turns: list[tuple[float, str]] = []

    def note(self, event: E.Event, *, active: str) -> None:
        """Take the next event; `active` is the lane in front at its time."""
        lane, t_ms = event.page, event.timestamp
        self._first.setdefault(lane, t_ms)
        self._last[lane] = t_ms
        if not self._turns or self._turns[-1][1] != active:
            self._turns.append((t_ms, active))
        if lane not in self._tab and event.type == E.CUSTOM and b"playhead.page" in event.raw:
            self._note_page(event)

    def tabs(self, end_ms: float) -> list[Tab]:
        """Return the tabs in the order in which they were opened; none where there is only one."""
        pages: dict[str, list[tuple[str, float, float]]] = {}
        for lane, first_ms in self._first.items():
            pages.setdefault(self._tab_of(lane), []).append((lane, first_ms, self._last[lane]))
        if len(pages) < 2:
            return []
        front: dict[str, list[tuple[float, float]]] = {}
        ends = [*(since for since, _ in self._turns[1:]), end_ms]
        for (since, lane), until in zip(self._turns, ends, strict=True):
            spans = front.setdefault(self._tab_of(lane), [])
            if spans and spans[-1][1] == since:  # its next document
                spans[-1] = (spans[-1][0], until)
            else:
                spans.append((since, until))
        return [Tab(tab, own, front.get(tab, [])) for tab, own in list(pages.items())[:MAX_TABS]]

    def _tab_of(self, lane: str) -> str:
        return self._tab.get(lane, lane)

    def _note_page(self, event: E.Event) -> None:
        try:
            if tag_of_custom(event) == "playhead.page" and (tab := _decode(event.data).payload.tab):
                self._tab[event.page] = tab[:64]
        except _UNREADABLE:
            pass
