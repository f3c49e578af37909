"""From a recording to files in the store: looked for once the session is over, named by its slices, gone with it."""

import base64
import json

import msgspec
import pytest
import sqlalchemy as sa

from playhead.jobs.assets import gather as gathering
from playhead.jobs.assets.keeper import AssetKeeper
from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_session, erase_visitor
from playhead.jobs.segments import ensure_segments
from playhead.query.assets import facts_of, file_of, inlined
from playhead.query.events import window
from playhead.store import open_store
from playhead.store.asset_rules import AssetRules
from playhead.store.assets import assets_of, key_of, round_of
from playhead.store.check import check
from playhead.store.site_settings import SiteSettings, load_settings, save_settings
from playhead.store.tables import asset_rounds, assets
from tests.conftest import NOW_MS
from tests.jobs.assets.conftest import PNG, here

BEGAN_MS = NOW_MS - 60_000
SECRET = b"\x89PNG\r\n\x1a\nthe face of a visitor"


def element(number, tag, *children, **attributes):
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


@pytest.fixture
def visit(store, make_batch):
    """Record a page of these nodes, digest it, and let it come to rest."""

    def recorded(session, url, *nodes, began_ms=BEGAN_MS, **facts):
        document = {"type": 0, "id": 1, "childNodes": [element(2, "html", element(3, "body", *nodes))]}
        events = [
            {"type": 4, "data": {"href": url, "width": 800, "height": 600}},
            {"type": 2, "data": {"node": document, "initialOffset": {"left": 0, "top": 0}}},
            {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 9}},
        ]
        body = json.dumps([{**event, "timestamp": began_ms + n} for n, event in enumerate(events)]).encode()
        facts = {"first_ms": float(began_ms), "received_ms": NOW_MS - 10_000, **facts}
        store.packs.submit(make_batch(session, body=body, **facts)).result(10)
        digest(store, session)

    return recorded


@pytest.fixture
def keep(store, site):
    """Turn the site's assets on, and look for those of every session that waits."""

    def kept(*hosts):
        wanted = AssetRules(on=True, hosts=hosts or (site.host,))
        save_settings(store.index, "site", SiteSettings(assets=wanted))
        keeper = AssetKeeper(store, private=frozenset([site.host]), resolve=here)
        return keeper.run_once()

    return kept


def shown(store, session):
    return window(store, ensure_segments(store, session), from_ms=None, to_ms=None).decode()


def names(store, session):
    return {row.url.rpartition("/")[2]: row.reason or row.kind for row in assets_of(store.index, session)}


def objects(store):
    return list(store.objects.list("assets/"))


def test_what_the_pages_asked_for_is_kept_and_shown_from_here(store, site, visit, keep):
    site.say("/logo.png")
    site.say("/main.css", b"@import 'deep/more.css';a{background:url(bg.png)}b{background:url(gone.png)}", "text/css")
    site.say("/deep/more.css", b"@font-face{src:url(../f.woff2)}", "text/css")
    site.say("/bg.png", PNG + b"2")
    site.say("/f.woff2", b"wOF2....", "font/woff2")
    page = [
        element(10, "link", rel="stylesheet", href=f"{site.url}/main.css"),
        element(11, "img", src=f"{site.url}/logo.png"),
        element(12, "img", src="https://tracker.example/pixel.gif"),
        element(13, "img", src=f"{site.url}/[TOKEN]/x.png"),
    ]
    visit("s_1", f"{site.url}/", *page)
    assert ensure_segments(store, "s_1").manifest.assets_ms == 0
    assert keep() == 1
    assert names(store, "s_1") == {
        "logo.png": "image/png",
        "main.css": "text/css",
        "more.css": "text/css",
        "bg.png": "image/png",
        "f.woff2": "font/woff2",
        "gone.png": "answered 404",
        "pixel.gif": "not one of the site's hosts",
        "x.png": "a secret was taken out of its address",
    }
    events = shown(store, "s_1")
    assert "/api/sessions/s_1/assets/" in events and f"{site.url}/logo.png" not in events
    assert "https://tracker.example/pixel.gif" in events  # as before: not shown, and not fetched either
    rows = {row.url: row for row in assets_of(store.index, "s_1")}
    sheet = file_of(store, "s_1", rows[f"{site.url}/main.css"].hash)
    assert sheet.kind == "text/css"
    assert sheet.body.count(b"/api/sessions/s_1/assets/") == 2
    assert f"{site.url}/gone.png".encode() not in sheet.body and b"url(gone.png)" in sheet.body
    assert file_of(store, "s_1", rows[f"{site.url}/logo.png"].hash).body == PNG
    assert file_of(store, "s_1", rows[f"{site.url}/gone.png"].hash) is None
    assert file_of(store, "s_2", rows[f"{site.url}/logo.png"].hash) is None
    facts = facts_of(store, "s_1", on=True)
    assert (facts.state, facts.kept, facts.missing) == ("done", 5, 3)
    assert keep() == 0  # once
    assert "cookie" not in str(site.asked) and len(site.asked) == 6


