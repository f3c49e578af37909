"""Performing: what one job does, from the stored session to the kept result; who runs it when is `analyze`'s matter."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import sqlalchemy as sa

from playhead.analyst import rules
from playhead.analyst.asking import Ledger, Run
from playhead.analyst.chat import answer_question
from playhead.analyst.looking import Looker
from playhead.analyst.masked import restored_reply, without_values
from playhead.analyst.model import ModelConfig, ModelError, Progress, explain
from playhead.analyst.plain_answer import answer_by_rules
from playhead.analyst.preview import as_sent
from playhead.analyst.prompt import PROMPT_VERSION, Request
from playhead.analyst.translate import translate
from playhead.core.report import Reply, Report, Usage
from playhead.core.telling.narrative import narrate
from playhead.core.trace import Trace
from playhead.jobs.digest import ensure_digested, stored_trace
from playhead.jobs.looking import StoredSource
from playhead.query import session as query_session
from playhead.query import settings
from playhead.store import Store
from playhead.store.analysis_tables import reports
from playhead.store.digests import state_of
from playhead.store.replies import Asked, keep_reply, replies_of
from playhead.store.reports import DigestStamp, save_report

NARRATIVE_TOKENS: Final = 4_000


class UnknownSession(LookupError):
    """There is no such session, or nothing of it could be read."""


class Task(msgspec.Struct, frozen=True):
    """What a job is to do; kept as JSON in its row."""

    kind: str = "report"  # "report" or "question"
    template: str = "general"
    questions: tuple[str, ...] = ()
    again: bool = False  # ask the model anew, whatever the store holds

    def encoded(self) -> str:
        return msgspec.json.encode(self).decode()


def task_of(text: str) -> Task:
    return msgspec.json.decode(text, type=Task)


async def perform(
    store: Store, session_id: str, model: ModelConfig | None, task: Task, ledger: Ledger | None
) -> AsyncIterator[Progress]:
    """Yield what happens, ending with `done` or `failed`; raises UnknownSession."""
    yield Progress("progress", "Reading the session")
    trace, stamp = await asyncio.to_thread(_read, store, session_id)
    if task.kind == "question":
        async for step in _answer(store, session_id, trace, model, task.questions[0], ledger):
            yield step
    elif model is None:
        yield Progress("done", report=await asyncio.to_thread(rules.write, trace))
    else:
        async for step in _report(store, session_id, trace, stamp, model, task, ledger):
            yield step


async def _report(
    store: Store,
    session_id: str,
    trace: Trace,
    stamp: DigestStamp,
    model: ModelConfig,
    task: Task,
    ledger: Ledger | None,
) -> AsyncIterator[Progress]:
    request = await asyncio.to_thread(_request, store, session_id, task)
    narrative = await asyncio.to_thread(narrate, trace, budget_tokens=NARRATIVE_TOKENS)
    paid_for = _digest_of(f"{as_sent(narrative, request)}\n{request.context.language}", model)
    known = None if task.again else await asyncio.to_thread(_paid_already, store, session_id, stamp, paid_for)
    if known is not None:
        yield Progress("progress", "This was asked before: nothing is paid again")
        yield Progress("done", report=without_values(known))
        return
    async for step in explain(trace, narrative, model=model, request=request, run=Run(model, ledger)):
        if step.kind == "done" and step.report is not None and request.context.language != "English":
            yield Progress("progress", f"Translating into {request.context.language}")
            await _translated(step.report, request.context.language, Run(model, ledger))
        if step.report is not None:
            step.report.evidence = paid_for
            await asyncio.to_thread(_keep, store, session_id, step.report, stamp)
            step.report = without_values(step.report)
        yield step


async def _translated(report: Report, language: str, run: Run) -> None:
    """Translate what was checked; where that fails the report stays English, and says why."""
    try:
        await translate(report, language, run)
    except ModelError as error:
        report.language = f"English (not translated into {language}: {error})"
    spent, more = report.usage, run.usage
    report.usage = Usage(
        spent.input_tokens + more.input_tokens,
        spent.output_tokens + more.output_tokens,
        spent.requests + more.requests,
        None if spent.cost_usd is None else spent.cost_usd + (more.cost_usd or 0.0),
        spent.duration_ms,
    )


async def _answer(
    store: Store, session_id: str, trace: Trace, model: ModelConfig | None, question: str, ledger: Ledger | None
) -> AsyncIterator[Progress]:
    looker = Looker(trace, StoredSource(store, session_id))
    if model is None:
        reply = await asyncio.to_thread(answer_by_rules, question, trace)
        await asyncio.to_thread(_keep_reply, store, session_id, reply, looker)
        yield Progress("done", reply=reply)
        return
    narrative = await asyncio.to_thread(narrate, trace, budget_tokens=NARRATIVE_TOKENS)
    earlier = [one.reply for one in await asyncio.to_thread(replies_of, store.index, session_id)]
    history = [restored_reply(one) for one in earlier if one.analyst != "rules" and not one.error]
    request = await asyncio.to_thread(_request, store, session_id, Task())
    async for step in answer_question(
        question, looker, narrative, model=model, history=history, request=request, run=Run(model, ledger)
    ):
        if step.reply is not None:
            await asyncio.to_thread(_keep_reply, store, session_id, step.reply, looker)
            step.reply = without_values(step.reply)
        yield step


def _request(store: Store, session_id: str, task: Task) -> Request:
    """What is asked, with what the site's team says now."""
    context = settings.load_context(store, query_session.site_of(store, session_id))
    return Request(task.template, context, task.questions)


