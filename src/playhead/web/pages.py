"""The pages people see: start, sessions, one session, settings. Each handler gathers; its template shows.

Pages that show a recording carry the REPLAY policy, under which nothing in the recording may run or fetch.
"""

import math
from typing import Any

import msgspec
from litestar import Router, get
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from playhead.jobs.digest import ensure_digested
from playhead.jobs.segments import ready_segments
from playhead.query import marks as query_marks
from playhead.query import replay as query_replay
from playhead.query import session as query_session
from playhead.query import sessions as query_sessions
from playhead.query import settings as query_settings
from playhead.query import views as query_views
from playhead.query.rights import ANALYSE, ANNOTATE, ERASE, SHARE, WATCH
from playhead.store import Store
from playhead.store.replies import replies_of
from playhead.web import list_view, reply_view, report_view, vocabulary
from playhead.web.auth import who_asks
from playhead.web.handover import hand_over
from playhead.web.keeping import key_for
from playhead.web.masking import hide_detail, hide_replies, hide_report, hide_row, hide_trace, hider_for, masks
from playhead.web.params import AnyRequest, ChosenTemplate, Cursor, Filter, PathId, Sort
from playhead.web.problems import not_found
from playhead.web.replay_origin import ALSO, ONLY, replay_of
from playhead.web.security import REPLAY_POLICY, embed_policy
from playhead.web.settings_page import SiteChoice, chosen_site, settings_page
from playhead.web.snippets import snippets_for
from playhead.web.standing import standing

PAGE_ROWS = 50
SPEEDS = (0.5, 1, 2, 4, 8, 16)
EPOCH_FROM_MS = 1e11  # a larger ?t_ms= is ms since the Unix epoch, a smaller one from the start: as in time.ts


@get("/", right=WATCH, sync_to_thread=True)
def start_page(request: AnyRequest, site: SiteChoice = "") -> Template:
    """The snippet of a site, one's own first, and whether its first event has arrived."""
    about = chosen_site(request, site)
    return Template("start.html", context={**about, "snippets": snippets_for(about["origin"], about["site_key"])})


@get("/sessions", right=WATCH, sync_to_thread=True)
def sessions_page(
    request: AnyRequest,
    q: Filter = "",
    sort: Sort = "-started",
    cursor: Cursor = "",
) -> Template:
    """The list: filtered, sorted, one page of it."""
    store, problem = _store(request), ""
    try:
        hidden = masks(request)
        found = query_sessions.list_sessions(store, q=q, sort=sort, limit=PAGE_ROWS, cursor=cursor, personal=not hidden)
        found.sessions = [hide_row(row) for row in found.sessions] if hidden else found.sessions
    except query_sessions.ListError as error:
        problem = _sentence(str(error))
        found = query_sessions.SessionList([], None, 0)
    nothing = not found.sessions and q and not cursor and not problem
    parts = query_sessions.parts_of(store, q, personal=not masks(request)) if nothing else []
    context = {
        **chosen_site(request),
        "rows": list_view.rows_of(found, q=q, sort=sort),
        "empty": not found.sessions and not q and not cursor and not problem,
        "parts": list_view.parts_view(parts),
        "examples": list_view.examples(),
        "total": found.total,
        "total_is_more": found.total_is_more,
        "q": q,
        "sort": sort,
        "problem": problem,
        "columns": list_view.columns(q, sort),
        "views": (views := list_view.saved_views(q, sort, query_views.load_views(store))),
        "keep_view": q.strip() if not problem and not any(view.active for view in views) else "",
        "filter_words": list_view.FILTER_WORDS,
        "first_href": list_view.list_href(q=q, sort=sort) if cursor else "",
        "next_href": list_view.list_href(q=q, sort=sort, cursor=found.next_cursor) if found.next_cursor else "",
    }
    return Template("sessions.html", context=context)


@get("/sessions/{session_id:str}", right=WATCH, replay=ALSO, audit="watched", sync_to_thread=True)
def session_page(
    request: AnyRequest,
    session_id: PathId,
    embed: FromQuery[bool] = False,
    template: ChosenTemplate = "",
    q: Filter = "",
    sort: Sort = "-started",
    t_ms: FromQuery[str] = "",
) -> Template | Redirect:
    """One session: player, insights, interactions; `embed` leaves out what surrounds them.

    `q` and `sort` are those of the list it was opened from: the next session is the next in that list.
    """
    if not _store(request).log.exists(session_id):
        raise not_found("this session is not here: it was erased, or the link is incomplete")
    if elsewhere := hand_over(request, session_id):
        return elsewhere
    store = _digested(request, session_id)
    detail = query_session.get_session(store, session_id)
    if detail is None:
        raise not_found("this session is not here: it was erased, or the link is incomplete")
    added, hider = query_marks.marks_of(store, session_id), hider_for(request, store, session_id)
    if hider:
        detail = hide_detail(detail, hider)
        added = msgspec.convert(hider.value(msgspec.to_builtins(added)), query_marks.Marks)
    home = replay.main(request.scope) if (replay := replay_of(request)) else ""
    outline = None if detail.session.live else _outline(request, session_id)
    context = {
        **_insights(request, session_id, template),
        "session": detail.session,
        "who": list_view.who(detail.session),
        "facts": list_view.facts_of(detail),
        "end_ms": detail.session.start_ms + detail.session.duration_ms,
        "embed": embed,
        "home": home,
        "list_href": list_view.list_href(q=q, sort=sort),
        "next_href": list_view.next_href(session_id, q=q, sort=sort),
        "marks": added,
        "marks_json": msgspec.to_builtins(added),
        "speeds": SPEEDS,
        "words": vocabulary.as_json(),
        "outline": outline,
        **_first_look(outline, detail.session, t_ms),
    }
    policy = embed_policy(home) if embed else REPLAY_POLICY
    return Template("session.html", context=context, headers={"content-security-policy": policy})


