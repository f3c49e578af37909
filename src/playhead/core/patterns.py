"""Patterns: regular expressions compiled when first used.

Python compiles a long list of words in milliseconds; all of ours together cost as much as reading a megabyte, and most
recordings need few of them.
"""

import re
from typing import Any, AnyStr, cast


class _Late:
    """Stands for a pattern; its methods are set on first use, and from then on are the pattern's own."""

    __slots__ = ("_flags", "_source", "finditer", "fullmatch", "match", "search", "split", "sub")

    def __init__(self, source: Any, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # called only while the slot is empty
        compiled = re.compile(self._source, self._flags)
        if name in self.__slots__:
            setattr(self, name, getattr(compiled, name))
        return getattr(compiled, name)


def late(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as `re.compile(source, flags)`; a mistake in `source` shows when it is first used."""
    return cast(re.Pattern[AnyStr], _Late(source, flags))
