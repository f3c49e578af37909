"""A local HTTP server that speaks OpenAI's chat completions, streaming included, and misbehaves on request.

`server.script` is a list of behaviours, one a request, the last one repeated; `server.asked` keeps every request body.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler", dict[str, Any]], None]


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Behaviour] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        self.server.keys.append(self.headers.get("authorization", ""))
        behave = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        behave(self, body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests have their own output."""

    def refuse(self, status: int, message: str, **headers: str) -> None:
        payload = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(payload)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(payload)

    def stream(self, pieces: list[str], *, finish: str | None = "stop", delta: str = "content") -> None:
        """Send server-sent events; without a finish the connection breaks off in the middle."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for piece in pieces:
            self._event({delta: piece})
        if finish is None:
            self.wfile.flush()
            self.close_connection = True
            return
        self._event({}, finish=finish)
        usage = {"prompt_tokens": 900, "completion_tokens": 80, "total_tokens": 980}
        self._data(
            {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}
        )
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
        self._data({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    def _data(self, value: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()


def answers(text: str) -> Behaviour:
    """Stream `text` in small pieces."""
    return lambda handler, _: handler.stream([text[at : at + 40] for at in range(0, len(text), 40)])


def breaks_off(text: str) -> Behaviour:
    return lambda handler, _: handler.stream([text], finish=None)


def fails(status: int, message: str = "no", **headers: str) -> Behaviour:
    return lambda handler, _: handler.refuse(status, message, **headers)


def declines(handler: Handler, _: dict[str, Any]) -> None:
    handler.stream(["I cannot help with that."], delta="refusal")


@contextmanager
def running() -> Iterator[ModelServer]:
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
