"""Logins and API tokens: what a browser or a program shows to prove who it is. Only hashes are kept."""

import secrets
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.query.people import sha256
from playhead.query.rights import RIGHTS, ROLES, Right
from playhead.store import Store
from playhead.store.people_tables import ADMIN_PASSWORD, logins, people, tokens

LOGIN_LASTS_MS: Final = 14 * 24 * 3_600_000
TOKEN_PREFIX: Final = "pht_"
MAX_TOKEN_DAYS: Final = 3650
MAX_TOKENS: Final = 100  # of one person
SEEN_EVERY_MS: Final = 5 * 60_000  # how exactly it is kept when somebody was last here
DAY_MS: Final = 24 * 3_600_000


class TokenError(ValueError):
    """The token cannot be made; the message says why."""


class Who(NamedTuple):
    """Somebody who proved who they are."""

    person: int  # ADMIN_PASSWORD for whoever has the server's password
    called: str  # in the audit log and on pages
    rights: frozenset[Right]
    role: str


class Token(msgspec.Struct):
    id: int
    name: str
    person: int
    owner: str  # their address, or "admin password"
    scopes: list[Right]
    created_ms: int
    expires_ms: int
    used_ms: int  # 0: never


class Login(msgspec.Struct):
    id: int
    agent: str
    created_ms: int
    expires_ms: int


def open_login(store: Store, person: int, *, proof: str = "", agent: str = "") -> str:
    """Return the value of a cookie that proves who somebody is until it expires."""
    token, now = secrets.token_urlsafe(32), int(store.now_ms())
    row = {
        "token_sha256": sha256(token),
        "person": person,
        "proof": proof,
        "agent": agent[:300],
        "created_ms": now,
        "expires_ms": now + LOGIN_LASTS_MS,
    }
    with store.index.write() as connection:
        connection.execute(sa.delete(logins).where(logins.c.expires_ms <= now))
        connection.execute(sa.insert(logins).values(row))
        connection.execute(sa.update(people).where(people.c.id == person).values(seen_ms=now))
    return token


def close_login(store: Store, cookie: str) -> None:
    with store.index.write() as connection:
        connection.execute(sa.delete(logins).where(logins.c.token_sha256 == sha256(cookie)))


def logins_of(store: Store, person: int) -> list[Login]:
    """Return where somebody is logged in, the newest first."""
    standing = sa.and_(logins.c.person == person, logins.c.expires_ms > store.now_ms())
    with store.index.read() as connection:
        rows = connection.execute(sa.select(logins).where(standing).order_by(logins.c.id.desc())).mappings()
        return [Login(row["id"], row["agent"], row["created_ms"], row["expires_ms"]) for row in rows]


def close_logins(store: Store, person: int, *, but: str = "") -> int:
    """End every login of a person but the one of this cookie; return how many."""
    others = sa.and_(logins.c.person == person, logins.c.token_sha256 != sha256(but))
    with store.index.write() as connection:
        return connection.execute(sa.delete(logins).where(others)).rowcount


def who_logged_in(store: Store, token_sha256: str, *, proof: str) -> Who | None:
    """Return whose login it is whose cookie has this hash; `proof` is that of the admin password as it is now."""
    standing = sa.and_(logins.c.token_sha256 == token_sha256, logins.c.expires_ms > store.now_ms())
    wanted = sa.select(logins.c.person, logins.c.proof, *_WHO).outerjoin(people, people.c.id == logins.c.person)
    with store.index.read() as connection:
        row = connection.execute(wanted.where(standing)).first()
    if row is None:
        return None
    if row.person == ADMIN_PASSWORD:
        return admin("admin password") if secrets.compare_digest(row.proof, proof) else None
    if not row.active:
        return None
    _seen(store, people, row.person, row.seen_ms)
    return Who(row.person, row.email, ROLES[row.role], row.role)


