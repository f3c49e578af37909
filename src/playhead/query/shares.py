"""Shares: links that show one session to somebody without a login, until they expire or are revoked."""

import secrets
from typing import Final

import msgspec
import sqlalchemy as sa

from playhead.query.people import sha256
from playhead.store import Store
from playhead.store.tables import shares

MAX_DAYS: Final = 365
MAX_SHARES: Final = 100  # of one session
DAY_MS: Final = 24 * 3_600_000


class ShareError(ValueError):
    """The link cannot be made; the message says why."""


class Share(msgspec.Struct):
    """A link that stands; its token is told once, when it is made, and kept only as a hash."""

    id: int
    session: str
    t_ms: float  # where it begins, ms from the session's start
    created_ms: int
    expires_ms: int


def create_share(store: Store, session_id: str, *, days: int, t_ms: float = 0.0) -> tuple[str, Share]:
    """Make a link's token and what is kept of it; raises ShareError."""
    if not 1 <= days <= MAX_DAYS:
        raise ShareError(f"a link lasts from 1 to {MAX_DAYS} days, not {days}")
    token, now = secrets.token_urlsafe(24), int(store.now_ms())
    made = {"session": session_id, "t_ms": max(0.0, t_ms), "created_ms": now, "expires_ms": now + days * DAY_MS}
    with store.index.write() as connection:
        connection.execute(sa.delete(shares).where(shares.c.expires_ms <= now))
        held = sa.select(sa.func.count()).select_from(shares).where(shares.c.session == session_id)
        if connection.execute(held).scalar_one() >= MAX_SHARES:
            raise ShareError(f"a session takes at most {MAX_SHARES} links: revoke some first")
        added = connection.execute(sa.insert(shares).values(**made, token_sha256=sha256(token)))
        assert added.inserted_primary_key is not None
        return token, Share(added.inserted_primary_key[0], **made)


def shares_of(store: Store, session_id: str) -> list[Share]:
    """Return the links to a session that stand, the newest first."""
    standing = sa.and_(shares.c.session == session_id, shares.c.expires_ms > store.now_ms())
    with store.index.read() as connection:
        rows = connection.execute(sa.select(shares).where(standing).order_by(shares.c.id.desc())).mappings().all()
    return [_share(row) for row in rows]


def revoke_share(store: Store, session_id: str, share_id: int) -> bool:
    """End a link at once; False where the session has none of that id."""
    with store.index.write() as connection:
        of_session = sa.and_(shares.c.session == session_id, shares.c.id == share_id)
        return bool(connection.execute(sa.delete(shares).where(of_session)).rowcount)


def share_of_token(store: Store, token: str) -> Share | None:
    """Return what a link's token opens; None where it expired, was revoked or never was."""
    return share_of_hash(store, sha256(token))


def share_of_hash(store: Store, token_sha256: str) -> Share | None:
    """Return the link whose token has this hash; None where it expired, was revoked or never was."""
    standing = sa.and_(shares.c.token_sha256 == token_sha256, shares.c.expires_ms > store.now_ms())
    with store.index.read() as connection:
        row = connection.execute(sa.select(shares).where(standing)).mappings().first()
    return None if row is None else _share(row)


def _share(row: sa.RowMapping) -> Share:
    return Share(row["id"], row["session"], row["t_ms"], row["created_ms"], row["expires_ms"])
