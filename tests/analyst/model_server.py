"""A local HTTP server that speaks the OpenAI chat-completions protocol, streaming included, and behaves as told.

Behaviours are scripted: each request takes the next one; the last one stays. What was asked is kept in `requests`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        self.server.note(Asked(self.path, dict(self.headers), body))
        self.server.next_behaviour()(self)

    def log_message(self, *_: Any) -> None:
        pass

    def send_json(self, status: int, body: Any, **headers: str) -> None:
        blob = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(blob)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(blob)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def send_event(self, data: str) -> None:
        blob = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(blob):x}\r\n".encode() + blob + b"\r\n")
        self.wfile.flush()

    def send_delta(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "test"}
        self.send_event(json.dumps(head | {"choices": [choice]}))

    def send_usage(self) -> None:
        usage = {"prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": []}
        self.send_event(json.dumps(head | {"usage": usage}))

    def end_stream(self) -> None:
        self.send_event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: list[Behaviour] = []
        self.requests: list[Asked] = []
        self._lock = threading.Lock()
        self.released = threading.Event()  # what a slow behaviour waits for
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def script(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)

    def next_behaviour(self) -> Behaviour:
        with self._lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.requests.append(asked)


def answers(report: Any, *, piece: int = 40, usage: bool = True) -> Behaviour:
    """A well-behaved model: the report as JSON, streamed in small pieces."""
    text = report if isinstance(report, str) else json.dumps(report)

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        handler.send_delta({"role": "assistant", "content": ""})
        for at in range(0, len(text), piece):
            handler.send_delta({"content": text[at : at + piece]})
        handler.send_delta({}, finish="stop")
        if usage:
            handler.send_usage()
        handler.end_stream()

    return behave


def fails(status: int, message: str = "no", **headers: str) -> Behaviour:
    body = {"error": {"message": message, "type": "error", "code": None}}
    return lambda handler: handler.send_json(status, body, **headers)


def breaks_off(report: Any, *, after: int = 60) -> Behaviour:
    """The connection dies in the middle of the answer."""
    text = json.dumps(report)[:after]

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        handler.send_delta({"role": "assistant", "content": text})
        handler.close_connection = True
        handler.connection.close()

    return behave


def stops_short(report: Any, *, after: int = 60) -> Behaviour:
    """The stream ends properly, but the answer does not."""
    return answers(json.dumps(report)[:after])


def runs_out(report: Any) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin_stream()
        handler.send_delta({"role": "assistant", "content": json.dumps(report)[:80]})
        handler.send_delta({}, finish="length")
        handler.end_stream()

    return behave


def refuses(text: str = "I cannot help with that.") -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin_stream()
        handler.send_delta({"role": "assistant", "refusal": text})
        handler.send_delta({}, finish="stop")
        handler.end_stream()

    return behave


def says_nothing(handler: Handler) -> None:
    handler.begin_stream()
    handler.send_delta({"role": "assistant", "content": ""})
    handler.send_delta({}, finish="stop")
    handler.end_stream()


def sleeps(handler: Handler) -> None:
    """Answers only when the test is over."""
    handler.server.released.wait(30)
    handler.close_connection = True


def waits_between(report: Any, gate: threading.Event, *, piece: int = 100_000) -> Behaviour:
    """Streams the first half, in pieces of so many characters, waits for the test, streams the rest."""
    text = json.dumps(report)

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        half = text.index('"findings"')
        handler.send_delta({"role": "assistant", "content": ""})
        for at in range(0, half, piece):
            handler.send_delta({"content": text[at : min(half, at + piece)]})
        gate.wait(30)
        handler.send_delta({"content": text[half:]})
        handler.send_delta({}, finish="stop")
        handler.send_usage()
        handler.end_stream()

    return behave
