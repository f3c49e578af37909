"""Log in (e-mail and password, the server's admin password, an identity provider), out again, accept an invitation."""

from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Response, Template

from playhead.query import logins, people
from playhead.query.passwords import MIN_CHARS, PasswordError
from playhead.query.rights import PUBLIC
from playhead.web.auth import LOGIN_LASTS_S, address_of, is_secure, login_cookie, safe_next, who_asks
from playhead.web.oidc import FLOW_COOKIE, FLOW_LASTS_S, LoginRefused
from playhead.web.origin import origin_of
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found

BACK = "/login/oidc/back"


class LoginForm(msgspec.Struct):
    email: str = ""
    password: str = ""
    next: str = "/sessions"


class InvitationForm(msgspec.Struct):
    name: str = ""
    password: str = ""
    again: str = ""


@get("/login", right=PUBLIC, sync_to_thread=True)
def login_page(request: AnyRequest) -> Response[Any]:
    wanted = safe_next(request.query_params.get("next", "/sessions"))
    if who_asks(request).role not in ("nobody", "share"):
        return Redirect(wanted)
    return _login(request, wanted)


@post("/login", right=PUBLIC, sync_to_thread=True)
def log_in(
    request: AnyRequest, data: Annotated[LoginForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    services, wanted = request.app.state.services, safe_next(data.next)
    agent = request.headers.get("user-agent", "")
    opened = services.auth.log_in(data.email, data.password, address=address_of(request), agent=agent)
    if opened is None:
        services.trail.note(request, "failed to log in", who=data.email.strip()[:100] or "admin password")
        return _login(request, wanted, failed=True, email=data.email[:200])
    cookie, who = opened
    services.trail.note(request, "logged in", who=who.called)
    return _let_in(request, wanted, cookie)


@post("/logout", right=PUBLIC, sync_to_thread=True)
def log_out(request: AnyRequest) -> Response[Any]:
    if cookie := request.cookies.get(login_cookie(request)):
        logins.close_login(request.app.state.services.store, cookie)
    gone = Cookie(login_cookie(request), value="", max_age=0, path="/", secure=is_secure(request))
    # what this browser keeps of recordings goes too; browsers do so over https and on this machine
    return Redirect("/login", status_code=303, cookies=[gone], headers={"clear-site-data": '"cache"'})


@get("/login/oidc", right=PUBLIC)
async def begin_oidc(request: AnyRequest) -> Response[Any]:
    """Lead to the identity provider; a signed cookie remembers what must come back."""
    provider = request.app.state.services.provider
    if provider is None:
        raise not_found("this server has no identity provider: log in with a password")
    wanted = safe_next(request.query_params.get("next", "/sessions"))
    try:
        url, flow = await provider.begin(origin_of(request) + BACK, wanted)
    except LoginRefused as refused:
        return await _refused(request, refused)
    secure = is_secure(request)
    kept = Cookie(
        FLOW_COOKIE, value=flow, max_age=FLOW_LASTS_S, path=BACK, httponly=True, samesite="lax", secure=secure
    )
    return Redirect(url, cookies=[kept])


@get(BACK, right=PUBLIC)
async def finish_oidc(request: AnyRequest) -> Response[Any]:
    """What the identity provider leads back to."""
    from anyio import to_thread

    provider = request.app.state.services.provider
    if provider is None:
        raise not_found("this server has no identity provider: log in with a password")
    flow = request.cookies.get(FLOW_COOKIE, "")
    try:
        claims, wanted = await provider.finish(dict(request.query_params), flow, origin_of(request) + BACK)
        return await to_thread.run_sync(_known, request, claims, safe_next(wanted))
    except (LoginRefused, people.PeopleError) as refused:
        return await _refused(request, refused)


def _known(request: AnyRequest, claims: Any, wanted: str) -> Response[Any]:
    services = request.app.state.services
    person = people.by_subject(
        services.store,
        claims.subject,
        email=claims.email,
        verified=claims.email_verified,
        name=claims.name,
        new_role=services.config.newcomers,
    )
    cookie = services.auth.open_for(person.id, agent=request.headers.get("user-agent", ""))
    services.trail.note(request, "logged in", "identity provider", who=person.email)
    return _let_in(request, wanted, cookie)


@get("/join/{token:str}", right=PUBLIC, sync_to_thread=True)
def invitation_page(request: AnyRequest, token: PathId) -> Template:
    return _invitation(request, token)


@post("/join/{token:str}", right=PUBLIC, sync_to_thread=True)
def join(
    request: AnyRequest,
    token: PathId,
    data: Annotated[InvitationForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Use an invitation up: from now on this person has a password, and is logged in."""
    services = request.app.state.services
    if data.password != data.again:
        return _invitation(request, token, "The two passwords are not the same.")
    try:
        person = people.accept(services.store, token, password=data.password, name=data.name)
    except PasswordError as error:
        return _invitation(request, token, f"{error}.".capitalize())
    if person is None:
        return _invitation(request, token)
    services.trail.note(request, "logged in", "invitation", who=person.email)
    return _let_in(request, "/sessions", services.auth.open_for(person.id, agent=request.headers.get("user-agent", "")))


def _invitation(request: AnyRequest, token: str, problem: str = "") -> Template:
    person = people.invited(request.app.state.services.store, token)
    if person is None:
        raise not_found("this invitation was used or has expired: ask an admin for a new one")
    context = {"person": person, "token": token, "problem": problem, "min_chars": MIN_CHARS}
    return Template("join.html", context=context, status_code=400 if problem else 200)


def _login(request: AnyRequest, wanted: str, *, failed: bool = False, email: str = "", refused: str = "") -> Template:
    services = request.app.state.services
    provider = services.provider
    context = {
        "next": wanted,
        "failed": failed,
        "refused": refused,
        "email": email,
        "by_email": people.any_password(services.store),
        "provider": provider.name if provider else "",
    }
    return Template("login.html", context=context, status_code=403 if failed or refused else 200)


async def _refused(request: AnyRequest, why: Exception) -> Template:
    from anyio import to_thread

    request.app.state.services.trail.log_refusal(why)
    said = f"{why}."
    return await to_thread.run_sync(lambda: _login(request, "/sessions", refused=said[:1].upper() + said[1:]))


def _let_in(request: AnyRequest, wanted: str, cookie: str) -> Redirect:
    kept = Cookie(
        login_cookie(request),
        value=cookie,
        max_age=LOGIN_LASTS_S,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return Redirect(wanted, status_code=303, cookies=[kept])


pages = Router(
    "/",
    route_handlers=[login_page, log_in, log_out, begin_oidc, finish_oidc, invitation_page, join],
    include_in_schema=False,
)
