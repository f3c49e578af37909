"""What is fuzzed: everything `playhead` does with a recording before it is shown, on one input.

Allowed  FormatError, which says in one line what is wrong
Found    any other exception, a run of more than SECONDS of CPU, memory past the limit the fuzzer is started with
"""

import json
import time
from typing import Final

import msgspec

from playhead.core.mirror.dom import Mirror
from playhead.core.playback.keyframes import keyframe_at, window
from playhead.core.projector import project
from playhead.core.readers.formats import FormatError, read_recording
from playhead.core.telling.narrative import narrate
from playhead.core.trace import Trace

SECONDS: Final = 20.0  # instrumented code runs about ten times slower; inputs are small
LIMIT_BYTES: Final = 8 << 20


class TooSlow(Exception):
    """One input took more CPU than any input of its size may."""


def run(data: bytes) -> None:
    """Read `data` as a recording and do all that follows."""
    began = time.process_time()
    try:
        recording = read_recording(data, limit_bytes=LIMIT_BYTES)
    except FormatError as error:
        if "\n" in str(error):
            raise AssertionError(f"not one line: {error!r}") from error
    else:
        _follow(recording)
    if (took := time.process_time() - began) > SECONDS:
        raise TooSlow(f"{len(data):,} bytes took {took:.1f} s")


def _follow(recording) -> None:
    events = recording.events
    trace = project(events, coverage=recording.coverage)
    assert msgspec.json.decode(msgspec.json.encode(trace), type=Trace) is not None
    narrate(trace, budget_tokens=300)
    times = sorted(event.timestamp for event in events)
    middle = times[len(times) // 2]
    mirror = Mirror()
    for event in keyframe_at(events, at_ms=middle):
        for read in read_recording(b"[" + event + b"]").events:
            mirror.apply(read)
    for event in window(events, from_ms=middle, to_ms=times[-1]):
        json.loads(event)  # as a browser does: a lone surrogate is text
