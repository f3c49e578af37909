"""Store: durable bytes (objects), the index over them, the log read from them, the writer into them."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from playhead.store.cloud import open_objects
from playhead.store.index import Index
from playhead.store.lock import StoreLock
from playhead.store.log import SessionLog
from playhead.store.objects import LocalObjects, Objects
from playhead.store.packs import PackWriter
from playhead.store.postgres import DatabaseLock
from playhead.store.recovery import Recovered, recover

__all__ = ["Store", "StoreInUse", "open_store"]


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
    node: str  # of this process, among all that share the store
    lock: StoreLock | DatabaseLock
    recovered: Recovered

    def new_key(self) -> str:
        return self.packs.next_key(self.now_ms())

    def close(self) -> None:
        """Finish what waits to be written, then let go of everything."""
        self.packs.close()
        self.lock.release()
        self.index.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class StoreInUse(RuntimeError):
    """Somebody else has the store open, and what is asked for needs it alone."""


def open_store(
    data_dir: Path,
    *,
    index_url: str = "",
    objects_url: str = "",
    now_ms: Callable[[], int] = wall_clock_ms,
    mend: bool = True,
    exclusive: bool = False,
) -> Store:
    """Open the store, made if need be; recovers from a crash if nobody else has it open and `mend` says so.

    `exclusive` keeps everybody else out until it is closed, or raises StoreInUse.

    Index and objects are under `data_dir` where no address says otherwise: `postgresql://…` for the index,
    `s3://…`, `gs://…`, `az://…` or `file:///…` for the objects. Raises OSError where one of them cannot be used,
    IndexVersionError where a newer Playhead wrote it, ValueError for an address nobody understands.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    objects = open_objects(objects_url or os.fspath(data_dir / "objects"))
    index = Index(index_url or sa.URL.create("sqlite", database=os.fspath(data_dir / "index.db")))
    lock: StoreLock | DatabaseLock | None = None
    try:
        if not index.shared:
            lock = StoreLock(data_dir / "store.lock")
        index.create()
        lock = lock or DatabaseLock(index.engine)
        node = secrets.token_hex(4)
        packs = PackWriter(objects, index, node=node, clock_ms=now_ms)
        store = Store(objects, index, SessionLog(objects, index), packs, now_ms, node, lock, Recovered())
        if exclusive and not lock.alone:
            raise StoreInUse("a server or another command has this store open: stop it first")
        if lock.alone and mend:
            if isinstance(objects, LocalObjects):
                objects.clean()
            store.recovered = recover(objects, index, new_key=store.new_key)
        if not exclusive:
            lock.share()
    except BaseException:
        index.close()
        if lock:
            lock.release()
        raise
    return store
