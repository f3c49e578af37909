"""The API of the player: what a session is made of, and its slices one by one."""

import asyncio
import math
import time
from contextlib import suppress
from typing import Any, Final

import msgspec
from litestar import MediaType, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from playhead.core.playback.still import still_of
from playhead.jobs.lanes import lane_at
from playhead.jobs.live import Cursor, Live, News
from playhead.query import replay
from playhead.query.rights import WATCH
from playhead.store.segments import SegmentError, inflate_slice, read_panels, read_slice
from playhead.web.bodies import packed
from playhead.web.existing import no_session, segments_of
from playhead.web.keeping import cache_control, key_for
from playhead.web.masking import hide_panels, hide_slice, hider_for
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found, problem
from playhead.web.replay_origin import ONLY

WAIT_S: Final = 20.0  # proxies take a minute of silence for a failure
LOOK_S: Final = 0.4  # between looks for batches that another process stored


@get("/sessions/{session_id:str}/segments", right=WATCH, replay=ONLY, audit="watched", sync_to_thread=True)
def get_segments(request: AnyRequest, session_id: PathId) -> Response[bytes]:
    """What the player needs before the first slice: times of all slices, activity, idle time, gaps."""
    if (growing := _live(request).growing(session_id)) is not None:
        outline = replay.outline_of(growing.manifest(), growing.revision, live=True)
    else:
        stored = segments_of(request.app.state.services.store, session_id)
        key = key_for(request, session_id, stored.revision)
        outline = replay.outline_of(stored.manifest, stored.revision, key=key)
    return packed(request, msgspec.json.encode(outline), media_type=MediaType.JSON)


@get("/sessions/{session_id:str}/segments/{number:int}", right=WATCH, replay=ONLY, audit="watched", sync_to_thread=True)
def get_segment(
    request: AnyRequest,
    session_id: PathId,
    number: FromPath[int],
    revision: FromQuery[int | None] = None,
    from_ms: FromQuery[float | None] = None,
    key: FromQuery[str | None] = None,
) -> Response[Any]:
    """One slice: {"keyframe": […], "events": […]}, rrweb events without anything that could act.

    Answers 409 where `revision` is not the one that stands any more, or the slice does not begin at `from_ms`: ask for
    the list again. While a session goes on its last slice grows, and `revision` says nothing. With the `key` of the
    list a browser may keep the answer for ten minutes.
    """
    grown = problem(409, f"session {session_id!r} has grown: ask for its segments again")
    if (growing := _live(request).growing(session_id)) is not None:
        if from_ms is not None and not growing.starts_at(number, from_ms):
            return grown
        try:
            body = growing.body(number)
        except IndexError:
            raise not_found(f"session {session_id!r} has no segment {number}") from None
        hider = hider_for(request, request.app.state.services.store, session_id)
        return packed(request, hide_slice(body, hider) if hider else body, media_type=MediaType.JSON)
    stored = segments_of(request.app.state.services.store, session_id)
    if revision is not None and revision != stored.revision:
        return grown
    if not 0 <= number < len(stored.manifest.places):
        raise not_found(f"session {session_id!r} has no segment {number}")
    if from_ms is not None and stored.manifest.places[number].from_ms != from_ms:
        return grown
    store = request.app.state.services.store
    keep = cache_control(request, session_id, stored.revision, key)
    try:
        frame = read_slice(store.objects, stored, number)
        if hider := hider_for(request, store, session_id):
            return packed(request, hide_slice(inflate_slice(frame), hider), media_type=MediaType.JSON, keep=keep)
        if "zstd" in request.headers.get("accept-encoding", ""):
            headers = {"content-encoding": "zstd", "vary": "accept-encoding", "cache-control": keep}
            return Response(frame, media_type=MediaType.JSON, headers=headers)  # as it lies in the store
        return packed(request, inflate_slice(frame), media_type=MediaType.JSON, keep=keep)
    except SegmentError as error:
        raise HTTPException(status_code=410, detail=str(error)) from None


@get("/sessions/{session_id:str}/lanes/{lane:str}", right=WATCH, replay=ONLY, audit="watched", sync_to_thread=True)
def get_lane(request: AnyRequest, session_id: PathId, lane: FromPath[str], t_ms: FromQuery[float]) -> Response[bytes]:
    """A slice of one document (a lane of `tabs`) at the moment `t_ms`, ms since 1970, whichever tab was in front."""
    store = request.app.state.services.store
    known = math.isfinite(t_ms) and store.log.exists(session_id)
    body = lane_at(store, session_id, lane, t_ms) if known else None
    if body is None:
        raise not_found(f"session {session_id!r} has no page {lane!r} at that moment")
    hider = hider_for(request, store, session_id)
    return packed(request, hide_slice(body, hider) if hider else body, media_type=MediaType.JSON)


