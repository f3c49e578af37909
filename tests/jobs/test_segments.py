"""Slices in the store: made once, made anew when the log or the maker changes, gone when the session is erased."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from playhead.jobs import segments as jobs
from playhead.jobs.erase import erase_session
from playhead.jobs.imports import import_recording
from playhead.query import events as query_events
from playhead.store import Store, open_store
from playhead.store.segments import PREFIX, SegmentError, finish_removals, inflate_slice, read_slice
from playhead.store.tables import manifests, removals

T0 = 1_760_000_000_000


def recording(count: int = 4_000) -> list[dict[str, Any]]:
    body = {"type": 2, "id": 4, "tagName": "body", "attributes": {}, "childNodes": [
        {"type": 3, "id": 6, "textContent": "0"}]}  # fmt: skip
    html = {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": [body]}
    snapshot = {"node": {"type": 0, "id": 1, "childNodes": [html]}, "initialOffset": {"top": 0, "left": 0}}
    events = [
        {"type": 4, "timestamp": T0, "data": {"href": "https://x.example/", "width": 800, "height": 600}},
        {"type": 2, "timestamp": T0 + 1, "data": snapshot},
    ]
    for n in range(1, count + 1):
        texts = [{"id": 6, "value": str(n)}]
        data = {"source": 0, "texts": texts, "attributes": [], "removes": [], "adds": []}
        events.append({"type": 3, "timestamp": T0 + n * 100, "data": data})
    return events


@pytest.fixture
def session(store: Store) -> str:
    return import_recording(store, "site", json.dumps(recording()).encode())


def objects(store: Store) -> list[str]:
    return list(store.objects.list(PREFIX))


def test_slices_are_made_once_and_read_one_by_one(store, session, monkeypatch) -> None:
    stored = jobs.ensure_segments(store, session)
    assert len(stored.manifest.places) > 2
    monkeypatch.setattr(jobs, "make_segments", lambda *_: pytest.fail("made again"))
    assert jobs.ensure_segments(store, session) == stored
    monkeypatch.setattr(store.log, "read", lambda *_: pytest.fail("the log was read"))
    last = json.loads(inflate_slice(read_slice(store.objects, stored, len(stored.manifest.places) - 1)))
    assert last["events"][-1]["data"]["texts"] == [{"id": 6, "value": "4000"}]
    window = json.loads(query_events.window(store, stored, from_ms=T0 + 250_050, to_ms=T0 + 251_000))
    assert [one["type"] for one in window[:2]] == [4, 2]
    assert '"2500"' in json.dumps(window[1])
    assert [one["timestamp"] - T0 for one in window[2:]] == list(range(250_100, 251_001, 100))


def test_another_version_of_the_maker_replaces_them(store, session, monkeypatch) -> None:
    before = jobs.ensure_segments(store, session)
    monkeypatch.setattr(jobs, "SEGMENT_VERSION", before.version + 1)
    after = jobs.ensure_segments(store, session)
    assert after.version == before.version + 1
    assert objects(store) == [after.key]


def test_erasing_a_session_erases_its_slices(store, session) -> None:
    jobs.ensure_segments(store, session)
    assert erase_session(store, session)
    assert objects(store) == []
    with store.index.read() as connection:
        assert connection.execute(sa.select(manifests)).first() is None
        assert connection.execute(sa.select(removals)).first() is None
    assert jobs.ensure_segments(store, session) is None


def test_slices_made_while_their_session_is_erased_are_not_kept(store, session, monkeypatch) -> None:
    read = store.log.read

    def erased_meanwhile(session_id: str):
        found = read(session_id)
        erase_session(store, session_id)
        return found

    monkeypatch.setattr(store.log, "read", erased_meanwhile)
    assert jobs.make_segments(store, session) is None
    assert objects(store) == []


def test_a_crash_between_rows_and_objects_is_mended_at_the_next_start(tmp_path: Path, monkeypatch) -> None:
    with open_store(tmp_path) as store:
        from playhead.query import sites

        key = sites.ensure_default(store)
        session = import_recording(store, key, json.dumps(recording(10)).encode())
        jobs.ensure_segments(store, session)
        store.objects.put(f"{PREFIX}00/orphan", b"x")
        monkeypatch.setattr("playhead.store.erasure.finish_removals", lambda *_: 0)
        assert erase_session(store, session)
        assert len(objects(store)) == 2
    with open_store(tmp_path) as store:
        assert objects(store) == []
        assert finish_removals(store.objects, store.index) == 0


def test_a_damaged_slice_is_named_and_the_window_goes_on_behind_it(store, session) -> None:
    stored = jobs.ensure_segments(store, session)
    path = store.objects.root / stored.key
    blob = bytearray(path.read_bytes())
    place = stored.manifest.places[1]
    blob[place.start + 30] ^= 0xFF
    path.write_bytes(blob)
    with pytest.raises(SegmentError, match="segment 1 is damaged"):
        read_slice(store.objects, stored, 1)
    window = json.loads(query_events.window(store, stored, from_ms=T0, to_ms=None))
    assert window[-1]["data"]["texts"] == [{"id": 6, "value": "4000"}]
    assert [one["type"] for one in window].count(2) == 2  # the first, and the keyframe behind the gap


def test_missing_batches_are_gaps_with_their_time(store, make_batch) -> None:
    events = recording(30)
    for seq, part in ((0, events[:10]), (2, events[20:])):
        times = {"first_ms": part[0]["timestamp"], "last_ms": part[-1]["timestamp"], "events": len(part)}
        store.packs.submit(make_batch("s_9", seq=seq, body=json.dumps(part).encode(), **times)).result(10)
    (gap,) = jobs.ensure_segments(store, "s_9").manifest.gaps
    assert (gap.from_ms, gap.to_ms, gap.reason) == (events[9]["timestamp"], events[20]["timestamp"], "never received")
