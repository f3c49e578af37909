"""Node-RED from npm: a flow editor on SVG and jQuery, with drag and drop, trays, and a live server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

SETTINGS = """
module.exports = { flowFile: "flows.json", uiPort: process.env.PORT, uiHost: "127.0.0.1", disableEditor: false,
  telemetry: { enabled: false, updateNotification: false }, editorTheme: { tours: false, projects: { enabled: false } },
  logging: { console: { level: "warn" } } };
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, "node-red@4.1.15")
    (home / "user").mkdir(exist_ok=True)
    (home / "user/flows.json").unlink(missing_ok=True)
    (home / "user/settings.js").write_text(SETTINGS)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    argv = ["node", modules / "node-red/red.js", "--userDir", home / "user"]
    with install.running(argv, url, cwd=home, env={"PORT": str(port)}):
        yield url


def _ready(p: Person) -> None:
    p.page.locator(".red-ui-palette-node").first.wait_for(timeout=60_000)
    p.read(2)


def _place(p: Person, kind: str, x: float, y: float) -> None:
    start = p.point(p.page.locator(f".red-ui-palette-node[data-palette-type={kind}]"))
    p.drag(start, (x, y), then=0.8)


def _build(p: Person) -> None:
    _ready(p)
    _place(p, "inject", 400, 220)
    _place(p, "debug", 640, 220)
    ports = p.page.locator(".red-ui-flow-port")
    p.drag(p.point(ports.first), p.point(ports.last), then=1)
    p.click(p.page.locator("#red-ui-header-button-deploy"), then=2)
    p.click(p.page.locator(".red-ui-flow-node-button-button").first, then=1.5)
    p.click(p.page.locator("#red-ui-header-button-sidemenu"), then=1)
    p.press("Escape", then=1)


def _edit(p: Person) -> None:
    _ready(p)
    _place(p, "change", 420, 260)
    x, y = p.point(p.page.locator(".red-ui-flow-node").last)
    p.page.mouse.dblclick(x, y)
    p.read(1.5)
    p.fill(p.page.locator("#node-input-name"), "tide level")
    p.click(p.page.get_by_role("button", name="Done"), then=1.5)
    p.fill(p.page.locator("#red-ui-palette-search input"), "csv", then=1.5)


def _deploy_fails(p: Person) -> None:
    _ready(p)
    _place(p, "comment", 420, 260)
    with p.meets("network_error", "error_click"):
        p.click(p.page.locator("#red-ui-header-button-deploy"), then=3)


def _dead_deploy(p: Person) -> None:
    _ready(p)
    _place(p, "comment", 420, 260)
    with p.meets("rage_click", "dead_click"):
        p.rage(p.page.locator("#red-ui-header-button-deploy"), 5)


def scenarios() -> list[Scenario]:
    return [
        Scenario("build", "Builds and deploys a flow", _build, False),
        Scenario("edit", "Edits a node, searches the palette", _edit, False),
        Scenario(
            "deploy-fails",
            "Deploying answers 500",
            _deploy_fails,
            True,
            prepare=lambda c: sabotage.failing_method(c, "**/flows", "POST"),
        ),
        Scenario(
            "dead-deploy",
            "Deploy does nothing",
            _dead_deploy,
            True,
            prepare=lambda c: sabotage.dead(c, "#red-ui-header-button-deploy"),
        ),
    ]
