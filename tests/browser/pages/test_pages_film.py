"""Films and pictures: made by the real browser and the real encoder, and they show what the replay shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import expect

from tests.browser.pages.conftest import add_recording, journey
from tests.conftest import Server


def exported(app, session: str, what: str) -> bytes:
    with urllib.request.urlopen(f"{app.url}/api/sessions/{session}/{what}", timeout=120) as answer:
        assert answer.headers["content-disposition"].startswith("attachment;")
        return answer.read()


def asked(app, session: str, path: str, method: str = "GET"):
    request = urllib.request.Request(f"{app.url}/api/sessions/{session}/{path}", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def until(app, session: str, film: str, *states: str) -> dict:
    end_s = time.monotonic() + 120
    while (said := asked(app, session, f"films/{film}"))["state"] not in states:
        assert time.monotonic() < end_s, said
        time.sleep(0.1)
    return said


def filmed(app, session: str, query: str) -> bytes:
    film = asked(app, session, f"films?{query}", "POST")["id"]
    said = until(app, session, film, "done", "failed")
    assert said["state"] == "done", said["error"]
    assert said["frames"] == said["of"] > 0
    return exported(app, session, f"films/{film}/file")


def described(blob: bytes, tmp_path) -> str:
    path = tmp_path / "film"
    path.write_bytes(blob)
    return subprocess.run([get_ffmpeg_exe(), "-i", str(path)], capture_output=True, text=True, check=False).stderr


def test_a_picture_shows_the_moment(app, session, tab):
    before, after = (
        exported(app, session, "export.png?from_ms=3000"),
        exported(app, session, "export.png?from_ms=53900"),
    )
    assert before.startswith(b"\x89PNG") and after.startswith(b"\x89PNG")
    assert before != after
    assert int.from_bytes(before[16:20]) == 1024 and int.from_bytes(before[20:24]) == 640  # as the page was recorded


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "h264"), ("webm", "vp9"), ("gif", "gif")])
def test_a_clip_becomes_a_film_of_its_length(app, session, tmp_path, kind, codec):
    said = described(filmed(app, session, f"kind={kind}&from_ms=52000&to_ms=54000"), tmp_path)
    assert codec in said
    hours, minutes, seconds = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said).groups()
    assert 1.8 <= float(seconds) <= 2.5 and (hours, minutes) == ("00", "00")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("kind=mp4&speed=0", "from 0.1 to 100"),
        ("kind=gif&from_ms=5000&to_ms=4000", "nothing to show"),
    ],
)
def test_what_makes_no_sense_is_refused_before_it_is_queued(app, session, query, detail):
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked(app, session, f"films?{query}", "POST")
    assert refused.value.code == 422
    assert detail in json.loads(refused.value.read())["detail"]


def test_films_are_made_in_turn_and_can_be_stopped(app, session):
    first = asked(app, session, "films?kind=mp4", "POST")["id"]
    until(app, session, first, "running")
    second = asked(app, session, "films?kind=gif&from_ms=52000&to_ms=53000", "POST")
    assert (second["state"], second["ahead"]) == ("waiting", 1)
    with pytest.raises(urllib.error.HTTPError) as early:
        exported(app, session, f"films/{first}/file")
    assert early.value.code == 409
    asked(app, session, f"films/{first}", "DELETE")
    assert until(app, session, first, "cancelled")
    until(app, session, second["id"], "done")
    with pytest.raises(urllib.error.HTTPError) as elsewhere:
        asked(app, "another", f"films/{second['id']}")
    assert elsewhere.value.code == 404


def test_a_film_outlives_the_server_that_was_killed_in_the_middle_of_it(tmp_path):
    server = Server(tmp_path / "data").start()
    try:
        session = add_recording(server, journey())
        film = asked(server, session, "films?kind=webm&from_ms=47000&to_ms=54000", "POST")["id"]
        waiting = asked(server, session, "films?kind=gif&from_ms=53000&to_ms=54000", "POST")["id"]
        while not asked(server, session, f"films/{film}")["frames"]:
            time.sleep(0.05)
        server.kill()
        server.start()
        for one, kind in ((film, "webm"), (waiting, "gif")):
            until(server, session, one, "done")
            assert re.search(
                "vp9" if kind == "webm" else "gif", described(exported(server, session, f"films/{one}/file"), tmp_path)
            )
        films = tmp_path / "data" / "objects" / "films"
        assert len(list(films.iterdir())) == 2
        asked(server, session, "", "DELETE")
        assert list(films.iterdir()) == []
        with pytest.raises(urllib.error.HTTPError) as gone:
            exported(server, session, f"films/{film}/file")
        assert gone.value.code == 404
    finally:
        server.kill()


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "png"])
def test_the_command_line_renders_a_clip_of_a_server_and_of_its_data(app, session, tmp_path, kind):
    signature = {"mp4": b"ftypisom", "webm": b"webm", "gif": b"GIF89a", "png": b"\x89PNG"}[kind]
    for number, where in enumerate((["--server", app.url], ["--data", str(app.data)])):
        target = tmp_path / f"{number}.{kind}"
        command = [sys.executable, "-m", "playhead", "export", session, *where, "--format", kind, "-o", str(target)]
        span = ["--from-ms", "53000", *([] if kind == "png" else ["--to-ms", "54000", "--speed", "2"])]
        said = subprocess.run([*command, *span], capture_output=True, text=True, check=False)
        assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
        assert signature in target.read_bytes()[:64]
    command[-3:] = ["mp4", "-o", str(tmp_path / "no.mp4")]
    said = subprocess.run([*command, "--from-ms", "5", "--to-ms", "4"], capture_output=True, text=True, check=False)
    assert said.returncode == 2 and "nothing to show" in said.stderr


def test_a_film_says_how_far_it_is_is_stopped_by_hand_and_comes_as_a_download(app, session, tab):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=53900")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.locator("[data-share]").click()
    tab.get_by_role("button", name="Video").click()
    expect(tab.locator(".film-said")).to_contain_text("%", timeout=60_000)
    tab.get_by_role("button", name="Stop").click()
    expect(tab.locator(".toast")).to_contain_text("stopped")
    expect(tab.locator(".film-row")).to_have_count(0)
    with tab.expect_download(timeout=120_000) as download:
        tab.get_by_role("button", name="GIF").click()
        tab.keyboard.press("Escape")  # the dialog goes, the film goes on
        expect(tab.locator("body > .films .film-row")).to_be_visible()
    assert re.fullmatch(r"playhead-\w+\.gif", download.value.suggested_filename)


def test_the_share_dialog_hands_over_a_picture_of_the_moment(app, session, tab):
    tab.goto(f"{app.url}/sessions/{session}?t_ms=53900")
    tab.locator(".player[data-state=paused]").wait_for()
    tab.locator("[data-share]").click()
    with tab.expect_download(timeout=60_000) as download:
        tab.get_by_role("button", name="Picture").click()
    assert download.value.suggested_filename == "playhead-00-53.png"
    expect(tab.get_by_role("button", name="Picture")).to_be_enabled()
