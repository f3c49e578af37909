"""PackWriter: group commit; many waiting batches become one object, one transaction, one answer each.

A thread takes what has queued up, and in this order: index rows written, not committed → its bytes synced in a pack
(`group_packs`) → rows committed → every waiting future resolved. A batch is acknowledged only behind the last step, so
a kill at any moment loses nothing that was acknowledged; a pack without rows is found by `recovery` at the next start.
One thread: commits do not overlap, and while one syncs the next group gathers by itself.
"""

import datetime as dt
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, NamedTuple, Protocol

from sqlalchemy.exc import DBAPIError

from playhead.store.batch import AdmittedBatch
from playhead.store.group_packs import GroupPacks, GrowingPacks, KeptAlready, OwnPacks
from playhead.store.index import Index
from playhead.store.objects import LocalObjects, Objects
from playhead.store.record import Key, Outcome, StaleSessions, key_of, screen

GATHER_S: Final = 0.0008  # of waiting for company, in steps, up to MAX_STEPS of them
GATHER_STEPS: Final = 4  # a group is closed once nothing came for one step of the time
MAX_STEPS: Final = 32
MAX_PACK_BYTES: Final = 8 << 20
MAX_WAITING_BYTES: Final = 256 << 20  # bodies in memory; more means the disk cannot keep up
FAILING_S: Final = 15.0
MAX_KNOWN: Final = 100_000  # sessions whose site is remembered, about 200 bytes each

log = logging.getLogger(__name__)


class Ack(NamedTuple):
    """The answer to a batch: what became of it; STORED and DUPLICATE are durable."""

    outcome: Outcome

    @property
    def duplicate(self) -> bool:
        return self.outcome is Outcome.DUPLICATE


class Busy(RuntimeError):
    """Too much is waiting to be written, or the writer is closing: try again later."""


class Receipt(Protocol):
    """Who waits for one batch."""

    def settle(self, result: Outcome | Exception) -> None:
        """Told once, in the writer's thread: what became of the batch, or what kept it from being durable."""
        ...


class _Waiting(NamedTuple):
    batch: AdmittedBatch
    receipt: Receipt


class _FutureReceipt(NamedTuple):
    future: "Future[Ack]"

    def settle(self, result: Outcome | Exception) -> None:
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(Ack(result))


