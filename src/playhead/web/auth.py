"""Who is asking, and whether they may: every route names the right it needs; one guard holds all of them to it.

Nobody logs in on loopback. Elsewhere people log in with e-mail and password or at an identity provider, whoever has
the server's admin password is an admin, and programs send `Authorization: Bearer` with an API token or that password.
The recorder's key opens only `/ingest`. A share link opens the replay of one session for reading, and nothing else.
At the replay origin nothing of that counts: there a capability for one session does, and as far as its owner still may.
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
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from playhead.query import logins, people
from playhead.query.logins import Who
from playhead.query.people import sha256
from playhead.query.rights import MANAGE, MEANINGS, PUBLIC, SIGNED_IN, WATCH, WATCHING
from playhead.query.shares import Share, share_of_hash
from playhead.store import Store
from playhead.store.people_tables import ADMIN_PASSWORD
from playhead.web.attempts import Attempts
from playhead.web.capability import COOKIE as REPLAY_COOKIE
from playhead.web.capability import Capability
from playhead.web.proxies import asking_address
from playhead.web.replay_origin import ALSO, ENTRANCE, ONLY, at_replay, replay_of

COOKIE = "playhead_login"
SHARE_COOKIE = "playhead_share"
LOGIN_LASTS_S: Final = logins.LOGIN_LASTS_MS // 1000
NOBODY: Final = Who(-1, "nobody", frozenset(), "nobody")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# what the page of one session reads; exports, erasure, comments' makers and other sessions stay closed to a share link
_SHARED = re.compile(
    r"/(?:api/)?sessions/([A-Za-z0-9_-]{1,64})(?:/(?:segments(?:/\d+(?:/still)?)?|lanes/[^/]+|assets/[^/]+/[^/]+|live|panels|trace|marks|insights|report))?"
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
        return self.by_login(sha256(cookie)) if cookie else None

    def by_login(self, token_sha256: str) -> Who | None:
        """Return whose login it is whose cookie has this hash."""
        return logins.who_logged_in(self._store, token_sha256, proof=self._proof)

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
    _refuse_elsewhere(connection, handler.opt.get("replay", ""))
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
    if at_replay(connection):
        return await to_thread.run_sync(_watcher, connection)
    if not auth.required:
        return logins.admin("this machine")
    scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        found = await to_thread.run_sync(auth.by_bearer, credential.strip(), address_of(connection))
        return found or NOBODY
    if cookie := connection.cookies.get(login_cookie(connection), ""):
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


def _refuse_elsewhere(connection: Connection, where: str) -> None:
    """With a replay origin every route answers at the one its `replay=…` says; recorded pages are drawn there alone."""
    replay = replay_of(connection)
    if where == ENTRANCE and (replay is None or not replay.here(connection.scope)):
        message = "this is not the origin recordings are shown at: does a proxy in front pass on the name (Host)?"
        raise NotFoundException(detail=message)
    if replay is None:
        return
    if replay.here(connection.scope):
        if where not in (ALSO, ONLY, ENTRANCE):
            raise NotFoundException(detail="this origin shows one recording at a time and answers nothing else")
    elif where == ONLY and any(connection.headers.get(name) for name in ("cookie", "sec-fetch-site")):
        raise PermissionDeniedException(detail="recordings are shown at an origin of their own: reload the page")


def _watcher(connection: Connection) -> Who:
    """Return who watches at the replay origin: as far as their login or link still goes, and no further than this
    session. Neither a login's cookie nor a token counts here."""
    services, session_id = connection.app.state.services, connection.path_params.get("session_id", "")
    found = services.capabilities.read(connection.cookies.get(REPLAY_COOKIE, ""), session_id)
    who = None if found is None else _holder(connection, found)
    if found is None or who is None:
        return NOBODY
    _refuse_forgery(connection)
    if services.capabilities.is_worn(found):
        connection.state["renewed"] = found
    return Who(who.person, who.called, who.rights & WATCHING, who.role)


def _holder(connection: Connection, capability: Capability) -> Who | None:
    services = connection.app.state.services
    if capability.kind == "machine":
        return None if services.auth.required else logins.admin("this machine")
    if capability.kind == "login":
        return services.auth.by_login(capability.ref)
    return _who_shares(connection, share_of_hash(services.store, capability.ref))


async def _shared(connection: Connection) -> Who:
    token = connection.cookies.get(SHARE_COOKIE, "")
    if not token:
        return NOBODY
    share = await to_thread.run_sync(share_of_hash, connection.app.state.services.store, sha256(token))
    return _who_shares(connection, share) or NOBODY


def _who_shares(connection: Connection, share: Share | None) -> Who | None:
    asked = _SHARED.fullmatch(connection.url.path)
    if share is None or asked is None or share.session != asked[1] or connection.scope.get("method") != "GET":
        return None
    return Who(-1, f"share link {share.id}", frozenset({WATCH, "personal"}), "share")


def address_of(connection: Any) -> str:
    """Return where a request comes from; a proxy that PLAYHEAD_TRUSTED_PROXIES does not name stands for them all."""
    if not connection.client:
        return ""
    proxies = connection.app.state.services.config.proxies
    if not proxies:
        return connection.client.host
    return asking_address(connection.client.host, connection.headers.getall("x-forwarded-for", []), proxies)


def login_cookie(connection: Any) -> str:
    """Return the name of the login's cookie; over https one that no other host or port can set (`__Host-`)."""
    return f"__Host-{COOKIE}" if is_secure(connection) else COOKIE


def is_secure(request: Any) -> bool:
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
