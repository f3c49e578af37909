"""Digest: a session's rows follow from its log, again and again, whatever arrives in which order."""

import gzip
import json
import threading

import msgspec
import pytest
import sqlalchemy as sa

from playhead.core.report import Finding, Report, Sentence
from playhead.jobs import digest as digest_module
from playhead.jobs.digest import NoSession, digest, ensure_digested, stored_trace
from playhead.store.analysis_tables import reports
from playhead.store.index import insert_ignore
from playhead.store.reports import DigestStamp, save_report
from playhead.store.site_settings import SiteSettings, save_settings
from playhead.store.standing import standing_report
from playhead.store.tables import controls, digests, pages, sessions, signals, sites
from playhead.store.work import FIRST_WAIT_MS

ALL = (pages, controls, signals, digests, reports)


def row_of(store, session="s_1"):
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions).where(sessions.c.id == session)).one()


def everything(store):
    with store.index.read() as connection:
        return [sorted(map(repr, connection.execute(sa.select(table)).all())) for table in (sessions, *ALL)]


def standing(store, session="s_1"):
    with store.index.read() as connection:
        return msgspec.json.decode(connection.execute(standing_report(session)).scalar_one(), type=Report)


def test_the_rows_a_list_shows(store, record, small):
    page = {"page": "p_1", "visitor": "v_9", "url": "https://shop.example/", "referrer": "https://search.example/"}
    page["viewport"] = {"width": 800, "height": 600}
    events = small(
        ("playhead.page", page), ("playhead.identify", {"id": "u_42", "traits": {"name": "Anna", "plan": 3}})
    )
    record(events, ended=True)
    trace = digest(store, "s_1")
    row = row_of(store)
    assert (row.user_id, row.user_name, row.visitor) == ("u_42", "Anna", "v_9")
    assert json.loads(row.traits) == {"name": "Anna", "plan": "3"}
    assert (row.start_ms, row.started_ms, row.end_ms) == (1_750_000_000_000, 1_750_000_000_000, 1_750_000_000_500)
    assert (row.event_count, row.page_count, row.first_url) == (6, 1, "https://shop.example/")
    assert (row.viewport_width, row.viewport_height) == (800, 600)
    assert (row.outcome, row.headline) == (standing(store).outcome, standing(store).headline.text)
    assert row.headline
    assert (row.digest_revision, row.digest_error, row.gaps, row.ended) == (row.log_revision, "", 0, True)
    assert max(json.loads(row.strip)["activity"]) == 9
    with store.index.read() as connection:
        names = json.loads(connection.execute(sa.select(controls.c.names)).scalar_one())
    used = [one.target.name for one in trace.interactions if one.target and one.target.name]
    assert [name for name, _ in names] == list(dict.fromkeys(used))
    assert "Shop" in used
    assert stored_trace(store, "s_1") == trace


def test_signals_are_counted_by_kind(store, record, recording):
    record([event.raw for event in recording("traps-rage-dead")], per=50)
    trace = digest(store, "s_1")
    row = row_of(store)
    assert "rage_click" in json.loads(row.signals)
    assert sum(json.loads(row.signals).values()) == row.signal_count == len(trace.signals) > 0
    with store.index.read() as connection:
        found = connection.execute(sa.select(signals).where(signals.c.kind == "rage_click")).one()
    assert json.loads(found.measured) == next(one.measured for one in trace.signals if one.kind == "rage_click")


def test_a_sites_own_thresholds_hold_for_its_sessions(store, record, recording):
    record([event.raw for event in recording("traps-rage-dead")], per=50)
    with store.index.write() as connection:
        key = connection.execute(sa.select(sessions.c.site).where(sessions.c.id == "s_1")).scalar_one()
        row = {"key": key, "name": "Shop", "created_ms": 0, "settings": "{}"}
        connection.execute(insert_ignore(connection, sites).values(row))
    limits = {"rage_click": {"min_clicks": 50.0}, "gone": {"away": 1.0}}  # of an older version: left out
    assert save_settings(store.index, key, SiteSettings(signals=limits))
    assert "rage_click" not in [signal.kind for signal in digest(store, "s_1").signals]


