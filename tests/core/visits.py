"""Recordings written by hand: pages as HTML, then what the visitor did; elements are named by their `id`."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from playhead.core.events import Event, decode_events

START_MS = 1_750_000_000_000
VOID = {"input", "br", "img", "meta", "link", "hr"}


class _Tree(HTMLParser):
    """HTML → rrweb's serialised nodes; `ids` maps id attributes to node ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root: dict[str, Any] = {"type": 0, "id": 1, "childNodes": []}
        self.ids: dict[str, int] = {}
        self._open, self._next = [self.root], 2
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = {"type": 2, "tagName": tag, "attributes": {k: v or "" for k, v in attrs}, "id": self._next}
        node["childNodes"] = []
        self.ids[dict(attrs).get("id") or tag] = self._next
        self._next += 1
        self._open[-1]["childNodes"].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1]["childNodes"].append({"type": 3, "textContent": data, "id": self._next})
        self._next += 1


class Tab:
    """One page load in one tab; times are seconds from the start of the visit."""

    def __init__(self, visit: Visit, at: float, url: str, html: str, **told: Any) -> None:
        self._visit, self._page = visit, f"p_{len(visit.tabs)}"
        tree = _Tree(f"<html><head><title>{told.pop('title', 'Page')}</title></head><body>{html}</body></html>")
        self.ids, self._fresh, self._title = tree.ids, 1000, tree.ids["title"] + 1
        self._origin = "/".join(url.split("/")[:3])
        facts = {"page": self._page, "tab": "t_1", "url": url, "navigation": "navigate", "status": 200, **told}
        self.add(at, 4, {"href": url, "width": 1280, "height": 800})
        self.add(at, 2, {"node": tree.root, "initialOffset": {"left": 0, "top": 0}})
        self.add(at, 5, {"tag": "playhead.page", "payload": facts})

    def add(self, at: float, kind: int, data: dict[str, Any]) -> None:
        event = {"type": kind, "data": data, "timestamp": START_MS + round(at * 1000), "page": self._page}
        self._visit.events.append(event)

    def click(self, at: float, name: str) -> None:
        for shift, kind in ((-0.05, 1), (-0.001, 0), (0, 2)):
            self.add(at + shift, 3, {"source": 2, "type": kind, "id": self.ids[name], "x": 50, "y": 50})

    def type(self, at: float, name: str, text: str) -> None:
        data = {"source": 5, "text": text, "isChecked": False, "id": self.ids[name], "userTriggered": True}
        self.add(at, 3, data)

    def say(self, at: float, name: str, text: str) -> None:
        """Put a text into an element."""
        self._fresh += 1
        node = {"type": 3, "textContent": text, "id": self._fresh}
        adds = [{"parentId": self.ids[name], "nextId": None, "node": node}]
        self.add(at, 3, {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": adds})

    def route(self, at: float, path: str, kind: str, title: str) -> None:
        """A new address in this document; `title` is the document's at that moment."""
        payload = {"url": self._origin + path, "kind": kind, "title": title}
        self.add(at, 5, {"tag": "playhead.navigate", "payload": payload})

    def retitle(self, at: float, title: str) -> None:
        self._fresh += 1
        removes = [{"parentId": self.ids["title"], "id": self._title}]
        node = {"type": 3, "textContent": title, "id": self._fresh}
        adds = [{"parentId": self.ids["title"], "nextId": None, "node": node}]
        self.add(at, 3, {"source": 0, "texts": [], "attributes": [], "removes": removes, "adds": adds})
        self._title = self._fresh

    def stay(self, until: float) -> None:
        """The recorder was there until then."""
        self.add(until, 5, {"tag": "playhead.vital", "payload": {"name": "CLS", "value": 0}})


class Visit:
    """A visit of several page loads: `visit.open(0, "https://shop.example/", "<button id=b>Buy</button>")`."""

    def __init__(self) -> None:
        self.tabs: list[Tab] = []
        self.events: list[dict[str, Any]] = []

    def open(self, at: float, url: str, html: str, **told: Any) -> Tab:
        """A page load; `told` goes into `playhead.page` (tab, referrer, status …), `title` into the document."""
        self.tabs.append(Tab(self, at, url, html, **told))
        return self.tabs[-1]

    def recorded(self) -> list[Event]:
        return decode_events(json.dumps(sorted(self.events, key=lambda event: event["timestamp"])).encode())
