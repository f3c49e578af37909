"""Compact: finished sessions become small objects, packs go, nothing changes for a reader, and erasure reaches all."""

import contextlib
import json

import pytest
import sqlalchemy as sa

from playhead.jobs.compact import ENOUGH, compact
from playhead.jobs.digest import ensure_digested
from playhead.jobs.erase import erase_session, erase_visitor
from playhead.jobs.imports import import_recording
from playhead.jobs.reindex import reindex
from playhead.jobs.segments import ensure_segments
from playhead.jobs.worker import Worker
from playhead.query.events import all_events
from playhead.store import compaction, open_store
from playhead.store.check import check
from playhead.store.clean import scrub_log
from playhead.store.dictionaries import release_dictionaries
from playhead.store.rewrite import finish_rewrites
from playhead.store.segments import load_manifest
from playhead.store.tables import batches, dictionaries, leftovers, manifests, packs, sessions, sites, uncompacted

DAY_MS = 24 * 3_600_000
PLAIN = b'{"type":2,"timestamp":6,"data":{"node":{"type":0,"id":1,"childNodes":[]},"initialOffset":{"left":0,"top":0}}}'
PLANTED = "planted-4711-of-one-visitor"


class Clock:
    now_ms = 1_760_000_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    with open_store(tmp_path / "data", now_ms=clock) as opened:
        with opened.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": "site", "name": "Site", "created_ms": 0})
        yield opened


def page(*, says: str = "", start_ms: int = 1_760_000_000_000) -> bytes:
    """A page of some size that everybody sees, and a word of one's own."""
    cards = [
        {"type": 2, "tagName": "li", "attributes": {"class": f"card card-{n % 7}"}, "childNodes": [
            {"type": 3, "textContent": f"Boat number {n * n} with its mooring {n * 31 % 97}", "id": 2 * n + 4}],
            "id": 2 * n + 3}
        for n in range(150)
    ]  # fmt: skip
    own = {"type": 3, "textContent": says, "id": 999}
    node = {
        "type": 0,
        "childNodes": [{"type": 2, "tagName": "html", "attributes": {}, "childNodes": [*cards, own], "id": 2}],
    }
    events = [
        {"type": 4, "data": {"href": "https://shop.example/", "width": 800, "height": 600}},
        {"type": 2, "data": {"node": {**node, "id": 1}, "initialOffset": {"left": 0, "top": 0}}},
        {"type": 3, "data": {"source": 2, "type": 2, "id": 3, "x": 5, "y": 5}},
    ]
    made = [{**event, "timestamp": start_ms + n * 100, "page": "p_1"} for n, event in enumerate(events)]
    return json.dumps(made, separators=(",", ":")).encode()


def visit(store, make_batch, name: str, *, visitor: str = "", seqs: int = 3, said: str = "") -> None:
    taken = [
        store.packs.submit(make_batch(name, seq=seq, visitor=visitor or f"v_{name}", body=page(says=said or name)))
        for seq in range(seqs)
    ]
    assert {future.result(60).outcome.value for future in taken} == {"stored"}


def settle(store, clock, *names: str) -> None:
    """The sessions end, are digested and scrubbed, and rest."""
    for name in names:
        ensure_digested(store, name)
    clock.now_ms += DAY_MS // 2
    for name in names:
        scrub_log(store, name)


def fill(store, clock, make_batch, count: int = ENOUGH) -> list[str]:
    names = [f"s_{n}" for n in range(count)]
    for name in names:
        visit(store, make_batch, name)
    settle(store, clock, *names)
    return names


def column(store, what) -> list:
    with store.index.read() as connection:
        return list(connection.execute(sa.select(what)).scalars())


def objects_of(store, part: str) -> list[str]:
    return [key for key in store.objects.list("") if part in key]


