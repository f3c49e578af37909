"""Tips: bubbles that say what a control is for, while the pointer rests on it: they are no answer to a press.

Sure    what comes says no more than the control's own attributes (`title`, `aria-label`, a library's own)
Likely  it calls itself a tooltip (`role`): some come on a press, so when it came decides (`Answers`)
"""

from collections.abc import Iterable
from typing import Final

from playhead.core.mirror.dom import Changes, Mirror, Node
from playhead.core.targets.accname import Names, clean
from playhead.core.targets.roles import role_of
from playhead.core.words import words

MIN_TEXT, MAX_TEXT = 3, 200  # characters of a bubble
MAX_UP: Final = 3  # elements around a control whose attributes a bubble may repeat
MAX_KNOWN: Final = 64  # bubbles that are remembered until they go
MAX_PARTS: Final = 64  # nodes that come or go with a bubble
MAX_LOOKED: Final = 8  # parts of one change that are looked at
# What these say is shown elsewhere already, or holds more than a hint.
_NO_HINTS: Final = words(
    "class id style href src name type value placeholder role content data-content data-bs-content"
)


class Tips:
    """Follows the bubbles of one page."""

    __slots__ = ("_known", "_mirror", "_names")

    def __init__(self, mirror: Mirror, names: Names) -> None:
        self._mirror = mirror
        self._names = names
        self._known: dict[int, bool] = {}  # bubbles that came, and whether they are sure

    def reset(self) -> None:
        """A new document began."""
        self._known.clear()

    def places(self, changes: Changes, nodes: Iterable[int], control: int) -> tuple[tuple[int, ...], ...]:
        """Of the elements in which a change took place, those where only a bubble came or went: a sure one, a likely
        one that was there before, a likely one that comes."""
        if len(changes.added) + len(changes.removed) > MAX_PARTS:
            return (), (), ()  # no bubble has so many
        hints, known = self._hints(control), frozenset(self._known)
        found: tuple[list[int], list[int], list[int]] = ([], [], [])
        for node_id in dict.fromkeys(list(nodes)[:MAX_LOOKED]):
            parts = self._parts(node_id, changes)
            kinds = {self._kind(part, hints) for part in parts}
            if None not in kinds:
                new = not all(self._is_in(part, known) for part in parts)
                found[0 if kinds == {True} else 1 + new].append(node_id)
        return tuple(map(tuple, found))

    def _is_in(self, node: Node, known: frozenset[int]) -> bool:
        at: Node | None = node
        for _ in range(MAX_UP):
            if at is None or at.id in known:
                return at is not None
            at = self._mirror.nodes.get(at.parent)
        return False

    def _parts(self, node_id: int, changes: Changes) -> list[Node]:
        """What a change in an element is about: what came into it or went, else the element."""
        nodes = self._mirror.nodes
        came = [nodes[at] for at in changes.added if at in nodes and nodes[at].parent == node_id]
        parts = [part for part in (*came, *changes.removed) if part.kind == 2 and part.parent == node_id]
        node = nodes.get(node_id)
        return parts[:MAX_LOOKED] or ([node] if node is not None else [])

    def _kind(self, node: Node, hints: frozenset[str]) -> bool | None:
        """Whether an element is a bubble for sure (True) or likely (False); None for anything else."""
        at: Node | None = node
        for _ in range(MAX_UP):
            if at is None or at.kind != 2 or at.tag in ("body", "html"):
                break
            if at.id in self._known:
                return self._known[at.id]
            at = self._mirror.nodes.get(at.parent)
        said = self._names.text_of(node, limit=MAX_TEXT).strip().casefold() if hints else ""
        sure = len(said) >= MIN_TEXT and said in hints
        if not sure and role_of(node) != "tooltip" and not self._holds_tooltip(node):
            return None
        if len(self._known) < MAX_KNOWN:
            self._known[node.id] = sure
        return sure

    def _holds_tooltip(self, around: Node) -> bool:
        """Whether nothing but a tooltip is in an element that was put at the page's end for it."""
        node = around
        for _ in range(MAX_UP):
            inside = [child for child in map(self._mirror.nodes.get, node.children[:2]) if child and child.kind == 2]
            if len(inside) != 1:
                return False
            node = inside[0]
            if role_of(node) == "tooltip":
                return True
        return False

    def _hints(self, control: int) -> frozenset[str]:
        """What a control's own attributes, and those close around it, say."""
        said: set[str] = set()
        node = self._mirror.nodes.get(control)
        for _ in range(MAX_UP):
            if node is None or node.kind != 2 or node.tag in ("body", "html"):
                break
            for name, value in node.attributes.items():
                if name not in _NO_HINTS and isinstance(value, str) and MIN_TEXT <= len(value) <= MAX_TEXT:
                    said.add(clean(value, limit=MAX_TEXT).casefold())
            node = self._mirror.nodes.get(node.parent)
        return frozenset(said)
