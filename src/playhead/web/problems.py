"""Errors as people and programs meet them: one JSON shape for programs, one page for people.

Shape   {"error": short name, "detail": what happened and what to do, "status": HTTP status}
"""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException, NotFoundException
from litestar.response import Redirect, Template

from playhead.web.auth import login_location
from playhead.web.replay_origin import at_replay

log = logging.getLogger(__name__)


class Problem(msgspec.Struct):
    error: str
    detail: str
    status: int


def problem(status: int, detail: str, *, error: str = "") -> Response[Problem]:
    name = error or HTTPStatus(status).phrase.lower().replace(" ", "_")
    return Response(Problem(name, detail, status), status_code=status, media_type="application/json")


def not_found(what: str) -> HTTPException:
    return HTTPException(status_code=404, detail=what)


def bad_request(what: str) -> HTTPException:
    return HTTPException(status_code=400, detail=what)


def handle_exception(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Turn any exception into an answer; only its own text reaches the person where it is one of ours."""
    if isinstance(error, HTTPException):
        status, detail = error.status_code, error.detail
        if status == 400 and error.extra:
            detail = f"{detail}: {_reasons(error.extra)}"
    elif isinstance(error, OverflowError):  # a number in the address that no database holds
        status, detail = 400, "a number in this request is too large"
    else:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        status, detail = 500, "something went wrong on the server; its log says what"
    if at_replay(request) and isinstance(error, NotAuthorizedException | NotFoundException) and _is_navigation(request):
        if elsewhere := _main(request, error):
            return elsewhere
        detail = "your browser did not keep this page's cookie: allow cookies here, then open the session again"
        status = 403
    if not wants_page(request):
        return problem(status, detail)
    if isinstance(error, NotAuthorizedException) and not at_replay(request):
        return Redirect(login_location(request))
    context = {"status": status, "title": HTTPStatus(status).phrase, "detail": detail}
    return Template("error.html", context=context, status_code=status)


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """True where a person's browser asks for a page, false for scripts and programs."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def _is_navigation(request: Request[Any, Any, Any]) -> bool:
    going = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    return going and request.method == "GET" and wants_page(request)


def _main(request: Request[Any, Any, Any], error: Exception) -> Redirect | None:
    """Lead from the origin that replays to the interface, which lets in again whoever may watch; None from the second
    time on: a browser without cookies would go to and fro."""
    again = isinstance(error, NotAuthorizedException)
    if again and "again" in request.query_params:
        return None
    asked = [*parse_qsl(request.url.query), *([("again", "1")] if again else [])]
    query = f"?{urlencode(asked)}" if asked else ""
    replay = request.app.state.services.replay
    where = f"{replay.main(request.scope)}{quote(request.url.path)}{query}"
    return Redirect(where, status_code=303, headers={"cache-control": "no-store"})


def _reasons(extra: Any) -> str:
    if not isinstance(extra, list):
        return str(extra)
    return "; ".join(f"{item.get('key', '')} {item.get('message', '')}".strip() for item in extra)
