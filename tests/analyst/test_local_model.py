"""The whole path with a real model on this machine: 135 million parameters, constrained to the report's JSON schema.

It follows the form, cites refs that exist, and understands nothing: what it writes has to come out as refused sentences
with their reasons beside the rules' report, never as a broken page and never as fact.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.analyst.config import ModelConfig
from playhead.analyst.model import test_connection as try_connection
from playhead.jobs.analyze import Analyses, wait_done
from playhead.jobs.imports import import_recording
from playhead.query import session as query_session
from tests.servers import free_ports

RECORDING = Path(__file__).parents[1] / "fixtures/recordings/tabulator_grid-lost.json.zst"
KEY = "local only"
WAIT_S = 400.0  # on a machine that is busy with other things


@pytest.fixture(scope="module")
def config() -> Iterator[ModelConfig]:
    (port,) = free_ports(1)
    script = Path(__file__).with_name("local_model.py")
    process = subprocess.Popen([sys.executable, script, str(port), KEY], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and "Ready" in process.stdout.readline()
    found = ModelConfig.parse("llamacpp:smollm2", base_url=f"http://127.0.0.1:{port}/v1", api_key=KEY)
    yield dataclasses.replace(found, max_output_tokens=700, timeout_s=WAIT_S, deadline_s=WAIT_S)
    process.kill()
    process.wait()


def test_the_button_in_the_settings_says_that_it_answers_or_what_is_wrong(config) -> None:
    import asyncio

    assert asyncio.run(try_connection(config)) is None
    wrong = dataclasses.replace(config, api_key="another")
    assert "check the API key" in (asyncio.run(try_connection(wrong)) or "")


def test_what_a_poor_model_writes_is_refused_with_reasons_and_the_page_stands(store, config) -> None:
    session = import_recording(store, "site", RECORDING.read_bytes())
    before = query_session.report(store, session)
    analyses = Analyses(store)
    last = wait_done(analyses.start(session, config), timeout_s=WAIT_S)
    analyses.stop()
    report = last.report
    assert report is not None and "ran out" not in report.error and "did not answer" not in report.error
    assert report.usage.requests >= 1 and report.usage.output_tokens > 50
    assert report.rejected and all(one.reason for one in report.rejected)
    assert {one.title for one in before.findings} <= {one.title for one in report.findings}, (
        "nothing code found is lost"
    )
    if last.kind == "failed":
        assert "could be confirmed" in report.error and report.summary == before.summary
    assert query_session.report(store, session).findings
