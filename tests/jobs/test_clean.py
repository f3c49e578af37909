"""Clean: nothing personal is left on the disk once a session is over, and at no time for a strict site."""

import contextlib
import json

import pytest
import sqlalchemy as sa

from playhead.core.events import encode_events
from playhead.ingest.strict import Strict
from playhead.jobs.digest import ensure_digested
from playhead.jobs.imports import import_recording
from playhead.jobs.segments import ensure_segments
from playhead.jobs.worker import Worker
from playhead.query.events import all_events
from playhead.store.batch import AdmittedBatch
from playhead.store.clean import policy_of, read_clean, scrub_log
from playhead.store.site_settings import SiteSettings, load_settings, save_settings
from playhead.store.tables import packs, rewrites, scrubbed, sessions
from playhead.store.zstd import inflate

MAIL = b"jane.planted@example.org"
CARD = b"4242 4242 4242 4242"


def events(text: bytes = MAIL) -> bytes:
    node = {"type": 0, "id": 1, "childNodes": [
        {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": [
            {"type": 2, "id": 3, "tagName": "button", "attributes": {}, "childNodes": [
                {"type": 3, "id": 4, "textContent": f"Ship to {text.decode()}"}]}]}]}  # fmt: skip
    said = {
        "plugin": "rrweb/console@1",
        "payload": {"level": "error", "payload": [f'"card {CARD.decode()}"'], "trace": []},
    }
    made = [
        {"type": 4, "data": {"href": "https://shop.example/?mail=" + text.decode(), "width": 9, "height": 9}},
        {"type": 2, "data": {"node": node, "initialOffset": {"left": 0, "top": 0}}},
        {"type": 3, "data": {"source": 2, "type": 2, "id": 3, "x": 5, "y": 5}},
        {"type": 6, "data": said},
    ]
    return json.dumps([{**event, "timestamp": 1_760_000_000_000 + n} for n, event in enumerate(made)]).encode()


def everything_on_disk(store) -> bytes:
    """All objects and tables, inflated where they are compressed."""
    parts = []
    for key in store.objects.list(""):
        blob = store.objects.get(key)
        parts.append(blob)
        for at in (n for n in range(len(blob)) if blob[n : n + 4] == b"\x28\xb5\x2f\xfd"):
            with contextlib.suppress(Exception):
                parts.append(inflate(blob[at:]))
    with store.index.read() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'select * from "{table}"')):
                for value in row:
                    blob = value if isinstance(value, bytes) else str(value).encode()
                    parts.append(inflate(blob) if blob[:4] == b"\x28\xb5\x2f\xfd" else blob)
    return b"\n".join(parts)


def test_a_finished_session_holds_nothing_personal_and_its_neighbour_is_untouched(store, make_batch):
    plain = b'[{"type":4,"data":{"href":"https://x.org/","width":1,"height":1},"timestamp":1760000000000}]'
    futures = [store.packs.submit(make_batch("s_1", body=events(), ended=True)),
               store.packs.submit(make_batch("s_2", body=plain, ended=True))]  # fmt: skip
    for future in futures:
        future.result(10)
    assert MAIL in everything_on_disk(store)
    while Worker(store).run_once():
        pass
    found = everything_on_disk(store)
    assert MAIL not in found
    assert CARD not in found
    assert b"[EMAIL]" in found
    assert all_events(store, "s_2") == plain
    trace = ensure_segments(store, "s_1")
    assert trace is not None
    assert scrub_log(store, "s_1") == 0
    with store.index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(rewrites)).scalar() == 0
        assert {row.session for row in connection.execute(sa.select(scrubbed))} == {"s_1", "s_2"}


