"""Common: a dictionary holds what three visitors saw, and nothing that fewer did."""

from playhead.store.common import VISITORS, WINDOW, common_content

SHARED = b"".join(b'{"tagName":"p","attributes":{"class":"c%d"}}' % n for n in range(60))
SECRET = b'{"textContent":"jane.planted@example.org"}'


def test_what_three_visitors_saw_is_kept_once():
    content = common_content({f"v_{n}": [SHARED + b"{%d}" % n] for n in range(VISITORS)})
    assert content.removesuffix(b"{") in SHARED
    assert len(content) > 0.9 * len(SHARED)


def test_two_visitors_are_not_enough_however_often_they_came():
    assert common_content({"v_1": [SHARED] * 9, "v_2": [SHARED] * 9}) == b""


def test_a_secret_between_common_things_is_left_out_and_parts_them():
    texts = {f"v_{n}": [SHARED + SHARED[:900]] for n in range(4)}
    texts["v_9"] = [SHARED[:1500] + SECRET + SHARED[1500:]]
    content = common_content(texts)
    assert content
    assert b"planted" not in content
    assert content.count(b'"c5"') <= 3


def test_the_order_in_which_one_visitor_did_common_things_is_not_kept():
    """Digits typed one after the other are common each; their order is one visitor's own."""
    keys = [b'{"data":{"text":"%d"}}' % n for n in range(10)]
    others = {f"v_{n}": [b"".join(keys[(n * m) % 10] for m in range(40))] for n in (1, 3, 7, 9)}
    own = b"".join(keys[int(digit)] for digit in "4085271936274150")
    content = common_content({**others, "v_me": [own * 3]})
    run = b"".join(keys[int(digit)] for digit in "40852719")
    assert run not in content


def test_content_has_a_limit():
    long = b"".join(b"{%d}" % n for n in range(5_000))
    assert len(common_content({f"v_{n}": [long] for n in range(3)}, max_bytes=2_000)) == 2_000
    assert WINDOW >= 16
