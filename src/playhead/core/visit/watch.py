"""Watch: the one pass over a recording that turns its events into facts.

Each event is applied to the mirror of its lane once, then read by whoever it concerns: pointer, fields, gestures,
requests, problems. What can only be judged with hindsight (attribution, signals) is left to later modules.
"""

from typing import Any, Final, cast

import msgspec

from playhead.core import events as E
from playhead.core.mirror.dom import Changes
from playhead.core.visit.custom import Told
from playhead.core.visit.facts import CLICKS, Change
from playhead.core.visit.fields import Fields
from playhead.core.visit.gestures import Gestures
from playhead.core.visit.lane import Lane, Session
from playhead.core.visit.loads import Loads
from playhead.core.visit.places import Places, is_rebuilt, places_of
from playhead.core.visit.pointer import Pointer, Press
from playhead.core.visit.tips import Tips
from playhead.core.visit.waiting import Waiting
from playhead.core.words import words

FEEDBACK_CLIMB: Final = 6  # levels between a control and the parts of it that a pressed look changes
FEEDBACK_MS: Final = 2_500.0
BLUR_MS: Final = 500.0  # a field has lost its focused look by then, the transition of its label included
FIELD_CLIMB: Final = 4  # levels between a field and the box that holds its label and frame
BUSY_MS: Final = 1_500.0  # a page shows that it is busy this soon after a press
_LOOKS: Final = frozenset(("class", "style", "tabindex"))  # attributes in which a pressed look stands
# Those that tell a state or hold content: any other of a control (a component's own `active`) may be a look too.
_TELLING: Final = words(
    "checked selected disabled readonly required open hidden href src srcset alt title placeholder label type "
    "max min cols rows span width height viewbox d points x y r cx cy transform loading busy expanded indeterminate"
)


class _Custom(msgspec.Struct, gc=False):
    tag: str = ""
    payload: Any = None


class _Plugin(msgspec.Struct, gc=False):
    plugin: str = ""
    payload: Any = None


_decode_custom: Final = msgspec.json.Decoder(_Custom).decode
_decode_plugin: Final = msgspec.json.Decoder(_Plugin).decode
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)


