"""Analyze: reports and answers of a model about stored sessions, as jobs whose progress anybody may follow.

Durable     a job is a row before a model is asked; what ends with the process is taken up again by the next one
Paid once   an answer that came in whole is kept with its job before anything is made of it; a report carries the digest
            of what was sent and to whom, and the same again is answered from the store
Faults      a failed analysis stores the rules' report with the stated error, unless a better report stands
Threads     model calls run on one event loop in a thread of their own; the rest of the program never waits for it
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from playhead.analyst.config import ModelConfig, ModelError
from playhead.analyst.model import Progress
from playhead.analyst.prompt import Request
from playhead.jobs.batch import Batch, begin_batch, run_batch
from playhead.jobs.ledger import JobLedger, Reserved, TakenOver
from playhead.jobs.performing import NARRATIVE_TOKENS, Task, UnknownSession, perform, task_of
from playhead.query import session as query_session
from playhead.query import settings
from playhead.store import Store
from playhead.store import job_rows as rows

__all__ = ["NARRATIVE_TOKENS", "Analyses", "Job", "UnknownSession", "configured_model", "wait_done"]

CONCURRENCY: Final = 2  # analyses at once: a local model serves one well and two slowly, hosted ones limit anyway
KEPT_JOBS: Final = 200  # finished jobs whose progress can still be read; results are in the store
STOP_WAIT_S: Final = 5.0
BEAT_S: Final = 15.0
MAX_TRIES: Final = 3  # a job that ends its process every time is not begun for ever

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """One analysis. `steps` only grows; `done` is set after the last one."""

    id: str
    session_id: str
    label: str
    task: Task = field(default_factory=Task)
    steps: list[Progress] = field(default_factory=list)
    done: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, step: Progress) -> None:
        with self._changed:
            self.steps.append(step)
            self.done = self.done or step.kind in ("done", "failed")
            self._changed.notify_all()

    def wait(self, seen: int, *, timeout_s: float) -> list[Progress]:
        """Return the steps after the first `seen`; blocks until there is one, the job is done, or time is up."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.steps) > seen or self.done, timeout_s)
            return self.steps[seen:]


