"""Recovery: whatever a crash left, objects and index agree again, and nothing acknowledged is lost."""

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa

from playhead.store import open_store
from playhead.store.check import check
from playhead.store.erasure import erase
from playhead.store.pack import GROWN, encode_pack
from playhead.store.tables import batches, erased, packs, rewrites, sessions, sites

EVENT = b'[{"type":3,"timestamp":1000,"data":{"source":2}}]'


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def keep(store, *made):
    return [future.result(10).outcome.value for future in [store.packs.submit(batch) for batch in made]]


def rows(store, table):
    with store.index.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def drop_index(data):
    for path in data.glob("index.db*"):
        path.unlink()


def test_a_clean_start_finds_nothing_to_do(data, make_batch):
    with open_store(data) as store:
        keep(store, make_batch())
    with open_store(data) as store:
        assert not any(store.recovered)
        assert keep(store, make_batch()) == ["duplicate"]


def test_a_pack_whose_rows_were_never_committed_is_adopted(data, make_batch):
    blob, _ = encode_pack([make_batch(body=EVENT, visitor="v_1")], made_ms=5)
    with open_store(data) as store:
        store.objects.put("packs/2025-10-09/1-aa-1.pack", blob)
    with open_store(data) as store:
        assert store.recovered.adopted == 1
        assert len(store.log.events("s_1")) == 1
        assert keep(store, make_batch(body=EVENT)) == ["duplicate"]
    with open_store(data) as store:
        assert not any(store.recovered)


def test_a_pack_that_was_sent_again_and_kept_elsewhere_is_removed(data, make_batch):
    blob, _ = encode_pack([make_batch(body=EVENT)], made_ms=5)
    with open_store(data) as store:
        keep(store, make_batch(body=EVENT))
        store.objects.put("packs/2025-10-09/1-aa-1.pack", blob)
    with open_store(data) as store:
        assert store.recovered.removed == 1
        assert len(list(store.objects.list("packs/"))) == 1
        assert len(store.log.events("s_1")) == 1


def test_an_adopted_pack_gives_only_what_is_missing(data, make_batch):
    blob, _ = encode_pack([make_batch(seq=0, body=EVENT), make_batch(seq=1, body=EVENT)], made_ms=5)
    with open_store(data) as store:
        keep(store, make_batch(seq=0, body=EVENT))
        store.objects.put("packs/2025-10-09/1-aa-1.pack", blob)
    with open_store(data) as store:
        assert store.recovered.adopted == 1
        assert [batch.key.seq for batch in store.log.batches("s_1")] == [0, 1]
        assert len(store.log.events("s_1")) == 2


def test_everything_comes_back_without_the_index(data, make_batch, own_packs):
    with open_store(data) as store:
        with store.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": "site", "name": "Shop", "created_ms": 0})
        made = [make_batch(f"s_{n % 3}", seq=n, body=EVENT, visitor=f"v_{n % 3}", ended=n > 6) for n in range(9)]
        for batch in made:
            keep(store, batch)
        with store.index.read() as connection:
            before = connection.execute(sa.select(sessions).order_by(sessions.c.id)).all()
    drop_index(data)
    with open_store(data) as store:
        assert store.recovered.adopted == 9
        with store.index.read() as connection:
            assert connection.execute(sa.select(sessions).order_by(sessions.c.id)).all() == before
            assert connection.execute(sa.select(sites.c.key)).scalars().all() == ["site"]
        assert keep(store, *made) == ["duplicate"] * 9


def test_a_pack_that_cannot_be_read_is_left_alone(data, make_batch, caplog):
    with open_store(data) as store:
        store.objects.put("packs/2025-10-09/1-aa-1.pack", b"PLAYPACKgarbage")
        keep(store, make_batch(body=EVENT))
    for _ in range(2):
        with open_store(data) as store:
            assert store.recovered.unreadable == 1
            assert "packs/2025-10-09/1-aa-1.pack" in caplog.text
            assert len(list(store.objects.list("packs/"))) == 2
            assert len(store.log.events("s_1")) == 1


def test_rows_whose_pack_is_gone_make_room_for_the_batch_to_come_again(data, make_batch, own_packs):
    with open_store(data) as store:
        keep(store, make_batch(seq=0, body=EVENT))
        [key] = store.objects.list("packs/")
        keep(store, make_batch(seq=1, body=EVENT))
        store.objects.delete(key)
    with open_store(data) as store:
        assert store.recovered.lost == 1
        with store.index.read() as connection:
            assert connection.execute(sa.select(sessions.c.batches)).scalar() == 1
        assert keep(store, make_batch(seq=0, body=EVENT), make_batch(seq=1)) == ["stored", "duplicate"]
        assert len(store.log.events("s_1")) == 2


