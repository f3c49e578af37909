"""Order: one recording's events on one clock, each once, in the order in which they happened.

Recordings arrive unsorted, with batches sent twice, with seconds amid milliseconds, with stray moments from another
age. Node ids belong to a page lane (`Event.page`), so lanes stay apart while their events interleave in time.
Units   ms since the Unix epoch on the recorder's clock
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from playhead.core.events import MICROS_FROM, SECONDS_BELOW, STYLE_SHEET_RULE, Event, in_milliseconds, source_of

MAX_SESSION_MS: Final = 24 * 3600 * 1000.0  # a session is at most a day; what lies outside is another clock


class Ordered(msgspec.Struct):
    """Events in time order (equal moments keep arrival order), and what had to be left out or mended."""

    events: list[Event]
    duplicates: int = 0
    rescaled: int = 0  # timestamps that were not milliseconds
    strays: int = 0  # events without a usable timestamp, or more than a day away from the rest


def in_order(events: Sequence[Event]) -> Ordered:
    """Return the events sorted by time, without doubles, all in ms. The events themselves are not changed."""
    once = list({id(event): event for event in events}.values())  # told apart by identity below
    ordered = Ordered(list(once), duplicates=len(events) - len(once))
    _to_milliseconds(ordered)
    if any(a.timestamp > b.timestamp for a, b in zip(ordered.events, ordered.events[1:], strict=False)):
        ordered.events.sort(key=_moment)
    _drop_strays(ordered)
    _drop_duplicates(ordered, once)
    return ordered


def _moment(event: Event) -> float:
    return event.timestamp


def _to_milliseconds(ordered: Ordered) -> None:
    usable = [event for event in ordered.events if math.isfinite(event.timestamp) and event.timestamp >= 0]
    ordered.strays += len(ordered.events) - len(usable)
    ordered.events = usable
    if not any(event.timestamp >= SECONDS_BELOW for event in usable):
        return  # a recording whose clock starts at 0 says nothing about its unit: ms
    for at, event in enumerate(usable):
        if not SECONDS_BELOW <= event.timestamp < MICROS_FROM:
            unit, timestamp = in_milliseconds(event.timestamp)
            if unit:
                usable[at] = msgspec.structs.replace(event, timestamp=timestamp)
                ordered.rescaled += 1


def _drop_strays(ordered: Ordered) -> None:
    events = ordered.events
    if not events or events[-1].timestamp - events[0].timestamp <= MAX_SESSION_MS:
        return
    middle = events[len(events) // 2].timestamp
    kept = [event for event in events if abs(event.timestamp - middle) <= MAX_SESSION_MS]
    while kept[-1].timestamp - kept[0].timestamp > MAX_SESSION_MS:
        first = kept[0].timestamp
        kept = [event for event in kept if event.timestamp - first <= MAX_SESSION_MS]
    ordered.strays += len(events) - len(kept)
    ordered.events = kept


def _drop_duplicates(ordered: Ordered, arrived: Sequence[Event]) -> None:
    """Leave out events that came twice: the same bytes at the same moment in the same lane.

    A script may well delete rule 0 three times within a millisecond: a style rule that repeats counts as double
    only beside another event that came twice (a batch sent again repeats its neighbours too).
    """
    events = ordered.events
    doubles: set[int] = set()
    doubtful: set[int] = set()
    group: dict[tuple[str, bytes], None] = {}
    last = math.nan
    for at, event in enumerate(events):
        now = event.timestamp
        if now != last:
            last = now
            group.clear()
            if at + 1 >= len(events) or events[at + 1].timestamp != now:
                continue
        key = (event.page, event.raw or bytes(event.data))
        if key not in group:
            group[key] = None
        elif source_of(event) == STYLE_SHEET_RULE:
            doubtful.add(id(event))
        else:
            doubles.add(id(event))
    if doubtful and doubles:
        _spread(doubles, doubtful, arrived)
        _spread(doubles, doubtful, arrived[::-1])
    if doubles:
        ordered.duplicates += len(doubles)
        ordered.events = [event for event in events if id(event) not in doubles]


def _spread(doubles: set[int], doubtful: set[int], arrived: Sequence[Event]) -> None:
    before = 0
    for event in arrived:
        if id(event) in doubtful and before in doubles:
            doubles.add(id(event))
        before = id(event)
