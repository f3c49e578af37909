"""Model: asks a hosted or local model to explain a trace, and lets nothing of its answer past the gate.

One streamed request, answered in the form of a JSON schema; transport faults are retried, an answer that cannot be
used is corrected once. Whatever happens, a report comes out: the model's, checked, or the rules' with a stated error.
The only module of the analyst that does IO; pydantic-ai is imported when a model is asked, not before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from playhead.analyst import gate, rules
from playhead.analyst.asking import Run, ask
from playhead.analyst.config import HOSTED, BudgetError, ModelConfig, ModelError
from playhead.analyst.draft import DraftError, read_draft
from playhead.analyst.evidence import gather
from playhead.analyst.masked import mask_report
from playhead.analyst.prompt import Request, correction, instructions, user_message
from playhead.analyst.providers import Answer
from playhead.analyst.schema import report_schema
from playhead.core.report import Answered, Reply, Report
from playhead.core.telling.narrative import Narrative
from playhead.core.trace import Trace

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

__all__ = ["ModelConfig", "ModelError", "Progress", "explain", "test_connection"]

MAX_TRIES: Final = 2  # the answer, and one correction of it


class Progress(msgspec.Struct):
    """One step of an analysis as a reader may see it.

    kind: progress (text says what is being done) · headline · sentence · rejected (text, where; refs or reason) ·
          done (report or reply) · failed (text is the error, with the rules' report, or a reply that states it)
    """

    kind: str
    text: str = ""
    where: str = ""
    refs: list[str] = []
    reason: str = ""
    hypothesis: bool = False
    over_budget: bool = False  # failed for want of budget: the next question would fail, too
    hidden: dict[str, str] = {}  # what stands behind the placeholders of `text`: never in an event
    report: Report | None = None
    reply: Reply | None = None


async def explain(
    trace: Trace, narrative: Narrative, *, model: ModelConfig, request: Request | None = None, run: Run | None = None
) -> AsyncIterator[Progress]:
    """Yield what happens, ending with exactly one `done` or `failed`; never raises for a fault of the model.

    `run`: with the ledger of whoever pays.
    """
    run = run or Run(model)
    try:
        async for progress in _explain(trace, narrative, run, request or Request()):
            yield progress
    except ModelError as error:
        report = rules.write(trace)
        report.error, report.rejected, report.hidden = str(error), run.rejected, run.hidden
        report.usage = run.finished()
        yield Progress("failed", text=str(error), report=report, over_budget=isinstance(error, BudgetError))


async def test_connection(config: ModelConfig) -> str | None:
    """Ask for one short answer in the form of a schema; returns None, or what is wrong in one sentence."""
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    }
    run = Run(config.with_limits(timeout_s=min(config.timeout_s, 30), deadline_s=45))
    from pydantic_ai.messages import ModelRequest

    messages: list[Any] = [
        ModelRequest.user_text_prompt('Answer with {"ok": true}.', instructions="You answer in JSON.")
    ]
    try:
        async for _ in ask(messages, schema, run, Answer(), retries=0):
            pass
    except ModelError as error:
        return str(error)
    return None


async def _explain(trace: Trace, narrative: Narrative, run: Run, request: Request) -> AsyncIterator[Progress]:
    from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart

    evidence = gather(narrative)
    room = None if run.config.provider in HOSTED else run.config.max_output_tokens
    schema = report_schema(evidence.refs, questions=len(request.asked), room_tokens=room)
    told, asked = instructions(request), user_message(evidence, request)
    run.check_room(told + asked, "session")
    yield Progress(
        "progress", f"Asking {run.config.spoken} about {len(evidence.refs)} moments ({evidence.tokens} tokens)"
    )
    messages: list[ModelMessage] = [ModelRequest.user_text_prompt(asked, instructions=told)]
    facts = gate.prepare(trace, evidence.hidden)
    last_error = ""
    for attempt in range(MAX_TRIES):
        answer = Answer()
        async for _ in ask(messages, schema, run, answer):
            for progress in _show(answer, facts, run):
                yield progress
        report, reasons = _judge(answer, facts)
        if report is not None and not reasons:
            report.template, report.answers = request.template, _by_question(report.answers, request.asked)
            yield _done(mask_report(report, evidence.hidden), run)
            return
        if report is not None:
            masked = mask_report(report, evidence.hidden)
            run.rejected, run.hidden = masked.rejected, masked.hidden
        else:
            run.rejected, run.hidden = [], {}
        last_error = _why(reasons, run.config, unusable=report is None)
        if attempt + 1 < MAX_TRIES:
            yield Progress("progress", "The answer could not be used; asking once more")
            messages = [
                *messages,
                ModelResponse(parts=[TextPart(answer.text[:20_000] or "(nothing)")]),
                ModelRequest.user_text_prompt(correction(reasons), instructions=told),
            ]
    raise ModelError(last_error)


def _show(answer: Answer, facts: gate.Facts, run: Run) -> list[Progress]:
    """What has become complete in the answer since last time, checked: a sentence is shown once, or refused once."""
    partial = answer.complete_part()
    found: list[Progress] = []
    for where, text, refs, guess in _finished(partial):
        if where in run.shown:
            continue
        run.shown.add(where)
        mode: gate.Mode = "hypothesis" if guess else "fact"
        whole = where == "headline"
        verdict = (
            gate.judge(text, refs, facts, where=where, mode=mode, whole=True)
            if whole
            else gate.judge_apart(text, refs, facts, where=where, mode=mode)
        )
        kind = "headline" if where == "headline" else "sentence"
        for accepted in verdict.accepted:
            values = facts.hidden.values([accepted])
            found.append(Progress(kind, accepted, where, refs, hypothesis=guess, hidden=values))
        for refused in verdict.rejected:
            values = facts.hidden.values([refused.text, refused.reason])
            found.append(Progress("rejected", refused.text, where, reason=refused.reason, hidden=values))
    return found


def _finished(partial: dict[str, Any]) -> list[tuple[str, str, list[str], bool]]:
    """(where, text, refs, hypothesis) of every sentence that is complete: all but the one still being written."""
    try:
        draft = read_draft(partial)
    except DraftError:
        return []
    keys = list(partial)
    found: list[tuple[str, str, list[str], bool]] = []
    if draft.headline.text and keys[-1] != "headline":
        found.append(("headline", draft.headline.text, draft.headline.refs, False))
    whole = len(draft.summary) if keys[-1] != "summary" else len(draft.summary) - 1
    found += [
        (f"summary[{at}]", one.text, one.refs, one.hypothesis) for at, one in enumerate(draft.summary[: max(0, whole)])
    ]
    return found


def _judge(answer: Answer, facts: gate.Facts) -> tuple[Report | None, list[str]]:
    """Return the checked report, and reasons why it cannot stand (none when it can)."""
    value, problem = answer.decoded()
    if problem:
        return None, [problem]
    try:
        draft = read_draft(value)
    except DraftError as error:
        return None, [str(error)]
    report = gate.check_prepared(draft, facts)
    if not gate.is_anything_left(report, draft):
        return report, [f"“{one.text}”: {one.reason}" for one in report.rejected] or ["it said nothing"]
    return report, []


def _by_question(answers: list[Answered], asked: tuple[str, ...]) -> list[Answered]:
    """Every question that was asked with what was said to it; a model names a question by its number."""
    found = [Answered(question, []) for question in asked]
    for answer in answers:
        number = int(answer.question) if answer.question.isdecimal() else 0
        for at, one in enumerate(found, 1):
            if number == at or answer.question == one.question:
                one.sentences += answer.sentences
    return found


def _why(reasons: list[str], config: ModelConfig, *, unusable: bool) -> str:
    if unusable:
        return f"{config.spoken} did not give a report: {reasons[0]}. Try again, or choose another model."
    return f"Nothing that {config.spoken} wrote could be confirmed by the recording: choose a more capable model."


def _done(report: Report, run: Run) -> Progress:
    report.analyst = run.config.label
    report.usage = run.finished()
    return Progress("done", report=report)
