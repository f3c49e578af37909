"""How the store and its work stand: a page, the same for programs, and another try for what was set aside."""

from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Response, Template
from litestar.status_codes import HTTP_200_OK

from playhead.query.operations import Operations, operations
from playhead.query.rights import MANAGE
from playhead.store import work
from playhead.web.params import AnyRequest


class Retried(msgspec.Struct):
    sessions: int


@get("/operations", right=MANAGE, sync_to_thread=True)
def get_operations(request: AnyRequest) -> Operations:
    """How much waits to be digested, what failed and why."""
    return operations(request.app.state.services.store)


@post("/operations/retry", right=MANAGE, audit="changed settings", status_code=HTTP_200_OK, sync_to_thread=True)
def post_retry(request: AnyRequest, session: FromQuery[str] = "") -> Retried:
    """Try a session that failed again, or all of them; a worker does it within a second."""
    return Retried(work.retry(request.app.state.services.store.index, session))


@get("/operations", right=MANAGE, sync_to_thread=True)
def operations_page(request: AnyRequest) -> Template:
    services = request.app.state.services
    context = {
        "state": operations(services.store),
        "counters": services.ingest.counters.as_dict(),
        "retried": request.query_params.get("retried", "")[:10],
        "worker_here": services.config.role != "web",
    }
    return Template("operations.html", context=context)


@post("/operations/retry", right=MANAGE, audit="changed settings", sync_to_thread=True)
def retry_form(request: AnyRequest, session: FromQuery[str] = "") -> Response[Any]:
    number = work.retry(request.app.state.services.store.index, session)
    return Redirect("/operations", query_params={"retried": str(number)}, status_code=303)


handlers = [get_operations, post_retry]
pages = Router("/", route_handlers=[operations_page, retry_form], include_in_schema=False)
