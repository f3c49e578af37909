"""Planted secrets in a real page, recorded by the real recorder into the real server: none is on its disk."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from playhead.store.inflate import GZIP_MAGIC, ZSTD_MAGIC, InflateError, inflate

# what no rule of the recorder can know: a page's own text, console and errors
CARD, IBAN, JWT = (
    "4242 4242 4242 4242",
    "DE89 3704 0044 0532 0130 00",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
)
SECRETS = ["jane.doe", "4242 4242", "3704 0044", "eyJhbGci", "555-123-4567", "sk_live_", "PLANTED"]
BODY = f"""
<h1>Hello jane.doe@example.org</h1><p id=p>Call 555-123-4567, card {CARD}, {IBAN}</p>
<a href="mailto:jane.doe@example.org" title="jane.doe@example.org">mail</a>
<img alt="of jane.doe@example.org" src="/a.png?token=PLANTED-img">
<input id=name value="PLANTED-preset"><input type=hidden value="PLANTED-hidden"><input type=password id=pw>
<textarea>PLANTED-area</textarea><select><option value="PLANTED-v">One</option></select>
<div contenteditable id=ed>PLANTED-editable</div><p data-user="jane.doe@example.org">row</p>
<!-- PLANTED-comment --><style>p::after{{content:"PLANTED-4711"}}</style><button id=b>Order</button>
"""
ACTS = f"""async () => {{
  console.error('token', '{JWT}', {{password: 'PLANTED-console', mail: 'jane.doe@example.org'}});
  p.textContent = 'Now sk_live_4eC39HqLyjWDarjtT1zdp7dc';
  const sheet = document.createElement('style'); sheet.textContent = '#b::before{{content:"PLANTED-4712"}}';
  document.head.append(sheet);
  await fetch('/x?token=PLANTED-fetch&mail=jane.doe@example.org').catch(() => 0);
  history.pushState(0, '', '/cart?session=PLANTED-url#access_token=PLANTED-hash');
  document.title = 'Cart of jane.doe@example.org';
  setTimeout(() => {{ throw new Error('no account of jane.doe@example.org') }});
  await new Promise((done) => setTimeout(done, 300));
}}"""


@pytest.fixture
def host():
    """A site of another origin that carries the server's tag."""

    class Handler(BaseHTTPRequestHandler):
        page = b""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.page)

        def log_message(self, *arguments: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield running, Handler
    running.shutdown()
    running.server_close()


def everything(data: Path) -> bytes:
    """Every file as it lies there, every compressed run in it inflated, every cell of the index."""
    parts: list[bytes] = []
    for path in (path for path in data.rglob("*") if path.is_file()):
        blob = path.read_bytes()
        parts.append(blob)
        for magic in (GZIP_MAGIC, ZSTD_MAGIC):
            at = blob.find(magic)
            while at >= 0:
                with contextlib.suppress(InflateError):  # two bytes may only look like the beginning of gzip
                    parts.append(inflate(blob[at:]))
                at = blob.find(magic, at + 1)
    index = sqlite3.connect(data / "index.db")
    for (table,) in index.execute("select name from sqlite_master where type = 'table'").fetchall():
        for row in index.execute(f'select * from "{table}"'):
            for cell in row:
                blob = cell if isinstance(cell, bytes) else str(cell).encode()
                parts.append(inflate(blob) if blob.startswith(ZSTD_MAGIC) else blob)
    index.close()
    return b"\n".join(parts)


def leaks(data: Path) -> list[str]:
    found = everything(data)
    return [secret for secret in SECRETS if secret.encode() in found or secret.replace(" ", "").encode() in found]


def visit(page, server, host, *, while_on=lambda: None) -> str:
    running, handler = host
    handler.page = (
        f"<!doctype html><html><head><title>Shop</title>"
        f'<script async src="{server.url}/recorder.js" data-site="demo"></script></head><body>{BODY}</body></html>'
    ).encode()
    page.goto(f"http://127.0.0.1:{running.server_port}/?mail=jane.doe@example.org")
    page.wait_for_function("window.playhead?.sessionId()")
    page.evaluate(ACTS)
    page.type("#name", "PLANTED-typed")
    page.type("#pw", "PLANTED-password")
    page.type("#ed", "PLANTED-edited")
    page.click("#b")
    page.wait_for_timeout(1_500)
    while_on()
    stopped = page.evaluate("playhead.stop()")
    assert stopped["delivered"] is True
    return stopped["sessionId"]


def wait_until_digested(server, session: str) -> dict:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{server.url}/api/sessions/{session}/trace") as answer:
            trace = json.load(answer)
        if not leaks(server.data):
            return trace
        time.sleep(0.3)
    pytest.fail(f"still on the disk: {leaks(server.data)}")


def test_once_a_session_is_digested_no_secret_is_on_the_disk(page, server, host):
    session = visit(page, server, host)
    trace = wait_until_digested(server, session)
    clicks = [found["target"]["name"] for found in trace["interactions"] if found["kind"] == "click"]
    assert "Order" in clicks  # the analysis still knows what was done
    for path in (f"/api/sessions/{session}/events", f"/api/sessions/{session}/narrative"):
        with urllib.request.urlopen(server.url + path) as answer:
            said = answer.read().decode()
        assert not [secret for secret in SECRETS if secret in said]


def test_on_a_strict_site_no_secret_is_on_the_disk_at_any_time(page, server, host):
    ask = urllib.request.Request(f"{server.url}/api/sites/demo/settings", b'{"privacy":"strict"}', method="PUT")
    ask.add_header("Content-Type", "application/json")
    urllib.request.urlopen(ask).close()
    time.sleep(2.1)  # the settings are read anew
    during: list[list[str]] = []
    session = visit(page, server, host, while_on=lambda: during.append(leaks(server.data)))
    assert during == [[]]
    trace = wait_until_digested(server, session)
    assert any(found["kind"] == "click" for found in trace["interactions"])
