"""Node: one DOM node of a recorded page, and Changes: what one event did to the page.

Shape   the same struct is rrweb's serialised node on the wire and the mirror's node afterwards: decoding a
        snapshot then allocates one object a node instead of two
Memory  no references between nodes, only ids: no cycles, so `gc=False`, and freeing a deep page never recurses
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, cast

import msgspec

from playhead.core.lenient import LenientError, parse, tidy_json

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

    __slots__ = ("after", "before", "first", "last", "listed")

    def __init__(self, ids: Sequence[int]) -> None:
        self.first = ids[0] if ids else 0
        self.last = ids[-1] if ids else 0
        self.after = dict(pairwise(ids))
        self.before = {later: earlier for earlier, later in pairwise(ids)}
        self.listed: list[int] | None = None

    def insert(self, child: int, before: int) -> None:
        self.listed = None
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
        self.listed = None
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
        if self.listed is None:
            ids: list[int] = []
            at, after = self.first, self.after
            while at:
                ids.append(at)
                at = after.get(at, 0)
            self.listed = ids
        return self.listed


_NO_CHILDREN: list[int] = []
_NO_ATTRIBUTES: Final = msgspec.Raw(b"{}")
_decode_attributes = msgspec.json.Decoder(dict[str, Scalar]).decode


class Node(
    msgspec.Struct,
    gc=False,
    rename={
        "kind": "type",
        "tag": "tagName",
        "raw_attributes": "attributes",
        "built": "childNodes",
        "text": "textContent",
        "root_id": "rootId",
        "is_style": "isStyle",
        "is_svg": "isSVG",
        "is_shadow_host": "isShadowHost",
        "is_shadow": "isShadow",
        "is_custom": "isCustom",
        "public_id": "publicId",
        "system_id": "systemId",
        "compat_mode": "compatMode",
        "read_attributes": "(attributes)",
        "depth": "(depth)",
        "parent": "(parent)",
        "kids": "(kids)",
        "links": "(links)",
        "value": "(value)",
        "checked": "(checked)",
        "scroll": "(scroll)",
    },
):
    """A node with rrweb's id; state the recording only tells by events (`value`, `scroll`, …) is None before.

    kinds: 0 document · 1 doctype · 2 element · 3 text · 4 cdata · 5 comment
    Names in brackets are not on the wire. Fewer fields decode faster: 30 at 111 MB/s, 16 at 147.
    """

    kind: int = -1
    tag: str = ""  # lower case, as rrweb writes it
    raw_attributes: msgspec.Raw = _NO_ATTRIBUTES  # most are never asked for: 232 MB/s unread, 145 read
    built: list["Node"] | None = None  # children on the wire; None once the node is in a mirror
    text: str = ""
    id: int = 0
    root_id: int = 0  # the iframe document that owns the node, 0 in the page's own document
    is_style: bool = False  # CSS text that rrweb's replayer adapts (hover rules)
    is_svg: bool = False
    is_shadow_host: bool = False
    is_shadow: bool = False  # sits directly in its parent's shadow root
    is_custom: bool = False
    name: str = ""  # doctype
    public_id: str = ""
    system_id: str = ""
    compat_mode: str = ""
    read_attributes: dict[str, Scalar] | None = None
    depth: int = 0  # of elements and documents: levels below the page's document
    parent: int = 0  # 0: the page's document, or not placed; an iframe's document has the iframe as parent
    kids: list[int] | None = None
    links: ChildLinks | None = None  # instead of `kids` once there are many
    value: str | None = None  # live value of a control, None until an input event told it
    checked: bool | None = None
    scroll: tuple[float, float] | None = None

    @property
    def attributes(self) -> dict[str, Scalar]:
        """The attributes by name, as recorded; read on first use."""
        attributes = self.read_attributes
        if attributes is None:
            raw = self.raw_attributes
            attributes = self.read_attributes = attributes_of(raw) if len(raw) > 2 else {}
        return attributes

    @property
    def scroll_x(self) -> float:
        return self.scroll[0] if self.scroll is not None else self._recorded_scroll("rr_scrollLeft")

    @property
    def scroll_y(self) -> float:
        return self.scroll[1] if self.scroll is not None else self._recorded_scroll("rr_scrollTop")

    def _recorded_scroll(self, name: str) -> float:
        """How far a snapshot says the element was scrolled."""
        if self.kind != ELEMENT or b"rr_scroll" not in bytes(self.raw_attributes):
            return 0
        value = self.attributes.get(name)
        return value if isinstance(value, (int, float)) else 0

    @property
    def children(self) -> list[int]:
        """Ids of the children in document order; the list is shared, not to be changed."""
        if self.kids is not None:
            return self.kids
        return _NO_CHILDREN if self.links is None else self.links.ids()

    def insert_child(self, child: int, before: int = 0) -> None:
        """Put `child` before the sibling `before`, which must be a child; 0 appends."""
        kids = self.kids
        if kids is not None and len(kids) < LINKED_FROM:
            if before:
                kids.insert(kids.index(before), child)
            else:
                kids.append(child)
        elif self.links is not None or kids is not None:
            self._linked().insert(child, before)
        else:
            self.kids = [child]

    def remove_child(self, child: int) -> None:
        """Take out `child`, which must be one."""
        kids = self.kids
        if kids is not None and len(kids) < LINKED_FROM:
            kids.remove(child)
        elif self.links is not None or kids is not None:
            self._linked().remove(child)

    def next_sibling_of(self, child: int) -> int:
        """Return the id after `child`, 0 when it is the last."""
        if self.links is not None:
            return self.links.after.get(child, 0)
        kids = self.children
        at = kids.index(child) + 1
        return kids[at] if at < len(kids) else 0

    def _linked(self) -> ChildLinks:
        if self.links is None:
            self.links = ChildLinks(self.kids or ())
            self.kids = None
        return self.links


def attributes_of(raw: msgspec.Raw) -> dict[str, Scalar]:
    """Return the attributes of one node; of what is not a scalar, or not JSON, nothing is kept."""
    try:
        return _decode_attributes(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        try:
            given = parse(tidy_json(bytes(raw)))
        except LenientError:
            return {}
    return scalars(cast(dict[str, object], given)) if isinstance(given, dict) else {}


def scalars(given: dict[str, object]) -> dict[str, Scalar]:
    """Return those of the given attributes that an attribute can be."""
    return {name: value for name, value in given.items() if value is None or isinstance(value, (str, int, float))}


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


_SILENT: Final = frozenset(("script", "style", "noscript", "template", "head"))


def text_below(nodes: dict[int, Node], node_id: int, *, limit: int) -> str:
    """Return the text below a node in document order, scripts and styles left out, at most `limit` characters."""
    parts: list[str] = []
    room = limit
    stack = [node_id]
    while stack and room > 0:
        node = nodes.get(stack.pop())
        if node is None:
            continue
        if node.kind in (TEXT, CDATA):
            parts.append(node.text[:room])
            room -= len(node.text)
        elif node.tag not in _SILENT:
            stack += reversed(node.children)
    return "".join(parts)
