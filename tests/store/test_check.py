"""Check: every way in which a store can be spoilt is named, a whole one passes, and nothing is changed."""

import sqlalchemy as sa

from playhead.jobs.digest import digest
from playhead.jobs.segments import ensure_segments
from playhead.store import search
from playhead.store.check import check
from playhead.store.tables import batches, digests, manifests, packs, sessions

EVENTS = (
    b'[{"type":4,"timestamp":1000,"data":{"href":"https://a.example/","width":800,"height":600}},'
    b'{"type":2,"timestamp":1001,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html",'
    b'"attributes":{},"childNodes":[]}]},"initialOffset":{"top":0,"left":0}}}]'
)


def _fill(store, make_batch):
    for name in ("s_1", "s_2"):
        store.packs.submit(make_batch(name, body=EVENTS)).result(60)
        digest(store, name)
        ensure_segments(store, name)


def _kinds(store, **options):
    return sorted(problem.kind for problem in check(store, **options))


def test_a_whole_store_passes(store, make_batch):
    _fill(store, make_batch)
    seen = []
    assert list(check(store, progress=lambda *step: seen.append(step))) == []
    assert {stage for stage, _, _ in seen} == {"packs", "segments", "assets", "traces"}
    assert all(done <= total for _, done, total in seen)


def test_a_changed_byte_of_a_body_is_lost_and_named(store, make_batch):
    _fill(store, make_batch)
    with store.index.read() as connection:
        key, start = connection.execute(
            sa.select(packs.c.key, batches.c.start)
            .join(batches, batches.c.pack == packs.c.id)
            .where(batches.c.session == "s_2")
        ).one()
    blob = bytearray(store.objects.get(key))
    blob[start + 5] ^= 1
    store.objects.put(key, bytes(blob), if_absent=False)
    (problem,) = check(store)
    assert problem.kind == "lost"
    assert "session s_2" in problem.where
    assert "checksum" in problem.what
    assert _kinds(store, quick=True) == []  # which it says it does not read


def test_a_pack_without_its_object_and_one_with_a_broken_header(store, make_batch, own_packs):
    _fill(store, make_batch)
    first, second = sorted(store.objects.list("packs/"))
    store.objects.delete(first)
    blob = bytearray(store.objects.get(second))
    blob[30] ^= 1
    store.objects.put(second, bytes(blob), if_absent=False)
    problems = {problem.where: problem for problem in check(store)}
    assert problems[first].what == "the object is gone; 1 session had batches in it"
    assert "header" in problems[second].what
    assert {problem.kind for problem in problems.values()} == {"lost"}


def test_what_is_made_again_is_stale_and_what_nothing_needs_is_left(store, make_batch):
    _fill(store, make_batch)
    with store.index.read() as connection:
        gone = connection.execute(sa.select(manifests.c.key).where(manifests.c.session == "s_1")).scalar_one()
        hurt = connection.execute(sa.select(manifests.c.key).where(manifests.c.session == "s_2")).scalar_one()
    store.objects.delete(gone)
    store.objects.put(hurt, store.objects.get(hurt)[:-3] + b"xyz", if_absent=False)
    store.objects.put("segments/aa/nobody", b"x")
    store.objects.put("packs/2020-01-01/1577836800000-aa-000001.pack", b"x")
    with store.index.write() as connection:
        connection.execute(sa.update(digests).where(digests.c.session == "s_1").values(trace=b"nonsense"))
        connection.execute(sa.update(sessions).where(sessions.c.id == "s_2").values(batches=7))
        connection.execute(sa.insert(manifests), _manifest_of_nobody(connection))
    found = {(problem.kind, problem.where.split(":")[0].partition("/")[0]) for problem in check(store)}
    assert found == {
        ("left", "packs"),
        ("left", "segments"),
        ("left", "table manifests"),
        ("stale", "segments"),
        ("stale", "session s_1"),
        ("stale", "session s_2"),
    }


def _manifest_of_nobody(connection):
    row = connection.execute(sa.select(manifests).where(manifests.c.session == "s_1")).one()._asdict()
    return {**row, "session": "s_gone"}


def test_places_that_do_not_agree_and_batches_without_rows(store, make_batch, own_packs):
    _fill(store, make_batch)
    with store.index.write() as connection:
        connection.execute(sa.update(batches).where(batches.c.session == "s_1").values(start=1))
        connection.execute(sa.delete(batches).where(batches.c.session == "s_2"))
    said = [problem.what for problem in check(store)]
    assert "the index and the pack's header do not agree on its place" in said
    assert "1 of its 1 batches have no row" in said
    assert "1 batches are counted, 0 are there" in said


def test_documents_that_say_something_else_are_missing_or_belong_to_nobody(store, make_batch):
    _fill(store, make_batch)
    with store.index.write() as connection:
        connection.execute(sa.update(sessions).where(sessions.c.id == "s_1").values(headline="Found by nobody"))
        search.remove(connection, "s_2")
        search.add_documents(connection, [(77, ["nobody"])])
    found = {(problem.kind, problem.where) for problem in check(store)}
    assert found == {("stale", "session s_1"), ("stale", "session s_2"), ("left", "full text")}
    with store.index.write() as connection:
        search.rebuild(connection)
    assert list(check(store)) == []
