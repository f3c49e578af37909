"""Pack: one immutable object that holds the batches of one group commit, of any number of sessions.

Version 2 holds one finished session as a whole, see `whole`; its head and its Contents are those of version 1.
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

from playhead.store import whole_header
from playhead.store.batch import AdmittedBatch, BatchFacts

MAGIC: Final = b"PLAYPACK"
VERSION: Final = 1
WHOLE: Final = 2
MAX_HEADER_BYTES: Final = 64 << 20  # a group of 8 MB of the smallest batches has a header of about 3 MB
_HEAD = struct.Struct("<8sHHII")
HEAD_BYTES: Final = _HEAD.size


class PackError(ValueError):
    """The bytes are not a pack this version can read."""


class Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One batch of a pack; in a whole session `length` is that of its JSON, and one checksum stands for all."""

    facts: BatchFacts
    length: Annotated[int, msgspec.Meta(ge=0)]
    crc32: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
    kept: int = -1  # bytes of the object that count as its own, where that is not `length`


class Header(msgspec.Struct, frozen=True):
    made_ms: int
    batches: list[Entry]


class Placed(NamedTuple):
    """An entry and where its body begins in the object, or in the text of a whole session."""

    entry: Entry
    start: int


class Contents(NamedTuple):
    """What a pack holds, without its bodies."""

    made_ms: int
    placed: list[Placed]
    size: int  # of the object
    dictionary: str = ""  # key of the one that a whole session was compressed with


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Header)


def encode_pack(batches: Sequence[AdmittedBatch], *, made_ms: int) -> tuple[bytes, Contents]:
    """Lay the batches out as one object; return its bytes and where everything is."""
    entries = [Entry(batch.facts, len(batch.body), crc32(batch.body)) for batch in batches]
    return join_pack(entries, [batch.body for batch in batches], made_ms=made_ms)


def join_pack(entries: list[Entry], bodies: Sequence[bytes], *, made_ms: int) -> tuple[bytes, Contents]:
    """As `encode_pack`, with the checksums the bodies once had: a damaged one must not come to look whole."""
    header = _encoder.encode(Header(made_ms, entries))
    blob = b"".join((head_of(VERSION, header), header, *bodies))
    return blob, Contents(made_ms, list(_place(entries, HEAD_BYTES + len(header))), len(blob))


def read_contents(get_range: Callable[[int, int], bytes], *, name: str) -> Contents:
    """Read head and header with `get_range(start, length)`, or raise PackError; bodies are not read."""
    head = get_range(0, HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        raise PackError(f"pack {name!r}: {len(head)} bytes, a pack has at least {HEAD_BYTES}")
    magic, version, _, length, checksum = _HEAD.unpack(head)
    if magic != MAGIC:
        raise PackError(f"pack {name!r}: begins with {magic!r}, expected {MAGIC!r}")
    if version not in (VERSION, WHOLE):
        raise PackError(f"pack {name!r}: version {version}, this Playhead reads {VERSION} and {WHOLE}")
    if length > MAX_HEADER_BYTES:
        raise PackError(f"pack {name!r}: header of {length} bytes, the limit is {MAX_HEADER_BYTES}")
    blob = get_range(HEAD_BYTES, length)
    if len(blob) < length:
        raise PackError(f"pack {name!r}: ends inside its header ({len(blob)} of {length} bytes)")
    if crc32(blob) != checksum:
        raise PackError(f"pack {name!r}: its header does not have the checksum it was written with")
    try:
        return contents_of(version, blob)
    except (msgspec.DecodeError, whole_header.HeaderError) as error:
        raise PackError(f"pack {name!r}: header: {error}") from None


def contents_of(version: int, header: bytes) -> Contents:
    """Return what a header says; raises msgspec.DecodeError or whole_header.HeaderError."""
    if version == WHOLE:
        about = whole_header.decode(header)
        size = HEAD_BYTES + len(header) + sum(about.frames)
        shares = [size] + [0] * len(about.lengths)  # the first batch stands for the object
        pairs = zip(about.facts(), about.lengths, shares, strict=False)
        entries = [Entry(facts, length, 0, kept) for facts, length, kept in pairs]
        return Contents(about.made_ms, list(_place(entries, 0)), size, about.dictionary)
    old = _decoder.decode(header)
    placed = list(_place(old.batches, HEAD_BYTES + len(header)))
    return Contents(old.made_ms, placed, HEAD_BYTES + len(header) + sum(entry.length for entry in old.batches))


def head_of(version: int, header: bytes) -> bytes:
    return _HEAD.pack(MAGIC, version, 0, len(header), crc32(header))


def check_body(body: bytes, *, length: int, checksum: int) -> bytes:
    """Return `body` if it is the one that was written, else raise PackError."""
    if len(body) != length:
        raise PackError(f"{len(body)} bytes are left of {length}")
    if crc32(body) != checksum:
        raise PackError("the bytes changed since they were written (checksum)")
    return body


def _place(entries: Sequence[Entry], start: int) -> Iterator[Placed]:
    for entry in entries:
        yield Placed(entry, start)
        start += entry.length
