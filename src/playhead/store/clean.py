"""Clean: a session's log without personal data, for everything that is derived from it, and at last the log itself.

While a session goes on, its packs hold what the recorder sent, and readers take it through `read_clean`. Once it is at
rest `scrub_log` writes new packs for the batches that held something, lets the rows point there, and has the old packs
rewritten without them (as an erasure does); the revision it did that at is remembered.
Imports   are kept as they came, since an export gives them back exactly; into a strict site they come in scrubbed
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from playhead.core.editable import Editable
from playhead.core.events import EventError
from playhead.core.scrub import scrub_batch, scrub_events
from playhead.store.batch import AdmittedBatch, BatchFacts, BatchKey
from playhead.store.bodies import Bodies
from playhead.store.digests import at_rest
from playhead.store.index import insert_ignore
from playhead.store.inflate import InflateError
from playhead.store.log import SessionRead, StoredBatch
from playhead.store.objects import ObjectMissing
from playhead.store.pack import PackError, encode_pack, read_contents
from playhead.store.rewrite import finish_rewrites
from playhead.store.site_settings import parse_settings
from playhead.store.tables import batches, packs, rewrites, scrubbed, sessions, sites
from playhead.store.work import clock_ms, is_free
from playhead.store.zstd import deflate

if TYPE_CHECKING:
    from playhead.store import Store

MAX_PACK_BYTES: Final = 8 << 20
EMPTIED: Final = b"["  # stands for a batch that cannot be read: nor can this, so the gap in the session stays


class Policy(NamedTuple):
    """How a session is to be scrubbed, and whether that is done."""

    needed: bool
    strict: bool
    done: bool


class _Changed(NamedTuple):
    old: StoredBatch
    batch: AdmittedBatch


def policy_of(store: "Store", session_id: str) -> Policy:
    """Return what holds for the session; nothing is needed for an unknown one."""
    with store.index.read() as connection:
        row = connection.execute(_POLICY, {"id": session_id}).first()
    if row is None:
        return Policy(needed=False, strict=False, done=True)
    source, settings, revision, cleaned = row
    strict = parse_settings(settings or "{}").privacy == "strict"
    return Policy(needed=strict or source != "import", strict=strict, done=(cleaned or 0) >= revision)


def read_clean(store: "Store", session_id: str) -> SessionRead:
    """Return the session's events as they may be kept and shown."""
    policy = policy_of(store, session_id)
    read = store.log.read(session_id)
    if not policy.needed or policy.done:
        return read
    return read._replace(events=scrub_events(read.events, strict=policy.strict))


def note_unscrubbed(store: "Store", session_id: str) -> None:
    """Remember that the session's log is still to be scrubbed, should nothing more of it arrive."""
    policy = policy_of(store, session_id)
    if policy.needed and not policy.done:
        with store.index.write() as connection:
            connection.execute(insert_ignore(connection, scrubbed), {"session": session_id, "revision": 0})


def waiting_for_scrub(store: "Store", *, limit: int) -> list[str]:
    """Return noted sessions that came to rest and that no worker has."""
    now_ms = store.now_ms()
    with store.index.read() as connection:
        query = _WAITING.where(at_rest(now_ms), is_free(sessions.c.id, clock_ms(connection, now_ms)))
        return list(connection.execute(query.limit(limit)).scalars())


def scrub_log(store: "Store", session_id: str) -> int:
    """Scrub what the packs hold of the session; return how many batches held something. Safe to repeat."""
    policy = policy_of(store, session_id)
    if not policy.needed or policy.done:
        return 0
    revision = _revision(store, session_id)
    count, group, size = 0, list[_Changed](), 0
    for changed in _changed(store, session_id, policy.strict):
        group.append(changed)
        size += len(changed.batch.body)
        count += 1
        if size >= MAX_PACK_BYTES:
            _replace(store, group)
            group, size = [], 0
    if group:
        _replace(store, group)
    finish_rewrites(store.objects, store.index, new_key=store.new_key)
    with store.index.write() as connection:
        connection.execute(sa.delete(scrubbed).where(scrubbed.c.session == session_id))
        if connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session_id)).first():
            connection.execute(sa.insert(scrubbed), {"session": session_id, "revision": revision})
    return count


