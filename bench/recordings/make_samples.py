"""Make the demo's sample sessions: real Chromium, real recorder, the real shop; run it again when either changes.

`python bench/recordings/make_samples.py [NAME…]` writes src/playhead/demo/samples/. The shop answers under a name of
its own (Chromium is told where that is), so that the recordings show an address a person can read.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from litestar import Litestar, Request, Response, get, post
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from collector import BUILD, Collector
from person import Person
from studio import FLAGS, ROOT, zstd

from playhead.demo.app import demo_router
from playhead.demo.forms import MEMBER_EMAIL, MEMBER_PASSWORD

SAMPLES = ROOT / "src/playhead/demo/samples"
HOST = "saltmarsh.example"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {CHROME}"
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {CHROME}"
ADDRESS = {
    "Full name": "Ines Calder",
    "E-mail": "ines@example.com",
    "Street address": "4 Quay Lane",
    "Town or city": "Wells",
    "Postcode": "NR23 1AB",
}


class Take(NamedTuple):
    name: str
    title: str
    play: Callable[[Person], None]
    agent: str = WINDOWS
    viewport: tuple[int, int] = (1280, 800)
    dark: bool = False


@contextmanager
def shop(collector: Collector) -> Iterator[int]:
    """Serve the shop, the recorder and an ingest that keeps what it gets; yields the port."""

    @get("/recorder.js", sync_to_thread=True)
    def recorder() -> Response[bytes]:
        return Response((BUILD / "recorder.js").read_bytes(), media_type="text/javascript")

    @post("/ingest", status_code=200)
    async def ingest(request: Request) -> dict[str, bool]:  # type: ignore[type-arg]
        return {"ok": True, "duplicate": not collector.keep(dict(request.query_params), await request.body())}

    server = uvicorn.Server(uvicorn.Config(Litestar([demo_router, recorder, ingest]), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def take(browser: Browser, collector: Collector, wanted: Take) -> None:
    width, height = wanted.viewport
    context = browser.new_context(
        viewport={"width": width, "height": height},
        user_agent=wanted.agent.format(version=browser.version),
        color_scheme="dark" if wanted.dark else "light",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    page = context.new_page()
    page.goto(f"http://{HOST}/demo/")
    page.get_by_role("button", name="Start recording").click()
    page.wait_for_function("playhead.sessionId()")
    session = page.evaluate("playhead.sessionId()")
    person = Person(page, wanted.name)
    wanted.play(person)
    page.evaluate("playhead.stop()")
    events = collector.events(session)
    context.close()
    blob = json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()
    path = SAMPLES / f"{wanted.name}.json.zst"
    path.write_bytes(zstd.compress(blob, 19))
    print(f"{path.name}: {len(events)} events, {len(blob):,} → {path.stat().st_size:,} bytes")


def main(names: list[str]) -> None:
    with Collector() as collector, shop(collector) as port, sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {HOST}:80 127.0.0.1:{port}"
        trusted = f"--unsafely-treat-insecure-origin-as-secure=http://{HOST}"
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, rules, trusted])
        for wanted in TAKES:
            if not names or wanted.name in names:
                take(browser, collector, wanted)
        browser.close()
    titles = [{"name": one.name, "title": one.title} for one in TAKES]
    (SAMPLES / "samples.json").write_text(json.dumps(titles, indent=1, ensure_ascii=False) + "\n")


def _link(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("link", name=name).first


def _button(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name).first


def _put_in_cart(p: Person, piece: str, *, more: int = 0, glaze: str = "") -> None:
    p.click(_link(p.page, piece), then=1.2)
    if glaze:
        p.click(p.page.get_by_text(glaze, exact=True), then=0.7)
    for _ in range(more):
        p.click(_button(p.page, "Increase quantity"), then=0.2)
    p.click(_button(p.page, "Add to cart"), then=1)
    p.click(_link(p.page, "View cart"), then=1.2)


def _address(p: Person) -> None:
    for label, text in ADDRESS.items():
        p.fill(p.page.get_by_label(label), text, then=0.1)
    p.click(_button(p.page, "Continue to payment"), then=1)


def _pay(p: Person, number: str) -> None:
    p.fill(p.page.get_by_label("Card number"), number, then=0.1)
    p.fill(p.page.get_by_label("Expiry date"), "12/30", then=0.1)
    p.fill(p.page.get_by_label("Security code"), "123", then=0.2)
    p.click(_button(p.page, "Pay £"), then=1.6)


def _declined(p: Person) -> None:
    p.read(1)
    p.scroll(420)
    _put_in_cart(p, "Marsh teapot", more=1, glaze="Estuary")
    p.fill(p.page.get_by_label("Coupon"), "HIGHTIDE10")
    p.rage(_button(p.page, "Apply coupon"), 6)
    p.fill(p.page.get_by_label("Ship to postcode"), "NR23 1AB")
    p.click(_button(p.page, "Get quote"), then=5.5)
    p.click(_link(p.page, "Checkout"), then=1)
    p.click(_button(p.page, "Continue to payment"), then=1.5)  # before anything is filled in: refused
    _address(p)
    _pay(p, "4000 0000 0000 0002")
    p.read(1)
    p.click(_button(p.page, "Pay £"), then=2)
    p.click(_link(p.page, "Change the address"), then=1.5)
    p.click(_link(p.page, "Saltmarsh"), then=1)


def _purchase(p: Person) -> None:
    p.click(_link(p.page, "Sign in"), then=0.6)
    p.fill(p.page.get_by_label("E-mail"), MEMBER_EMAIL)
    p.fill(p.page.get_by_label("Password"), MEMBER_PASSWORD)
    p.click(p.page.get_by_role("main").get_by_role("button", name="Sign in"), then=1)
    p.click(_link(p.page, "Shop"), then=0.8)
    p.click(_link(p.page, "Drinking"), then=0.8)
    _put_in_cart(p, "Tide mug", more=3, glaze="Ember")
    p.click(_link(p.page, "Checkout"), then=1)
    p.fill(p.page.get_by_label("Street address"), "1 Harbour Row")
    p.fill(p.page.get_by_label("Town or city"), "Cromer")
    p.fill(p.page.get_by_label("Postcode"), "NR27 9HE")
    p.click(_button(p.page, "Continue to payment"), then=1)
    _pay(p, "4242 4242 4242 4242")
    p.page.get_by_text("Thank you").wait_for()
    p.read(2)


def _in_vain(p: Person) -> None:
    p.read(1)
    for words in ("umbrella stand", "umbrella", "coat hooks"):
        p.fill(p.page.get_by_label("Search the shop"), words)
        p.press("Enter", then=2.2)
    p.click(_link(p.page, "Home"), then=1)
    p.click(_link(p.page, "Heron vase"), then=2)
    p.page.go_back()
    p.read(1.5)
    p.click(_link(p.page, "Dune planter"), then=2)
    p.page.go_back()
    p.read(2)


def _locked_out(p: Person) -> None:
    p.click(_link(p.page, "Sign in"), then=0.8)
    for password in ("hightide", "Hightide1", "high tide"):
        p.fill(p.page.get_by_label("E-mail"), MEMBER_EMAIL)
        p.fill(p.page.get_by_label("Password"), password)
        p.click(p.page.get_by_role("main").get_by_role("button", name="Sign in"), then=1.4)
    p.read(1)
    p.click(_link(p.page, "Shop"), then=1.5)


def _broken_page(p: Person) -> None:
    p.click(_link(p.page, "Longshore bowl"), then=1.2)
    p.click(p.page.get_by_role("tab", name="Reviews"), then=1.2)
    p.click(p.page.get_by_role("tab", name="The piece"), then=0.8)
    p.click(p.page.get_by_role("tabpanel").get_by_role("link", name="Size guide"), then=1.5)
    for _ in range(3):
        p.click(_button(p.page, "inches"), then=0.9)
    p.read(2.5)
    p.scroll(600)
    p.click(_link(p.page, "Stockists"), then=2.5)
    p.click(_link(p.page, "Back to the shop"), then=1.5)


def _quiet(p: Person) -> None:
    p.read(2)
    p.scroll(900)
    p.click(_link(p.page, "Lantern candle holder"), then=2)
    p.click(p.page.get_by_text("Night tide", exact=True), then=1)
    p.click(p.page.get_by_text("Chalk", exact=True), then=1)
    p.click(p.page.get_by_role("tab", name="Care"), then=2)
    p.idle(34)
    p.scroll(500)
    p.click(_link(p.page, "Pebble bud vase"), then=2.5)
    p.click(p.page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Home"), then=2)
    p.scroll(500)


TAKES = [
    Take("card-declined", "Card declined, and a coupon button that never answers", _declined),
    Take("bought-four-mugs", "Signed in and bought four mugs without trouble", _purchase, MAC),
    Take("searched-in-vain", "Three searches that found nothing", _in_vain, LINUX, dark=True),
    Take("locked-out", "Three wrong passwords", _locked_out, WINDOWS, (1440, 900)),
    Take("broken-size-guide", "A page that throws, and a link to nowhere", _broken_page, MAC),
    Take("a-quiet-look", "A quiet look round, with a pause", _quiet, LINUX, (1024, 768)),
]


if __name__ == "__main__":
    main(sys.argv[1:])
