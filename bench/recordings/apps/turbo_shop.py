"""A seed shop of Turbo and Stimulus before a Python server: pages that are swapped, frames, streams, flashes, a basket."""

import http.server
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import "@hotwired/turbo";
import { Application, Controller } from "@hotwired/stimulus";
const app = Application.start();
app.register("count", class extends Controller { static targets = ["n"]; more() { this.set(1); } less() { this.set(-1); } set(d) { this.nTarget.value = Math.max(1, +this.nTarget.value + d); } });
app.register("flash", class extends Controller { connect() { setTimeout(() => this.element.remove(), 4000); } });
app.register("fold", class extends Controller { static targets = ["body"]; turn() { this.bodyTarget.classList.toggle("off"); } });
app.register("weigh", class extends Controller { turn() { this.scales.read(); } });
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%(title)s – Seeds</title><style>body{font-family:sans-serif;margin:0 24px}nav a{margin-right:12px}.off{display:none}.flash{background:#dfd;padding:8px}.flash.bad{background:#fdd}.err{color:#a00}.card{display:inline-block;width:180px;border:1px solid #ccc;padding:8px;margin:4px}turbo-frame[busy]{opacity:.4}</style><script src="/app.js" defer></script></head><body>
<nav><a href="/">Shop</a><a href="/basket">Basket</a><a href="/account">Account</a><a href="/guide">Sowing guide</a><a href="/news">News</a></nav>%(flash)s<h1>%(title)s</h1>%(body)s</body></html>"""
SEEDS = ["Basil", "Borage", "Chard", "Dill", "Fennel", "Kale", "Leek", "Radish", "Sage"]
FLASH = '<div class="flash %s" data-controller="flash">%s</div>'


def _page(title: str, body: str, flash: str = "") -> str:
    return PAGE % {"title": title, "body": body, "flash": flash}


def _shop(query: str) -> str:
    found = [one for one in SEEDS if query.lower() in one.lower()]
    cards = "".join(f'<div class="card"><a href="/seed/{one}">{one}</a></div>' for one in found)
    form = f'<form action="/" method="get"><input type="search" name="q" placeholder="Search seeds" value="{escape(query)}"><button>Search</button></form>'
    return _page("Shop", form + (cards or f"<p>Sorry, no seeds called “{escape(query)}”.</p>"))


def _seed(name: str) -> str:
    return _page(
        name,
        f"""<form action="/basket" method="post" data-controller="count"><input type="hidden" name="seed" value="{name}"><button type="button" data-action="count#less" aria-label="Fewer">−</button><input name="n" value="1" size="2" data-count-target="n" aria-label="Packets"><button type="button" data-action="count#more" aria-label="More">+</button> <button>Put into basket</button> <button type="button" class="gift">Wrap as a gift</button></form>
<div data-controller="fold"><button data-action="fold#turn">How to sow</button><p class="off" data-fold-target="body">An inch deep, in April.</p></div>
<div data-controller="weigh"><button data-action="weigh#turn">Weigh a packet</button></div>
<turbo-frame id="reviews"><a href="/reviews/{name}">Show reviews</a></turbo-frame><p><a href="/">Back to the shop</a></p>""",
    )


def _order(post: str = "", error: str = "") -> str:
    note = f'<p class="err">{error}</p>' if error else ""
    return _page(
        "Delivery",
        f'<form action="/order" method="post"><p><label>Name <input name="name"></label></p><p><label>Postcode <input name="post" value="{escape(post)}"></label></p>{note}<button>Order now</button></form>',
    )


def _account(error: str = "") -> str:
    note = FLASH % ("bad", error) if error else ""
    return _page(
        "Account",
        '<form action="/account" method="post"><p><label>Customer <input name="who"></label></p><p><label>Password <input type="password" name="word"></label></p><button>Sign in</button></form>',
        note,
    )


class _Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script = b""
    basket: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        name = url.path.rpartition("/")[2]
        if url.path == "/app.js":
            return self._say(self.script, kind="text/javascript")
        if url.path == "/":
            return self._say(_shop(query.get("q", "")))
        if url.path.startswith("/seed/") and name in SEEDS:
            return self._say(_seed(name))
        if url.path.startswith("/reviews/"):
            return self._say(
                _page("Reviews", '<turbo-frame id="reviews"><p>“Came up in a week.” Four stars.</p></turbo-frame>')
            )
        if url.path == "/basket":
            lines = "".join(f"<li>{one}</li>" for one in self.basket) or "<li>Nothing yet</li>"
            said = FLASH % ("", "Added to your basket") if query.get("new") else ""
            return self._say(_page("Basket", f'<ul id="lines">{lines}</ul><a href="/order">Check out</a>', said))
        if url.path == "/order":
            return self._say(_order())
        if url.path == "/account":
            return self._say(_account())
        if url.path == "/guide":
            return self._say(_page("Sowing guide", "<p>Sow in spring.</p>" * 40))
        if url.path in ("/thanks", "/home"):
            return self._say(_page("Thank you" if url.path == "/thanks" else "Hello", "<p>All is well.</p>"))
        return self._say(_page("We looked everywhere", "<p>This page does not exist (any more).</p>"), status=404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = dict(urllib.parse.parse_qsl(body))
        if self.path == "/basket":
            self.basket.append(f"{form['n']} × {form['seed']}")
            return self._go("/basket?new=1")
        if self.path == "/order":
            ok = form.get("post", "").isdigit() and len(form["post"]) == 4
            return (
                self._go("/thanks")
                if ok
                else self._say(_order(form.get("post", ""), "We only know postcodes of four digits"), status=422)
            )
        if self.path == "/account":
            return (
                self._go("/home")
                if form.get("word") == "compost"
                else self._say(_account("Customer and password do not match"), status=422)
            )
        return self._say("", status=404)

    def _go(self, where: str) -> None:
        self.send_response(303)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, text: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8") -> None:
        blob = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(blob)))
        self.end_headers()
        self.wfile.write(blob)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "@hotwired/turbo@8", "@hotwired/stimulus@3")
    _Server.script = (install.bundle(home, APP, loader="js") / "app.js").read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def _buy(p: Person) -> None:
    p.read(1.5)
    p.fill(p.page.get_by_placeholder("Search seeds"), "ba")
    p.press("Enter", then=1.5)
    moves.link(p, "Basil", then=1.5)
    for _ in range(4):
        p.click(moves.button(p, "More"), then=0.12)
    p.click(moves.button(p, "Fewer"), then=0.6)
    p.click(moves.button(p, "How to sow"), then=1)
    moves.link(p, "Show reviews", then=1.5)
    p.click(moves.button(p, "Put into basket"), then=2)
    moves.link(p, "Check out", then=1.5)
    moves.fill(p, {"Name": "Rui", "Postcode": "4050"})
    p.click(moves.button(p, "Order now"), then=2)


def _look(p: Person) -> None:
    p.read(1.5)
    moves.link(p, "Sowing guide", then=1.5)
    p.scroll(900)
    moves.link(p, "Shop", then=1) if p.page.evaluate("scrollY") == 0 else p.scroll(-2000)
    moves.link(p, "Shop", then=1.2)
    moves.link(p, "Kale", then=2)
    p.click(moves.button(p, "How to sow"), then=1)
    p.click(moves.button(p, "How to sow"), then=1)
    moves.link(p, "Back to the shop", then=1.5)
    moves.link(p, "Leek", then=2)
    moves.link(p, "Show reviews", then=1.5)
    moves.link(p, "Account", then=1.5)
    moves.fill(p, {"Customer": "rui", "Password": "compost"})
    p.click(moves.button(p, "Sign in"), then=1.5)


def _post(p: Person) -> None:
    p.read(1.2)
    moves.link(p, "Basket", then=1.2)
    moves.link(p, "Check out", then=1.2)
    moves.fill(p, {"Name": "Rui"})
    with p.meets("validation_loop"), p.meets("network_error", may=True):
        for value in ("none", "40", "4050-1"):
            p.fill(p.page.get_by_label("Postcode"), value)
            with p.meets("error_click", "dead_click", may=True):
                p.click(moves.button(p, "Order now"), then=1.6)
    with p.meets("form_abandon"):
        moves.link(p, "Shop", then=2)


def _account_(p: Person) -> None:
    p.read(1.2)
    moves.link(p, "Account", then=1.2)
    for word in ("manure", "mulch"):
        moves.fill(p, {"Customer": "rui", "Password": word})
        with p.meets("login_failure"), p.meets("network_error", "error_click", may=True):
            p.click(moves.button(p, "Sign in"), then=2)
    moves.fill(p, {"Customer": "rui", "Password": "compost"})
    p.click(moves.button(p, "Sign in"), then=1.5)


def _dead(p: Person) -> None:
    p.read(1.2)
    moves.link(p, "Dill", then=1.5)
    moves.dead(p, moves.button(p, "Wrap as a gift"), "Wrap as a gift")
    with p.meets("error_click", target="Weigh a packet"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Weigh a packet"), then=3)
    p.click(moves.button(p, "Put into basket"), then=2)


def _lost(p: Person) -> None:
    p.read(1.2)
    with p.meets("quick_back"):
        moves.link(p, "Fennel", then=2)
        p.page.go_back()
        p.read(1.5)
    with p.meets("not_found"), p.meets("network_error", "error_click", may=True):
        moves.link(p, "News", then=2.5)
    moves.link(p, "Shop", then=1.5)
    with p.meets("repeated_search"):
        for words in ("tulip", "rose", "ivy"):
            p.fill(p.page.get_by_placeholder("Search seeds"), words)
            p.press("Enter", then=1.8)


def _fails(p: Person) -> None:
    p.read(1.2)
    moves.link(p, "Sage", then=1.5)
    with p.meets("slow_response", target="Show reviews"):
        moves.link(p, "Show reviews", then=6)
    with p.meets("error_click", target="Put into basket"), p.meets("network_error"):
        p.click(moves.button(p, "Put into basket"), then=3)


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        page = _page("Something broke", "<p>Our server stumbled. We are on it.</p>")
        sabotage.failing_method(context, "**/basket", "POST", status=500, body=page)
        sabotage.slow(context, "**/reviews/*", seconds=4.3)

    return [
        *moves.under(Scenario("buy", "Searches, counts, reads reviews, orders", _buy, False), "rrweb", "sentry"),
        Scenario("look", "Reads, folds, goes to and fro, signs in", _look, False),
        Scenario("post", "A postcode refused three times, then left", _post, True),
        Scenario("account", "Two wrong passwords", _account_, True),
        Scenario("dead", "A button that nothing listens to, one that throws", _dead, True),
        Scenario("lost", "Back at once, a page that is gone, three searches in vain", _lost, True),
        Scenario("fails", "Reviews after four seconds, a basket that breaks", _fails, True, prepare=trouble),
    ]
