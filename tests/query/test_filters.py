"""The filter language: what it reads, what it refuses, and in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.query.digest import digest_sessions
from playhead.query.filters import MAX_TERMS, FilterError, Term, condition, parse


def test_terms_of_every_form():
    assert parse('page:/checkout -signal:rage_click duration>2m "card declined" anna error:"not \\"ok\\""') == [
        Term("page", ":", "/checkout", False),
        Term("signal", ":", "rage_click", True),
        Term("duration", ">", "2m", False),
        Term("", ":", "card declined", False, True),
        Term("", ":", "anna", False),
        Term("error", ":", 'not "ok"', False, True),
    ]


def test_an_address_is_text_not_a_field():
    assert parse("page:https://shop.example/a?b=c") == [Term("page", ":", "https://shop.example/a?b=c", False)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour:red", "no filter 'colour'"),
        ("duration>soon", "expected a number"),
        ("pages>2m", "expected a number"),
        ("browser>3", "cannot be compared"),
        ("is:happy", "is:live"),
        (" ".join("a" for _ in range(MAX_TERMS + 1)), "at most"),
    ],
)
def test_what_cannot_be_read_is_said(text, says):
    with pytest.raises(FilterError, match=says):
        condition(text)


@given(st.text(max_size=200))
def test_any_text_is_a_filter_or_a_filter_error(text):
    try:
        str(condition(text).compile())
    except FilterError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("q", ["error", "signal:rage_click", "fingerprint:x", "error:boom", "-signal:any"])
def test_every_filter_of_signals_also_fits_the_digest(store, q):
    """Where signals are what is asked for, a filter of signals is a select of its own."""
    assert digest_sessions(store, q=q).sessions == 0
