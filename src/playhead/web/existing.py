"""Existing: the session that a route is asked about, or the answer that it is not here."""

from litestar.exceptions import HTTPException

from playhead.jobs.digest import ensure_digested
from playhead.jobs.segments import ensure_segments
from playhead.store import Store
from playhead.store.segments import Stored
from playhead.web.params import AnyRequest
from playhead.web.problems import not_found


def no_session(session_id: str) -> HTTPException:
    return not_found(f"there is no session {session_id!r}")


def existing(request: AnyRequest, session_id: str) -> Store:
    """Return the store that has the session."""
    store: Store = request.app.state.services.store
    if not store.log.exists(session_id):
        raise no_session(session_id)
    return store


def digested(request: AnyRequest, session_id: str) -> Store:
    """Return the store, the session's trace and signals in it being of all that was recorded."""
    store = existing(request, session_id)
    ensure_digested(store, session_id)
    return store


def segments_of(store: Store, session_id: str) -> Stored:
    """Return what the session's replay is made of."""
    stored = ensure_segments(store, session_id)
    if stored is None:
        raise no_session(session_id)
    return stored
