"""Mirror: the DOM of one page, rebuilt from its rrweb events, node by node with rrweb's ids.

Shape   apply(event) -> Changes; `nodes` by id; one Mirror per page lane (`Event.page`), events in time order
Errors  never raises on an event: what cannot be applied is counted in `skipped` by reason
Source  what an event does follows @rrweb/replay 2.1.6, so that both reach the same tree
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from playhead.core import events as E
from playhead.core.mutations import MAX_WAITING, Edit
from playhead.core.nodes import (
    CDATA,
    COMMENT,
    DOCTYPE,
    DOCUMENT,
    ELEMENT,
    NOTHING,
    TEXT,
    Changes,
    Node,
    Scalar,
)
from playhead.core.payloads import (
    Addition,
    AdoptedStyleSheet,
    CanvasMutation,
    Font,
    Input,
    MediaInteraction,
    Meta,
    Mutation,
    Scroll,
    Selection,
    StyleDeclaration,
    StyleSheetRule,
    ViewportResize,
    decode_meta,
    decode_payload,
    decode_snapshot,
)
from playhead.core.plant import MAX_ATTRIBUTE_BYTES, count, plant

__all__ = [
    "CDATA",
    "COMMENT",
    "DOCTYPE",
    "DOCUMENT",
    "ELEMENT",
    "NOTHING",
    "TEXT",
    "Changes",
    "Mirror",
    "Node",
    "Scalar",
]

_SILENT = frozenset(("script", "style", "noscript", "template", "head"))
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Mirror:
    """The page as it stands after the events applied so far."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.document: int | None = None
        self.href = ""
        self.width: float = 0
        self.height: float = 0
        self.skipped: dict[str, int] = {}
        self.waiting: dict[int, Addition] = {}  # built, in the table, not placed: their sibling is not there yet
        self.documents_waiting: dict[int, Addition] = {}  # by the id of an iframe that is not there yet

    def apply(self, event: E.Event) -> Changes:
        """Bring the page to where it stands after `event`; return what changed."""
        if event.type == E.INCREMENTAL:
            try:
                payload = decode_payload(event.data)
            except _UNREADABLE:
                count(self.skipped, "event_unreadable")
                return NOTHING
            handler = _HANDLERS.get(payload.__class__)
            return handler(self, payload) if handler is not None else NOTHING
        if event.type == E.FULL_SNAPSHOT:
            return self._snapshot(event)
        if event.type == E.META:
            return self._meta(event)
        return NOTHING

    # Asking

    def ancestors(self, node_id: int) -> Iterator[Node]:
        """Yield the parents of a node, nearest first, through shadow roots and iframes up to the page's document."""
        node = self.nodes.get(node_id)
        while node is not None and node.parent:
            node = self.nodes.get(node.parent)
            if node is not None:
                yield node

    def is_connected(self, node_id: int) -> bool:
        """Return whether a node is in the page (and not merely waiting for its place)."""
        root = node_id
        for root_node in self.ancestors(node_id):
            root = root_node.id
        return root == self.document and root in self.nodes

    def is_inside(self, node: Node, outer: Node) -> bool:
        """Return whether `node` is `outer` or stands anywhere below it."""
        return node is outer or any(above is outer for above in self.ancestors(node.id))

    def text_of(self, node_id: int, *, limit: int = 10_000) -> str:
        """Return the text below a node in document order, scripts and styles left out, at most `limit` characters."""
        parts: list[str] = []
        room = limit
        stack = [node_id]
        while stack and room > 0:
            node = self.nodes.get(stack.pop())
            if node is None:
                continue
            if node.kind in (TEXT, CDATA):
                parts.append(node.text[:room])
                room -= len(node.text)
            elif node.tag not in _SILENT:
                stack += reversed(node.children)
        return "".join(parts)

    def value_of(self, node_id: int) -> str:
        """Return the live value of a control: the last input, else what its markup gives."""
        node = self.nodes.get(node_id)
        if node is None:
            return ""
        if node.value is not None:
            return node.value
        value = node.attributes.get("value")
        if node.tag == "textarea" and value is None:
            return "".join(self.nodes[child].text for child in node.children)
        return "" if value is None or isinstance(value, bool) else str(value)

    def is_checked(self, node_id: int) -> bool:
        """Return the live checked state of a checkbox or radio button."""
        node = self.nodes.get(node_id)
        if node is None:
            return False
        return node.checked if node.checked is not None else node.attributes.get("checked") not in (None, False)

    # Whole pages

    def _snapshot(self, event: E.Event) -> Changes:
        try:
            snapshot = decode_snapshot(event.data)
        except _UNREADABLE:
            count(self.skipped, "snapshot_unreadable")
            return NOTHING
        root = snapshot.node
        if root.kind != DOCUMENT or root.id < 1:
            count(self.skipped, "snapshot_unreadable")
            return NOTHING
        self.nodes.clear()
        self.waiting.clear()
        self.document = root.id
        plant(root, self.nodes, self.skipped, check_sizes=len(event.data) > MAX_ATTRIBUTE_BYTES)
        if snapshot.initial_offset is not None:
            root.scroll_x, root.scroll_y = snapshot.initial_offset.left, snapshot.initial_offset.top
        if self.documents_waiting:
            Edit(self).attach_all_waiting()
        return Changes(reset=True, added=(root.id,))

    def _meta(self, event: E.Event) -> Changes:
        try:
            meta: Meta = decode_meta(event.data)
        except _UNREADABLE:
            count(self.skipped, "event_unreadable")
            return NOTHING
        self.href, self.width, self.height = meta.href, meta.width, meta.height
        return NOTHING

    # Single changes

    def _mutation(self, payload: Mutation) -> Changes:
        if self.document is None:
            count(self.skipped, "before_first_snapshot")
            return NOTHING
        return Edit(self).apply(payload)

    def _scroll(self, payload: Scroll) -> Changes:
        node = self.nodes.get(payload.id)
        if node is None:
            count(self.skipped, "node_not_found")
            return NOTHING
        node.scroll_x, node.scroll_y = payload.x, payload.y
        return Changes(scrolled=node.id)

    def _resize(self, payload: ViewportResize) -> Changes:
        self.width, self.height = payload.width, payload.height
        return NOTHING

    def _input(self, payload: Input) -> Changes:
        node = self.nodes.get(payload.id)
        if node is None or node.kind != ELEMENT:
            count(self.skipped, "node_not_found")
            return NOTHING
        old, was_checked = self.value_of(node.id), self.is_checked(node.id)
        node.value, node.checked = payload.text, payload.is_checked
        values = [(node.id, old, payload.text)] if old != payload.text else []
        checks = [(node.id, was_checked, payload.is_checked)] if was_checked != payload.is_checked else []
        return Changes(values=values, checks=checks)

    def _media(self, payload: MediaInteraction) -> Changes:
        if payload.id not in self.nodes:
            count(self.skipped, "node_not_found")
            return NOTHING
        return Changes(media=(payload.id, payload.type_))

    def _style_rule(self, payload: StyleSheetRule | StyleDeclaration) -> Changes:
        return Changes(styles=True)

    def _adopted(self, payload: AdoptedStyleSheet) -> Changes:
        return Changes(styles=True)

    def _canvas(self, payload: CanvasMutation) -> Changes:
        if payload.id not in self.nodes:
            count(self.skipped, "node_not_found")
            return NOTHING
        return Changes(canvas=payload.id)

    def _selection(self, payload: Selection) -> Changes:
        return Changes(selection=True)

    def _font(self, payload: Font) -> Changes:
        return NOTHING

    # Asked by mutations

    def wait_for_iframe(self, addition: Addition) -> None:
        """Keep a document until the iframe it belongs to is added."""
        if len(self.documents_waiting) >= MAX_WAITING:
            count(self.skipped, "addition_unresolved")
        else:
            self.documents_waiting.setdefault(addition.parent_id, addition)

    def forget(self, node: Node) -> None:
        """Let go of what is kept beside the table about a node that left it."""
        self.waiting.pop(node.id, None)

    def sheet_parsed_anew(self, node_id: int) -> None:
        """The text of a style element changed: rules inserted by script are gone."""


_Handler = Callable[[Mirror, Any], Changes]
_HANDLERS: dict[type, _Handler] = {
    Mutation: Mirror._mutation,  # pyright: ignore[reportPrivateUsage]
    Scroll: Mirror._scroll,  # pyright: ignore[reportPrivateUsage]
    ViewportResize: Mirror._resize,  # pyright: ignore[reportPrivateUsage]
    Input: Mirror._input,  # pyright: ignore[reportPrivateUsage]
    MediaInteraction: Mirror._media,  # pyright: ignore[reportPrivateUsage]
    StyleSheetRule: Mirror._style_rule,  # pyright: ignore[reportPrivateUsage]
    StyleDeclaration: Mirror._style_rule,  # pyright: ignore[reportPrivateUsage]
    AdoptedStyleSheet: Mirror._adopted,  # pyright: ignore[reportPrivateUsage]
    CanvasMutation: Mirror._canvas,  # pyright: ignore[reportPrivateUsage]
    Selection: Mirror._selection,  # pyright: ignore[reportPrivateUsage]
    Font: Mirror._font,  # pyright: ignore[reportPrivateUsage]
}
