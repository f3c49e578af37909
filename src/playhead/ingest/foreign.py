"""ForeignApp: the addresses that posthog-js and @sentry/browser speak to, as a bare ASGI application.

PostHog   GET /array/KEY/config(.js), POST /flags/ and /decide/, GET /static/VERSION/SCRIPT.js and /static/array.js,
          POST /e/, /i/v0/e/, /capture/, /batch/, /s/
Sentry    POST /api/PROJECT/envelope/ (PROJECT is any number; the public key in the DSN is the site's key)
Open to every origin, as /ingest is: the key may only write.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from playhead.ingest import posthog, sentry
from playhead.ingest.app import IngestApp, Scope, Send
from playhead.ingest.drops import Dropped, DropReason
from playhead.ingest.reading import BodyReader, Gone, Receive
from playhead.static_files import read_static
from playhead.store.recording_rules import RecordingRules

_CAPTURE: Final = re.compile(r"/(?:e|s|capture|batch|track|i/v0/e)/?")
_FLAGS: Final = re.compile(r"/(?:flags|decide)/?")
_CONFIG: Final = re.compile(r"/array/([A-Za-z0-9_-]{1,64})/config(\.js)?")
_SCRIPT: Final = re.compile(
    r"/static/(?:(?:\d[\w.-]{0,30}/)?((?:lazy-|posthog-)?recorder|exception-autocapture)|(array)|\d[\w.-]{0,30}/[a-z-]{1,40})\.js"
)
_ENVELOPE: Final = re.compile(r"/api/\d{1,20}/envelope/?")
_CORS: Final = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"content-type, content-encoding, authorization, x-sentry-auth, sentry-trace, baggage",
    ),
    (b"access-control-max-age", b"86400"),
]
_ROUTES: Final = (_CAPTURE, _FLAGS, _CONFIG, _SCRIPT, _ENVELOPE)
MASKED: Final = ("[contenteditable]", "[data-playhead-mask]", ".rr-mask", ".ph-mask")
BLOCKED: Final = ("[data-playhead-block]", ".rr-block", ".ph-no-capture")
_JSON: Final = b"application/json"
_JS: Final = b"text/javascript; charset=utf-8"


def is_foreign(path: str) -> bool:
    """Return whether another product's recorder speaks to this path."""
    return any(route.fullmatch(path) for route in _ROUTES)


class ForeignApp:
    def __init__(self, ingest: IngestApp, scripts: Path) -> None:
        """`scripts`: where the build put posthog-js's own files (`posthog-*.js`)."""
        self._ingest, self._scripts = ingest, scripts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        origin = dict(scope["headers"]).get(b"origin", b"*")
        if method == "OPTIONS":
            await _answer(send, 204, _JSON, b"", origin)
        elif script := _SCRIPT.fullmatch(path):
            accepted = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
            await self._script(script, send, origin, accepted)
        elif config := _CONFIG.fullmatch(path):
            await self._config(config[1], bool(config[2]), send, origin)
        elif _FLAGS.fullmatch(path):
            await BodyReader(receive, self._ingest.held).drain()
            await _answer(send, 200, _JSON, msgspec.json.encode(FLAGS_ANSWER), origin)
        elif method == "POST":
            await self._post(scope, receive, send, origin)
        else:
            await _answer(send, 405, _JSON, b'{"error":"method_not_allowed","detail":"POST","status":405}', origin)

    async def _script(self, found: re.Match[str], send: Send, origin: bytes, accepted: str) -> None:
        name = found[1] or found[2]
        if name and name.endswith("recorder"):
            name = "lazy-recorder"  # the others are its older names
        body = b"/* not part of session recording */"
        packing: Mapping[str, str] = {}
        with contextlib.suppress(OSError):
            script = await asyncio.to_thread(read_static, self._scripts / f"posthog-{name}.js")
            body, packing = script.body_for(accepted)
        await _answer(send, 200, _JS, body, origin, cache=b"public, max-age=3600", packing=packing)

    async def _config(self, key: str, as_script: bool, send: Send, origin: bytes) -> None:
        settings = await asyncio.to_thread(self._ingest.sites.get, key)
        if settings is None:
            detail = f"there is no site with the key {key!r}"
            await _answer(send, 404, _JSON, msgspec.json.encode({"error": "unknown_site", "detail": detail}), origin)
            return
        config = msgspec.json.encode({"token": key, **config_of(settings.recording)})
        if as_script:
            name = msgspec.json.encode(key)
            config = (
                b"(function(){var c=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};c["
                + name + b"]={config:" + config + b",siteApps:[]}})();"
            )  # fmt: skip
        await _answer(send, 200, _JS if as_script else _JSON, config, origin, cache=b"public, max-age=60")

    async def _post(self, scope: Scope, receive: Receive, send: Send, origin: bytes) -> None:
        reader = BodyReader(receive, self._ingest.held)
        counters = self._ingest.counters
        try:
            body = await reader.read()
        except Gone:
            counters.dropped[DropReason.CUT_SHORT] += 1
            return
        result = body if isinstance(body, Dropped) else await self._take(scope, body)
        if isinstance(result, Dropped):
            counters.dropped[result.reason] += 1
            await reader.drain()
            problem = {"error": result.reason.value, "detail": result.detail, "status": result.status}
            await _answer(send, result.status, _JSON, msgspec.json.encode(problem), origin)
        else:
            await _answer(send, 200, _JSON, result, origin)

    async def _take(self, scope: Scope, body: bytes) -> bytes | Dropped:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=64))
        now_ms = self._ingest.now_ms()
        if _CAPTURE.fullmatch(scope["path"]):
            captured = await asyncio.to_thread(posthog.read_capture, query, body, now_ms=now_ms)
            answer = b'{"status":"Ok"}'
        else:
            captured = await asyncio.to_thread(_sentry, query, dict(scope["headers"]), body, now_ms)
            answer = b"{}"
        if isinstance(captured, Dropped):
            return captured
        self._ingest.counters.dropped[DropReason.NOT_RECORDED] += captured.ignored
        for batch in captured.batches:
            if batch.facts.site not in self._ingest.sites:
                return Dropped(DropReason.UNKNOWN_SITE, f"there is no site with the key {batch.facts.site[:64]!r}")
            kept = await self._ingest.keep(batch)
            if isinstance(kept, Dropped):
                return kept
        return answer


