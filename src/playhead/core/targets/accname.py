"""The accessible name of an element, as far as a recording allows.

Source  Accessible Name and Description Computation 1.2: aria-labelledby, aria-label, what HTML gives (label, alt,
        legend, caption, value of a button), the content, then title and placeholder. Style sheets are not asked.
        Content is what is drawn: of a shadow host its shadow tree, of a slot what is assigned to it; an id is of one
        tree.
Limits  MAX_NAME characters, MAX_VISITS nodes a name: a hostile page costs a bounded time, the name is then cut
"""

import re
from typing import Final

from playhead.core.mirror.dom import Mirror, Node
from playhead.core.patterns import late
from playhead.core.targets.roles import attribute, is_hidden, role_of
from playhead.core.words import words

MAX_NAME: Final = 120  # characters; longer names are content, not a name a person would say
MAX_VISITS: Final = 400  # nodes read for one name
MAX_DEPTH: Final = 400  # parents followed to the root of a tree
MAX_LABELS: Final = 8  # ids followed in one aria-labelledby
ELEMENT: Final = 2
TEXT: Final = 3
NAMED_BY_CONTENT: Final = words(
    "button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option treeitem heading cell "
    "columnheader rowheader gridcell tooltip label legend row generic paragraph listitem alert status"
)
BLOCKS: Final = words(
    "address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody td tfoot th thead tr ul option button"
)
SILENT: Final = words("script style template noscript head meta link title")
_SPEAKING: Final = words("img input svg select textarea")  # what stands for itself inside a text
_TELLING: Final = words("aria-label hidden aria-hidden style")  # what hides an element, or speaks for it
_MASKED = late(r"[*•][*•\s]{2,}")
_SPACE = late(r"\s+")
_UNSEEN = late(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff]"
)


def clean(text: str, *, limit: int = MAX_NAME) -> str:
    """One line without control, invisible or private-use characters (icon fonts), cut to `limit` with an ellipsis."""
    text = _SPACE.sub(" ", _UNSEEN.sub("", text[: limit * 8])).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _ends_a_word(parts: list[str]) -> bool:
    last = parts[-1][-1:] if parts else ""
    return last.isalnum() or (last != "" and last in ".!?…:,;")


