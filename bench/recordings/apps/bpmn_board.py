"""bpmn-js, a modeller of processes: an SVG that is drawn on, a palette of icons, double clicks that edit, undo and redo."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Processes</title><link rel="stylesheet" href="diagram-js.css"><link rel="stylesheet" href="bpmn-js.css"><style>body{font-family:sans-serif;margin:8px}#board{height:560px;border:1px solid #ccc}.djs-palette .entry::before{content:"■"}#said{min-height:20px}#said.wrong{color:#b3261e}</style></head><body>
<div><button id="keep">Keep</button> <button id="tidy">Arrange</button> <button id="run">Simulate</button> <button id="zoom">Whole picture</button> <input id="find" type="search" placeholder="Find a step"> <button id="more">Bigger</button> <button id="less">Smaller</button></div><p id="said" aria-live="polite"></p><div id="board"></div><ul id="hits"></ul>
<script src="bpmn-modeler.production.min.js"></script><script>
const board = new BpmnJS({container: "#board"}); const $ = (s) => document.querySelector(s); const say = (text, wrong) => { $("#said").className = wrong ? "wrong" : ""; $("#said").textContent = text; };
board.importXML(`<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:w="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="x"><process id="p"><startEvent id="s" name="Ship in sight"/><task id="a" name="Call pilot"/><task id="b" name="Reject papers"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/></process><di:BPMNDiagram><di:BPMNPlane bpmnElement="p"><di:BPMNShape bpmnElement="s"><dc:Bounds x="200" y="160" width="36" height="36"/></di:BPMNShape><di:BPMNShape bpmnElement="a"><dc:Bounds x="300" y="138" width="100" height="80"/></di:BPMNShape><di:BPMNShape bpmnElement="b"><dc:Bounds x="480" y="138" width="100" height="80"/></di:BPMNShape><di:BPMNEdge bpmnElement="f"><w:waypoint x="236" y="178"/><w:waypoint x="300" y="178"/></di:BPMNEdge><di:BPMNEdge bpmnElement="g"><w:waypoint x="400" y="178"/><w:waypoint x="480" y="178"/></di:BPMNEdge></di:BPMNPlane></di:BPMNDiagram></definitions>`);
$("#keep").onclick = async () => { const {xml} = await board.saveXML(); const a = await fetch("/api/keep", {method: "POST", body: xml}); say(a.ok ? "Kept, version 8" : "Version 8 is nowhere", !a.ok); };
$("#run").onclick = async () => { say("Simulating"); $("#said").setAttribute("aria-busy", "true"); const a = await fetch("/api/run"); $("#said").removeAttribute("aria-busy"); say("A ship takes " + (await a.json()).hours + " hours"); };
$("#zoom").onclick = () => board.get("canvas").zoom("fit-viewport"); $("#more").onclick = () => board.get("zoomScroll").stepZoom(1); $("#less").onclick = () => board.get("zoomScroll").stepZoom(-1);
$("#find").oninput = (e) => { const q = e.target.value.toLowerCase(); const hits = q ? board.get("elementRegistry").filter((x) => (x.businessObject?.name || "").toLowerCase().includes(q)) : []; $("#hits").innerHTML = hits.map((x) => `<li>${x.businessObject.name}</li>`).join(""); if (q && !hits.length) $("#hits").innerHTML = "<li>No such step</li>"; };
</script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    dist, site = install.npm(home, "bpmn-js@18") / "bpmn-js/dist", home / "site"
    site.mkdir(parents=True, exist_ok=True)
    for name in ("bpmn-modeler.production.min.js", "assets/diagram-js.css", "assets/bpmn-js.css"):
        shutil.copy(dist / name, site)
    (site / "index.html").write_text(PAGE)
    with install.static(site, api=lambda method, path, body: (200, {"hours": 5})) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.locator("[data-element-id=a]").first.wait_for()
    p.read(1.5)


def _at(p: Person, name: str) -> tuple[float, float]:
    box = p.page.locator(f"[data-element-id={name}]").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _draw(p: Person) -> None:
    _ready(p)
    x, y = _at(p, "a")
    p.click_at(x, y, then=1)
    p.drag((x, y), (x + 20, y + 120), then=1)
    p.page.mouse.dblclick(x + 20, y + 120)
    p.read(0.8)
    p.press("Control+A", then=0.1)
    p.type("Call two pilots")
    p.click_at(x + 300, y + 220, then=1)
    for _ in range(2):
        p.press("Control+Z", then=0.5)
    p.press("Control+Y", then=0.8)
    p.click(p.page.locator(".djs-palette .entry[data-action='create.task']"), then=0.5)
    p.click_at(x + 60, y + 260, then=1)
    p.press("Escape", then=0.5)
    p.click(p.page.locator("#keep"), then=2)


def _view(p: Person) -> None:
    _ready(p)
    for _ in range(4):
        p.click(p.page.locator("#more"), then=0.25)
    for _ in range(3):
        p.click(p.page.locator("#less"), then=0.25)
    p.click(p.page.locator("#zoom"), then=1)
    for name in ("a", "b", "s", "a"):
        p.click_at(*_at(p, name), then=0.6)
    p.fill(p.page.locator("#find"), "papers", then=1)
    x, y = _at(p, "s")
    p.drag((x - 60, y + 180), (x + 60, y + 240), then=1)
    p.click(p.page.locator("#run"), then=2)
    p.read(2)


def _dead(p: Person) -> None:
    _ready(p)
    p.click_at(*_at(p, "b"), then=1)
    moves.dead(p, p.page.locator("#tidy"), "Arrange")
    p.read(1)


def _vain(p: Person) -> None:
    _ready(p)
    moves.in_vain(p, p.page.locator("#find"), ("customs", "mooring", "crane"))
    p.click_at(*_at(p, "a"), then=1)


def _fails(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Keep"), p.meets("network_error"):
        p.click(p.page.locator("#keep"), then=3)
    with p.meets("slow_response", target="Simulate"):
        p.click(p.page.locator("#run"), then=6)
    p.read(1)


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing(context, "**/api/keep", status=500)
        sabotage.slow(context, "**/api/run", seconds=4.3)

    return [
        *moves.under(Scenario("draw", "Moves, renames by a double click, undoes, adds, keeps", _draw, False), "rrweb"),
        *moves.under(Scenario("view", "Zooms, selects, finds, draws a frame, simulates", _view, False), "rrweb2alpha"),
        Scenario("dead", "A button that nothing listens to, beside a drawing", _dead, True),
        Scenario("vain", "Three searches in vain", _vain, True, recorder="posthog"),
        Scenario("fails", "A picture that is not kept, a simulation of four seconds", _fails, True, prepare=trouble),
    ]
