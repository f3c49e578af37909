"""A node that asks about a session, in a process of its own; arguments: DATA INDEX OBJECTS SESSION MODEL_URL."""

import sys
from pathlib import Path

import pydantic_ai.messages  # beforehand: it takes seconds, in which a node gives no sign of life
import pydantic_ai.models.openai  # noqa: F401

from playhead.analyst.config import ModelConfig
from playhead.jobs.analyze import Analyses
from playhead.store import open_store

data, index_url, objects_url, session, model_url = sys.argv[1:]
store = open_store(Path(data), index_url=index_url, objects_url=objects_url)
model = ModelConfig.parse("compatible:test", base_url=model_url)
job = Analyses(store, beat_s=0.2, stale_ms=5_000).ask(session, "What did the page say?", model)
print(job.id, flush=True)
while not job.done:
    job.wait(len(job.steps), timeout_s=1)
print(job.steps[-1].text or "told", flush=True)
sys.stdin.read()
