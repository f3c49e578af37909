"""A harbour map of Solid and OpenLayers: a canvas that pans and zooms by itself, signals that patch single texts, a list
beside it, a form in a <dialog>."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import html from "solid-js/html";
import { createSignal, createResource, onMount, For, Show } from "solid-js";
import { render } from "solid-js/web";
import Map from "ol/Map"; import View from "ol/View"; import VectorLayer from "ol/layer/Vector"; import VectorSource from "ol/source/Vector"; import Feature from "ol/Feature"; import Point from "ol/geom/Point";
import { Style, Circle, Fill } from "ol/style";
const ask = async (url, body) => { const a = await fetch(url, body && { method: "POST", body: JSON.stringify(body) }); if (!a.ok) throw new Error("status " + a.status); return a.json(); };
function App() {
  const [berths] = createResource(() => ask("/api/berths"));
  const [query, setQuery] = createSignal(""); const [open, setOpen] = createSignal(null); const [nights, setNights] = createSignal(1); const [hint, setHint] = createSignal(""); const [note, setNote] = createSignal(""); const [tide, setTide] = createSignal(""); const [busy, setBusy] = createSignal(false); const [name, setName] = createSignal(""); const [refusal, setRefusal] = createSignal("");
  const shown = () => (berths() ?? []).filter((b) => b.name.toLowerCase().includes(query().toLowerCase()));
  let spot, map, dialog;
  onMount(() => { map = new Map({ target: spot, view: new View({ center: [0, 0], zoom: 4 }), layers: [new VectorLayer({ source: new VectorSource({ features: [0, 1, 2].map((n) => new Feature(new Point([n * 900000, n * 300000]))) }), style: new Style({ image: new Circle({ radius: 9, fill: new Fill({ color: "#17a" }) }) }) })] });
    map.on("click", (e) => map.forEachFeatureAtPixel(e.pixel, () => setNote("A free berth"))); });
  const book = (e) => { e.preventDefault(); if (!/^[A-Z]{2}-\\d{3}$/.test(e.target.elements.reg.value)) return setHint("Write the number as in PT-123"); setHint(""); dialog.close(); setNote("Berth kept for " + nights() + " nights"); };
  const login = async (e) => { e.preventDefault(); setRefusal(""); try { const a = await ask("/api/enter", { key: e.target.elements.key.value }); setName(a.name); } catch { setRefusal("That key opens nothing"); } };
  return html`<div class="page"><aside><h1>Harbour</h1><input type="search" aria-label="Berth" onInput=${(e) => setQuery(e.target.value)} />
    <ul><${For} each=${shown} fallback=${() => html`<li class="none">Not a single berth found</li>`}>${(b) => html`<li><button class="row" onClick=${() => { setOpen(b); map.getView().animate({ center: [b.id * 900000, 0], duration: 300 }); }}>${b.name}</button></li>`}<//></ul>
    <${Show} when=${open}>${() => html`<section><h2>${() => open().name}</h2><p>${() => open().text}</p><button onClick=${() => setOpen(null)}>Close</button></section>`}<//>
    <p><button aria-label="Fewer nights" onClick=${() => setNights(Math.max(1, nights() - 1))}>−</button> <output>${nights}</output> <button aria-label="More nights" onClick=${() => setNights(nights() + 1)}>+</button></p>
    <p><button onClick=${() => dialog.showModal()}>Book</button> <button class="pilot">Ask for a pilot</button> <button onClick=${async () => { setBusy(true); setTide((await ask("/api/tide")).text); setBusy(false); }} disabled=${busy}>${() => busy() ? "Reading the gauge…" : "Tide"}</button> <button onClick=${() => map.getView().setZoom(map.getView().getZoom() + 1)}>Closer</button>
    <button onClick=${() => ask("/api/radio", {}).then(() => setNote("The harbour answers"), () => setNote("Nobody answers on the radio"))}>Call on the radio</button> <button onClick=${() => window.weather.now()}>Weather</button></p>
    <p class="tide">${tide}</p><p class="note">${note}</p>
    <${Show} when=${() => !name()} fallback=${() => html`<p>Aye, ${name}</p>`}><form onSubmit=${login} aria-label="Harbour office"><label>Office key <input name="key" type="password" /></label><button>Enter the office</button><span class="refusal">${refusal}</span></form><//></aside>
    <div class="map" ref=${(e) => (spot = e)}></div>
    <dialog ref=${(e) => (dialog = e)} aria-label="Book a berth"><form novalidate onSubmit=${book}><label>Boat <input name="boat" /></label><label>Number <input name="reg" /></label><p class="hint">${hint}</p><button>Keep the berth</button><button type="button" onClick=${() => dialog.close()}>Never mind</button></form></dialog></div>`;
}
render(App, document.getElementById("app"));
"""
STYLE = """body{margin:0;font:15px system-ui}.page{display:flex}aside{width:360px;padding:14px}.map{flex:1;height:100vh;background:#e8f1f5}button{font:inherit;cursor:pointer}.row{border:0;background:none;color:#17a}
.hint,.refusal{color:#b3261e}label{display:block;margin:6px 0}.note{min-height:1.2em}"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour</title><style>%s</style></head><body><div id="app"></div><script src="/app.js"></script></body></html>"""
BERTHS = [{"id": n, "name": f"Berth {name}", "text": f"{6 + n} m of water"} for n, name in enumerate("ABCDE")]


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/enter":
        return (200, {"name": "Rita"}) if b"capstan" in body else (403, {})
    return 200, {"/api/berths": BERTHS, "/api/tide": {"text": "High water at noon"}}.get(path, {})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    library = install.npm(home, "solid-js@1", "ol@10") / "ol"
    site = install.bundle(home, APP, loader="js")
    with install.page(site, INDEX % (STYLE + (library / "ol.css").read_text()), api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    moves.button(p, "Berth A").wait_for()
    p.read(1.5)


def _press(p: Person, name: str, *, then: float = 1.2) -> None:
    p.click(moves.button(p, name), then=then)


def _sail(p: Person) -> None:
    _ready(p)
    p.drag((900, 400), (760, 340), then=1.2)
    p.page.mouse.wheel(0, -300)
    p.read(1.5)
    _press(p, "+")
    _press(p, "Berth C")
    _press(p, "Close")
    for _ in range(4):
        _press(p, "More nights", then=0.12)
    _press(p, "Closer")
    _press(p, "Tide")
    p.fill(p.page.get_by_label("Berth", exact=True), "berth d", then=1)
    _press(p, "Book")
    moves.fill(p, {"Boat": "Gaivota", "Number": "PT-123"})
    _press(p, "Keep the berth", then=1.5)


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Ask for a pilot"), "Ask for a pilot", clicks=4)
    _press(p, "More nights")


def _number(p: Person) -> None:
    _ready(p)
    _press(p, "Book")
    moves.fill(p, {"Boat": "Gaivota"})
    moves.refused(p, p.page.get_by_label("Number"), ("123", "pt 123", "none"), moves.button(p, "Keep the berth"))
    with p.meets("form_abandon"):
        _press(p, "Never mind")
    _press(p, "Tide")


def _office(p: Person) -> None:
    _ready(p)
    box = p.page.get_by_label("Office key")
    moves.locked_out(p, box, ("anchor", "winch"), moves.button(p, "Enter the office"), requests=True)
    p.fill(box, "capstan")
    _press(p, "Enter the office")


def _vain(p: Person) -> None:
    _ready(p)
    moves.in_vain(p, p.page.get_by_label("Berth", exact=True), ("pier", "quay", "dock"))
    with p.meets("idle_gap"):
        p.idle(31)
    _press(p, "More nights")
    with p.meets("cursor_thrash"):
        p.thrash()
    p.read(1.5)


def _broken(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Weather"):
        _press(p, "Weather", then=3)
    with p.meets("error_click", target="Call on the radio"), p.meets("network_error"):
        _press(p, "Call on the radio", then=3)
    _press(p, "More nights")


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Tide"):
        _press(p, "Tide", then=6)
    _press(p, "More nights")


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/radio", status=504)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/tide", seconds=4.3)  # noqa: E731
    return [
        *moves.under(Scenario("sail", "Moves the map, books a berth", _sail, False), "rrweb", "posthog"),
        *moves.under(Scenario("dead", "A button that nothing listens to", _dead, True), "rrweb1"),
        Scenario("number", "A number refused three times, then left", _number, True),
        Scenario("office", "Two wrong keys", _office, True),
        Scenario("vain", "Berths that are not there, a pause, a pointer shaken", _vain, True),
        Scenario("broken", "A button that throws, a radio that is silent", _broken, True, prepare=bad),
        Scenario("slow", "The tide after more than four seconds", _slow, True, prepare=late),
    ]
