"""SVG-Edit, a drawing program of web components: an SVG in an iframe or beside, flying tools, dialogs, a source view."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario


@contextmanager
def serve(home: Path) -> Iterator[str]:
    site = install.npm(home, "svgedit@7") / "svgedit/dist/editor"
    with install.static(site) as url:
        yield url


def _tool(p: Person, name: str, *, then: float = 0.7) -> None:
    p.click(p.page.locator(f"#{name}"), then=then)


def _ready(p: Person) -> None:
    p.page.locator("#tools_rect").wait_for()
    p.read(2)
    p.click(p.page.locator("#storage_ok"), then=1)


def _draw(p: Person) -> None:
    _ready(p)
    _tool(p, "tools_rect")
    p.drag((480, 260), (640, 380))
    _tool(p, "tools_ellipse")
    p.drag((700, 300), (820, 420))
    _tool(p, "tool_line")
    p.drag((520, 450), (760, 480))
    _tool(p, "tool_select")
    p.click_at(560, 320, then=1)
    p.drag((560, 320), (600, 350), then=1)
    _tool(p, "tool_undo", then=1)
    _tool(p, "tool_wireframe", then=1)


def _sketch(p: Person) -> None:
    _ready(p)
    _tool(p, "tool_fhpath")
    for n in range(5):
        p.drag((470 + n * 30, 280), (520 + n * 30, 420), then=0.15)
    _tool(p, "tool_select")
    p.click_at(495, 350, then=0.8)
    p.press("Delete", then=1)
    _tool(p, "tool_zoom")
    p.click_at(640, 380, then=0.6)
    p.click_at(640, 380, then=1)


def _dead(p: Person) -> None:
    _ready(p)
    _tool(p, "tools_rect")
    p.drag((480, 260), (640, 380))
    with p.meets("dead_click"):
        _tool(p, "tool_wireframe", then=3.3)
    with p.meets("rage_click", "dead_click"):
        p.rage(p.page.locator("#tool_wireframe"), 5)


def _throws(p: Person) -> None:
    _ready(p)
    _tool(p, "tools_rect")
    p.drag((480, 260), (640, 380))
    with p.meets("error_click"), p.meets("dead_click", may=True):
        _tool(p, "tool_source", then=3)
    _tool(p, "tool_select")


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, "#tool_wireframe")  # noqa: E731
    throws = lambda c: sabotage.throwing(c, "#tool_source", "Cannot read properties of null (reading 'svgString')")  # noqa: E731
    return [
        Scenario("draw", "Draws, moves, takes back, looks at the wires", _draw, False),
        Scenario("sketch", "Free-hand lines, one deleted, zoom", _sketch, False),
        Scenario("dead", "The wireframe button does nothing", _dead, True, prepare=dead),
        Scenario("throws", "The source button throws", _throws, True, prepare=throws),
    ]
