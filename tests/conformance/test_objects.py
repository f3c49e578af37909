"""Objects: what every place for bytes must do; each adapter goes through the same tests."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.store.cloud import open_objects
from playhead.store.objects import KeyRefused, LocalObjects, ObjectExists, ObjectMissing


@pytest.fixture(params=["local", "s3"])
def objects(request, tmp_path):
    where = str(tmp_path / "objects") if request.param == "local" else request.getfixturevalue("s3_url")
    return open_objects(where)


def test_what_was_put_is_there(objects):
    objects.put("packs/a.pack", b"one")
    assert objects.get("packs/a.pack") == b"one"


def test_empty_and_large_objects_are_kept_whole(objects):
    large = bytes(range(256)) * 40_000
    objects.put("empty", b"")
    objects.put("large", large)
    assert (objects.get("empty"), objects.get("large")) == (b"", large)


def test_a_taken_key_is_refused_and_keeps_its_bytes(objects):
    objects.put("a", b"first")
    with pytest.raises(ObjectExists):
        objects.put("a", b"second")
    assert objects.get("a") == b"first"


def test_a_taken_key_can_be_replaced_when_asked(objects):
    objects.put("a", b"first")
    objects.put("a", b"second", if_absent=False)
    assert objects.get("a") == b"second"


def test_of_many_who_put_one_key_at_once_exactly_one_succeeds(objects):
    start, outcomes = threading.Barrier(8), []

    def put(number):
        start.wait()
        try:
            objects.put("a", bytes([number]) * 1000)
            outcomes.append(number)
        except ObjectExists:
            pass

    threads = [threading.Thread(target=put, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    assert objects.get("a") == bytes(outcomes) * 1000


@pytest.mark.parametrize(("start", "length", "found"), [(0, 3, b"012"), (4, 100, b"456789"), (10, 5, b""), (2, 0, b"")])
def test_a_range_ends_where_the_object_ends(objects, start, length, found):
    objects.put("a", b"0123456789")
    assert objects.get_range("a", start, length) == found


def test_a_negative_range_is_refused(objects):
    objects.put("a", b"0123456789")
    with pytest.raises(ValueError, match="negative"):
        objects.get_range("a", -3, 2)


def test_a_missing_object_is_missing_in_every_way(objects):
    objects.put("a/b", b"")
    for key in ("b", "a", "a/b/c"):
        with pytest.raises(ObjectMissing):
            objects.get(key)
        with pytest.raises(ObjectMissing):
            objects.get_range(key, 0, 1)


def test_delete_removes_and_may_be_repeated(objects):
    objects.put("a/b", b"x")
    objects.delete("a/b")
    objects.delete("a/b")
    with pytest.raises(ObjectMissing):
        objects.get("a/b")
    objects.put("a/b", b"again")
    assert objects.get("a/b") == b"again"


def test_list_gives_keys_in_order_under_a_prefix(objects):
    keys = ["packs/a", "packs/a-b/c", "packs/a.b", "packs/a/x", "packs/b", "other", "packsy"]
    for key in ("packs/a-b/c", "packs/b", "packs/a.b", "packs/a0/x", "other", "packsy", "packs/a"):
        objects.put(key, b"")
    keys = ["packs/a", "packs/a-b/c", "packs/a.b", "packs/a0/x", "packs/b"]
    assert list(objects.list("packs/")) == keys == sorted(keys)
    assert list(objects.list("packs/a.")) == ["packs/a.b"]
    assert list(objects.list("nowhere/")) == []
    assert list(objects.list()) == ["other", *keys, "packsy"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/../b",
        ".",
        "a/.b",
        ".tmp/x",
        "a\\b",
        "a\0b",
        "a b",
        "é",
        "a\n",
        "-a",
        "a" * 513,
    ],
)
def test_keys_that_could_leave_the_store_are_refused(objects, key):
    for act in (lambda: objects.put(key, b""), lambda: objects.get(key), lambda: objects.delete(key)):
        with pytest.raises(KeyRefused):
            act()


@given(st.lists(st.binary(max_size=100), min_size=1, max_size=20), st.randoms())
@settings(max_examples=20)
def test_any_sequence_of_puts_reads_back(tmp_path_factory, blobs, random):
    objects = LocalObjects(tmp_path_factory.mktemp("objects"))
    keys = [f"d{random.randrange(3)}/o{number}" for number in range(len(blobs))]
    for key, blob in zip(keys, blobs, strict=True):
        objects.put(key, blob)
    assert [objects.get(key) for key in keys] == blobs
    assert list(objects.list()) == sorted(keys)
