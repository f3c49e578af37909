"""The shipped samples: small, readable, and telling what their titles say."""

import json

import pytest

from playhead.core.projector import project
from playhead.core.readers.formats import read_recording
from playhead.demo import samples

LIMIT_BYTES = 1_000_000
TOLD = {
    "card-declined": {"rage_click", "error_click", "network_error", "slow_response"},
    "bought-four-mugs": set(),
    "searched-in-vain": {"repeated_search"},
    "locked-out": {"login_failure"},
    "broken-size-guide": {"js_error", "not_found"},
    "a-quiet-look": {"idle_gap"},
}


def traced(sample: samples.Sample):
    read = read_recording(sample.blob)
    return project(read.events, coverage=read.coverage)


def test_they_are_few_and_small_and_each_has_a_title() -> None:
    found = samples.load()
    assert [sample.name for sample in found] == list(TOLD)
    assert sum(len(sample.blob) for sample in found) <= LIMIT_BYTES
    assert len({sample.title for sample in found}) == len(found)


@pytest.mark.parametrize("sample", samples.load(), ids=lambda sample: sample.name)
def test_each_tells_what_its_title_says(sample: samples.Sample) -> None:
    trace = traced(sample)
    kinds = {signal.kind for signal in trace.signals}
    assert TOLD[sample.name] <= kinds
    if not TOLD[sample.name]:
        assert kinds == set()
    assert len(trace.session.pages) >= 3
    assert trace.session.ended


@pytest.mark.parametrize("sample", samples.load(), ids=lambda sample: sample.name)
def test_what_a_visitor_typed_in_private_is_not_in_them(sample: samples.Sample) -> None:
    text = json.dumps([event.raw.decode() for event in read_recording(sample.blob).events])
    for private in ("Ines Calder", "Quay Lane", "Harbour Row", "high-tide", "hightide", "high tide", "4000 0000"):
        assert private not in text
