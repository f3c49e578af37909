"""A dashboard of Leaflet and Chart.js: a map to drag and zoom, charts on canvases, one of them live, a ticking price."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import Chart from "chart.js/auto";
const map = L.map("map").setView([38.7, -9.1], 9);
L.GridLayer.Tile = L.GridLayer.extend({createTile() { const t = document.createElement("div"); t.style.outline = "1px solid #ccd"; return t; }});
new L.GridLayer.Tile().addTo(map);
for (const [name, at] of [["Cascais", [38.69, -9.42]], ["Belém", [38.69, -9.2]], ["Seixal", [38.64, -9.1]]])
  L.circleMarker(at, {radius: 9}).addTo(map).bindPopup("<b>" + name + "</b><br>12 berths");
const bars = new Chart(document.getElementById("bars"), {type: "bar", data: {labels: ["Mon", "Tue", "Wed"], datasets: [{label: "Boats", data: [4, 7, 3]}, {label: "Guests", data: [9, 12, 5]}]}});
const live = new Chart(document.getElementById("live"), {type: "line", data: {labels: [], datasets: [{label: "Wind", data: []}]}, options: {animation: false}});
let n = 0;
setInterval(() => { n++; live.data.labels.push(n); live.data.datasets[0].data.push(8 + Math.sin(n)); if (n > 20) { live.data.labels.shift(); live.data.datasets[0].data.shift(); } live.update();
  document.getElementById("price").textContent = (92 + Math.sin(n * 7)).toFixed(2); }, 700);
document.getElementById("week").onclick = () => { bars.data.datasets[0].data = bars.data.datasets[0].data.map((v) => v + 1); bars.update(); };
document.getElementById("home").onclick = () => map.setView([38.7, -9.1], 9);
document.getElementById("report").onclick = async () => {
  const box = document.getElementById("said"); box.textContent = "";
  const a = await fetch("/api/report");
  box.textContent = a.ok ? "The report is ready: 41 boats this week" : "Report failed: the server said " + a.status;
  box.className = a.ok ? "note" : "note error";
};
document.getElementById("full").onclick = () => document.getElementById("map").requestFullscreen?.();
"""
PAGE = """<!doctype html><html lang="en"><head><title>Harbour map</title><link rel="stylesheet" href="app.css">
<style>body{font:14px sans-serif;margin:12px}#map{height:330px;width:640px;float:left}.charts{margin-left:660px;width:420px}
button{margin:4px;cursor:pointer}.error{color:#b00}</style></head><body><h1>Harbour map</h1>
<p>Diesel <span id="price">92.00</span> <button id="alertme">Alert me</button></p>
<div id="map"></div><div class="charts"><canvas id="bars"></canvas><canvas id="live"></canvas></div>
<p style="clear:both"><button id="home">Whole bay</button><button id="week">Next week</button><button id="report">Make report</button>
<button id="full">Full screen</button><button id="locate">Locate me</button></p><p id="said" role="status"></p>
<script src="app.js"></script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "leaflet@1", "chart.js@4")
    site = install.bundle(home, APP, loader="js")
    with install.page(site, PAGE, api=lambda *_: (200, {})) as url:
        yield url


def _explore(p: Person) -> None:
    zoom = p.page.get_by_role("button", name="Zoom in")
    for _ in range(3):
        p.click(zoom, then=0.35)
    for _ in range(3):
        p.click(p.page.get_by_role("button", name="Zoom out"), then=0.35)
    p.drag((300, 250), (420, 320))
    p.drag((420, 320), (300, 240))
    p.click(p.page.locator("#home"), then=1)
    p.page.locator("path.leaflet-interactive").first.wait_for()
    box = p.page.locator("path.leaflet-interactive").nth(1).bounding_box()
    assert box
    p.click_at(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, then=1.2)
    for _ in range(3):
        p.click(p.page.locator("#week"), then=0.6)
    box = p.page.locator("#bars").bounding_box()
    assert box
    for at in (0.4, 0.6, 0.4):
        p.click_at(box["x"] + box["width"] * at, box["y"] + 14, then=0.4)
    p.click(p.page.locator("#report"), then=1.5)
    p.scroll(200, then=0.5)


def _dead(p: Person) -> None:
    p.read(3)
    unseen = "a canvas stands beside it that is not recorded: it could have drawn there"
    with p.meets("dead_click", target="Alert me", may=True, note=unseen):
        p.click(p.page.locator("#alertme"), then=3.2)
    with p.meets("dead_click", target="Locate me", may=True, note=unseen):
        p.click(p.page.locator("#locate"), then=3.2)
    with p.meets("rage_click", target="Locate me"), p.meets("dead_click", may=True):
        p.rage(p.page.locator("#locate"), 4)


def _report(p: Person) -> None:
    for _ in range(2):
        with p.meets("error_click", target="Make report"), p.meets("network_error"):
            p.click(p.page.locator("#report"), then=2)
    with p.meets("cursor_thrash"):
        p.thrash(sweeps=22, width=420)
    p.read(1)


def _slow(p: Person) -> None:
    with p.meets("slow_response", target="Make report"), p.meets("dead_click", may=True):
        p.click(p.page.locator("#report"), then=6.5)
    p.click(p.page.get_by_role("button", name="Zoom in"), then=1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/report", status=503)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/report", seconds=4.5)  # noqa: E731
    return [
        Scenario("explore", "Zooms, drags, opens a place, switches chart lines", _explore, False),
        Scenario(
            "explore-canvas",
            "The same with bare rrweb that records canvases",
            _explore,
            False,
            recorder="rrweb",
            canvas=True,
        ),
        Scenario("explore-alpha", "The same under a 2.0 alpha", _explore, False, recorder="rrweb2alpha"),
        Scenario("dead", "Two dead buttons beside a ticking price and a live chart", _dead, True),
        Scenario("dead-posthog", "The same under PostHog", _dead, True, recorder="posthog"),
        Scenario("report-fails", "A report that fails; the pointer is shaken", _report, True, prepare=bad),
        Scenario("report-fails-bare", "The same without our recorder", _report, True, recorder="rrweb", prepare=bad),
        Scenario("slow", "A report after four and a half seconds", _slow, True, prepare=late),
        Scenario("slow-sentry", "The same under Sentry", _slow, True, recorder="sentry", prepare=late),
    ]
