"""sqlite-web, a browser of databases in Flask with Bootstrap 4: a password, queries, errors beside the statement, rows put in by hand."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries, port = install.pip(home, "sqlite-web"), install.free_port()
    site = home / "wharf.db"
    site.unlink(missing_ok=True)
    with sqlite3.connect(site) as wharf:
        wharf.execute(
            "create table crane (id integer primary key, name varchar(20) not null, tons integer check (tons < 900))"
        )
        wharf.execute("create table error (id integer primary key, said varchar(40))")
        wharf.executemany("insert into crane (name, tons) values (?, ?)", [(f"Crane {n}", n * 7) for n in range(1, 61)])
        wharf.executemany("insert into error (said) values (?)", [(f"failed load {n}",) for n in range(9)])
    url = f"http://127.0.0.1:{port}"
    argv = [binaries / "sqlite_web", "-H", "127.0.0.1", "-p", port, "-x", "-P", site]
    with install.running(argv, url, cwd=home, env={"SQLITE_WEB_PASSWORD": "granite"}):
        yield url


def _go(p: Person, control: Locator, *, then: float = 1.5) -> None:
    with p.page.expect_navigation():
        p.click(control, then=0)
    p.read(then)


def _enter(p: Person, *words: str) -> None:
    p.read(1)
    for word in (*words, "granite"):
        p.fill(p.page.locator("#id_password"), word)
        if word == "granite":
            _go(p, moves.button(p, "Login"))
            break
        with p.meets("login_failure"), p.meets("error_click", "network_error", may=True):
            _go(p, moves.button(p, "Login"))


def _to(p: Person, name: str, *, then: float = 1.5) -> None:
    _go(p, p.page.get_by_role("link", name=name, exact=True).first, then=then)


def _ask(p: Person, sql: str, *, then: float = 1.8) -> None:
    box = p.page.locator("#query-form textarea:visible, #query-form .CodeMirror").first
    p.click(box, then=0.2)
    p.press("Control+A", then=0.1)
    p.type(sql, then=0.4)
    _go(p, moves.button(p, "Execute"), then=then)


def _look(p: Person) -> None:
    _enter(p)
    _to(p, "crane")
    _to(p, "Content")
    _go(p, p.page.locator("thead a").nth(1))
    _go(p, p.page.locator(".pagination a").last)
    p.scroll(400)
    _to(p, "Query")
    _ask(p, "select name from crane where tons > 300")
    p.scroll(300)
    p.fill(p.page.locator("#table-search"), "err", then=1)
    _to(p, "error")
    _to(p, "Content")


def _insert(p: Person) -> None:
    _enter(p)
    _to(p, "crane")
    _to(p, "Insert")
    p.fill(p.page.locator("#id_name"), "Old Bess")
    p.fill(p.page.locator("#id_tons"), "12")
    _go(p, moves.button(p, "Insert"), then=2)
    _to(p, "Query")
    p.click(p.page.locator("#bookmarksButton"), then=0.8)
    p.press("Escape", then=0.4)
    p.click(p.page.locator("#sqlHelpButton"), then=0.9)
    p.press("Escape", then=0.6)
    _ask(p, "select * from crane where name like 'Old%'")


def _sql(p: Person) -> None:
    _enter(p)
    _to(p, "crane")
    _to(p, "Query")
    with p.meets("validation_loop"):
        for sql in ("selekt name from crane", "select nmae from crane", "select name frm crane"):
            with p.meets("error_click", "network_error", may=True):
                _ask(p, sql)
    _ask(p, "select name from crane")


def _tons(p: Person) -> None:
    _enter(p)
    _to(p, "crane")
    _to(p, "Insert")
    p.fill(p.page.locator("#id_name"), "Titan")
    with p.meets("validation_loop"):
        for tons in ("heavy", "massive", "huge"):
            p.fill(p.page.locator("#id_tons"), tons)
            with p.meets("error_click", "network_error", may=True):
                _go(p, moves.button(p, "Insert"))
    with p.meets("form_abandon"):
        _to(p, "Structure", then=2)


def _locked(p: Person) -> None:
    _enter(p, "marble", "basalt")
    _to(p, "error")


def _lost(p: Person) -> None:
    _enter(p)
    _to(p, "crane")
    with p.meets("quick_back"):
        _to(p, "Export", then=1.8)
        p.page.go_back()
        p.read(1.5)
    with p.meets("not_found"), p.meets("network_error", may=True):
        p.page.goto("/".join(p.page.url.split("/")[:3]) + "/tugs/")
        p.read(2.5)
    p.page.go_back()
    p.read(1)


def _fails(p: Person) -> None:
    _enter(p)
    _to(p, "crane")
    with p.meets("slow_response", target="Content"):
        _to(p, "Content", then=1.5)
    _to(p, "Insert")
    p.fill(p.page.locator("#id_name"), "Samson")
    with p.meets("error_click", target="Insert"), p.meets("network_error", may=True):
        _go(p, moves.button(p, "Insert"), then=3)


def scenarios() -> list[Scenario]:
    broken = (
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
    )

    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing_method(context, "**/crane/insert/", "POST", status=502, body=broken)
        sabotage.slow(context, "**/crane/content/", seconds=4.3)

    return [
        *moves.under(Scenario("look", "Sorts, leafs, asks, finds a table", _look, False), "rrweb"),
        Scenario("insert", "Puts a row in, opens menus, asks for it", _insert, False),
        Scenario("insert-alpha", "The same under an old recorder", _insert, False, recorder="rrweb2alpha"),
        Scenario("sql", "A statement refused three times", _sql, True),
        Scenario("tons", "A number refused three times, then left", _tons, True),
        Scenario("locked", "Two wrong passwords", _locked, True),
        Scenario("lost", "In and out again; a table that is not there", _lost, True),
        Scenario("fails", "A slow table, a row that breaks the proxy", _fails, True, prepare=trouble),
    ]
