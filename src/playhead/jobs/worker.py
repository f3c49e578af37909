"""Worker: a thread that digests sessions that went quiet, said goodbye or grew, and those of an older projector.

Any number of workers share a store: each takes a lease on a few sessions (`store.work`) and says that it is alive from
a thread of its own, so that a long session is not taken from it. While batches wait to be written on this node,
digesting makes room for them.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Final

from playhead.core.trace import PROJECTOR_VERSION
from playhead.jobs.compact import compact
from playhead.jobs.digest import attempt
from playhead.jobs.retention import retire
from playhead.jobs.segments import ensure_segments
from playhead.store import Store, work
from playhead.store.batch import AdmittedBatch
from playhead.store.clean import scrub_log, waiting_for_scrub
from playhead.store.digests import due, is_at_rest

POLL_S: Final = 1.0
COMPACT_S: Final = 60.0
RETIRE_S: Final = 300.0  # between looks for sessions that are no longer kept
ROUND: Final = 8  # sessions leased at once: few, so that other workers find some, and a stop is not kept waiting
LOOK: Final = 8 * ROUND  # sessions looked at for them: the first ones may be another worker's by then
PRESSED_BYTES: Final = 32 << 20  # of batches that wait to be written: digesting stops until there are fewer
PRESSED_S: Final = 5.0  # but never for longer: a backlog must not grow for ever

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, store: Store) -> None:
        self._store, self._owner = store, f"worker-{store.node}"
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._retire_at_s = 0.0
        self._compact_at_s = time.monotonic() + COMPACT_S

    def start(self) -> None:
        self._store.packs.listen(self._on_stored)
        for name, run in (("digest-worker", self._run), ("digest-beat", self._beat)):
            self._threads.append(threading.Thread(target=run, name=name, daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """Finish the session at hand, let go of the others and end; harmless where it was never started."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join()

    def run_once(self) -> int:
        """Digest what is due now; return how many sessions were taken."""
        store = self._store
        taken = self._take_due()
        try:
            for session_id in taken:
                self._make_room()
                if self._stopping.is_set():
                    break
                self._do(session_id)
            waiting = waiting_for_scrub(store, limit=ROUND)
            for session_id in work.take(store.index, self._owner, waiting, now_ms=store.now_ms()):
                self._scrub(session_id)
                work.finish(store.index, self._owner, session_id)
        finally:
            work.give_back(store.index, self._owner)
        return len(taken)

    def _take_due(self) -> list[str]:
        """Take a lease on a few sessions that are due; those another worker took meanwhile are passed over."""
        index, now_ms = self._store.index, self._store.now_ms()
        ids = due(index, now_ms=now_ms, version=PROJECTOR_VERSION, limit=LOOK)
        for first in range(0, len(ids), ROUND):
            if taken := work.take(index, self._owner, ids[first : first + ROUND], now_ms=now_ms):
                return taken
        return []

    def _do(self, session_id: str) -> None:
        self._scrub(session_id)
        if attempt(self._store, session_id, self._owner):
            self._segment(session_id)
            work.finish(self._store.index, self._owner, session_id)

    def _make_room(self) -> None:
        """Back-pressure: what recorders wait for comes first."""
        end_s = time.monotonic() + PRESSED_S
        while self._store.packs.waiting_bytes > PRESSED_BYTES and time.monotonic() < end_s:
            if self._stopping.wait(0.05):
                return

    def _scrub(self, session_id: str) -> None:
        """Take personal data out of the packs of a session that came to rest, before it is sliced."""
        if is_at_rest(self._store.index, session_id, now_ms=self._store.now_ms()):
            try:
                scrub_log(self._store, session_id)
            except Exception:
                log.exception("session %s cannot be scrubbed; it is tried again", session_id)

    def _segment(self, session_id: str) -> None:
        """Slice a session that came to rest; one that goes on is sliced as it is watched."""
        if is_at_rest(self._store.index, session_id, now_ms=self._store.now_ms()):
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
                self._compact()
                self._wake.wait(POLL_S)

    def _beat(self) -> None:
        while not self._stopping.wait(work.BEAT_S):
            try:
                work.beat(self._store.index, self._owner, now_ms=self._store.now_ms())
            except Exception as error:
                log.warning("the worker cannot say that it is alive: %s", error)

    def _retire(self) -> None:
        """Erase what a site no longer keeps; again at once where there was more than one round's worth."""
        if time.monotonic() < self._retire_at_s:
            return
        gone = 0
        try:
            with work.alone(self._store.index, self._owner, "retention", now_ms=self._store.now_ms()) as mine:
                gone = retire(self._store) if mine else 0
        except Exception:
            log.exception("what is no longer kept cannot be erased; it is tried again")
        self._retire_at_s = 0.0 if gone else time.monotonic() + RETIRE_S

    def _compact(self) -> None:
        """Let finished sessions leave their packs; again at once where more of them wait."""
        if time.monotonic() < self._compact_at_s:
            return
        done = 0
        try:
            done = compact(self._store, self._owner).sessions
        except Exception:
            log.exception("finished sessions cannot be made smaller; it is tried again")
        self._compact_at_s = 0.0 if done else time.monotonic() + COMPACT_S

    def _on_stored(self, batches: Sequence[AdmittedBatch]) -> None:
        if any(batch.facts.ended for batch in batches):
            self._wake.set()
