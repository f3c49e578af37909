"""The exported file: plays from the disk, asks nobody for anything, and nothing in it can act."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.conftest import START_MS, add_recording, element, journey, page_load, text


@pytest.fixture
def offline(browser, tmp_path):
    """Open an exported file in a tab that notes every request and every mistake."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})

    def opened(file: bytes) -> Page:
        path = tmp_path / "session.html"
        path.write_bytes(file)
        page = context.new_page()
        page.asked, page.wrong = [], []
        page.on("request", lambda one: page.asked.append(one.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto(path.as_uri())
        expect(page.locator("[data-length]")).not_to_have_text("00:00")
        return page

    yield opened
    context.close()


def exported(app, session: str, query: str = "") -> bytes:
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/export.html{query}", timeout=30) as answer:
        assert answer.headers["content-disposition"].startswith("attachment;")
        return answer.read()


def shown(page: Page):
    return page.frame_locator("[data-stage] iframe")


def test_it_plays_from_the_disk_without_asking_anybody(app, session, offline):
    page = offline(exported(app, session))
    assert page.title().startswith("Shop · ")
    expect(shown(page).locator("h1")).to_have_text("Shop")
    expect(page.locator("[data-length]")).to_have_text("01:00")
    page.get_by_role("button", name="js error").click()
    expect(page.locator("[data-now]")).to_have_text(re.compile("00:08"))
    page.locator("[data-seek]").fill("53900")
    expect(shown(page).locator("body")).to_contain_text("Your card was declined")
    expect(page.locator("[data-address]")).to_have_text("https://shop.example/checkout")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-now]")).not_to_have_text(re.compile("00:53"), timeout=10_000)
    assert [url for url in page.asked if not url.startswith(("file:", "about:", "blob:", "data:"))] == []
    assert page.wrong == []


def test_a_stretch_holds_nothing_of_the_rest(app, session, offline):
    whole, part = exported(app, session), exported(app, session, "?from_ms=2000&to_ms=5000")
    assert len(part) < len(whole)
    page = offline(part)
    expect(page.locator("[data-now]")).to_have_text("00:02.0")
    expect(page.locator("[data-length]")).to_have_text("00:05")
    expect(page.get_by_role("list", name="Signals").locator("button")).to_have_count(0)
    page.locator("[data-seek]").fill("5000")
    expect(shown(page).locator("body")).to_contain_text("1 piece in the cart")


def test_a_hostile_recording_stays_a_recording(app, offline, beacon):
    title = "</title></script><script>document.title='owned'</script>{{script}}"
    evil = [
        element(30, "img", src=f"{beacon.url}/img", onerror="top.owned=1"),
        element(31, "script", text(32, "top.owned=1")),
        element(33, "iframe", src=f"{beacon.url}/frame"),
        element(34, "div", style=f"background:url({beacon.url}/css)"),
        element(35, "a", text(36, "go"), href="javascript:top.owned=1"),
        element(37, "p", text(38, "</script><script>top.owned=1</script>{{recording}}")),
    ]
    session = add_recording(
        app, page_load(0, f"{beacon.url}/", title, *evil) + page_load(2_900, f"{beacon.url}/2", title, *evil)
    )
    page = offline(exported(app, session))
    expect(shown(page).locator("p")).to_have_text("</script><script>top.owned=1</script>{{recording}}")
    page.wait_for_timeout(500)
    assert page.evaluate("window.owned") is None and not page.title().startswith("owned")
    assert beacon.heard == []


def test_the_command_writes_the_same_file(app, session, tmp_path):
    out = tmp_path / "clip.html"
    command = [sys.executable, "-m", "playhead", "export", session, "--format", "html", "--from-ms", "2000"]
    done = subprocess.run([*command, "--server", app.url, "-o", str(out)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == exported(app, session, "?from_ms=2000.0")
    refused = subprocess.run(
        [sys.executable, "-m", "playhead", "export", session, "--to-ms", "5"], capture_output=True, text=True
    )
    assert refused.returncode == 2 and "--format html" in refused.stderr


def test_moments_outside_are_held_to_the_session(app, session):
    assert exported(app, session, "?from_ms=-5&to_ms=1e15") == exported(app, session)
    assert journey()[0]["timestamp"] == START_MS


def test_it_is_offered_where_one_shares(open_session):
    page = open_session()
    page.locator("[data-share]").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the session").click()
    assert waiting.value.suggested_filename.endswith(".html")
