"""Settings that people change in the interface, kept in the index."""

import msgspec
import sqlalchemy as sa

from playhead.core.site_context import SiteContext
from playhead.store import Store
from playhead.store.tables import settings

MODEL = "model"


class StoredModel(msgspec.Struct):
    model: str = "none"  # "none" or PROVIDER:NAME
    base_url: str = ""
    api_key: str = ""


def load_model(store: Store) -> StoredModel:
    """Return the chosen model; "none" where nobody chose."""
    with store.index.read() as connection:
        text = connection.execute(sa.select(settings.c.value).where(settings.c.name == MODEL)).scalar()
    return StoredModel() if text is None else msgspec.json.decode(text, type=StoredModel)


def save_model(store: Store, *, model: str, base_url: str, api_key: str) -> None:
    text = msgspec.json.encode(StoredModel(model or "none", base_url, api_key)).decode()
    _save(store, MODEL, text)


def load_context(store: Store, site: str) -> SiteContext:
    """Return what a site's team said of it; empty where nobody wrote anything, or it cannot be read."""
    with store.index.read() as connection:
        text = connection.execute(sa.select(settings.c.value).where(settings.c.name == _context_of(site))).scalar()
    try:
        return SiteContext() if text is None else msgspec.json.decode(text, type=SiteContext)
    except msgspec.MsgspecError:
        return SiteContext()


def save_context(store: Store, site: str, context: SiteContext) -> None:
    _save(store, _context_of(site), msgspec.json.encode(context).decode())


class Budget(msgspec.Struct, frozen=True):
    """What a site may use of models in a calendar month (UTC); None is no limit."""

    monthly_usd: float | None = None
    monthly_tokens: int | None = None


def load_budget(store: Store, site: str) -> Budget:
    """Return a site's budget; what cannot be read counts as none at all to spend."""
    with store.index.read() as connection:
        text = connection.execute(sa.select(settings.c.value).where(settings.c.name == f"budget:{site}")).scalar()
    try:
        return Budget() if text is None else msgspec.json.decode(text, type=Budget)
    except msgspec.MsgspecError:
        return Budget(0.0, 0)


def save_budget(store: Store, site: str, budget: Budget) -> None:
    _save(store, f"budget:{site}", msgspec.json.encode(budget).decode())


def _context_of(site: str) -> str:
    return f"context:{site}"


def _save(store: Store, name: str, text: str) -> None:
    with store.index.write() as connection:
        connection.execute(sa.delete(settings).where(settings.c.name == name))
        connection.execute(sa.insert(settings).values(name=name, value=text))
