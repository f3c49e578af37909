"""Requests a recording tells of: rrweb's network plugin (PostHog's too), Sentry's performance spans.

Units   `t_ms`, `end_ms`: ms since the Unix epoch; plugin entries count from their page's start, which is worked out
        from the earliest moment at which any of them could have been reported
Errors  none: what cannot be read is left out, hostile sizes are cut (MAX_REQUESTS a page)
"""

from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec

from playhead.core.visit.exchange import Exchange, exchange_of_entry, exchange_of_span, with_response_body
from playhead.core.words import words

MAX_REQUESTS: Final = 20_000  # per page load; a page that makes more is a poller whose later requests say nothing new
MAX_URL: Final = 2_000  # characters
EPOCH_MS: Final = 1e11  # smaller numbers count from the page's start, larger ones from 1970
DATA_INITIATORS: Final = frozenset(("fetch", "xmlhttprequest", "xhr"))
BEACON_INITIATORS: Final = frozenset(("beacon", "ping"))
DOCUMENT_INITIATORS: Final = frozenset(("navigation",))
# Measuring services: what they answer is never the visitor's trouble.
TELEMETRY_HOSTS: Final = words(
    "google-analytics.com googletagmanager.com doubleclick.net googleadservices.com googlesyndication.com segment.io "
    "segment.com mixpanel.com amplitude.com hotjar.com hotjar.io fullstory.com clarity.ms sentry.io posthog.com "
    "datadoghq.com datadoghq.eu browser-intake-datadoghq.com nr-data.net newrelic.com facebook.com facebook.net "
    "bat.bing.com licdn.com ads.linkedin.com analytics.tiktok.com plausible.io matomo.cloud umami.is "
    "cloudflareinsights.com bugsnag.com rollbar.com logrocket.io logrocket.com lr-ingest.io heapanalytics.com "
    "heap.io optimizely.com statsigapi.net openreplay.com mouseflow.com smartlook.com pendo.io"
)
TELEMETRY_PATHS: Final = frozenset(
    ("/ingest", "/collect", "/g/collect", "/telemetry", "/rum", "/_vercel/insights", "/cdn-cgi/rum")
)


class Request(msgspec.Struct, gc=False):
    """One request; `status` None where the recording does not know it, `failed` where it got no answer at all."""

    t_ms: float
    end_ms: float
    url: str
    path: str
    method: str = ""
    status: int | None = None
    failed: bool = False
    duration_ms: float | None = None
    initiator: str = ""  # as the browser says: fetch, xmlhttprequest, img, navigation, …
    kind: str = "resource"  # data · document · beacon · resource
    telemetry: bool = False
    page: str = ""
    exchange: Exchange | None = None  # only where a reader asked for it

    @property
    def bad(self) -> bool:
        return self.failed or (self.status is not None and self.status >= 400)


class _Entry(msgspec.Struct, gc=False):
    """One request as a plugin wrote it, before the page's start is known."""

    seen_ms: float
    start: float
    end: float
    fields: Request


