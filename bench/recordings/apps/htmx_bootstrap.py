"""A Bootstrap 5 page that htmx brings to life: fragments from a server, a modal, tabs, inline validation, a load-more list."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PAGE = """<!doctype html><html lang="en"><head><title>Crew list</title><link rel="stylesheet" href="/bootstrap.css"></head><body class="container p-4">
<h1>Crew list</h1>
<ul class="nav nav-tabs"><li class="nav-item"><button class="nav-link active" data-bs-toggle="tab" data-bs-target="#crew">Crew</button></li><li class="nav-item"><button class="nav-link" data-bs-toggle="tab" data-bs-target="#join">Join</button></li></ul>
<div class="tab-content pt-3"><div class="tab-pane active" id="crew">
<table class="table"><tbody id="rows">%(rows)s</tbody></table>
<button class="btn btn-outline-primary" hx-get="/more" hx-target="#rows" hx-swap="beforeend">Show more</button>
<button class="btn btn-secondary" data-bs-toggle="modal" data-bs-target="#note">Leave a note</button>
<button class="btn btn-link" hx-get="/rota" hx-target="#rota" hx-indicator="#wait">Weekly rota</button>
<button class="btn btn-warning" hx-post="/mail" hx-swap="none">Mail everybody</button> <button class="btn btn-light" type="button">Swap shifts</button>
<span id="wait" class="htmx-indicator spinner-border spinner-border-sm"></span><div id="rota"></div>
<div class="dropdown mt-2"><button class="btn btn-light dropdown-toggle" data-bs-toggle="dropdown">Sort by</button><ul class="dropdown-menu"><li><a class="dropdown-item" href="#" hx-get="/sorted" hx-target="#rows">Name</a></li></ul></div>
<div class="accordion mt-2" id="faq"><div class="accordion-item"><button class="accordion-button collapsed" data-bs-toggle="collapse" data-bs-target="#a1">Who steers?</button><div id="a1" class="accordion-collapse collapse"><div class="accordion-body">Whoever is awake.</div></div></div></div>
</div><div class="tab-pane" id="join"><form id="form" hx-post="/join" hx-target="this" hx-swap="innerHTML">%(form)s</form></div></div>
<div class="modal" id="note" tabindex="-1"><div class="modal-dialog"><div class="modal-content"><div class="modal-header"><h5 class="modal-title">Leave a note</h5><button class="btn-close" data-bs-dismiss="modal" aria-label="Close"></button></div>
<div class="modal-body"><form hx-post="/note" hx-swap="none"><textarea class="form-control" name="text" aria-label="Note"></textarea><button class="btn btn-primary mt-2" data-bs-dismiss="modal">Pin note</button></form></div></div></div></div>
<script src="/bootstrap.js"></script><script src="/htmx.js"></script></body></html>"""
FORM = """<div class="mb-2"><label class="form-label" for="who">Your name</label><input class="form-control" id="who" name="who" value="%(who)s"></div>
<div class="mb-2"><label class="form-label" for="born">Year of birth</label><input class="form-control %(bad)s" id="born" name="born" value="%(born)s">%(error)s</div><button class="btn btn-primary">Join the crew</button>"""
CREW = "Ana Bento Carla Duarte Elsa Filipe Gil Hugo Ines Joana Luis Mara".split()


def _rows(names: list[str]) -> str:
    return "".join(f"<tr><td>{name}</td><td>deck</td></tr>" for name in names)


class _Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files: dict[str, Path] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in self.files:
            kind = "text/css" if path.endswith("css") else "text/javascript"
            return self._say(self.files[path].read_bytes(), kind)
        if path == "/more":
            return self._say(_rows([f"Deckhand {time.time_ns() % 997}", "Cook"]))
        if path == "/sorted":
            return self._say(_rows(sorted(CREW, reverse=True)))
        if path == "/rota":
            return self._say("<p>Ana on Monday, Gil on Tuesday</p>")
        return self._say(
            PAGE % {"rows": _rows(CREW[:6]), "form": FORM % {"who": "", "born": "", "bad": "", "error": ""}}
        )

    def do_POST(self) -> None:
        said = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        if self.path != "/join":
            return self._say("")
        who, born = said.get("who", [""])[0], said.get("born", [""])[0]
        if born.isdigit() and len(born) == 4:
            return self._say(f'<div class="alert alert-success">Welcome aboard, {who}</div>')
        error = f'<div class="invalid-feedback d-block">{born or "Nothing"} is not a year</div>'
        return self._say(FORM % {"who": who, "born": born, "bad": "is-invalid", "error": error})

    def _say(self, text: str | bytes, kind: str = "text/html; charset=utf-8") -> None:
        body = text.encode() if isinstance(text, str) else text
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, "htmx.org@2", "bootstrap@5")
    _Server.files = {
        "/bootstrap.css": modules / "bootstrap/dist/css/bootstrap.min.css",
        "/bootstrap.js": modules / "bootstrap/dist/js/bootstrap.bundle.min.js",
        "/htmx.js": modules / "htmx.org/dist/htmx.min.js",
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _crew(p: Person) -> None:
    for _ in range(4):
        p.click(moves.button(p, "Show more"), then=0.3)
    p.click(moves.button(p, "Leave a note"), then=1)
    p.fill(p.page.get_by_label("Note", exact=True), "Bring rope")
    p.click(moves.button(p, "Pin note"), then=1.2)
    p.click(moves.button(p, "Sort by"), then=0.8)
    p.click(p.page.get_by_text("Name", exact=True), then=1)
    p.click(moves.button(p, "Who steers?"), then=1)
    p.click(moves.button(p, "Weekly rota"), then=1)
    p.click(p.page.get_by_role("tab", name="Join"), then=0.8)
    p.fill(p.page.get_by_label("Your name"), "Ines")
    p.fill(p.page.get_by_label("Year of birth"), "90")
    p.click(moves.button(p, "Join the crew"), then=1.2)
    p.fill(p.page.get_by_label("Year of birth"), "1990")
    p.click(moves.button(p, "Join the crew"), then=1.5)


def _born(p: Person) -> None:
    p.click(p.page.get_by_role("tab", name="Join"), then=0.8)
    p.fill(p.page.get_by_label("Your name"), "Ines")
    with p.meets("validation_loop"):
        for text in ("ninety", "90s", "'90"):
            p.fill(p.page.get_by_label("Year of birth"), text)
            p.click(moves.button(p, "Join the crew"), then=1.5)
    with p.meets("form_abandon", may=True):
        p.click(p.page.get_by_role("tab", name="Crew"), then=1)


def _dead(p: Person) -> None:
    p.read(1)
    with p.meets("dead_click", target="Swap shifts"):
        p.click(moves.button(p, "Swap shifts"), then=3.3)
    with p.meets("rage_click", target="Swap shifts"), p.meets("dead_click", may=True):
        p.rage(moves.button(p, "Swap shifts"), 4)
    p.click(moves.button(p, "Who steers?"), then=1)


def _mail(p: Person) -> None:
    for _ in range(2):
        with p.meets("error_click", target="Mail everybody"), p.meets("network_error"), p.meets("dead_click", may=True):
            p.click(moves.button(p, "Mail everybody"), then=3)
    with p.meets("slow_response", target="Weekly rota"):
        p.click(moves.button(p, "Weekly rota"), then=6)


def _left(p: Person) -> None:
    p.click(p.page.get_by_role("tab", name="Join"), then=0.8)
    with p.meets("form_abandon"):
        p.fill(p.page.get_by_label("Your name"), "Ines")
        p.fill(p.page.get_by_label("Year of birth"), "1990")
        p.read(1)
        p.page.reload()
        p.read(1.5)


def _left_unseen(p: Person) -> None:
    """Without our recorder a reload looks like a form sent with Enter."""
    _left(p)
    p.may, p.truth = p.may + p.truth, []


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing(context, "**/mail", status=500, body="<p>no</p>")
        sabotage.slow(context, "**/rota", seconds=4)

    return [
        Scenario("crew", "Loads more, notes, sorts, reads, joins after one refusal", _crew, False),
        Scenario("crew-bare", "The same without our recorder", _crew, False, recorder="rrweb"),
        Scenario("crew-sentry", "The same under Sentry", _crew, False, recorder="sentry"),
        Scenario("born", "A year refused three times", _born, True),
        Scenario("born-bare", "The same without our recorder", _born, True, recorder="rrweb"),
        Scenario("dead", "A dead button", _dead, True),
        Scenario("dead-posthog", "The same under PostHog", _dead, True, recorder="posthog"),
        Scenario("mail", "A silent failure twice, a slow answer with a spinner", _mail, True, prepare=trouble),
        Scenario("mail-sentry", "The same under Sentry", _mail, True, prepare=trouble, recorder="sentry"),
        Scenario("left", "Reloads with the form filled", _left, True),
        Scenario("left-bare", "The same without our recorder", _left_unseen, True, recorder="rrweb"),
    ]
