"""Copy: a whole store to the real engines and back is the same store; cut short, it goes on; a foreign one is left."""

import json
import subprocess
import sys

import pytest
import sqlalchemy as sa

from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_session
from playhead.jobs.segments import ensure_segments
from playhead.query import marks
from playhead.store import open_store
from playhead.store.assets import Asset, Round, finish_round, put_asset
from playhead.store.check import check
from playhead.store.copy import CopyRefused, copy_store
from playhead.store.metadata import metadata
from playhead.store.tables import schema, settings

EVENTS = (
    b'[{"type":4,"timestamp":1000.5,"data":{"href":"https://shop.example/caf\xc3\xa9","width":800,"height":600}},'
    b'{"type":2,"timestamp":1001,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html",'
    b'"attributes":{},"childNodes":[{"type":2,"id":3,"tagName":"button","attributes":{},"childNodes":'
    b'[{"type":3,"id":4,"textContent":"Pay"}]}]}]},"initialOffset":{"top":0,"left":0}}},'
    b'{"type":3,"timestamp":2000,"data":{"source":2,"type":2,"id":3,"x":1,"y":1}}]'
)


@pytest.fixture
def source(tmp_path, make_batch):
    with open_store(tmp_path / "source", exclusive=True) as store:
        for name in ("s_1", "s_2", "s_3"):
            store.packs.submit(make_batch(name, body=EVENTS, visitor="v")).result(60)
            digest(store, name)
            ensure_segments(store, name)
        picture = Asset("0" * 32, "https://shop.example/x.png", content=put_asset(store.objects, b"GIF89a"))
        finish_round(store.objects, store.index, "s_1", "site", [picture], Round(1, 1))
        marks.add_note(store, "s_1", t_ms=5, text="look here")
        yield store


def _rows(store):
    own = ("copied_from", "store_id")
    with store.index.read() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)) if row[0] not in own)
            for table in metadata.sorted_tables
            if table is not schema
        }


def _same(one, other):
    assert _rows(one) == _rows(other)
    keys = list(one.objects.list())
    assert keys == list(other.objects.list())
    assert all(one.objects.get(key) == other.objects.get(key) for key in keys)


def test_there_and_back(source, postgres_url, s3_url, tmp_path, make_batch):
    with open_store(tmp_path / "node", index_url=postgres_url, objects_url=s3_url, exclusive=True) as cloud:
        done = copy_store(source, cloud)
        assert (done.sent, done.deleted) == (done.objects, 0)
        _same(source, cloud)
        assert list(check(cloud)) == []
        # numbers go on behind the copied ones: a new pack, a new note
        cloud.packs.submit(make_batch("s_4", body=EVENTS)).result(60)
        digest(cloud, "s_4")
        marks.add_note(cloud, "s_4", t_ms=1, text="new")
        with open_store(tmp_path / "back", exclusive=True) as back:
            copy_store(cloud, back)
            _same(cloud, back)
            assert list(check(back)) == []
            assert back.log.export("s_1") == source.log.export("s_1")


def test_cut_short_it_goes_on_and_what_was_erased_meanwhile_goes(source, tmp_path):
    class Killed(Exception):
        pass

    def stop(_stage, done, _total):
        if done == 3:
            raise Killed

    with open_store(tmp_path / "target", exclusive=True) as target:
        with pytest.raises(Killed):
            copy_store(source, target, progress=stop)
        half = set(target.objects.list())
        assert len(half) == 3
        erase_session(source, "s_1")
        done = copy_store(source, target)
        assert 0 < done.sent < done.objects
        assert done.deleted > 0
        _same(source, target)


def test_a_damaged_object_in_the_target_is_sent_again(source, tmp_path):
    with open_store(tmp_path / "target", exclusive=True) as target:
        copy_store(source, target)
        key = next(iter(target.objects.list()))
        target.objects.put(key, b"changed", if_absent=False)
        assert copy_store(source, target).sent == 1
        _same(source, target)


def test_a_store_with_recordings_of_its_own_is_refused(source, tmp_path, make_batch):
    with open_store(tmp_path / "target", exclusive=True) as target:
        target.packs.submit(make_batch("s_own", body=EVENTS)).result(60)
        with pytest.raises(CopyRefused, match="choose an empty one"):
            copy_store(source, target)
        assert target.log.exists("s_own")
        with target.index.read() as connection:
            assert connection.execute(sa.select(settings.c.name)).scalars().all() == []


def _playhead(*arguments):
    argv = [sys.executable, "-m", "playhead", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)


def test_the_commands(source, postgres_url, s3_url, tmp_path):
    data, back = str(tmp_path / "source"), str(tmp_path / "back")
    refused = _playhead("copy-store", data, back)
    assert refused.returncode == 2
    assert "stop it first" in refused.stderr
    source.close()
    assert _playhead("check", "--data", data).stdout.startswith("All is well")
    there = _playhead("copy-store", data, f"{postgres_url},{s3_url}")
    assert there.returncode == 0, there.stderr
    assert json.loads(there.stdout)["objects"] > 0
    again = _playhead("copy-store", f"{postgres_url},{s3_url}", back)
    assert again.returncode == 0, again.stderr
    (tmp_path / "back/index.db").write_bytes(b"nonsense" * 4096)
    mended = _playhead("reindex", "--data", back)
    assert mended.returncode == 0, mended.stderr
    assert json.loads(mended.stdout)["sessions"] == 3
    assert (tmp_path / "back/index.db.damaged-1").exists()
    assert _playhead("check", "--data", back, "--format", "json").stdout == ""
    assert _playhead("check", "--data", str(tmp_path / "nowhere")).returncode == 2
    packs = sorted((tmp_path / "back/objects/packs").rglob("*.pack"))
    packs[0].unlink()
    hurt = _playhead("check", "--data", back)
    assert hurt.returncode == 1
    assert "the object is gone" in hurt.stdout
