"""Gestures: scrolling, selecting, resizing, media and pointer travel of one lane.

What a script does looks the same in a recording: scrolling or playing that starts right after a press is the page's
answer to it, not something the visitor did besides.
"""

from array import array
from typing import Any, Final

import msgspec

from playhead.core.mirror.dom import Changes, Node
from playhead.core.mirror.payloads import SelectionRange
from playhead.core.targets.accname import BLOCKS, SILENT, clean
from playhead.core.targets.roles import attribute
from playhead.core.visit.facts import MAX_PX, Act, Roll, Shown
from playhead.core.visit.lane import Lane

SCROLL_FOLD_MS: Final = 1_000.0  # a pause longer than this ends a scroll
SCROLL_ANSWER_MS: Final = (
    250.0  # a scroll that begins this soon after a press is its answer (recorders throttle 100–150)
)
SMOOTH_MS: Final = 400.0  # gap inside one smooth scroll made by a script
LOADED_MS: Final = 800.0  # browsers restore scroll positions and start autoplay this soon after a load
MEDIA_ANSWER_MS: Final = 2_500.0
MEDIA_FOLD_MS: Final = 1_500.0  # dragging along a film's time line seeks again and again
COPIED_MS: Final = 100.0  # a copy follows its keys at once
RESIZE_FOLD_MS: Final = 2_000.0
SELECT_FOLD_MS: Final = 2_000.0
SELECT_READ_MS: Final = 150.0
MAX_SELECTED: Final = 200  # characters kept of a selection
MAX_WALK: Final = 600  # nodes visited to read one
MAX_MOVES: Final = 2_000_000  # pointer positions kept of one page load
HOVER_CLIMB: Final = 4  # ancestors of the hovered node that a hover effect may touch
COPY_KEYS: Final = frozenset(("Ctrl+C", "Meta+C", "Ctrl+X", "Meta+X", "Ctrl+Insert"))
MEDIA: Final = ("plays", "pauses", "seeks", "changes the volume", "changes the speed")


class _Position(msgspec.Struct, gc=False, rename="camel"):
    x: float = 0
    y: float = 0
    id: int = 0
    time_offset: float = 0


class _Moves(msgspec.Struct, gc=False):
    positions: list[_Position] = []


class _Scroll(msgspec.Struct, gc=False):
    id: int = 0
    x: float = 0
    y: float = 0


class _Selection(msgspec.Struct, gc=False):
    ranges: list[SelectionRange] = []


class _Resize(msgspec.Struct, gc=False):
    width: float = 0
    height: float = 0


_decode_moves: Final = msgspec.json.Decoder(_Moves).decode
_decode_scroll: Final = msgspec.json.Decoder(_Scroll).decode
_decode_selection: Final = msgspec.json.Decoder(_Selection).decode
_decode_resize: Final = msgspec.json.Decoder(_Resize).decode
UNREADABLE: Final = (msgspec.MsgspecError, ValueError)


