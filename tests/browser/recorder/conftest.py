"""A small site of its own: pages with the recorder's tag, and an `/ingest` that remembers what it was sent."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from playhead.static_files import RECORDER_SCRIPTS

DOT = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
RECORDER = Path(__file__).resolve().parents[3] / "src/playhead/web/static/build/recorder.js"
WAIT_S = 20


@dataclass(frozen=True)
class Batch:
    """One request to `/ingest`, as it arrived."""

    query: dict[str, str]
    events: list[dict]
    headers: dict[str, str]
    gzipped: bool
    status: int

    @property
    def key(self) -> tuple[str, int]:
        return self.query["page"], int(self.query["seq"])


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"ok":true,"duplicate":false}'


class _Server(ThreadingHTTPServer):
    """Cuts its open connections when it goes down: a browser keeps them, and they would go on being served."""

    daemon_threads = True

    def __init__(self, *arguments: object) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: socket.socket, client_address: object) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def cut(self) -> None:
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # the browser went away, or the test cut the line


class Site:
    """`pages[path]` is HTML; `answer` decides what `/ingest` says; `requests` is every path that was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.batches: list[Batch] = []
        self.requests: list[str] = []
        self.rules: dict | None = None  # what `GET /ingest` says; None: a server that knows no rules
        self.before_rules: Callable[[], object] = lambda: None
        self.forgotten: list[str] = []  # visitors who asked to be
        self.answer: Callable[[Batch], Answer] = lambda batch: Answer()
        self._changed = threading.Condition()
        self._server: _Server | None = None
        self.port = 0
        self.up()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tag(self, **data: str) -> str:
        attributes = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in data.items())
        return f'<script async src="/recorder.js" data-site="site1"{attributes}></script>'

    def page(self, path: str, body: str = "", head: str = "", **data: str) -> str:
        """Serve `body` with the recorder's tag at `path`; return the address."""
        self.pages[urlsplit(path).path] = (
            f"<!doctype html><html><head><title>Page {urlsplit(path).path}</title><link rel=icon href='data:,'>{head}"
            f"{self.tag(**data)}</head><body>{body}</body></html>"
        )
        return self.url + path

    def up(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def down(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut()
            self._server = None

    def note(self, path: str) -> None:
        with self._changed:
            self.requests.append(path)
            self._changed.notify_all()

    def receive(self, batch: Batch) -> None:
        with self._changed:
            self.batches.append(batch)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], object], what: str = "") -> object:
        """Wait until `condition` holds, looking again whenever something arrives."""
        found = []
        with self._changed:
            if self._changed.wait_for(lambda: found.append(condition()) or found[-1], WAIT_S):
                return found[-1]
        pytest.fail(f"not within {WAIT_S} s: {what or condition}; {len(self.batches)} batches, {self.summary()}")

    def summary(self) -> str:
        return ", ".join(f"{b.query['page'][:6]}/{b.query['seq']}→{b.status}" for b in self.batches[-12:])

    # what was recorded -------------------------------------------------------------------------------------------

    @property
    def stored(self) -> list[Batch]:
        """Acknowledged batches, duplicates once, in the order of their first arrival."""
        seen: dict[tuple[str, int], Batch] = {}
        for batch in self.batches:
            if batch.status == 200:
                seen.setdefault(batch.key, batch)
        return list(seen.values())

    @property
    def lanes(self) -> dict[str, list[Batch]]:
        """Acknowledged batches by page, in the order of their numbers."""
        lanes: dict[str, list[Batch]] = {}
        for batch in self.stored:
            lanes.setdefault(batch.query["page"], []).append(batch)
        return {page: sorted(batches, key=lambda b: b.key) for page, batches in lanes.items()}

    @property
    def events(self) -> list[dict]:
        return [event for lane in self.lanes.values() for batch in lane for event in batch.events]

    def custom(self, tag: str) -> list[dict]:
        return [e["data"]["payload"] for e in self.events if e["type"] == 5 and e["data"]["tag"] == tag]

    def plugin(self, name: str) -> list[dict]:
        return [e["data"]["payload"] for e in self.events if e["type"] == 6 and e["data"]["plugin"] == name]

    def calls(self) -> list[dict]:
        return [request for payload in self.plugin("rrweb/network@1") for request in payload["requests"]]

    def wait_custom(self, tag: str, count: int = 1) -> list[dict]:
        self.wait(lambda: len(self.custom(tag)) >= count, f"{count} × {tag}")
        return self.custom(tag)

    def wait_call(self, path: str) -> dict:
        self.wait(lambda: any(path in call["name"] for call in self.calls()), f"a call of {path}")
        return next(call for call in self.calls() if path in call["name"])

    def check_lanes(self) -> None:
        """Every page is numbered from 0 without a hole, begins with Meta and a full snapshot, and runs forward."""
        for page, batches in self.lanes.items():
            assert [int(b.query["seq"]) for b in batches] == list(range(len(batches))), page
            events = [event for batch in batches for event in batch.events]
            assert [e["type"] for e in events[:2]] == [4, 2], page
            assert events[2]["data"]["tag"] == "playhead.page"
            assert {e["page"] for e in events} == {page}
            times = [e["timestamp"] for e in events]
            assert times == sorted(times), page
            for batch in batches:
                assert int(batch.query["n"]) == len(batch.events)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.note(self.path)
            if path == "/ingest":
                site.before_rules()
                status = 200 if site.rules is not None else 405
                self.reply(
                    status, json.dumps(site.rules).encode(), "application/json", {"Access-Control-Allow-Origin": "*"}
                )
            elif path[1:] in RECORDER_SCRIPTS:
                self.reply(200, (RECORDER.parent / path[1:]).read_bytes(), "text/javascript")
            elif path == "/dot.png":
                self.reply(200, DOT, "image/png")
            elif path in site.pages:
                self.reply(200, site.pages[path].encode(), "text/html; charset=utf-8")
            elif path.startswith("/status/"):
                self.reply(int(path.split("/")[2]), b'{"said":"so"}', "application/json")
            else:
                self.reply(404, b"not here", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if urlsplit(self.path).path != "/ingest":
                self.do_GET()
                return
            if forget := dict(parse_qsl(urlsplit(self.path).query)).get("forget"):
                site.forgotten.append(forget)
                self.reply(200, b'{"ok":true}', "application/json", {"Access-Control-Allow-Origin": "*"})
                return
            gzipped = body[:2] == b"\x1f\x8b"
            events = json.loads(gzip.decompress(body) if gzipped else body)
            query = dict(parse_qsl(urlsplit(self.path).query))
            asked = Batch(query, events, dict(self.headers), gzipped, 0)
            answer = site.answer(asked)
            site.note(self.path)
            site.receive(Batch(query, events, asked.headers, gzipped, answer.status))
            self.reply(answer.status, answer.body, "application/json", answer.headers)

        do_PUT = do_DELETE = do_POST

        def do_OPTIONS(self) -> None:
            site.note("OPTIONS " + self.path)
            self.reply(404, b"", "text/plain")

        def reply(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    if not RECORDER.is_file():
        pytest.fail("recorder.js is not built: make build", pytrace=False)
    running = Site()
    yield running
    running.down()
