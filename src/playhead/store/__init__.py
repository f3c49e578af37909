"""Store: durable bytes (objects), the index over them, the log read from them, the writer into them."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from playhead.store.index import Index
from playhead.store.lock import StoreLock
from playhead.store.log import SessionLog
from playhead.store.objects import LocalObjects, Objects
from playhead.store.packs import PackWriter
from playhead.store.recovery import Recovered, recover

__all__ = ["Store", "open_store"]


def wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Store:
    """Everything that is kept, by noun; thread-safe. `now_ms` is the clock of all that is written."""

    objects: Objects
    index: Index
    log: SessionLog
    packs: PackWriter
    now_ms: Callable[[], int]
    lock: StoreLock
    recovered: Recovered

    def new_key(self) -> str:
        return self.packs.next_key(self.now_ms())

    def close(self) -> None:
        """Finish what waits to be written, then let go of everything."""
        self.packs.close()
        self.index.close()
        self.lock.release()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(data_dir: Path, *, now_ms: Callable[[], int] = wall_clock_ms) -> Store:
    """Open the embedded store under `data_dir`, made if need be; recovers from a crash if nobody else has it open.

    Raises OSError where the directory cannot be used, IndexVersionError where a newer Playhead wrote it.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = StoreLock(data_dir / "store.lock")
    objects = LocalObjects(data_dir / "objects")
    index = Index(sa.URL.create("sqlite", database=os.fspath(data_dir / "index.db")))
    try:
        index.create()
        packs = PackWriter(objects, index, node=secrets.token_hex(4), clock_ms=now_ms)
        store = Store(objects, index, SessionLog(objects, index), packs, now_ms, lock, Recovered())
        if lock.alone:
            objects.clean()
            store.recovered = recover(objects, index, new_key=store.new_key)
        lock.share()
    except BaseException:
        index.close()
        lock.release()
        raise
    return store
