"""The shop's routes. Its faults are true ones and each is marked `Fault:` where it lives, here or in static/shop.js."""

import asyncio
import secrets
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Redirect

from playhead.demo import forms
from playhead.demo.catalogue import BY_SLUG, KINDS, MAX_QUERY_CHARACTERS, find, pounds
from playhead.demo.pages import COOKIE, HERE, answer, go, refuse, show
from playhead.demo.visits import Visit, Visits

QUOTE_DELAY_S: Final = 4.0
MAX_BODY_BYTES: Final = 64 * 1024
MAX_FIELD_CHARACTERS: Final = 200
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_STATIC = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Page = Response[str] | Redirect


class CartChange(msgspec.Struct):
    slug: str
    glaze: str
    quantity: int


class Card(msgspec.Struct):
    number: str = ""
    expiry: str = ""
    code: str = ""


visits = Visits()


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    return visits.of(request.cookies.get(COOKIE))


async def fields_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the form's text fields, trimmed and cut; files and anything else are not read."""
    form = await request.form()
    return {name: value.strip()[:MAX_FIELD_CHARACTERS] for name, value in form.items() if isinstance(value, str)}


@get("/", sync_to_thread=False)
def catalogue(visit: NamedDependency[Visit], q: FromQuery[str] = "", kind: FromQuery[str] = "") -> Page:
    query = q.strip()[:MAX_QUERY_CHARACTERS]
    kind = kind if kind in KINDS else ""
    return show(visit, "catalogue.html", found=find(query, kind), query=query, kind=kind)


@get("/p/{slug:str}", sync_to_thread=False)
def product(visit: NamedDependency[Visit], slug: FromPath[str]) -> Page:
    if slug not in BY_SLUG:
        return show(visit, "missing.html", status_code=404)
    chosen = BY_SLUG[slug]
    beside = [other for other in (*find(kind=chosen.kind), *find()) if other is not chosen]
    beside = list(dict.fromkeys(beside))[:3]
    return show(visit, "product.html", product=chosen, beside=beside)


@get("/size-guide", sync_to_thread=False)
def size_guide(visit: NamedDependency[Visit]) -> Page:
    """Fault: shop.js throws an uncaught exception on this page, when it loads and at each use of the unit switch."""
    return show(visit, "size_guide.html")


@get("/cart", sync_to_thread=False)
def cart(visit: NamedDependency[Visit]) -> Page:
    return show(visit, "cart.html")


@post("/cart", status_code=303)
async def add_by_form(request: Request[Any, Any, Any], visit: NamedDependency[Visit]) -> Page:
    fields = await fields_of(request)
    quantity = fields.get("quantity", "1")
    _add(
        visit, CartChange(fields.get("slug", ""), fields.get("glaze", ""), int(quantity) if quantity.isdecimal() else 1)
    )
    return go(visit, "/demo/cart")


@post("/api/cart", status_code=200, sync_to_thread=False)
def add(visit: NamedDependency[Visit], data: JSONBody[CartChange]) -> Response[dict[str, object]]:
    _add(visit, data)
    return answer(visit, {"count": visit.count, "message": f"{BY_SLUG[data.slug].name} added to your cart"})


@post("/api/cart/quantity", status_code=200, sync_to_thread=False)
def change_quantity(visit: NamedDependency[Visit], data: JSONBody[CartChange]) -> Response[dict[str, object]]:
    try:
        visit.put(data.slug, data.glaze, data.quantity)
    except KeyError as error:
        raise ClientException(f"the shop does not sell {error}") from None
    quantity = visit.cart.get((data.slug, data.glaze), 0)
    return answer(
        visit,
        {
            "count": visit.count,
            "quantity": quantity,
            "line": pounds(BY_SLUG[data.slug].price_pence * quantity),
            "subtotal": pounds(visit.subtotal_pence),
        },
    )


@get("/api/shipping")
async def shipping_quote(visit: NamedDependency[Visit], postcode: FromQuery[str] = "") -> Response[dict[str, object]]:
    """Fault: the carrier is slow, and the person waits."""
    if error := forms.postcode_error(postcode):
        return refuse(visit, "bad_postcode", error, status_code=422)
    await asyncio.sleep(QUOTE_DELAY_S)
    return answer(visit, {"price": pounds(640), "text": "Tracked, packed in straw: £6.40, with you in 3 working days"})


@get("/sign-in", sync_to_thread=False)
def sign_in_form(visit: NamedDependency[Visit]) -> Page:
    return show(visit, "sign_in.html", refused=False, email="")


