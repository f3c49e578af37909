"""The JSON API over recordings: sessions, their events, traces, narratives and reports; import and erasure."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import MediaType, delete, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromQuery, QueryParameter
from litestar.response import Response
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from playhead.analyst import render
from playhead.analyst.preview import as_sent
from playhead.core.readers.formats import FormatError
from playhead.core.telling.narrative import MIN_BUDGET, narrate
from playhead.core.trace import Trace
from playhead.demo import samples
from playhead.jobs.analyze import NARRATIVE_TOKENS
from playhead.jobs.erase import erase_session, erase_visitor
from playhead.jobs.imports import ImportStopped, UnknownSite, import_recording
from playhead.query import assets as query_assets
from playhead.query import events as query_events
from playhead.query import session as query_session
from playhead.query import sessions as query_sessions
from playhead.query import sites as query_sites
from playhead.query.rights import ANALYSE, ERASE, EXPORT, IMPORT, PERSONAL, WATCH
from playhead.store import Store
from playhead.store.objects import NoSpace
from playhead.store.replies import replies_of
from playhead.web.bodies import BodyTooLarge, packed, read_body
from playhead.web.existing import digested, existing, no_session, segments_of
from playhead.web.masking import hide_detail, hide_report, hide_row, hide_trace, hider_for, masks
from playhead.web.params import AnyRequest, ChosenTemplate, Cursor, Filter, PathId, Question, Sort, Template, VisitorId
from playhead.web.problems import not_found, problem
from playhead.web.replay_origin import ALSO
from playhead.web.standing import asked, standing

MAX_IMPORT_BYTES = 512 << 20  # a whole recording in one request, compressed or not
MAX_NARRATIVE_TOKENS = 200_000


class Imported(msgspec.Struct):
    session_id: str


class Examples(msgspec.Struct):
    session_ids: list[str]


class NarrativeText(msgspec.Struct):
    text: str
    dropped: int


@get("/sessions", right=WATCH, sync_to_thread=True)
def list_sessions(
    request: AnyRequest,
    q: Filter = "",
    sort: Sort = "-started",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    cursor: Cursor = "",
) -> query_sessions.SessionList | Response[Any]:
    """List sessions, newest first; `q` filters, `cursor` continues where the last page ended."""
    try:
        hidden = masks(request)
        found = query_sessions.list_sessions(
            _store(request), q=q, sort=sort, limit=limit, cursor=cursor, personal=not hidden
        )
        found.sessions = [hide_row(row) for row in found.sessions] if hidden else found.sessions
        return found
    except query_sessions.ListError as error:
        return problem(400, str(error))


@get("/sessions/{session_id:str}", right=WATCH, sync_to_thread=True)
def get_session(request: AnyRequest, session_id: PathId) -> query_session.SessionDetail:
    """One session's facts: who, when, how long, pages, signals, outcome."""
    store = digested(request, session_id)
    detail = query_session.get_session(store, session_id)
    if detail is None:
        raise no_session(session_id)
    hider = hider_for(request, store, session_id)
    return hide_detail(detail, hider) if hider else detail


@delete("/sessions/{session_id:str}", right=ERASE, audit="erased", status_code=HTTP_200_OK, sync_to_thread=True)
def delete_session(request: AnyRequest, session_id: PathId) -> dict[str, int]:
    """Erase everything held about one session."""
    erased = erase_session(_store(request), session_id)
    if not erased:
        raise no_session(session_id)
    return {"erased_sessions": int(erased)}


@delete("/visitors/{visitor_id:str}", right=ERASE, audit="erased", status_code=HTTP_200_OK, sync_to_thread=True)
def delete_visitor(request: AnyRequest, visitor_id: VisitorId) -> dict[str, int]:
    """Erase every session of a visitor, named by the recorder's visitor id or the id given to `identify`."""
    return {"erased_sessions": erase_visitor(_store(request), visitor_id)}


@get("/sessions/{session_id:str}/events", right=EXPORT, audit="exported", sync_to_thread=True)
def get_events(
    request: AnyRequest,
    session_id: PathId,
    from_ms: FromQuery[float | None] = None,
    to_ms: FromQuery[float | None] = None,
) -> Response[bytes]:
    """rrweb events: all as recorded, or those that replay a window, starting at a keyframe ≤ `from_ms`.

    A window costs the same anywhere in a session of any length, and holds nothing that could act in a viewer's browser.

    `from_ms` and `to_ms` are ms since the Unix epoch on the recorder's clock, or since the session's beginning.
    """
    store = existing(request, session_id)
    if from_ms is None and to_ms is None:
        body = query_events.all_events(store, session_id)
    else:
        stored = segments_of(store, session_id)
        body = query_events.window(store, stored, from_ms=from_ms, to_ms=to_ms)
        body = query_assets.originals(store, session_id, body)
    return packed(request, body, media_type=MediaType.JSON)


@get("/sessions/{session_id:str}/trace", right=WATCH, replay=ALSO, audit="watched", sync_to_thread=True)
def get_trace(request: AnyRequest, session_id: PathId) -> Response[bytes]:
    """What happened: interactions with their effects, signals, coverage."""
    store = digested(request, session_id)
    trace, hider = _trace(store, session_id), hider_for(request, store, session_id)
    trace = hide_trace(trace, hider) if hider else trace
    return packed(request, msgspec.json.encode(trace), media_type=MediaType.JSON)


