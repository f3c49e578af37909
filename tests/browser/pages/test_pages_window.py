"""Windowed playback: a long recording is watched slice by slice, and a damaged slice is a gap."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.conftest import START_MS, add_recording, element, event, page_load, shown, text
from tests.browser.pages.test_pages_session import now_ms, play_past, replayed

EVERY_MS = 100
COUNT = 6_000  # ten minutes of a clock


def clock_page(at_ms: float, title: str) -> list[dict]:
    return page_load(at_ms, f"https://clock.example/{title}", title, element(10, "h1", text(11, "0")))


@pytest.fixture(scope="module")
def long(app) -> str:
    ticks = [shown(n * EVERY_MS, 11, str(n)) for n in range(1, COUNT)]
    return add_recording(app, [*clock_page(0, "first"), *ticks])


@pytest.fixture
def asked(tab: Page) -> list[int]:
    """The numbers of the slices the page asks for."""
    numbers: list[int] = []

    def note(request) -> None:
        if found := re.search(r"/segments/(\d+)\?", request.url):
            numbers.append(int(found[1]))

    tab.on("request", note)
    yield numbers
    tab.remove_listener("request", note)


def outline(app, session: str) -> dict:
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/segments", timeout=30) as response:
        return json.loads(response.read())


def ticked(page: Page) -> int:
    return int(replayed(page).locator("h1").inner_text())


def test_a_moment_far_in_costs_its_own_slice(tab, app, long, asked):
    count = len(outline(app, long)["segments"])
    assert count >= 5
    tab.goto(f"{app.url}/sessions/{long}?t_ms=400050")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(replayed(tab).locator("h1")).to_have_text("4000")
    tab.wait_for_timeout(300)
    assert len(set(asked)) <= 2  # the one that is shown, and the next


@pytest.mark.parametrize(
    "moment", ["", "?t_ms=400050", f"?t_ms={START_MS + 400_050:.0f}", "?t_ms=-5", "?t_ms=1e9", "?t_ms=x"]
)
def test_the_first_slice_comes_beside_the_scripts_and_once(tab, app, long, asked, moment):
    """The page's preload and the player mean the same slice; the browser hands it over instead of asking again."""
    outline(app, long)  # it was watched before: its slices stand
    tab.goto(f"{app.url}/sessions/{long}{moment}")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.wait_for_timeout(300)
    still, preloaded = (link.get_attribute("href") for link in tab.locator("link[rel=preload][as=fetch]").all())
    assert f"/segments/{asked[0]}?" in preloaded
    assert f"/segments/{asked[0]}/still?" in still
    assert len(asked) == len(set(asked)) <= 2
    entries = tab.evaluate(
        "performance.getEntriesByType('resource').map(({name, initiatorType}) => [name, initiatorType])"
    )
    assert [kind for name, kind in entries if name.endswith((still, preloaded))] == ["link", "link"]


