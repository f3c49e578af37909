"""Loads: document loads and routes of one lane, told apart where the recording does not say.

Our recorder gives each document load a page id and says how it came about. Elsewhere a lane may hold several loads:
a full snapshot that does not continue the page the mirror knows (other texts under the same node ids) is a new one.
Node ids say nothing by themselves: every load counts from 1, and a checkpoint repeats what is there.
"""

from typing import Any, Final, cast
from urllib.parse import urlsplit

from playhead.core.mirror.dom import Changes, Node
from playhead.core.targets.accname import clean
from playhead.core.visit.facts import CLICKS, View
from playhead.core.visit.lane import Lane
from playhead.core.visit.searching import is_search_page, says_nothing_found

SAME_PAGE: Final = 0.98  # share of nodes that must agree for a snapshot to be a checkpoint of the page
SAME_ELSEWHERE: Final = 0.9995  # the same where the address changed: a router's page agrees fully, a new document never
SENT_MS: Final = 8_000.0  # a server answers a form within this
SETTLE_MS: Final = 3_000.0  # messages that a page shows this soon after its load came with it
ROUTE_MS: Final = 4_000.0  # a new title this soon after a click on a link is the link's page
MAX_TITLE: Final = 120
_LOUD: Final = frozenset(("alert", "toast", "field_error", "dialog"))
_TELLING: Final = frozenset(("title", "h1", "input"))
_SKIPPED: Final = frozenset(("script", "style", "head"))


