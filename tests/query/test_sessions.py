"""The sessions list: every sort pages through every session once, filters find what they say."""

import pytest
import sqlalchemy as sa

from playhead.query import sites
from playhead.query.filters import LIVE_S
from playhead.query.sessions import SORTS, ListError, list_sessions, parts_of
from playhead.store import Store, open_store, search
from playhead.store.tables import controls, pages, sessions, signals

NOW_MS = 1_760_000_000_000


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path, now_ms=lambda: NOW_MS) as opened:
        yield opened


def add(store: Store, number: int, **values) -> str:
    row = {
        "id": f"s_{number:03}",
        "site": "demo",
        "first_received_ms": NOW_MS - 3_600_000,
        "last_received_ms": NOW_MS - 3_600_000,
        "started_ms": NOW_MS - 3_600_000 + number,
        "duration_ms": 1000.0 * (number % 3),
        **values,
    }
    with store.index.write() as connection:
        connection.execute(sa.insert(sessions).values(row))
    return row["id"]


def add_row(store: Store, table: sa.Table, **values) -> None:
    plain = {column.name: "" for column in table.columns if isinstance(column.type, sa.Text)}
    numbers = {column.name: 0 for column in table.columns if not isinstance(column.type, sa.Text)}
    with store.index.write() as connection:
        connection.execute(sa.insert(table).values({**plain, **numbers, **values}))


def index_all(store: Store) -> None:
    with store.index.write() as connection:
        for session in connection.execute(sa.select(sessions.c.id)).scalars().all():
            search.index_session(connection, session)


def ids(store: Store, q: str) -> list[str]:
    return [row.id for row in list_sessions(store, q=q, sort="started").sessions]


@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_every_sort_pages_through_every_session_once(store, sort):
    expected = {add(store, number) for number in range(11)}
    seen, cursor = [], ""
    while True:
        page = list_sessions(store, sort=sort, limit=3, cursor=cursor)
        seen += [row.id for row in page.sessions]
        assert page.total == 11
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert len(seen) == 11
    assert set(seen) == expected


def test_an_empty_store_has_an_empty_list(store):
    page = list_sessions(store)
    assert (page.sessions, page.next_cursor, page.total) == ([], None, 0)


def test_newest_first_unless_told_otherwise(store):
    for number in range(3):
        add(store, number)
    assert [row.id for row in list_sessions(store).sessions] == ["s_002", "s_001", "s_000"]


def test_filters_find_what_they_say(store):
    add(store, 1, user_id="u_42", user_name="Anna K.", browser="Firefox 140", duration_ms=180_000, page_count=4)
    add(store, 2, outcome="abandoned", headline="Card declined twice", signal_count=1, source="import")
    add(store, 3, ended=True, duration_ms=5_000)
    add_row(store, pages, session="s_001", n=0, url="https://shop.example/checkout?step=2", title="Check out")
    add_row(store, signals, session="s_002", n=0, kind="rage_click", measured='{"message":"50% off failed"}')
    add_row(store, controls, session="s_003", names='[["Place order",5.0]]')
    index_all(store)
    assert ids(store, "user:u_42") == ids(store, "user:anna") == ids(store, "browser:firefox") == ["s_001"]
    assert ids(store, "duration>2m") == ids(store, "page:/checkout") == ids(store, "pages>=4") == ["s_001"]
    assert ids(store, "signal:rage_click") == ids(store, "outcome:abandoned") == ids(store, "is:imported") == ["s_002"]
    assert ids(store, 'declined "card"') == ["s_002"]
    assert ids(store, 'control:"place order"') == ["s_003"]
    assert ids(store, "-signal:rage_click duration<2m") == ["s_003"]
    assert ids(store, "user:%") == []  # a wildcard of SQL is an ordinary character


def test_live_is_a_recent_batch_and_no_goodbye(store):
    recent = NOW_MS - LIVE_S * 500
    add(store, 1, last_received_ms=recent)
    add(store, 2, last_received_ms=recent, ended=True)
    add(store, 3)
    live = {row.id: row.live for row in list_sessions(store).sessions}
    assert live == {"s_001": True, "s_002": False, "s_003": False}
    assert ids(store, "is:live") == ["s_001"]
    assert ids(store, "-is:live") == ["s_002", "s_003"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"sort": "colour"}, "cannot sort"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"q": "a:b"}, "filter"),
    ],
)
def test_what_cannot_be_listed_is_said(store, arguments, says):
    with pytest.raises(ListError, match=says):
        list_sessions(store, **arguments)


def test_a_first_site_is_made_once_and_has_a_status(store):
    key = sites.ensure_default(store)
    assert sites.ensure_default(store) == key
    assert {site.key for site in sites.list_sites(store)} == {"demo", key}
    status = sites.status(store, key)
    assert status is not None
    assert (status.sessions, status.last_session_id) == (0, None)
    add(store, 1, site=key)
    assert sites.status(store, key).last_session_id == "s_001"
    assert sites.status(store, "nobody") is None


def test_terms_that_together_find_nothing_tell_what_each_finds(store):
    add(store, 1, browser="Firefox 140")
    add(store, 2, user_name="Anna")
    index_all(store)
    asked = [(part.q, part.total) for part in parts_of(store, 'browser:firefox -"anna" user:anna')]
    assert asked == [("browser:firefox", 1), ('-"anna"', 1), ("user:anna", 1)]
    assert parts_of(store, "browser:firefox") == parts_of(store, "a:b c") == []
    assert parts_of(store, "anna user:anna", personal=False) == []
