"""Sites: the keys recorders write under, and whether anything has arrived."""

import secrets

import msgspec
import sqlalchemy as sa

from playhead.store import Store
from playhead.store.index import insert_ignore
from playhead.store.tables import sessions, sites

DEMO_KEY = "demo"
MAX_COUNTED = 10_000
MAX_SITES = 1_000
MAX_NAME = 80  # characters


class SiteError(ValueError):
    """A site cannot be made or called like that; the message says why."""


class Site(msgspec.Struct):
    key: str
    name: str


class SiteStatus(msgspec.Struct):
    key: str
    name: str
    sessions: int  # MAX_COUNTED at most
    last_session_id: str | None


class Held(msgspec.Struct):
    """What a site takes up."""

    sessions: int
    bytes: int  # of its batches, as they arrived
    oldest_ms: float  # when its oldest session started, server's clock; 0 where it has none


def held(store: Store, key: str) -> Held:
    asked = sa.select(sa.func.count(), sa.func.sum(sessions.c.bytes), sa.func.min(sessions.c.started_ms))
    with store.index.read() as connection:
        count, size, oldest = connection.execute(asked.where(sessions.c.site == key)).one()
    return Held(count, int(size or 0), oldest or 0.0)


def ensure_default(store: Store) -> str:
    """Make the demo's site and, once, a first site of one's own; return the latter's key."""
    with store.index.write() as connection:
        now = int(store.now_ms())
        demo = {"key": DEMO_KEY, "name": "Demo shop", "created_ms": now, "settings": "{}"}
        connection.execute(insert_ignore(connection, sites).values(demo))
        own = sa.select(sites.c.key).where(sites.c.key != DEMO_KEY).order_by(sites.c.created_ms, sites.c.key)
        key = connection.execute(own.limit(1)).scalar()
        if key is None:
            key = f"ph_{secrets.token_hex(8)}"
            row = {"key": key, "name": "My site", "created_ms": now, "settings": "{}"}
            connection.execute(sa.insert(sites).values(row))
    return key


def list_sites(store: Store) -> list[Site]:
    with store.index.read() as connection:
        rows = connection.execute(sa.select(sites.c.key, sites.c.name).order_by(sites.c.created_ms, sites.c.key))
        return [Site(key, name) for key, name in rows]


def find_site(store: Store, key: str) -> Site | None:
    with store.index.read() as connection:
        row = connection.execute(sa.select(sites.c.key, sites.c.name).where(sites.c.key == key)).first()
    return None if row is None else Site(*row)


def add_site(store: Store, name: str) -> Site:
    """Make a site with a key of its own; raises SiteError."""
    name = _name(name)
    with store.index.write() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(sites)).scalar_one() >= MAX_SITES:
            raise SiteError(f"this server has {MAX_SITES} sites, which is as many as it takes")
        _refuse_taken(connection, name, "")
        made = Site(f"ph_{secrets.token_hex(8)}", name)
        row = {"key": made.key, "name": name, "created_ms": int(store.now_ms()), "settings": "{}"}
        connection.execute(sa.insert(sites).values(row))
    return made


def rename_site(store: Store, key: str, name: str) -> Site | None:
    """Call a site something else; its key stays. None where there is no such site; raises SiteError."""
    name = _name(name)
    with store.index.write() as connection:
        _refuse_taken(connection, name, key)
        found = connection.execute(sa.update(sites).where(sites.c.key == key).values(name=name)).rowcount
    return Site(key, name) if found else None


def _name(text: str) -> str:
    name = " ".join("".join(char for char in text if char.isprintable()).split())
    if not name:
        raise SiteError("a site needs a name, so that people know it from the others")
    if len(name) > MAX_NAME:
        raise SiteError(f"the name has {len(name)} characters, the limit is {MAX_NAME}")
    return name


def _refuse_taken(connection: sa.Connection, name: str, key: str) -> None:
    same = sa.select(sites.c.key).where(sites.c.name == name, sites.c.key != key)
    if connection.execute(same.limit(1)).first():
        raise SiteError(f"there is a site called {name!r} already")


def status(store: Store, key: str) -> SiteStatus | None:
    """Return how many sessions a site has and its newest, or None if there is no such site."""
    with store.index.read() as connection:
        name = connection.execute(sa.select(sites.c.name).where(sites.c.key == key)).scalar()
        if name is None:
            return None
        of_site = sessions.c.site == key
        some = sa.select(sessions.c.id).where(of_site).limit(MAX_COUNTED).subquery()
        count = connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
        newest = (
            sa.select(sessions.c.id)
            .where(of_site)
            .order_by(sessions.c.started_ms.desc(), sessions.c.id.desc())
            .limit(1)
        )
        return SiteStatus(key, name, count, connection.execute(newest).scalar())
