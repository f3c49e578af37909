"""Dictionaries: what recordings of a site have in common, kept once, for its sessions to be compressed with.

Object    `dictionaries/MADE_MS-SHA256.dict`: a head (magic `PLAYDICT`, version, length and CRC-32 of the header), a
          header (JSON: site, made_ms), then the content as a zstd frame
Content   of `common`: nothing that fewer than three visitors' sessions hold
Lifetime  never changed; it goes when no session was compressed with it for a day and none is any more. Whoever adds a
          session that needs one touches its row in the same transaction (`hold`), so the two wait for each other
"""

import hashlib
import struct
import threading
from collections import OrderedDict
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa
from isal.isal_zlib import crc32

from playhead.store.index import Index, insert_ignore
from playhead.store.objects import ObjectMissing, Objects
from playhead.store.tables import dictionaries, packs
from playhead.store.zstd import ZstdDict, ZstdError, content_of, deflate, inflate

PREFIX: Final = "dictionaries/"
MAGIC: Final = b"PLAYDICT"
VERSION: Final = 1
LEVEL: Final = 19
UNUSED_MS: Final = 24 * 3_600_000
MAX_CACHED: Final = 8
_HEAD = struct.Struct("<8sHHII")


class DictionaryError(ValueError):
    """A dictionary is gone or damaged."""


class DictionaryGone(RuntimeError):
    """A dictionary was let go of while a session was compressed with it: try again."""


class Dictionary(NamedTuple):
    key: str
    content: ZstdDict


class About(msgspec.Struct, frozen=True):
    site: str
    made_ms: int


class Dictionaries:
    """Dictionaries by key; the last few stay in memory. Thread-safe."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self._cached: OrderedDict[str, Dictionary] = OrderedDict()

    def get(self, key: str) -> Dictionary:
        """Raises DictionaryError."""
        with self._lock:
            if key in self._cached:
                self._cached.move_to_end(key)
                return self._cached[key]
        try:
            _, content = read_dictionary(self._objects.get(key), name=key)
        except ObjectMissing:
            raise DictionaryError(f"its dictionary {key} is gone") from None
        found = Dictionary(key, content_of(content))
        with self._lock:
            self._cached[key] = found
            while len(self._cached) > MAX_CACHED:
                self._cached.popitem(last=False)
        return found


def encode_dictionary(content: bytes, *, site: str, made_ms: int) -> tuple[str, bytes]:
    """Return key and object."""
    header = msgspec.json.encode(About(site, made_ms))
    blob = b"".join((_HEAD.pack(MAGIC, VERSION, 0, len(header), crc32(header)), header, deflate(content, level=LEVEL)))
    return f"{PREFIX}{made_ms:013d}-{hashlib.sha256(blob).hexdigest()[:20]}.dict", blob


def read_dictionary(blob: bytes, *, name: str) -> tuple[About, bytes]:
    """Raises DictionaryError."""
    if len(blob) < _HEAD.size or not blob.startswith(MAGIC):
        raise DictionaryError(f"dictionary {name} begins with {blob[:8]!r}, expected {MAGIC!r}")
    _, version, _, length, checksum = _HEAD.unpack(blob[: _HEAD.size])
    header = blob[_HEAD.size : _HEAD.size + length]
    if version != VERSION:
        raise DictionaryError(f"dictionary {name}: version {version}, this Playhead reads {VERSION}")
    if crc32(header) != checksum:
        raise DictionaryError(f"dictionary {name}: its header does not have the checksum it was written with")
    if name.rpartition("-")[2] != f"{hashlib.sha256(blob).hexdigest()[:20]}.dict":
        raise DictionaryError(f"dictionary {name}: the bytes changed since they were written (checksum)")
    try:
        return msgspec.json.decode(header, type=About), inflate(blob[_HEAD.size + length :])
    except (ZstdError, msgspec.DecodeError) as error:
        raise DictionaryError(f"dictionary {name}: {error}") from None


def save_dictionary(objects: Objects, index: Index, content: bytes, *, site: str, made_ms: int) -> Dictionary:
    """Keep the object, then its row; the newest of a site is the one it uses."""
    key, blob = encode_dictionary(content, site=site, made_ms=made_ms)
    objects.put(key, blob, if_absent=False)
    with index.write() as connection:
        connection.execute(insert_ignore(connection, dictionaries), _row(key, site, made_ms, len(blob)))
    return Dictionary(key, content_of(content))


def newest(index: Index, site: str) -> str:
    """Return the key of the site's newest dictionary, or ""."""
    query = sa.select(dictionaries.c.key).where(dictionaries.c.site == site).order_by(dictionaries.c.made_ms.desc())
    with index.read() as connection:
        return connection.execute(query.limit(1)).scalar() or ""


def hold(connection: sa.Connection, key: str, *, now_ms: int) -> None:
    """Keep the dictionary from being let go of, in the transaction that adds a session which needs it."""
    row = sa.update(dictionaries).where(dictionaries.c.key == key).values(used_ms=now_ms)
    if not connection.execute(row).rowcount:
        raise DictionaryGone(f"dictionary {key} was let go of")


def release_dictionaries(objects: Objects, index: Index, *, now_ms: int) -> int:
    """Delete those that no session needs any more; return how many."""
    needed = sa.exists().where(packs.c.dictionary == dictionaries.c.key)
    idle = sa.and_(dictionaries.c.used_ms < now_ms - UNUSED_MS, sa.not_(needed))
    with index.read() as connection:
        keys = list(connection.execute(sa.select(dictionaries.c.key).where(idle)).scalars())
    gone = 0
    for key in keys:
        with index.write() as connection:
            went = connection.execute(sa.delete(dictionaries).where(dictionaries.c.key == key, idle)).rowcount
        if went:
            objects.delete(key)
            gone += 1
    return gone


def adopt_dictionaries(objects: Objects, index: Index) -> None:
    """Give rows to dictionaries that have none (a crash, a new index); what is needed by nothing goes later."""
    with index.read() as connection:
        known = set(connection.execute(sa.select(dictionaries.c.key)).scalars())
    for key in objects.list(PREFIX):
        if key in known:
            continue
        try:
            blob = objects.get(key)
            about, _ = read_dictionary(blob, name=key)
        except (DictionaryError, ObjectMissing):
            continue  # `check` says so; the sessions that need it say so too
        with index.write() as connection:
            row = _row(key, about.site, about.made_ms, len(blob))
            connection.execute(insert_ignore(connection, dictionaries), row)


def _row(key: str, site: str, made_ms: int, size: int) -> dict[str, object]:
    return {"key": key, "site": site, "made_ms": made_ms, "bytes": size, "used_ms": made_ms, "ratio": 0.0}
