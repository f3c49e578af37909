"""Erase: nothing of what was erased is left on the disk, everything else is, and it does not come back."""

import gzip

import pytest
import sqlalchemy as sa

from playhead.jobs.digest import ensure_digested
from playhead.jobs.erase import erase_session, erase_visitor
from playhead.jobs.imports import import_recording
from playhead.store import open_store
from playhead.store.tables import OF_A_SESSION, erased, packs, rewrites, sessions

SECRET = "correct-horse-battery"


def disk(store):
    """Return every byte of the store's directory."""
    root = store.objects.root.parent
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def rows_of(store, session):
    with store.index.read() as connection:
        tables = [connection.execute(sa.select(t).where(t.c.session == session)).all() for t in OF_A_SESSION]
        return [*tables, connection.execute(sa.select(sessions).where(sessions.c.id == session)).all()]


@pytest.fixture
def shared(store, record, small, make_batch):
    """Three sessions whose batches share packs; the secret is in the first, in page text, user and address."""
    page = {"page": "p_1", "url": f"https://shop.example/?token={SECRET}"}
    person = {"id": "u_1", "traits": {"name": SECRET}}
    parts = {
        "s_1": small(("playhead.page", page), ("playhead.identify", person), title=SECRET),
        "s_2": small(),
        "s_3": small(("playhead.identify", {"id": "u_1"})),
    }
    futures = [
        store.packs.submit(make_batch(session, seq=seq, body=b"[" + event + b"]", visitor=f"v_{session}"))
        for session, events in parts.items()
        for seq, event in enumerate(events)
    ]
    for future in futures:
        future.result(10)
    for session in parts:
        ensure_digested(store, session)
    return parts


def test_a_session_is_gone_from_every_place_and_the_others_are_whole(store, shared):
    assert SECRET.encode() in disk(store)
    before = [rows_of(store, session)[1:] for session in ("s_2", "s_3")]
    assert erase_session(store, "s_1") is True
    assert SECRET.encode() not in disk(store)
    assert not any(rows_of(store, "s_1"))
    assert [rows_of(store, session)[1:] for session in ("s_2", "s_3")] == before
    for session in ("s_2", "s_3"):
        read = store.log.read(session)
        assert ([event.raw for event in read.events], read.gaps) == (shared[session], [])
    with store.index.read() as connection:
        assert connection.execute(sa.select(rewrites)).all() == []
        known = set(connection.execute(sa.select(packs.c.key)).scalars())
    assert known == set(store.objects.list("packs/"))


def test_it_does_not_come_back(store, shared, make_batch):
    erase_session(store, "s_1")
    assert store.packs.submit(make_batch("s_1", seq=99)).result(10).outcome.value == "erased"
    assert not store.log.exists("s_1")
    root = store.objects.root.parent
    store.close()
    with open_store(root) as again:
        assert not any(again.recovered)
        assert not again.log.exists("s_1")


def test_erasing_twice_or_nobody(store, shared):
    assert erase_session(store, "s_1") is True
    assert erase_session(store, "s_1") is False
    assert erase_session(store, "s_nobody") is False
    with store.index.read() as connection:
        assert connection.execute(sa.select(erased.c.session)).scalars().all() == ["s_1"]


def test_a_visitor_is_named_by_the_recorder_or_by_the_site(store, shared):
    assert erase_visitor(store, "v_s_2") == 1
    assert erase_visitor(store, "u_1") == 2
    assert erase_visitor(store, "u_1") == 0
    assert list(store.objects.list("packs/")) == []
    assert SECRET.encode() not in disk(store)


def test_sessions_nobody_has_looked_at_yet_are_found_too(store, record, small):
    record(small(("playhead.identify", {"id": "u_7"}), title=SECRET))
    assert erase_visitor(store, "u_7") == 1
    assert SECRET.encode() not in disk(store)


def test_an_import_can_be_erased_and_imported_again(store, small):
    blob = gzip.compress(b"[" + b",".join(small(("playhead.page", {"page": "p", "visitor": "v_i"}))) + b"]")
    session = import_recording(store, "site", blob)
    assert erase_visitor(store, "v_i") == 1
    assert import_recording(store, "site", blob) == session
    assert len(store.log.events(session)) == 5


def test_a_damaged_pack_is_rewritten_as_it_is(store, shared):
    """Erasing one session must not wait for another's broken bytes to be repaired."""
    [key] = sorted(store.objects.list("packs/"), key=lambda key: len(store.objects.get(key)))[-1:]
    blob = bytearray(store.objects.get(key))
    blob[-2] ^= 0xFF  # the last body belongs to s_3
    store.objects.put(key, bytes(blob), if_absent=False)
    erase_session(store, "s_1")
    assert SECRET.encode() not in disk(store)
    read = store.log.read("s_3")
    assert len(read.gaps) == 1
    assert "checksum" in read.gaps[0].reason
    assert len(store.log.read("s_2").events) == len(shared["s_2"])
