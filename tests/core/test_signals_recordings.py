"""The labelled trap recordings, each made in a real browser: exactly what truly happened, and nothing else."""

from pathlib import Path

import msgspec
import pytest

from bench.signals import Label, score
from playhead.core.formats import read_recording
from playhead.core.projector import project

RECORDINGS = Path(__file__).parents[1] / "fixtures/recordings"
TRAPS = sorted(path.name.removesuffix(".truth.json") for path in RECORDINGS.glob("traps-*.truth.json"))


def test_there_are_recordings():
    assert len(TRAPS) >= 50


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str):
    label = msgspec.json.decode((RECORDINGS / f"{name}.truth.json").read_bytes(), type=Label)
    recording = read_recording((RECORDINGS / f"{name}.json.zst").read_bytes())
    judged = score(name, label, project(recording.events).signals)
    assert judged.missed == []
    assert judged.false == []
