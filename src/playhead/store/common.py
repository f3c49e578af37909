"""Common: what recordings of one site have in common, as the content of a compression dictionary.

A text is cut into chunks at its brackets; WINDOW chunks in a row are common where the sessions of VISITORS different
visitors hold them in this order. A dictionary is made of such rows alone: what only one visitor (or two) saw, typed or
was shown is in none, and neither is the order in which one visitor did common things. A row that is there already is
not added again. `columns` takes node ids, times and positions out before.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

WINDOW: Final = 24  # a few nodes of a page; 8 to 24 measured: the longer the smaller
VISITORS: Final = 3
MAX_BYTES: Final = 4 << 20
_CHUNK = re.compile(rb"[^{}\[;>]*[{}\[;>]+|[^{}\[;>]+\Z")


def common_content(texts: Mapping[str, Sequence[bytes]], *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return what the visitors have in common; `texts`: visitor → texts of their sessions. b"" if there is nothing."""
    seen_by: Counter[int] = Counter()
    for own in texts.values():
        seen_by.update({row for text in own for row in _rows(_numbered(_CHUNK.findall(text)))})
    parts: list[bytes] = []
    there: set[int] = set()
    size = 0
    for text in _turns(texts.values()):
        chunks = _CHUNK.findall(text)
        written = 0  # chunks of this text before here are in, or passed over
        for place, row in enumerate(_rows(_numbered(chunks))):
            if row in there or seen_by[row] < VISITORS:
                continue
            there.add(row)
            new = chunks[max(place, written) : place + WINDOW]
            written = place + WINDOW
            parts += new
            size += sum(map(len, new))
            if size > max_bytes:
                return b"".join(parts)[:max_bytes]
    return b"".join(parts)


def _numbered(chunks: Sequence[bytes]) -> list[int]:
    return [hash(chunk) for chunk in chunks]  # keyed anew in each process: nobody can make two chunks meet


def _rows(numbers: Sequence[int]) -> Iterable[int]:
    shifted = (numbers[shift:] for shift in range(WINDOW))
    return map(hash, zip(*shifted, strict=False))


def _turns(visitors: Iterable[Sequence[bytes]]) -> Iterable[bytes]:
    """Give one text of each visitor, then the next of each."""
    waiting = [list(own) for own in visitors]
    while waiting:
        for own in waiting:
            yield own.pop(0)
        waiting = [own for own in waiting if own]
