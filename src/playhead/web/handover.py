"""Hand-over: from the interface's origin to the one that replays, by a token that is used up on the way.

/sessions/X        at the interface: who asks may watch → 303 to the replay origin's door, with a token of 30 seconds
/sessions/X/enter  at the replay origin: the token → two cookies for this session, 303 to /sessions/X without the token
"""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Router, get
from litestar.datastructures import Cookie
from litestar.exceptions import PermissionDeniedException
from litestar.response import Redirect

from playhead.query import handovers
from playhead.query.handovers import Bearer
from playhead.query.people import sha256
from playhead.query.rights import PUBLIC
from playhead.web.auth import SHARE_COOKIE, login_cookie, who_asks
from playhead.web.capability import cookies_for
from playhead.web.params import AnyRequest, PathId
from playhead.web.replay_origin import ENTRANCE, at_replay, replay_of

THEME_COOKIE: Final = "playhead_theme"
THEMES: Final = ("light", "dark")
_QUIET: Final = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def hand_over(request: AnyRequest, session_id: str) -> Redirect | None:
    """Lead a browser on to where this session is shown; None where it is shown here."""
    replay = replay_of(request)
    if replay is None or at_replay(request):
        return None
    _only_pages(request)
    token = handovers.give(request.app.state.services.store, session_id, _bearer(request))
    asked = parse_qsl(request.url.query)
    if (theme := request.cookies.get(THEME_COOKIE)) in THEMES:
        asked.append(("theme", theme))
    query = f"?{urlencode(asked)}" if asked else ""
    where = f"{replay.address(request.scope)}/sessions/{session_id}/enter/{token}{query}"
    return Redirect(where, status_code=303, headers=_QUIET)


@get("/sessions/{session_id:str}/enter/{token:str}", right=PUBLIC, replay=ENTRANCE, sync_to_thread=True)
def enter(request: AnyRequest, session_id: PathId, token: PathId) -> Redirect:
    """Use a token up: from now on this browser may watch this session here."""
    services = request.app.state.services
    bearer = handovers.take(services.store, session_id, token)
    if bearer is None:
        raise PermissionDeniedException(detail="this way in was used already, or is too old: open the session again")
    secure = request.app.state.services.replay.address(request.scope).startswith("https:")
    cookies = cookies_for(session_id, services.capabilities.issue(session_id, bearer), secure=secure)
    asked = parse_qsl(request.url.query)
    if (theme := dict(asked).get("theme")) in THEMES:
        cookies.append(Cookie(THEME_COOKIE, value=theme, max_age=31_536_000, path="/", samesite="lax"))
    kept = [(name, value) for name, value in asked if name != "theme"]
    query = f"?{urlencode(kept)}" if kept else ""
    return Redirect(f"/sessions/{session_id}{query}", status_code=303, cookies=cookies, headers=_QUIET)


async def renew(message: Any, scope: Any) -> None:
    """Litestar hook: what is in use goes on, by new cookies with an answer."""
    worn = scope.get("state", {}).get("renewed") if message["type"] == "http.response.start" else None
    if worn is None:
        return
    services = scope["litestar_app"].state.services
    value = services.capabilities.issue(worn.session, worn.bearer)
    secure = services.replay.address(scope).startswith("https:")
    for cookie in cookies_for(worn.session, value, secure=secure):
        message.setdefault("headers", []).append(cookie.to_encoded_header())


def _only_pages(request: AnyRequest) -> None:
    """A token is for a page somebody opens, not for what a script fetches; the demo's frame is a page as well."""
    wanted = request.headers.get("sec-fetch-dest", "document")
    if wanted == "document" or (wanted == "iframe" and "embed" in request.query_params):
        return
    raise PermissionDeniedException(detail="recordings are shown at an origin of their own: open the page itself")


def _bearer(request: AnyRequest) -> Bearer:
    """Return by what somebody is let in; programs are not, they have no page to look at."""
    if not request.app.state.services.auth.required:
        return Bearer("machine", "")
    if request.headers.get("authorization"):
        raise PermissionDeniedException(detail="the page of a session is for browsers; programs read /api/sessions")
    if who_asks(request).role == "share":
        return Bearer("share", sha256(request.cookies[SHARE_COOKIE]))
    return Bearer("login", sha256(request.cookies[login_cookie(request)]))


pages = Router("/", route_handlers=[enter], include_in_schema=False)
