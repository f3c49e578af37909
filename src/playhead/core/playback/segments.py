"""Segments: a recording as slices that each begin with a keyframe, so that any moment costs the same to show.

Shape   `SegmentBuilder.push` takes events in time order and the lane (tab) in front; `closed` and `open` hold the
        slices. A slice is `keyframe` (what shows the page at `from_ms`) and `events` (what happened after it, in the
        lane in front, a keyframe at each switch and each page load).
Order   a player that has shown one slice goes on with the `events` of the next; with `fresh` ones also its keyframe
Safety  everything in a slice went through core.sanitise
Units   ms since the Unix epoch on the recorder's clock; costs in µs of a browser's CPU, as measured
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from playhead.core import events as E
from playhead.core.lanes import in_order
from playhead.core.mirror.dom import Mirror
from playhead.core.playback.active import Front
from playhead.core.playback.activity import Activity, tag_of_custom
from playhead.core.playback.keyframes import keyframe
from playhead.core.playback.panels import PanelReader
from playhead.core.playback.sanitise import SANITISER_VERSION, TooDeep, safe_event
from playhead.core.playback.tabs import TabReader

SEGMENT_VERSION: Final = 5 * 1000 + SANITISER_VERSION  # segments of another version are made anew from the log

EVENT_US: Final = 30.0  # what an event costs the Replayer when it is applied at a seek
EVENT_BYTE_US: Final = 0.05
KEYFRAME_BYTE_US: Final = 0.1  # a quarter of what rebuilding the page costs: a seek is then at most that much dearer
MIN_COST_US: Final = 30_000.0
MAX_COST_US: Final = 90_000.0
MIN_FRESH_BYTES: Final = 24 << 10  # a page that loads begins a slice of its own unless the one before is this small


TOLD: Final = frozenset(("playhead.page", "playhead.navigate"))


class Segment(msgspec.Struct):
    """One slice while it is made; bytes of JSON events."""

    from_ms: float
    to_ms: float
    keyframe: list[bytes]
    events: list[bytes]
    fresh: bool
    keyframe_bytes: int
    size: int = 0  # of `events`
    cost_us: float = 0.0


class Missing(NamedTuple):
    """A stretch of which nothing can be shown, and why."""

    from_ms: float
    to_ms: float
    reason: str


class SegmentBuilder:
    """Reads a session once, in time order, and cuts it into slices."""

    def __init__(self) -> None:
        self.closed: list[Segment] = []
        self.open: Segment | None = None
        self.activity = Activity()
        self.panels = PanelReader()
        self.tabs = TabReader()
        self.missing: list[Missing] = []
        self.dropped: dict[str, int] = {}
        self.start_ms: float | None = None
        self.end_ms = 0.0
        self._mirrors: dict[str, Mirror] = {}
        self._active = ""
        self._cuts = 0
        self._early: list[E.Event] = []  # what came before the first picture
        self._told: dict[str, dict[str, E.Event]] = {}  # by lane: the last word on address and colours
        self._blank_since: float | None = None

    def push(self, event: E.Event, *, active: str) -> None:
        """Take the next event; `active` is the lane in front at its time."""
        t_ms = event.timestamp
        if self.start_ms is None:
            self.start_ms, self._active = t_ms, active
            self._blank_since = t_ms
        self.end_ms = max(self.end_ms, t_ms)
        if active != self._active:
            self._switch(active, t_ms)
        mirror = self._mirrors.get(event.page)
        if mirror is None:
            mirror = self._mirrors[event.page] = Mirror()
        segment = self.open
        if segment is not None and event.page == self._active and t_ms > segment.to_ms + 1 and self._is_full(segment):
            self._cut(mirror, segment.to_ms, event.page, fresh=False)  # while the mirror stands where the slice ends
        mirror.apply(event)
        self._note_told(event)
        self.tabs.note(event, active=active)
        self.panels.push(event)
        if event.page == self._active:
            self.activity.note(event)
            self._show(mirror, event)

    def gaps(self) -> list[Missing]:
        """Return the stretches nothing of which can be drawn, the one that has not ended included."""
        if self._blank_since is None or self.start_ms is None:
            return self.missing
        return [*self.missing, Missing(self._blank_since, self.end_ms, "no snapshot")]

    def take_closed(self) -> list[Segment]:
        """Hand over the slices to which nothing is added any more."""
        taken, self.closed = self.closed, []
        return taken

    def _switch(self, lane: str, t_ms: float) -> None:
        self._active = lane
        mirror = self._mirrors.get(lane)
        if mirror is not None and mirror.document is not None:
            self._begin(mirror, t_ms, lane)
        elif self._blank_since is None and self.open is None:
            self._blank_since = t_ms

    def _show(self, mirror: Mirror, event: E.Event) -> None:
        if event.type == E.META:
            return  # the snapshot that follows brings it; alone it would hide the page before from a seek
        if event.type == E.FULL_SNAPSHOT:
            if mirror.document is None:
                self._drop("snapshot_unreadable")
            else:
                self._begin(mirror, event.timestamp, event.page)
            return
        if mirror.document is None:
            if len(self._early) < 1000:
                self._early.append(event)
            return
        self._append(mirror, event)

    def _append(self, mirror: Mirror, event: E.Event) -> None:
        def tag_of(node_id: int) -> str:
            node = mirror.nodes.get(node_id)
            return node.tag if node is not None else ""

        def rel_of(node_id: int) -> str:
            node = mirror.nodes.get(node_id)
            return str(node.attributes.get("rel") or "") if node is not None and node.tag == "link" else ""

        segment = self.open
        if segment is None:
            return
        segment.to_ms = max(segment.to_ms, event.timestamp)
        try:
            blob = safe_event(event, tag_of=tag_of, rel_of=rel_of)
        except TooDeep:
            self._cut(mirror, event.timestamp, event.page, fresh=True)
            return
        if blob is None:
            self._drop("event_refused")
            return
        segment.events.append(blob)
        segment.size += len(blob)
        segment.cost_us += EVENT_US + EVENT_BYTE_US * len(blob)

    def _begin(self, mirror: Mirror, t_ms: float, lane: str) -> None:
        """Show a page that loaded, or that a switch of tabs brought to the front."""
        if self._blank_since is not None:
            if t_ms > self._blank_since and self.start_ms is not None and (self._cuts or t_ms - self.start_ms > 2_000):
                self.missing.append(Missing(self._blank_since, t_ms, "no snapshot"))
            self._blank_since = None
        segment = self.open
        if segment is None or segment.size + segment.keyframe_bytes >= MIN_FRESH_BYTES:
            self._cut(mirror, t_ms, lane, fresh=True)
        else:
            frames = self._frames(mirror, t_ms, lane)
            segment.events += frames
            segment.size += sum(map(len, frames))
            segment.cost_us += KEYFRAME_BYTE_US * 2 * segment.size
            segment.to_ms = max(segment.to_ms, t_ms)
        early, self._early = self._early, []
        for event in early:
            if event.page == lane:
                self._append(mirror, msgspec.structs.replace(event, timestamp=t_ms))

    def _cut(self, mirror: Mirror, t_ms: float, lane: str, *, fresh: bool) -> None:
        frames = self._frames(mirror, t_ms, lane)
        if self.open is not None:
            self.closed.append(self.open)
            self._cuts += 1
        self.open = Segment(t_ms, t_ms, frames, [], fresh, sum(map(len, frames)))

    def _frames(self, mirror: Mirror, t_ms: float, lane: str) -> list[bytes]:
        """Return a keyframe, with what the page last said of its address and colours."""
        frames = keyframe(mirror, t_ms=t_ms, safe=True)
        for event in self._told.get(lane, {}).values():
            blob = safe_event(msgspec.structs.replace(event, timestamp=t_ms), tag_of=_nothing, rel_of=_nothing)
            if blob is not None:
                frames.append(blob)
        return frames

    def _note_told(self, event: E.Event) -> None:
        if event.type == E.META:
            self._told.get(event.page, {}).pop("playhead.navigate", None)
        elif event.type == E.CUSTOM and b'"playhead.' in event.raw:
            tag = tag_of_custom(event)
            if tag in TOLD:
                told = self._told.setdefault(event.page, {})
                told.pop(tag, None)
                told[tag] = event

    def _is_full(self, segment: Segment) -> bool:
        limit = min(MAX_COST_US, max(MIN_COST_US, segment.keyframe_bytes * KEYFRAME_BYTE_US))
        return segment.cost_us >= limit

    def _drop(self, reason: str) -> None:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1


def _nothing(_node_id: int) -> str:
    return ""


def build(events: Sequence[E.Event]) -> SegmentBuilder:
    """Return the slices of a whole recording, events in any order."""
    builder = SegmentBuilder()
    for event, active in with_active(in_order(events).events, Front()):
        builder.push(event, active=active)
    return builder


def with_active(ordered: Sequence[E.Event], front: Front) -> Iterator[tuple[E.Event, str]]:
    """Yield each event with the lane in front at its time; events must be in time order."""
    lane = front.lane
    switches = front.follow(ordered)
    turn = 0
    for event in ordered:
        while turn < len(switches) and (lane is None or switches[turn][0] <= event.timestamp):
            lane = switches[turn][1]
            turn += 1
        yield event, lane or event.page
