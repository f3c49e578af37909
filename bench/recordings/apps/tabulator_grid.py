"""A Tabulator grid of stock: edits in cells, header filters, groups, paging, a context menu, copy; a player of video.js."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import {TabulatorFull as Tabulator} from "tabulator-tables";
import "tabulator-tables/dist/css/tabulator.min.css";
const data = Array.from({length: 45}, (_, i) => ({id: i, item: "Item " + i, shelf: "ABC"[i % 3], count: i * 5 % 31}));
const table = new Tabulator("#grid", {data, layout: "fitColumns", height: 330, pagination: true, paginationSize: 9, placeholder: "No items match",
  rowContextMenu: [{label: "Remove row", action: (e, row) => row.delete()}],
  columns: [{title: "Item", field: "item", headerFilter: "input", headerFilterPlaceholder: "Search items"}, {title: "Shelf", field: "shelf"}, {title: "Count", field: "count", editor: "input", hozAlign: "right"}]});
const say = (text, kind) => { const box = document.getElementById("say"); box.className = "alert " + kind; box.hidden = false; box.textContent = text; };
document.getElementById("save").onclick = async () => { const a = await fetch("/api/stock", {method: "PUT", body: "x"}); a.ok ? say("Stock saved", "ok") : say("Stock was not saved: error " + a.status, "bad"); };
document.getElementById("add").onclick = () => table.addRow({id: Date.now(), item: "New item", shelf: "A", count: 0}, true);
document.getElementById("group").onclick = () => table.setGroupBy(table.options.groupBy ? false : (table.options.groupBy = "shelf"));
document.getElementById("sum").onclick = async () => { document.getElementById("total").textContent = "…"; const a = await fetch("/api/sum"); document.getElementById("total").textContent = (await a.json()).text; };
document.getElementById("boom").onclick = () => { const rows = undefined; rows.map((r) => r); };
"""
PAGE = """<!doctype html><html lang="en"><head><title>Stock room</title><link rel="stylesheet" href="app.css"><style>body{font:14px sans-serif;margin:16px}.alert{padding:8px;border:1px solid}.bad{color:#a00}button{margin:4px}</style></head><body>
<header><h1>Stock room</h1></header><div id="say" hidden role="alert"></div><div id="grid"></div>
<p><button id="add">Add row</button><button id="group">Group by shelf</button><button id="save">Save stock</button><button id="sum">Total value</button><button id="boom">Recount</button><button id="order">Order more</button></p>
<p id="total"></p><script src="app.js"></script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "tabulator-tables@6")
    site = install.bundle(home, APP, loader="js")
    with install.page(site, PAGE, api=lambda *_: (200, {"text": "312 crowns"})) as url:
        yield url


def _work(p: Person) -> None:
    p.read(1)
    for _ in range(3):
        p.click(p.page.get_by_label("Next Page"), then=0.25)
    p.click(p.page.get_by_label("First Page"), then=0.5)
    for _ in range(3):
        p.click(p.page.locator(".tabulator-col", has_text="Shelf"), then=0.4)
    cell = p.page.locator(".tabulator-row .tabulator-cell[tabulator-field=count]").nth(2)
    p.click(cell, then=0.4)
    p.page.keyboard.press("Control+A")
    p.type("44")
    p.press("Enter", then=0.6)
    p.fill(p.page.locator(".tabulator-header-filter input"), "item 1", then=0.8)
    for _ in range(3):
        p.click(p.page.locator("#add"), then=0.3)
    p.click(p.page.locator("#group"), then=0.8)
    p.click(p.page.locator("#save"), then=1)
    p.click(p.page.locator("#sum"), then=1)


def _lost(p: Person) -> None:
    p.read(1)
    for _ in range(2):
        with p.meets("error_click", target="Save stock"), p.meets("network_error"):
            p.click(p.page.locator("#save"), then=2)
    with p.meets("slow_response", target="Total value"):
        p.click(p.page.locator("#sum"), then=6)


def _broken(p: Person) -> None:
    p.read(1)
    with p.meets("error_click", target="Recount"), p.meets("dead_click", may=True):
        p.click(p.page.locator("#boom"), then=3)
    with p.meets("dead_click", target="Order more"):
        p.click(p.page.locator("#order"), then=3.3)
    with p.meets("rage_click", target="Order more"), p.meets("dead_click", may=True):
        p.rage(p.page.locator("#order"), 4)
    with p.meets("idle_gap"):
        p.idle(33)
        p.click(p.page.locator("#add"), then=1)


def _vain(p: Person) -> None:
    p.read(1)
    with p.meets("repeated_search"):
        for text in ("kayak", "anchor", "rope"):
            p.fill(p.page.locator(".tabulator-header-filter input"), text, then=1.6)
    with p.meets("cursor_thrash"):
        p.thrash(sweeps=20, width=380)
    p.read(1)


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing(context, "**/api/stock", status=503)
        sabotage.slow(context, "**/api/sum", seconds=4)

    return [
        Scenario("work", "Pages, sorts, edits, filters, groups, adds rows, saves", _work, False),
        Scenario("work-bare", "The same without our recorder", _work, False, recorder="rrweb2alpha"),
        Scenario("lost", "Saving fails twice, a slow total", _lost, True, prepare=trouble),
        Scenario("lost-bare", "The same without our recorder", _lost, True, prepare=trouble, recorder="rrweb"),
        Scenario("broken", "A handler that throws, a dead button, half a minute of nothing", _broken, True),
        Scenario("broken-posthog", "The same under PostHog", _broken, True, recorder="posthog"),
        Scenario("vain", "Three filters in vain; the pointer is shaken", _vain, True),
        Scenario("vain-bare", "The same without our recorder", _vain, True, recorder="rrweb"),
    ]
