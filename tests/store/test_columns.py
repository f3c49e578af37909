"""Columns: every text comes back byte for byte, and what recordings of one page have in common becomes the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.store.columns import KEYS, MARK, SAME, ColumnsError, join, split

PARTS = st.sampled_from(
    [
        *(f'"{key.decode()}":' for key in KEYS),
        *(
            '{"type":0,"childNodes":[',
            '{"type":2,"tagName":"div"',
            '"page":"p_1"',
            '"page":"p_2"',
            '"page":""',
            "\\",
            '"',
        ),
        *("0", "-0", "-1", "12", "012", "1.5", "1e9", "999999999999999", "9999999999999999", ",", "}", "]", "é"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS, max_size=60).map("".join))
def test_any_text_comes_back(text):
    found = split(text.encode())
    assert found is not None
    assert join(*found) == text.encode()


@given(st.binary(max_size=200))
def test_any_bytes_come_back_or_are_refused(blob):
    found = split(blob)
    assert join(*found) == blob if found else MARK in blob or SAME in blob


def page(first_id: int, t_ms: int, name: str) -> bytes:
    """A page whose ids begin at `first_id`, given in the order of the document and written after the children."""
    n = first_id
    text = f'{{"type":3,"textContent":"a","id":{n + 3}}}'
    first = f'{{"type":2,"tagName":"p","attributes":{{}},"childNodes":[{text}],"id":{n + 2}}}'
    second = f'{{"type":3,"textContent":"b","id":{n + 4}}}'
    html = f'{{"type":2,"tagName":"html","attributes":{{}},"childNodes":[{first},{second}],"id":{n + 1}}}'
    node = f'{{"type":0,"childNodes":[{html}],"id":{n}}}'
    return f'{{"type":2,"data":{{"node":{node}}},"timestamp":{t_ms},"page":"{name}"}}'.encode()


def test_two_visits_of_a_page_differ_in_their_columns_alone():
    first, second = (
        split(page(1, 1_000, "p_1") + page(1, 2_000, "p_1")),
        split(page(1, 1_750, "p_1") + page(1, 9, "p_1")),
    )
    assert first and second
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_ids_in_the_order_of_the_document_are_foretold():
    found = split(page(1, 0, "p_1"))
    assert found is not None
    assert found[1][:6] == bytes([5, 0, 0, 0, 0, 0])  # five ids, each as foretold


@pytest.mark.parametrize("packed", [b"", b"\x05\x00", b"\xff" * 40])
def test_columns_that_do_not_fit_are_refused(packed):
    plain, _ = split(page(1, 5, "p_1")) or (b"", b"")
    with pytest.raises(ColumnsError):
        join(plain, packed)