class Analyses:
    """Starts analyses, keeps their progress, and stores what comes out."""

    def __init__(
        self, store: Store, *, concurrency: int = CONCURRENCY, beat_s: float = BEAT_S, stale_ms: int = rows.STALE_MS
    ) -> None:
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._slots: asyncio.Semaphore | None = None
        self._concurrency = concurrency
        self._beat_s, self._stale_ms = beat_s, stale_ms
        self._reserved = Reserved()
        self._here: set[str] = set()  # rows that run in this process

    def start(
        self, session_id: str, model: ModelConfig | None = None, *, request: Request | None = None, again: bool = False
    ) -> Job:
        """Begin a report and return its job; the same one again while it runs returns the running job.

        What was asked before is not paid for twice, unless somebody wants it asked `again`.
        """
        asked = request or Request()
        return self._begin(session_id, model, Task("report", asked.template, asked.questions, again))

    def ask(self, session_id: str, question: str, model: ModelConfig | None = None) -> Job:
        """Begin to answer a question about a session; without a model it is answered by search."""
        return self._begin(session_id, model, Task("question", questions=(question,)))

    def start_batch(self, site: str, sessions: list[str], model: ModelConfig, batch: Batch) -> str:
        """Begin a report on each of these sessions, as one job; returns its id, to be followed in its rows."""
        row, children = begin_batch(self._store, site, sessions, model.label, batch)
        self._here |= {row.id, *(child.id for child in children)}
        self._submit(self._run_batch(row, children, model))
        return row.id

    def job(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    async def follow(self, job: Job) -> AsyncIterator[Progress]:
        """Yield every step of a job, from its first, until it is done; waits in a thread, never the caller's loop."""
        seen = 0
        while True:
            fresh = await asyncio.to_thread(job.wait, seen, timeout_s=1.0)
            for step in fresh:
                yield step
            seen += len(fresh)
            if job.done and seen >= len(job.steps):
                return

    def resume(self) -> int:
        """Take up what a process that ended has left; returns how many jobs. On a shared index: what gives no sign."""
        index, shared = self._store.index, self._store.index.shared
        if shared:
            self._slots_now()  # from now on this node looks for what others leave, also before it has work of its own
        stale = rows.take_stale(index, silent_ms=self._stale_ms if shared else 0, now_ms=int(self._store.now_ms()))
        taken = [row for row in stale if row.id not in self._here]
        batches = {row.id: row for row in taken if row.kind == "batch"}
        for row in taken:
            if row.kind != "batch" and row.parent not in batches:
                self._take_up(row)
        for row in batches.values():
            self._take_up_batch(row, [child for child in taken if child.parent == row.id])
        return len(taken)

    def stop(self) -> None:
        """Let go of the loop; analyses under way stay in their rows, and the next process takes them up."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(_close, loop)
            thread.join(STOP_WAIT_S)
        for job in list(self._jobs.values()):
            if not job.done:
                job.add(Progress("failed", text="The server was stopped: it goes on when the server is back."))

    # how jobs come to run

    def _begin(self, session_id: str, model: ModelConfig | None, task: Task) -> Job:
        label = model.label if model is not None else "rules"
        with self._lock:
            for job in self._jobs.values():
                if (job.session_id, job.label, job.task) == (session_id, label, task) and not job.done:
                    return job
            job = Job(secrets.token_hex(8), session_id, label, task)
            self._jobs[job.id] = job
            self._forget_old()
        row = self._row_of(job)
        if model is not None:
            rows.add_jobs(self._store.index, [row])
        self._submit(self._run(job, row, model, self._slots_now()))
        return job

    def _row_of(self, job: Job) -> rows.JobRow:
        now_ms, site = int(self._store.now_ms()), query_session.site_of(self._store, job.session_id)
        self._here.add(job.id)
        return rows.JobRow(
            job.id, job.task.kind, job.session_id, site, "", job.label, job.task.encoded(), "waiting", 0, now_ms, now_ms
        )

    def _take_up(self, row: rows.JobRow) -> None:
        """Run a row of a process that ended, with the model of the settings if that is still the one."""
        model, problem = configured_model(self._store)
        if not problem and (model is None or model.label != row.analyst):
            problem = f"it was to be asked of {row.analyst}, which is not the model in the settings any more"
        if row.tries >= MAX_TRIES:
            problem = f"it was begun {row.tries} times and never came to its end"
        if problem or model is None:
            rows.set_state(self._store.index, row.id, "failed", now_ms=int(self._store.now_ms()), error=problem)
            return
        self._here.add(row.id)
        job = Job(row.id, row.session, row.analyst, task_of(row.task))
        with self._lock:
            self._jobs[job.id] = job
        self._submit(self._run(job, row, model, self._slots_now()))

    def _take_up_batch(self, row: rows.JobRow, children: list[rows.JobRow]) -> None:
        model, problem = configured_model(self._store)
        now_ms = int(self._store.now_ms())
        if problem or model is None or model.label != row.analyst:
            why = problem or "the model in the settings is another one now"
            rows.stop_children(self._store.index, row.id, now_ms=now_ms, why=why)
            rows.set_state(self._store.index, row.id, "failed", now_ms=now_ms, error=why)
            return
        self._here |= {row.id, *(child.id for child in children)}
        self._submit(self._run_batch(row, children, model))

    def _submit(self, work: Coroutine[Any, Any, object]) -> None:
        with self._lock:
            loop = self._running_loop()
        asyncio.run_coroutine_threadsafe(work, loop)

    def _slots_now(self) -> asyncio.Semaphore:
        with self._lock:
            self._running_loop()
            assert self._slots is not None
            return self._slots

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._slots = asyncio.Semaphore(self._concurrency)
            self._thread = threading.Thread(target=self._loop.run_forever, name="analyses", daemon=True)
            self._thread.start()
            asyncio.run_coroutine_threadsafe(self._beat(), self._loop)
        return self._loop

    async def _beat(self) -> None:
        """Give signs of life; on a shared index also look for what another node has left."""
        while True:
            await asyncio.sleep(self._beat_s)
            try:
                now_ms = int(self._store.now_ms())
                await asyncio.to_thread(rows.beat, self._store.index, sorted(self._here), now_ms=now_ms)
                if self._store.index.shared:
                    await asyncio.to_thread(self.resume)
            except Exception:
                log.exception("the jobs could not give a sign of life; they go on")

    def _forget_old(self) -> None:
        finished = [job_id for job_id, job in self._jobs.items() if job.done]
        for job_id in finished[: max(0, len(self._jobs) - KEPT_JOBS)]:
            del self._jobs[job_id]

    # what a job does

    async def _run(
        self,
        job: Job,
        row: rows.JobRow,
        model: ModelConfig | None,
        slots: asyncio.Semaphore,
        *,
        batch_tokens: int | None = None,
    ) -> Progress:
        if slots.locked():
            job.add(Progress("progress", "Waiting for another analysis to finish"))
        async with slots:
            ledger = JobLedger(self._store, row, self._reserved, batch_tokens=batch_tokens) if model else None
            turn = await self._in_thread(rows.begin, row.id) if model is not None else 0
            if model is not None and not turn:
                last = Progress("failed", text="It was stopped before it began.")
            else:
                if ledger is not None:
                    ledger.turn = turn
                last = await self._performed(job, model, ledger)
                if model is not None:  # before anybody hears of it: who is told that it is done may rely on the row
                    state = "done" if last.kind == "done" else "failed"
                    error = last.text if last.kind == "failed" else ""
                    await self._in_thread(rows.set_state, row.id, state, error=error, turn=turn)
            self._reserved.release(job.id)
            self._here.discard(job.id)
            job.add(last)
            return last

    async def _performed(self, job: Job, model: ModelConfig | None, ledger: JobLedger | None) -> Progress:
        """Do what the job is for, its steps told as they come; returns the last, which is not told yet."""
        last = Progress("failed", text="The analysis ended without a result.")
        try:
            async for step in perform(self._store, job.session_id, model, job.task, ledger):
                if step.kind in ("done", "failed"):
                    last = step
                else:
                    job.add(step)
        except (UnknownSession, ModelError, TakenOver) as error:
            return Progress("failed", text=str(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("analysis of session %s failed", job.session_id)
            return Progress("failed", text=f"The analysis failed: {type(error).__name__}. The log says more.")
        return last

    async def _in_thread(self, do: Any, job_id: str, *arguments: Any, **named: Any) -> Any:
        return await asyncio.to_thread(
            do, self._store.index, job_id, *arguments, now_ms=int(self._store.now_ms()), **named
        )

    async def _run_batch(self, row: rows.JobRow, children: list[rows.JobRow], model: ModelConfig) -> None:
        async def one(child: rows.JobRow, slots: asyncio.Semaphore, tokens: int | None) -> Progress:
            job = Job(child.id, child.session, child.analyst, task_of(child.task))
            self._jobs[job.id] = job
            self._forget_old()
            return await self._run(job, child, model, slots, batch_tokens=tokens)

        try:
            await run_batch(self._store, row, children, one)
        except Exception:
            log.exception("batch %s failed", row.id)
            await self._in_thread(rows.set_state, row.id, "failed", error="The log says why.")
        finally:
            self._here -= {row.id, *(child.id for child in children)}


def _close(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.call_soon(loop.stop)


def configured_model(store: Store) -> tuple[ModelConfig | None, str]:
    """Return the model in the settings (None: the rules), and what is wrong with it, if something is."""
    stored = settings.load_model(store)
    if stored.model == "none":
        return None, ""
    try:
        config = ModelConfig.parse(stored.model, base_url=stored.base_url or None, api_key=stored.api_key or None)
    except ModelError as error:
        return None, f"the model in the settings cannot be used: {error}"
    return config, ""


def wait_done(job: Job, *, timeout_s: float) -> Progress:
    """Block until the job is done and return its last step; raises TimeoutError."""
    deadline = time.monotonic() + timeout_s
    while not job.done:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"analysis {job.id} is not done after {timeout_s:g} s")
        job.wait(len(job.steps), timeout_s=left)
    return job.steps[-1]
