"""Style sheets, fonts and pictures in the replay: as they were, from this server alone, and counted where they lack."""

from __future__ import annotations

import struct
import threading
import time
import urllib.request
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages.conftest import START_MS, add_recording, element, event, page_load, text
from tests.conftest import Server


def picture(red: int, green: int, blue: int, side: int = 40) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((red, green, blue)) * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


SCRIPTED = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="top.hacked=1">'
    b'<script>top.hacked=1;document.documentElement.setAttribute("data-ran",1)</script>'
    b'<rect id="r" width="40" height="40" fill="rgb(0,0,255)"/></svg>'
)
FILES = {
    "/main.css": (b"@import 'more.css'; h1 { background: url(bg.png) }", "text/css"),
    "/more.css": (b"p { color: rgb(1, 2, 3) } b { background: url(/gone.png) }", "text/css"),
    "/bg.png": (picture(0, 128, 0), "image/png"),
    "/red.png": (picture(255, 0, 0), "image/png"),
    "/late.png": (picture(0, 0, 255), "image/png"),
    "/scripted.svg": (SCRIPTED, "image/svg+xml"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Any]:
    """The recorded site: it must hear this server only, never the browser of whoever watches."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.heard.append((self.path, self.headers["user-agent"]))
            body, kind = FILES.get(self.path, (b"", ""))
            self.send_response(200 if kind else 404)
            self.send_header("content-type", kind or "text/plain")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.host = [], f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, site: Any) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYHEAD_ASSET_PRIVATE_HOSTS", site.host)
        running = Server(tmp_path_factory.mktemp("assets") / "data").start()
    yield running
    running.kill()


def visit(site: Any) -> list[dict[str, Any]]:
    """A visit of a minute ago."""
    url = f"http://{site.host}"
    svg = {**element(20, "svg", {**element(21, "use", href=f"{url}/scripted.svg#r"), "isSVG": True}), "isSVG": True}
    nodes = [
        element(10, "link", rel="stylesheet", href=f"{url}/main.css", integrity="sha256-AAAA"),
        element(11, "h1", text(12, "Shop")),
        element(13, "p", text(14, "Words")),
        element(15, "img", src=f"{url}/red.png", srcset=f"{url}/gone2.png 2x, {url}/red.png 1x", alt="red"),
        element(16, "img", src=f"{url}/gone3.png", alt="gone"),
        element(17, "img", src="https://tracker.invalid/pixel.gif"),
        element(18, "img", src=f"{url}/scripted.svg"),
        element(19, "div", style="width: 40px; height: 40px"),
        svg,
    ]
    changed = [{"id": 19, "attributes": {"style": {"background": f"url({url}/late.png)"}}}]
    data = {"source": 0, "texts": [], "attributes": changed, "removes": [], "adds": []}
    events = [
        *page_load(0, f"{url}/", "Shop", *nodes),
        event(500, 3, data),
        event(3_000, 5, {"tag": "x", "payload": 0}),
    ]
    since = time.time() * 1000 - 60_000 - START_MS
    return [{**one, "timestamp": one["timestamp"] + since} for one in events]


@pytest.fixture(scope="module")
def kept(app: Server, site: Any, browser: Any) -> str:
    """Turn the cache on where a person would, record, and wait until the worker has looked."""
    page = browser.new_page()
    page.goto(f"{app.url}/settings")
    page.get_by_role("link", name="Style sheets, fonts and pictures").click()
    page.get_by_label("Keep style sheets, fonts and pictures").check()
    page.get_by_label("Hosts, one a line").fill(f"http://{site.host}/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("expected a host")
    page.get_by_label("Hosts, one a line").fill(site.host)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".note.good")).to_contain_text("Saved.")
    page.close()
    session = add_recording(app, visit(site))
    for _ in range(100):
        time.sleep(0.2)
        with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/assets", timeout=30) as answer:
            if b'"done"' in answer.read():
                return session
    raise AssertionError("nobody looked for the assets")


def colour_at(frame: Any, selector: str) -> list[int]:
    """Draw an image and read a pixel: only what was loaded from here can be read."""
    script = """(one) => { const c = document.createElement('canvas'); c.width = c.height = 1;
      const x = c.getContext('2d'); x.drawImage(one, 0, 0); return [...x.getImageData(0, 0, 1, 1).data].slice(0, 3) }"""
    return frame.locator(selector).evaluate(script)


def left(page: Any) -> list[str]:
    """Return a list that fills with every request of a tab but those that its policy held back."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: request.failure == "csp" and asked.remove(request.url))
    return asked


def test_a_page_looks_as_it_did_and_nothing_is_asked_of_its_site(tab, app, site, kept):
    before = len(site.heard)
    asked = left(tab)
    tab.goto(f"{app.url}/sessions/{kept}?t_ms=1000")
    tab.locator(".player[data-state=paused]").wait_for()
    frame = tab.frame_locator(".stage iframe")
    expect(frame.locator("p")).to_have_css("color", "rgb(1, 2, 3)")  # through @import in a sheet whose bytes changed
    background = frame.locator("h1").evaluate("one => getComputedStyle(one).backgroundImage")
    assert f"/api/sessions/{kept}/assets/" in background
    expect(frame.locator("img[alt=red]")).to_have_js_property("complete", True)
    assert colour_at(frame, "img[alt=red]") == [255, 0, 0]
    assert colour_at(frame, "img[src$='scripted.svg']") == [0, 0, 255]
    assert f"/api/sessions/{kept}/assets/" in frame.locator("div[style]").evaluate("one => one.style.background")
    tab.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith((f"{app.url}/", "data:", "blob:"))] == []
    assert len(site.heard) == before
    assert {agent.partition("/")[0] for _, agent in site.heard} == {"Playhead"}
    assert tab.evaluate("window.hacked") is None
    tab.wrong.clear()  # the policy refused what is not kept, and said so


