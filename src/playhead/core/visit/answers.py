"""Answers: what the page did because of what the visitor did: changes, requests, errors, pages opened.

Each change, request and error belongs to at most one act: the last one before it that can have caused it, unless it
follows a request of an earlier act. What goes at a pace of its own belongs to nobody (`Ambient`).
Acts that follow each other fast share what cannot be told apart: `possible_ms` keeps a slow answer from being lost.
"""

from bisect import bisect_left, bisect_right
from typing import Final

from playhead.core.trace import Effect
from playhead.core.visit.ambient import Ambient, Place
from playhead.core.visit.facts import CLICKS, STRONG, Act, Change, Shown
from playhead.core.visit.lane import Session
from playhead.core.visit.network import Request
from playhead.core.visit.problems import Problem, generic

REACTION_MS: Final = 2_500.0  # the horizon of a reaction: what comes later is not felt as the answer to a press
REQUEST_MS: Final = 1_000.0  # a press starts its request within this
HELD_MS: Final = 40.0  # what a press begins as it goes down is begun within this; the rest waits for the click
TYPED_REQUEST_MS: Final = 2_000.0  # typing does so after a pause (debounce)
UNSEEN_TYPING_MS: Final = 8_000.0  # a mask of fixed length hides every letter but the first: typing may have gone on
AFTER_REQUEST_MS: Final = 400.0  # a page shows what a request brought within this
CHAINED_MS: Final = 200.0  # a request started this soon after another ended goes on with its work
ERROR_MS: Final = 1_000.0  # an exception this soon after a press is its doing
LATE_MS: Final = 15_000.0  # how long a waiting visitor may be shown a late answer where requests are not recorded
MESSAGES: Final = frozenset(("alert", "toast", "dialog"))
AWAITED: Final = frozenset(("button", "link", "looks"))
TIGHT_MS: Final = 300.0  # a change this soon after a later press is that press's answer and no earlier one's
HOVER_BEFORE_MS, HOVER_AFTER_MS = 200.0, 80.0  # pointer positions are sampled every 50 ms or so
HINT_MS, ON_PRESS_MS = 1_500.0, 60.0  # a tooltip comes this soon after the pointer; a press's own bubble at once
FOLLOW_MS, MIN_FOLLOWED = 120.0, 3  # what follows the pointer moves with it; so often it did before anything was done
ASKING_MS: Final = 50.0  # a page shows that it asks this close to asking
MAX_BETWEEN: Final = 4  # acts looked back at for the typing whose request waits for a pause
MAX_BACK: Final = 12  # acts in one horizon that are asked; more is a machine
MAX_PER_ACT: Final = 40  # effects of each sort kept for one act


