"""The demo shop in a browser, alone on its own little server: what works, what is truly broken, and the bar."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from litestar import Litestar, Response, get, post
from playwright.sync_api import Page, expect

from playhead.demo import app as shop_app

BUILD = Path(shop_app.__file__).parents[1] / "web/static/build"


@get("/recorder.js", sync_to_thread=True)
def recorder() -> Response[bytes]:
    return Response((BUILD / "recorder.js").read_bytes(), media_type="text/javascript")


@post("/ingest", status_code=503)
async def ingest() -> None:
    """A server that takes nothing."""


@contextmanager
def served(*handlers) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(Litestar([shop_app.demo_router, *handlers]), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    server.force_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with served(recorder, ingest) as url:
        yield url


@pytest.fixture
def in_cart(shop: str, page: Page) -> Page:
    page.goto(f"{shop}/demo/p/tide-mug")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="View cart").click()
    return page


def test_the_stepper_answers_every_click_and_stops_at_its_ends(shop: str, page: Page) -> None:
    page.goto(f"{shop}/demo/p/tide-mug")
    quantity = page.get_by_role("status", name="Quantity")
    for n in range(2, 10):
        page.get_by_role("button", name="Increase quantity").click()
        expect(quantity).to_have_text(str(n))
    expect(page.get_by_role("button", name="Increase quantity")).to_be_disabled()
    page.get_by_role("button", name="Decrease quantity").click()
    expect(quantity).to_have_text("8")


def test_a_glaze_changes_the_picture_and_goes_into_the_cart(shop: str, page: Page) -> None:
    page.goto(f"{shop}/demo/p/tide-mug")
    before = page.locator("#stage [data-piece]").get_attribute("color")
    page.get_by_text("Ember", exact=True).click()
    expect(page.locator("#stage [data-piece]")).not_to_have_attribute("color", before or "")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#cart-count")).to_have_text("1")
    page.goto(f"{shop}/demo/cart")
    expect(page.get_by_label("In your cart")).to_contain_text("Ember")


def test_tabs_work_by_keyboard(shop: str, page: Page) -> None:
    page.goto(f"{shop}/demo/p/heron-vase")
    page.get_by_role("tab", name="The piece").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Reviews")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Reviews")).to_contain_text("Norwich")


def test_the_cart_changes_in_place(in_cart: Page) -> None:
    in_cart.get_by_role("button", name="Increase quantity").click()
    expect(in_cart.locator("#subtotal")).to_have_text("£48.00")
    in_cart.get_by_role("button", name="Remove Tide mug").click()
    expect(in_cart.get_by_text("Nothing in it yet")).to_be_visible()


def test_the_coupon_button_does_nothing_at_all(in_cart: Page) -> None:
    in_cart.get_by_label("Coupon").fill("HIGHTIDE10")
    asked: list[str] = []
    in_cart.on("request", lambda request: asked.append(request.url))
    before = in_cart.locator("main").inner_html()
    for _ in range(3):
        in_cart.get_by_role("button", name="Apply coupon").click()
    assert (in_cart.locator("main").inner_html(), asked, in_cart.errors) == (before, [], [])


def test_the_shipping_quote_comes_late(in_cart: Page) -> None:
    in_cart.get_by_label("Ship to postcode").fill("NR23 1AB")
    with in_cart.expect_response("**/api/shipping?*") as answer:
        in_cart.get_by_role("button", name="Get quote").click()
        expect(in_cart.locator("#shipping-answer")).to_have_text("Asking the carrier…")
    assert answer.value.request.timing["responseStart"] >= shop_app.QUOTE_DELAY_S * 1000
    expect(in_cart.locator("#shipping-answer")).to_contain_text("£6.40")


def test_the_size_guide_throws_when_it_loads_and_when_it_is_used(shop: str, page: Page) -> None:
    with page.expect_event("pageerror"):
        page.goto(f"{shop}/demo/size-guide")
    with page.expect_event("pageerror") as thrown:
        page.get_by_role("button", name="inches").click()
    assert "reading 'inches'" in str(thrown.value)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_its_window(browser, shop: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{shop}/demo/p/tide-mug")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#cart-count")).to_have_text("1")
    for path in ("", "?q=umbrella", "p/marsh-teapot", "cart", "checkout", "sign-in", "size-guide", "nowhere"):
        page.goto(f"{shop}/demo/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").is_visible(), path
    context.close()


def test_nothing_is_asked_of_another_host_and_the_policy_is_kept(shop: str, page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in ("", "p/dune-planter", "cart", "sign-in"):
        page.goto(f"{shop}/demo/{path}")
    assert [url for url in asked if not url.startswith(shop)] == []
    assert [text for text in said if "Content Security Policy" in text] == []


def test_every_control_has_a_name(shop: str, in_cart: Page) -> None:
    for path in ("", "p/tide-mug", "cart", "checkout", "sign-in", "size-guide"):
        in_cart.goto(f"{shop}/demo/{path}")
        tree = in_cart.locator("body").aria_snapshot()
        nameless = re.findall(r"^\s*- (?:button|link|textbox|searchbox|radio|tab)(?:\s*$|:\s*$| \[)", tree, re.M)
        assert nameless == [], path


def test_the_bar_goes_on_from_page_to_page_and_is_not_recorded(shop: str, page: Page) -> None:
    page.goto(f"{shop}/demo/")
    page.get_by_role("button", name="Start recording").click()
    session = page.evaluate("playhead.sessionId()")
    page.get_by_role("link", name="Tide mug").first.click()
    expect(page.get_by_text("Recording.")).to_be_visible()
    expect(page.get_by_role("button", name="Start recording")).to_be_disabled()
    assert page.evaluate("playhead.sessionId()") == session
    assert page.locator("#ph-bar").evaluate("bar => bar.hasAttribute('data-playhead-block')")


def test_the_bar_says_when_the_server_takes_nothing(shop: str, page: Page) -> None:
    page.clock.install()
    page.goto(f"{shop}/demo/")
    page.get_by_role("button", name="Start recording").click()
    page.get_by_role("button", name="Stop & replay").click()
    expect(page.get_by_text("Delivering the recording")).to_be_visible()
    page.clock.run_for(6_000)  # the recorder gives up waiting
    page.clock.run_for(30_000)  # and so does the bar
    expect(page.get_by_text("The server did not take the recording")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Your recording")).to_be_hidden()
    expect(page.get_by_role("button", name="Start recording")).to_be_enabled()


def test_the_bar_says_when_the_recorder_did_not_load(page: Page) -> None:
    with served(ingest) as url:
        page.goto(f"{url}/demo/")
        page.get_by_role("button", name="Start recording").click()
        expect(page.get_by_text("The recorder did not load.")).to_be_visible()
    assert page.errors == []


def test_the_hints_stay_as_they_were_left(shop: str, page: Page) -> None:
    page.goto(f"{shop}/demo/")
    expect(page.get_by_text("4000 0000 0000 0002")).to_be_hidden()
    page.get_by_text("Things to try").click()
    page.goto(f"{shop}/demo/cart")
    expect(page.get_by_text("4000 0000 0000 0002")).to_be_visible()
