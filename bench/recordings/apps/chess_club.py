"""A chess club of Mithril, chessground and chess.js: pieces dragged and clicked, moves that are not allowed snap back,
clocks that tick, an opponent who thinks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import moves
import sabotage
from person import Person
from studio import Scenario

APP = """
import m from "mithril";
import { Chessground } from "chessground";
import { Chess } from "chess.js";
const state = { games: [], found: null, white: 600, black: 600, said: "", user: null, wrong: "", faults: {}, note: "" };
const ask = (url, body, more) => m.request({ method: body ? "POST" : "GET", url, body, ...more });
const dests = (chess) => { const to = new Map(); for (const one of chess.moves({ verbose: true })) to.set(one.from, [...(to.get(one.from) ?? []), one.to]); return to; };
const Board = () => { const chess = new Chess(); let ground, ticking;
  const refresh = () => ground.set({ fen: chess.fen(), turnColor: "white", lastMove: undefined, movable: { color: "white", dests: dests(chess) } });
  const answer = async () => { const all = chess.moves(); chess.move(all[all.length >> 1]); refresh(); m.redraw(); };
  return { oncreate: (v) => { ground = Chessground(v.dom.querySelector(".ground"), { movable: { free: false, color: "white", dests: dests(chess), events: { after: (from, to) => { chess.move({ from, to, promotion: "q" }); m.redraw(); setTimeout(answer, 450); } } } });
      ticking = setInterval(() => { state.white--; m.redraw(); }, 1000); }, onremove: () => clearInterval(ticking),
    view: () => m("section", m("h1", "Game"), m("p.clock", "White ", m("time", Math.floor(state.white / 60) + ":" + String(state.white % 60).padStart(2, "0"))), m(".ground"),
      m("p", m("button", { onclick: () => ground.toggleOrientation() }, "Flip board"), m("button", { onclick: () => { chess.undo(); chess.undo(); refresh(); } }, "Take back"), m("button.draw", "Offer draw"),
        m("button", { onclick: async () => { state.said = "Thinking…"; const a = await ask("/api/hint"); state.said = a.text; } }, "Hint"), m("button", { onclick: () => { throw new Error("engine has no level " + state.level); } }, "Engine level"),
        m("button", { onclick: () => ask("/api/save", { pgn: chess.pgn() }).then(() => state.said = "Game kept", () => state.said = "Could not keep the game") }, "Keep game")),
      m("p.said", state.said), m("ol", chess.history().map((one) => m("li", one)))) }; };
const Games = { oninit: () => ask("/api/games").then((all) => state.games = all), view: () => m("section", m("h1", "Games"), m("label", "Player ", m("input[type=search]", { oninput: async (e) => { const q = e.target.value; state.found = q ? await ask("/api/games?q=" + encodeURIComponent(q)) : null; } })),
  state.found && !state.found.length ? m("p", "No games found") : m("table", m("tbody", (state.found ?? state.games).map((g) => m("tr", m("td", m(m.route.Link, { href: "/games/" + g.id }, g.name)), m("td", g.result)))))) };
const One = { oninit: (v) => ask("/api/games/" + v.attrs.id).then((g) => v.state.game = g, (e) => v.state.lost = true), view: (v) => v.state.lost ? m("section", m("h1", "404: no such game")) : v.state.game ? m("article", m("h1", v.state.game.name), m("p", v.state.game.result), m("textarea[aria-label=Comment]"), m("button", { onclick: () => m.route.set("/games") }, "All games")) : m("p", "Loading…") };
const check = (form) => ({ ...(form.name.value ? {} : { name: "Your name is missing" }), ...(+form.rating.value >= 100 && +form.rating.value <= 3000 ? {} : { rating: "A rating lies between 100 and 3000" }) });
const Join = { view: () => m("section", m("h1", "Tournament"), state.note ? m("p.note[role=status]", state.note) : m("form", { novalidate: true, onsubmit: (e) => { e.preventDefault(); state.faults = check(e.target.elements); if (!Object.keys(state.faults).length) state.note = "You are on the list"; } },
  ["name", "rating"].map((key) => m("label", { class: state.faults[key] ? "invalid" : "" }, key === "name" ? "Name" : "Rating", m("input", { name: key, "aria-invalid": !!state.faults[key] }), state.faults[key] && m("small", state.faults[key]))), m("button", "Join"))) };
