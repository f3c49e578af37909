"""The settings page: who explains sessions, and what holds for the recordings of the chosen site."""

from typing import Annotated, Any

from litestar import get
from litestar.params import QueryParameter
from litestar.response import Template

from playhead.query import settings as query_settings
from playhead.query import sites
from playhead.query.rights import MANAGE
from playhead.store.site_settings import SiteSettings, load_settings
from playhead.web import settings_view
from playhead.web.origin import origin_of
from playhead.web.params import AnyRequest
from playhead.web.problems import not_found

SiteChoice = Annotated[str, QueryParameter(max_length=64, description="key of a site; one's own first without it")]


@get("/settings", right=MANAGE, sync_to_thread=True)
def settings_page(request: AnyRequest, site: SiteChoice = "") -> Template:
    """Which model explains sessions, the sites, and the chosen one's line, privacy and limits."""
    return settings_template(request, site)


def settings_template(request: AnyRequest, site: str, *, problem: str = "", typed: Any = None) -> Template:
    """Return the page; `problem` is why the site of `typed` cannot be added or renamed."""
    services = request.app.state.services
    about = chosen_site(request, site)
    stored = query_settings.load_model(services.store)
    kept = load_settings(services.store.index, about["site_key"]) or SiteSettings()
    context = {
        **about,
        "sites": sites.list_sites(services.store),
        "problem": problem,
        "typed": typed,
        "providers": settings_view.PROVIDERS,
        "provider": settings_view.provider_of(stored.model),
        "model_name": stored.model.partition(":")[2],
        "base_url": settings_view.address_of(stored.model, stored.base_url),
        "has_key": bool(stored.api_key),
        "needs_login": services.config.needs_login,
        "privacy": kept.privacy,
        "keep_days": f"{kept.keep_days:g}" if kept.keep_days else "",
        "keep_gb": f"{kept.keep_gb:g}" if kept.keep_gb else "",
        "batches_a_minute": f"{kept.batches_a_minute:.0f}" if kept.batches_a_minute else "",
        "gb_a_day": f"{kept.gb_a_day:g}" if kept.gb_a_day else "",
        "held": sites.held(services.store, about["site_key"]),
        "saved": request.query_params.get("saved", ""),
    }
    return Template("settings.html", context=context, status_code=400 if problem else 200)


def chosen_site(request: AnyRequest, site: str = "") -> dict[str, str]:
    """Return origin, key and name of the site a page is about, one's own first; raises 404 for another's key."""
    services = request.app.state.services
    found = sites.find_site(services.store, site or services.site_key)
    if found is None:
        raise not_found(f"there is no site with the key {site!r}")
    return {"origin": origin_of(request), "site_key": found.key, "site_name": found.name or found.key}
