"""PlayheadASGI: around an ASGI application.

app.add_middleware(PlayheadASGI, site="KEY", server="https://replay.example.org")  # Starlette, FastAPI
application = PlayheadASGI(get_asgi_application(), site="KEY", server="https://replay.example.org")  # Django
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playhead.middleware.relay import MAX_BODY_BYTES, Answer, Around, Injector, takes_tag

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class PlayheadASGI(Around[App]):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if self._relay.owns(path):
            await self._own(scope, receive, send)
        elif self._exclude and path.startswith(self._exclude):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _Page(scope["method"], self._relay.tag, send))

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            answer = Answer(413, [], b"")
        else:
            kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
            query = scope["query_string"].decode("latin-1")
            answer = await asyncio.to_thread(self._relay.answer, scope["method"], scope["path"], query, body, kind)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


class _Page:
    """A `send` that puts the tag into the answer where it is a page."""

    def __init__(self, method: str, tag: bytes, send: Send) -> None:
        self._method, self._tag, self._send = method, tag, send
        self._injector: Injector | None = None

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
            if takes_tag(self._method, named):
                self._injector = Injector(self._tag)
                kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
                message = {**message, "headers": kept}
        elif message["type"] == "http.response.body" and self._injector:
            more = message.get("more_body", False)
            message = {**message, "body": self._injector.feed(message.get("body", b""), last=not more)}
        await self._send(message)


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body; None where it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)