@get(
    "/sessions/{session_id:str}/segments/{number:int}/still",
    right=WATCH,
    replay=ONLY,
    audit="watched",
    sync_to_thread=True,
)
def get_still(
    request: AnyRequest,
    session_id: PathId,
    number: FromPath[int],
    at_ms: FromQuery[float],
    revision: FromQuery[int | None] = None,
    from_ms: FromQuery[float | None] = None,
    key: FromQuery[str | None] = None,
) -> Response[Any]:
    """The page at a moment of a slice (epoch ms) as HTML for the browser's own parser; `html` is empty where only the
    Replayer can draw it, and `why` says why. 409 and `key` as for the slice."""
    store = request.app.state.services.store
    stored = segments_of(store, session_id)
    places = stored.manifest.places
    if not 0 <= number < len(places):
        raise not_found(f"session {session_id!r} has no segment {number}")
    if revision not in (None, stored.revision) or from_ms not in (None, places[number].from_ms):
        return problem(409, f"session {session_id!r} has grown: ask for its segments again")
    try:
        body = inflate_slice(read_slice(store.objects, stored, number))
    except SegmentError as error:
        raise HTTPException(status_code=410, detail=str(error)) from None
    hider = hider_for(request, store, session_id)
    still = still_of(hide_slice(body, hider) if hider else body, at_ms=at_ms)
    keep = cache_control(request, session_id, stored.revision, key)
    return packed(request, msgspec.json.encode(still), media_type=MediaType.JSON, keep=keep)


@get("/sessions/{session_id:str}/panels", right=WATCH, replay=ONLY, audit="watched", sync_to_thread=True)
def get_panels(request: AnyRequest, session_id: PathId) -> Response[bytes]:
    """Console lines, requests, pages, web vitals, the site's own events and the user, as the panels list them."""
    if (growing := _live(request).growing(session_id)) is not None:
        body = growing.panels()
    else:
        stored = segments_of(request.app.state.services.store, session_id)
        try:
            body = read_panels(request.app.state.services.store.objects, stored)
        except SegmentError as error:
            raise HTTPException(status_code=410, detail=str(error)) from None
    if hider := hider_for(request, request.app.state.services.store, session_id):
        body = hide_panels(body, hider)
    return packed(request, body, media_type=MediaType.JSON)


@get("/sessions/{session_id:str}/live", right=WATCH, replay=ONLY, audit="watched")
async def get_live(
    request: AnyRequest,
    session_id: PathId,
    revision: FromQuery[int] = -1,
    slices: FromQuery[int] = -1,
    number: FromQuery[int] = -1,
    from_ms: FromQuery[float] = 0.0,
    at: FromQuery[int] = -1,
    live: FromQuery[bool] = True,
    whole: FromQuery[bool] = False,
) -> Response[bytes]:
    """What was recorded since: answered as soon as there is something, at the latest after WAIT_S.

    The query says what you have: the log's `revision`, how many `slices`, and `at` events of slice `number`, which
    begins at `from_ms` (-1 for none of it). `whole` asks for the list of slices anyway.
    """
    sessions, have = _live(request), Cursor(revision, slices, number, from_ms, at)
    until_s = time.monotonic() + WAIT_S
    with sessions.watching(session_id) as woken:
        while True:
            woken.clear()
            news = await asyncio.to_thread(sessions.news, session_id, have, whole=whole)
            if news is None:
                raise no_session(session_id)
            told = news.revision > revision or news.events or news.live != live or news.outline or news.ended
            left_s = until_s - time.monotonic()
            if told or left_s <= 0:
                body = await asyncio.to_thread(_told, request, session_id, news)
                return packed(request, body, media_type=MediaType.JSON)
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), min(left_s, LOOK_S))


def _told(request: AnyRequest, session_id: str, news: News) -> bytes:
    if news.events and (hider := hider_for(request, request.app.state.services.store, session_id)):
        events = [msgspec.Raw(hider.event(bytes(one))) for one in news.events]
        news = msgspec.structs.replace(news, events=events)
    return msgspec.json.encode(news)


def _live(request: AnyRequest) -> Live:
    return request.app.state.services.live


handlers = [get_segments, get_segment, get_still, get_lane, get_panels, get_live]
