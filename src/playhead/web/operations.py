"""What operators and other web sites fetch: health, metrics, the recorder."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response
from sqlalchemy import text

from playhead import __version__
from playhead.query import operations
from playhead.query.rights import PUBLIC, WATCH
from playhead.static_files import RECORDER_SCRIPTS, read_static
from playhead.web import static

BUILD = Path(__file__).parent / "static/build"
RECORDER_CACHE = "public, max-age=300, stale-while-revalidate=86400"


class Health(msgspec.Struct):
    status: str
    version: str


@get("/healthz", right=PUBLIC, sync_to_thread=True)
def healthz(request: Request[Any, Any, Any]) -> Health:
    """Answer 200 while the index can be read."""
    with request.app.state.services.store.index.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return Health("ok", __version__)


@get("/readyz", right=PUBLIC, sync_to_thread=True)
def readyz(request: Request[Any, Any, Any]) -> Response[Health]:
    """Answer 200 while batches can be taken, else 503: for load balancers. A failing disk or bucket shows here."""
    store = request.app.state.services.store
    try:
        with store.index.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        status = "ok" if store.packs.open else "closing, or too much waits to be written"
        if store.packs.failing:
            status = f"batches cannot be kept: {store.packs.failing}"
    except Exception as error:
        status = f"the index cannot be read: {type(error).__name__}"
    return Response(Health(status, __version__), status_code=200 if status == "ok" else 503)


@get("/metrics", right=WATCH, sync_to_thread=True, media_type=MediaType.TEXT)
def metrics(request: Request[Any, Any, Any]) -> Response[str]:
    """Prometheus metrics: batches taken and dropped, each drop with its reason; how much waits to be digested."""
    services = request.app.state.services
    lines = services.ingest.counters.prometheus() + operations.prometheus(services.store)
    return Response(lines, media_type="text/plain; version=0.0.4")


def _gives(name: str) -> HTTPRouteHandler:
    @get(f"/{name}", right=PUBLIC, include_in_schema=True, sync_to_thread=True, media_type="text/javascript")
    def recorder(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The recorder for a script tag of any site, or a script it fetches where a site asks for more."""
        headers = {
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
            "x-content-type-options": "nosniff",
        }
        found = read_static(BUILD / name)
        return static.answer(request, found, media_type="text/javascript", cache=RECORDER_CACHE, headers=headers)

    return recorder


handlers = [healthz, readyz, metrics, *map(_gives, RECORDER_SCRIPTS)]
