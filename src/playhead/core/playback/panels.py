"""Panels: what a session's console, network and pages said, as the panels beside the replay list it.

Limits  MAX_LINES and MAX_REQUESTS (core.network) a session; longer texts are cut; what is left out is counted
Units   ms since the Unix epoch on the recorder's clock
"""

from typing import Any, Final, cast

import msgspec

from playhead.core import events as E
from playhead.core.visit.exchange import Exchange
from playhead.core.visit.network import Requests

MAX_LINES: Final = 10_000
MAX_PARTS: Final = 20  # arguments of one console line
MAX_TEXT: Final = 4_000
MAX_FACTS: Final = 60
MAX_PAGES: Final = 2_000
MAX_LISTED: Final = 10_000  # requests in the panel
MAX_EXCHANGED: Final = 8 << 20  # characters of headers and bodies a session; later requests are listed without theirs
SENTRY_VITALS: Final = {
    "largest-contentful-paint": "LCP",
    "cumulative-layout-shift": "CLS",
    "interaction-to-next-paint": "INP",
    "first-input-delay": "FID",
}


class ConsoleLine(msgspec.Struct):
    t_ms: float
    level: str
    parts: list[str]  # each argument as the recorder wrote it: JSON where it could
    stack: list[str]


class RequestRow(msgspec.Struct, omit_defaults=True):
    t_ms: float
    duration_ms: float
    url: str
    method: str = ""
    status: int | None = None
    failed: bool = False
    initiator: str = ""
    exchange: Exchange | None = None  # headers and bodies, where the recorder kept them


class Vital(msgspec.Struct):
    t_ms: float
    name: str
    value: float


class PageFacts(msgspec.Struct):
    """What one page load said of itself: address, title, viewport, device, …"""

    t_ms: float
    url: str
    facts: dict[str, Any]


class Told(msgspec.Struct):
    t_ms: float
    name: str
    props: dict[str, Any]


class Panels(msgspec.Struct):
    console: list[ConsoleLine] = []
    requests: list[RequestRow] = []
    vitals: list[Vital] = []
    pages: list[PageFacts] = []
    events: list[Told] = []
    user: dict[str, Any] = {}
    left_out: int = 0

    @property
    def problems(self) -> int:
        return sum(line.level in ("error", "assert") for line in self.console)


class _Custom(msgspec.Struct):
    tag: str = ""
    payload: Any = None


class _Plugin(msgspec.Struct):
    plugin: str = ""
    payload: Any = None


class _Log(msgspec.Struct):
    level: str = "log"
    trace: Any = None
    payload: Any = None


class _Meta(msgspec.Struct):
    href: str = ""
    width: float = 0
    height: float = 0


_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_read_custom = msgspec.json.Decoder(_Custom).decode
_read_plugin = msgspec.json.Decoder(_Plugin).decode
_read_log = msgspec.json.Decoder(_Log).decode
_read_meta = msgspec.json.Decoder(_Meta).decode


