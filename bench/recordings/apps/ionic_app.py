"""Tram tickets of Ionic on a telephone: segments, a sheet with a form, toasts, alerts that ask, an overlay that waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

PARTS = "app header toolbar title content footer button buttons list item label input toggle searchbar segment segment-button modal toast alert loading select select-option card card-content card-header card-title note badge spinner backdrop ripple-effect"
APP = """
import { initialize, toastController, alertController, loadingController } from "@ionic/core/components";
initialize({ mode: "md" });
%s
const $ = (q) => document.querySelector(q);
const ask = async (url, body) => { const a = await fetch(url, body && { method: "POST", body: JSON.stringify(body) }); if (!a.ok) throw new Error((await a.json()).detail); return a.json(); };
const toast = async (message, color) => (await toastController.create({ message, color, duration: 2200 })).present();
let lines = [], count = 1;
const draw = (found) => { $("#lines").innerHTML = found.length ? found.map((one) => `<ion-item button detail="false" data-line="${one.id}"><ion-label><h2>${one.name}</h2><p>${one.from} – ${one.to}</p></ion-label><ion-note slot="end">${one.in} min</ion-note></ion-item>`).join("") : `<ion-item lines="none"><ion-label>No stops or lines found</ion-label></ion-item>`; };
ask("/api/lines").then((all) => draw(lines = all));
$("ion-segment").addEventListener("ionChange", (e) => { for (const page of document.querySelectorAll(".page")) page.hidden = page.id !== e.detail.value; });
$("ion-searchbar").addEventListener("ionInput", (e) => draw(lines.filter((one) => (one.name + one.from + one.to).toLowerCase().includes(e.target.value.toLowerCase()))));
$("#lines").addEventListener("click", async (e) => { const row = e.target.closest("[data-line]"); if (!row) return; const one = lines.find((l) => l.id == row.dataset.line); (await alertController.create({ header: one.name, message: "Every " + one.every + " minutes", buttons: ["Close"] })).present(); });
const people = (d) => { count = Math.max(1, count + d); $("#count").textContent = count + (count > 1 ? " persons" : " person"); };
$("#less").onclick = () => people(-1); $("#more").onclick = () => people(1);
$("#buy").onclick = () => $("#sheet").present();
$("#cancel").onclick = () => $("#sheet").dismiss();
$("#pay").onclick = async () => { const iban = $("#iban"); const ok = /^[A-Z]{2}\\d{10,}$/.test(iban.value ?? ""); iban.classList.toggle("ion-invalid", !ok); iban.classList.add("ion-touched"); if (!ok) return;
  try { await ask("/api/buy", { count }); await $("#sheet").dismiss(); toast("Your ticket is in the wallet"); } catch (x) { toast(x.message, "danger"); } };
