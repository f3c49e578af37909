"""A lesson with Jodit, a rich text editor, and Plyr, a player: toolbars of icons, popups, media, a page without any framework."""

import math
import shutil
import struct
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from playwright.sync_api import Locator
from studio import Scenario

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lesson 4</title><link rel="stylesheet" href="jodit.min.css"><link rel="stylesheet" href="plyr.css"><style>body{font-family:sans-serif;margin:12px 20px;max-width:900px}#note{color:#555}.oops{color:#b00}nav button{margin-right:6px}[data-part]:not(.on){display:none}</style><script src="jodit.min.js"></script><script src="plyr.js"></script></head><body>
<h1>Tides</h1><nav><button data-to="listen">Listen</button><button data-to="write">Write</button><button data-to="ask">Ask</button></nav>
<section data-part="listen" class="on"><audio id="sound" controls src="tides.wav"></audio><p><button id="script">Show script</button> <button id="quiz">Start quiz</button> <button id="mark">Bookmark</button></p><div id="text" hidden>The moon pulls. No error can stop it.</div><div id="q" hidden><p>How many tides a day?</p><label><input type="radio" name="t" value="1"> One</label><label><input type="radio" name="t" value="2"> Two</label> <button id="check">Check</button><p id="verdict"></p></div></section>
<section data-part="write"><textarea id="pad"></textarea><p><button id="hand">Hand in</button> <button id="words">Count words</button> <span id="note"></span></p></section>
<section data-part="ask"><form id="form" novalidate><p><label>Your name <input name="name"></label></p><p><label>Lesson number <input name="no" aria-describedby="why"></label> <span id="why"></span></p><p><label>Question <textarea name="q"></textarea></label></p><button>Send question</button></form><p id="thanks" role="status"></p></section>
<script>
const $ = (s) => document.querySelector(s);
for (const b of document.querySelectorAll("nav button")) b.onclick = () => { for (const s of document.querySelectorAll("[data-part]")) s.classList.toggle("on", s.dataset.part === b.dataset.to); };
new Plyr("#sound", {iconUrl: "plyr.svg", blankVideo: ""}); const pad = Jodit.make("#pad", {height: 260, toolbarAdaptive: false, showCharsCounter: true});
$("#script").onclick = () => { $("#text").hidden = !$("#text").hidden; $("#script").textContent = $("#text").hidden ? "Show script" : "Hide script"; };
$("#quiz").onclick = () => { $("#q").hidden = false; };
$("#check").onclick = () => { const t = $("[name=t]:checked"); $("#verdict").textContent = !t ? "Choose one of the two" : t.value === "2" ? "That is right" : "That is wrong, think of the moon"; };
$("#words").onclick = async () => { $("#note").className = ""; $("#note").textContent = "…"; const a = await fetch("/api/words"); $("#note").textContent = (await a.json()).n + " words"; };
$("#hand").onclick = async () => { $("#note").className = ""; const a = await fetch("/api/hand", {method: "POST", body: pad.value}); $("#note").textContent = a.ok ? "Handed in at noon" : "Your work stayed here"; $("#note").className = a.ok ? "" : "oops"; };
$("#form").onsubmit = async (e) => { e.preventDefault(); const f = e.target; if (!/^[0-9]+$/.test(f.no.value)) { f.no.setAttribute("aria-invalid", "true"); $("#why").textContent = "Digits only"; return; } f.no.removeAttribute("aria-invalid"); $("#why").textContent = ""; await fetch("/api/ask", {method: "POST", body: f.q.value}); $("#thanks").textContent = "You will hear from us on Monday"; f.reset(); };
</script></body></html>"""
PACKAGES = ("jodit@4", "plyr@3")


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules, site = install.npm(home, *PACKAGES), home / "site"
    site.mkdir(parents=True, exist_ok=True)
    for name in (
        "jodit/es2021/jodit.min.js",
        "jodit/es2021/jodit.min.css",
        "plyr/dist/plyr.js",
        "plyr/dist/plyr.css",
        "plyr/dist/plyr.svg",
    ):
        shutil.copy(modules / name, site)
    with wave.open(str(site / "tides.wav"), "w") as song:
        song.setnchannels(1)
        song.setsampwidth(2)
        song.setframerate(4000)
        song.writeframes(b"".join(struct.pack("<h", int(5000 * math.sin(at * 0.07))) for at in range(4000 * 40)))
    with install.page(site, PAGE, api=lambda method, path, body: (200, {"n": 12})) as url:
        yield url


def _part(p: Person, name: str) -> None:
    p.click(p.page.locator("nav button", has_text=name), then=1)


def _tool(p: Person, name: str) -> Locator:
    return p.page.locator(f".jodit-toolbar-button_{name} button").first


def _pad(p: Person) -> None:
    _part(p, "Write")
    p.click(p.page.locator(".jodit-wysiwyg"), then=0.4)


def _listen(p: Person) -> None:
    p.read(1.5)
    p.click(p.page.locator(".plyr__controls [data-plyr=play]"), then=2)
    bar = p.page.locator(".plyr__progress input").bounding_box()
    assert bar
    for part in (0.2, 0.4, 0.6):
        p.click_at(bar["x"] + bar["width"] * part, bar["y"] + bar["height"] / 2, then=0.4)
    p.click(p.page.locator(".plyr__controls [data-plyr=mute]"), then=0.6)
    p.click(p.page.locator(".plyr__controls [data-plyr=mute]"), then=0.6)
    p.click(p.page.locator(".plyr__controls [data-plyr=play]"), then=1.2)
    p.click(p.page.locator("#script"), then=1.5)
    line = p.page.locator("#text").bounding_box()
    assert line
    for _ in range(3):
        p.page.mouse.click(line["x"] + 40, line["y"] + 8, delay=40)
        p.page.wait_for_timeout(110)
    p.read(1)
    p.press("Control+C", then=0.8)
    p.click(p.page.locator("#quiz"), then=1)
    p.click(p.page.get_by_label("One"), then=0.5)
    p.click(p.page.locator("#check"), then=1.2)
    p.click(p.page.get_by_label("Two"), then=0.5)
    p.click(p.page.locator("#check"), then=1.5)


def _write(p: Person) -> None:
    p.read(1.2)
    _pad(p)
    p.type("The sea comes twice a day. ")
    p.click(_tool(p, "bold"), then=0.4)
    p.type("Bring botos. ")
    for _ in range(4):
        p.click(_tool(p, "undo"), then=0.25)
    for _ in range(2):
        p.click(_tool(p, "redo"), then=0.3)
    p.click(_tool(p, "ul"), then=0.6)
    p.press("Enter", then=0.2)
    p.type("Boots")
    p.click(p.page.locator("#words"), then=1.2)
    p.click(p.page.locator("#hand"), then=1.5)
    p.idle(3)
    p.click(p.page.locator(".jodit-wysiwyg"), then=0.5)
    p.press("Control+Z", then=0.5)
    p.press("Control+Z", then=0.8)


def _question(p: Person) -> None:
    p.read(1.2)
    _part(p, "Ask")
    moves.fill(p, {"Your name": "Ines", "Lesson number": "4", "Question": "Why twice?"})
    p.click(moves.button(p, "Send question"), then=2)
    _part(p, "Listen")
    _part(p, "Write")
    _part(p, "Listen")
    p.read(2)


def _number(p: Person) -> None:
    p.read(1.2)
    _part(p, "Ask")
    moves.fill(p, {"Your name": "Rui"})
    moves.refused(p, p.page.get_by_label("Lesson number"), ("four", "IV", "quatro"), moves.button(p, "Send question"))
    with p.meets("form_abandon"):
        _part(p, "Listen")
    p.read(1.5)


def _dead(p: Person) -> None:
    p.read(1.5)
    p.click(p.page.locator(".plyr__controls [data-plyr=play]"), then=1.5)
    with p.meets("dead_click", target="Bookmark", note="while the player's clock runs"):
        p.click(p.page.locator("#mark"), then=3.3)
    with p.meets("rage_click", "dead_click", target="Bookmark"):
        p.rage(p.page.locator("#mark"), 5)
    p.click(p.page.locator(".plyr__controls [data-plyr=play]"), then=1)


def _fails(p: Person) -> None:
    p.read(1.2)
    _pad(p)
    p.type("All is water.")
    with p.meets("error_click", target="Hand in"), p.meets("network_error"):
        p.click(p.page.locator("#hand"), then=3)
    with p.meets("slow_response", target="Count words"):
        p.click(p.page.locator("#words"), then=6)
    p.read(1)


def scenarios() -> list[Scenario]:
    def trouble(context):  # type: ignore[no-untyped-def]
        sabotage.failing(context, "**/api/hand", status=507)
        sabotage.slow(context, "**/api/words", seconds=4.3)

    return [
        *moves.under(
            Scenario("listen", "Plays, seeks, copies a line, answers wrongly and rightly", _listen, False), "rrweb"
        ),
        *moves.under(Scenario("write", "Writes, undoes and redoes, counts, hands in", _write, False), "rrweb2alpha"),
        Scenario("question", "A question sent and thanked for, then to and fro", _question, False),
        Scenario("number", "A lesson number refused three times, then left", _number, True),
        Scenario("dead", "A bookmark that nothing listens to, beside a running player", _dead, True),
        Scenario("fails", "Work that is not taken, words counted slowly", _fails, True, prepare=trouble),
    ]
