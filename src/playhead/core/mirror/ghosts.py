"""Ghosts: elements of removed shadow trees, which rrweb's Replayer still knows.

Taking an element out, the Replayer forgets the ids of what stands below it in the light tree; what stands in shadow
trees inside stays known. One that comes back under its id, recorded as it was first recorded, is the same element
again: with its constructed style sheets, its live attributes and its value.
Source  `removeNodeFromMap`, `buildNodeWithSN` and `isNodeMetaEqual` of @rrweb/replay 2.1.6
Limits  MAX_GHOSTS elements, the oldest leave first
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from playhead.core.mirror.nodes import ELEMENT, Node

MAX_GHOSTS: Final = 50_000


class Ghost(NamedTuple):
    node: Node
    sheets: list[int]  # ids of the style sheets that its shadow root had adopted


class Ghosts:
    """The elements that were removed with a shadow tree around them, by id."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[int, Ghost] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def clear(self) -> None:
        self._kept.clear()

    def keep(self, hosts: Sequence[Node], removed: Mapping[int, Node], sheets: Mapping[int, list[int]]) -> None:
        """Remember what stands in the shadow trees of `hosts`, which have just been `removed` with it."""
        kept = self._kept
        done = set[int]()
        for host in hosts:
            stack = [at for at in host.children if at in removed and removed[at].is_shadow]
            while stack:
                node = removed.get(stack.pop())
                if node is None or node.id in done:
                    continue
                done.add(node.id)
                stack += node.children
                if node.kind == ELEMENT:
                    kept.pop(node.id, None)
                    kept[node.id] = Ghost(node, sheets.get(node.id, []))
        while len(kept) > MAX_GHOSTS:
            del kept[next(iter(kept))]

    def forget(self, node_id: int) -> None:
        """An element is removed once more: it goes with its light tree."""
        stack = [node_id]
        while stack:
            ghost = self._kept.pop(stack.pop(), None)
            if ghost is not None:
                stack += ghost.node.children

    def revive(self, node: Node) -> list[int]:
        """Give a new element what its ghost still has; return the ids of the style sheets it had adopted."""
        ghost = self._kept.pop(node.id, None)
        if ghost is None:
            return []
        old = ghost.node
        if (old.tag, old.is_svg, bytes(old.raw_attributes)) != (node.tag, node.is_svg, bytes(node.raw_attributes)):
            return []
        if old.read_attributes is not None:
            node.read_attributes = dict(old.read_attributes)
        node.value, node.checked = old.value, old.checked
        return ghost.sheets
