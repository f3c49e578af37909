"""The demo shop over HTTP: every fault is where the hints say it is, and nothing else is broken."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from playhead.demo import app, forms
from playhead.demo.catalogue import GLAZES, KINDS, PRODUCTS, find
from playhead.demo.visits import MAX_QUANTITY, MAX_VISITS, Visits

MUG = {"slug": "tide-mug", "glaze": "ember", "quantity": 2}
ADDRESS = {"name": "Ada", "email": "a@b.co", "street": "1 High St", "town": "Wells", "postcode": "NR23 1AB"}
CARD = {"number": "4242 4242 4242 4242", "expiry": "12/30", "code": "123"}


@pytest.fixture
def shop():
    with TestClient(Litestar([app.demo_router]), base_url="http://shop.local") as client:
        yield client


def test_every_link_of_the_shop_leads_somewhere_but_the_stockists(shop):
    shop.post("/demo/api/cart", json=MUG)
    seen, ahead, dead = set(), ["/demo/"], set()
    while ahead:
        path = ahead.pop()
        if path in seen or not path.startswith("/demo/"):
            continue
        seen.add(path)
        answer = shop.get(path)
        if answer.status_code != 200:
            dead.add((path, answer.status_code))
        elif "html" in answer.headers["content-type"]:
            ahead += [found.replace("&amp;", "&") for found in re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)]
    assert dead == {("/demo/stockists", 404)}
    assert {f"/demo/p/{product.slug}" for product in PRODUCTS} <= seen


@pytest.mark.parametrize("path", ["/demo/", "/demo/p/tide-mug", "/demo/cart", "/demo/size-guide", "/demo/nowhere"])
def test_every_page_carries_the_snippet_the_bar_and_a_strict_policy(shop, path):
    answer = shop.get(path)
    assert 'src="/recorder.js" data-site="demo" data-start="manual"' in answer.text
    assert "Start recording" in answer.text and "Stop &amp; replay" in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|https?://", answer.text)


def test_search_finds_words_anywhere_and_says_when_there_is_nothing(shop):
    assert "1 result for" in shop.get("/demo/?q=teapot").text
    assert [product.slug for product in find("MUG tea")] == ["tide-mug"]
    assert "No results for “umbrella”" in shop.get("/demo/?q=umbrella").text
    assert all(find(kind=kind) for kind in KINDS)


def test_what_a_stranger_types_is_shown_as_text(shop):
    hostile = '"><script>alert(1)</script>'
    for answer in (
        shop.get("/demo/", params={"q": hostile}),
        shop.post("/demo/checkout", data={"name": hostile}),
        shop.post("/demo/sign-in", data={"email": hostile}),
    ):
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_cart_counts_adds_and_removes(shop):
    assert shop.post("/demo/api/cart", json=MUG).json()["count"] == 2
    changed = shop.post("/demo/api/cart/quantity", json=MUG | {"quantity": 3}).json()
    assert (changed["line"], changed["subtotal"]) == ("£72.00", "£72.00")
    assert shop.post("/demo/api/cart/quantity", json=MUG | {"quantity": 10**9}).json()["quantity"] == MAX_QUANTITY
    assert "Nothing in it yet" not in shop.get("/demo/cart").text
    shop.post("/demo/api/cart/quantity", json=MUG | {"quantity": 0})
    assert "Nothing in it yet" in shop.get("/demo/cart").text


def test_the_cart_works_without_scripts_too(shop):
    answer = shop.post("/demo/cart", data=MUG, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/cart")
    assert "Tide mug" in shop.get("/demo/cart").text


@pytest.mark.parametrize(
    "body",
    [
        MUG | {"slug": "umbrella"},
        MUG | {"glaze": "night"},
        MUG | {"quantity": "two"},
        {},
        [],
        None,
    ],
)
def test_a_cart_change_that_makes_no_sense_is_refused_and_changes_nothing(shop, body):
    assert shop.post("/demo/api/cart", json=body).status_code == 400
    assert shop.post("/demo/api/cart", content=b"[[[").status_code == 400
    assert "Nothing in it yet" in shop.get("/demo/cart").text


def test_a_body_over_the_limit_is_refused(shop):
    assert shop.post("/demo/sign-in", data={"email": "x" * app.MAX_BODY_BYTES}).status_code == 413


def test_checkout_names_each_field_it_refuses(shop):
    shop.post("/demo/api/cart", json=MUG)
    answer = shop.post("/demo/checkout", data=ADDRESS | {"email": "ada", "postcode": "?"})
    assert answer.status_code == 422
    assert "2 fields need another look" in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert 'value="1 High St"' in answer.text, "what was right is kept"


def test_paying(shop):
    shop.post("/demo/api/cart", json=MUG)
    assert shop.get("/demo/checkout/pay").url.path == "/demo/checkout", "no payment before the address"
    assert shop.post("/demo/checkout", data=ADDRESS).url.path == "/demo/checkout/pay"

    declined = shop.post("/demo/api/pay", json=CARD | {"number": "4000 0000 0000 0002"})
    assert declined.status_code == 402
    assert declined.json() == {"error": "card_declined", "detail": "Card declined", "status": 402}

    wrong = shop.post("/demo/api/pay", json={"number": "1234"})
    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"number", "expiry", "code"})

    paid = shop.post("/demo/api/pay", json=CARD)
    assert paid.status_code == 200
    assert paid.json()["order"] in shop.get(paid.json()["next"]).text
    assert shop.post("/demo/api/pay", json=CARD).status_code == 409, "nothing left to pay for"


def test_an_order_is_seen_by_its_buyer_alone(shop):
    shop.post("/demo/api/cart", json=MUG)
    shop.post("/demo/checkout", data=ADDRESS)
    path = shop.post("/demo/api/pay", json=CARD).json()["next"]
    shop.cookies.clear()
    assert shop.get(path).status_code == 404


def test_signing_in(shop):
    wrong = shop.post("/demo/sign-in", data={"email": forms.MEMBER_EMAIL, "password": "low-tide"})
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text and "low-tide" not in wrong.text
    assert shop.get("/demo/account").url.path == "/demo/sign-in"

    right = shop.post("/demo/sign-in", data={"email": forms.MEMBER_EMAIL, "password": forms.MEMBER_PASSWORD})
    assert right.url.path == "/demo/account" and "Welcome back" in right.text
    assert "Welcome back" not in shop.get("/demo/account").text, "said once"
    assert shop.post("/demo/sign-out").url.path == "/demo/"


def test_the_shipping_quote_is_slow_and_its_refusal_is_not(shop, monkeypatch):
    waited = []

    async def note(seconds):
        waited.append(seconds)

    monkeypatch.setattr(app.asyncio, "sleep", note)
    assert shop.get("/demo/api/shipping?postcode=!").status_code == 422
    assert waited == []
    assert "£6.40" in shop.get("/demo/api/shipping?postcode=NR23+1AB").json()["text"]
    assert waited == [app.QUOTE_DELAY_S]


@pytest.mark.parametrize("name", ["..%2fapp.py", "app.py", "%2e%2e%2fpages.py", "nothing.css"])
def test_static_files_are_the_shops_own(shop, name):
    assert shop.get(f"/demo/static/{name}").status_code == 404


def test_visits_are_bounded_and_never_take_a_strangers_key():
    visits = Visits()
    first = visits.of("a-key-somebody-made-up")
    assert first.key != "a-key-somebody-made-up"
    for _ in range(MAX_VISITS):
        visits.of(None)
    assert visits.of(first.key) is not first, "the oldest is forgotten"


def test_every_product_can_be_drawn_in_each_of_its_glazes(shop):
    for product in PRODUCTS:
        assert set(product.glazes) <= set(GLAZES)
        assert f"{product.name}, {GLAZES[product.glaze][0]} glaze" in shop.get(f"/demo/p/{product.slug}").text
