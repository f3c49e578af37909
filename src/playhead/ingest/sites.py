"""SiteKeys: the write keys that are known, asked for with every batch, read from the index now and then."""

import time
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from playhead.store.index import Index
from playhead.store.tables import sites

FRESH_S: Final = 30.0  # a removed key works this long at most
MISS_S: Final = 1.0  # a new key is known this soon; strangers with invented keys cost one small query a second


class SiteKeys:
    """A container of keys: `key in site_keys`."""

    def __init__(self, index: Index, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._index, self._clock_s = index, clock_s
        self._keys: frozenset[str] = frozenset()
        self._read_s = float("-inf")

    def __contains__(self, key: object) -> bool:
        age_s = self._clock_s() - self._read_s
        known = key in self._keys
        if age_s > (FRESH_S if known else MISS_S):
            with self._index.read() as connection:
                self._keys = frozenset(connection.execute(sa.select(sites.c.key)).scalars())
            self._read_s = self._clock_s()
            known = key in self._keys
        return known
