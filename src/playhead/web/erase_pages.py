"""Erase: the page on which somebody's recordings are looked up and, once "erase" is typed, deleted for good."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect, Response, Template

from playhead.jobs.digest import ensure_digested
from playhead.jobs.erase import erase_person, erase_session
from playhead.query import erasing
from playhead.query import session as query_session
from playhead.query.audit import visitor_target
from playhead.query.rights import ERASE
from playhead.store import Store
from playhead.web import list_view
from playhead.web.params import AnyRequest

WORD: Final = "erase"  # what has to be typed
Said = Annotated[str, QueryParameter(max_length=300)]


class EraseForm(msgspec.Struct):
    what: str  # "session" or "person"
    id: str
    nearby: str = ""
    word: str = ""


@get("/settings/erase", right=ERASE, sync_to_thread=True)
def erase_page(request: AnyRequest, who: Said = "", session: Said = "", erased: Said = "") -> Template:
    """Look somebody up, or one session: what is held, and what would go."""
    return _page(request, who=who, session=session, erased=erased)


@post("/settings/erase", right=ERASE, audit="erased", sync_to_thread=True)
def erase_from_page(
    request: AnyRequest, data: Annotated[EraseForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """Erase, if the word was typed; the audit log names a person by a hash."""
    of_session = data.what == "session"
    request.state["audit_target"] = f"session {data.id}" if of_session else visitor_target(data.id)
    if data.word.strip().strip("“”\"'").lower() != WORD:
        again = {"session": data.id} if of_session else {"who": data.id}
        return _page(request, **again, problem=f"Nothing was erased: type “{WORD}” into the field to confirm.")
    store = _store(request)
    count = int(erase_session(store, data.id)) if of_session else erase_person(store, data.id, nearby=bool(data.nearby))
    if not count:
        return _page(request, problem="Nothing was erased: there is nothing under this name any more.")
    return Redirect(f"/settings/erase?erased={count}", status_code=303)


def _page(request: AnyRequest, *, who: str = "", session: str = "", erased: str = "", problem: str = "") -> Template:
    store = _store(request)
    detail = None
    if session and store.log.exists(session):
        ensure_digested(store, session)
        detail = query_session.get_session(store, session)
    context = {
        "who": who,
        "asked": bool(who or session),
        "session": detail.session if detail else None,
        "session_who": list_view.who(detail.session) if detail else "",
        "people": erasing.find_people(store, who or session),
        "erased": int(erased) if erased.isascii() and erased.isdigit() else 0,
        "problem": problem,
        "word": WORD,
    }
    return Template("erase.html", context=context, status_code=400 if problem else 200)


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


pages = Router("/", route_handlers=[erase_page, erase_from_page], include_in_schema=False)
