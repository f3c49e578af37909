"""SessionLog: events come back as they were, in order, around everything that is damaged."""

import gzip
import json

import pytest
import sqlalchemy as sa

from playhead.store import log as log_module
from playhead.store.log import PACK_GONE, Gap
from playhead.store.tables import packs


def event(time_ms, **more):
    return json.dumps({"type": 3, "timestamp": time_ms, "data": {"source": 2}, **more}).encode()


def body(*events):
    return b"[" + b",".join(events) + b"]"


@pytest.fixture
def keep(store, make_batch):
    def keep(*parts, **facts):
        first = json.loads(parts[0])["timestamp"] if parts else 0
        facts = {"first_ms": float(first), **facts}
        store.packs.submit(make_batch(body=facts.pop("packed", None) or body(*parts), **facts)).result(10)

    return keep


def raws(store, session="s_1"):
    return [found.raw for found in store.log.events(session)]


def test_batches_that_arrived_out_of_order_are_read_in_order(store, keep):
    events = [event(1000 + number) for number in range(12)]
    for seq in (3, 0, 5, 1, 4, 2):
        keep(*events[seq * 2 : seq * 2 + 2], seq=seq)
    assert raws(store) == events
    assert store.log.read("s_1").gaps == []


def test_the_bytes_of_an_event_are_kept_as_they_were(store, keep):
    odd = b'{ "timestamp" : 1.5e3,"type":3, "data" : {"source":2, "n":1.0,"u":"\\u00e9\xc3\xa9"},"extra":[ ] }'
    keep(odd, packed=gzip.compress(body(odd)))
    assert raws(store) == [odd]
    assert store.log.export("s_1") == body(odd)


def test_pages_come_in_the_order_in_which_they_began(store, keep):
    keep(event(2000), page="a_second")
    keep(event(1000), page="z_first")
    assert raws(store) == [event(1000), event(2000)]


def test_tabs_are_woven_together_and_each_keeps_its_order(store, keep):
    left = [event(1000), event(1900), event(1500), event(3000)]  # 1500 was written late: it stays behind 1900
    right = [event(1200), event(1700), event(2000)]
    keep(*left, page="left")
    keep(*right, page="right")
    woven = raws(store)
    assert [found for found in woven if found in left] == left
    assert woven == [event(1000), event(1200), event(1700), event(1900), event(1500), event(2000), event(3000)]


def test_one_session_is_not_another(store, keep):
    keep(event(1), session="s_1")
    keep(event(2), session="s_2")
    assert raws(store, "s_2") == [event(2)]
    assert raws(store, "s_unknown") == []
    assert (store.log.exists("s_2"), store.log.exists("s_unknown")) == (True, False)


def test_batches_that_never_came_are_gaps(store, keep):
    for seq in (2, 3, 7):
        keep(event(1000 + seq), seq=seq)
    keep(event(5000), page="p_2", seq=2**31 - 1)
    assert store.log.read("s_1").gaps == [
        Gap("p_1", 0, 1, "never received"),
        Gap("p_1", 4, 6, "never received"),
        Gap("p_2", 0, 2**31 - 2, "never received"),
    ]


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (gzip.compress(b"[]")[:-9], "cut short"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "damaged gzip"),
        (gzip.compress(b" " * (33 << 20)), "more than the limit"),
        (b"not json", "not"),
        (b"[{", ""),
    ],
)
def test_a_body_that_cannot_be_read_is_a_gap_and_the_rest_is_read(store, keep, packed, reason):
    keep(event(1000), seq=0)
    keep(seq=1, packed=packed)
    keep(event(3000), seq=2)
    read = store.log.read("s_1")
    assert [found.raw for found in read.events] == [event(1000), event(3000)]
    assert [(gap.page, gap.from_seq, gap.to_seq) for gap in read.gaps] == [("p_1", 1, 1)]
    assert reason in read.gaps[0].reason


def test_what_is_no_event_is_skipped_and_counted(store, keep):
    keep(packed=b'[{"type":3,"timestamp":1},null,{"no":"event"},{"type":3,"timestamp":2}]')
    read = store.log.read("s_1")
    assert (len(read.events), sum(read.skipped.values())) == (2, 2)


def damage(store, at):
    [key] = store.objects.list("packs/")
    blob = bytearray(store.objects.get(key))
    blob[at] ^= 0xFF
    store.objects.put(key, bytes(blob), if_absent=False)


def test_a_flipped_bit_spoils_one_batch(store, keep, own_packs):
    keep(event(1000), seq=0)
    damage(store, -3)
    keep(event(2000), seq=1)
    read = store.log.read("s_1")
    assert [found.raw for found in read.events] == [event(2000)]
    assert "checksum" in read.gaps[0].reason


def test_a_pack_cut_short_and_a_pack_that_is_gone_are_gaps(store, keep, own_packs):
    keep(event(1000), seq=0)
    [key] = store.objects.list("packs/")
    keep(event(2000), seq=1)
    blob = store.objects.get(key)
    store.objects.put(key, blob[:-10], if_absent=False)
    assert "are left of" in store.log.read("s_1").gaps[0].reason
    store.objects.delete(key)
    read = store.log.read("s_1")
    assert [found.raw for found in read.events] == [event(2000)]
    assert read.gaps == [Gap("p_1", 0, 0, PACK_GONE)]


def test_a_pack_rewritten_while_it_is_read_is_found_at_its_new_place(store, keep, monkeypatch):
    keep(event(1000))
    [key] = store.objects.list("packs/")
    really = type(store.objects).get_range

    def moved(objects, asked, start, length):
        if asked == key and (objects.root / key).exists():
            objects.put("packs/moved.pack", objects.get(key))
            with store.index.write() as connection:
                connection.execute(sa.update(packs).values(key="packs/moved.pack"))
            objects.delete(key)
        return really(objects, asked, start, length)

    monkeypatch.setattr(type(store.objects), "get_range", moved)
    assert raws(store) == [event(1000)]


def test_a_session_larger_than_the_limit_is_read_up_to_it(store, keep):
    for seq in range(4):
        keep(event(1000 + seq, pad="x" * 10_000), seq=seq)
    read = store.log.read("s_1", limit_bytes=25_000)
    assert len(read.events) == 2
    assert [gap.from_seq for gap in read.gaps] == [2, 3]
    assert log_module.MAX_SESSION_BYTES >= 1 << 30


def test_seconds_amid_milliseconds_are_found_over_the_whole_session(store, keep):
    keep(event(1_760_000_000_000), seq=0)
    keep(event(1_760_000_001.5), seq=1)
    assert [found.timestamp for found in store.log.events("s_1")] == [1_760_000_000_000, 1_760_000_001_500]


def test_the_state_of_the_log_is_told(store, keep):
    keep(event(1), seq=0)
    assert store.log.read("s_1").revision == 1
    keep(event(2), seq=1)
    assert store.log.read("s_1").revision == 2
