"""A library desk of Mesop: Angular Material drawn by a Python server, every event a stream of differences."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

APP = """
import time
import mesop as me

BOOKS = ["Middlemarch", "Persuasion", "Emma", "Villette", "Shirley"]

@me.stateclass
class State:
    tab: str = "loans"
    days: int = 14
    query: str = ""
    name: str = ""
    card: str = ""
    said: str = ""
    bad: str = ""
    lent: list[str]
    user: str = ""
    word: str = ""
    wrong: str = ""
    report: str = ""
    dark: bool = False

def go(e: me.ClickEvent):
    me.state(State).tab = e.key

def more(e: me.ClickEvent):
    me.state(State).days += 1

def less(e: me.ClickEvent):
    me.state(State).days -= 1

def lend(e: me.ClickEvent):
    s = me.state(State)
    s.lent = [one for one in s.lent if one != e.key] if e.key in s.lent else [*s.lent, e.key]

def keep(name):
    def on(e: me.InputBlurEvent):
        setattr(me.state(State), name, e.value)
    on.__name__ = on.__qualname__ = "keep_" + name
    return on

keep_name, keep_card, keep_word = keep("name"), keep("card"), keep("word")

def seek(e: me.InputEvent):
    me.state(State).query = e.value

def join(e: me.ClickEvent):
    s = me.state(State)
    s.bad = "" if s.card.isdigit() and len(s.card) == 8 else "A card number has eight digits"
    s.said = "" if s.bad else "Welcome to the library"

def enter(e: me.ClickEvent):
    s = me.state(State)
    s.user, s.wrong = ("Ada", "") if s.word == "folio" else ("", "Wrong password")

def count(e: me.ClickEvent):
    s = me.state(State)
    s.report = "Counting…"
    yield
    time.sleep(4.4)
    s.report = "1,204 books on the shelves"
    yield

def crash(e: me.ClickEvent):
    raise ValueError("the printer has no paper")

def dark(e):
    me.state(State).dark = e.checked

