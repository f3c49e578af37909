"""Plant: hang a serialised tree (a full snapshot, an iframe's document) into a mirror's table of nodes.

Follows rrweb-snapshot's `buildNodeWithSN`: text of a style element comes from `_cssText`, text of a textarea from
its `value`. Level by level, so depth costs no stack; nodes past a limit are left out and counted.
"""

from typing import Final

from playhead.core.nodes import DOCUMENT, ELEMENT, TEXT, Node

MAX_NODES: Final = 1_000_000
MAX_DEPTH: Final = 10_000
MAX_ATTRIBUTE_BYTES: Final = 1 << 20

_SPECIAL = frozenset(("style", "textarea"))


def plant(root: Node, nodes: dict[int, Node], skipped: dict[str, int], *, check_sizes: bool = True) -> None:
    """Enter `root` and all below it into `nodes`; `root.parent` and `root.depth` are the caller's."""
    nodes[root.id] = root
    tidy_element(root, skipped, check_sizes=check_sizes)
    level = [root]
    depth = root.depth
    room = MAX_NODES - len(nodes)
    while level:
        depth += 1
        below: list[Node] = []
        for node in level:
            built = node.built
            if built is None:
                continue
            node.built = None
            if not built or (node.kind != ELEMENT and node.kind != DOCUMENT):
                continue
            if node.tag in _SPECIAL:
                built = _special_children(node, built)
            parent = node.id
            kids: list[int] = []
            for child in built:
                child_id = child.id
                if child_id in nodes or child_id < 1 or not 0 <= child.kind <= 5:
                    count(skipped, "node_malformed" if child_id not in nodes else "node_repeated")
                    child.built = None
                    continue
                child.parent = parent
                child.depth = depth
                nodes[child_id] = child
                kids.append(child_id)
                if child.kind == ELEMENT:
                    if not child.tag.islower():
                        child.tag = child.tag.lower()
                    if check_sizes:
                        cut_attributes(child, skipped)
                    below.append(child)
                elif child.kind == DOCUMENT:
                    below.append(child)
                else:
                    child.built = None
            if kids:
                node.kids = kids
            room -= len(kids)
            if room < 0 or depth > MAX_DEPTH:
                break
        if room < 0 or depth > MAX_DEPTH:
            count(skipped, "page_too_large" if room < 0 else "page_too_deep")
            _cut(level)
            _cut(below)
            return
        level = below


def tidy_element(node: Node, skipped: dict[str, int], *, check_sizes: bool = True) -> None:
    """Bring one element to the form the mirror keeps: lower-case tag, attributes within their limit."""
    if node.kind != ELEMENT:
        return
    if not node.tag.islower():
        node.tag = node.tag.lower()
    if check_sizes:
        cut_attributes(node, skipped)


def cut_attributes(node: Node, skipped: dict[str, int]) -> None:
    """Cut attribute values over MAX_ATTRIBUTE_BYTES characters, counting each; style sheet text is left whole."""
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


def _special_children(node: Node, built: list[Node]) -> list[Node]:
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
