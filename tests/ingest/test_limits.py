"""Limits: a site's batches a minute and gigabytes a day, by both ways into the server."""

import pytest

from playhead.ingest.app import IngestApp
from playhead.ingest.drops import DropReason
from playhead.ingest.limits import DAY_S, Limits
from playhead.store.site_settings import SiteSettings, save_settings
from tests.ingest.test_protocol import connect  # noqa: F401  a fixture


@pytest.fixture
def app(store):
    return IngestApp(store)


def test_a_bucket_refills_evenly_and_holds_one_minute():
    now = [0.0]
    limits, settings = Limits(clock_s=lambda: now[0], wall_s=lambda: 0), SiteSettings(batches_a_minute=6)
    assert [limits.check("a", settings, 1) for _ in range(6)] == [None] * 6
    dropped = limits.check("a", settings, 1)
    assert dropped is not None
    assert (dropped.reason, dropped.status) == (DropReason.TOO_MANY, 429)
    assert limits.check("b", settings, 1) is None, "each site for itself"
    now[0] = 10.1
    assert limits.check("a", settings, 1) is None
    assert limits.check("a", settings, 1) is not None
    now[0] = 3600
    assert [limits.check("a", settings, 1) is None for _ in range(8)] == [True] * 6 + [False] * 2
    assert limits.check("a", SiteSettings(), 1) is None


def test_gigabytes_are_counted_from_midnight_and_only_what_was_taken():
    wall = [DAY_S * 20_000.0]
    limits, settings = Limits(wall_s=lambda: wall[0]), SiteSettings(gb_a_day=0.000001)  # 1,000 bytes
    assert limits.check("a", settings, 900) is None
    refused = limits.check("a", settings, 101)
    assert refused is not None
    assert refused.reason is DropReason.OVER_QUOTA
    assert limits.check("a", settings, 100) is None
    wall[0] += DAY_S
    assert limits.check("a", settings, 1000) is None


def test_a_recorder_is_asked_to_come_again(store, app, connect):  # noqa: F811
    assert save_settings(store.index, "site", SiteSettings(batches_a_minute=2))
    connection = connect()
    answers = []
    for seq in range(4):
        extra = b"connection: keep-alive\r\n" if seq % 2 else b"x-long: way\r\n"
        connection.send(seq=seq, extra=extra)
        answers.append(connection.answer())
    assert [status for status, _, _ in answers] == [200, 200, 429, 429]
    assert answers[-1][1]["retry-after"] == "10"
    assert app.counters.dropped[DropReason.TOO_MANY] == 2
    save_settings(store.index, "site", SiteSettings())
    app.sites._read_s = float("-inf")
    connection.send(seq=3)
    assert connection.answer()[0] == 200
