"""Erasing: whom a name, an address or an id means, and what is held about them, before anything is deleted.

A person   sessions under one id given to `identify`; where none was given, those of one browser
Nearby     sessions of the same browsers that name nobody: most likely the same person before a login
"""

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from playhead.store import Store
from playhead.store.tables import notes, sessions, shares

MAX_PEOPLE: Final = 20


class Person(msgspec.Struct):
    """Somebody whose sessions are held; `id` is what `erase --visitor` takes."""

    id: str
    name: str
    email: str
    sessions: int
    nearby: int
    notes: int
    shares: int
    first_ms: float  # when the oldest started, server's clock
    last_ms: float


def find_people(store: Store, said: str) -> list[Person]:
    """Return whom the words mean: an id of a visitor, a user or a session, an e-mail address, or a part of a name."""
    said = said.strip()
    if not said:
        return []
    named = [sessions.c.visitor == said, sessions.c.user_id == said, sessions.c.id == said]
    named += [sessions.c.user_email.icontains(said, autoescape=True)]
    named += [sessions.c.user_name.icontains(said, autoescape=True)]
    who = sa.func.coalesce(sa.func.nullif(sessions.c.user_id, ""), sessions.c.visitor)
    last = sa.func.max(sessions.c.started_ms)
    found = sa.select(who).where(sa.or_(*named), who != "").group_by(who).order_by(last.desc()).limit(MAX_PEOPLE)
    with store.index.read() as connection:
        return [_person(connection, one) for one in connection.execute(found).scalars().all()]


def sessions_of(store: Store, person: str, *, nearby: bool) -> list[str]:
    """Return the ids of a person's sessions."""
    with store.index.read() as connection:
        of = sa.or_(_theirs(person), _nearby(person)) if nearby else _theirs(person)
        return list(connection.execute(sa.select(sessions.c.id).where(of)).scalars())


def _person(connection: sa.Connection, person: str) -> Person:
    theirs = _theirs(person)
    asked = sa.select(
        sa.func.max(sessions.c.user_name),
        sa.func.max(sessions.c.user_email),
        sa.func.count(),
        sa.func.min(sessions.c.started_ms),
        sa.func.max(sessions.c.started_ms),
    ).where(theirs)
    name, email, count, first_ms, last_ms = connection.execute(asked).one()
    ids = sa.select(sessions.c.id).where(theirs)
    return Person(
        id=person,
        name=name or "",
        email=email or "",
        sessions=count,
        nearby=_count(connection, sessions, _nearby(person)),
        notes=_count(connection, notes, notes.c.session.in_(ids)),
        shares=_count(connection, shares, shares.c.session.in_(ids)),
        first_ms=first_ms or 0.0,
        last_ms=last_ms or 0.0,
    )


def _theirs(person: str) -> Any:
    return sa.or_(sessions.c.visitor == person, sessions.c.user_id == person)


def _nearby(person: str) -> Any:
    """Sessions that name nobody, of the browsers in which this user was named."""
    browsers = sa.select(sessions.c.visitor).where(sessions.c.user_id == person, sessions.c.visitor != "")
    return sa.and_(sessions.c.visitor.in_(browsers), sessions.c.user_id == "", sessions.c.visitor != person)


def _count(connection: sa.Connection, table: sa.Table, fits: Any) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table).where(fits)).scalar_one()
