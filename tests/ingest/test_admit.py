"""Admission: what passes, what is dropped and for which reason; no input makes it fail."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.ingest.admit import MAX_BODY_BYTES, MAX_SEQ, MAX_TIME_MS, Admitted, admit
from playhead.ingest.drops import STATUS, Dropped, DropReason
from playhead.store.inflate import inflate
from playhead.store.zstd import deflate

NOW_MS = 1_760_000_000_000
SITES = frozenset({"key_1"})
QUERY = {"v": "1", "site": "key_1", "session": "s_1", "page": "p-1", "seq": "0"}
EVENTS = b'[{"type":4,"timestamp":1}]'


def take(body=EVENTS, *, without=(), headers=None, **query):
    asked = {name: value for name, value in {**QUERY, **query}.items() if name not in without}
    return admit(asked, headers or {}, body, sites=SITES, now_ms=NOW_MS)


def facts(*args, **more):
    result = take(*args, **more)
    assert isinstance(result, Admitted), result
    return result.batch.facts


def test_a_batch_is_admitted_with_what_is_said_of_it():
    said = facts(visitor="v_1", sent_ms="1700000000500", first_ms="1700000000000.5", last_ms="1700000000400", n="3")
    assert (said.site, said.session, said.page, said.seq, said.visitor) == ("key_1", "s_1", "p-1", 0, "v_1")
    assert (said.first_ms, said.last_ms, said.sent_ms) == (1700000000000.5, 1700000000400.0, 1700000000500.0)
    assert (said.events, said.received_ms, said.ended) == (3, NOW_MS, False)
    assert facts(end="1").ended


@pytest.mark.parametrize("body", [EVENTS, b" \n[]", gzip.compress(EVENTS), deflate(EVENTS)])
def test_the_body_is_kept_as_it_came(body):
    assert take(body).batch.body is body


@pytest.mark.parametrize(
    ("reason", "given"),
    [
        (DropReason.UNKNOWN_VERSION, {"v": "2"}),
        (DropReason.UNKNOWN_SITE, {"site": "another"}),
        (DropReason.UNKNOWN_SITE, {"site": ""}),
        (DropReason.BAD_IDENTITY, {"session": ""}),
        (DropReason.BAD_IDENTITY, {"session": "a" * 65}),
        (DropReason.BAD_IDENTITY, {"session": "../../etc"}),
        (DropReason.BAD_IDENTITY, {"session": "s_1\n"}),
        (DropReason.BAD_IDENTITY, {"page": "<script>"}),
        (DropReason.BAD_IDENTITY, {"page": "é"}),
        (DropReason.BAD_IDENTITY, {"seq": "-1"}),
        (DropReason.BAD_IDENTITY, {"seq": "1.5"}),
        (DropReason.BAD_IDENTITY, {"seq": ""}),
        (DropReason.BAD_IDENTITY, {"seq": "٣"}),
        (DropReason.BAD_IDENTITY, {"seq": str(MAX_SEQ + 1)}),
        (DropReason.BAD_IDENTITY, {"seq": "9" * 5000}),
        (DropReason.EMPTY, {"body": b""}),
        (DropReason.NOT_A_BATCH, {"body": b"hello"}),
        (DropReason.NOT_A_BATCH, {"body": b"   "}),
        (DropReason.NOT_A_BATCH, {"body": b'{"events":[]}'}),
        (DropReason.NOT_A_BATCH, {"body": b"\x89PNG"}),
        (DropReason.TOO_LARGE, {"body": b"[" + bytes(MAX_BODY_BYTES)}),
        (DropReason.TOO_LARGE, {"headers": {"content-length": str(MAX_BODY_BYTES + 1)}}),
        (DropReason.TOO_LARGE, {"headers": {"content-length": "9" * 5000}}),
        (DropReason.TOO_LARGE_INFLATED, {"body": gzip.compress(bytes(MAX_BODY_BYTES + 1))}),
    ],
)
def test_every_reason_to_drop(reason, given):
    dropped = take(**given)
    assert isinstance(dropped, Dropped)
    assert dropped.reason is reason
    assert len(dropped.detail) < 300
    assert "\n" not in dropped.detail


def test_every_reason_has_a_status():
    assert set(STATUS) == set(DropReason)
    assert set(STATUS.values()) <= {200, 400, 401, 403, 409, 413, 429, 503, 507}


@pytest.mark.parametrize("bad", ["", "x", "-1", "NaN", "inf", "-inf", "1e400", "1e13", "9" * 5000, "0x10", "١"])
def test_times_and_counts_that_make_no_sense_lose_nothing(bad):
    said = facts(sent_ms=bad, first_ms=bad, last_ms=bad, n=bad, visitor="<b>", end=bad)
    assert all(0 <= number <= MAX_TIME_MS for number in (said.sent_ms, said.first_ms, said.last_ms))
    assert 0 <= said.events <= 1_000_000
    assert said.visitor == ""


def test_a_batch_does_not_end_before_it_begins():
    assert facts(first_ms="2000", last_ms="1000").last_ms == 2000


def envelope(**changes):
    usual = {"site": "key_1", "session": "s_1", "page": "p_1", "seq": 7, "visitor": "v_1", "events": [{"type": 4}]}
    return json.dumps({**usual, **changes}).encode()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, deflate])
def test_a_sender_without_an_address_of_its_own_says_who_it_is_in_the_body(pack):
    result = admit({}, {}, pack(envelope(n=1, first_ms=5, end=1)), sites=SITES, now_ms=NOW_MS)
    said = result.batch.facts
    assert (said.site, said.session, said.page, said.seq, said.visitor) == ("key_1", "s_1", "p_1", 7, "v_1")
    assert (said.events, said.first_ms, said.ended) == (1, 5.0, True)
    assert json.loads(inflate(result.batch.body)) == [{"type": 4}]


def test_the_address_counts_more_than_the_body():
    result = admit({"session": "s_query"}, {}, envelope(), sites=SITES, now_ms=NOW_MS)
    assert result.batch.facts.session == "s_query"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", DropReason.EMPTY),
        (b"[]", DropReason.NOT_A_BATCH),
        (b'{"site":"key_1"}', DropReason.NOT_A_BATCH),
        (envelope(site="another"), DropReason.UNKNOWN_SITE),
        (envelope(site=""), DropReason.UNKNOWN_SITE),
        (envelope(seq=-1), DropReason.BAD_IDENTITY),
        (envelope(seq="x"), DropReason.BAD_IDENTITY),
        (envelope(session=""), DropReason.BAD_IDENTITY),
        (envelope(session=5), DropReason.NOT_A_BATCH),
        (envelope(events={}), DropReason.NOT_A_BATCH),
        (gzip.compress(envelope())[:-5], DropReason.NOT_A_BATCH),
        (b"\xff" * 50, DropReason.NOT_A_BATCH),
        (b'{"a":' * 5000, DropReason.NOT_A_BATCH),
        (gzip.compress(b" " * (MAX_BODY_BYTES + 1)), DropReason.NOT_A_BATCH),
    ],
)
def test_a_body_that_should_say_who_sent_it_and_does_not(body, reason):
    dropped = admit({}, {}, body, sites=SITES, now_ms=NOW_MS)
    assert isinstance(dropped, Dropped)
    assert dropped.reason is reason


names = st.sampled_from(
    ["v", "site", "session", "page", "seq", "visitor", "sent_ms", "first_ms", "last_ms", "n", "end", "other"]
)
bodies = st.one_of(
    st.binary(max_size=100),
    st.binary(max_size=60).map(gzip.compress),
    st.binary(max_size=60).map(lambda tail: gzip.compress(tail)[:-4] + b"\xff\xff\xff\xff"),
    st.dictionaries(names, st.one_of(st.text(max_size=9), st.integers(), st.none())).map(
        lambda d: json.dumps(d).encode()
    ),
)


@given(
    st.dictionaries(names, st.text(max_size=20)),
    st.dictionaries(st.sampled_from(["content-length", "host"]), st.text(max_size=9)),
    bodies,
    st.booleans(),
)
def test_any_request_is_admitted_in_range_or_dropped_with_a_reason(query, headers, body, usual):
    result = admit({**query, **QUERY} if usual else query, headers, body, sites=SITES, now_ms=NOW_MS)
    if isinstance(result, Dropped):
        assert result.status in STATUS.values()
        return
    said = result.batch.facts
    assert said.site in SITES
    assert 0 <= said.seq <= MAX_SEQ
    assert 0 <= said.events <= 1_000_000
    assert all(0 <= number <= MAX_TIME_MS for number in (said.sent_ms, said.first_ms, said.last_ms))
    assert all(part.isascii() and 1 <= len(part) <= 64 and "/" not in part for part in (said.session, said.page))
