"""PackWriter: acknowledged means durable, a failure fails everybody in the group and nobody else."""

import os
import re
import threading
from concurrent.futures import wait
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from playhead.store import packs as packs_module
from playhead.store import rewrite
from playhead.store.check import check
from playhead.store.erasure import erase
from playhead.store.group_packs import GrowingPacks, OwnPacks
from playhead.store.index import Index
from playhead.store.objects import NoSpace
from playhead.store.pack import MAGIC, read_contents
from playhead.store.packs import Busy, PackWriter
from playhead.store.record import Outcome
from playhead.store.tables import batches, erased, packs


class Wrapped:
    """Objects that first do what a test says wherever something is put, or appended."""

    def __init__(self, objects, before_put):
        self._objects, self.before_put = objects, before_put

    def put(self, key, blob, *, if_absent=True):
        self.before_put(key, blob)
        self._objects.put(key, blob, if_absent=if_absent)

    def grow(self, key):
        file = self._objects.grow(key)
        append = file.append

        def guarded(blob):
            self.before_put(key, blob)
            append(blob)

        file.append = guarded
        return file

    def __getattr__(self, name):
        return getattr(self._objects, name)


@pytest.fixture(params=[OwnPacks, GrowingPacks])
def store(request, store):
    """Every test with packs of one group, as on S3, and with packs that grow."""
    store.packs._packs = request.param(store.objects, store.index, store.packs.next_key)
    return store


def wrap(store, before_put):
    store.packs._packs._objects = wrapped = Wrapped(store.objects, before_put)
    return wrapped


def groups(store):
    """Return how many batches each section of each pack holds."""
    starts: list[int] = []
    for key in store.objects.list("packs/"):
        blob = store.objects.get(key)
        sections = [blob[found.start() :] for found in re.finditer(MAGIC, blob)]
        held = [len(read_contents(lambda at, size, of=of: of[at : at + size], name=key).placed) for of in sections]
        starts += [own - rest for own, rest in zip(held, [*held[1:], 0], strict=True)]
    return starts


@pytest.fixture
def gate(store):
    """Stop the writer in front of its first `put` until the test opens the gate, so that a group can gather."""
    opened, reached = threading.Event(), threading.Event()

    def before_put(_key, _blob):
        reached.set()
        assert opened.wait(10)

    wrap(store, before_put)
    yield reached, opened
    opened.set()


def submit(store, *made):
    return [future.result(10).outcome for future in [store.packs.submit(batch) for batch in made]]


def stored_keys(store):
    with store.index.read() as connection:
        query = sa.select(batches.c.session, batches.c.page, batches.c.seq).order_by(*batches.primary_key)
        return [tuple(row) for row in connection.execute(query)]


def test_a_batch_is_there_when_it_is_acknowledged(store, make_batch):
    assert submit(store, make_batch(body=b'[{"type":4,"timestamp":1}]')) == [Outcome.STORED]
    assert [event.raw for event in store.log.events("s_1")] == [b'{"type":4,"timestamp":1}']


def test_a_batch_sent_again_is_a_duplicate_and_keeps_its_first_body(store, make_batch):
    submit(store, make_batch(body=b'[{"type":4,"timestamp":1}]'))
    assert submit(store, make_batch(body=b"[]")) == [Outcome.DUPLICATE]
    assert len(store.log.events("s_1")) == 1
    assert len(list(store.objects.list("packs/"))) == 1


def test_duplicates_amid_new_batches(store, make_batch, gate):
    reached, opened = gate
    first = store.packs.submit(make_batch("s_0"))
    assert reached.wait(10)
    waiting = [store.packs.submit(make_batch(seq=seq)) for seq in (0, 1, 1, 2, 0)]
    again = store.packs.submit(make_batch("s_0"))
    opened.set()
    names = [future.result(10).outcome.value for future in (first, *waiting, again)]
    assert names == ["stored", "stored", "stored", "duplicate", "stored", "duplicate", "duplicate"]
    assert stored_keys(store) == [("s_0", "p_1", 0), ("s_1", "p_1", 0), ("s_1", "p_1", 1), ("s_1", "p_1", 2)]
    assert groups(store) == [1, 3]


def test_what_waits_together_becomes_one_pack_one_commit(store, make_batch, gate):
    reached, opened = gate
    first = store.packs.submit(make_batch("s_first"))
    assert reached.wait(10)
    futures = [store.packs.submit(make_batch(f"s_{number}", body=b"[%d]" % number)) for number in range(50)]
    opened.set()
    wait([first, *futures], timeout=10)
    assert groups(store) == [1, 50]


