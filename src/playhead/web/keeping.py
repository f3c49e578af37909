"""Keeping: slices of a session that is over may stay in the browser of whoever watches, for KEPT_S.

A slice never changes, but it must not be shown to whoever uses that browser next, and not for long to anybody once its
session is erased. So its address carries a mark of the person, of what they may learn and of the session's revision:
another person has another address. Without the mark, or with another's, the answer says `no-store`. A logout has the
browser empty its cache, where it came by https or on this machine.
"""

from typing import Any, Final

from playhead.web.auth import who_asks
from playhead.web.masking import masks

KEPT_S: Final = 600  # as long as pictures and sheets: what was erased is gone from a viewer's browser soon
KEEP: Final = f"private, max-age={KEPT_S}, immutable"


def key_for(request: Any, session_id: str, revision: int) -> str:
    """Return the mark under which whoever asks may keep slices of this revision; "" for programs."""
    if request.headers.get("authorization"):
        return ""
    who = who_asks(request)
    learns = "masked" if masks(request) else "whole"
    parts = (session_id, str(revision), str(who.person), who.role, who.called, learns)
    return request.app.state.services.capabilities.mark(*parts)


def cache_control(request: Any, session_id: str, revision: int, key: str | None) -> str:
    """Return what an answer says of its keeping."""
    return KEEP if key and key == key_for(request, session_id, revision) else "no-store"
