"""Hand-overs: single-use tokens with which the interface lets a browser in at the origin that replays, for one session.

Only the token's hash is kept. `ref` is the hash of the login or link the browser had, never what opens it.
"""

import secrets
from typing import Final, Literal, NamedTuple

import sqlalchemy as sa

from playhead.query.people import sha256
from playhead.store import Store
from playhead.store.people_tables import handovers

LASTS_MS: Final = 30_000  # two redirects

Kind = Literal["login", "share", "machine"]


class Bearer(NamedTuple):
    """Whose browser it is: a login's, a share link's, or this machine's where nobody logs in (`ref` is "")."""

    kind: Kind
    ref: str


def give(store: Store, session_id: str, bearer: Bearer) -> str:
    """Return a token that lets whoever has it watch this session as `bearer`, once and soon."""
    token, now = secrets.token_urlsafe(24), int(store.now_ms())
    row = {"token_sha256": sha256(token), "session": session_id, "expires_ms": now + LASTS_MS, **bearer._asdict()}
    with store.index.write() as connection:
        connection.execute(sa.delete(handovers).where(handovers.c.expires_ms <= now))
        connection.execute(sa.insert(handovers).values(row))
    return token


def take(store: Store, session_id: str, token: str) -> Bearer | None:
    """Use a token up; None where it was used, is too old, is another session's or never was."""
    mine = sa.and_(handovers.c.token_sha256 == sha256(token), handovers.c.session == session_id)
    with store.index.write() as connection:
        row = connection.execute(sa.select(handovers).where(mine, handovers.c.expires_ms > store.now_ms())).first()
        if row is None or not connection.execute(sa.delete(handovers).where(mine)).rowcount:
            return None
    return Bearer(row.kind, row.ref)
