"""Sites: made, named, and what each decided about its recordings; as a program and from the settings page."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from litestar import get, patch, post, put
from litestar.enums import RequestEncodingType
from litestar.params import Body, JSONBody
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_201_CREATED

from playhead.core.signals import LimitError, limits_of
from playhead.query import sites
from playhead.query.rights import MANAGE, WATCH
from playhead.store.asset_rules import AssetRulesError, checked_hosts
from playhead.store.recording_rules import RulesError, checked
from playhead.store.site_settings import Privacy, SiteSettings, load_settings, save_settings
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import bad_request, not_found
from playhead.web.settings_page import settings_template


class NamedSite(msgspec.Struct):
    name: str


class SiteNameForm(msgspec.Struct):
    site: str = ""
    name: str = ""
    do: Literal["add", "rename"] = "add"


class SiteForm(msgspec.Struct):
    site: str = ""
    privacy: Privacy | None = None
    keep_days: str | None = None
    keep_gb: str | None = None
    batches_a_minute: str | None = None
    gb_a_day: str | None = None


NUMBERS = ("keep_days", "keep_gb", "batches_a_minute", "gb_a_day")


@get("/sites", right=WATCH, sync_to_thread=True)
def get_sites(request: AnyRequest) -> list[sites.Site]:
    """The sites of this server, in the order in which they were made."""
    return sites.list_sites(request.app.state.services.store)


@post("/sites", right=MANAGE, audit="changed settings", status_code=HTTP_201_CREATED, sync_to_thread=True)
def post_site(request: AnyRequest, data: JSONBody[NamedSite]) -> sites.Site:
    """Make a site with a key of its own; batches under it are taken within a second."""
    try:
        made = sites.add_site(request.app.state.services.store, data.name)
    except sites.SiteError as error:
        raise bad_request(str(error)) from None
    request.state["audit_target"] = f"site {made.key} added: {made.name}"
    return made


@patch("/sites/{key:str}", right=MANAGE, audit="changed settings", sync_to_thread=True)
def patch_site(request: AnyRequest, key: PathId, data: JSONBody[NamedSite]) -> sites.Site:
    """Call a site something else; its key stays."""
    try:
        renamed = sites.rename_site(request.app.state.services.store, key, data.name)
    except sites.SiteError as error:
        raise bad_request(str(error)) from None
    if renamed is None:
        raise not_found(f"there is no site with the key {key!r}")
    request.state["audit_target"] = f"site {key} renamed: {renamed.name}"
    return renamed


@get("/sites/{key:str}/settings", right=MANAGE, sync_to_thread=True)
def get_site_settings(request: AnyRequest, key: PathId) -> SiteSettings:
    """Return what holds for the recordings of a site."""
    found = load_settings(request.app.state.services.store.index, key)
    if found is None:
        raise not_found(f"there is no site with the key {key!r}")
    return found


@put("/sites/{key:str}/settings", right=MANAGE, audit="changed settings", sync_to_thread=True)
def put_site_settings(request: AnyRequest, key: PathId, data: JSONBody[SiteSettings]) -> SiteSettings:
    """Replace a site's settings; new batches meet them within two seconds, sessions when they are next read."""
    try:
        for kind in data.signals:
            limits_of(kind, data.signals)
        checked(data.recording)
        if (assets := checked_hosts(data.assets)) != data.assets:
            data = msgspec.structs.replace(data, assets=assets)
    except (LimitError, RulesError, AssetRulesError) as error:
        raise bad_request(str(error)) from None
    if save_settings(request.app.state.services.store.index, key, data):
        return data
    raise not_found(f"there is no site with the key {key!r}")


@post("/settings/site", right=MANAGE, audit="changed settings", include_in_schema=False, sync_to_thread=True)
def save_site_form(
    request: AnyRequest, data: Annotated[SiteForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """The settings page's forms: what one does not hold stays as it is."""
    index = request.app.state.services.store.index
    known = load_settings(index, data.site) or SiteSettings()
    changed: dict[str, Any] = {} if data.privacy is None else {"privacy": data.privacy}
    for name in NUMBERS:
        if (given := getattr(data, name)) is not None:
            changed[name] = _number(given)
    try:
        wanted = msgspec.convert({**msgspec.to_builtins(known), **changed}, SiteSettings)
        unset = {name: 0 for name in NUMBERS if not getattr(wanted, name)}  # 0.0 would be stored
        wanted = msgspec.structs.replace(wanted, **unset)
    except msgspec.ValidationError as error:
        raise bad_request(str(error)) from None
    if save_settings(index, data.site, wanted):
        part = "privacy" if data.privacy else "limits" if data.gb_a_day is not None else "keeping"
        return Redirect(f"/settings?site={quote(data.site)}&saved={part}#{part}", status_code=303)
    raise not_found(f"there is no site with the key {data.site!r}")


@post("/settings/sites", right=MANAGE, audit="changed settings", include_in_schema=False, sync_to_thread=True)
def save_site_name(
    request: AnyRequest, data: Annotated[SiteNameForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """Add a site or rename the chosen one; what cannot be is said on the page."""
    store = request.app.state.services.store
    try:
        add = data.do == "add"
        made = sites.add_site(store, data.name) if add else sites.rename_site(store, data.site, data.name)
    except sites.SiteError as error:
        return settings_template(request, data.site, problem=str(error), typed=data)
    if made is None:
        raise not_found(f"there is no site with the key {data.site!r}")
    request.state["audit_target"] = f"site {made.key} {'added' if add else 'renamed'}: {made.name}"
    return Redirect(f"/settings?site={quote(made.key)}&saved={data.do}#sites", status_code=303)


def _number(text: str) -> float:
    try:
        return float(text.strip() or 0)
    except ValueError:
        raise bad_request(f"{text[:40]!r} is not a number") from None


handlers = [get_sites, post_site, patch_site, get_site_settings, put_site_settings]
pages = [save_site_form, save_site_name]
