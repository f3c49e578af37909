"""Datasette: a table browser over SQLite; every view is a URL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
from person import Person
from playwright.sync_api import BrowserContext
from studio import Scenario


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "datasette==0.65.5")
    data = home / "harbours.db"
    data.unlink(missing_ok=True)
    with sqlite3.connect(data) as db:
        db.executescript(
            "create table harbours (id integer primary key, name text, country text, depth_m real, berths integer);"
        )
        rows = [
            (f"Port {chr(65 + n % 26)}{n}", ("Norway", "Denmark", "Scotland", "Iceland")[n % 4], 2 + n % 15, n * 3 % 80)
            for n in range(400)
        ]
        db.executemany("insert into harbours (name, country, depth_m, berths) values (?, ?, ?, ?)", rows)
    url = f"http://127.0.0.1:{install.free_port()}"
    with install.running([binaries / "datasette", "serve", data, "--port", url.rpartition(":")[2]], url, cwd=home):
        yield url


def _browse(p: Person) -> None:
    p.read(1)
    p.click(p.page.get_by_role("link", name="harbours", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name="harbours", exact=True).last, then=1)
    p.click(p.page.get_by_role("link", name="depth_m").first, then=1)
    p.click(p.page.get_by_role("link", name="Next page"), then=0.8)
    p.click(p.page.get_by_role("link", name="Next page"), then=0.8)
    p.click(p.page.get_by_role("link", name="Next page"), then=0.8)
    p.click(p.page.locator("th .dropdown-menu-icon").nth(2), then=1)
    p.press("Escape")
    p.click(p.page.locator("td a").first, then=1.5)


def _query(p: Person) -> None:
    p.click(p.page.get_by_role("link", name="harbours", exact=True).first, then=1)
    p.click(p.page.locator(".CodeMirror, .cm-content").first, then=0.3)
    p.page.keyboard.press("Control+A")
    p.type("select country, count(*) from harbours group by country")
    p.click(p.page.get_by_role("button", name="Run SQL"), then=2)


def _bad_sql(p: Person) -> None:
    p.click(p.page.get_by_role("link", name="harbours", exact=True).first, then=1)
    with p.meets("validation_loop", "error_click", "network_error", target="Run SQL", may=True):
        for text in ("selct * from harbours", "select * form harbours", "select * from harbour"):
            p.click(p.page.locator(".CodeMirror, .cm-content").first, then=0.3)
            p.page.keyboard.press("Control+A")
            p.type(text)
            p.click(p.page.get_by_role("button", name="Run SQL"), then=1.5)
            p.page.go_back()
            p.read(1)


def _slow(context: BrowserContext) -> None:
    def wait(route) -> None:  # type: ignore[no-untyped-def]
        context.pages[0].wait_for_timeout(4200)
        route.continue_()

    context.route("**/harbours/harbours?*", wait)


def _slow_sort(p: Person) -> None:
    p.click(p.page.get_by_role("link", name="harbours", exact=True).first, then=1)
    p.click(p.page.get_by_role("link", name="harbours", exact=True).last, then=1)
    with p.meets("slow_response", target="berths"):
        p.click(p.page.get_by_role("link", name="berths").first, then=0)
        p.page.wait_for_url("**_sort=*", timeout=20_000)
    p.read(2)


def scenarios() -> list[Scenario]:
    return [
        Scenario("browse", "Sorts and pages through a table", _browse, False),
        Scenario("query", "Writes a query of its own", _query, False),
        Scenario("bad-sql", "Three queries with a slip", _bad_sql, True),
        Scenario("slow-sort", "Sorting takes four seconds", _slow_sort, True, prepare=_slow),
    ]
