"""Business trips with SAP's UI5 Web Components: fields, dates and tables in shadow roots, states by attribute, popovers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PARTS = (
    "Button Input DatePicker StepInput Select Option ComboBox ComboBoxItem Switch Dialog Toast MessageStrip Table TableRow TableCell TableHeaderRow "
    "TableHeaderCell TabContainer Tab BusyIndicator Carousel Card Panel RatingIndicator Label Title SegmentedButton SegmentedButtonItem Link CheckBox TextArea"
).split()
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Trips</title><style>body{margin:12px;font-family:sans-serif}.row{margin:10px 0}ui5-carousel{width:420px;height:110px}</style></head><body>
<ui5-title level="H3">Business trips</ui5-title>
<ui5-tabcontainer id="tabs" fixed><ui5-tab text="Trips" selected><div class="row"><ui5-input id="find" show-clear-icon placeholder="Search trips"></ui5-input> <ui5-button id="fresh" design="Transparent">Reload</ui5-button> <ui5-button id="merge">Merge trips</ui5-button> <ui5-button id="cost">Estimate costs</ui5-button> <ui5-button id="audit">Audit</ui5-button></div><ui5-busy-indicator id="busy" style="width:100%"><ui5-table id="table"></ui5-table></ui5-busy-indicator><div id="none" hidden>No trips found for this search.</div></ui5-tab>
<ui5-tab text="Request"><form id="form"><div class="row"><ui5-label for="city">Destination</ui5-label><br><ui5-combobox id="city" accessible-name="Destination"><ui5-cb-item text="Aveiro"></ui5-cb-item><ui5-cb-item text="Braga"></ui5-cb-item><ui5-cb-item text="Coimbra"></ui5-cb-item></ui5-combobox></div><div class="row"><ui5-label for="code">Cost centre</ui5-label><br><ui5-input id="code" name="code" accessible-name="Cost centre"><div slot="valueStateMessage">Four digits and a letter</div></ui5-input></div><div class="row"><ui5-label for="from">Day</ui5-label><br><ui5-date-picker id="from" accessible-name="Day" format-pattern="yyyy-MM-dd"></ui5-date-picker></div><div class="row"><ui5-label>Nights</ui5-label><br><ui5-step-input id="nights" accessible-name="Nights" value="1" min="1"></ui5-step-input></div><div class="row"><ui5-checkbox id="rail" text="By rail"></ui5-checkbox> <ui5-switch id="night" accessible-name="Night train"></ui5-switch></div><ui5-button id="send" design="Emphasized" type="Submit">Request trip</ui5-button> <ui5-button id="drop" design="Transparent">Discard</ui5-button></form></ui5-tab>
<ui5-tab text="Guide"><ui5-carousel id="tips" arrows-placement="Navigation"><ui5-card>Book early.</ui5-card><ui5-card>Take the train.</ui5-card><ui5-card>Errors in bookings cannot be undone by us.</ui5-card><ui5-card>Keep receipts.</ui5-card></ui5-carousel><ui5-panel header-text="Allowances" collapsed>28 a day.</ui5-panel><ui5-rating-indicator accessible-name="Rate the guide"></ui5-rating-indicator></ui5-tab></ui5-tabcontainer>
<ui5-dialog id="ask" header-text="Discard request?"><p>Nothing of it is kept.</p><div slot="footer"><ui5-button id="stay">Go on writing</ui5-button><ui5-button id="yes" design="Negative">Discard it</ui5-button></div></ui5-dialog>
<ui5-toast id="toast" duration="3000"></ui5-toast><div id="strips"></div><script src="app.js"></script></body></html>"""
APP = """
import "@ui5/webcomponents-localization/dist/Assets.js";
%s
const $ = (id) => document.getElementById(id);
const trips = ["Aveiro", "Braga", "Coimbra", "Faro", "Guarda", "Leiria"];
const draw = (rows) => { $("none").hidden = rows.length > 0; $("table").innerHTML = '<ui5-table-header-row slot="headerRow"><ui5-table-header-cell>City</ui5-table-header-cell><ui5-table-header-cell>State</ui5-table-header-cell></ui5-table-header-row>' + rows.map((r) => `<ui5-table-row><ui5-table-cell>${r}</ui5-table-cell><ui5-table-cell>open</ui5-table-cell></ui5-table-row>`).join(""); };
const tell = (text) => { $("toast").textContent = text; $("toast").open = true; };
const strip = (design, text) => { $("strips").innerHTML = `<ui5-message-strip design="${design}">${text}</ui5-message-strip>`; };
draw(trips);
$("find").addEventListener("input", () => draw(trips.filter((t) => t.toLowerCase().includes($("find").value.toLowerCase()))));
$("fresh").addEventListener("click", async () => { $("busy").active = true; await fetch("/api/trips"); $("busy").active = false; draw(trips); });
$("cost").addEventListener("click", async () => { const a = await fetch("/api/cost"); if (a.ok) tell("About 410 euros"); else strip("Negative", "The estimate is somewhere else today"); });
$("audit").addEventListener("click", () => { window.auditor.start(); });
$("send").addEventListener("click", async (e) => { const c = $("code"); if (!/^[0-9]{4}[A-Z]$/.test(c.value)) { c.valueState = "Negative"; c.focus(); return; } c.valueState = "None"; const a = await fetch("/api/request", { method: "POST" }); if (a.ok) { tell("Trip requested"); } });
$("form").addEventListener("submit", (e) => e.preventDefault());
$("drop").addEventListener("click", () => { $("ask").open = true; });
$("stay").addEventListener("click", () => { $("ask").open = false; });
$("yes").addEventListener("click", () => { $("ask").open = false; $("code").value = ""; $("city").value = ""; });
"""
PACKAGES = ("@ui5/webcomponents@2.26.0", "@ui5/webcomponents-fiori@2.26.0")


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, *PACKAGES)
    site = install.bundle(
        home, APP % "\n".join(f'import "@ui5/webcomponents/dist/{part}.js";' for part in PARTS), loader="js"
    )
    with install.page(site, PAGE, api=lambda method, path, body: (200, {})) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.locator("ui5-table-row").first.wait_for()
    p.read(1.5)


