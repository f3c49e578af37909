"""A VitePress documentation site: a search in a dialog, a dark mode, code groups, copy buttons, a page that is not there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

CONFIG = """export default {title: "Tide tables", description: "How to read them", cleanUrls: false, ignoreDeadLinks: true,
 themeConfig: {search: {provider: "local"}, nav: [{text: "Guide", link: "/guide"}, {text: "Ports", link: "/ports"}],
 sidebar: [{text: "Start", items: [{text: "Guide", link: "/guide"}, {text: "Ports", link: "/ports"}, {text: "Moon", link: "/moon"}]}]}}"""
PAGES = {
    "index": "# Tide tables\n\nHow high the water stands. [Read the guide](/guide)\n",
    "guide": "# Guide\n\n" + "\n\n".join(
        f"## Step {n}\n\nFind the port, then the day, then the hour.\n\n```sh\ntide --port {n}\n```" for n in range(1, 8)
    ) + "\n\n::: code-group\n\n```sh [pip]\npip install tide\n```\n\n```sh [npm]\nnpm add tide\n```\n\n:::\n\n::: details More\nA line.\n:::\n",
    "ports": "# Ports\n\nFaro, Lagos, Sines.\n\n[Old list](/harbours.html)\n",
    "moon": "# Moon\n\nIt pulls.\n",
}  # fmt: skip


@contextmanager
def serve(home: Path) -> Iterator[str]:
    modules = install.npm(home, "vitepress@1", "vue@3")
    docs = home / "docs"
    (docs / ".vitepress").mkdir(parents=True, exist_ok=True)
    (docs / ".vitepress/config.mjs").write_text(CONFIG)
    for name, text in PAGES.items():
        (docs / f"{name}.md").write_text(text)
    if not (docs / ".vitepress/dist/index.html").exists():
        install.subprocess.run([modules / ".bin/vitepress", "build", "docs"], cwd=home, check=True, capture_output=True)
    site = home / "site"
    shutil.copytree(docs / ".vitepress/dist", site, dirs_exist_ok=True)
    with install.static(site) as url:
        yield url


def _side(p: Person, name: str) -> None:
    p.click(p.page.locator(".VPSidebar").get_by_role("link", name=name), then=1.5)


def _search(p: Person, words: str) -> None:
    p.click(p.page.locator("#local-search button, .DocSearch-Button").first, then=1)
    p.fill(p.page.locator(".search-input"), words, then=1.5)


def _read(p: Person) -> None:
    p.read(1.5)
    _side(p, "Guide")
    p.scroll(700)
    p.page.locator("div[class*=language-]").nth(1).hover()
    p.click(p.page.locator("button.copy").nth(1), then=2.6)
    p.click(p.page.locator(".vp-code-group label", has_text="npm"), then=0.8)
    p.click(p.page.locator(".vp-code-group label", has_text="npm"), then=2.8)
    p.click(p.page.get_by_text("More", exact=True), then=1)
    p.click(p.page.locator(".VPNavBarAppearance button"), then=1)
    p.click(p.page.locator(".VPNavBarAppearance button"), then=1)
    _side(p, "Moon")
    _side(p, "Moon")
    p.read(3)
    _search(p, "port")
    p.press("Enter", then=2)


def _lost(p: Person) -> None:
    p.read(1.5)
    _side(p, "Guide")
    p.read(1)
    with p.meets("quick_back"):
        _side(p, "Moon")
        p.page.go_back()
        p.read(2)
    _side(p, "Ports")
    with p.meets("not_found"), p.meets("quick_back", may=True):
        p.click(p.page.get_by_role("link", name="Old list"), then=2.5)


def _in_vain(p: Person) -> None:
    p.read(1.5)
    p.click(p.page.locator("#local-search button, .DocSearch-Button").first, then=1)
    with p.meets("repeated_search"):
        for words in ("dolphins", "whales", "seals"):
            p.fill(p.page.locator(".search-input"), words, then=1.8)
    p.press("Escape", then=1)


def _dead(p: Person) -> None:
    p.read(1.5)
    with p.meets("rage_click", "dead_click"):
        p.rage(p.page.locator(".VPNavBarAppearance button"), 5)
    _side(p, "Guide")


def scenarios() -> list[Scenario]:
    dead = lambda c: sabotage.dead(c, ".VPNavBarAppearance button")  # noqa: E731
    more = {"path": "/ports.html"}
    return [
        Scenario("read", "Reads, copies code, turns the light off and on, searches", _read, False, **more),
        Scenario("read-bare", "The same under bare rrweb", _read, False, recorder="rrweb", **more),
        Scenario("read-posthog", "The same under PostHog", _read, False, recorder="posthog", **more),
        Scenario("lost", "In and out again; a page that is not there", _lost, True, **more),
        Scenario("lost-bare", "The same under bare rrweb", _lost, True, recorder="rrweb", **more),
        Scenario("in-vain", "Three searches that find nothing", _in_vain, True, **more),
        Scenario("in-vain-alpha", "The same under a 2.0 alpha", _in_vain, True, recorder="rrweb2alpha", **more),
        Scenario("dead", "A switch for the light that does nothing", _dead, True, prepare=dead, **more),
        Scenario("dead-sentry", "The same under Sentry", _dead, True, recorder="sentry", prepare=dead, **more),
    ]
