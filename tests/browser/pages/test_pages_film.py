"""Films and pictures: made by the real browser and the real encoder, and they show what the replay shows."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import expect


def exported(app, session: str, what: str) -> bytes:
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/export.{what}", timeout=120) as answer:
        assert answer.headers["content-disposition"].startswith("attachment;")
        return answer.read()


def described(blob: bytes, tmp_path) -> str:
    path = tmp_path / "film"
    path.write_bytes(blob)
    return subprocess.run([get_ffmpeg_exe(), "-i", str(path)], capture_output=True, text=True, check=False).stderr


def test_a_picture_shows_the_moment(app, session, tab):
    before, after = exported(app, session, "png?from_ms=3000"), exported(app, session, "png?from_ms=53900")
    assert before.startswith(b"\x89PNG") and after.startswith(b"\x89PNG")
    assert before != after
    assert int.from_bytes(before[16:20]) == 1024 and int.from_bytes(before[20:24]) == 640  # as the page was recorded


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "h264"), ("webm", "vp9"), ("gif", "gif")])
def test_a_clip_becomes_a_film_of_its_length(app, session, tmp_path, kind, codec):
    said = described(exported(app, session, f"{kind}?from_ms=52000&to_ms=54000"), tmp_path)
    assert codec in said
    hours, minutes, seconds = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said).groups()
    assert 1.8 <= float(seconds) <= 2.5 and (hours, minutes) == ("00", "00")


def test_what_is_too_long_or_makes_no_sense_is_refused_with_what_to_do(app, session):
    for query, detail in (("speed=0.1", "choose a clip"), ("speed=0", "from 0.1 to 100")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            exported(app, session, f"mp4?{query}")
        assert refused.value.code == 422
        assert detail in json.loads(refused.value.read())["detail"]


def test_the_share_dialog_hands_over_a_picture_of_the_moment(app, session, tab):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=53900")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.locator("[data-share]").click()
    with tab.expect_download(timeout=60_000) as download:
        tab.get_by_role("button", name="Picture").click()
    assert download.value.suggested_filename == "playhead-00-53.png"
    expect(tab.get_by_role("button", name="Picture")).to_be_enabled()
