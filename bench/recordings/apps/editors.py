"""A writing desk of two real editors, Quill (contenteditable) and CodeMirror 6: typing, toolbars, selections."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import Quill from "quill";
import "quill/dist/quill.snow.css";
import {basicSetup, EditorView} from "codemirror";
import {javascript} from "@codemirror/lang-javascript";
const quill = new Quill("#prose", {theme: "snow", placeholder: "Tell the story", modules: {toolbar: [["bold", "italic"], [{list: "bullet"}], ["link", "clean"]]}});
quill.setText("The harbour master keeps a log of every boat that comes in. Nobody reads it but the gulls.\\nSecond line.\\n");
new EditorView({doc: "const boats = 12\\nconst berths = 40\\n", extensions: [basicSetup, javascript()], parent: document.getElementById("code")});
const say = (text, kind) => { const t = document.createElement("div"); t.className = "toast toast-" + kind; t.textContent = text; document.getElementById("toasts").append(t); setTimeout(() => t.remove(), 3000); };
document.getElementById("save").onclick = async () => { const a = await fetch("/api/draft", {method: "PUT", body: quill.getText()}); a.ok ? say("Draft saved", "success") : say("Could not save the draft", "error"); };
document.getElementById("preview").onclick = () => { const d = document.getElementById("shown"); d.hidden = !d.hidden; d.innerHTML = quill.root.innerHTML; };
document.getElementById("top").onclick = () => scrollTo({top: 0, behavior: "smooth"});
document.getElementById("title").onchange = (e) => fetch("/api/title", {method: "PATCH", body: e.target.value});
"""
PAGE = """<!doctype html><html lang="en"><head><title>Writing desk</title><link rel="stylesheet" href="app.css">
<style>body{font:15px sans-serif;margin:16px;max-width:820px}.toast{position:fixed;right:20px;bottom:20px;background:#333;color:#fff;padding:10px}
.toast-error{background:#a22}#code{border:1px solid #ccc;margin:12px 0}[role=button]{cursor:pointer}.tall{height:900px}</style></head><body>
<h1>Writing desk</h1><p><label>Title <input id="title" value="The log"></label></p><div id="prose"></div><div id="code"></div>
<p><button id="save">Save draft</button> <button id="preview">Preview</button> <button id="publish">Publish</button></p>
<div id="shown" hidden></div><p id="notes">Notes for the editor: keep paragraphs short, name the boats, and never end on a question mark.</p>
<div class="tall"></div><button id="top">Back to top</button><div id="toasts"></div><script src="app.js"></script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "quill@2", "codemirror@6", "@codemirror/lang-javascript")
    site = install.bundle(home, APP, loader="js")
    with install.page(site, PAGE, api=lambda *_: (200, {})) as url:
        yield url


def _write(p: Person) -> None:
    prose = p.page.locator(".ql-editor")
    p.click(prose, then=0.4)
    p.press("Control+End")
    p.type("Then the fog came in.")
    box = prose.locator("p").first.bounding_box()
    assert box
    p._move(box["x"] + 60, box["y"] + 8)
    p.page.mouse.click(box["x"] + 60, box["y"] + 8, click_count=3, delay=50)
    p.read(0.8)
    for name in ("bold", "italic", "bold"):
        p.click(p.page.locator(f"button.ql-{name}"), then=0.4)
    p.click(p.page.locator(".cm-content"), then=0.4)
    p.press("Control+End")
    p.type("let tide = 3")
    notes = p.page.locator("#notes").bounding_box()
    assert notes
    p._move(notes["x"] + 100, notes["y"] + 8)
    p.page.mouse.dblclick(notes["x"] + 100, notes["y"] + 8)
    p.read(0.6)
    p.drag((notes["x"] + 5, notes["y"] + 8), (notes["x"] + 320, notes["y"] + 9))
    p.press("Control+C")
    p.click(p.page.locator("#preview"), then=1)
    p.click(p.page.locator("#preview"), then=0.8)
    p.fill(p.page.locator("#title"), "Fog")
    p.click(p.page.locator("#save"), then=1.5)
    p.scroll(900)
    p.click(p.page.locator("#top"), then=1.5)


def _publish(p: Person) -> None:
    p.click(p.page.locator(".ql-editor"), then=0.3)
    p.type("More fog.")
    with p.meets("dead_click", target="Publish"):
        p.click(p.page.locator("#publish"), then=3.2)
    with p.meets("rage_click", target="Publish"), p.meets("dead_click", may=True):
        p.rage(p.page.locator("#publish"), 4)


def _lost(p: Person) -> None:
    p.click(p.page.locator(".ql-editor"), then=0.3)
    p.type("The log is lost.")
    for _ in range(2):
        with p.meets("error_click", target="Save draft"), p.meets("network_error"):
            p.click(p.page.locator("#save"), then=3.5)


def _bold(p: Person) -> None:
    p.click(p.page.locator(".ql-editor"), then=0.3)
    with p.meets("dead_click", target="bold"):
        p.click(p.page.locator("button.ql-bold"), then=3.2)
    p.click(p.page.locator("#preview"), then=1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing_method(c, "**/api/draft", "PUT")  # noqa: E731
    return [
        Scenario("write", "Writes in both editors, selects, previews, saves", _write, False),
        Scenario("write-bare", "The same without our recorder", _write, False, recorder="rrweb"),
        Scenario("write-old", "The same under rrweb 1", _write, False, recorder="rrweb1"),
        Scenario("publish", "Publish has no handler", _publish, True),
        Scenario("publish-alpha", "The same under a 2.0 alpha", _publish, True, recorder="rrweb2alpha"),
        Scenario("lost", "The draft cannot be saved", _lost, True, prepare=bad),
        Scenario("lost-sentry", "The same under Sentry", _lost, True, recorder="sentry", prepare=bad),
        Scenario(
            "bold", "The bold button does nothing", _bold, True, prepare=lambda c: sabotage.dead(c, "button.ql-bold")
        ),
    ]
