"""Fields: typing and choosing, folded into one act per visit to a field.

rrweb tells of every value a field takes, whoever set it. Typed is what changed a field that has the focus; values set
by scripts (at page load, by a click's handler) are changes of the page.
"""

import re
from typing import Any, Final

import msgspec

from playhead.core.mirror.dom import Changes, Node
from playhead.core.patterns import late
from playhead.core.targets.roles import attribute, is_editor
from playhead.core.targets.spots import Spot, is_submitting_host
from playhead.core.visit.facts import CLICKS, Act, FormFacts, Shown, Typed
from playhead.core.visit.lane import Lane

FOLD_MS: Final = 60_000.0  # a pause in typing longer than this begins a new interaction with the same field
SEARCHED_MS: Final = 700.0
CLICKED_MS: Final = 400.0  # a box is ticked by the click this long before its value changed
AT_ONCE_MS: Final = 5.0  # two fields that change within this were filled by a script or the browser
LOADED_MS: Final = 1_000.0  # values set this soon after a load were set by it
MAX_VALUE: Final = 200  # characters kept of a value
MAX_EDITOR_CLIMB: Final = 40
_NEW_PASSWORD = late(r"\b(?:new|choose|create|confirm|repeat|retype|again|neues|wiederholen)\b", re.I)
_MASKED = late(r"^[*•●\s]*[*•●]{2}[*•●\s]*$")


class _Input(msgspec.Struct, gc=False, rename="camel"):
    id: int = 0
    text: str = ""
    is_checked: bool = False
    user_triggered: bool | None = None


_decode: Final = msgspec.json.Decoder(_Input).decode


