"""Trac, a wiki and ticket tracker of 2003 that is still maintained: pages from the server, previews, jQuery here and there."""

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

RIGHTS = ("TICKET_CREATE", "TICKET_MODIFY", "WIKI_CREATE", "WIKI_MODIFY", "MILESTONE_VIEW")


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "Trac", "setuptools<80")
    site, port = home / "env", install.free_port()
    shutil.rmtree(site, ignore_errors=True)

    def admin(*words: str) -> None:
        subprocess.run([binaries / "trac-admin", site, *words], check=True, capture_output=True)

    admin("initenv", "Harbour works", "sqlite:db/trac.db")
    admin("permission", "add", "anonymous", *RIGHTS)
    url = f"http://127.0.0.1:{port}"
    with install.running([binaries / "tracd", "-s", "-p", port, site], url, cwd=home):
        yield url


def _nav(p: Person, name: str, *, then: float = 1.5) -> None:
    p.click(p.page.locator("#mainnav").get_by_role("link", name=name, exact=True), then=then)


def _ticket(p: Person, summary: str) -> None:
    _nav(p, "New Ticket")
    p.fill(p.page.locator("#field-summary"), summary)
    p.fill(p.page.locator("#field-description"), "Seen at the north quay this morning")


def _create(p: Person) -> None:
    p.click(p.page.locator("input[name=submit]"), then=2)


def _work(p: Person) -> None:
    p.read(1.5)
    _ticket(p, "Crane stops half way")
    p.click(p.page.locator("input[name=preview]"), then=2)
    _create(p)
    p.scroll(500)
    p.fill(p.page.locator("#comment"), "Greased on Friday")
    p.click(p.page.locator("input[name=submit]"), then=2)
    p.fill(p.page.locator("#proj-search"), "crane")
    p.press("Enter", then=2)
    p.click(p.page.locator("#results a").first, then=1.5)
    _nav(p, "Timeline")
    p.read(1)


def _write(p: Person) -> None:
    p.read(1.5)
    p.click(p.page.get_by_role("link", name="TracGuide").first, then=2)
    p.scroll(900)
    p.scroll(-900)
    _nav(p, "Wiki")
    p.click(p.page.locator("input[value='Edit this page']"), then=2)
    p.click(p.page.locator("#text"), then=0.3)
    p.press("Control+End", then=0.2)
    p.type("The quay is closed on Sundays.")
    p.click(p.page.locator("#save"), then=2)
    p.click(p.page.get_by_role("link", name="Preferences").first, then=2)
    p.fill(p.page.locator("#name"), "Ines Duarte")
    p.click(p.page.locator("form#userprefs input[type=submit]").first, then=2)


def _new(p: Person) -> None:
    p.read(1.5)
    _nav(p, "New Ticket")
    p.fill(p.page.locator("#field-description"), "It will not start")
    with p.meets("validation_loop"):
        for _ in range(3):
            with p.meets("error_click", may=True):
                _create(p)
    with p.meets("form_abandon"):
        _nav(p, "Wiki", then=2)


def _vain(p: Person) -> None:
    p.read(1.5)
    with p.meets("repeated_search"):
        for words in ("tugboat", "anchorage", "pilotage"):
            p.fill(p.page.locator("#proj-search"), words)
            p.press("Enter", then=2)
    p.read(1)


def _lost(p: Person) -> None:
    p.read(1.5)
    _nav(p, "Roadmap")
    with p.meets("quick_back"):
        p.click(p.page.get_by_role("link", name="milestone1"), then=2)
        p.page.go_back()
        p.read(1.5)
    with p.meets("not_found"), p.meets("network_error", may=True):
        p.page.goto("/".join(p.page.url.split("/")[:3]) + "/ticket/4711")
        p.read(2.5)
    p.page.go_back()
    p.read(1)


def _dead(p: Person) -> None:
    p.read(1.5)
    _ticket(p, "Fender is loose")
    moves.dead(p, p.page.locator("input[name=submit]"), "Create ticket")
    with p.meets("form_abandon"):
        _nav(p, "Wiki", then=2)


def _fails(p: Person) -> None:
    p.read(1.5)
    _ticket(p, "Bollard is bent")
    for _ in range(2):
        with p.meets("error_click", target="Create ticket"), p.meets("network_error", may=True):
            _create(p)
        p.page.go_back()
        p.read(1.5)


def scenarios() -> list[Scenario]:
    broken = "<html><head><title>500</title></head><body><h1>Trac Error</h1><p>The database is locked</p></body></html>"
    fails = lambda c: sabotage.failing_method(c, "**/newticket*", "POST", status=500, body=broken)  # noqa: E731
    dead = lambda c: sabotage.dead(c, "input[name=submit]")  # noqa: E731
    return [
        Scenario("work", "Opens a ticket after a preview, comments, finds it", _work, False),
        Scenario("work-bare", "The same without our recorder", _work, False, recorder="rrweb"),
        Scenario("write", "Reads the guide, edits a page, sets a name", _write, False),
        Scenario("new", "A ticket refused three times for want of a summary, then left", _new, True),
        Scenario("vain", "Three searches that find nothing", _vain, True),
        Scenario("lost", "In and out again; a ticket that is not there", _lost, True),
        Scenario("dead", "A submit button that does nothing", _dead, True, prepare=dead),
        Scenario("fails", "The server breaks twice while a ticket is kept", _fails, True, prepare=fails),
    ]
