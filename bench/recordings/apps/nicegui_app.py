"""A NiceGUI dashboard (Vue, Quasar, websocket): every click goes to Python and back; a clock ticks, a chart moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import asyncio, os, random, datetime
from nicegui import ui

@ui.page("/")
def page():
    ui.page_title("Tide desk")
    with ui.header(): ui.label("Tide desk").classes("text-xl")
    clock = ui.label(); ui.timer(0.5, lambda: clock.set_text(datetime.datetime.now().strftime("%H:%M:%S.%f")[:10]))
    with ui.row():
        count = ui.label("0 boats"); n = {"v": 0}
        def more(): n["v"] += 1; count.set_text(f"{n['v']} boats")
        ui.button("Add a boat", on_click=more)
        async def slow(): await asyncio.sleep(4.3); ui.notify("Forecast is ready")
        ui.button("Fetch forecast", on_click=slow)
        ui.button("Print list")
        def fail(): raise RuntimeError("the ledger is locked")
    with ui.tabs() as tabs: a = ui.tab("Boats"); b = ui.tab("Berths")
    with ui.tab_panels(tabs, value=a):
        with ui.tab_panel(a):
            rows = [{"name": f"Boat {i}", "len": 4 + i % 20} for i in range(40)]
            ui.table(columns=[{"name": "name", "label": "Name", "field": "name", "sortable": True}, {"name": "len", "label": "Length", "field": "len", "sortable": True}], rows=rows, pagination=8)
        with ui.tab_panel(b): ui.slider(min=0, max=50, value=12); ui.switch("Open at night")
    with ui.dialog() as dialog, ui.card(): ui.label("Close the harbour?"); ui.button("Yes, close it", on_click=lambda: (dialog.close(), ui.notify("Harbour closed"))); ui.button("No", on_click=dialog.close)
    ui.button("Close harbour", on_click=dialog.open)
    name = ui.input("Skipper", validation={"Enter at least 3 letters": lambda v: len(v or "") >= 3})

ui.run(host="127.0.0.1", port=int(os.environ["PORT"]), show=False, reload=False)
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "nicegui==3.18.0") / "python"
    (home / "desk.py").write_text(APP)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    with install.running([python, "desk.py"], url, cwd=home, env={"PORT": str(port)}):
        yield url


def _ready(p: Person) -> None:
    moves.button(p, "Add a boat").wait_for()
    p.read(2)


def _count(p: Person) -> None:
    _ready(p)
    for _ in range(5):
        p.click(moves.button(p, "Add a boat"), then=0.3)
    p.click(p.page.get_by_role("tab", name="Berths"), then=1)
    p.click(p.page.get_by_role("switch", name="Open at night"), then=0.8)
    p.click(p.page.get_by_role("tab", name="Boats"), then=1)
    p.click(p.page.locator("th", has_text="Length"), then=1)
    p.click(p.page.get_by_label("Next page"), then=0.8)
    p.click(p.page.get_by_label("Next page"), then=0.8)


def _dialog(p: Person) -> None:
    _ready(p)
    p.click(moves.button(p, "Close harbour"), then=1.2)
    p.click(moves.button(p, "No"), then=1)
    p.click(moves.button(p, "Close harbour"), then=1.2)
    p.click(moves.button(p, "Yes, close it"), then=2)
    p.fill(p.page.get_by_label("Skipper"), "Ines", then=1)


def _dead(p: Person) -> None:
    _ready(p)
    unseen = "one press on Print: what a printer does is in no recording"
    with p.meets("dead_click", target="Print list", may=True, note=unseen):
        p.click(moves.button(p, "Print list"), then=3.5)
    with p.meets("rage_click", target="Print list"), p.meets("dead_click", target="Print list", may=True):
        p.rage(moves.button(p, "Print list"), 5)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Fetch forecast"), p.meets("dead_click", target="Fetch forecast", may=True):
        p.click(moves.button(p, "Fetch forecast"), then=6)


def _throws(p: Person) -> None:
    _ready(p)
    for _ in range(2):
        with p.meets("error_click", target="Add a boat"), p.meets("dead_click", may=True):
            p.click(moves.button(p, "Add a boat"), then=3)


def scenarios() -> list[Scenario]:
    return [
        Scenario("count", "Counts boats, opens tabs, sorts and pages", _count, False),
        Scenario("dialog", "Opens a dialog twice, fills a field", _dialog, False),
        Scenario("dead", "A dead button beside a ticking clock", _dead, True),
        Scenario("slow", "An answer over a websocket after four seconds", _slow, True),
        Scenario(
            "throws",
            "A button that throws beside a ticking clock",
            _throws,
            True,
            prepare=lambda c: sabotage.throwing(
                c, "button:not([role])", "Cannot read properties of undefined (reading 'emit')"
            ),
        ),
    ]