def _press(p: Person, name: str, *, then: float = 1) -> None:
    p.click(p.page.locator(f"#{name}"), then=then)


def _tab(p: Person, name: str) -> None:
    p.click(p.page.get_by_role("tab", name=name), then=1.2)


def _field(p: Person, name: str):  # type: ignore[no-untyped-def]
    return p.page.locator(f"#{name} input").first


def _request(p: Person) -> None:
    _ready(p)
    p.fill(_field(p, "find"), "co", then=1)
    _press(p, "fresh", then=1.5)
    _tab(p, "Request")
    p.fill(_field(p, "city"), "Bra", then=1)
    p.press("Enter", then=0.6)
    p.fill(_field(p, "code"), "4711X")
    p.click(p.page.locator("#from [slot=icon]"), then=1.2)
    for _ in range(3):
        p.press("PageDown", then=0.3)
    p.press("Enter", then=1)
    for _ in range(4):
        p.click(p.page.locator("#nights .ui5-step-inc"), then=0.25)
    _press(p, "rail", then=0.5)
    _press(p, "night", then=0.8)
    _press(p, "drop", then=1.2)
    _press(p, "stay", then=1.2)
    _press(p, "send", then=4)
    _tab(p, "Trips")
    p.read(1)


def _guide(p: Person) -> None:
    _ready(p)
    _tab(p, "Guide")
    for _ in range(3):
        p.click(p.page.locator("#tips [data-ui5-arrow-forward]").first, then=0.4)
    p.click(p.page.locator("#tips [data-ui5-arrow-back]").first, then=1)
    p.click(p.page.locator("ui5-panel .ui5-panel-header, ui5-panel [part=header]").first, then=1.2)
    p.click(p.page.locator("ui5-rating-indicator li").nth(3), then=1)
    _tab(p, "Trips")
    _press(p, "cost", then=3.8)
    p.click(p.page.locator("ui5-table-row").nth(2), then=0.8)
    p.fill(_field(p, "find"), "fa", then=1)
    p.press("Backspace", then=0.3)
    p.press("Backspace", then=1)


def _code(p: Person) -> None:
    _ready(p)
    _tab(p, "Request")
    with p.meets("validation_loop"):
        for code in ("travel", "471", "X4711"):
            p.fill(_field(p, "code"), code)
            with p.meets("error_click", "dead_click", may=True):
                _press(p, "send", then=1.6)
    with p.meets("form_abandon"):
        _tab(p, "Guide")
    p.read(1.5)


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, p.page.locator("#merge"), "Merge trips")
    with p.meets("repeated_search"):
        for words in ("oslo", "riga", "turku"):
            p.fill(_field(p, "find"), words, then=1.8)
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Estimate costs"), p.meets("network_error"):
        _press(p, "cost", then=3)
    with p.meets("error_click", target="Audit"):
        _press(p, "audit", then=3)
    p.read(1)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Reload"):
        _press(p, "fresh", then=6.2)
    p.read(1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/cost", status=500)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/trips", seconds=4.3)  # noqa: E731
    return [
        *moves.under(
            Scenario("request", "Requests a trip: combo box, calendar, steps, a question", _request, False), "rrweb"
        ),
        *moves.under(Scenario("guide", "Tips that slide, a panel, stars, an estimate", _guide, False), "posthog"),
        Scenario("code", "A cost centre refused three times, then left", _code, True),
        Scenario("dead", "A button that nothing listens to; three searches in vain", _dead, True),
        Scenario("broken", "An estimate that fails, an audit that throws", _broken, True, prepare=bad),
        Scenario("slow", "A busy table for four seconds", _slow, True, prepare=late),
    ]