def test_sessions_leave_their_packs_and_read_as_before(store, clock, make_batch):
    names = fill(store, clock, make_batch)
    before = {name: store.log.export(name) for name in names}
    kept = sum(column(store, packs.c.bytes))
    done = compact(store, "w")
    assert done.sessions == len(names)
    assert {name: store.log.export(name) for name in names} == before
    assert [key for key in store.objects.list("packs/") if not key.endswith(".whole")] == []
    assert column(store, uncompacted.c.session) == column(store, leftovers.c.session) == []
    assert len(column(store, dictionaries.c.key)) == len(objects_of(store, "dictionaries/")) == 1
    assert sum(column(store, packs.c.bytes)) + sum(column(store, dictionaries.c.bytes)) < kept / 2
    assert sum(column(store, sessions.c.bytes)) == sum(column(store, packs.c.bytes)) == done.bytes
    assert list(check(store)) == []
    assert compact(store, "w").sessions == 0


def test_a_few_sessions_wait_a_day_and_are_kept_without_a_dictionary(store, clock, make_batch):
    fill(store, clock, make_batch, count=2)
    assert compact(store, "w").sessions == 0
    clock.now_ms += DAY_MS
    assert compact(store, "w").sessions == 2
    assert column(store, dictionaries.c.key) == []
    assert store.log.export("s_1")


def test_one_visitor_alone_makes_no_dictionary(store, clock, make_batch):
    names = [f"s_{n}" for n in range(ENOUGH)]
    for name in names:
        visit(store, make_batch, name, visitor="v_1")
    settle(store, clock, *names)
    clock.now_ms += DAY_MS
    assert compact(store, "w").sessions == ENOUGH
    assert column(store, dictionaries.c.key) == []


def test_what_one_visitor_was_shown_is_in_no_dictionary_and_erasure_leaves_nothing(store, clock, make_batch):
    for n in range(ENOUGH):
        visit(store, make_batch, f"s_{n}", said=PLANTED if n == 0 else "")
    settle(store, clock, *(f"s_{n}" for n in range(ENOUGH)))
    compact(store, "w")
    for key in column(store, dictionaries.c.key):
        assert PLANTED.encode() not in store.log.dictionaries.get(key).content.dict_content
    assert PLANTED.encode() in store.log.export("s_0")
    assert erase_visitor(store, "v_s_0") == 1
    assert len(objects_of(store, ".whole")) == ENOUGH - 1
    assert list(check(store)) == []


def test_an_erasure_reaches_the_second_copy_in_a_pack_that_others_need(store, clock, make_batch):
    """Batches of two sessions in one pack, of which one is compacted: its bytes still lie there."""
    bodies = {name: json.dumps([json.loads(page(says=name))[1]]).encode() for name in ("s_gone", "s_stays")}
    made = [make_batch(name, visitor=f"v_{name}", body=body) for name, body in bodies.items()]
    for future in [store.packs.submit(batch) for batch in made]:
        future.result(60)
    assert len(column(store, packs.c.key)) == 1
    settle(store, clock, "s_gone")
    clock.now_ms += 2 * DAY_MS
    assert compact(store, "w").sessions == 1
    assert column(store, leftovers.c.session) == ["s_gone"]
    (shared,) = [key for key in store.objects.list("packs/") if key.endswith(".pack")]
    assert b"s_gone" in store.objects.get(shared)
    assert list(check(store)) == []
    assert erase_session(store, "s_gone")
    assert not any(b"s_gone" in store.objects.get(key) for key in store.objects.list(""))
    assert store.log.export("s_stays")
    assert column(store, leftovers.c.session) == []


def test_late_batches_are_read_and_compacted_with_the_rest(store, clock, make_batch):
    fill(store, clock, make_batch)
    compact(store, "w")
    visit(store, make_batch, "s_late")
    taken = store.packs.submit(make_batch("s_0", seq=3, visitor="v_s_0", body=page(says="late")))
    assert taken.result(60).outcome.value == "stored"
    assert store.packs.submit(make_batch("s_0", seq=1, body=page())).result(60).outcome.value == "duplicate"
    assert b"late" in store.log.export("s_0")
    settle(store, clock, "s_0")
    before = store.log.export("s_0")
    assert compact(store, "w").sessions == 1
    assert store.log.export("s_0") == before
    assert len(objects_of(store, ".whole")) == ENOUGH
    assert list(check(store)) == []


