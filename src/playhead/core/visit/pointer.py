"""Pointer: presses, clicks, taps, drags and right-clicks of one lane.

A click is a press, a release and a Click event. Chromium gives no Click on a disabled control: there the press is what
the visitor did. A Click without a press is the pointer's (it has a place), the keyboard's (its control has the focus),
the browser's (a label's field) or a script's, which nobody did.
"""

import math
from typing import Any, Final

import msgspec

from playhead.core.targets.spots import Spot
from playhead.core.visit.facts import MAX_PX, Act
from playhead.core.visit.lane import Lane

MOUSE_UP, MOUSE_DOWN, CLICK, CONTEXT_MENU, DOUBLE_CLICK = 0, 1, 2, 3, 4
FOCUS, BLUR, TOUCH_START, TOUCH_END, TOUCH_CANCEL = 5, 6, 7, 9, 10

MAX_PRESS_MS: Final = 8_000.0  # a Click later than this after a press belongs to another one
FORWARDED_MS: Final = 60.0  # a label passes its click on to its field within one task
NATURAL_FOCUS_MS: Final = 200.0  # a press focuses the nearest focusable element around it
MAX_CLIMB: Final = 64
DRAG_PX: Final = 12.0  # a hand shakes a few pixels while it clicks
DRAG_MS: Final = 120.0
DOUBLE_MS: Final = 600.0  # both clicks of a double click


class _Interaction(msgspec.Struct, gc=False):
    type: int
    id: int = 0
    x: float | None = None
    y: float | None = None


_decode: Final = msgspec.json.Decoder(_Interaction).decode


class Press(msgspec.Struct, gc=False):
    t_ms: float
    node_id: int
    spot: Spot | None
    x: float
    y: float
    touch: bool
    up_ms: float = 0
    up_x: float = -1
    up_y: float = -1
    far: float = 0  # how far it moved on the way
    clicked: bool = False
    selected: bool = False
    scrolled: bool = False
    left: int = 0  # what had the focus until then
    url: str = ""  # of the page it was made on: a router may have moved on by the time of the Click
    view: int = -1


