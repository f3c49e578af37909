"""Reading: what a person could read of one change of the page: messages, texts that came or went, states of controls.

Called only for changes that follow an action, since only those become effects.
Limits  MAX_SHOWN things read of one event, MAX_VISITS nodes visited: a page rebuilt at once costs a bounded time
"""

from typing import Final

from playhead.core.mirror.dom import Changes, Mirror, Node, Scalar
from playhead.core.targets.accname import clean
from playhead.core.targets.containers import place_name
from playhead.core.targets.roles import attribute, role_of
from playhead.core.targets.spots import Spots
from playhead.core.visit import messages
from playhead.core.visit.facts import Shown
from playhead.core.visit.groups import wrong_fields

MAX_SHOWN: Final = 8
MAX_ROOTS: Final = 24  # added subtrees looked into
MAX_VISITS: Final = 400  # nodes visited in one added subtree while searching for messages
MAX_TEXT: Final = 100  # characters of plain text that appeared; messages are longer
STATES: Final = {
    "aria-expanded": ("expanded", "collapsed"),
    "aria-pressed": ("pressed", "not pressed"),
    "aria-checked": ("checked", "unchecked"),
    "aria-selected": ("selected", "not selected"),
    "open": ("open", "closed"),
    "disabled": ("disabled", "enabled"),
    "aria-disabled": ("disabled", "enabled"),
    "aria-invalid": ("invalid", "valid"),
    "aria-sort": ("sorted", "not sorted"),
    "aria-busy": ("busy", "ready"),
}
_PRESSED: Final = frozenset(("button", "link", "toggle", "looks"))
_ASIDE_CLIMB: Final = 4
MAX_CLIMB: Final = 1_000  # ancestors asked whether they hide what came
REVEALING: Final = frozenset(("class", "style", "hidden", "open", "aria-hidden"))