class Fields:
    """Turns the input events of one lane into acts, and remembers which forms were filled."""

    __slots__ = ("_lane", "_last_ms", "_last_node", "_used", "typing")

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.typing: Act | None = None
        self._last_ms = -1e18
        self._used: set[tuple[int, int]] = set()  # (load, field) that was typed into
        self._last_node = 0

    def on_event(self, t_ms: float, data: Any, changes: Changes) -> None:
        """Read one Input event that the mirror has applied."""
        try:
            seen = _decode(data)
        except (msgspec.MsgspecError, ValueError):
            self._lane.session.count_unread("input")
            return
        node = self._lane.mirror.nodes.get(seen.id)
        if node is None:
            return
        kind = attribute(node, "type") if node.tag == "input" else ""
        if kind in ("checkbox", "radio"):
            self._toggled(t_ms, node, seen, changes)
        elif self._is_visitors(t_ms, node, seen) and (seen.text or self._was_used(node.id)):
            self._typed(t_ms, node, seen.text)
        elif changes.values:
            old, new = changes.values[0][1:]
            self._set_by_page(t_ms, node, old, new)
        self._last_ms, self._last_node = t_ms, node.id

    def on_editor(self, t_ms: float, changes: Changes) -> bool:
        """Read a mutation inside an element that is edited in place; return whether it was typing."""
        lane = self._lane
        editor = lane.mirror.nodes.get(lane.editor)
        if editor is None or not (changes.texts or changes.added or changes.removed):
            return False
        touched = [node_id for node_id, _, _ in changes.texts[:4]] + list(changes.added[:4])
        touched += [node.parent for node in changes.removed[:4]]
        if not touched or not all(self._is_in(node_id, editor) for node_id in touched):
            return False
        if t_ms - lane.act_ms < AT_ONCE_MS and self.typing is None:
            return False
        self._typed(t_ms, editor, lane.spots.names.text_of(editor, limit=MAX_VALUE))
        return True

    def focused(self, node_id: int) -> None:
        """Say where the focus or a press went: typing into an editor arrives as mutations below it."""
        lane = self._lane
        node = lane.mirror.nodes.get(node_id)
        for _ in range(MAX_EDITOR_CLIMB):
            if node is None or node.kind != 2:
                break
            if is_editor(node):
                lane.editor = node.id
                return
            node = lane.mirror.nodes.get(node.parent)
        lane.editor = 0

    def leave(self) -> None:
        """End the current fold: the visitor turned to something else."""
        self.typing = None

    def _is_visitors(self, t_ms: float, node: Node, seen: _Input) -> bool:
        lane = self._lane
        if seen.user_triggered or (node.tag == "input" and attribute(node, "type") == "file" and seen.text):
            return True  # a recorder that says so knows; and no script may choose a file
        strong = lane.strong
        own = strong is not None and strong.spot is not None and strong.spot.node_id == node.id
        undone = t_ms - max(lane.act_ms, lane.facts.start_ms) > LOADED_MS  # nothing that a script would answer
        if seen.user_triggered is False:
            # browsers driven by programs, and assistive tools, fill a field by script once it has the focus
            filled = lane.focus == node.id or node.tag == "select"
            return filled and bool(seen.text) and (own or undone)
        if t_ms - self._last_ms <= AT_ONCE_MS and self._last_node != node.id:
            return False
        if lane.focus_seen and lane.focus:
            if lane.focus != node.id:
                return node.tag == "select" and bool(seen.text) and (own or undone)
            emptied = not seen.text and strong is not None and strong is not self.typing
            return not (emptied and t_ms - lane.act_ms <= LOADED_MS)
        if strong is not None and t_ms - lane.act_ms <= LOADED_MS:
            return own
        return not lane.focus_seen and t_ms - lane.facts.start_ms > LOADED_MS

    def _was_used(self, node_id: int) -> bool:
        """Whether the visitor had to do with a field: one that empties by itself was emptied by the page."""
        strong = self._lane.strong
        used = strong is not None and strong.spot is not None and strong.spot.node_id == node_id
        return used or (self._lane.load, node_id) in self._used

    def _typed(self, t_ms: float, node: Node, text: str) -> None:
        lane, act = self._lane, self.typing
        lane.pressed(t_ms)
        self._used.add((lane.load, node.id))
        fits = act is not None and act.spot is not None and act.spot.node_id == node.id and act.load == lane.load
        if act is None or not fits or t_ms - act.end_ms > FOLD_MS or self._is_next_search(act, t_ms, text):
            act = lane.act(t_ms, "input", spot=lane.spots.at(node.id, url=lane.url))
            self.typing = act
        else:
            act.count += 1
        act.end_ms = t_ms
        act.value = self._value(node, text, act)
        lane.strong = act
        self._remember(t_ms, node, text, act.spot, masked="masked" in act.detail)

    def _is_next_search(self, act: Act, t_ms: float, text: str) -> bool:
        """Whether other words are typed into a search field after a pause: a search without a recorded Enter."""
        old = act.value or ""
        if (
            act.spot is None
            or not act.spot.search
            or t_ms - act.end_ms < SEARCHED_MS
            or not old
            or "masked" in act.detail
        ):
            return False
        if old.startswith(text):
            return len(text) == 1 and len(old) > 2  # all was selected and typed over: no key takes so much away
        return not text.startswith(old)

    def _value(self, node: Node, text: str, act: Act) -> str:
        if node.tag == "select":
            act.detail["choice"] = True
            if label := self._option(node, text):
                return label
        if _MASKED.match(text) and len(text) > 0:
            act.detail["masked"] = True
            if not self._lane.native:  # our own recorder masks whatever was typed with as many stars
                act.detail["length"] = len(text)
            return "*" * min(len(text), 12)
        if attribute(node, "type") == "file":
            text = text.replace("\\", "/").rpartition("/")[2]
        act.detail.pop("masked", None)
        act.detail.pop("length", None)
        return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"

    def _option(self, select: Node, value: str) -> str:
        """The words of the option that has this value."""
        lane = self._lane
        stack, seen = list(select.children[:400]), 0
        while stack and seen < 800:
            node = lane.mirror.nodes.get(stack.pop(0) if seen < 50 else stack.pop())
            seen += 1
            if node is None or node.kind != 2:
                continue
            if node.tag == "option":
                text = lane.spots.names.text_of(node)
                if (attribute(node, "value") if "value" in node.attributes else text) == value:
                    return text
            stack.extend(node.children[:400])
        return ""

    def _toggled(self, t_ms: float, node: Node, seen: _Input, changes: Changes) -> None:
        if not changes.checks and not changes.values:
            return
        lane = self._lane
        by_click = lane.strong is not None and lane.strong.kind in CLICKS and t_ms - lane.strong.t_ms <= CLICKED_MS
        if not seen.is_checked and attribute(node, "type") == "radio":
            return  # the button of the group that lost
        word = "checked" if seen.is_checked else "unchecked"
        name = lane.spots.names.name_of(node, limit=60)
        shown = Shown("state", f"{name} {word}" if name else word, node_id=node.id)
        if not by_click and (seen.user_triggered or lane.focus == node.id):
            act = lane.act(t_ms, "input", spot=lane.spots.at(node.id, url=lane.url), value=word)
            act.reactions.append(t_ms)
        else:
            lane.change(t_ms, "value", node=node.id, shown=shown)
        self._remember(t_ms, node, "on" if seen.is_checked else "", lane.spots.at(node.id, url=lane.url), masked=False)

    def _set_by_page(self, t_ms: float, node: Node, old: str, new: str) -> None:
        lane = self._lane
        if attribute(node, "type") == "hidden":
            return
        name = lane.spots.names.name_of(node, limit=60)
        text = "(masked)" if _MASKED.match(new) else new[:60]
        if node.tag == "select":
            text = self._option(node, new) or text
        shown = Shown("value", f"{name}: {text}" if new else f"{name} cleared", node_id=node.id)
        lane.change(t_ms, "value", node=node.id, shown=shown)
        self._remember(t_ms, node, new, lane.spots.at(node.id, url=lane.url), masked=False, only_known=True)

    def _remember(
        self, t_ms: float, node: Node, text: str, spot: Spot | None, *, masked: bool, only_known: bool = False
    ) -> None:
        """Keep what a form was filled with (whether, not what)."""
        if spot is None or not spot.form or spot.search or attribute(node, "type") in ("checkbox", "radio", "hidden"):
            return
        form = self.form(spot.form)
        if form is None or (only_known and node.id not in form.typed):
            return
        form.typed[node.id] = Typed(self._lane.load, spot.form, node.id, t_ms, not text.strip(), masked)

    def form(self, node_id: int) -> FormFacts | None:
        """The facts of a form, taken when the visitor first touches it."""
        lane = self._lane
        key = (lane.load, node_id)
        known = lane.session.forms.get(key)
        if known is not None:
            return known
        form = lane.mirror.nodes.get(node_id)
        if form is None:
            return None
        target = lane.spots.target(form)
        facts = FormFacts(lane.load, node_id, target.name, target.selector, attribute(form, "action") or "")
        self._inspect(form, facts)
        lane.session.forms[key] = facts
        return facts

    def _inspect(self, form: Node, facts: FormFacts) -> None:
        lane = self._lane
        stack, seen, sent = list(form.children), 0, set[str]()
        while stack and seen < 2_000:
            node = lane.mirror.nodes.get(stack.pop())
            seen += 1
            if node is None or node.kind != 2:
                continue
            stack.extend(node.children[:2_000])
            kind = (attribute(node, "type") or "").lower()
            if node.tag in ("textarea", "select") or (
                node.tag == "input" and kind not in ("hidden", "submit", "button", "reset", "image")
            ):
                facts.fields += 1
                sent.add(attribute(node, "name") or "")
                if kind == "password":
                    said = f"{attribute(node, 'autocomplete')} {lane.spots.names.name_of(node)}"
                    facts.new_password = facts.new_password or facts.password or _NEW_PASSWORD.search(said) is not None
                    facts.password = True
            facts.has_submit = facts.has_submit or (node.tag == "input" and kind in ("submit", "image"))
            facts.has_submit = facts.has_submit or (node.tag == "button" and kind not in ("button", "reset"))
            facts.has_submit = facts.has_submit or is_submitting_host(node)
        facts.names = tuple(sorted(filter(None, sent)))
        spot = lane.spots.at(form.id, url=lane.url)
        facts.search = lane.spots.is_search(form) or (spot is not None and spot.search)

    def _is_in(self, node_id: int, editor: Node) -> bool:
        node = self._lane.mirror.nodes.get(node_id)
        for _ in range(MAX_EDITOR_CLIMB):
            if node is None or node is editor:
                return node is editor
            node = self._lane.mirror.nodes.get(node.parent)
        return False
