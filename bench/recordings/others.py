"""Others: recorders that are not ours, real ones from npm, as other tools put them into pages.

rrweb       bare `@rrweb/record` 2.1, no plugins: neither requests nor errors are recorded
rrweb1      rrweb 1.1.3, of 2022        rrweb2alpha  rrweb 2.0.0-alpha.4, which many products froze on
sentry      @sentry/browser with its replay: console and requests arrive as breadcrumbs and spans, everything masked
posthog     posthog-js with its own rrweb, console and network plugins; batches of `$snapshot` with compressed parts
"""

import gzip
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import install
from playwright.sync_api import BrowserContext, Route

RRWEB = install.ROOT / "ts/node_modules/@rrweb/record/umd/record.min.js"
PACKAGES = ("rrweb@1.1.3", "rrweb-alpha@npm:rrweb@2.0.0-alpha.4", "@sentry/browser@10", "posthog-js@1.449.2")
NAMES = ("rrweb", "rrweb1", "rrweb2alpha", "sentry", "posthog")
# What a recorder of this name never hears of: true all the same, but not to be found.
UNHEARD = {
    "rrweb": ("network_error", "js_error"),
    "rrweb1": ("network_error", "js_error"),
    "rrweb2alpha": ("network_error", "js_error"),
    "sentry": ("js_error",),
}

_ONCE = """
(() => {
  if (window !== window.top || !location.protocol.startsWith("http")) return;
  const begin = () => { %s };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", begin) : begin();
})();
"""
_RRWEB = """
%(library)s
;const it = typeof rrwebRecord !== "undefined" ? rrwebRecord : typeof rrweb !== "undefined" ? rrweb : window.rrweb;
(it.record ?? it)({
  emit: (event) => window.playheadKeep(JSON.stringify(event)),
  maskAllInputs: false, recordCanvas: %(canvas)s,
});
"""
_SENTRY = """
import * as Sentry from "@sentry/browser";
Sentry.init({
  dsn: "https://key@sentry.invalid/1", replaysSessionSampleRate: 1,
  integrations: [Sentry.replayIntegration({useCompression: false, minReplayDuration: 0, %s})],
  transport: (options) => Sentry.createTransport(options, async (request) => {
    window.playheadKeep(typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body));
    return {statusCode: 200};
  }),
});
window.playheadFlush = () => Sentry.getReplay().flush();
"""
_POSTHOG = """
import posthog from "posthog-js/dist/module.full.no-external";
posthog.init("phc_key", {
  api_host: location.origin + "/posthog", opt_out_useragent_filter: true, autocapture: false,
  persistence: "localStorage", session_recording: {maskAllInputs: false},
  loaded: (it) => { if (it.sessionRecording) it.sessionRecording._forceAllowLocalhostNetworkCapture = true; },
});
"""
_POSTHOG_CONFIG = {
    "sessionRecording": {"endpoint": "/s/", "consoleLogRecordingEnabled": True, "recorderVersion": "v2"},
    "capturePerformance": {"network_timing": True, "web_vitals": False},
    "supportedCompression": ["gzip", "gzip-js"],
    "hasFeatureFlags": False,
}


class Other:
    """One of these recorders in a browser context; `events` fills while the visit goes on."""

    def __init__(self, context: BrowserContext, name: str, *, canvas: bool, masked: bool) -> None:
        self.events: list[Any] = []
        self._name = name
        home = Path(os.environ.get("PLAYHEAD_APPS") or tempfile.gettempdir()) / "recorders"
        keep = self._keep_envelope if name == "sentry" else self._keep_event
        context.expose_binding("playheadKeep", lambda _, text: keep(text))
        if name == "rrweb":
            source = _RRWEB % {"library": RRWEB.read_text(), "canvas": json.dumps(canvas)}
        elif name in ("rrweb1", "rrweb2alpha"):
            package = "rrweb" if name == "rrweb1" else "rrweb-alpha"
            library = install.npm(home, *PACKAGES) / package / "dist/rrweb.min.js"
            source = _RRWEB % {"library": library.read_text(), "canvas": json.dumps(canvas)}
        elif name == "sentry":
            install.npm(home, *PACKAGES)
            options = "" if masked else "maskAllText: false, maskAllInputs: false, blockAllMedia: false"
            source = (install.bundle(home, _SENTRY % options, name="sentry", loader="js") / "sentry.js").read_text()
        else:
            install.npm(home, *PACKAGES)
            source = (install.bundle(home, _POSTHOG, name="posthog", loader="js") / "posthog.js").read_text()
            context.route("**/posthog/**", self._posthog)
        context.add_init_script(_ONCE % source)

    def finish(self, context: BrowserContext) -> list[Any]:
        """Have the recorder say what it still holds; returns all it said."""
        if self._name == "sentry":
            for tab in context.pages:
                tab.evaluate("window.playheadFlush?.()")
                tab.wait_for_timeout(1500)
        if self._name == "posthog":
            context.pages[-1].wait_for_timeout(3500)
        return self.events

    def _keep_event(self, text: str) -> None:
        self.events.append(json.loads(text))

    def _keep_envelope(self, text: str) -> None:
        lines = text.split("\n")
        for at, line in enumerate(lines[:-1]):
            if line.startswith('{"segment_id":') and lines[at + 1].startswith("["):
                self.events.extend(json.loads(lines[at + 1]))

    def _posthog(self, route: Route) -> None:
        path = route.request.url.partition("/posthog")[2]
        if path.startswith("/s/"):
            body = route.request.post_data_buffer or b""
            said = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
            self.events.extend(said if isinstance(said, list) else [said])
            route.fulfill(status=200, content_type="application/json", body='{"status": 1}')
        elif path.startswith("/flags") or path.endswith("/config"):
            answer = {**_POSTHOG_CONFIG, "flags": {}, "errorsWhileComputingFlags": False}
            route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))
        elif path.endswith("/config.js"):
            script = f'(window._POSTHOG_REMOTE_CONFIG ||= {{}})["phc_key"] = {{config: {json.dumps(_POSTHOG_CONFIG)}}};'
            route.fulfill(status=200, content_type="text/javascript", body=script)
        else:
            route.fulfill(status=200, content_type="application/json", body="{}")
