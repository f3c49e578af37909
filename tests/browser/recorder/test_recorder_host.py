"""The host page does not notice: its own calls behave as before, and nothing the recorder meets throws into it."""

import gzip

import pytest

from tests.browser.recorder.conftest import RECORDER

BUDGET_BYTES = 30 * 1024


def test_the_bundle_fits_its_budget():
    size = len(gzip.compress(RECORDER.read_bytes(), 9))
    assert size <= BUDGET_BYTES, f"recorder.js is {size} bytes gzip"


def test_fetch_behaves_as_before(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    seen = page.evaluate(
        """async () => {
            const out = {};
            const response = await fetch('/status/200');
            out.body = await response.json();
            out.url = response.url;
            const stream = new ReadableStream({start(c) { c.enqueue(new TextEncoder().encode('x')); c.close() }});
            out.stream = await fetch('/status/200', {method: 'POST', body: stream, duplex: 'half'})
                .then((r) => r.status, (e) => e.name);
            out.locked = stream.locked;
            const abort = new AbortController(); const hanging = fetch('/status/200', {signal: abort.signal});
            abort.abort(); out.aborted = await hanging.catch((e) => e.name);
            out.broken = await fetch('http://user:pass@127.0.0.1/').catch((e) => e.name);
            const handled = fetch('http://127.0.0.1:1/'); await handled.catch(() => {});
            return out;
        }"""
    )
    assert seen["body"] == {"said": "so"} and seen["url"].endswith("/status/200")
    assert seen["aborted"] == "AbortError" and seen["broken"] == "TypeError"
    assert seen["stream"] in (200, "TypeError")  # HTTP/1.1 has no streaming uploads; the error is the browser's own
    page.evaluate("0")
    assert page.errors == []
    page.evaluate("void fetch('http://127.0.0.1:1/unhandled')")
    (rejection,) = site.wait_custom("playhead.error")
    assert rejection["kind"] == "unhandledrejection"
    page.evaluate("0")
    assert len(page.errors) == 1


def test_xhr_behaves_as_before(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    seen = page.evaluate(
        """() => {
            const out = [];
            const sync = new XMLHttpRequest(); sync.open('GET', '/status/200', false); sync.send();
            out.push(sync.status, sync.responseText);
            for (const args of [['CONNECT', '/'], ['GET', 'http://[bad']]) {
                try { new XMLHttpRequest().open(...args); out.push('opened') } catch (e) { out.push(e.name) } }
            try { new XMLHttpRequest().send() } catch (e) { out.push(e.name) }
            return out;
        }"""
    )
    assert seen == [200, '{"said":"so"}', "SecurityError", "SyntaxError", "InvalidStateError"]


def test_history_and_console_keep_their_manners(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    lines = []
    page.on("console", lambda message: lines.append(message.text))
    seen = page.evaluate(
        """() => {
            let error; try { history.pushState({}, '', 'http://elsewhere.example/') } catch (e) { error = e.name }
            history.pushState({n: 1}, '', '/next');
            const { log } = console; log('detached');
            console.log({toJSON() { throw new Error('trap') }});
            return [error, history.state.n, history.length > 1];
        }"""
    )
    assert seen == ["SecurityError", 1, True]
    assert lines[0] == "detached" and len(lines) == 2


def test_stop_puts_everything_back(page, site):
    page.goto(site.page("/", "<h1>x</h1>", start="manual"))
    page.wait_for_function("window.playhead?.version")
    names = """[window.fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, History.prototype.pushState,
                console.log, console.error, Element.prototype.attachShadow, CSSStyleSheet.prototype.insertRule,
                Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set]"""
    page.evaluate(f"window.before = {names}")
    page.evaluate("playhead.start()")
    site.wait_custom("playhead.page")
    page.evaluate("playhead.stop()")
    assert page.evaluate(f"{names}.map((now, index) => now === window.before[index])") == [True] * 9


def test_a_wrapper_around_ours_survives_stop(page, site):
    page.goto(site.page("/", "<h1>x</h1>"))
    site.wait_custom("playhead.page")
    status = page.evaluate(
        """async () => { const ours = window.fetch; let calls = 0;
            window.fetch = (...args) => { calls++; return ours(...args) };
            await playhead.stop(); const { status } = await fetch('/status/200'); return [status, calls] }"""
    )
    assert status == [200, 1]


@pytest.mark.parametrize(
    "sabotage",
    [
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})",
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
        "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('no', 'SecurityError') }})",
        "indexedDB.open = () => { throw new Error('no') }",
        "delete window.CompressionStream",
        "delete window.PerformanceObserver",
        "Object.defineProperty(navigator, 'locks', {value: undefined})",
        "Array.prototype.toJSON = () => 'prototype.js was here'",
        "Object.prototype.polluted = {enumerable: true}",
        "Element.prototype.closest = () => { throw new Error('no') }",
        "console.log = console.warn = undefined",
        "JSON.parse = () => { throw new Error('no') }",
    ],
    ids=lambda code: code[:40],
)
def test_a_hostile_page_is_none_the_worse(page, site, sabotage):
    page.goto(
        site.page(
            "/", "<button id=b onclick='done.textContent=1'>b</button><p id=done></p>", f"<script>{sabotage}</script>"
        )
    )
    page.wait_for_function("window.playhead?.version")
    page.click("#b")
    page.evaluate("playhead.event('x'); playhead.identify('y'); void playhead.stop()")
    assert page.text_content("#done") == "1"
    assert page.errors == []


def test_a_page_without_storage_is_recorded(page, site):
    head = """<script>for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }})</script>"""
    page.goto(site.page("/", "<h1>x</h1>", head))
    site.wait_custom("playhead.page")
    page.evaluate("playhead.event('x')")
    site.wait_custom("playhead.event")
    assert page.evaluate("playhead.stop()")["delivered"] is True
    site.check_lanes()


@pytest.mark.parametrize(
    "attributes", ["", "data-site=''", "data-site='no spaces please'", "data-site=s data-server='http://['"]
)
def test_a_wrong_tag_says_so_and_does_nothing(page, site, attributes):
    said = []
    page.on("console", lambda message: said.append(message.text))
    site.pages["/"] = f"<!doctype html><title>t</title><script src=/recorder.js {attributes}></script><p>x"
    page.goto(site.url + "/")
    assert len(said) == 1 and said[0].startswith("Playhead does not record: ")
    assert not [path for path in site.requests if "/ingest" in path]
    assert page.errors == []


def test_a_huge_page_is_recorded(page, site):
    """20,000 elements 300 deep here and there: no exception, one snapshot, the page still answers."""
    script = """<script>for (let i = 0; i < 20000; i++) document.body.append(Object.assign(document.createElement('p'),
        {textContent: 'row ' + i})); let at = document.body;
        for (let i = 0; i < 300; i++) { const next = document.createElement('div'); at.append(next); at = next }
        </script>"""
    page.goto(site.page("/", script))
    site.wait_custom("playhead.page")
    site.check_lanes()
    assert page.errors == []


def test_a_strict_style_policy_is_not_violated(page, site):
    """Styles set by script are allowed under it; noting what they were before must be, too."""
    policy = "<meta http-equiv='Content-Security-Policy' content=\"style-src 'self'\">"
    watch = (
        "<script>window.violations = []; addEventListener('securitypolicyviolation', "
        "(e) => violations.push(e.violatedDirective))</script>"
    )
    long = "p.style.cssText = 'color: red; left: 1px; top: 2px; font-size: 20px; background-color: rgb(1, 2, 3)'"
    page.goto(site.page("/", "<p id=p>x</p>", head=policy + watch))
    site.wait_custom("playhead.page")
    for script in (long, "p.style.color = ''", "playhead.event('done')"):
        page.evaluate(f"() => {{ const p = document.getElementById('p'); {script} }}")
    site.wait_custom("playhead.event")
    assert page.evaluate("violations") == []
    styles = [a["attributes"]["style"] for e in site.events if e["type"] == 3 for a in e["data"].get("attributes", [])]
    assert {"color": False} in styles  # what was taken away is known only by comparison


def test_its_requests_are_read_to_the_end(page, site):
    """An answer nobody reads is a cancelled request in the developer tools, and a connection that is not used again."""
    cancelled = []
    page.on("requestfailed", lambda request: cancelled.append(request.failure))
    with page.expect_event("requestfinished", lambda request: "/ingest" in request.url):
        page.goto(site.page("/", "<h1>x</h1>"))
    with page.expect_event("requestfinished", lambda request: "/ingest" in request.url):
        page.evaluate("playhead.event('one')")
    assert cancelled == []
