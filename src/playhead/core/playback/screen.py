"""Screen: the text of a page at one moment, from the DOM mirror, one block a line.

What is left out: scripts, styles, what an attribute or an inline style hides. Style sheets are not applied, so text
that only a sheet hides is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playhead.core import events as E
from playhead.core.mirror.dom import Mirror
from playhead.core.mirror.nodes import CDATA, ELEMENT, TEXT, Node

MAX_LINES: Final = 400
MAX_LINE: Final = 300
_SILENT: Final = frozenset("script style noscript template head link meta svg canvas datalist option".split())
_INLINE: Final = frozenset(
    "a abbr b bdi bdo cite code em i kbd label mark q s small span strong sub sup time u".split()
)
_FIELDS: Final = frozenset(("input", "textarea", "select"))


def screen_of(events: Sequence[E.Event]) -> list[str]:
    """Return the lines of the page that these events show: a keyframe, or a lane from its start."""
    mirror = Mirror()
    for event in events:
        mirror.apply(event)
    document = mirror.nodes.get(mirror.document or 0)
    if document is None:
        return []
    lines = _Lines(mirror)
    lines.read(document)
    return lines.finished()


class _Lines:
    """Walks a document without recursion and gathers its text into lines."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._lines: list[str] = []
        self._line: list[str] = []

    def read(self, root: Node) -> None:
        stack: list[Node | None] = [root]
        while stack and len(self._lines) < MAX_LINES:
            node = stack.pop()
            if node is None:
                self._end()
            elif node.kind in (TEXT, CDATA):
                self._line.append(node.text)
            elif not self._is_silent(node):
                self._enter(node, stack)
        self._end()

    def _enter(self, node: Node, stack: list[Node | None]) -> None:
        breaks = node.kind != ELEMENT or node.tag not in _INLINE
        if breaks:
            self._end()
            stack.append(None)
        if node.kind == ELEMENT and node.tag in _FIELDS:
            self._field(node)
        children = [self._mirror.nodes.get(child) for child in node.children]
        stack += [child for child in reversed(children) if child is not None]

    def _field(self, node: Node) -> None:
        kind = str(node.attributes.get("type", "")).lower()
        name = str(node.attributes.get("aria-label") or node.attributes.get("placeholder") or "")
        if kind in ("checkbox", "radio"):
            self._line.append("(on)" if self._mirror.is_checked(node.id) else "(off)")
        elif kind not in ("hidden", "password"):
            value = self._mirror.value_of(node.id)
            self._line.append(f"{name} [{value}]" if name or value else "")

    def _is_silent(self, node: Node) -> bool:
        if node.kind != ELEMENT:
            return False
        attributes = node.attributes
        style = str(attributes.get("style", "")).replace(" ", "").lower()
        return (
            node.tag in _SILENT
            or "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or "display:none" in style
            or "visibility:hidden" in style
        )

    def _end(self) -> None:
        line = " ".join("".join(self._line).split())
        self._line = []
        if line and (not self._lines or self._lines[-1] != line):
            self._lines.append(line[:MAX_LINE])

    def finished(self) -> list[str]:
        return self._lines[:MAX_LINES]
