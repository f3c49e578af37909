"""A server with one recording in it, and the recording: a small shop, written by hand so that every moment is known.

Moments (ms from the start)   3,000 a click that answers · 6,000–7,200 five clicks on a dead button · 8,000 an uncaught
error · 8,500–46,000 nothing · 47,000 a click · 50,000 the checkout · 53,000 a payment answered 402 · 60,000 the end
"""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.conftest import Server

START_MS = 1_763_800_000_000
SHOP, CHECKOUT = "https://shop.example/", "https://shop.example/checkout"
ADD, COUPON, MORE, STATUS, PAY, ALERT = 20, 21, 22, 30, 40, 41

Node = dict[str, Any]


def element(number: int, tag: str, *children: Node, **attributes: Any) -> Node:
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def text(number: int, words: str) -> Node:
    return {"type": 3, "id": number, "textContent": words}


def event(at_ms: float, kind: int, data: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": START_MS + at_ms, "data": data}


def page_load(at_ms: float, url: str, title: str, *body: Node) -> list[dict[str, Any]]:
    head = element(3, "head", element(4, "title", text(5, title)))
    html = element(2, "html", head, element(6, "body", *body, style="margin: 40px; font: 16px sans-serif"), lang="en")
    document = {"type": 0, "id": 1, "childNodes": [{"type": 1, "id": 7, "name": "html"}, html]}
    return [
        event(at_ms, 4, {"href": url, "width": 1024, "height": 640}),
        event(at_ms + 20, 2, {"node": document, "initialOffset": {"top": 0, "left": 0}}),
    ]


def click(at_ms: float, node: int, x: int = 80, y: int = 120) -> list[dict[str, Any]]:
    return [event(at_ms + kind, 3, {"source": 2, "type": kind, "id": node, "x": x, "y": y}) for kind in (1, 0, 2)]


def shown(at_ms: float, node: int, words: str) -> dict[str, Any]:
    changed = [{"id": node, "value": words}]
    return event(at_ms, 3, {"source": 0, "texts": changed, "attributes": [], "removes": [], "adds": []})


def moved(at_ms: float, x: int, y: int) -> dict[str, Any]:
    return event(at_ms, 3, {"source": 1, "positions": [{"x": x, "y": y, "id": 6, "timeOffset": 0}]})


def journey() -> list[dict[str, Any]]:
    """The recording described above."""
    shop = (
        element(10, "h1", text(11, "Shop")),
        element(ADD, "button", text(200, "Add to cart")),
        element(COUPON, "button", text(210, "Apply coupon")),
        element(MORE, "button", text(220, "Show more")),
        element(STATUS, "p", text(300, "The cart is empty"), role="status"),
    )
    checkout = (
        element(10, "h1", text(11, "Checkout")),
        element(PAY, "button", text(400, "Pay")),
        element(ALERT, "div", text(410, ""), role="alert"),
    )
    failed = {"kind": "exception", "name": "TypeError", "message": "price is not a number", "stack": "", "source": ""}
    payment = {"name": "https://shop.example/api/pay", "method": "POST", "status": 402, "initiatorType": "fetch"}
    timing = {"startTime": 53_010, "endTime": 53_320, "duration": 310}
    return [
        *page_load(0, SHOP, "Shop", *shop),
        *(moved(at, 40 + at // 10, 90) for at in range(500, 3_000, 250)),
        *click(3_000, ADD),
        shown(3_100, 300, "1 piece in the cart"),
        *(one for at in range(6_000, 7_500, 300) for one in click(at, COUPON, y=160)),
        event(8_000, 5, {"tag": "playhead.error", "payload": {**failed, "line": 3, "column": 9}}),
        moved(8_500, 200, 200),
        moved(46_000, 210, 220),
        *click(47_000, MORE, y=200),
        shown(47_200, 300, "Twelve more pieces"),
        *page_load(50_000, CHECKOUT, "Checkout", *checkout),
        *click(53_000, PAY),
        event(53_330, 6, {"plugin": "rrweb/network@1", "payload": {"requests": [payment | timing]}}),
        shown(53_400, 410, "Your card was declined"),
        moved(60_000, 300, 300),
    ]


def post(url: str, body: bytes) -> Any:
    request = urllib.request.Request(url, data=body, method="POST", headers={"accept": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read())


def add_recording(server: Server, events: list[dict[str, Any]]) -> str:
    """Import a recording, return its session's id."""
    return post(f"{server.url}/api/import", json.dumps(events).encode())["session_id"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests of one module share; they only add to it."""
    running = Server(tmp_path_factory.mktemp("pages") / "data").start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def session(app: Server) -> str:
    return add_recording(app, journey())


@pytest.fixture
def tab(browser: Any, app: Server) -> Iterator[Any]:
    """A tab that keeps what went wrong in it: uncaught errors, and whatever the content security policy refused."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="no-preference")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app.url)
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: "Content Security" in said.text and page.wrong.append(said.text))
    yield page
    assert page.wrong == []
    context.close()


@pytest.fixture
def beacon() -> Iterator[Any]:
    """A foreign server that notes every request that reaches it."""

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_OPTIONS = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Note)
    server.heard, server.url = [], f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_session(tab: Any, app: Server, session: str) -> Callable[..., Any]:
    """Open the recording's page and wait until it can be played."""

    def opened(query: str = "", of: str = session) -> Any:
        tab.goto(f"{app.url}/sessions/{of}{query}")
        tab.locator(".player[data-state=paused]").wait_for()
        return tab

    return opened
