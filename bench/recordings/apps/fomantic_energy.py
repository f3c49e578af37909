"""An energy board of Fomantic UI (jQuery) and ApexCharts: links without address, loaders by class, prompts, a poll, a calendar."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Energy board</title><link rel="stylesheet" href="semantic.min.css"><style>i.icon{display:inline-block;width:14px!important;height:14px!important;margin:2px;background:#bbb!important}.ui.rating .active.icon{background:#fb0}</style><script src="jquery.min.js"></script><script src="semantic.min.js"></script><script src="apexcharts.min.js"></script></head><body>
<div class="ui top attached menu"><a class="header item" href="#">Energy</a><div class="ui dropdown item" id="site">Site <i class="dropdown icon"></i><div class="menu"><div class="item">North mill</div><div class="item">South mill</div><div class="item">Ropery</div></div></div><div class="right menu"><div class="item" id="power">– kW</div><a class="item" id="help">Help</a></div></div>
<div class="ui container" style="margin-top:14px">
<div class="ui tabular menu"><a class="item active" data-tab="use">Use</a><a class="item" data-tab="meters">Meters</a><a class="item" data-tab="visit">Visit</a><a class="item" data-tab="tariff">Tariff</a></div>
<div class="ui tab segment active" data-tab="use" id="usebox"><div class="ui small buttons"><div class="ui button span" data-n="7">Week</div><div class="ui button span" data-n="30">Month</div><div class="ui button span" data-n="90">Quarter</div></div> <div class="ui small basic button" id="compare">Compare years</div> <div class="ui small basic button" id="again">Recalculate</div> <div class="ui small basic button" id="peak">Peak hours</div><div id="chart"></div><div class="ui rating" data-max-rating="5"></div><div class="ui styled accordion"><div class="title"><i class="dropdown icon"></i>What is a base load?</div><div class="content"><p>What runs at night.</p></div><div class="title"><i class="dropdown icon"></i>Why are there no errors on Sundays?</div><div class="content"><p>Nothing runs.</p></div></div></div>
<div class="ui tab segment" data-tab="meters"><div class="ui icon input"><input id="find" placeholder="Search meters"><i class="search icon"></i></div><table class="ui celled selectable table"><thead><tr><th>Meter</th><th>Reading</th><th></th></tr></thead><tbody id="rows"></tbody></table><div class="ui pagination menu" id="pages"></div></div>
<div class="ui tab segment" data-tab="visit"><form class="ui form" id="ask"><div class="two fields"><div class="field"><label for="who">Name</label><input id="who" name="who"></div><div class="field"><label for="tel">Telephone</label><input id="tel" name="tel"></div></div><div class="field"><label for="on">Day</label><div class="ui calendar" id="cal"><div class="ui input"><input id="on" name="on"></div></div></div><div class="field"><label for="note">Note</label><textarea id="note" rows="2"></textarea></div><div class="field"><div class="ui toggle checkbox"><input type="checkbox" id="dog"><label for="dog">There is a dog</label></div></div><div class="ui error message"></div><button class="ui primary button" type="submit">Request visit</button> <div class="ui button" id="clear">Clear form</div></form><div id="said"></div></div>
<div class="ui tab segment" data-tab="tariff"><p>Night tariff from 22 to 6.</p><div class="ui labeled icon button" id="offer"><i class="plus icon"></i>New offer</div><div class="ui disabled button">Sign contract</div><div class="ui indicating progress" id="bar" data-percent="20"><div class="bar"></div><div class="label">20 %</div></div></div></div>
<div class="ui small modal" id="sure"><div class="header">Drop the draft?</div><div class="content"><p>What you wrote cannot be brought back.</p></div><div class="actions"><div class="ui cancel button">Keep</div><div class="ui red ok button">Drop it</div></div></div>
<script>
const say = (cls, text) => $.toast({class: cls, message: text, displayTime: 3500});
const meters = [...Array(23)].map((_, n) => ["Mill", "Kiln", "Crane", "Office"][n % 4] + " " + (n + 1));
let page = 0;
function rows() { const q = $("#find").val().toLowerCase(), all = meters.filter((m) => m.toLowerCase().includes(q)); $("#rows").html(all.slice(page * 6, page * 6 + 6).map((m, n) => `<tr><td>${m}</td><td>${400 + 7 * n} kWh</td><td><div class="ui tiny button read">Read now</div></td></tr>`).join("") || '<tr><td colspan="3">No meters match.</td></tr>'); $("#pages").html([...Array(Math.ceil(all.length / 6))].map((_, n) => `<a class="item ${n === page ? "active" : ""}">${n + 1}</a>`).join("")); }
$("#find").on("input", () => { page = 0; rows(); });
$("#pages").on("click", ".item", (e) => { page = +e.target.textContent - 1; rows(); });
$("#rows").on("click", ".read", (e) => { const b = $(e.target).addClass("loading"); $.get("/api/read").done((a) => { b.removeClass("loading").closest("tr").children().eq(1).text(a.value + " kWh"); }); });
rows();
$(".tabular.menu .item").tab(); $(".ui.accordion").accordion(); $(".ui.rating").rating(); $(".ui.checkbox").checkbox(); $("#site").dropdown(); $("#bar").progress();
$("#cal").calendar({type: "date", formatter: {date: "YYYY-MM-DD"}});
const chart = new ApexCharts($("#chart")[0], {chart: {type: "line", height: 240, animations: {enabled: true}, toolbar: {show: false}}, series: [{name: "North", data: []}, {name: "South", data: []}], xaxis: {type: "numeric"}}); chart.render();
const draw = (n) => chart.updateSeries([{name: "North", data: [...Array(n)].map((_, i) => [i, Math.round(40 + 30 * Math.sin(i / 3))])}, {name: "South", data: [...Array(n)].map((_, i) => [i, Math.round(30 + 20 * Math.cos(i / 4))])}]);
draw(7);
$(".span").on("click", (e) => { $(".span").removeClass("active"); $(e.target).addClass("active"); draw(+e.target.dataset.n); });
$("#again").on("click", () => { $.post("/api/again").done(() => say("success", "Figures are up to date")).fail(() => say("error", "The figures stayed as they were")); });
$("#peak").on("click", () => { $("#usebox").addClass("loading"); $.get("/api/peak").done((a) => { $("#usebox").removeClass("loading"); $("#peak").text("Peak: " + a.hour); }); });
$("#help").on("click", () => window.manual.open());
$("#offer").on("click", () => { $("#bar").progress("increment", 20); });
$("#clear").on("click", () => $("#sure").modal({onApprove: () => { $("#ask").form("reset"); }}).modal("show"));
$("#ask").form({on: "submit", inline: true, fields: {who: "empty", tel: {identifier: "tel", rules: [{type: "regExp[/^[0-9 +]{7,}$/]", prompt: "Seven digits or more, please"}]}}, onSuccess: (e) => { e.preventDefault(); $.post("/api/visit").done(() => { $("#said").html('<div class="ui positive message"><div class="header">Your visit is booked</div><p>We will not ring before eight.</p></div>'); }); return false; }});
setInterval(() => $.get("/api/power").done((a) => $("#power").text(a.kw + " kW")), 2000);
</script></body></html>"""
PACKAGES = ("fomantic-ui-css@2", "jquery@3", "apexcharts@4")
STYLES = (
    "reset site button container header input label loader message segment table accordion calendar checkbox dimmer "
    "dropdown form menu modal popup progress rating tab toast transition"
).split()  # of the whole, which is 1.6 MB and would stand in every recording
_power = itertools.count(310)


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    return 200, {"kw": next(_power) % 40 + 300, "value": 512, "hour": "17 to 18"}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules, site = install.npm(home, *PACKAGES), home / "site"
    site.mkdir(parents=True, exist_ok=True)
    components = modules / "fomantic-ui-css/components"
    (site / "semantic.min.css").write_text("".join((components / f"{one}.min.css").read_text() for one in STYLES))
    shutil.copy(modules / "fomantic-ui-css/semantic.min.js", site)
    shutil.copy(modules / "jquery/dist/jquery.min.js", site)
    shutil.copy(modules / "apexcharts/dist/apexcharts.min.js", site)
    with install.page(site, PAGE, api=_answer) as url:
        yield url


