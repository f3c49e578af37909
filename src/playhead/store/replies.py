"""Replies: questions that were asked about a session and what was answered."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.core.report import Reply
from playhead.store.analysis_tables import replies
from playhead.store.index import Index
from playhead.store.tables import sessions

SHOWN: Final = 50


class Asked(NamedTuple):
    """`moments`: ms from the session's start by ref, kept with the answer, since a later digest may number anew."""

    reply: Reply
    moments: dict[str, float]


def keep_reply(index: Index, session_id: str, asked: Asked) -> bool:
    """Keep an answer; False, and nothing kept, if the session was erased meanwhile."""
    row = {
        "session": session_id,
        "asked_ms": int(asked.reply.asked_ms),
        "reply": msgspec.json.encode(asked.reply).decode(),
        "moments": msgspec.json.encode(asked.moments).decode(),
    }
    with index.write() as connection:
        if connection.execute(sa.select(sessions.c.id).where(sessions.c.id == session_id)).first() is None:
            return False
        connection.execute(sa.insert(replies), row)
    return True


def replies_of(index: Index, session_id: str) -> list[Asked]:
    """Return the newest answers about a session, oldest first."""
    query = sa.select(replies.c.reply, replies.c.moments).where(replies.c.session == session_id)
    with index.read() as connection:
        rows = connection.execute(query.order_by(replies.c.id.desc()).limit(SHOWN)).all()
    return [
        Asked(msgspec.json.decode(row.reply, type=Reply), msgspec.json.decode(row.moments, type=dict[str, float]))
        for row in reversed(rows)
    ]
