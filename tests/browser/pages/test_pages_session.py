"""The session page: the recording plays, everything on the page moves it, and nothing in it can act."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playhead.store.zstd import inflate
from tests.browser.pages.conftest import START_MS, add_recording, click, element, event, journey, page_load, post, text

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"


def now_ms(page: Page) -> float:
    minutes, seconds = page.inner_text("[data-now]").split(":")
    return (int(minutes) * 60 + float(seconds)) * 1000


def play_past(page: Page, moment_ms: float) -> None:
    """Wait until the player is past a moment; polled from here, because the page's policy forbids evaluated strings."""
    deadline = time.monotonic() + 30
    while now_ms(page) <= moment_ms:
        assert time.monotonic() < deadline, f"still at {now_ms(page)} ms"
        page.wait_for_timeout(50)


def replayed(page: Page):
    return page.frame_locator(".stage iframe")


def test_it_plays_pauses_and_keeps_its_place(open_session):
    page = open_session()
    expect(replayed(page).locator("h1")).to_have_text("Shop")
    page.keyboard.press("Space")
    expect(page.locator(".player")).to_have_attribute("data-state", "playing")
    play_past(page, 500)
    page.keyboard.press("Space")
    expect(page.locator(".player")).to_have_attribute("data-state", "paused")
    stopped = now_ms(page)
    assert stopped > 500
    page.wait_for_url(re.compile(r"t_ms=\d+"))
    page.reload()
    page.locator(".player[data-state=paused]").wait_for()
    assert abs(now_ms(page) - stopped) <= 100


def test_it_plays_to_the_end_and_again(open_session):
    page = open_session("?t_ms=58000")
    page.select_option("[data-speed]", "16")
    page.locator("[data-do=toggle]").click()
    expect(page.locator(".player")).to_have_attribute("data-state", "ended")
    assert now_ms(page) == 60_000
    page.locator("[data-do=toggle]").click()
    expect(page.locator(".player")).to_have_attribute("data-state", "playing")
    assert now_ms(page) < 50_000


@pytest.mark.parametrize("moment", ["53500", str(START_MS + 53_500)])
def test_a_link_opens_the_page_as_it_was_at_its_moment(open_session, moment):
    page = open_session(f"?t_ms={moment}")
    assert now_ms(page) == 53_500
    expect(replayed(page).locator("h1")).to_have_text("Checkout")
    expect(replayed(page).locator("[role=alert]")).to_have_text("Your card was declined")
    expect(page.locator("[data-address]")).to_have_text("https://shop.example/checkout")
    expect(page.locator("[data-viewport]")).to_have_text("1024×640")


def test_seeking_back_undoes_what_happened_since(open_session):
    page = open_session("?t_ms=4000")
    expect(replayed(page).locator("[role=status]")).to_have_text("1 piece in the cart")
    page.keyboard.press("ArrowLeft")
    assert now_ms(page) == 0
    expect(replayed(page).locator("[role=status]")).to_have_text("The cart is empty")
    page.keyboard.press("ArrowRight")
    expect(replayed(page).locator("[role=status]")).to_have_text("1 piece in the cart")


def test_idle_time_is_skipped_and_said(open_session):
    page = open_session("?t_ms=8000")
    page.select_option("[data-speed]", "4")
    page.keyboard.press("Space")
    expect(page.locator("[data-flash]")).to_have_text(re.compile("Skipped 3[0-9] s of idle time"))
    page.keyboard.press("Space")
    assert 45_000 < now_ms(page) < 60_000


def test_idle_time_can_be_watched(open_session):
    page = open_session("?t_ms=8000")
    page.keyboard.press("s")
    expect(page.locator("[data-do=skip-idle]")).to_have_attribute("aria-pressed", "false")
    page.select_option("[data-speed]", "16")
    page.keyboard.press("Space")
    play_past(page, 14_000)
    page.keyboard.press("Space")
    assert now_ms(page) < 45_000


