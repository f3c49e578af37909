"""Digest: a session's log → its trace → index rows, trace and rules report, replaced in one transaction.

Idempotent, and safe side by side: the rows carry the state of the log they were made from, an older one never replaces
a newer. A stored session is read as its own export would be, so that export and import give the same trace.
"""

import logging
import threading
import time
from typing import Final

import msgspec
from sqlalchemy.exc import DBAPIError

from playhead.analyst import rules
from playhead.core.events import encode_events
from playhead.core.projector import project
from playhead.core.readers.formats import FormatError, read_recording
from playhead.core.secrets import scrub_text
from playhead.core.signals import Overrides, known_limits
from playhead.core.trace import PROJECTOR_VERSION, Trace
from playhead.jobs import rows
from playhead.store import Store, work
from playhead.store.clean import note_unscrubbed, read_clean
from playhead.store.digests import Digest, DigestState, load_trace, replace_digest, state_of
from playhead.store.log import Gap, SessionRead
from playhead.store.site_settings import limits_of_session

MAX_GAPS: Final = 100  # named in coverage; all are counted

WAIT_S: Final = 20.0  # for another process that digests the same session
POLL_S: Final = 0.1

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
        controls=rows.control_row(session_id, trace),
        signals=list(rows.signal_rows(session_id, trace)),
        trace=msgspec.json.encode(trace),
        report=rules.write(trace),
    )
    replace_digest(store.index, made, now_ms=store.now_ms())
    return trace


def ensure_digested(store: Store, session_id: str) -> None:
    """Digest the session if batches arrived or the projector changed since; cheap otherwise. Unknown ids pass.

    Where another process has it at hand, its result is waited for; where it failed, its next try is the workers'. A
    session that cannot be digested says why in its row (`digest_error`), see `store.work`.
    """
    if _is_done(store, session_id):
        return
    owner = f"{store.node}-{threading.get_ident()}"
    with _locks[hash(session_id) % len(_locks)]:
        end_s = time.monotonic() + WAIT_S
        while not _is_done(store, session_id):  # another thread or process may have done it while we waited
            if work.take(store.index, owner, [session_id], now_ms=store.now_ms(), at_once=True):
                if attempt(store, session_id, owner):
                    work.finish(store.index, owner, session_id)
                return
            if time.monotonic() > end_s or not work.is_at_hand(store.index, session_id):
                return
            time.sleep(POLL_S)


def attempt(store: Store, session_id: str, owner: str) -> bool:
    """Digest a session on which `owner` has a lease; True where that is done and the lease still ours.

    What fails is noted, let go of, and tried again later; so is what ended its process. A store that cannot be reached
    is not the session's fault and counts as no try.
    """
    now_ms = store.now_ms()
    tries = work.begin(store.index, owner, session_id, now_ms=now_ms)
    if not tries:
        return False
    if tries > work.MAX_TRIES:
        _note(store, session_id, owner, f"{tries - 1} workers ended while they read this session")
        return False
    try:
        if not _is_done(store, session_id):
            digest(store, session_id)
    except NoSession:
        pass
    except (OSError, DBAPIError) as error:
        log.warning("session %s is digested later, the store cannot be used: %s", session_id, error)
        work.postpone(store.index, owner, session_id, now_ms=now_ms)
        return False
    except Exception as error:
        log.exception("session %s cannot be digested (try %d of %d)", session_id, tries, work.MAX_TRIES)
        _note(store, session_id, owner, scrub_text(f"{type(error).__name__}: {error}"))
        return False
    return True


def _note(store: Store, session_id: str, owner: str, said: str) -> None:
    now_ms = store.now_ms()
    if work.fail(store.index, owner, session_id, error=said, now_ms=now_ms, version=PROJECTOR_VERSION):
        log.error("session %s is set aside: %s", session_id, said)


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


def _is_done(store: Store, session_id: str) -> bool:
    """Whether nothing is to be digested: it was, or there is no such session."""
    state = state_of(store.index, session_id)
    return state is None or _is_fresh(state)


def _is_fresh(state: DigestState) -> bool:
    return state.digest_revision >= state.log_revision and state.projector_version >= PROJECTOR_VERSION


def _first_received_ms(store: Store, read: SessionRead) -> float:
    return float(min((batch.received_ms for batch in read.batches), default=store.now_ms()))
