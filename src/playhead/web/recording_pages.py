"""What is recorded, when, and of whom: the page on which a site's recording rules are written."""

from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect, Response, Template

from playhead.query import sites
from playhead.query.rights import MANAGE
from playhead.store.recording_rules import MAX_CHARS, RecordingRules, RulesError, checked
from playhead.store.site_settings import SiteSettings, load_settings, save_settings
from playhead.web.params import AnyRequest
from playhead.web.problems import not_found

LISTS = ("sample", "start", "never", "block", "mask", "ignore", "frames", "bodies", "redact")
PICKED = ("mask", "block", "ignore")  # what the picker of a session's page may bring along


class RecordingForm(msgspec.Struct):
    """Every list as lines of text."""

    site: str = ""
    sample: str = ""
    start: str = ""
    never: str = ""
    block: str = ""
    mask: str = ""
    ignore: str = ""
    frames: str = ""
    bodies: str = ""
    redact: str = ""
    respect: str = "gpc"
    canvas: str = ""
    visitors_may_erase: str = ""


@get("/settings/recording", right=MANAGE, sync_to_thread=True)
def recording_page(
    request: AnyRequest,
    site: Annotated[str, QueryParameter(max_length=64)] = "",
    add: Annotated[str, QueryParameter(max_length=MAX_CHARS + 10)] = "",
) -> Template:
    """The rules of the chosen site, one's own first; `add`, as `mask:SELECTOR`, is put into the form, not saved."""
    key = site or request.app.state.services.site_key
    settings = _settings(request, key)
    rules = settings.recording
    lines = {name: "\n".join(getattr(rules, name)) for name in LISTS}
    name, _, rule = add.partition(":")
    added = name in PICKED and bool(rule.strip()) and rule not in getattr(rules, name)
    if added:
        lines[name] = f"{lines[name]}\n{rule}".strip()
    form = RecordingForm(
        site=key,
        respect=" ".join(rules.respect) or "gpc",
        canvas="".join(rules.canvas[:1]),
        visitors_may_erase="yes" if settings.visitors_may_erase else "",
        **lines,
    )
    return _page(request, form, "", added=(name, rule) if added else None)


@post("/settings/recording", right=MANAGE, audit="changed settings", sync_to_thread=True)
def save_recording(
    request: AnyRequest, data: Annotated[RecordingForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """Keep the form; what cannot be used is said on the page, with everything typed still there."""
    settings = _settings(request, data.site)
    lists = {name: _lines(getattr(data, name)) for name in (*LISTS, "canvas")}
    try:
        wanted = {**lists, "respect": [] if data.respect == "gpc" else data.respect.split()}
        rules = checked(msgspec.convert(wanted, RecordingRules))
    except (RulesError, msgspec.ValidationError) as error:
        return _page(request, data, str(error))
    changed = msgspec.structs.replace(settings, recording=rules, visitors_may_erase=data.visitors_may_erase == "yes")
    save_settings(request.app.state.services.store.index, data.site, changed)
    return Redirect(f"/settings/recording?site={data.site}&saved=yes", status_code=303)


def _page(request: AnyRequest, form: RecordingForm, problem: str, *, added: tuple[str, str] | None = None) -> Template:
    context = {
        "sites": sites.list_sites(request.app.state.services.store),
        "form": form,
        "problem": problem,
        "added": added,
        "saved": request.query_params.get("saved", "") if not problem else "",
    }
    return Template("recording.html", context=context, status_code=400 if problem else 200)


def _settings(request: AnyRequest, key: str) -> SiteSettings:
    found = load_settings(request.app.state.services.store.index, key)
    if found is None:
        raise not_found(f"there is no site with the key {key!r}")
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


pages = Router("/", route_handlers=[recording_page, save_recording], include_in_schema=False)
