"""Search: words are found the same on every database, stay in step with what is stored, and no query breaks it."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.core.report import Report, Sentence
from playhead.jobs.digest import digest
from playhead.jobs.erase import erase_session
from playhead.jobs.reindex import reindex
from playhead.query.sessions import SORTS, ListError, list_sessions, next_session
from playhead.store import open_store, search
from playhead.store.copy import copy_store
from playhead.store.digests import state_of
from playhead.store.reports import DigestStamp, save_report
from playhead.store.tables import controls, pages, sessions, signals

NOW_MS = 1_760_000_000_000
NAMES = ("s_a", "s_b", "s_c")


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request):
    return {} if request.param == "sqlite" else {"index_url": request.getfixturevalue("postgres_url")}


@pytest.fixture
def store(tmp_path, where):
    with open_store(tmp_path / "data", **where, now_ms=lambda: NOW_MS) as opened:
        yield opened


@pytest.fixture
def filled(store):
    add(store, "s_a", 1, url="https://shop.example/checkout?step=2", title="Check out", used="Place order", user="Anna")
    add(
        store,
        "s_b",
        2,
        url="https://shop.example/caf%C3%A9/stra%C3%9Fe",
        title="カードが拒否されました",
        error="Card declined",
    )
    add(store, "s_c", 3, url="https://shop.example/product/170", title="Crème brûlée", used="→", browser="Firefox 143")
    return store


def add(store, name, number, *, url="", title="", used="", error="", user="", browser=""):
    plain = {"site": "demo", "first_received_ms": NOW_MS, "last_received_ms": NOW_MS, "digested_ms": NOW_MS}
    row = {"id": name, "started_ms": NOW_MS + number, "start_ms": 500.0, "user_name": user, "browser": browser, **plain}
    with store.index.write() as connection:
        connection.execute(sa.insert(sessions), {**row, "duration_ms": 10.0 - number, "page_count": 1})
        view = {"session": name, "n": 0, "url": url, "title": title, "page": "p", "start_ms": 500.0, "end_ms": 900.0}
        connection.execute(sa.insert(pages), view)
        connection.execute(sa.insert(controls), {"session": name, "names": json.dumps([[used, 700.0]])})
        if error:
            told = {"kind": "js_error", "measured": json.dumps({"message": error}), "t_ms": 1500.0, "end_ms": 1500.0}
            empty = {"ref": "g1", "page_url": "", "role": "", "name": "Pay", "fingerprint": ""}
            connection.execute(sa.insert(signals), {"session": name, "n": 0, **told, **empty})
        search.index_session(connection, name)


def ids(store, q, **options):
    return [row.id for row in list_sessions(store, q=q, **options).sessions]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("checkout", ["s_a"]),
        ("CHECK", ["s_c", "s_a"][1:]),
        ("page:/checkout?step=2", ["s_a"]),
        ("page:https://shop.example/checkout", ["s_a"]),
        ("page:/product/17", ["s_c"]),
        ('page:"/product/17"', []),
        ("page:/", ["s_c", "s_b", "s_a"]),
        ("shop", ["s_c", "s_b", "s_a"]),
        ("café", ["s_b"]),
        ("CAFE strasse", ["s_b"]),
        ("creme BRULEE", ["s_c"]),
        ("拒否", ["s_b"]),
        ("カード", ["s_b"]),
        ("否拒", []),
        ('error:"card declined"', ["s_b"]),
        ('error:"declined card"', []),
        ("declined -card", []),
        ("signal:js_error", ["s_b"]),
        ("signal:js", []),
        ("control:place", ["s_a"]),
        ("control:order", ["s_a"]),
        ("control:declined", []),
        ('control:"→"', []),
        ("user:ann", ["s_a"]),
        ("anna", ["s_a"]),
        ("browser:firefox -checkout", ["s_c"]),
        ("-page:/checkout", ["s_c", "s_b"]),
        ("shop & example", ["s_c", "s_b", "s_a"]),
        ('"OR"', []),
        ("NEAR(shop example)", []),
        ("shop*", ["s_c", "s_b", "s_a"]),
    ],
)
def test_words_are_found(filled, q, found):
    assert ids(filled, q) == found
    by_length = ids(filled, q, sort="duration")
    assert by_length == found  # the later it began, the shorter it is
    assert list_sessions(filled, q=q).total == len(found)


@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_a_search_is_paged_in_every_order(store, sort):
    for number in range(9):
        add(store, f"s_{number}", number // 2, url="https://shop.example/checkout")
    pages_seen, cursor = [], ""
    while cursor is not None:
        found = list_sessions(store, q="checkout", sort=sort, limit=2, cursor=cursor)
        pages_seen += [row.id for row in found.sessions]
        cursor = found.next_cursor
    assert sorted(pages_seen) == [f"s_{number}" for number in range(9)]
    along = [pages_seen[0]]
    while following := next_session(store, along[-1], q="checkout", sort=sort):
        along.append(following)
    assert along == pages_seen


def test_hits_say_what_was_found_and_when(filled):
    (row,) = list_sessions(filled, q='error:"card declined" caf').sessions
    assert [(hit.kind, hit.text, hit.t_ms) for hit in row.hits] == [
        ("error", "Card declined", 1000.0),
        ("page", "https://shop.example/caf%C3%A9/stra%C3%9Fe", 0.0),
    ]
    assert list_sessions(filled).sessions[0].hits == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(["page:", '"', "'", "*", "-", "(", ")", ":", "a", "OR", "\\", "é", "否", "\0", " "])
        ).map("".join),
    )
)
def test_any_text_is_a_search_or_a_clear_refusal(filled, text):
    for sort in ("-started", "duration"):
        try:
            ids(filled, text, sort=sort)
        except ListError as error:
            assert "\n" not in str(error)


def test_a_very_long_word_and_a_very_long_text_are_searched(filled):
    assert ids(filled, "x" * 100_000) == []
    assert ids(filled, '"' + "shop " * 20_000 + '"') == []
    assert ids(filled, "page:/" + "%2F" * 50_000) == ["s_c", "s_b", "s_a"]


EVENTS = (
    b'[{"type":4,"timestamp":1000,"data":{"href":"https://shop.example/%b","width":800,"height":600}},'
    b'{"type":2,"timestamp":1001,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html",'
    b'"attributes":{},"childNodes":[{"type":2,"id":3,"tagName":"button","attributes":{},"childNodes":'
    b'[{"type":3,"id":4,"textContent":"Pay"}]}]}]},"initialOffset":{"top":0,"left":0}}},'
    b'{"type":3,"timestamp":2000,"data":{"source":2,"type":2,"id":3,"x":1,"y":1}}]'
)


@pytest.fixture
def digested(store, make_batch):
    for name, path in zip(NAMES, (b"zebrafish", b"goldfish", b"catfish"), strict=True):
        store.packs.submit(make_batch(name, body=EVENTS % path)).result(60)
        digest(store, name)
    return store


def test_it_keeps_step_with_digests_reports_and_erasure(digested, make_batch):
    store = digested
    assert ids(store, "page:zebrafish") == ["s_a"]
    assert sorted(ids(store, "control:pay")) == list(NAMES)
    store.packs.submit(make_batch("s_a", page="p_2", body=EVENTS % b"swordfish")).result(60)
    assert ids(store, "swordfish") == []
    digest(store, "s_a")
    assert ids(store, "swordfish") == ["s_a"]
    state = state_of(store.index, "s_b")
    said = Report(Sentence("Bought a trombone"), Sentence(""), "completed", [Sentence("It was a bargain")], [])
    said.analyst = "test:model"
    save_report(
        store.index, "s_b", said, stamp=DigestStamp(state.digest_revision, state.projector_version), now_ms=NOW_MS
    )
    assert ids(store, "trombone") == ids(store, "report:bargain") == ids(store, "outcome:completed") == ["s_b"]
    erase_session(store, "s_a")
    assert ids(store, "swordfish") == ids(store, "zebrafish") == []
    with store.index.read() as connection:
        assert search.count(connection) == 2


def test_reindex_and_copy_bring_it_along(tmp_path, where, make_batch):
    with open_store(tmp_path / "one", exclusive=True) as store:
        store.packs.submit(make_batch("s_a", body=EVENTS % b"zebrafish")).result(60)
        digest(store, "s_a")
        reindex(store)
        assert ids(store, "zebrafish") == ["s_a"]
        with open_store(tmp_path / "two", **where, exclusive=True) as target:
            copy_store(store, target)
            copy_store(store, target)
            assert ids(target, "zebrafish") == ["s_a"]
            with target.index.read() as connection:
                assert search.count(connection) == 1


def test_an_erased_word_leaves_the_disk(tmp_path, make_batch):
    folder = tmp_path / "data"
    with open_store(folder) as store:
        for name, path in zip(NAMES, (b"zebrafish", b"goldfish", b"catfish"), strict=True):
            store.packs.submit(make_batch(name, body=EVENTS % path)).result(60)
            digest(store, name)
        store.index.checkpoint()
        assert b"pzebrafish" in (folder / "index.db").read_bytes()
        erase_session(store, "s_a")
        everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert b"ebrafish" not in everything
        assert b"goldfish" in everything


def test_what_many_and_what_few_have_are_found_alike(store, monkeypatch):
    """Each way of asking, forced in turn, gives the same pages."""
    for number in range(12):
        add(store, f"s_{number:02}", number, url="https://shop.example/checkout", title=("Pay", "Look")[number % 2])
    every = [f"s_{number:02}" for number in reversed(range(12))]
    for few in (0, 3_000):
        monkeypatch.setattr("playhead.query.listing.FEW", few)
        for q, found in (
            ("checkout", every),
            ("checkout look", every[::2]),
            ("checkout duration<5ms", every[:6]),
            ("checkout -look", every[1::2]),
            ("zebrafish duration<5ms", []),
        ):
            for sort in ("-started", "duration"):
                first = list_sessions(store, q=q, sort=sort, limit=4)
                seen, cursor = [row.id for row in first.sessions], first.next_cursor
                while cursor:
                    after = list_sessions(store, q=q, sort=sort, limit=4, cursor=cursor)
                    seen, cursor = seen + [row.id for row in after.sessions], after.next_cursor
                assert (few, q, sort, seen) == (few, q, sort, found)
                assert first.total == len(found) or first.total_is_more
