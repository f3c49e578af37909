"""GroupPacks: where the bytes of a group commit go: an object of its own, or the end of one that grows.

OwnPacks       one object a group: all that S3 and its like can do, and what nodes that share a store do
GrowingPacks   on a disk of one's own: a file that is made, named and synced with its directory costs 0.3 to 1 ms of CPU
               a group, its end 0.1. A pack grows for GROWN_S or up to GROWN_BYTES: whoever takes a session out of a
               pack writes all of it anew
Order          rows written, not committed → bytes synced → rows committed. The row of a growing pack says how much of
               it is known; it is written in every group's transaction, and only while the pack is `growing`: once
               somebody sealed it there (`rewrite`), nothing is appended to it any more, by any process.
A kill between bytes and commit leaves a section without rows at the end: `recovery` adopts it.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Protocol

import sqlalchemy as sa

from playhead.store.batch import AdmittedBatch
from playhead.store.index import Index, execute_many
from playhead.store.objects import GrowingObject, LocalObjects, Objects
from playhead.store.pack import GROWN, encode_pack
from playhead.store.record import Key, key_of, record_batches, record_pack
from playhead.store.tables import packs

GROWN_BYTES: Final = 1 << 20
GROWN_S: Final = 2.0

log = logging.getLogger(__name__)
Sites = dict[str, str]
NewKey = Callable[[int], str]


class KeptAlready(Exception):
    """Rolls a transaction back: some of its batches are in the index. Nothing was written."""

    def __init__(self, keys: set[Key]) -> None:
        super().__init__(keys)
        self.keys = keys


class GroupPacks(Protocol):
    def write(self, connection: sa.Connection, made_ms: int, group: Sequence[AdmittedBatch], sites: Sites) -> None:
        """Add the group's rows, make its bytes durable; raises KeptAlready, and what objects and index raise."""
        ...

    def settle(self) -> None:
        """The transaction of the last `write` is committed."""
        ...

    def undo(self) -> bool:
        """The transaction failed: True if its rows are there all the same; else the bytes are taken back."""
        ...

    def close(self) -> None: ...


class OwnPacks:
    def __init__(self, objects: Objects, index: Index, new_key: NewKey) -> None:
        self._objects, self._index, self._new_key = objects, index, new_key
        self._key = ""  # of the last write

    def write(self, connection: sa.Connection, made_ms: int, group: Sequence[AdmittedBatch], sites: Sites) -> None:
        self._key = key = self._new_key(made_ms)
        blob, contents = encode_pack(group, made_ms=made_ms)
        added = record_pack(connection, key=key, made_ms=made_ms, size=len(blob), placed=contents.placed, sites=sites)
        _all_new(group, added)
        self._objects.put(key, blob)

    def settle(self) -> None:
        self._key = ""

    def undo(self) -> bool:
        """Where the index cannot even be read, the pack stays: `recovery` decides at the next start."""
        if self._key and not known_bytes(self._index, self._key):
            self._objects.delete(self._key)
            return False
        return bool(self._key)

    def close(self) -> None:
        pass


class GrowingPacks:
    def __init__(self, objects: LocalObjects, index: Index, new_key: NewKey) -> None:
        self._objects, self._index, self._new_key = objects, index, new_key
        self._key, self._pack, self._made_ms = "", 0, 0
        self._file: GrowingObject | None = None
        self._known = 0  # bytes of the pack that have rows
        self._begun = False  # the last write began a pack, and is not settled
        self._left: list[str] = []  # keys of packs this writer has left and not sealed yet

    def write(self, connection: sa.Connection, made_ms: int, group: Sequence[AdmittedBatch], sites: Sites) -> None:
        blob, contents = encode_pack(group, made_ms=made_ms, version=GROWN)
        file = self._file if self._has_room(made_ms, len(blob)) else None
        if file and (file.gone or not self._extend(connection, file.size + len(blob))):
            file = None  # sealed by somebody who writes it anew
        if file is None:
            self._begin(connection, made_ms, len(blob))
        if self._left:
            _seal(connection, self._left)
        added = record_batches(connection, self._pack, contents.placed, offset=self._known, sites=sites)
        _all_new(group, added)
        if file:
            file.append(blob)
        else:
            self._objects.put(self._key, blob)
            self._file = self._objects.grow(self._key)

    def settle(self) -> None:
        self._left.clear()
        self._begun = False
        if self._file:
            self._known = self._file.size

    def undo(self) -> bool:
        """Where the index cannot be read or the file not be cut, the pack is left growing: the next start decides."""
        size = self._file.size if self._file else 0
        try:
            if size > self._known and known_bytes(self._index, self._key) == size:
                self.settle()
                return True
            if self._begun:
                self._objects.delete(self._key)
            elif self._file:
                self._file.cut(self._known)
                return False
        except Exception:
            self._drop()
            raise
        self._drop()
        return False

    def close(self) -> None:
        """Seal what was grown, so that the next start need not look at it."""
        self._leave()
        if self._left:
            with self._index.write() as connection:
                _seal(connection, self._left)

    def _has_room(self, made_ms: int, more: int) -> bool:
        return self._known + more <= GROWN_BYTES and 0 <= made_ms - self._made_ms <= GROWN_S * 1000

    def _extend(self, connection: sa.Connection, size: int) -> bool:
        return execute_many(connection, _EXTEND, [{"p_key": self._key, "p_bytes": size}]) == 1

    def _begin(self, connection: sa.Connection, made_ms: int, size: int) -> None:
        self._leave()
        self._key, self._made_ms, self._begun = self._new_key(made_ms), made_ms, True
        row = {"key": self._key, "made_ms": made_ms, "bytes": size, "growing": True}
        self._pack = connection.execute(sa.insert(packs).returning(packs.c.id), row).scalar_one()

    def _leave(self) -> None:
        """Append no more to the pack at hand; its row learns of it with the next transaction."""
        if self._file:
            self._left.append(self._key)
        self._drop()

    def _drop(self) -> None:
        if self._file:
            with suppress(OSError):
                self._file.close()
        self._file, self._known, self._begun = None, 0, False


def known_bytes(index: Index, key: str) -> int:
    """Return how many bytes of a pack the index knows, 0 where it knows none."""
    with index.read() as connection:
        return connection.execute(sa.select(packs.c.bytes).where(packs.c.key == key)).scalar() or 0


def _seal(connection: sa.Connection, keys: Sequence[str]) -> None:
    connection.execute(sa.update(packs).where(packs.c.key.in_(keys)).values(growing=False))


def _all_new(group: Sequence[AdmittedBatch], added: set[Key]) -> None:
    if len(added) < len(group):
        raise KeptAlready({key_of(batch.facts) for batch in group} - added)


_EXTEND: Final = (
    sa.update(packs)
    .where(packs.c.key == sa.bindparam("p_key"), packs.c.growing)
    .values(bytes=sa.bindparam("p_bytes", type_=sa.BigInteger))
)
