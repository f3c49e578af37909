"""Excalidraw from npm, bundled by the project's esbuild: a canvas editor with menus and dialogs in the DOM."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

APP = """
import { createRoot } from "react-dom/client";
import { Excalidraw } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
createRoot(document.getElementById("app")!).render(<div style={{height: "100vh"}}><Excalidraw name="Harbour plan" /></div>);
"""
INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Excalidraw</title><link rel="stylesheet" href="app.css">
<style>body{margin:0}</style><script>window.EXCALIDRAW_ASSET_PATH = "/";</script></head>
<body><div id="app"></div><script src="app.js"></script></body></html>"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    install.npm(home, "@excalidraw/excalidraw@0.18.1", "react@18.3.1", "react-dom@18.3.1")
    site = install.bundle(home, APP)
    with install.page(site, INDEX) as url:
        yield url


def _ready(p: Person) -> None:
    p.page.get_by_test_id("toolbar-rectangle").wait_for(state="attached")
    p.read(1.5)


def _tool(p: Person, name: str) -> None:
    p.click(p.page.locator(f"label:has([data-testid=toolbar-{name}])"), then=0.4)


def _draw(p: Person) -> None:
    _ready(p)
    _tool(p, "rectangle")
    p.drag((420, 260), (620, 380))
    _tool(p, "ellipse")
    p.drag((700, 300), (820, 420))
    _tool(p, "arrow")
    p.drag((620, 320), (700, 350))
    _tool(p, "text")
    p.click_at(460, 460, then=0.4)
    p.type("Inner harbour")
    p.press("Escape", then=1)
    _tool(p, "selection")
    p.drag((500, 262), (440, 200), then=1)
    p.press("Control+z", then=1)


def _scribble(p: Person) -> None:
    _ready(p)
    _tool(p, "freedraw")
    for n in range(8):
        p.drag((420 + n * 20, 300), (460 + n * 30, 420 - n * 10), then=0.1)
    for n in range(5):
        p.click_at(500 + n * 9, 500, then=0.15)
    p.read(1)


def _menu(p: Person) -> None:
    _ready(p)
    p.click(p.page.get_by_test_id("main-menu-trigger"), then=1)
    p.click(p.page.get_by_test_id("toggle-dark-mode"), then=1)
    p.click(p.page.get_by_test_id("help-menu-item"), then=1.5)
    p.press("Escape", then=1)
    for _ in range(4):
        p.click(p.page.get_by_role("button", name="Zoom in"), then=0.25)
    p.click(p.page.get_by_role("button", name="Zoom out"), then=1)


def _dead_export(p: Person) -> None:
    _ready(p)
    _tool(p, "diamond")
    p.drag((420, 260), (620, 380))
    p.click(p.page.get_by_test_id("main-menu-trigger"), then=1)
    with p.meets("rage_click", "dead_click", target="Export image"):
        p.rage(p.page.get_by_test_id("image-export-button"), 5)


def _throwing_library(p: Person) -> None:
    _ready(p)
    with p.meets("error_click", target="Library"), p.meets("dead_click", may=True, target="Library"):
        p.click(p.page.locator(".sidebar-trigger").first, then=3)
    _tool(p, "rectangle")
    p.drag((420, 260), (620, 380))


def scenarios() -> list[Scenario]:
    return [
        Scenario("draw", "Draws shapes and text, moves one, takes it back", _draw, False, canvas=True),
        Scenario("scribble", "Free-hand strokes and dots", _scribble, False, canvas=True),
        Scenario("menu", "Menus, dark mode, help, zoom", _menu, False, canvas=True),
        Scenario(
            "dead-export",
            "Export does nothing",
            _dead_export,
            True,
            canvas=True,
            prepare=lambda c: sabotage.dead(c, "[data-testid=image-export-button]"),
        ),
        Scenario(
            "throwing-library",
            "The library button throws",
            _throwing_library,
            True,
            prepare=lambda c: sabotage.throwing(
                c, ".sidebar-trigger", "Cannot read properties of null (reading 'libraryItems')"
            ),
        ),
    ]
