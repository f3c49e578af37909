"""A page of another origin that runs the real npm package of another product, pointed at Playhead."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

TS = Path(__file__).resolve().parents[3] / "ts"
WAIT_S = 25


@pytest.fixture(scope="session")
def bundle(tmp_path_factory) -> Callable[[str], str]:
    """Bundle an entry that imports from npm, as an application would."""
    esbuild = next((TS / "node_modules/@esbuild").glob("*/bin/esbuild"))

    def make(source: str) -> str:
        done = subprocess.run(
            [esbuild, "--bundle", "--format=iife", "--define:process.env.NODE_ENV=\"production\""],
            input=source, cwd=TS, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    return make


class Host:
    def __init__(self) -> None:
        self.files: dict[str, tuple[str, str]] = {}
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, text = host.files.get(self.path.partition("?")[0], ("text/plain", ""))
                body = text.encode()
                self.send_response(200 if text else 404)
                self.send_header("Content-Type", kind + "; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def page(self, path: str, body: str, script: str) -> str:
        self.files["/app.js"] = ("text/javascript", script)
        self.files[path] = (
            "text/html",
            f"<!doctype html><html><head><title>Shop</title><link rel=icon href='data:,'></head><body>{body}"
            "<script src=/app.js></script></body></html>",
        )
        return self.url + path


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.server.shutdown()
    running.server.server_close()


def ask(server, path: str):
    with urllib.request.urlopen(server.url + path) as answer:
        return json.load(answer)


def wait_trace(server, condition: Callable[[dict], object]) -> dict:
    """Wait until a session's trace meets the condition; digests run while the session goes on."""
    end = time.monotonic() + WAIT_S
    trace: dict = {}
    while time.monotonic() < end:
        for row in ask(server, "/api/sessions")["sessions"]:
            try:
                trace = ask(server, f"/api/sessions/{row['id']}/trace")
            except urllib.error.HTTPError:
                continue
            if condition(trace):
                return {**trace, "id": row["id"]}
        time.sleep(0.4)
    pytest.fail(f"not within {WAIT_S} s; the last trace: {json.dumps(trace)[:1500]}")
