"""An unmodified posthog-js records into Playhead."""

import json
import urllib.request

import pytest

from tests.browser.foreign.conftest import ask, wait_trace

BODY = """<h1>Shop</h1>
<input id=mail><input type=password id=pw><button id=pay onclick="said.textContent='Paid, thank you'">
Pay now</button><p id=said></p><a id=next href="/two">Next page</a>"""
APP = """
import posthog from 'posthog-js';
posthog.init('demo', {api_host: '%s', opt_out_useragent_filter: true, capture_pageview: true, loaded: (ph) => {
  if (ph.sessionRecording) ph.sessionRecording._forceAllowLocalhostNetworkCapture = true; window.ph = ph; }});
"""


def clicks(trace: dict) -> list[str]:
    return [found["target"]["name"] for found in trace["interactions"] if found["kind"] == "click"]


@pytest.fixture
def shop(host, bundle, server):
    script = bundle(APP % server.url)
    host.page("/two", "<h1>Second page</h1><button id=more>More</button>", script)
    return host.page("/", BODY, script)


def test_posthog_js_records_a_visit_of_two_pages(page, server, shop):
    page.goto(shop)
    page.wait_for_function("window.ph?.sessionRecordingStarted?.()", timeout=20_000)
    page.evaluate("ph.identify('u-7', {plan: 'gold'}); ph.capture('order placed', {total: 12})")
    page.type("#mail", "planted@example.org")
    page.click("#pay")
    page.evaluate("console.error('stock is empty')")
    page.wait_for_timeout(2_500)
    page.click("#next")
    page.wait_for_function("window.ph?.sessionRecordingStarted?.()", timeout=20_000)
    page.click("#more")
    page.wait_for_timeout(2_500)
    page.goto("about:blank")
    trace = wait_trace(server, lambda found: {"Pay now", "More"} <= set(clicks(found)))
    pay = next(act for act in trace["interactions"] if (act["target"] or {}).get("name") == "Pay now")
    assert any("Paid, thank you" in str(effect) for effect in pay["effects"])
    urls = [found["url"] for found in trace["session"]["pages"]]
    assert len(urls) >= 2
    assert urls[-1].endswith("/two")
    events = json.dumps(ask(server, f"/api/sessions/{trace['id']}/events"))
    assert "planted@" not in events
    assert '"cv"' not in events  # uncompressed, so that it could be scrubbed
    assert "order placed" in events
    assert "stock is empty" in events
    row = next(row for row in ask(server, "/api/sessions")["sessions"] if row["id"] == trace["id"])
    assert "u-7" in json.dumps(row)
    metrics = urllib.request.urlopen(f"{server.url}/metrics").read().decode()
    assert 'reason="not_recorded"' in metrics
    assert not page.errors


def test_an_unknown_key_is_told_and_breaks_nothing(page, server, host, bundle):
    page.goto(host.page("/", BODY, bundle((APP % server.url).replace("'demo'", "'nobody'"))))
    page.wait_for_timeout(2_000)
    page.click("#pay")
    assert page.inner_text("#said") == "Paid, thank you"
    assert ask(server, "/api/sessions")["sessions"] == []
    assert not page.errors
