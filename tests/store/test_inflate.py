"""Inflate: every compression, bounded, and a stated error for everything else."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.store.inflate import MAX_MEMBERS, InflateError, inflate
from playhead.store.zstd import deflate

PACK = {"gzip": gzip.compress, "zstd": deflate}


@given(st.binary(max_size=2000).filter(lambda plain: plain[:2] not in (b"\x1f\x8b", b"\x28\xb5")))
def test_plain_gzip_and_zstd_read_back(plain):
    assert inflate(plain) == plain
    for pack in PACK.values():
        assert inflate(pack(plain)) == plain
        assert inflate(pack(plain) + pack(b"more")) == plain + b"more"


@pytest.mark.parametrize("kind", PACK)
def test_exactly_the_limit_passes_and_one_more_does_not(kind):
    packed = PACK[kind](b"x" * 1000)
    assert len(inflate(packed, limit_bytes=1000)) == 1000
    with pytest.raises(InflateError, match="more than the limit of 999"):
        inflate(packed, limit_bytes=999)
    with pytest.raises(InflateError, match="the limit is 9"):
        inflate(b"x" * 10, limit_bytes=9)


@pytest.mark.parametrize("kind", PACK)
def test_a_bomb_costs_no_more_than_the_limit(kind):
    bomb = PACK[kind](bytes(200 << 20))
    tracemalloc.start()
    with pytest.raises(InflateError):
        inflate(bomb, limit_bytes=1 << 20)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8 << 20


@pytest.mark.parametrize("kind", PACK)
def test_many_tiny_members_are_refused(kind):
    with pytest.raises(InflateError, match="parts"):
        inflate(PACK[kind](b"") * (MAX_MEMBERS + 1))


@pytest.mark.parametrize("kind", PACK)
@given(data=st.data())
def test_cut_short_is_said(kind, data):
    packed = PACK[kind](b"[" + b"1," * 500 + b"1]")
    cut = packed[: data.draw(st.integers(4, len(packed) - 1))]
    with pytest.raises(InflateError, match=r"cut short|damaged"):
        inflate(cut)


@given(st.sampled_from([b"\x1f\x8b", b"\x28\xb5\x2f\xfd"]), st.binary(max_size=200))
def test_noise_behind_a_magic_is_an_inflate_error_or_nothing(magic, noise):
    try:
        inflate(magic + noise, limit_bytes=1000)
    except InflateError as error:
        assert "\n" not in str(error)
