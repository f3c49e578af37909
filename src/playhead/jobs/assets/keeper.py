"""Keeper: a thread beside the digest worker that looks for the assets of sessions that came to rest.

Never on the way of a batch, and never in the digest's: another site's slow server keeps nobody waiting. Sites that keep
assets say so in their settings. What a page looked like is asked for within a day of the visit, or not at all: later
it would be another page.
"""

import logging
import threading
from typing import Final

import sqlalchemy as sa

from playhead.jobs.assets import reachable
from playhead.jobs.assets.fetch import Fetcher
from playhead.jobs.assets.gather import gather
from playhead.jobs.assets.reachable import Resolve
from playhead.store import Store, work
from playhead.store.asset_rules import AssetRules
from playhead.store.assets import MAX_AGE_MS, begin_round, waiting_for_assets
from playhead.store.digests import at_rest
from playhead.store.site_settings import parse_settings
from playhead.store.tables import sessions, sites

POLL_S: Final = 2.0
ROUND: Final = 8

log = logging.getLogger(__name__)


class AssetKeeper:
    """`private` names the hosts whose addresses may be private, see `reachable`."""

    def __init__(self, store: Store, *, private: frozenset[str] = frozenset(), resolve: Resolve = reachable.resolve):
        self._store, self._private, self._resolve = store, private, resolve
        self._owner = f"assets-{store.node}"
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="asset-keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the session at hand and end; harmless where it was never started."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def run_once(self) -> int:
        """Look for the assets of the sessions that wait; return how many were looked at."""
        store, rules = self._store, self._rules()
        if not rules:
            return 0
        now_ms, done = store.now_ms(), 0
        ids = waiting_for_assets(store.index, list(rules), at_rest(now_ms), since_ms=now_ms - MAX_AGE_MS, limit=ROUND)
        for session in ids:
            if self._stopping.is_set():
                break
            with work.alone(store.index, self._owner, f"assets {session}", now_ms=store.now_ms()) as mine:
                if mine:
                    self._look(session, rules)
                    done += 1
        return done

    def _look(self, session: str, rules: dict[str, AssetRules]) -> None:
        store = self._store
        with store.index.read() as connection:
            site = connection.execute(sa.select(sessions.c.site).where(sessions.c.id == session)).scalar()
        if site not in rules:
            return
        begin_round(store.index, session)
        try:
            gather(store, session, site, rules[site], private=self._private, fetcher=self._fetcher)
        except Exception:
            log.exception("the assets of session %s cannot be kept; it is tried again", session)

    def _fetcher(self) -> Fetcher:
        return Fetcher(private=self._private, resolve=self._resolve)

    def _rules(self) -> dict[str, AssetRules]:
        with self._store.index.read() as connection:
            found = connection.execute(sa.select(sites.c.key, sites.c.settings)).all()
        rules = {key: parse_settings(text).assets for key, text in found}
        return {key: rule for key, rule in rules.items() if rule.on}

    def _run(self) -> None:
        while not self._stopping.wait(POLL_S):
            try:
                while self.run_once() and not self._stopping.is_set():
                    pass
            except Exception:
                log.exception("the asset keeper could not look for work; it goes on")
