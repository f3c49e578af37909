"""FullCalendar from npm: a calendar where days are clicked, appointments dragged, views switched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Boat yard</title>
<style>body{font:14px system-ui;margin:16px}#calendar{max-width:1000px}dialog{border:1px solid #889;border-radius:8px}</style></head>
<body><h1>Boat yard</h1><div id="calendar"></div>
<dialog id="d" aria-label="Appointment"><form method="dialog" id="f"><p><label>What <input id="what"></label></p>
<button value="save">Save</button> <button value="no">Cancel</button></form></dialog><p id="said" role="status"></p>
<script src="index.global.min.js"></script><script>
let day; const cal = new FullCalendar.Calendar(calendar, {initialView: "dayGridMonth", initialDate: "2026-06-01", editable: true, selectable: true, height: 620,
  headerToolbar: {left: "prev,next today", center: "title", right: "dayGridMonth,timeGridWeek,listMonth"},
  events: [{title: "Slip boat 7", start: "2026-06-03"}, {title: "Paint", start: "2026-06-10", end: "2026-06-13"}, {title: "Crane", start: "2026-06-17T09:00"}],
  dateClick: (e) => { day = e.dateStr; what.value = ""; d.showModal(); },
  eventClick: (e) => { said.textContent = e.event.title + " is fixed"; },
  eventDrop: async (e) => { const r = await fetch("/api/move", {method: "POST", body: "{}"}); said.textContent = r.ok ? "Moved " + e.event.title : ""; if (!r.ok) { e.revert(); said.innerHTML = "<span role=alert>Could not move " + e.event.title + "</span>"; } }});
cal.render();
d.onclose = () => { if (d.returnValue === "save" && what.value) cal.addEvent({title: what.value, start: day}); };
</script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    package = install.npm(home, "fullcalendar@6.1.19") / "fullcalendar"
    site = home / "site"
    site.mkdir(exist_ok=True)
    shutil.copy(package / "index.global.min.js", site)
    with install.page(site, INDEX, api=lambda method, path, body: (200, {"ok": True})) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.locator(".fc-event", has_text="Slip boat 7").wait_for()
    p.read(1)


def _day(p: Person, date: str):  # type: ignore[no-untyped-def]
    return p.page.locator(f".fc-day[data-date='{date}']")


def _plan(p: Person) -> None:
    _ready(p)
    p.click(_day(p, "2026-06-24"), then=0.8)
    p.fill(p.page.get_by_label("What"), "Rigging")
    p.click(p.page.get_by_role("button", name="Save"), then=1)
    for _ in range(3):
        p.click(p.page.get_by_role("button", name="Next month"), then=0.3)
    for _ in range(3):
        p.click(p.page.get_by_role("button", name="Previous month"), then=0.3)
    p.click(p.page.get_by_role("button", name="list"), then=1)
    p.click(p.page.get_by_role("button", name="week"), then=1)
    p.click(p.page.get_by_role("button", name="month", exact=True), then=1)


def _drag(p: Person) -> None:
    _ready(p)
    p.drag(p.point(p.page.locator(".fc-event", has_text="Slip boat 7")), p.point(_day(p, "2026-06-05")), then=0.2)
    p.read(1)
    start = p.point(p.page.locator(".fc-event", has_text="Slip boat 7"))
    box = _day(p, "2026-06-18").bounding_box()
    assert box
    p.drag(start, (box["x"] + 40, box["y"] + 40), then=1.5)
    p.click(p.page.get_by_text("Crane"), then=1)


def _move_fails(p: Person) -> None:
    _ready(p)
    start = p.point(p.page.locator(".fc-event", has_text="Slip boat 7"))
    box = _day(p, "2026-06-18").bounding_box()
    assert box
    with p.meets("network_error"), p.meets("error_click", may=True):
        p.drag(start, (box["x"] + 40, box["y"] + 40), then=2.5)


def _dead_next(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_role("button", name="week"), then=1)
    with p.meets("rage_click", "dead_click", target="Next week"):
        p.rage(p.page.locator(".fc-next-button"), 5)


def scenarios() -> list[Scenario]:
    return [
        Scenario("plan", "Adds an appointment, switches months and views", _plan, False),
        Scenario("drag", "Drags an appointment", _drag, False),
        Scenario(
            "move-fails",
            "A move the server refuses",
            _move_fails,
            True,
            prepare=lambda c: sabotage.failing(c, "**/api/move"),
        ),
        Scenario(
            "dead-next", "Next does nothing", _dead_next, True, prepare=lambda c: sabotage.dead(c, ".fc-next-button")
        ),
    ]