def test_speed_by_key_and_by_list(open_session):
    page = open_session()
    for key in "]]]]]]":
        page.keyboard.press(key)
    expect(page.locator("[data-speed]")).to_have_value("16")
    page.keyboard.press("[")
    expect(page.locator("[data-speed]")).to_have_value("8")


def test_keys_step_through_interactions_and_signals(open_session, app, session):
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/trace", timeout=30) as response:
        trace = json.loads(response.read())
    interactions = sorted({one["t_ms"] - START_MS for one in trace["interactions"]})
    signals = sorted({one["t_ms"] - START_MS for one in trace["signals"]})
    assert interactions and signals
    page = open_session()
    expect(page.locator("[data-interactions] .rows-skeleton")).to_have_count(0)  # what to step through has arrived
    for key, moments in ((".", interactions), ("n", signals)):
        page.get_by_role("slider", name="Moment").press("Home")
        for moment in [moment for moment in moments if moment > 1][:3]:
            page.keyboard.press(key)
            assert abs(now_ms(page) - moment) <= 100
    page.get_by_role("slider", name="Moment").press("End")
    page.keyboard.press("p")
    assert abs(now_ms(page) - signals[-1]) <= 100
    page.keyboard.press(",")
    assert now_ms(page) < signals[-1]


def test_a_time_link_moves_the_player_and_outlines_the_element(open_session):
    page = open_session()
    link = page.locator("a.time-link").first
    moment = float(link.get_attribute("data-t-ms"))
    link.click()
    assert abs(now_ms(page) - moment) <= 100
    expect(page.locator(".target-outline")).to_be_visible()
    outline = page.locator(".target-outline").bounding_box()
    stage = page.locator(".stage .replayer-wrapper").bounding_box()
    assert outline["x"] >= stage["x"] - 1 and outline["y"] + outline["height"] <= stage["y"] + stage["height"] + 1
    page.wait_for_url(re.compile(f"t_ms={round(moment)}"))


def test_interactions_move_the_player_and_follow_it(open_session):
    page = open_session("?tab=interactions")
    row = page.locator(".rows li.is-interaction", has_text="Add to cart")
    row.locator("button").click()
    assert abs(now_ms(page) - 3_000) <= 100
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.locator(".target-outline")).to_be_visible()
    page.get_by_role("slider", name="Moment").press("End")
    expect(row).not_to_have_attribute("aria-current", "true")
    expect(page.locator(".rows [aria-current=true]")).to_have_count(1)
    expect(page.locator(".rows .chip", has_text="rage click")).to_have_count(1)
    expect(page.locator(".rows .effect.bad", has_text="402")).to_have_count(1)


def test_interactions_can_be_searched(open_session):
    page = open_session("?tab=interactions")
    page.fill(".finder input", "coupon")
    expect(page.locator(".rows li:visible", has_text="Apply coupon").first).to_be_visible()
    expect(page.locator(".rows li:visible", has_text="Add to cart")).to_have_count(0)
    page.fill(".finder input", "zebra")
    expect(page.locator("[data-interactions] .nothing")).to_be_visible()


def test_tabs_by_arrow_key_and_by_address(open_session):
    page = open_session()
    page.focus("#tab-insights")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-interactions")).to_be_visible()
    expect(page.locator("#panel-insights")).to_be_hidden()
    assert "tab=interactions" in page.url
    assert now_ms(page) == 0  # the arrow was the tab strip's, not the player's


def test_the_timeline_shows_pages_signals_and_what_is_under_the_pointer(open_session):
    page = open_session()
    expect(page.locator(".track-page")).to_have_count(2)
    expect(page.locator(".marker").first).to_be_visible()
    expect(page.locator(".idle").first).to_contain_text("idle")
    track = page.locator(".track").bounding_box()
    page.mouse.move(track["x"] + track["width"] * 6_600 / 60_000, track["y"] + 40)
    expect(page.locator(".hover-card")).to_contain_text("Apply coupon")
    page.mouse.click(track["x"] + track["width"] * 0.9, track["y"] + 40)
    assert abs(now_ms(page) - 54_000) < 200
    page.locator(".track-page", has_text="/checkout").click()
    assert abs(now_ms(page) - 50_000) <= 100