def who_has_token(store: Store, token: str) -> Who | None:
    """Return whom an API token speaks for: with the token's scopes, as far as its owner's role still goes."""
    standing = sa.and_(tokens.c.token_sha256 == sha256(token), tokens.c.expires_ms > store.now_ms())
    wanted = sa.select(tokens.c.id, tokens.c.name, tokens.c.person, tokens.c.scopes, tokens.c.used_ms, *_WHO)
    with store.index.read() as connection:
        row = connection.execute(wanted.outerjoin(people, people.c.id == tokens.c.person).where(standing)).first()
    if row is None or (row.person != ADMIN_PASSWORD and not row.active):
        return None
    _seen(store, tokens, row.id, row.used_ms)
    most = ROLES["admin" if row.person == ADMIN_PASSWORD else row.role]
    owner = "admin password" if row.person == ADMIN_PASSWORD else row.email
    scopes = frozenset(msgspec.json.decode(row.scopes, type=list[str]))
    return Who(row.person, f"token “{row.name}” of {owner}", most & scopes, "token")


def create_token(store: Store, who: Who, *, name: str, scopes: Sequence[str], days: int) -> tuple[str, Token]:
    """Make a token with at most the rights of its maker; its text is told this once. Raises TokenError."""
    name = " ".join(name.split())[:80]
    if not name:
        raise TokenError("name what the token is for")
    if not scopes or set(scopes) - set(RIGHTS):
        raise TokenError(f"a token needs at least one of {', '.join(RIGHTS)}")
    if beyond := sorted(set(scopes) - who.rights):
        raise TokenError(f"you cannot give a right you do not have: {', '.join(beyond)}")
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise TokenError(f"a token lasts from 1 to {MAX_TOKEN_DAYS:,} days, not {days}")
    token, now = f"{TOKEN_PREFIX}{secrets.token_urlsafe(32)}", int(store.now_ms())
    row = {
        "name": name,
        "token_sha256": sha256(token),
        "person": who.person,
        "scopes": msgspec.json.encode(sorted(set(scopes))).decode(),
        "created_ms": now,
        "expires_ms": now + days * DAY_MS,
        "used_ms": 0,
    }
    with store.index.write() as connection:
        mine = sa.select(sa.func.count()).select_from(tokens).where(tokens.c.person == who.person)
        if connection.execute(mine).scalar_one() >= MAX_TOKENS:
            raise TokenError(f"one person has at most {MAX_TOKENS} tokens: revoke some first")
        added = connection.execute(sa.insert(tokens).values(row)).inserted_primary_key
    assert added is not None
    return token, next(one for one in list_tokens(store, person=who.person) if one.id == added[0])


def list_tokens(store: Store, *, person: int | None = None) -> list[Token]:
    """Return the tokens of one person, or everybody's; the newest first, expired ones too."""
    wanted = sa.select(tokens, people.c.email).outerjoin(people, people.c.id == tokens.c.person)
    if person is not None:
        wanted = wanted.where(tokens.c.person == person)
    with store.index.read() as connection:
        rows = connection.execute(wanted.order_by(tokens.c.id.desc())).mappings().all()
    return [
        Token(
            owner=row["email"] or "admin password",
            scopes=msgspec.json.decode(row["scopes"], type=list[Right]),
            **{name: row[name] for name in ("id", "name", "person", "created_ms", "expires_ms", "used_ms")},
        )
        for row in rows
    ]


def revoke_token(store: Store, token_id: int, *, person: int | None = None) -> bool:
    """Delete a token, if it is this person's (or anybody's, where None)."""
    of = sa.true() if person is None else tokens.c.person == person
    with store.index.write() as connection:
        return bool(connection.execute(sa.delete(tokens).where(tokens.c.id == token_id, of)).rowcount)


def admin(called: str) -> Who:
    """Return somebody who may do everything."""
    return Who(ADMIN_PASSWORD, called, ROLES["admin"], "admin")


_WHO: Final = (people.c.email, people.c.role, people.c.active, people.c.seen_ms)


def _seen(store: Store, table: sa.Table, row_id: int, last_ms: int) -> None:
    now = int(store.now_ms())
    if now - last_ms >= SEEN_EVERY_MS:
        column = "seen_ms" if table is people else "used_ms"
        with store.index.write() as connection:
            connection.execute(sa.update(table).where(table.c.id == row_id).values({column: now}))
