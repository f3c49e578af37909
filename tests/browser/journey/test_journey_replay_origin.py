"""Two hosts of one server, of two sites to a browser (names under localhost): people log in, watch, share and log out;
a visit is watched there while it goes on."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.conftest import journey
from tests.conftest import Server
from tests.servers import free_ports

from .conftest import Shopper

PASSWORD = "correct horse battery"


class TwoHosts:
    def __init__(self, data: Path, command: str) -> None:
        (port,) = free_ports(1)
        self.main, self.replay = f"http://app.localhost:{port}", f"http://replay.localhost:{port}"
        self.server = Server(data, command=command)
        self.server.port = port


@pytest.fixture
def two_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], TwoHosts]]:
    started: list[Server] = []

    def start(command: str) -> TwoHosts:
        made = TwoHosts(tmp_path / "data", command)
        monkeypatch.setenv("PLAYHEAD_PUBLIC_URL", made.main)
        monkeypatch.setenv("PLAYHEAD_REPLAY_ORIGIN", made.replay)
        started.append(made.server.start())
        return made

    yield start
    for server in started:
        server.kill()


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".player[data-state=paused]").wait_for()


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions")


def status_of(page: Page, url: str) -> int:
    return page.evaluate("async (url) => (await fetch(url)).status", url)


def test_a_login_a_link_and_their_end(browser: Any, two_hosts: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("PLAYHEAD_ADMIN_PASSWORD", PASSWORD)
    hosts = two_hosts("serve")
    owner, guest = browser.new_context(), browser.new_context()
    page, shared = owner.new_page(), guest.new_page()
    log_in(page, hosts.main)
    made = owner.request.post(f"{hosts.server.url}/api/import", data=journey(), headers=bearer())
    session = made.json()["session_id"]
    opened(page, f"{hosts.main}/sessions/{session}?t_ms=8000")
    assert page.url.startswith(f"{hosts.replay}/sessions/{session}?t_ms=")
    there = [one["name"] for one in owner.cookies(hosts.replay + "/sessions/" + session)]
    assert there == ["playhead_replay"], "the login stays at its own host"
    page.locator("[data-share]").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The link").input_value()
    assert link.startswith(f"{hosts.main}/shared/")

    opened(shared, link)
    assert shared.url.startswith(f"{hosts.replay}/sessions/{session}")
    expect(shared.get_by_text("Shared with you")).to_be_visible()
    shared.keyboard.press("Space")
    expect(shared.locator(".player")).to_have_attribute("data-state", "playing")
    segments = f"/api/sessions/{session}/segments"
    assert status_of(shared, segments) == 200
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Links that stand")).to_have_count(0)
    assert status_of(shared, segments) == 401
    shared.reload()
    expect(shared).to_have_url(re.compile(rf"{hosts.main}/login"))

    assert status_of(page, segments) == 200
    elsewhere = owner.new_page()
    elsewhere.goto(f"{hosts.main}/sessions")
    elsewhere.evaluate("fetch('/logout', { method: 'POST' })")
    assert status_of(page, segments) == 401
    page.reload()
    expect(page).to_have_url(re.compile(rf"{hosts.main}/login"))
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".player[data-state=paused]").wait_for()
    assert page.url.startswith(f"{hosts.replay}/sessions/{session}")
    owner.close()
    guest.close()


def test_a_browser_that_keeps_no_cookie_is_told_so(browser: Any, two_hosts: Any) -> None:
    hosts = two_hosts("serve")
    context = browser.new_context()
    page = context.new_page()
    session = page.request.post(f"{hosts.server.url}/api/import", data=journey()).json()["session_id"]
    page.goto(
        f"{hosts.replay}/sessions/{session}?again=1"
    )  # as it comes back from the interface, and no cookie was kept
    expect(page.get_by_text("did not keep this page's cookie")).to_be_visible()
    if folder := os.environ.get("PLAYHEAD_SHOTS"):
        page.screenshot(path=f"{folder}/no_cookie.png")
    page.get_by_role("link", name="All sessions").click()
    expect(page).to_have_url(f"{hosts.main}/sessions")
    context.close()


def test_a_visit_is_watched_there_as_it_happens(page: Page, browser: Any, two_hosts: Any) -> None:
    hosts = two_hosts("demo")
    shopper = Shopper(page, hosts.main)
    shopper.open()
    session = shopper.start()
    shopper.page.get_by_role("link", name="Tide mug").first.click()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    watcher = context.new_page()
    watcher.goto(f"{hosts.main}/sessions/{session}")
    live = watcher.locator("[data-do=live]")
    expect(live).to_have_attribute("aria-pressed", "true", timeout=15_000)  # nobody asked for a moment: the present
    assert watcher.url.startswith(hosts.replay)
    quantity = watcher.frame_locator(".replayer-wrapper iframe").locator("output[aria-label=Quantity]")
    expect(quantity).to_have_text("1")
    shopper.button("Increase quantity").click()
    expect(quantity).to_have_text("2", timeout=15_000)
    shopper.page.evaluate("playhead.stop()")
    expect(watcher.locator("[data-live-chip]")).to_have_count(0, timeout=20_000)
    expect(watcher.locator(".report")).to_contain_text("Tide mug", timeout=20_000)
    context.close()


def bearer() -> dict[str, str]:
    return {"authorization": f"Bearer {PASSWORD}"}
