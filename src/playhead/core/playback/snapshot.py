"""Snapshot: serialise a mirror's nodes the way rrweb's recorder would, ids unchanged, without recursion.

Source  the shapes `buildNodeWithSN` of @rrweb/replay 2.1.6 reads. An iframe's document is left out: rrweb attaches
        it by a mutation of its own (`iframes` yields them, outermost first)
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from playhead.core.mirror.dom import Mirror
from playhead.core.mirror.nodes import CDATA, COMMENT, DOCTYPE, DOCUMENT, ELEMENT, TEXT, Node
from playhead.core.mirror.plant import after_body
from playhead.core.playback.sanitise import safe_attributes, safe_tag, safe_text

_encode = msgspec.json.encode
_SPLIT: Final = "/* rr_split */"


def snapshot_json(mirror: Mirror, root: Node, *, safe: bool = False, left_out: list[Node] | None = None) -> bytes:
    """Return `root` and everything below it, except documents of iframes, as rrweb's serialised node.

    What stands behind the body is left out, too: the Replayer would put it before (`late_additions` yields it).
    `safe` leaves out what could act in a viewer's browser (core.sanitise). Style elements that have to come by a
    mutation are left out and put into `left_out` (`late_styles` brings those).
    """
    nodes = mirror.nodes
    late = frozenset(after_body(root, nodes)) if root.kind == DOCUMENT else ()
    root_id = 0 if root.id == mirror.document else (root.id if root.kind == DOCUMENT else root.root_id)
    root_part = b',"rootId":%d' % root_id if root_id else b""
    parts: list[bytes] = []
    stack: list[tuple[Node, int]] = [(root, 0)]
    while stack:
        node, at = stack.pop()
        if at == 0:
            whole = None
            if node.tag == "style" and node.children and _came_as_css(node) and _is_in_shadow(mirror, node):
                late_comer = node.id in mirror.css_by_mutation and node.scroll is None
                if left_out is not None and late_comer and _texts_of(mirror, node):
                    left_out.append(node)
                    continue
                whole = _shadow_style(mirror, node, safe=safe)
            if parts and parts[-1].endswith(b"}"):
                parts.append(b",")
            if whole is not None:
                parts.append(whole + _closing(node, root_part))
                continue
            parts.append(_opening(node, mirror if safe else None))
            if node.kind not in (ELEMENT, DOCUMENT):
                parts.append(_closing(node, root_part))
                continue
            parts.append(b',"childNodes":[')
            stack.append((node, 1))
            below = [nodes[child] for child in reversed(node.children) if child not in late]
            stack += [(child, 0) for child in below if child.kind != DOCUMENT]
        else:
            parts.append(b"]" + _closing(node, b"" if node is root and node.kind == DOCUMENT else root_part))
    return b"".join(parts)


def late_additions(mirror: Mirror, document: Node, *, safe: bool = False) -> Iterator[tuple[Node, bytes]]:
    """Yield each node that stands behind the document's body, and the addition that brings it, parents first."""
    nodes = mirror.nodes
    root_part = b"" if document.id == mirror.document else b',"rootId":%d' % document.id
    stack = [nodes[child] for child in reversed(after_body(document, nodes))]
    while stack:
        node = stack.pop()
        opening = _opening(node, mirror if safe else None)
        if node.kind == ELEMENT:
            opening += b',"childNodes":[]'
            stack += [nodes[child] for child in reversed(node.children) if nodes[child].kind != DOCUMENT]
        whole = opening + _closing(node, root_part)
        yield node, b'{"parentId":%d,"nextId":null,"node":%b}' % (node.parent, whole)


def late_styles(mirror: Mirror, left_out: list[Node], *, safe: bool = False) -> Iterator[bytes]:
    """Yield the additions that bring the style elements a snapshot left out, each after what follows it."""
    for style in reversed(left_out):
        texts = _texts_of(mirror, style)
        root_part = b',"rootId":%d' % style.root_id if style.root_id else b""
        attributes: dict[str, Any] = {**style.attributes, "_cssText": texts[0].text}
        if safe:
            attributes = safe_attributes("style", attributes)
        node = b'{"type":2,"tagName":"style","attributes":' + _encode(attributes) + b',"childNodes":[]'
        yield b'{"parentId":%d,"nextId":%b,"node":%b}' % (
            style.parent,
            _encode(_following(mirror, style) or None),
            node + _closing(style, root_part),
        )
        for at, text in enumerate(texts):
            given = "" if at == 0 else (safe_text("style", text.text) if safe else text.text)
            node = b'{"type":3,"textContent":' + _encode(given) + root_part + b',"id":%d}' % text.id
            yield b'{"parentId":%d,"nextId":null,"node":%b}' % (style.id, node)


