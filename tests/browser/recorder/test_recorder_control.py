"""Control: rules of the tag and of the server say whether, when and what is recorded; the visitor has the last word."""

from __future__ import annotations

import json
import threading

import pytest
from playwright.sync_api import expect

from tests.browser.recorder.conftest import Answer

STORED = "localStorage['playhead.site1'] ?? null"


def asked(site) -> list[str]:
    return [path for path in site.requests if path.startswith("/ingest")]


def quiet(page, site, ms: int = 1_500) -> None:
    """Nothing was sent, and nothing is about to be: a batch waits a second at most."""
    page.wait_for_timeout(ms)
    assert site.batches == [], site.summary()


def visit(page, site, path: str = "/", body: str = "<h1>Hello there</h1><button id=b>b</button>", **data) -> None:
    page.goto(site.page(path, body, **data))
    page.wait_for_function("window.playhead?.version")
    site.wait(lambda: asked(site), "the rules are asked for")


def leave(page, site) -> None:
    """Leave the page; what it sends then is nobody's concern."""
    page.goto("about:blank")
    page.wait_for_timeout(500)
    site.batches.clear()


def text_of(site) -> str:
    return json.dumps([batch.events for batch in site.batches])


class TestSampling:
    def test_a_rate_of_nought_records_nobody(self, page, site):
        visit(page, site, sample="0")
        page.click("#b")
        quiet(page, site)

    def test_a_page_that_matters_lets_the_session_in_for_good(self, page, site):
        visit(page, site, sample="0, url:/checkout*=1")
        page.click("#b")
        quiet(page, site)
        page.evaluate("history.pushState({}, '', '/checkout/pay?x=1')")
        site.wait_custom("playhead.page")
        page.evaluate("history.pushState({}, '', '/thanks')")
        site.pages["/thanks"] = site.pages["/"]
        page.evaluate("playhead.event('still here')")
        site.wait_custom("playhead.event")
        page.reload()
        site.wait_custom("playhead.page", 2)
        assert len({batch.query["session"] for batch in site.stored}) == 1
        site.check_lanes()
        assert not page.errors

    def test_a_trait_lets_the_session_in(self, page, site):
        site.rules = {"sample": ["0.0", "trait:plan=team=1"]}
        visit(page, site)
        page.evaluate("playhead.identify('u1', {plan: 'free'})")
        quiet(page, site)
        page.evaluate("playhead.identify('u1', {plan: 'team'})")
        site.wait_custom("playhead.page")
        assert site.wait_custom("playhead.identify")[0]["traits"] == {"plan": "team"}

    def test_the_draw_is_one_a_session_and_not_one_a_page_load(self, page, site):
        page.add_init_script("Math.random = () => 0.3")
        visit(page, site, sample="0.5")
        site.wait_custom("playhead.page")
        page.add_init_script("Math.random = () => 0.9")
        page.reload()
        site.wait_custom("playhead.page", 2)

    def test_who_was_not_drawn_is_not_drawn_again(self, page, site):
        page.add_init_script("Math.random = () => 0.9")
        visit(page, site, sample="0.5")
        quiet(page, site, 500)
        page.add_init_script("Math.random = () => 0.3")
        page.reload()
        quiet(page, site)


class TestTriggers:
    def test_an_error_brings_what_led_to_it(self, page, site):
        visit(page, site, start="error")
        page.evaluate("playhead.event('before'); document.querySelector('h1').textContent = 'Changed'")
        page.click("#b")
        quiet(page, site)
        page.evaluate("setTimeout(() => { throw new Error('boom') })")
        site.wait_custom("playhead.error")
        assert [one["name"] for one in site.custom("playhead.event")] == ["before"]
        assert "Changed" in text_of(site)
        site.check_lanes()
        page.reload()  # the session goes on being sent
        site.wait_custom("playhead.page", 2)

    def test_a_page_that_is_left_takes_what_it_held_with_it(self, page, site):
        visit(page, site, start="error")
        page.click("#b")
        page.goto(site.page("/next", "<h1>next</h1>", start="error"))
        quiet(page, site)

    @pytest.mark.parametrize(
        "happens",
        [
            "playhead.event('checkout failed')",
            "history.pushState({}, '', '/help/returns')",
            "void setTimeout(() => {}, 2000)",
        ],
    )
    def test_an_event_an_address_or_some_seconds(self, page, site, happens):
        after_some_time = "setTimeout" in happens
        site.rules = {"start": ["event:checkout failed", "url:/help*", "2s" if after_some_time else "900s"]}
        visit(page, site)
        page.evaluate("playhead.event('something else'); history.pushState({}, '', '/elsewhere')")
        quiet(page, site, 500)
        page.evaluate(happens)
        site.wait_custom("playhead.page")
        site.check_lanes()

    def test_only_the_last_minute_or_two_is_held(self, page, site):
        page.clock.install()
        visit(page, site, start="error")
        page.evaluate("playhead.event('minute 0')")
        for minute in range(1, 5):
            page.clock.fast_forward(61_000)
            page.evaluate(f"document.querySelector('h1').textContent = 'minute {minute}'")
            page.clock.run_for(1_200)
            page.evaluate(f"playhead.event('minute {minute}')")
            page.clock.run_for(1_200)
        assert site.batches == []
        page.evaluate("dispatchEvent(new ErrorEvent('error', {error: new Error('boom'), message: 'boom'}))")
        page.clock.run_for(1_200)
        site.wait_custom("playhead.error")
        assert [one["name"] for one in site.custom("playhead.event")] == ["minute 3", "minute 4"]
        site.check_lanes()


