"""LocalObjects: what is particular to files: syncing, permissions, leftovers, disks without hard links."""

import errno
import os
import stat

import pytest

from playhead.store.objects import LocalObjects, NoSpace, ObjectExists


@pytest.fixture
def objects(tmp_path):
    return LocalObjects(tmp_path / "objects")


def test_file_then_name_then_directories_are_synced_before_put_returns(objects, monkeypatch):
    happened = []
    paths = {}
    really = {name: getattr(os, name) for name in ("open", "fsync", "link")}

    def opened(path, *rest, **more):
        descriptor = really["open"](path, *rest, **more)
        paths[descriptor] = os.fspath(path)
        return descriptor

    def synced(descriptor):
        kind = "directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        name = os.path.relpath(paths[descriptor], objects.root) if kind == "directory" else ""
        happened.append((f"sync {kind}", name))
        really["fsync"](descriptor)

    def linked(source, target):
        happened.append(("name", os.path.relpath(target, objects.root)))
        really["link"](source, target)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    objects.put("packs/day/a", b"x")
    assert happened == [
        ("sync directory", "."),
        ("sync directory", "packs"),
        ("sync file", ""),
        ("name", "packs/day/a"),
        ("sync directory", "packs/day"),
    ]


def test_recordings_are_for_their_owner_only(objects):
    objects.put("packs/a", b"x")
    assert stat.S_IMODE((objects.root / "packs/a").stat().st_mode) == 0o600
    assert stat.S_IMODE((objects.root / "packs").stat().st_mode) == 0o700


def test_a_put_that_fails_leaves_nothing(objects, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace, match="full"):
        objects.put("a", b"x" * 1000)
    assert list(objects.list()) == []
    assert list((objects.root / ".tmp").iterdir()) == []


def test_other_faults_of_the_disk_pass(objects, monkeypatch):
    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output") as raised:
        objects.put("a", b"x")
    assert not isinstance(raised.value, NoSpace)


def test_leftovers_of_a_killed_put_are_cleaned_and_never_listed(objects):
    (objects.root / ".tmp" / "half").write_bytes(b"x")
    objects.put("a", b"y")
    assert list(objects.list()) == ["a"]
    assert objects.clean() == 1
    assert objects.get("a") == b"y"


def test_put_if_absent_works_without_hard_links(objects, monkeypatch):
    def refused(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    objects.put("a", b"first")
    with pytest.raises(ObjectExists):
        objects.put("a", b"second")
    assert objects.get("a") == b"first"
