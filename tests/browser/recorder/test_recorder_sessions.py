"""One session across page loads, tabs and moves; it ends when it should and never begins where it must not."""

STATE = "JSON.parse(localStorage['playhead.site1'])"


def sessions(site) -> set[str]:
    return {batch.query["session"] for batch in site.stored}


def test_a_reload_continues_the_session_under_a_new_page(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.reload()
    site.wait_custom("playhead.page", 2)
    page.goto(site.page("/other", "<h1>y</h1>"))
    first, second, third = site.wait_custom("playhead.page", 3)
    assert len(sessions(site)) == 1 and len(site.lanes) == 3
    assert (first["navigation"], second["navigation"], third["navigation"]) == ("navigate", "reload", "navigate")
    assert len({facts["tab"] for facts in (first, second, third)}) == 1
    assert third["referrer"] == ""  # a typed address has none
    site.check_lanes()
    assert not page.errors


def test_what_happened_just_before_leaving_arrives(page, site):
    page.goto(site.page("/", "<button id=b>b</button>"))
    site.wait_custom("playhead.page")
    site.page("/next", "<h1>next</h1>")
    page.evaluate("void setTimeout(() => { playhead.event('last words'); location.href = '/next' })")
    site.wait_custom("playhead.page", 2)
    assert [e["name"] for e in site.wait_custom("playhead.event")] == ["last words"]
    site.check_lanes()


def test_two_tabs_share_the_session(page, site):
    address = site.page("/", "<h1>x</h1>")
    page.goto(address)
    site.wait_custom("playhead.page")
    other = page.context.new_page()
    other.goto(address)
    one, two = site.wait_custom("playhead.page", 2)
    assert one["session"] == two["session"] and one["visitor"] == two["visitor"]
    assert one["page"] != two["page"] and one["tab"] != two["tab"]
    site.check_lanes()


def test_a_tab_opened_by_a_script_is_another_tab(page, site):
    """It begins with a copy of its opener's sessionStorage, where the tab's id is kept between documents."""
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.reload()  # the id is in the storage when this document begins
    site.wait_custom("playhead.page", 2)
    page.evaluate("void window.open('/')")
    first, second, opened = site.wait_custom("playhead.page", 3)
    assert first["tab"] == second["tab"] != opened["tab"]
    assert opened["session"] == first["session"]


def test_stop_ends_the_session_in_every_tab(page, site):
    address = site.page("/", "<h1>x</h1>")
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    site.wait_custom("playhead.page", 2)
    assert page.evaluate("playhead.stop()")["delivered"] is True
    other.wait_for_function(f"{STATE}.session === ''")
    other.evaluate("playhead.event('too late')")
    other.reload()  # without data-start="manual" the next page load begins the next session
    site.wait_custom("playhead.page", 3)
    assert len(sessions(site)) == 2
    assert site.custom("playhead.event") == []


def test_manual_start_sends_and_keeps_nothing_before(page, site):
    page.goto(site.page("/", "<button onclick='null.x'>b</button>", start="manual"))
    page.wait_for_function("window.playhead?.version")
    page.click("button")
    page.evaluate("playhead.event('unheard')")
    page.reload()
    page.wait_for_function("window.playhead?.version")
    assert page.evaluate("[playhead.sessionId(), playhead.sessionUrl()]") == [None, None]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.evaluate("indexedDB.databases()") == []
    assert not [path for path in site.requests if "/ingest" in path]


def test_manual_start_survives_page_loads_until_stop(page, site):
    address = site.page("/", "<h1>x</h1>", start="manual")
    page.goto(address)
    page.wait_for_function("window.playhead?.version")
    page.evaluate("playhead.start()")
    site.wait_custom("playhead.page")
    page.goto(site.page("/next", "<h1>y</h1>", start="manual"))
    site.wait_custom("playhead.page", 2)
    assert len(sessions(site)) == 1
    session = page.evaluate("playhead.sessionId()")
    stopped = page.evaluate("playhead.stop()")
    assert stopped == {"sessionId": session, "sessionUrl": f"{site.url}/sessions/{session}", "delivered": True}
    sent = len(site.batches)
    page.goto(address)
    page.wait_for_function("window.playhead?.version")
    page.evaluate("playhead.event('unheard')")
    assert page.evaluate("playhead.sessionId()") is None
    assert len(site.batches) == sent
    site.check_lanes()


def test_start_after_stop_is_a_new_session_in_the_same_document(page, site):
    page.goto(site.page("/", "<h1>x</h1>", start="manual"))
    page.wait_for_function("window.playhead?.version")
    for n in range(3):
        page.evaluate("playhead.start()")
        site.wait_custom("playhead.page", n + 1)
        assert page.evaluate("playhead.stop().then((it) => it.delivered)")
    assert len(sessions(site)) == 3 and len(site.lanes) == 3
    assert [facts["status"] for facts in site.custom("playhead.page")] == [200, None, None]
    assert len(site.custom("playhead.end")) == 3
    site.check_lanes()


def test_half_an_hour_of_rest_ends_the_session(page, site):
    page.clock.install()
    page.goto(site.page("/", "<button id=b>b</button><p id=p></p>"))
    site.wait_custom("playhead.page")
    page.evaluate("playhead.identify('u-1')")
    page.clock.fast_forward("31:00")
    page.evaluate("document.querySelector('#p').textContent = 'nobody is looking'")
    site.wait_custom("playhead.end")
    page.evaluate("document.querySelector('#p').textContent = 'still nobody'")
    page.click("#b")
    page.clock.fast_forward("00:02")
    site.wait_custom("playhead.page", 2)
    first, second = site.lanes.values()
    assert first[0].query["session"] != second[0].query["session"]
    assert first[0].query["visitor"] == second[0].query["visitor"]
    assert site.custom("playhead.end") == [{"reason": "idle"}]
    assert first[-1].query["end"] == "1"
    assert [user["id"] for user in site.custom("playhead.identify")] == ["u-1", "u-1"]  # each session knows who
    site.check_lanes()


def test_a_page_load_after_a_long_rest_begins_a_session(page, site):
    address = site.page("/", "<h1>x</h1>")
    page.goto(address)
    site.wait_custom("playhead.page")
    page.goto(site.url + "/elsewhere")
    page.evaluate("localStorage['playhead.site1.active'] = Date.now() - 31 * 60000")
    page.goto(address)
    site.wait_custom("playhead.page", 2)
    assert len(sessions(site)) == 2
    assert len({batch.query["visitor"] for batch in site.stored}) == 1


def test_broken_storage_is_a_session_a_page(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate("localStorage['playhead.site1'] = '{\"visitor\": 7'")
    page.reload()
    site.wait_custom("playhead.page", 2)
    assert len(sessions(site)) == 2
    assert not page.errors


def test_back_from_the_cache_is_a_page_of_its_own(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate(
        """() => { dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
                   document.querySelector('h1').textContent = 'changed';
                   dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})) }"""
    )
    first, second = site.wait_custom("playhead.page", 2)
    assert second["navigation"] == "back_forward" and second["status"] is None
    assert first["session"] == second["session"] and first["page"] != second["page"]
    site.check_lanes()


def test_two_tags_record_once(page, site):
    page.goto(site.page("/", site.tag()))
    site.wait_custom("playhead.page")
    page.evaluate("playhead.event('once')")
    site.wait_custom("playhead.event")
    page.evaluate("playhead.stop()")
    assert len(site.lanes) == 1
    assert len(site.custom("playhead.event")) == 1


def test_a_frame_of_a_recorded_page_does_not_record_itself(page, site):
    site.page("/inner", "<p>inner</p>")
    page.goto(site.page("/", "<h1>outer</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '/inner'}))")
    site.wait(lambda: '"inner"' in str(site.events).replace("'", '"'), "the frame's text")
    page.evaluate("playhead.stop()")
    assert len(site.custom("playhead.page")) == 1


STUB = """<script>
window.playhead = window.playhead || {q: []};
["start", "stop", "identify", "event"].forEach(function (name) {
  playhead[name] = playhead[name] || function () {
    var args = arguments;
    return new Promise(function (settle) { playhead.q.push([name, args, settle]); });
  };
});
</script>"""


def test_calls_before_the_script_loaded_are_made_up_for(page, site):
    calls = "<script>playhead.start();playhead.identify('u-9',{vip:true});playhead.event('early',{n:1})</script>"
    page.goto(site.page("/", "<h1>x</h1>", head=STUB + calls, start="manual"))
    assert site.wait_custom("playhead.event") == [{"name": "early", "props": {"n": 1}}]
    assert site.custom("playhead.identify") == [{"id": "u-9", "traits": {"vip": True}}]
    site.check_lanes()


def test_identify_before_start_is_told_at_the_start(page, site):
    page.goto(site.page("/", "<h1>x</h1>", start="manual"))
    page.wait_for_function("window.playhead?.version")
    page.evaluate("playhead.identify('u-3')")
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("playhead.start()")
    assert site.wait_custom("playhead.identify") == [{"id": "u-3", "traits": {}}]


def test_start_in_one_tab_starts_the_others(page, site):
    address = site.page("/", "<h1>x</h1>", start="manual")
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    for tab in (page, other):
        tab.wait_for_function("window.playhead?.version")
    page.evaluate("playhead.start()")
    one, two = site.wait_custom("playhead.page", 2)
    assert one["session"] == two["session"] and one["tab"] != two["tab"]