def test_a_group_does_not_get_past_its_limit(store, make_batch):
    store.packs._max_pack_bytes, store.packs._gather_s = 1000, 0.2
    wait([store.packs.submit(make_batch(seq=seq, body=b"[" + b" " * 498 + b"]")) for seq in range(6)])
    assert sum(groups(store)) == 6
    assert max(groups(store)) <= 2


def test_groups_share_a_pack_until_it_is_full_or_old(store, make_batch, monkeypatch):
    if isinstance(store.packs._packs, OwnPacks):
        expected = [1, 1, 1, 1, 1]
    else:
        monkeypatch.setattr("playhead.store.group_packs.GROWN_BYTES", 4000)
        expected = [2, 2, 1]
    now_ms = store.now_ms()
    store.packs._clock_ms = lambda: now_ms
    for seq in range(4):  # two of them fill a pack
        submit(store, make_batch(seq=seq, body=b"[" + b" " * 1500 + b"]"))
    now_ms += 3000
    submit(store, make_batch(seq=4))
    with store.index.read() as connection:
        query = sa.select(sa.func.count()).select_from(batches).group_by(batches.c.pack).order_by(batches.c.pack)
        assert connection.execute(query).scalars().all() == expected
        assert connection.execute(sa.select(sa.func.count()).where(packs.c.growing)).scalar() == (len(expected) < 5)
        sizes = connection.execute(sa.select(packs.c.key, packs.c.bytes)).all()
    assert [len(store.objects.get(key)) for key, _ in sizes] == [size for _, size in sizes]
    assert len(list(store.log.batches("s_1"))) == 5
    assert list(check(store, quick=True)) == []


@pytest.mark.parametrize("error", [NoSpace("full"), OSError("broken disk"), RuntimeError("a bug")])
def test_a_failed_put_fails_its_group_and_the_next_goes_on(store, make_batch, error):
    def fail(_key, _blob):
        raise error

    failing = wrap(store, fail)
    futures = [store.packs.submit(make_batch(seq=seq)) for seq in range(3)]
    for future in futures:
        assert future.exception(10) is error
    assert stored_keys(store) == []
    failing.before_put = lambda _key, _blob: None
    assert submit(store, *(make_batch(seq=seq) for seq in range(3))) == [Outcome.STORED] * 3
    assert len(stored_keys(store)) == 3


class FailsToCommit(Index):
    """An index whose first commit fails: before the database did it, or after (the connection broke)."""

    def __init__(self, url, *, when):
        super().__init__(url)
        self.when = when

    @contextmanager
    def write(self, *, rebuildable=False):
        when, self.when = self.when, "never"
        with super().write(rebuildable=rebuildable) as connection:
            yield connection
            if when == "before":
                raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))
        if when == "after":
            raise sa.exc.OperationalError("COMMIT", {}, Exception("connection lost"))


@pytest.fixture
def failing_writer(store):
    made = []

    def make(when):
        index = FailsToCommit(store.index.engine.url, when=when)
        made.append(PackWriter(store.objects, index, node="n", clock_ms=store.now_ms))
        made[-1]._packs = type(store.packs._packs)(store.objects, index, made[-1].next_key)
        return made[-1]

    yield make
    for writer in made:
        writer.close()
        writer._index.close()


def test_a_failed_commit_takes_its_pack_back(store, make_batch, failing_writer):
    writer = failing_writer("before")
    assert "disk I/O error" in str(writer.submit(make_batch()).exception(10))
    assert (stored_keys(store), list(store.objects.list("packs/"))) == ([], [])
    assert writer.submit(make_batch()).result(10).outcome is Outcome.STORED
    writer._index.when = "before"
    assert "disk I/O error" in str(writer.submit(make_batch(seq=1, body=b"[10]")).exception(10))
    assert groups(store) == [1]
    assert [writer.submit(make_batch(seq=seq, body=b"[]")).result(10).outcome for seq in (1, 2)] == [Outcome.STORED] * 2
    assert list(check(store)) == []
    assert b"[10]" not in b"".join(map(store.objects.get, store.objects.list("packs/")))


