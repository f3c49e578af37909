"""People: who may use this server and as what; invitations by which they choose their password."""

import hashlib
import re
import secrets
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from playhead.query.passwords import check_password, hash_password
from playhead.query.rights import Role
from playhead.store import Store
from playhead.store.people_tables import invitations, logins, people, tokens

INVITATION_LASTS_MS: Final = 7 * 24 * 3_600_000
MAX_PEOPLE: Final = 10_000
_EMAIL: Final = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,190}")


class PeopleError(ValueError):
    """The account cannot be made or changed so; the message says why."""


class Person(msgspec.Struct):
    id: int
    email: str
    name: str
    role: Role
    active: bool
    has_password: bool
    invited: bool  # an invitation stands
    created_ms: int
    seen_ms: int  # 0: never


def list_people(store: Store) -> list[Person]:
    """Return everybody, those who may do most first."""
    order = sa.case({"admin": 0, "member": 1}, value=people.c.role, else_=2)
    with store.index.read() as connection:
        rows = connection.execute(_PEOPLE.order_by(people.c.active.desc(), order, people.c.email)).mappings().all()
    return [_person(row, store.now_ms()) for row in rows]


def person_of(store: Store, person_id: int) -> Person | None:
    with store.index.read() as connection:
        row = connection.execute(_PEOPLE.where(people.c.id == person_id)).mappings().first()
    return None if row is None else _person(row, store.now_ms())


def add_person(
    store: Store, *, email: str, role: Role, name: str = "", password: str = "", subject: str = ""
) -> Person:
    """Make an account; without a password it waits for an invitation or the identity provider. Raises PeopleError."""
    row = {
        "email": tidy_email(email),
        "name": _tidy_name(name),
        "role": role,
        "password": hash_password(password) if password else "",
        "subject": subject,
        "active": True,
        "created_ms": int(store.now_ms()),
        "seen_ms": 0,
    }
    with store.index.write() as connection:
        if connection.execute(sa.select(people.c.id).where(people.c.email == row["email"])).scalar() is not None:
            raise PeopleError(f"{row['email']} has an account already")
        if connection.execute(sa.select(sa.func.count()).select_from(people)).scalar_one() >= MAX_PEOPLE:
            raise PeopleError(f"a server takes at most {MAX_PEOPLE:,} people")
        added = connection.execute(sa.insert(people).values(row)).inserted_primary_key
    assert added is not None
    made = person_of(store, added[0])
    assert made is not None
    return made


def change_person(
    store: Store, person_id: int, *, name: str | None = None, role: Role | None = None, active: bool | None = None
) -> Person | None:
    """Change what is given; a smaller role or none at all holds from the next request on."""
    changed: dict[str, Any] = {} if name is None else {"name": _tidy_name(name)}
    changed |= {} if role is None else {"role": role}
    changed |= {} if active is None else {"active": active}
    with store.index.write() as connection:
        if changed:
            connection.execute(sa.update(people).where(people.c.id == person_id).values(**changed))
        if active is False:
            _close(connection, person_id)
    return person_of(store, person_id)


def remove_person(store: Store, person_id: int) -> bool:
    """Delete an account with its logins, tokens and invitation; what the audit log says stays."""
    with store.index.write() as connection:
        _close(connection, person_id)
        connection.execute(sa.delete(tokens).where(tokens.c.person == person_id))
        return bool(connection.execute(sa.delete(people).where(people.c.id == person_id)).rowcount)


def invite(store: Store, person_id: int) -> str:
    """Return the token of a link that lets this person choose a password once; an older link ends."""
    token, now = secrets.token_urlsafe(24), int(store.now_ms())
    row = {"person": person_id, "token_sha256": sha256(token), "expires_ms": now + INVITATION_LASTS_MS}
    with store.index.write() as connection:
        gone = sa.or_(invitations.c.person == person_id, invitations.c.expires_ms <= now)
        connection.execute(sa.delete(invitations).where(gone))
        connection.execute(sa.insert(invitations).values(row))
    return token


def invited(store: Store, token: str) -> Person | None:
    """Return whom an invitation is for; None where it was used, expired or never was."""
    standing = sa.and_(invitations.c.token_sha256 == sha256(token), invitations.c.expires_ms > store.now_ms())
    with store.index.read() as connection:
        person_id = connection.execute(sa.select(invitations.c.person).where(standing)).scalar()
    found = None if person_id is None else person_of(store, person_id)
    return found if found and found.active else None