class TestAPackThatGrew:
    """The writer was killed: after the bytes were synced and before the rows were committed, or in the middle."""

    @pytest.fixture
    def killed(self, data, make_batch):
        """Leave a store whose only pack was growing, with `tail` behind what the index knows."""

        def leave(tail):
            with open_store(data) as store:
                keep(store, make_batch(seq=0, body=EVENT), make_batch("s_2", body=EVENT))
                [key] = store.objects.list("packs/")
                (data / "objects" / key).open("ab").write(tail)
            with open_store(data, mend=False) as store, store.index.write() as connection:
                connection.execute(sa.update(packs).values(growing=True))

        return leave

    def test_what_has_no_rows_is_adopted(self, data, make_batch, killed):
        late = [make_batch(seq=1, body=EVENT), make_batch("s_3", body=EVENT)]
        killed(encode_pack(late, made_ms=5, version=GROWN)[0])
        with open_store(data) as store:
            assert store.recovered.adopted == 1
            assert [len(store.log.events(name)) for name in ("s_1", "s_2", "s_3")] == [2, 1, 1]
            assert keep(store, *late) == ["duplicate", "duplicate"]
            assert list(check(store)) == []
        with open_store(data) as store:
            assert not any(store.recovered)

    @pytest.mark.parametrize("cut", [3, 25, -3])
    def test_what_was_cut_short_is_written_out_of_it(self, data, make_batch, killed, cut):
        secret = b'[{"type":3,"timestamp":1000,"data":{"text":"hunter2"}}]'
        killed(encode_pack([make_batch(seq=1, body=secret)], made_ms=5, version=GROWN)[0][:cut])
        with open_store(data) as store:
            assert store.recovered.rewritten == 1
            assert [len(store.log.events(name)) for name in ("s_1", "s_2")] == [1, 1]
            assert b"hunter" not in b"".join(map(store.objects.get, store.objects.list("packs/")))
            assert keep(store, make_batch(seq=1, body=EVENT)) == ["stored"]
            assert list(check(store)) == []
        with open_store(data) as store:
            assert not any(store.recovered)

    def test_what_was_sent_again_or_erased_meanwhile_is_not_taken_twice(self, data, make_batch, killed):
        again = [make_batch(seq=0, body=EVENT), make_batch("s_gone", body=EVENT)]
        with open_store(data) as store, store.index.write() as connection:
            connection.execute(sa.insert(erased), {"session": "s_gone", "erased_ms": 1})
        killed(encode_pack(again, made_ms=5, version=GROWN)[0])
        with open_store(data) as store:
            assert (store.recovered.adopted, store.recovered.rewritten) == (0, 1)
            assert len(store.log.events("s_1")) == 1
            assert not store.log.exists("s_gone")
            assert b"s_gone" not in b"".join(map(store.objects.get, store.objects.list("packs/")))

    def test_comes_back_whole_without_the_index(self, data, make_batch):
        made = [make_batch(f"s_{n % 3}", seq=n, body=EVENT) for n in range(9)]
        with open_store(data) as store:
            for batch in made:
                keep(store, batch)
            assert len(list(store.objects.list("packs/"))) < 9
        drop_index(data)
        with open_store(data) as store:
            assert [len(store.log.events(f"s_{n}")) for n in range(3)] == [3, 3, 3]
            assert keep(store, *made) == ["duplicate"] * 9
            assert list(check(store)) == []


def test_half_written_files_are_removed(data):
    with open_store(data):
        pass
    left = data / "objects/.tmp/1234"
    left.write_bytes(b"PLAYPACK")
    with open_store(data):
        assert not left.exists()


@pytest.mark.parametrize("step", ["before the copy", "after the copy", "after the switch"])
def test_an_erasure_cut_short_is_finished_at_the_next_start(data, make_batch, monkeypatch, step):
    secret = b'[{"type":3,"timestamp":1000,"data":{"text":"hunter2"}}]'

    class Killed(BaseException):
        pass

    def killed(*_args, **_more):
        raise Killed

    with open_store(data) as store:
        shared = [make_batch("s_erased", body=secret), make_batch("s_stays", body=EVENT)]
        blob, _ = encode_pack(shared, made_ms=5)
        store.objects.put("packs/2025-10-09/1-aa-1.pack", blob)
    with open_store(data) as store, monkeypatch.context() as patch:
        match step:
            case "before the copy":
                patch.setattr(type(store.objects), "put", killed)
            case "after the copy":
                patch.setattr("playhead.store.rewrite._repoint", killed)
            case "after the switch":
                patch.setattr(type(store.objects), "delete", killed)
        with pytest.raises(Killed):
            erase(store.objects, store.index, ["s_erased"], now_ms=9, new_key=store.new_key)
    with open_store(data) as store:
        assert any(store.recovered)
        assert [found.raw for found in store.log.events("s_stays")] == [EVENT[1:-1]]
        assert not store.log.exists("s_erased")
        assert rows(store, rewrites) == 0
        assert rows(store, packs) == len(list(store.objects.list("packs/"))) == 1
        assert keep(store, make_batch("s_erased", body=secret)) == ["erased"]
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"hunter2" not in kept
    with open_store(data) as store:
        assert not any(store.recovered)


def test_a_second_process_shares_and_does_not_recover(data, make_batch):
    """What the first process has put and not yet committed must not be adopted under its feet."""
    program = (
        "import sys, pathlib; from playhead.store import open_store\n"
        "with open_store(pathlib.Path(sys.argv[1])) as store:\n"
        "    print(any(store.recovered), store.log.exists('s_1'))"
    )
    with open_store(data) as store:
        keep(store, make_batch("s_1"))
        blob, _ = encode_pack([make_batch("s_2")], made_ms=5)
        store.objects.put("packs/2025-10-09/1-aa-1.pack", blob)
        run = subprocess.run(
            [sys.executable, "-c", program, os.fspath(data)], capture_output=True, text=True, timeout=60
        )
        assert run.stdout.split() == ["False", "True"], run.stderr
        assert rows(store, batches) == 1
    run = subprocess.run([sys.executable, "-c", program, os.fspath(data)], capture_output=True, text=True, timeout=60)
    assert run.stdout.split() == ["True", "True"], run.stderr