class TestNever:
    def test_leaves_pages_out_and_goes_on_behind_them(self, page, site):
        visit(page, site, never="/admin*")
        site.wait_custom("playhead.page")
        page.evaluate("history.pushState({}, '', '/admin/users')")
        page.evaluate("document.querySelector('h1').textContent = 'All our users'")
        page.wait_for_timeout(1_300)
        page.evaluate("document.querySelector('h1').textContent = 'Shop'; history.pushState({}, '', '/shop')")
        site.wait_custom("playhead.page", 2)
        assert "All our users" not in text_of(site)
        assert len({batch.query["session"] for batch in site.stored}) == 1
        site.check_lanes()

    def test_a_load_of_such_a_page_sends_nothing(self, page, site):
        visit(page, site, "/admin/", never="/admin*")
        quiet(page, site)


class TestSelectors:
    BODY = """<p class=name>Ada Lovelace</p><div id=chat>secret talk</div><input id=n value=''>
        <p id=shown>visible</p><my-box></my-box><script>
        document.querySelector('my-box').attachShadow({mode: 'open'}).innerHTML = '<b class=name>Grace Hopper</b>'
        </script>"""

    def test_the_servers_selectors_block_mask_and_ignore(self, page, site):
        site.rules = {"mask": [".name", "p[["], "block": ["#chat"], "ignore": ["#n"]}
        visit(page, site, body=self.BODY, mask_inputs="false")
        site.wait_custom("playhead.page")
        page.evaluate("""() => {
            document.querySelector('.name').textContent = 'Countess of Lovelace';
            document.querySelector('#chat').textContent = 'more secret talk';
            document.body.insertAdjacentHTML('beforeend', '<i class=name>Alan Turing</i>');
        }""")
        page.fill("#n", "a note to self")
        page.evaluate("playhead.event('done')")
        site.wait_custom("playhead.event")
        said = text_of(site)
        assert "visible" in said
        for secret in ("Lovelace", "secret talk", "Hopper", "Turing", "note to self"):
            assert secret not in said, secret
        site.check_lanes()

    def test_the_tags_selectors_hold_as_well(self, page, site):
        site.rules = {"mask": [".name"]}
        visit(page, site, body=self.BODY, block="#chat, #other")
        site.wait_custom("playhead.page")
        assert "secret talk" not in text_of(site) and "Lovelace" not in text_of(site)

    def test_nothing_of_the_page_is_recorded_before_the_rules_are_known(self, page, site):
        known = threading.Event()
        site.before_rules = known.wait
        site.rules = {"mask": [".name"]}
        page.goto(site.page("/", self.BODY))
        page.wait_for_function("window.playhead?.version")
        page.evaluate("playhead.event('early')")
        quiet(page, site)
        known.set()
        assert [one["name"] for one in site.wait_custom("playhead.event")] == ["early"]
        assert "Lovelace" not in text_of(site)
        site.check_lanes()


