"""Roundup, an issue tracker of 2001 that is still maintained: pages of templates from the server, a form for everything."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

SERVE = """
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from roundup.cgi.wsgi_handler import RequestDispatcher
make_server("127.0.0.1", int(sys.argv[2]), RequestDispatcher(sys.argv[1]), handler_class=WSGIRequestHandler).serve_forever()
"""
BUGS = ("Gate sticks in the rain", "Lamp flickers", "Stairs are slippery", "Bell rings twice", "Window will not shut")


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "roundup")
    tracker, port = home / "tracker", install.free_port()
    shutil.rmtree(tracker, ignore_errors=True)
    url = f"http://127.0.0.1:{port}/"

    def admin(*words: str) -> None:
        subprocess.run([binaries / "roundup-admin", "-i", tracker, *words], check=True, capture_output=True)

    admin("install", "responsive", "sqlite")
    config = tracker / "config.ini"
    text = config.read_text()
    for name, value in (("web", url), ("domain", "house.test"), ("host", "localhost")):
        text = text.replace(f"#{name} = NO DEFAULT", f"{name} = {value}")
    config.write_text(text)
    admin("initialise", "warden")
    for title in BUGS:
        admin("create", "bug", f"title={title}", "status=new", "priority=normal")
    # Its own server will not run as root, as it may have to in a container.
    with install.running([binaries / "python", "-c", SERVE, tracker, port], url, cwd=home):
        yield url.rstrip("/")


def _sign_in(p: Person, password: str, *, then: float = 2) -> None:
    p.fill(p.page.get_by_placeholder("Username"), "admin")
    p.fill(p.page.get_by_placeholder("Password"), password)
    p.click(moves.button(p, "Login"), then=then)


def _browse(p: Person) -> None:
    p.read(1.5)
    _sign_in(p, "warden")
    moves.link(p, "Bugs")
    moves.link(p, BUGS[1])
    p.fill(p.page.locator("[name='@note']"), "Seen again on Friday")
    p.click(moves.button(p, "Submit Changes"), then=2.5)
    p.scroll(600)
    p.scroll(-600)
    p.fill(p.page.locator("#search-text"), "bell")
    p.press("Enter", then=2)
    moves.link(p, BUGS[3], then=2)
    moves.link(p, "Your Details", then=2)
    moves.link(p, "Logout", then=2)


def _sign_in_twice(p: Person) -> None:
    p.read(1.5)
    for password in ("warder", "keeper"):
        with p.meets("login_failure"), p.meets("error_click", target="Login", may=True):
            _sign_in(p, password)
    _sign_in(p, "warden")
    p.read(1)


def _new(p: Person) -> None:
    p.read(1.5)
    _sign_in(p, "warden")
    p.click(p.page.get_by_role("link", name="Create New").first, then=1.5)
    p.fill(p.page.locator("[name='@note']"), "It squeaks")
    with p.meets("validation_loop"):
        for _ in range(3):
            with p.meets("error_click", may=True):
                p.click(moves.button(p, "Submit New Entry"), then=2)
    with p.meets("form_abandon"):
        moves.link(p, "Bugs", then=2)


def _lost(p: Person) -> None:
    p.read(1.5)
    moves.link(p, "Bugs", then=1.5)
    with p.meets("quick_back"):
        moves.link(p, BUGS[2], then=2)
        p.page.go_back()
        p.read(2)
    with p.meets("not_found"), p.meets("network_error", may=True):
        p.page.goto(p.page.url.rpartition("/")[0] + "/bug4711")
        p.read(2.5)
    p.page.go_back()
    p.read(1)


def _vain(p: Person) -> None:
    p.read(1.5)
    with p.meets("repeated_search"):
        for words in ("chimney", "gutter", "roof"):
            p.fill(p.page.locator("#search-text"), words)
            p.press("Enter", then=2)
    p.read(1)


def _dead(p: Person) -> None:
    p.read(1.5)
    _sign_in(p, "warden")
    moves.link(p, "Bugs", then=1.5)
    moves.link(p, BUGS[0], then=1.5)
    moves.dead(p, moves.button(p, "Submit Changes"), "Submit Changes")
    moves.link(p, "Bugs", then=2)


def _fails(p: Person) -> None:
    p.read(1.5)
    _sign_in(p, "warden")
    moves.link(p, "Bugs", then=1.5)
    moves.link(p, BUGS[0], then=1.5)
    p.fill(p.page.locator("[name='@note']"), "Oiled the hinge")
    with p.meets("error_click", target="Submit Changes"), p.meets("network_error", may=True):
        p.click(moves.button(p, "Submit Changes"), then=3)
    p.page.go_back()
    p.read(1.5)


def _slow(p: Person) -> None:
    p.read(1.5)
    with p.meets("slow_response"):
        moves.link(p, "Bugs", then=6)
    moves.link(p, BUGS[0], then=2)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, "[name=submit_button], [value='Submit Changes']")  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/bug", seconds=4.4)  # noqa: E731
    broken = "<html><head><title>Internal Server Error</title></head><body><h1>An error has occurred</h1></body></html>"
    fails = lambda c: sabotage.failing_method(c, "**/bug1*", "POST", status=500, body=broken)  # noqa: E731
    return [
        *moves.under(Scenario("browse", "Signs in, reads, notes, searches", _browse, False), "rrweb"),
        *moves.under(Scenario("sign-in", "Two wrong passwords", _sign_in_twice, True), "posthog"),
        Scenario("new", "An issue refused three times for want of a title, then left", _new, True),
        *moves.under(Scenario("lost", "In and out again; an issue that is not there", _lost, True), "rrweb2alpha"),
        Scenario("vain", "Three searches that find nothing", _vain, True),
        Scenario("dead", "A submit button that does nothing", _dead, True, prepare=dead),
        Scenario("fails", "A note that the server cannot keep", _fails, True, prepare=fails),
        Scenario("slow", "A list after more than four seconds", _slow, True, prepare=late),
    ]
