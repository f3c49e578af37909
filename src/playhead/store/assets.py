"""Assets in the store: style sheets, fonts and pictures by the SHA-256 of their bytes, and who asked for them.

Layout    `assets/ab/<sha256>` holds the bytes as they were answered (sheets as UTF-8); a row a session and address
Lifetime  an object goes when no session's row names it any more: an erasure marks it, as it marks segments
Order     bytes first, then the rows in one transaction with the round that says they are complete
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from playhead.store.index import Index, insert_ignore
from playhead.store.objects import ObjectExists, ObjectMissing, Objects
from playhead.store.tables import asset_rounds, assets, removals, sessions

PREFIX: Final = "assets/"
MAX_TRIES: Final = 3
MAX_AGE_MS: Final = 24 * 3_600_000  # of a visit: what a page showed is asked for then, or not at all


class Asset(NamedTuple):
    """One address that a session asked for; without `content` it is not kept, for `reason`."""

    hash: str
    url: str
    base: str = ""
    content: str = ""
    kind: str = ""
    bytes: int = 0
    reason: str = ""
    fetched_ms: int = 0


class Round(NamedTuple):
    """What is known of the assets of a session; `done_ms` 0: nobody looked for them yet."""

    revision: int = -1
    done_ms: int = 0
    left_out: int = 0


def key_of(content: str) -> str:
    return f"{PREFIX}{content[:2]}/{content}"


def put_asset(objects: Objects, body: bytes) -> str:
    """Keep the bytes, unless they are kept already; return their SHA-256."""
    content = hashlib.sha256(body).hexdigest()
    with suppress(ObjectExists):
        objects.put(key_of(content), body)
    return content


def assets_of(index: Index, session: str) -> list[Asset]:
    """Return every row of the session, by address."""
    columns = [assets.c[name] for name in Asset._fields]
    with index.read() as connection:
        found = connection.execute(sa.select(*columns).where(assets.c.session == session).order_by(assets.c.url))
        return [Asset(*row) for row in found]


def asset_of(index: Index, session: str, hash: str) -> Asset | None:
    columns = [assets.c[name] for name in Asset._fields]
    with index.read() as connection:
        row = connection.execute(sa.select(*columns).where(assets.c.session == session, assets.c.hash == hash)).first()
        return None if row is None else Asset(*row)


def round_of(index: Index, session: str) -> Round:
    columns = (asset_rounds.c.revision, asset_rounds.c.done_ms, asset_rounds.c.left_out)
    with index.read() as connection:
        row = connection.execute(sa.select(*columns).where(asset_rounds.c.session == session)).first()
        return Round() if row is None else Round(*row)


def recent(index: Index, site: str, hashes: Sequence[str], *, since_ms: int) -> dict[str, Asset]:
    """Return what other sessions of the site were answered of late, by the hash of the address; the newest each."""
    columns = [assets.c[name] for name in Asset._fields]
    found: dict[str, Asset] = {}
    with index.read() as connection:
        for start in range(0, len(hashes), 500):
            query = sa.select(*columns).where(
                assets.c.site == site,
                assets.c.hash.in_(hashes[start : start + 500]),
                assets.c.fetched_ms > since_ms,
                assets.c.content != "",
            )
            for row in connection.execute(query.order_by(assets.c.fetched_ms)):
                found[row[0]] = Asset(*row)
    return found


def begin_round(index: Index, session: str) -> int:
    """Write down that somebody looks for the session's assets; return which try it is."""
    with index.write() as connection:
        connection.execute(insert_ignore(connection, asset_rounds), _new_round(session))
        own = asset_rounds.c.session == session
        query = sa.update(asset_rounds).where(own).values(tries=asset_rounds.c.tries + 1)
        return connection.execute(query.returning(asset_rounds.c.tries)).scalar_one()


def finish_round(objects: Objects, index: Index, session: str, site: str, found: Iterable[Asset], asked: Round) -> bool:
    """Replace the session's rows and say that they are complete; False, and nothing kept, if it was erased."""
    kept = list(found)
    whole = {asset.content for asset in kept if asset.content and _is_there(objects, key_of(asset.content))}
    kept = [asset if asset.content in whole or not asset.content else _lost(asset) for asset in kept]
    with index.write() as connection:
        exists = connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session)).first() is not None
        mark_assets(connection, session, but=whole if exists else ())
        if not exists:
            rows = [{"key": key_of(content)} for content in whole]
            if rows:
                connection.execute(insert_ignore(connection, removals), rows)
        connection.execute(sa.delete(assets).where(assets.c.session == session))
        connection.execute(sa.delete(asset_rounds).where(asset_rounds.c.session == session))
        if exists:
            rows = [{"session": session, "site": site, **asset._asdict()} for asset in kept]
            if rows:
                connection.execute(insert_ignore(connection, assets), rows)
            connection.execute(sa.insert(asset_rounds), {**_new_round(session), **asked._asdict()})
    return exists


