"""Security headers and the checks that keep other web sites, and what recordings show, away from what a login may do.

Policies   APP for our own pages; REPLAY for pages that show a recording: nothing in it may fetch or run;
           EMBED is REPLAY that our own demo pages may put in a frame
Checks     Host must be a name of this server (DNS rebinding); a write that a browser sends must come from our own
           pages (cross-site request forgery). `/ingest` and the recorder's scripts are meant for other sites and pass.
           What a page shows (pictures, sheets, fonts) is given out where such things lie alone: a recorded `<img>`
           that names an export or a session would else have it made, and audited, under the name of whoever watches
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import msgspec

from playhead.ingest.foreign import is_foreign

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
EMBED_POLICY = _REPLAY.format(ancestors="'self'")

_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_OPEN_TO_OTHER_SITES = ("/ingest", "/recorder.js", "/recorder-canvas.js", "/recorder-frames.js", "/healthz")
_SHOWN: Final = ("image", "style", "font", "audio", "video", "track", "object", "embed", "manifest")  # Sec-Fetch-Dest
_WHERE_SHOWN: Final = re.compile(r"/(?:static|demo)/.*|/favicon\.ico|/api/sessions/[^/]+/assets/[^/]+/[^/]+", re.DOTALL)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SecurityMiddleware:
    """ASGI wrapper: refuses foreign hosts and cross-site writes, adds headers to every answer.

    A handler that needs another policy sets its own content-security-policy header, which is kept.
    """

    def __init__(self, app: Any, *, allowed_hosts: Iterable[str] | None) -> None:
        self.app = app
        self.allowed_hosts = None if allowed_hosts is None else frozenset(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        open_path = scope["path"] in _OPEN_TO_OTHER_SITES or is_foreign(scope["path"])
        if refusal := None if open_path else self._refusal(scope["method"], scope["path"], headers):
            await _answer(send, 403, "forbidden", refusal)
            return
        await self.app(scope, receive, send if open_path else _with_headers(send))

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


def _with_headers(send: Send) -> Send:
    async def add(message: Any) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [item for item in _HEADERS.items() if item[0] not in present]
            if b"content-security-policy" not in present:
                extra.append((b"content-security-policy", APP_POLICY.encode()))
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return add


async def _answer(send: Send, status: int, error: str, detail: str) -> None:
    body = msgspec.json.encode({"error": error, "detail": detail, "status": status})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
