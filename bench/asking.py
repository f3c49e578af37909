"""Asking: what our own work adds beside a model: time from "Analyse" to the first checked sentence, and CPU.

Usage   python bench/asking.py [RECORDING …]
Model   a local HTTP server that answers at once, so that everything measured is ours (and pydantic-ai's): reading the
        session, narrative, evidence, the request, the gate while the answer streams, keeping the report
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa

from playhead.analyst.config import ModelConfig
from playhead.jobs.analyze import Analyses
from playhead.jobs.imports import import_recording
from playhead.query import session as query_session
from playhead.store import Store, open_store
from playhead.store.tables import sites
from tests.analyst.model_server import Server, answers

SAMPLES = Path(__file__).resolve().parents[1] / "src/playhead/demo/samples"
ROUNDS = 5


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [SAMPLES / "card-declined.json.zst"]
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store, Server() as server:
        with store.index.write() as connection:
            connection.execute(sa.insert(sites), {"key": "site", "name": "", "created_ms": 0})
        for path in paths:
            session = import_recording(store, "site", path.read_bytes())
            report = query_session.report(store, session)
            assert report is not None
            server.script(answers(_spoken(report), piece=20))
            first = _round(store, session, server)
            rest = [_round(store, session, server) for _ in range(ROUNDS)]
            best = [min(column) for column in zip(*rest, strict=True)]
            print(f"{path.name}: {len(report.summary)} sentences, {len(report.findings)} findings")
            for name, (checked, whole, cpu) in (("first, imports included", first), ("best of the next", best)):
                print(f"  {name}: first checked sentence {checked:.0f} ms, kept {whole:.0f} ms, {cpu:.0f} ms of CPU")


def _spoken(report) -> dict:
    """The rules' report as a model would say it: true, so that it passes."""
    told = [{"text": one.text, "refs": one.refs} for one in report.summary]
    findings = [
        {"title": one.title, "severity": one.severity, "text": one.text, "refs": one.refs, "quotes": one.quotes}
        | {"suggestion": one.suggestion, "hypothesis": ""}
        for one in report.findings
    ]
    headline = {"text": report.headline.text, "refs": report.headline.refs}
    goal = {"text": report.goal.text, "refs": report.goal.refs}
    return {
        "headline": headline,
        "goal": goal,
        "outcome": report.outcome,
        "summary": told,
        "findings": findings,
    }


def _round(store: Store, session: str, server: Server) -> tuple[float, float, float]:
    """(ms to the first checked sentence, ms to the kept report, ms of CPU); the model's server shares the process."""
    analyses = Analyses(store)
    began, cpu = time.monotonic(), _cpu_ms()
    job = analyses.start(session, ModelConfig.parse("compatible:test", base_url=server.url), again=True)
    seen, checked = 0, 0.0
    while not job.done or seen < len(job.steps):
        for step in job.wait(seen, timeout_s=5):
            seen += 1
            if not checked and step.kind in ("headline", "sentence"):
                checked = (time.monotonic() - began) * 1000
            assert step.kind != "failed", step.text
    found = checked, (time.monotonic() - began) * 1000, _cpu_ms() - cpu
    analyses.stop()
    return found


def _cpu_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


if __name__ == "__main__":
    main()
