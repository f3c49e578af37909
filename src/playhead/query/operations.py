"""Operations: how the store and its work stand, for the page, the API and Prometheus."""

from typing import Any

import msgspec
import sqlalchemy as sa

from playhead.store import Store
from playhead.store.tables import UNDIGESTED, batches, packs, sessions
from playhead.store.tables import work as work_table
from playhead.store.work import failed, held


class Failure(msgspec.Struct):
    """A session that could not be read; `aside` is tried again only when asked, or when more of it arrives."""

    session: str
    site: str
    tries: int
    error: str
    retry_ms: int  # when it is tried again by itself; 0 where it is not
    aside: bool
    last_received_ms: int


class Operations(msgspec.Struct):
    index: str  # "SQLite" or "PostgreSQL"
    objects: str  # where the bytes are
    sessions: int
    waiting: int  # sessions with batches that no digest has read
    oldest_waiting_ms: int  # when the one that waits longest was last heard of; 0: none
    at_work: int  # sessions a worker has
    packs: int
    pack_bytes: int
    batches: int
    unwritten_bytes: int  # that wait in this node's memory
    set_aside: int
    failures: list[Failure]


def operations(store: Store) -> Operations:
    count = sa.func.count()
    with store.index.read() as connection:

        def one(query: sa.Select[Any]) -> int:
            return int(connection.execute(query).scalar() or 0)

        asked = sa.select(count, sa.func.min(sessions.c.last_received_ms)).where(UNDIGESTED)
        waiting, oldest = connection.execute(asked).one()
        busy = sa.and_(work_table.c.owner != "", held(store.now_ms()))
        size = connection.execute(sa.select(count, sa.func.coalesce(sa.func.sum(packs.c.bytes), 0))).one()
        found = Operations(
            index="PostgreSQL" if store.index.shared else "SQLite",
            objects=getattr(store.objects, "url", "") or str(getattr(store.objects, "root", "")),
            sessions=one(sa.select(count).select_from(sessions)),
            waiting=waiting,
            oldest_waiting_ms=oldest or 0,
            at_work=one(sa.select(count).select_from(work_table).where(busy)),
            packs=size[0],
            pack_bytes=int(size[1]),
            batches=one(sa.select(count).select_from(batches)),
            unwritten_bytes=store.packs.waiting_bytes,
            set_aside=one(sa.select(count).select_from(work_table).where(work_table.c.aside)),
            failures=[],
        )
    found.failures = [Failure(*row) for row in failed(store.index)]
    return found


def prometheus(store: Store) -> str:
    """Return the state of the work as Prometheus text; only what is cheap to ask."""
    count = sa.func.count()
    with store.index.read() as connection:
        asked = sa.select(count, sa.func.min(sessions.c.last_received_ms)).where(UNDIGESTED)
        waiting, oldest = connection.execute(asked).one()
        aside = connection.execute(sa.select(count).select_from(work_table).where(work_table.c.aside)).scalar_one()
        busy = sa.and_(work_table.c.owner != "", held(store.now_ms()))
        at_work = connection.execute(sa.select(count).select_from(work_table).where(busy)).scalar_one()
    age_s = max(0.0, (store.now_ms() - oldest) / 1000) if oldest else 0.0
    gauges = {
        "playhead_digest_waiting_sessions": ("Sessions with batches that no digest has read.", waiting),
        "playhead_digest_oldest_seconds": ("How long the oldest of them has waited.", age_s),
        "playhead_digest_at_work_sessions": ("Sessions that a worker has at hand.", at_work),
        "playhead_digest_set_aside_sessions": ("Sessions given up after repeated failures.", aside),
        "playhead_ingest_unwritten_bytes": ("Bytes of batches that wait to be written.", store.packs.waiting_bytes),
    }
    lines = [f"# HELP {name} {said}\n# TYPE {name} gauge\n{name} {value}" for name, (said, value) in gauges.items()]
    return "\n".join(lines) + "\n"
