"""A bakery's counter of Lit and Shoelace: everything in shadow roots within shadow roots, a drawer, toasts, a carousel
that turns by itself, a clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

PARTS = "tab-group tab tab-panel button input select option dialog drawer alert switch rating range details carousel carousel-item card badge spinner"
APP = """
import { LitElement, html, css, nothing } from "lit";
%s
const ask = async (url, body) => { const a = await fetch(url, body && { method: "POST", body: JSON.stringify(body) }); if (!a.ok) throw new Error((await a.json().catch(() => ({}))).detail ?? "status " + a.status); return a.json(); };
const toast = (variant, text) => { const a = Object.assign(document.createElement("sl-alert"), { variant, closable: true, duration: 4000 }); a.append(text); document.body.append(a); return a.toast(); };
class LoafRow extends LitElement {
  static properties = { loaf: {}, n: { state: true } };
  static styles = css`:host{display:flex;gap:10px;align-items:center;padding:6px;border-bottom:1px solid #ddd} b{width:160px}`;
  constructor() { super(); this.n = 0; }
  more(d) { this.n = Math.max(0, this.n + d); this.dispatchEvent(new CustomEvent("count", { detail: d, bubbles: true, composed: true })); }
  render() { return html`<b>${this.loaf.name}</b><span>${this.loaf.price} €</span><sl-button size="small" circle aria-label="" @click=${() => this.more(-1)}>−</sl-button><output>${this.n}</output><sl-button size="small" circle @click=${() => this.more(1)}>+</sl-button><sl-rating label="Rate ${this.loaf.name}" value="3"></sl-rating>`; }
}
customElements.define("loaf-row", LoafRow);
class BakeryApp extends LitElement {
  static properties = { loaves: { state: true }, found: { state: true }, now: { state: true }, bad: { state: true }, wrong: { state: true }, user: { state: true }, total: { state: true }, busy: { state: true }, times: { state: true } };
  static styles = css`main{padding:14px} form{display:grid;gap:10px;max-width:420px} .bad{color:#b00} ul{list-style:none;padding:0}`;
  constructor() { super(); this.loaves = []; this.total = 0; this.found = null; setInterval(() => this.now = new Date().toLocaleTimeString(), 1000); }
  async connectedCallback() { super.connectedCallback(); this.loaves = await ask("/api/loaves"); }
  $(q) { return this.renderRoot.querySelector(q); }
  async find(e) { const q = e.target.value; this.found = q ? await ask("/api/find?q=" + encodeURIComponent(q)) : null; }
  send(e) { e.preventDefault(); const phone = this.$("#phone").value; this.bad = /^\\d{9}$/.test(phone) ? null : "A phone number has nine digits"; if (!this.bad) { this.$("sl-drawer").hide(); toast("success", "We bake for you from five o'clock"); } }
  async login(e) { e.preventDefault(); this.wrong = null; try { await ask("/api/login", { password: this.$("#password").value }); this.user = this.$("#user").value; } catch (x) { this.wrong = x.message; } }
  async pay() { try { await ask("/api/pay", {}); toast("success", "Paid"); } catch { toast("danger", "The card reader did not answer"); } }
  async fetchTimes() { this.busy = true; this.times = await ask("/api/times"); this.busy = false; }
  render() { return html`<main><header>Bakery · <time>${this.now}</time></header>
   <sl-carousel autoplay autoplay-interval="1500" loop style="height:80px;--aspect-ratio:auto"><sl-carousel-item>Rye on Monday</sl-carousel-item><sl-carousel-item>Spelt on Tuesday</sl-carousel-item></sl-carousel>
   <sl-tab-group><sl-tab slot="nav" panel="shop">Counter</sl-tab><sl-tab slot="nav" panel="find">Search</sl-tab><sl-tab slot="nav" panel="staff">Staff</sl-tab>
   <sl-tab-panel name="shop" @count=${(e) => this.total += e.detail}><ul>${this.loaves.map((l) => html`<loaf-row .loaf=${l}></loaf-row>`)}</ul><p>${this.total} loaves</p>
    <sl-button variant="primary" @click=${() => this.$("sl-drawer").show()}>Order</sl-button> <sl-button class="gift">Print voucher</sl-button> <sl-button @click=${this.pay}>Pay by card</sl-button>
    <sl-button ?loading=${this.busy} @click=${this.fetchTimes}>Opening times</sl-button> ${this.times ? html`<p>${this.times.text}</p>` : nothing}
    <sl-details summary="What is in it">Flour, water, salt.</sl-details> <sl-button @click=${() => { throw new RangeError("no oven at " + this.total); }}>Heat the oven</sl-button></sl-tab-panel>
   <sl-tab-panel name="find"><sl-input type="search" label="Find a loaf" clearable @sl-input=${this.find}></sl-input>${this.found && (this.found.length ? html`<ul>${this.found.map((l) => html`<li>${l.name}</li>`)}</ul>` : html`<p>Nothing in the oven matches</p>`)}</sl-tab-panel>
   <sl-tab-panel name="staff">${this.user ? html`<p>Good morning, ${this.user}</p>` : html`<form @submit=${this.login}><sl-input id="user" label="Baker"></sl-input><sl-input id="password" type="password" label="Password" password-toggle></sl-input>${this.wrong ? html`<div class="bad">${this.wrong}</div>` : nothing}<sl-button type="submit">Open</sl-button></form>`}</sl-tab-panel></sl-tab-group>
   <sl-drawer label="Your order"><form novalidate @submit=${this.send}><sl-input id="name" label="Name"></sl-input><sl-select label="Collect" value="six"><sl-option value="six">At six</sl-option><sl-option value="nine">At nine</sl-option></sl-select><sl-input id="phone" label="Phone" help-text="Nine digits"></sl-input>${this.bad ? html`<p class="bad">${this.bad}</p>` : nothing}<sl-switch>Sliced</sl-switch><sl-button type="submit" variant="primary">Place order</sl-button></form></sl-drawer></main>`; }
}
customElements.define("bakery-app", BakeryApp);
"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bakery</title><link rel="stylesheet" href="/light.css"><style>body{margin:0;font-family:sans-serif}</style></head><body><bakery-app></bakery-app><script src="/app.js"></script></body></html>"""
LOAVES = [{"name": name, "price": 3 + n} for n, name in enumerate(("Rye", "Spelt", "Sourdough", "Baguette"))]


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    url = urlsplit(path)
    if url.path == "/api/login":
        return (200, {}) if b"yeast" in body else (401, {"detail": "We do not know this password"})
    if url.path == "/api/find":
        return 200, [one for one in LOAVES if parse_qs(url.query)["q"][0].lower() in str(one["name"]).lower()]
    return 200, {"/api/loaves": LOAVES, "/api/times": {"text": "Six to two, Sundays closed"}}.get(url.path, {})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    library = install.npm(home, "lit@3", "@shoelace-style/shoelace@2") / "@shoelace-style/shoelace/dist"
    imports = "\n".join(f'import "@shoelace-style/shoelace/dist/components/{one}/{one}.js";' for one in PARTS.split())
    site = install.bundle(home, APP % imports, loader="js")
    (site / "light.css").write_text((library / "themes/light.css").read_text())
    with install.page(site, INDEX, api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("Sourdough").first.wait_for()
    p.read(1.5)


def _plus(p: Person, row: int) -> Locator:
    return p.page.locator("loaf-row").nth(row).get_by_role("button", name="+")


def _order(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(_plus(p, 0), then=0.12)
    p.click(_plus(p, 2), then=0.6)
    p.click(p.page.get_by_text("What is in it"), then=1.2)
    p.click(moves.button(p, "Order"), then=1.2)
    moves.fill(p, {"Name": "Rui"})
    p.click(p.page.get_by_role("combobox", name="Collect"), then=0.6)
    p.click(p.page.get_by_role("option", name="At nine"), then=0.8)
    moves.fill(p, {"Phone": "912345678"})
    p.click(p.page.get_by_text("Sliced"), then=0.6)
    p.click(moves.button(p, "Place order"), then=2)
    moves.tab(p, "Search")
    p.fill(p.page.get_by_label("Find a loaf"), "spelt", then=1.4)
    moves.tab(p, "Counter")


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Print voucher"), "Print voucher")
    p.click(_plus(p, 1), then=0.8)


def _phone(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Order"), then=1.2)
    moves.fill(p, {"Name": "Rui"})
    moves.refused(p, p.page.get_by_label("Phone"), ("none", "9123", "later"), moves.button(p, "Place order"))
    with p.meets("form_abandon"):
        p.click(moves.button(p, "Close"), then=1.5)
        moves.tab(p, "Search")
    p.read(1)


def _staff(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Staff")
    moves.fill(p, {"Baker": "Ines"})
    box = p.page.get_by_label("Password", exact=True)
    moves.locked_out(p, box, ("flour", "butter"), moves.button(p, "Open"), requests=True)
    p.fill(box, "yeast")
    p.click(moves.button(p, "Open"), then=2)


def _vain(p: Person) -> None:
    _ready(p)
    moves.tab(p, "Search")
    moves.in_vain(p, p.page.get_by_label("Find a loaf"), ("croissant", "pretzel", "bun"))
    p.read(1)
    with p.meets("cursor_thrash"):
        p.thrash()
    p.read(1.5)


def _broken(p: Person) -> None:
    _ready(p)
    p.click(_plus(p, 1), then=1)
    with p.meets("error_click", target="Heat the oven"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Heat the oven"), then=3)
    with p.meets("error_click", target="Pay by card"), p.meets("network_error"):
        p.click(moves.button(p, "Pay by card"), then=2.5)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Opening times"):
        p.click(moves.button(p, "Opening times"), then=6)
    p.click(_plus(p, 1), then=1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/pay", status=502)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/times", seconds=4.4)  # noqa: E731
    return [
        *moves.under(Scenario("order", "Chooses loaves, orders, searches", _order, False), "rrweb", "sentry"),
        *moves.under(Scenario("dead", "A button that nothing listens to", _dead, True), "rrweb"),
        Scenario("phone", "A phone number refused three times, then left", _phone, True),
        Scenario("staff", "Two wrong passwords", _staff, True),
        Scenario("vain", "Three searches that find nothing; a pointer shaken", _vain, True),
        Scenario("broken", "A button that throws, a payment that fails", _broken, True, prepare=bad),
        Scenario("slow", "Opening times after more than four seconds", _slow, True, prepare=late),
    ]