class Loads:
    """Follows one lane from document to document and from route to route."""

    __slots__ = ("_began_ms", "_checkpoints", "_document_began", "_lane", "_typed")

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._began_ms: float | None = None  # first sign of a document whose snapshot is still to come
        self._document_began = False
        self._checkpoints = 0  # snapshots of a page that was there before
        self._typed: dict[int, str] = {}  # what the fields held before a snapshot

    def on_document_event(self, t_ms: float) -> None:
        """DOMContentLoaded or Load: only a document that begins says so."""
        self._document_began = True
        if self._began_ms is None:
            self._began_ms = t_ms

    def on_meta(self, t_ms: float) -> None:
        if self._began_ms is None:
            self._began_ms = t_ms

    def page_before(self) -> dict[int, Node] | None:
        """The nodes of the page before a snapshot, to compare with; None where there is nothing to tell apart."""
        lane = self._lane
        if not lane.has_snapshot or lane.native:
            return None
        if self._document_began:
            return {}  # a document that says that it began need not be compared
        nodes = dict(lane.mirror.nodes)
        self._typed = {
            node.id: node.value for node in nodes.values() if node.value and node.tag in ("input", "textarea")
        }
        return nodes

    def on_snapshot(self, t_ms: float, before: dict[int, Node] | None) -> bool:
        """Read a full snapshot the mirror has taken; returns whether it began a new document load."""
        lane = self._lane
        href = lane.mirror.href
        began = self._began_ms if self._began_ms is not None else t_ms
        fresh = lane.has_snapshot and before is not None and self._is_other(before, href)
        first = not lane.has_snapshot
        self._checkpoints += not (fresh or first)
        if fresh:
            lane.begin_load(began, url=href)
        lane.has_snapshot = True
        if first or fresh:
            lane.facts.complete = self._document_began
            lane.facts.url = lane.facts.url or href
            lane.session.requests[lane.load].page_url = lane.facts.url
            lane.view.url = lane.view.url or href
            lane.url = lane.view.url
            if lane.load > 0:
                lane.facts.shown.extend((t_ms, shown) for shown in lane.reader.standing())
        elif href and href != lane.url and not lane.native:
            lane.show_view(t_ms, href, how="inferred")
        self._inspect()
        self._began_ms, self._document_began = None, False
        return fresh

    def on_told(self, tag: str, payload: Any, t_ms: float) -> None:
        """`playhead.page`: what our recorder says of this document load; `playhead.end`: it is over."""
        lane = self._lane
        if not isinstance(payload, dict):
            return
        said = cast(dict[str, Any], payload)
        if tag == "playhead.end":
            lane.facts.left_ms = t_ms
            lane.session.ended = True
            return
        lane.native = True
        load = lane.facts
        load.native = True
        url = said.get("url")
        if isinstance(url, str) and url:
            load.url = lane.view.url = lane.url = url
            lane.session.requests[lane.load].page_url = url
        load.how = str(said.get("navigation") or "navigate")
        lane.view.how = {"reload": "reload", "back_forward": "back_forward"}.get(load.how, "load")
        status = said.get("status")
        load.status = int(status) if isinstance(status, int | float) and 100 <= status <= 599 else None
        load.tab = str(said.get("tab") or load.tab)
        load.referrer = str(said.get("referrer") or "")
        load.complete = True
        if isinstance(said.get("title"), str):
            lane.view.title = clean(said["title"], limit=MAX_TITLE)
        self._about_visitor(said)

    def on_mutation(self, t_ms: float, changes: Changes) -> None:
        """Look for a new title or heading, the signs of a new route."""
        lane = self._lane
        nodes = lane.mirror.nodes
        for node_id, _, _ in changes.texts[:40]:
            node = nodes.get(node_id)
            parent = nodes.get(node.parent) if node is not None else None
            if parent is None or parent.is_svg:
                continue
            if parent.tag == "title":
                self._titled(t_ms, parent)
            elif parent.tag == "h1":
                self._headed(t_ms, lane.spots.names.text_of(parent))
        settling = t_ms - lane.view.start_ms <= ROUTE_MS
        for node_id in changes.added[:40]:
            node = nodes.get(node_id)
            if node is None:
                continue
            parent = nodes.get(node.parent)
            if node.tag == "title" and not node.is_svg:
                self._titled(t_ms, node)
            elif node.kind == 3 and parent is not None and parent.tag == "title" and not parent.is_svg:
                self._titled(t_ms, parent)
            elif node.kind == 2 and (settling or (not lane.native and node.children)):
                heading = self._heading(node, limit=80)
                if heading:
                    self._headed(t_ms, heading)

    def is_settling(self, t_ms: float) -> bool:
        """Whether the page has only just loaded and nobody has touched it, so that what it shows came with it."""
        lane, load = self._lane, self._lane.facts
        untouched = lane.act_ms < load.start_ms
        return lane.load > 0 and untouched and t_ms - load.start_ms <= SETTLE_MS and len(load.shown) < 40

    def read(self, t_ms: float, changes: Changes) -> None:
        """Keep the messages that the page shows while it settles."""
        load = self._lane.facts
        load.shown.extend((t_ms, shown) for shown in self._lane.reader.read(changes) if shown.kind in _LOUD)

    def settle(self) -> None:
        lane = self._lane
        if lane.load >= 0:
            lane.facts.end_ms = max(lane.facts.end_ms, lane.session.last_ms[lane.load])

    def _is_other(self, before: dict[int, Node], href: str) -> bool:
        if self._document_began or not before or self._is_emptied() or self._is_sent():
            return True
        share = _share_alike(before, self._lane.mirror.nodes)
        if share is None:
            return True
        moved = bool(href) and bool(self._lane.url) and without_hash(href) != without_hash(self._lane.url)
        return share < (SAME_ELSEWHERE if moved else SAME_PAGE)

    def _is_sent(self) -> bool:
        """Whether a form was sent just before and nothing answered it but this: the same page came anew.

        Only in a recording that has made no checkpoint yet; one that makes them may make one at any moment.
        """
        lane = self._lane
        act = lane.strong
        if self._checkpoints or act is None or act.spot is None or self._began_ms is None:
            return False
        if not act.spot.submits or act.spot.disabled or self._began_ms - act.t_ms > SENT_MS:
            return False
        answers = [change for change in lane.session.changes[lane.load] if change.t_ms >= act.t_ms]
        return not any(len(change.shown) > 2 or change.size > 6 for change in answers)

    def _is_emptied(self) -> bool:
        """Whether what was typed is gone: the same page came anew, as it does when it refuses a form."""
        mirror = self._lane.mirror
        return any(mirror.value_of(node_id) != value for node_id, value in self._typed.items())

    def _inspect(self) -> None:
        """Read title and main heading of the page as it stands."""
        lane = self._lane
        title = heading = ""
        for node in [node for node in lane.mirror.nodes.values() if node.tag in _TELLING]:
            if node.tag == "title":
                if not title and not node.is_svg:
                    title = self._text_in(node)
            elif node.tag == "h1":
                heading = heading or lane.spots.names.text_of(node)
            elif node.attributes.get("type") == "password":
                lane.facts.has_password = True
        if is_search_page(lane.url):
            texts = (node.text for node in lane.mirror.nodes.values() if node.kind == 3)
            lane.facts.nothing_found = lane.facts.nothing_found or any(map(says_nothing_found, texts))
        lane.view.title = title or lane.view.title
        lane.view.heading = heading or lane.view.heading
        lane.facts.title, lane.facts.heading = lane.view.title, lane.view.heading

    def _titled(self, t_ms: float, title: Node) -> None:
        lane = self._lane
        text = self._text_in(title)
        if not text:
            return
        view = lane.view
        route = "" if lane.native else self._route(t_ms)
        if route and text != view.title:
            lane.show_view(lane.strong.t_ms if lane.strong is not None else t_ms, route, how="inferred", title=text)
        elif not view.title or t_ms - view.start_ms <= ROUTE_MS or view.how in ("push", "replace", "pop", "inferred"):
            lane.retitled = (t_ms, lane.view_index, view.title)
            view.title = text

    def _headed(self, t_ms: float, text: str) -> None:
        """A main heading came: another route where a link was just clicked, or the one that was shown before."""
        lane = self._lane
        view = lane.view
        if not text or text == view.heading:
            return
        if not lane.native and view.heading:
            views = lane.session.views
            before = views[lane.view_index - 1] if lane.view_index else None
            act = lane.strong
            href = act.spot.href if act is not None and act.spot is not None and lane.is_near(t_ms) else ""
            linked = bool(href) and without_hash(href) != without_hash(lane.url)  # its page is still to come
            if route := self._route(t_ms):
                lane.show_view(act.t_ms if act is not None else t_ms, route, how="inferred")
            elif before is not None and before.load == lane.load and before.heading == text and not linked:
                lane.show_view(t_ms, before.url, how="pop", title=before.title)
        if t_ms - lane.view.start_ms <= ROUTE_MS or not lane.view.heading:
            lane.view.heading = text

    def _route(self, t_ms: float) -> str:
        """The address that a link just clicked leads to inside this document, where the recording does not say."""
        lane, act = self._lane, self._lane.strong
        if act is None or act.kind not in CLICKS or act.spot is None or t_ms - act.t_ms > ROUTE_MS:
            return ""
        href = act.spot.href
        if not href.startswith("http") or act.spot.leaves or without_hash(href) == without_hash(lane.url):
            return ""
        try:
            return href if urlsplit(href).netloc == urlsplit(lane.url).netloc else ""
        except ValueError:
            return ""

    def _heading(self, root: Node, *, limit: int) -> str:
        nodes = self._lane.mirror.nodes
        stack, seen = [root.id], 0
        while stack and seen < limit:
            node = nodes.get(stack.pop())
            seen += 1
            if node is None or node.tag in _SKIPPED:
                continue
            if node.tag == "h1":
                return self._lane.spots.names.text_of(node)
            stack.extend(reversed(node.children[:limit]))
        return ""

    def _text_in(self, title: Node) -> str:
        nodes = self._lane.mirror.nodes
        return clean(" ".join(nodes[at].text for at in title.children if at in nodes), limit=MAX_TITLE)

    def _about_visitor(self, said: dict[str, Any]) -> None:
        session = self._lane.session
        session.agent = session.agent or str(said.get("user_agent") or "")
        view = said.get("viewport")
        if isinstance(view, dict) and session.viewport is None:
            width, height = cast(dict[str, Any], view).get("width"), cast(dict[str, Any], view).get("height")
            if isinstance(width, int | float) and isinstance(height, int | float):
                session.viewport = (int(width), int(height))


def last_view(views: list[View], load: int) -> View | None:
    """The last route of a document load."""
    return next((view for view in reversed(views) if view.load == load), None)


def page_of(url: str) -> str:
    """The address without its hash, unless that is where a single-page application keeps its route."""
    base, _, hash_ = url.partition("#")
    return url if hash_[:1] in ("/", "!") and hash_ not in ("/", "!", "!/") else base


def without_hash(url: str) -> str:
    return url.split("#", 1)[0]


def _share_alike(before: dict[int, Node], now: dict[int, Node]) -> float | None:
    """The share of the nodes of `now` that `before` had under the same ids; None where there is nothing to compare."""
    compared = alike = 0
    for node_id, node in now.items():
        kind = node.kind
        if kind == 2:
            compared += 1
            old = before.get(node_id)
            if old is not None and old.tag == node.tag:
                alike += 1
        elif kind == 3 and not node.is_style:
            compared += 1
            old = before.get(node_id)
            if old is not None and old.kind == 3 and not old.is_style and old.text[:40] == node.text[:40]:
                alike += 1
    return alike / compared if compared else None
