"""Retries: the order in which rrweb tries again additions that came before the sibling or parent they name.

Source  `queueToResolveTrees` and `iterateResolveTree` of @rrweb/replay 2.1.6, without its recursion and its searches
"""

from collections.abc import Iterator

from playhead.core.mirror.nodes import ChildLinks, Node
from playhead.core.mirror.payloads import Addition


class _Tree:
    """An addition, and those that wait for it as their parent; `number` is its place in the queue, from 1."""

    __slots__ = ("below", "holder", "number", "value")

    def __init__(self, value: Addition, number: int, holder: ChildLinks) -> None:
        self.value, self.number, self.holder = value, number, holder
        self.below: ChildLinks | None = None


def resolve_order(queue: list[Addition], nodes: dict[int, Node]) -> Iterator[Addition]:
    """Yield queued additions in the order to try them; those whose topmost parent is not there are dropped."""
    by_id: dict[int, _Tree] = {}
    trees: list[_Tree] = []
    roots = ChildLinks([])
    for number, addition in enumerate(queue, start=1):
        following = by_id.get(addition.next_id) if addition.next_id else None
        parent = by_id.get(addition.parent_id)
        if following is not None:
            tree = _Tree(addition, number, following.holder)
            tree.holder.insert(number, following.number)
        elif parent is not None:
            if parent.below is None:
                parent.below = ChildLinks([])
            tree = _Tree(addition, number, parent.below)
            tree.holder.insert(number, 0)
        else:
            tree = _Tree(addition, number, roots)
            roots.insert(number, 0)
        trees.append(tree)
        by_id[addition.node.id] = tree
    for root in roots.ids():
        if trees[root - 1].value.parent_id in nodes:
            stack = [root]
            while stack:
                tree = trees[stack.pop() - 1]
                yield tree.value
                if tree.below is not None:
                    stack += tree.below.ids()
