"""Mutations: apply one rrweb Mutation payload to a mirror, the way rrweb's Replayer does.

Order   removes, adds (retried while a later addition brings the sibling or parent they name), texts, attributes
Source  `applyMutation`, `queueToResolveTrees`, `legacy_resolveMissingNode` of @rrweb/replay 2.1.6
"""

from typing import TYPE_CHECKING

from playhead.core.mirror.frames import attach_all_waiting, attach_document, attach_waiting
from playhead.core.mirror.nodes import DOCTYPE, DOCUMENT, ELEMENT, TEXT, Changes, Node, Scalar
from playhead.core.mirror.payloads import Addition, Mutation, Removal
from playhead.core.mirror.plant import (
    MAX_ATTRIBUTE_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    SHEETS,
    count,
    cut_attributes,
)
from playhead.core.mirror.retries import resolve_order
from playhead.core.mirror.rewriting import set_attributes, set_texts
from playhead.core.mirror.selects import GROUPS, reselect, select_of

if TYPE_CHECKING:
    from playhead.core.mirror.dom import Mirror

MAX_RETRIES = 200_000  # tries a mutation may spend on additions that name what is not there yet
MAX_WAITING = 10_000  # additions that wait for a sibling or an iframe; a sound recording has a handful


_NOTABLE = frozenset(("iframe", "option", "optgroup", "input")) | SHEETS
_SPECIAL_PARENTS = frozenset(("iframe", "style", "textarea"))