class Watch:
    """Reads the events of one page lane."""

    def __init__(self, page: str, session: Session) -> None:
        self.lane = Lane(page, session)
        self._session = session
        self._pointer = Pointer(self.lane)
        self._fields = Fields(self.lane)
        self._gestures = Gestures(self.lane)
        self._loads = Loads(self.lane)
        self._waiting = Waiting(self.lane)
        self._tips = Tips(self.lane.mirror, self.lane.spots.names)
        self._told = Told(self.lane, self._fields, self._gestures)

    def on_event(self, event: E.Event) -> None:
        """Read the next event of this lane, in time order."""
        lane, t_ms, kind = self.lane, event.timestamp, event.type
        if lane.load < 0:
            lane.begin_load(t_ms, url="")
        if kind == E.INCREMENTAL:
            self._incremental(event, t_ms)
        elif kind == E.FULL_SNAPSHOT:
            self._snapshot(event)
        elif kind == E.META:
            lane.mirror.apply(event)
            self._loads.on_meta(t_ms)
        elif kind == E.CUSTOM:
            self._custom(event, t_ms)
        elif kind == E.PLUGIN:
            self._plugin(event, t_ms)
        elif kind in (E.DOM_CONTENT_LOADED, E.LOAD):
            self._loads.on_document_event(t_ms)
        self._session.last_ms[lane.load] = t_ms

    def settle(self) -> None:
        """End what is still open when the recording ends."""
        self._pointer.settle(self._session.last_ms[self.lane.load] if self.lane.load >= 0 else 0.0)
        self._gestures.settle()
        self._loads.settle()

    def _snapshot(self, event: E.Event) -> None:
        lane = self.lane
        before = self._loads.page_before()
        changes = lane.mirror.apply(event)
        if not changes.reset:
            return
        lane.spots.changed(styles=True)
        self._gestures.rearranged()
        if self._loads.on_snapshot(event.timestamp, before):
            self._pointer.settle(event.timestamp)
            self._fields.leave()
            self._gestures.reset()
            self._waiting.reset()
            self._tips.reset()

    def _incremental(self, event: E.Event, t_ms: float) -> None:
        source = quick_source(event)
        sources = self._session.sources
        sources[source] = sources.get(source, 0) + 1
        if source == E.MUTATION:
            changes = self.lane.mirror.apply(event)
            self._mutation(t_ms, changes)
        elif source == E.MOUSE_MOVE or source == E.TOUCH_MOVE or source == E.DRAG:
            press = self._pointer.press
            wanted = press is not None and press.x >= 0
            for at, x, y in self._gestures.on_moves(t_ms, event.data, wanted=wanted):
                self._pointer.moved(at, x, y)
        elif source == E.MOUSE_INTERACTION:
            self._interaction(t_ms, event)
        elif source == E.INPUT:
            changes = self.lane.mirror.apply(event)
            if changes.values or changes.checks:
                self.lane.spots.changed()
            self._fields.on_event(t_ms, event.data, changes)
        elif source == E.SCROLL:
            self.lane.mirror.apply(event)
            self._gestures.on_scroll(t_ms, event.data)
        elif source == E.SELECTION:
            if self._gestures.on_selection(t_ms, event.data) and self._pointer.press is not None:
                self._pointer.press.selected = True
        else:
            self._other(source, event, t_ms)

    def _interaction(self, t_ms: float, event: E.Event) -> None:
        self._gestures.settle()
        before = self._session.acts[-1] if self._session.acts else None
        self._pointer.on_event(t_ms, event.data)
        after = self._session.acts[-1] if self._session.acts else None
        if after is not before and after is not None:
            typing = self._fields.typing
            if typing is not None and (
                after.spot is None or typing.spot is None or after.spot.node_id != typing.spot.node_id
            ):
                self._fields.leave()
            if after.spot is not None and (after.spot.submits or after.spot.group):
                self._fields.form(after.spot.submits or after.spot.group)
        if self.lane.focus:
            self._fields.focused(self.lane.focus)
        elif self._pointer.press is not None:
            self._fields.focused(self._pointer.press.node_id)

    def _other(self, source: int, event: E.Event, t_ms: float) -> None:
        lane = self.lane
        if source == E.LOG:
            self._console(_payload_of(event), t_ms)
            return
        size = (lane.mirror.width, lane.mirror.height)
        changes = lane.mirror.apply(event)
        if source == E.VIEWPORT_RESIZE:
            if size != (lane.mirror.width, lane.mirror.height):  # recorders also say the size that a page has anyway
                self._gestures.on_resize(t_ms, event.data)
        elif source == E.MEDIA_INTERACTION:
            self._gestures.on_media(t_ms, changes)
        elif changes.canvas is not None:
            self._session.canvas_seen[lane.load] = True
            lane.change(t_ms, "canvas", node=changes.canvas)
        elif changes.styles:
            lane.spots.changed(styles=True)
            lane.change(t_ms, "style")

    def _mutation(self, t_ms: float, changes: Changes) -> None:
        lane = self.lane
        lane.spots.changed(styles=changes.styles)
        if changes.added or changes.removed:
            self._gestures.rearranged()
        if lane.editor and self._fields.on_editor(t_ms, changes):
            return
        places = places_of(lane.mirror, changes)
        self._loads.on_mutation(t_ms, changes)
        if places is None:
            return
        near, loading = lane.is_near(t_ms), self._loads.is_settling(t_ms)
        if self._waiting.busy or (near and t_ms - lane.act_ms <= BUSY_MS):
            self._waiting.on_mutation(t_ms, changes)
        note = self._session.ambient[lane.load].note
        racing = True
        for place in places.keys:
            racing = note(place, t_ms) and racing
        if loading:
            self._loads.read(t_ms, changes)
        if not near or racing:
            return
        change = Change(t_ms, lane.load, "dom", nodes=tuple(places.nodes), size=places.size)
        change.places = tuple(places.keys)
        strong = lane.strong.spot if lane.strong is not None and lane.strong.kind in CLICKS else None
        change.shown = tuple(lane.reader.read(changes, sent=strong is not None and strong.submits != 0))
        change.rebuilt = is_rebuilt(lane.mirror, changes)
        pressed = lane.strong.spot.node_id if lane.strong is not None and lane.strong.spot is not None else 0
        change.tips, change.old_hints, change.hints = self._tips.places(changes, places.nodes, pressed)
        self._feedback(t_ms, change, places, changes)
        self._session.add_change(change)

    def _feedback(self, t_ms: float, change: Change, places: Places, changes: Changes) -> None:
        """Mark a change that stays inside the pressed control and says nothing: a ripple, a pressed look."""
        lane = self.lane
        press = self._pointer.press
        if press is not None and self._is_blur(press, t_ms, change, places, changes):
            change.blur = True
            return
        spot = press.spot if press is not None else (lane.strong.spot if lane.strong is not None else None)
        if spot is None or spot.nature == "content" or places.text or t_ms - lane.act_ms > FEEDBACK_MS:
            return
        host = self._host_of(spot.node_id)
        if places.size > len(places.nodes) or not all(
            node == host or self._is_in(node, spot.node_id) for node in places.nodes
        ):
            return
        if not _is_look(changes):
            return
        change.feedback = spot.node_id
        change.undo = tuple(
            [
                (n, name, _text(name, old), _text(name, new))
                for n, name, old, new in changes.attributes[:16]
                if name != "tabindex"
            ]
            + [(node, "#added", "", "1") for node in changes.added[:16]]
            + [(node.id, "#added", "1", "") for node in changes.removed[:16]]
        )

    def _host_of(self, control: int) -> int:
        """The component whose one part a control is, 0 for none: its look is the control's."""
        node = self.lane.mirror.nodes.get(control)
        return node.parent if node is not None and node.is_shadow else 0

    def _is_blur(self, press: Press, t_ms: float, change: Change, places: Places, changes: Changes) -> bool:
        """Whether only a field that the press took the focus from looks otherwise: that is no answer to the press."""
        if not press.left or t_ms - press.t_ms > BLUR_MS or places.text or places.size > len(places.nodes):
            return False
        if not _is_look(changes, field=press.left) or any(shown.kind != "state" for shown in change.shown):
            return False
        if press.node_id not in self.lane.mirror.nodes:
            return False  # it went with what it removed
        box = self._box_of_field(press.left, press.node_id)
        return box != 0 and all(self._is_in(node, box) for node in places.nodes)

    def _box_of_field(self, field: int, pressed: int) -> int:
        """The element that frames a field and its label, without what was pressed; 0 where there is none."""
        nodes = self.lane.mirror.nodes
        node, around = nodes.get(pressed), set[int]()
        while node is not None and len(around) < 64:
            around.add(node.id)
            node = nodes.get(node.parent)
        at, box = nodes.get(field), 0
        for _ in range(FIELD_CLIMB):
            if at is None or at.kind != 2 or at.id in around:
                break
            box, at = at.id, nodes.get(at.parent)
        return box

    def _is_in(self, node_id: int, control: int) -> bool:
        node = self.lane.mirror.nodes.get(node_id)
        for _ in range(FEEDBACK_CLIMB):
            if node is None:
                return False
            if node.id == control:
                return True
            node = self.lane.mirror.nodes.get(node.parent)
        return False

    def _custom(self, event: E.Event, t_ms: float) -> None:
        try:
            custom = _decode_custom(event.data)
        except _UNREADABLE:
            self._session.count_unread("custom")
            return
        if custom.tag == "playhead.page" or custom.tag == "playhead.end":
            self._loads.on_told(custom.tag, custom.payload, t_ms)
        self._told.on_custom(custom.tag, custom.payload, t_ms)

    def _plugin(self, event: E.Event, t_ms: float) -> None:
        lane = self.lane
        try:
            plugin = _decode_plugin(event.data)
        except _UNREADABLE:
            self._session.count_unread("plugin")
            return
        if plugin.plugin.startswith("rrweb/network"):
            self._session.requests[lane.load].add_plugin(plugin.payload, seen_ms=t_ms, page=lane.page)
        elif plugin.plugin.startswith("rrweb/console"):
            self._console(plugin.payload, t_ms)
        else:
            self._session.count_strange(plugin.plugin)

    def _console(self, payload: Any, t_ms: float) -> None:
        lane = self.lane
        self._session.problems.add_console(payload, t_ms=t_ms, page=lane.page, page_url=lane.url)


