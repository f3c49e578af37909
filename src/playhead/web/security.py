"""Security headers and the checks that keep other web sites, and what recordings show, away from what a login may do.

Policies   APP for our own pages; REPLAY for pages that show a recording: nothing in it may fetch or run;
           `embed_policy` is REPLAY that our own demo pages may put in a frame
Checks     Host must be a name of this server (DNS rebinding); a write that a browser sends must come from our own
           pages (cross-site request forgery). `/ingest` and the recorder's scripts are meant for other sites and pass.
           What a page shows (pictures, sheets, fonts) is given out where such things lie alone: a recorded `<img>`
           that names an export or a session would else have it made, and audited, under the name of whoever watches
           With a replay origin nothing but a page somebody opens is answered to another origin (`Sec-Fetch-Site`):
           the other port of one host is the same site, and gets its cookies
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import msgspec

from playhead.ingest.foreign import is_foreign
from playhead.static_files import RECORDER_SCRIPTS
from playhead.web.replay_origin import ReplayOrigin

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_COMMON = "default-src 'none'; object-src 'none'; base-uri 'none'; connect-src 'self'; script-src 'self'; "
APP_POLICY = _COMMON + (
    "style-src 'self'; img-src 'self' data:; font-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
# rrweb writes the recorded page's own styles into its frame, which inherits this policy: with it none of the
# 39 outbound requests that ~70 hostile recordings made without a policy were left. 'self' is where kept assets lie.
_REPLAY = _COMMON + (
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data: blob:; media-src data: blob:; "
    "frame-src 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
REPLAY_POLICY = _REPLAY.format(ancestors="'none'")


def embed_policy(home: str = "") -> str:
    """Return REPLAY for the frame of our own demo pages, which are at `home`, "" for this origin."""
    return _REPLAY.format(ancestors=home or "'self'")


_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_OPEN_TO_OTHER_SITES: Final = frozenset({"/ingest", "/healthz", *(f"/{name}" for name in RECORDER_SCRIPTS)})
# with a replay origin: no page of the other one may show, read or share a process with anything of this one
_APART = {b"cross-origin-resource-policy": b"same-origin", b"origin-agent-cluster": b"?1"}
_SHOWN: Final = ("image", "style", "font", "audio", "video", "track", "object", "embed", "manifest")  # Sec-Fetch-Dest
_WHERE_SHOWN: Final = re.compile(r"/(?:static|demo)/.*|/favicon\.ico|/api/sessions/[^/]+/assets/[^/]+/[^/]+", re.DOTALL)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SecurityMiddleware:
    """ASGI wrapper: refuses foreign hosts and cross-site writes, adds headers to every answer.

    A handler that needs another policy sets its own content-security-policy header, which is kept.
    """

    def __init__(self, app: Any, *, allowed_hosts: Iterable[str] | None, replay: ReplayOrigin | None = None) -> None:
        self.app, self.replay = app, replay
        self.allowed_hosts = None if allowed_hosts is None else frozenset(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        here = self.replay is not None and self.replay.here(scope)
        open_path = not here and (scope["path"] in _OPEN_TO_OTHER_SITES or is_foreign(scope["path"]))
        if open_path:
            await self.app(scope, receive, send)
            return
        if refusal := self._refusal(scope["method"], scope["path"], headers) or self._other_origin(here, headers):
            await _answer(send, 403, "forbidden", refusal)
            return
        await self.app(scope, receive, _with_headers(send, self._frames(scope, here), apart=self.replay is not None))

    def _other_origin(self, here: bool, headers: dict[bytes, str]) -> str | None:
        if self.replay is None or headers.get(b"sec-fetch-site", "none") in ("none", "same-origin"):
            return None
        shown = ("document", "iframe") if here else ("document",)
        if headers.get(b"sec-fetch-mode") == "navigate" and headers.get(b"sec-fetch-dest") in shown:
            return None
        return "a page of another origin may not ask for this"

    def _frames(self, scope: Scope, here: bool) -> str:
        """Return the origin that pages of the interface may put in a frame besides their own, and be led to by a form:
        who logs in to watch a session is handed over at once, and a form's redirects are held to its page's policy.
        """
        return "" if self.replay is None or here else self.replay.address(scope)

    def _refusal(self, method: str, path: str, headers: dict[bytes, str]) -> str | None:
        host = headers.get(b"host", "")
        if self.allowed_hosts is not None and host_name(host) not in self.allowed_hosts:
            return f"this server does not answer to the name {host!r}; set PLAYHEAD_PUBLIC_URL if it should"
        if headers.get(b"sec-fetch-dest") in _SHOWN and not _WHERE_SHOWN.fullmatch(path):
            return "nothing here is a picture, a font or a style sheet of a page"
        if method in _SAFE_METHODS:
            return None
        if headers.get(b"sec-fetch-site", "none") not in ("none", "same-origin"):
            return "a page of another site may not send this request"
        origin = headers.get(b"origin")
        if origin is not None and origin.split("://")[-1] != host:
            return f"a page of {origin!r} may not send this request"
        return None


def host_name(host: str) -> str:
    """Return the name in a Host header without its port, in lower case: '[::1]:80' → '[::1]'."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _with_headers(send: Send, frames: str = "", *, apart: bool = False) -> Send:
    async def add(message: Any) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [item for item in _HEADERS.items() if item[0] not in present]
            if b"content-security-policy" not in present:
                extra.append((b"content-security-policy", APP_POLICY.encode()))
            if apart:
                extra += [item for item in _APART.items() if item[0] not in present]
            message["headers"] = [*message["headers"], *extra]
            if frames:
                message["headers"] = [(name, _framing(name, value, frames)) for name, value in message["headers"]]
        await send(message)

    return add


def _framing(name: bytes, value: bytes, frames: str) -> bytes:
    if name.lower() != b"content-security-policy":
        return value
    for what in (b"frame-src 'self'", b"form-action 'self'"):
        value = value.replace(what, what + b" " + frames.encode("latin-1"))
    return value


async def _answer(send: Send, status: int, error: str, detail: str) -> None:
    body = msgspec.json.encode({"error": error, "detail": detail, "status": status})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