@pytest.mark.parametrize("moment", [0, 400_050])
def test_the_page_is_seen_before_its_slice_is_here(tab, app, long, moment):
    outline(app, long)
    tab.route(re.compile(r"/segments/\d+\?"), lambda _: None)
    tab.goto(f"{app.url}/sessions/{long}?t_ms={moment}", wait_until="commit")
    first = tab.frame_locator(".still iframe").locator("h1")
    expect(first).to_be_visible()
    expect(first).to_have_text(str(moment // EVERY_MS))
    expect(tab.locator("[data-cover]")).to_be_hidden()
    box = tab.locator(".still").bounding_box()
    tab.unroute(re.compile(r"/segments/\d+\?"))  # which lets go of what was held
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.locator(".still")).to_have_count(0)
    expect(replayed(tab).locator("h1")).to_have_text(str(moment // EVERY_MS))
    assert tab.locator(".replayer-wrapper").bounding_box() == box


def test_a_first_picture_that_cannot_be_had_is_waited_for_as_before(tab, app, long):
    outline(app, long)
    tab.route("**/still?*", lambda route: route.fulfill(status=500, body="no"))
    tab.goto(f"{app.url}/sessions/{long}?t_ms=400050")
    expect(replayed(tab).locator("h1")).to_have_text("4000")
    expect(tab.locator(".still")).to_have_count(0)
    tab.unroute("**/still?*")


def test_seeking_anywhere_shows_that_moment(tab, app, long):
    tab.goto(f"{app.url}/sessions/{long}")
    tab.locator(".player[data-state=paused]").wait_for()
    track = tab.locator(".track").bounding_box()
    for share in (0.9, 0.1, 0.5, 0.52, 0.3, 0.999):
        tab.mouse.click(track["x"] + track["width"] * share, track["y"] + 40)
        expected = re.compile(str(int(now_ms(tab) / EVERY_MS)))
        expect(replayed(tab).locator("h1")).to_have_text(expected)
        assert abs(ticked(tab) - now_ms(tab) / EVERY_MS) <= 1.1


def test_playing_goes_on_from_slice_to_slice_and_lets_go_of_what_is_behind(tab, app, long, asked):
    tab.goto(f"{app.url}/sessions/{long}")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.keyboard.press("s")
    starts = [(one[0] - START_MS) for one in outline(app, long)["segments"]]
    tab.goto(f"{app.url}/sessions/{long}?t_ms={starts[1] - 6_000:.0f}")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.keyboard.press("s")
    tab.select_option("[data-speed]", "16")
    built = tab.locator(".stage iframe").element_handle()
    tab.keyboard.press("Space")
    seen = []
    for _ in range(6):
        play_past(tab, now_ms(tab) + 8_000)
        seen.append((ticked(tab), now_ms(tab) / EVERY_MS))
    tab.keyboard.press("Space")
    assert all(abs(shown - now) <= 25 for shown, now in seen)  # 16×: a frame is a quarter of a second
    assert now_ms(tab) > starts[1]
    assert tab.locator(".stage iframe").element_handle().evaluate("(a, b) => a === b", built)  # not built anew


def test_to_the_end_across_every_slice(tab, app, long):
    starts = [(one[0] - START_MS) for one in outline(app, long)["segments"]]
    tab.goto(f"{app.url}/sessions/{long}?t_ms={starts[-1] - 3_000:.0f}")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.keyboard.press("s")
    tab.select_option("[data-speed]", "16")
    tab.keyboard.press("Space")
    expect(tab.locator(".player")).to_have_attribute("data-state", "ended", timeout=30_000)
    assert ticked(tab) == COUNT - 1


def test_a_damaged_slice_is_a_gap_and_playing_goes_on_behind_it(tab, app, long):
    segments = outline(app, long)["segments"]
    gone = {"error": "gone", "detail": "segment 2 is damaged (checksum)", "status": 410}
    tab.route("**/segments/2?*", lambda route: route.fulfill(status=410, json=gone))
    from_ms, to_ms = segments[2][0] - START_MS, segments[3][0] - START_MS
    tab.goto(f"{app.url}/sessions/{long}?t_ms={from_ms + 1_000:.0f}")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.locator("[data-gap]")).to_contain_text("this part of the recording is damaged")
    expect(tab.locator(".lost")).to_have_count(1)
    tab.keyboard.press("s")
    tab.keyboard.press("Space")
    play_past(tab, to_ms)
    tab.keyboard.press("Space")
    expect(tab.locator("[data-gap]")).to_be_hidden()
    assert abs(ticked(tab) - now_ms(tab) / EVERY_MS) <= 2
    tab.goto(f"{app.url}/sessions/{long}?t_ms={from_ms - 2_000:.0f}")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.keyboard.press("s")
    tab.keyboard.press("Space")
    play_past(tab, to_ms)
    expect(tab.locator("[data-flash]")).to_contain_text("cannot be read")
    tab.keyboard.press("Space")
    refused, tab.wrong = tab.wrong, []
    assert all("410" in line for line in refused)


def test_pages_follow_on_from_each_other_with_their_addresses(tab, app):
    events = [*clock_page(0, "first"), *(shown(n * EVERY_MS, 11, str(n)) for n in range(1, 40))]
    events += [
        *clock_page(5_000, "second"),
        event(6_000, 5, {"tag": "playhead.navigate", "payload": {"url": "https://clock.example/route"}}),
    ]
    events += [shown(5_000 + n * EVERY_MS, 11, f"s{n}") for n in range(11, 3_000)]
    session = add_recording(app, sorted(events, key=lambda one: one["timestamp"]))
    tab.goto(f"{app.url}/sessions/{session}?t_ms=4500")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.locator("[data-address]")).to_have_text("https://clock.example/first")
    tab.keyboard.press("Space")
    play_past(tab, 6_500)
    tab.keyboard.press("Space")
    expect(replayed(tab).locator("h1")).to_have_text(re.compile("s1[5-9]|s2"))
    expect(tab.locator("[data-address]")).to_have_text("https://clock.example/route")
    tab.goto(f"{app.url}/sessions/{session}?t_ms=290000")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(tab.locator("[data-address]")).to_have_text("https://clock.example/route")