def _following(mirror: Mirror, node: Node) -> int:
    """Return the id of the next sibling in the same tree, light or shadow; 0 for the last."""
    siblings = mirror.nodes[node.parent].children
    later = siblings[siblings.index(node.id) + 1 :]
    return next((id for id in later if mirror.nodes[id].is_shadow == node.is_shadow), 0)


def _came_as_css(style: Node) -> bool:
    return b'"_cssText"' in bytes(style.raw_attributes) and "_cssText" not in style.attributes


def _is_in_shadow(mirror: Mirror, node: Node) -> bool:
    at: Node | None = node
    while at is not None and at.kind != DOCUMENT:
        if at.is_shadow:
            return True
        at = mirror.nodes.get(at.parent)
    return False


def _texts_of(mirror: Mirror, style: Node) -> list[Node]:
    """Return the texts of a style element; none where it holds anything else, or an empty one."""
    texts = [mirror.nodes[child] for child in style.children]
    return [] if any(text.kind != TEXT or not text.text or _SPLIT in text.text for text in texts) else texts


def _shadow_style(mirror: Mirror, style: Node, *, safe: bool) -> bytes | None:
    """Write a style element of a shadow root the way it came; None where that cannot be.

    When a host moves, rrweb's Replayer forgets the host but not what is in its shadow root, and takes those elements
    again if they come again just as they came. A style written otherwise would be built anew, its text left behind.
    """
    texts = _texts_of(mirror, style)
    if not texts:
        return None
    attributes: dict[str, Any] = {**style.attributes, "_cssText": _SPLIT.join(text.text for text in texts)}
    if safe:
        attributes = safe_attributes("style", attributes)
    root_part = b',"rootId":%d' % style.root_id if style.root_id else b""
    written = b",".join(b'{"type":3,"textContent":""%b,"id":%d}' % (root_part, text.id) for text in texts)
    return b'{"type":2,"tagName":"style","attributes":' + _encode(attributes) + b',"childNodes":[' + written + b"]"


def iframes(mirror: Mirror) -> Iterator[tuple[Node, Node]]:
    """Yield (iframe, its document) for every attached document, outer ones before those inside them."""
    found = [
        (node.depth, mirror.nodes[node.parent], node)
        for node in mirror.nodes.values()
        if node.kind == DOCUMENT and node.parent in mirror.nodes
    ]
    for _, iframe, document in sorted(found, key=lambda entry: entry[0]):
        yield iframe, document


def _opening(node: Node, safe_in: Mirror | None) -> bytes:
    if node.kind == ELEMENT:
        attributes = _attributes(node)
        if safe_in is None:
            return b'{"type":2,"tagName":' + _encode(node.tag) + b',"attributes":' + _encode(attributes)
        tag, attributes = safe_tag(node.tag), safe_attributes(node.tag, attributes)
        return b'{"type":2,"tagName":' + _encode(tag) + b',"attributes":' + _encode(attributes)
    if node.kind == DOCUMENT:
        return b'{"type":0'
    if node.kind == DOCTYPE:
        return b'{"type":1' + _members({"name": node.name, "publicId": node.public_id, "systemId": node.system_id})
    above = safe_in.nodes.get(node.parent) if safe_in is not None else None
    text = node.text if above is None else safe_text(above.tag, node.text)
    opening = b'{"type":%d,"textContent":' % node.kind + _encode(text)
    return opening + (b',"isStyle":true' if node.is_style and node.kind == TEXT else b"")


def _closing(node: Node, root_part: bytes) -> bytes:
    flags = b""
    if node.kind == ELEMENT:
        flags = (
            (b',"isSVG":true' if node.is_svg else b"")
            + (b',"isShadowHost":true' if node.is_shadow_host else b"")
            + (b',"isCustom":true' if node.is_custom else b"")
        )
    if node.is_shadow and node.kind in (ELEMENT, TEXT, COMMENT, CDATA):
        flags += b',"isShadow":true'
    if node.kind == DOCUMENT and node.compat_mode and node.children:
        flags += _members({"compatMode": node.compat_mode})
    return flags + root_part + b',"id":%d}' % node.id


def _attributes(node: Node) -> dict[str, Any]:
    if node.scroll is not None and (node.scroll_x or node.scroll_y):
        return {**node.attributes, "rr_scrollLeft": node.scroll_x, "rr_scrollTop": node.scroll_y}
    return node.attributes


def _members(members: dict[str, Any]) -> bytes:
    return b"," + _encode(members)[1:-1]
