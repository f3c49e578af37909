"""copyparty, a file server with a script of its own and no framework: a tree, a list, a player, a viewer, links for buttons."""

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
from studio import Scenario


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries, port = install.pip(home, "copyparty"), install.free_port()
    site = home / "files"
    shutil.rmtree(site, ignore_errors=True)
    shutil.rmtree(home / ".config", ignore_errors=True)
    _lay(site)
    url = f"http://127.0.0.1:{port}"
    argv = [binaries / "copyparty", "-i", "127.0.0.1", "-p", port, "-v", f"{site}::rwmd:A,rui", "-a", "rui:granite"]
    with install.running([*argv, "-e2dsa", "--no-thumb", "--no-acode"], url, cwd=home):
        yield url


def _lay(site: Path) -> None:
    for folder in ("charts", "logs/2024", "logs/2025", "shanties"):
        (site / folder).mkdir(parents=True)
    for name in ("berths", "depths", "lights", "missing buoys"):
        (site / "charts" / f"{name}.txt").write_text(f"{name}\n" + "north south east west\n" * 60)
    for day in range(12):
        (site / "logs/2025" / f"day-{day:02}.log").write_text("wind 4, no errors\n" * 40)
    for number, name in enumerate(("anchor", "bounty", "capstan"), 1):
        with wave.open(str(site / "shanties" / f"{name}.wav"), "w") as song:
            song.setnchannels(1)
            song.setsampwidth(2)
            song.setframerate(4000)
            tone = (int(6000 * math.sin(at * 0.1 * number)) for at in range(4000 * 30))
            song.writeframes(b"".join(struct.pack("<h", value) for value in tone))


def _ready(p: Person) -> None:
    p.page.locator("#files a", has_text="charts/").wait_for()
    p.read(1.2)


def _row(p: Person, name: str, *, then: float = 1.4) -> None:
    p.click(p.page.locator("#files tbody a", has_text=name).last, then=then)


def _op(p: Person, name: str, *, then: float = 0.8) -> None:
    p.click(p.page.locator(f"#opa_{name}"), then=then)


def _browse(p: Person) -> None:
    _ready(p)
    _row(p, "charts/")
    _row(p, "depths.txt", then=2)
    p.scroll(500)
    p.page.go_back()
    p.page.locator("#files th[name=sz]").wait_for()
    p.read(1.4)
    for _ in range(2):
        p.click(p.page.locator("#files th[name=sz] span"), then=0.6)
    p.click(p.page.locator("#files th[name=href] span"), then=0.8)
    p.click(p.page.locator("#treeul a", has_text="logs").first, then=1.4)
    _row(p, "2025/")
    p.scroll(300)
    p.click(p.page.locator("#wtgrid"), then=1.4)
    p.click(p.page.locator("#wtgrid"), then=1.2)
    p.page.go_back()
    p.read(1.6)
    p.page.go_back()
    p.read(1.6)


def _music(p: Person) -> None:
    _ready(p)
    _row(p, "shanties/")
    p.click(p.page.locator("#files a.play").first, then=2.5)
    for _ in range(3):
        p.click(p.page.locator("#bnext"), then=0.35)
    p.click(p.page.locator("#bprev"), then=2)
    p.click(p.page.locator("#bplay"), then=1.5)
    p.click(p.page.locator("#bplay"), then=2)
    _op(p, "auc")
    p.click(p.page.locator("#au_loop"), then=0.6)
    p.click(p.page.locator("#au_shuf"), then=0.6)
    p.click(p.page.locator("#au_shuf"), then=0.6)
    _op(p, "x", then=1)


def _organise(p: Person) -> None:
    _ready(p)
    _op(p, "mkd")
    p.fill(p.page.locator("#op_mkdir input[name=name]"), "tides")
    p.click(p.page.locator("#op_mkdir input[type=submit]"), then=2)
    p.page.go_back()
    p.read(1.4)
    _op(p, "x")
    _row(p, "charts/")
    p.click(p.page.locator("#files tbody tr", has_text="lights.txt").locator("td").nth(2), then=0.8)
    p.click(p.page.locator("#fdel"), then=1.2)
    p.click(p.page.locator("#modal-ok"), then=1.2)
    if p.page.locator("#modal-ok").is_visible():
        p.click(p.page.locator("#modal-ok"), then=1.2)
    p.read(2)
    _op(p, "cfg", then=1)
    _op(p, "x", then=1)


def _vain(p: Person) -> None:
    _ready(p)
    _op(p, "srch")
    with p.meets("repeated_search"):
        for words in ("walrus", "narwhal", "kraken"):
            p.fill(p.page.locator("#srch_namev"), words, then=2.2)
    p.read(1)


def _enter(p: Person) -> None:
    p.read(1.5)
    for word in ("marble", "basalt"):
        p.fill(p.page.locator("#lp"), word)
        with p.meets("login_failure"), p.meets("network_error", "error_click", may=True):
            p.click(p.page.locator("#ls"), then=2)
        p.page.go_back()
        p.read(1.2)
    p.fill(p.page.locator("#lp"), "granite")
    p.click(p.page.locator("#ls"), then=2.5)


def _dead(p: Person) -> None:
    _ready(p)
    with p.meets("dead_click"):
        _op(p, "cfg", then=3.3)
    with p.meets("rage_click", "dead_click"):
        p.rage(p.page.locator("#opa_cfg"), 5)
    _row(p, "logs/")


def _fails(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="shanties/"), p.meets("network_error"):
        _row(p, "shanties/", then=3)
    p.read(2)


def _slow(p: Person) -> None:
    _ready(p)
    with p.meets("slow_response", target="logs/"):
        _row(p, "logs/", then=6.5)
    with p.meets("idle_gap"):
        p.idle(32)
    _row(p, "2025/", then=2)


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, "#opa_cfg")  # noqa: E731
    fails = lambda c: sabotage.failing(c, "**/shanties/?ls**", status=500, body="<pre>internal error</pre>")  # noqa: E731
    late = lambda c: sabotage.slow(c, "**/logs/?ls**", seconds=4.3)  # noqa: E731
    return [
        *moves.under(
            Scenario("browse", "Folders, a text, columns sorted, a grid, back and back", _browse, False), "rrweb"
        ),
        Scenario("music", "Plays, skips, pauses, sets the player", _music, False),
        Scenario("organise", "A folder made, a file deleted after two questions", _organise, False, recorder="posthog"),
        Scenario("vain", "Three names that no file has", _vain, True),
        Scenario("enter", "Two wrong passwords", _enter, True, path="/?h"),
        Scenario("dead", "The settings do not open", _dead, True, prepare=dead, recorder="rrweb2alpha"),
        Scenario("fails", "A folder that breaks the server", _fails, True, prepare=fails),
        Scenario("slow", "A folder that takes four seconds, half a minute of nothing", _slow, True, prepare=late),
    ]