def test_the_page_panel_counts_them(tab, app, kept):
    tab.goto(f"{app.url}/sessions/{kept}")
    tab.get_by_role("tab", name="Page").click()
    panel = tab.locator("#panel-page .assets")
    expect(panel).to_contain_text("6 kept")
    expect(panel).to_contain_text("4 missing")
    expect(panel).to_contain_text("3 answered 404")
    expect(panel).to_contain_text("1 not one of the site's hosts")
    tab.wrong.clear()


def test_a_file_of_a_stranger_cannot_act_by_itself(tab, app, site, kept):
    with urllib.request.urlopen(f"{app.url}/api/sessions/{kept}/segments/0", timeout=30) as answer:
        body = answer.read().decode()
    path = next(part for part in body.split('"') if part.endswith("/scripted.svg"))
    tab.goto(app.url + path)
    assert tab.evaluate("document.documentElement.getAttribute('data-ran')") is None
    assert tab.evaluate("window.origin") == "null"
    with urllib.request.urlopen(app.url + path, timeout=30) as answer:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    tab.wrong.clear()


def test_the_exported_file_holds_them(browser, app, site, kept, tmp_path):
    with urllib.request.urlopen(f"{app.url}/api/sessions/{kept}/export.html", timeout=30) as answer:
        (tmp_path / "session.html").write_bytes(answer.read())
    page = browser.new_page()
    asked = left(page)
    page.goto((tmp_path / "session.html").as_uri())
    page.locator("[data-seek]").fill("1000")
    frame = page.frame_locator("[data-stage] iframe")
    expect(frame.locator("p")).to_have_css("color", "rgb(1, 2, 3)")
    assert colour_at(frame, "img[alt=red]") == [255, 0, 0]
    assert "data:image/png" in frame.locator("h1").evaluate("one => getComputedStyle(one).backgroundImage")
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
    page.close()


def test_a_program_gets_the_recorded_addresses(app, site, kept):
    with urllib.request.urlopen(f"{app.url}/api/sessions/{kept}/events?from_ms=0", timeout=30) as answer:
        events = answer.read().decode()
    assert f'"http://{site.host}/red.png"' in events and "/api/sessions/" not in events