def test_a_commit_that_failed_but_happened_is_a_success(store, make_batch, failing_writer):
    writer = failing_writer("after")
    assert writer.submit(make_batch(body=b'[{"type":4,"timestamp":1}]')).result(10).outcome is Outcome.STORED
    writer._index.when = "after"
    assert writer.submit(make_batch(seq=1, body=b'[{"type":4,"timestamp":2}]')).result(10).outcome is Outcome.STORED
    assert writer.submit(make_batch(seq=2, body=b'[{"type":4,"timestamp":3}]')).result(10).outcome is Outcome.STORED
    assert len(store.log.events("s_1")) == 3
    assert list(check(store, quick=True)) == []


class TestAPackThatGrows:
    @pytest.fixture(autouse=True)
    def grows(self, store):
        store.packs._packs = GrowingPacks(store.objects, store.index, store.packs.next_key)

    def test_is_left_once_somebody_writes_it_anew(self, store, make_batch):
        submit(store, make_batch("s_1"), make_batch("s_2"))
        erase(store.objects, store.index, ["s_1"], now_ms=1, new_key=store.new_key)
        submit(store, make_batch("s_2", seq=1), make_batch("s_3"))
        assert stored_keys(store) == [("s_2", "p_1", 0), ("s_2", "p_1", 1), ("s_3", "p_1", 0)]
        assert list(check(store)) == []

    def test_is_sealed_before_it_is_written_anew(self, store, make_batch, monkeypatch):
        """What arrives between reading the old pack and dropping it must not go with it."""
        submit(store, make_batch("s_1"), make_batch("s_2"))
        really = rewrite._copy

        def meanwhile(*arguments):
            submit(store, make_batch("s_2", seq=1, body=b"[1]"))
            return really(*arguments)

        monkeypatch.setattr(rewrite, "_copy", meanwhile)
        erase(store.objects, store.index, ["s_1"], now_ms=1, new_key=store.new_key)
        assert [store.log.body(batch) for batch in store.log.batches("s_2")][1] == b"[1]"
        assert list(check(store)) == []

    def test_is_left_where_its_file_was_replaced(self, store, make_batch):
        submit(store, make_batch(seq=0))
        [key] = store.objects.list("packs/")
        store.objects.put(key, store.objects.get(key), if_absent=False)  # as from a backup
        submit(store, make_batch(seq=1, body=b"[1]"))
        assert [store.log.body(batch) for batch in store.log.batches("s_1")][1] == b"[1]"
        assert len(list(store.objects.list("packs/"))) == 2

    def test_takes_back_what_an_append_that_failed_left(self, store, make_batch):
        submit(store, make_batch(seq=0))
        file = store.packs._packs._file
        descriptor = file._descriptor

        def full(blob):
            os.write(descriptor, blob[:20])
            raise NoSpace("full")

        really, file.append = file.append, full
        assert isinstance(store.packs.submit(make_batch(seq=1)).exception(10), NoSpace)
        file.append = really
        assert submit(store, make_batch(seq=1), make_batch(seq=2)) == [Outcome.STORED] * 2
        assert groups(store)[0] == 1
        assert list(check(store)) == []

    def test_is_left_growing_where_nothing_can_be_taken_back(self, store, make_batch, monkeypatch):
        submit(store, make_batch(seq=0))
        file = store.packs._packs._file

        def fails(*_):
            raise OSError("broken disk")

        monkeypatch.setattr(file, "append", lambda blob: (os.write(file._descriptor, blob), fails()))
        monkeypatch.setattr(file, "cut", fails)
        assert "broken" in str(store.packs.submit(make_batch(seq=1)).exception(10))
        assert submit(store, make_batch(seq=2)) == [Outcome.STORED]
        store.packs.close()
        with store.index.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).where(packs.c.growing)).scalar() == 1


def test_batches_of_erased_and_of_foreign_sessions_touch_no_disk(store, make_batch):
    submit(store, make_batch("s_theirs", site="other"))
    with store.index.write() as connection:
        connection.execute(sa.insert(erased), {"session": "s_gone", "erased_ms": 1})
    before = list(store.objects.list())
    made = make_batch("s_gone"), make_batch("s_theirs", seq=1)
    assert submit(store, *made) == [Outcome.ERASED, Outcome.FOREIGN]
    assert list(store.objects.list()) == before


def test_what_was_handed_in_is_kept_whoever_still_waits(store, make_batch, gate):
    reached, opened = gate
    first = store.packs.submit(make_batch(seq=0))
    assert reached.wait(10)
    gone, stays = store.packs.submit(make_batch(seq=1)), store.packs.submit(make_batch(seq=2))
    assert not gone.cancel()
    opened.set()
    assert [future.result(10).outcome for future in (first, gone, stays)] == [Outcome.STORED] * 3
    assert [key[2] for key in stored_keys(store)] == [0, 1, 2]


