"""What a team says of its site: the page to write it on, and the same for programs."""

from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Router, get, post, put
from litestar.datastructures import FormMultiDict
from litestar.params import JSONBody, QueryParameter
from litestar.response import Redirect, Response, Template

from playhead.core.site_context import LANGUAGES, ContextError, KnownIssue, SiteContext, Term, checked
from playhead.query import settings, sites
from playhead.query.rights import ANALYSE, MANAGE
from playhead.query.suggestions import suggest
from playhead.store import Store
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import bad_request, not_found

BLANK_ROWS = 2


@get("/settings/context", right=MANAGE, sync_to_thread=True)
def site_page(request: AnyRequest, site: Annotated[str, QueryParameter(max_length=64)] = "") -> Template:
    """The page of the chosen site, one's own first."""
    return _page(request, site or request.app.state.services.site_key, None, "")


@post("/settings/context", right=MANAGE, audit="changed settings")
async def save_site(request: AnyRequest) -> Response[Any]:
    """Keep the form; what passes a limit is said on the page, with everything typed still there."""
    form = await request.form()
    return await to_thread.run_sync(_save, request, form)


def _save(request: AnyRequest, form: FormMultiDict) -> Response[Any]:
    store, site = _store(request), str(form.get("site", ""))
    _known_site(store, site)
    written = _written(form)
    try:
        settings.save_context(store, site, checked(written))
    except ContextError as error:
        return _page(request, site, written, str(error))
    return Redirect(f"/settings/context?site={site}&saved=yes", status_code=303)


def _written(form: FormMultiDict) -> SiteContext:
    """The form as a context, nothing checked."""

    def lines(name: str) -> list[str]:
        return [str(one) for one in form.getall(name, [])]

    terms = zip(lines("term_kind"), lines("term_name"), lines("term_meaning"), strict=False)
    issues = zip(lines("issue_match"), lines("issue_treat"), strict=False)
    return SiteContext(
        about=str(form.get("about", "")),
        goals=str(form.get("goals", "")),
        vocabulary=tuple(
            Term("page" if kind == "page" else "control", name, meaning)
            for kind, name, meaning in terms
            if meaning.strip()
        ),
        known=tuple(
            KnownIssue(match, "ignore" if treat == "ignore" else "mention") for match, treat in issues if match.strip()
        ),
        language=str(form.get("language", "English")),
        questions=tuple(line for line in str(form.get("questions", "")).splitlines() if line.strip()),
    )


def _page(request: AnyRequest, site: str, written: SiteContext | None, problem: str) -> Template:
    store = _store(request)
    _known_site(store, site)
    context = written or settings.load_context(store, site)
    return Template(
        "context.html",
        status_code=400 if problem else 200,
        context={
            "sites": sites.list_sites(store),
            "site": site,
            "context": context,
            "suggestions": suggest(store, site, context),
            "languages": LANGUAGES,
            "blank_rows": BLANK_ROWS,
            "problem": problem,
            "saved": request.query_params.get("saved", ""),
        },
    )


@get("/sites/{key:str}/context", right=ANALYSE, sync_to_thread=True)
def get_context(request: AnyRequest, key: PathId) -> SiteContext:
    """Return what the team said of a site."""
    _known_site(_store(request), key)
    return settings.load_context(_store(request), key)


@put("/sites/{key:str}/context", right=MANAGE, audit="changed settings", sync_to_thread=True)
def put_context(request: AnyRequest, key: PathId, data: JSONBody[SiteContext]) -> SiteContext:
    """Replace what the team said of a site: description, goals, vocabulary, known issues, questions, language."""
    _known_site(_store(request), key)
    try:
        context = checked(data)
    except ContextError as error:
        raise bad_request(str(error)) from None
    settings.save_context(_store(request), key, context)
    return context


@get("/sites/{key:str}/context/suggestions", right=MANAGE, sync_to_thread=True)
def get_suggestions(request: AnyRequest, key: PathId) -> list[dict[str, Any]]:
    """Pages and controls the recordings show often and the vocabulary does not name, with a drafted meaning."""
    _known_site(_store(request), key)
    found = suggest(_store(request), key, settings.load_context(_store(request), key))
    return [msgspec.structs.asdict(one) for one in found]


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


def _known_site(store: Store, key: str) -> None:
    if key not in {site.key for site in sites.list_sites(store)}:
        raise not_found(f"there is no site with the key {key!r}")


handlers = [get_context, put_context, get_suggestions]
pages = Router("/", route_handlers=[site_page, save_site], include_in_schema=False)
