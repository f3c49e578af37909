"""Assets on the real engines: kept, shared, named by slices, gone with the last session that showed them."""

import json

import pytest
import sqlalchemy as sa

from playhead.jobs.assets.keeper import AssetKeeper
from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_session
from playhead.jobs.segments import ensure_segments
from playhead.query.asset_hosts import seen_hosts
from playhead.query.assets import facts_of
from playhead.query.events import window
from playhead.store import open_store
from playhead.store.asset_rules import AssetRules
from playhead.store.check import check
from playhead.store.site_settings import SiteSettings, save_settings
from playhead.store.tables import sites
from tests.conftest import NOW_MS
from tests.jobs.assets.conftest import Site, here


@pytest.fixture
def shop():
    running = Site()
    yield running
    running.close()


def recorded(store, make_batch, session, url):
    picture = {"type": 2, "id": 3, "tagName": "img", "attributes": {"src": f"{url}/x.png"}, "childNodes": []}
    gone = {"type": 2, "id": 4, "tagName": "img", "attributes": {"src": f"{url}/gone.png"}, "childNodes": []}
    html = {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": [picture, gone]}
    events = [
        {"type": 4, "timestamp": NOW_MS - 60_000, "data": {"href": f"{url}/", "width": 8, "height": 6}},
        {
            "type": 2,
            "timestamp": NOW_MS - 59_999,
            "data": {"node": {"type": 0, "id": 1, "childNodes": [html]}, "initialOffset": {"top": 0, "left": 0}},
        },
    ]
    facts = {"first_ms": float(NOW_MS - 60_000), "received_ms": NOW_MS - 10_000}
    store.packs.submit(make_batch(session, body=json.dumps(events).encode(), **facts)).result(60)
    digest(store, session)


def test_assets_on_postgresql_and_s3(tmp_path, postgres_url, s3_url, make_batch, shop):
    shop.say("/x.png")
    where = {"index_url": postgres_url, "objects_url": s3_url, "now_ms": lambda: NOW_MS}
    with open_store(tmp_path / "node", **where) as store:
        with store.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": "site", "name": "Site", "created_ms": 0})
        save_settings(store.index, "site", SiteSettings(assets=AssetRules(on=True, hosts=(shop.host,))))
        for session in ("s_1", "s_2"):
            recorded(store, make_batch, session, shop.url)
        assert AssetKeeper(store, private=frozenset([shop.host]), resolve=here).run_once() == 2
        assert AssetKeeper(store, private=frozenset([shop.host]), resolve=here).run_once() == 0
        assert [path for path, _ in shop.asked].count("/x.png") == 1
        facts = facts_of(store, "s_2", on=True)
        assert (facts.state, facts.kept, facts.missing) == ("done", 1, 1)
        assert [(host.name, host.pages, host.kept, host.missing) for host in seen_hosts(store, "site")] == [
            (shop.host, 2, 2, 2)
        ]
        for session in ("s_1", "s_2"):
            shown = window(store, ensure_segments(store, session), from_ms=None, to_ms=None)
            assert f"/api/sessions/{session}/assets/".encode() in shown
        assert list(check(store)) == []
        erase_session(store, "s_1")
        assert len(list(store.objects.list("assets/"))) == 1
        erase_session(store, "s_2")
        assert list(store.objects.list("assets/")) == []
        assert list(check(store)) == []
