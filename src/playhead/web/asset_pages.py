"""Style sheets, fonts and pictures of recorded pages: served to the player, counted, and the page where a site decides.

What is served came from elsewhere and may be hostile: its type is what its bytes are, and its own policy lets nothing
in it run or fetch, also where somebody opens it by itself.
"""

from typing import Annotated, Any, Final

import msgspec
from litestar import Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter
from litestar.response import Redirect, Response, Template

from playhead.query import assets as query_assets
from playhead.query import sites
from playhead.query.asset_hosts import seen_hosts
from playhead.query.rights import MANAGE, WATCH
from playhead.store import Store
from playhead.store.asset_rules import AssetRules, AssetRulesError, checked_hosts
from playhead.store.assets import held_of_site
from playhead.store.site_settings import SiteSettings, load_settings, save_settings, settings_of_session
from playhead.web.existing import no_session
from playhead.web.masking import hider_for
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import not_found
from playhead.web.replay_origin import ALSO, ONLY

_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "content-disposition": "inline",
    "cache-control": "private, max-age=600",  # an erased file is gone from a viewer's browser soon
}


class AssetForm(msgspec.Struct):
    site: str = ""
    on: str = ""
    hosts: str = ""  # lines


@get("/sessions/{session_id:str}/assets/{number:str}/{name:str}", right=WATCH, replay=ONLY, sync_to_thread=True)
def get_asset(request: AnyRequest, session_id: PathId, number: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A style sheet, font or picture that the session's pages asked their host for, as it was then."""
    found = query_assets.file_of(_store(request), session_id, number)
    if found is None:
        raise not_found(f"session {session_id!r} keeps no file {name[:80]!r}")
    kind = f"{found.kind}; charset=utf-8" if found.kind == "text/css" else found.kind
    return Response(found.body, media_type=kind, headers=_HEADERS)


@get("/sessions/{session_id:str}/assets", right=WATCH, replay=ALSO, sync_to_thread=True)
def get_assets(request: AnyRequest, session_id: PathId) -> query_assets.AssetFacts:
    """How many style sheets, fonts and pictures of the session are kept, and why the others are not."""
    store = _store(request)
    settings = settings_of_session(store.index, session_id)
    if settings is None:
        raise no_session(session_id)
    facts = query_assets.facts_of(store, session_id, on=settings.assets.on)
    if hider := hider_for(request, store, session_id):
        return msgspec.convert(hider.value(msgspec.to_builtins(facts)), query_assets.AssetFacts)
    return facts


@get("/settings/assets", right=MANAGE, sync_to_thread=True)
def assets_page(request: AnyRequest, site: Annotated[str, QueryParameter(max_length=64)] = "") -> Template:
    """Whether a site's files are kept, and of which hosts."""
    key = site or request.app.state.services.site_key
    rules = _settings(request, key).assets
    return _page(request, AssetForm(key, "yes" if rules.on else "", "\n".join(rules.hosts)), "")


@post("/settings/assets", right=MANAGE, audit="changed settings", sync_to_thread=True)
def save_assets(
    request: AnyRequest, data: Annotated[AssetForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """Keep the form; what cannot be used is said on the page, with everything typed still there."""
    settings = _settings(request, data.site)
    hosts = [line.strip() for line in data.hosts.splitlines() if line.strip()]
    try:
        rules = checked_hosts(msgspec.convert({"on": data.on == "yes", "hosts": hosts}, AssetRules))
    except (AssetRulesError, msgspec.ValidationError) as error:
        return _page(request, data, str(error))
    save_settings(_store(request).index, data.site, msgspec.structs.replace(settings, assets=rules))
    return Redirect(f"/settings/assets?site={data.site}&saved=yes", status_code=303)


def _page(request: AnyRequest, form: AssetForm, problem: str) -> Template:
    store = _store(request)
    files, size = held_of_site(store.index, form.site)
    context = {
        "sites": sites.list_sites(store),
        "form": form,
        "problem": problem,
        "hosts": seen_hosts(store, form.site),
        "files": files,
        "bytes": size,
        "saved": request.query_params.get("saved", "") if not problem else "",
    }
    return Template("assets.html", context=context, status_code=400 if problem else 200)


def _settings(request: AnyRequest, key: str) -> SiteSettings:
    found = load_settings(_store(request).index, key)
    if found is None:
        raise not_found(f"there is no site with the key {key!r}")
    return found


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


handlers = [get_asset, get_assets]
pages = Router("/", route_handlers=[assets_page, save_assets], include_in_schema=False)