def test_dragging_scrubs(open_session):
    page = open_session()
    track = page.locator(".track").bounding_box()
    page.mouse.move(track["x"] + 10, track["y"] + 40)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, track["y"] + 300, steps=8)
    page.mouse.up()
    assert abs(now_ms(page) - 30_000) < 200


def test_copying_a_link_at_the_current_moment(open_session, app, session):
    page = open_session("?t_ms=4200")
    page.keyboard.press("c")
    expect(page.locator(".toast")).to_have_text("Link to this moment copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{app.url}/sessions/{session}?t_ms=4200"


def test_the_report_is_copied_as_markdown(open_session):
    page = open_session()
    page.click("[data-copy-markdown]")
    expect(page.locator(".toast")).to_have_text("Report copied as Markdown")
    assert page.evaluate("navigator.clipboard.readText()").startswith("# ")


def test_an_element_that_says_it_plays_and_is_no_video_does_not_keep_the_player_from_pausing(tab, app):
    """Plyr gives its container a "play" event of its own, and recorders write it down."""
    recording = inflate((RECORDINGS / "jodit_lesson-dead.json.zst").read_bytes())
    session = post(f"{app.url}/api/import", recording)["session_id"]
    tab.goto(f"{app.url}/sessions/{session}?t_ms=4500")
    tab.locator(".player[data-state=paused]").wait_for()
    for state in ("playing", "paused", "playing", "paused"):
        tab.keyboard.press("Space")
        tab.locator(f".player[data-state={state}]").wait_for()
    assert [said for said in tab.wrong if "not a function" in said] == []  # that the sound is not fetched is told, too
    tab.wrong.clear()


def test_all_keys_stand_behind_the_question_mark(open_session):
    page = open_session()
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_be_visible()
    expect(page.locator("dialog.keys dt")).to_have_count(21)
    page.keyboard.press("n")  # a dialog is open: keys are not the player's
    assert now_ms(page) == 0
    page.keyboard.press("Escape")
    expect(page.locator("dialog.keys")).to_be_hidden()


def test_the_report_names_what_went_wrong(open_session):
    page = open_session()
    expect(page.locator(".report")).to_contain_text("402")
    expect(page.locator(".report")).to_contain_text("Apply coupon")
    expect(page.locator(".findings a.time-link").first).to_be_visible()
    expect(page.locator(".report-meta")).to_contain_text("rules")


def streamed(*steps: tuple[str, dict]) -> str:
    return "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in steps)


@pytest.fixture
def asked(tab, app, session):
    """The session page with a model chosen in the settings; what the job's stream says is up to the test."""

    def opened(stream: str):
        chosen = {"model": "compatible:x", "base_url": "http://127.0.0.1:9/v1"}
        answer = tab.request.put(f"{app.url}/api/settings/model", data=chosen)
        assert answer.ok
        tab.route("**/analyze*", lambda route: route.fulfill(status=202, json={"job_id": "j1"}))
        kind = "text/event-stream"
        tab.route("**/api/sessions/*/jobs/j1/events", lambda route: route.fulfill(body=stream, content_type=kind))
        tab.goto(f"{app.url}/sessions/{session}")
        tab.locator(".player[data-state=paused]").wait_for()
        tab.get_by_role("button", name="Explain with a model").click()
        return tab

    yield opened
    tab.request.put(f"{app.url}/api/settings/model", data={"model": "none"})


def test_an_analysis_is_shown_as_it_is_written_and_says_why_it_failed(asked):
    said = [
        ("progress", {"text": "Reading the session"}),
        ("headline", {"text": "Her card was declined"}),
        ("sentence", {"text": "She clicked the coupon button."}),
        ("rejected", {"text": "She was angry.", "reason": "a feeling"}),
    ]
    page = asked(streamed(*said, ("failed", {"detail": "the endpoint answered 429"})))
    expect(page.locator("[data-analysis]")).to_contain_text("The endpoint answered 429.")
    expect(page.locator(".analysis-log .headline")).to_have_text("Her card was declined")
    expect(page.locator(".analysis-log .struck")).to_have_text("She was angry.")
    expect(page.locator(".report")).to_be_visible()
    expect(page.get_by_role("button", name="Explain with a model")).to_be_enabled()


def test_a_finished_analysis_puts_the_report_that_stands_into_the_panel(asked):
    page = asked(streamed(("progress", {"text": "Asking"}), ("done", {})))
    expect(page.locator("[data-analysis]")).to_be_hidden()
    expect(page.locator(".report")).to_be_visible()
    page.locator("a.time-link").first.click()
    assert now_ms(page) > 0


def test_embedded_it_is_player_and_insights_only(open_session, app, session):
    page = open_session("?embed=1&t_ms=0")
    expect(page.locator(".topbar nav")).to_have_count(0)
    expect(page.locator(".report")).to_be_visible()
    for query, ancestors in (("?embed=1", "'self'"), ("", "'none'")):
        with urllib.request.urlopen(f"{app.url}/sessions/{session}{query}", timeout=30) as response:
            assert f"frame-ancestors {ancestors}" in response.headers["content-security-policy"]


def hostile(evil: str) -> tuple:
    return (
        element(10, "h1", text(11, "Hostile"), onclick="parent.hacked = 1"),
        element(12, "script", text(13, "parent.hacked = 2")),
        element(14, "SCRIPT", text(15, "parent.hacked = 3")),
        element(16, "img", src="x", onerror="parent.hacked = 4"),
        element(17, "iframe", srcdoc="<script>parent.parent.hacked = 5</script>"),
        element(18, "svg", element(19, "script", text(23, "parent.hacked = 6"))),
        element(24, "a", text(25, "go"), href="javascript:parent.hacked = 7", id="bait"),
        element(26, "input", autofocus="", onfocus="parent.hacked = 8"),
        element(27, "link", rel="stylesheet", href=f"{evil}/x.css"),
        element(28, "img", src=f"{evil}/pixel.png"),
        element(29, "form", element(31, "button", text(32, "send")), action=f"{evil}/form", method="post"),
        element(33, "style", text(34, f"@import url({evil}/import.css); h1 {{ background: url({evil}/bg.png) }}")),
        element(35, "iframe", src=f"{evil}/frame"),
        element(36, "meta", **{"http-equiv": "refresh", "content": f"0; url={evil}/refresh"}),
        element(37, "dialog", text(38, "hello"), open="", rr_open_mode="modal"),
    )


def test_nothing_in_a_recording_runs_fetches_or_takes_the_keys(tab, app, beacon):
    page = page_load(0, "https://evil.example/", "Hostile", *hostile(beacon.url))
    recording = add_recording(app, [*page, event(4_000, 5, {"tag": "x", "payload": 0})])
    tab.goto(f"{app.url}/sessions/{recording}?t_ms=1000")
    tab.locator(".player[data-state=paused]").wait_for()
    expect(replayed(tab).locator("h1")).to_have_text("Hostile")
    tab.keyboard.press("Space")
    expect(tab.locator(".player")).to_have_attribute("data-state", "playing")
    expect(tab.locator(".player")).to_have_attribute("data-state", "ended")
    assert tab.evaluate("document.activeElement.tagName") == "BODY"
    assert tab.locator(".stage iframe").get_attribute("sandbox") == "allow-same-origin"
    assert tab.evaluate("window.hacked") is None
    assert beacon.heard == []
    refused, tab.wrong = tab.wrong, []  # the policy refuses what the recording asks for, and says so
    assert all("Content Security" in line for line in refused)


def test_a_broken_stretch_is_left_out_and_the_rest_plays(tab, app):
    odd = {"type": 2, "id": 90, "tagName": "<>", "attributes": {"a b": 1}, "childNodes": []}
    broken = [
        event(4_000, 3, {"source": 0, "adds": [{"parentId": 6, "nextId": None, "node": odd}]}),
        event(4_001, 3, {"source": 8, "id": 3, "adds": [{"rule": 5, "index": "x"}]}),
        event(4_002, 3, {"source": 15, "id": 4, "styles": 5}),
        event(4_003, 3, {"source": 2, "type": 99, "id": 4}),
        event(4_004, 3, {"source": 5, "id": 999_999, "text": None}),
        event(4_005, 3, {"source": 1, "positions": "none"}),
    ]
    session_id = add_recording(app, sorted([*journey(), *broken], key=lambda one: one["timestamp"]))
    tab.goto(f"{app.url}/sessions/{session_id}?t_ms=3500")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.keyboard.press("Space")
    play_past(tab, 4_500)
    tab.keyboard.press("Space")
    tab.get_by_role("slider", name="Moment").press("End")
    expect(replayed(tab).locator("[role=alert]")).to_have_text("Your card was declined")


def test_a_session_that_is_not_here_is_a_page_that_says_so(tab, app):
    answer = tab.goto(f"{app.url}/sessions/s_nothere")
    assert answer.status == 404
    expect(tab.locator("h1")).to_have_text("There is nothing here")
    expect(tab.locator("main")).to_contain_text("erased")


def bare(app, tab, session: str, outline: dict) -> None:
    """Let the page ask for the outline of its recording, and answer it."""

    def without_outline(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'(id="outline">).*?(</script>)', r"\1null\2", answer.text()))

    tab.route(f"**/sessions/{session}", without_outline)
    tab.route("**/segments", lambda route: route.fulfill(json=outline))


