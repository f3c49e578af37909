"""Build: small recordings by hand, for tests: HTML in, rrweb events out, with a clock that the test moves.

    visit = Visit('<button id="go">Go</button>')
    visit.click("#go").wait(40).add("body", "<p role=alert>Done</p>").wait(3000)
    trace = visit.trace()

Elements are named by `#id`, by tag, or by rrweb node id. The events are those of plain rrweb; `native=True` adds what
our own recorder tells besides.
"""

from collections.abc import Mapping
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import msgspec

from playhead.core.events import Event, decode_events
from playhead.core.projector import Projection, project_full
from playhead.core.signals import Overrides
from playhead.core.trace import Interaction, Signal, Trace

HOME = "https://shop.test/"
START_MS = 1_700_000_000_000.0
VOID = frozenset("br hr img input link meta source track wbr".split())


class _Tree(HTMLParser):
    """HTML to rrweb nodes; ids are given by whoever owns the page."""

    def __init__(self, take_id) -> None:
        super().__init__()
        self._take_id = take_id
        self.roots: list[dict[str, Any]] = []
        self._stack: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value if value is not None else "" for name, value in attrs}
        node = {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": [], "id": self._take_id()}
        self._put(node)
        if tag not in VOID:
            self._stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._stack and self._stack[-1]["tagName"] == tag:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._put({"type": 3, "textContent": data, "id": self._take_id()})

    def _put(self, node: dict[str, Any]) -> None:
        (self._stack[-1]["childNodes"] if self._stack else self.roots).append(node)


def _additions(parent: int, node: dict[str, Any]) -> list[dict[str, Any]]:
    """A subtree as a recorder tells it: each node by itself, parents first."""
    alone = {**node, "childNodes": []} if "childNodes" in node else node
    below = [told for child in node.get("childNodes", ()) for told in _additions(node["id"], child)]
    return [{"parentId": parent, "nextId": None, "node": alone}, *below]


class Visit:
    """One recording in the making. Every method returns the visit, so that steps chain."""

    def __init__(
        self,
        html: str = "",
        *,
        url: str = "https://shop.test/",
        title: str = "Shop",
        native: bool = False,
        page: str = "",
    ) -> None:
        self.now = START_MS
        self.events: list[dict[str, Any]] = []
        self.native = native
        self.page = page or ("p_1" if native else "")
        self._loads = 0
        self.load(html, url=url, title=title)

    # Pages

    def load(
        self, html: str, *, url: str = HOME, title: str = "Shop", how: str = "navigate", status: int = 200
    ) -> "Visit":
        """A document load in the same tab."""
        self._loads += 1
        self._next_id = 0
        self.nodes: dict[int, dict[str, Any]] = {}
        self.parents: dict[int, int] = {}
        if self.native:
            self.page = f"p_{self._loads}"
        document = {"type": 0, "childNodes": [], "id": self._take_id()}
        markup = f"<html><head><title>{title}</title></head><body>{html}</body></html>"
        document["childNodes"] = self._parse(markup)
        self._enter(document, 0)
        if not self.native:
            self.emit(0, {})
        self.emit(4, {"href": url, "width": 1280, "height": 800})
        self.emit(2, {"node": document, "initialOffset": {"left": 0, "top": 0}})
        self._index(document)
        if self.native:
            view = {"width": 1280, "height": 800}
            agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"
            facts = {"url": url, "title": title, "navigation": how, "status": status, "referrer": ""}
            self.custom("playhead.page", page=self.page, tab="t_1", user_agent=agent, viewport=view, **facts)
        return self

    def route(self, url: str, *, kind: str = "push", title: str = "") -> "Visit":
        return self.custom("playhead.navigate", url=url, kind=kind, title=title)

    # Time

    def wait(self, ms: float) -> "Visit":
        self.now += ms
        return self

    def at(self, ms: float) -> "Visit":
        """Go to a moment since the start; steps may be written in any order."""
        self.now = START_MS + ms
        return self

    # The visitor

    def click(self, target: str | int, *, x: float = 100, y: float = 100, hold_ms: float = 60) -> "Visit":
        self.press(target, x=x, y=y, hold_ms=hold_ms)
        return self.mouse(2, target, x=x, y=y, pointerType=0)

    def press(self, target: str | int, *, x: float = 100, y: float = 100, hold_ms: float = 60) -> "Visit":
        """Down and up without a click: what a disabled control gets."""
        self.mouse(1, target, x=x, y=y).wait(hold_ms)
        return self.mouse(0, target, x=x, y=y)

    def mouse(self, kind: int, target: str | int, **more: Any) -> "Visit":
        return self.source(2, type=kind, id=self.id(target), **more)

    def focus(self, target: str | int) -> "Visit":
        return self.source(2, type=5, id=self.id(target))

    def type(self, target: str | int, text: str, *, gap_ms: float = 90, user: bool | None = None) -> "Visit":
        """Type letter by letter into a field that has the focus from now on."""
        self.focus(target)
        for end in range(1, len(text) + 1):
            self.wait(gap_ms).value(target, text[:end], user=user)
        return self

    def value(self, target: str | int, text: str, *, checked: bool = False, user: bool | None = None) -> "Visit":
        told = {} if user is None else {"userTriggered": user}
        return self.source(5, id=self.id(target), text=text, isChecked=checked, **told)

    def scroll(self, y: float, target: str | int = 1) -> "Visit":
        return self.source(3, id=self.id(target), x=0, y=y)

    def move(self, *places: tuple[float, float], over: str | int = "body", step_ms: float = 50) -> "Visit":
        """Pointer positions `step_ms` apart, ending now, told in one batch."""
        last = len(places) - 1
        positions = [
            {"x": x, "y": y, "id": self.id(over), "timeOffset": -(last - at) * step_ms}
            for at, (x, y) in enumerate(places)
        ]
        return self.source(1, positions=positions)

    def select(self, target: str | int) -> "Visit":
        node = self.nodes[self.id(target)]
        text = next(child["id"] for child in node["childNodes"] if child["type"] == 3)
        length = len(self.nodes[text]["textContent"])
        return self.source(14, ranges=[{"start": text, "startOffset": 0, "end": text, "endOffset": length}])

    def key(self, key: str, target: str | int = "body") -> "Visit":
        return self.custom("playhead.key", key=key, id=self.id(target))

    def submit(self, target: str | int, **more: Any) -> "Visit":
        return self.custom("playhead.submit", id=self.id(target), **more)

    # The page

    def add(self, parent: str | int, html: str) -> "Visit":
        roots = self._parse(html)
        for root in roots:
            self._enter(root, self.id(parent))
            self._index(root)
            self.nodes[self.id(parent)].setdefault("childNodes", []).append(root)
        return self.mutate(adds=[told for root in roots for told in _additions(self.id(parent), root)])

    def remove(self, target: str | int) -> "Visit":
        node_id = self.id(target)
        return self.mutate(removes=[{"parentId": self.parents[node_id], "id": node_id}])

    def set(self, target: str | int, **attributes: Any) -> "Visit":
        named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return self.mutate(attributes=[{"id": self.id(target), "attributes": named}])

    def text(self, target: str | int, value: str) -> "Visit":
        """Change the first text inside an element."""
        node = self.nodes[self.id(target)]
        text = next(child["id"] for child in node["childNodes"] if child["type"] == 3)
        return self.mutate(texts=[{"id": text, "value": value}])

    def mutate(self, **parts: Any) -> "Visit":
        whole = {"texts": [], "attributes": [], "removes": [], "adds": [], **parts}
        return self.source(0, **whole)

    def request(
        self,
        path: str,
        *,
        method: str = "GET",
        status: int | None = 200,
        took_ms: float = 20,
        initiator: str = "fetch",
        **more: Any,
    ) -> "Visit":
        """A request that has just ended."""
        entry = {"name": f"https://shop.test{path}", "method": method, "initiatorType": initiator, "duration": took_ms,
                 "timestamp": self.now - took_ms, "status": status, **more}  # fmt: skip
        return self.emit(6, {"plugin": "rrweb/network@1", "payload": {"requests": [entry]}})

    def console(self, text: str, *, level: str = "error", trace: tuple[str, ...] = ()) -> "Visit":
        payload = {"level": level, "trace": list(trace), "payload": [msgspec.json.encode(text).decode()]}
        return self.emit(6, {"plugin": "rrweb/console@1", "payload": payload})

    def throws(self, message: str, *, file: str = "https://shop.test/app.js", name: str = "TypeError") -> "Visit":
        return self.console(f"Uncaught {name}: {message}", trace=(f"at go ({file}:12:3)",))

    # Events

    def source(self, source: int, **data: Any) -> "Visit":
        return self.emit(3, {"source": source, **data})

    def custom(self, tag: str, **payload: Any) -> "Visit":
        return self.emit(5, {"tag": tag, "payload": payload})

    def emit(self, kind: int, data: Mapping[str, Any]) -> "Visit":
        event = {"type": kind, "data": deepcopy(data), "timestamp": self.now}  # nodes change after they are told
        if self.page:
            event["page"] = self.page
        self.events.append(event)
        return self

    # Results

    def json(self) -> bytes:
        return msgspec.json.encode(self.events)

    def read(self) -> list[Event]:
        return decode_events(self.json())

    def projection(self, *, overrides: Overrides | None = None) -> Projection:
        return project_full(self.read(), overrides=overrides)

    def trace(self, *, overrides: Overrides | None = None) -> Trace:
        return self.projection(overrides=overrides).trace

    def kinds(self, *, overrides: Overrides | None = None) -> list[str]:
        """The kinds of the signals found, in time order."""
        return [signal.kind for signal in self.trace(overrides=overrides).signals]

    def signal(self, kind: str, *, overrides: Overrides | None = None) -> Signal:
        found = [signal for signal in self.trace(overrides=overrides).signals if signal.kind == kind]
        assert len(found) == 1, f"expected one {kind}, found {self.kinds()}"
        return found[0]

    def acts(self, kind: str) -> list[Interaction]:
        return [one for one in self.trace().interactions if one.kind == kind]

    def id(self, target: str | int) -> int:
        if isinstance(target, int):
            return target
        for node_id, node in self.nodes.items():
            if target.startswith("#") and node.get("attributes", {}).get("id") == target[1:]:
                return node_id
            if node.get("tagName") == target:
                return node_id
        raise KeyError(target)

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _parse(self, html: str) -> list[dict[str, Any]]:
        tree = _Tree(self._take_id)
        tree.feed(html)
        tree.close()
        return tree.roots

    def _enter(self, node: dict[str, Any], parent: int) -> None:
        self.parents[node["id"]] = parent

    def _index(self, node: dict[str, Any]) -> None:
        self.nodes[node["id"]] = node
        for child in node.get("childNodes", ()):
            self.parents[child["id"]] = node["id"]
            self._index(child)
