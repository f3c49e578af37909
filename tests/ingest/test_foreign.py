"""What posthog-js and @sentry/browser send, in every wrapping; hostile bodies are refused by name, never a crash."""

import base64
import gzip
import json
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.ingest.drops import Dropped
from playhead.ingest.foreign import is_foreign
from playhead.ingest.posthog import Captured, read_capture
from playhead.ingest.sentry import key_of, read_envelope
from playhead.store.zstd import inflate

T0 = 1_760_000_000_000
META = {"type": 4, "data": {"href": "https://x.org/", "width": 9, "height": 9}, "timestamp": T0}


def snapshot(*events: dict, window: str = "w-1") -> dict:
    said = {
        "$session_id": "s-1",
        "$window_id": window,
        "distinct_id": "v-1",
        "token": "demo",
        "$snapshot_data": list(events),
    }
    return {"event": "$snapshot", "properties": said}


def latin(value: object) -> str:
    return gzip.compress(json.dumps(value).encode()).decode("latin-1")


def read(body: bytes, **query: str) -> Captured:
    found = read_capture(query, body, now_ms=T0)
    assert isinstance(found, Captured), found
    return found


def events(captured: Captured) -> list[dict]:
    return [event for batch in captured.batches for event in json.loads(inflate(batch.body))]


WRAPPED = json.dumps([snapshot(META)]).encode()


@pytest.mark.parametrize(
    "body",
    [
        WRAPPED,
        gzip.compress(WRAPPED),
        json.dumps(snapshot(META)).encode(),
        json.dumps({"api_key": "demo", "batch": [snapshot(META)]}).encode(),
        b"data=" + quote(base64.b64encode(WRAPPED).decode()).encode(),
        b"data=" + quote(WRAPPED.decode()).encode(),
    ],
)
def test_every_wrapping_of_posthog_is_read(body):
    captured = read(body, _=str(T0 + 5))
    facts = captured.batches[0].facts
    assert (facts.site, facts.session, facts.visitor, facts.seq, facts.events) == ("demo", "s-1", "v-1", 0, 1)
    assert (facts.first_ms, facts.sent_ms) == (T0, T0 + 5)
    assert events(captured) == [{**META, "page": "w-1"}]


def test_the_same_request_is_the_same_batch_and_windows_are_apart():
    one, again = read(WRAPPED).batches[0], read(gzip.compress(WRAPPED)).batches[0]
    assert one.facts.key == again.facts.key
    two = read(json.dumps([snapshot(META), snapshot(META, window="w-2")]).encode())
    assert {event["page"] for event in events(two)} == {"w-1", "w-2"}
    assert len({batch.facts.key for batch in two.batches}) == 2


def test_single_events_are_uncompressed():
    node = {"node": {"type": 0, "id": 1, "childNodes": []}, "initialOffset": {"top": 0, "left": 0}}
    packed = {"type": 2, "timestamp": T0, "data": latin(node), "cv": "2024-10"}
    found = events(read(json.dumps([snapshot(META, packed)]).encode()))
    assert found[1]["data"] == node
    assert "cv" not in found[1]


def test_what_belongs_to_a_recording_is_told_and_analytics_are_counted():
    of_session = {"$session_id": "s-1", "$window_id": "w-1", "token": "demo", "distinct_id": "u-7"}
    sent = [
        {
            "event": "$identify",
            "properties": {**of_session, "$set": {"plan": "gold"}},
            "timestamp": "2025-10-09T08:53:20Z",
        },
        {"event": "ordered", "properties": {**of_session, "total": 12, "$lib": "web"}},
        {
            "event": "$exception",
            "properties": {**of_session, "$exception_list": [{"type": "TypeError", "value": "no"}]},
        },
        {"event": "$pageview", "properties": of_session},
        {"event": "ordered", "properties": {"token": "demo"}},
    ]
    captured = read(json.dumps(sent).encode())
    told = [(event["data"]["tag"], event["data"]["payload"]) for event in events(captured)]
    assert told[0] == ("playhead.identify", {"id": "u-7", "traits": {"plan": "gold"}})
    assert told[1] == ("playhead.event", {"name": "ordered", "props": {"total": 12}})
    assert told[2][1]["message"] == "no"
    assert captured.ignored == 2


