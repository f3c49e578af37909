"""A lecture room of Knockout and video.js: a player with controls of its own, chapters, a quiz, notes that save
themselves, pages of a list, a survey."""

import math
import struct
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import ko from "knockout";
import videojs from "video.js";
const ask = async (url, body) => { const a = await fetch(url, body && { method: "POST", body: JSON.stringify(body) }); if (!a.ok) throw new Error("Error " + a.status); return a.json(); };
function Room() {
  const my = this;
  my.part = ko.observable("watch"); my.chapters = ko.observableArray([]); my.page = ko.observable(0); my.note = ko.observable("").extend({ rateLimit: { timeout: 600, method: "notifyWhenChangesStop" } }); my.kept = ko.observable("");
  my.answer = ko.observable(); my.verdict = ko.observable(""); my.query = ko.observable(""); my.hits = ko.observable(null); my.transcript = ko.observable(""); my.asked = ko.observable("");
  my.topic = ko.observable(""); my.year = ko.observable(""); my.yearBad = ko.observable(false); my.thanks = ko.observable(false); my.code = ko.observable(""); my.codeBad = ko.observable(""); my.member = ko.observable("");
  my.shown = ko.pureComputed(() => my.chapters().slice(my.page() * 4, my.page() * 4 + 4));
  my.turn = (name) => () => my.part(name);
  my.back = () => my.page(Math.max(0, my.page() - 1)); my.on = () => my.page(Math.min(2, my.page() + 1));
  my.go = (one) => { my.player.currentTime(one.at); my.player.play(); };
  my.note.subscribe((text) => ask("/api/note", { text }).then(() => my.kept("Note kept")));
  my.mark = () => my.verdict(my.answer() === "b" ? "Right, well done" : "Have another look at chapter two");
  my.find = async () => my.hits(await ask("/api/find?q=" + encodeURIComponent(my.query())));
  my.read = async () => { my.transcript("…"); my.transcript((await ask("/api/transcript")).text); };
  my.raise = () => ask("/api/hand", {}).then(() => my.asked("Your hand is up"), (e) => my.asked("Your hand could not be raised: " + e.message));
  my.survey = () => { my.yearBad(!/^(19|20)\\d\\d$/.test(my.year())); if (!my.yearBad()) my.thanks(true); };
  my.enter = () => ask("/api/code", { code: my.code() }).then((a) => my.member(a.name), () => my.codeBad("This code is not in our list"));
  my.slides = () => my.deck.open();
  ask("/api/chapters").then(my.chapters);
}
const room = new Room();
ko.applyBindings(room);
room.player = videojs("player", { controls: true, fluid: false, width: 480, height: 120, audioOnlyMode: false });
"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lecture room</title><style>%s body{font:16px sans-serif;margin:16px} nav button.on{font-weight:bold} .wrong{border:2px solid #c22} .wrong+small{color:#c22} label{display:block;margin:8px 0} button{cursor:pointer;margin:4px}</style></head><body>
<nav><button data-bind="click: turn('watch'), css: {on: part() == 'watch'}">Watch</button><button data-bind="click: turn('search'), css: {on: part() == 'search'}">Search</button><button data-bind="click: turn('survey'), css: {on: part() == 'survey'}">Survey</button><button data-bind="click: turn('members'), css: {on: part() == 'members'}">Members</button></nav>
<div data-bind="visible: part() == 'watch'"><audio id="player" class="video-js"><source src="/talk.wav" type="audio/wav"></audio>
<ol data-bind="foreach: shown"><li><a href="#" data-bind="text: title, click: $parent.go"></a></li></ol><button data-bind="click: back">Earlier chapters</button><button data-bind="click: on">Later chapters</button>
<p><button data-bind="click: read">Transcript</button> <button class="certificate">Get the certificate</button> <button data-bind="click: raise">Raise a hand</button> <button data-bind="click: slides">Open the slides</button></p><p data-bind="text: asked"></p><pre data-bind="text: transcript"></pre>
<fieldset><legend>Which tide is higher?</legend><label><input type="radio" name="quiz" value="a" data-bind="checked: answer"> Neap</label><label><input type="radio" name="quiz" value="b" data-bind="checked: answer"> Spring</label><button data-bind="click: mark">Check answer</button><b data-bind="text: verdict"></b></fieldset>
<label>Notes <textarea data-bind="textInput: note"></textarea></label><small data-bind="text: kept"></small></div>
<div data-bind="visible: part() == 'search'"><form data-bind="submit: find"><label>Words <input type="search" data-bind="textInput: query"></label><button>Find</button></form><!-- ko if: hits --><ul data-bind="foreach: hits"><li data-bind="text: title"></li></ul><p data-bind="visible: !hits().length">We have no lecture on that</p><!-- /ko --></div>
<div data-bind="visible: part() == 'survey'"><form data-bind="submit: survey, visible: !thanks()"><label>Topic <input data-bind="textInput: topic"></label><label>Year of birth <input data-bind="textInput: year, css: {wrong: yearBad}"><small data-bind="visible: yearBad">Four digits, please</small></label><button>Send survey</button></form><p data-bind="visible: thanks">Thank you for your answers</p></div>
<div data-bind="visible: part() == 'members'"><form data-bind="submit: enter, visible: !member()"><label>Code <input type="password" data-bind="textInput: code"></label><p class="text-danger" data-bind="text: codeBad"></p><button>Come in</button></form><p data-bind="visible: member">Good to see you, <b data-bind="text: member"></b></p></div>
<script src="/app.js"></script></body></html>"""
CHAPTERS = [{"title": f"Chapter {n + 1}: {name}", "at": n * 2} for n, name in enumerate(("Moon", "Tides", "Currents", "Waves", "Wind", "Coast", "Harbours", "Locks", "Rivers", "Delta"))]  # fmt: skip


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    url = urlsplit(path)
    if url.path == "/api/code":
        return (200, {"name": "Ines"}) if b"ebb" in body else (401, {})
    if url.path == "/api/find":
        words = parse_qs(url.query).get("q", [""])[0].lower()
        return 200, [one for one in CHAPTERS if words in str(one["title"]).lower()]
    return 200, {"/api/chapters": CHAPTERS, "/api/transcript": {"text": "The moon draws the sea."}}.get(url.path, {})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    library = install.npm(home, "knockout@3", "video.js@8") / "video.js/dist"
    site = install.bundle(home, APP, loader="js")
    (site / "index.html").write_text(INDEX.replace("%s", (library / "video-js.min.css").read_text()))
    with wave.open(str(site / "talk.wav"), "wb") as talk:
        talk.setparams((1, 2, 8000, 0, "NONE", ""))
        talk.writeframes(b"".join(struct.pack("<h", int(900 * math.sin(n / 9))) for n in range(8000 * 24)))
    with install.static(site, api=_answer) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_text("Chapter 2").wait_for()
    p.read(1.5)


def _press(p: Person, name: str, *, then: float = 1.2) -> None:
    p.click(moves.button(p, name), then=then)


def _lecture(p: Person) -> None:
    _ready(p)
    _press(p, "Play Audio", then=2.5) if moves.button(p, "Play Audio").count() else _press(p, "Play Video", then=2.5)
    moves.link(p, "Chapter 2: Tides", then=2)
    _press(p, "Mute")
    _press(p, "Later chapters")
    _press(p, "Later chapters")
    _press(p, "Earlier chapters")
    p.click(p.page.get_by_label("Spring"), then=0.6)
    _press(p, "Check answer")
    p.fill(p.page.get_by_label("Notes"), "Spring tides at new moon", then=2)
    _press(p, "Transcript")
    _press(p, "Search")
    p.fill(p.page.get_by_label("Words"), "waves")
    p.press("Enter", then=1.5)
    _press(p, "Survey")
    moves.fill(p, {"Topic": "Locks"})
    p.fill(p.page.get_by_label("Year of birth"), "1990")
    _press(p, "Send survey")


def _dead(p: Person) -> None:
    _ready(p)
    moves.dead(p, moves.button(p, "Get the certificate"), "Get the certificate")
    _press(p, "Later chapters")


def _survey(p: Person) -> None:
    _ready(p)
    _press(p, "Survey")
    moves.fill(p, {"Topic": "Locks"})
    moves.refused(p, p.page.get_by_label("Year of birth"), ("90", "young", "199"), moves.button(p, "Send survey"))
    with p.meets("form_abandon"):
        _press(p, "Watch")
    p.read(1)


def _members(p: Person) -> None:
    _ready(p)
    _press(p, "Members")
    box = p.page.get_by_label("Code")
    moves.locked_out(p, box, ("flood", "swell"), moves.button(p, "Come in"), requests=True)
    p.fill(box, "ebb")
    _press(p, "Come in")


def _vain(p: Person) -> None:
    _ready(p)
    _press(p, "Search")
    moves.in_vain(p, p.page.get_by_label("Words"), ("ships", "sails"), enter=True)
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Open the slides"):
        _press(p, "Open the slides", then=3)
    with p.meets("error_click", target="Raise a hand"), p.meets("network_error"):
        _press(p, "Raise a hand", then=3)
    _press(p, "Later chapters")


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Transcript"):
        _press(p, "Transcript", then=6)
    _press(p, "Later chapters")


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/hand", status=500)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/transcript", seconds=4.3)  # noqa: E731
    return [
        *moves.under(Scenario("lecture", "Listens, takes notes, answers", _lecture, False), "rrweb"),
        *moves.under(Scenario("dead", "A button that nothing listens to", _dead, True), "posthog"),
        *moves.under(Scenario("survey", "A year refused three times, then left", _survey, True), "rrweb"),
        Scenario("members", "Two wrong codes", _members, True),
        Scenario("vain", "Two searches for lectures that are not held", _vain, True),
        Scenario("broken", "A button that throws, a hand that stays down", _broken, True, prepare=bad),
        Scenario("slow", "A transcript after more than four seconds", _slow, True, prepare=late),
    ]
