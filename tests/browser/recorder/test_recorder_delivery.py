"""Nothing recorded is lost: the server may be down, slow, wrong or forgetful, and the page may go at any moment."""

import json

from tests.browser.recorder.conftest import Answer

ROWS = """new Promise((done) => { const open = indexedDB.open('playhead', 1);
    open.onsuccess = () => { const db = open.result;
        const all = db.transaction('batches').objectStore('batches').getAllKeys();
        all.onsuccess = () => { db.close(); done(all.result) } } })"""


def words(site) -> list[str]:
    return [event["name"] for event in site.custom("playhead.event")]


def test_a_server_that_was_down_gets_everything_in_order(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    site.down()
    for number in range(5):
        page.evaluate(f"playhead.event('e{number}')")
        # long enough for a batch of its own: the page's own clock, not ours, decides
        page.evaluate("new Promise((done) => setTimeout(done, 1100))")
    site.up()
    page.evaluate("dispatchEvent(new Event('online'))")
    site.wait(lambda: len(words(site)) == 5, "five events")
    assert words(site) == [f"e{number}" for number in range(5)]
    assert len(site.lanes) == 1
    site.check_lanes()
    page.wait_for_function(f"{ROWS}.then((keys) => keys.length === 0)")
    assert not page.errors


def test_a_reload_while_the_server_is_down_loses_nothing(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    site.answer = lambda batch: Answer(503)
    page.evaluate("playhead.event('unheard')")
    site.wait(lambda: any(batch.status == 503 for batch in site.batches), "a refused batch")
    page.reload()
    site.wait(lambda: len({b.query["page"] for b in site.batches}) == 2, "the second page")
    site.answer = lambda batch: Answer()
    site.wait(lambda: "unheard" in words(site), "the event of the first page")
    site.wait_custom("playhead.page", 2)
    site.check_lanes()


def test_a_tab_that_was_closed_is_delivered_by_the_next_one(page, site):
    address = site.page("/", "<h1>x</h1>")
    page.goto(address)
    site.wait_custom("playhead.page")
    site.down()
    page.evaluate("playhead.event('orphan')")
    page.wait_for_function(f"{ROWS}.then((keys) => keys.length > 0)")
    other = page.context.new_page()
    page.close()
    site.up()
    other.clock.install()
    other.goto(address)
    site.wait_custom("playhead.page", 2)
    other.clock.fast_forward("00:21")  # by now it cannot be on its way any more
    site.wait(lambda: "orphan" in words(site), "what the closed tab recorded")
    site.check_lanes()


def test_a_large_last_batch_survives_the_page(page, site):
    """Far above what keepalive carries: the next page load sends it under the old page's number."""
    page.goto(site.page("/", "<div id=d></div>"))
    site.wait_custom("playhead.page")
    site.page("/next", "<h1>next</h1>")
    # in a task of its own: an evaluation whose document goes away may never come back
    page.evaluate(
        """() => void setTimeout(() => {
            const words = Array.from({length: 60000}, () => Math.random().toString(36)).join(' ');
            document.querySelector('#d').textContent = words + ' theverylastword';
            location.href = '/next' })"""
    )
    site.wait(lambda: "theverylastword" in json.dumps(site.events), "the large batch")
    site.wait_custom("playhead.page", 2)
    assert len(site.lanes) == 2
    site.check_lanes()


def test_a_duplicate_is_as_good_as_new(page, site):
    """The answer got lost on the way: the batch is sent again and is acknowledged again."""
    failed = []

    def answer(batch):
        if batch.query["seq"] == "1" and not failed:
            failed.append(batch)
            return Answer(500)
        return Answer(body=b'{"ok":true,"duplicate":true}')

    site.answer = answer
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate("playhead.event('twice')")
    site.wait_custom("playhead.event")
    page.evaluate("playhead.event('next')")
    site.wait_custom("playhead.event", 2)
    twice = [batch for batch in site.batches if batch.query["seq"] == "1"]
    assert [batch.status for batch in twice] == [500, 200]
    assert twice[0].events == twice[1].events
    site.check_lanes()


def test_retry_after_is_obeyed(page, site):
    page.clock.install()
    busy = {"now": True}
    site.answer = lambda batch: Answer(429, {"Retry-After": "120"}) if busy["now"] else Answer()
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait(lambda: site.batches, "the first try")
    busy["now"] = False
    page.clock.fast_forward("01:00")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("fetch('/status/200')")
    site.wait(lambda: "/status/200" in site.requests, "a request after the wait")
    assert len(site.batches) == 1
    page.clock.fast_forward("01:01")
    site.wait_custom("playhead.page")
    site.check_lanes()


def test_a_batch_the_server_never_takes_starts_a_new_page(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    site.answer = lambda batch: Answer(413 if "poison" in json.dumps(batch.events) else 200)
    page.evaluate("playhead.event('poison')")
    site.wait_custom("playhead.page", 2)
    page.evaluate("playhead.event('after')")
    site.wait(lambda: words(site) == ["after"], "what came after")
    assert [batch.status for batch in site.batches].count(413) == 1
    first, second = site.lanes.values()
    assert first[0].query["session"] == second[0].query["session"]
    assert page.evaluate("playhead.stop()")["delivered"] is False  # one batch is lost, and says so


def test_a_refused_key_stops_the_recorder(page, site):
    site.answer = lambda batch: Answer(403)
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait(lambda: site.batches, "the first try")
    page.wait_for_function(f"{ROWS}.then((keys) => keys.length === 0)")
    page.evaluate("playhead.event('a'); playhead.start(); playhead.event('b')")
    stopped = page.evaluate("playhead.stop()")
    assert stopped["delivered"] is False
    assert len(site.batches) == 1
    assert not page.errors


def test_stop_waits_for_the_server_but_not_for_ever(page, site):
    page.clock.install()
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    site.down()
    page.evaluate("void (window.stopped = playhead.stop())")
    page.clock.run_for(6_000)
    assert page.evaluate("window.stopped")["delivered"] is False
    site.up()
    page.reload()
    site.wait_custom("playhead.end")  # the goodbye came with the next page load
    site.check_lanes()


def test_requests_need_no_preflight_and_carry_no_address(page, site):
    """A site on another origin than the server: no OPTIONS, no cookies, no query string in the referrer."""
    other = type(site)()
    try:
        other.pages["/"] = (
            f"<!doctype html><title>t</title><script async src='{site.url}/recorder.js' data-site=site1></script><p>x"
        )
        page.context.add_cookies([{"name": "session", "value": "secret", "url": site.url}])
        page.goto(other.url + "/?token=secret")
        site.wait(lambda: site.batches, "a batch from another origin")
        headers = site.batches[0].headers
        assert not [path for path in site.requests if path.startswith("OPTIONS")]
        assert "Cookie" not in headers
        assert headers["Referer"] == other.url + "/"
        assert headers["Origin"] == other.url
    finally:
        other.down()


def test_a_burst_is_few_large_batches(page, site):
    page.goto(site.page("/", "<div id=d></div>"))
    site.wait_custom("playhead.page")
    page.evaluate(
        """async () => { for (let round = 0; round < 40; round++) {
            for (let i = 0; i < 200; i++)
                d.append(Object.assign(document.createElement('p'), {textContent: 'row ' + i}));
            await new Promise(requestAnimationFrame); }
            playhead.event('done') }"""
    )
    site.wait_custom("playhead.event")
    assert len(site.batches) < 20
    assert json.dumps(site.events).count("row 199") == 40
    site.check_lanes()
