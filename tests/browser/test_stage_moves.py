"""Moving from moment to moment changes the page that stands into what building it anew, or playing to it, gives."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.mirror_compare import open_harness
from tests.browser.stage_compare import bundle, compare

RECORDINGS = Path(__file__).parents[1] / "fixtures" / "recordings"
CHOSEN = (
    "excalidraw-scribble",  # a removal just before a pointer's move, which rrweb would do twice
    "ag_grid-edit",
    "angular_material-dead-old",
    "traps-tabs",
    "traps-canvas-game",
    "jupyterlab-dead-run",  # rules of constructed sheets, changed one property at a time
    "gradio_app-dead",  # sheets that arrive late, which rrweb writes into the snapshot before
    "svgedit_app-dead",  # a box that the snapshot scrolls
)


@pytest.fixture(scope="module")
def script(tmp_path_factory: Any) -> Path:
    return bundle(tmp_path_factory.mktemp("stage"))


@pytest.mark.parametrize("name", CHOSEN)
def test_moving_about_is_building_anew(name: str, page: Any, script: Path) -> None:
    open_harness(page, script)
    found = compare(page, (RECORDINGS / f"{name}.json.zst").read_bytes(), samples=6, seed=f"1 {name}.json.zst")
    assert not found.differences
    assert found.moments == 6
    assert found.rebuilt < found.moments, "every move built the page in a new frame: nothing was looked at"
