"""TiddlyWiki from npm: one page that rewrites itself; typing in a plain textarea, search as you type, tabs."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, "tiddlywiki@5.4.1")
    home_page = ["--rendertiddler", "$:/core/save/all", "index.html", "text/plain"]
    command = ["node", modules / "tiddlywiki/tiddlywiki.js", "editions/empty", "--output", home / "site", *home_page]
    subprocess.run(command, cwd=modules / "tiddlywiki", check=True, capture_output=True)
    with install.static(home / "site") as url:
        yield url


def _new(p: Person, title: str, text: str) -> None:
    p.click(p.page.get_by_role("button", name="new tiddler").first, then=1)
    p.click(p.page.locator("input.tc-titlebar").first, then=0.2)
    p.page.keyboard.press("Control+A")
    p.type(title)
    p.click(p.page.frame_locator("iframe.tc-edit-texteditor").locator("textarea"), then=0.3)  # in a frame of its own
    p.type(text)


def _write(p: Person) -> None:
    p.page.locator(".tc-site-title").wait_for()
    p.read(1)
    _new(p, "Tides", "Twice a day.")
    p.click(p.page.get_by_role("button", name="Confirm changes"), then=1.5)
    for tab in ("Recent", "Tools", "More", "Open"):
        p.click(p.page.get_by_role("tab", name=tab, exact=True).first, then=0.8)


def _search(p: Person) -> None:
    p.page.locator(".tc-site-title").wait_for()
    _new(p, "Boats", "All of them blue.")
    p.click(p.page.get_by_role("button", name="Confirm changes"), then=1)
    p.fill(p.page.locator("input[type=search]").first, "boat", then=1.5)
    p.click(p.page.locator(".tc-search-results a").first, then=1.5)


def _discard(p: Person) -> None:
    p.page.locator(".tc-site-title").wait_for()
    with p.meets("form_abandon", may=True):
        _new(p, "Gulls", "I wanted to write about")
        p.read(2)


def _dead(p: Person) -> None:
    p.page.locator(".tc-site-title").wait_for()
    p.read(1)
    with p.meets("rage_click", "dead_click", target="new tiddler"):
        p.rage(p.page.get_by_role("button", name="new tiddler").first, 4)


def scenarios() -> list[Scenario]:
    return [
        Scenario("write", "Writes a tiddler and looks through the tabs", _write, False),
        Scenario("search", "Writes, then finds it again", _search, False),
        Scenario("discard", "Leaves a draft", _discard, False),
        Scenario(
            "dead-new",
            "New tiddler does nothing",
            _dead,
            True,
            prepare=lambda c: sabotage.dead(
                c, "button[class*='new-tiddler'], .tc-page-controls button[aria-label='new tiddler']"
            ),
        ),
    ]
