"""Tabs: documents of one tab are one, each knows when it was open and in front; nonsense makes no tab."""

import json

from playhead.core.events import Event
from playhead.core.playback.segments import build
from playhead.core.playback.tabs import MAX_TABS
from playhead.core.readers.formats import read_recording


def event(at_ms, page, kind=3, **data):
    return page, {"type": kind, "timestamp": 1e12 + at_ms, "data": data or {"source": 2, "type": 2, "id": 3}}


def said(at_ms, page, tab):
    return event(at_ms, page, 5, tag="playhead.page", payload={"page": page, "tab": tab})


def load(at_ms, page):
    html = {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": []}
    node = {"type": 0, "id": 1, "childNodes": [html]}
    meta = event(at_ms, page, 4, href="https://a.example/", width=8, height=8)
    return [meta, event(at_ms + 1, page, 2, node=node, initialOffset={"left": 0, "top": 0})]


def tabs(events):
    made = []
    for page, one in events:
        raw = json.dumps(one).encode()
        (read,) = read_recording(b"[" + raw + b"]").events
        made.append(Event(read.type, read.timestamp, read.data, page, raw))
    builder = build(made)
    return [(tab.id, [lane for lane, _, _ in tab.pages], tab.front) for tab in builder.tabs.tabs(builder.end_ms)]


def spans(*pairs):
    return [(1e12 + start, 1e12 + end) for start, end in pairs]


def test_two_documents_of_a_tab_and_another_tab_between():
    visit = [
        *load(0, "p1"),
        said(2, "p1", "t1"),
        event(100, "p1"),
        *load(200, "p2"),
        said(202, "p2", "t2"),
        event(300, "p2"),
        *load(400, "p3"),
        said(402, "p3", "t1"),
        event(500, "p3"),
    ]
    assert tabs(visit) == [("t1", ["p1", "p3"], spans((0, 200), (400, 500))), ("t2", ["p2"], spans((200, 400)))]


def test_one_tab_has_no_lanes_however_often_it_loads():
    visit = [*load(0, "p1"), said(2, "p1", "t1"), *load(9, "p2"), said(12, "p2", "t1"), event(20, "p2")]
    assert tabs(visit) == []


def test_who_does_not_say_is_a_tab_of_its_own_and_nonsense_is_passed_over():
    visit = [*load(0, "p1"), event(5, "p1", 5, tag="playhead.page", payload=7), *load(9, "p2"), event(20, "p2")]
    assert [found[:2] for found in tabs(visit)] == [("p1", ["p1"]), ("p2", ["p2"])]


def test_more_tabs_than_can_be_shown():
    visit = [one for n in range(MAX_TABS + 9) for one in [*load(n * 10, f"p{n}"), event(n * 10 + 5, f"p{n}")]]
    assert len(tabs(visit)) == MAX_TABS
