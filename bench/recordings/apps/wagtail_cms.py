"""Wagtail, a real CMS on Django: its admin with pages to edit, searches, menus, a sign-in, and the site itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

FILL = """
from django.contrib.auth.models import User
from home.models import HomePage
from wagtail.models import Page
if not User.objects.filter(username="ines").exists():
    User.objects.create_superuser("ines", "ines@harbour.test", "low-tide-12")
    root = Page.objects.get(slug="home")
    for title in ("Berths", "Tide tables", "Harbour office", "Boat repairs"):
        root.add_child(instance=HomePage(title=title))
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "wagtail")
    site = home / "site"
    if not (site / "manage.py").exists():
        shutil.rmtree(site, ignore_errors=True)
        site.mkdir()
        install.subprocess.run([binaries / "wagtail", "start", "harbour", site], check=True)
        install.subprocess.run([binaries / "python", "manage.py", "migrate", "--verbosity", "0"], cwd=site, check=True)
    install.subprocess.run([binaries / "python", "manage.py", "shell", "-c", FILL], cwd=site, check=True)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([binaries / "python", "manage.py", "runserver", "--noreload", port], url, cwd=site):
        yield url


def _sign_in(p: Person, word: str = "low-tide-12") -> None:
    p.fill(p.page.locator("#id_username"), "ines")
    p.fill(p.page.locator("#id_password"), word)
    p.click(p.page.get_by_role("button", name="Sign in"), then=2.5)


def _pages(p: Person) -> None:
    root = "/".join(p.page.url.split("/")[:3])
    p.page.goto(f"{root}/admin/pages/3/")
    p.read(2)


def _open(p: Person, title: str) -> None:
    p.click(p.page.locator("table").get_by_role("link", name=title, exact=True).first, then=2.5)


def _edit(p: Person) -> None:
    _sign_in(p)
    _pages(p)
    _open(p, "Berths")
    p.fill(p.page.locator("#id_title"), "Berths and moorings")
    p.click(p.page.get_by_role("tab", name="Promote"), then=1)
    p.click(p.page.get_by_role("tab", name="Content"), then=1)
    p.click(p.page.get_by_role("button", name="Save draft"), then=3)
    p.read(1)


def _login(p: Person) -> None:
    for word in ("low-tide", "high-tide"):
        with p.meets("login_failure"), p.meets("error_click", may=True):
            _sign_in(p, word)
    _sign_in(p)
    root = "/".join(p.page.url.split("/")[:3])
    with p.meets("not_found"):
        p.page.goto(f"{root}/fishing/")
        p.read(2.5)


def _seek(p: Person) -> None:
    _sign_in(p)
    _pages(p)
    with p.meets("repeated_search"):
        for words in ("lighthouse", "beacon", "lamp"):
            p.fill(p.page.locator("#id_q"), words, then=3)
    p.read(1)


def _dead(p: Person) -> None:
    _sign_in(p)
    _pages(p)
    _open(p, "Boat repairs")
    p.fill(p.page.locator("#id_title"), "Boat repairs and paint")
    with p.meets("rage_click", "dead_click", target="Save draft"):
        p.rage(p.page.get_by_role("button", name="Save draft"), 5)
    with p.meets("form_abandon"):
        _pages(p)


def _bad_title(p: Person) -> None:
    _sign_in(p)
    _pages(p)
    _open(p, "Harbour office")
    p.click(p.page.locator("#id_title"), then=0.3)
    p.press("Control+A", then=0.1)
    p.press("Delete", then=0.4)
    p.click(p.page.get_by_role("tab", name="Promote"), then=1)
    with p.meets("validation_loop"):
        for words in ("berths", "tide-tables", "berths"):
            p.click(p.page.get_by_role("tab", name="Promote"), then=0.8)
            p.fill(p.page.locator("#id_slug"), words)
            with p.meets("error_click", may=True):
                p.click(p.page.get_by_role("button", name="Save draft"), then=3)
    with p.meets("form_abandon", may=True):
        _pages(p)


def scenarios() -> list[Scenario]:
    def leave(context) -> None:  # type: ignore[no-untyped-def]
        context.on("dialog", lambda dialog: dialog.accept())

    def dead(context) -> None:  # type: ignore[no-untyped-def]
        leave(context)
        sabotage.dead_named(context, "Save draft")

    more = {"path": "/admin/login/", "offline_hosts": True}
    return [
        Scenario("edit", "Edits a page and saves a draft", _edit, False, prepare=leave, **more),
        Scenario("edit-bare", "The same under bare rrweb", _edit, False, recorder="rrweb", prepare=leave, **more),
        Scenario("login", "Two wrong passwords; a page that is not there", _login, True, **more),
        Scenario("login-bare", "The same under bare rrweb", _login, True, recorder="rrweb", **more),
        Scenario("seek", "Three searches that find nothing", _seek, True, **more),
        Scenario("dead", "Save draft does nothing", _dead, True, prepare=dead, **more),
        Scenario("slug", "A slug refused three times", _bad_title, True, prepare=leave, **more),
        Scenario(
            "slug-alpha", "The same under a 2.0 alpha", _bad_title, True, recorder="rrweb2alpha", prepare=leave, **more
        ),
    ]