def test_digesting_again_changes_nothing(store, record, recording):
    record([event.raw for event in recording("traps-save-fails")], per=20)
    digest(store, "s_1")
    once = everything(store)
    digest(store, "s_1")
    again = everything(store)
    assert once[:-1] == again[:-1]
    assert len(once[-1]) == len(again[-1]) == 1


def test_the_order_in_which_batches_arrive_does_not_matter(store, record, recording, make_batch):
    events = [event.raw for event in recording("traps-wizard")]
    record(events, session="s_1", per=10)
    count = -(-len(events) // 10)
    for seq in reversed(range(count)):
        part = events[seq * 10 : seq * 10 + 10]
        body = gzip.compress(b"[" + b",".join(part) + b"]")
        for _ in range(2):  # and every batch twice
            store.packs.submit(make_batch("s_2", seq=seq, body=body)).result(10)
    assert digest(store, "s_1") == digest(store, "s_2")


def test_a_late_batch_makes_a_digest_stale_and_nothing_else_does(store, record, small):
    events = small()
    record(events[:3], per=3)
    ensure_digested(store, "s_1")
    assert row_of(store).event_count == 3
    before = row_of(store).digested_ms
    store.now_ms = lambda: before + 1000
    ensure_digested(store, "s_1")
    assert row_of(store).digested_ms == before
    record(events[3:], page="p_2")
    ensure_digested(store, "s_1")
    assert row_of(store).event_count == len(events)


def test_a_newer_projector_makes_every_digest_stale(store, record, small, monkeypatch):
    record(small())
    ensure_digested(store, "s_1")
    with store.index.write() as connection:
        connection.execute(sa.update(sessions).values(headline="old", projector_version=0))
    ensure_digested(store, "s_1")
    assert row_of(store).headline != "old"


def test_an_older_digest_never_replaces_a_newer(store, record, small, monkeypatch):
    """One thread reads the log, then is slow; another reads more of it and writes first."""
    events = small()
    record(events[:3])
    really = digest_module.project_stored

    def slow(read):
        monkeypatch.setattr(digest_module, "project_stored", really)
        record(events[3:], page="p_2")
        digest(store, "s_1")
        return really(read)

    monkeypatch.setattr(digest_module, "project_stored", slow)
    digest(store, "s_1")
    assert row_of(store).event_count == len(events)
    assert row_of(store).digest_revision == row_of(store).log_revision
    with store.index.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(digests)).scalar() == 1


def test_what_is_missing_is_said_in_the_coverage(store, record, small, make_batch):
    events = small()
    record(events[:3])
    store.packs.submit(make_batch(seq=1, body=b"\x1f\x8b broken")).result(10)
    store.packs.submit(make_batch(seq=5, body=b"[" + events[3] + b"]")).result(10)
    coverage = digest(store, "s_1").coverage
    assert coverage["batches_missing"] == 4
    assert [(gap["from_seq"], gap["to_seq"]) for gap in coverage["gaps"]] == [(2, 4), (1, 1)]
    assert row_of(store).gaps == 4


def test_a_session_of_nothing_readable_is_still_a_session(store, make_batch):
    store.packs.submit(make_batch(body=b"[nonsense")).result(10)
    ensure_digested(store, "s_1")
    row = row_of(store)
    assert (row.event_count, row.gaps, row.digest_error) == (0, 1, "")
    assert standing(store).headline.text


