"""Live: who watches sessions that are still being recorded, and what is new for them.

A watcher waits at `woken` until a batch of the session was stored by this process; batches that other processes store
are found by looking at the index now and then. What was read for one watcher serves all of them.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.jobs.growing import Growing
from playhead.query.replay import outline_of
from playhead.query.sessions import is_live
from playhead.store import Store
from playhead.store.batch import AdmittedBatch
from playhead.store.tables import sessions

MAX_HELD: Final = 32  # sessions kept at hand; the one nobody asked for longest goes
FORGET_S: Final = 90.0  # after the last question


class State(NamedTuple):
    """Where a session stands; `ended`: it said goodbye."""

    live: bool
    ended: bool
    revision: int


class Cursor(NamedTuple):
    """What a watcher has: `at` events of slice `number`, which begins at `from_ms`; -1 for none of it."""

    revision: int
    slices: int
    number: int
    from_ms: float
    at: int


class News(msgspec.Struct):
    """What a watcher has not seen; `outline` (query.replay) where slices came or changed, else None."""

    live: bool
    ended: bool
    revision: int
    end_ms: float
    number: int
    at: int
    events: list[msgspec.Raw]
    outline: dict[str, Any] | None


class Live:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Growing, float]] = {}
        self._watchers: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}
        store.packs.listen(self._on_stored)

    @contextmanager
    def watching(self, session_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever something of the session was stored; used on an event loop."""
        watcher = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._watchers.setdefault(session_id, set()).add(watcher)
        try:
            yield watcher[1]
        finally:
            with self._lock:
                rest = self._watchers.get(session_id, set()) - {watcher}
                self._watchers[session_id] = rest
                if not rest:
                    del self._watchers[session_id]

    def state(self, session_id: str) -> State | None:
        """Return where the session stands, None for an unknown one."""
        with self._store.index.read() as connection:
            row = connection.execute(_STATE, {"id": session_id}).mappings().first()
        if row is None:
            return None
        return State(is_live(row, now_ms=self._store.now_ms()), row["ended"], row["log_revision"])

    def growing(self, session_id: str) -> Growing | None:
        """Return the session's slices if it goes on, or somebody watched it a moment ago; else None.

        One that said goodbye is no longer growing: its slices are those that are stored.
        """
        state = self.state(session_id)
        with self._lock:
            self._forget()
            if state is None or state.ended:
                self._held.pop(session_id, None)
                return None
            held = self._held.pop(session_id, None)
            if held is None and not state.live:
                return None
            growing = held[0] if held else Growing(self._store, session_id)
            self._held[session_id] = (growing, time.monotonic())  # asked for last, forgotten last
        growing.update(state.revision)
        return growing

    def news(self, session_id: str, have: Cursor, *, whole: bool) -> News | None:
        """Return what the watcher has not seen; `whole`: with the outline anyway. None for an unknown session."""
        growing, state = self.growing(session_id), self.state(session_id)
        if state is None:
            return None
        if growing is None or have.number < 0:
            outline = outline_of(growing.manifest(), growing.revision, live=True) if growing else None
            end_ms = growing.end_ms if growing else 0.0
            return News(state.live, state.ended, state.revision, end_ms, have.number, have.at, [], outline)
        same = growing.starts_at(have.number, have.from_ms)
        events = growing.tail(have.number, have.at) if same and have.at >= 0 else []
        outline = None
        if whole or not same or have.slices != growing.slices:
            outline = outline_of(growing.manifest(), growing.revision, live=True)
        revision = growing.revision
        return News(state.live, state.ended, revision, growing.end_ms, have.number, have.at, events, outline)

    def _forget(self) -> None:
        gone = time.monotonic() - FORGET_S
        old = [session_id for session_id, (_, asked_s) in self._held.items() if asked_s < gone]
        for session_id in [*old, *list(self._held)[: max(0, len(self._held) - len(old) - MAX_HELD)]]:
            self._held.pop(session_id, None)

    def _on_stored(self, batches: Sequence[AdmittedBatch]) -> None:
        if not self._watchers:
            return
        with self._lock:
            watchers = [one for batch in batches for one in self._watchers.get(batch.facts.session, ())]
        for loop, woken in set(watchers):
            if not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)


_STATE: Final = sa.select(
    sessions.c.source, sessions.c.ended, sessions.c.last_received_ms, sessions.c.log_revision
).where(sessions.c.id == sa.bindparam("id"))
