"""The gate on sentences that people and models write: true ones pass, false ones do not.

The tables were written before the gate saw them; what it got wrong at first sight is in docs/analyst.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import pytest

from playhead.analyst import gate
from playhead.core.trace import Trace
from tests.analyst.gate import sentences, sentences_b, sentences_c
from tests.analyst.gate.sentences import Told
from tests.analyst.sessions import SESSIONS

TABLES = (sentences, sentences_b, sentences_c)
TRUE = [told for table in TABLES for told in table.TRUE]
FALSE = [told for table in TABLES for told in table.FALSE]


@cache
def prepared(session: str) -> tuple[gate.Facts, dict[str, str]]:
    if session in SESSIONS:
        trace, refs = SESSIONS[session]()
        return gate.prepare(trace), refs
    blob = (Path(__file__).parent / "traces" / f"{session}.json").read_bytes()
    return gate.prepare(msgspec.json.decode(blob, type=Trace)), {}


def verdict_on(told: Told) -> gate.Verdict:
    facts, refs = prepared(told.session)
    return gate.judge(told.text, [refs.get(label, label) for label in told.refs.split()], facts)


@pytest.mark.parametrize("told", TRUE, ids=lambda told: f"{told.session}: {told.text}"[:90])
def test_true_sentences_stand(told: Told) -> None:
    verdict = verdict_on(told)
    assert verdict.accepted and not verdict.rejected, verdict.rejected[0].reason


@pytest.mark.parametrize("told", FALSE, ids=lambda told: f"{told.kind}: {told.text}"[:90])
def test_false_sentences_fall(told: Told) -> None:
    verdict = verdict_on(told)
    assert not verdict.accepted, f"accepted: {verdict.accepted}"
    assert all(one.reason for one in verdict.rejected)


def test_a_true_sentence_falls_when_it_cites_nothing_or_something_else() -> None:
    facts, refs = prepared("shop")
    text = "The visitor clicked “Apply coupon” five times and nothing happened."
    assert not gate.judge(text, [], facts).accepted
    assert not gate.judge(text, ["e999"], facts).accepted
    assert not gate.judge(text, [refs["bowl"]], facts).accepted