def test_a_remembered_session_that_was_erased_is_refused(store, make_batch):
    submit(store, make_batch(seq=0), make_batch("s_2"))
    erase(store.objects, store.index, ["s_1"], now_ms=1, new_key=store.new_key)
    outcomes = submit(store, make_batch(seq=1), make_batch("s_2", seq=1))
    assert outcomes == [Outcome.ERASED, Outcome.STORED]
    assert stored_keys(store) == [("s_2", "p_1", 0), ("s_2", "p_1", 1)]


def test_a_remembered_session_that_now_belongs_to_another_site_is_foreign(store, make_batch):
    submit(store, make_batch(seq=0))
    erase(store.objects, store.index, ["s_1"], now_ms=1, new_key=store.new_key, remember=False)
    other = PackWriter(store.objects, store.index, node="other", clock_ms=store.now_ms)
    assert other.submit(make_batch(seq=0, site="other")).result(10).outcome is Outcome.STORED
    other.close()
    assert submit(store, make_batch(seq=1)) == [Outcome.FOREIGN]


def test_closing_finishes_what_waits_and_refuses_what_comes(store, make_batch, gate):
    reached, opened = gate
    futures = [store.packs.submit(make_batch(seq=0))]
    assert reached.wait(10)
    futures += [store.packs.submit(make_batch(seq=seq)) for seq in range(1, 20)]
    closing = threading.Thread(target=store.packs.close)
    closing.start()
    opened.set()
    closing.join(10)
    assert [future.result(0).outcome for future in futures] == [Outcome.STORED] * 20
    with pytest.raises(Busy, match="closing"):
        store.packs.submit(make_batch(seq=99))


def test_too_much_waiting_is_busy_and_recovers(store, make_batch, gate, monkeypatch):
    monkeypatch.setattr(packs_module, "MAX_WAITING_BYTES", 100)
    reached, opened = gate
    futures = [store.packs.submit(make_batch(seq=0))]
    assert reached.wait(10)
    futures.append(store.packs.submit(make_batch(seq=1, body=b"x" * 200)))
    with pytest.raises(Busy, match="the limit is 100"):
        store.packs.submit(make_batch(seq=2))
    opened.set()
    wait(futures, timeout=10)
    assert submit(store, make_batch(seq=2)) == [Outcome.STORED]


def test_many_threads(store, make_batch):
    outcomes = []

    def send(thread):
        for seq in range(20):
            outcomes.extend(submit(store, make_batch(f"s_{thread % 4}", seq=seq)))

    threads = [threading.Thread(target=send, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Outcome.STORED) == outcomes.count(Outcome.DUPLICATE) == 80
    assert len(stored_keys(store)) == 80


def test_keys_of_packs_sort_by_time_and_never_repeat(store):
    keys = [store.packs.next_key(ms) for ms in (1_700_000_000_000, 1_700_000_000_000, 1_800_000_000_000)]
    assert keys == sorted(set(keys))
    assert keys[0].startswith("packs/2023-11-14/1700000000000-")


def test_a_listener_hears_what_was_stored_and_may_fail(store, make_batch):
    heard = []

    def listen(stored):
        heard.extend(batch.facts.seq for batch in stored)
        raise RuntimeError("a bug in the listener")

    store.packs.listen(listen)
    store.packs.listen(lambda stored: heard.extend(batch.facts.seq for batch in stored))
    submit(store, make_batch(seq=0), make_batch(seq=0), make_batch(seq=1))
    store.packs.close()
    assert sorted(heard) == [0, 0, 1, 1]
    with store.index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(packs)).scalar() >= 1


def test_a_full_index_keeps_nothing_and_recovers_when_there_is_room(store, make_batch):
    made = [make_batch(f"s_{number}", page="p" * 64) for number in range(400)]

    def limit(pages):
        for connection in [store.index.engine.connect() for _ in range(3)]:  # the limit is a connection's own
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            connection.close()

    store.packs._gather_s = 0.5  # one group: a few batches would fit into the pages there are
    limit(1)  # SQLite makes that the size it has
    futures = [store.packs.submit(batch) for batch in made]
    assert all(isinstance(future.exception(10), NoSpace) for future in futures)
    assert (stored_keys(store), list(store.objects.list("packs/"))) == ([], [])
    limit(2**30)
    assert submit(store, *made) == [Outcome.STORED] * 400
