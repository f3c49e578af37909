"""Batch: a report on each session of a list, as one job with progress, a budget and so many at once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from playhead.analyst.model import Progress
from playhead.jobs.performing import Task
from playhead.store import Store
from playhead.store import job_rows as rows

MAX_SESSIONS: Final = 500
MAX_AT_ONCE: Final = 8

RunOne = Callable[[rows.JobRow, asyncio.Semaphore, int | None], Awaitable[Progress]]


class Batch(msgspec.Struct, frozen=True):
    """What was asked for; kept as JSON in the batch's row."""

    q: str = ""  # the filter that the list came from
    template: str = "general"
    at_once: int = 2
    max_tokens: int | None = None


class BatchProgress(msgspec.Struct):
    id: str
    q: str
    state: str
    analyst: str
    sessions: int
    done: int
    failed: int
    stopped: int
    running: int
    tokens: int
    cost_usd: float
    error: str
    made_ms: int


def begin_batch(
    store: Store, site: str, sessions: list[str], analyst: str, batch: Batch
) -> tuple[rows.JobRow, list[rows.JobRow]]:
    """Write the batch and its jobs down; nothing runs yet."""
    now_ms, batch_id = int(store.now_ms()), secrets.token_hex(8)
    task = msgspec.json.encode(batch).decode()
    row = rows.JobRow(batch_id, "batch", "", site, "", analyst, task, "running", 1, now_ms, now_ms)
    each = Task(template=batch.template).encoded()
    children = [
        rows.JobRow(
            secrets.token_hex(8), "report", session, site, batch_id, analyst, each, "waiting", 0, now_ms, now_ms
        )
        for session in sessions[:MAX_SESSIONS]
    ]
    rows.add_jobs(store.index, [row, *children])
    return row, children


async def run_batch(store: Store, row: rows.JobRow, children: list[rows.JobRow], one: RunOne) -> None:
    """Run what is open of a batch; a budget that is used up stops the rest, with the reason."""
    batch = msgspec.json.decode(row.task, type=Batch)
    slots = asyncio.Semaphore(max(1, min(batch.at_once, MAX_AT_ONCE)))
    why = ""

    async def run(child: rows.JobRow) -> None:
        nonlocal why
        last = await one(child, slots, batch.max_tokens)
        if last.over_budget and not why:
            why = last.text
            await asyncio.to_thread(rows.stop_children, store.index, row.id, now_ms=int(store.now_ms()), why=why)

    await asyncio.gather(*(run(child) for child in children))
    state = "failed" if why else "done"
    current = await asyncio.to_thread(rows.job_row, store.index, row.id)
    if current is not None and current.state == "stopped":
        return
    await asyncio.to_thread(rows.set_state, store.index, row.id, state, now_ms=int(store.now_ms()), error=why)


def stop_batch(store: Store, batch_id: str) -> None:
    """Begin nothing more of a batch; what is running comes to its end."""
    now_ms = int(store.now_ms())
    rows.stop_children(store.index, batch_id, now_ms=now_ms, why="stopped by hand")
    rows.set_state(store.index, batch_id, "stopped", now_ms=now_ms)


def progress_of(store: Store, row: rows.JobRow) -> BatchProgress:
    """Count the jobs of a batch by their state."""
    children = rows.children_of(store.index, row.id)
    states = ("done", "failed", "stopped", "running")
    count = {state: sum(child.state == state for child in children) for state in states}
    return BatchProgress(
        id=row.id,
        q=msgspec.json.decode(row.task, type=Batch).q,
        state=row.state,
        analyst=row.analyst,
        sessions=len(children),
        **count,
        tokens=sum(child.tokens for child in children),
        cost_usd=sum(child.cost_usd for child in children),
        error=row.error,
        made_ms=row.made_ms,
    )
