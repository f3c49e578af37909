"""Retention: sessions past a site's age or size are erased, the oldest first, without exception."""

import logging
from typing import Final

import sqlalchemy as sa

from playhead.store import Store
from playhead.store.erasure import erase
from playhead.store.site_settings import SiteSettings, parse_settings
from playhead.store.tables import sessions, sites

DAY_MS: Final = 24 * 3_600_000
GB: Final = 1_000_000_000
ROUND: Final = 200  # sessions erased at once: their packs are rewritten together
RESTING_MS: Final = 3_600_000  # a session that was heard of since may still be going on

log = logging.getLogger(__name__)


def retire(store: Store) -> int:
    """Erase up to ROUND sessions a site that its settings no longer keep; return how many."""
    with store.index.read() as connection:
        found = connection.execute(sa.select(sites.c.key, sites.c.settings)).all()
    gone = 0
    for key, text in found:
        ids = _past(store, key, parse_settings(text))
        if ids:
            erased = erase(store.objects, store.index, ids, now_ms=store.now_ms(), new_key=store.new_key)
            log.info("retention of site %s: %d sessions erased", key, len(erased))
            gone += len(erased)
    return gone


def _past(store: Store, site: str, settings: SiteSettings) -> list[str]:
    """Return the oldest sessions of a site that are past its age, else past its size."""
    now_ms = store.now_ms()
    resting = sa.and_(sessions.c.site == site, sessions.c.last_received_ms < now_ms - RESTING_MS)
    oldest = sa.select(sessions.c.id, sessions.c.bytes).where(resting).order_by(sessions.c.started_ms, sessions.c.id)
    with store.index.read() as connection:
        if settings.keep_days:
            # by arrival, too: an import of last year's visits was kept from today on
            until = now_ms - settings.keep_days * DAY_MS
            aged = oldest.where(sessions.c.started_ms < until, sessions.c.last_received_ms < until).limit(ROUND)
            if ids := list(connection.execute(aged).scalars()):
                return ids
        if not settings.keep_gb:
            return []
        held = connection.execute(sa.select(sa.func.sum(sessions.c.bytes)).where(sessions.c.site == site)).scalar() or 0
        ids = []
        for session_id, size in connection.execute(oldest.limit(ROUND)):
            if held <= settings.keep_gb * GB:
                break
            held -= size
            ids.append(session_id)
        return ids
