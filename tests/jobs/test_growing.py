"""Growing: a session read batch by batch has the slices that the whole of it has, wherever the batches were cut."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.jobs.growing import Growing
from playhead.jobs.live import Cursor, Live
from playhead.jobs.segments import make_segments
from playhead.store import open_store
from playhead.store.segments import inflate_slice, read_slice
from tests.conftest import NOW_MS
from tests.jobs.test_segments import T0, recording

RECORDINGS = Path(__file__).parents[1] / "fixtures/recordings"
NOTHING = Cursor(-1, -1, -1, 0.0, -1)


def slices_of(growing: Growing) -> list[Any]:
    return [json.loads(growing.body(number)) for number in range(growing.slices)]


def whole(store, session: str) -> list[Any]:
    stored = make_segments(store, session)
    count = len(stored.manifest.places)
    return [json.loads(inflate_slice(read_slice(store.objects, stored, number))) for number in range(count)]


def record(
    store, make_batch, parts: list[list[Any]], *, first: int = 0, session: str = "s_1", page: str = "p_1"
) -> None:
    for seq, part in enumerate(parts, start=first):
        body = json.dumps(part).encode()
        store.packs.submit(make_batch(session, seq=seq, body=body, received_ms=NOW_MS)).result(60)


def cut(events: list[Any], places: list[int]) -> list[list[Any]]:
    ends = [*sorted({place % (len(events) + 1) for place in places}), len(events)]
    return [part for start, end in zip([0, *ends], ends, strict=False) if (part := events[start:end])]


@settings(max_examples=12)
@given(places=st.lists(st.integers(0, 4_000), max_size=6))
def test_it_does_not_matter_where_the_batches_are_cut(tmp_path_factory, places):
    make = _maker()
    with open_store(tmp_path_factory.mktemp("store"), now_ms=lambda: NOW_MS) as store:
        growing = Growing(store, "s_1")
        for seq, part in enumerate(cut(recording(2_000), places)):
            record(store, make, [part], first=seq)
            growing.update(store.log.read("s_1").revision)
        assert slices_of(growing) == whole(store, "s_1")


def _maker():
    from playhead.store.batch import AdmittedBatch, BatchFacts

    def make(session: str, *, body: bytes, **facts: Any) -> AdmittedBatch:
        return AdmittedBatch(BatchFacts(session=session, site="site", page="p_1", **facts), body)

    return make


def _ms(event: dict[str, Any]) -> Any:
    """When it was, as others of its recording tell it: Sentry's own events count seconds, PostHog writes dates."""
    said = event["timestamp"]
    return said if isinstance(said, str) else said * (1_000 if said < 1e11 else 1)


@pytest.mark.parametrize("name", sorted({path.name.split(".")[0] for path in RECORDINGS.glob("*.json.zst")})[::40])
def test_real_recordings_grow_into_the_same_slices(store, make_batch, name):
    events = json.loads(zstd.decompress((RECORDINGS / f"{name}.json.zst").read_bytes()))
    events = events if isinstance(events, list) else events["events"]
    events.sort(key=_ms)
    growing = Growing(store, "s_1")
    # a moment is not torn apart: the same event twice within it is one where they are read together
    ends = [at for at in range(1, len(events)) if _ms(events[at]) > _ms(events[at - 1])]
    for seq, part in enumerate(cut(events, ends[:: max(1, len(ends) // 7)])):
        record(store, make_batch, [part], first=seq)
        growing.update(store.log.read("s_1").revision)
    shown = [(one["keyframe"], one["events"]) for one in slices_of(growing)]
    assert shown == [(one["keyframe"], one["events"]) for one in whole(store, "s_1")]


def test_a_batch_that_was_held_up_is_put_in_its_place(store, make_batch):
    first, second, third = cut(recording(300), [100, 200])
    growing = Growing(store, "s_1")
    record(store, make_batch, [first])
    record(store, make_batch, [third], first=2)
    growing.update(store.log.read("s_1").revision)
    record(store, make_batch, [second], first=1)
    growing.update(store.log.read("s_1").revision)
    assert slices_of(growing) == whole(store, "s_1")


def test_a_watcher_is_told_just_what_is_new(store, make_batch):
    live = Live(store)
    first, second = cut(recording(20), [10])
    record(store, make_batch, [first])
    begun = live.news("s_1", NOTHING, whole=True)
    assert begun.live
    assert begun.outline["state"] == "playable"
    (slice_,) = begun.outline["segments"]
    body = json.loads(live.growing("s_1").body(0))
    have = Cursor(begun.revision, 1, 0, slice_[0], len(body["events"]))
    assert live.news("s_1", have, whole=False).events == []
    record(store, make_batch, [second], first=1)
    news = live.news("s_1", have, whole=False)
    assert [json.loads(bytes(one))["timestamp"] for one in news.events] == [one["timestamp"] for one in second]
    assert news.end_ms == T0 + 2_000
    assert live.news("s_nobody", NOTHING, whole=True) is None


@pytest.mark.parametrize(
    "have", [Cursor(10**9, -5, 10**9, -1.0, 10**9), Cursor(0, 0, 0, 0.0, -7), Cursor(0, 1, 0, float(T0), 10**12)]
)
def test_a_cursor_that_makes_no_sense_gets_the_list(store, make_batch, have):
    record(store, make_batch, [recording(20)])
    news = Live(store).news("s_1", have, whole=False)
    assert news.events == []
    assert news.outline is not None or have.slices == 1


def test_a_session_that_said_goodbye_is_not_growing(store, make_batch):
    live = Live(store)
    record(store, make_batch, [recording(20)])
    assert live.growing("s_1") is not None
    store.packs.submit(make_batch("s_1", seq=1, body=b"[]", ended=True, received_ms=NOW_MS)).result(60)
    assert live.growing("s_1") is None
    assert live.news("s_1", NOTHING, whole=False).ended


def test_a_watcher_is_woken_by_a_batch_of_its_session_only(store, make_batch):
    live = Live(store)

    async def watch() -> bool:
        with live.watching("s_1") as woken:
            await asyncio.to_thread(record, store, make_batch, [[]], session="s_2")
            await asyncio.sleep(0.1)
            assert not woken.is_set()
            await asyncio.to_thread(record, store, make_batch, [[]])
            await asyncio.wait_for(woken.wait(), 10)
        return woken.is_set()

    assert asyncio.run(watch())
