"""Pack: one immutable object that holds the batches of one group commit, of any number of sessions.

Version 2 holds one finished session as a whole, see `whole`; its head and its Contents are those of version 1.
Version 3 is the same layout as 1, once for every group commit: sections one behind the other, appended while it grows
(`group_packs`). What a crash cut short at its end was never acknowledged, and is no section.
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
GROWN: Final = 3
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
    size: int  # of the object, as far as it can be read
    dictionary: str = ""  # key of the one that a whole session was compressed with
    torn: bool = False  # bytes follow that are no section


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Header)


def encode_pack(batches: Sequence[AdmittedBatch], *, made_ms: int, version: int = VERSION) -> tuple[bytes, Contents]:
    """Lay the batches out as one object, or one section; return its bytes and where everything is in them."""
    entries = [Entry(batch.facts, len(batch.body), crc32(batch.body)) for batch in batches]
    return join_pack(entries, [batch.body for batch in batches], made_ms=made_ms, version=version)


def join_pack(
    entries: list[Entry], bodies: Sequence[bytes], *, made_ms: int, version: int = VERSION
) -> tuple[bytes, Contents]:
    """As `encode_pack`, with the checksums the bodies once had: a damaged one must not come to look whole."""
    header = _encoder.encode(Header(made_ms, entries))
    blob = b"".join((head_of(version, header), header, *bodies))
    return blob, Contents(made_ms, list(_place(entries, HEAD_BYTES + len(header))), len(blob))


def read_contents(get_range: Callable[[int, int], bytes], *, name: str) -> Contents:
    """Read heads and headers with `get_range(start, length)`, or raise PackError; bodies are not read.

    Of a grown pack, what cannot be read behind its first section is left out and said (`torn`).
    """
    head = get_range(0, HEAD_BYTES)
    version, first = _read_section(get_range, head, 0, name)
    if version != GROWN:
        return first
    placed, size, torn = list(first.placed), first.size, False
    while head := get_range(size, HEAD_BYTES):
        section = _next_section(get_range, head, size, name)
        if section is None:
            torn = True
            break
        placed += [Placed(item.entry, size + item.start) for item in section.placed]
        size += section.size
    return Contents(first.made_ms, placed, size, torn=torn)


def _next_section(get_range: Callable[[int, int], bytes], head: bytes, at: int, name: str) -> Contents | None:
    try:
        version, section = _read_section(get_range, head, at, name)
    except PackError:
        return None
    # the last body must be there to its end: the header may have reached the disk before the bodies
    return section if version == GROWN and get_range(at + section.size - 1, 1) else None


def _read_section(get_range: Callable[[int, int], bytes], head: bytes, at: int, name: str) -> tuple[int, Contents]:
    """Return version and contents of what begins at byte `at`, placed from there."""
    where = f"pack {name!r}" + (f", byte {at}" if at else "")
    if len(head) < HEAD_BYTES:
        raise PackError(f"{where}: {len(head)} bytes, a pack has at least {HEAD_BYTES}")
    magic, version, _, length, checksum = _HEAD.unpack(head)
    if magic != MAGIC:
        raise PackError(f"{where}: begins with {magic!r}, expected {MAGIC!r}")
    if version not in (VERSION, WHOLE, GROWN):
        raise PackError(f"{where}: version {version}, this Playhead reads {VERSION} to {GROWN}")
    if length > MAX_HEADER_BYTES:
        raise PackError(f"{where}: header of {length} bytes, the limit is {MAX_HEADER_BYTES}")
    blob = get_range(at + HEAD_BYTES, length)
    if len(blob) < length:
        raise PackError(f"{where}: ends inside its header ({len(blob)} of {length} bytes)")
    if crc32(blob) != checksum:
        raise PackError(f"{where}: its header does not have the checksum it was written with")
    try:
        return version, contents_of(version, blob)
    except (msgspec.DecodeError, whole_header.HeaderError) as error:
        raise PackError(f"{where}: header: {error}") from None


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
