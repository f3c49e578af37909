"""Usage rows: what models were asked and what it cost, by site and month; they outlive the sessions they were about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from playhead.core.report import Usage
from playhead.store.analysis_tables import calls
from playhead.store.index import Index


class Spent(NamedTuple):
    requests: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0  # requests whose price nobody knows


class Line(NamedTuple):
    """What one model cost one site for one purpose in a month."""

    site: str
    analyst: str
    purpose: str
    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


def note_call(index: Index, *, site: str, purpose: str, analyst: str, usage: Usage, now_ms: int) -> None:
    """Write down what was used; nothing where nothing was."""
    if not usage.requests:
        return
    row = {
        "made_ms": now_ms,
        "site": site,
        "purpose": purpose,
        "analyst": analyst,
        "requests": usage.requests,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
    }
    with index.write() as connection:
        connection.execute(sa.insert(calls), row)


def spent_in_month(index: Index, site: str, *, now_ms: float) -> Spent:
    """Return what a site has used since the first of the month, UTC."""
    since, until = month_of(now_ms)
    unpriced = sa.func.sum(sa.case((calls.c.cost_usd.is_(None), calls.c.requests), else_=0))
    query = sa.select(
        sa.func.sum(calls.c.requests),
        sa.func.sum(calls.c.input_tokens + calls.c.output_tokens),
        sa.func.sum(calls.c.cost_usd),
        unpriced,
    ).where(calls.c.site == site, calls.c.made_ms >= since, calls.c.made_ms < until)
    with index.read() as connection:
        row = connection.execute(query).one()
    return Spent(int(row[0] or 0), int(row[1] or 0), float(row[2] or 0.0), int(row[3] or 0))


def lines_of_month(index: Index, *, now_ms: float) -> list[Line]:
    since, until = month_of(now_ms)
    key = (calls.c.site, calls.c.analyst, calls.c.purpose)
    sums = [sa.func.sum(column) for column in (calls.c.requests, calls.c.input_tokens, calls.c.output_tokens)]
    query = sa.select(*key, *sums, sa.func.sum(calls.c.cost_usd)).group_by(*key).order_by(*key)
    with index.read() as connection:
        rows = connection.execute(query.where(calls.c.made_ms >= since, calls.c.made_ms < until)).all()
    return [Line(*row) for row in rows]


def month_of(now_ms: float) -> tuple[int, int]:
    """Return the first moment of the month and of the next one, ms since the Unix epoch, UTC."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    first = datetime(now.year, now.month, 1, tzinfo=UTC)
    following = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp() * 1000), int(following.timestamp() * 1000)
