"""Who may see recordings: nobody needs a login on loopback; elsewhere the admin password opens everything.

A login sets a signed cookie; programs send `Authorization: Bearer PASSWORD`. The recorder's key opens only `/ingest`.
A share link opens the replay of one session for reading, and nothing else.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from urllib.parse import quote

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from playhead.query.shares import share_of_token

COOKIE = "playhead_login"
SHARE_COOKIE = "playhead_share"
LOGIN_LASTS_S = 14 * 24 * 3600
MAX_FAILURES = 10  # wrong passwords in FAILURE_WINDOW_S before everybody has to wait: guessing gets nowhere
FAILURE_WINDOW_S = 60.0
PUBLIC_PATHS = ("/login", "/healthz", "/recorder.js")
PUBLIC_PREFIXES = ("/static/", "/shared/")
# what the page of one session reads; exports, erasure, comments' makers and other sessions stay closed to a share link
_SHARED = re.compile(
    r"/(?:api/)?sessions/([A-Za-z0-9_-]{1,64})(?:/(?:segments(?:/\d+)?|panels|trace|marks|insights|report))?"
)


class Auth:
    """Checks and issues logins; `secret` signs cookies and must survive restarts."""

    def __init__(self, *, password: str, secret: bytes, required: bool, now_s: Callable[[], float] = time.time) -> None:
        self.required = required
        self._password = password
        # the password is part of the key: changing it ends every login
        self._key = hmac.digest(secret, password.encode(), "sha256")
        self._now_s = now_s
        self._failures: list[float] = []

    def try_password(self, given: str) -> bool:
        """Return whether `given` is the password; after MAX_FAILURES wrong ones in a minute nothing is."""
        now = self._now_s()
        self._failures = [at for at in self._failures if now - at < FAILURE_WINDOW_S]
        if not self._password or len(self._failures) >= MAX_FAILURES:
            return False
        if hmac.compare_digest(_digest(given), _digest(self._password)):
            return True
        self._failures.append(now)
        return False

    def issue(self) -> str:
        """Return a cookie value that proves a login until it expires."""
        body = f"{int(self._now_s()) + LOGIN_LASTS_S}.{secrets.token_urlsafe(9)}"
        return f"{body}.{self._sign(body)}"

    def valid(self, cookie: str) -> bool:
        body, _, signature = cookie.rpartition(".")
        expires = body.partition(".")[0]
        signed = hmac.compare_digest(_digest(signature), _digest(self._sign(body)))
        return signed and expires.isdecimal() and int(expires) > self._now_s()

    def allows(self, connection: ASGIConnection) -> bool:  # pyright: ignore[reportMissingTypeArgument]
        if not self.required or self.valid(connection.cookies.get(COOKIE, "")):
            return True
        scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.try_password(credential.strip())

    def _sign(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), "sha256").hexdigest()


async def guard(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # pyright: ignore[reportMissingTypeArgument]
    """Litestar guard of every route: public paths pass, everything else needs a login where one is required."""
    path = connection.url.path
    if path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES):
        return
    if not connection.app.state.services.auth.allows(connection) and not await _is_shared(connection):
        raise NotAuthorizedException(detail="log in first, or send Authorization: Bearer with the admin password")


async def _is_shared(connection: ASGIConnection) -> bool:  # pyright: ignore[reportMissingTypeArgument]
    token, asked = connection.cookies.get(SHARE_COOKIE, ""), _SHARED.fullmatch(connection.url.path)
    if not token or asked is None or connection.scope.get("method") != "GET":
        return False
    store = connection.app.state.services.store
    share = await to_thread.run_sync(share_of_token, store, token)
    return share is not None and share.session == asked[1]


def is_secure(request: Request) -> bool:  # pyright: ignore[reportMissingTypeArgument]
    """Whether the browser came by https, be it to a proxy in front of us: cookies are then never sent in the clear."""
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"


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
