"""Digest: a session's log → its trace → index rows, trace and rules report, replaced in one transaction.

Idempotent, and safe side by side: the rows carry the state of the log they were made from, an older one never replaces
a newer. A stored session is read as its own export would be, so that export and import give the same trace.
"""

import logging
import threading
from typing import Final

import msgspec

from playhead.analyst import rules
from playhead.core.events import encode_events
from playhead.core.projector import project
from playhead.core.readers.formats import FormatError, read_recording
from playhead.core.signals import Overrides, known_limits
from playhead.core.trace import PROJECTOR_VERSION, Trace
from playhead.jobs import rows
from playhead.store import Store
from playhead.store.clean import note_unscrubbed, read_clean
from playhead.store.digests import Digest, DigestState, load_trace, note_failure, replace_digest, state_of
from playhead.store.log import Gap, SessionRead
from playhead.store.site_settings import limits_of_session

MAX_GAPS: Final = 100  # named in coverage; all are counted

log = logging.getLogger(__name__)
_locks = [threading.Lock() for _ in range(64)]  # two digests of one session would do the same work twice


class NoSession(LookupError):
    """There is no session of this id."""


def digest(store: Store, session_id: str) -> Trace:
    """Read the session anew and replace all that was derived from it; raises NoSession."""
    if not store.log.exists(session_id):
        raise NoSession(f"there is no session {session_id!r}")
    read = read_clean(store, session_id)
    note_unscrubbed(store, session_id)
    limits = limits_of_session(store.index, session_id)
    trace = project_stored(read, limits) if limits else project_stored(read)
    made = Digest(
        session=session_id,
        revision=read.revision,
        facts=rows.session_row(trace, read, first_received_ms=_first_received_ms(store, read)),
        pages=list(rows.page_rows(session_id, trace)),
        interactions=list(rows.interaction_rows(session_id, trace)),
        signals=list(rows.signal_rows(session_id, trace)),
        trace=msgspec.json.encode(trace),
        report=rules.write(trace),
    )
    replace_digest(store.index, made, now_ms=store.now_ms())
    return trace


def ensure_digested(store: Store, session_id: str) -> None:
    """Digest the session if batches arrived or the projector changed since; cheap otherwise.

    A session that cannot be digested is set aside with the reason in its row (`digest_error`); unknown ids pass.
    """
    state = state_of(store.index, session_id)
    if state is None or _is_fresh(state):
        return
    with _locks[hash(session_id) % len(_locks)]:
        state = state_of(store.index, session_id)  # another thread may have done it while we waited
        if state is None or _is_fresh(state):
            return
        try:
            digest(store, session_id)
        except NoSession:
            return
        except Exception as error:
            log.exception("session %s cannot be digested", session_id)
            said = f"{type(error).__name__}: {error}"[:500]
            note_failure(
                store.index,
                session_id,
                revision=state.log_revision,
                version=PROJECTOR_VERSION,
                error=said,
                now_ms=store.now_ms(),
            )


def stored_trace(store: Store, session_id: str) -> Trace | None:
    """Return the trace of the last digest, or None."""
    return load_trace(store.index, session_id)


def project_stored(read: SessionRead, limits: Overrides | None = None) -> Trace:
    """Return the trace of stored events; what is missing among them is said in its coverage.

    `limits`: the site's own thresholds; those that no signal knows any more are left out.
    """
    coverage: dict[str, object] = {}
    events = read.events
    if events:
        try:
            recording = read_recording(encode_events(events))
            events, coverage = recording.events, recording.coverage
        except FormatError as error:
            coverage = {"unreadable": str(error)}
    if read.gaps:
        coverage["gaps"] = [_said(gap) for gap in read.gaps[:MAX_GAPS]]
        coverage["batches_missing"] = sum(gap.to_seq - gap.from_seq + 1 for gap in read.gaps)
    if read.skipped:
        coverage["skipped"] = dict(read.skipped)
    return project(events, coverage=coverage, overrides=known_limits(limits or {}))


def _said(gap: Gap) -> dict[str, object]:
    return {"page": gap.page, "from_seq": gap.from_seq, "to_seq": gap.to_seq, "reason": gap.reason}


def _is_fresh(state: DigestState) -> bool:
    return state.digest_revision >= state.log_revision and state.projector_version >= PROJECTOR_VERSION


def _first_received_ms(store: Store, read: SessionRead) -> float:
    return float(min((batch.received_ms for batch in read.batches), default=store.now_ms()))
