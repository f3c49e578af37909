"""Gather: one session's slices → the addresses its pages asked for → files in the store, and rows that name them.

Nested    what a style sheet asks for is gathered too, MAX_LEVELS deep
Shared    an address that another session of the site was answered within FRESH_MS is not asked for again
Limits    addresses, bytes and seconds a session; addresses an hour and bytes a site. What is past one has a row (or,
          past MAX_ADDRESSES, is counted) that says so
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from playhead.core.assets.addresses import SCRUBBED, hash_of, host_of
from playhead.core.assets.css import rewrite_css
from playhead.core.assets.kinds import CSS, sheet_text
from playhead.core.assets.walk import AssetWalk
from playhead.jobs.assets.fetch import FOREIGN, Fetcher, NotKept
from playhead.jobs.segments import ensure_segments
from playhead.query.assets import is_written
from playhead.store import Store
from playhead.store.asset_rules import AssetRules, OwnHosts
from playhead.store.assets import (
    Asset,
    Round,
    assets_of,
    fetched_since,
    finish_round,
    held_of_site,
    key_of,
    put_asset,
    recent,
    round_of,
)
from playhead.store.segments import SegmentError, Stored, finish_removals, inflate_slice, read_slice

MAX_ADDRESSES: Final = 400  # rows a session
MAX_LEVELS: Final = 4  # a sheet in a sheet in a sheet, and what it asks for
MAX_SESSION_BYTES: Final = 64 << 20
MAX_SITE_BYTES: Final = 5 << 30
MAX_AN_HOUR: Final = 5_000
HOUR_MS: Final = 3_600_000
FRESH_MS: Final = HOUR_MS
MAX_S: Final = 40.0  # of asking, a session: less than a lease lasts (store.work)
THREADS: Final = 4

log = logging.getLogger(__name__)


class _Parts(msgspec.Struct):
    keyframe: list[msgspec.Raw]
    events: list[msgspec.Raw]


def gather(
    store: Store, session: str, site: str, rules: AssetRules, *, private: frozenset[str], fetcher: Callable[[], Fetcher]
) -> int:
    """Look for the session's assets once more; return how many it now has. Its slices name them afterwards."""
    stored = ensure_segments(store, session)
    if stored is None:
        return 0
    wanted, pages = asked_for(store, stored)
    known = {asset.hash: asset for asset in assets_of(store.index, session) if asset.content}
    run = _Run(store, site, OwnHosts(rules.hosts, frozenset(pages), private), fetcher, known)
    run.gather(wanted)
    done_ms = max(store.now_ms(), round_of(store.index, session).done_ms + 1)  # later than what slices know of
    asked = Round(stored.revision, done_ms, run.left_out)
    there = finish_round(store.objects, store.index, session, site, run.found.values(), asked)
    finish_removals(store.objects, store.index)
    if there:
        ensure_segments(store, session)
    return sum(bool(asset.content) for asset in run.found.values())


def asked_for(store: Store, stored: Stored) -> tuple[list[str], set[str]]:
    """Return the addresses of all slices, each once and in order, and the hosts of their pages."""
    wanted: dict[str, None] = {}

    def note(url: str) -> None:
        if not is_written(url):
            wanted.setdefault(url)

    walk = AssetWalk(note)
    for number in range(len(stored.manifest.places)):
        try:
            parts = msgspec.json.decode(inflate_slice(read_slice(store.objects, stored, number)), type=_Parts)
        except SegmentError:
            continue
        walk.slice(bytes(part) for part in (*parts.keyframe, *parts.events))
    return list(wanted), walk.pages


class _Run:
    """One look for the assets of a session; `found` is by hash, those of earlier looks included."""

    def __init__(
        self, store: Store, site: str, own: OwnHosts, fetcher: Callable[[], Fetcher], known: dict[str, Asset]
    ) -> None:
        self.found = dict(known)
        self.left_out = 0
        self._store, self._site, self._own, self._fetcher = store, site, own, fetcher
        self._end_s = time.monotonic() + MAX_S
        self._bytes = sum(asset.bytes for asset in known.values())
        self._held = held_of_site(store.index, site)[1]
        self._asked = fetched_since(store.index, site, store.now_ms() - HOUR_MS)
        self._lock = threading.Lock()

    def gather(self, wanted: Sequence[str]) -> None:
        for _ in range(MAX_LEVELS):
            fresh = [url for url in dict.fromkeys(wanted) if hash_of(url) not in self.found]
            room = max(0, MAX_ADDRESSES - len(self.found))
            self.left_out += len(fresh[room:])
            fresh = fresh[:room]
            if not fresh:
                return
            self._take(fresh)
            wanted = [url for one in fresh for url in self._inside(self.found[hash_of(one)])]

    def _take(self, urls: list[str]) -> None:
        since_ms = self._store.now_ms() - FRESH_MS
        shared = recent(self._store.index, self._site, [hash_of(url) for url in urls], since_ms=since_ms)
        ours = [url for url in urls if self._own.has(host_of(url))]
        for url in urls:
            number = hash_of(url)
            if url not in ours:
                self._note(Asset(number, url, reason=FOREIGN))
            elif (other := shared.get(number)) and other.url == url:
                self._note(other)
        self._ask([url for url in ours if hash_of(url) not in self.found])

    def _ask(self, urls: list[str]) -> None:
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for url in urls:
            waiting.put(url)

        def work() -> None:
            with self._fetcher() as fetcher:
                while True:
                    try:
                        url = waiting.get_nowait()
                    except queue.Empty:
                        return
                    self._note(self._fetched(fetcher, url))

        with ThreadPoolExecutor(THREADS, thread_name_prefix="assets") as pool:
            for running in [pool.submit(work) for _ in range(min(THREADS, len(urls)))]:
                running.result()

    def _fetched(self, fetcher: Fetcher, url: str) -> Asset:
        missing = Asset(hash_of(url), url, fetched_ms=self._store.now_ms())
        if reason := self._limit(url):
            return missing._replace(reason=reason, fetched_ms=0)
        try:
            file = fetcher.fetch(url, may=self._own.has)
        except NotKept as error:
            return missing._replace(reason=str(error))
        body = sheet_text(file.body, file.said).encode() if file.kind == CSS else file.body
        with self._lock:
            if self._bytes + len(body) > MAX_SESSION_BYTES:
                return missing._replace(reason="too much for one session")
            self._bytes += len(body)
            self._held += len(body)
        content = put_asset(self._store.objects, body)
        return missing._replace(base=file.url, content=content, kind=file.kind, bytes=len(body))

    def _limit(self, url: str) -> str:
        with self._lock:
            self._asked += 1
            if SCRUBBED.search(url):
                return "a secret was taken out of its address"
            if time.monotonic() > self._end_s:
                return "no time was left"
            if self._asked > MAX_AN_HOUR:
                return "too many this hour"
            return "the site keeps too much" if self._held > MAX_SITE_BYTES else ""

    def _note(self, asset: Asset) -> None:
        with self._lock:
            self.found[asset.hash] = asset

    def _inside(self, asset: Asset) -> Iterable[str]:
        """Return what a style sheet asks for."""
        if asset.kind != CSS:
            return []
        found: dict[str, None] = {}
        text = self._store.objects.get(key_of(asset.content)).decode("utf-8", "replace")
        rewrite_css(text, asset.base, lambda url: found.setdefault(url))
        return found
