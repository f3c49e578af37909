"""Audit: who watched, exported, analysed, shared or erased what, who logged in, who changed which setting.

Entries are only added. An erased visitor's id is kept as a hash: the entry proves the erasure and names nobody.
"""

import hashlib
from typing import Final, Literal, get_args

import msgspec
import sqlalchemy as sa

from playhead.store import Store
from playhead.store.people_tables import audit

Action = Literal[
    "watched",
    "exported",
    "analysed",
    "asked",
    "shared",
    "opened a share",
    "revoked a share",
    "erased",
    "imported",
    "logged in",
    "failed to log in",
    "changed settings",
    "changed people",
    "changed tokens",
    "read the audit log",
]
ACTIONS: Final[tuple[str, ...]] = get_args(Action)
MAX_LIMIT: Final = 500


class Entry(msgspec.Struct):
    id: int
    at_ms: int
    who: str
    action: str
    target: str
    address: str


class AuditPage(msgspec.Struct):
    entries: list[Entry]
    next_before: int | None  # ask for `before` this id to go on


def note(store: Store, *, who: str, action: str, target: str = "", address: str = "") -> None:
    """Add an entry."""
    row = {
        "at_ms": int(store.now_ms()),
        "who": who[:300],
        "action": action,
        "target": target[:300],
        "address": address[:100],
    }
    with store.index.write() as connection:
        connection.execute(sa.insert(audit).values(row))


def entries(
    store: Store, *, who: str = "", action: str = "", target: str = "", before: int | None = None, limit: int = 100
) -> AuditPage:
    """Return the newest entries that fit; `who` and `target` are parts of what was kept."""
    fits = [sa.true()]
    fits += [audit.c.who.icontains(who, autoescape=True)] if who else []
    fits += [audit.c.target.icontains(target, autoescape=True)] if target else []
    fits += [audit.c.action == action] if action else []
    fits += [audit.c.id < before] if before is not None else []
    limit = max(1, min(MAX_LIMIT, limit))
    with store.index.read() as connection:
        found = sa.select(audit).where(*fits).order_by(audit.c.id.desc()).limit(limit + 1)
        rows = connection.execute(found).mappings().all()
    listed = [Entry(**row) for row in rows[:limit]]  # pyright: ignore[reportCallIssue]
    return AuditPage(listed, listed[-1].id if len(rows) > limit else None)


def visitor_target(visitor: str) -> str:
    """Name a visitor in the log without keeping who they were."""
    return f"visitor {hashlib.sha256(visitor.encode()).hexdigest()[:16]}"
