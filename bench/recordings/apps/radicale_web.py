"""Radicale's own web client for calendars and address books: scenes that are shown and hidden, links of icons, XML."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

CONFIG = """[server]
hosts = 127.0.0.1:%d
[auth]
type = htpasswd
htpasswd_filename = users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = data
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "radicale")
    port = install.free_port()
    (home / "config").write_text(CONFIG % port)
    (home / "users").write_text("ines:cork12\nrui:cork12\n")
    shutil.rmtree(home / "data", ignore_errors=True)
    url = f"http://127.0.0.1:{port}"
    with install.running([binaries / "python", "-m", "radicale", "-C", "config"], url, cwd=home):
        yield url


def _at(p: Person, scene: str, name: str) -> Locator:
    return p.page.locator(f"#{scene} [data-name={name}]:visible").first


def _sign_in(p: Person, word: str = "cork12", *, who: str = "ines", then: float = 2) -> None:
    p.page.locator("#loginscene:not(.hidden)").wait_for()
    p.fill(_at(p, "loginscene", "user"), who)
    p.fill(_at(p, "loginscene", "password"), word)
    p.click(p.page.get_by_role("button", name="Next"), then=then)


def _new(p: Person, title: str) -> None:
    p.click(_at(p, "collectionsscene", "new"), then=1.2)
    p.page.locator("#createcollectionscene [data-name=type]").select_option("CALENDAR")
    p.fill(p.page.locator("#create_displayname"), title)
    p.fill(p.page.locator("#create_description"), "Ships and tides")


def _keep(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    _new(p, "Tides")
    p.click(_at(p, "createcollectionscene", "submit"), then=2)
    p.page.locator("article:visible").first.wait_for()
    card = p.page.locator("article:visible", has_text="Tides").first
    p.point(card)
    p.click(card.locator("[data-name=copy-url]"), then=1)
    p.click(card.locator("[data-name=edit]"), then=1.2)
    p.fill(p.page.locator("#displayname"), "Tides of Faro")
    p.click(_at(p, "editcollectionscene", "submit"), then=2)
    p.click(p.page.get_by_title("Refresh"), then=1.5)
    p.click(p.page.get_by_title("Logout"), then=1.5)


def _drop(p: Person) -> None:
    p.read(1)
    _sign_in(p, who="rui")
    _new(p, "Old berths")
    p.click(_at(p, "createcollectionscene", "submit"), then=2)
    card = p.page.locator("article:visible", has_text="Old berths").first
    p.point(card)
    p.click(card.locator("[data-name=delete]"), then=1.2)
    p.fill(_at(p, "deleteconfirmationscene", "confirmationtxt"), "DELETE")
    p.click(_at(p, "deleteconfirmationscene", "delete"), then=2)
    with p.meets("form_abandon", may=True):
        _new(p, "Crew")
        p.click(_at(p, "createcollectionscene", "cancel"), then=1)


def _dead(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    _new(p, "Pilots")
    moves.dead(p, _at(p, "createcollectionscene", "submit"), "Create")
    with p.meets("form_abandon"):
        p.click(_at(p, "createcollectionscene", "cancel"), then=1.5)
    p.read(1)


def _fails(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    _new(p, "Pilots")
    for _ in range(2):
        with p.meets("error_click", target="Create"), p.meets("network_error"):
            p.click(_at(p, "createcollectionscene", "submit"), then=2.5)
    with p.meets("form_abandon", may=True):
        p.click(_at(p, "createcollectionscene", "cancel"), then=1.5)


def _phrase(p: Person) -> None:
    p.read(1)
    _sign_in(p, who="rui")
    _new(p, "Winter")
    p.click(_at(p, "createcollectionscene", "submit"), then=2)
    card = p.page.locator("article:visible", has_text="Winter").first
    p.point(card)
    p.click(card.locator("[data-name=delete]"), then=1.2)
    box = _at(p, "deleteconfirmationscene", "confirmationtxt")
    moves.refused(p, box, ("yes", "delete", "Winter"), _at(p, "deleteconfirmationscene", "delete"))
    with p.meets("form_abandon", may=True):
        p.click(_at(p, "deleteconfirmationscene", "cancel"), then=1.5)


def scenarios() -> list[Scenario]:
    fails = lambda c: sabotage.failing_method(c, "**/ines/**", "MKCOL", status=507, body="Insufficient Storage")  # noqa: E731
    dead = lambda c: sabotage.dead(c, "#createcollectionscene [data-name=submit]")  # noqa: E731
    more = {"path": "/.web/"}
    return [
        *moves.under(
            Scenario("keep", "Makes a calendar, copies its address, renames it", _keep, False, **more), "rrweb"
        ),
        Scenario("drop", "Makes and deletes a calendar, thinks better of another", _drop, False, **more),
        Scenario("dead", "Create does nothing", _dead, True, prepare=dead, **more),
        Scenario("fails", "The server has no room, twice", _fails, True, prepare=fails, **more),
        Scenario("phrase", "Deleting refused three times for want of the phrase", _phrase, True, **more),
    ]