@get("/sessions/{session_id:str}/next", right=WATCH, sync_to_thread=True)
def next_page(request: AnyRequest, session_id: PathId, q: Filter = "", sort: Sort = "-started") -> Redirect:
    """Lead on to the session that follows in the list, after the last one back to the list."""
    following = query_sessions.next_session(_store(request), session_id, q=q, sort=sort, personal=not masks(request))
    where = list_view.session_href(following, q=q, sort=sort) if following else list_view.list_href(q=q, sort=sort)
    return Redirect(where)


@get("/sessions/{session_id:str}/insights", right=WATCH, replay=ONLY, audit="watched", sync_to_thread=True)
def insights_fragment(request: AnyRequest, session_id: PathId, template: ChosenTemplate = "") -> Template:
    """The report that stands, as the session page shows it: fetched again after an analysis, or for another reader."""
    _digested(request, session_id)
    return Template("_insights.html", context=_insights(request, session_id, template))


@get("/sessions/{session_id:str}/answers", right=WATCH, replay=ONLY, audit="watched", sync_to_thread=True)
def answers_fragment(request: AnyRequest, session_id: PathId) -> Template:
    """What was asked about the session and answered, as its page shows it."""
    _digested(request, session_id)
    replies = _replies(request, session_id)
    return Template("_replies.html", context={"session_id": session_id, "replies": replies})


def _insights(request: AnyRequest, session_id: str, template: str) -> dict[str, Any]:
    """What the insights show, and what whoever asks may do there: a share link, a viewer may only look."""
    who = who_asks(request)
    store = _store(request)
    found = standing(store, session_id, template)
    if found and (hider := hider_for(request, store, session_id)):
        found = hide_report(found[0], hider), hide_trace(found[1], hider)
    model = query_settings.load_model(store).model
    return {
        "insights": report_view.insights_of(*found) if found else None,
        "readers": vocabulary.READERS,
        "replies": _replies(request, session_id),
        "session_id": session_id,
        "live": (state := request.app.state.services.live.state(session_id)) is not None and state.live,
        "shared": who.role == "share",
        "can_mark": ANNOTATE in who.rights,
        "can_share": SHARE in who.rights,
        "can_ask": ANALYSE in who.rights,
        "can_erase": ERASE in who.rights,
        "model": "" if model == "none" else model,
    }


def _replies(request: AnyRequest, session_id: str) -> list[reply_view.ReplyView]:
    store = _store(request)
    hider = hider_for(request, store, session_id)
    return reply_view.replies_view(hide_replies(replies_of(store.index, session_id), hider))


def _outline(request: AnyRequest, session_id: str) -> dict[str, Any] | None:
    """Return what the player asks for first, if it stands: one request less to the first picture."""
    stored = ready_segments(_store(request), session_id)
    if stored is None:
        return None
    key = key_for(request, session_id, stored.revision)
    return query_replay.outline_of(stored.manifest, stored.revision, key=key)


def _first_look(outline: dict[str, Any] | None, session: query_sessions.SessionRow, t_ms: str) -> dict[str, str]:
    """Return where the slice of the moment in the address is, and its still, for the browser to fetch beside the
    player's code."""
    if outline is None:
        return {"first_slice": "", "first_still": ""}
    try:
        moment = float(t_ms or 0)
    except ValueError:
        moment = 0.0
    if not math.isfinite(moment):
        moment = 0.0
    if moment < EPOCH_FROM_MS:
        moment += session.start_ms or outline["start_ms"]
    path = query_replay.first_slice_path(session.id, outline, moment)
    still = path.replace("?", "/still?", 1) + f"&at_ms={moment}" if path else ""
    return {"first_slice": path, "first_still": still}


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


def _digested(request: AnyRequest, session_id: str) -> Store:
    store = _store(request)
    if not store.log.exists(session_id):
        raise not_found("this session is not here: it was erased, or the link is incomplete")
    ensure_digested(store, session_id)
    return store


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


pages_router = Router(
    "/",
    route_handlers=[
        start_page,
        sessions_page,
        session_page,
        next_page,
        insights_fragment,
        answers_fragment,
        settings_page,
    ],
    include_in_schema=False,
)
