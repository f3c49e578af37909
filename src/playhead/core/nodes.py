"""Node: one DOM node of a recorded page, and Changes: what one event did to the page.

Shape   the same struct is rrweb's serialised node on the wire and the mirror's node afterwards: decoding a
        snapshot then allocates one object a node instead of two
Memory  no references between nodes, only ids: no cycles, so `gc=False`, and freeing a deep page never recurses
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

DOCUMENT: Final = 0
DOCTYPE: Final = 1
ELEMENT: Final = 2
TEXT: Final = 3
CDATA: Final = 4
COMMENT: Final = 5

LINKED_FROM: Final = 128  # below this, list.index (0.01 µs a child) beats two dictionaries; above, edits stay O(1)

Scalar = str | int | float | bool | None


class ChildLinks:
    """The order of a large parent's children as linked ids: insert and remove in constant time."""

    __slots__ = ("after", "before", "first", "last")

    def __init__(self, ids: Sequence[int]) -> None:
        self.first = ids[0] if ids else 0
        self.last = ids[-1] if ids else 0
        self.after = dict(pairwise(ids))
        self.before = {later: earlier for earlier, later in pairwise(ids)}

    def insert(self, child: int, before: int) -> None:
        previous = self.before.get(before, 0) if before else self.last
        if previous:
            self.after[previous] = child
            self.before[child] = previous
        else:
            self.first = child
        if before:
            self.after[child] = before
            self.before[before] = child
        else:
            self.last = child

    def remove(self, child: int) -> None:
        previous, following = self.before.pop(child, 0), self.after.pop(child, 0)
        if previous:
            if following:
                self.after[previous] = following
            else:
                del self.after[previous]
        else:
            self.first = following
        if following:
            if previous:
                self.before[following] = previous
            else:
                del self.before[following]
        else:
            self.last = previous

    def ids(self) -> list[int]:
        ids: list[int] = []
        at, after = self.first, self.after
        while at:
            ids.append(at)
            at = after.get(at, 0)
        return ids


_NO_CHILDREN: list[int] = []


class Node(
    msgspec.Struct,
    gc=False,
    rename={
        "kind": "type",
        "tag": "tagName",
        "built": "childNodes",
        "text": "textContent",
        "root_id": "rootId",
        "is_style": "isStyle",
        "is_svg": "isSVG",
        "is_shadow_host": "isShadowHost",
        "is_shadow": "isShadow",
        "is_custom": "isCustom",
        "need_block": "needBlock",
        "public_id": "publicId",
        "system_id": "systemId",
        "compat_mode": "compatMode",
        "depth": "(depth)",
        "parent": "(parent)",
        "kids": "(kids)",
        "links": "(links)",
        "value": "(value)",
        "checked": "(checked)",
        "scroll_x": "(scroll_x)",
        "scroll_y": "(scroll_y)",
    },
):
    """A node with rrweb's id; state the recording only tells by events (`value`, `scroll_x`, …) is None or 0 before.

    kinds: 0 document · 1 doctype · 2 element · 3 text · 4 cdata · 5 comment
    """

    kind: int = -1
    tag: str = ""  # lower case, as rrweb writes it
    attributes: dict[str, Scalar] = {}
    built: list["Node"] | None = None  # children on the wire; None once the node is in a mirror
    text: str = ""
    id: int = 0
    root_id: int = 0  # the iframe document that owns the node, 0 in the page's own document
    is_style: bool = False  # CSS text that rrweb's replayer adapts (hover rules)
    is_svg: bool = False
    is_shadow_host: bool = False
    is_shadow: bool = False  # sits directly in its parent's shadow root
    is_custom: bool = False
    need_block: bool = False
    name: str = ""  # doctype
    public_id: str = ""
    system_id: str = ""
    compat_mode: str = ""
    depth: int = 0  # levels below the page's document
    parent: int = 0  # 0: the page's document, or not placed; an iframe's document has the iframe as parent
    kids: list[int] | None = None
    links: object = None  # ChildLinks once there are many children
    value: str | None = None  # live value of a control, None until an input event told it
    checked: bool | None = None
    scroll_x: float = 0
    scroll_y: float = 0

    @property
    def children(self) -> list[int]:
        """Ids of the children in document order; the list is shared, not to be changed."""
        if self.kids is not None:
            return self.kids
        if isinstance(self.links, ChildLinks):
            self.kids = self.links.ids()
            return self.kids
        return _NO_CHILDREN

    @property
    def last_child(self) -> int:
        if isinstance(self.links, ChildLinks):
            return self.links.last
        return self.kids[-1] if self.kids else 0

    def insert_child(self, child: int, before: int = 0) -> None:
        """Put `child` before the sibling `before`, which must be a child; 0 appends."""
        if isinstance(self.links, ChildLinks):
            self.links.insert(child, before)
            self.kids = None
        elif self.kids is None:
            self.kids = [child]
        elif len(self.kids) >= LINKED_FROM:
            self.links = links = ChildLinks(self.kids)
            links.insert(child, before)
            self.kids = None
        elif not before:
            self.kids.append(child)
        else:
            self.kids.insert(self.kids.index(before), child)

    def remove_child(self, child: int) -> None:
        """Take out `child`, which must be one."""
        if isinstance(self.links, ChildLinks):
            self.links.remove(child)
            self.kids = None
        elif self.kids is None:
            return
        elif len(self.kids) >= LINKED_FROM:
            self.links = links = ChildLinks(self.kids)
            links.remove(child)
            self.kids = None
        else:
            self.kids.remove(child)

    def next_sibling_of(self, child: int) -> int:
        """Return the id after `child`, 0 when it is the last."""
        if isinstance(self.links, ChildLinks):
            return self.links.after.get(child, 0)
        at = self.children.index(child) + 1
        return self.children[at] if at < len(self.children) else 0


class Changes(msgspec.Struct, gc=False):
    """What one event did to the page. Ids of removed nodes are gone from the mirror; their nodes are kept here."""

    added: Sequence[int] = ()  # roots of added subtrees, now in the page
    removed: Sequence[Node] = ()  # roots of removed subtrees
    removed_nodes: dict[int, Node] | None = None  # every removed node by id, subtrees included
    attributes: Sequence[tuple[int, str, Scalar, Scalar]] = ()  # (node, name, old, new); None: not there
    texts: Sequence[tuple[int, str, str]] = ()  # (node, old, new)
    values: Sequence[tuple[int, str, str]] = ()  # (control, old, new) live values
    checks: Sequence[tuple[int, bool, bool]] = ()  # (control, old, new) checked states
    styles: bool = False  # a rule or an adopted style sheet changed
    scrolled: int | None = None
    canvas: int | None = None
    media: tuple[int, int] | None = None  # (element, 0 play · 1 pause · 2 seek · 3 volume · 4 rate)
    selection: bool = False
    reset: bool = False  # a full snapshot replaced the whole page

    @property
    def is_empty(self) -> bool:
        return self == NOTHING


NOTHING: Final = Changes()