def _is_look(changes: Changes, *, field: int = 0) -> bool:
    """Whether no attribute changed but those that only say how something looks.

    `field`: it is about one that lost the focus, of which what is typed there may be told too, and no more.
    """
    for node, name, old, new in changes.attributes:
        if name == "value":
            if node != field:  # a mask that stays the same is typing too
                return False
            continue
        told = name in _TELLING or name.startswith("aria-")
        if name not in _LOOKS and not name.startswith("data-") and old != new and (field or told):
            return False
    return True


def quick_source(event: E.Event) -> int:
    """The incremental source, from the first bytes where they tell it: every recorder writes it first."""
    head = bytes(memoryview(event.data)[:13])
    if head[:10] == b'{"source":':
        first, second = head[10], head[11]
        if 48 <= first <= 57:
            if second == 44 or second == 125:
                return first - 48
            if 48 <= second <= 57 and head[12] in (44, 125):
                return (first - 48) * 10 + second - 48
    return E.source_of(event)


def _payload_of(event: E.Event) -> Any:
    try:
        data = msgspec.json.decode(event.data)
    except _UNREADABLE:
        return None
    return cast(dict[str, Any], data) if isinstance(data, dict) else None


def _text(name: str, value: object) -> str:
    """An attribute as it is compared: one that is there may be empty, but an empty class is none."""
    if value is None:
        return "" if name in _LOOKS else "\0"
    return str(value)[:200]
