"""Log in with the admin password and out again."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Response, Template

from playhead.web.auth import COOKIE, LOGIN_LASTS_S, is_secure, safe_next


class LoginForm(msgspec.Struct):
    password: str = ""
    next: str = "/sessions"


@get("/login", include_in_schema=False, sync_to_thread=False)
def login_page(request: Request[Any, Any, Any]) -> Response[Any]:
    wanted = safe_next(request.query_params.get("next", "/sessions"))
    if request.app.state.services.auth.allows(request):
        return Redirect(wanted)
    return Template("login.html", context={"next": wanted, "failed": False})


@post("/login", include_in_schema=False, sync_to_thread=False)
def log_in(
    request: Request[Any, Any, Any],
    data: Annotated[LoginForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    auth = request.app.state.services.auth
    wanted = safe_next(data.next)
    if not auth.try_password(data.password):
        return Template("login.html", context={"next": wanted, "failed": True}, status_code=403)
    cookie = Cookie(
        COOKIE,
        value=auth.issue(),
        max_age=LOGIN_LASTS_S,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return Redirect(wanted, status_code=303, cookies=[cookie])


@post("/logout", include_in_schema=False, sync_to_thread=False)
def log_out() -> Response[Any]:
    return Redirect("/login", status_code=303, cookies=[Cookie(COOKIE, value="", max_age=0, path="/")])


handlers = [login_page, log_in, log_out]
