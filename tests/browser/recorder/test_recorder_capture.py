"""What is recorded: the page, and the facts about the visit that rrweb does not know."""

SHOP = """
<h1>Shop</h1>
<form id=f action="/status/200?token=abc" method=post onsubmit="event.preventDefault()">
  <input id=name name=name><button id=send>Send</button></form>
<button id=fail onclick="null.oops">Fail</button>
<button id=reject onclick="Promise.reject(new TypeError('no stock'))">Reject</button>
<button id=odd onclick="Promise.reject({code: 7})">Odd</button>
<p id=text>copy this</p>
"""


def find(node: dict, predicate) -> dict | None:
    if predicate(node):
        return node
    return next((hit for child in node.get("childNodes", []) if (hit := find(child, predicate))), None)


def by_dom_id(site, name: str) -> int:
    snapshot = next(e for e in site.events if e["type"] == 2)
    return find(snapshot["data"]["node"], lambda n: n.get("attributes", {}).get("id") == name)["id"]


def test_a_page_begins_with_its_snapshot_and_its_facts(page, site):
    page.goto(site.page("/a?page=2", SHOP))
    site.wait_custom("playhead.page")
    site.check_lanes()
    facts = site.custom("playhead.page")[0]
    batch = site.batches[0]
    assert facts["url"] == site.url + "/a?page=2"
    assert facts["title"] == "Page /a"
    assert facts["status"] == 200
    assert facts["navigation"] == "navigate"
    assert facts["viewport"] == {"width": 1280, "height": 800}
    assert facts["color_scheme"] == "light"  # Chromium without a preference
    assert (facts["session"], facts["page"], facts["visitor"]) == tuple(
        batch.query[name] for name in ("session", "page", "visitor")
    )
    assert batch.query["site"] == "site1" and batch.query["v"] == "1" and batch.query["seq"] == "0"
    assert batch.gzipped
    assert batch.headers["Content-Type"] == "text/plain"
    assert int(batch.query["first_ms"]) <= batch.events[0]["timestamp"] <= int(batch.query["last_ms"])
    assert not page.errors


def test_visitor_actions(page, site):
    page.goto(site.page("/", SHOP))
    site.wait_custom("playhead.page")
    page.fill("#name", "Jane")
    page.press("#name", "Enter")
    page.keyboard.press("Control+a")
    page.keyboard.press("x")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#text'))")
    page.keyboard.press("Control+c")
    site.wait_custom("playhead.copy")
    assert site.custom("playhead.submit") == [
        {"id": by_dom_id(site, "f"), "action": site.url + "/status/200?token=*****", "method": "post"}
    ]
    keys = site.custom("playhead.key")
    assert [key["key"] for key in keys] == ["Enter", "Ctrl+A", "Ctrl+C"]
    assert keys[0]["id"] == by_dom_id(site, "name")


def test_errors_and_rejections(page, site):
    page.goto(site.page("/", SHOP))
    site.wait_custom("playhead.page")
    for button in ("fail", "reject", "odd"):
        with page.expect_event("pageerror"):  # the page's own error still is one
            page.click("#" + button)
    exception, rejection, odd = site.wait_custom("playhead.error", 3)
    assert exception["kind"] == "exception" and exception["name"] == "TypeError"
    assert "null" in exception["message"]
    assert exception["line"] > 0 and exception["source"].startswith(site.url)
    assert rejection["kind"] == "unhandledrejection" and rejection["message"] == "no stock"
    assert "TypeError: no stock" in rejection["stack"]
    assert odd["message"] == '{"code":7}'
    assert len(page.errors) == 3  # and the recorder added none


def test_errors_before_the_first_snapshot_are_kept(page, site):
    # a script that is not async runs while the document is still loading
    site.pages["/early"] = """<!doctype html><html><head><script src=/recorder.js data-site=site1></script><script>
        document.addEventListener('readystatechange', () => { if (document.readyState === 'interactive') boom() })
        </script></head><body><p>x</body></html>"""
    page.goto(site.url + "/early")
    site.wait_custom("playhead.error")
    site.check_lanes()
    assert "boom" in site.custom("playhead.error")[0]["message"]


def test_navigation_inside_the_document(page, site):
    page.goto(site.page("/", "<a id=hash href='#there'>there</a>"))
    site.wait_custom("playhead.page")
    page.evaluate("history.pushState({}, '', '/products?page=2&email=jane@x.org')")
    page.evaluate("history.replaceState({}, '', '/products')")
    page.evaluate("history.replaceState({more: 1}, '', '/products')")  # the same address: no move
    page.click("#hash")
    page.evaluate("history.back()")
    moves = site.wait_custom("playhead.navigate", 4)
    assert [(m["kind"], m["url"].removeprefix(site.url)) for m in moves[:3]] == [
        ("push", "/products?page=2&email=*****"),
        ("replace", "/products"),
        ("hash", "/products#there"),
    ]
    assert len(site.lanes) == 1