const Enter = { view: () => m("section", m("h1", "Members"), state.user ? m("p", "Hello " + state.user) : m("form", { onsubmit: (e) => { e.preventDefault(); const f = e.target.elements; state.wrong = ""; ask("/api/login", { password: f.password.value }).then(() => state.user = f.nick.value, (x) => state.wrong = x.response.detail); } }, m("label", "Nickname ", m("input[name=nick]")), m("label", "Password ", m("input[name=password][type=password]")), state.wrong && m("p.wrong", state.wrong), m("button", "Enter"))) };
const frame = (part) => ({ render: (v) => m("main", m("nav", [["/", "Play"], ["/games", "Games"], ["/join", "Tournament"], ["/enter", "Members"]].map(([href, text]) => m(m.route.Link, { href, class: m.route.get() === href ? "on" : "" }, text))), m(part, v.attrs)) });
m.route.prefix = "#!";
m.route(document.getElementById("app"), "/", { "/": frame(Board), "/games": frame(Games), "/games/:id": frame(One), "/join": frame(Join), "/enter": frame(Enter) });
"""
STYLE = """body{font:16px Georgia,serif;margin:20px}nav a{margin-right:16px}.ground{width:400px;height:400px}button{margin:6px;cursor:pointer}.invalid small,.wrong{color:#a00}label{display:block;margin:8px 0}
.said{min-height:1.2em}"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chess club</title><style>%s</style></head><body><div id="app"></div><script src="/app.js"></script></body></html>"""
GAMES = [{"id": n, "name": name, "result": "1–0"} for n, name in enumerate(("Morphy – Consul", "Anderssen – Kieseritzky", "Byrne – Fischer"))]  # fmt: skip


def _answer(method: str, path: str, body: bytes) -> tuple[int, object]:
    if path == "/api/login":
        return (200, {}) if b"gambit" in body else (403, {"detail": "Nickname and password do not match"})
    if path.startswith("/api/games?q="):
        return 200, [game for game in GAMES if path.partition("=")[2].lower() in str(game["name"]).lower()]
    if path.startswith("/api/games/"):
        number = int(path.rpartition("/")[2])
        return (200, GAMES[number]) if number < len(GAMES) else (404, {})
    return 200, {"/api/games": GAMES, "/api/hint": {"text": "Look at the knight"}}.get(path, {})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    library = install.npm(home, "mithril@2", "chessground@9", "chess.js@1") / "chessground/assets"
    site = install.bundle(home, APP, loader="js")
    sheets = [(library / f"chessground.{name}.css").read_text() for name in ("base", "brown", "cburnett")]
    with install.page(site, INDEX % (STYLE + "".join(sheets)), api=_answer) as url:
        yield url


def _square(p: Person, name: str) -> tuple[float, float]:
    box = p.page.locator("cg-board").bounding_box()
    assert box
    side = box["width"] / 8
    return box["x"] + ("abcdefgh".index(name[0]) + 0.5) * side, box["y"] + (8.5 - int(name[1])) * side


def _ready(p: Person) -> None:
    p.page.locator("cg-board piece").first.wait_for()
    p.read(1.5)


def _go(p: Person, name: str) -> None:
    moves.link(p, name)


def _game(p: Person) -> None:
    _ready(p)
    p.drag(_square(p, "e2"), _square(p, "e4"), then=2)
    p.click_at(*_square(p, "g1"), then=0.5)
    p.click_at(*_square(p, "f3"), then=2)
    p.drag(_square(p, "a1"), _square(p, "a5"), then=1.5)
    p.click(moves.button(p, "Take back"), then=1.5)
    for _ in range(2):
        p.click(moves.button(p, "Flip board"), then=0.7)
    p.click(moves.button(p, "Hint"), then=1.5)
    p.click(moves.button(p, "Keep game"), then=1.5)
    _go(p, "Games")
    p.fill(p.page.get_by_label("Player"), "fischer", then=1.5)
    _go(p, "Byrne – Fischer")
    p.fill(p.page.get_by_label("Comment"), "What a sacrifice", then=1)
    p.click(moves.button(p, "All games"), then=1.2)
    _go(p, "Tournament")
    moves.fill(p, {"Name": "Judit", "Rating": "2700"})
    p.click(moves.button(p, "Join"), then=1.5)
    p.read(1)


def _dead(p: Person) -> None:
    _ready(p)
    p.drag(_square(p, "e2"), _square(p, "e4"), then=2)
    moves.dead(p, moves.button(p, "Offer draw"), "Offer draw", clicks=4)
    p.click(moves.button(p, "Flip board"), then=1)


def _join(p: Person) -> None:
    _ready(p)
    _go(p, "Tournament")
    moves.fill(p, {"Name": "Judit"})
    moves.refused(p, p.page.get_by_label("Rating"), ("strong", "27000", "3"), moves.button(p, "Join"))
    with p.meets("form_abandon"):
        _go(p, "Games")
    p.read(1)


def _enter(p: Person) -> None:
    _ready(p)
    _go(p, "Members")
    moves.fill(p, {"Nickname": "judit"})
    box = p.page.get_by_label("Password")
    moves.locked_out(p, box, ("sicilian", "london"), moves.button(p, "Enter"), requests=True)
    p.fill(box, "gambit")
    p.press("Enter", then=1.5)


def _vain(p: Person) -> None:
    _ready(p)
    _go(p, "Games")
    moves.in_vain(p, p.page.get_by_label("Player"), ("tal", "petrosian"))
    p.fill(p.page.get_by_label("Player"), "morphy", then=1.2)
    with p.meets("quick_back"):
        _go(p, "Morphy – Consul")
        p.read(1)
        p.click(moves.button(p, "All games"), then=1.5)
    with p.meets("not_found"), p.meets("network_error"):
        p.page.evaluate("location.hash = '#!/games/77'")
        p.read(2)
    p.read(1)


def _broken(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Engine level"), p.meets("dead_click", may=True):
        p.click(moves.button(p, "Engine level"), then=3)
    with p.meets("error_click", target="Keep game"), p.meets("network_error"):
        p.click(moves.button(p, "Keep game"), then=2.5)
    with p.meets("cursor_thrash"):
        p.thrash()
    p.read(1.5)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="Hint"):
        p.click(moves.button(p, "Hint"), then=6)
    p.click(moves.button(p, "Flip board"), then=1)


def scenarios() -> list[Scenario]:
    bad = lambda c: sabotage.failing(c, "**/api/save", status=500)  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/api/hint", seconds=4.3)  # noqa: E731
    return [
        *moves.under(Scenario("game", "Plays, looks up a game, joins", _game, False), "rrweb", "posthog"),
        *moves.under(Scenario("dead", "A button that nothing listens to", _dead, True), "rrweb1"),
        Scenario("join", "A rating refused three times, then left", _join, True),
        Scenario("enter", "Two wrong passwords", _enter, True),
        *moves.under(Scenario("vain", "Players who are not there; in and out; no game", _vain, True), "sentry"),
        Scenario("broken", "A button that throws, a game not kept; a pointer shaken", _broken, True, prepare=bad),
        Scenario("slow", "A hint after more than four seconds", _slow, True, prepare=late),
    ]
