"""ag-Grid Community from npm: 2,000 virtualised rows, sorting, filtering, editing, paging."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fleet</title>
<style>body{font:14px system-ui;margin:16px}#grid{height:560px}#bar{display:flex;gap:8px;margin:8px 0}</style></head>
<body><h1>Fleet</h1><div id="bar"><label>Quick filter <input id="quick"></label><button id="export">Export CSV</button>
<button id="add">Add boat</button><span id="state" role="status"></span></div><div id="grid"></div>
<script src="ag-grid-community.min.js"></script><script>
const rows = Array.from({length: 2000}, (_, n) => ({id: n + 1, name: "Boat " + (n + 1), length_m: 4 + n % 30,
  owner: ["Ines", "Tom", "Rukia", "Peder"][n % 4], berth: "B" + n % 120, paid: n % 5 > 0}));
const api = agGrid.createGrid(document.getElementById("grid"), {
  rowData: rows, pagination: true, paginationPageSize: 50, paginationPageSizeSelector: [20, 50, 100],
  defaultColDef: {filter: true, floatingFilter: true, editable: true, flex: 1},
  rowSelection: {mode: "multiRow"},
  columnDefs: [{field: "id", editable: false}, {field: "name"}, {field: "length_m", headerName: "Length"}, {field: "owner"}, {field: "berth"}, {field: "paid"}],
  onCellValueChanged: async (e) => { const r = await fetch("/api/boats/" + e.data.id, {method: "PUT", body: JSON.stringify(e.data)});
    const s = document.getElementById("state"); s.textContent = r.ok ? "Saved" : ""; if (!r.ok) s.innerHTML = "<b role=alert>Could not save boat " + e.data.id + "</b>"; }});
quick.oninput = () => api.setGridOption("quickFilterText", quick.value);
document.getElementById("export").onclick = () => api.exportDataAsCsv();
add.onclick = () => { api.applyTransaction({add: [{id: 2001, name: "New boat", length_m: 5, owner: "", berth: "", paid: false}], addIndex: 0}); };
</script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    package = install.npm(home, "ag-grid-community@36.2.0") / "ag-grid-community"
    site = home / "site"
    site.mkdir(exist_ok=True)
    shutil.copy(package / "dist/ag-grid-community.min.js", site)
    with install.page(site, INDEX, api=lambda method, path, body: (200, {"ok": True})) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.locator(".ag-row").first.wait_for()
    p.read(1)


def _sort_and_page(p: Person) -> None:
    _ready(p)
    for name in ("Name", "Length", "Length", "Length"):
        p.click(p.page.locator(".ag-header-cell-text", has_text=name), then=0.7)
    for _ in range(4):
        p.click(p.page.get_by_label("Next Page"), then=0.25)
    p.read(1)
    p.click(p.page.get_by_label("Previous Page"), then=1)
    p.point(p.page.locator(".ag-row").nth(4))
    for _ in range(3):
        p.scroll(500, then=0.3)
    p.scroll(-800)


def _edit(p: Person) -> None:
    _ready(p)
    p.fill(p.page.locator("#quick"), "rukia", then=1)
    x, y = p.point(p.page.locator(".ag-row [col-id=berth]").nth(2))
    p.page.mouse.dblclick(x, y)
    p.read(0.5)
    p.type("B77")
    p.press("Enter", then=1.5)
    p.click(p.page.locator(".ag-row input[type=checkbox]").nth(1), then=0.6)
    p.click(p.page.locator(".ag-row input[type=checkbox]").nth(2), then=0.6)
    p.click(p.page.get_by_role("button", name="Export CSV"), then=3)
    p.click(p.page.get_by_role("button", name="Add boat"), then=1)


def _save_fails(p: Person) -> None:
    _ready(p)
    for row, text in ((1, "Kittiwake"), (3, "Dunlin")):
        x, y = p.point(p.page.locator(".ag-row [col-id=name]").nth(row))
        p.page.mouse.dblclick(x, y)
        p.read(0.5)
        p.page.keyboard.press("Control+A")
        p.type(text)
        with p.meets("network_error"):
            p.press("Enter", then=2)


def _filter_in_vain(p: Person) -> None:
    _ready(p)
    with p.meets("repeated_search"):
        for words in ("submarine", "hovercraft", "zeppelin"):
            p.fill(p.page.locator("#quick"), words, then=1.5)
    p.fill(p.page.locator("#quick"), "boat 7", then=1)


def _dead_export(p: Person) -> None:
    _ready(p)
    p.click(p.page.locator(".ag-header-cell-text", has_text="Owner"), then=0.7)
    with p.meets("rage_click", "dead_click", target="Export CSV"):
        p.rage(p.page.get_by_role("button", name="Export CSV"), 5)
    with p.meets("dead_click", target="Export CSV", may=True):  # the same dead button once more
        p.click(p.page.get_by_role("button", name="Export CSV"), then=3.5)


def scenarios() -> list[Scenario]:
    return [
        Scenario("sort-page", "Sorts, pages and scrolls", _sort_and_page, False),
        Scenario("edit", "Filters, edits, selects, exports", _edit, False),
        Scenario("plain-rrweb", "Sorts and pages, recorded by bare rrweb", _sort_and_page, False, "rrweb"),
        Scenario(
            "save-fails",
            "Edits that the server refuses",
            _save_fails,
            True,
            prepare=lambda c: sabotage.failing(c, "**/api/boats/*"),
        ),
        Scenario("filter-in-vain", "Three filters that match nothing", _filter_in_vain, True),
        Scenario(
            "dead-export",
            "The export button is dead",
            _dead_export,
            True,
            prepare=lambda c: sabotage.dead(c, "#export"),
        ),
    ]
