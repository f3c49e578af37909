"""Whole: a finished session as one object, what is kept of it for good; a pack of version 2 under a key `….whole`.

Layout  the head of a pack, a header (`whole_header`), then two zstd frames: the text of all batches one after the
        other, without its numbers where `columns` could take them out, and the columns. The text's frame takes a
        dictionary of the site where there was one (`dictionaries`).
Exact   every batch's JSON is what its recorder sent, byte for byte (after scrubbing); its gzip is not kept
Errors  PackError: one damaged byte spoils the session, which is why it is read back before its packs are let go of
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from isal.isal_zlib import crc32

from playhead.store import whole_header
from playhead.store.batch import BatchFacts
from playhead.store.columns import ColumnsError, join, split
from playhead.store.dictionaries import Dictionaries, Dictionary, DictionaryError
from playhead.store.pack import HEAD_BYTES, WHOLE, Contents, PackError, contents_of, head_of, read_contents
from playhead.store.zstd import ZstdError, deflate, inflate

SUFFIX: Final = ".whole"
LEVEL: Final = 19
WINDOW_LOG: Final = 25  # 32 MB: what a page said of itself minutes ago is still there
MAX_TEXT_BYTES: Final = 256 << 20  # JSON of a session; a larger one stays in its packs


class Shaped:
    """A session's batches, made ready to be compressed, with one dictionary or another."""

    def __init__(self, facts: Sequence[BatchFacts], bodies: Sequence[bytes]) -> None:
        """All of one session, in the order in which they are to be read."""
        self.facts, self.lengths = facts, [len(body) for body in bodies]
        text = b"".join(bodies)
        found = split(text)
        self.shape = 0 if found is None else 1
        self.text, columns = found or (text, b"")
        self._columns = deflate(columns, level=LEVEL)
        self._frame: tuple[str, bytes] | None = None  # of the last dictionary: it is weighed first and kept after

    def encode(self, *, made_ms: int, dictionary: Dictionary | None = None) -> tuple[bytes, Contents]:
        key = dictionary.key if dictionary else ""
        if self._frame is None or self._frame[0] != key:
            content = dictionary.content if dictionary else None
            self._frame = (key, deflate(self.text, level=LEVEL, dictionary=content, window_log=WINDOW_LOG))
        frame = self._frame[1]
        header = whole_header.encode(
            whole_header.about(
                self.facts,
                self.lengths,
                made_ms=made_ms,
                shape=self.shape,
                dictionary=key,
                frames=(len(frame), len(self._columns)),
                checksum=crc32(self._columns, crc32(frame)),
            )
        )
        blob = b"".join((head_of(WHOLE, header), header, frame, self._columns))
        return blob, contents_of(WHOLE, header)


def is_whole(key: str) -> bool:
    return key.endswith(SUFFIX)


def decode_whole(blob: bytes, dictionaries: Dictionaries, *, name: str) -> bytes:
    """Return the text of all batches; raises PackError. Where each begins is in the object's Contents."""
    read_contents(lambda start, length: blob[start : start + length], name=name)
    size = int.from_bytes(blob[12:16], "little")
    header = whole_header.decode(blob[HEAD_BYTES : HEAD_BYTES + size])
    begin = HEAD_BYTES + size
    middle, end = begin + header.frames[0], begin + sum(header.frames)
    if len(blob) != end or crc32(blob[begin:end]) != header.checksum:
        raise PackError(f"session {name!r}: the bytes changed since they were written (checksum)")
    try:
        content = dictionaries.get(header.dictionary).content if header.dictionary else None
        text = inflate(blob[begin:middle], dictionary=content)
        text = join(text, inflate(blob[middle:end])) if header.shape else text
    except (ZstdError, ColumnsError, DictionaryError, msgspec.DecodeError) as error:
        raise PackError(f"session {name!r}: {error}") from None
    if len(text) != sum(header.lengths):
        raise PackError(f"session {name!r}: {len(text)} bytes of JSON, its batches have {sum(header.lengths)}")
    return text
