"""A server of a hostile or an honest site, on this machine under names of its own."""

from __future__ import annotations

import gzip
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 10
Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """`say(path, …)` sets an answer; `asked` holds every request as (path, headers)."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = site.answers.get(self.path.partition("?")[0])
                answer(self) if answer else self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        ThreadingHTTPServer.daemon_threads = True
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.host = f"shop.test:{self.port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def say(self, path: str, body: bytes = PNG, kind: str = "image/png", status: int = 200, **headers: str) -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in {"content-type": kind, "content-length": str(len(body)), **headers}.items():
                request.send_header(name.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer

    def redirect(self, path: str, to: str) -> None:
        self.say(path, b"", status=302, location=to)

    def stream(
        self, path: str, *, head: bytes = b"", drip: bytes = b"x", wait_s: float = 0.0, length: str = ""
    ) -> None:
        """Answer without end, until the other side hangs up."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.close_connection = True
            request.send_response(200)
            request.send_header("content-type", "image/png")
            if length:
                request.send_header("content-length", length)
            request.end_headers()
            try:
                request.wfile.write(head)
                while True:
                    request.wfile.write(drip)
                    time.sleep(wait_s)
            except OSError:
                pass

        self.answers[path] = answer

    def drip_headers(self, path: str) -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.close_connection = True
            try:
                request.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
                while True:
                    request.wfile.write(b"x")
                    time.sleep(0.05)
            except OSError:
                pass

        self.answers[path] = answer

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says anything."""

    class Quiet(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            time.sleep(3)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def here(host: str, port: int) -> list[str]:
    """A resolver to which every name is this machine."""
    return ["127.0.0.1"]


def bomb(size: int) -> bytes:
    return gzip.compress(b"\0" * size)
