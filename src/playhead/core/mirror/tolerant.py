"""Tolerant: payloads that a typed reading refuses (a field of a wrong type, a cut surrogate, a page 9,000 levels deep).

What fits is kept, entry by entry; what does not is left out. No recursion: a tree is read as deep as it is.
"""

import re
from typing import Any, cast

import msgspec

from playhead.core.lenient import LenientError, parse, tidy_json
from playhead.core.mirror.nodes import Node, scalars
from playhead.core.mirror.payloads import (
    Addition,
    AttributeChange,
    FullSnapshot,
    InitialOffset,
    Mutation,
    Payload,
    Removal,
    TextChange,
    decode_payload,
    decode_snapshot,
)

_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
LARGE_BYTES = 4 << 20  # smaller events are not counted
MAX_OBJECTS = 2_500_000  # JSON objects in one event: each may become a node of 200 bytes, of which 1,000,000 are kept
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')


def has_too_many_objects(data: bytes) -> bool:
    """Whether an event holds more than MAX_OBJECTS; braces inside texts (style sheets) are none."""
    return data.count(b"{") > MAX_OBJECTS and _STRING.sub(b"", data).count(b"{") > MAX_OBJECTS


def payload_of(data: bytes) -> Payload | None:
    """Return the payload of an incremental event as far as it can be read."""
    clean = tidy_json(data)
    try:
        return decode_payload(clean)
    except _UNREADABLE:
        value = _parsed(clean)
    if value is None or value.get("source") != 0:
        return None
    return Mutation(
        texts=_converted(value.get("texts"), TextChange),
        attributes=_converted(value.get("attributes"), AttributeChange),
        removes=_converted(value.get("removes"), Removal),
        adds=[addition for entry in _entries(value.get("adds")) if (addition := _addition(entry)) is not None],
    )


def snapshot_of(data: bytes) -> FullSnapshot | None:
    """Return a full snapshot as far as it can be read."""
    clean = tidy_json(data)
    try:
        return decode_snapshot(clean)
    except _UNREADABLE:
        value = _parsed(clean)
    root = node_of(value.get("node")) if value is not None else None
    if value is None or root is None:
        return None
    offsets = _converted([value.get("initialOffset")], InitialOffset)
    return FullSnapshot(root, offsets[0] if offsets else None)


def node_of(value: object) -> Node | None:
    """Return a serialised node and its children; children that are no nodes are left out."""
    root = _one_node(value)
    if root is None:
        return None
    work: list[tuple[Node, object]] = [(root, cast(dict[str, object], value).get("childNodes"))]
    while work:
        node, children = work.pop()
        built: list[Node] = []
        for entry in _entries(children):
            child = _one_node(entry)
            if child is not None:
                built.append(child)
                work.append((child, entry.get("childNodes")))
        node.built = built or None
    return root


def _one_node(value: object) -> Node | None:
    if not isinstance(value, dict):
        return None
    given = cast(dict[str, object], value)
    kind, node_id = given.get("type"), given.get("id")
    if not _is_int(kind) or not _is_int(node_id):
        return None
    node = Node(kind=cast(int, kind), id=cast(int, node_id))
    node.tag, node.text = _string(given, "tagName"), _string(given, "textContent")
    node.name, node.public_id, node.system_id = (_string(given, name) for name in ("name", "publicId", "systemId"))
    node.compat_mode = _string(given, "compatMode")
    root_id = given.get("rootId")
    node.root_id = cast(int, root_id) if _is_int(root_id) else 0
    node.is_style, node.is_svg = given.get("isStyle") is True, given.get("isSVG") is True
    node.is_shadow_host, node.is_shadow = given.get("isShadowHost") is True, given.get("isShadow") is True
    node.is_custom = given.get("isCustom") is True
    if isinstance(given.get("attributes"), dict):
        node.read_attributes = scalars(cast(dict[str, object], given["attributes"]))
    return node


def _addition(entry: dict[str, object]) -> Addition | None:
    node = node_of(entry.get("node"))
    parent, following, previous = entry.get("parentId"), entry.get("nextId"), entry.get("previousId")
    if node is None or not _is_int(parent):
        return None
    return Addition(
        cast(int, parent),
        node,
        cast(int, following) if _is_int(following) else None,
        cast(int, previous) if _is_int(previous) else None,
    )


def _converted(value: object, kind: type[Any]) -> list[Any]:
    found: list[Any] = []
    for entry in _entries(value):
        try:
            found.append(msgspec.convert(entry, kind))
        except _UNREADABLE:
            continue
    return found


def _entries(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        return []
    return [cast(dict[str, object], entry) for entry in cast(list[object], value) if isinstance(entry, dict)]


def _parsed(clean: bytes) -> dict[str, object] | None:
    try:
        value = parse(clean)
    except LenientError:
        return None
    return cast(dict[str, object], value) if isinstance(value, dict) else None


def _string(given: dict[str, object], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
