"""What people add to a session: star, watched, tags, comments, clips; and links that show it to others."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from playhead.query import marks, shares
from playhead.query.rights import ANNOTATE, PUBLIC, SHARE, WATCH
from playhead.web.auth import SHARE_COOKIE, is_secure
from playhead.web.existing import existing
from playhead.web.masking import hider_for
from playhead.web.origin import origin_of
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found, problem
from playhead.web.replay_origin import ALSO


class MarksChange(msgspec.Struct):
    """What is None is left as it is."""

    starred: bool | None = None
    watched: bool | None = None
    tags: list[str] | None = None


class NewNote(msgspec.Struct):
    """`t_ms` and `end_ms` are ms from the session's start; with an end it is a clip."""

    text: str
    t_ms: float
    end_ms: float | None = None


class NewShare(msgspec.Struct):
    days: int = 7
    t_ms: float = 0.0


class MadeShare(msgspec.Struct):
    url: str  # told this once: only its hash is kept
    share: shares.Share


@get("/sessions/{session_id:str}/marks", right=WATCH, replay=ALSO, sync_to_thread=True)
def get_marks(request: AnyRequest, session_id: PathId) -> marks.Marks:
    store = existing(request, session_id)
    found, hider = marks.marks_of(store, session_id), hider_for(request, store, session_id)
    return msgspec.convert(hider.value(msgspec.to_builtins(found)), marks.Marks) if hider else found


@patch("/sessions/{session_id:str}/marks", right=ANNOTATE, replay=ALSO, sync_to_thread=True)
def change_marks(request: AnyRequest, session_id: PathId, data: JSONBody[MarksChange]) -> marks.Marks | Response[Any]:
    """Star a session, say that it was watched, tag it."""
    store = existing(request, session_id)
    try:
        marks.set_marks(store, session_id, starred=data.starred, watched=data.watched, tags=data.tags)
    except marks.MarksError as error:
        return problem(400, str(error))
    return marks.marks_of(store, session_id)


@post(
    "/sessions/{session_id:str}/notes", right=ANNOTATE, replay=ALSO, status_code=HTTP_201_CREATED, sync_to_thread=True
)
def post_note(request: AnyRequest, session_id: PathId, data: JSONBody[NewNote]) -> marks.Note | Response[Any]:
    """Pin a comment to a moment, or keep a stretch as a clip."""
    store = existing(request, session_id)
    try:
        return marks.add_note(store, session_id, t_ms=data.t_ms, end_ms=data.end_ms, text=data.text)
    except marks.MarksError as error:
        return problem(400, str(error))


@delete(
    "/sessions/{session_id:str}/notes/{note_id:int}",
    right=ANNOTATE,
    replay=ALSO,
    status_code=HTTP_200_OK,
    sync_to_thread=True,
)
def delete_note(request: AnyRequest, session_id: PathId, note_id: FromPath[int]) -> dict[str, int]:
    if not marks.delete_note(existing(request, session_id), session_id, note_id):
        raise not_found(f"session {session_id!r} has no comment {note_id}")
    return {"deleted": note_id}


@get("/sessions/{session_id:str}/shares", right=SHARE, replay=ALSO, sync_to_thread=True)
def get_shares(request: AnyRequest, session_id: PathId) -> list[shares.Share]:
    """The links to this session that stand."""
    return shares.shares_of(existing(request, session_id), session_id)


@post(
    "/sessions/{session_id:str}/shares",
    right=SHARE,
    replay=ALSO,
    audit="shared",
    status_code=HTTP_201_CREATED,
    sync_to_thread=True,
)
def post_share(request: AnyRequest, session_id: PathId, data: JSONBody[NewShare]) -> MadeShare | Response[Any]:
    """Make a link that shows this session, and nothing else, without a login."""
    store = existing(request, session_id)
    try:
        token, share = shares.create_share(store, session_id, days=data.days, t_ms=data.t_ms)
    except shares.ShareError as error:
        return problem(400, str(error))
    return MadeShare(f"{origin_of(request)}/shared/{token}", share)


@delete(
    "/sessions/{session_id:str}/shares/{share_id:int}",
    right=SHARE,
    replay=ALSO,
    audit="revoked a share",
    status_code=HTTP_200_OK,
    sync_to_thread=True,
)
def delete_share(request: AnyRequest, session_id: PathId, share_id: FromPath[int]) -> dict[str, int]:
    """Revoke a link: it opens nothing from now on."""
    if not shares.revoke_share(existing(request, session_id), session_id, share_id):
        raise not_found(f"session {session_id!r} has no link {share_id}")
    return {"revoked": share_id}


@get("/shared/{token:str}", right=PUBLIC, include_in_schema=False, sync_to_thread=True)
def open_share(request: AnyRequest, token: PathId) -> Redirect:
    """Open a link: the session it names, for this browser, as long as the link stands."""
    store = request.app.state.services.store
    share = shares.share_of_token(store, token)
    if share is None or not store.log.exists(share.session):
        raise not_found("this link has expired or was revoked: ask whoever sent it for a new one")
    request.app.state.services.trail.note(
        request, "opened a share", f"session {share.session}", who=f"share link {share.id}"
    )
    lasts = int((share.expires_ms - store.now_ms()) / 1000)
    cookie = Cookie(
        SHARE_COOKIE, value=token, max_age=lasts, path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )
    query = f"?{urlencode({'t_ms': round(share.t_ms)})}" if share.t_ms else ""
    return Redirect(f"/sessions/{share.session}{query}", cookies=[cookie])


handlers = [get_marks, change_marks, post_note, delete_note, get_shares, post_share, delete_share]
pages = Router("/", route_handlers=[open_share], include_in_schema=False)
