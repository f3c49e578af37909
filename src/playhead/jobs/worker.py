"""Worker: a thread that digests sessions that went quiet, said goodbye or grew, and those of an older projector."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Final

from playhead.core.trace import PROJECTOR_VERSION
from playhead.jobs.digest import ensure_digested
from playhead.jobs.retention import retire
from playhead.jobs.segments import ensure_segments
from playhead.store import Store
from playhead.store.batch import AdmittedBatch
from playhead.store.clean import scrub_log, waiting_for_scrub
from playhead.store.digests import due, is_at_rest

QUIET_MS: Final = 5_000  # the recorder sends every few seconds while somebody is there
POLL_S: Final = 1.0
RETIRE_S: Final = 300.0  # between looks for sessions that are no longer kept
ROUND: Final = 20  # sessions taken at once, so that a stop or a goodbye is not kept waiting

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._retire_at_s = 0.0

    def start(self) -> None:
        self._store.packs.on_stored = self._on_stored
        self._thread = threading.Thread(target=self._run, name="digest-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the session at hand and end; harmless where it was never started."""
        self._stopping.set()
        self._wake.set()
        if self._thread:
            self._thread.join()

    def run_once(self) -> int:
        """Digest what is due now; return how many sessions."""
        quiet_before_ms = self._store.now_ms() - QUIET_MS
        ids = due(self._store.index, quiet_before_ms=quiet_before_ms, version=PROJECTOR_VERSION, limit=ROUND)
        for session_id in ids:
            if self._stopping.is_set():
                break
            self._scrub(session_id, quiet_before_ms)
            ensure_digested(self._store, session_id)
            self._segment(session_id, quiet_before_ms)
        for session_id in waiting_for_scrub(self._store, quiet_before_ms=quiet_before_ms, limit=ROUND):
            self._scrub(session_id, quiet_before_ms)
        return len(ids)

    def _scrub(self, session_id: str, quiet_before_ms: int) -> None:
        """Take personal data out of the packs of a session that came to rest, before it is sliced."""
        if is_at_rest(self._store.index, session_id, quiet_before_ms=quiet_before_ms):
            try:
                scrub_log(self._store, session_id)
            except Exception:
                log.exception("session %s cannot be scrubbed; it is tried again", session_id)

    def _segment(self, session_id: str, quiet_before_ms: int) -> None:
        """Slice a session that came to rest; one that goes on is sliced as it is watched."""
        if is_at_rest(self._store.index, session_id, quiet_before_ms=quiet_before_ms):
            try:
                ensure_segments(self._store, session_id)
            except Exception:
                log.exception("session %s cannot be sliced; it is tried again when somebody watches it", session_id)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                found = self.run_once()
            except Exception:
                log.exception("the digest worker could not look for work; it goes on")
                found = 0
            if not found:
                self._retire()
                self._wake.wait(POLL_S)

    def _retire(self) -> None:
        """Erase what a site no longer keeps; again at once where there was more than one round's worth."""
        if time.monotonic() < self._retire_at_s:
            return
        try:
            gone = retire(self._store)
        except Exception:
            log.exception("what is no longer kept cannot be erased; it is tried again")
            gone = 0
        self._retire_at_s = 0.0 if gone else time.monotonic() + RETIRE_S

    def _on_stored(self, batches: Sequence[AdmittedBatch]) -> None:
        if any(batch.facts.ended for batch in batches):
            self._wake.set()