$("#plan").onclick = async () => { const wait = await loadingController.create({ message: "Asking the depot…" }); await wait.present(); const a = await ask("/api/plan"); await wait.dismiss(); $("#planned").textContent = a.text; };
$("#refund").onclick = async () => { const a = await alertController.create({ header: "Give the ticket back?", buttons: [{ text: "No", role: "cancel" }, { text: "Yes", handler: () => { ask("/api/refund", {}).then(() => toast("Money is on its way"), (x) => toast(x.message, "danger")); } }] }); a.present(); };
$("#wallet-total").onclick = () => { $("#sum").textContent = window.fares.reduce((a, b) => a + b, 0) + " €"; };
$("#enter").onclick = async () => { try { await ask("/api/login", { pin: $("#pin").value }); $("#login").innerHTML = "<ion-item><ion-label>Signed in as Noor</ion-label></ion-item>"; } catch (x) { $("#wrong").textContent = x.message; } };
"""
INDEX = """<!doctype html><html lang="en" mode="md"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Tram tickets</title><link rel="stylesheet" href="/ionic.css"></head><body><ion-app>
<ion-header><ion-toolbar><ion-title>Tram</ion-title></ion-toolbar><ion-toolbar><ion-segment value="times"><ion-segment-button value="times"><ion-label>Times</ion-label></ion-segment-button><ion-segment-button value="tickets"><ion-label>Tickets</ion-label></ion-segment-button><ion-segment-button value="me"><ion-label>Account</ion-label></ion-segment-button></ion-segment></ion-toolbar></ion-header>
<ion-content><div class="page" id="times"><ion-searchbar placeholder="Stop or line"></ion-searchbar><ion-list id="lines"></ion-list><ion-button id="plan" fill="outline">Plan a trip</ion-button><p id="planned"></p></div>
<div class="page" id="tickets" hidden><ion-card><ion-card-header><ion-card-title>Day ticket</ion-card-title></ion-card-header><ion-card-content><ion-button id="less" aria-label="Fewer persons" fill="clear">−</ion-button><span id="count">1 person</span><ion-button id="more" aria-label="More persons" fill="clear">+</ion-button><br><ion-button id="buy">Buy ticket</ion-button> <ion-button id="gift" fill="outline">Send as a gift</ion-button></ion-card-content></ion-card>
<ion-item><ion-toggle>Tell me of delays</ion-toggle></ion-item><ion-item><ion-select label="Zone" value="a"><ion-select-option value="a">Inner</ion-select-option><ion-select-option value="b">Outer</ion-select-option></ion-select></ion-item><ion-button id="refund" fill="clear">Give back</ion-button><ion-button id="wallet-total" fill="clear">Add up</ion-button><p id="sum"></p></div>
<div class="page" id="me" hidden><ion-list id="login"><ion-item><ion-input label="Telephone" type="tel"></ion-input></ion-item><ion-item><ion-input id="pin" label="PIN" type="password"></ion-input></ion-item><p id="wrong" style="color:#b00020;padding:0 16px"></p><ion-button id="enter" expand="block">Sign in</ion-button></ion-list></div></ion-content>
<ion-modal id="sheet"><ion-header><ion-toolbar><ion-title>Payment</ion-title><ion-buttons slot="end"><ion-button id="cancel">Cancel</ion-button></ion-buttons></ion-toolbar></ion-header><ion-content><ion-item><ion-input label="Holder" label-placement="stacked"></ion-input></ion-item><ion-item><ion-input id="iban" label="IBAN" label-placement="stacked" error-text="This is not an IBAN"></ion-input></ion-item><ion-button id="pay" expand="block">Pay now</ion-button></ion-content></ion-modal>
</ion-app><script src="/app.js"></script></body></html>"""
LINES = [
    {"id": 1, "name": "Line 1", "from": "Harbour", "to": "University", "in": 4, "every": 8},
    {"id": 2, "name": "Line 4", "from": "Station", "to": "Zoo", "in": 7, "every": 10},
    {"id": 3, "name": "Line 9", "from": "Market", "to": "Airport", "in": 2, "every": 15},
]


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/login":
        return (200, {}) if b"4711" in body else (401, {"detail": "Telephone or PIN is not right"})
    return 200, {"/api/lines": LINES, "/api/plan": {"text": "Line 4, then a short walk"}}.get(path, {})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    library = install.npm(home, "@ionic/core@8") / "@ionic/core/css"
    define = 'import {{ defineCustomElement as d{n} }} from "@ionic/core/components/ion-{one}.js"; d{n}();'
    parts = "\n".join(define.format(n=n, one=one) for n, one in enumerate(PARTS.split()))
    site = install.bundle(home, APP % parts, loader="js")
    (site / "ionic.css").write_text("".join((library / f"{name}.css").read_text() for name in ("core", "structure")))
    with install.page(site, INDEX, api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("Harbour").wait_for()
    p.read(1.5)


def _go(p: Person, name: str) -> None:
    p.click(p.page.locator("ion-segment-button", has_text=name), then=1)


def _by_id(p: Person, name: str) -> Locator:
    return p.page.locator(f"#{name}")


def _ride(p: Person) -> None:
    _ready(p)
    p.click(p.page.locator("ion-item", has_text="Line 4"), then=1.2)
    p.click(moves.button(p, "Close"), then=1)
    p.fill(p.page.locator("ion-searchbar input"), "air", then=1.2)
    _go(p, "Tickets")
    for _ in range(4):
        p.click(_by_id(p, "more"), then=0.12)
    p.click(_by_id(p, "less"), then=0.8)
    p.click(p.page.get_by_text("Tell me of delays"), then=1)
    p.click(p.page.locator("ion-select"), then=1)
    p.click(p.page.get_by_role("radio", name="Outer"), then=0.7)
    p.click(moves.button(p, "OK"), then=1)
    p.click(_by_id(p, "buy"), then=1.2)
    moves.fill(p, {"Holder": "Noor", "IBAN": "NL1234567890"})
    p.click(_by_id(p, "pay"), then=2.5)
    _go(p, "Times")
    p.click(_by_id(p, "plan"), then=1.8)


def _dead(p: Person) -> None:
    _ready(p)
    _go(p, "Tickets")
    moves.dead(p, _by_id(p, "gift"), "Send as a gift")
    p.click(_by_id(p, "more"), then=1)


def _iban(p: Person) -> None:
    _ready(p)
    _go(p, "Tickets")
    p.click(_by_id(p, "buy"), then=1.2)
    moves.fill(p, {"Holder": "Noor"})
    moves.refused(p, p.page.get_by_label("IBAN"), ("12 34", "my bank", "NL12"), _by_id(p, "pay"))
    with p.meets("form_abandon"):
        p.click(_by_id(p, "cancel"), then=1.5)
        _go(p, "Times")
    p.read(1)


def _pin(p: Person) -> None:
    _ready(p)
    _go(p, "Account")
    moves.fill(p, {"Telephone": "0201234567"})
    moves.locked_out(p, p.page.get_by_label("PIN"), ("1111", "1234"), _by_id(p, "enter"), requests=True)
    p.fill(p.page.get_by_label("PIN"), "4711")
    p.click(_by_id(p, "enter"), then=1.5)


def _vain(p: Person) -> None:
    _ready(p)
    moves.in_vain(p, p.page.locator("ion-searchbar input"), ("museum", "bridge", "castle"))
    with p.meets("idle_gap"):
        p.idle(31)
    p.scroll(100)
    _go(p, "Tickets")


def _broken(p: Person) -> None:
    _ready(p)
    _go(p, "Tickets")
    with p.meets("error_click", target="Add up"), p.meets("dead_click", may=True):
        p.click(_by_id(p, "wallet-total"), then=3)
    p.click(_by_id(p, "refund"), then=1.2)
    with p.meets("error_click", target="Yes"), p.meets("network_error"):
        p.click(moves.button(p, "Yes"), then=3)
    p.click(_by_id(p, "more"), then=1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Plan a trip"):
        p.click(_by_id(p, "plan"), then=6)
    _go(p, "Tickets")


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/refund", status=500, body='{"detail": "The till is closed"}')  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/plan", seconds=4.3)  # noqa: E731
    phone = {"viewport": (390, 844)}
    return [
        *moves.under(Scenario("ride", "Looks up, buys, plans", _ride, False, **phone), "rrweb", "sentry"),
        *moves.under(Scenario("dead", "A button that nothing listens to", _dead, True, **phone), "rrweb2alpha"),
        Scenario("iban", "An IBAN refused three times, then left", _iban, True, **phone),
        Scenario("pin", "Two wrong PINs", _pin, True, **phone),
        Scenario("vain", "Stops that are not there, then a pause", _vain, True, **phone),
        Scenario("broken", "A sum that throws, a refund that fails", _broken, True, prepare=bad, **phone),
        Scenario("slow", "A plan after more than four seconds", _slow, True, prepare=late, **phone),
    ]
