"""Imports: any recording in, the same events out, one session however often, nothing half-done."""

import gzip
import json

import msgspec
import pytest
import sqlalchemy as sa

from playhead.core.projector import project
from playhead.core.readers.formats import FormatError, read_recording
from playhead.jobs import imports
from playhead.jobs.digest import digest, stored_trace
from playhead.jobs.imports import UnknownSite, import_recording, session_id_of
from playhead.store import open_store
from playhead.store.objects import NoSpace
from playhead.store.standing import standing_report
from playhead.store.tables import sessions, sites

TRAPS = ["traps-tabs", "traps-wizard", "traps-save-fails", "traps-rage-dead", "traps-quick-back"]


@pytest.fixture
def other(tmp_path):
    """Another store, empty but for its site."""
    with open_store(tmp_path / "other", now_ms=lambda: 1_761_000_000_000) as opened:
        with opened.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": "elsewhere", "name": "", "created_ms": 0})
        yield opened


def array(events):
    return b"[" + b",".join(events) + b"]"


def report_of(store, session):
    with store.index.read() as connection:
        return connection.execute(standing_report(session)).scalar_one()


def trace_of(store, session):
    return msgspec.json.encode(stored_trace(store, session))


def test_every_shape_of_the_same_events_is_the_same_session(store, small):
    events = small()
    shapes = [
        array(events),
        b"\n".join(events),
        json.dumps([json.loads(event) for event in events]).encode(),
        b'{"events":' + array(events) + b"}",
        gzip.compress(array(events)),
    ]
    ids = [import_recording(store, "site", shape) for shape in shapes]
    assert len(set(ids)) == 1
    assert ids[0].startswith("i_")
    assert [event.raw for event in store.log.events(ids[0])] == events
    with store.index.read() as connection:
        row = connection.execute(sa.select(sessions)).one()
    assert (row.source, row.site, row.ended, row.batches) == ("import", "site", True, 1)
    assert row.headline


def test_other_events_are_another_session(small):
    ids = {session_id_of(read_recording(array(small(title=title))).events) for title in ("A", "B")}
    assert len(ids) == 2
    one, two = (read_recording(array(events)).events for events in (small(), small()[::-1]))
    assert session_id_of(one) != session_id_of(two)


@pytest.mark.parametrize("name", TRAPS)
def test_a_recorded_session_exported_and_imported_elsewhere_gives_the_same_trace_and_report(
    store, other, record, recording, name
):
    lanes = {}
    for event in recording(name):
        lanes.setdefault(event.page, []).append(event.raw)
    for page, events in lanes.items():
        record(events, per=17, page=page or "p_1", visitor="v_1")
    digest(store, "s_1")
    exported = store.log.export("s_1")
    session = import_recording(other, "elsewhere", exported)
    assert other.log.export(session) == exported
    assert trace_of(other, session) == trace_of(store, "s_1")
    assert report_of(other, session) == report_of(store, "s_1")
    file = read_recording(exported)
    assert msgspec.json.encode(project(file.events, coverage=file.coverage)) == trace_of(store, "s_1")


def test_a_large_recording_becomes_several_batches_in_order(store, small, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK_BYTES", 1000)
    filler = [b'{"type":3,"timestamp":%d,"data":{"source":99}}' % (1_750_000_001_000 + n) for n in range(500)]
    seen = []
    session = import_recording(store, "site", array(small() + filler), progress=lambda *at: seen.append(at))
    assert [event.raw for event in store.log.events(session)] == small() + filler
    assert len(list(store.log.batches(session))) == len(seen) > 20
    assert seen[-1] == (504, 504)


def test_events_keep_the_order_of_the_file_however_their_clocks_run(store, small):
    events = small()[::-1]
    session = import_recording(store, "site", array(events))
    assert [event.raw for event in store.log.events(session)] == events


@pytest.mark.parametrize("blob", [b"", b"not json", b"{}", b'{"a":1}', b"[1,2]", gzip.compress(b"[]")[:10], b"[{"])
def test_what_is_no_recording_leaves_nothing(store, blob):
    with pytest.raises(FormatError):
        import_recording(store, "site", blob)
    with store.index.read() as connection:
        assert connection.execute(sa.select(sessions)).all() == []
    assert list(store.objects.list("packs/")) == []


def test_an_unknown_site_is_refused(store, small):
    with pytest.raises(UnknownSite, match="'nobody'"):
        import_recording(store, "nobody", array(small()))


def test_a_disk_that_fills_up_leaves_nothing_and_a_second_try_works(store, small, own_packs, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK_BYTES", 200)
    really, puts = store.objects.put, []

    def full_at_the_third(key, blob, *, if_absent=True):
        puts.append(key)
        if len(puts) == 3:
            raise NoSpace("full")
        really(key, blob, if_absent=if_absent)

    with monkeypatch.context() as patch:
        patch.setattr(imports, "MAX_UNWRITTEN", 1)
        patch.setattr(store.objects, "put", full_at_the_third)
        with pytest.raises(NoSpace):
            import_recording(store, "site", array(small()))
    with store.index.read() as connection:
        assert connection.execute(sa.select(sessions)).all() == []
    assert list(store.objects.list("packs/")) == []
    session = import_recording(store, "site", array(small()))
    assert [event.raw for event in store.log.events(session)] == small()


def test_what_a_killed_import_left_is_replaced(store, small, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    monkeypatch.setattr(imports, "CHUNK_BYTES", 200)
    with monkeypatch.context() as patch:
        patch.setattr(imports, "_undo", lambda *_: None)
        patch.setattr(imports, "MAX_UNWRITTEN", 1)
        with pytest.raises(Killed):
            import_recording(store, "site", array(small()), progress=killed)
    monkeypatch.setattr(imports, "CHUNK_BYTES", 300)  # another version may cut otherwise
    session = import_recording(store, "site", array(small()))
    assert [event.raw for event in store.log.events(session)] == small()


def test_an_import_that_belongs_to_another_site_stays_there(store, small):
    with store.index.write() as connection:
        connection.execute(sa.insert(sites), {"key": "second", "name": "", "created_ms": 0})
    first = import_recording(store, "site", array(small()))
    assert import_recording(store, "second", array(small())) == first
    with store.index.read() as connection:
        assert connection.execute(sa.select(sessions.c.site)).scalars().all() == ["site"]


def test_the_same_recording_twice_writes_nothing_the_second_time(store, small):
    import_recording(store, "site", array(small()))
    before = list(store.objects.list())
    import_recording(store, "site", array(small()))
    assert list(store.objects.list()) == before
