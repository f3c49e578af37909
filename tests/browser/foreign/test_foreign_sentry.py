"""An unmodified @sentry/browser with replayIntegration records into Playhead."""

import json

from tests.browser.foreign.conftest import ask, wait_trace

BODY = """<h1>Shop</h1>
<input id=mail><button id=pay onclick="said.textContent='Paid, thank you'">Pay now</button><p id=said></p>

<button id=fail onclick="setTimeout(() => { throw new TypeError('no stock left') })">Break</button>
<a id=next href="/two">Next</a>"""
APP = """
import * as Sentry from '@sentry/browser';
Sentry.init({dsn: '%s', replaysSessionSampleRate: 1, replaysOnErrorSampleRate: 1,
  integrations: [Sentry.replayIntegration({maskAllText: false, blockAllMedia: false, minReplayDuration: 0,
    flushMinDelay: 500, flushMaxDelay: 900})]});
window.sentry = Sentry;
Sentry.setUser({id: 'u-8', plan: 'gold'});
"""


def test_sentry_replay_records_a_visit_of_two_pages(page, server, host, bundle):
    script = bundle(APP % (server.url.replace("://", "://demo@") + "/1"))
    host.page("/two", "<h1>Second page</h1><button id=more>More</button>", script)
    page.goto(host.page("/", BODY, script))
    page.type("#mail", "planted@example.org")
    page.click("#pay")
    page.wait_for_timeout(1_500)
    page.click("#fail")
    page.evaluate("sentry.getReplay().flush()")
    page.wait_for_timeout(1_000)
    page.click("#next")
    page.wait_for_selector("#more")
    page.click("#more")
    page.wait_for_timeout(1_500)
    page.evaluate("sentry.getReplay().flush()")
    page.wait_for_timeout(1_000)
    trace = wait_trace(
        server,
        lambda found: (
            {"Pay now", "More"} <= {(act["target"] or {}).get("name") for act in found["interactions"]}
            and "no stock left" in json.dumps(found)
        ),
    )
    pay = next(act for act in trace["interactions"] if (act["target"] or {}).get("name") == "Pay now")
    assert any("Paid, thank you" in str(effect) for effect in pay["effects"])
    assert len(trace["session"]["pages"]) >= 2
    assert any("error" in signal["kind"] for signal in trace["signals"]), trace["signals"]
    events = json.dumps(ask(server, f"/api/sessions/{trace['id']}/events"))
    assert "planted@" not in events
    row = next(row for row in ask(server, "/api/sessions")["sessions"] if row["id"] == trace["id"])
    assert "u-8" in json.dumps(row)
    assert page.errors == ["no stock left"]  # the page's own