NOTHING = {"revision": 1, "live": False, "start_ms": 0, "end_ms": 0, "segments": [], "activity": [], "idle": [],
           "gaps": [], "dropped": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("empty", "Nothing was recorded"),
        ("corrupt", "The recording cannot be read"),
        ("no-snapshot", "The recording starts without a first snapshot"),
    ],
)
def test_a_recording_that_cannot_be_played_says_why(tab, app, session, state, said):
    bare(app, tab, session, {**NOTHING, "state": state})
    tab.goto(f"{app.url}/sessions/{session}")
    expect(tab.locator("[data-message] h2")).to_have_text(said)
    expect(tab.locator("[data-do=toggle]")).to_be_disabled()
    expect(tab.locator(".report")).to_be_visible()
    expect(tab.locator(".marker").first).to_be_visible()


def test_a_recording_without_a_snapshot_says_so(tab, app):
    tab.unroute_all()
    session_id = add_recording(app, [event(0, 5, {"tag": "x", "payload": 1}), *click(500, 5)])
    tab.goto(f"{app.url}/sessions/{session_id}")
    expect(tab.locator("[data-message] h2")).to_have_text("The recording starts without a first snapshot")


def test_a_recording_that_did_not_arrive_can_be_asked_for_again(tab, app, session):
    refused = {"error": "unavailable", "detail": "the disk is gone", "status": 503}
    tab.route("**/segments/0?*", lambda route: route.fulfill(status=503, json=refused), times=3)
    tab.goto(f"{app.url}/sessions/{session}")
    expect(tab.locator("[data-message]")).to_contain_text("The disk is gone.")
    tab.get_by_role("button", name="Try again").click()
    expect(tab.locator(".player")).to_have_attribute("data-state", "paused")


def test_with_reduced_motion_there_is_no_mouse_trail(browser, app, session):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{app.url}/sessions/{session}")
    page.locator(".player[data-state=paused]").wait_for()
    expect(page.locator(".replayer-mouse-tail")).to_have_count(0)
    context.close()
