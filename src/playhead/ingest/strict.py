"""Strict: a batch of a site that keeps nothing unscrubbed, opened and scrubbed before it is handed to the writer.

What is typed into an editable region of a page Playhead's recorder masks in the browser; Sentry's may not. So of a
replay of Sentry's the server follows where somebody may type (`core.editable`), from batch to batch; what another
server had, or was forgotten, is read from what is kept. What nobody knows of is masked.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec

from playhead.core.editable import Editable
from playhead.core.events import EventError, decode_events
from playhead.core.scrub import scrub_batch
from playhead.core.secrets import scrub_text
from playhead.ingest.drops import Dropped, DropReason
from playhead.ingest.sentry import PAGE
from playhead.store import Store
from playhead.store.batch import AdmittedBatch, BatchKey
from playhead.store.inflate import InflateError, inflate
from playhead.store.objects import ObjectMissing
from playhead.store.pack import PackError
from playhead.store.zstd import deflate

MAX_NODES: Final = 600_000  # of all pages that are followed: some 80 MB
MAX_READ_BYTES: Final = 64 << 20  # of what is kept of a page, to know it again

_UNREADABLE: Final = (EventError, InflateError, ObjectMissing, PackError)


class _Page:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next = 0  # the number of the batch that is to follow
        self.editable = Editable(unknown=True)


class Strict:
    """Scrubs the batches of strict sites, several at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, _Page] = OrderedDict()  # by session, the one heard of last at the end

    def scrub(self, batch: AdmittedBatch) -> AdmittedBatch | Dropped:
        """Return the batch as it may be kept, or why it may not."""
        try:
            body = self._scrubbed(batch)
        except (InflateError, EventError) as error:
            return Dropped(DropReason.UNREADABLE, f"this site keeps nothing that cannot be scrubbed: {error}")
        visitor = batch.facts.visitor
        if scrub_text(visitor) != visitor:  # somebody's address for an id
            visitor = f"v_{hashlib.sha256(visitor.encode()).hexdigest()[:24]}"
        return AdmittedBatch(msgspec.structs.replace(batch.facts, visitor=visitor), deflate(body))

    def _scrubbed(self, batch: AdmittedBatch) -> bytes:
        body, key = inflate(batch.body), batch.facts.key
        if key.page != PAGE:
            return scrub_batch(body, strict=True)
        page = self._page(key.session)
        with page.lock:
            if page.next != key.seq:
                page.editable = self._known(key)
            page.next = key.seq + 1
            return scrub_batch(body, strict=True, editable=page.editable)

    def _page(self, session: str) -> _Page:
        with self._lock:
            page = self._pages.setdefault(session, _Page())
            self._pages.move_to_end(session)
            while len(self._pages) > 1 and sum(one.editable.size for one in self._pages.values()) > MAX_NODES:
                self._pages.popitem(last=False)
            return page

    def _known(self, key: BatchKey) -> Editable:
        """Read the page up to this batch."""
        editable = Editable(unknown=True)
        for body in self._kept(key):
            for event in decode_events(body):
                editable.learn(event.type, _object(event.data))
        return editable

    def _kept(self, key: BatchKey) -> Iterable[bytes]:
        left, bodies = MAX_READ_BYTES, self._store.log.bodies()
        for stored in self._store.log.batches(key.session):
            if stored.key.page != key.page or stored.key.seq >= key.seq or left < 0:
                continue
            try:
                body = bodies.get(*stored.place)
            except _UNREADABLE:
                continue
            left -= len(body)
            yield body


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found: object = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