class PanelReader:
    """Reads a session's events once, in time order."""

    def __init__(self) -> None:
        self._panels = Panels(console=[], requests=[], vitals=[], pages=[], events=[], user={})
        self._requests: dict[str, Requests] = {}
        self._began: dict[str, float] = {}

    def push(self, event: E.Event) -> None:
        """Take the next event; what cannot be read is left out and counted."""
        self._began.setdefault(event.page, event.timestamp)
        try:
            if event.type == E.PLUGIN:
                self._plugin(event, _read_plugin(event.data))
            elif event.type == E.CUSTOM:
                self._custom(event, _read_custom(event.data))
            elif event.type == E.META:
                self._meta(event, _read_meta(event.data))
            elif event.type == E.INCREMENTAL and E.source_of(event) == E.LOG:
                self._line(event.timestamp, _read_log(event.data))
        except _UNREADABLE:
            self._panels.left_out += 1

    def finish(self) -> Panels:
        """Return what was told so far; more may be pushed afterwards."""
        requests: list[RequestRow] = []
        left_out = self._panels.left_out
        for page, lane in self._requests.items():
            left_out += lane.cut
            for one in lane.settled(start_ms=self._began[page]):
                took = one.duration_ms or 0
                asked = (one.url, one.method, one.status, one.failed, one.initiator, one.exchange)
                requests.append(RequestRow(one.t_ms, took, *asked))
        requests.sort(key=lambda row: row.t_ms)
        _keep_within(requests, MAX_EXCHANGED)
        left_out += len(requests[MAX_LISTED:])
        return msgspec.structs.replace(self._panels, requests=requests[:MAX_LISTED], left_out=left_out)

    def _plugin(self, event: E.Event, said: _Plugin) -> None:
        if said.plugin.startswith("rrweb/network"):
            self._lane(event).add_plugin(said.payload, seen_ms=event.timestamp, page=event.page)
        elif said.plugin.startswith("rrweb/console"):
            self._line(event.timestamp, msgspec.convert(said.payload, _Log))

    def _lane(self, event: E.Event) -> Requests:
        return self._requests.setdefault(event.page, Requests(exchanges=True))

    def _line(self, t_ms: float, said: _Log) -> None:
        if len(self._panels.console) >= MAX_LINES:
            self._panels.left_out += 1
            return
        parts = [_text(part) for part in _list(said.payload)[:MAX_PARTS]]
        stack = [_text(frame)[:500] for frame in _list(said.trace)[:MAX_PARTS]]
        self._panels.console.append(ConsoleLine(t_ms, said.level[:12], parts, stack))

    def _meta(self, event: E.Event, said: _Meta) -> None:
        if len(self._panels.pages) < MAX_PAGES:
            size = f"{said.width:g}×{said.height:g}"
            self._panels.pages.append(PageFacts(event.timestamp, said.href[:2_000], {"viewport": size}))

    def _custom(self, event: E.Event, said: _Custom) -> None:
        payload: object = said.payload
        given = _dict(payload)
        t_ms, panels = event.timestamp, self._panels
        match said.tag:
            case "playhead.vital" if isinstance(given.get("value"), int | float):
                panels.vitals.append(Vital(t_ms, str(given.get("name"))[:20], float(given["value"])))
            case "playhead.page" if panels.pages:
                panels.pages[-1].facts.update(_scalars(given))
            case "playhead.navigate" if len(panels.pages) < MAX_PAGES and isinstance(given.get("url"), str):
                facts = dict(panels.pages[-1].facts) if panels.pages else {}
                panels.pages.append(PageFacts(t_ms, given["url"][:2_000], {**facts, **_scalars(given)}))
            case "playhead.identify":
                panels.user = {"id": _text(given.get("id", "")), **_scalars(given.get("traits"))}
            case "playhead.event" if len(panels.events) < MAX_LINES:
                panels.events.append(Told(t_ms, _text(given.get("name", ""))[:200], _scalars(given.get("props"))))
            case "performanceSpan":
                self._span(event, given)
            case "playhead.body":
                self._lane(event).add_body(given)
            case "breadcrumb" if given.get("category") == "console":
                data = _dict(given.get("data"))
                parts = data.get("arguments") or [given.get("message")]
                self._line(t_ms, _Log(str(given.get("level") or "log"), None, parts))
            case "playhead.error":
                stack = _text(given.get("stack") or "").splitlines()[:MAX_PARTS]
                message = f"{given.get('name') or 'Error'}: {given.get('message') or ''}"[:MAX_TEXT]
                self._line(t_ms, _Log("error", stack, [message]))
            case _:
                pass

    def _span(self, event: E.Event, given: dict[str, Any]) -> None:
        """Sentry: a request, or a web vital."""
        value = _dict(given.get("data")).get("value")
        if given.get("op") != "web-vital":
            self._lane(event).add_span(given, page=event.page)
        elif (name := SENTRY_VITALS.get(str(given.get("description")))) and isinstance(value, int | float):
            self._panels.vitals.append(Vital(event.timestamp, name, float(value)))


def _keep_within(requests: list[RequestRow], left: int) -> None:
    """Take headers and bodies off the requests that come once `left` characters are told."""
    for row in requests:
        if row.exchange:
            sides = (row.exchange.request, row.exchange.response)
            left -= sum(len(side.body) + sum(map(len, (*side.headers, *side.headers.values()))) for side in sides)
            if left < 0:
                row.exchange = None


def _dict(given: object) -> dict[str, Any]:
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def _list(given: Any) -> list[Any]:
    return cast("list[Any]", given) if isinstance(given, list) else [] if given is None else [given]


def _text(given: Any) -> str:
    text = given if isinstance(given, str) else msgspec.json.encode(given).decode()
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def _scalars(given: object) -> dict[str, Any]:
    """Return what can be shown in a line, flat; nested values as JSON; nothing of what is no object."""
    items = list(cast("dict[str, Any]", given).items())[:MAX_FACTS] if isinstance(given, dict) else []
    return {str(name)[:80]: _text(value)[:500] for name, value in items if value not in (None, "")}
