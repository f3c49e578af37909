"""The wheel: carries the browser code, the pages, the demo and the notices, and needs no Node.js to run."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from playhead.static_files import RECORDER_SCRIPTS

ROOT = Path(__file__).resolve().parent.parent
MAX_SAMPLES_BYTES = 1_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    out = tmp_path_factory.mktemp("wheel")
    argv = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--disable-pip-version-check",
        "-w",
        str(out),
        str(ROOT),
    ]
    subprocess.run(argv, check=True)
    (found,) = out.glob("playhead-*.whl")
    return zipfile.ZipFile(found)


@pytest.mark.parametrize(
    "name",
    [
        *(f"playhead/web/static/build/{name}" for name in RECORDER_SCRIPTS),
        "playhead/web/static/build/player.js",
        "playhead/web/static/build/islands.js",
        "playhead/web/static/css/base.css",
        "playhead/web/templates/session.html",
        "playhead/demo/templates/catalogue.html",
        "playhead/demo/static/shop.js",
        "playhead/py.typed",
    ],
)
def test_what_runs_is_inside(wheel, name):
    assert name in wheel.namelist()


def test_sample_sessions_are_inside_and_small(wheel):
    samples = [info for info in wheel.infolist() if info.filename.endswith(".json.zst")]
    assert len(samples) >= 4
    assert sum(info.file_size for info in samples) <= MAX_SAMPLES_BYTES


def test_the_licence_and_the_notices_of_what_is_bundled_are_inside(wheel):
    names = [name for name in wheel.namelist() if "/licenses/" in name]
    assert {Path(name).name for name in names} == {"LICENSE", "NOTICE"}


def test_nothing_else_is_inside(wheel):
    for name in wheel.namelist():
        assert name.startswith(("playhead/", "playhead-")), name
        assert "node_modules" not in name
        assert not name.startswith("playhead/tests")
