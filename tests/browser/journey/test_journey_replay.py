"""Record, replay, explain: the main job, by hand and eye, also through a crash of the server."""

import signal

import httpx
from playwright.sync_api import Page, expect

from .conftest import Shopper, expect_finding_that_moves_the_player, expect_playing


def meet_both_faults(shopper: Shopper) -> None:
    shopper.put_a_mug_in_the_cart()
    shopper.rage_at_the_coupon()
    shopper.go_to_payment()
    shopper.be_declined()


def expect_both_faults_explained(view) -> None:
    expect_finding_that_moves_the_player(view, "402", "Card declined")
    expect_finding_that_moves_the_player(view, "Apply coupon", "nothing happened")


def test_a_visit_is_replayed_and_explained_on_the_shops_own_page(shopper: Shopper) -> None:
    session = shopper.start()
    meet_both_faults(shopper)
    replay = shopper.stop()
    expect_playing(replay)
    expect_both_faults_explained(replay)

    full = shopper.page.get_by_role("link", name="Open the full session page")
    expect(full).to_have_attribute("href", f"/sessions/{session}")
    with shopper.page.context.expect_page() as opened:
        full.click()
    expect_both_faults_explained(opened.value)
    assert shopper.page.errors == []


def test_it_also_does_so_after_kill_9_between_recording_and_replay(shopper: Shopper, server, page: Page) -> None:
    session = shopper.start()
    meet_both_faults(shopper)
    shopper.stop()
    server.kill(signal.SIGKILL)
    server.start()
    page.goto(f"{server.url}/sessions/{session}")
    expect_both_faults_explained(page)
    page.get_by_role("button", name="Play", exact=True).last.click()
    expect_playing(page)


def test_kill_9_in_the_middle_loses_nothing_the_visitor_did(shopper: Shopper, server, page: Page) -> None:
    session = shopper.start()
    shopper.put_a_mug_in_the_cart()
    shopper.rage_at_the_coupon()
    server.kill(signal.SIGKILL)
    page.get_by_label("Coupon").fill("LOWTIDE5")  # recorded while nobody listens; the recorder keeps and retries it
    server.start()
    shopper.open("/demo/cart")  # the shop forgot the cart with its memory; the recording did not
    page.get_by_role("link", name="Have a look").click()
    shopper.put_a_mug_in_the_cart()
    shopper.go_to_payment()
    shopper.be_declined()
    expect_both_faults_explained(shopper.stop())
    typed = httpx.get(f"{server.url}/api/sessions/{session}/narrative").text
    assert "LOWTIDE5" in typed
    events = httpx.get(f"{server.url}/api/sessions/{session}/events").json()
    assert len({event["page"] for event in events if "page" in event}) == 9


def test_two_tabs_are_one_session(shopper: Shopper, page: Page) -> None:
    session = shopper.start()
    second = page.context.new_page()
    second.goto(f"{shopper.url}/demo/size-guide")
    expect(second.get_by_role("button", name="Stop & replay")).to_be_enabled()
    assert second.evaluate("playhead.sessionId()") == session
    shopper.stop()
    expect(second.get_by_role("button", name="Start recording")).to_be_enabled()
    trace = httpx.get(f"{shopper.url}/api/sessions/{session}/trace").json()
    assert {one["title"] for one in trace["session"]["pages"]} == {
        "Shop · Saltmarsh Pottery",
        "Size guide · Saltmarsh Pottery",
    }


def test_a_happy_visit_is_not_called_anything_else(shopper: Shopper) -> None:
    session = shopper.start()
    shopper.put_a_mug_in_the_cart()
    shopper.go_to_payment()
    shopper.pay("4242 4242 4242 4242")
    expect(shopper.page.get_by_role("heading", name="Thank you")).to_be_visible()
    shopper.stop()
    trace = httpx.get(f"{shopper.url}/api/sessions/{session}/trace").json()
    report = httpx.get(f"{shopper.url}/api/sessions/{session}/report?format=json").json()
    assert [signal["kind"] for signal in trace["signals"]] == []
    assert (report["outcome"], report["findings"]) == ("completed", [])
