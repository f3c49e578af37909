"""Samples: the shop's recordings, with refs looked up by what happened, since a sample may be made anew."""

from __future__ import annotations

from pathlib import Path

import playhead.demo
from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.core.trace import Trace

DECLINED = Path(playhead.demo.__file__).parent / "samples" / "card-declined.json.zst"


def declined_trace() -> Trace:
    recording = read_recording(DECLINED.read_bytes())
    return project(recording.events, coverage=recording.coverage)


def declined_refs() -> list[str]:
    """The clicks whose payment was answered 402."""
    return [one.ref for one in declined_trace().interactions if any(effect.status == 402 for effect in one.effects)]
