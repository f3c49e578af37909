"""Analyses as jobs: start one, follow its progress as server-sent events."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Response, ServerSentEvent, ServerSentEventMessage

from playhead.analyst.config import ModelConfig, ModelError
from playhead.analyst.model import Progress
from playhead.jobs.analyze import Job
from playhead.query import settings
from playhead.web.params import AnyRequest, PathId, Question, Template
from playhead.web.problems import not_found, problem
from playhead.web.standing import asked


class Started(msgspec.Struct):
    job_id: str
    analyst: str  # "rules" or PROVIDER:NAME


@post("/sessions/{session_id:str}/analyze", status_code=202, sync_to_thread=True)
def analyze(
    request: AnyRequest,
    session_id: PathId,
    again: FromQuery[bool] = False,
    template: Template = "general",
    question: Question = "",
) -> Started | Response[Any]:
    """Explain a session with the model chosen in the settings (the rules analyst where none is).

    `template` says whom the report is for; `question` is one of your own that it should answer.
    An answer to the same question that is in the store is given again, unless `again` asks the model anew.
    """
    services = request.app.state.services
    if not services.store.log.exists(session_id):
        raise not_found(f"there is no session {session_id!r}")
    stored = settings.load_model(services.store)
    try:
        chosen = None
        if stored.model != "none":
            chosen = ModelConfig.parse(stored.model, base_url=stored.base_url or None, api_key=stored.api_key or None)
    except ModelError as error:
        return problem(409, f"the model in the settings cannot be used: {error}")
    how = asked(services.store, session_id, template, question)
    job = services.analyses.start(session_id, chosen, request=how, again=again)
    return Started(job_id=job.id, analyst=job.label)


@get("/jobs/{job_id:str}/events", sync_to_thread=False)
def follow(request: AnyRequest, job_id: PathId) -> ServerSentEvent:
    """Follow a job: events `progress`, `headline`, `sentence`, `rejected`, then `done` or `failed`, each with JSON."""
    analyses = request.app.state.services.analyses
    job = analyses.job(job_id)
    if job is None:
        raise not_found(f"there is no job {job_id!r}; its result, if it had one, is the session's report")
    return ServerSentEvent(_events(analyses, job), headers={"cache-control": "no-store", "x-accel-buffering": "no"})


async def _events(analyses: Any, job: Job) -> AsyncIterator[ServerSentEventMessage]:
    async for step in analyses.follow(job):
        yield ServerSentEventMessage(event=step.kind, data=msgspec.json.encode(_public(step)).decode())


def _public(step: Progress) -> dict[str, Any]:
    said = {name: value for name, value in msgspec.structs.asdict(step).items() if value}
    if step.kind == "failed":
        said["detail"] = step.text or (step.report.error if step.report else "")
    return said


handlers = [analyze, follow]
