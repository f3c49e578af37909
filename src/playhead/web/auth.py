"""Who is asking, and whether they may: every route names the right it needs; one guard holds all of them to it.

Nobody logs in on loopback. Elsewhere people log in with e-mail and password or at an identity provider, whoever has
the server's admin password is an admin, and programs send `Authorization: Bearer` with an API token or that password.
The recorder's key opens only `/ingest`. A share link opens the replay of one session for reading, and nothing else.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from playhead.query import logins, people
from playhead.query.logins import Who
from playhead.query.rights import MANAGE, MEANINGS, PUBLIC, SIGNED_IN, WATCH
from playhead.query.shares import share_of_token
from playhead.store import Store
from playhead.store.people_tables import ADMIN_PASSWORD
from playhead.web.attempts import Attempts

COOKIE = "playhead_login"
SHARE_COOKIE = "playhead_share"
LOGIN_LASTS_S: Final = logins.LOGIN_LASTS_MS // 1000
NOBODY: Final = Who(-1, "nobody", frozenset(), "nobody")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# what the page of one session reads; exports, erasure, comments' makers and other sessions stay closed to a share link
_SHARED = re.compile(
    r"/(?:api/)?sessions/([A-Za-z0-9_-]{1,64})(?:/(?:segments(?:/\d+)?|live|panels|trace|marks|insights|report))?"
)
Connection = ASGIConnection[Any, Any, Any, Any]


class Auth:
    """Checks and issues logins; `secret` must survive restarts and be the same on every node."""

    def __init__(
        self, store: Store, *, password: str, secret: bytes, required: bool, now_s: Callable[[], float] = time.time
    ) -> None:
        self.required = required
        self._store = store
        self._password = password
        self._proof = hmac.new(secret, password.encode(), "sha256").hexdigest()
        self._attempts = Attempts(now_s)

    def log_in(self, email: str, password: str, *, address: str = "", agent: str = "") -> tuple[str, Who] | None:
        """Return a cookie's value and whose it is; None where they are wrong, or too many wrong ones were tried.

        Without an e-mail address the password is the server's own.
        """
        email = email.strip().lower()
        if not self._attempts.allowed(email, address):
            return None
        if not email:
            who = logins.admin("admin password") if self._is_admin_password(password) else None
        else:
            found = people.by_password(self._store, email, password)
            who = None if found is None else Who(found.id, found.email, frozenset(), found.role)
        if who is None:
            self._attempts.failed(email, address)
            return None
        proof = self._proof if who.person == ADMIN_PASSWORD else ""
        return logins.open_login(self._store, who.person, proof=proof, agent=agent), who

    def open_for(self, person: int, *, agent: str) -> str:
        """Return a cookie's value for somebody who proved who they are elsewhere."""
        return logins.open_login(self._store, person, agent=agent)

    def confirm(self, email: str, password: str, *, address: str) -> bool:
        """Return whether this is somebody's password: asked for again before it may be changed."""
        if not self._attempts.allowed(email, address):
            return False
        if people.by_password(self._store, email, password) is not None:
            return True
        self._attempts.failed(email, address)
        return False

    def by_cookie(self, cookie: str) -> Who | None:
        return logins.who_logged_in(self._store, cookie, proof=self._proof) if cookie else None

    def by_bearer(self, credential: str, address: str = "") -> Who | None:
        """Return whom an API token speaks for; the admin password opens everything."""
        if credential.startswith(logins.TOKEN_PREFIX):
            return logins.who_has_token(self._store, credential)
        if not self._attempts.allowed("", address):
            return None
        if self._is_admin_password(credential):
            return logins.admin("admin password")
        self._attempts.failed("", address)
        return None

    def _is_admin_password(self, given: str) -> bool:
        return bool(self._password) and hmac.compare_digest(_digest(given), _digest(self._password))


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar guard of every route: holds whoever asks to the right that stands beside the route's address."""
    right = handler.opt.get("right", MANAGE)
    who = await _who(connection)
    connection.state["who"] = who
    if right == PUBLIC or right in who.rights or (right == SIGNED_IN and who.role not in ("nobody", "share")):
        return
    if who.role in ("nobody", "share"):
        raise NotAuthorizedException(detail="log in first, or send Authorization: Bearer with an API token")
    what = MEANINGS.get(right, "do this")
    raise PermissionDeniedException(detail=f"{who.called} ({who.role}) may not {what}: ask an admin")


def who_asks(connection: Any) -> Who:
    """Return who sent a request, as the guard found; where no guard ran, nobody (or, without logins, this machine)."""
    found = connection.state.get("who")
    if found is not None:
        return found
    return NOBODY if connection.app.state.services.auth.required else logins.admin("this machine")


async def _who(connection: Connection) -> Who:
    auth: Auth = connection.app.state.services.auth
    if not auth.required:
        return logins.admin("this machine")
    scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        found = await to_thread.run_sync(auth.by_bearer, credential.strip(), address_of(connection))
        return found or NOBODY
    if cookie := connection.cookies.get(COOKIE, ""):
        found = await to_thread.run_sync(auth.by_cookie, cookie)
        if found is not None:
            _refuse_forgery(connection)
            return found
    return await _shared(connection)


def _refuse_forgery(connection: Connection) -> None:
    """A browser that sends a cookie along with a write also says where the write comes from; `SecurityMiddleware`
    looked at that. Nothing said: no browser of the last years, so nothing that should carry a cookie."""
    if connection.scope.get("method") in _SAFE_METHODS:
        return
    if not any(connection.headers.get(name) for name in ("sec-fetch-site", "origin")):
        raise PermissionDeniedException(detail="a write with a login's cookie must say its Origin; programs use tokens")


async def _shared(connection: Connection) -> Who:
    token, asked = connection.cookies.get(SHARE_COOKIE, ""), _SHARED.fullmatch(connection.url.path)
    if not token or asked is None or connection.scope.get("method") != "GET":
        return NOBODY
    store = connection.app.state.services.store
    share = await to_thread.run_sync(share_of_token, store, token)
    if share is None or share.session != asked[1]:
        return NOBODY
    return Who(-1, f"share link {share.id}", frozenset({WATCH, "personal"}), "share")


def address_of(connection: Any) -> str:
    """Return where a request comes from, as far as we can know: a proxy in front of us is named instead."""
    return connection.client.host if connection.client else ""


def is_secure(request: Request) -> bool:  # pyright: ignore[reportMissingTypeArgument]
    """Whether the browser came by https, be it to a proxy in front of us: cookies are then never sent in the clear."""
    public = request.app.state.services.config.public_url
    proxied = request.headers.get("x-forwarded-proto") == "https" or public.startswith("https:")
    return request.url.scheme == "https" or proxied


def login_location(request: Request) -> str:  # pyright: ignore[reportMissingTypeArgument]
    """Return the login page's address that leads back to where the person wanted to go."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/login?next={quote(wanted)}"


def safe_next(wanted: str) -> str:
    """Return `wanted` if it is a path of this server, else '/sessions' (no open redirect)."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if plain else "/sessions"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