def _tab(p: Person, name: str, *, then: float = 1) -> None:
    p.click(p.page.locator(".tabular.menu .item", has_text=name), then=then)


def _press(p: Person, name: str, *, then: float = 1) -> None:
    p.click(p.page.locator(".ui.button:visible", has_text=name).first, then=then)


def _round(p: Person) -> None:
    p.read(2)
    for name in ("Month", "Quarter", "Week", "Month"):
        _press(p, name, then=0.4)
    p.click(p.page.locator(".apexcharts-legend-text").first, then=1)
    p.click(p.page.locator(".apexcharts-legend-text").first, then=1)
    p.click(p.page.locator("#site"), then=0.8)
    p.click(p.page.locator("#site .menu .item", has_text="Ropery"), then=1)
    p.click(p.page.locator(".rating .icon").nth(3), then=0.8)
    p.click(p.page.locator(".accordion .title").first, then=1)
    p.click(p.page.locator(".accordion .title").nth(1), then=1)
    _press(p, "Peak hours", then=1.5)
    _press(p, "Recalculate", then=4)
    _tab(p, "Meters")
    for number in ("2", "3", "4", "1"):
        p.click(p.page.locator("#pages .item", has_text=number), then=0.35)
    for at in range(3):
        p.click(p.page.locator(".read").nth(at), then=0.4)
    p.fill(p.page.locator("#find"), "kiln", then=1)
    _tab(p, "Tariff")
    for _ in range(4):
        _press(p, "New offer", then=0.3)
    p.read(1)