def test_what_is_derived_while_the_session_goes_on_is_clean_and_late_batches_are_too(store, make_batch):
    store.packs.submit(make_batch("s_1", body=events())).result(10)
    ensure_digested(store, "s_1")
    ensure_segments(store, "s_1")
    assert MAIL not in all_events(store, "s_1")
    with store.index.read() as connection:
        assert MAIL.decode() not in str(connection.execute(sa.select(sessions)).all())
    assert policy_of(store, "s_1").done is False
    scrub_log(store, "s_1")
    assert policy_of(store, "s_1").done is True
    store.packs.submit(make_batch("s_1", seq=1, body=events(b"late.planted@example.org"))).result(10)
    assert policy_of(store, "s_1").done is False
    ensure_digested(store, "s_1")
    assert scrub_log(store, "s_1") == 1
    found = everything_on_disk(store)
    assert MAIL not in found
    assert b"late.planted" not in found
    assert len(read_clean(store, "s_1").events) == 8


def test_a_session_digested_before_it_came_to_rest_is_scrubbed_by_the_worker(store, make_batch):
    store.packs.submit(make_batch("s_1", body=events())).result(10)
    ensure_digested(store, "s_1")
    with store.index.write() as connection:
        connection.execute(sa.update(sessions).values(last_received_ms=0))
    Worker(store).run_once()
    assert MAIL not in everything_on_disk(store)


def test_an_erasure_in_between_leaves_nothing(store, make_batch):
    from playhead.store.erasure import erase

    store.packs.submit(make_batch("s_1", body=events())).result(10)
    scrub_log(store, "s_1")
    erase(store.objects, store.index, ["s_1"], now_ms=1, new_key=store.new_key)
    with store.index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(packs)).scalar() == 0
        assert connection.execute(sa.select(sa.func.count()).select_from(scrubbed)).scalar() == 0
    assert list(store.objects.list("packs/")) == []


def test_an_import_comes_back_exactly_unless_its_site_is_strict(store, make_batch):
    site = make_batch("s_0").facts.site
    kept = import_recording(store, site, events())
    assert MAIL in all_events(store, kept)
    assert save_settings(store.index, site, SiteSettings(privacy="strict"))
    fresh = import_recording(store, site, events(b"other.planted@example.org"))
    assert b"other.planted" not in encode_events(store.log.events(fresh))


def test_strict_is_scrubbed_before_the_writer_sees_it(store, make_batch):
    batch = Strict(store).scrub(make_batch("s_1", body=events(), visitor="jane@example.org"))
    assert isinstance(batch, AdmittedBatch)
    assert MAIL not in inflate(batch.body)
    assert "jane" not in batch.facts.visitor
    refused = Strict(store).scrub(make_batch("s_1", body=b"[broken"))
    assert not isinstance(refused, AdmittedBatch)
    assert refused.reason.value == "unreadable"


@pytest.mark.parametrize(
    "body", [b'[{"type":4,"data":{"href":"planted-7@example.org"', b"\x1f\x8b\x08planted-7@example.org"]
)
def test_a_batch_that_cannot_be_read_is_emptied_and_stays_a_gap(store, make_batch, body):
    store.packs.submit(make_batch("s_1", body=events(), ended=True)).result(10)
    store.packs.submit(make_batch("s_1", seq=1, body=body, ended=True)).result(10)
    while Worker(store).run_once():
        pass
    found = everything_on_disk(store)
    assert b"planted-7" not in found
    read = read_clean(store, "s_1")
    assert [(gap.from_seq, gap.to_seq) for gap in read.gaps] == [(1, 1)]
    assert len(read.events) == 4
    assert policy_of(store, "s_1").done
    assert scrub_log(store, "s_1") == 0


def test_settings_that_cannot_be_read_count_as_strict(store, make_batch):
    site = make_batch("s_0").facts.site
    assert load_settings(store.index, "nobody") is None
    assert load_settings(store.index, site) == SiteSettings()
    from playhead.store.tables import sites

    with store.index.write() as connection:
        connection.execute(sa.update(sites).values(settings='{"privacy":"what"}'))
    found = load_settings(store.index, site)
    assert found is not None
    assert found.privacy == "strict"