class TestConsent:
    def test_a_site_that_waits_for_consent_stores_and_sends_nothing_before(self, page, site):
        site.rules = {"start": ["manual"]}
        visit(page, site)
        quiet(page, site)
        assert page.evaluate(STORED) is None
        page.evaluate("playhead.start()")
        site.wait_custom("playhead.page")
        page.reload()  # said once
        site.wait_custom("playhead.page", 2)

    def test_a_tab_that_still_waits_for_the_rules_is_no_consent_for_another(self, page, site):
        known = threading.Event()
        site.before_rules = known.wait
        site.rules = {"start": ["manual"]}
        address = site.page("/", "<h1>x</h1>")
        other = page.context.new_page()
        for tab in (page, other):
            tab.goto(address)
            tab.wait_for_function("window.playhead?.version")
        known.set()
        quiet(page, site)
        assert page.evaluate(STORED) is None
        other.evaluate("playhead.start()")
        site.wait_custom("playhead.page", 2)  # said in one, for all

    def test_global_privacy_control_is_heeded_and_not_even_asked_about(self, page, site):
        page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})")
        page.goto(site.page("/", "<h1>x</h1>"))
        page.wait_for_function("window.playhead?.version")
        page.evaluate("playhead.start()")
        quiet(page, site)
        assert asked(site) == [] and page.evaluate(STORED) is None

    def test_do_not_track_is_heeded_where_the_site_says_so(self, page, site):
        page.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})")
        visit(page, site)
        site.wait_custom("playhead.page")
        leave(page, site)
        page.goto(site.page("/two", "<h1>x</h1>", respect="gpc, dnt"))
        page.wait_for_function("window.playhead?.version")
        quiet(page, site)

    def test_a_site_that_asks_for_consent_itself_may_say_so(self, page, site):
        page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})")
        visit(page, site, respect="none")
        site.wait_custom("playhead.page")


class TestVisitorsChoice:
    def test_pausing_leaves_a_stretch_out_of_the_session(self, page, site):
        visit(page, site)
        site.wait_custom("playhead.page")
        page.evaluate("playhead.pause(); document.querySelector('h1').textContent = 'between us'")
        page.wait_for_timeout(1_300)
        page.evaluate("document.querySelector('h1').textContent = 'on again'; playhead.resume()")
        site.wait_custom("playhead.page", 2)
        assert "between us" not in text_of(site) and "on again" in text_of(site)
        assert len({batch.query["session"] for batch in site.stored}) == 1
        site.check_lanes()

    def test_opting_out_holds_in_every_tab_and_on_every_page(self, page, site):
        visit(page, site)
        other = page.context.new_page()
        other.goto(site.url + "/")
        site.wait_custom("playhead.page", 2)
        site.answer = lambda batch: Answer(503)
        page.evaluate("playhead.event('never to be sent')")
        page.wait_for_timeout(1_200)
        page.evaluate("playhead.optOut()")
        assert page.evaluate(STORED) == "out"
        site.answer = lambda batch: Answer()
        site.batches.clear()
        other.click("#b")
        page.reload()
        page.wait_for_function("window.playhead?.version")
        page.click("#b")
        page.evaluate("playhead.start()")
        quiet(page, site, 2_500)
        rows = page.evaluate("""() => new Promise(done => { const open = indexedDB.open('playhead', 1);
            open.onsuccess = () => { const all = open.result.transaction('batches').objectStore('batches').count();
            all.onsuccess = () => done(all.result) } })""")
        assert rows == 0, "what waited to be sent is gone"
        page.evaluate("playhead.optIn()")
        site.wait_custom("playhead.page")
        assert "never to be sent" not in text_of(site)
        assert not page.errors

    def test_forgetting_asks_the_server_to_erase_and_keeps_nothing_here(self, page, site):
        visit(page, site)
        site.wait_custom("playhead.page")
        visitor = site.batches[0].query["visitor"]
        assert page.evaluate("playhead.forget()") is True
        assert site.forgotten == [visitor]
        assert page.evaluate(STORED) is None
        site.batches.clear()
        page.click("#b")
        quiet(page, site)
        page.evaluate("playhead.start()")
        site.wait_custom("playhead.page")
        assert site.batches[0].query["visitor"] != visitor


def test_the_rules_page_and_forgetting_on_a_real_server(page, server):
    """What is written on the settings page reaches the recorder; what a visitor has forgotten leaves the server."""
    page.goto(server.url + "/settings/recording?site=demo")
    page.fill("#mask", "h1")
    page.fill("#sample", "2")
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_role("alert")).to_contain_text("expected a rate from 0 to 1")
    expect(page.locator("#mask")).to_have_value("h1")
    page.fill("#sample", "1")
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    page.wait_for_timeout(2_200)  # the server looks for new settings every two seconds
    page.goto(server.url + "/demo/")
    page.wait_for_function("window.playhead?.version")
    page.evaluate("playhead.start()")
    session = page.evaluate("playhead.sessionId()")
    heading = page.inner_text("h1")
    read = "fetch(`/api/sessions/${s}/events`).then(a => a.text())"
    page.wait_for_function(f"s => {read}.then(t => t.includes('playhead.page'))", arg=session)
    assert heading not in page.evaluate(f"s => {read}", session)
    assert page.evaluate("playhead.forget()") is True
    assert page.evaluate("s => fetch(`/api/sessions/${s}`).then(a => a.status)", session) == 404
    log = page.evaluate("() => fetch('/api/audit').then(a => a.json())")["entries"]
    assert ("the visitor", "erased") in [(one["who"], one["action"]) for one in log]