def test_an_import_comes_back_byte_for_byte(store, clock):
    events = [b'{"type":4, "timestamp": 5.25,"data":{"href":"https://a.example/","width":1,"height":1}}', PLAIN]
    session = import_recording(store, "site", b"[ " + b",\n ".join(events) + b" ]")
    clock.now_ms += 2 * DAY_MS
    assert compact(store, "w").sessions == 1
    assert all_events(store, session) == b"[" + b",".join(events) + b"]"


@pytest.mark.parametrize("step", ["put", "pointed", "released"])
def test_a_kill_at_any_step_loses_nothing(tmp_path, clock, make_batch, monkeypatch, step):
    """Between the object and its rows, between the rows and the packs' release, and in the middle of that."""

    class Killed(BaseException):
        pass

    def killed(*_args, **_more):
        raise Killed

    point = compaction._point
    places = {
        "put": (compaction, "_point", killed),
        "pointed": (compaction, "_point", lambda *args: (point(*args), killed())),
        "released": (type(opened_objects(tmp_path)), "delete", killed),
    }
    with open_store(tmp_path / "data", now_ms=clock) as store:
        names = fill(store, clock, make_batch)
        before = {name: store.log.export(name) for name in names}
        with monkeypatch.context() as patch:
            patch.setattr(*places[step])
            with contextlib.suppress(Killed):
                compact(store, "w")
        assert {name: store.log.export(name) for name in names} == before
    with open_store(tmp_path / "data", now_ms=clock) as store:
        assert {name: store.log.export(name) for name in names} == before
        assert [problem for problem in check(store) if problem.kind == "lost"] == []
        compact(store, "another")
        clock.now_ms += 120_000  # the lease of the one that was killed
        compact(store, "another")
        assert {name: store.log.export(name) for name in names} == before
        assert [key for key in store.objects.list("packs/") if not key.endswith(".whole")] == []
        assert len(objects_of(store, ".whole")) == len(names)
        assert list(check(store)) == []


def opened_objects(tmp_path):
    with open_store(tmp_path / "other") as store:
        return store.objects


def test_the_index_is_made_anew_from_what_is_kept(store, clock, make_batch):
    names = fill(store, clock, make_batch)
    compact(store, "w")
    visit(store, make_batch, "s_0x")
    before = {name: store.log.export(name) for name in names}
    facts = rows(store)
    assert reindex(store).failed == 0
    assert {name: store.log.export(name) for name in names} == before
    assert rows(store) == facts
    assert list(check(store)) == []
    settle(store, clock, *names)
    assert compact(store, "w").sessions == 0  # they are whole already
    assert len(objects_of(store, "dictionaries/")) == 1


def rows(store):
    with store.index.read() as connection:
        query = sa.select(batches.c.session, batches.c.seq, batches.c.start, batches.c.length, batches.c.received_ms)
        taken = [tuple(row) for row in connection.execute(query.order_by(batches.c.session, batches.c.seq))]
        sums = sa.select(sessions.c.id, sessions.c.batches, sessions.c.bytes, sessions.c.visitor, sessions.c.site)
        return taken, [tuple(row) for row in connection.execute(sums.order_by(sessions.c.id))]


def test_reindex_prefers_the_whole_session_to_what_is_left_in_a_pack(store, clock, make_batch):
    made = [make_batch(name, visitor=f"v_{name}", body=page(says=name)) for name in ("s_a", "s_b")]
    for future in [store.packs.submit(batch) for batch in made]:
        future.result(60)
    settle(store, clock, "s_a")
    clock.now_ms += 2 * DAY_MS
    compact(store, "w")
    reindex(store)
    assert column(store, leftovers.c.session) == ["s_a"]
    assert list(check(store)) == []
    assert erase_session(store, "s_a")
    assert not any(b"s_a" in store.objects.get(key) for key in store.objects.list(""))


def test_a_dictionary_stays_while_a_session_needs_it_and_goes_after(store, clock, make_batch):
    names = fill(store, clock, make_batch)
    compact(store, "w")
    clock.now_ms += 2 * DAY_MS
    assert release_dictionaries(store.objects, store.index, now_ms=store.now_ms()) == 0
    for name in names:
        erase_session(store, name)
    assert release_dictionaries(store.objects, store.index, now_ms=store.now_ms()) == 1
    assert objects_of(store, "dictionaries/") == objects_of(store, ".whole") == []


