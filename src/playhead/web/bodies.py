"""Request bodies read with a limit, answers compressed where the client takes it."""

from typing import Any

from isal import igzip
from litestar import Request
from litestar.response import Response

MIN_COMPRESS_BYTES = 1400  # below one network packet gzip saves nothing
LEVEL = 1  # isal's level 1 packs rrweb JSON 8–12× at over 500 MB/s


class BodyTooLarge(ValueError):
    """The request's body is larger than the route takes; the message names the limit."""


async def read_body(request: Request[Any, Any, Any], *, limit_bytes: int) -> bytes:
    """Return the whole body, or raise BodyTooLarge before reading past `limit_bytes`."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit_bytes:
        raise BodyTooLarge(f"the body is {declared} bytes, the limit is {limit_bytes}")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit_bytes:
            raise BodyTooLarge(f"the body is larger than the limit of {limit_bytes} bytes")
        parts.append(part)
    return b"".join(parts)


def packed(request: Request[Any, Any, Any], body: bytes, *, media_type: str, keep: str = "no-store") -> Response[bytes]:
    """Answer `body`, gzipped if the client accepts it and it is worth it."""
    headers = {"vary": "accept-encoding", "cache-control": keep}
    if len(body) >= MIN_COMPRESS_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = igzip.compress(body, compresslevel=LEVEL)
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)
