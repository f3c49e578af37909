"""I Hate Money, shared budgets in Flask with Bootstrap 4 and jQuery: pages from the server, flashes, a bill in a modal."""

import itertools
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

CONFIG = """
SECRET_KEY = "recorded"
SQLALCHEMY_DATABASE_URI = "sqlite:///%s/budget.db"
SESSION_COOKIE_SECURE = False
"""
_number = itertools.count(1)  # two projects cannot have one name


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries, port = install.pip(home, "ihatemoney", "setuptools<80"), install.free_port()
    (home / "budget.db").unlink(missing_ok=True)
    (home / "budget.cfg").write_text(CONFIG % home)
    url = f"http://127.0.0.1:{port}"
    argv = [binaries / "flask", "--app", "ihatemoney.wsgi:application", "run", "-p", port]
    with install.running(argv, url, cwd=home, env={"IHATEMONEY_SETTINGS_FILE_PATH": str(home / "budget.cfg")}):
        known = {"id": "demo", "name": "Demo", "password": "demo", "contact_email": "ines@harbour.example"}
        urllib.request.urlopen(f"{url}/api/projects", urllib.parse.urlencode(known).encode()).close()
        yield url


def _project(p: Person, name: str) -> None:
    p.read(1.2)
    box = p.page.locator("#creation-form")
    p.fill(box.locator("#name"), f"{name} {next(_number)}")
    p.fill(box.locator("#password"), "compass")
    p.fill(box.locator("#contact_email"), "ines@harbour.example")
    with p.page.expect_navigation():
        p.click(moves.button(p, "Create"), then=0)
    p.read(2)


def _member(p: Person, name: str) -> None:
    p.fill(p.page.get_by_placeholder("Add participant"), name)
    with p.page.expect_navigation():
        p.click(moves.button(p, "Add"), then=0)
    p.read(1.5)


def _bill(p: Person, what: str, amount: str) -> None:
    p.page.wait_for_load_state()
    p.click(p.page.locator("#new-bill a"), then=1.2)
    p.fill(p.page.locator("#bill-form #what"), what)
    p.click(p.page.locator("#bill-form #payer"), then=0.3)
    p.press("ArrowDown", then=0.2)
    p.press("Enter", then=0.4)
    p.fill(p.page.locator("#bill-form #amount"), amount)


def _send(p: Person, *, then: float = 1.8) -> None:
    with p.page.expect_navigation():
        p.click(p.page.locator("#bill-form input[type=submit]").first, then=0)
    p.read(then)


def _share(p: Person) -> None:
    _project(p, "Attic")
    for name in ("Ines", "Rui"):
        _member(p, name)
    _bill(p, "Paint", "42")
    p.click(p.page.locator("#bill-form #selectnone"), then=0.5)
    p.click(p.page.locator("#bill-form a", has_text="Everyone"), then=0.5)
    p.click(p.page.locator("#bill-form summary"), then=0.7)
    _send(p)
    _bill(p, "Brushes, thre", "9.5")
    p.click(p.page.locator("#bill-form #what"), then=0.2)
    p.press("End", then=0.1)
    p.type("e")
    _send(p)
    moves.link(p, "Settle", then=1.8)
    moves.link(p, "Statistics", then=2)
    moves.link(p, "Bills", then=1.5)


def _tidy(p: Person) -> None:
    _project(p, "Cellar")
    _member(p, "Ines")
    _bill(p, "Shelf", "30")
    _send(p)
    p.click(p.page.locator(".flash .close").first, then=1)  # it lies over the filters' button
    p.click(p.page.locator("#toggle-filters"), then=1)
    p.fill(p.page.locator("#filterCollapse #search"), "she")
    p.press("Enter", then=1.8)
    p.page.go_back()
    p.read(1.5)
    delete = p.page.locator(".delete-bill button, .delete-bill input[type=submit]").first
    p.click(delete, then=1.2)
    p.click(delete, then=1.8)
    p.click(p.page.locator("#langMenuButton"), then=1)
    p.press("Escape", then=0.5)
    p.click(p.page.locator("#navbarProjectsLinks"), then=0.9)
    p.click(p.page.get_by_role("link", name="History"), then=2)
    moves.link(p, "Statistics", then=2)
    moves.link(p, "Bills", then=1.5)


