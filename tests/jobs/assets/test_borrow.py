"""A session that goes on shows what another of its site was given of late: nobody is asked for it, and it goes with
the session."""

import json

import pytest

from playhead.jobs.assets.keeper import AssetKeeper
from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_session
from playhead.jobs.growing import Growing
from playhead.jobs.segments import ensure_segments
from playhead.query.assets import facts_of, file_of
from playhead.store.asset_rules import AssetRules
from playhead.store.assets import assets_of
from playhead.store.check import check
from playhead.store.site_settings import SiteSettings, save_settings
from tests.conftest import NOW_MS
from tests.jobs.assets.conftest import here


def element(number, tag, *children, **attributes):
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def page(url, *nodes):
    document = {"type": 0, "id": 1, "childNodes": [element(2, "html", element(3, "body", *nodes))]}
    return [
        {"type": 4, "timestamp": NOW_MS - 60_000, "data": {"href": url, "width": 800, "height": 600}},
        {"type": 2, "timestamp": NOW_MS - 59_999, "data": {"node": document, "initialOffset": {"left": 0, "top": 0}}},
    ]


def picture(at_ms, number, src):
    added = {"parentId": 3, "nextId": None, "node": element(number, "img", src=src)}
    data = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [added]}
    return {"type": 3, "timestamp": NOW_MS - 50_000 + at_ms, "data": data}


@pytest.fixture
def arrive(store, make_batch):
    def send(session, seq, events, ago_ms=10):
        body = json.dumps(events).encode()
        first_ms = float(events[0]["timestamp"])
        batch = make_batch(session, seq=seq, body=body, first_ms=first_ms, received_ms=NOW_MS - ago_ms)
        store.packs.submit(batch).result(10)

    return send


@pytest.fixture
def before(store, site, arrive):
    """Another visit, which is over, and what its page asked for: a picture, and a sheet with one of its own."""
    site.say("/logo.png")
    site.say("/main.css", b"a{background:url(bg.png)}", "text/css")
    site.say("/bg.png")
    save_settings(store.index, "site", SiteSettings(assets=AssetRules(on=True, hosts=(site.host,))))
    sheet = element(4, "link", rel="stylesheet", href=f"{site.url}/main.css")
    arrive("s_1", 0, page(site.url, sheet, element(5, "img", src=f"{site.url}/logo.png")), ago_ms=10_000_000)
    digest(store, "s_1")
    assert AssetKeeper(store, private=frozenset([site.host]), resolve=here).run_once() == 1
    assert len(assets_of(store.index, "s_1")) == 3
    site.asked.clear()


def shown(growing):
    return "".join(growing.body(number).decode() for number in range(growing.slices))


def test_a_live_session_shows_what_is_at_hand_and_asks_nobody(store, site, before, arrive):
    sheet = element(4, "link", rel="stylesheet", href=f"{site.url}/main.css")
    arrive("s_2", 0, page(site.url, sheet, element(5, "img", src=f"{site.url}/new.png")))
    growing = Growing(store, "s_2")
    growing.update(1)
    assert f"{site.url}/new.png" in shown(growing), "nobody has it yet"
    assert f"{site.url}/main.css" not in shown(growing)
    arrive("s_2", 1, [picture(0, 6, f"{site.url}/logo.png"), picture(9, 7, f"{site.url}/other.png")])
    growing.update(2)
    told = [bytes(one).decode() for one in growing.tail(0, 0)]
    assert "/api/sessions/s_2/assets/" in told[0] and f"{site.url}/other.png" in told[1]
    rows = {row.url.rpartition("/")[2]: row.hash for row in assets_of(store.index, "s_2")}
    assert sorted(rows) == ["bg.png", "logo.png", "main.css"]
    assert f"assets/{rows['bg.png']}/".encode() in file_of(store, "s_2", rows["main.css"]).body
    assert file_of(store, "s_2", rows["bg.png"]).kind == "image/png"
    assert site.asked == []
    assert facts_of(store, "s_2", on=True).state == "waiting"
    assert list(check(store)) == []


def test_what_is_borrowed_stays_with_the_session_and_goes_with_it(store, site, before, arrive):
    arrive("s_2", 0, page(site.url, element(5, "img", src=f"{site.url}/logo.png")))
    growing = Growing(store, "s_2")
    growing.update(1)
    assert "/api/sessions/s_2/assets/" in shown(growing)
    (row,) = assets_of(store.index, "s_2")
    erase_session(store, "s_1")
    assert file_of(store, "s_2", row.hash) is not None
    assert len(list(store.objects.list("assets/"))) == 1
    erase_session(store, "s_2")
    assert list(store.objects.list("assets/")) == []
    later = Growing(store, "s_2")
    later.update(2)
    assert assets_of(store.index, "s_2") == []


def test_a_site_that_keeps_none_and_a_host_that_is_not_its_own_borrow_nothing(store, site, before, arrive):
    picture_there = element(5, "img", src=f"{site.url}/logo.png")
    save_settings(store.index, "site", SiteSettings(assets=AssetRules(on=True, hosts=("else.test",))))
    arrive("s_2", 0, page(site.url, picture_there))
    for session in ("s_2", "s_3"):
        if session == "s_3":
            save_settings(store.index, "site", SiteSettings())
            arrive("s_3", 0, page(site.url, picture_there))
        growing = Growing(store, session)
        growing.update(1)
        assert f"{site.url}/logo.png" in shown(growing)
        assert assets_of(store.index, session) == []


def test_the_round_after_its_end_takes_over_what_was_borrowed(store, site, before, arrive):
    site.say("/new.png")
    nodes = (element(5, "img", src=f"{site.url}/logo.png"), element(6, "img", src=f"{site.url}/new.png"))
    arrive("s_2", 0, page(site.url, *nodes), ago_ms=10_000_000)
    growing = Growing(store, "s_2")
    growing.update(1)
    shown(growing)
    digest(store, "s_2")
    assert AssetKeeper(store, private=frozenset([site.host]), resolve=here).run_once() == 1
    assert [path for path, _ in site.asked] == ["/new.png"]
    assert sorted(row.url.rpartition("/")[2] for row in assets_of(store.index, "s_2")) == ["logo.png", "new.png"]
    assert ensure_segments(store, "s_2").manifest.assets_ms > 0