def _book(p: Person) -> None:
    p.read(1.5)
    _tab(p, "Visit")
    p.fill(p.page.locator("#who"), "Ines Duatre", then=0.3)
    for _ in range(4):
        p.press("Backspace", then=0.05)
    p.type("arte")
    p.fill(p.page.locator("#tel"), "0171 223344")
    p.click(p.page.locator("#on"), then=0.9)
    for _ in range(3):
        p.click(p.page.locator(".ui.calendar .next.link").first, then=0.3)
    p.click(p.page.locator(".ui.calendar td.link:not(.disabled)").nth(11), then=0.9)
    p.fill(p.page.locator("#note"), "Second yard")
    p.click(p.page.locator("label[for=dog]"), then=0.6)
    _press(p, "Clear form", then=1.2)
    p.click(p.page.locator("#sure .cancel"), then=1.2)
    _press(p, "Request visit", then=2)
    _tab(p, "Use", then=1)
    p.read(3)


def _visit(p: Person) -> None:
    p.read(1.5)
    _tab(p, "Visit")
    p.fill(p.page.locator("#who"), "Rui")
    moves.refused(p, p.page.locator("#tel"), ("none", "4711", "ask me"), moves.button(p, "Request visit"))
    with p.meets("form_abandon"):
        _tab(p, "Use", then=2)
    p.read(1)


def _dead(p: Person) -> None:
    p.read(2.5)
    moves.dead(p, p.page.locator("#compare"), "Compare years")
    with p.meets("cursor_thrash", may=True):
        p.thrash()
    _tab(p, "Meters")
    p.read(2)


def _broken(p: Person) -> None:
    p.read(2)
    with p.meets("error_click", target="Recalculate"), p.meets("network_error"):
        _press(p, "Recalculate", then=4.2)
    with p.meets("error_click", target="Help"):
        p.click(p.page.locator("#help"), then=3)
    _tab(p, "Tariff", then=1.5)


def _slow(p: Person) -> None:
    p.read(2)
    with p.meets("slow_response", target="Peak hours"):
        _press(p, "Peak hours", then=6.3)
    _tab(p, "Meters")
    moves.in_vain(p, p.page.locator("#find"), ("turbine", "boiler", "fan"))
    p.read(1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/again", status=502)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/peak", seconds=4.3)  # noqa: E731
    return [
        *moves.under(Scenario("round", "Charts, pages, readings, a progress pressed on", _round, False), "rrweb2alpha"),
        *moves.under(
            Scenario("book", "Corrects a name, leafs a calendar, keeps a draft, books", _book, False), "posthog"
        ),
        Scenario("visit", "A telephone number refused three times, then left", _visit, True),
        Scenario("dead", "A button that nothing listens to, beside a poll", _dead, True, recorder="rrweb"),
        Scenario("broken", "Figures that stay, a manual that throws", _broken, True, prepare=bad),
        Scenario("slow", "A loading segment for four seconds; three searches in vain", _slow, True, prepare=late),
    ]
