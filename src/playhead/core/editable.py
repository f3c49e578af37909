"""Editable: which nodes of a page somebody may type into, followed from event to event.

A change of a text names its node and nothing else. Whether that lies in an editable region or a text area is known from
the snapshot and the changes since; so one of these has to see every event of a page, in order.
"""

from typing import Any, Final, cast

from playhead.core import events as ev

MAX_NODES: Final = 200_000  # of one page; what has more is not followed further, and its nodes are unknown
_TYPED: Final = ("textarea", "option")


class Editable:
    """`unknown` is the answer for nodes that no event told of."""

    def __init__(self, *, unknown: bool) -> None:
        self._unknown = unknown
        self._parents: dict[int, int] = {}  # 0 is above a document
        self._said: dict[int, bool] = {}  # of nodes that say it themselves: a `contenteditable`, a text area

    @property
    def size(self) -> int:
        """How many nodes are remembered."""
        return len(self._parents)

    def learn(self, kind: int, data: dict[str, Any]) -> None:
        """Take in an event's data: only snapshots and mutations tell of nodes."""
        if kind == ev.FULL_SNAPSHOT:
            self._parents, self._said = {}, {}
            self._tree(data.get("node"), 0)
        elif kind == ev.INCREMENTAL and data.get("source") == ev.MUTATION:
            for removed in _dicts(data.get("removes")):
                self._parents.pop(_id(removed.get("id")), None)
            for added in _dicts(data.get("adds")):
                self._tree(added.get("node"), _id(added.get("parentId")))
            for change in _dicts(data.get("attributes")):
                self._attributes(_id(change.get("id")), change.get("attributes"))
            if len(self._parents) > MAX_NODES:
                self._parents, self._said = {}, {}

    def holds(self, node: object) -> bool:
        """Return whether somebody may type into the node with this id, or into what it lies in."""
        at, seen = _id(node), 0
        while at in self._parents and seen <= len(self._parents):  # a recording may go round in a circle
            if (said := self._said.get(at)) is not None:
                return said
            at, seen = self._parents[at], seen + 1
        return self._unknown if at else False

    def _tree(self, root: object, parent: int) -> None:
        stack = [(root, parent)]
        while stack:
            found, above = stack.pop()
            if not isinstance(found, dict):
                continue
            node = cast("dict[str, Any]", found)
            at = _id(node.get("id"))
            self._parents[at] = above
            self._said.pop(at, None)
            if str(node.get("tagName", "")).lower() in _TYPED:
                self._said[at] = True
            self._attributes(at, node.get("attributes"))
            if isinstance(children := node.get("childNodes"), list):
                stack.extend((child, at) for child in cast("list[object]", children))

    def _attributes(self, node: int, attributes: object) -> None:
        if not isinstance(attributes, dict) or "contenteditable" not in attributes:
            return
        said = cast("dict[str, Any]", attributes)["contenteditable"]
        if said is None:
            self._said.pop(node, None)
        else:
            self._said[node] = str(said).lower() != "false"


def _id(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else -1


def _dicts(value: object) -> list[dict[str, Any]]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
