"""Several busy tabs on one storage that has no lock: what one of them decides, none of the others undoes."""

import json
import random

import pytest

from tests.browser.recorder.conftest import Answer

CLOCK = """const real = Date.now; let shift_ms = 0;
Date.now = () => real.call(Date) + shift_ms; window.later = ms => { shift_ms += ms };"""
# a task this long hears of nothing; when the visitor acts in it, the recorder reads storage as it was before
BUSY = """() => void setTimeout(() => { const until = performance.now() + 500; while (performance.now() < until);
later(5_100); document.getElementById('b').click(); playhead.event('busy') })"""
HERE = "document.getElementById('b') && window.playhead?.version"
STORED = "localStorage['playhead.site1'] ?? null"
TABS = 4


@pytest.fixture
def tabs(page, site):
    page.context.add_init_script(CLOCK)
    address = site.page("/", "<button id=b>b</button>")
    opened = [page, *(page.context.new_page() for _ in range(TABS - 1))]
    for tab in opened:
        tab.goto(address)
    site.wait_custom("playhead.page", TABS)
    return opened


def amid(tabs, actor, call: str) -> None:
    """Make `call` in one tab while all others are in the middle of something, and let them finish."""
    others = [tab for tab in tabs if tab is not actor]
    for tab in others:
        tab.evaluate(BUSY)
    tabs[0].wait_for_timeout(100)
    actor.evaluate(call)
    for tab in others:
        tab.evaluate("new Promise(done => setTimeout(done, 100))")


def sessions(tabs) -> list[str | None]:
    return [tab.evaluate("playhead.sessionId()") for tab in tabs]


def test_a_stop_holds_however_busy_the_other_tabs_are(tabs, site):
    dice = random.Random(7)
    for _ in range(6):
        actor = dice.choice(tabs)
        session = actor.evaluate("playhead.sessionId()")
        amid(tabs, actor, "void playhead.stop()")
        tabs[0].wait_for_timeout(1_500)  # the batches under way
        sent = len([batch for batch in site.stored if batch.query["session"] == session])
        for tab in tabs:
            tab.evaluate("document.getElementById('b').click(); playhead.event('after the stop')")
        tabs[0].wait_for_timeout(1_500)
        assert len([batch for batch in site.stored if batch.query["session"] == session]) == sent
        dice.choice(tabs).evaluate("playhead.start()")
        for tab in tabs:
            tab.wait_for_function(f"s => playhead.sessionId() !== s && {HERE}", arg=session)
        assert len(set(sessions(tabs))) == 1
    assert "after the stop" not in json.dumps(site.events)
    site.check_lanes()


def test_an_opt_out_holds_however_busy_the_other_tabs_are(tabs, site):
    dice = random.Random(8)
    for _ in range(4):
        actor = dice.choice(tabs)
        amid(tabs, actor, "playhead.optOut()")
        for tab in tabs:
            tab.wait_for_function(f"({STORED}) === 'out'")
        sent = len(site.batches)
        for tab in tabs:
            tab.evaluate("later(5_100); document.getElementById('b').click(); playhead.event('after the opt-out')")
        tabs[0].wait_for_timeout(1_500)
        assert len(site.batches) == sent
        actor.evaluate("playhead.optIn()")
        for tab in tabs:
            tab.reload()
            tab.wait_for_function("window.playhead?.sessionId?.()")
    assert "after the opt-out" not in json.dumps(site.events)


def test_a_forgotten_visitor_comes_back_in_no_tab(tabs, site):
    visitor = site.batches[0].query["visitor"]
    amid(tabs, tabs[1], "void playhead.forget()")
    site.wait(lambda: site.forgotten, "the wish to be forgotten")
    tabs[0].wait_for_timeout(1_000)
    site.batches.clear()
    for tab in tabs:
        tab.evaluate("later(5_100); document.getElementById('b').click(); playhead.event('after all')")
    tabs[0].wait_for_timeout(1_500)
    assert visitor not in {batch.query["visitor"] for batch in site.batches}
    for tab in tabs:
        assert visitor not in str(tab.evaluate("JSON.stringify({...localStorage})"))
        tab.reload()
    site.wait_custom("playhead.page")
    assert visitor not in {batch.query["visitor"] for batch in site.batches}


def test_tabs_that_begin_or_rotate_at_once_end_up_in_one_session(tabs, site):
    for _ in range(4):
        before = set(sessions(tabs))
        for tab in tabs:  # all of them see a session that is over, in the same moment
            tab.evaluate("""() => void setTimeout(() => { const until = performance.now() + 400;
                while (performance.now() < until); later(31 * 60_000); document.getElementById('b').click() })""")
        for tab in tabs:
            tab.evaluate("new Promise(done => setTimeout(done, 300))")
        tabs[0].wait_for_timeout(1_500)
        after = set(sessions(tabs))
        assert len(after) == 1 and not after & before
        begun = len(site.lanes)
        tabs[0].wait_for_timeout(1_200)
        assert len(site.lanes) <= begun + TABS, "they send each other from session to session"
    site.check_lanes()


def test_what_a_site_waits_for_is_met_in_every_tab(page, site):
    """One tab sees the error; what the other one held in memory goes to the server as well, without another error."""
    site.rules = {"start": ["event:wanted"]}
    site.answer = lambda batch: Answer()
    address = site.page("/", "<button id=b>b</button>")
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(address)
        tab.wait_for_function("window.playhead?.sessionId?.()")
        tab.wait_for_timeout(500)
        tab.click("#b")
    page.wait_for_timeout(1_200)
    assert not site.batches
    page.evaluate("playhead.event('wanted')")
    one, two = site.wait_custom("playhead.page", 2)
    assert one["session"] == two["session"] and one["tab"] != two["tab"]
