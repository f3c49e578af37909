"""Static: `/static/…`, our own scripts and styles as browsers get them, packed and kept."""

import mimetypes
import re
from pathlib import Path
from typing import Any, Final

from litestar import HttpMethod, Request, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from playhead.query.rights import PUBLIC
from playhead.static_files import StaticFile, read_static
from playhead.web.replay_origin import ALSO

STATIC: Final = Path(__file__).parent / "static"
FOREVER: Final = (
    "public, max-age=31536000, immutable"  # its address changes with its content (`asset` in templating.py)
)
_NAMED_BY_CONTENT: Final = re.compile(r"build/[^/]+-[A-Z0-9]{8}\.js")  # as ts/player/build.mjs names them


@route(
    "/static/{file_path:path}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    right=PUBLIC,
    replay=ALSO,
    include_in_schema=False,
    sync_to_thread=True,
)
def static_file(request: Request[Any, Any, Any], file_path: FromPath[Path]) -> Response[bytes]:
    """Answer a file under `static/`; kept for ever by whoever asked by its fingerprint (`?v=` or in its name)."""
    found, named = None, None
    try:
        file = (STATIC / str(file_path).lstrip("/")).resolve()
        if file.is_relative_to(STATIC):
            found, named = read_static(file), _NAMED_BY_CONTENT.fullmatch(file.relative_to(STATIC).as_posix())
    except (OSError, ValueError):  # not there, a folder, a name no file can have
        pass
    if found is None:
        raise NotFoundException(f"there is no file {str(file_path)[:200]!r}")
    known = named is not None or request.query_params.get("v") == found.fingerprint
    kind = mimetypes.guess_type(file_path.name)[0] or "application/octet-stream"
    return answer(request, found, media_type=kind, cache=FOREVER if known else "no-cache", headers={})


def answer(
    request: Request[Any, Any, Any], found: StaticFile, *, media_type: str, cache: str, headers: dict[str, str]
) -> Response[bytes]:
    """Answer a file of ours with its fingerprint as ETag; 304 to whoever has it."""
    body, packing = found.body_for(request.headers.get("accept-encoding", ""))
    etag = f'"{found.fingerprint}{"-gzip" if "content-encoding" in packing else ""}"'
    headers = {**headers, "cache-control": cache, "etag": etag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers={**headers, **packing})
