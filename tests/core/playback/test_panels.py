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
