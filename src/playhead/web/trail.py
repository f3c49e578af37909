"""Trail: the audit log kept by what stands beside a route (`audit="exported"`): noted before the answer leaves.

Only answers below 400 are noted. Watching is noted once in a while, since one replay asks many times.
"""

import logging
import threading
import time
from typing import Any, Final

from anyio import to_thread

from playhead.query import audit
from playhead.store import Store
from playhead.web.auth import address_of, who_asks

log = logging.getLogger(__name__)
AGAIN_S: Final = 300.0
MAX_REMEMBERED: Final = 10_000


class Trail:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._watched: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    async def before_send(self, message: Any, scope: Any) -> None:
        """Litestar hook: runs before every part of an answer."""
        if message["type"] != "http.response.start" or message["status"] >= 400:
            return
        handler = scope.get("route_handler")
        action = handler.opt.get("audit") if handler is not None else None
        if action:
            from litestar.connection import ASGIConnection

            connection = ASGIConnection(scope)
            await to_thread.run_sync(self.note, connection, action, _target(scope))

    def log_refusal(self, why: Exception) -> None:
        log.warning("a login at the identity provider was refused: %s", why)

    def note(self, connection: Any, action: str, target: str = "", who: str = "") -> None:
        who = who or who_asks(connection).called
        if action == "watched" and not self._fresh(who, target):
            return
        audit.note(self._store, who=who, action=action, target=target, address=address_of(connection))

    def _fresh(self, who: str, target: str) -> bool:
        with self._lock:
            now = time.monotonic()
            if now - self._watched.get((who, target), -AGAIN_S) < AGAIN_S:
                return False
            if len(self._watched) >= MAX_REMEMBERED:
                self._watched.clear()
            self._watched[who, target] = now
            return True


def _target(scope: Any) -> str:
    """Name what a route is about: as its handler said in `state.audit_target`, else by what its address holds."""
    if named := scope.get("state", {}).get("audit_target"):
        return named
    held = scope.get("path_params", {})
    if "session_id" in held:
        return f"session {held['session_id']}"
    if "visitor_id" in held:
        return audit.visitor_target(str(held["visitor_id"]))
    rest = " ".join(str(value) for name, value in held.items() if name != "token")
    return rest or scope["path"]
