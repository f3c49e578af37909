"""Saved views: kept in order, replaced by name, refused with a reason, harmless where the stored text is not ours."""

import pytest
import sqlalchemy as sa

from playhead.query.views import MAX_VIEWS, SavedView, ViewError, delete_view, load_views, save_view
from playhead.store.tables import settings


def test_a_view_is_kept_replaced_and_deleted(store):
    save_view(store, "Checkout", "page:/checkout")
    save_view(store, "Rage", "signal:rage_click")
    assert save_view(store, " Checkout ", " page:/pay ") == [
        SavedView("Rage", "signal:rage_click"),
        SavedView("Checkout", "page:/pay"),
    ]
    assert delete_view(store, "Rage") and not delete_view(store, "Rage")
    assert load_views(store) == [SavedView("Checkout", "page:/pay")]


@pytest.mark.parametrize(
    ("name", "q", "says"),
    [
        ("", "is:live", "a name"),
        ("x" * 41, "is:live", "a name"),
        ("A", " ", "filter"),
        ("A", "no:such", "no filter 'no'"),
    ],
)
def test_what_makes_no_view_is_refused(store, name, q, says):
    with pytest.raises(ViewError, match=says):
        save_view(store, name, q)


def test_there_are_only_so_many(store):
    for number in range(MAX_VIEWS):
        save_view(store, f"view {number}", "is:live")
    with pytest.raises(ViewError, match="at most"):
        save_view(store, "one more", "is:live")


def test_a_stored_text_that_is_not_ours_is_no_view(store):
    with store.index.write() as connection:
        connection.execute(sa.insert(settings).values(name="views", value='{"a": 1}'))
    assert load_views(store) == []