@post("/sign-in", status_code=200)
async def sign_in(request: Request[Any, Any, Any], visit: NamedDependency[Visit]) -> Page:
    fields = await fields_of(request)
    email = fields.get("email", "")
    if not forms.may_sign_in(email, fields.get("password", "")):
        return show(visit, "sign_in.html", status_code=401, refused=True, email=email)
    visit.email = forms.MEMBER_EMAIL
    visit.notice = f"Welcome back, {forms.MEMBER_NAME}"
    return go(visit, "/demo/account")


@post("/sign-out", status_code=303, sync_to_thread=False)
def sign_out(visit: NamedDependency[Visit]) -> Page:
    visit.email = ""
    visit.notice = "You are signed out"
    return go(visit, "/demo/")


@get("/account", sync_to_thread=False)
def account(visit: NamedDependency[Visit]) -> Page:
    return show(visit, "account.html") if visit.email else go(visit, "/demo/sign-in")


@get("/checkout", sync_to_thread=False)
def checkout(visit: NamedDependency[Visit]) -> Page:
    if not visit.cart:
        return go(visit, "/demo/cart")
    known = {"name": forms.MEMBER_NAME, "email": visit.email} if visit.email else {}
    return show(visit, "checkout.html", values={**known, **visit.address}, errors={})


@post("/checkout", status_code=200)
async def check_address(request: Request[Any, Any, Any], visit: NamedDependency[Visit]) -> Page:
    fields = await fields_of(request)
    values = {name: fields.get(name, "") for name in forms.ADDRESS_FIELDS}
    if errors := forms.address_errors(values):
        return show(visit, "checkout.html", status_code=422, values=values, errors=errors)
    visit.address = values
    return go(visit, "/demo/checkout/pay")


@get("/checkout/pay", sync_to_thread=False)
def payment(visit: NamedDependency[Visit]) -> Page:
    if not visit.cart:
        return go(visit, "/demo/cart")
    return show(visit, "pay.html") if visit.address else go(visit, "/demo/checkout")


@post("/api/pay", status_code=200, sync_to_thread=False)
def pay(visit: NamedDependency[Visit], data: JSONBody[Card]) -> Response[dict[str, object]]:
    if not visit.cart or not visit.address:
        return refuse(visit, "nothing_to_pay", "Your cart is empty", status_code=409)
    if errors := forms.card_errors(data.number, data.expiry, data.code):
        return refuse(visit, "bad_card", "Check the card details", status_code=422, fields=errors)
    if forms.is_declined(data.number):
        return refuse(visit, "card_declined", "Card declined", status_code=402)
    order = f"SM-{1000 + secrets.randbelow(9000)}"
    visit.orders.append(order)
    visit.cart.clear()
    return answer(visit, {"order": order, "next": f"/demo/orders/{order}"})


@get("/orders/{number:str}", sync_to_thread=False)
def order(visit: NamedDependency[Visit], number: FromPath[str]) -> Page:
    if number not in visit.orders:
        return show(visit, "missing.html", status_code=404)
    return show(visit, "order.html", number=number)


@get("/static/{name:str}", sync_to_thread=False)
def static(name: FromPath[str]) -> Response[bytes]:
    kind = _STATIC.get(PurePosixPath(name).suffix)
    path = HERE / "static" / PurePosixPath(name).name
    if kind is None or not path.is_file():
        raise NotFoundException(f"no such file: {name!r}")
    return Response(path.read_bytes(), media_type=kind, headers={"Cache-Control": "no-cache"})


@get("/{rest:path}", sync_to_thread=False)
def missing(visit: NamedDependency[Visit], rest: FromPath[str]) -> Page:
    """Whatever else is asked for; the footer's "Stockists" leads here (fault: a dead link)."""
    return show(visit, "missing.html", status_code=404)


def _add(visit: Visit, change: CartChange) -> None:
    try:
        visit.add(change.slug, change.glaze, change.quantity)
    except KeyError as error:
        raise ClientException(f"the shop does not sell {error}") from None


demo_router = Router(
    "/demo",
    route_handlers=[
        catalogue,
        product,
        size_guide,
        cart,
        add_by_form,
        add,
        change_quantity,
        shipping_quote,
        sign_in_form,
        sign_in,
        sign_out,
        account,
        checkout,
        check_address,
        payment,
        pay,
        order,
        static,
        missing,
    ],
    dependencies={"visit": Provide(visit_of, sync_to_thread=False)},
    response_headers=SECURITY_HEADERS,
    request_max_body_size=MAX_BODY_BYTES,
    include_in_schema=False,
    opt={"right": "watch"},  # the demo is for whoever may watch what it records
)
