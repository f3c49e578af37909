"""JupyterLab: a large single-page application with panels, an editor, menus, and a kernel on a websocket."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario


def _notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
        for n, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "jupyterlab==4.6.6", "ipykernel")
    work = home / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "tides.ipynb").write_text(
        _notebook("heights = [1.2, 3.4, 2.2, 0.9]\nsum(heights)", "for n in range(3):\n    print('tide', n)")
    )
    (work / "notes.txt").write_text("Buy rope.\n")
    port = install.free_port()
    options = [
        f"--ServerApp.port={port}",
        "--ServerApp.token=",
        "--ServerApp.password=",
        "--no-browser",
        "--allow-root",
    ]
    options += [f"--ServerApp.root_dir={work}", "--ServerApp.disable_check_xsrf=True", "--LabApp.news_url="]
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    url = f"http://127.0.0.1:{port}"
    with install.running([binaries / "jupyter-lab", *options], f"{url}/lab", cwd=home):
        yield url


def _ready(p: Person) -> None:
    p.page.locator(".jp-DirListing-item").first.wait_for(timeout=60_000)
    p.read(2)


def _open(p: Person, name: str) -> None:
    x, y = p.point(p.page.locator(".jp-DirListing-item", has_text=name))
    p.page.mouse.dblclick(x, y)
    p.read(3)


def _run(p: Person) -> None:
    _ready(p)
    _open(p, "tides.ipynb")
    p.click(p.page.locator(".jp-Cell .cm-content").first, then=0.5)
    p.press("Shift+Enter", then=2)
    p.press("Shift+Enter", then=2)
    p.type("max(heights)")
    p.press("Shift+Enter", then=2)
    p.click(p.page.get_by_role("menuitem", name="View"), then=1)
    p.press("Escape", then=1)


def _text(p: Person) -> None:
    _ready(p)
    _open(p, "notes.txt")
    p.click(p.page.locator(".jp-FileEditor .cm-content"), then=0.5)
    p.press("Control+End")
    p.type("Then string.")
    p.press("Control+s", then=1.5)
    p.click(p.page.get_by_role("menuitem", name="Help"), then=1)
    p.press("Escape", then=1)


def _save_fails(p: Person) -> None:
    _ready(p)
    _open(p, "notes.txt")
    p.click(p.page.locator(".jp-FileEditor .cm-content"), then=0.5)
    p.type("More rope. ")
    with p.meets("network_error"):
        p.press("Control+s", then=3)
    p.press("Escape", then=1)


def _dead_run(p: Person) -> None:
    _ready(p)
    _open(p, "tides.ipynb")
    with p.meets("rage_click", "dead_click"):
        p.rage(p.page.locator("[data-jp-item-name=run] jp-button, [data-jp-item-name=run] button").first, 5)


def scenarios() -> list[Scenario]:
    path = "/lab"
    return [
        Scenario("run", "Runs three cells", _run, False, path=path),
        Scenario("text", "Edits a text file", _text, False, path=path),
        Scenario(
            "save-fails",
            "Saving answers 500",
            _save_fails,
            True,
            path=path,
            prepare=lambda c: sabotage.failing_method(c, "**/api/contents/*", "PUT"),
        ),
        Scenario(
            "dead-run",
            "The run button does nothing",
            _dead_run,
            True,
            path=path,
            prepare=lambda c: sabotage.dead(c, "[data-jp-item-name=run]"),
        ),
    ]