def _read(store: Store, session_id: str) -> tuple[Trace, DigestStamp]:
    """The session's trace with the stamp of the digest it belongs to."""
    ensure_digested(store, session_id)
    for _ in range(3):  # a digest may come in between: refs and stamp must be of one trace
        before = state_of(store.index, session_id)
        trace = stored_trace(store, session_id)
        if before is None or trace is None:
            raise UnknownSession(f"there is no session {session_id!r}, or nothing of it could be read")
        if state_of(store.index, session_id) == before:
            return trace, DigestStamp(before.digest_revision, before.projector_version)
    raise UnknownSession(f"session {session_id!r} is still being recorded: try again in a moment")


def _paid_already(store: Store, session_id: str, stamp: DigestStamp, paid_for: str) -> Report | None:
    """A model's report on the same evidence that is in the store and has no error."""
    query = sa.select(reports.c.report).where(
        reports.c.session == session_id,
        reports.c.digest_revision == stamp.revision,
        reports.c.projector_version == stamp.projector_version,
        reports.c.error == "",
    )
    with store.index.read() as connection:
        rows = list(connection.execute(query.order_by(reports.c.id.desc()).limit(20)).scalars())
    found = (msgspec.json.decode(row, type=Report) for row in rows)
    return next((report for report in found if report.evidence == paid_for), None)


def _keep(store: Store, session_id: str, report: Report, stamp: DigestStamp) -> None:
    """Store the result. A failure is kept as the rules' report with its error: a model's report outranks it."""
    save_report(store.index, session_id, report, stamp=stamp, now_ms=store.now_ms())


def _keep_reply(store: Store, session_id: str, reply: Reply, looker: Looker) -> None:
    reply.asked_ms = store.now_ms()
    cited = {ref for one in (*reply.sentences, *reply.found) for ref in one.refs}
    start_ms = looker.trace.session.start_ms
    everything = (*looker.trace.interactions, *looker.trace.signals, *looker.observed)
    moments = {one.ref: one.t_ms - start_ms for one in everything if one.ref in cited}
    keep_reply(store.index, session_id, Asked(reply, moments))


def _digest_of(sent: str, model: ModelConfig) -> str:
    """Names one question: what is sent, word for word, and to whom."""
    return hashlib.sha256("\0".join((sent, model.label, model.base_url or "", PROMPT_VERSION)).encode()).hexdigest()
