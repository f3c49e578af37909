"""Plant: hang a serialised tree (a full snapshot, an iframe's document) into a mirror's table of nodes.

Follows rrweb-snapshot's `buildNodeWithSN`: text of a style element comes from `_cssText`, text of a textarea from
its `value`. Level by level, so depth costs no stack; nodes past a limit are left out and counted.
"""

from collections.abc import Sequence
from typing import Final

from playhead.core.mirror.nodes import DOCUMENT, ELEMENT, TEXT, Node

MAX_NODES: Final = 1_000_000
MAX_DEPTH: Final = 10_000
MAX_ATTRIBUTE_BYTES: Final = 1 << 20

SHEETS: Final = frozenset(("style", "link"))
_SPECIAL: Final = SHEETS | {"textarea"}
_KINDS: Final = frozenset((1, 2, 3, 4, 5))
_KINDS_OF_FRAMES: Final = _KINDS | {DOCUMENT}


def plant(
    root: Node, nodes: dict[int, Node], sheets: dict[int, None], skipped: dict[str, int], *, check_sizes: bool = True
) -> None:
    """Enter `root` and all below it into `nodes`, those that hold style sheets into `sheets` too.

    `root.parent` and `root.depth` are the caller's.
    """
    nodes[root.id] = root
    root.tag = ""
    level = [root]
    depth = root.depth
    while level:
        depth += 1
        below: list[Node] = []
        if depth > MAX_DEPTH or len(nodes) + sum(len(node.built or ()) for node in level) > MAX_NODES:
            count(skipped, "page_too_deep" if depth > MAX_DEPTH else "page_too_large")
            _cut(level)
            return
        for node in level:
            built: Sequence[Node] = node.built or ()
            node.built = None
            if node.tag in _SPECIAL:
                built = _special_children(node, built)
                if node.tag in SHEETS:
                    sheets[node.id] = None
            node.kids = _enter(built, node, depth, nodes, below, skipped)
        if check_sizes:
            for node in below:
                cut_attributes(node, skipped)
        level = below
    if root.kind == DOCUMENT:
        _body_last(root, nodes)


def after_body(document: Node, nodes: dict[int, Node]) -> list[int]:
    """Return what stands behind the body of a document: there a snapshot cannot put it (see `_body_last`)."""
    for id in document.children:
        html = nodes[id]
        if html.kind != ELEMENT or not html.children or nodes[html.children[-1]].tag == "body":
            continue
        bodies = [at for at, child in enumerate(html.children) if nodes[child].tag == "body"]
        if bodies:
            return html.children[bodies[-1] + 1 :]
    return []


def _body_last(document: Node, nodes: dict[int, Node]) -> None:
    """rrweb's Replayer builds the body after everything else in <html>: what browser extensions hang behind it
    comes before it."""
    if late := after_body(document, nodes):
        html = nodes[nodes[late[0]].parent]
        at = len(html.children) - len(late) - 1
        if html.kids is not None:  # just planted: not linked yet
            html.kids.append(html.kids.pop(at))


def _enter(
    built: Sequence[Node], holder: Node, depth: int, nodes: dict[int, Node], below: list[Node], skipped: dict[str, int]
) -> list[int]:
    kids: list[int] = []
    parent = holder.id
    kinds = _KINDS_OF_FRAMES if holder.tag == "iframe" else _KINDS
    for child in built:
        child_id = child.id
        kind = child.kind
        if child_id in nodes or child_id < 1 or kind not in kinds:
            count(skipped, "node_repeated" if child_id in nodes else "node_malformed")
            _cut([child])
            continue
        nodes[child_id] = child
        child.parent = parent
        kids.append(child_id)
        if kind == ELEMENT:
            if not child.tag.islower():
                child.tag = child.tag.lower()
            child.depth = depth
            below.append(child)
        elif kind == DOCUMENT:
            child.tag = ""
            kinds = _KINDS  # an iframe has one document
            child.depth = depth
            below.append(child)
        elif child.built is not None or child.tag:
            child.tag = ""
            _cut([child])
    return kids


def cut_attributes(node: Node, skipped: dict[str, int]) -> None:
    """Cut attribute values over MAX_ATTRIBUTE_BYTES characters, counting each; style sheet text is left whole."""
    if len(node.raw_attributes) <= MAX_ATTRIBUTE_BYTES:
        return
    for name, value in node.attributes.items():
        if isinstance(value, str) and len(value) > MAX_ATTRIBUTE_BYTES and name != "_cssText":
            node.attributes[name] = value[:MAX_ATTRIBUTE_BYTES]
            count(skipped, "attribute_cut")


def count(skipped: dict[str, int], reason: str, times: int = 1) -> None:
    skipped[reason] = skipped.get(reason, 0) + times


def split_css(css: str, texts: list[Node]) -> None:
    """Give each text child of a style element its part of `_cssText` (parts are joined by `/* rr_split */`)."""
    parts = css.split("/* rr_split */")
    while len(parts) > 1 and len(parts) > len(texts):
        parts[-2:] = ["".join(parts[-2:])]
    for text, part in zip(texts, parts, strict=False):
        text.text = part
        text.is_style = True


def _special_children(node: Node, built: Sequence[Node]) -> Sequence[Node]:
    if node.tag == "link":
        return built
    if node.tag == "textarea":
        return [] if isinstance(node.attributes.get("value"), str) else built
    css = node.attributes.get("_cssText")
    texts = [child for child in built if child.kind == TEXT]
    if isinstance(css, str) and texts:
        split_css(css, texts)
        del node.attributes["_cssText"]  # its text children hold it from here on
    return built


def _cut(level: list[Node]) -> None:
    """Free what was not planted, a level at a time: letting one deep tree go at once would recurse in C."""
    while level:
        below: list[Node] = []
        for node in level:
            if node.built:
                below += node.built
            node.built = None
        level = below
