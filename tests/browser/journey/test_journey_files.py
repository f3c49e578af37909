"""Recordings as files: out, into an empty store, dropped on the page, shown as an example; and what cannot be read."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from .conftest import Shopper, expect_playing

MEMORY_LIMIT_KB = 900_000  # a 200 MB file is held once as bytes and once as text; a tree of objects would be far more


def playhead(*arguments: object, **options) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "playhead", *map(str, arguments)], capture_output=True, check=False, **options
    )


@pytest.fixture
def recorded(shopper: Shopper) -> str:
    """A finished session with both faults in it."""
    session = shopper.start()
    shopper.put_a_mug_in_the_cart()
    shopper.rage_at_the_coupon()
    shopper.go_to_payment()
    shopper.be_declined()
    shopper.stop()
    return session


def test_export_and_import_give_the_same_trace_and_report_byte_for_byte(server, recorded: str, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "visit.json", tmp_path / "elsewhere"
    assert playhead("export", recorded, "--server", server.url, "-o", file).returncode == 0
    assert file.read_bytes().strip() == httpx.get(f"{server.url}/api/sessions/{recorded}/events").content.strip()

    imported = json.loads(playhead("import", file, "--data", elsewhere).stdout)["session_id"]
    assert json.loads(playhead("import", file, "--data", elsewhere).stdout)["session_id"] == imported, "idempotent"

    again = type(server)(elsewhere).start()
    try:
        for path in ("trace", "report?format=json", "narrative"):
            first = httpx.get(f"{server.url}/api/sessions/{recorded}/{path}").content
            second = httpx.get(f"{again.url}/api/sessions/{imported}/{path}").content
            assert first == second, path
        assert httpx.get(f"{again.url}/api/sessions/{imported}/events").content.strip() == file.read_bytes().strip()
        trace = httpx.get(f"{again.url}/api/sessions/{imported}/trace").json()
        report = httpx.get(f"{again.url}/api/sessions/{imported}/report?format=json").json()
    finally:
        again.kill()
    assert json.loads(playhead("trace", file, "--format", "json").stdout) == trace
    assert json.loads(playhead("analyze", file, "--format", "json").stdout) == report


def test_a_file_dropped_on_the_sessions_page_is_imported_and_opened(
    server, recorded: str, tmp_path: Path, browser
) -> None:
    blob = httpx.get(f"{server.url}/api/sessions/{recorded}/events").text
    other = type(server)(tmp_path / "other").start()
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"{other.url}/sessions")
        drop(page, "visit.json", blob)
        page.wait_for_url("**/sessions/i_*")
        page.get_by_role("button", name="Play", exact=True).last.click()
        expect_playing(page)
        expect(page.get_by_text("Card declined").first).to_be_visible()
    finally:
        context.close()
        other.kill()


def test_a_file_that_is_no_recording_is_refused_in_words(server, page: Page) -> None:
    page.goto(f"{server.url}/sessions")
    drop(page, "holiday.json", '{"photos": []}')
    expect(
        page.get_by_role("alert").or_(page.get_by_role("status")).filter(has_text="holiday.json").first
    ).to_be_visible()
    expect(page).to_have_url(f"{server.url}/sessions")


def drop(page: Page, name: str, text: str) -> None:
    files = page.evaluate_handle(
        "([name, text]) => { const d = new DataTransfer(); d.items.add(new File([text], name)); return d; }",
        [name, text],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("main", event, {"dataTransfer": files})


def test_show_me_an_example_fills_an_empty_list(server, page: Page) -> None:
    page.goto(f"{server.url}/sessions")
    page.get_by_role("button", name="Show me an example").click()
    page.wait_for_url("**/sessions/i_*")
    page.get_by_role("button", name="Play", exact=True).last.click()
    expect_playing(page)
    page.goto(f"{server.url}/sessions")
    expect(page.locator("[data-session-row], tbody tr, .session-row")).to_have_count(6)


def test_the_start_page_notices_the_first_event(server, page: Page) -> None:
    page.goto(f"{server.url}/")
    expect(page.get_by_text("Waiting for your first event")).to_be_visible()
    snippet = page.locator("pre, code").filter(has_text="recorder.js").first.inner_text()
    with customer_site(f"<!doctype html><head>{snippet}</head><h1>Hello</h1>") as address:
        page.context.new_page().goto(address)
        expect(page.get_by_text("Your first event has arrived")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Watch it", exact=True).click()
    page.wait_for_url("**/sessions/s_*")


@contextmanager
def customer_site(html: str) -> Iterator[str]:
    """Somebody's website, on a port of its own: to the browser another origin than the server's."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_address[1]}/"
    site.shutdown()
    site.server_close()


UNREADABLE = {
    "empty": b"",
    "truncated": b'[{"type":4,"timestamp":1,"data":{"href":"http://a.example/","width":1,"hei',
    "not JSON": b"GET / HTTP/1.1\r\n\r\n",
    "not rrweb": b'{"photos": [1, 2, 3]}',
    "one string": b'"' + b"a" * 200_000_000 + b'"',
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_one_clear_line_and_bounded(what: str, tmp_path: Path) -> None:
    file, said = tmp_path / "input.json", tmp_path / "said"
    file.write_bytes(UNREADABLE[what])
    argv = [sys.executable, "-m", "playhead", "analyze", str(file)]
    with said.open("wb") as error:
        child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=error)
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
    lines = said.read_text().splitlines()
    assert child.returncode == 2
    assert out == b""
    assert len(lines) == 1 and "input.json" in lines[0] and len(lines[0]) < 300, lines
    assert usage.ru_maxrss < MEMORY_LIMIT_KB