def _amount(p: Person) -> None:
    _project(p, "Boathouse")
    _member(p, "Rui")
    with p.meets("validation_loop"):
        _bill(p, "Varnish", "much")
        _send(p)
        for amount in ("lots", "plenty"):
            p.fill(p.page.locator("#amount:visible"), amount)
            p.click(p.page.locator("input[type=submit]:visible").first, then=1.8)
    with p.meets("form_abandon"):
        moves.link(p, "Statistics", then=2)


def _enter(p: Person) -> None:
    p.read(1.2)
    box = p.page.locator("#authentication-form")
    p.fill(box.locator("#id"), "demo")
    p.fill(box.locator("#password"), "marble")
    with p.meets("login_failure"), p.meets("network_error", "error_click", may=True):
        p.click(moves.button(p, "Log in"), then=2)
    for word in ("basalt", "demo"):
        p.fill(p.page.locator("#password"), word)
        if word == "demo":
            p.click(p.page.locator("button[type=submit]:visible").first, then=2)
        else:
            with p.meets("login_failure"), p.meets("network_error", "error_click", may=True):
                p.click(p.page.locator("button[type=submit]:visible").first, then=2)


def _lost(p: Person) -> None:
    _project(p, "Jetty")
    _member(p, "Ines")
    with p.meets("quick_back"):
        moves.link(p, "Statistics", then=1.8)
        p.page.go_back()
        p.read(1.5)
    with p.meets("not_found"), p.meets("network_error", may=True):
        p.page.goto("/".join(p.page.url.split("/")[:4]) + "/edit/4711")
        p.read(2.5)
    p.page.go_back()
    p.read(1)


def _dead(p: Person) -> None:
    _project(p, "Mooring")
    _member(p, "Ines")
    moves.dead(p, p.page.locator("#new-bill a"), "Add a new bill")
    p.fill(p.page.get_by_placeholder("Add participant"), "Rui")
    with p.meets("form_abandon"):
        moves.link(p, "Settle", then=2)


def _fails(p: Person) -> None:
    _project(p, "Slipway")
    _member(p, "Ines")
    _bill(p, "Winch", "80")
    with p.meets("error_click"), p.meets("network_error", may=True):
        _send(p, then=2.5)
    p.page.go_back()
    p.read(1.5)
    with p.meets("slow_response", target="Settle"):
        moves.link(p, "Settle", then=6.5)


def scenarios() -> list[Scenario]:
    broken = "<html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1><p>The server is overloaded.</p></body></html>"

    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing_method(context, "**/slipway*/add", "POST", status=500, body=broken)
        sabotage.slow(context, "**/slipway*/settle_bills", seconds=4.3)

    dead = lambda c: sabotage.dead(c, "#new-bill a")  # noqa: E731
    return [
        *moves.under(Scenario("share", "A project, two people, two bills, settled", _share, False), "rrweb"),
        Scenario("tidy", "Filters, a bill deleted after a second look, languages not changed", _tidy, False),
        Scenario("tidy-masked", "The same, all masked", _tidy, False, recorder="sentry", masked=True),
        Scenario("amount", "An amount refused three times, then left", _amount, True),
        Scenario("enter", "Two wrong codes", _enter, True),
        Scenario("lost", "In and out again; a bill that is not there", _lost, True),
        Scenario("dead", "Bills cannot be added; a name typed and left", _dead, True, prepare=dead),
        Scenario("fails", "The server breaks on a bill and dawdles on another page", _fails, True, prepare=trouble),
    ]
