"""Reindex: the index comes back from the packs as it was, erased sessions stay erased, people's work is kept."""

import pytest
import sqlalchemy as sa

from playhead.core.report import Report, Sentence
from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_session
from playhead.jobs.reindex import reindex
from playhead.query import marks
from playhead.store import StoreInUse, open_store
from playhead.store.check import check
from playhead.store.digests import state_of
from playhead.store.reports import DigestStamp, save_report
from playhead.store.tables import controls, pages, sessions, signals

EVENTS = (
    b'[{"type":4,"timestamp":1000,"data":{"href":"https://shop.example/checkout","width":800,"height":600}},'
    b'{"type":2,"timestamp":1001,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html",'
    b'"attributes":{},"childNodes":[{"type":2,"id":3,"tagName":"button","attributes":{},"childNodes":'
    b'[{"type":3,"id":4,"textContent":"Pay"}]}]}]},"initialOffset":{"top":0,"left":0}}},'
    b'{"type":3,"timestamp":2000,"data":{"source":2,"type":2,"id":3,"x":1,"y":1}}]'
)
VOLATILE = ("log_revision", "digest_revision", "digested_ms")


def _rows(store):
    with store.index.read() as connection:
        found = {}
        for table in (sessions, pages, controls, signals):
            rows = [row._asdict() for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            found[table.name] = [{k: v for k, v in row.items() if k not in VOLATILE} for row in rows]
        return found


def _fill(store, make_batch):
    for name in ("s_1", "s_2", "s_3"):
        store.packs.submit(make_batch(name, body=EVENTS)).result(60)
        store.packs.submit(make_batch(name, seq=1, body=b"[]")).result(60)
        digest(store, name)


def test_everything_derived_comes_back_as_it_was(store, make_batch):
    _fill(store, make_batch)
    before = _rows(store)
    assert before["controls"]
    done = reindex(store)
    assert (done.sessions, done.failed, done.unreadable) == (3, 0, 0)
    assert _rows(store) == before
    assert list(check(store)) == []


def test_what_was_erased_stays_erased_and_marks_are_kept(store, make_batch):
    _fill(store, make_batch)
    marks.add_note(store, "s_1", t_ms=5, text="look here")
    erase_session(store, "s_2")
    reindex(store)
    assert [row["id"] for row in _rows(store)["sessions"]] == ["s_1", "s_3"]
    assert [note.text for note in marks.marks_of(store, "s_1").notes] == ["look here"]
    assert store.packs.submit(make_batch("s_2", seq=9)).result(60).outcome.value == "erased"


def test_a_models_report_stands_again_where_the_trace_is_the_same(store, make_batch):
    _fill(store, make_batch)
    state = state_of(store.index, "s_1")
    said = Sentence(text="A model said so")
    report = Report(headline=said, goal=said, outcome="unclear", summary=[], findings=[], analyst="openai:x")
    stamp = DigestStamp(state.digest_revision, state.projector_version)
    save_report(store.index, "s_1", report, stamp=stamp, now_ms=1)
    reindex(store)
    assert next(row["headline"] for row in _rows(store)["sessions"] if row["id"] == "s_1") == "A model said so"


def test_a_store_somebody_has_open_is_left_alone(tmp_path):
    with open_store(tmp_path), pytest.raises(StoreInUse, match="stop it first"):
        open_store(tmp_path, exclusive=True)
    with open_store(tmp_path, exclusive=True):
        pass


def test_an_index_lost_in_the_middle_is_finished_by_the_next_start(store, make_batch, tmp_path):
    _fill(store, make_batch)
    before = _rows(store)

    class Killed(Exception):
        pass

    def stop(stage, done, _total):
        if stage == "packs" and done == 0:
            raise Killed

    with pytest.raises(Killed):
        reindex(store, progress=stop)
    assert _rows(store)["sessions"] == []
    assert reindex(store).sessions == 3
    assert _rows(store) == before
