"""Columns: JSON text of rrweb events ↔ the same text without its running numbers, and the numbers as differences.

Node ids, timestamps and positions differ in every recording of the same page; without them the text of a page is the
same byte for byte, so that a window or a dictionary finds it. Exact: `join` gives back every byte `split` was given.

Places     `"id":12` becomes `"id":` and MARK where the key is one of KEYS; type and source stay, they are few
Predicted  a node's id is written after its children's, though it was given before them: a stack of the nodes that are
           open foretells it; any other number is likely near the last one of its key
Page       our recorder says with each event which page it is of: "page": and SAME where it is that of the one before
Columns    one a key: zigzag varints of (number minus prediction)
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

MARK: Final = b"\x01"  # no JSON holds it outside of an escape, nor …
SAME: Final = b"\x02"  # … this
KEYS: Final = (
    *(b"id", b"parentId", b"nextId", b"previousId", b"rootId", b"timestamp", b"x", b"y", b"timeOffset"),
    *(b"index", b"styleId", b"startTime", b"endTime", b"duration", b"value"),
)
NODE: Final = b"node"  # ids inside of nodes have a column of their own
ORDER: Final = (NODE, *KEYS)

_OPEN = rb'(\{"type":[0-5],"(?:tagName|textContent|childNodes|name)")'
_KEY = rb'"(' + b"|".join(KEYS) + rb')":'
_PAGE = rb'"page":(?:"([\w-]{1,64})"|' + SAME + b")"
_NUMBERS = re.compile(_OPEN + b"|" + _KEY + rb"(0|-?[1-9]\d{0,14})(?=[,}\]])|" + _PAGE)
_MARKS = re.compile(_OPEN + b"|" + _KEY + MARK + b"()|" + _PAGE)


class ColumnsError(ValueError):
    """Text and columns do not belong together."""


class _Foresight:
    """What the next number of each key is likely to be; the same on both ways."""

    def __init__(self) -> None:
        self._open: list[int] = []
        self._next = 1
        self._leaf = False
        self._last = dict.fromkeys(KEYS, 0)
        self.page = b""

    def enter(self, opening: bytes) -> None:
        if not self._open and opening.startswith(b'{"type":0'):
            self._next = 1  # a document begins: its page counts from one
        self._open.append(self._next)
        self._next += 1
        self._leaf = True

    def look(self, key: bytes) -> tuple[bytes, int]:
        """Return the column of the next number and what it is likely to be."""
        if key == b"id" and self._open:
            return NODE, self._open[-1]
        if key == b"timestamp":
            self._open.clear()
        return key, self._last[key]

    def learn(self, column: bytes, number: int) -> None:
        if column == NODE:
            self._open.pop()
            if self._leaf:
                self._next = number + 1
            self._leaf = False
        else:
            self._last[column] = number


def split(text: bytes) -> tuple[bytes, bytes] | None:
    """Return the text without its numbers, and the columns; None where it holds what stands for a number."""
    if MARK in text or SAME in text:
        return None
    foresight = _Foresight()
    columns = {name: bytearray() for name in ORDER}

    def take(found: re.Match[bytes]) -> bytes:
        if found[1]:
            foresight.enter(found[1])
            return found[0]
        if found[4]:
            same = found[4] == foresight.page
            foresight.page = found[4]
            return b'"page":' + SAME if same else found[0]
        key, number = found[2], int(found[3])
        column, likely = foresight.look(key)
        _append(columns[column], _zigzag(number - likely))
        foresight.learn(column, number)
        return b'"' + key + b'":' + MARK

    plain = _NUMBERS.sub(take, text)
    packed = bytearray()
    for name in ORDER:
        _append(packed, len(columns[name]))
        packed += columns[name]
    return plain, bytes(packed)


def join(plain: bytes, packed: bytes) -> bytes:
    """Return the text that `split` was given; raises ColumnsError where the two do not fit."""
    foresight = _Foresight()
    try:
        columns = dict(zip(ORDER, _unpack(packed), strict=True))

        def put(found: re.Match[bytes]) -> bytes:
            if found[1]:
                foresight.enter(found[1])
                return found[0]
            if found[2] is None:
                if found[4]:
                    foresight.page = found[4]
                return b'"page":"%b"' % foresight.page
            column, likely = foresight.look(found[2])
            number = likely + _unzigzag(columns[column]())
            foresight.learn(column, number)
            return b'"%b":%d' % (found[2], number)

        return _MARKS.sub(put, plain)
    except (IndexError, StopIteration, ValueError) as error:
        raise ColumnsError(f"numbers are missing ({type(error).__name__})") from None


def _unpack(packed: bytes) -> Iterator[Callable[[], int]]:
    """Give a reader for each column."""
    at = 0
    for _ in ORDER:
        length, at = _read(packed, at)
        yield _reader(packed[at : at + length])
        at += length


def _reader(column: bytes) -> Callable[[], int]:
    at = 0

    def read() -> int:
        nonlocal at
        number, at = _read(column, at)
        return number

    return read


def _read(blob: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while (byte := blob[at]) > 127:
        number |= (byte & 127) << shift
        shift += 7
        at += 1
    return number | byte << shift, at + 1


def _append(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _unzigzag(number: int) -> int:
    return -(number + 1 >> 1) if number & 1 else number >> 1
