"""The API of files that leave: one that plays offline, a film of a stretch, a picture of a moment."""

from typing import Any, Literal

from litestar import MediaType, delete, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from playhead.jobs.film import MEDIA_TYPES, CannotRender, check_length, render
from playhead.jobs.films import Films, FilmState, FilmTask, QueueFull
from playhead.query import session as query_session
from playhead.query.offline import offline_file
from playhead.query.rights import EXPORT
from playhead.store.segments import Stored
from playhead.web.existing import digested, segments_of
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found, problem
from playhead.web.replay_origin import ALSO


@get(
    "/sessions/{session_id:str}/export.html",
    right=EXPORT,
    replay=ALSO,
    audit="exported",
    sync_to_thread=True,
    media_type=MediaType.HTML,
)
def export_html(
    request: AnyRequest,
    session_id: PathId,
    from_ms: FromQuery[float | None] = None,
    to_ms: FromQuery[float | None] = None,
) -> Response[bytes]:
    """One file that plays the session, or the stretch `from_ms`–`to_ms` of it, without a server or a request.

    Always a download: opened from here it would be a page of this server.
    """
    file, _ = _offline(request, session_id, from_ms, to_ms)
    return _download(file, session_id, "html", MediaType.HTML)


@get(
    "/sessions/{session_id:str}/export.png",
    right=EXPORT,
    replay=ALSO,
    audit="exported",
    sync_to_thread=True,
    media_type=MEDIA_TYPES["png"],
)
def export_png(request: AnyRequest, session_id: PathId, from_ms: FromQuery[float | None] = None) -> Response[Any]:
    """A picture of the moment `from_ms`; 501 where what renders it is not installed."""
    file, stored = _offline(request, session_id, from_ms, None)
    try:
        made = render(file, stored.manifest, "png", from_ms=from_ms)
    except CannotRender as error:
        return problem(501 if error.missing else 422, str(error))
    return _download(made, session_id, "png", MEDIA_TYPES["png"])


@post(
    "/sessions/{session_id:str}/films",
    right=EXPORT,
    replay=ALSO,
    audit="exported",
    status_code=202,
    sync_to_thread=True,
)
def start_film(
    request: AnyRequest,
    session_id: PathId,
    kind: FromQuery[Literal["mp4", "webm", "gif"]],
    from_ms: FromQuery[float | None] = None,
    to_ms: FromQuery[float | None] = None,
    speed: FromQuery[float] = 1.0,
) -> FilmState | Response[Any]:
    """Queue a film of `from_ms`–`to_ms` without its idle time; ask for its state, on any node, until it is done.

    Answers 422 where it would be too long, 501 where what renders it is not installed, 429 where many wait already.
    """
    store = digested(request, session_id)
    if not 0.1 <= speed <= 100:
        return problem(422, f"speed {speed:g}: from 0.1 to 100")
    stored = segments_of(store, session_id)
    try:
        check_length(stored.manifest, kind, from_ms=from_ms, to_ms=to_ms, speed=speed)
        return _films(request).queue(session_id, FilmTask(kind, from_ms, to_ms, speed))
    except LookupError as error:
        raise not_found(str(error)) from None
    except CannotRender as error:
        return problem(501 if error.missing else 422, str(error))
    except QueueFull as error:
        return problem(429, str(error))


@get("/sessions/{session_id:str}/films/{film_id:str}", right=EXPORT, replay=ALSO, sync_to_thread=True)
def film_state(request: AnyRequest, session_id: PathId, film_id: FromPath[str]) -> FilmState:
    """How far a film is: `state`, `ahead` in the queue, `frames` of `of`."""
    return _film(request, session_id, film_id)


@get(
    "/sessions/{session_id:str}/films/{film_id:str}/file",
    right=EXPORT,
    replay=ALSO,
    audit="exported",
    sync_to_thread=True,
)
def film_file(request: AnyRequest, session_id: PathId, film_id: FromPath[str]) -> Response[Any]:
    """The finished film; 409 while it is not."""
    film = _film(request, session_id, film_id)
    if film.state != "done":
        return problem(409, f"this film is {film.state}")
    blob = _films(request).file(film_id)
    if blob is None:
        raise _no_film(film_id)
    return _download(blob, session_id, film.kind, MEDIA_TYPES[film.kind])


@delete(
    "/sessions/{session_id:str}/films/{film_id:str}", right=EXPORT, replay=ALSO, status_code=204, sync_to_thread=True
)
def cancel_film(request: AnyRequest, session_id: PathId, film_id: FromPath[str]) -> None:
    """Stop making a film, or forget one that is made."""
    _film(request, session_id, film_id)
    _films(request).cancel(film_id)


def _films(request: AnyRequest) -> Films:
    return request.app.state.services.films


def _film(request: AnyRequest, session_id: str, film_id: str) -> FilmState:
    film = _films(request).state(film_id)
    if film is None or film.session != session_id:
        raise _no_film(film_id)
    return film


def _no_film(film_id: str) -> Exception:
    return not_found(f"there is no film {film_id!r} of this session: make it again")


def _offline(request: AnyRequest, session_id: str, from_ms: float | None, to_ms: float | None) -> tuple[bytes, Stored]:
    store = digested(request, session_id)
    stored = segments_of(store, session_id)
    trace = query_session.trace(store, session_id)
    return offline_file(store, session_id, stored, trace, from_ms=from_ms, to_ms=to_ms), stored


def _download(blob: bytes, session_id: str, suffix: str, media_type: str) -> Response[bytes]:
    name = f'attachment; filename="playhead-{session_id}.{suffix}"'
    return Response(blob, media_type=media_type, headers={"content-disposition": name, "cache-control": "no-store"})


handlers = [export_html, export_png, start_film, film_state, film_file, cancel_film]
