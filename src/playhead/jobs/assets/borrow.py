"""Borrow: what a session that is still being recorded can show of its assets: those that others of its site were given
of late. Nobody is asked for anything.

Rows      the session gets rows of its own for what is shown, so that the files are kept as long as it is, and go with
          it; the round after its end takes them over
Limits    the site's rules on hosts, MAX_ADDRESSES a session, sheets MAX_LEVELS deep
"""

import sqlalchemy as sa

from playhead.core.assets.addresses import hash_of, host_of
from playhead.core.assets.css import rewrite_css
from playhead.core.assets.kinds import CSS
from playhead.core.assets.walk import AssetWalk
from playhead.jobs.assets.gather import FRESH_MS, MAX_ADDRESSES, MAX_LEVELS
from playhead.query.assets import visit_of
from playhead.store import Store
from playhead.store.asset_rules import OwnHosts
from playhead.store.assets import Asset, add_asset, assets_of, key_of, recent
from playhead.store.objects import ObjectMissing
from playhead.store.site_settings import settings_of_session
from playhead.store.tables import sessions


class Borrower:
    """Puts addresses of this server into the slices of one session, in order, where a file is at hand."""

    def __init__(self, store: Store, session: str) -> None:
        self._store, self._session = store, session
        settings = settings_of_session(store.index, session)
        self._rules = settings.assets if settings is not None and settings.assets.on else None
        self._known: dict[str, str | None] = {}
        self._walk = AssetWalk(self._visit)
        self._own = {asset.url: asset for asset in assets_of(store.index, session) if asset.content}
        with store.index.read() as connection:
            self._site = connection.execute(sa.select(sessions.c.site).where(sessions.c.id == session)).scalar() or ""

    def shown(self, events: list[bytes]) -> list[bytes]:
        """Return the next events of the session as they are shown; one for one."""
        return events if self._rules is None else self._walk.slice(events)

    def _visit(self, url: str) -> str | None:
        if url not in self._known:
            self._known[url] = self._path(url, MAX_LEVELS)
        return self._known[url]

    def _path(self, url: str, levels: int) -> str | None:
        asset = self._own.get(url) or self._borrowed(url, levels)
        return visit_of(self._session, [asset])(url) if asset else None

    def _borrowed(self, url: str, levels: int) -> Asset | None:
        store, rules = self._store, self._rules
        if rules is None or not levels or len(self._own) >= MAX_ADDRESSES:
            return None
        if not OwnHosts(rules.hosts, frozenset(self._walk.pages), frozenset()).has(host_of(url)):
            return None
        number = hash_of(url)
        asset = recent(store.index, self._site, [number], since_ms=store.now_ms() - FRESH_MS).get(number)
        if asset is None or not add_asset(store.index, self._session, self._site, asset):
            return None
        self._own[url] = asset
        if asset.kind == CSS:
            self._nested(asset, levels - 1)
        return asset

    def _nested(self, sheet: Asset, levels: int) -> None:
        """Borrow what a sheet asks for, too: it is rewritten as it is served."""
        try:
            text = self._store.objects.get(key_of(sheet.content)).decode("utf-8", "replace")
        except ObjectMissing:
            return
        rewrite_css(text, sheet.base, lambda url: self._path(url, levels))
