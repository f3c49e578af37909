"""Reindex: the index made anew from the packs, as after the loss of its database.

Made anew   packs, batches, sessions, traces, pages, interactions, signals, rules reports; segments when watched
Kept        what no pack holds: sites and their settings, people, model reports, answers, marks, comments, share links,
            jobs, films, usage, and which sessions were erased
Cut short   by a crash, the next start takes up the packs that have no rows yet, and workers digest as always
A model's report stands again where the session's trace came out as it was; otherwise it is kept and does not stand.
"""

import hashlib
from collections.abc import Callable
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.jobs.digest import ensure_digested
from playhead.store import Store, search
from playhead.store.analysis_tables import reports
from playhead.store.recovery import Recovered, recover
from playhead.store.reports import crown_report
from playhead.store.rewrite import finish_rewrites
from playhead.store.segments import finish_removals
from playhead.store.standing import RULES
from playhead.store.tables import (
    OF_A_DIGEST,
    batches,
    dictionaries,
    digests,
    leftovers,
    manifests,
    packs,
    rewrites,
    scrubbed,
    sessions,
    uncompacted,
    work,
)

REBUILT: Final = (
    *OF_A_DIGEST,
    *(manifests, scrubbed, work, rewrites, leftovers, uncompacted, batches, packs, dictionaries, sessions),
)


class Reindexed(NamedTuple):
    packs: int
    unreadable: int
    sessions: int
    failed: int  # sessions that could not be digested


class _Stamp(NamedTuple):
    """What a session's model reports were written on."""

    revision: int
    version: int
    trace: bytes  # SHA-256


def reindex(store: Store, *, progress: Callable[[str, int, int], None] = lambda *_: None) -> Reindexed:
    """Rebuild; the store must be open for nobody else (`open_store(exclusive=True)`)."""
    finish_rewrites(store.objects, store.index, new_key=store.new_key)  # or erased bytes would be taken up again
    finish_removals(store.objects, store.index)
    stamps = _stamps(store)
    with store.index.write() as connection:
        for table in REBUILT:
            connection.execute(sa.delete(table))
        search.clear(connection)
    progress("packs", 0, 1)
    done: Recovered = recover(store.objects, store.index, new_key=store.new_key, young_ms=0)
    progress("packs", 1, 1)
    with store.index.read() as connection:
        ids = list(connection.execute(sa.select(sessions.c.id).order_by(sessions.c.started_ms)).scalars())
    for number, session in enumerate(ids):
        progress("sessions", number, len(ids))
        ensure_digested(store, session)
        if stamp := stamps.get(session):
            _stand_again(store, session, stamp)
    progress("sessions", len(ids), len(ids))
    with store.index.read() as connection:
        failed = connection.execute(sa.select(sa.func.count()).where(sessions.c.digest_error != "")).scalar_one()
    return Reindexed(done.adopted, done.unreadable, len(ids), failed)


def _stamps(store: Store) -> dict[str, _Stamp]:
    """Return the stamp of every session that has a report of a model."""
    columns = (sessions.c.id, sessions.c.digest_revision, sessions.c.projector_version, digests.c.trace)
    with_report = sa.select(reports.c.session).where(reports.c.analyst != RULES)
    query = sa.select(*columns).join(digests, digests.c.session == sessions.c.id).where(sessions.c.id.in_(with_report))
    with store.index.read() as connection:
        return {
            session: _Stamp(revision, version, hashlib.sha256(trace).digest())
            for session, revision, version, trace in connection.execute(query)
        }


def _stand_again(store: Store, session: str, old: _Stamp) -> None:
    query = sa.select(sessions.c.digest_revision, sessions.c.projector_version, digests.c.trace)
    query = query.join(digests, digests.c.session == sessions.c.id).where(sessions.c.id == session)
    with store.index.write() as connection:
        new = connection.execute(query).first()
        if new is None or hashlib.sha256(new[2]).digest() != old.trace:
            return
        stamped = sa.and_(reports.c.digest_revision == old.revision, reports.c.projector_version == old.version)
        own = sa.and_(reports.c.session == session, reports.c.analyst != RULES, stamped)
        values = {"digest_revision": new[0], "projector_version": new[1]}
        if connection.execute(sa.update(reports).where(own).values(values)).rowcount:
            crown_report(connection, session)
