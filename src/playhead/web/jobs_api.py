"""Analyses as jobs: start one, follow its progress as server-sent events."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromQuery, JSONBody
from litestar.response import Response, ServerSentEvent, ServerSentEventMessage

from playhead.analyst.model import Progress
from playhead.analyst.text import visible
from playhead.core.report import Reply
from playhead.core.site_context import MAX_QUESTION
from playhead.jobs.analyze import Job, configured_model
from playhead.query.rights import ANALYSE, WATCH
from playhead.store.replies import replies_of
from playhead.web.existing import existing
from playhead.web.masking import hide_replies, hider_for
from playhead.web.params import AnyRequest, PathId, Question, Template
from playhead.web.problems import not_found, problem
from playhead.web.replay_origin import ALSO
from playhead.web.standing import asked


class Started(msgspec.Struct):
    job_id: str
    analyst: str  # "rules" or PROVIDER:NAME


@post(
    "/sessions/{session_id:str}/analyze",
    right=ANALYSE,
    replay=ALSO,
    audit="analysed",
    status_code=202,
    sync_to_thread=True,
)
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
    existing(request, session_id)
    chosen, wrong = configured_model(services.store)
    if wrong:
        return problem(409, wrong)
    how = asked(services.store, session_id, template, question)
    job = services.analyses.start(session_id, chosen, request=how, again=again)
    return Started(job_id=job.id, analyst=job.label)


class Asked(msgspec.Struct):
    question: str


@post("/sessions/{session_id:str}/ask", right=ANALYSE, replay=ALSO, audit="asked", status_code=202, sync_to_thread=True)
def ask(request: AnyRequest, session_id: PathId, data: JSONBody[Asked]) -> Started | Response[Any]:
    """Ask a question about a session; the model looks things up in the recording and every sentence is checked.

    Without a model the question is answered by a search of the recording.
    """
    services = request.app.state.services
    question = " ".join(visible(data.question).split())
    if not 0 < len(question) <= MAX_QUESTION:
        return problem(400, f"a question has 1 to {MAX_QUESTION} characters, this one has {len(question)}")
    existing(request, session_id)
    chosen, wrong = configured_model(services.store)
    if wrong:
        return problem(409, wrong)
    job = services.analyses.ask(session_id, question, chosen)
    return Started(job_id=job.id, analyst=job.label)


@get("/sessions/{session_id:str}/replies", right=WATCH, replay=ALSO, audit="watched", sync_to_thread=True)
def replies(request: AnyRequest, session_id: PathId) -> list[Reply]:
    """What was asked about a session and what was answered, oldest first."""
    services = request.app.state.services
    existing(request, session_id)
    hider = hider_for(request, services.store, session_id)
    return [one.reply for one in hide_replies(replies_of(services.store.index, session_id), hider)]


@get("/jobs/{job_id:str}/events", right=ANALYSE, sync_to_thread=False)
def follow(request: AnyRequest, job_id: PathId) -> ServerSentEvent:
    """Follow a job: events `progress`, `headline`, `sentence`, `rejected`, then `done` or `failed`, each with JSON."""
    job = request.app.state.services.analyses.job(job_id)
    if job is None:
        raise not_found(f"there is no job {job_id!r}; its result, if it had one, is the session's report")
    return _followed(request, job)


@get("/sessions/{session_id:str}/jobs/{job_id:str}/events", right=ANALYSE, replay=ALSO, sync_to_thread=False)
def follow_here(request: AnyRequest, session_id: PathId, job_id: PathId) -> ServerSentEvent:
    """Follow a job of this session, as the session's page does."""
    job = request.app.state.services.analyses.job(job_id)
    if job is None or job.session_id != session_id:
        raise not_found(f"session {session_id!r} has no job {job_id!r}")
    return _followed(request, job)


def _followed(request: AnyRequest, job: Job) -> ServerSentEvent:
    events = _events(request.app.state.services.analyses, job)
    return ServerSentEvent(events, headers={"cache-control": "no-store", "x-accel-buffering": "no"})


async def _events(analyses: Any, job: Job) -> AsyncIterator[ServerSentEventMessage]:
    async for step in analyses.follow(job):
        yield ServerSentEventMessage(event=step.kind, data=msgspec.json.encode(_public(step)).decode())


def _public(step: Progress) -> dict[str, Any]:
    said = {name: value for name, value in msgspec.structs.asdict(step).items() if value and name != "hidden"}
    if step.kind == "failed":
        said["detail"] = step.text or (step.report.error if step.report else "")
    return said


handlers = [analyze, ask, replies, follow, follow_here]