class Answers:
    """Attributes everything in one page load to its acts."""

    def __init__(self, session: Session, load: int) -> None:
        self._session = session
        self._load = load
        self._ambient = session.ambient[load]
        self._trail = session.trails[load]
        self._over_times = [at for at, _ in self._trail.over]
        self.requests: list[Request] = session.requests[load].settled(start_ms=session.loads[load].start_ms)
        self._acts: list[Act] = []
        self._starts: list[float] = []
        self._ends: list[tuple[float, Act]] = []  # requests with an owner: when they ended
        self._end_times: list[float] = []
        self._begun: list[tuple[float, Act]] = []  # requests of an act that another one has followed: when they began
        self._until: dict[int, float] = {}  # act order → how long typing may have gone on unseen
        self._feedback: dict[int, list[Change]] = {}  # act order → changes confined to its own control
        loads = session.loads
        self._network_seen = session.requests[load].seen or loads[load].native

    def attribute(self, acts: list[Act], problems: list[Problem]) -> None:
        """Attribute requests, changes and errors to `acts`, the acts of this load in time order."""
        self._acts = sorted(
            (act for act in acts if act.kind in STRONG and act.cause is None), key=lambda act: (act.from_ms, act.order)
        )
        self._starts = [act.from_ms for act in self._acts]
        for at, act in enumerate(self._acts):
            if is_typing_unseen(act):
                following = self._starts[at + 1] if at + 1 < len(self._starts) else float("inf")
                self._until[act.order] = min(following, act.end_ms + UNSEEN_TYPING_MS)
        self._own_requests()
        for change in self._session.changes[self._load]:
            self._own_change(change)
        self._settle_feedback()
        self._own_problems(problems)

    def before(self, t_ms: float) -> Act | None:
        """The last act that had begun at a moment."""
        at = bisect_right(self._starts, t_ms) - 1
        return self._acts[at] if at >= 0 else None

    def owner_at(self, t_ms: float, *, within_ms: float = REACTION_MS) -> Act | None:
        """The act that a change at this moment answers, if any."""
        waited = self._waited_for(t_ms)
        if waited is not None:
            return waited
        act = self.before(t_ms)
        return act if act is not None and self._lag(act, t_ms) <= within_ms else None

    def _lag(self, act: Act, t_ms: float) -> float:
        """Time since an act at a moment; typing goes on until its last key."""
        return t_ms - min(t_ms, max(act.t_ms, act.end_ms, self._until.get(act.order, 0.0)))

    # Requests

    def _own_requests(self) -> None:
        pace = Ambient()
        for start in self._starts:
            pace.acted(start)
        data = [request for request in self.requests if request.kind == "data" and not request.telemetry]
        for request in data:
            pace.note(_route(request), request.t_ms)
        for request in data:
            act = self._asker(request, pace)
            if act is None or len(act.requests) >= MAX_PER_ACT:
                continue
            if act is not self.before(request.t_ms + 5.0):
                self._begun.append((request.t_ms, act))
            act.requests.append(request)
            at = bisect_right(self._end_times, request.end_ms)
            self._end_times.insert(at, request.end_ms)
            self._ends.insert(at, (request.end_ms, act))
            act.reactions.append(max(request.t_ms, act.from_ms))

    def _asker(self, request: Request, pace: Ambient) -> Act | None:
        act = self.before(request.t_ms + 5.0)
        if act is not None and act.from_ms + HELD_MS < request.t_ms < act.t_ms - 5.0:
            act = self.before(act.from_ms - 1.0)  # a button that is held down asks for nothing
        if act is not None:
            limit = TYPED_REQUEST_MS if act.kind == "input" or act.order in self._until else REQUEST_MS
            if self._lag(act, request.t_ms) <= limit:
                pressed = act.t_ms if request.t_ms >= act.t_ms - 5.0 else act.from_ms
                polled = pace.explains(_route(request), request.t_ms, act_ms=pressed)
                return None if polled else act
            typing = self._typing_before(request.t_ms)
            if typing is not None and not pace.explains(_route(request), request.t_ms, act_ms=typing.from_ms):
                return typing
        at = bisect_right(self._end_times, request.t_ms + 5.0) - 1
        if at >= 0 and request.t_ms - self._end_times[at] <= CHAINED_MS:
            return self._ends[at][1]
        return None

    def _typing_before(self, t_ms: float) -> Act | None:
        """The typing that asks after a pause, though something was pressed meanwhile that did not ask."""
        at = bisect_right(self._starts, t_ms + 5.0)
        for act in reversed(self._acts[max(0, at - MAX_BETWEEN) : at]):
            if act.kind == "input" or act.order in self._until:
                return act if self._lag(act, t_ms) <= TYPED_REQUEST_MS else None
        return None

    def _waited_for(self, t_ms: float) -> Act | None:
        """The act whose request has just ended: what the page shows now is what it brought."""
        at = bisect_right(self._end_times, t_ms + 30.0) - 1
        if at < 0 or t_ms - self._end_times[at] > AFTER_REQUEST_MS:
            return None
        act = self._ends[at][1]
        nearest = self.before(t_ms)
        if (
            nearest is not None
            and nearest is not act
            and t_ms - nearest.from_ms < min(100.0, t_ms - self._end_times[at])
        ):
            return None  # a press in between that the page answered at once
        return act

    def _asking(self, t_ms: float) -> Act | None:
        """The earlier act whose request begins now: a page shows that it asks."""
        at = bisect_right(self._begun, t_ms + ASKING_MS, key=lambda one: one[0]) - 1
        return self._begun[at][1] if at >= 0 and t_ms - self._begun[at][0] <= ASKING_MS else None

    # Changes

    def _own_change(self, change: Change) -> None:
        nearest = self.before(change.t_ms)
        if nearest is None:
            return
        if change.blur and not change.shown:
            return
        if self._is_ambient(change, nearest):
            return
        owner = self._waited_for(change.t_ms) or self._asking(change.t_ms)
        if owner is None and self._is_hover(change, nearest):
            return
        if owner is None:
            late = self._lag(nearest, change.t_ms)
            if late <= REACTION_MS:
                owner = nearest
            elif self._is_awaited(nearest, change):
                if nearest.late_ms is None and change.what != "event":
                    nearest.late_ms = change.t_ms
                    self._show(nearest, change)
                return
            else:
                return
        self._give(owner, change)
        if change.feedback == 0 and change.what != "event" and not (change.rebuilt or change.blur):
            self._possible(change, owner)

    def _is_awaited(self, act: Act, change: Change) -> bool:
        """Whether a change after the horizon may still be the answer, as nothing came yet.

        Where requests are recorded and the press made none, its answer can only come over a socket: a message is one.
        """
        if act.reactions or act.kind not in CLICKS or change.t_ms - act.end_ms > LATE_MS:
            return False
        if self._network_seen and not any(shown.kind in MESSAGES for shown in change.shown):
            return False
        if change.what == "dom" and not change.shown:
            return False  # nothing to read: a hand that moves on makes ripples and hover looks
        return act.spot is not None and act.spot.nature in AWAITED

    def _give(self, act: Act, change: Change) -> None:
        self._show(act, change)
        if change.what == "focus" and change.nodes:
            act.focused = change.nodes[0]
        if change.what == "event" or change.blur:
            return
        if change.feedback and change.feedback == (act.spot.node_id if act.spot is not None else -1):
            self._feedback.setdefault(act.order, []).append(change)
            return
        if len(act.reactions) < 10 * MAX_PER_ACT:
            act.reactions.append(change.t_ms)
            if not change.rebuilt:
                act.visible.append(change.t_ms)

    def _show(self, act: Act, change: Change) -> None:
        for shown in change.shown:
            if len(act.shown) < MAX_PER_ACT:
                act.shown.append(shown)
                act.effects.append(effect_of(shown, change.t_ms))

    def _possible(self, change: Change, owner: Act) -> None:
        """Let earlier presses share a change that the nearest one need not have caused."""
        at = bisect_right(self._starts, change.t_ms) - 1
        nearest = self._acts[at]
        if change.t_ms - nearest.from_ms <= TIGHT_MS:
            nearest_target = nearest.spot.node_id if nearest.spot is not None else 0
        else:
            nearest_target = 0
        for act in reversed(self._acts[max(0, at - MAX_BACK) : at]):
            if change.t_ms - act.t_ms > REACTION_MS:
                break
            same = act.spot is not None and act.spot.node_id == nearest_target
            if (nearest_target and not same) or act is owner:
                continue
            if act.possible_ms is None:
                act.possible_ms = change.t_ms

    def _settle_feedback(self) -> None:
        """A pressed look that went away again says nothing; one that stayed is an answer."""
        by_order = {act.order: act for act in self._acts}
        # Presses come faster than a ripple fades: what was added and whether it stayed is told by all of them together.
        stays: dict[int, dict[int, tuple[str, str]]] = {}
        for changes in self._feedback.values():
            for change in changes:
                parts = stays.setdefault(change.feedback, {})
                for node, what, old, new in change.undo:
                    if what == "#added":
                        parts[node] = (parts[node][0] if node in parts else old, new)
        for order, changes in self._feedback.items():
            act, parts = by_order[order], stays[changes[0].feedback]
            if _stayed(changes, parts):
                act.reactions.append(changes[0].t_ms)
                act.visible.append(changes[0].t_ms)
            else:
                act.only_feedback = True
        for act in self._acts:
            act.reactions.sort()
            act.visible.sort()

    def _is_ambient(self, change: Change, act: Act) -> bool:
        if not change.places or change.what in ("focus", "event"):
            return False
        explains, t_ms, act_ms = self._ambient.explains, change.t_ms, act.from_ms
        tips = set(change.tips)
        if (change.hints or change.old_hints) and not 0 <= t_ms - act.t_ms <= ON_PRESS_MS:
            tips.update(change.old_hints)
            if self._is_hint(change, act):
                tips.update(change.hints)
        explained: set[object] = set()  # the elements that keep a pace, and what is around them
        rest: list[Place] = []
        for place in change.places:
            if place[0][0] in tips or self._follows_pointer(place, act_ms):
                continue
            if not explains(place, t_ms, act_ms=act_ms):
                rest.append(place)
            elif len(place) > 1:
                explained.update((place[0][0], place[1][0]))
        return not rest or all(_goes_along(place, explained) for place in rest)

    def _is_hint(self, change: Change, act: Act) -> bool:
        """Whether a tooltip came because the pointer had come to the control, not because of the press."""
        if act.spot is None:
            return False
        last = bisect_right(self._over_times, change.t_ms)
        first = bisect_left(self._over_times, change.t_ms - HINT_MS)
        over, wanted = self._trail.over, {act.spot.node_id, act.spot.hit_id}
        return any(
            not wanted.isdisjoint(over[at][1]) and (at == 0 or wanted.isdisjoint(over[at - 1][1]))
            for at in range(first, last)
        )

    def _follows_pointer(self, place: Place, act_ms: float) -> bool:
        """Whether an element only goes where the pointer goes: it did so before the press."""
        node, what = place[0][0], place[0][-1]
        if what not in ("style", "class"):
            return False
        before = self._ambient.unprovoked(((node, "style"),), act_ms)
        return len(before) >= MIN_FOLLOWED and all(self._is_moving(moment) for moment in before)

    def _is_moving(self, t_ms: float) -> bool:
        at = bisect_left(self._trail.t, t_ms - FOLLOW_MS)
        return at < len(self._trail.t) and self._trail.t[at] <= t_ms + FOLLOW_MS

    def _is_hover(self, change: Change, act: Act) -> bool:
        """Whether the change stands under a pointer that has just moved there or away, after the press."""
        if change.what != "dom" or not self._over_times or change.t_ms - act.t_ms < 60.0:
            return False
        if any(shown.kind != "state" for shown in change.shown if shown.tone):
            return False
        low = bisect_left(self._over_times, change.t_ms - HOVER_BEFORE_MS)
        high = bisect_right(self._over_times, change.t_ms + HOVER_AFTER_MS)
        nodes = set(change.nodes)
        for at in range(low, high):
            if self._over_times[at] <= act.t_ms + 10.0:
                continue
            entered = self._trail.over[at][1]
            left = self._trail.over[at - 1][1] if at else ()
            if not nodes.isdisjoint(entered) or not nodes.isdisjoint(left):
                return True
        return False

    # Errors

    def _own_problems(self, problems: list[Problem]) -> None:
        pace = Ambient()
        for start in self._starts:
            pace.acted(start)
        for problem in problems:
            pace.note(((generic(problem.message),),), problem.t_ms)
        for problem in problems:
            act = self._waited_for(problem.t_ms)
            if act is None:
                act = self.before(problem.t_ms)
                if act is None or self._lag(act, problem.t_ms) > ERROR_MS:
                    continue
            if pace.explains(((generic(problem.message),),), problem.t_ms, act_ms=act.from_ms):
                continue
            if len(act.problems) < MAX_PER_ACT:
                act.problems.append(problem)


