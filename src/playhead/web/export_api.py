"""The API of files that leave: one that plays offline, a film of a stretch, a picture of a moment."""

from typing import Any, Final

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response

from playhead.jobs.digest import ensure_digested
from playhead.jobs.film import FPS, MEDIA_TYPES, CannotRender, render
from playhead.jobs.segments import ensure_segments
from playhead.query import session as query_session
from playhead.query.offline import offline_file
from playhead.query.rights import EXPORT
from playhead.store.segments import Stored
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found, problem

MAX_FILM_S: Final = 120  # while somebody waits for the answer; the command line takes longer ones


@get("/sessions/{session_id:str}/export.html", right=EXPORT, audit="exported", sync_to_thread=True)
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
    return _download(file, session_id, "html", "text/html; charset=utf-8")


def film_handler(kind: str) -> Any:
    """Return the route of one kind of film: Litestar runs a handler of several paths twice in its thread."""

    @get(f"/sessions/{{session_id:str}}/export.{kind}", right=EXPORT, audit="exported", sync_to_thread=True)
    def export_film(
        request: AnyRequest,
        session_id: PathId,
        from_ms: FromQuery[float | None] = None,
        to_ms: FromQuery[float | None] = None,
        speed: FromQuery[float] = 1.0,
    ) -> Response[Any]:
        """A film of `from_ms`–`to_ms` without its idle time, or (PNG) a picture of the moment `from_ms`.

        Answers 422 where it would be longer than MAX_FILM_S, 501 where what renders it is not installed.
        """
        if not 0.1 <= speed <= 100:
            return problem(422, f"speed {speed:g}: from 0.1 to 100")
        file, stored = _offline(request, session_id, from_ms, to_ms)
        most = MAX_FILM_S * FPS.get(kind, 1)
        try:
            made = render(file, stored.manifest, kind, from_ms=from_ms, to_ms=to_ms, speed=speed, most=most)
        except CannotRender as error:
            return problem(501 if error.missing else 422, str(error))
        return _download(made, session_id, kind, MEDIA_TYPES[kind])

    return export_film


def _offline(request: AnyRequest, session_id: str, from_ms: float | None, to_ms: float | None) -> tuple[bytes, Stored]:
    store = request.app.state.services.store
    if not store.log.exists(session_id):
        raise not_found(f"there is no session {session_id!r}")
    ensure_digested(store, session_id)
    stored = ensure_segments(store, session_id)
    if stored is None:
        raise not_found(f"there is no session {session_id!r}")
    trace = query_session.trace(store, session_id)
    return offline_file(store, session_id, stored, trace, from_ms=from_ms, to_ms=to_ms), stored


def _download(blob: bytes, session_id: str, suffix: str, media_type: str) -> Response[bytes]:
    name = f'attachment; filename="playhead-{session_id}.{suffix}"'
    return Response(blob, media_type=media_type, headers={"content-disposition": name, "cache-control": "no-store"})


handlers = [export_html, *(film_handler(kind) for kind in MEDIA_TYPES)]