class Names:
    """Names of the elements of one mirror, with an index of ids and labels that is rebuilt only when it missed."""

    __slots__ = ("_allowance", "_by_id", "_labels", "_mirror", "_namesakes", "_stamp", "stamp")

    INDEX_VISITS: Final = 20_000_000  # nodes indexed in all per lane: ~2 s, reached only by hostile recordings

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._by_id: dict[str, int] = {}
        self._namesakes: dict[str, list[int]] = {}  # ids that several elements have, of several shadow trees
        self._labels: dict[str, list[int]] = {}
        self.stamp = 0  # raised by the owner whenever the document changed
        self._stamp = -1
        self._allowance = self.INDEX_VISITS

    def name_of(self, node: Node, *, limit: int = MAX_NAME) -> str:
        """Return the accessible name, "" where there is none or the recorder masked it."""
        name = clean(self._labelled_by(node) or self._own_name(node, limit), limit=limit)
        return "" if _MASKED.fullmatch(name) else name

    def by_id(self, name: str, *, near: Node | None = None) -> Node | None:
        """The element whose `id` attribute is `name`; of several the one in the document or shadow tree of `near`."""
        found = self._mirror.nodes.get(self._by_id.get(name, 0))
        if found is None or found.attributes.get("id") != name or not self._mirror.is_connected(found.id):
            self._index()
            found = self._mirror.nodes.get(self._by_id.get(name, 0))
        if near is None or name not in self._namesakes:
            return found
        tree = self.tree_of(near)
        nodes = (self._mirror.nodes.get(at) for at in self._namesakes[name])
        return next((node for node in nodes if node is not None and self.tree_of(node) == tree), found)

    def label_of(self, node: Node) -> str:
        """The text of the `<label>` that names a field: by `for`, else the one around it."""
        wanted = attribute(node, "id")
        if wanted:
            self._index()
            labels = [self._mirror.nodes[at] for at in self._labels.get(wanted, ())]
            tree = self.tree_of(node) if labels else 0
            texts = [self.text_of(one, skip=node.id) for one in labels if self.tree_of(one) == tree]
            if text := " ".join(filter(None, texts)):
                return text
        around = self._around(node, "label")
        return self.text_of(around, skip=node.id) if around is not None else ""

    def text_of(self, node: Node, *, skip: int = 0, limit: int = MAX_NAME) -> str:
        """The text inside `node` in reading order; alternative texts of images stand for them."""
        parts: list[str] = []
        nodes, stack = self._mirror.nodes, [node.id]
        visits, length = 0, 0
        while stack and visits < MAX_VISITS and length < limit * 2:
            at = stack.pop()
            visits += 1
            if at < 0:
                parts.append(" ")
                continue
            inner = nodes.get(at)
            if inner is None or at == skip:
                continue
            if inner.kind == TEXT:
                parts.append(inner.text[: limit * 4])
                length += len(inner.text.strip())
            elif inner.kind == ELEMENT or inner.children:
                tag = inner.tag
                if tag in SILENT:
                    continue
                if inner is not node and (tag in _SPEAKING or not _TELLING.isdisjoint(inner.attributes)):
                    if is_hidden(inner):
                        continue
                    if said := self._said(inner):
                        parts.append(f" {said} ")
                        length += len(said)
                        continue
                if tag in BLOCKS:
                    parts.append(" ")
                    stack.append(-1)
                elif tag == "a" and _ends_a_word(parts):
                    parts.append(" ")  # a link set off by style alone: "added to your cart" "View cart"
                if (kids := inner.kids) is None or len(kids) > MAX_VISITS:
                    kids = inner.children[:MAX_VISITS]
                if inner.is_shadow_host:
                    kids = [at for at in kids if at in nodes and nodes[at].is_shadow] or kids
                elif tag == "slot":
                    kids = self._assigned(inner) or kids
                stack += kids[::-1]
        return clean("".join(parts), limit=limit)

    def _labelled_by(self, node: Node) -> str:
        wanted = attribute(node, "aria-labelledby")
        if not wanted:
            return ""
        texts: list[str] = []
        for name in wanted.split()[:MAX_LABELS]:
            found = self.by_id(name, near=node)
            if found is not None:
                texts.append(attribute(found, "aria-label") or self._own_name(found, MAX_NAME))
        return " ".join(filter(None, texts))

    def _own_name(self, node: Node, limit: int) -> str:
        said = (attribute(node, "aria-label") or "").strip()
        return said or self._native(node) or self._content(node, limit) or self._hint(node)

    def _native(self, node: Node) -> str:
        tag = node.tag
        if tag == "input":
            kind = (attribute(node, "type") or "text").lower()
            if kind in ("submit", "button", "reset"):
                return attribute(node, "value") or {"submit": "Submit", "reset": "Reset"}.get(kind, "")
            if kind == "image":
                return attribute(node, "alt") or attribute(node, "value") or "Submit"
            return self.label_of(node)
        if tag in ("select", "textarea", "meter", "progress", "output"):
            return self.label_of(node)
        if tag in ("img", "area"):
            return attribute(node, "alt") or ""
        caption = {"fieldset": "legend", "table": "caption", "figure": "figcaption", "svg": "title"}.get(tag)
        if caption:
            for at in node.children[:32]:
                child = self._mirror.nodes.get(at)
                if child is not None and child.tag == caption:
                    return self._inside(child)
        return ""

    def _content(self, node: Node, limit: int) -> str:
        return self.text_of(node, limit=limit) if role_of(node) in NAMED_BY_CONTENT else ""

    def _hint(self, node: Node) -> str:
        """What is left: title, placeholder, then the name a form gave its field (people see none of the last)."""
        for name in (
            "title",
            "placeholder",
            "aria-placeholder",
            "data-placeholder",
            "data-tooltip",
            "data-original-title",
        ):
            if said := (attribute(node, name) or "").strip():
                return said
        if node.tag in ("input", "select", "textarea"):
            return re.sub(r"[_\-.\[\]]+", " ", attribute(node, "name") or attribute(node, "id") or "").strip()
        return ""

    def _said(self, node: Node) -> str:
        """What an element says by itself inside a longer text."""
        label = attribute(node, "aria-label")
        if label:
            return label
        if node.tag == "img":
            return attribute(node, "alt") or ""
        if node.tag == "input":
            kind = attribute(node, "type") or ""
            return (attribute(node, "value") or "") if kind in ("submit", "button", "reset") else ""
        if node.tag == "svg":
            return self._native(node)
        return " " if node.tag in ("select", "textarea") else ""

    def _inside(self, node: Node) -> str:
        """The text of an element that `text_of` skips when it meets it in passing (an svg's title)."""
        nodes = self._mirror.nodes
        return clean(" ".join(nodes[at].text for at in node.children if at in nodes)) or self.text_of(node)

    def _assigned(self, slot: Node) -> list[int]:
        """The children of a slot's host that are drawn in its place; none where the slot shows its own content."""
        host = self._mirror.nodes.get(self.tree_of(slot))
        if host is None:
            return []
        name, found = attribute(slot, "name") or "", list[int]()
        for at in host.children[:MAX_VISITS]:
            child = self._mirror.nodes.get(at)
            if child is None or child.is_shadow:
                continue
            if (child.kind == ELEMENT and (attribute(child, "slot") or "") == name) or (
                child.kind == TEXT and not name and child.text.strip()
            ):
                found.append(at)
        return found

    def tree_of(self, node: Node) -> int:
        """The host of the shadow tree that a node stands in, 0 for the document's own."""
        for _ in range(MAX_DEPTH):
            if node.is_shadow:
                return node.parent
            above = self._mirror.nodes.get(node.parent)
            if above is None:
                return 0
            node = above
        return 0

    def _around(self, node: Node, tag: str) -> Node | None:
        for _ in range(12):  # a label wraps its field closely
            parent = self._mirror.nodes.get(node.parent)
            if parent is None or parent.tag == tag:
                return parent
            node = parent
        return None

    def _index(self) -> None:
        if self._stamp == self.stamp or self._allowance <= 0:
            return
        self._stamp = self.stamp
        self._allowance -= len(self._mirror.nodes)
        by_id: dict[str, int] = {}
        labels: dict[str, list[int]] = {}
        namesakes: dict[str, list[int]] = {}
        for at, node in self._mirror.nodes.items():
            if node.kind != ELEMENT or not node.attributes:
                continue
            name = node.attributes.get("id")
            if isinstance(name, str) and by_id.setdefault(name, at) != at:
                namesakes.setdefault(name, [by_id[name]]).append(at)
            if node.tag == "label" and isinstance(wanted := node.attributes.get("for"), str):
                labels.setdefault(wanted, []).append(at)
        self._by_id, self._labels, self._namesakes = by_id, labels, namesakes