def test_hostile_values_fit_the_index(store, record, small):
    long = "x" * 100_000
    page = {"page": "p_1", "visitor": long, "url": "https://e.example/" + long, "title": "a\0b\ud800", "referrer": long}
    person = {"id": long, "traits": {f"t{n}": long for n in range(500)}}
    meta = b'{"type":4,"timestamp":1750000000001,"data":{"href":"x","width":1e300,"height":-5}}'
    record([*small(("playhead.page", page), ("playhead.identify", person), title="\0\ud800" + long), meta])
    ensure_digested(store, "s_1")
    row = row_of(store)
    assert row.digest_error == ""
    assert max(len(value) for value in row if isinstance(value, str)) < 20_000


def test_a_session_that_cannot_be_digested_waits_for_its_next_try(store, record, small, monkeypatch):
    events, calls = small(), []

    def broken(read):
        calls.append(read.revision)
        raise ZeroDivisionError("a bug")

    record(events[:3])
    with monkeypatch.context() as patch:
        patch.setattr(digest_module, "project_stored", broken)
        ensure_digested(store, "s_1")
        ensure_digested(store, "s_1")
        assert calls == [1]
        assert row_of(store).digest_error == "ZeroDivisionError: a bug"
    record(events[3:], page="p_2")
    now_ms = store.now_ms()
    store.now_ms = lambda: now_ms + FIRST_WAIT_MS
    ensure_digested(store, "s_1")
    assert (row_of(store).digest_error, row_of(store).event_count) == ("", len(events))


def test_two_readers_at_once_digest_once(store, record, small, monkeypatch):
    record(small())
    calls, really = [], digest_module.project_stored
    monkeypatch.setattr(digest_module, "project_stored", lambda read: calls.append(1) or really(read))
    threads = [threading.Thread(target=ensure_digested, args=[store, "s_1"]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_unknown_sessions(store):
    with pytest.raises(NoSession, match="'s_nobody'"):
        digest(store, "s_nobody")
    ensure_digested(store, "s_nobody")
    assert stored_trace(store, "s_nobody") is None


@pytest.mark.parametrize(("skew_ms", "shown_ms"), [(0, 0), (4000, 0), (3_600_000, 3_600_000), (-90_000, -90_000)])
def test_a_wrong_clock_is_put_right_by_one_offset(store, record, small, skew_ms, shown_ms):
    start_ms = 1_750_000_000_000
    record(small(start_ms=start_ms), sent_ms=float(start_ms + 2000), received_ms=start_ms + 2000 + skew_ms)
    digest(store, "s_1")
    assert row_of(store).clock_offset_ms == shown_ms
    assert row_of(store).started_ms == start_ms + shown_ms
    assert row_of(store).start_ms == start_ms


def test_a_recording_that_counts_from_zero_began_when_it_came(store, record, small):
    record(small(start_ms=0))
    digest(store, "s_1")
    assert row_of(store).started_ms == row_of(store).first_received_ms


def report_of(headline):
    return Report(
        headline=Sentence(headline),
        goal=Sentence("Buy"),
        outcome="failed",
        summary=[],
        findings=[Finding("A title", 2, "text")],
        analyst="test:model",
    )


def test_a_models_report_stands_until_the_session_changes(store, record, small):
    events = small()
    record(events[:3])
    digest(store, "s_1")
    stamp = DigestStamp(row_of(store).digest_revision, row_of(store).projector_version)
    assert save_report(store.index, "s_1", report_of("By a model"), stamp=stamp, now_ms=1)
    assert standing(store).analyst == "test:model"
    assert (row_of(store).headline, row_of(store).outcome) == ("By a model", "failed")
    digest(store, "s_1")
    assert row_of(store).headline == "By a model"
    record(events[3:], page="p_2")
    digest(store, "s_1")
    assert standing(store).analyst == "rules"
    assert row_of(store).headline == standing(store).headline.text != "By a model"


def test_a_report_about_a_session_erased_meanwhile_is_not_kept(store):
    assert not save_report(store.index, "s_gone", report_of("Late"), stamp=DigestStamp(1, 1), now_ms=1)
    with store.index.read() as connection:
        assert connection.execute(sa.select(reports)).all() == []
