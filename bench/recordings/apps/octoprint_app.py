"""OctoPrint, the desk of a 3D printer: Knockout and Bootstrap 2, a login page, tabs, a terminal, settings in a dialog."""

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

CONFIG = """
server: {firstRun: false, seenWizards: {corewizard: 9, backup: 1, tracking: 9, softwareupdate: 9, classicwebcam: 9}, onlineCheck: {enabled: false}, pluginBlacklist: {enabled: false}}
plugins: {_disabled: [tracking, announcements, softwareupdate, discovery, pi_support, firmware_check, health_check]}
serial: {autoconnect: false}
devel: {virtualPrinter: {enabled: true}}
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    octoprint = install.pip(home, "OctoPrint") / "octoprint"
    base = home / "base"
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    (base / "config.yaml").write_text(CONFIG)
    user = [octoprint, "-b", base, "user", "add", "maker", "--password", "filament", "--admin"]
    subprocess.run(user, check=True, capture_output=True)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    argv = [octoprint, "serve", "--iknowwhatimdoing", "--host", "127.0.0.1", "--port", port, "-b", base]
    with install.running(argv, f"{url}/online.gif", cwd=home):
        yield url


def _sign_in(p: Person, password: str = "filament") -> None:
    p.fill(p.page.get_by_placeholder("Username"), "maker")
    p.fill(p.page.get_by_placeholder("Password"), password)
    p.click(moves.button(p, "Log in"), then=0.5)
    p.page.get_by_role("tab", name="Terminal").wait_for()
    p.page.wait_for_function("document.querySelector('#page-container-loading')?.offsetParent === null")
    p.read(1.5)


def _tab(p: Person, name: str) -> None:
    p.click(p.page.get_by_role("link", name=name, exact=True), then=1.2)


def _tour(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    _tab(p, "Terminal")
    _tab(p, "Timelapse")
    _tab(p, "Temperature")
    p.click(p.page.locator("#state_wrapper a.accordion-toggle"), then=1.2)
    p.click(p.page.locator("#state_wrapper a.accordion-toggle"), then=1.2)
    p.click(p.page.get_by_label("Auto-connect on server startup"), then=1)
    p.click(p.page.locator("#navbar_show_settings"), then=2.5)
    p.click(p.page.locator("#settings_dialog button.close").first, then=1.5)


def _wrong(p: Person) -> None:
    p.read(1)
    p.fill(p.page.get_by_placeholder("Username"), "maker")
    box = p.page.get_by_placeholder("Password")
    moves.locked_out(p, box, ("nozzle", "spool"), moves.button(p, "Log in"), requests=True)
    p.fill(box, "filament")
    p.click(moves.button(p, "Log in"), then=5)


def _dead(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    moves.dead(p, moves.button(p, "Connect"), "Connect")
    _tab(p, "Terminal")


def _fails(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    with p.meets("error_click", target="Connect"), p.meets("network_error"):
        p.click(moves.button(p, "Connect"), then=3)
    _tab(p, "Terminal")


def _slow(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    with p.meets("slow_response"):
        p.click(p.page.locator("#navbar_show_settings"), then=7)
    p.click(p.page.locator("#settings_dialog button.close").first, then=1.5)


def _vain(p: Person) -> None:
    p.read(1)
    _sign_in(p)
    moves.in_vain(p, p.page.locator("#files_wrapper .search-query"), ("gear", "bracket", "hinge"))
    p.read(1)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, "#printer_connect")  # noqa: E731
    bad = lambda c: sabotage.failing_method(c, "**/api/connection", "POST", status=500)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/settings*", seconds=4.4)  # noqa: E731
    return [
        Scenario("tour", "Signs in, turns to every part, opens the settings", _tour, False),
        Scenario("dead", "A Connect button that does nothing", _dead, True, prepare=dead),
        Scenario("fails", "A connection that the server refuses", _fails, True, prepare=bad),
        Scenario("slow", "Settings after more than four seconds", _slow, True, prepare=late),
        Scenario("vain", "Three searches among no files", _vain, True),
        Scenario("wrong", "Two wrong passwords", _wrong, True),  # last: three of them shut the door for a while
    ]