class PackWriter:
    def __init__(
        self,
        objects: Objects,
        index: Index,
        *,
        node: str,
        clock_ms: Callable[[], int],
        gather_s: float = GATHER_S,
        max_pack_bytes: int = MAX_PACK_BYTES,
    ) -> None:
        """`node` must differ between writers that share a store: it is part of the keys of their packs."""
        self._index = index
        self._node, self._clock_ms = node, clock_ms
        self._gather_s, self._max_pack_bytes = gather_s, max_pack_bytes
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting_bytes, self._made, self._closed = 0, 0, False
        self._failure, self._failed_s = "", 0.0
        self._sites: dict[str, str] = {}  # of sessions seen before, see `record.screen`
        alone = isinstance(objects, LocalObjects) and not index.shared
        kind = GrowingPacks if alone else OwnPacks
        self._packs: GroupPacks = kind(objects, index, self.next_key)  # pyright: ignore[reportArgumentType]
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[Sequence[AdmittedBatch]], None]] = []

    def submit(self, batch: AdmittedBatch) -> "Future[Ack]":
        """As `hand_in`; the future resolves when the batch is durable, or raises what kept it from being so."""
        future: Future[Ack] = Future()
        future.set_running_or_notify_cancel()  # from now on it is written, whoever still waits
        self.hand_in(batch, _FutureReceipt(future))
        return future

    def hand_in(self, batch: AdmittedBatch, receipt: Receipt) -> None:
        """Queue one batch; `receipt` is told what became of it.

        Raises Busy at once where more than MAX_WAITING_BYTES wait, or after `close`.
        """
        with self._lock:
            if self._closed:
                raise Busy("the store is closing")
            if self._waiting_bytes > MAX_WAITING_BYTES:
                raise Busy(f"{self._waiting_bytes} bytes wait to be written, the limit is {MAX_WAITING_BYTES}")
            self._waiting_bytes += len(batch.body)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pack-writer", daemon=True)
                self._thread.start()
            self._queue.put(_Waiting(batch, receipt))

    @property
    def waiting_bytes(self) -> int:
        """How many bytes of bodies wait to be written."""
        return self._waiting_bytes

    @property
    def open(self) -> bool:
        """Whether batches are taken: not closing, and not too many waiting."""
        return not self._closed and self._waiting_bytes <= MAX_WAITING_BYTES

    @property
    def failing(self) -> str:
        """Why the last group, of the last FAILING_S, could not be kept; "" if it could. A node that is sent nothing
        because of it must come to be tried again."""
        return self._failure if time.monotonic() - self._failed_s < FAILING_S else ""

    def listen(self, listener: Callable[[Sequence[AdmittedBatch]], None]) -> None:
        """Have `listener` called with every group that was stored, in the writer's thread."""
        self._listeners.append(listener)

    def next_key(self, made_ms: int) -> str:
        """Return a key no pack has had: day / time - node - number."""
        with self._lock:
            self._made += 1
            day = dt.datetime.fromtimestamp(made_ms / 1000, dt.UTC).strftime("%Y-%m-%d")
            return f"packs/{day}/{made_ms:013d}-{self._node}-{self._made:06d}.pack"

    def close(self) -> None:
        """Refuse new batches, finish those that wait, end the thread."""
        with self._lock:
            self._closed, thread = True, self._thread
            self._queue.put(None)
        if thread:
            thread.join()
        try:
            self._packs.close()
        except (OSError, DBAPIError) as error:
            log.warning("the last pack is left for the next start to seal: %s", error)

    def _run(self) -> None:
        while group := self._gather():
            self._finish(group)

    def _gather(self) -> list[_Waiting]:
        """Wait for a first batch, then take what there is, up to one pack; empty once closed."""
        first = self._queue.get()
        if first is None:
            return []
        self._wait_for_company()
        group, size = [first], len(first.batch.body)
        with suppress(queue.Empty):
            while size < self._max_pack_bytes:
                item = self._queue.get_nowait()
                if item is None:
                    self._queue.put(None)  # for the next round
                    break
                group.append(item)
                size += len(item.batch.body)
        with self._lock:
            self._waiting_bytes -= size
        return group

    def _wait_for_company(self) -> None:
        """Wait while batches keep coming in.

        Taking what is there at once made two groups of half the size take turns: 64 waiting recorders then cost 30
        groups' syncs where 17 do, and 108 µs of CPU a batch where it is 92 now.
        """
        step_s = self._gather_s / GATHER_STEPS
        for _ in range(MAX_STEPS):
            before = self._queue.qsize()
            time.sleep(step_s)
            if self._queue.qsize() == before:
                return

    def _finish(self, group: list[_Waiting]) -> None:
        """Commit one group and answer everybody in it."""
        batches = [item.batch for item in group]
        try:
            outcomes = self._commit(batches)
        except Exception as error:
            self._failure, self._failed_s = f"{type(error).__name__}: {error}"[:200], time.monotonic()
            log.error("a pack of %d batches could not be kept: %s", len(group), error)
            for item in group:
                item.receipt.settle(error)
            return
        self._failure = ""
        for item, outcome in zip(group, outcomes, strict=True):
            item.receipt.settle(outcome)
        stored = [batch for batch, outcome in zip(batches, outcomes, strict=True) if outcome is Outcome.STORED]
        if not stored:
            return
        for listener in self._listeners:
            try:
                listener(stored)
            except Exception:
                log.exception("a listener of the pack writer failed")

    def _commit(self, batches: Sequence[AdmittedBatch]) -> list[Outcome]:
        """Make the batches durable; return what became of each.

        Batches the index has already are found by inserting: one statement where asking first takes two. They are
        rare, so the group is then simply tried again without them.
        """
        made_ms = self._clock_ms()
        if len(self._sites) > MAX_KNOWN:
            self._sites.clear()
        kept: set[Key] = set()
        outcomes: list[Outcome] = []
        while True:
            try:
                with self._index.write(rebuildable=True) as connection:
                    outcomes = screen(connection, [batch.facts for batch in batches], sites=self._sites)
                    if kept:
                        outcomes = [
                            Outcome.DUPLICATE if outcome is Outcome.STORED and key_of(batch.facts) in kept else outcome
                            for batch, outcome in zip(batches, outcomes, strict=True)
                        ]
                    fresh = [b for b, outcome in zip(batches, outcomes, strict=True) if outcome is Outcome.STORED]
                    if fresh:
                        self._packs.write(connection, made_ms, fresh, self._sites)
                self._packs.settle()
                return outcomes
            except KeptAlready as found:
                kept |= found.keys
            except StaleSessions:
                self._sites.clear()
            except Exception:
                if self._was_committed():
                    return outcomes
                raise

    def _was_committed(self) -> bool:
        """After a failed commit: True if the rows are there all the same; else what was written is taken back."""
        try:
            return self._packs.undo()
        except Exception as error:
            log.warning("what a failed group wrote is left for the next start: %s", error)
            return False