@me.page(path="/", title="Library desk")
def desk():
    s = me.state(State)
    with me.box(style=me.Style(padding=me.Padding.all(16), display="grid", gap=10, max_width=720)):
        me.text("Library desk", type="headline-4")
        with me.box(style=me.Style(display="flex", gap=8)):
            for key, label in (("loans", "Loans"), ("find", "Catalogue"), ("join", "New reader"), ("staff", "Staff")):
                me.button(label, key=key, on_click=go, type="flat" if s.tab == key else "stroked")
        if s.tab == "loans":
            with me.box(style=me.Style(display="flex", gap=8)):
                me.button("Fewer days", on_click=less)
                me.text(f"{s.days} days")
                me.button("More days", on_click=more)
            for book in BOOKS:
                with me.box(style=me.Style(display="flex", gap=8, align_items="center")):
                    me.text(book, style=me.Style(width=160))
                    me.button("Return" if book in s.lent else "Lend", key=book, on_click=lend)
            me.button("Count the books", on_click=count, type="raised")
            me.text(s.report)
            me.button("Reserve a seat", type="raised")
            me.button("Print labels", on_click=crash, type="raised")
            me.checkbox("Large print", on_change=dark)
        if s.tab == "find":
            me.input(label="Title", on_input=seek)
            found = [one for one in BOOKS if s.query.lower() in one.lower()]
            for book in found:
                me.text(book)
            if not found:
                me.text("There is no such book")
        if s.tab == "join":
            me.input(label="Name", on_blur=keep_name)
            me.input(label="Card number", on_blur=keep_card)
            if s.bad:
                me.text(s.bad, style=me.Style(color="red"))
            me.text(s.said)
            me.button("Join", on_click=join, type="flat")
        if s.tab == "staff":
            if s.user:
                me.text("Good day, Ada")
            else:
                me.input(label="Password", type="password", on_blur=keep_word)
                if s.wrong:
                    me.text(s.wrong, style=me.Style(color="red"))
                me.button("Sign in", on_click=enter, type="flat")
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    mesop = install.pip(home, "mesop") / "mesop"
    (home / "desk.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([mesop, "desk.py", "--prod", "--port", port], url, cwd=home):
        yield url


def _ready(p: Person) -> None:
    moves.button(p, "Count the books").wait_for()
    p.read(1.5)


def _go(p: Person, name: str) -> None:
    """Turn to a part; Mesop now and then loses what a button says, but not its place."""
    parts = ("Loans", "Catalogue", "New reader", "Staff")
    p.click(p.page.get_by_role("button").nth(parts.index(name)), then=1.4)


def _field(p: Person, name: str) -> Locator:
    return p.page.get_by_label(name, exact=True)


def _desk(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(moves.button(p, "More days"), then=0.3)
    p.click(moves.button(p, "Lend").first, then=1)
    p.click(moves.button(p, "Lend").first, then=1)
    p.click(moves.button(p, "Return").first, then=1)
    p.click(p.page.get_by_label("Large print"), then=1)
    _go(p, "Catalogue")
    p.fill(_field(p, "Title"), "emma", then=1.5)
    _go(p, "New reader")
    p.fill(_field(p, "Name"), "Ada")
    p.fill(_field(p, "Card number"), "12345678")
    p.click(moves.button(p, "Join"), then=1.4)
    _go(p, "Loans")


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Reserve a seat"), "Reserve a seat")
    p.click(moves.button(p, "More days"), then=1)


def _card(p: Person) -> None:
    _ready(p)
    _go(p, "New reader")
    p.fill(_field(p, "Name"), "Ada")
    moves.refused(p, _field(p, "Card number"), ("ada", "1234", "none"), moves.button(p, "Join"))
    with p.meets("form_abandon"):
        _go(p, "Loans")
    p.read(1)


def _staff(p: Person) -> None:
    _ready(p)
    _go(p, "Staff")
    moves.locked_out(p, _field(p, "Password"), ("quarto", "octavo"), moves.button(p, "Sign in"), requests=False)
    p.fill(_field(p, "Password"), "folio")
    p.click(moves.button(p, "Sign in"), then=1.4)


def _vain(p: Person) -> None:
    _ready(p)
    _go(p, "Catalogue")
    moves.in_vain(p, _field(p, "Title"), ("ulysses", "dubliners", "watt"))
    p.read(1)
    with p.meets("cursor_thrash"):
        p.thrash()
    p.read(1.5)


def _crash(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "More days"), then=1)
    with p.meets("error_click", target="Print labels"), p.meets("network_error", may=True):
        p.click(moves.button(p, "Print labels"), then=3)


def _down(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "More days"), then=1)
    p.page.context.route("**/__ui__", lambda route: route.fulfill(status=503, body="busy"))
    with p.meets("error_click", "network_error"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "More days"), then=3)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Count the books"):
        p.click(moves.button(p, "Count the books"), then=6.4)
    p.click(moves.button(p, "More days"), then=1)


def scenarios() -> list[Scenario]:
    more = {"offline_hosts": True}  # it asks Google for a font
    return [
        *moves.under(Scenario("desk", "Lends, returns, searches, joins", _desk, False, **more), "rrweb"),
        *moves.under(Scenario("dead", "A button that nothing listens to", _dead, True, **more), "rrweb"),
        Scenario("card", "A card number refused three times, then left", _card, True, **more),
        Scenario("staff", "Two wrong passwords", _staff, True, **more),
        Scenario("vain", "Three searches that find nothing; a pointer shaken", _vain, True, **more),
        Scenario("crash", "An event that fails on the server", _crash, True, **more),
        Scenario("down", "A server that stops answering", _down, True, **more),
        Scenario("slow", "A count that takes over four seconds and says so", _slow, True, **more),
    ]