class Gestures:
    """Turns the scroll, selection, resize, media and move events of one lane into acts and changes."""

    __slots__ = (
        "_answering",
        "_chains",
        "_lane",
        "_media",
        "_over",
        "_ranges",
        "_resize",
        "_rolled",
        "_scrolls",
        "_select",
    )

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._scrolls: dict[int, Act] = {}
        self._rolled: dict[int, tuple[float, float]] = {}  # scrolled nodes → since when, and when last
        self._answering: dict[int, float] = {}  # scrolled nodes that a script is moving → when last
        self._select: Act | None = None
        self._ranges: list[SelectionRange] = []  # selected last, its text not read yet
        self._resize: Act | None = None
        self._media: Act | None = None
        self._over = 0
        self._chains: dict[int, tuple[int, ...]] = {}  # of a node: itself and its nearest ancestors

    def reset(self) -> None:
        """Forget open folds: a new document began."""
        self._scrolls.clear()
        self._answering.clear()
        self._rolled.clear()
        self._select = self._resize = self._media = None
        self._ranges = []
        self._over = 0

    def on_scroll(self, t_ms: float, data: Any) -> None:
        lane = self._lane
        try:
            seen = _decode_scroll(data)
        except UNREADABLE:
            lane.session.count_unread("scroll")
            return
        began, rolled = self._rolled.get(seen.id, (t_ms, -1e18))
        if t_ms - rolled > SMOOTH_MS:
            began = t_ms
            lane.session.ambient[lane.load].note(((seen.id, "scroll"),), t_ms)
        self._rolled[seen.id] = (began, t_ms)
        last = self._answering.get(seen.id, -1e18)
        if t_ms - last <= SMOOTH_MS or (began >= lane.act_ms and t_ms - lane.act_ms <= SCROLL_ANSWER_MS):
            self._answering[seen.id] = t_ms
            if t_ms - last > SMOOTH_MS:
                lane.change(t_ms, "scroll", node=seen.id, shown=Shown("scroll", f"to {round(seen.y)} px"))
            return
        if t_ms - lane.facts.start_ms <= LOADED_MS:
            return
        act = self._scrolls.get(seen.id)
        if act is None or t_ms - act.end_ms > SCROLL_FOLD_MS:
            node = lane.mirror.nodes.get(seen.id)
            page = node is None or node.kind != 2 or node.tag in ("html", "body")
            act = lane.act(t_ms, "scroll", spot=None if page else lane.spots.at(seen.id, url=lane.url))
            act.detail["to_px"] = round(seen.y)
            self._scrolls = {**self._scrolls, seen.id: act} if len(self._scrolls) < 8 else {seen.id: act}
            if not page:
                lane.session.rolls[act.order] = Roll(act, seen.id, array("d"))
        act.count += 1
        act.end_ms = t_ms
        act.detail["to_px"] = round(seen.y)
        act.detail["deepest_px"] = max(round(seen.y), int(act.detail.get("deepest_px", 0)))
        if (roll := lane.session.rolls.get(act.order)) is not None and roll.act is act:
            roll.moments.append(t_ms)
        else:
            lane.session.active(t_ms)

    def on_moves(self, t_ms: float, data: Any, *, wanted: bool) -> list[tuple[float, float, float]]:
        """Read one batch of pointer positions; returns them as (moment, x, y) where they are wanted."""
        lane = self._lane
        places: list[tuple[float, float, float]] = []
        try:
            positions = _decode_moves(data).positions
        except UNREADABLE:
            lane.session.count_unread("moves")
            return places
        trail, activity = lane.session.trails[lane.load], lane.session.activity
        times, xs, ys = trail.t, trail.x, trail.y
        latest = activity[-1] if activity else -1e18
        for position in positions:
            offset, x, y = position.time_offset, position.x, position.y
            at = t_ms + offset if -60_000 < offset < 0 else t_ms
            if not (-MAX_PX < x < MAX_PX and -MAX_PX < y < MAX_PX):
                continue
            if wanted:
                places.append((at, x, y))
            if len(times) < MAX_MOVES:
                times.append(at)
                xs.append(x)
                ys.append(y)
            if position.id != self._over:
                self._over = position.id
                if len(trail.over) < MAX_MOVES:
                    trail.over.append((at, self._chain(position.id)))
            if at > latest:
                latest = at
                activity.append(at)
        return places

    def on_selection(self, t_ms: float, data: Any) -> bool:
        """Read one selection; returns whether text is selected now."""
        lane = self._lane
        try:
            ranges = _decode_selection(data).ranges
        except UNREADABLE:
            lane.session.count_unread("selection")
            return False
        if not any(part.start != part.end or part.start_offset != part.end_offset for part in ranges):
            return False
        act = self._select
        fits = act is not None and t_ms - act.end_ms <= SELECT_FOLD_MS and act.load == lane.load
        if act is not None and fits and t_ms - act.end_ms < SELECT_READ_MS and act.value:
            self._ranges = ranges  # a drag tells of dozens of selections: the last one counts
            return True
        text = self._read(ranges)
        if not text:
            return False
        lane.session.active(t_ms)
        if act is None or not fits:
            act = self._select = lane.act(t_ms, "select", spot=lane.spots.at(ranges[0].start, url=lane.url))
        act.end_ms, act.value, self._ranges = t_ms, text, []
        return True

    def settle(self) -> None:
        """Read the selection that was last made, if it was not read yet."""
        if self._ranges and self._select is not None:
            self._select.value = self._read(self._ranges) or self._select.value
        self._ranges = []

    def _read(self, ranges: list[SelectionRange]) -> str:
        return clean(" ".join(self._text(part) for part in ranges[:8]), limit=MAX_SELECTED)

    def copied(self, t_ms: float) -> None:
        """Say that the visitor copied what is selected."""
        self.settle()
        lane, act = self._lane, self._select
        if act is None or act.load != lane.load:
            act = lane.act(t_ms, "select")
        act.detail["copied"] = True
        acts = lane.session.acts
        keys = acts[-1] if acts else None
        if keys is not None and keys.kind == "keypress" and keys.value in COPY_KEYS and t_ms - keys.t_ms <= COPIED_MS:
            acts.pop()  # told with what was copied
            lane.strong = None

    def on_resize(self, t_ms: float, data: Any) -> None:
        lane = self._lane
        try:
            seen = _decode_resize(data)
        except UNREADABLE:
            lane.session.count_unread("resize")
            return
        act = self._resize
        if act is None or t_ms - act.end_ms > RESIZE_FOLD_MS:
            act = self._resize = lane.act(t_ms, "resize")
        act.end_ms = t_ms
        act.value = f"{round(seen.width)}×{round(seen.height)}"

    def on_media(self, t_ms: float, changes: Changes) -> None:
        """Read one media event that the mirror has applied."""
        if changes.media is None:
            return
        lane = self._lane
        node_id, kind = changes.media
        spot = lane.spots.at(node_id, url=lane.url)
        word = MEDIA[kind] if 0 <= kind < len(MEDIA) else "changes"
        target = spot.target if spot is not None else None
        name = target.role if target is not None else "media"
        if target is not None and target.name:
            name = f'{name} "{target.name}"'
        answer = t_ms - lane.act_ms <= MEDIA_ANSWER_MS
        if answer:
            lane.change(t_ms, "media", node=node_id, shown=Shown("state", f"{name} {word}", node_id=node_id))
        if kind not in (0, 1, 2) or (not answer and t_ms - lane.facts.start_ms <= LOADED_MS):
            return
        node = lane.mirror.nodes.get(node_id)
        looping = kind == 2 and node is not None and attribute(node, "loop") is not None
        if looping and not answer:
            return  # it begins anew by itself
        last = self._media
        if last is not None and (last.load, last.value) == (lane.load, word) and t_ms - last.end_ms <= MEDIA_FOLD_MS:
            last.end_ms = t_ms
            last.count += 1
            return
        act = self._media = lane.act(t_ms, "media", spot=spot, value=word)
        if answer and lane.strong is not None:
            act.cause = lane.strong
        else:
            act.detail["by"] = "unknown"

    def rearranged(self) -> None:
        """Say that nodes of the page came, went or moved."""
        if self._chains:
            self._chains.clear()

    def _chain(self, node_id: int) -> tuple[int, ...]:
        known = self._chains.get(node_id)
        if known is not None:
            return known
        chain: list[int] = []
        node: Node | None = self._lane.mirror.nodes.get(node_id)
        for _ in range(HOVER_CLIMB):
            if node is None or node.kind != 2 or node.tag in ("body", "html"):
                break
            chain.append(node.id)
            node = self._lane.mirror.nodes.get(node.parent)
        found = self._chains[node_id] = tuple(chain)
        return found

    def _text(self, part: SelectionRange) -> str:
        """The text between the two ends of a range, in document order."""
        nodes = self._lane.mirror.nodes
        start, end = nodes.get(part.start), nodes.get(part.end)
        first, last = max(0, part.start_offset), max(0, part.end_offset)
        if start is None or end is None or (part.start == part.end and first == last):
            return ""
        if start is end and start.kind == 3:
            return start.text[first:last]
        pieces: list[str] = []
        length = 0
        for node in self._walk(start, first, end, last):
            if node.kind != 3:
                pieces.append(" " if node.tag in BLOCKS else "")
                continue
            text = node.text
            if node is end:
                text = text[:last]
            if node is start:
                text = text[first:]
            pieces.append(text)
            length += len(text)
            if length > MAX_SELECTED * 2:
                break
        return "".join(pieces)

    def _walk(self, start: Node, start_offset: int, end: Node, end_offset: int) -> list[Node]:
        """The nodes from one end of a range to the other; an offset in an element counts its children."""
        nodes = self._lane.mirror.nodes
        at: Node | None = start
        if start.kind == 2:
            kids = start.children
            at = nodes.get(kids[start_offset]) if start_offset < len(kids) else self._next(start, into=False)
        last: Node | None = end
        if end.kind == 2:
            kids = end.children
            last = nodes.get(kids[end_offset]) if end_offset < len(kids) else self._next(end, into=False)
        found: list[Node] = []
        while at is not None and len(found) < MAX_WALK:
            if last is not None and at is last and last.kind != 3:
                break
            hidden = at.tag in SILENT or (at.kind == 2 and attribute(at, "aria-hidden") == "true")
            found.append(at)
            if at is last:
                break
            at = self._next(at, into=not hidden)
        return found

    def _next(self, node: Node, *, into: bool) -> Node | None:
        """The node after this one in document order."""
        nodes = self._lane.mirror.nodes
        if into and node.children:
            return nodes.get(node.children[0])
        for _ in range(MAX_WALK):
            parent = nodes.get(node.parent)
            if parent is None:
                return None
            if parent.links is None and len(parent.children) > MAX_WALK:
                return None  # finding the place among so many costs more than the rest of a text is worth
            after = parent.next_sibling_of(node.id)
            if after:
                return nodes.get(after)
            node = parent
        return None
