"""Settings that people change in the interface, kept in the index."""

import msgspec
import sqlalchemy as sa

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
    with store.index.write() as connection:
        connection.execute(sa.delete(settings).where(settings.c.name == MODEL))
        connection.execute(sa.insert(settings).values(name=MODEL, value=text))