class Edit:
    """One mutation at work: the mirror it changes and what it changed."""

    __slots__ = (
        "added",
        "attributes",
        "check_sizes",
        "dropped",
        "first_options",
        "has_scroll",
        "mirror",
        "nodes",
        "queue",
        "removed",
        "selects",
        "styles",
        "texts",
        "waiting",
    )

    def __init__(self, mirror: "Mirror", raw: bytes = b"") -> None:
        self.mirror = mirror
        self.check_sizes = len(raw) > MAX_ATTRIBUTE_BYTES  # no attribute of a small event can be over the limit
        self.has_scroll = b'"rr_scroll' in raw  # rrweb reads these attributes in full snapshots only
        self.nodes = mirror.nodes
        self.added: dict[int, None] = {}
        self.removed: list[Node] = []
        self.dropped: dict[int, Node] = {}
        self.texts: list[tuple[int, str, str]] = []
        self.attributes: list[tuple[int, str, Scalar, Scalar]] = []
        self.styles = False
        self.queue: list[Addition] = []
        self.selects: dict[int, set[int]] = {}  # select boxes whose options changed, and the new selected ones
        self.first_options: dict[int, int] = {}  # of boxes that were empty, the option that came first
        self.waiting = mirror.waiting

    def apply(self, mutation: Mutation) -> Changes:
        for removal in mutation.removes:
            self._remove(removal)
        for addition in mutation.adds:
            if not self._add_plainly(addition):
                self._add(addition)
        if self.queue:
            self._retry()
        if mutation.texts:
            set_texts(self, mutation)
        for change in mutation.attributes:
            set_attributes(self, change)
        for box, options in self.selects.items():
            if (node := self.nodes.get(box)) is not None:
                reselect(self.nodes, node, options, first=self.first_options.get(box, 0))
        return self.changes()

    def changes(self) -> Changes:
        """Return what was done so far, added nodes reduced to the roots of their subtrees."""
        nodes, added = self.nodes, self.added
        roots = [id for id in added if (node := nodes.get(id)) is not None and node.parent not in added]
        return Changes(
            added=roots,
            removed=self.removed,
            removed_nodes=self.dropped or None,
            attributes=self.attributes,
            texts=self.texts,
            styles=self.styles,
        )

    # Removing

    def _remove(self, removal: Removal) -> None:
        node = self.nodes.get(removal.id)
        if node is None:
            count(self.mirror.skipped, "node_not_found")
        elif node.id == self.mirror.document:
            count(self.mirror.skipped, "removal_refused")
        elif removal.parent_id not in self.nodes:
            count(self.mirror.skipped, "parent_not_found")
        else:
            self.remove(node)

    def remove(self, node: Node) -> None:
        """Take `node` and all below it out of the page and out of the table."""
        parent = self.nodes.get(node.parent)
        if parent is not None:
            parent.remove_child(node.id)
            if parent.tag == "style" and node.kind == TEXT:
                self.style_changed(parent.id)
            elif node.tag in GROUPS:
                self._options_changed(parent, None)
        self.removed.append(node)
        self._drop(node)

    def _drop(self, root: Node) -> None:
        nodes, dropped = self.nodes, self.dropped
        beside = [kept for kept in self.mirror.beside if kept]
        stack = [root.id]
        while stack:
            node = nodes.pop(stack.pop(), None)
            if node is None:
                continue
            dropped[node.id] = node
            if node.tag in SHEETS:
                self.styles = True
                self.mirror.sheet_elements.pop(node.id, None)
            if node.kids is not None or node.links is not None:
                stack += node.children
            for kept in beside:
                kept.pop(node.id, None)

    # Adding

    def _add_plainly(self, addition: Addition) -> bool:
        """Place a new node where nothing special is to be done, as for 99 of 100 additions; False: use `_add`."""
        node, nodes = addition.node, self.nodes
        parent = nodes.get(addition.parent_id)
        before = addition.next_id
        if before is not None:
            following = nodes.get(before)
            if following is None or following.parent != addition.parent_id or following.is_shadow:
                return False
        if (
            parent is None
            or parent.kind != ELEMENT
            or parent.tag in _SPECIAL_PARENTS
            or node.id in nodes
            or node.id < 1
            or not 2 <= node.kind <= 5
            or node.is_shadow
            or node.root_id
            or addition.previous_id
            or self.waiting
            or len(nodes) >= MAX_NODES
            or parent.depth >= MAX_DEPTH
        ):
            return False
        self._prepare(node)
        nodes[node.id] = node
        parent.insert_child(node.id, before or 0)
        node.parent = parent.id
        node.depth = parent.depth + 1
        self.added[node.id] = None
        if node.tag in _NOTABLE:
            self._note(node, parent)
        return True

    def _note(self, node: Node, parent: Node) -> None:
        if node.tag == "iframe":
            attach_waiting(self, node)
        elif node.tag == "input":
            self.mirror.radios.added(node)
        elif node.tag in SHEETS:
            self.mirror.sheet_elements.setdefault(node.id)
            self.styles = self.styles or bool(self.mirror.css_of(node))
        else:
            self._options_changed(parent, node)

    def _options_changed(self, parent: Node, option: Node | None) -> None:
        box = select_of(self.nodes, parent)
        if box is not None:
            selected = self.selects.setdefault(box.id, set())
            if option is not None and option.attributes.get("selected") not in (None, False):
                selected.add(option.id)
            if option is not None and len(box.children) == 1:
                self.first_options[box.id] = option.id

    def _prepare(self, node: Node) -> None:
        node.built = None  # children of an added element arrive as additions of their own
        if node.kind == ELEMENT:
            if not node.tag.islower():
                node.tag = node.tag.lower()
            if self.has_scroll:
                node.attributes.pop("rr_scrollTop", None)
                node.attributes.pop("rr_scrollLeft", None)
            if self.check_sizes:
                cut_attributes(node, self.mirror.skipped)
        else:
            node.tag = ""

    def _add(self, addition: Addition) -> None:
        node, nodes, mirror = addition.node, self.nodes, self.mirror
        parent = nodes.get(addition.parent_id)
        if parent is None:
            if node.kind == DOCUMENT:
                mirror.wait_for_iframe(addition)
            else:
                self.queue.append(addition)
            return
        before = addition.next_id
        if before is not None and before != -1 and before not in nodes:
            self.queue.append(addition)
            return
        if (node.root_id and node.root_id not in nodes) or not self._is_sound(node, parent):
            count(mirror.skipped, "addition_refused")
            return
        if parent.tag == "iframe":
            attach_document(self, addition, parent)
            attach_all_waiting(self)
            return
        if node.is_shadow:
            parent.is_shadow_host = True
        node = self._enter(node)
        if addition.previous_id == -1 or before == -1:
            self._wait(addition)
            return
        self._make_room(node, parent)
        self._place(node, parent, self._before(addition, node, parent))
        if node.tag in _NOTABLE:
            self._note(node, parent)
        if self.waiting and (addition.previous_id or before):
            self._resolve_waiting(parent, node, addition)

    def _is_sound(self, node: Node, parent: Node) -> bool:
        if node.id < 1 or not 0 <= node.kind <= 5 or parent.kind not in (ELEMENT, DOCUMENT):
            return False
        if node.kind == DOCUMENT and parent.tag != "iframe":
            return False
        if len(self.nodes) >= MAX_NODES or parent.depth >= MAX_DEPTH:
            return False
        existing = self.nodes.get(node.id)
        return existing is None or not self.mirror.is_inside(parent, existing)

    def _enter(self, node: Node) -> Node:
        """Return the node to place: a new one, or the one already there under that id, taken from its place."""
        existing = self.nodes.get(node.id)
        if existing is not None:
            if existing.kind == node.kind and existing.tag == node.tag:
                self._lift(existing)
                existing.is_shadow = node.is_shadow
                return existing
            count(self.mirror.skipped, "node_repeated")
            self.remove(existing)
        self._prepare(node)
        self.nodes[node.id] = node
        if node.tag in SHEETS:
            self.mirror.sheet_elements[node.id] = None
        return node

    def _lift(self, node: Node) -> None:
        """Take a node from its place without taking it from the table."""
        holder = self.nodes.get(node.parent)
        if holder is not None:
            holder.remove_child(node.id)
            if node.kind == TEXT and holder.tag == "style":
                self.style_changed(holder.id)
        node.parent = 0

    def _make_room(self, node: Node, parent: Node) -> None:
        """Do what rrweb does before it inserts into a textarea, a style element or a document."""
        if node.kind == TEXT:
            if parent.tag == "textarea":
                parent.attributes.pop("value", None)
                for child in list(parent.children):
                    if self.nodes[child].kind == TEXT:
                        self.remove(self.nodes[child])
            elif parent.tag == "style":
                css = parent.attributes.pop("_cssText", None)
                if isinstance(css, str) and not parent.children:
                    node.text, node.is_style = css, True
                    self.mirror.css_by_mutation[parent.id] = None
        elif parent.kind == DOCUMENT:
            for child in list(parent.children):
                other = self.nodes[child]
                if (node.kind == DOCTYPE and other.kind == DOCTYPE) or (node.tag == "html" and other.kind == ELEMENT):
                    self.remove(other)

    def _before(self, addition: Addition, node: Node, parent: Node) -> int:
        """Return the sibling to insert before, 0 to append."""
        if addition.previous_id:
            previous = self.nodes.get(addition.previous_id)
            if previous is not None and previous.parent == parent.id:
                following = parent.next_sibling_of(previous.id)
                if following and self.nodes[following].is_shadow == node.is_shadow:
                    return following
        if addition.next_id:
            sibling = self.nodes.get(addition.next_id)
            if sibling is not None and sibling.parent == parent.id and sibling.is_shadow == node.is_shadow:
                return sibling.id
        return 0

    def _place(self, node: Node, parent: Node, before: int) -> None:
        parent.insert_child(node.id, before)
        node.parent = parent.id
        node.depth = parent.depth + 1
        if node.children:
            self._set_depths(node)
        self.added[node.id] = None
        if node.kind == TEXT and parent.tag == "style":
            self.style_changed(parent.id)

    def _set_depths(self, root: Node) -> None:
        """A node that waited, or was moved, got its children before its place."""
        nodes = self.nodes
        stack = [root]
        while stack:
            node = stack.pop()
            for child in node.children:
                below = nodes[child]
                below.depth = node.depth + 1
                stack.append(below)

    # Additions that came before what they name

    def _retry(self) -> None:
        tries = MAX_RETRIES + 10 * len(self.queue)
        while self.queue and tries > 0:  # rrweb gives up after 500 ms; counting gives the same result on every machine
            queue, self.queue = self.queue, []
            tries -= len(queue)
            for addition in resolve_order(queue, self.nodes):
                self._add(addition)
            if len(self.queue) >= len(queue):
                break
        if self.queue:
            count(self.mirror.skipped, "addition_unresolved", len(self.queue))

    def _wait(self, addition: Addition) -> None:
        self.waiting[addition.node.id] = addition
        if len(self.waiting) > MAX_WAITING:
            self.waiting.pop(next(iter(self.waiting)))
            count(self.mirror.skipped, "addition_unresolved")

    def _resolve_waiting(self, parent: Node, target: Node, addition: Addition) -> None:
        """Place nodes that waited for `target` as their sibling, and those that waited for these."""
        work = [(target, addition)]
        while work:
            target, addition = work.pop()
            for sibling, after in ((addition.next_id, True), (addition.previous_id, False)):
                waiter = self.waiting.pop(sibling, None) if sibling else None
                node = self.nodes.get(sibling) if sibling else None
                if waiter is None or node is None or node.parent or self.mirror.is_inside(parent, node):
                    continue
                self._place(node, parent, parent.next_sibling_of(target.id) if after else target.id)
                work.append((node, waiter))

    def style_changed(self, node_id: int) -> None:
        self.mirror.sheet_parsed_anew(node_id)
        self.styles = True
