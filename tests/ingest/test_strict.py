"""Strict sites and other recorders: what is typed into an editable region is masked, whichever server has the batch."""

import json

import pytest

from playhead.ingest.sentry import PAGE
from playhead.ingest.strict import Strict
from playhead.store.batch import AdmittedBatch, BatchFacts
from playhead.store.zstd import deflate, inflate

T0 = 1_760_000_000_000
NODE = {"type": 0, "id": 1, "childNodes": [{"type": 2, "id": 2, "tagName": "body", "attributes": {}, "childNodes": [
    {"type": 2, "id": 3, "tagName": "div", "attributes": {"contenteditable": "true"}, "childNodes": [
        {"type": 3, "id": 4, "textContent": "a preset"}]},
    {"type": 2, "id": 5, "tagName": "p", "attributes": {}, "childNodes": [{"type": 3, "id": 6, "textContent": "page"}]},
]}]}  # fmt: skip


def batch(seq: int, page: str = PAGE) -> AdmittedBatch:
    """The first is a snapshot; in each of the others something is typed, and the page says something."""
    texts = [{"id": 4, "value": f"typed {seq}"}, {"id": 6, "value": f"said {seq}"}]
    data = {"source": 0, "texts": texts, "attributes": [], "removes": [], "adds": []} if seq else {"node": NODE}
    event = {"type": 3 if seq else 2, "data": data, "timestamp": T0 + seq}
    facts = BatchFacts(
        site="demo", session="s_1", page=page, seq=seq, received_ms=T0, events=1, first_ms=T0, last_ms=T0
    )
    return AdmittedBatch(facts, deflate(json.dumps([event]).encode()))


def kept(strict: Strict, store, one: AdmittedBatch) -> str:
    clean = strict.scrub(one)
    assert isinstance(clean, AdmittedBatch)
    store.packs.submit(clean).result(10)
    return inflate(clean.body).decode()


@pytest.fixture
def strict(store) -> Strict:
    return Strict(store)


def test_it_is_followed_from_batch_to_batch(strict, store):
    assert "preset" not in kept(strict, store, batch(0))
    for seq in (1, 2):
        text = kept(strict, store, batch(seq))
        assert f"typed {seq}" not in text and f"said {seq}" in text


def test_another_server_or_a_new_one_reads_it_from_what_is_kept(strict, store):
    kept(strict, store, batch(0))
    kept(strict, store, batch(1))
    text = kept(Strict(store), store, batch(2))
    assert "typed" not in text and "said 2" in text
    text = kept(strict, store, batch(3))  # the first has not seen number 2
    assert "typed" not in text and "said 3" in text


def test_what_nobody_knows_of_is_masked(strict, store):
    late = kept(strict, store, batch(5))
    assert "typed" not in late and "said" not in late
    kept(strict, store, batch(0))
    text = kept(strict, store, batch(1))
    assert "typed" not in text and "said 1" in text


def test_pages_are_forgotten_and_known_again(strict, store, monkeypatch):
    monkeypatch.setattr("playhead.ingest.strict.MAX_NODES", 3)
    kept(strict, store, batch(0))
    other = batch(0)
    strict.scrub(AdmittedBatch(BatchFacts(site="demo", session="s_2", page=PAGE, seq=0, received_ms=T0), other.body))
    text = kept(strict, store, batch(1))
    assert "typed" not in text and "said 1" in text


def test_our_own_recorder_masks_by_itself(strict, store):
    assert "typed 1" in kept(strict, store, batch(1, page="p_1"))