def config_of(rules: RecordingRules) -> dict[str, object]:
    """Return what posthog-js is told, with what the site's own rules want masked and blocked; what is typed into a page
    that is its own field is masked as in fields. `:is` leaves out selectors that a browser does not understand."""
    masking: dict[str, object] = {
        "maskAllInputs": True,
        "maskTextSelector": f":is({', '.join((*MASKED, *rules.mask))})",
        "blockSelector": f":is({', '.join((*BLOCKED, *rules.block))})",
    }
    return {**CONFIG_ANSWER, "sessionRecording": {**_RECORDING, "masking": masking}}


def _sentry(query: Mapping[str, str], headers: Mapping[bytes, bytes], body: bytes, now_ms: int) -> Any:
    text = sentry.plain(body)
    if isinstance(text, Dropped):
        return text
    said = re.search(rb"sentry_key=(\w+)", headers.get(b"x-sentry-auth", b""))
    key = query.get("sentry_key") or (said[1].decode() if said else "") or sentry.key_of(text)
    return sentry.read_envelope(key, text, now_ms=now_ms)


async def _answer(
    send: Send,
    status: int,
    kind: bytes,
    body: bytes,
    origin: bytes,
    *,
    cache: bytes = b"no-store",
    packing: Mapping[str, str] | None = None,
) -> None:
    headers = [(b"access-control-allow-origin", origin), (b"vary", b"origin"), *_CORS, (b"cache-control", cache)]
    headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    headers.append((b"x-content-type-options", b"nosniff"))
    headers += [(name.encode(), value.encode()) for name, value in (packing or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_RECORDING: Final[dict[str, object]] = {
    "endpoint": "/s/",
    "consoleLogRecordingEnabled": True,
    "recorderVersion": "v2",
    "sampleRate": None,
    "minimumDurationMilliseconds": None,
    "linkedFlag": None,
    "networkPayloadCapture": {"recordBody": False, "recordHeaders": False},
    "masking": {"maskAllInputs": True},
    "urlTriggers": [],
    "urlBlocklist": [],
    "eventTriggers": [],
    "scriptConfig": {"script": "lazy-recorder"},
}
CONFIG_ANSWER: Final[dict[str, object]] = {
    "supportedCompression": ["gzip", "gzip-js"],
    "hasFeatureFlags": False,
    "captureDeadClicks": False,
    "capturePerformance": {"network_timing": True, "web_vitals": False},
    "autocapture_opt_out": True,
    "autocaptureExceptions": False,
    "errorTracking": {"autocaptureExceptions": True, "suppressionRules": []},
    "analytics": {"endpoint": "/i/v0/e/"},
    "elementsChainAsString": True,
    "sessionRecording": _RECORDING,
    "heatmaps": False,
    "surveys": False,
    "defaultIdentifiedOnly": True,
    "siteApps": [],
}
FLAGS_ANSWER: Final[dict[str, object]] = {
    **CONFIG_ANSWER,
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
    "quotaLimited": [],
}
