"""Film: which moments are shown, and what is said where it cannot be made."""

import pytest

from playhead.jobs.film import FPS, IDLE_LEFT_MS, MAX_FRAMES, CannotRender, check_length, moments_of, still
from playhead.store.segments import Manifest


def test_a_stretch_is_shown_in_even_steps_at_any_speed():
    plain = moments_of(1_000, 3_000, kind="mp4")
    assert (plain[0], len(plain)) == (1_000, 2 * FPS["mp4"] + 1)
    assert len(moments_of(1_000, 3_000, kind="mp4", speed=2)) == FPS["mp4"] + 1
    assert moments_of(5, 5, kind="gif") == [5]
    assert moments_of(6, 5, kind="gif") == []


def test_idle_time_is_cut_but_not_out():
    shown = moments_of(0, 60_000, kind="gif", idle=[(10_000, 50_000), (52_000, 53_000)])
    inside = [t for t in shown if 10_000 <= t < 50_000]
    assert max(inside) < 10_000 + IDLE_LEFT_MS
    assert len(inside) == pytest.approx(IDLE_LEFT_MS / 1000 * FPS["gif"], abs=1)
    assert any(52_000 <= t < 53_000 for t in shown)
    assert shown == sorted(shown)


def test_a_day_makes_no_more_than_one_too_many():
    assert len(moments_of(0, 86_400_000, kind="mp4")) == MAX_FRAMES + 1


def test_a_missing_browser_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("PLAYHEAD_CHROMIUM", raising=False)
    with pytest.raises(CannotRender, match="apt install chromium") as raised:
        still(b"", at_ms=0)
    assert raised.value.missing


def test_what_is_too_long_is_said_before_anything_is_drawn():
    hour = Manifest(1e12, 1e12 + 3_600_000, places=[], activity=[], idle=[], gaps=[], dropped={})
    with pytest.raises(CannotRender, match="longer than 600 s: choose a clip"):
        check_length(hour, "mp4", from_ms=None, to_ms=None)
    assert len(check_length(hour, "mp4", from_ms=60_000, to_ms=62_000)) == 2 * FPS["mp4"] + 1
    with pytest.raises(CannotRender, match="nothing to show"):
        check_length(hour, "mp4", from_ms=62_000, to_ms=60_000)
