"""Chat: one question about a session, answered by a model that may look things up, every sentence past the gate.

Tools are part of the answer's form rather than a provider's tool calls: each turn the model either names one thing to
look up or answers, so any endpoint that can write JSON will do, and a turn is one question to pay for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from playhead.analyst import gate
from playhead.analyst.asking import Run, ask
from playhead.analyst.config import BudgetError, ModelConfig, ModelError
from playhead.analyst.draft import DraftError, read_sentences
from playhead.analyst.evidence import Evidence, gather, looked_up
from playhead.analyst.looking import TOOLS, Looker
from playhead.analyst.masked import mask_reply
from playhead.analyst.model import Progress
from playhead.analyst.prompt import Request, correction, notes_of, rules_of_evidence
from playhead.analyst.providers import Answer
from playhead.analyst.schema import turn_schema
from playhead.core.report import Rejected, Reply, Sentence
from playhead.core.telling.narrative import Narrative
from playhead.core.telling.phrases import clock

CHAT_VERSION: Final = "1"
MAX_LOOKS: Final = 4
MAX_HISTORY: Final = 4  # earlier questions with their answers that are told again
NOTHING_TOLD: Final = "The recording does not tell."

_TASK: Final = """\
Answer the question at the end, for the team that owns the site. One to five sentences in `answer`, each with its refs.
You may first look things up, one thing a turn: set `tool`, and leave `answer` empty.
- search: lines of the recording that hold the words in `text`
- around: what was done around the moment of the line in `at`
- network, console: requests, or console lines, around `at`; `text` looks for words in all of them
- screen: the text on the page at the moment of `at`; `text` keeps only what is near these words
What is found comes as further lines with refs of their own. Set `tool` to none to answer. Where the recording does \
not tell, answer with no sentence."""


async def answer_question(
    question: str,
    looker: Looker,
    narrative: Narrative,
    *,
    model: ModelConfig,
    history: list[Reply] | None = None,
    request: Request | None = None,
    run: Run | None = None,
) -> AsyncIterator[Progress]:
    """Yield what happens, ending with one `done` or `failed`, both with a reply; no fault of a model is raised."""
    run = run or Run(model)
    reply = Reply(question, analyst=model.label)
    try:
        async for progress in _converse(reply, looker, narrative, run, history or [], request or Request()):
            yield progress
        reply.usage = run.finished()
        yield Progress("done", reply=reply)
    except ModelError as error:
        reply.error, reply.usage = str(error), run.finished()
        yield Progress("failed", text=str(error), reply=reply, over_budget=isinstance(error, BudgetError))


def first_message(
    question: str, evidence: Evidence, history: list[Reply], request: Request, *, looks: bool = True
) -> tuple[str, str]:
    """Return the instructions and the message of the first turn, word for word."""
    notes = notes_of(request, evidence.hidden)
    told = [notes, evidence.text] if notes else [evidence.text]
    for earlier in history[-MAX_HISTORY:]:
        said = " ".join(one.text for one in earlier.sentences) or NOTHING_TOLD
        told.append(f"Asked before: {_hidden(earlier.question, evidence)}\nAnswered: {_hidden(said, evidence)}")
    told.append(f"Question: {_hidden(question, evidence)}")
    return f"{rules_of_evidence(notes=bool(notes))}\n{_TASK if looks else ''}", "\n".join(told)


def _hidden(text: str, evidence: Evidence) -> str:
    return evidence.hidden.hide(" ".join(text.split()))


async def _converse(
    reply: Reply, looker: Looker, narrative: Narrative, run: Run, history: list[Reply], request: Request
) -> AsyncIterator[Progress]:
    from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart

    evidence = gather(narrative)
    refs = list(evidence.refs)
    told, asked = first_message(reply.question, evidence, history, request)
    run.check_room(told + asked, "question")
    yield Progress("progress", f"Asking {run.config.spoken}")
    messages: list[Any] = [ModelRequest.user_text_prompt(asked, instructions=told)]
    corrected = False
    for turn in range(MAX_LOOKS + 2):
        may_look = turn < MAX_LOOKS and not corrected
        answer = Answer()
        async for _ in ask(messages, turn_schema(refs, tools=TOOLS if may_look else ()), run, answer):
            pass
        wish, reasons = _read(answer, reply, evidence, looker)
        if wish is not None and may_look:
            words = _wish_in_words(wish, looker)
            reply.looked.append(words)
            yield Progress("progress", f"Looking at {words}")
            meant = {**wish, "text": evidence.hidden.restore(str(wish.get("text") or ""))}
            lines = await asyncio.to_thread(_look, meant, looker)
            refs += [ref for ref, _ in lines if ref.startswith("x")]
            further = looked_up(lines, evidence.hidden)
        elif reasons and not corrected:
            corrected = True
            yield Progress("progress", "The answer could not be confirmed; asking once more")
            further = correction(reasons)
        else:
            masked = mask_reply(reply, evidence.hidden)
            reply.sentences, reply.rejected = masked.sentences, masked.rejected
            reply.looked, reply.hidden = masked.looked, masked.hidden
            for progress in _shown(reply):
                yield progress
            return
        messages += [
            ModelResponse(parts=[TextPart(answer.text[:20_000] or "(nothing)")]),
            ModelRequest.user_text_prompt(further, instructions=told),
        ]


def _read(answer: Answer, reply: Reply, evidence: Evidence, looker: Looker) -> tuple[dict[str, Any] | None, list[str]]:
    """Take an answer in: a wish to look something up, or sentences, judged; and why none of them could stand."""
    value, problem = answer.decoded()
    if problem or not isinstance(value, dict):
        return None, [problem or "the answer was not in the form asked for"]
    if value.get("tool") in TOOLS:
        return value, []
    try:
        sentences = read_sentences(value.get("answer"), "answer")
    except DraftError as error:
        return None, [str(error)]
    facts = gate.prepare(looker.with_observed(), evidence.hidden)
    kept: list[Sentence] = []
    rejected: list[Rejected] = []
    for at, one in enumerate(sentences):
        verdict = gate.judge_apart(
            one.text, one.refs, facts, where=f"answer[{at}]", mode="hypothesis" if one.hypothesis else "fact"
        )
        kept += [Sentence(said, one.refs, one.hypothesis) for said in verdict.accepted]
        rejected += verdict.rejected
    reply.sentences, reply.rejected = kept, rejected
    return None, [] if kept or not rejected else [f"“{one.text}”: {one.reason}" for one in rejected]


def _look(wish: dict[str, Any], looker: Looker) -> list[tuple[str, str]]:
    return looker.look(str(wish["tool"]), text=str(wish.get("text") or "")[:200], at_ms=_moment(wish, looker))


def _moment(wish: dict[str, Any], looker: Looker) -> float:
    """The moment a wish names by a ref; the middle of the session where it names none that exists."""
    session = looker.trace.session
    when = {one.ref: one.t_ms for one in (*looker.trace.interactions, *looker.trace.signals, *looker.observed)}
    return when.get(str(wish.get("at")), (session.start_ms + session.end_ms) / 2)


def _wish_in_words(wish: dict[str, Any], looker: Looker) -> str:
    text = " ".join(str(wish.get("text") or "").split())[:80]
    at = clock(_moment(wish, looker), looker.trace.session.start_ms)[:-2]
    if wish["tool"] == "search":
        return f"every line with “{text}”"
    what = {"around": "what was done", "network": "requests", "console": "the console", "screen": "the page"}
    return f"{what[str(wish['tool'])]} around {at}" + (f" for “{text}”" if text else "")


def _shown(reply: Reply) -> list[Progress]:
    found = [Progress("sentence", one.text, f"answer[{at}]", one.refs) for at, one in enumerate(reply.sentences)]
    found += [Progress("rejected", one.text, one.where, reason=one.reason) for one in reply.rejected]
    for step in found:
        step.hidden = {name: value for name, value in reply.hidden.items() if name in step.text + step.reason}
    return found
