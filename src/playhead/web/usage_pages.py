"""Usage: what models were asked this month, what it cost, and the budget of each site."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post, put
from litestar.enums import RequestEncodingType
from litestar.params import Body, JSONBody
from litestar.response import Redirect, Response, Template

from playhead.query import settings, sites
from playhead.query.rights import MANAGE
from playhead.query.settings import Budget
from playhead.store import Store
from playhead.store.usage_rows import Line, Spent, lines_of_month, spent_in_month
from playhead.web.params import AnyRequest, PathId
from playhead.web.problems import bad_request, not_found

MAX_TOKENS = 10**12
MAX_USD = 10**7


class SiteUsage(msgspec.Struct):
    key: str
    name: str
    budget: Budget
    spent: Spent
    lines: list[Line]


class BudgetForm(msgspec.Struct):
    site: str = ""
    monthly_usd: str = ""
    monthly_tokens: str = ""


@get("/usage", right=MANAGE, sync_to_thread=True)
def usage_page(request: AnyRequest) -> Template:
    """This month by site and model, and the budgets."""
    store = _store(request)
    month = datetime.fromtimestamp(store.now_ms() / 1000, UTC).strftime("%B %Y")
    context = {
        "sites": usage_of(store),
        "month": month,
        "saved": request.query_params.get("saved", ""),
        "trouble": request.query_params.get("trouble", "")[:300],
        "model": settings.load_model(store).model,
    }
    return Template("usage.html", context=context)


@post("/usage/budget", right=MANAGE, audit="changed settings", sync_to_thread=True)
def save_form(
    request: AnyRequest, data: Annotated[BudgetForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """The page's form; an empty field is no limit."""
    store = _store(request)
    _known(store, data.site)
    try:
        usd = float(data.monthly_usd.strip().lstrip("$")) if data.monthly_usd.strip() else None
        tokens = int(data.monthly_tokens.replace(",", "").replace(" ", "")) if data.monthly_tokens.strip() else None
        budget = _checked(Budget(usd, tokens))
    except ValueError as error:
        said = str(error) if "budget" in str(error) else "a budget is a number, or empty for no limit"
        return Redirect("/usage", query_params={"trouble": said}, status_code=303)
    settings.save_budget(store, data.site, budget)
    return Redirect("/usage", query_params={"saved": data.site}, status_code=303)


@get("/usage", right=MANAGE, sync_to_thread=True)
def get_usage(request: AnyRequest) -> list[SiteUsage]:
    """What each site used this month (UTC), by model and purpose, and its budget."""
    return usage_of(_store(request))


@put("/sites/{key:str}/budget", right=MANAGE, audit="changed settings", sync_to_thread=True)
def put_budget(request: AnyRequest, key: PathId, data: JSONBody[Budget]) -> Budget:
    """Set what a site may use of models in a calendar month (UTC); null is no limit."""
    _known(_store(request), key)
    try:
        budget = _checked(data)
    except ValueError as error:
        raise bad_request(str(error)) from None
    settings.save_budget(_store(request), key, budget)
    return budget


def usage_of(store: Store) -> list[SiteUsage]:
    lines, now_ms = lines_of_month(store.index, now_ms=store.now_ms()), store.now_ms()
    return [
        SiteUsage(
            site.key,
            site.name or site.key,
            settings.load_budget(store, site.key),
            spent_in_month(store.index, site.key, now_ms=now_ms),
            [line for line in lines if line.site == site.key],
        )
        for site in sites.list_sites(store)
    ]


def _checked(budget: Budget) -> Budget:
    if budget.monthly_usd is not None and not 0 <= budget.monthly_usd <= MAX_USD:
        raise ValueError(f"a budget in USD is 0 to {MAX_USD:,}")
    if budget.monthly_tokens is not None and not 0 <= budget.monthly_tokens <= MAX_TOKENS:
        raise ValueError(f"a budget in tokens is 0 to {MAX_TOKENS:,}")
    return budget


def _known(store: Store, key: str) -> None:
    if key not in {site.key for site in sites.list_sites(store)}:
        raise not_found(f"there is no site with the key {key!r}")


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


handlers = [get_usage, put_budget]
pages = Router("/", route_handlers=[usage_page, save_form], include_in_schema=False)
