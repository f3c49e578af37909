"""The labelled recordings, each made in a real browser: exactly what truly happened, and nothing else.

All traps, and of the applications those that are quickly read; `bench/signals.py` judges every one.
"""

from pathlib import Path

import msgspec
import pytest

from bench.signals import Label, score
from playhead.core.projector import project
from playhead.core.readers.formats import read_recording

RECORDINGS = Path(__file__).parents[2] / "fixtures/recordings"
MAX_BYTES = 130_000  # of a recording; larger ones take a second or more
LABELS = {
    path.name.removesuffix(".truth.json"): msgspec.json.decode(path.read_bytes(), type=Label)
    for path in sorted(RECORDINGS.glob("*.truth.json"))
}
TRAPS = [name for name in LABELS if name.startswith("traps-")]
QUICK = [name for name, label in LABELS.items() if name in TRAPS or label.bytes <= MAX_BYTES]


def test_there_are_recordings():
    assert len(TRAPS) >= 50
    assert len({LABELS[name].app for name in QUICK}) >= 5


@pytest.mark.parametrize("name", QUICK)
def test_what_truly_happened(name: str):
    recording = read_recording((RECORDINGS / f"{name}.json.zst").read_bytes())
    judged = score(name, LABELS[name], project(recording.events).signals)
    assert judged.missed == []
    assert judged.false == []
