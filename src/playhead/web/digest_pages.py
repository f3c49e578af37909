"""Many sessions: what went wrong again and again in a list, and a model's report on each of them as one job."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery, JSONBody
from litestar.response import Redirect, Response, Template

from playhead.core.hiding import Hider
from playhead.jobs.analyze import configured_model
from playhead.jobs.batch import MAX_AT_ONCE, MAX_SESSIONS, Batch, BatchProgress, progress_of, stop_batch
from playhead.query import digest as query_digest
from playhead.query.rights import ANALYSE, WATCH
from playhead.query.sessions import ListError, list_sessions
from playhead.store import Store
from playhead.store import job_rows as rows
from playhead.web import list_view, vocabulary
from playhead.web.masking import masks
from playhead.web.params import AnyRequest, Filter, PathId
from playhead.web.problems import not_found, problem

PAGE = 200
SHOWN_BATCHES = 5


class BatchForm(msgspec.Struct):
    q: str = ""
    template: str = "general"
    at_once: int = 2
    limit: int = 20
    max_tokens: str = ""


@get("/digest", right=WATCH, sync_to_thread=True)
def digest_page(request: AnyRequest, q: Filter = "", trouble: FromQuery[str] = "") -> Template:
    """Recurring problems of a filtered list, the strongest clips of each, and runs of a model over the list."""
    store, wrong = _store(request), ""
    try:
        found = _digest(request, q)
    except ListError as error:
        wrong = f"{str(error)[:1].upper()}{str(error)[1:]}."
        found = query_digest.DigestOfMany(0, 0, {}, [], 0, True)
    model, broken = configured_model(store)
    batches = [progress_of(store, row) for row in rows.newest_of(store.index, "batch", limit=SHOWN_BATCHES)]
    return Template(
        "digest.html",
        context={
            "q": q,
            "digest": found,
            "problem": wrong,
            "trouble": trouble[:400],
            "model": model.spoken if model else "",
            "model_problem": broken,
            "batches": batches,
            "readers": vocabulary.READERS,
            "max_at_once": MAX_AT_ONCE,
            "max_sessions": MAX_SESSIONS,
            "filter_words": list_view.FILTER_WORDS,
        },
    )


@get("/digest/batches", right=WATCH, sync_to_thread=True)
def batches_fragment(request: AnyRequest) -> Template:
    """The runs as the page shows them, fetched again while one is under way."""
    store = _store(request)
    batches = [progress_of(store, row) for row in rows.newest_of(store.index, "batch", limit=SHOWN_BATCHES)]
    return Template("_batches.html", context={"batches": batches})


@post("/digest/batches", right=ANALYSE, audit="analysed", sync_to_thread=True)
def start_from_page(
    request: AnyRequest, data: Annotated[BatchForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """Begin a run over the list and go back to its page; what is wrong is said there."""
    tokens = data.max_tokens.replace(",", "").replace(" ", "")
    if tokens and not tokens.isdecimal():
        return _back(data.q, f"{data.max_tokens!r} is not a number of tokens")
    budget = int(tokens) if tokens else None
    wanted = Batch(q=data.q, template=data.template, at_once=data.at_once, max_tokens=budget)
    started = _start(request, wanted, data.limit)
    return _back(data.q, started if isinstance(started, str) else "")


@post("/digest/batches/{job_id:str}/stop", right=ANALYSE, sync_to_thread=True)
def stop_from_page(request: AnyRequest, job_id: PathId) -> Response[Any]:
    row = _batch(request, job_id)
    if row.state == "running":
        stop_batch(_store(request), job_id)
    return _back(progress_of(_store(request), row).q, "")


@get("/digest", right=WATCH, sync_to_thread=True)
def get_digest(request: AnyRequest, q: Filter = "") -> query_digest.DigestOfMany | Response[Any]:
    """Recurring problems of the sessions a filter finds, with counts from the index and the strongest clips."""
    try:
        return _digest(request, q)
    except ListError as error:
        return problem(400, str(error))


class BatchWanted(msgspec.Struct):
    q: str = ""
    template: str = "general"
    at_once: int = 2
    max_tokens: int | None = None
    limit: int = 20


class Begun(msgspec.Struct):
    job_id: str
    sessions: int


@post("/batches", right=ANALYSE, audit="analysed", status_code=202, sync_to_thread=True)
def start_batch(request: AnyRequest, data: JSONBody[BatchWanted]) -> Begun | Response[Any]:
    """Have a model report on the newest sessions a filter finds, as one job with a budget in tokens."""
    started = _start(request, Batch(data.q, data.template, data.at_once, data.max_tokens), data.limit)
    return problem(409, started) if isinstance(started, str) else started


@get("/batches/{job_id:str}", right=ANALYSE, sync_to_thread=True)
def get_batch(request: AnyRequest, job_id: PathId) -> BatchProgress:
    """How far a run is."""
    return progress_of(_store(request), _batch(request, job_id))


@post("/batches/{job_id:str}/stop", right=ANALYSE, status_code=200, sync_to_thread=True)
def stop(request: AnyRequest, job_id: PathId) -> BatchProgress:
    """Begin nothing more of a run; what is under way comes to its end."""
    row = _batch(request, job_id)
    if row.state == "running":
        stop_batch(_store(request), job_id)
    return progress_of(_store(request), _batch(request, job_id))


def _digest(request: AnyRequest, q: str) -> query_digest.DigestOfMany:
    hidden = masks(request)
    found = query_digest.digest_sessions(_store(request), q=q, personal=not hidden)
    for clip in (clip for one in found.problems for clip in one.clips) if hidden else ():
        clip.who, clip.headline = "Visitor", Hider([clip.who]).text(clip.headline)
    return found


def _start(request: AnyRequest, batch: Batch, limit: int) -> Begun | str:
    """Begin a run, or say why not."""
    store = _store(request)
    model, wrong = configured_model(store)
    if model is None:
        return wrong or "no model is set up: connect one in the settings (the list below needs none)"
    if batch.template not in vocabulary.READERS:
        return f"there is no template {batch.template!r}"
    if not 1 <= batch.at_once <= MAX_AT_ONCE:
        return f"1 to {MAX_AT_ONCE} sessions can be explained at once"
    if not 1 <= limit <= MAX_SESSIONS:
        return f"a run takes 1 to {MAX_SESSIONS} sessions"
    try:
        by_site = _sessions(store, batch.q, limit)
    except ListError as error:
        return str(error)
    if not by_site:
        return "the filter finds no session"
    if len(by_site) > 1:
        return f"these sessions are of {len(by_site)} sites, and a budget is a site's: add site:KEY to the filter"
    ((site, ids),) = by_site.items()
    return Begun(request.app.state.services.analyses.start_batch(site, ids, model, batch), len(ids))


def _sessions(store: Store, q: str, limit: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    cursor, left = "", limit
    while left:
        page = list_sessions(store, q=q, limit=min(left, PAGE), cursor=cursor)
        for session in page.sessions:
            found.setdefault(session.site, []).append(session.id)
        left -= len(page.sessions)
        cursor = page.next_cursor or ""
        if not cursor:
            break
    return found


def _batch(request: AnyRequest, job_id: str) -> rows.JobRow:
    row = rows.job_row(_store(request).index, job_id)
    if row is None or row.kind != "batch":
        raise not_found(f"there is no run {job_id!r}")
    return row


def _back(q: str, trouble: str) -> Response[Any]:
    tail = f"&trouble={quote(trouble)}" if trouble else ""
    return Redirect(f"/digest?q={quote(q)}{tail}#runs", status_code=303)


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


handlers = [get_digest, start_batch, get_batch, stop]
pages = Router(
    "/", route_handlers=[digest_page, batches_fragment, start_from_page, stop_from_page], include_in_schema=False
)
