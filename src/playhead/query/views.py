"""Views: filters of the sessions list that people gave a name; kept in the index, the same for everybody."""

from typing import Final

import msgspec
import sqlalchemy as sa

from playhead.query import filters
from playhead.store import Store
from playhead.store.tables import settings

VIEWS: Final = "views"
MAX_VIEWS: Final = 30
MAX_NAME_CHARS: Final = 40


class ViewError(ValueError):
    """The views cannot be kept; the message says which and why."""


class SavedView(msgspec.Struct):
    name: str
    q: str  # a filter, see `query.filters`


def load_views(store: Store) -> list[SavedView]:
    """Return the views in the order they were made."""
    with store.index.read() as connection:
        text = connection.execute(sa.select(settings.c.value).where(settings.c.name == VIEWS)).scalar()
    try:
        return [] if text is None else msgspec.json.decode(text, type=list[SavedView])
    except msgspec.MsgspecError:
        return []


def save_view(store: Store, name: str, q: str) -> list[SavedView]:
    """Keep a filter under a name, in place of one of that name; return all views. Raises ViewError."""
    name, q = " ".join(name.split()), q.strip()
    if not name or len(name) > MAX_NAME_CHARS:
        raise ViewError(f"a view needs a name of 1 to {MAX_NAME_CHARS} characters")
    if not q:
        raise ViewError("a view keeps a filter: type one first")
    try:
        filters.condition(q)
    except filters.FilterError as error:
        raise ViewError(f"the filter cannot be read: {error}") from None
    kept = [view for view in load_views(store) if view.name != name]
    if len(kept) >= MAX_VIEWS:
        raise ViewError(f"at most {MAX_VIEWS} views are kept: delete one first")
    return _save(store, [*kept, SavedView(name, q)])


def delete_view(store: Store, name: str) -> bool:
    """Forget a view; False where there is none of that name."""
    known = load_views(store)
    kept = [view for view in known if view.name != name]
    if len(kept) == len(known):
        return False
    _save(store, kept)
    return True


def _save(store: Store, views: list[SavedView]) -> list[SavedView]:
    text = msgspec.json.encode(views).decode()
    with store.index.write() as connection:
        connection.execute(sa.delete(settings).where(settings.c.name == VIEWS))
        connection.execute(sa.insert(settings).values(name=VIEWS, value=text))
    return views