def _revision(store: "Store", session_id: str) -> int:
    with store.index.read() as connection:
        return connection.execute(sa.select(sessions.c.log_revision).where(sessions.c.id == session_id)).scalar() or 0


def _changed(store: "Store", session_id: str, strict: bool) -> Iterator[_Changed]:
    known: dict[str, dict[BatchKey, BatchFacts]] = {}
    pages: dict[str, Editable] = {}
    bodies = store.log.bodies()
    for stored in list(store.log.batches(session_id)):
        page = pages.setdefault(stored.key.page, Editable(unknown=False))
        try:
            clean = _scrubbed(bodies, stored, strict, page)
            if clean is None:
                continue
            if stored.pack not in known:
                known[stored.pack] = _facts(store, stored.pack)
        except (ObjectMissing, PackError):
            continue  # gone or damaged: `check` tells
        if facts := known[stored.pack].get(stored.key):
            yield _Changed(stored, AdmittedBatch(facts, deflate(clean)))


def _scrubbed(bodies: Bodies, stored: StoredBatch, strict: bool, page: Editable) -> bytes | None:
    """Return what the batch may hold, None where that is what it holds; raises ObjectMissing, PackError."""
    body = b""
    try:
        body = bodies.get(*stored.place)
        clean = scrub_batch(body, strict=strict, editable=page)
    except (InflateError, EventError):
        clean = EMPTIED  # anything may stand in what nobody can read
    return None if clean == body else clean


def _facts(store: "Store", pack: str) -> dict[BatchKey, BatchFacts]:
    contents = read_contents(lambda start, length: store.objects.get_range(pack, start, length), name=pack)
    return {item.entry.facts.key: item.entry.facts for item in contents.placed}


def _replace(store: "Store", group: list[_Changed]) -> None:
    """New pack, then in one transaction: rows point to it and the old packs are marked for rewriting."""
    made_ms = store.now_ms()
    blob, contents = encode_pack([changed.batch for changed in group], made_ms=made_ms)
    key = store.new_key()
    store.objects.put(key, blob)
    with store.index.write() as connection:
        row = {"key": key, "made_ms": made_ms, "bytes": len(blob)}
        pack = connection.execute(sa.insert(packs).returning(packs.c.id), row).scalar_one()
        ids = dict(iter(connection.execute(_PACK_IDS, {"keys": list({changed.old.pack for changed in group})})))
        moved = 0
        for changed, placed in zip(group, contents.placed, strict=True):
            session, page, seq = changed.old.key
            own = sa.and_(batches.c.session == session, batches.c.page == page, batches.c.seq == seq)
            still = sa.and_(own, batches.c.pack == ids.get(changed.old.pack, -1))
            place = {"pack": pack, "start": placed.start, "length": placed.entry.length, "crc32": placed.entry.crc32}
            moved += connection.execute(sa.update(batches).where(still).values(place)).rowcount
        marks = [*ids.values(), *([pack] if moved < len(group) else [])]  # erased meanwhile: its bytes go again
        connection.execute(insert_ignore(connection, rewrites), [{"pack": number} for number in marks])


_POLICY: Final = (
    sa.select(sessions.c.source, sites.c.settings, sessions.c.log_revision, scrubbed.c.revision)
    .select_from(sessions)
    .outerjoin(sites, sites.c.key == sessions.c.site)
    .outerjoin(scrubbed, scrubbed.c.session == sessions.c.id)
    .where(sessions.c.id == sa.bindparam("id"))
)
_WAITING: Final = (
    sa.select(sessions.c.id)
    .join(scrubbed, scrubbed.c.session == sessions.c.id)
    .where(scrubbed.c.revision == 0)
    .order_by(sessions.c.id)
)
_PACK_IDS: Final = sa.select(packs.c.key, packs.c.id).where(packs.c.key.in_(sa.bindparam("keys", expanding=True)))
