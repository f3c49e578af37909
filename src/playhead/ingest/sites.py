"""SiteKeys: the write keys that are known, asked for with every batch, read from the index now and then."""

import time
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from playhead.store.index import Index
from playhead.store.site_settings import SiteSettings, parse_settings
from playhead.store.tables import sites

FRESH_S: Final = 2.0  # a removed key works, and a change of settings waits, this long at most
MISS_S: Final = 1.0  # a new key is known this soon; strangers with invented keys cost one small query a second


class SiteKeys:
    """A container of keys: `key in site_keys`."""

    def __init__(self, index: Index, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._index, self._clock_s = index, clock_s
        self._keys: dict[str, SiteSettings] = {}
        self._read_s = float("-inf")

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def get(self, key: object) -> SiteSettings | None:
        """Return the site's settings, None for an unknown key."""
        age_s = self._clock_s() - self._read_s
        known = self._keys.get(key) if isinstance(key, str) else None
        if age_s > (FRESH_S if known else MISS_S):
            with self._index.read() as connection:
                rows = connection.execute(sa.select(sites.c.key, sites.c.settings)).all()
            self._keys = {name: parse_settings(text) for name, text in rows}
            self._read_s = self._clock_s()
            known = self._keys.get(key) if isinstance(key, str) else None
        return known
