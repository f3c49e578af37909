"""Planted secrets, recorded by unmodified posthog-js and @sentry/browser: none on the disk, in the index or the log."""

import contextlib
import time

import pytest

from tests.browser.foreign.conftest import ask, wait_trace
from tests.browser.recorder.test_recorder_planted import DERIVED, settings, wait_until_scrubbed, watched
from tests.planted import ACT, BODY, HEAD, JWT, MAIL, NOTE, PASSWORD, SECRETS, TYPED, Heard, fill, found_in, get, leaks

POSTHOG = f"""
import posthog from 'posthog-js';
posthog.init('demo', {{api_host: 'SERVER', opt_out_useragent_filter: true, loaded: (ph) => {{
  if (ph.sessionRecording) ph.sessionRecording._forceAllowLocalhostNetworkCapture = true; window.ph = ph; }}}});
window.own = () => {{ ph.capture('order of {MAIL}', {{mail: '{MAIL}', secret: 'vault-4711'}});
  ph.identify('u-7', {{plan: 'gold', password: '{PASSWORD}', jwt: '{JWT}'}}); }};
window.ready = () => window.ph?.sessionRecordingStarted?.();
"""
SENTRY = f"""
import * as Sentry from '@sentry/browser';
Sentry.init({{dsn: 'DSN', replaysSessionSampleRate: 1, replaysOnErrorSampleRate: 1,
  integrations: [Sentry.replayIntegration({{maskAllText: false, blockAllMedia: false, minReplayDuration: 0,
    networkDetailAllowUrls: [/./], networkRequestHeaders: ['Authorization', 'X-Api-Key'],
    flushMinDelay: 500, flushMaxDelay: 900}})]}});
Sentry.setUser({{id: 'u-8', plan: 'gold', password: '{PASSWORD}', jwt: '{JWT}'}});
window.own = () => Sentry.addBreadcrumb({{category: 'order', message: 'of {MAIL}', data: {{secret: 'vault-4711'}}}});
window.ready = () => window.__SENTRY__;
"""
# with its text masks off, Sentry records what is typed into an editable region: on a standard site that is text
TEXT = {("sentry", "standard"): (NOTE, TYPED)}


@pytest.fixture
def heard(tmp_path):
    running = Heard(tmp_path / "data", "--log-level", "debug").start()
    yield running
    running.kill()


@pytest.mark.parametrize("privacy", ["standard", "strict"])
@pytest.mark.parametrize("product", ["posthog", "sentry"])
def test_none_is_found_anywhere(page, host, bundle, heard, product, privacy):
    server, during = heard, []
    secrets = tuple(one for one in SECRETS if one not in TEXT.get((product, privacy), ()))
    settings(server, privacy=privacy)
    dsn = server.url.replace("://", "://demo@") + "/1"
    script = bundle({"posthog": POSTHOG, "sentry": SENTRY}[product].replace("SERVER", server.url).replace("DSN", dsn))
    address = host.page("/", BODY, script)
    host.files["/"] = (host.files["/"][0], host.files["/"][1].replace("<head>", f"<head>{HEAD}", 1))
    with watched(server.data, during, secrets) if privacy == "strict" else contextlib.nullcontext():
        page.goto(address)
        page.wait_for_function("window.ready()", timeout=20_000)
        fill(page)
        page.evaluate(ACT)
        page.evaluate("own()")
        page.wait_for_timeout(3_500)
        page.goto("about:blank")
        trace = wait_trace(
            server, lambda found: any((act["target"] or {}).get("name") == "Order" for act in found["interactions"])
        )
    assert during == []
    for path in [*(f"/api/sessions/{trace['id']}{part}" for part in (*DERIVED, "/export.html")), "/api/sessions"]:
        assert found_in(get(server, path), secrets) == [], path
    told = get(server, f"/api/sessions/{trace['id']}/events")
    assert "Orders" in told and "console" in told, "it was recorded at all"
    assert {"posthog": "order of", "sentry": "gold"}[product] in told
    assert ask(server, "/api/sessions?q=lovelace")["sessions"] == []
    time.sleep(5.5)  # it says no goodbye: it is over when nothing more comes
    wait_until_scrubbed(server.data)
    assert leaks(server.data, secrets) == []
    assert found_in(server.stop(), secrets) == []
    assert leaks(server.data, secrets) == []
