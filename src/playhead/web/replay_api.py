"""The API of the player: what a session is made of, and its slices one by one."""

from typing import Any

import msgspec
from litestar import MediaType, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from playhead.jobs.digest import ensure_digested
from playhead.jobs.segments import ensure_segments
from playhead.query import replay
from playhead.query import session as query_session
from playhead.query.offline import offline_file
from playhead.query.rights import EXPORT, WATCH
from playhead.store.segments import SegmentError, Stored, inflate_slice, read_panels, read_slice
from playhead.web.bodies import packed
from playhead.web.masking import hide_panels, hide_slice, hider_for
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found, problem


@get("/sessions/{session_id:str}/segments", right=WATCH, audit="watched", sync_to_thread=True)
def get_segments(request: AnyRequest, session_id: PathId) -> Response[bytes]:
    """What the player needs before the first slice: times of all slices, activity, idle time, gaps."""
    stored = _stored(request, session_id)
    body = msgspec.json.encode(replay.outline_of(stored.manifest, stored.revision))
    return packed(request, body, media_type=MediaType.JSON)


@get("/sessions/{session_id:str}/segments/{number:int}", right=WATCH, audit="watched", sync_to_thread=True)
def get_segment(
    request: AnyRequest, session_id: PathId, number: FromPath[int], revision: FromQuery[int | None] = None
) -> Response[Any]:
    """One slice: {"keyframe": […], "events": […]}, rrweb events without anything that could act.

    Answers 409 where `revision` is not the one that stands any more: ask for the list again.
    """
    stored = _stored(request, session_id)
    if revision is not None and revision != stored.revision:
        return problem(409, f"session {session_id!r} has grown: ask for its segments again")
    if not 0 <= number < len(stored.manifest.places):
        raise not_found(f"session {session_id!r} has no segment {number}")
    store = request.app.state.services.store
    try:
        frame = read_slice(store.objects, stored, number)
        if hider := hider_for(request, store, session_id):
            return packed(request, hide_slice(inflate_slice(frame), hider), media_type=MediaType.JSON)
        if "zstd" in request.headers.get("accept-encoding", ""):
            headers = {"content-encoding": "zstd", "vary": "accept-encoding", "cache-control": "no-store"}
            return Response(frame, media_type=MediaType.JSON, headers=headers)  # as it lies in the store
        return packed(request, inflate_slice(frame), media_type=MediaType.JSON)
    except SegmentError as error:
        raise HTTPException(status_code=410, detail=str(error)) from None


@get("/sessions/{session_id:str}/panels", right=WATCH, audit="watched", sync_to_thread=True)
def get_panels(request: AnyRequest, session_id: PathId) -> Response[bytes]:
    """Console lines, requests, pages, web vitals, the site's own events and the user, as the panels list them."""
    stored = _stored(request, session_id)
    try:
        body = read_panels(request.app.state.services.store.objects, stored)
    except SegmentError as error:
        raise HTTPException(status_code=410, detail=str(error)) from None
    if hider := hider_for(request, request.app.state.services.store, session_id):
        body = hide_panels(body, hider)
    return packed(request, body, media_type=MediaType.JSON)


def _stored(request: AnyRequest, session_id: str) -> Stored:
    stored = ensure_segments(request.app.state.services.store, session_id)
    if stored is None:
        raise not_found(f"there is no session {session_id!r}")
    return stored


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
    store = request.app.state.services.store
    if not store.log.exists(session_id):
        raise not_found(f"there is no session {session_id!r}")
    ensure_digested(store, session_id)
    stored = _stored(request, session_id)
    file = offline_file(store, stored, query_session.trace(store, session_id), from_ms=from_ms, to_ms=to_ms)
    headers = {"content-disposition": f'attachment; filename="playhead-{session_id}.html"', "cache-control": "no-store"}
    return Response(file, media_type="text/html; charset=utf-8", headers=headers)


handlers = [export_html, get_segments, get_segment, get_panels]
