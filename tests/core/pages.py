"""Builders: rrweb events in a line each, for tests of the mirror."""

from __future__ import annotations

import json
from typing import Any

from playhead.core.events import Event, event_of
from playhead.core.mirror.dom import Changes, Mirror

START_MS = 1_700_000_000_000


def event(kind: int, data: Any, *, t_ms: float = START_MS, **more: Any) -> Event:
    made = event_of(json.dumps({"type": kind, "data": data, "timestamp": t_ms, **more}).encode())
    assert made is not None
    return made


def element(node_id: int, tag: str, *children: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": list(children), "id": node_id}


def text(node_id: int, content: str) -> dict[str, Any]:
    return {"type": 3, "textContent": content, "id": node_id}


def document(*children: Any, node_id: int = 1) -> dict[str, Any]:
    return {"type": 0, "childNodes": list(children), "id": node_id}


def page(*body: Any) -> dict[str, Any]:
    """A document 1 with html 2, head 3 and body 4, which holds `body`."""
    return document(element(2, "html", element(3, "head"), element(4, "body", *body)))


def snapshot(node: Any, **more: Any) -> Event:
    return event(2, {"node": node, "initialOffset": {"left": 0, "top": 0}}, **more)


def add(parent: int, node: Any, before: int | None = None, **more: Any) -> dict[str, Any]:
    return {"parentId": parent, "nextId": before, "node": node, **more}


def mutation(**parts: Any) -> Event:
    return event(3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **parts})


def change(source: int, **data: Any) -> Event:
    return event(3, {"source": source, **data})


def mirror_of(*body: Any) -> Mirror:
    mirror = Mirror()
    mirror.apply(snapshot(page(*body)))
    return mirror


def adds(mirror: Mirror, *additions: Any) -> Changes:
    return mirror.apply(mutation(adds=list(additions)))


def removes(mirror: Mirror, parent: int, *ids: int) -> Changes:
    return mirror.apply(mutation(removes=[{"parentId": parent, "id": node_id} for node_id in ids]))


def outline(mirror: Mirror, node_id: int = 4) -> str:
    """The tree below a node in one line: `div#5(b#6("text"#7))`."""
    node = mirror.nodes[node_id]
    name = {0: "document", 1: "doctype", 3: json.dumps(node.text), 5: "comment"}.get(node.kind, node.tag)
    inner = " ".join(outline(mirror, child) for child in node.children)
    return f"{name}#{node_id}" + (f"({inner})" if inner else "")


def assert_sound(mirror: Mirror) -> None:
    """Every node stands once below the parent it names; what has no parent is the document or waits."""
    seen: set[int] = set()
    for node in mirror.nodes.values():
        assert len(node.children) == len(set(node.children))
        for child in node.children:
            assert mirror.nodes[child].parent == node.id
            assert child not in seen
            seen.add(child)
    for node in mirror.nodes.values():
        if node.id not in seen:
            assert node.id == mirror.document or node.id in mirror.waiting or not mirror.is_connected(node.id)
    assert mirror.document is None or mirror.document in mirror.nodes
    for root in [node for node in mirror.nodes.values() if node.id not in seen]:
        walked, stack = 0, [root.id]
        while stack:
            walked += 1
            assert walked <= len(mirror.nodes), "a cycle"
            stack += mirror.nodes[stack.pop()].children
