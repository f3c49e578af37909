"""Every shape in which recordings arrive gives the same events; everything else is one clear line."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections import Counter

import pytest
from backports import zstd

from playhead.core.events import decode_events, encode_events, source_of
from playhead.core.projector import project
from playhead.core.readers.formats import FormatError, Recording, read_recording

EVENTS = [
    {"type": 4, "data": {"href": "http://localhost/", "width": 800, "height": 600}, "timestamp": 1700000000000},
    {
        "type": 2,
        "data": {
            "node": {"type": 0, "childNodes": [{"type": 2, "tagName": "html", "attributes": {}, "id": 2}], "id": 1},
            "initialOffset": {"left": 0, "top": 0},
        },
        "timestamp": 1700000000010.5,
        "delay": 3,
    },
    {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 40}, "timestamp": 1700000000900},
    {"type": 99, "data": "späť → 日本", "timestamp": 1700000001000, "unknown": {"kept": True}},
]
MUTATION = {"source": 0, "texts": [], "attributes": [], "removes": [{"parentId": 1, "id": 2}], "adds": []}


def dump(value: object) -> bytes:
    return json.dumps(value).encode()


def lines(values: list[object]) -> bytes:
    return b"\n".join(dump(value) for value in values)


def latin1(value: object, *, packer=gzip.compress) -> str:
    return packer(dump(value)).decode("latin-1")


def packed(event: object) -> str:
    return zlib.compress(dump({**event, "v": "v1"})).decode("latin-1")  # type: ignore[dict-item]


def posthog_capture(window: str, data: object) -> dict[str, object]:
    return {"event": "$snapshot", "properties": {"$snapshot_data": data, "$window_id": window, "$session_id": "s"}}


def envelope(*segments: tuple[int, list[object]], packer=zlib.compress, length: bool = True) -> bytes:
    out = b""
    for number, events in segments:
        body = b'{"segment_id":%d}\n' % number + packer(dump(events))
        header: dict[str, object] = {"type": "replay_recording"}
        if length:
            header["length"] = len(body)
        out += dump({"event_id": "e", "sent_at": "2026-01-01T00:00:00Z", "sdk": {"name": "sentry"}}) + b"\n"
        out += dump({"type": "replay_event"}) + b"\n" + dump({"type": "replay_event", "segment_id": number}) + b"\n"
        out += dump(header) + b"\n" + body + b"\n"
    return out


SHAPES = {
    "one-line array": dump(EVENTS),
    "pretty array": json.dumps(EVENTS, indent=2).encode(),
    "JSON Lines": lines(EVENTS),
    "JSON Lines with blank lines and CRLF": lines(EVENTS).replace(b"\n", b"\r\n\r\n") + b"\r\n",
    "events wrapper": dump({"events": EVENTS}),
    "snapshots in data": dump({"version": "1", "data": {"id": "x", "snapshots": EVENTS}}),
    "wrapper among other keys": dump({"meta": {"events": "none"}, "recording": {"rrwebEvents": EVENTS}}),
    "batches in an array": dump([EVENTS[:1], EVENTS[1:]]),
    "batch a line": lines([EVENTS[:1], EVENTS[1:]]),
    "packed v1": dump([packed(event) for event in EVENTS]),
    "packed v1 lines": lines([packed(event) for event in EVENTS]),
    "JSON in a JSON string": dump(json.dumps(EVENTS)),
    "with a byte order mark": b"\xef\xbb\xbf" + dump(EVENTS),
    "UTF-16": json.dumps(EVENTS).encode("utf-16"),
    "PostHog captures": lines([posthog_capture("w1", EVENTS[:2]), posthog_capture("w1", EVENTS[2:])]),
    "PostHog array of captures": dump([posthog_capture("w1", EVENTS)]),
    "PostHog one event a capture": dump([posthog_capture("w1", event) for event in EVENTS]),
    "PostHog batch": dump({"api_key": "k", "batch": [posthog_capture("w1", EVENTS)]}),
    "PostHog window and data lines": lines([{"window_id": "w1", "data": EVENTS}]),
    "PostHog window and event lines": lines([["w1", event] for event in EVENTS]),
    "PostHog export by window": dump({"snapshot_data_by_window_id": {"w1": EVENTS}}),
    "Sentry envelope": envelope((0, EVENTS)),
    "Sentry envelope, plain": envelope((0, EVENTS), packer=bytes),
    "Sentry envelope without length": envelope((0, EVENTS), packer=bytes).replace(b"\n[", b"\n["),
    "Sentry segments out of order": envelope((1, EVENTS[2:]), (0, EVENTS[:2])),
    "JSON values without anything between": b"".join(dump(event) for event in EVENTS),
    "arrays without anything between": dump(EVENTS[:1]) + dump(EVENTS[1:]),
    "pretty values one behind the other": b"\n".join(json.dumps(event, indent=2).encode() for event in EVENTS),
    "JSON text sequence": b"".join(b"\x1e" + dump(event) + b"\n" for event in EVENTS),
    "lines with commas": lines(EVENTS).replace(b"\n", b",\n"),
    "wrapper of another name": dump({"replayOfTheDay": EVENTS}),
    "events by number": dump({str(at): event for at, event in enumerate(EVENTS)}),
    "chunks by name": dump({"first": EVENTS[:2], "second": EVENTS[2:]}),
    "Sentry recording alone": b'{"segment_id":0}\n' + zlib.compress(dump(EVENTS)),
    "Sentry segments answer": dump([[event] for event in EVENTS]),
}


def as_json(recording: Recording) -> list[object]:
    return [json.loads(event.raw) for event in recording.events]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("packer", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
def test_every_shape_gives_the_same_events(shape: str, packer) -> None:
    recording = read_recording(packer(SHAPES[shape]))
    read = [{k: v for k, v in event.items() if k not in ("v", "windowId")} for event in as_json(recording)]
    assert read == EVENTS
    assert [event.timestamp for event in recording.events] == [event["timestamp"] for event in EVENTS]
    if "PostHog" in shape:
        assert {event.page for event in recording.events} == {"w1"}
    assert recording.coverage["skipped"] in ({}, {"not_an_event": 1}, {"line_malformed": 1})


def test_bytes_are_kept_exactly() -> None:
    odd = b'{"timestamp" : 1700000000000.0 ,\t"type":4,"data":{"href":"\\u00e9\xc3\xa9","x":1.50e2}, "z":[ ]}'
    recording = read_recording(b"[" + odd + b" ,\n " + odd + b"]")
    assert [event.raw for event in recording.events] == [odd, odd]
    assert encode_events(recording.events) == b"[" + odd + b"," + odd + b"]"
    assert encode_events(decode_events(b"[" + odd + b"]")) == b"[" + odd + b"]"


def test_window_ids_become_page_lanes() -> None:
    events = [{**EVENTS[0], "windowId": "a"}, {**EVENTS[2], "window_id": "b"}, EVENTS[3]]
    recording = read_recording(dump({"snapshots": events}))
    assert [event.page for event in recording.events] == ["a", "b", ""]
    own = read_recording(dump([{**EVENTS[0], "page": "p_1"}]))
    assert own.events[0].page == "p_1"


def test_posthog_compression_is_undone() -> None:
    snapshot = {**EVENTS[1], "cv": "2024-10", "data": latin1(EVENTS[1]["data"])}
    parts = {name: latin1(MUTATION[name]) for name in ("texts", "attributes", "removes", "adds")}
    mutation = {**EVENTS[2], "cv": "2024-10", "data": {"source": 0, **parts}}
    rule = {**EVENTS[2], "cv": "2024-10", "data": {"source": 8, "id": 5, "adds": latin1([{"rule": "a{}"}])}}
    plain = {**EVENTS[2], "cv": "2024-10"}
    recording = read_recording(dump([snapshot, mutation, rule, plain, EVENTS[3]]))
    read = as_json(recording)
    assert read[0] == EVENTS[1]
    assert read[1]["data"] == MUTATION
    assert read[2]["data"] == {"source": 8, "id": 5, "adds": [{"rule": "a{}"}]}
    assert read[3] == EVENTS[2]
    assert recording.coverage["compressed"] == 4
    broken = read_recording(dump([{**snapshot, "data": "\x1f\x8bnonsense"}, EVENTS[0]]))
    assert len(broken.events) == 1
    assert broken.coverage["skipped"] == {"compressed_event_broken": 1}


def test_seconds_amid_milliseconds_are_brought_to_milliseconds() -> None:
    seconds = {"type": 5, "timestamp": 1700000000.5, "data": {"tag": "performanceSpan"}}
    recording = read_recording(dump([EVENTS[0], seconds, EVENTS[2]]))
    assert recording.events[1].timestamp == 1700000000500
    assert json.loads(recording.events[1].raw)["timestamp"] == 1700000000.5
    assert recording.coverage["seconds_to_ms"] == 1
    small = read_recording(dump([{"type": 0, "timestamp": 0}, {"type": 1, "timestamp": 1900000000}]))
    assert [event.timestamp for event in small.events] == [0, 1900000000]


def test_what_is_no_event_is_counted() -> None:
    odd = [EVENTS[0], 1, None, {"type": "x", "timestamp": 1}, {"type": 3}, "text", [], EVENTS[2]]
    recording = read_recording(dump(odd))
    assert as_json(recording) == [EVENTS[0], EVENTS[2]]
    assert recording.coverage["skipped"] == {"not_an_event": 5}
    cut = read_recording(lines(EVENTS) + b'\n{"type":3,"timest')
    assert len(cut.events) == 4
    assert cut.coverage["skipped"] == {"line_malformed": 1}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (b'"cut \\ud83d pair"', b'"cut \\ud83d pair"'),
        (b'{"x":NaN,"y":-Infinity}', b'{"x":null,"y":null}'),
        (b'"bad \xff\xfe utf-8"', '"bad �� utf-8"'.encode()),
        (b'"a\x01b"', b'"a\\u0001b"'),
    ],
)
def test_what_strict_parsers_refuse_is_read(value: bytes, kept: bytes) -> None:
    event = b'{"type":5,"timestamp":1700000000000,"data":%b}'
    good = b'{"type":4,"timestamp":1,"data":{}}'
    for text in (b"[%b,%b]", b"%b\n%b", b'{"events":[%b,%b]}'):
        recording = read_recording(text % (event % value, good))
        assert len(recording.events) == 2
        json.loads(bytes(recording.events[0].data))
        if value[:4] != b'"bad':  # invalid UTF-8 passes a structural reading untouched
            assert recording.events[0].raw == event % kept


def test_deep_values_do_not_recurse() -> None:
    deep = b"[" * 20_000 + b"]" * 20_000
    event = b'{"type":3,"timestamp":1700000000000,"data":{"source":2,"type":2,"x":%b}}' % deep
    for text in (b"[%b]" % event, event + b"\n" + event, b'{"events":[%b]}' % event):
        recording = read_recording(text)
        assert recording.events[0].raw == event
        assert source_of(recording.events[0]) == 2


BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t ", "empty"),
    "empty array": (b"[]", "not one rrweb event"),
    "empty object": (b"{}", "not one rrweb event"),
    "truncated array": (dump(EVENTS)[:-20], "cut short"),
    "truncated in a string": (dump(EVENTS)[:60], "cut short"),
    "truncated wrapper": (dump({"events": EVENTS})[:-3], "cut short"),
    "truncated gzip": (gzip.compress(dump(EVENTS) * 50)[:-30], "cut short"),
    "truncated zstd": (zstd.compress(dump(EVENTS) * 50)[:-9], "cut short"),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "gzip of text": (gzip.compress(b"hello, this is text"), "does not hold JSON"),
    "broken gzip": (b"\x1f\x8b" + b"x" * 40, "broken gzip"),
    "not JSON": (b"<!doctype html><p>no", "not JSON"),
    "binary": (bytes(range(256)), "not JSON"),
    "a number": (b"42", "not JSON"),
    "other JSON": (dump({"type": "FeatureCollection", "features": []}), "not one rrweb event"),
    "array of numbers": (b"[1,2,3]", "3 × not an event"),
    "text after the array": (dump(EVENTS) + b" x", "follows"),
    "unbalanced": (b'[{"type":4]', "JSON"),
    "one string": (b'"' + b"a" * 1000 + b'"', "not one rrweb event"),
    "unclosed string": (b'"' + b"a" * 1000, "cut short"),
    "brackets": (b"[" * 5000, "cut short"),
    "envelope without recording": (
        dump({"event_id": "e", "sdk": {}}) + b'\n{"type":"event","length":2}\n{}\n',
        "without a replay_recording",
    ),
    "envelope cut short": (envelope((0, EVENTS))[:-30], "cut short"),
    "only oversize events": (b'[{"type":5,"timestamp":1,"data":"' + b"a" * (31 << 20) + b'"}]', "30 MiB"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line(name: str) -> None:
    blob, said = BAD[name]
    with pytest.raises(FormatError) as error:
        read_recording(blob)
    message = str(error.value)
    assert said in message
    assert "\n" not in message and len(message) < 300


@pytest.mark.parametrize("packer", [gzip.compress, zstd.compress])
def test_bombs_stop_at_the_limit(packer) -> None:
    bomb = packer(b"[" + b" " * (64 << 20))
    tracemalloc.start()
    with pytest.raises(FormatError, match="limit of 1,000,000 bytes"):
        read_recording(bomb, limit_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80 << 20
    with pytest.raises(FormatError, match="does not hold JSON"):
        read_recording(packer(b"\0" * (64 << 20)))


def test_packed_bombs_share_the_limit() -> None:
    bomb = zlib.compress(b"[" + b" " * (2 << 20)).decode("latin-1")
    with pytest.raises(FormatError, match="limit"):
        read_recording(dump([bomb] * 20), limit_bytes=8 << 20)


def test_a_broken_sentry_segment_is_one_line_or_a_counted_cut() -> None:
    broken = b'{"segment_id":0}\n{"type" 4}'
    with pytest.raises(FormatError, match="broken JSON"):
        read_recording(broken)
    whole = envelope((0, EVENTS[:2]), (2, EVENTS[2:]), packer=bytes)
    header = b'{"event_id":"e"}\n{"type":"replay_recording","length":%d}\n' % len(broken)
    recording = read_recording(whole + header + broken.replace(b"0}", b"1}", 1) + b"\n")
    assert len(recording.events) == len(EVENTS)
    assert recording.coverage["skipped"] == {"segment_unreadable": 1}


def test_coverage_names_what_was_understood_and_what_was_not() -> None:
    more = [
        {"type": 7, "data": {"url": "a", "payload": "b"}, "timestamp": 1700000001001},
        {"type": 8, "data": {"type": "caption", "text": "x"}, "timestamp": 1700000001002},
        {"type": 3, "data": {"source": 40}, "timestamp": 1700000001003},
        {"type": 3, "data": {"source": "x"}, "timestamp": 1700000001004},
        {"type": 3, "data": MUTATION, "timestamp": 1700000001005},
        {"type": 6, "data": {"plugin": "acme/heat@1", "payload": {}}, "timestamp": 1700000001006},
        {"type": 6, "data": {"plugin": "rrweb/console@1", "payload": {}}, "timestamp": 1700000001007},
    ]
    recording = read_recording(dump(EVENTS + more))
    assert recording.coverage["types"]["asset"] == recording.coverage["types"]["annotation"] == 1
    assert [json.loads(event.raw) for event in recording.events] == EVENTS + more
    coverage = project(recording.events, coverage=recording.coverage).coverage
    assert coverage["sources"] == {"mutation": 1, "scroll": 1, "source_40": 1}
    expected = {"asset": 1, "annotation": 1, "type_99": 1, "source_40": 1, "source_unreadable": 1}
    assert coverage["not_understood"] == {**expected, "plugin acme/heat@1": 1}


def test_tabs_by_name_are_page_lanes() -> None:
    recording = read_recording(dump({"one": EVENTS, "two": EVENTS[:3]}))
    assert [event.page for event in recording.events] == ["one"] * 4 + ["two"] * 3


def test_two_sentry_replays_in_one_file_are_page_lanes() -> None:
    def of(replay: str, blob: bytes) -> bytes:
        said = dump({"type": "replay_event", "segment_id": 0})
        return blob.replace(said, dump({"type": "replay_event", "segment_id": 0, "replay_id": replay}))

    both = of("r1", envelope((0, EVENTS))) + of("r2", envelope((0, EVENTS[:3])))
    assert Counter(event.page for event in read_recording(both).events) == {"r1": 4, "r2": 3}
    assert {event.page for event in read_recording(of("r1", envelope((0, EVENTS)))).events} == {""}


@pytest.mark.parametrize(("factor", "name"), [(1e3, "micros_to_ms"), (1e6, "nanos_to_ms"), (1e-3, "seconds_to_ms")])
def test_other_units_amid_milliseconds_are_brought_to_milliseconds(factor: float, name: str) -> None:
    other = {"type": 5, "timestamp": 1700000000500 * factor, "data": {"tag": "x"}}
    recording = read_recording(dump([EVENTS[0], other, EVENTS[2]]))
    assert recording.events[1].timestamp == 1700000000500
    assert recording.coverage[name] == 1


def test_seconds_with_fractions_alone_are_brought_to_milliseconds() -> None:
    seconds = [{**event, "timestamp": event["timestamp"] / 1000 + 0.0005} for event in EVENTS]
    recording = read_recording(dump(seconds))
    assert [round(event.timestamp) for event in recording.events] == [round(e["timestamp"] + 0.5) for e in EVENTS]
    assert recording.coverage["seconds_to_ms"] == len(EVENTS)


def test_numbers_that_an_export_wrote_as_strings_are_numbers_again() -> None:
    quoted = [{**event, "type": str(event["type"]), "timestamp": str(event["timestamp"])} for event in EVENTS]
    recording = read_recording(dump(quoted))
    assert as_json(recording) == EVENTS
    assert [json.loads(event.raw)["type"] for event in read_recording(dump([{**EVENTS[0], "type": 4.0}])).events] == [4]
    for word in ("NaN", "inf", "-Infinity"):
        assert len(read_recording(dump([*EVENTS, {"type": 3, "timestamp": word}])).events) == len(EVENTS)
