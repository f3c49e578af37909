"""What a site decided about its recordings: read and change it, as a program and from the settings page."""

from typing import Annotated, Any

import msgspec
from litestar import get, post, put
from litestar.enums import RequestEncodingType
from litestar.params import Body, JSONBody
from litestar.response import Redirect, Response

from playhead.core.signals import LimitError, limits_of
from playhead.query.rights import MANAGE
from playhead.store.asset_rules import AssetRulesError, checked_hosts
from playhead.store.recording_rules import RulesError, checked
from playhead.store.site_settings import Privacy, SiteSettings, load_settings, save_settings
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import bad_request, not_found


class SiteForm(msgspec.Struct):
    site: str = ""
    privacy: Privacy | None = None
    keep_days: str | None = None
    keep_gb: str | None = None
    batches_a_minute: str | None = None
    gb_a_day: str | None = None


NUMBERS = ("keep_days", "keep_gb", "batches_a_minute", "gb_a_day")


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
        return Redirect(f"/settings?saved={part}#{part}", status_code=303)
    raise not_found(f"there is no site with the key {data.site!r}")


def _number(text: str) -> float:
    try:
        return float(text.strip() or 0)
    except ValueError:
        raise bad_request(f"{text[:40]!r} is not a number") from None


handlers = [get_site_settings, put_site_settings]
pages = [save_site_form]
