"""Retention: what is past a site's age or size goes, the oldest first; everything else stays."""

import pytest
import sqlalchemy as sa

from playhead.jobs.digest import ensure_digested
from playhead.jobs.retention import DAY_MS, retire
from playhead.jobs.worker import Worker
from playhead.store.site_settings import SiteSettings, save_settings
from playhead.store.tables import sessions, sites


@pytest.fixture
def visits(store, record, small):
    """A session of each of the last five days, and one of another site as old as the oldest."""
    now = store.now_ms()
    with store.index.write() as connection:
        for key in ("demo", "other"):
            connection.execute(sa.insert(sites).values(key=key, name=key, created_ms=0, settings="{}"))
    for days in range(5):
        at = now - days * DAY_MS - 2 * 3_600_000
        record(small(start_ms=at), session=f"s_{days}", received_ms=at, sent_ms=at, site="demo")
        ensure_digested(store, f"s_{days}")
    record(small(start_ms=now - 9 * DAY_MS), session="s_far", received_ms=now - 9 * DAY_MS, site="other")
    ensure_digested(store, "s_far")


def ids(store):
    with store.index.read() as connection:
        return sorted(connection.execute(sa.select(sessions.c.id)).scalars())


def sizes(store):
    with store.index.read() as connection:
        return dict(map(tuple, connection.execute(sa.select(sessions.c.id, sessions.c.bytes))))


def test_without_settings_everything_is_kept(store, visits):
    assert retire(store) == 0 and len(ids(store)) == 6


def test_what_is_too_old_goes_and_does_not_come_back(store, visits, record, small):
    save_settings(store.index, "demo", SiteSettings(keep_days=2.5))
    assert retire(store) == 2
    assert ids(store) == ["s_0", "s_1", "s_2", "s_far"]
    assert retire(store) == 0
    record(small(), session="s_4", site="demo")
    assert "s_4" not in ids(store), "a late batch does not bring it back"
    assert store.log.exists("s_2") and not store.log.exists("s_4")


def test_past_the_size_the_oldest_go(store, visits):
    held = sizes(store)
    limit = sum(size for name, size in held.items() if name in ("s_0", "s_1"))
    save_settings(store.index, "demo", SiteSettings(keep_gb=limit / 1e9))
    retire(store)
    assert ids(store) == ["s_0", "s_1", "s_far"]


def test_a_session_that_goes_on_is_not_taken(store, visits, record, small):
    save_settings(store.index, "demo", SiteSettings(keep_gb=1e-9, keep_days=0.001))
    record(small(start_ms=store.now_ms()), session="s_now", received_ms=store.now_ms(), site="demo")
    while retire(store):
        pass
    assert ids(store) == ["s_far", "s_now"]


def test_an_old_visit_imported_today_is_kept_from_today_on(store, visits, record, small):
    save_settings(store.index, "demo", SiteSettings(keep_days=30))
    record(small(start_ms=store.now_ms() - 400 * DAY_MS), session="s_import", site="demo", received_ms=store.now_ms())
    assert retire(store) == 0


def test_the_worker_does_it_by_itself(store, visits):
    save_settings(store.index, "demo", SiteSettings(keep_days=1))
    worker = Worker(store)
    worker._retire()
    assert ids(store) == ["s_0", "s_far"]
