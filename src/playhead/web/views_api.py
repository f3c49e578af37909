"""Saved views of the sessions list: list, keep, delete."""

from typing import Annotated, Any

from litestar import delete, get, put
from litestar.params import JSONBody, QueryParameter
from litestar.response import Response
from litestar.status_codes import HTTP_200_OK

from playhead.query import views
from playhead.query.rights import ANNOTATE, WATCH
from playhead.web.params import AnyRequest
from playhead.web.problems import not_found, problem


@get("/views", right=WATCH, sync_to_thread=True)
def get_views(request: AnyRequest) -> list[views.SavedView]:
    return views.load_views(request.app.state.services.store)


@put("/views", right=ANNOTATE, sync_to_thread=True)
def put_view(request: AnyRequest, data: JSONBody[views.SavedView]) -> list[views.SavedView] | Response[Any]:
    """Keep a filter under a name, in place of one of that name."""
    try:
        return views.save_view(request.app.state.services.store, data.name, data.q)
    except views.ViewError as error:
        return problem(400, str(error))


@delete("/views", right=ANNOTATE, status_code=HTTP_200_OK, sync_to_thread=True)
def delete_view(request: AnyRequest, name: Annotated[str, QueryParameter(max_length=100)]) -> dict[str, str]:
    if not views.delete_view(request.app.state.services.store, name):
        raise not_found(f"there is no view {name!r}")
    return {"deleted": name}


handlers = [get_views, put_view, delete_view]