def _goes_along(place: Place, explained: set[object]) -> bool:
    """Whether an attribute changed together with a neighbour that keeps a pace: a slide show moves several at once."""
    what = place[0][-1]
    if what in ("#text", "#nodes") or len(place) < 2:
        return False
    return place[0][0] in explained or place[1][0] in explained


def _stayed(changes: list[Change], parts: dict[int, tuple[str, str]]) -> bool:
    """Whether something of a pressed look was still there at its end; `parts`: what was added, before and after."""
    first: dict[tuple[int, str], str] = {}
    last: dict[tuple[int, str], str] = {}
    for change in changes:
        for node, what, old, new in change.undo:
            if what == "#added":
                first[(node, what)], last[(node, what)] = parts[node]
            elif node < min(parts, default=node + 1):  # ids only grow: the others are inside of what was added
                first.setdefault((node, what), old)
                last[(node, what)] = new
    return any(old != last[key] for key, old in first.items())


def is_typing_unseen(act: Act) -> bool:
    """Whether an act is typing whose letters the recording hides."""
    if act.kind == "input":
        return "masked" in act.detail
    return act.kind == "keypress" and act.spot is not None and act.spot.nature in ("field", "editor")


def effect_of(shown: Shown, t_ms: float) -> Effect:
    """What was shown, as an effect of the trace."""
    text = f"{shown.field}: {shown.text}" if shown.field else shown.text
    return Effect(shown.kind, t_ms, text=text, tone=shown.tone or None)


def _route(request: Request) -> Place:
    return ((request.method, request.path),)