@get("/sessions/{session_id:str}/narrative", right=ANALYSE, audit="watched", sync_to_thread=True)
def get_narrative(
    request: AnyRequest,
    session_id: PathId,
    budget: Annotated[int, QueryParameter(ge=MIN_BUDGET, le=MAX_NARRATIVE_TOKENS)] = 4000,
) -> NarrativeText:
    """The numbered narrative that a model would be sent."""
    narrative = narrate(_trace(digested(request, session_id), session_id), budget_tokens=budget)
    return NarrativeText(text=narrative.text, dropped=narrative.dropped)


@get(
    "/sessions/{session_id:str}/sent",
    right=ANALYSE,
    replay=ALSO,
    audit="watched",
    sync_to_thread=True,
    media_type=MediaType.TEXT,
)
def get_sent(request: AnyRequest, session_id: PathId, template: Template = "general", question: Question = "") -> str:
    """Exactly what a model would be sent about this session: personal data is replaced before it leaves."""
    store = digested(request, session_id)
    narrative = narrate(_trace(store, session_id), budget_tokens=NARRATIVE_TOKENS)
    return as_sent(narrative, asked(store, session_id, template, question))


@get("/sessions/{session_id:str}/report", right=WATCH, replay=ALSO, audit="watched", sync_to_thread=True)
def get_report(
    request: AnyRequest,
    session_id: PathId,
    report_format: Annotated[Literal["json", "md", "html"], QueryParameter(name="format")] = "json",
    template: ChosenTemplate = "",
) -> Response[Any]:
    """The report of this session that stands, checked against the recording; `template` says whom it is shaped for."""
    store = digested(request, session_id)
    found = standing(store, session_id, template, translated=report_format != "json")
    if found is None:
        raise unreadable(store, session_id)
    report, trace = found
    if hider := hider_for(request, store, session_id):
        report, trace = hide_report(report, hider), hide_trace(trace, hider)
    if report_format == "json":
        return Response(report)
    if report_format == "md":
        text = render.to_markdown(report, trace, base_url=f"/sessions/{session_id}")
        return Response(text, media_type="text/markdown")
    return Response(render.to_html(report, trace), media_type=MediaType.HTML)


class Behind(msgspec.Struct):
    """What stands behind the placeholders of a session's report and of the answers about it, by `asked_ms`."""

    report: dict[str, str]
    replies: dict[str, dict[str, str]]


@get("/sessions/{session_id:str}/placeholders", right=PERSONAL, replay=ALSO, audit="watched", sync_to_thread=True)
def get_placeholders(
    request: AnyRequest, session_id: PathId, template: ChosenTemplate = "", job: FromQuery[str] = ""
) -> Behind:
    """The values behind placeholders such as `[EMAIL_1]` in what a model wrote: the reader's browser puts them back.

    `job`: those of the sentences that a running job has told so far.
    """
    if job:
        return Behind(_told_by(request, session_id, job), {})
    store = digested(request, session_id)
    report = query_session.report(store, session_id, template=template)
    told = {f"{one.reply.asked_ms:.0f}": one.reply.hidden for one in replies_of(store.index, session_id)}
    return Behind(report.hidden if report else {}, {asked: values for asked, values in told.items() if values})


def _told_by(request: AnyRequest, session_id: str, job_id: str) -> dict[str, str]:
    job = request.app.state.services.analyses.job(job_id)
    if job is None or job.session_id != session_id:
        raise not_found(f"session {session_id!r} has no job {job_id!r}")
    return {name: value for step in list(job.steps) for name, value in step.hidden.items()}


@post("/import", right=IMPORT, audit="imported", status_code=HTTP_201_CREATED, request_max_body_size=None)
async def import_(request: AnyRequest, site: Annotated[str, QueryParameter(max_length=64)] = "") -> Any:
    """Store one recording, in any shape rrweb recordings come in, raw or gzip."""
    from anyio import to_thread

    try:
        blob = await read_body(request, limit_bytes=MAX_IMPORT_BYTES)
        key = site or request.app.state.services.site_key
        return Imported(await to_thread.run_sync(import_recording, _store(request), key, blob))
    except BodyTooLarge as error:
        return problem(413, str(error))
    except FormatError as error:
        return problem(400, str(error), error="not_a_recording")
    except NoSpace as error:
        return problem(507, error.strerror or str(error))
    except ImportStopped as error:
        return problem(503, str(error))
    except UnknownSite as error:
        return problem(404, str(error))


@post("/examples", right=IMPORT, audit="imported", status_code=HTTP_201_CREATED, sync_to_thread=True)
def import_examples(request: AnyRequest) -> Examples:
    """Store the sample sessions that ship with Playhead (again: the same ids, no copies)."""
    store = _store(request)
    return Examples([import_recording(store, "demo", sample.blob) for sample in samples.load()])


@get("/sites/{key:str}/status", right=WATCH, sync_to_thread=True)
def site_status(request: AnyRequest, key: PathId) -> query_sites.SiteStatus:
    """Whether a site's first event has arrived, and the newest session."""
    status = query_sites.status(_store(request), key)
    if status is None:
        raise not_found(f"there is no site {key!r}")
    return status


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


def _trace(store: Store, session_id: str) -> Trace:
    trace = query_session.trace(store, session_id)
    if trace is None:
        raise unreadable(store, session_id)
    return trace


def unreadable(store: Store, session_id: str) -> HTTPException:
    """Return the answer for a session whose batches are kept but could not be made sense of."""
    why = query_session.digest_error(store, session_id)
    return HTTPException(status_code=422, detail=f"session {session_id!r} is kept but could not be read: {why}")


handlers = [
    list_sessions,
    get_session,
    delete_session,
    delete_visitor,
    get_events,
    get_trace,
    get_narrative,
    get_sent,
    get_report,
    get_placeholders,
    import_,
    import_examples,
    site_status,
]