class Requests:
    """The requests of one page load, in the order in which they were reported."""

    __slots__ = ("_asked", "_entries", "_exchanges", "_origin", "began_ms", "cut", "page_url", "seen")

    def __init__(self, *, exchanges: bool = False) -> None:
        """`exchanges`: keep headers and bodies, too."""
        self._exchanges = exchanges
        self._asked: dict[tuple[str, Any], Request] = {}  # by address and start, for bodies that come later
        self._entries: list[_Entry] = []
        self._origin: float | None = None
        self.began_ms: float | None = None  # when the page was asked for, where an entry tells both of its clocks
        self.page_url = ""
        self.seen = False  # the recorder watches the network
        self.cut = 0

    def add_plugin(self, payload: Any, *, seen_ms: float, page: str = "") -> None:
        """Read `payload.requests[]` of `rrweb/network@1`."""
        self.seen = True
        listed: Any = cast(dict[str, Any], payload).get("requests") if isinstance(payload, dict) else None
        if not isinstance(listed, list):
            return
        for item in cast(list[Any], listed):
            if isinstance(item, dict):
                self._add_entry(cast(dict[str, Any], item), seen_ms, page)

    def add_span(self, payload: Any, *, page: str = "") -> None:
        """Read one Sentry `performanceSpan` (times in seconds)."""
        if not isinstance(payload, dict):
            return
        span = cast(dict[str, Any], payload)
        op = _text(span.get("op"))
        if not op.startswith("resource.") and not op.startswith("navigation."):
            return
        self.seen = True
        start, end = _number(span.get("startTimestamp")), _number(span.get("endTimestamp"))
        url = _text(span.get("description"))
        if start is None or not url:
            return
        start_ms = start * 1000 if start < EPOCH_MS else start
        end_ms = start_ms if end is None else (end * 1000 if end < EPOCH_MS else end)
        data = span.get("data")
        facts = cast(dict[str, Any], data) if isinstance(data, dict) else {}
        initiator = {"resource.fetch": "fetch", "resource.xhr": "xmlhttprequest"}.get(op, op.partition(".")[2])
        if op.startswith("navigation."):
            initiator = "navigation"
        fields = self._request(url, initiator, _text(facts.get("method")), _status(facts.get("statusCode")), page)
        fields.failed = fields.kind == "data" and facts.get("statusCode") == 0
        fields.exchange = exchange_of_span(facts) if self._exchanges else None
        self._keep(_Entry(end_ms, start_ms, end_ms, fields))

    def add_body(self, payload: dict[str, Any]) -> None:
        """Read one `playhead.body`: the answer's body of a request told before, by its name and timestamp."""
        asked = self._asked.get((_text(payload.get("name")), _number(payload.get("timestamp"))))
        if asked and asked.exchange:
            asked.exchange = with_response_body(asked.exchange, payload.get("responseBody"))

    def settled(self, *, start_ms: float) -> list[Request]:
        """Return the requests in time order, each placed on the clock of the recording."""
        origin = self._origin if self._origin is not None else self._guess_origin(start_ms)
        for entry in self._entries:
            request = entry.fields
            at, end = entry.start, entry.end
            request.t_ms = at if at >= EPOCH_MS else origin + at
            request.end_ms = end if end >= EPOCH_MS else origin + end
            if request.end_ms < request.t_ms:
                request.end_ms = request.t_ms
            if request.duration_ms is None:
                request.duration_ms = request.end_ms - request.t_ms
        return sorted((entry.fields for entry in self._entries), key=lambda request: request.t_ms)

    def _add_entry(self, item: dict[str, Any], seen_ms: float, page: str) -> None:
        url = _text(item.get("name")) or _text(item.get("url"))
        if not url:
            return
        initiator = _text(item.get("initiatorType")) or _text(item.get("entryType"))
        said = item.get("status", item.get("responseStatus"))
        fields = self._request(url, initiator, _text(item.get("method")), _status(said), page)
        # An entry without a status is a failure only where the plugin wraps the call itself (then it knows the
        # method); the browser's own list has 0 for every cross-origin answer that it may not show.
        asked = fields.kind == "data" and bool(fields.method)
        fields.failed = fields.status is None and (
            item.get("failed") is True or (asked and (said is None or said == 0))
        )
        if fields.kind == "data" and said == 0 and same_origin(url, self.page_url):
            fields.failed = True
        if _text(item.get("error")).lower().startswith("abort"):
            fields.failed = False  # the page itself gave it up: it had enough of a stream, or asks for something else
        origin = _number(item.get("timeOrigin"))
        start = _number(item.get("startTime", item.get("start")))
        told = _number(item.get("timestamp"))
        if self.began_ms is None and start is not None and told is not None and start < EPOCH_MS <= told:
            self.began_ms = told - start
        duration = _number(item.get("duration"))
        end = _number(item.get("endTime", item.get("responseEnd")))
        if start is None:
            absolute = _number(item.get("timestamp"))
            start = absolute if absolute is not None and absolute >= EPOCH_MS else seen_ms - (duration or 0)
        if end is None or end < start:
            end = start + (duration or 0)
        if duration is None and "endTime" not in item and "responseEnd" not in item:
            end = max(end, start) if start < EPOCH_MS else max(start, seen_ms)
        if origin is not None and origin >= EPOCH_MS and start < EPOCH_MS:
            start, end = origin + start, origin + end
        if self._exchanges:
            fields.exchange = exchange_of_entry(item)
            if fields.exchange and len(self._asked) < MAX_REQUESTS:
                self._asked[url, _number(item.get("timestamp"))] = fields
        fields.duration_ms = round(duration, 1) if duration is not None and duration >= 0 else None
        self._keep(_Entry(seen_ms, start, end, fields))

    def _keep(self, entry: _Entry) -> None:
        if len(self._entries) >= MAX_REQUESTS:
            self.cut += 1
            return
        self._entries.append(entry)

    def _request(self, url: str, initiator: str, method: str, status: int | None, page: str) -> Request:
        url = url[:MAX_URL]
        host, path = split_url(url)
        kind = _kind(initiator)
        telemetry = kind == "beacon" or is_telemetry(host, path)
        return Request(0, 0, url, path, method.upper()[:10], status, False, None, initiator[:30], kind, telemetry, page)

    def _guess_origin(self, start_ms: float) -> float:
        """The page's start: no entry can have been reported before it ended."""
        guesses = [entry.seen_ms - entry.end for entry in self._entries if entry.end < EPOCH_MS]
        return min(guesses) if guesses else start_ms


def split_url(url: str) -> tuple[str, str]:
    """Host and path of a URL, ("", url) where it cannot be read."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return (parts.hostname or "") if parts.netloc else "", parts.path or ("/" if parts.netloc else url)


def same_origin(url: str, page_url: str) -> bool:
    """Whether a request stays on the page's own origin; relative ones do."""
    try:
        one, other = urlsplit(url), urlsplit(page_url)
    except ValueError:
        return False
    return not one.netloc or (one.scheme, one.netloc) == (other.scheme, other.netloc)


def is_telemetry(host: str, path: str) -> bool:
    while host:
        if host in TELEMETRY_HOSTS:
            return True
        host = host.partition(".")[2]
    return path.rstrip("/") in TELEMETRY_PATHS or "telemetry" in path.lower().split("/")


def _kind(initiator: str) -> str:
    if initiator in DATA_INITIATORS:
        return "data"
    if initiator in BEACON_INITIATORS:
        return "beacon"
    return "document" if initiator in DOCUMENT_INITIATORS else "resource"


def _status(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:4])
    if isinstance(value, int | float) and not isinstance(value, bool) and 100 <= value <= 599:
        return int(value)
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -1e15 < value < 1e15 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
