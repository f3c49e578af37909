"""Store: the whole of it on the embedded engines and on PostgreSQL and S3, through the same questions."""

from concurrent.futures import wait

import pytest
import sqlalchemy as sa

from playhead.jobs.compact import compact
from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_visitor
from playhead.jobs.segments import ensure_segments
from playhead.query.sessions import list_sessions
from playhead.store import open_store
from playhead.store.check import check
from playhead.store.clean import scrub_log
from playhead.store.tables import batches, packs

EVENTS = (
    b'[{"type":4,"timestamp":1000,"data":{"href":"https://shop.example/checkout","width":800,"height":600}},'
    b'{"type":2,"timestamp":1001,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html",'
    b'"attributes":{},"childNodes":[{"type":2,"id":3,"tagName":"button","attributes":{},"childNodes":'
    b'[{"type":3,"id":4,"textContent":"Pay"}]}]}]},"initialOffset":{"top":0,"left":0}}},'
    b'{"type":3,"timestamp":2000,"data":{"source":2,"type":2,"id":3,"x":1,"y":1}}]'
)


@pytest.fixture(params=["embedded", "postgresql and s3"])
def engines(request):
    if request.param == "embedded":
        return {}
    return {"index_url": request.getfixturevalue("postgres_url"), "objects_url": request.getfixturevalue("s3_url")}


@pytest.fixture
def open_node(tmp_path, engines):
    """Open the same store once more: on the real engines as another node, with a data directory of its own."""
    opened = []

    def open_one():
        opened.append(open_store(tmp_path / (f"node{len(opened)}" if engines else "data"), **engines))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def test_from_batch_to_list_to_erasure(open_node, make_batch):
    store = open_node()
    for visitor in ("v_1", "v_2"):
        futures = [store.packs.submit(make_batch(f"s_{visitor}", visitor=visitor, body=EVENTS))]
        wait(futures, timeout=60)
        digest(store, f"s_{visitor}")
        assert ensure_segments(store, f"s_{visitor}") is not None
    reader = open_node()
    for q in ("page:/checkout", "control:Pay", "interactions>=1", "PAY", "visitor:v_1 page:shop"):
        assert "s_v_1" in [row.id for row in list_sessions(reader, q=q).sessions], q
    first = list_sessions(reader, sort="started", limit=1)
    rest = list_sessions(reader, sort="started", limit=1, cursor=first.next_cursor)
    assert {first.sessions[0].id, rest.sessions[0].id} == {"s_v_1", "s_v_2"}
    assert erase_visitor(reader, "v_1") == 1
    assert [row.id for row in list_sessions(store).sessions] == ["s_v_2"]
    assert store.packs.submit(make_batch("s_v_1", seq=1)).result(60).outcome.value == "erased"
    assert len(store.log.events("s_v_2")) == 3
    assert len(list(store.objects.list("segments/"))) == 1


def test_two_nodes_keep_a_batch_once(open_node, make_batch):
    nodes = [open_node(), open_node()]
    futures = [node.packs.submit(make_batch(f"s_{n % 7}", seq=n)) for n in range(60) for node in nodes]
    outcomes = [future.result(120).outcome.value for future in futures]
    assert (outcomes.count("stored"), outcomes.count("duplicate")) == (60, 60)
    with nodes[0].index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar() == 60


def test_a_node_that_starts_leaves_what_others_are_writing(open_node, make_batch):
    writer = open_node()
    assert writer.packs.submit(make_batch()).result(60).outcome.value == "stored"
    late = open_node()
    assert not late.lock.alone
    with late.index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(packs)).scalar() == 1
    assert len(list(late.objects.list("packs/"))) == 1


def test_finished_sessions_are_kept_as_a_whole_and_erased_with_the_rest(open_node, make_batch):
    """Two nodes: one compacts, the other reads, erases and lets go of what nothing needs."""
    store = open_node()
    names = [f"s_{n}" for n in range(9)]
    for name in names:
        made = [make_batch(name, seq=seq, visitor=f"v_{name}", received_ms=1_000 + seq, body=EVENTS) for seq in (0, 1)]
        wait([store.packs.submit(batch) for batch in made], timeout=60)
        digest(store, name)
        scrub_log(store, name)
    reader = open_node()
    before = {name: reader.log.export(name) for name in names}
    assert compact(store, "one").sessions == len(names)
    assert {name: reader.log.export(name) for name in names} == before
    assert all(key.endswith(".whole") for key in reader.objects.list("packs/"))
    assert [problem for problem in check(reader) if problem.kind != "stale"] == []
    assert erase_visitor(reader, "v_s_3") == 1
    assert len(list(store.objects.list("packs/"))) == len(names) - 1
    taken = reader.packs.submit(make_batch("s_5", seq=2, visitor="v_s_5", body=EVENTS)).result(60)
    assert taken.outcome.value == "stored"
    assert len(store.log.read("s_5").batches) == 3