class Reader:
    """Reads the changes of one page lane."""

    __slots__ = ("_boxed", "_mirror", "_open", "_spots")

    def __init__(self, mirror: Mirror, spots: Spots) -> None:
        self._mirror = mirror
        self._spots = spots
        self._open: dict[int, bool] = {}  # what was asked of the page as it stands: many parts of a change stand
        self._boxed: dict[int, tuple[Node, str] | None] = {}  # in the same places

    def read(self, changes: Changes, *, sent: bool = False) -> list[Shown]:
        """Return what `changes` showed or took away, messages first; `sent`: a form was just tried."""
        found: dict[tuple[str, str], Shown] = {}
        self._open.clear()
        self._boxed.clear()
        self._texts(changes, found)
        self._added(changes, found)
        self._attributes(changes, found)
        if changes.removed_nodes:
            self._removed(changes, found)
        if sent:
            self._beside(found)
        ranked = sorted(found.values(), key=_rank)
        return ranked[:MAX_SHOWN]

    def standing(self, *, limit: int = 24) -> list[Shown]:
        """Return the messages that stand on the page now (after a page load)."""
        found: dict[tuple[str, str], Shown] = {}
        self._open.clear()
        for node in list(self._mirror.nodes.values()):
            if node.kind != 2 or not node.attributes:
                continue
            kind = messages.message_kind(node)
            if kind and kind != "dialog" and self._is_shown(node):
                self._message(node, kind, found)
                if len(found) >= limit:
                    break
        return _without_nested([shown for shown in found.values() if shown.kind != "text_added"])

    def _is_shown(self, node: Node) -> bool:
        """Whether nothing on the way up takes the element out of sight, as far as attributes and class rules tell."""
        path: list[int] = []
        at: Node | None = node
        shown = True
        while at is not None and at.kind == 2 and len(path) < MAX_CLIMB:
            known = self._open.get(at.id)
            if known is not None:
                shown = known
                break
            path.append(at.id)
            if not messages.stands_open(self._spots.rules, at):
                shown = False
                break
            at = self._mirror.nodes.get(at.parent)
        for node_id in path:
            self._open[node_id] = shown
        return shown

    def _box_of(self, node: Node) -> tuple[Node, str] | None:
        if node.id not in self._boxed:
            self._boxed[node.id] = messages.box_of(self._mirror, node)
        return self._boxed[node.id]

    def _texts(self, changes: Changes, found: dict[tuple[str, str], Shown]) -> None:
        nodes = self._mirror.nodes
        for node_id, old, new in changes.texts[:MAX_ROOTS]:
            node = nodes.get(node_id)
            parent = nodes.get(node.parent) if node is not None else None
            if parent is None or new.strip() == old.strip():
                continue
            self._text_in(parent, new, found)

    def _text_in(self, parent: Node, text: str, found: dict[tuple[str, str], Shown]) -> None:
        """Text that came into an element: the message of its box, or plain text."""
        if parent.tag in ("script", "style", "title", "head", "noscript", "template"):
            return
        box = self._box_of(parent)
        if box is not None and box[1] != "dialog" and self._is_shown(box[0]):
            self._message(box[0], box[1], found)
            return
        if text.strip() and (box is not None or self._is_shown(parent)):
            if (box is None or box[1] == "dialog") and self._complains(parent, text, found):
                return
            _put(found, Shown("text_added", clean(text, limit=MAX_TEXT), node_id=parent.id))

    def _added(self, changes: Changes, found: dict[tuple[str, str], Shown]) -> None:
        nodes = self._mirror.nodes
        for node_id in changes.added[:MAX_ROOTS]:
            node = nodes.get(node_id)
            if node is None:
                continue
            if node.kind == 3:
                parent = nodes.get(node.parent)
                if parent is not None:
                    self._text_in(parent, node.text, found)
            elif node.kind == 2:
                self._came(node, found)

    def _came(self, root: Node, found: dict[tuple[str, str], Shown]) -> None:
        """A subtree came into sight: the messages in it, the dialog it is, else its text."""
        if root.tag in ("script", "style", "link", "meta", "noscript", "template", "option"):
            return
        above = self._mirror.nodes.get(root.parent)
        if above is not None and not self._is_shown(above):
            return
        box = self._box_of(above) if above is not None else None
        if box is not None and box[1] != "dialog" and not self._only_announces(box, root):
            self._message(box[0], box[1], found)
            return
        boxes = self._boxes(root)
        if not boxes and box is not None and box[1] != "dialog":
            self._message(box[0], box[1], found)
            return
        spoke = False
        for node, kind in boxes:
            spoke = self._message(node, kind, found) or spoke
        spoke = spoke or self._redrawn(root, found)
        if not spoke and messages.stands_open(self._spots.rules, root):
            text = "" if self._is_aside(root) else self._spots.names.text_of(root, limit=MAX_TEXT)
            if text and not self._complains(root, text, found):
                _put(found, Shown("text_added", text, node_id=root.id))

    def _redrawn(self, root: Node, found: dict[tuple[str, str], Shown]) -> bool:
        """Whether fields came, marked as wrong, together with what is wrong with them."""
        spoke = False
        for field, node, said in wrong_fields(self._mirror, root, self._spots.rules.reddens):
            if self._is_shown(node):
                form = self._spots.form_of(field)
                name = self._spots.names.name_of(field) or role_of(field)
                text = messages.tidy(said)
                _put(found, Shown("field_error", text, "error", node.id, form.id if form else 0, name, node.id))
                spoke = True
        return spoke

    def _beside(self, found: dict[tuple[str, str], Shown]) -> None:
        """Tell of plain texts that came which field they stand beside."""
        for shown in found.values():
            node = self._mirror.nodes.get(shown.node_id) if shown.kind == "text_added" else None
            if node is not None and messages.may_complain(node, shown.text) and not messages.is_good_news(shown.text):
                shown.beside = messages.field_of(self._mirror, self._spots.names, node, sure=False)

    def _complains(self, node: Node, text: str, found: dict[tuple[str, str], Shown]) -> bool:
        """Whether words outside any message box are one by their look: red, and bad news or beside fields."""
        if not messages.may_complain(node, text):
            return False
        node = messages.speaker_of(self._mirror, node)
        if not self._spots.rules.reddens(node) or self._is_pressed(node):
            return False
        if not (messages.is_bad_news(text) or messages.stands_beside_fields(self._mirror, node)):
            return False
        return self._message(node, "alert", found, tone="error")

    def _is_pressed(self, node: Node) -> bool:
        """Whether words are those of a control, whatever its tag and colour: a button says what it does, not what
        went wrong."""
        spot = self._spots.at(node.id)
        return spot is not None and spot.nature in _PRESSED

    def _only_announces(self, box: tuple[Node, str], root: Node) -> bool:
        """Whether a box, a live region or a stack, says nothing of itself: what comes into it may speak for itself."""
        if box[1] != "toast" and not messages.message_kind(root):
            return False
        return not messages.tone_of("toast", messages.says_of_itself(box[0]), "")

    def _is_aside(self, node: Node) -> bool:
        """Whether the page says of a part that it repeats what stands elsewhere (the notch of a floating label)."""
        at: Node | None = node
        for _ in range(_ASIDE_CLIMB):
            if at is None or at.kind != 2:
                return False
            if attribute(at, "aria-hidden") == "true":
                return True
            at = self._mirror.nodes.get(at.parent)
        return False

    def _boxes(self, root: Node) -> list[tuple[Node, str]]:
        """The message boxes in a subtree, outermost first; not those inside another, dialogs excepted."""
        boxes: list[tuple[Node, str]] = []
        stack, seen = [root.id], 0
        nodes, rules = self._mirror.nodes, self._spots.rules
        stands_open, message_kind = messages.stands_open, messages.message_kind
        while stack and seen < MAX_VISITS and len(boxes) < MAX_SHOWN:
            node = nodes.get(stack.pop())
            seen += 1
            if node is None or node.kind != 2 or not stands_open(rules, node):
                continue
            kind = message_kind(node)
            if kind:
                boxes.append((node, kind))
                if kind != "dialog":
                    continue
            if node.kids is not None or node.links is not None:
                stack += node.children[:MAX_VISITS][::-1]
        return boxes

    def _message(self, node: Node, kind: str, found: dict[tuple[str, str], Shown], *, tone: str = "") -> bool:
        names = self._spots.names
        if kind == "dialog":
            text = place_name(self._mirror, names, node, "dialog") or names.text_of(node, limit=MAX_TEXT)
        else:
            text = names.text_of(node, limit=messages.MAX_MESSAGE + 40)
            if len(text) > messages.MAX_MESSAGE:
                return False  # content in a box that only looks like a message's
            if "role" not in node.attributes and messages.holds_fields(self._mirror, node):
                return False  # a row or form marked as wrong: the message is inside it
            text = messages.tidy(text)
        if not text:
            return False
        classes = messages.says_of_itself(node) if kind == "dialog" else messages.says_within(self._mirror, node)
        form = self._spots.form_of(node)
        sure = kind == "field_error"
        field = messages.field_of(self._mirror, names, node, sure=sure) if sure or kind == "alert" else ""
        if not field and kind == "alert" and form is not None and ":" in text:
            field = messages.field_named_in(self._mirror, names, form, text)
        if field:
            kind = "field_error"  # whatever it calls itself: it stands beside one field
        tone = tone or messages.tone_of(kind, classes, text)
        if kind == "field_error" and len(text) < 2:
            return False
        if kind == "alert" and text.isdigit():
            return False  # a badge that counts
        if kind == "toast" and not any(letter.isalpha() for letter in text):
            _put(found, Shown("text_added", clean(text, limit=MAX_TEXT), node_id=node.id))
            return True  # an <output> or a counter: a value, not a message
        _put(found, Shown(kind, text, tone, node.id, form.id if form is not None else 0, field, node.id))
        return True

    def _attributes(self, changes: Changes, found: dict[tuple[str, str], Shown]) -> None:
        nodes = self._mirror.nodes
        for node_id, name, old, new in changes.attributes[: MAX_ROOTS * 2]:
            node = nodes.get(node_id)
            if node is None:
                continue
            words = STATES.get(name)
            if words and node.tag not in ("dialog",):
                self._state(node, name, new, words, found)
            if name in REVEALING:
                was = _shown_with(self._spots, node, name, old)
                now = messages.stands_open(self._spots.rules, node)
                if now and not was:
                    self._came(node, found)
                elif was and not now:
                    self._went(node, found)

    def _state(
        self, node: Node, name: str, new: object, words: tuple[str, str], found: dict[tuple[str, str], Shown]
    ) -> None:
        on = new not in (None, False, "false", "none")
        label = self._spots.names.name_of(node, limit=60)
        text = f"{label} {words[0 if on else 1]}" if label else words[0 if on else 1]
        tone = "error" if name == "aria-invalid" and on else ""
        form = self._spots.form_of(node) if tone else None
        _put(found, Shown("state", text, tone, node.id, form.id if form is not None else 0, label if tone else ""))

    def _went(self, node: Node, found: dict[tuple[str, str], Shown]) -> None:
        kind = messages.message_kind(node)
        if kind == "dialog":
            name = place_name(self._mirror, self._spots.names, node, "dialog")
            _put(found, Shown("text_removed", f'dialog "{name}" closed' if name else "dialog closed", node_id=node.id))
        elif not kind and messages.holds_fields(self._mirror, node):  # a form, or a part of the page with one
            text = self._spots.names.text_of(node, limit=MAX_TEXT)
            if text:
                _put(found, Shown("text_removed", text, node_id=node.id))

    def _removed(self, changes: Changes, found: dict[tuple[str, str], Shown]) -> None:
        dropped = changes.removed_nodes or {}
        added = set(changes.added)
        for root in changes.removed[:MAX_ROOTS]:
            if root.kind != 2 or root.id in added:
                continue
            text = clean(_text_below(root, dropped), limit=MAX_TEXT)
            if not text:
                continue
            kind = messages.message_kind(root)
            if kind == "dialog":
                heading = clean(_heading_below(root, dropped) or attribute(root, "aria-label") or text, limit=50)
                _put(found, Shown("text_removed", f'dialog "{heading}" closed', node_id=root.id))
            elif not any(shown.kind == "text_added" and shown.text == text for shown in found.values()):
                _put(found, Shown("text_removed", text, node_id=root.id))
            else:
                found.pop(("text_added", text), None)  # rebuilt with the same words: nothing to see


