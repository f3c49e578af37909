"""What the panels list is read as it was said; what is no such thing is counted, never fatal."""

from __future__ import annotations

import pytest

from playhead.core.playback.panels import MAX_TEXT, PanelReader, Panels
from tests.core.pages import START_MS, event


def read(*events) -> Panels:
    reader = PanelReader()
    for one in events:
        reader.push(one)
    return reader.finish()


def told(tag: str, payload: object, at_ms: float = 0):
    return event(5, {"tag": tag, "payload": payload}, t_ms=START_MS + at_ms)


def test_console_lines_keep_level_objects_and_stack() -> None:
    line = {"level": "error", "payload": ['"Refused"', '{"code":402}'], "trace": ["pay (https://x/app.js:3:9)"]}
    legacy = event(3, {"source": 11, "level": "warn", "payload": ["old"], "trace": []}, t_ms=START_MS + 5)
    panels = read(event(6, {"plugin": "rrweb/console@1", "payload": line}), legacy)
    assert [(one.level, one.parts, one.stack) for one in panels.console] == [
        ("error", ['"Refused"', '{"code":402}'], ["pay (https://x/app.js:3:9)"]),
        ("warn", ["old"], []),
    ]
    assert panels.problems == 1


def test_requests_of_all_pages_come_in_time_order() -> None:
    def asked(name: str, at: float, page: str, **more: object):
        request = {
            "name": name,
            "initiatorType": "fetch",
            "method": "GET",
            "startTime": START_MS + at,
            "duration": 30,
            **more,
        }
        return event(
            6, {"plugin": "rrweb/network@1", "payload": {"requests": [request]}}, t_ms=START_MS + at, page=page
        )

    panels = read(asked("https://x/b", 200, "two", status=500), asked("https://x/a", 100, "one", status=200))
    assert [(one.url, one.status, one.t_ms - START_MS) for one in panels.requests] == [
        ("https://x/a", 200, 100),
        ("https://x/b", 500, 200),
    ]


def test_pages_vitals_user_and_events() -> None:
    panels = read(
        event(4, {"href": "https://x/", "width": 800, "height": 600}),
        told("playhead.page", {"title": "Shop", "viewport": {"width": 800}}),
        told("playhead.vital", {"name": "LCP", "value": 1234.5}),
        told("playhead.vital", {"name": "CLS", "value": "much"}),
        told("playhead.identify", {"id": "u1", "traits": {"plan": "pro", "none": None}}),
        told("playhead.event", {"name": "paid", "props": {"sum": 12}}, 50),
        told("playhead.navigate", {"url": "https://x/cart"}, 60),
    )
    assert [(page.url, page.facts["title"], page.facts["viewport"]) for page in panels.pages] == [
        ("https://x/", "Shop", '{"width":800}'),
        ("https://x/cart", "Shop", '{"width":800}'),
    ]
    assert [(vital.name, vital.value) for vital in panels.vitals] == [("LCP", 1234.5)]
    assert panels.user == {"id": "u1", "plan": "pro"}
    assert [(one.name, one.props) for one in panels.events] == [("paid", {"sum": "12"})]


@pytest.mark.parametrize("payload", [None, 5, "x", [], {"requests": [1, None, {}]}, {"level": {}, "payload": 7}])
@pytest.mark.parametrize("kind", ["rrweb/console@1", "rrweb/network@1"])
def test_nonsense_is_survived(kind: str, payload: object) -> None:
    read(
        event(6, {"plugin": kind, "payload": payload}), told("playhead.page", payload), told("playhead.error", payload)
    )


def test_long_texts_are_cut() -> None:
    line = {"level": "log", "payload": ["x" * 100_000], "trace": []}
    (one,) = read(event(6, {"plugin": "rrweb/console@1", "payload": line})).console
    assert len(one.parts[0]) == MAX_TEXT + 1


def test_what_sentry_tells_of_console_network_and_vitals_is_listed() -> None:
    second = START_MS / 1000
    span = {
        "op": "resource.fetch",
        "description": "https://x/pay",
        "startTimestamp": second + 1,
        "endTimestamp": second + 1.25,
        "data": {
            "method": "POST",
            "statusCode": 402,
            "request": {"headers": {"content-type": "application/json"}, "body": {"amount": 5}},
            "response": {"headers": {}, "body": '{"error":"declined"}'},
        },
    }
    crumb = {"category": "console", "level": "warn", "message": "slow", "data": {"arguments": ["slow", {"ms": 9}]}}
    vital = {"op": "web-vital", "description": "largest-contentful-paint", "data": {"value": 2345.6}}
    click = {"category": "ui.click", "message": "button"}
    panels = read(
        told("performanceSpan", span),
        told("breadcrumb", crumb),
        told("performanceSpan", vital),
        told("breadcrumb", click),
    )
    (row,) = panels.requests
    assert (row.url, row.method, row.status, row.t_ms - START_MS, row.duration_ms) == (
        "https://x/pay",
        "POST",
        402,
        1000,
        pytest.approx(250, abs=0.01),
    )
    assert row.exchange
    assert row.exchange.request.headers == {"content-type": "application/json"}
    assert (row.exchange.request.body, row.exchange.response.body) == ('{"amount":5}', '{"error":"declined"}')
    assert [(line.level, line.parts) for line in panels.console] == [("warn", ["slow", '{"ms":9}'])]
    assert [(one.name, one.value) for one in panels.vitals] == [("LCP", 2345.6)]


def exchanged(at_ms: float, **kept: object):
    item = {"name": f"https://x/{at_ms}", "initiatorType": "fetch", "startTime": START_MS + at_ms, **kept}
    return event(6, {"plugin": "rrweb/network@1", "payload": {"requests": [item]}}, t_ms=START_MS + at_ms)


def test_headers_and_bodies_are_cut_and_end_with_the_session_s_share(monkeypatch) -> None:
    long = exchanged(1, requestHeaders={"a": "x" * 9_999, "b": None, "c": 4}, responseBody="y" * 99_999)
    strange = exchanged(2, requestHeaders=["no"], requestBody="", responseHeaders="no", responseBody=None)
    first, second = read(long, strange).requests
    assert first.exchange
    assert {name: len(value) for name, value in first.exchange.request.headers.items()} == {"a": 501, "b": 0, "c": 1}
    assert len(first.exchange.response.body) == 4_001
    assert second.exchange is None
    monkeypatch.setattr("playhead.core.playback.panels.MAX_EXCHANGED", 6_000)
    told_of = read(long, exchanged(2, responseBody="z" * 3_000)).requests
    assert [row.exchange is not None for row in told_of] == [True, False]


def test_an_answer_s_body_told_later_finds_its_request() -> None:
    asked = exchanged(5, requestHeaders={"x-step": "pay"}, timestamp=START_MS + 5)
    late = {"name": "https://x/5", "timestamp": START_MS + 5, "responseBody": '{"ok":true}'}
    (row,) = read(asked, told("playhead.body", late, 60), told("playhead.body", {**late, "timestamp": 1}, 70)).requests
    assert row.exchange
    assert (row.exchange.request.headers, row.exchange.response.body) == ({"x-step": "pay"}, '{"ok":true}')
    assert read(told("playhead.body", late), told("playhead.body", "no")).requests == []
