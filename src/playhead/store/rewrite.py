"""Rewrite: take erased batches out of a pack that other sessions share.

No byte of a pack ever changes: one that grows is sealed, then a new one is written with the batches that still have
rows; then, in one transaction, the rows point to it and the old pack's row goes; then the old object goes. After a
crash anywhere in between, `recovery` finds an object without a row: nothing in it is wanted any more, and it goes.
"""

import logging
from collections.abc import Callable, Set
from contextlib import suppress
from typing import Final

import sqlalchemy as sa

from playhead.store.batch import AdmittedBatch
from playhead.store.bodies import Bodies
from playhead.store.dictionaries import Dictionaries
from playhead.store.index import Index
from playhead.store.inflate import InflateError
from playhead.store.objects import ObjectMissing, Objects
from playhead.store.pack import Contents, PackError, Placed, encode_pack, join_pack, read_contents
from playhead.store.tables import batches, leftovers, packs, rewrites
from playhead.store.whole import is_whole
from playhead.store.zstd import deflate

log = logging.getLogger(__name__)


def finish_rewrites(objects: Objects, index: Index, *, new_key: Callable[[], str]) -> int:
    """Rewrite every pack that is marked as holding erased bytes; return how many."""
    with index.read() as connection:
        waiting = connection.execute(sa.select(rewrites.c.pack)).scalars().all()
    for pack in waiting:
        _rewrite(objects, index, pack, new_key)
    return len(waiting)


def _rewrite(objects: Objects, index: Index, pack: int, new_key: Callable[[], str]) -> None:
    _seal(index, pack)
    with index.read() as connection:
        old_key = connection.execute(sa.select(packs.c.key).where(packs.c.id == pack)).scalar()
        wanted = set(connection.execute(_KEYS, {"pack": pack}))
    if old_key is None:
        with index.write() as connection:
            connection.execute(sa.delete(rewrites).where(rewrites.c.pack == pack))
        return
    made = _copy(objects, old_key, wanted, new_key()) if wanted else None
    with index.write() as connection:
        if made:
            _repoint(connection, pack, *made)
        connection.execute(sa.delete(leftovers).where(leftovers.c.pack == pack))
        connection.execute(sa.delete(packs).where(packs.c.id == pack))
        connection.execute(sa.delete(rewrites).where(rewrites.c.pack == pack))
    objects.delete(old_key)


def _seal(index: Index, pack: int) -> None:
    """Have nothing more appended: its writer asks in the transaction of each group whether the pack still grows."""
    growing = sa.and_(packs.c.id == pack, packs.c.growing)
    with index.read() as connection:
        if not connection.execute(sa.select(packs.c.id).where(growing)).first():
            return
    with index.write() as connection:
        connection.execute(sa.update(packs).where(growing).values(growing=False))


def _copy(objects: Objects, old_key: str, wanted: Set[object], key: str) -> tuple[str, int, Contents] | None:
    """Write the wanted batches under `key`, as they are, damaged ones too; None where the old pack is gone."""
    try:
        contents = read_contents(lambda start, length: objects.get_range(old_key, start, length), name=old_key)
        kept = [item for item in contents.placed if item.entry.facts.key in wanted]
        if is_whole(old_key):
            blob, copied = _part_of_whole(objects, old_key, kept, made_ms=contents.made_ms)
        else:
            bodies = [objects.get_range(old_key, i.start, i.entry.length).ljust(i.entry.length) for i in kept]
            blob, copied = join_pack([item.entry for item in kept], bodies, made_ms=contents.made_ms)
    except ObjectMissing:
        log.warning("pack %s is gone: its sessions lose what it held", old_key)
        return None
    objects.put(key, blob)
    return key, len(blob), copied


def _part_of_whole(objects: Objects, key: str, kept: list[Placed], *, made_ms: int) -> tuple[bytes, Contents]:
    """Return what is wanted of a whole session as a pack again, without what cannot be read."""
    bodies = Bodies(objects, Dictionaries(objects))
    found: list[AdmittedBatch] = []
    for item in kept:
        with suppress(PackError, InflateError):
            body = bodies.get(key, item.start, item.entry.length, 0)
            found.append(AdmittedBatch(item.entry.facts, deflate(body)))
    return encode_pack(found, made_ms=made_ms)


def _repoint(connection: sa.Connection, old: int, key: str, size: int, contents: Contents) -> None:
    """Make the new pack's row and let the batches that are still wanted point to it.

    A batch erased since the copy was made has no row any more; its bytes are in the new pack, so that one is marked
    in turn.
    """
    row = {"key": key, "made_ms": contents.made_ms, "bytes": size}
    pack = connection.execute(sa.insert(packs).returning(packs.c.id), row).scalar_one()
    connection.execute(_REPOINT, [_place(item, old, pack) for item in contents.placed])
    left = connection.execute(sa.select(sa.func.count()).where(batches.c.pack == pack)).scalar_one()
    if left < len(contents.placed):
        connection.execute(sa.insert(rewrites).values(pack=pack))


def _place(item: Placed, old: int, pack: int) -> dict[str, object]:
    session, page, seq = item.entry.facts.key
    place = {"p_pack": pack, "p_start": item.start, "p_length": item.entry.length, "p_crc32": item.entry.crc32}
    return {"p_session": session, "p_page": page, "p_seq": seq, "p_old": old, **place}


_KEYS: Final = sa.select(batches.c.session, batches.c.page, batches.c.seq).where(batches.c.pack == sa.bindparam("pack"))
_REPOINT: Final = (
    sa.update(batches)
    .where(
        batches.c.session == sa.bindparam("p_session"),
        batches.c.page == sa.bindparam("p_page"),
        batches.c.seq == sa.bindparam("p_seq"),
        batches.c.pack == sa.bindparam("p_old"),
    )
    .values(
        pack=sa.bindparam("p_pack"),
        start=sa.bindparam("p_start"),
        length=sa.bindparam("p_length"),
        crc32=sa.bindparam("p_crc32"),
    )
)
