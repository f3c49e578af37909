"""Compaction: finished sessions leave the packs they arrived in, each for one small object of its own (`whole`).

Waiting   a session that was digested stands in `uncompacted`; it is ready once it is scrubbed and rested for a while
Order     object put → read back and compared → in one transaction: its row, the batches' rows point there, the packs
          that held them note a second copy (`leftovers`) → a pack none of whose batches is wanted any more is deleted.
          A kill at any moment leaves the session readable from the one or the other; recovery removes the second copy
Late      batches that arrive afterwards lie in packs as always; the next digest queues the session again
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from playhead.store.batch import BatchFacts
from playhead.store.dictionaries import Dictionary, DictionaryGone, hold
from playhead.store.digests import AHEAD_MS
from playhead.store.index import insert_ignore
from playhead.store.inflate import InflateError
from playhead.store.log import StoredBatch
from playhead.store.objects import ObjectMissing
from playhead.store.pack import PackError, read_contents
from playhead.store.recovery import held
from playhead.store.rewrite import finish_rewrites
from playhead.store.tables import batches, leftovers, packs, rewrites, scrubbed, sessions, uncompacted
from playhead.store.whole import MAX_TEXT_BYTES, SUFFIX, Shaped, decode_whole, is_whole

if TYPE_CHECKING:
    from playhead.store import Store

SPARSE: Final = 4  # a pack of which less than a quarter is wanted is written anew
OLD_MS: Final = 24 * 3_600_000
log = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """A session that may be compacted."""

    session: str
    visitor: str
    last_received_ms: int


class Loaded(NamedTuple):
    """A session's batches, ready to be compressed."""

    session: str
    stored: list[StoredBatch]
    shaped: Shaped
    size: int  # bytes of JSON


class _Moved(Exception):
    """Batches were scrubbed, erased or moved meanwhile: try again later."""


def sites_waiting(store: "Store") -> list[str]:
    with store.index.read() as connection:
        return list(connection.execute(sa.select(uncompacted.c.site).distinct()).scalars())


def waiting(store: "Store", site: str, *, rest_ms: int, limit: int) -> list[Waiting]:
    """Return sessions of a site that rested for `rest_ms`, those that rested longest first."""
    now_ms = store.now_ms()
    last = sessions.c.last_received_ms
    rested = sa.or_(last < now_ms - rest_ms, last > now_ms + AHEAD_MS)
    clean = sa.or_(
        scrubbed.c.revision >= sessions.c.log_revision,
        sa.and_(sessions.c.source == "import", scrubbed.c.session.is_(None)),
    )
    digested = sa.and_(sessions.c.digest_revision >= sessions.c.log_revision, sessions.c.digest_error == "")
    who = sa.case((sessions.c.user_id != "", sessions.c.user_id), else_=sessions.c.visitor)
    query = (
        sa.select(sessions.c.id, who, last)
        .join(uncompacted, uncompacted.c.session == sessions.c.id)
        .outerjoin(scrubbed, scrubbed.c.session == sessions.c.id)
        .where(uncompacted.c.site == site, rested, clean, digested)
        .order_by(last, sessions.c.id)
        .limit(limit)
    )
    with store.index.read() as connection:
        return [Waiting(*row) for row in connection.execute(query)]


def load(store: "Store", session: str) -> Loaded | None:
    """Read what the session's packs hold; None, and it no longer waits, where nothing can be made smaller."""
    found = list(store.log.batches(session))
    if len({batch.pack for batch in found}) == 1 and is_whole(found[0].pack):
        found = []
    facts = _facts(store, {batch.pack for batch in found})
    stored: list[StoredBatch] = []
    bodies: list[bytes] = []
    left = MAX_TEXT_BYTES
    reader = store.log.bodies()
    for batch in found:
        try:
            body = reader.get(*batch.place)
        except (ObjectMissing, PackError, InflateError):
            continue  # it stays where it is
        left -= len(body)
        if batch.key in facts and left >= 0:
            stored.append(batch)
            bodies.append(body)
    if not stored or left < 0:
        forget(store, session)
        return None
    shaped = Shaped([facts[batch.key] for batch in stored], bodies)
    return Loaded(session, stored, shaped, sum(map(len, bodies)))


def forget(store: "Store", session: str) -> None:
    """The session waits no longer."""
    with store.index.write(rebuildable=True) as connection:
        connection.execute(sa.delete(uncompacted).where(uncompacted.c.session == session))


