"""Copy: a whole store into another, of another kind or of the same; either way round, and resumable.

Objects   each one put, read back and compared by SHA-256; one that lies there already is compared, not sent again.
          What the source no longer has (erased since a copy that was cut short) is deleted.
Rows      every table in one transaction at the end, counted and compared by a checksum on both sides
Resume    the target remembers which store it is a copy of; a store that holds anything else is refused
Both stores must be open for nobody else (`open_store(exclusive=True)`).
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from playhead.store import Store, search
from playhead.store.index import Index, insert_ignore
from playhead.store.metadata import metadata
from playhead.store.objects import ObjectMissing, Objects
from playhead.store.postgres import take_your_time
from playhead.store.tables import packs, schema, sessions, settings

ROWS: Final = 2_000  # at once, in memory
STORE_ID: Final = "store_id"
COPIED_FROM: Final = "copied_from"

Progress = Callable[[str, int, int], None]


class CopyRefused(ValueError):
    """The target may not be written to, or what was copied did not come out the same."""


class Copied(NamedTuple):
    objects: int  # of the store; of them …
    sent: int  # … were not there yet
    deleted: int
    bytes: int
    rows: int


def copy_store(source: Store, target: Store, *, progress: Progress = lambda *_: None) -> Copied:
    """Make `target` hold what `source` holds; raises CopyRefused."""
    _claim(target, _store_id(source))
    keys = list(source.objects.list())
    sent = size = 0
    there = set(target.objects.list())
    for number, key in enumerate(keys):
        progress("objects", number, len(keys))
        length, new = _copy_object(source.objects, target.objects, key, there=key in there)
        size, sent = size + length, sent + new
    progress("objects", len(keys), len(keys))
    gone = sorted(there - set(keys))
    for key in gone:
        target.objects.delete(key)
    rows = _copy_rows(source.index, target.index, progress)
    return Copied(len(keys), sent, len(gone), size, rows)


def _store_id(source: Store) -> str:
    with source.index.write() as connection:
        row = {"name": STORE_ID, "value": json.dumps(secrets.token_hex(16))}
        connection.execute(insert_ignore(connection, settings), row)
        return connection.execute(sa.select(settings.c.value).where(settings.c.name == STORE_ID)).scalar_one()


def _claim(target: Store, source_id: str) -> None:
    """Take the target for this copy, unless it holds something of its own."""
    with target.index.write() as connection:
        values = dict(iter(connection.execute(sa.select(settings.c.name, settings.c.value))))
        if source_id == values.get(STORE_ID) != values.get(COPIED_FROM):
            raise CopyRefused("source and target are the same store")
        if values.get(COPIED_FROM) == source_id:
            return
        used = any(connection.execute(sa.select(table.c.id).limit(1)).first() for table in (sessions, packs))
        if used or next(iter(target.objects.list()), None) is not None:
            raise CopyRefused("the target holds recordings already, and is no copy of this store: choose an empty one")
        connection.execute(insert_ignore(connection, settings), {"name": COPIED_FROM, "value": source_id})


def _copy_object(source: Objects, target: Objects, key: str, *, there: bool) -> tuple[int, bool]:
    """Return the object's length, and whether it had to be sent."""
    blob = source.get(key)
    if there and _is_same(target, key, blob):
        return len(blob), False
    target.put(key, blob, if_absent=False)
    if not _is_same(target, key, blob):
        raise CopyRefused(f"{key}: what was read back is not what was written (SHA-256): try again")
    return len(blob), True


def _is_same(target: Objects, key: str, blob: bytes) -> bool:
    try:
        return hashlib.sha256(target.get(key)).digest() == hashlib.sha256(blob).digest()
    except ObjectMissing:
        return False


def _copy_rows(source: Index, target: Index, progress: Progress) -> int:
    tables = [table for table in metadata.sorted_tables if table is not schema]
    total = 0
    with source.read() as reading, target.write() as writing:
        take_your_time(reading)
        take_your_time(writing)
        for number, table in enumerate(tables):
            progress("tables", number, len(tables))
            keep = settings.c.name == COPIED_FROM if table is settings else sa.false()
            writing.execute(sa.delete(table).where(sa.not_(keep)))
            count, checksum = 0, 0
            for rows in _batches(reading, table):
                writing.execute(sa.insert(table), [row._asdict() for row in rows])
                count += len(rows)
                checksum = (checksum + _checksum(rows)) % _MODULUS
            _verify(writing, table, count, checksum)
            _continue_numbers(writing, table)
            total += count
        search.rebuild(writing)
    progress("tables", len(tables), len(tables))
    return total


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[sa.Row[Any]]]:
    query = sa.select(table) if table is not settings else sa.select(table).where(settings.c.name != COPIED_FROM)
    yield from connection.execute(query, execution_options={"yield_per": ROWS}).partitions(ROWS)


_MODULUS: Final = 1 << 128


def _checksum(rows: Sequence[sa.Row[Any]]) -> int:
    """Return a sum that does not depend on the order of the rows: the two engines sort text differently."""
    digests = (hashlib.sha256(repr(tuple(row)).encode("utf-8", "surrogatepass")).digest() for row in rows)
    return sum(int.from_bytes(digest[:16]) for digest in digests) % _MODULUS


def _verify(connection: sa.Connection, table: sa.Table, count: int, checksum: int) -> None:
    found, total = 0, 0
    for rows in _batches(connection, table):
        found += len(rows)
        total = (total + _checksum(rows)) % _MODULUS
    if (found, total) != (count, checksum):
        raise CopyRefused(f"table {table.name}: {count} rows were written, others are there now: try again")


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL count on behind the numbers that were copied; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    highest = connection.execute(sa.select(sa.func.max(column))).scalar()
    if connection.execute(sa.select(sequence)).scalar() and highest:
        connection.execute(sa.select(sa.func.setval(sequence, highest)))