class Pointer:
    """Turns the mouse and touch events of one lane into acts."""

    __slots__ = ("_clicks", "_lane", "press")

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.press: Press | None = None
        self._clicks: list[Act] = []  # the last few, to fold double clicks

    def on_event(self, t_ms: float, data: Any) -> None:
        """Read one MouseInteraction."""
        try:
            seen = _decode(data)
        except (msgspec.MsgspecError, ValueError):
            self._lane.session.count_unread("mouse_interaction")
            return
        x = seen.x if seen.x is not None and abs(seen.x) < MAX_PX else -1.0
        y = seen.y if seen.y is not None and abs(seen.y) < MAX_PX else -1.0
        kind = seen.type
        if kind in (MOUSE_DOWN, TOUCH_START):
            self._down(t_ms, seen.id, x, y, touch=kind == TOUCH_START)
        elif kind in (MOUSE_UP, TOUCH_END):
            self._up(t_ms, x, y)
        elif kind == CLICK:
            self._click(t_ms, seen.id, x, y)
        elif kind == DOUBLE_CLICK:
            self._double(t_ms)
        elif kind == CONTEXT_MENU:
            self._context(t_ms, seen.id, x, y)
        elif kind == TOUCH_CANCEL:
            if self.press is not None:
                self.press.scrolled = True
        elif kind == FOCUS:
            self._focus(t_ms, seen.id)
        elif kind == BLUR and self._lane.focus == seen.id:
            self._lane.focus = 0

    def moved(self, t_ms: float, x: float, y: float) -> None:
        """Say where the pointer was at a moment, to tell drags from clicks; positions arrive late, in batches."""
        press = self.press
        if press is not None and press.x >= 0 and press.t_ms <= t_ms <= (press.up_ms or t_ms):
            press.far = max(press.far, math.hypot(x - press.x, y - press.y))

    def settle(self, t_ms: float) -> None:
        """Decide what a press came to that no click followed; called before the next press and at the end."""
        press, self.press = self.press, None
        if press is None or press.clicked or press.node_id < 1:
            return
        lane, spot = self._lane, press.spot
        if press.far >= DRAG_PX or self._travel(press) >= DRAG_PX:
            self._dragged(press)
        elif not press.up_ms or press.scrolled or press.selected:
            return
        elif spot is not None and (spot.disabled or spot.nature in ("button", "toggle", "looks")):
            act = lane.act(press.up_ms, "click", spot=spot, from_ms=press.t_ms, x=press.x, y=press.y)
            act.detail["press"] = True
            if spot.disabled:
                act.detail["disabled"] = True
            elif press.touch:
                act.unseen = "a touch that the browser took for a scroll or a long press"
            elif press.node_id in lane.mirror.nodes and lane.mirror.is_connected(press.node_id):
                act.unseen = "a press without a click on an enabled control (middle button, released elsewhere)"

    def _down(self, t_ms: float, node_id: int, x: float, y: float, *, touch: bool) -> None:
        if touch and self.press is not None and not self.press.up_ms and t_ms - self.press.t_ms < 1_000:
            self.press.scrolled = True  # a second finger
            return
        self.settle(t_ms)
        lane = self._lane
        lane.session.presses_seen = True
        self.press = Press(t_ms, node_id, lane.spots.at(node_id, url=lane.url), x, y, touch, left=lane.focus)
        self.press.url, self.press.view = lane.url, lane.view_index
        lane.pressed(t_ms)

    def _up(self, t_ms: float, x: float, y: float) -> None:
        press = self.press
        if press is None or press.up_ms:
            return
        press.up_ms, press.up_x, press.up_y = t_ms, x, y
        self._lane.session.active(t_ms)

    def _click(self, t_ms: float, node_id: int, x: float, y: float) -> None:
        lane, press = self._lane, self.press
        if press is not None and not press.clicked and t_ms - press.t_ms <= MAX_PRESS_MS:
            press.clicked = True
            spot = press.spot if press.spot is not None else lane.spots.at(node_id, url=lane.url)
            here = lane.spots.at(node_id, url=lane.url) if node_id != press.node_id else spot
            if here is not None and spot is not None and here.node_id != spot.node_id and here.nature != "content":
                spot = here  # pressed on one part, released on another of the same control
            if self._is_drag(press):
                self._dragged(press)
                return
            act = self._add(t_ms, spot, x if x >= 0 else press.x, y if y >= 0 else press.y, press.t_ms, press.touch)
            act.page_url, act.view = press.url, press.view
            return
        spot = lane.spots.at(node_id, url=lane.url)
        if self._clicks and t_ms - self._clicks[-1].t_ms <= FORWARDED_MS:
            self._forwarded(self._clicks[-1], spot)
        elif self._is_placed(t_ms, x, y) or not (lane.session.presses_seen or lane.native):
            lane.pressed(t_ms)
            self._add(t_ms, spot, x, y, t_ms, False)
        elif spot is not None and self._by_keyboard(spot):
            if self._is_of_enter(t_ms, spot):
                return
            lane.pressed(t_ms)
            self._add(t_ms, spot, x, y, t_ms, False).detail["by"] = "keyboard"
        else:
            lane.session.scripted_clicks += 1

    def _is_placed(self, t_ms: float, x: float, y: float) -> bool:
        """Whether a pointer made a click whose press is in no recording: a page that cancels `pointerdown` is sent no
        mousedown. A script's click has no place, and a key's none of the pointer's."""
        key = self._lane.strong
        by_key = key is not None and key.kind == "keypress" and t_ms - key.end_ms <= FORWARDED_MS
        return (x > 0 or y > 0) and not by_key

    def _add(self, t_ms: float, spot: Spot | None, x: float, y: float, from_ms: float, touch: bool) -> Act:
        act = self._lane.act(t_ms, "click", spot=spot, from_ms=from_ms, x=x, y=y)
        if touch:
            act.detail["touch"] = True
        if spot is not None and spot.disabled:
            act.detail["disabled"] = True
        self._clicks = [*self._clicks[-4:], act]
        return act

    def _forwarded(self, act: Act, spot: Spot | None) -> None:
        """A click that the browser made of another: a label's field takes the label's place."""
        if spot is not None and act.spot is not None and act.spot.labelled == spot.node_id:
            act.spot = spot

    def _by_keyboard(self, spot: Spot) -> bool:
        """Whether the focus explains a click without a press: on the control itself, or in the form it sends."""
        lane = self._lane
        if not lane.focus:
            return not (lane.focus_seen or lane.native)
        if lane.focus in (spot.node_id, spot.hit_id):
            return True
        focused = lane.spots.at(lane.focus, url=lane.url)
        return focused is not None and (
            focused.node_id == spot.node_id or (bool(spot.submits) and focused.form == spot.submits)
        )

    def _is_of_enter(self, t_ms: float, spot: Spot) -> bool:
        """Whether the Enter key in a field made the browser press the form's button; on the button it is the press."""
        lane = self._lane
        key = lane.strong
        if key is None or key.kind != "keypress" or key.value != "Enter" or t_ms - key.end_ms > FORWARDED_MS:
            return False
        if key.spot is None or key.spot.node_id != spot.node_id:
            return key.spot is not None and bool(spot.submits) and key.spot.form == spot.submits
        acts = lane.session.acts
        if acts and acts[-1] is key and key.count == 1:
            acts.pop()
        return False

    def _double(self, t_ms: float) -> None:
        recent = [act for act in self._clicks if t_ms - act.t_ms <= DOUBLE_MS * 2]
        if len(recent) < 2 or "double" in recent[-2].detail:
            return
        first, second = recent[-2], recent[-1]
        act = self._lane.act(t_ms, "dblclick", spot=second.spot, from_ms=first.from_ms, x=second.x, y=second.y)
        act.cause = first
        first.detail["double"] = second.detail["double"] = True
        self._clicks = []

    def _context(self, t_ms: float, node_id: int, x: float, y: float) -> None:
        press = self.press
        if press is not None:
            press.clicked = True
        lane = self._lane
        lane.pressed(t_ms)
        lane.act(t_ms, "contextmenu", spot=lane.spots.at(node_id, url=lane.url), x=x, y=y)

    def _focus(self, t_ms: float, node_id: int) -> None:
        lane = self._lane
        lane.focus_seen = node_id > 0  # a field that has just come has no number yet: where the focus is, is unknown
        lane.focus = max(0, node_id)
        press = self.press
        if press is None or not self._is_natural(press, t_ms, node_id):
            lane.change(t_ms, "focus", node=node_id)  # else the browser moved the focus, whatever the page does

    def _is_natural(self, press: Press, t_ms: float, node_id: int) -> bool:
        """Whether a press takes the focus there by itself: around what was pressed, or onto a part of the control."""
        if t_ms - press.t_ms <= NATURAL_FOCUS_MS and self._is_above(node_id, press.node_id):
            return True
        control = press.spot
        return control is not None and control.nature != "content" and self._is_above(control.node_id, node_id)

    def _is_above(self, outer: int, node_id: int) -> bool:
        nodes = self._lane.mirror.nodes
        node = nodes.get(node_id)
        for _ in range(MAX_CLIMB):
            if node is None:
                return False
            if node.id == outer:
                return True
            node = nodes.get(node.parent)
        return False

    def _is_drag(self, press: Press) -> bool:
        moved = max(press.far, self._travel(press))
        held = (press.up_ms or press.t_ms) - press.t_ms
        return moved >= DRAG_PX * 2 and held >= DRAG_MS

    def _dragged(self, press: Press) -> None:
        press.clicked = True
        lane = self._lane
        if press.selected:
            return  # text was selected: that is an act of its own
        end = press.up_ms or press.t_ms
        kind = "touch" if press.touch else "drag"
        act = lane.act(end, kind, spot=press.spot, from_ms=press.t_ms, x=press.x, y=press.y)
        act.detail["distance_px"] = round(max(press.far, self._travel(press)))

    def _travel(self, press: Press) -> float:
        if press.x < 0 or press.up_x < 0:
            return 0.0
        return math.hypot(press.up_x - press.x, press.up_y - press.y)
