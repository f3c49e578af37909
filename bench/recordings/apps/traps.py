"""Traps: what a careless detector takes for struggle, and the true thing beside each, on small pages of our own."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from person import Person
from studio import Scenario

from apps.trap_pages import PAGES, document

MISSING = document("Page not found", "<p class=card>There is nothing at this address.</p>")


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        name = url.path.strip("/") or "home"
        if name in PAGES:
            return self._answer(200, PAGES[name].encode(), "text/html; charset=utf-8")
        if name == "file.csv":
            return self._answer(200, b"a,b\n1,2\n", "text/csv")
        if name == "favicon.ico":
            return self._answer(204, b"", "image/x-icon")
        if name.startswith("api/"):
            return self._api(name, url.query)
        return self._answer(404, MISSING.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlsplit(self.path)
        self._api(url.path.strip("/"), url.query)

    do_PUT = do_POST

    def _api(self, name: str, query: str) -> None:
        if name == "api/slow":
            time.sleep(int(parse_qs(query)["ms"][0]) / 1000)
        if name == "api/gone":
            self.close_connection = True
            return self.connection.close()
        status = {"api/fail": 500, "api/login": 401}.get(name, 200)
        return self._answer(status, json.dumps({"status": status}).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the page was left before the answer came

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(_: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def scenarios() -> list[Scenario]:
    return [*FINE, *STRUGGLE]


def _on(page: str, play: Callable[[Person], None], **more: object) -> Callable[[str, str, bool], Scenario]:
    def make(name: str, title: str, struggle: bool) -> Scenario:
        return Scenario(name, title, play, struggle, path=f"/{page}", **more)  # type: ignore[arg-type]

    return make


def _quick(p: Person, selector: str, times: int, *, gap_ms: float = 260) -> None:
    p.read(1)
    p.rage(p.page.locator(selector), times, gap_ms=gap_ms, then=3)


def _select_words(p: Person) -> None:
    p.read(1)
    x, y = p.point(p.page.locator("#text"))
    p.page.mouse.click(x, y, click_count=2)
    p.read(1.5)
    p.page.mouse.click(x, y, click_count=3)
    p.read(3)


def _play_game(p: Person) -> None:
    p.read(1)
    x, y = p.point(p.page.locator("#c"))
    for n in range(6):
        p.click_at(x + n * 5, y - n * 4, then=0.15)
    p.read(3)


def _use_controls(p: Person) -> None:
    p.read(1)
    p.click(p.page.get_by_label("Name"), then=3)
    p.page.get_by_label("Size").select_option("Large")
    p.read(1)
    p.click(p.page.get_by_text("Send me news"), then=3)
    p.click(p.page.get_by_label("Note"), then=3)


def _download_and_tab(p: Person) -> None:
    p.read(1)
    p.click(p.page.get_by_text("Download the list"), then=3.5)
    p.click(p.page.get_by_text("About us"), then=0)
    p.page.wait_for_timeout(1500)
    p.page.bring_to_front()
    p.read(1)


def _click(selector: str, *, then: float = 3.2, times: int = 1) -> Callable[[Person], None]:
    def play(p: Person) -> None:
        p.read(1)
        for _ in range(times):
            p.click(p.page.locator(selector), then=then)

    return play


def _meet(
    kinds: tuple[str, ...], selector: str, *, target: str, then: float = 3.2, may: tuple[str, ...] = ()
) -> Callable[[Person], None]:
    def play(p: Person) -> None:
        p.read(1)
        with p.meets(*kinds, target=target), p.meets(*may, target=target, may=True):
            p.click(p.page.locator(selector), then=then)
        p.read(0.5)

    return play


def _rage(selector: str, *, target: str) -> Callable[[Person], None]:
    def play(p: Person) -> None:
        p.read(1)
        with p.meets("rage_click", "dead_click", target=target):
            p.rage(p.page.locator(selector), 5)

    return play


def _dead_three(p: Person) -> None:
    p.read(1)
    for selector, target in (("#dead", "Claim the offer"), ("#role", "See the terms"), ("#nowhere", "Read more")):
        with p.meets("dead_click", target=target):
            p.click(p.page.locator(selector), then=3.5)


def _rage_once(p: Person) -> None:
    p.read(1)
    with p.meets("rage_click", target="Start the import"):
        p.rage(p.page.locator("#go"), 6)


def _leave_in_flight(p: Person) -> None:
    p.read(1)
    p.click(p.page.locator("#load"), then=1.5)
    p.click(p.page.get_by_text("Home"), then=2)


def _register_thrice(p: Person) -> None:
    p.fill(p.page.get_by_label("E-mail"), "ada@example.com")
    with p.meets("validation_loop"):
        for word in ("tide", "tides", "high-tide"):
            p.fill(p.page.get_by_label("Choose a password"), word)
            with p.meets("error_click", target="Register", may=True):
                p.click(p.page.get_by_role("button", name="Register"), then=1)
    p.fill(p.page.get_by_label("Choose a password"), "high-tide-at-nine")
    p.click(p.page.get_by_role("button", name="Register"), then=2)


def _wizard(p: Person) -> None:
    for answer in ("12 June", "2", "Ada", "555 0100"):
        with p.meets("error_click", target="Next", may=True):
            p.click(p.page.get_by_role("button", name="Next"), then=0.8)
        p.fill(p.page.locator("#a"), answer)
        p.click(p.page.get_by_role("button", name="Next"), then=0.8)
    p.read(2)


def _quick_back(p: Person) -> None:
    p.read(2)
    with p.meets("quick_back"):
        p.click(p.page.get_by_text("Bridge"), then=2)
        p.page.go_back()
        p.read(2)


def _detail_with_work(p: Person) -> None:
    p.read(2)
    p.click(p.page.get_by_text("Tower"), then=1)
    p.click(p.page.get_by_text("Inspected"), then=1)
    p.page.go_back()
    p.read(2)


def _tabs(p: Person) -> None:
    p.read(1)
    for name in ("Reviews", "Description", "Reviews", "Description"):
        p.click(p.page.get_by_role("tab", name=name), then=1)


def _search_in_vain(p: Person) -> None:
    p.read(1)
    with p.meets("repeated_search"):
        for words in ("submarines", "submarine war"):
            p.fill(p.page.locator("#q"), words)
            p.press("Enter", then=2)


def _search_and_open(p: Person) -> None:
    p.read(1)
    for words in ("boats", "knots"):
        p.fill(p.page.locator("#q"), words)
        p.press("Enter", then=1.5)
        p.click(p.page.locator("#out a").first, then=2)


def _typeahead(p: Person) -> None:
    p.read(1)
    p.fill(p.page.locator("#q"), "northw", then=1)
    p.press("Backspace", then=1)
    p.press("Backspace", then=2)


def _abandon(p: Person) -> None:
    p.read(1)
    with p.meets("form_abandon"):
        p.fill(p.page.get_by_label("Name"), "Ada Marsh")
        p.fill(p.page.get_by_label("Message"), "I would like to ask about the")
        p.click(p.page.get_by_text("Home"), then=2)


def _clear_again(p: Person) -> None:
    p.read(1)
    p.fill(p.page.get_by_label("Name"), "Ada")
    p.press("Control+A")
    p.press("Backspace")
    p.click(p.page.get_by_text("Home"), then=2)


def _autosaved(p: Person) -> None:
    p.fill(p.page.get_by_role("textbox"), "Buy rope, then string", then=2)
    p.click(p.page.get_by_text("Home"), then=2)


def _search_box_left(p: Person) -> None:
    p.fill(p.page.locator("#q"), "boats", then=1)
    p.click(p.page.get_by_text("Home"), then=2)


def _login_refused(p: Person) -> None:
    p.fill(p.page.get_by_label("User name"), "ada")
    p.fill(p.page.get_by_label("Password"), "low-tide")
    with p.meets("login_failure", "network_error", "error_click", target="Sign in"):
        p.click(p.page.get_by_role("button", name="Sign in"), then=2)


def _submit_offline(p: Person) -> None:
    p.read(1)
    with p.meets("network_error", "error_click", target="Send message"):
        p.click(p.page.locator("#send"), then=2.5)


def _thrash(p: Person) -> None:
    p.read(1)
    p.point(p.page.locator("h1"))
    with p.meets("cursor_thrash"):
        p.thrash()
    p.read(2)


def _sweep(p: Person) -> None:
    p.read(1)
    for selector in ("h1", "nav a >> nth=1", ".card", "h1"):
        p.point(p.page.locator(selector).first)
        p.read(0.4)


def _drag(p: Person) -> None:
    p.read(1)
    box = p.page.locator("#board").bounding_box()
    assert box
    at = (box["x"] + 60, box["y"] + 60)
    for n in range(8):
        to = (box["x"] + (500 if n % 2 == 0 else 90), box["y"] + 60 + n * 20)
        p.drag(at, to, then=0.1)
        at = to
    p.read(2)


def _scroll_about(p: Person) -> None:
    p.read(1)
    for by in (900, -600, 900, -1200, 1400):
        p.scroll(by)
    p.read(1)


def _idle_then_back(p: Person) -> None:
    p.click(p.page.locator("#more"), then=1)
    with p.meets("idle_gap"):
        p.idle(33)
    p.click(p.page.locator("#more"), then=1)


def _idle_at_end(p: Person) -> None:
    p.click(p.page.locator("#more"), then=1)
    p.idle(33)


def _lost(p: Person) -> None:
    p.read(1)
    with p.meets("not_found"):
        p.page.evaluate("location.href = '/stockists'")
        p.read(2.5)


def _hide_after_click(p: Person) -> None:
    p.read(1)
    p.click(p.page.locator("#dead"), then=0.2)
    p.page.goto(p.page.url.replace("/dead", "/home"))
    p.read(1.5)


def _press_disabled(p: Person) -> None:
    p.fill(p.page.get_by_label("Parcel number"), "12")
    with p.meets("dead_click", "rage_click", target="Send parcel"), p.meets("form_abandon", may=True):
        p.rage(p.page.locator("#send"), 4)


def _network_error_seen(p: Person) -> None:
    p.fill(p.page.get_by_label("Title"), "Tide tables")
    with p.meets("network_error", "error_click", target="Save"):
        p.click(p.page.locator("#save"), then=2)


def _poll_fails(p: Person) -> None:
    with p.meets("network_error", note="the background poll answers 500 all the while"):
        p.read(2)
        for _ in range(4):
            p.click(p.page.locator("#more"), then=0.9)


FINE = [
    _on("stepper", lambda p: _quick(p, "#more", 4))("stepper", "Four quick steps, each answered after 50 ms", False),
    _on("pagination", lambda p: _quick(p, "#next", 4))("pagination", "Through the pages quickly", False),
    _on("toggle", lambda p: _quick(p, "#t", 4))("toggle", "A switch turned on and off", False),
    _on("carousel", lambda p: _quick(p, "#next", 5))("carousel", "Through the pictures quickly", False),
    _on("paragraph", _select_words)("select-text", "Double and triple click to select text", False),
    _on("game", _play_game, canvas=True)("canvas-game", "Quick clicks in a canvas game", False),
    _on("field", lambda p: _quick(p, "#m", 4))("text-field", "Four clicks into a text field", False),
    _on("controls", _use_controls)("form-controls", "Clicks on inputs, a label and an editor", False),
    _on("leaving", _download_and_tab)("download-new-tab", "A download and a new tab", False),
    _on("scroller", _click("#down"))("scroll-button", "A button that only scrolls", False),
    _on("video", _click("#play"))("video-button", "A button that starts a video", False),
    _on("canvas-button", _click("#draw", times=2), canvas=True)(
        "canvas-button", "A button that draws on a canvas", False
    ),
    _on("copying", _click("#copy"))("copy-button", "A button that selects and copies text", False),
    _on("mousedown-menu", _click("#file", times=2))("mousedown-menu", "A menu that opens on mousedown", False),
    _on("dead", _hide_after_click)("hide-after-click", "A click just before the page goes away", False),
    _on("standing-error", _click("#more"))("standing-error", "An error that was there before the click", False),
    _on("third-party-noise", _click("#more", then=1.5, times=2))("third-party-noise", "Console noise of others", False),
    _on("resize-observer", _click("#grow", then=1, times=3))("resize-observer", "Benign ResizeObserver notices", False),
    _on("leaves-in-flight", _leave_in_flight)("aborted-by-leaving", "A request cut by leaving the page", False),
    _on("telemetry", _click("#more", then=1.5, times=2), offline_hosts=True)(
        "telemetry-blocked", "Blocked telemetry", False
    ),
    _on("wizard", _wizard)("wizard", "A wizard that refuses a different field each time", False),
    _on("list", _detail_with_work)("list-detail-work", "A detail page where something was done", False),
    _on("tabs", _tabs)("tabs", "Tabs inside one page", False),
    _on("search", _search_and_open)("search-found", "Searches that find, and are opened", False),
    _on("typeahead", _typeahead)("typeahead", "The letters of one query", False),
    _on("contact", _clear_again)("field-cleared", "A field filled and cleared again", False),
    _on("autosave", _autosaved)("autosaved", "A form that saves by itself", False),
    _on("search", _search_box_left)("search-box-left", "A search box filled and left", False),
    _on("slow-background", _click("#more", then=2, times=3))(
        "slow-background", "A slow request nobody waits for", False
    ),
    _on("home", _sweep)("sweeps", "Ordinary pointer travel", False),
    _on("map", _drag)("dragging", "Dragging to and fro", False),
    _on("scroller", _scroll_about)("scrolling", "Scrolling up and down", False),
    _on("polling", _poll_fails)("failing-poll", "Background polling that fails while clicks work", False),
    _on("telemetry", _idle_at_end, offline_hosts=True)("idle-end", "Idle until the recording ends", False),
    _on("history-of-404", _scroll_about)("number-404", "The number 404 in ordinary text", False),
]
STRUGGLE = [
    _on("clock", _rage("#dead", target="Show platform"))(
        "rage-beside-clock", "Rage on a dead button beside a clock", True
    ),
    _on("clock", _meet(("dead_click",), "#dead", target="Show platform"))(
        "dead-beside-clock", "A dead button beside a clock", True
    ),
    _on("dead", _dead_three)("dead-controls", "A dead button, a dead role=button, a dead link", True),
    _on("dead", _rage("#dead", target="Claim the offer"))("rage-dead", "Rage on a dead button", True),
    _on("once", _rage_once)("rage-stuck", "Rage on a button that answered only once", True),
    _on("disabled", _press_disabled)("press-disabled", "Presses on a disabled button", True),
    _on("throws", _meet(("error_click",), "#total", target="Work out the total", may=("dead_click",)))(
        "exception", "A click that throws", True
    ),
    _on("rejects", _meet(("error_click",), "#sync", target="Sync now"))("rejection", "A click that rejects", True),
    _on("api-fails", _network_error_seen)("save-fails", "Saving answers 500 and says so", True),
    _on("network-gone", _submit_offline)("connection-gone", "A request that never got an answer", True),
    _on("register", _register_thrice)("validation-loop", "The same field refused three times", True),
    _on("list", _quick_back)("quick-back", "In and out again", True),
    _on("search", _search_in_vain)("search-in-vain", "Two searches without a result", True),
    _on("contact", _abandon)("form-left", "A form filled and left", True),
    _on("login", _login_refused)("login-refused", "A wrong password", True),
    _on("slow", _meet(("slow_response",), "#go", target="Build the report", then=5.5))(
        "slow", "Four seconds for an answer", True
    ),
    _on("home", _thrash)("thrash", "The pointer shaken", True),
    _on("telemetry", _idle_then_back, offline_hosts=True)("idle-gap", "Half a minute away, then back", True),
    _on("home", _lost)("not-found", "A page that is not there", True),
]
