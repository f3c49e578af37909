"""A documentation site made by MkDocs with the Material theme: search in a worker, tabs, a copied snippet."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
from person import Person
from playwright.sync_api import BrowserContext
from studio import Scenario

CONFIG = """
site_name: Tideline
theme: {name: material, font: false, features: [content.code.copy, navigation.tabs, content.tabs.link, toc.follow],
  palette: [{scheme: default, toggle: {icon: material/weather-night, name: Dark}}, {scheme: slate, toggle: {icon: material/weather-sunny, name: Light}}]}
plugins: [search]
markdown_extensions: [admonition, pymdownx.details, pymdownx.superfences, {pymdownx.tabbed: {alternate_style: true}}, {toc: {permalink: true}}]
nav: [{Home: index.md}, {Guide: [guide/install.md, guide/stations.md, guide/alerts.md]}, {Reference: [reference/api.md, reference/errors.md]}]
"""
PAGES = {
    "index.md": "# Tideline\n\nTide tables for programs.\n\n[Install it](guide/install.md) · [Stations](guide/stations.md)\n",
    "guide/install.md": '# Install\n\n=== "pip"\n\n    ```sh\n    pip install tideline\n    ```\n\n=== "source"\n\n    ```sh\n    make install\n    ```\n\n!!! note\n    Needs Python 3.11.\n\n??? question "Behind a proxy?"\n    Set `HTTPS_PROXY`.\n',
    "guide/stations.md": "# Stations\n\n"
    + "\n\n".join(
        f"## Station {n}\n\nMean range {n * 0.4:.1f} m. Readings every {n} minutes. Datum is local."
        for n in range(1, 25)
    ),
    "guide/alerts.md": "# Alerts\n\nAlerts are sent when a level is passed.\n\n## Thresholds\n\nIn metres.\n\n## Channels\n\nMail and webhook.\n",
    "reference/api.md": "# API\n\n"
    + "\n\n".join(
        f"## `level_{n}()`\n\n```python\nlevel_{n}(station, at)\n```\n\nReturns metres." for n in range(1, 16)
    ),
    "reference/errors.md": "# Errors\n\n| code | meaning |\n|---|---|\n| 404 | no such station |\n| 429 | too many requests |\n",
}


@contextmanager
def serve(home: Path) -> Iterator[str]:
    binaries = install.pip(home, "mkdocs-material==9.8.1")
    (home / "mkdocs.yml").write_text(CONFIG)
    for name, text in PAGES.items():
        (home / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "docs" / name).write_text(text)
    subprocess.run([binaries / "mkdocs", "build", "--quiet"], cwd=home, check=True)
    with install.static(home / "site") as url:
        yield url


def _search(p: Person, words: str) -> None:
    p.fill(p.page.get_by_role("textbox", name="Search"), words, then=1.5)


def _read_about(p: Person) -> None:
    p.read(1.5)
    p.click(p.page.get_by_role("link", name="Install it"), then=1)
    p.click(p.page.get_by_text("source", exact=True), then=1)
    p.click(p.page.locator("summary"), then=1)
    p.click(p.page.get_by_text("pip", exact=True), then=1)
    p.point(p.page.locator("pre:visible").first)
    p.click(p.page.locator("button[data-md-type=copy]:visible, .md-clipboard:visible").first, then=1.5)
    p.click(p.page.get_by_role("link", name="Stations").first, then=1)
    for _ in range(4):
        p.scroll(700)
    p.click(p.page.get_by_role("link", name="Station 7", exact=True).first, then=1)


def _find(p: Person) -> None:
    p.read(1)
    _search(p, "threshold")
    p.click(p.page.locator(".md-search-result__link").first, then=2)
    p.click(p.page.locator("label[for=__palette_1], label[for=__palette_0]").first, then=1.5)
    p.click(p.page.get_by_role("link", name="Reference").first, then=1.5)
    p.scroll(1200)
    p.scroll(-1200)


def _in_vain(p: Person) -> None:
    p.read(1)
    with p.meets("repeated_search"):
        _search(p, "kubernetes")
        p.press("Escape")
        _search(p, "helm chart")
        p.press("Escape")
        _search(p, "dockerfile")
        p.read(1.5)
    p.press("Escape")


def _broken_link(context: BrowserContext) -> None:
    context.route(
        "**/guide/alerts/**",
        lambda route: route.fulfill(
            status=404, content_type="text/html", body="<title>404 Not Found</title><h1>404 Not Found</h1>"
        ),
    )


def _lost(p: Person) -> None:
    p.read(1)
    p.click(p.page.get_by_role("link", name="Guide").first, then=1)
    with p.meets("not_found"), p.meets("error_click", target="Alerts", may=True):
        p.click(p.page.get_by_role("link", name="Alerts").first, then=2)
    with p.meets("quick_back", may=True):
        p.page.go_back()
        p.read(2)


def _hop(p: Person) -> None:
    p.read(2)
    with p.meets("quick_back"):
        p.click(p.page.get_by_role("link", name="Install it"), then=2.5)
        p.page.go_back()
        p.read(2)
    with p.meets("quick_back"):
        p.click(p.page.get_by_role("link", name="Stations").first, then=2)
        p.page.go_back()
        p.read(2)


def scenarios() -> list[Scenario]:
    return [
        Scenario("read", "Reads about installing, opens tabs and details", _read_about, False),
        Scenario("find", "Searches, opens a result, changes the colours", _find, False),
        Scenario("plain-rrweb", "Reads, recorded by bare rrweb", _read_about, False, "rrweb"),
        Scenario("in-vain", "Three searches that find nothing", _in_vain, True),
        Scenario("lost", "A link to a page that is not there", _lost, True, prepare=_broken_link),
        Scenario("hop", "In and out of two pages", _hop, True),
    ]