def accept(store: Store, token: str, *, password: str, name: str = "") -> Person | None:
    """Use up an invitation: set the password, end logins opened with an old one. Raises PasswordError, PeopleError."""
    person = invited(store, token)
    if person is None:
        return None
    with_name = {"name": _tidy_name(name)} if name.strip() else {}
    kept = hash_password(password)
    with store.index.write() as connection:
        used = sa.delete(invitations).where(invitations.c.token_sha256 == sha256(token))
        if not connection.execute(used).rowcount:
            return None  # somebody was quicker
        connection.execute(sa.update(people).where(people.c.id == person.id).values(password=kept, **with_name))
        connection.execute(sa.delete(logins).where(logins.c.person == person.id))
    return person_of(store, person.id)


def set_password(store: Store, person_id: int, password: str, *, keep_login: str = "") -> None:
    """Set a password; every login but `keep_login` (a cookie's value) ends. Raises PasswordError."""
    kept = hash_password(password)
    with store.index.write() as connection:
        connection.execute(sa.update(people).where(people.c.id == person_id).values(password=kept))
        others = sa.and_(logins.c.person == person_id, logins.c.token_sha256 != sha256(keep_login))
        connection.execute(sa.delete(logins).where(others))


def by_password(store: Store, email: str, password: str) -> Person | None:
    """Return who logs in with these; takes as long for an unknown address."""
    with store.index.read() as connection:
        wanted = sa.select(people.c.id, people.c.password, people.c.active)
        row = connection.execute(wanted.where(people.c.email == email.strip().lower())).first()
    right = check_password(password, row.password if row else "")
    return person_of(store, row.id) if row and right and row.active else None


def any_password(store: Store) -> bool:
    """Return whether anybody could log in with an e-mail address."""
    with store.index.read() as connection:
        return connection.execute(sa.select(people.c.id).where(people.c.password != "").limit(1)).scalar() is not None


def by_subject(store: Store, subject: str, *, email: str, verified: bool, name: str, new_role: Role | None) -> Person:
    """Return who an identity provider says this is, making the account if newcomers get a role. Raises PeopleError.

    The first time an account is found by its address, if the provider verified it; from then on by `subject` alone.
    """
    with store.index.read() as connection:
        known = connection.execute(sa.select(people.c.id).where(people.c.subject == subject)).scalar()
        same = sa.select(people.c.id).where(people.c.email == email.strip().lower(), people.c.subject == "")
        waiting = connection.execute(same).scalar() if verified else None
    if known is None and waiting is not None:
        with store.index.write() as connection:
            connection.execute(sa.update(people).where(people.c.id == waiting).values(subject=subject))
        known = waiting
    if known is None:
        if not verified:
            raise PeopleError("the identity provider did not confirm an e-mail address")
        if new_role is None:
            raise PeopleError(f"{email} has no account here: ask an admin for one")
        return add_person(store, email=email, name=name, role=new_role, subject=subject)
    found = person_of(store, known)
    if found is None or not found.active:
        raise PeopleError("this account is closed")
    return found


def sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def tidy_email(email: str) -> str:
    """Return an address as it is kept; raises PeopleError."""
    tidy = email.strip().lower()
    if not _EMAIL.fullmatch(tidy):
        raise PeopleError(f"{email[:80]!r} is no e-mail address")
    return tidy


def _tidy_name(name: str) -> str:
    return " ".join(name.split())[:80]


def _close(connection: sa.Connection, person_id: int) -> None:
    connection.execute(sa.delete(logins).where(logins.c.person == person_id))
    connection.execute(sa.delete(invitations).where(invitations.c.person == person_id))


_PEOPLE: Final = sa.select(people, invitations.c.expires_ms.label("invited_until")).outerjoin(
    invitations, invitations.c.person == people.c.id
)


def _person(row: sa.RowMapping, now_ms: float) -> Person:
    plain = {name: row[name] for name in ("id", "email", "name", "role", "active", "created_ms", "seen_ms")}
    waits = (row["invited_until"] or 0) > now_ms
    return Person(**plain, has_password=bool(row["password"]), invited=waits)
