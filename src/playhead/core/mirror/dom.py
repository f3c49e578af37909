"""Mirror: the DOM of one page, rebuilt from its rrweb events, node by node with rrweb's ids.

Shape   apply(event) -> Changes; `nodes` by id; one Mirror per page lane (`Event.page`), events in time order
Errors  never raises on an event: what cannot be applied is counted in `skipped` by reason
Source  what an event does follows @rrweb/replay 2.1.6, so that both reach the same tree
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import msgspec

from playhead.core import events as E
from playhead.core.mirror.frames import attach_all_waiting
from playhead.core.mirror.media import MediaState, media_after, media_from_snapshot
from playhead.core.mirror.mutations import Edit
from playhead.core.mirror.nodes import (
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
    text_below,
)
from playhead.core.mirror.payloads import (
    Addition,
    AdoptedStyleSheet,
    CanvasMutation,
    Drag,
    Font,
    Input,
    MediaInteraction,
    Meta,
    MouseInteraction,
    MouseMove,
    Mutation,
    Scroll,
    Selection,
    StyleDeclaration,
    StyleSheetRule,
    TouchMove,
    ViewportResize,
    decode_meta,
    decode_payload,
    decode_snapshot,
)
from playhead.core.mirror.plant import MAX_ATTRIBUTE_BYTES, count, plant
from playhead.core.mirror.radios import Radios
from playhead.core.mirror.restyling import adopt_sheets, change_declaration, change_rules
from playhead.core.mirror.sheets import RuleList, Sheet
from playhead.core.mirror.tolerant import LARGE_BYTES, has_too_many_objects, payload_of, snapshot_of

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

_VALUE_IS_ATTRIBUTE = frozenset(("button", "option", "data", "param"))
_TYPES_VALUE_IS_ATTRIBUTE = frozenset(("checkbox", "radio", "hidden", "submit", "button", "image", "reset"))
_PRESSES = frozenset((0, 1, 2, 7, 9))  # mouse up and down, click, touch start and end: they tell where the pointer is
MAX_FONTS = 1_000
MAX_DOCUMENTS_WAITING = 1_000
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
        self.rules: dict[int, RuleList] = {}  # by style element: what scripts did to its rules
        self.sheet_elements: dict[int, None] = {}  # style and link elements, in the order of `nodes`
        self.sheets: dict[int, Sheet] = {}  # constructed style sheets by styleId
        self.adopted: dict[int, list[int]] = {}  # styleIds by document or shadow host
        self.media: dict[int, MediaState] = {}
        self.canvas: dict[int, msgspec.Raw] = {}  # last drawing event of each canvas
        self.canvas_events = 0
        self.fonts: list[msgspec.Raw] = []
        self.restyled: dict[int, None] = {}  # elements whose `style` a script edited property by property
        self.css_by_mutation: dict[int, None] = {}  # style elements whose text was an attribute when they were added
        self.beside: tuple[dict[int, Any], ...] = (
            self.waiting,
            self.rules,
            self.adopted,
            self.media,
            self.canvas,
            self.restyled,
            self.css_by_mutation,
        )
        self.radios = Radios()
        self.selection: Selection | None = None
        self.pointer: E.Event | None = None  # the last event that tells where the pointer is
        self.snapshot_ms: float = 0

    def apply(self, event: E.Event) -> Changes:
        """Bring the page to where it stands after `event`; return what changed."""
        if len(event.data) > LARGE_BYTES and has_too_many_objects(bytes(event.data)):
            count(self.skipped, "event_too_large")
            return NOTHING
        if event.type == E.INCREMENTAL:
            try:
                payload = decode_payload(event.data)
            except _UNREADABLE:
                payload = payload_of(bytes(event.data))
            handler = self._handlers.get(payload.__class__)
            if handler is not None:
                return handler(self, payload, event)
            if payload is None and 0 <= E.source_of(event) < len(E.SOURCE_NAMES):  # others are not for a mirror
                count(self.skipped, "event_unreadable")
            return NOTHING
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

    def document_of(self, node: Node) -> int:
        """Return the id of the document a node stands in: the page's, or an iframe's; 0 when it waits for a place."""
        if node.kind == DOCUMENT:
            return node.id
        return next((above.id for above in self.ancestors(node.id) if above.kind == DOCUMENT), 0)

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
        return text_below(self.nodes, node_id, limit=limit)

    def value_of(self, node_id: int) -> str:
        """Return the live value of a control: the last input, else what its markup gives."""
        node = self.nodes.get(node_id)
        if node is None or node.kind != ELEMENT:
            return ""
        if node.value is not None:
            return node.value
        value = node.attributes.get("value")
        if node.tag == "textarea" and value is None:
            return self._text_children(node)
        if value is None and node.tag == "input":
            return "on" if node.attributes.get("type") in ("checkbox", "radio") else ""
        return "" if value is None or isinstance(value, bool) else str(value)

    def is_checked(self, node_id: int) -> bool:
        """Return the live checked state of a checkbox or radio button."""
        node = self.nodes.get(node_id)
        if node is None or node.kind != ELEMENT:
            return False
        return node.checked if node.checked is not None else node.attributes.get("checked") not in (None, False)

    def css_of(self, node: Node) -> str:
        """Return the text a style element's sheet was parsed from."""
        css = node.attributes.get("_cssText")
        if isinstance(css, str):
            return css
        return self._text_children(node)

    def _text_children(self, node: Node) -> str:
        children = [self.nodes[child] for child in node.children]
        return "".join(child.text for child in children if child.kind == TEXT)

    # Whole pages

    def _snapshot(self, event: E.Event) -> Changes:
        try:
            snapshot = decode_snapshot(event.data)
        except _UNREADABLE:
            snapshot = snapshot_of(bytes(event.data))
        if snapshot is None or snapshot.node.kind != DOCUMENT or snapshot.node.id < 1:
            count(self.skipped, "snapshot_unreadable")
            return NOTHING
        root = snapshot.node
        for kept in (self.nodes, self.sheet_elements, self.sheets, *self.beside):
            kept.clear()
        self.selection = None
        self.radios.forget()
        self.document, self.snapshot_ms = root.id, event.timestamp
        check = len(event.data) > MAX_ATTRIBUTE_BYTES
        plant(root, self.nodes, self.sheet_elements, self.skipped, check_sizes=check)
        if snapshot.initial_offset is not None:
            root.scroll = (snapshot.initial_offset.left, snapshot.initial_offset.top)
        if self.documents_waiting:
            attach_all_waiting(Edit(self))
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

    def _mutation(self, payload: Mutation, event: E.Event) -> Changes:
        if self.document is None:
            count(self.skipped, "before_first_snapshot")
            return NOTHING
        return Edit(self, event.raw).apply(payload)

    def _scroll(self, payload: Scroll, event: E.Event) -> Changes:
        node = self.nodes.get(payload.id)
        if node is None:
            count(self.skipped, "node_not_found")
            return NOTHING
        node.scroll = (payload.x, payload.y)
        for name in ("rr_scrollLeft", "rr_scrollTop"):
            node.attributes.pop(name, None)
        return Changes(scrolled=node.id)

    def _resize(self, payload: ViewportResize, event: E.Event) -> Changes:
        self.width, self.height = payload.width, payload.height
        return NOTHING

    def _input(self, payload: Input, event: E.Event) -> Changes:
        node = self.nodes.get(payload.id)
        if node is None or node.kind != ELEMENT:
            count(self.skipped, "node_not_found")
            return NOTHING
        old, was_checked = self.value_of(node.id), self.is_checked(node.id)
        node.value, node.checked = payload.text, payload.is_checked
        if node.tag in _VALUE_IS_ATTRIBUTE or (
            node.tag == "input" and str(node.attributes.get("type")).lower() in _TYPES_VALUE_IS_ATTRIBUTE
        ):
            node.attributes["value"] = payload.text
        values = [(node.id, old, payload.text)] if old != payload.text else []
        checks = [(node.id, was_checked, payload.is_checked)] if was_checked != payload.is_checked else []
        if payload.is_checked and node.tag == "input":
            for other in self.radios.unchecked_by(self, node):
                other.checked = False
                checks.append((other.id, True, False))
        return Changes(values=values, checks=checks)

    def _media(self, payload: MediaInteraction, event: E.Event) -> Changes:
        node = self.nodes.get(payload.id)
        if node is None:
            count(self.skipped, "node_not_found")
            return NOTHING
        before = self.media.get(node.id) or media_from_snapshot(node, self.snapshot_ms)
        self.media[node.id] = media_after(payload, before, event.timestamp)
        return Changes(media=(node.id, payload.type_))

    def _canvas(self, payload: CanvasMutation, event: E.Event) -> Changes:
        if payload.id not in self.nodes:
            count(self.skipped, "node_not_found")
            return NOTHING
        self.canvas_events += 1
        self.canvas[payload.id] = event.data
        return Changes(canvas=payload.id)

    def _selection(self, payload: Selection, event: E.Event) -> Changes:
        self.selection = payload
        return Changes(selection=True)

    def _font(self, payload: Font, event: E.Event) -> Changes:
        if len(self.fonts) < MAX_FONTS:
            self.fonts.append(event.data)
        else:
            count(self.skipped, "font_refused")
        return NOTHING

    def _pointer(self, payload: MouseMove | TouchMove | Drag, event: E.Event) -> Changes:
        self.pointer = event
        return NOTHING

    def _press(self, payload: MouseInteraction, event: E.Event) -> Changes:
        if payload.type_ in _PRESSES:
            self.pointer = event
        return NOTHING

    # Asked by mutations

    def wait_for_iframe(self, addition: Addition) -> None:
        """Keep a document until the iframe it belongs to is added."""
        if len(self.documents_waiting) >= MAX_DOCUMENTS_WAITING:
            count(self.skipped, "addition_unresolved")
        else:
            self.documents_waiting.setdefault(addition.parent_id, addition)

    def sheet_parsed_anew(self, node_id: int) -> None:
        """The text of a style element changed: what scripts did to its rules is gone."""
        self.rules.pop(node_id, None)

    _handlers: ClassVar[dict[type, Callable[["Mirror", Any, E.Event], Changes]]] = {
        Mutation: _mutation,
        MouseMove: _pointer,
        TouchMove: _pointer,
        Drag: _pointer,
        MouseInteraction: _press,
        Scroll: _scroll,
        ViewportResize: _resize,
        Input: _input,
        MediaInteraction: _media,
        StyleSheetRule: change_rules,
        StyleDeclaration: change_declaration,
        AdoptedStyleSheet: adopt_sheets,
        CanvasMutation: _canvas,
        Selection: _selection,
        Font: _font,
    }