def test_off_unless_a_site_says_so_and_only_its_own_hosts(store, site, visit, keep):
    site.say("/logo.png")
    visit("s_1", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"))
    assert load_settings(store.index, "site").assets.on is False
    assert AssetKeeper(store, private=frozenset([site.host]), resolve=here).run_once() == 0
    assert facts_of(store, "s_1", on=False).state == "off"
    assert keep("other.example") == 1
    assert site.asked == []
    assert names(store, "s_1") == {"logo.png": "not one of the site's hosts"}


def test_without_hosts_those_of_the_pages_count_on_usual_ports(store, site, visit):
    site.say("/logo.png")
    images = [element(10, "img", src=f"{site.url}/logo.png"), element(11, "img", src="https://elsewhere.test/x.png")]
    visit("s_1", f"{site.url}/", *images)
    save_settings(store.index, "site", SiteSettings(assets=AssetRules(on=True)))
    AssetKeeper(store, private=frozenset(), resolve=here).run_once()
    assert set(names(store, "s_1").values()) == {"not one of the site's hosts"}  # its port is unusual, nobody named it
    visit("s_2", f"{site.url}/", *images)
    AssetKeeper(store, private=frozenset([site.host]), resolve=here).run_once()
    assert names(store, "s_2") == {"logo.png": "image/png", "x.png": "not one of the site's hosts"}


def test_a_name_of_this_machine_is_not_asked(store, site, visit):
    site.say("/logo.png")
    visit("s_1", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"))
    save_settings(store.index, "site", SiteSettings(assets=AssetRules(on=True, hosts=(site.host,))))
    AssetKeeper(store, resolve=here).run_once()
    assert names(store, "s_1") == {"logo.png": "private address"}
    assert site.asked == []


def test_the_same_file_is_asked_for_once_an_hour_and_kept_once(store, site, visit, keep):
    site.say("/logo.png")
    site.say("/copy.png")
    for session in ("s_1", "s_2"):
        visit(session, f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"))
    visit("s_3", f"{site.url}/", element(10, "img", src=f"{site.url}/copy.png"))
    assert keep() == 3
    assert sorted(path for path, _ in site.asked) == ["/copy.png", "/logo.png"]
    assert len(objects(store)) == 1


def test_a_page_that_changed_keeps_what_each_visit_saw(store, site, visit, keep, monkeypatch):
    site.say("/logo.png")
    visit("s_1", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"))
    keep()
    site.say("/logo.png", PNG + b"new")
    visit("s_2", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"))
    monkeypatch.setattr(gathering, "FRESH_MS", 0)
    keep()
    (old,), (new,) = assets_of(store.index, "s_1"), assets_of(store.index, "s_2")
    assert old.hash == new.hash and old.content != new.content
    assert file_of(store, "s_1", old.hash).body == PNG


def test_old_visits_are_not_shown_with_todays_files(store, site, visit, keep):
    site.say("/logo.png")
    visit("s_1", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"), began_ms=NOW_MS - 90_000_000)
    visit("s_2", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"), received_ms=NOW_MS)  # goes on
    assert keep() == 0


def test_more_of_a_session_is_looked_for_again(store, site, visit, keep):
    site.say("/logo.png")
    site.say("/late.png", PNG + b"late")
    visit("s_1", f"{site.url}/", element(10, "img", src=f"{site.url}/logo.png"))
    keep()
    more = element(10, "img", src=f"{site.url}/late.png")
    visit("s_1", f"{site.url}/", more, began_ms=BEGAN_MS + 5_000, page="p_2")
    assert keep() == 1
    assert names(store, "s_1") == {"logo.png": "image/png", "late.png": "image/png"}
    assert len(site.asked) == 2
    assert shown(store, "s_1").count("/api/sessions/s_1/assets/") >= 2


def test_limits_are_said(store, site, visit, keep, monkeypatch):
    pictures = [element(10 + n, "img", src=f"{site.url}/{n}.png") for n in range(8)]
    for n in range(8):
        site.say(f"/{n}.png", PNG + bytes([n]) * 500)
    monkeypatch.setattr(gathering, "MAX_ADDRESSES", 6)
    monkeypatch.setattr(gathering, "MAX_SESSION_BYTES", 1_500)
    visit("s_1", f"{site.url}/", *pictures)
    keep()
    facts = facts_of(store, "s_1", on=True)
    assert (facts.kept, facts.missing) == (2, 6)
    assert {one.reason: one.count for one in facts.reasons} == {
        "too much for one session": 4,
        "too many for one session": 2,
    }
    monkeypatch.setattr(gathering, "MAX_AN_HOUR", 6)
    visit("s_2", f"{site.url}/", element(10, "img", src=f"{site.url}/new.png"))
    keep()
    assert names(store, "s_2") == {"new.png": "too many this hour"}
    monkeypatch.setattr(gathering, "MAX_AN_HOUR", 100)
    monkeypatch.setattr(gathering, "MAX_SITE_BYTES", 10)
    visit("s_3", f"{site.url}/", element(10, "img", src=f"{site.url}/newer.png"))
    keep()
    assert names(store, "s_3") == {"newer.png": "the site keeps too much"}


def test_a_session_that_cannot_be_read_is_tried_three_times(store, site, visit, keep, monkeypatch, caplog):
    visit("s_1", f"{site.url}/")
    monkeypatch.setattr("playhead.jobs.assets.keeper.gather", lambda *_, **__: 1 / 0)
    assert [keep() for _ in range(5)] == [1, 1, 1, 0, 0]


def test_erasing_takes_what_nobody_else_asked_for(store, site, visit, keep):
    site.say("/shared.png")
    site.say("/face.png", SECRET)
    shared, own = (element(10 + n, "img", src=f"{site.url}/{name}.png") for n, name in enumerate(("shared", "face")))
    visit("s_1", f"{site.url}/", shared, own, visitor="v_1")
    visit("s_2", f"{site.url}/", shared, visitor="v_2")
    keep()
    root = store.objects.root.parent
    disk = lambda: b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())  # noqa: E731
    assert SECRET in disk() and b"/face.png" in disk()
    assert list(check(store)) == []
    assert erase_visitor(store, "v_1") == 1
    assert SECRET not in disk() and b"/face.png" not in disk()
    (left,) = assets_of(store.index, "s_2")
    assert objects(store) == [key_of(left.content)]
    assert list(check(store)) == []
    erase_session(store, "s_2")
    assert objects(store) == []
    with store.index.read() as connection:
        for table in (assets, asset_rounds):
            assert connection.execute(sa.select(table)).all() == []


def test_a_session_that_is_erased_meanwhile_leaves_nothing(store, site, visit, keep):
    def answer(request):
        erase_session(store, "s_1")
        request.send_response(200)
        request.send_header("content-type", "image/png")
        request.send_header("content-length", str(len(SECRET)))
        request.end_headers()
        request.wfile.write(SECRET)

    site.answers["/face.png"] = answer
    visit("s_1", f"{site.url}/", element(10, "img", src=f"{site.url}/face.png"))
    keep()
    assert (objects(store), assets_of(store.index, "s_1"), round_of(store.index, "s_1").done_ms) == ([], [], 0)


def test_what_is_wrong_is_found_and_orphans_go_at_the_next_start(store, site, visit, keep):
    site.say("/a.png")
    site.say("/b.png", PNG + b"b")
    visit(
        "s_1",
        f"{site.url}/",
        *(element(10 + n, "img", src=f"{site.url}/{name}") for n, name in enumerate(("a.png", "b.png"))),
    )
    keep()
    first, second = objects(store)
    store.objects.put(first, b"other", if_absent=False)
    store.objects.delete(second)
    store.objects.put("assets/ab/" + "ab" * 32, b"nobody's")
    found = sorted((one.kind, one.where.partition(":")[0]) for one in check(store))
    assert found == sorted([("left", "assets/ab/" + "ab" * 32), ("lost", first), ("lost", second)])
    assert ("lost", first) not in [(one.kind, one.where.partition(":")[0]) for one in check(store, quick=True)]
    root = store.objects.root.parent
    store.close()
    with open_store(root) as again:
        assert objects(again) == [first]


def test_an_exported_file_holds_them(store, site, visit, keep):
    site.say("/main.css", b"a{background:url(bg.png)}", "text/css")
    site.say("/bg.png")
    visit("s_1", f"{site.url}/", element(10, "link", rel="stylesheet", href=f"{site.url}/main.css"))
    keep()
    events = window(store, ensure_segments(store, "s_1"), from_ms=None, to_ms=None)
    (data,) = inlined(store, "s_1", events).values()
    assert data.startswith("data:text/css;base64,")
    assert b'url("data:image/png;base64,' in base64.b64decode(data.partition(",")[2])
    assert msgspec.json.decode(events)
