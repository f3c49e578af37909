"""Tables of people: accounts, logins, invitations, API tokens, and who did what. Not made from the packs.

Secrets   of logins, invitations and tokens only the SHA-256 is kept; passwords as `query.passwords` writes them
Person 0  whoever has the server's admin password
"""

from typing import Final

import sqlalchemy as sa

from playhead.store.metadata import Text, metadata

ADMIN_PASSWORD: Final = 0  # the `person` of a login or token that the admin password opened

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", Text, nullable=False, unique=True),  # in lower case
    sa.Column("name", Text, nullable=False, default=""),
    sa.Column("role", Text, nullable=False),  # admin, member or viewer
    sa.Column("password", Text, nullable=False, default=""),  # "": logs in by invitation or provider only
    sa.Column("subject", Text, nullable=False, default=""),  # who they are at the identity provider: "ISSUER SUB"
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, default=0),
)

logins = sa.Table(
    "logins",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_sha256", Text, nullable=False, unique=True),
    sa.Column("person", sa.Integer, nullable=False, index=True),
    sa.Column("proof", Text, nullable=False, default=""),  # of the admin password that opened it: a new one ends it
    sa.Column("agent", Text, nullable=False, default=""),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("person", sa.Integer, primary_key=True, autoincrement=False),  # one that stands each
    sa.Column("token_sha256", Text, nullable=False, unique=True),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("token_sha256", Text, nullable=False, unique=True),
    sa.Column("person", sa.Integer, nullable=False, index=True),
    sa.Column("scopes", Text, nullable=False),  # JSON list of rights
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("used_ms", sa.BigInteger, nullable=False, default=0),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("who", Text, nullable=False),  # as they were called then: accounts go, the log stays
    sa.Column("action", Text, nullable=False),
    sa.Column("target", Text, nullable=False, default=""),
    sa.Column("address", Text, nullable=False, default=""),
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("token_sha256", Text, primary_key=True),  # of what leads to the replay origin, once
    sa.Column("session", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),  # login, share or machine
    sa.Column("ref", Text, nullable=False),  # `token_sha256` of the login or the link
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
)