def test_console_lines(page, site):
    page.goto(site.page("/", "<button id=b>b</button>"))
    site.wait_custom("playhead.page")
    page.evaluate(
        """() => {
            const circle = {a: 1}; circle.self = circle;
            console.warn('low stock', circle, 12n, undefined, document.querySelector('#b'));
            console.error(new RangeError('too many'));
            console.assert(true, 'silent'); console.assert(false, 'loud');
            console.log({get trap() { throw 1 }});
        }"""
    )
    site.wait(lambda: len(site.plugin("rrweb/console@1")) >= 4, "console lines")
    warn, error, failed, log = site.plugin("rrweb/console@1")
    assert warn["level"] == "warn"
    assert warn["payload"] == ['"low stock"', '{"a":1,"self":"[circular]"}', '"12n"', '"undefined"', '"<button>"']
    assert warn["trace"] and not any("recorder.js" in line for line in warn["trace"])
    assert error["level"] == "error" and "RangeError: too many" in error["payload"][0]
    assert failed == {"level": "assert", "trace": failed["trace"], "payload": ['"loud"']}
    assert log == {"level": "log", "trace": [], "payload": ['{"trap":"[getter failed]"}']}


def test_network_calls(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate(
        """async () => {
            await fetch('/status/402?card=4111', {method: 'post'});
            await fetch(new Request('/status/204', {method: 'DELETE'}));
            await fetch('http://127.0.0.1:1/gone').catch(() => {});
            await new Promise((done) => { const x = new XMLHttpRequest(); x.open('PUT', '/status/500');
                x.onloadend = done; x.send('body') });
            document.body.append(Object.assign(new Image(), {src: '/missing.png'}));
        }"""
    )
    declined, removed = site.wait_call("/status/402"), site.wait_call("/status/204")
    assert (declined["method"], declined["status"], declined["initiatorType"]) == ("POST", 402, "fetch")
    assert declined["name"].endswith("/status/402?card=*****")
    assert declined["endTime"] >= declined["startTime"] and declined["duration"] >= 0
    assert (removed["method"], removed["status"]) == ("DELETE", 204)
    gone = site.wait_call("/gone")
    assert gone["status"] == 0 and "Failed to fetch" in gone["error"]
    put = site.wait_call("/status/500")
    assert (put["method"], put["status"], put["initiatorType"]) == ("PUT", 500, "xmlhttprequest")
    assert site.wait_call("/missing.png")["status"] == 404
    assert not [c for c in site.calls() if "/ingest" in c["name"] or "recorder.js" in c["name"]]
    assert all("equestHeaders" not in key and "Body" not in key for call in site.calls() for key in call)


def test_calls_made_before_the_recorder_came_are_known(page, site):
    page.goto(site.page("/", "<h1>x</h1>", head="<script>fetch('/status/503')</script>"))
    assert site.wait_call("/status/503")["status"] == 503


def test_vitals_visibility_and_the_end(page, site):
    page.goto(site.page("/", "<h1>Large enough to be painted</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate(
        """() => { Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true});
                   document.dispatchEvent(new Event('visibilitychange')) }"""
    )
    assert site.wait_custom("playhead.visibility") == [{"state": "hidden"}]
    vitals = {v["name"]: v["value"] for v in site.wait_custom("playhead.vital", 2)}
    assert {"TTFB", "FCP"} <= set(vitals)
    assert all(0 <= value < 60_000 for value in vitals.values())
    page.evaluate("playhead.stop()")
    assert site.wait_custom("playhead.end") == [{"reason": "stop"}]
    assert site.stored[-1].query["end"] == "1"


def test_identify_and_events(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    page.evaluate(
        """() => { playhead.identify('u-7', {plan: 'pro'}); playhead.event('added', {price: 12.5});
                   const circle = {}; circle.circle = circle; playhead.event('odd', circle);
                   playhead.event('huge', {text: 'x'.repeat(50000)}) }"""
    )
    added, odd, huge = site.wait_custom("playhead.event", 3)
    assert site.custom("playhead.identify") == [{"id": "u-7", "traits": {"plan": "pro"}}]
    assert added == {"name": "added", "props": {"price": 12.5}}
    assert odd == {"name": "odd", "props": None}
    assert huge["props"]["truncated"] > 50_000
    assert not page.errors


def test_a_recording_replays_shadow_roots_and_frames(page, site):
    site.pages["/inner"] = "<!doctype html><body><p>inside the frame</p></body>"
    body = """<div id=host></div><iframe src=/inner></iframe><script>addEventListener('load', () => {
        host.attachShadow({mode: 'open'}).innerHTML = '<p>in the shadow</p>' })</script>"""
    page.goto(site.page("/", body))
    site.wait(lambda: "in the shadow" in str(site.events) and "inside the frame" in str(site.events), "both")
    site.check_lanes()
