"""One's own account: password, logins, API tokens; admins see everybody's tokens. For programs: tokens."""

from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Router, delete, get, post
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, JSONBody
from litestar.response import Redirect, Response, Template
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from playhead.query import logins, people
from playhead.query.logins import Who
from playhead.query.passwords import MIN_CHARS, PasswordError
from playhead.query.rights import MANAGE, MEANINGS, RIGHTS, SIGNED_IN, Right
from playhead.store import Store
from playhead.web.auth import address_of, login_cookie, who_asks
from playhead.web.params import AnyRequest
from playhead.web.problems import bad_request, not_found, problem

CHANGED = "changed tokens"
DAYS = (7, 30, 90, 365)


class NewToken(msgspec.Struct):
    name: str
    scopes: list[Right]
    days: int = 90


class MadeToken(msgspec.Struct):
    token: str  # told this once: only its hash is kept
    about: logins.Token


class PasswordForm(msgspec.Struct):
    old: str = ""
    password: str = ""
    again: str = ""


@get("/tokens", right=SIGNED_IN, sync_to_thread=True)
def get_tokens(request: AnyRequest) -> list[logins.Token]:
    """API tokens: one's own, for admins everybody's."""
    return _tokens(request)


@post("/tokens", right=SIGNED_IN, audit=CHANGED, status_code=HTTP_201_CREATED, sync_to_thread=True)
def post_token(request: AnyRequest, data: JSONBody[NewToken]) -> MadeToken | Response[Any]:
    """Make an API token with some of one's own rights."""
    try:
        _no_tokens_from_tokens(request)
        request.state["audit_target"] = f"made “{data.name[:80]}”: {', '.join(data.scopes)}"
        token, about = logins.create_token(
            _store(request), who_asks(request), name=data.name, scopes=data.scopes, days=data.days
        )
    except logins.TokenError as error:
        return problem(400, str(error))
    return MadeToken(token, about)


@delete("/tokens/{token_id:int}", right=SIGNED_IN, audit=CHANGED, status_code=HTTP_200_OK, sync_to_thread=True)
def delete_token(request: AnyRequest, token_id: FromPath[int]) -> dict[str, int]:
    """Revoke a token: it opens nothing from now on."""
    if not logins.revoke_token(_store(request), token_id, person=_whose(request)):
        raise not_found(f"there is no token {token_id}")
    return {"revoked": token_id}


@get("/settings/tokens", right=SIGNED_IN, sync_to_thread=True)
def tokens_page(request: AnyRequest) -> Template:
    return _tokens_page(request)


@post("/settings/tokens", right=SIGNED_IN, audit=CHANGED)
async def token_from_page(request: AnyRequest) -> Template:
    """The page's form; the token's text is on the page that answers, and nowhere after."""
    return await to_thread.run_sync(_token_from, request, await request.form())


@post("/settings/tokens/{token_id:int}/revoke", right=SIGNED_IN, audit=CHANGED, sync_to_thread=True)
def revoke_from_page(request: AnyRequest, token_id: FromPath[int]) -> Redirect:
    logins.revoke_token(_store(request), token_id, person=_whose(request))
    return Redirect("/settings/tokens", status_code=303)


@get("/settings/account", right=SIGNED_IN, sync_to_thread=True)
def account_page(request: AnyRequest) -> Template:
    return _account_page(request)


@post("/settings/account/password", right=SIGNED_IN, audit="changed people", sync_to_thread=True)
def change_password(
    request: AnyRequest, data: Annotated[PasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """A new password; one's other logins end."""
    who, store = who_asks(request), _store(request)
    person = people.person_of(store, who.person)
    if person is None:
        raise bad_request("the admin password is set with PLAYHEAD_ADMIN_PASSWORD on the server")
    if data.password != data.again:
        return _account_page(request, trouble="The two new passwords are not the same.")
    if person.has_password and not request.app.state.services.auth.confirm(
        person.email, data.old, address=address_of(request)
    ):
        return _account_page(request, trouble="That is not your present password.")
    try:
        people.set_password(store, person.id, data.password, keep_login=request.cookies.get(login_cookie(request), ""))
    except PasswordError as error:
        return _account_page(request, trouble=f"{error}.".capitalize())
    return Redirect("/settings/account?saved=password", status_code=303)


@post("/settings/account/logins", right=SIGNED_IN, audit="changed people", sync_to_thread=True)
def end_other_logins(request: AnyRequest) -> Redirect:
    """End every login of one's own but this one."""
    logins.close_logins(_store(request), who_asks(request).person, but=request.cookies.get(login_cookie(request), ""))
    return Redirect("/settings/account?saved=logins", status_code=303)


def _token_from(request: AnyRequest, form: FormMultiDict) -> Template:
    scopes = [one for one in form.getall("scopes", []) if one in RIGHTS]
    days = str(form.get("days", ""))
    try:
        _no_tokens_from_tokens(request)
        request.state["audit_target"] = f"made “{str(form.get('name', ''))[:80]}”: {', '.join(scopes)}"
        token, about = logins.create_token(
            _store(request),
            who_asks(request),
            name=str(form.get("name", "")),
            scopes=scopes,
            days=int(days) if days.isascii() and days.isdecimal() else 0,
        )
    except logins.TokenError as error:
        return _tokens_page(request, trouble=str(error))
    return _tokens_page(request, made=MadeToken(token, about))


def _tokens_page(request: AnyRequest, *, made: MadeToken | None = None, trouble: str = "") -> Template:
    context = {
        "tokens": _tokens(request),
        "made": made,
        "trouble": trouble,
        "rights": {right: MEANINGS[right] for right in RIGHTS if right in who_asks(request).rights},
        "days": DAYS,
        "now_ms": _store(request).now_ms(),
    }
    return Template("tokens.html", context=context, status_code=400 if trouble else 200)


def _account_page(request: AnyRequest, *, trouble: str = "") -> Template:
    who, store = who_asks(request), _store(request)
    context = {
        "who": who,
        "person": people.person_of(store, who.person),
        "logins": logins.logins_of(store, who.person),
        "meanings": [MEANINGS[right] for right in RIGHTS if right in who.rights],
        "needs_login": request.app.state.services.auth.required,
        "min_chars": MIN_CHARS,
        "trouble": trouble,
        "saved": request.query_params.get("saved", ""),
    }
    return Template("account.html", context=context, status_code=400 if trouble else 200)


def _tokens(request: AnyRequest) -> list[logins.Token]:
    return logins.list_tokens(_store(request), person=_whose(request))


def _whose(request: AnyRequest) -> int | None:
    """Return whose tokens may be seen and revoked: one's own; None, for admins, everybody's."""
    who: Who = who_asks(request)
    return None if MANAGE in who.rights else who.person


def _no_tokens_from_tokens(request: AnyRequest) -> None:
    """A token that leaked must not be able to outlive its revocation by making others."""
    if who_asks(request).role == "token":
        raise logins.TokenError("a token cannot make tokens: log in")


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


handlers = [get_tokens, post_token, delete_token]
pages = Router(
    "/",
    route_handlers=[
        tokens_page,
        token_from_page,
        revoke_from_page,
        account_page,
        change_password,
        end_other_logins,
    ],
    include_in_schema=False,
)