def add_asset(index: Index, session: str, site: str, asset: Asset) -> bool:
    """Give a session that goes on a row for what another one has; False where it was erased."""
    with index.write() as connection:
        there = sa.select(sessions.c.id).where(sessions.c.id == session).with_for_update(read=True)
        if connection.execute(there).first() is None:
            return False
        row = {"session": session, "site": site, **asset._asdict()}
        connection.execute(insert_ignore(connection, assets), row)
        return True


def mark_assets(connection: sa.Connection, session: str, *, but: Iterable[str] = ()) -> None:
    """Remember, in this transaction, that objects which the session alone may name are to be deleted."""
    contents = sa.select(assets.c.content).where(assets.c.session == session, assets.c.content != "").distinct()
    rows = [{"key": key_of(content)} for content in set(connection.execute(contents).scalars()) - set(but)]
    if rows:
        connection.execute(insert_ignore(connection, removals), rows)


def wanted_keys(connection: sa.Connection, keys: Sequence[str]) -> set[str]:
    """Return those of the keys that a session still names."""
    contents = [key.rpartition("/")[2] for key in keys if key.startswith(PREFIX)]
    found: set[str] = set()
    for start in range(0, len(contents), 500):
        named = sa.select(assets.c.content).where(assets.c.content.in_(contents[start : start + 500])).distinct()
        found.update(key_of(content) for content in connection.execute(named).scalars())
    return found


def waiting_for_assets(index: Index, sites: Sequence[str], rest: Any, *, since_ms: float, limit: int) -> list[str]:
    """Return sessions at rest (`rest`) that began after `since_ms` and whose assets nobody looked for, newest first."""
    behind = sa.or_(asset_rounds.c.session.is_(None), asset_rounds.c.revision < sessions.c.log_revision)
    tried = sa.func.coalesce(asset_rounds.c.tries, 0) < MAX_TRIES
    query = (
        sa.select(sessions.c.id)
        .outerjoin(asset_rounds, asset_rounds.c.session == sessions.c.id)
        .where(sessions.c.site.in_(sites), sessions.c.started_ms > since_ms, rest, behind, tried)
        .where(sessions.c.digest_revision >= sessions.c.log_revision)
        .order_by(sessions.c.started_ms.desc())
        .limit(limit)
    )
    with index.read() as connection:
        return list(connection.execute(query).scalars())


def held_of_site(index: Index, site: str) -> tuple[int, int]:
    """Return how many files are kept for the site's sessions, and their bytes; each file once."""
    own = sa.select(assets.c.content, sa.func.max(assets.c.bytes).label("size"))
    own = own.where(assets.c.site == site, assets.c.content != "").group_by(assets.c.content).subquery()
    with index.read() as connection:
        count, size = connection.execute(sa.select(sa.func.count(), sa.func.sum(own.c.size)).select_from(own)).one()
        return count, int(size or 0)


def fetched_since(index: Index, site: str, since_ms: int) -> int:
    """Return how many addresses of the site were asked for since."""
    number = sa.func.count(sa.distinct(assets.c.hash))
    with index.read() as connection:
        query = sa.select(number).where(assets.c.site == site, assets.c.fetched_ms > since_ms)
        return connection.execute(query).scalar_one()


def known_contents(index: Index) -> dict[str, str]:
    """Return every object that rows name, with a session that does."""
    query = sa.select(assets.c.content, sa.func.min(assets.c.session)).where(assets.c.content != "")
    with index.read() as connection:
        return {key_of(content): session for content, session in connection.execute(query.group_by(assets.c.content))}


def remove_asset_orphans(objects: Objects, index: Index) -> int:
    """Delete objects that no session names; only while nobody else has the store open."""
    known = known_contents(index)
    orphans = [key for key in objects.list(PREFIX) if key not in known]
    for key in orphans:
        objects.delete(key)
    return len(orphans)


def damaged(objects: Objects, *, quick: bool) -> Iterator[tuple[str, bool]]:
    """Give every object's key, and whether its bytes are not what its name says (never where `quick`)."""
    for key in objects.list(PREFIX):
        try:
            wrong = not quick and hashlib.sha256(objects.get(key)).hexdigest() != key.rpartition("/")[2]
        except ObjectMissing:  # erased meanwhile
            continue
        yield key, wrong


def _is_there(objects: Objects, key: str) -> bool:
    try:
        objects.get_range(key, 0, 1)
    except ObjectMissing:
        return False
    return True


def _lost(asset: Asset) -> Asset:
    """Another session's erasure took the bytes between our look and our rows."""
    return asset._replace(content="", kind="", bytes=0, reason="lost")


def _new_round(session: str) -> dict[str, Any]:
    return {"session": session, "revision": -1, "tries": 0, "done_ms": 0, "left_out": 0}
