"""Exchange: headers and bodies of a request, where a recorder kept them: told in the Network panel, judged by nobody.

Sources  `rrweb/network@1` as PostHog writes it: requestHeaders, requestBody, responseHeaders, responseBody;
         Sentry's `performanceSpan`: data.request and data.response, each {headers, body, size}
         ours: as PostHog, the answer's body as `playhead.body`
Limits   MAX_HEADERS a side, MAX_VALUE characters a header, MAX_BODY a body; what is cut ends in "…"
"""

from typing import Any, Final, cast

import msgspec

MAX_HEADERS: Final = 60
MAX_VALUE: Final = 500
MAX_BODY: Final = 4_000


class Side(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """What one side sent; `body` as it was recorded, JSON where it was no text, "" where nothing was kept."""

    headers: dict[str, str] = {}
    body: str = ""


class Exchange(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    request: Side = Side()
    response: Side = Side()


def exchange_of_entry(item: dict[str, Any]) -> Exchange | None:
    """Return what an entry of the network plugin kept; None where it kept nothing."""
    request = _side(item.get("requestHeaders"), item.get("requestBody"))
    return _kept(request, _side(item.get("responseHeaders"), item.get("responseBody")))


def exchange_of_span(data: dict[str, Any]) -> Exchange | None:
    """As `exchange_of_entry`, of the `data` of a performance span."""
    request, response = _dict(data.get("request")), _dict(data.get("response"))
    sent = _side(request.get("headers"), request.get("body"))
    return _kept(sent, _side(response.get("headers"), response.get("body")))


def with_response_body(exchange: Exchange, body: object) -> Exchange:
    """Return the exchange with the answer's body, which the recorder tells once it is read."""
    return Exchange(exchange.request, Side(exchange.response.headers, _cut(body, MAX_BODY)))


def _kept(request: Side, response: Side) -> Exchange | None:
    kept = request.headers or request.body or response.headers or response.body
    return Exchange(request, response) if kept else None


def _side(headers: object, body: object) -> Side:
    listed = list(_dict(headers).items())[:MAX_HEADERS]
    return Side({str(name)[:100]: _cut(value, MAX_VALUE) for name, value in listed}, _cut(body, MAX_BODY))


def _cut(given: object, most: int) -> str:
    if given is None or given == "":
        return ""
    text = given if isinstance(given, str) else msgspec.json.encode(given).decode()
    return text if len(text) <= most else text[:most] + "…"


def _dict(given: object) -> dict[str, Any]:
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}
