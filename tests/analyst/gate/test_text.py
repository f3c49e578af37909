"""Text that hides what it says is made plain before it is judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.analyst.text import Unreadable, fold, plain, quotable, sentences, visible, without_markup


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("r\u200bage \uff11\uff14 times", "rage 14 times"),
        ("clicked \u0661\u0664 times", "clicked 14 times"),
        ("\u202eedoc\u202c ok", "edoc ok"),
        ("a\u00a0b\u2003c\nd", "a b c d"),
        ("\ufb01ve \u2212 x", "five - x"),
        ("tag\U000e0041\U000e0042ged", "tagged"),
        ("blank\u3164\u2800s", "blanks"),
        ("wait…", "wait…"),
    ],
)
def test_plain(written: str, meant: str) -> None:
    assert plain(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("рaid", "paid"), ("Сlісkеd", "clicked"), ("Café", "cafe"), ("Привет", "привет"), ("ΑΒ", "ab")],
)
def test_look_alikes_are_read_as_latin_only_where_they_pretend_to_be(written: str, meant: str) -> None:
    assert fold(plain(written)) == meant


def test_every_kind_of_quotation_mark_compares_alike() -> None:
    assert len({quotable(mark) for mark in ("don't", "don’t", "don`t", "DON‘T")}) == 1


def test_markup_is_read_as_prose_and_foreign_links_go() -> None:
    known = frozenset({"https://app.example/pay"})
    text = "See [here](https://evil.example/x) ![i](http://a.b/c.png) **bold** <img src=x onerror=a()> &lt;b&gt;hi"
    assert plain(without_markup(text)) == "See here bold hi"
    assert "evil" not in without_markup("at https://evil.example/x and evil.io/y", known_links=known)
    assert "https://app.example/pay" in without_markup("at https://app.example/pay", known_links=known)
    with pytest.raises(Unreadable):
        without_markup("did ~~not~~ pay")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The page said “No. Try again!” twice. Then it was e.g. at /x.y. It took 3.5 s.", 3),
        ("One sentence without an end", 1),
        ("A.\nB.\n\nC", 3),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(max_size=300))
def test_plain_is_visible_stable_and_never_fails(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert visible(once) == once
    assert "\n" not in once
    fold(once), quotable(text), sentences(once)
