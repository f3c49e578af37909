"""Radios: which radio buttons a browser unchecks when one of their group is checked.

A group has one name, one form and one document or shadow root. Inputs are looked for when the first radio button is
checked, and kept by name from then on.
Limits  MAX_SCANS looks through the whole page, MAX_GROUP buttons looked at, MAX_CLIMB levels up to their form
"""

from typing import TYPE_CHECKING, Final

from playhead.core.mirror.nodes import DOCUMENT, ELEMENT, Node

if TYPE_CHECKING:
    from playhead.core.mirror.dom import Mirror

MAX_SCANS: Final = 200
MAX_GROUP: Final = 500
MAX_CLIMB: Final = 500


class Radios:
    """The radio buttons of one mirror's page by name."""

    __slots__ = ("_by_name", "_scans")

    def __init__(self) -> None:
        self._by_name: dict[str, dict[int, None]] | None = None
        self._scans = 0

    def forget(self) -> None:
        """Look for them again when next asked: the page, or a name, is another."""
        if self._scans < MAX_SCANS:
            self._by_name = None

    def added(self, node: Node) -> None:
        """Note an input that came into the page."""
        if self._by_name is not None and (name := _name_of(node)):
            self._by_name.setdefault(name, {})[node.id] = None

    def unchecked_by(self, mirror: "Mirror", node: Node) -> list[Node]:
        """Return the checked radio buttons of the group of `node`, but for itself."""
        name = _name_of(node)
        if not name:
            return []
        if self._by_name is None:
            self._scans += 1
            self._by_name = {}
            for other in mirror.nodes.values():
                if other.tag == "input":
                    self.added(other)
        found: list[Node] = []
        group = self._by_name.get(name, {})
        scope = _scope_of(mirror, node)
        for id in list(group)[:MAX_GROUP]:
            other = mirror.nodes.get(id)
            if other is None or other.tag != "input":
                del group[id]
            elif other is not node and mirror.is_checked(id) and _scope_of(mirror, other) == scope:
                found.append(other)
        return found


def _name_of(node: Node) -> str:
    if node.tag != "input" or node.kind != ELEMENT or str(node.attributes.get("type")).lower() != "radio":
        return ""
    name = node.attributes.get("name")
    return name if isinstance(name, str) else ""


def _scope_of(mirror: "Mirror", node: Node) -> tuple[int, object]:
    """The form a control belongs to, else the document or shadow host it stands under."""
    form = node.attributes.get("form")
    at: Node | None = node
    for _ in range(MAX_CLIMB):
        if at is None or at.kind == DOCUMENT:
            return (at.id if at is not None else 0), form
        if at.is_shadow:
            return at.parent, form
        at = mirror.nodes.get(at.parent)
        if at is not None and at.tag == "form" and form is None:
            return at.id, None
    return 0, form