def _put(found: dict[tuple[str, str], Shown], shown: Shown) -> None:
    if len(found) < MAX_SHOWN * 3:
        found.setdefault((shown.kind, shown.text), shown)


_ORDER: Final = {"alert": 0, "field_error": 1, "dialog": 2, "toast": 3, "state": 4, "text_added": 5, "text_removed": 6}


def _rank(shown: Shown) -> tuple[int, int, str]:
    return (0 if shown.tone == "error" else 1, _ORDER.get(shown.kind, 9), shown.text)


def _without_nested(found: list[Shown]) -> list[Shown]:
    """Drop a message whose text is part of another's: a box inside a box."""
    return [
        shown
        for shown in found
        if not any(other is not shown and shown.text in other.text and len(other.text) < 160 for other in found)
        or sum(1 for other in found if other.text == shown.text) > 1
    ]


def _shown_with(spots: Spots, node: Node, name: str, value: Scalar) -> bool:
    """Whether the element stood open when attribute `name` was `value`."""
    now = node.attributes.get(name)
    had = name in node.attributes
    if value is None:
        node.attributes.pop(name, None)
    else:
        node.attributes[name] = value
    try:
        return messages.stands_open(spots.rules, node)
    finally:
        if had:
            node.attributes[name] = now
        else:
            node.attributes.pop(name, None)


def _text_below(root: Node, dropped: dict[int, Node]) -> str:
    parts: list[str] = []
    stack, seen, length = [root.id], 0, 0
    while stack and seen < 120 and length < MAX_TEXT * 2:
        node = dropped.get(stack.pop())
        seen += 1
        if node is None:
            continue
        if node.kind == 3:
            parts.append(node.text[:400])
            length += len(node.text.strip())
        elif node.tag not in ("script", "style"):
            parts.append(" ")
            stack.extend(reversed(node.children[:120]))
    return "".join(parts)


def _heading_below(root: Node, dropped: dict[int, Node]) -> str:
    stack, seen = [root.id], 0
    while stack and seen < 80:
        node = dropped.get(stack.pop())
        seen += 1
        if node is None:
            continue
        if node.tag in ("h1", "h2", "h3", "h4", "h5"):
            return _text_below(node, dropped)
        stack.extend(reversed(node.children[:80]))
    return ""
