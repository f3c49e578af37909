"""Sessions in words: names, chips, strips, addresses; all of it from rows that strangers filled."""

import msgspec
import pytest

from playhead.query.hits import Hit
from playhead.query.sessions import SessionRow
from playhead.web import list_view
from playhead.web.list_view import columns, list_href, path_of, rows_of, saved_views, who

PLAIN = SessionRow(
    id="s_1",
    site="demo",
    source="recorder",
    visitor="v_93ab3f2a",
    user_id="",
    user_name="",
    user_email="",
    started_ms=0,
    start_ms=0,
    duration_ms=60_000,
    active_ms=0,
    event_count=1,
    interaction_count=0,
    page_count=1,
    first_url="https://shop.example/",
    first_title="",
    last_url="https://shop.example/",
    last_title="",
    browser="",
    os="",
    device="",
    signals={},
    signal_count=0,
    strip={},
    outcome="",
    headline="",
    live=False,
    ended=True,
    gaps=0,
    digest_error="",
)


def row(**changes):
    session = msgspec.structs.replace(PLAIN, **changes)
    return rows_of(list_view.SessionList([session], None, 1))[0]


def test_a_hit_leads_to_its_moment_and_the_headline_is_not_said_twice():
    error, page = Hit("error", "Card declined", 50_400.0), Hit("page", "https://shop.example/cart?a=1", 0.0)
    shown = row(headline="She left", hits=[error, Hit("report", "She left"), page, Hit("report", "It was late")]).hits
    assert [(hit.what, hit.text, hit.href) for hit in shown] == [
        ("Error", "Card declined", "/sessions/s_1?t_ms=50400"),
        ("Page", "/cart?a=1", "/sessions/s_1?t_ms=0"),
        ("Report", "It was late", ""),
    ]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"user_name": "Anna", "user_email": "a@b.c", "user_id": "7"}, "Anna"),
        ({"user_email": "a@b.c", "user_id": "7"}, "a@b.c"),
        ({"user_id": "7"}, "7"),
        ({}, "Visitor 3f2a"),
        ({"visitor": "", "source": "import"}, "Imported recording"),
        ({"visitor": ""}, "Visitor"),
    ],
)
def test_a_person_is_named_as_well_as_the_recording_can(changes, named):
    assert who(msgspec.structs.replace(PLAIN, **changes)) == named


def test_a_name_of_a_megabyte_is_cut():
    assert len(row(user_name="x" * 1_000_000).who) == 80


def test_chips_show_what_is_most_worth_watching_and_count_the_rest():
    shown = row(signals={"idle_gap": 9, "dead_click": 1, "rage_click": 3, "js_error": 1, "quick_back": 2})
    assert shown.signals == [("rage_click", 3), ("js_error", 1), ("dead_click", 1)]
    assert shown.more_signals == 1


def test_a_pause_alone_is_no_trouble():
    assert row(signals={"idle_gap": 2}).signals == []


def test_the_strip_draws_activity_and_ticks():
    shown = row(strip={"activity": [0, 9, 3], "signals": [[0.5, "js_error"], [1, "rage_click"], [0.2, "idle_gap"]]})
    assert shown.bars.count("M") == 2
    assert shown.ticks == [(50.0, "red"), (98.4, "amber")]


def test_an_empty_strip_draws_nothing():
    assert (row().bars, row().ticks) == ("", [])


def test_a_headline_says_what_is_going_on_until_there_is_one():
    assert row(live=True).headline == "Being recorded…"
    assert row(digest_error="batch 3 is damaged").headline == "Could not be read: batch 3 is damaged"
    assert row(headline="Paid").headline == "Paid"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://shop.example", "/"),
        ("https://shop.example/cart?x=1#top", "/cart?x=1"),
        ("about:blank", "about:blank"),
        ("", ""),
    ],
)
def test_an_address_is_shown_by_its_path(url, path):
    assert path_of(url) == path


def test_a_column_sorts_largest_first_and_then_the_other_way():
    by_name = {column.name: column for column in columns("a b", "-duration")}
    assert (by_name["Length"].direction, by_name["Length"].href) == ("descending", "/sessions?q=a+b&sort=duration")
    assert (by_name["Pages"].direction, by_name["Pages"].href) == ("", "/sessions?q=a+b&sort=-pages")
    assert by_name["Who"].href == ""
    assert by_name["Started"].href == "/sessions?q=a+b"


def test_addresses_leave_out_what_is_the_default():
    assert list_href() == "/sessions"
    assert list_href(q='"a&b"', sort="-started", cursor="x") == "/sessions?q=%22a%26b%22&cursor=x"


def test_the_saved_view_that_is_shown_is_marked():
    assert [view.name for view in saved_views("is:live ", "-started") if view.active] == ["Live"]
    assert [view.name for view in saved_views("is:live a", "-started") if view.active] == []


def test_every_saved_view_and_suggestion_is_in_the_filter_language():
    from playhead.query import filters

    for _, query in list_view.SAVED_VIEWS:
        filters.condition(query)
    for query, _ in list_view.EXAMPLES:
        filters.condition(query)
    for word in list_view.FILTER_WORDS:
        filters.condition(f"{word}x" if word.endswith(":") else word)