def _facts(store: "Store", keys: set[str]) -> dict[tuple[str, str, int], BatchFacts]:
    found: dict[tuple[str, str, int], BatchFacts] = {}
    for key in keys:
        try:
            contents = read_contents(
                lambda start, length, key=key: store.objects.get_range(key, start, length), name=key
            )
        except (ObjectMissing, PackError):
            continue
        found.update((item.entry.facts.key, item.entry.facts) for item in contents.placed)
    return found


def keep(store: "Store", loaded: Loaded, dictionary: Dictionary | None) -> int:
    """Compress, keep, compare, let the session's rows point there; return the object's bytes, 0 if it was not kept."""
    made_ms = store.now_ms()
    blob, contents = loaded.shaped.encode(made_ms=made_ms, dictionary=dictionary)
    key = store.new_key().removesuffix(".pack") + SUFFIX
    store.objects.put(key, blob)
    text = decode_whole(store.objects.get(key), store.log.dictionaries, name=key)
    reader = store.log.bodies()
    try:
        for batch, placed in zip(loaded.stored, contents.placed, strict=True):
            if reader.get(*batch.place) != text[placed.start : placed.start + placed.entry.length]:
                raise PackError(f"session {loaded.session}: what was read back is not what was written")
        _point(store, loaded, key, made_ms, len(blob), dictionary.key if dictionary else "")
    except (_Moved, DictionaryGone, ObjectMissing, PackError, InflateError) as error:
        log.info("session %s is compacted later: %s", loaded.session, error)
        store.objects.delete(key)
        return 0
    return len(blob)


def _point(store: "Store", loaded: Loaded, key: str, made_ms: int, size: int, dictionary: str) -> None:
    """In one transaction: rows point to the object, and the packs note that they hold a second copy."""
    with store.index.write() as connection:
        if dictionary:
            hold(connection, dictionary, now_ms=made_ms)
        row = {"key": key, "made_ms": made_ms, "bytes": size, "dictionary": dictionary}
        pack = connection.execute(sa.insert(packs).returning(packs.c.id), row).scalar_one()
        old_keys = {batch.pack for batch in loaded.stored}
        ids = dict(iter(connection.execute(sa.select(packs.c.key, packs.c.id).where(packs.c.key.in_(old_keys)))))
        start = moved = 0
        for batch, length in zip(loaded.stored, loaded.shaped.lengths, strict=True):
            own = [batches.c[name] == value for name, value in zip(batch.key._fields, batch.key, strict=True)]
            still = sa.and_(*own, batches.c.pack == ids.get(batch.pack, -1), batches.c.start == batch.start)
            place = {"pack": pack, "start": start, "length": length, "crc32": 0}
            moved += connection.execute(sa.update(batches).where(still).values(place)).rowcount
            start += length
        if moved < len(loaded.stored):
            raise _Moved("its batches were moved meanwhile")
        _release(connection, loaded.session, sorted(ids.values()))
        connection.execute(
            sa.update(sessions).where(sessions.c.id == loaded.session).values(bytes=held(connection, loaded.session)[1])
        )
        connection.execute(sa.delete(uncompacted).where(uncompacted.c.session == loaded.session))


def _release(connection: sa.Connection, session: str, old: Sequence[int]) -> None:
    used = set(connection.execute(sa.select(batches.c.pack).where(batches.c.pack.in_(old)).distinct()).scalars())
    rows = [{"pack": pack, "session": session} for pack in old if pack in used]
    if rows:
        connection.execute(insert_ignore(connection, leftovers), rows)
    free = [{"pack": pack} for pack in old if pack not in used]
    if free:
        connection.execute(insert_ignore(connection, rewrites), free)


def release_packs(store: "Store") -> int:
    """Delete packs that nothing needs, and write those anew of which little is wanted; return how many."""
    live = (
        sa.select(batches.c.pack, sa.func.sum(batches.c.length).label("live"))
        .where(batches.c.pack.in_(sa.select(leftovers.c.pack)))
        .group_by(batches.c.pack)
        .subquery()
    )
    sparse = (
        sa.select(packs.c.id)
        .join(live, live.c.pack == packs.c.id)
        .where(packs.c.made_ms < store.now_ms() - OLD_MS, live.c.live * SPARSE < packs.c.bytes)
        .limit(500)
    )
    with store.index.write() as connection:
        rows = [{"pack": pack} for pack in connection.execute(sparse).scalars()]
        if rows:
            connection.execute(insert_ignore(connection, rewrites), rows)
    return finish_rewrites(store.objects, store.index, new_key=store.new_key)