def test_a_lost_dictionary_and_a_damaged_session_are_named_and_read_as_gaps(store, clock, make_batch):
    fill(store, clock, make_batch)
    compact(store, "w")
    key = objects_of(store, ".whole")[0]
    blob = bytearray(store.objects.get(key))
    blob[-3] ^= 1
    store.objects.put(key, bytes(blob), if_absent=False)
    problems = list(check(store))
    assert {problem.kind for problem in problems} == {"lost"}
    assert all("checksum" in problem.what for problem in problems)
    damaged = [name for name in column(store, sessions.c.id) if store.log.read(name).gaps]
    assert len(damaged) == 1
    store.objects.delete(objects_of(store, "dictionaries/")[0])
    store.log.dictionaries._cached.clear()
    assert any(f"{ENOUGH} sessions were compressed with it" in problem.what for problem in check(store))
    (gap,) = {gap.reason for gap in store.log.read("s_1" if damaged != ["s_1"] else "s_2").gaps}
    assert "dictionary" in gap


def test_a_site_whose_pages_changed_gets_another_dictionary(store, clock, make_batch):
    for n in range(20):
        visit(store, make_batch, f"s_{n}")
    settle(store, clock, *(f"s_{n}" for n in range(20)))
    compact(store, "w")
    for n in range(20, 40):
        body = page(says=f"s_{n}").replace(b"mooring", b"berth and bollard").replace(b"card", b"tile")
        store.packs.submit(make_batch(f"s_{n}", visitor=f"v_{n}", body=body)).result(60)
    settle(store, clock, *(f"s_{n}" for n in range(20, 40)))
    compact(store, "w")
    assert len(column(store, dictionaries.c.key)) == 2
    assert b"mooring" in store.log.export("s_3")
    assert b"bollard" in store.log.export("s_33")
    assert list(check(store)) == []


def test_a_pack_of_which_little_is_wanted_is_written_anew(store, clock, make_batch):
    names = [f"s_{n}" for n in range(12)]
    for future in [store.packs.submit(make_batch(name, visitor=name, body=page(says=name))) for name in names]:
        future.result(60)
    settle(store, clock, *names[1:])
    compact(store, "w")
    before = column(store, packs.c.key)
    clock.now_ms += 2 * DAY_MS
    compact(store, "w")
    assert len([key for key in column(store, packs.c.key) if key not in before]) == 1
    assert b"s_0" in store.log.export("s_0")
    assert column(store, leftovers.c.session) == []


def test_segments_that_nobody_watches_go_and_come_again(store, clock, make_batch):
    names = fill(store, clock, make_batch)
    for name in names:
        ensure_segments(store, name)
    clock.now_ms += DAY_MS - 1_000_000
    ensure_segments(store, "s_3")
    compact(store, "w")
    clock.now_ms += 2_000_000
    compact(store, "w")
    assert column(store, manifests.c.session) == ["s_3"]
    assert len(objects_of(store, "segments/")) == 1
    assert ensure_segments(store, "s_0") is not None
    assert load_manifest(store.index, "s_0") is not None


def test_a_worker_compacts(store, clock, make_batch, monkeypatch):
    fill(store, clock, make_batch)
    worker = Worker(store)
    worker._compact()
    assert objects_of(store, ".whole") == []  # a minute after its start
    worker._compact_at_s = 0.0
    worker._compact()
    assert len(objects_of(store, ".whole")) == ENOUGH


def test_part_of_a_whole_session_becomes_a_pack_again(store, clock, make_batch):
    fill(store, clock, make_batch)
    compact(store, "w")
    with store.index.write() as connection:
        own = sa.select(batches.c.pack).where(batches.c.session == "s_1").limit(1)
        pack = connection.execute(own).scalar_one()
        connection.execute(sa.delete(batches).where(batches.c.session == "s_1", batches.c.seq == 0))
        connection.execute(sa.text("insert into rewrites (pack) values (:pack)"), {"pack": pack})
    finish_rewrites(store.objects, store.index, new_key=store.new_key)
    read = store.log.read("s_1")
    assert [gap.reason for gap in read.gaps] == ["never received"]
    assert len(read.batches) == 2
