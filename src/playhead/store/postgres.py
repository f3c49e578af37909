"""PostgreSQL under the index: its address, its locks, its faults. Everything else is the same SQL as SQLite's."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")
# a machine that is gone answers nothing: without these a node waits for minutes. The address may say otherwise
# compiling a query that then takes milliseconds costs hundreds of them (jit)
# a node that is frozen in the middle of a transaction keeps its locks: what it holds is let go of after half a minute
_OPTIONS: Final = "-c jit=off -c idle_in_transaction_session_timeout=30000"
PATIENCE: Final = {"connect_timeout": "10", "tcp_user_timeout": "30000", "options": _OPTIONS}
DISK_FULL: Final = "53100"
_SCHEMA_LOCK: Final = 0x506C6179  # "Play": numbers of advisory locks, one name space a database
_STORE_LOCK: Final = 0x68656164


def driver_url(url: str | sa.URL) -> sa.URL:
    """Return the address with the driver we use: `postgresql://` and `postgres://` mean psycopg."""
    made = sa.make_url(url)
    return made.set(drivername="postgresql+psycopg") if made.drivername in SCHEMES else made


def lock_schema(connection: sa.Connection) -> None:
    """Let nobody else make or migrate tables until this transaction ends."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))


def take_your_time(connection: sa.Connection) -> None:
    """Let this transaction wait for another store between two statements for as long as that takes."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def is_full(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == DISK_FULL


class DatabaseLock:
    """As StoreLock, for nodes that share a database: the first one in is alone and may recover.

    Lives as long as its connection. A node that lost the connection no longer keeps others from being "alone", which
    is why recovery leaves young packs of a shared store to the node that is writing them.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.detach()  # never back into the pool: closing it lets go of the lock
        self.alone = bool(self._ask(sa.func.pg_try_advisory_lock(_STORE_LOCK)))

    def share(self) -> None:
        self._ask(sa.func.pg_advisory_lock_shared(_STORE_LOCK))
        if self.alone:
            self._ask(sa.func.pg_advisory_unlock(_STORE_LOCK))

    def release(self) -> None:
        self._connection.close()

    def _ask(self, function: Any) -> Any:
        return self._connection.execute(sa.select(function)).scalar()
