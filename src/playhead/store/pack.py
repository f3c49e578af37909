"""Pack: one immutable object that holds the batches of one group commit, of any number of sessions.

Layout  little-endian, version 1
        0   8 bytes   magic `PLAYPACK`
        8   uint16    version
        10  uint16    0
        12  uint32    length of the header
        16  uint32    CRC-32 of the header
        20  header    JSON {"made_ms", "batches": [{"facts": {site, session, page, seq, received_ms, …}, "length",
                      "crc32"}]}, see BatchFacts; length and CRC-32 are those of the body
        …   bodies    as the recorder sent them, one after the other in the order of the header
        The header says all that the index knows of a batch, so that the index can be rebuilt from packs alone.
Errors  PackError names the pack, the place and what is wrong; a damaged body spoils its own batch only
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Final, NamedTuple

import msgspec
from isal.isal_zlib import crc32  # 20 KB: 0.7 µs where zlib takes 9

from playhead.store.batch import AdmittedBatch, BatchFacts

MAGIC: Final = b"PLAYPACK"
VERSION: Final = 1
MAX_HEADER_BYTES: Final = 64 << 20  # a group of 8 MB of the smallest batches has a header of about 3 MB
_HEAD = struct.Struct("<8sHHII")
HEAD_BYTES: Final = _HEAD.size


class PackError(ValueError):
    """The bytes are not a pack this version can read."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One batch of a pack."""

    facts: BatchFacts
    length: Annotated[int, msgspec.Meta(ge=0)]
    crc32: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]


class Header(msgspec.Struct, frozen=True):
    made_ms: int
    batches: list[Entry]


class Placed(NamedTuple):
    """An entry and where its body begins in the object."""

    entry: Entry
    start: int


class Contents(NamedTuple):
    """What a pack holds, without its bodies."""

    made_ms: int
    placed: list[Placed]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Header)


def encode_pack(batches: Sequence[AdmittedBatch], *, made_ms: int) -> tuple[bytes, Contents]:
    """Lay the batches out as one object; return its bytes and where everything is."""
    entries = [Entry(batch.facts, len(batch.body), crc32(batch.body)) for batch in batches]
    return join_pack(entries, [batch.body for batch in batches], made_ms=made_ms)


def join_pack(entries: list[Entry], bodies: Sequence[bytes], *, made_ms: int) -> tuple[bytes, Contents]:
    """As `encode_pack`, with the checksums the bodies once had: a damaged one must not come to look whole."""
    header = _encoder.encode(Header(made_ms, entries))
    head = _HEAD.pack(MAGIC, VERSION, 0, len(header), crc32(header))
    blob = b"".join((head, header, *bodies))
    return blob, Contents(made_ms, list(_place(entries, HEAD_BYTES + len(header))))


def read_contents(get_range: Callable[[int, int], bytes], *, name: str) -> Contents:
    """Read head and header with `get_range(start, length)`, or raise PackError; bodies are not read."""
    head = get_range(0, HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        raise PackError(f"pack {name!r}: {len(head)} bytes, a pack has at least {HEAD_BYTES}")
    magic, version, _, length, checksum = _HEAD.unpack(head)
    if magic != MAGIC:
        raise PackError(f"pack {name!r}: begins with {magic!r}, expected {MAGIC!r}")
    if version != VERSION:
        raise PackError(f"pack {name!r}: version {version}, this Playhead reads {VERSION}")
    if length > MAX_HEADER_BYTES:
        raise PackError(f"pack {name!r}: header of {length} bytes, the limit is {MAX_HEADER_BYTES}")
    header = _decode_header(get_range(HEAD_BYTES, length), length, checksum, name)
    return Contents(header.made_ms, list(_place(header.batches, HEAD_BYTES + length)))


def check_body(body: bytes, *, length: int, checksum: int) -> bytes:
    """Return `body` if it is the one that was written, else raise PackError."""
    if len(body) != length:
        raise PackError(f"{len(body)} bytes are left of {length}")
    if crc32(body) != checksum:
        raise PackError("the bytes changed since they were written (checksum)")
    return body


def _decode_header(blob: bytes, length: int, checksum: int, name: str) -> Header:
    if len(blob) < length:
        raise PackError(f"pack {name!r}: ends inside its header ({len(blob)} of {length} bytes)")
    if crc32(blob) != checksum:
        raise PackError(f"pack {name!r}: its header does not have the checksum it was written with")
    try:
        return _decoder.decode(blob)
    except msgspec.DecodeError as error:
        raise PackError(f"pack {name!r}: header: {error}") from None


def _place(entries: Sequence[Entry], start: int) -> Iterator[Placed]:
    for entry in entries:
        yield Placed(entry, start)
        start += entry.length
