"""Listing: how the index is asked for one page of a filtered list, so that it stays fast at a million sessions.

PostgreSQL  knows of words only how often the most frequent ones are, and guesses the others wrongly: what few sessions
            match is looked up first. For the rest its statistics decide.
SQLite      has none of words. By start, FTS5 gives the matches one after the other as the list is sorted (a document's
            number grows with the start) until a page is full. By something else, few matches are looked up and sorted;
            many are collected once, and the list is walked in its order. A number few sessions have is looked up in its
            own index.
"""

from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from playhead.query.filters import Filter
from playhead.store.search import Found
from playhead.store.tables import sessions
from playhead.store.words import postgres_query, sqlite_query

FEW: Final = 3_000  # matches that are looked up one by one
MIXED: Final = 1_000  # sessions counted where words and other things must hold

_text: Final = sa.table("search_text", sa.column("rowid"), sa.column("words"))
# documents first, then their sessions: the plus keeps SQLite from asking them the other way round
_JOINED: Final = _text.join(sessions, sessions.c.place == sa.literal_column("+search_text.rowid"))


class Plan(NamedTuple):
    """One way to ask: from where, under which condition, sorted by which column (and the session's id)."""

    source: sa.FromClause
    condition: sa.ColumnElement[bool]
    column: sa.Column[Any]  # of `sessions`: its value in the last row is where the next page begins
    by: sa.ColumnElement[Any] | None = None  # the same value as the documents know it; no two are equal
    many: bool = False  # words alone are asked for, and more than FEW sessions have them
    words_first: bool = False  # sessions are counted by the words, whatever the list is walked by

    def order(self, *, descending: bool) -> tuple[sa.ColumnElement[Any], ...]:
        keys = (self.column, sessions.c.id) if self.by is None else (self.by,)
        return tuple(key.desc() if descending else key.asc() for key in keys)

    def after(self, last: tuple[float, str], *, descending: bool) -> sa.ColumnElement[bool]:
        """Return the condition for what follows the row with this value and id."""
        if self.by is not None:
            return self.by < last[0] if descending else self.by > last[0]
        here, there = sa.tuple_(self.column, sessions.c.id), sa.tuple_(sa.literal(last[0]), sa.literal(last[1]))
        return here < there if descending else here > there


def plan(connection: sa.Connection, asked: Filter, column: sa.Column[Any]) -> Plan:
    if connection.dialect.name != "sqlite":
        places = _places(connection, asked)
        many = places is None and bool(asked.phrases) and not asked.rest
        return Plan(sessions, _by_hand(connection, asked, places), column, many=many)
    by_number = [_looked_up(one) for one in asked.numbers if _few(connection, sessions, one)]
    if not asked.phrases:
        return Plan(sessions, sa.and_(asked.condition, *by_number), column)
    if column is sessions.c.started_ms:
        column = sessions.c.place  # whichever way it is asked, so that one page follows the other
        if not by_number:
            return Plan(_JOINED, sa.and_(_match(asked), *asked.rest), column, _text.c.rowid)
    if not by_number and _few(connection, _text, _match(asked)):
        return Plan(_JOINED, sa.and_(_match(asked), *asked.rest), column)
    return Plan(sessions, sa.and_(asked.condition, *by_number), column, words_first=not by_number)


def matching(connection: sa.Connection, asked: Filter) -> sa.ColumnElement[bool]:
    """Return the condition on `sessions` for a query that looks at every session found, in no order."""
    if connection.dialect.name != "sqlite":
        return _by_hand(connection, asked, _places(connection, asked))
    if asked.phrases and _few(connection, _text, _match(asked)):
        return sa.and_(Found(asked.phrases, few=True), *asked.rest)
    return asked.condition


def _by_hand(connection: sa.Connection, asked: Filter, places: list[int] | None) -> sa.ColumnElement[bool]:
    """Tell PostgreSQL which sessions, where words or a number leave few."""
    if places is not None:
        return sa.and_(_one_of(sessions.c.place, places, sa.BigInteger()), *asked.rest)
    for one in asked.numbers:
        ids = list(connection.execute(sa.select(sessions.c.id).where(one).limit(FEW + 1)).scalars())
        if len(ids) <= FEW:
            found = [Found(asked.phrases, singly=True)] if asked.phrases else []
            return sa.and_(_one_of(sessions.c.id, ids, sa.Text()), *found, *asked.rest)
    return asked.condition


def _places(connection: sa.Connection, asked: Filter) -> list[int] | None:
    """Return the documents that match, by the index of words; None where they are more than few, or no words asked."""
    if not asked.phrases:
        return None
    query = sa.cast(sa.literal(postgres_query(asked.phrases)), TSQUERY)
    found = sa.select(sa.column("place")).select_from(_text).where(_text.c.words.op("@@")(query)).limit(FEW + 1)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # it would read all documents for a rare word
    places = list(connection.execute(found).scalars())
    connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
    return places if len(places) <= FEW else None


def _one_of(column: sa.Column[Any], values: list[Any], kind: sa.types.TypeEngine[Any]) -> sa.ColumnElement[bool]:
    return column == sa.func.any(sa.cast(sa.literal(values, ARRAY(kind)), ARRAY(kind)))


class Counted(NamedTuple):
    total: int
    more: bool  # there are more than `total`


def count(connection: sa.Connection, asked: Filter, made: Plan, *, limit: int) -> Counted:
    """Count sessions as far as that is cheap: to `limit`, or to less where words and other things must hold."""
    if made.many:
        return Counted(FEW, True)  # that is known already; more would have to be read one by one
    if asked.phrases and asked.rest:
        limit = min(limit, MIXED)
    source, condition = made.source, made.condition
    if asked.phrases and not asked.rest and connection.dialect.name == "sqlite":
        source, condition = _text, _match(asked)  # every document is of a session: the words alone tell
    elif made.words_first:  # SQLite would take an index that half the sessions stand in
        source, condition = _JOINED, sa.and_(_match(asked), *asked.rest)
    some = sa.select(sa.literal(1)).select_from(source).where(condition).limit(limit + 1).subquery()
    total = connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    return Counted(min(total, limit), total > limit)


def _few(connection: sa.Connection, source: sa.FromClause, condition: sa.ColumnElement[bool]) -> bool:
    some = sa.select(sa.literal(1)).select_from(source).where(condition).limit(FEW + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= FEW


def _looked_up(compared: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Let sessions be found in the number's own index."""
    return sessions.c.id.in_(sa.select(sessions.c.id).where(compared).correlate(None))


def _match(asked: Filter) -> sa.ColumnElement[bool]:
    return sa.literal_column("search_text").op("MATCH")(sqlite_query(asked.phrases))
