"""Analyze: a model's report on a stored session, as a job with progress that anybody may follow, and a durable result.

Paid once   a report carries the digest of what was sent and to whom; the same again is answered from the store
Faults      a failed analysis stores the rules' report with the stated error, unless a better report stands
Threads     model calls run on one event loop in a thread of their own; the rest of the program never waits for it
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import msgspec
import sqlalchemy as sa

from playhead.analyst import rules
from playhead.analyst.model import ModelConfig, Progress, explain
from playhead.analyst.preview import as_sent
from playhead.analyst.prompt import PROMPT_VERSION, Request
from playhead.core.narrative import narrate
from playhead.core.report import Report
from playhead.core.trace import Trace
from playhead.jobs.digest import ensure_digested, stored_trace
from playhead.store import Store
from playhead.store.digests import state_of
from playhead.store.reports import DigestStamp, save_report
from playhead.store.tables import reports

NARRATIVE_TOKENS: Final = 4_000
CONCURRENCY: Final = 2  # analyses at once: a local model serves one well and two slowly, hosted ones limit anyway
KEPT_JOBS: Final = 200  # finished jobs whose progress can still be read; results are in the store
STOP_WAIT_S: Final = 5.0

log = logging.getLogger(__name__)


class UnknownSession(LookupError):
    """There is no such session, or nothing of it could be read."""


@dataclass(eq=False)
class Job:
    """One analysis. `steps` only grows; `done` is set after the last one."""

    id: str
    session_id: str
    label: str
    request: Request = field(default_factory=Request)
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

    def __init__(self, store: Store, *, concurrency: int = CONCURRENCY) -> None:
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._slots: asyncio.Semaphore | None = None
        self._concurrency = concurrency

    def start(
        self, session_id: str, model: ModelConfig | None = None, *, request: Request | None = None, again: bool = False
    ) -> Job:
        """Begin an analysis and return its job; the same one again while it runs returns the running job.

        What was asked before is not paid for twice, unless somebody wants it asked `again`.
        """
        label, request = model.label if model is not None else "rules", request or Request()
        with self._lock:
            for job in self._jobs.values():
                if (job.session_id, job.label, job.request) == (session_id, label, request) and not job.done:
                    return job
            job = Job(secrets.token_hex(8), session_id, label, request)
            self._jobs[job.id] = job
            self._forget_old()
            loop = self._running_loop()
        asyncio.run_coroutine_threadsafe(self._run(job, model, request, again=again), loop)
        return job

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

    def stop(self) -> None:
        """Let go of the loop; analyses under way end as failed and can be asked for again."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(STOP_WAIT_S)
        for job in list(self._jobs.values()):
            if not job.done:
                job.add(Progress("failed", text="The server was stopped: ask again."))

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._slots = asyncio.Semaphore(self._concurrency)
            self._thread = threading.Thread(target=self._loop.run_forever, name="analyses", daemon=True)
            self._thread.start()
        return self._loop

    def _forget_old(self) -> None:
        finished = [job_id for job_id, job in self._jobs.items() if job.done]
        for job_id in finished[: max(0, len(self._jobs) - KEPT_JOBS)]:
            del self._jobs[job_id]

    async def _run(self, job: Job, model: ModelConfig | None, request: Request, *, again: bool) -> None:
        assert self._slots is not None
        if self._slots.locked():
            job.add(Progress("progress", "Waiting for another analysis to finish"))
        async with self._slots:
            try:
                await self._analyse(job, model, request, again=again)
            except UnknownSession as error:
                job.add(Progress("failed", text=str(error)))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.exception("analysis of session %s failed", job.session_id)
                job.add(Progress("failed", text=f"The analysis failed: {type(error).__name__}. The log says more."))

    async def _analyse(self, job: Job, model: ModelConfig | None, request: Request, *, again: bool) -> None:
        job.add(Progress("progress", "Reading the session"))
        trace, stamp = await asyncio.to_thread(self._read, job.session_id)
        if model is None:
            job.add(Progress("done", report=await asyncio.to_thread(rules.write, trace)))
            return
        narrative = await asyncio.to_thread(narrate, trace, budget_tokens=NARRATIVE_TOKENS)
        paid_for = _digest_of(as_sent(narrative, request), model)
        known = None if again else await asyncio.to_thread(self._paid_already, job.session_id, stamp, paid_for)
        if known is not None:
            job.add(Progress("progress", "This was asked before: nothing is paid again"))
            job.add(Progress("done", report=known))
            return
        async for step in explain(trace, narrative, model=model, request=request):
            if step.report is not None:
                step.report.evidence = paid_for
                await asyncio.to_thread(self._keep, job.session_id, step, stamp)
            job.add(step)

    def _read(self, session_id: str) -> tuple[Trace, DigestStamp]:
        """The session's trace with the stamp of the digest it belongs to."""
        ensure_digested(self._store, session_id)
        for _ in range(3):  # a digest may come in between: refs and stamp must be of one trace
            before = state_of(self._store.index, session_id)
            trace = stored_trace(self._store, session_id)
            if before is None or trace is None:
                raise UnknownSession(f"there is no session {session_id!r}, or nothing of it could be read")
            if state_of(self._store.index, session_id) == before:
                return trace, DigestStamp(before.digest_revision, before.projector_version)
        raise UnknownSession(f"session {session_id!r} is still being recorded: try again in a moment")

    def _paid_already(self, session_id: str, stamp: DigestStamp, paid_for: str) -> Report | None:
        """A model's report on the same evidence that is in the store and has no error."""
        query = sa.select(reports.c.report).where(
            reports.c.session == session_id,
            reports.c.digest_revision == stamp.revision,
            reports.c.projector_version == stamp.projector_version,
            reports.c.error == "",
        )
        with self._store.index.read() as connection:
            rows = list(connection.execute(query.order_by(reports.c.id.desc()).limit(20)).scalars())
        found = (msgspec.json.decode(row, type=Report) for row in rows)
        return next((report for report in found if report.evidence == paid_for), None)

    def _keep(self, session_id: str, step: Progress, stamp: DigestStamp) -> None:
        """Store the result. A failure is kept as the rules' report with its error: a model's report outranks it."""
        if step.report is not None:
            save_report(self._store.index, session_id, step.report, stamp=stamp, now_ms=self._store.now_ms())


def _digest_of(sent: str, model: ModelConfig) -> str:
    """Names one question: what is sent, word for word, and to whom."""
    return hashlib.sha256("\0".join((sent, model.label, model.base_url or "", PROMPT_VERSION)).encode()).hexdigest()


def wait_done(job: Job, *, timeout_s: float) -> Progress:
    """Block until the job is done and return its last step; raises TimeoutError."""
    deadline = time.monotonic() + timeout_s
    while not job.done:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"analysis {job.id} is not done after {timeout_s:g} s")
        job.wait(len(job.steps), timeout_s=left)
    return job.steps[-1]
