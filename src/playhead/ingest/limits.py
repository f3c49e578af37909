"""Limits: how much a site may send, each node for itself; what is past a limit is asked to come again later (429).

`batches_a_minute`   a bucket that refills evenly and holds one minute's worth, so that a burst after an outage passes
`gb_a_day`           of bodies as they arrive, from midnight to midnight UTC
"""

import time
from collections.abc import Callable
from typing import Final

from playhead.ingest.drops import Dropped, DropReason
from playhead.store.site_settings import SiteSettings

GB: Final = 1_000_000_000
DAY_S: Final = 86_400


class _Meter:
    def __init__(self, now_s: float, allowance: float) -> None:
        self.at_s, self.left, self.limit = now_s, allowance, allowance
        self.day, self.day_bytes = 0, 0


class Limits:
    def __init__(
        self, *, clock_s: Callable[[], float] = time.monotonic, wall_s: Callable[[], float] = time.time
    ) -> None:
        self._clock_s, self._wall_s = clock_s, wall_s
        self._meters: dict[str, _Meter] = {}

    def check(self, site: str, settings: SiteSettings | None, size: int) -> Dropped | None:
        """Count one batch of `size` bytes, or say why it may not come now."""
        if settings is None or not (settings.batches_a_minute or settings.gb_a_day):
            return None
        now_s, a_minute = self._clock_s(), settings.batches_a_minute
        meter = self._meters.get(site)
        if meter is None or meter.limit != a_minute:
            meter = self._meters[site] = _Meter(now_s, a_minute)
        day = int(self._wall_s() // DAY_S)
        if day != meter.day:
            meter.day, meter.day_bytes = day, 0
        if settings.gb_a_day and meter.day_bytes + size > settings.gb_a_day * GB:
            return Dropped(DropReason.OVER_QUOTA, f"the site has sent its {settings.gb_a_day:g} GB of today")
        if a_minute:
            meter.left = min(a_minute, meter.left + (now_s - meter.at_s) * a_minute / 60)
            meter.at_s = now_s
            if meter.left < 1:
                return Dropped(DropReason.TOO_MANY, f"the site may send {a_minute:g} batches a minute")
            meter.left -= 1
        meter.day_bytes += size
        return None