def envelope(*items: tuple[dict, bytes]) -> bytes:
    head = b'{"dsn":"https://demo@x.org/1"}\n'
    return head + b"".join(
        json.dumps({**kind, "length": len(body)}).encode() + b"\n" + body + b"\n" for kind, body in items
    )


def replay(segment: int, body: bytes) -> bytes:
    about = json.dumps(
        {"replay_id": "r1", "segment_id": segment, "user": {"id": "u-8", "ip_address": "1.2.3.4"}}
    ).encode()
    return envelope(
        ({"type": "replay_event"}, about),
        ({"type": "replay_recording"}, json.dumps({"segment_id": segment}).encode() + b"\n" + body),
    )


@pytest.mark.parametrize("pack", [bytes, zlib.compress, gzip.compress])
def test_segments_of_sentry_are_read(pack):
    found = read_envelope("demo", replay(3, pack(json.dumps([META]).encode())), now_ms=T0)
    assert isinstance(found, Captured)
    assert (found.batches[0].facts.session, found.batches[0].facts.seq) == ("r1", 3)
    assert events(found) == [META]


def test_the_first_segment_says_who_it_is_without_the_address():
    found = read_envelope("demo", replay(0, json.dumps([META]).encode()), now_ms=T0)
    assert isinstance(found, Captured)
    assert events(found)[1]["data"] == {"tag": "playhead.identify", "payload": {"id": "u-8", "traits": {}}}


def test_an_error_of_a_replay_is_told_and_others_are_not():
    thrown = {"type": "TypeError", "value": "no stock", "mechanism": {"handled": False},
              "stacktrace": {"frames": [{"filename": "a.js", "lineno": 1, "colno": 2, "function": "f"}]}}  # fmt: skip
    error = {"event_id": "e1", "timestamp": T0 / 1000, "exception": {"values": [thrown]}, "tags": {"replayId": "r1"}}
    body = envelope(({"type": "event"}, json.dumps(error).encode()), ({"type": "event"}, b'{"event_id":"e2"}'),
                    ({"type": "session"}, b"{}"))  # fmt: skip
    found = read_envelope("demo", body, now_ms=T0)
    assert isinstance(found, Captured)
    assert found.ignored == 2
    told = events(found)[0]
    assert told["data"]["payload"]["message"] == "no stock"
    assert told["data"]["payload"]["kind"] == "exception"
    assert "a.js:1:2" in told["data"]["payload"]["stack"]
    assert told["timestamp"] == T0
    assert key_of(body) == "demo"


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]x", b"null", b"[1]", b"data=", b"\x1f\x8bbroken", b'[{"event":"$snapshot","properties":7}]',
    json.dumps([snapshot({"type": 2, "timestamp": T0, "data": "no gzip", "cv": "2024-10"})]).encode(),
    gzip.compress(b"[" + b" " * (33 << 20) + b"]"), b"[" * 100_000,
])  # fmt: skip
def test_hostile_bodies_are_dropped_by_name(body):
    assert isinstance(read_capture({}, body, now_ms=T0), Dropped)


@pytest.mark.parametrize("body", [
    b"{}\n{\"type\":\"replay_recording\",\"length\":9}\n{", envelope(({"type": "replay_recording"}, b"{}\n[]")),
    replay(-1, b"[]"), replay(2**40, b"[]"), replay(0, b"not json"), envelope(({"type": "replay_event"}, b"[")),
])  # fmt: skip
def test_hostile_envelopes_are_dropped_by_name(body):
    assert isinstance(read_envelope("demo", body, now_ms=T0), Dropped)


@given(st.binary(max_size=200))
def test_no_bytes_break_either(body):
    read_capture({}, body, now_ms=T0)
    read_envelope("demo", b"{}\n" + body, now_ms=T0)


def test_our_own_addresses_are_nobody_elses():
    for path in (
        "/",
        "/sessions",
        "/static/build/player.js",
        "/static/css/base.css",
        "/api/sessions",
        "/settings",
        "/ingest",
    ):
        assert not is_foreign(path)
    for path in (
        "/e/",
        "/s/",
        "/i/v0/e/",
        "/flags/",
        "/array/demo/config.js",
        "/static/1.449.2/surveys.js",
        "/api/1/envelope/",
    ):
        assert is_foreign(path)
