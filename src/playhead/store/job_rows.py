"""Job rows: analyses that outlive the process that runs them, and the answers they have paid for already.

A job is written down before a model is asked, and every whole answer before anything is made of it. After a crash
whoever takes the job up again finds those answers by the digest of their questions, so nothing whole is paid twice.
A row whose runner gave no sign of life for STALE_MS may be taken over; taking is one UPDATE that names the old sign.
Who begins a job gets a number, one higher each time: a runner that slept meanwhile has an old one, and may neither ask
nor finish any more. Times are the index's own clock, as for leases (`store.work`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store.analysis_tables import answers, jobs
from playhead.store.index import Index, insert_ignore
from playhead.store.work import clock_ms

STALE_MS: Final = 60_000
KEPT_MS: Final = 30 * 86_400_000  # finished jobs are forgotten after a month
OPEN: Final = ("waiting", "running")
FILM: Final = "film"  # queued and taken by `store.film_rows`; the others are analyses


class JobRow(NamedTuple):
    id: str
    kind: str
    session: str
    site: str
    parent: str
    analyst: str
    task: str
    state: str
    tries: int
    made_ms: int
    beat_ms: int
    error: str = ""
    tokens: int = 0
    cost_usd: float = 0.0


def add_jobs(index: Index, rows: list[JobRow]) -> None:
    with index.write() as connection:
        connection.execute(sa.insert(jobs), [row._asdict() for row in rows])
        if index.shared:
            mine = jobs.c.id.in_([row.id for row in rows])
            connection.execute(sa.update(jobs).where(mine).values(beat_ms=clock_ms(connection, 0)))


def set_state(index: Index, job_id: str, state: str, *, now_ms: int, error: str = "", turn: int = 0) -> None:
    """Move a job on; one that is done, failed or stopped lets go of its answers. `turn`: only if it is still that."""
    with index.write() as connection:
        values = {"state": state, "beat_ms": clock_ms(connection, now_ms), "error": error[:2_000]}
        mine = sa.and_(jobs.c.id == job_id, jobs.c.tries == turn) if turn else jobs.c.id == job_id
        moved = connection.execute(sa.update(jobs).where(mine).values(values)).rowcount
        if moved and state not in OPEN:
            connection.execute(sa.delete(answers).where(answers.c.job == job_id))


def begin(index: Index, job_id: str, *, now_ms: int) -> int:
    """Mark a job as running and return the turn it is; 0 where it was stopped or erased meanwhile."""
    with index.write() as connection:
        values = {"state": "running", "beat_ms": clock_ms(connection, now_ms), "tries": jobs.c.tries + 1}
        found = connection.execute(sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(OPEN)).values(values))
        turn = sa.select(jobs.c.tries).where(jobs.c.id == job_id)
        return int(connection.execute(turn).scalar_one()) if found.rowcount else 0


def is_my_turn(index: Index, job_id: str, turn: int) -> bool:
    """Whether nobody has begun the job after this turn, and it is not at its end."""
    mine = sa.select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.tries == turn, jobs.c.state.in_(OPEN))
    with index.read() as connection:
        return connection.execute(mine).first() is not None


def beat(index: Index, job_ids: list[str], *, now_ms: int) -> None:
    """Give a sign of life for the jobs that run here."""
    if job_ids:
        with index.write() as connection:
            mine = sa.and_(jobs.c.id.in_(job_ids), jobs.c.state.in_(OPEN))
            connection.execute(sa.update(jobs).where(mine).values(beat_ms=clock_ms(connection, now_ms)))


def take_stale(index: Index, *, silent_ms: int, now_ms: int) -> list[JobRow]:
    """Take over every open analysis without a sign of life for `silent_ms`; each goes to one taker only."""
    with index.write() as connection:
        now_ms = clock_ms(connection, now_ms)
        stale = sa.and_(jobs.c.state.in_(OPEN), jobs.c.beat_ms <= now_ms - silent_ms, jobs.c.kind != FILM)
        rows = [JobRow(*row) for row in connection.execute(sa.select(jobs).where(stale).order_by(jobs.c.made_ms))]
        taken = [
            row
            for row in rows
            if connection.execute(
                sa.update(jobs).where(jobs.c.id == row.id, jobs.c.beat_ms == row.beat_ms).values(beat_ms=now_ms)
            ).rowcount
        ]
        old = sa.and_(jobs.c.state.not_in(OPEN), jobs.c.beat_ms < now_ms - KEPT_MS)
        connection.execute(sa.delete(jobs).where(old))
    return taken


def job_row(index: Index, job_id: str) -> JobRow | None:
    with index.read() as connection:
        row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).first()
    return JobRow(*row) if row else None


def children_of(index: Index, job_id: str) -> list[JobRow]:
    with index.read() as connection:
        return [JobRow(*row) for row in connection.execute(sa.select(jobs).where(jobs.c.parent == job_id))]


def newest_of(index: Index, kind: str, *, limit: int) -> list[JobRow]:
    query = sa.select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.made_ms.desc()).limit(limit)
    with index.read() as connection:
        return [JobRow(*row) for row in connection.execute(query)]


def stop_children(index: Index, job_id: str, *, now_ms: int, why: str = "") -> None:
    """Stop a batch: what is not running yet is not begun."""
    with index.write() as connection:
        waiting = sa.and_(jobs.c.parent == job_id, jobs.c.state == "waiting")
        values = {"state": "stopped", "beat_ms": now_ms, "error": why}
        connection.execute(sa.update(jobs).where(waiting).values(values))


def add_usage(index: Index, job_id: str, *, tokens: int, cost_usd: float) -> None:
    with index.write() as connection:
        used = {"tokens": jobs.c.tokens + tokens, "cost_usd": jobs.c.cost_usd + cost_usd}
        connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(used))


def used_by_batch(index: Index, parent: str) -> tuple[int, float]:
    """Return tokens and USD that the jobs of a batch have used so far."""
    query = sa.select(sa.func.sum(jobs.c.tokens), sa.func.sum(jobs.c.cost_usd)).where(jobs.c.parent == parent)
    with index.read() as connection:
        tokens, cost = connection.execute(query).one()
    return int(tokens or 0), float(cost or 0.0)


def find_answer(index: Index, job_id: str, digest: str) -> str | None:
    found = sa.select(answers.c.answer).where(answers.c.job == job_id, answers.c.digest == digest)
    with index.read() as connection:
        return connection.execute(found).scalar()


def keep_answer(index: Index, job_id: str, digest: str, *, session: str, answer: str) -> None:
    row = {"job": job_id, "digest": digest, "session": session, "answer": answer}
    with index.write() as connection:
        connection.execute(insert_ignore(connection, answers).values(row))
