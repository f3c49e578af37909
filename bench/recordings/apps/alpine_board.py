"""A kanban board of Alpine.js and SortableJS: cards dragged between lanes, a PIN pad, details, toasts, a clock that runs,
an edit that shows at once and is taken back when the server refuses it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Boat jobs</title><style>
body{font:14px system-ui;margin:14px;background:#f6f6f2}.lanes{display:flex;gap:12px}.lane{flex:1;background:#fff;border:1px solid #ccc;border-radius:8px;padding:8px;min-height:180px}
.card{border:1px solid #aac;border-radius:6px;padding:8px;margin:6px 0;background:#fbfbff;cursor:grab}button{font:inherit;padding:5px 10px;border-radius:6px;border:1px solid #889;background:#eef;cursor:pointer}
.toast{position:fixed;right:16px;bottom:16px;padding:10px 16px;border-radius:8px;background:#263;color:#fff}.toast.bad{background:#922}.pad button{width:52px;height:40px;margin:2px}
.modal{position:fixed;inset:0;background:#0006;display:grid;place-items:center}.modal>div{background:#fff;padding:18px;border-radius:8px;width:320px}[x-cloak]{display:none}button:active{transform:scale(.97)}
</style></head><body x-data="board" x-cloak><h1>Boat jobs <small x-text="clock"></small></h1>
<p><button @click="add()">Add a card</button> <button @click="undo()">Undo move</button> <button id="share" @click="navigator.clipboard.writeText(location.href)">Get link</button>
<button id="archive">Archive lane</button> <button @click="window.scrollTo({top: 2000, behavior: 'smooth'})">To the till</button> <label><input type="checkbox" x-model="done"> Hide finished</label></p>
<div class="lanes"><template x-for="lane in lanes" :key="lane.name"><section class="lane" :aria-label="lane.name"><h2 x-text="lane.name"></h2>
<div class="list" :data-lane="lane.name"><template x-for="c in lane.cards" :key="c.id"><div class="card" :data-id="c.id" x-show="!(done && lane.name === 'Done')"><span x-text="c.text"></span>
<button :aria-label="'Like ' + c.text" :aria-pressed="c.liked" @click="like(c)" x-text="c.liked ? '♥' : '♡'"></button> <button :aria-label="'Open ' + c.text" @click="open = c">⋯</button></div></template></div></section></template></div>
<details><summary>How this board works</summary><p>Drag cards from lane to lane.</p></details>
<div class="modal" x-show="open" x-transition><div role="dialog" aria-label="Card" @click.outside="open = null"><template x-if="open"><form @submit.prevent="rename()">
<label>Text <input x-model="draft" x-init="draft = open.text" required minlength="3"></label><p x-show="wrong" role="alert" class="error" style="color:#922" x-text="wrong"></p><button>Save card</button> <button type="button" @click="open = null">Close</button></form></template></div></div>
<div style="height:900px"></div><section aria-label="Till"><h2>Till</h2><p>PIN <output x-text="'•'.repeat(pin.length)"></output> <span x-text="told"></span></p><div class="pad"><template x-for="k in '123456789C0'.split('')" :key="k"><button @click="press(k)" x-text="k"></button></template></div></section>
<div class="toast" :class="{bad: toast && toast.bad}" role="status" x-show="toast" x-transition.opacity x-text="toast && toast.text"></div>
<script src="sortable.js"></script><script src="alpine.js" defer></script><script>
document.addEventListener("alpine:init", () => Alpine.data("board", () => ({clock: "", done: false, open: null, draft: "", wrong: "", pin: "", told: "", toast: null, moves: [], n: 9,
  lanes: [["Waiting", ["Paint the hull", "New rudder", "Mend sail"]], ["At work", ["Oil engine", "Caulk deck"]], ["Done", ["Scrub keel"]]].map(([name, texts], l) => ({name, cards: texts.map((text, i) => ({id: l * 10 + i, text, liked: false}))})),
  init() { setInterval(() => this.clock = new Date().toISOString().slice(11, 19), 1000);
    this.$nextTick(() => setTimeout(() => document.querySelectorAll(".list").forEach((el) => Sortable.create(el, {group: "x", animation: 120, onEnd: (e) => this.moved(e)})), 60)); },
  say(text, bad) { this.toast = {text, bad}; clearTimeout(this.timer); this.timer = setTimeout(() => this.toast = null, 2600); },
  add() { this.n++; this.lanes[0].cards.push({id: 100 + this.n, text: "Job " + this.n, liked: false}); },
  undo() { if (!this.moves.length) return this.say("Nothing to undo"); const m = this.moves.pop(); this.say("Moved back to " + m); },
  async moved(e) { this.moves.push(e.from.dataset.lane); const a = await fetch("/api/move", {method: "POST", body: e.item.dataset.id}); this.say(a.ok ? "Moved to " + e.to.dataset.lane : "The move was not saved", !a.ok); },
  async like(c) { c.liked = !c.liked; const a = await fetch("/api/like", {method: "POST", body: String(c.id)}); if (!a.ok) { c.liked = !c.liked; this.say("Could not like: you are offline?", true); } },
  async rename() { this.wrong = ""; if (!/^[A-Z]/.test(this.draft)) { this.wrong = "Begin with a capital letter"; return; } const a = await fetch("/api/cards", {method: "PUT", body: this.draft}); if (a.ok) { this.open.text = this.draft; this.open = null; this.say("Card saved"); } else this.wrong = "Not saved: the server refused"; },
  press(k) { if (k === "C") { this.pin = ""; this.told = ""; return; } this.pin = (this.pin + k).slice(0, 6); if (this.pin.length === 6) this.told = this.pin === "111224" ? "Till open" : "Wrong PIN"; } })));
</script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, "alpinejs@3", "sortablejs@1")
    site = home / "site"
    site.mkdir(exist_ok=True)
    shutil.copy(modules / "alpinejs/dist/cdn.min.js", site / "alpine.js")
    shutil.copy(modules / "sortablejs/Sortable.min.js", site / "sortable.js")
    with install.page(site, INDEX, api=lambda *_: (200, {"ok": True})) as url:
        yield url


def _carry(p: Person, card: str, lane: str) -> None:
    one = p.page.locator(".card", has_text=card).bounding_box()
    to = p.page.locator(f"[data-lane='{lane}']").bounding_box()
    assert one and to
    p.drag((one["x"] + 30, one["y"] + 14), (to["x"] + 60, to["y"] + 20), then=1.4)


def _work(p: Person) -> None:
    p.read(2)
    for _ in range(4):
        p.click(moves.button(p, "Add a card"), then=0.12)
    _carry(p, "New rudder", "At work")
    _carry(p, "Oil engine", "Done")
    p.click(moves.button(p, "Like Mend sail"), then=0.7)
    p.click(moves.button(p, "Open Paint the hull"), then=1)
    p.fill(p.page.get_by_label("Text"), "Paint the whole hull")
    p.click(moves.button(p, "Save card"), then=1.5)
    p.click(p.page.get_by_text("How this board works"), then=1)
    p.click(p.page.get_by_text("How this board works"), then=1)
    p.click(moves.button(p, "Get link"), then=3)
    p.click(p.page.get_by_text("Hide finished"), then=1)
    p.click(moves.button(p, "To the till"), then=2)
    for key in "111224":
        p.click(moves.button(p, key), then=0.1)
    p.read(1)


def _pin(p: Person) -> None:
    p.read(1)
    p.click(moves.button(p, "To the till"), then=1.5)
    for key in ("9", "9", "9", "9", "C", "1", "1", "1", "2", "2", "4"):
        p.click(moves.button(p, key), then=0.08)
    p.read(2)


def _dead(p: Person) -> None:
    p.read(4)
    moves.dead(p, moves.button(p, "Archive lane"), "Archive lane")
    p.click(moves.button(p, "Add a card"), then=1)


def _unsaved(p: Person) -> None:
    p.read(1)
    with p.meets("error_click", target="Like Mend sail"), p.meets("network_error"):
        p.click(moves.button(p, "Like Mend sail"), then=2)
    with p.meets("network_error"), p.meets("error_click", may=True):
        _carry(p, "New rudder", "At work")
    p.read(1)


def _capital(p: Person) -> None:
    p.read(1)
    p.click(moves.button(p, "Open Mend sail"), then=0.8)
    with p.meets("validation_loop"):
        for words in ("mend it", "mend the sail", "sail mending"):
            p.fill(p.page.get_by_label("Text"), words)
            with p.meets("error_click", may=True):
                p.click(moves.button(p, "Save card"), then=1.2)
    with p.meets("form_abandon"):
        p.click(moves.button(p, "Close"), then=1.5)
    p.read(1)


def scenarios() -> list[Scenario]:
    def down(context):  # type: ignore[no-untyped-def]
        sabotage.failing(context, "**/api/like", status=500)
        sabotage.failing(context, "**/api/move", status=500)

    late = lambda c: sabotage.slow(c, "**/api/cards", seconds=4.4)  # noqa: E731

    def slow(p: Person) -> None:
        p.read(1)
        p.click(moves.button(p, "Open Mend sail"), then=0.8)
        p.fill(p.page.get_by_label("Text"), "Mend the big sail")
        with p.meets("slow_response", target="Save card"), p.meets("dead_click", may=True):
            p.click(moves.button(p, "Save card"), then=6.4)

    return [
        Scenario("work", "Adds, drags, likes, renames, copies, opens the till", _work, False),
        Scenario("work-bare", "The same under bare rrweb", _work, False, recorder="rrweb"),
        Scenario("work-posthog", "The same under PostHog", _work, False, recorder="posthog"),
        Scenario("pin", "Digits typed on a PIN pad, some of them again and again", _pin, False),
        Scenario("pin-alpha", "The same under a 2.0 alpha", _pin, False, recorder="rrweb2alpha"),
        Scenario("dead", "A dead button beside a clock", _dead, True),
        Scenario("dead-old", "The same under rrweb 1", _dead, True, recorder="rrweb1"),
        Scenario("unsaved", "What was shown at once is taken back", _unsaved, True, prepare=down),
        Scenario("capital", "A text refused three times, then closed", _capital, True),
        Scenario("capital-bare", "The same under bare rrweb", _capital, True, recorder="rrweb"),
        Scenario("slow", "Saving takes more than four seconds and shows nothing", slow, True, prepare=late),
    ]
