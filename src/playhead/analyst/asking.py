"""Asking: one streamed question to a model, with its retries, its deadline and what it cost.

Ledger    an answer that came in whole is kept before anything is made of it: a job that is taken up again after a crash
          finds it there and pays nothing
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec

from playhead.analyst.config import ModelConfig, ModelError
from playhead.analyst.faults import TRANSPORT_RETRIES, fault_of, refuses_schema
from playhead.analyst.providers import Answer, stream_answer
from playhead.core.report import Rejected, Usage
from playhead.core.telling.tokens import estimate_tokens

MAX_ANSWER_CHARS: Final = 200_000


class Kept(msgspec.Struct):
    """An answer as a journal keeps it."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None


class Ledger(Protocol):
    """Whoever pays: knows what was answered already, may refuse to ask, and writes down what it cost."""

    def find(self, digest: str) -> Kept | None: ...

    def allow(self, tokens: int) -> None:
        """Raise ModelError where a question of about so many tokens, answer included, is not to be asked."""
        ...

    def paid(self, digest: str, answer: Kept, *, whole: bool) -> None:
        """Note the cost; keep the answer if it came in whole."""
        ...


@dataclass
class Run:
    """What one job has used and said so far."""

    config: ModelConfig
    ledger: Ledger | None = None
    started: float = field(default_factory=time.monotonic)
    usage: Usage = field(default_factory=Usage)
    model_ms: float = 0.0  # spent waiting for the model
    shown: set[str] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)  # of an answer of which nothing could stand
    hidden: dict[str, str] = field(default_factory=dict)  # what stands behind the placeholders of these
    plain_schema: bool = False  # the endpoint takes no JSON schema: it is told in words

    def left_s(self) -> float:
        return self.config.deadline_s - (time.monotonic() - self.started)

    def finished(self) -> Usage:
        """The usage with the time all of it took."""
        self.usage.duration_ms = (time.monotonic() - self.started) * 1000
        return self.usage

    def check_room(self, text: str, what: str) -> None:
        """Raise ModelError where a question is longer than the configuration allows."""
        tokens = estimate_tokens(text)
        if tokens > self.config.max_input_tokens:
            raise ModelError(
                f"The {what} needs about {tokens} tokens and the limit is {self.config.max_input_tokens}: use a smaller"
                f" budget for its narrative."
            )


async def ask(
    messages: list[Any], schema: dict[str, Any], run: Run, answer: Answer, *, retries: int = TRANSPORT_RETRIES
) -> AsyncIterator[None]:
    """Stream one answer into `answer`, yielding after every piece; raises ModelError when it cannot be had.

    What it cost is added to `run.usage`; an answer from the journal costs nothing.
    """
    digest = _digest(messages, schema, run.config)
    if run.ledger is not None:
        kept = await asyncio.to_thread(run.ledger.find, digest)
        if kept is not None:  # paid by this job before a crash
            answer.text, answer.finish, answer.cost_usd = kept.text, "stop", kept.cost_usd
            answer.input_tokens, answer.output_tokens = kept.input_tokens, kept.output_tokens
            run.usage = _add(run.usage, answer)
            yield
            return
        tokens = estimate_tokens(_text_of(messages)) + run.config.max_output_tokens
        await asyncio.to_thread(run.ledger.allow, tokens)
    began = time.monotonic()
    async for _ in _with_retries(messages, schema, run, answer, retries):
        yield
    run.model_ms += (time.monotonic() - began) * 1000
    run.usage = _add(run.usage, answer)
    problem = answer.problem(run.config.spoken)
    if run.ledger is not None:
        cost = Kept(answer.text, answer.input_tokens, answer.output_tokens, answer.cost_usd)
        await asyncio.to_thread(run.ledger.paid, digest, cost, whole=not problem)
    if problem:
        raise ModelError(problem)


async def _with_retries(
    messages: list[Any], schema: dict[str, Any], run: Run, answer: Answer, retries: int
) -> AsyncIterator[None]:
    attempt = 0
    while True:
        answer.reset()
        try:
            async with asyncio.timeout(max(0.1, min(run.config.timeout_s, run.left_s()))):
                async for _ in stream_answer(messages, schema, run.config, answer, plain_schema=run.plain_schema):
                    if len(answer.text) > MAX_ANSWER_CHARS:
                        raise ModelError(
                            f"{run.config.spoken} does not stop talking: its answer was cut at {MAX_ANSWER_CHARS}"
                            f" characters."
                        )
                    yield
            return
        except ModelError:
            raise
        except Exception as error:
            if not run.plain_schema and refuses_schema(error):
                run.plain_schema = True
                continue
            fault = fault_of(error, run.config, attempt=attempt)
            if fault.retry_s is None or attempt >= retries or fault.retry_s >= run.left_s():
                raise ModelError(fault.detail) from error
            attempt += 1
            await asyncio.sleep(fault.retry_s)


def _add(usage: Usage, answer: Answer) -> Usage:
    cost = usage.cost_usd if answer.cost_usd is None else (usage.cost_usd or 0.0) + answer.cost_usd
    return Usage(
        usage.input_tokens + answer.input_tokens, usage.output_tokens + answer.output_tokens, usage.requests + 1, cost
    )


def _digest(messages: list[Any], schema: dict[str, Any], config: ModelConfig) -> str:
    """Names a question: every word of it, the form of its answer, and whom it is put to."""
    told = [_text_of(messages), msgspec.json.encode(schema).decode(), config.label, config.base_url or ""]
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _text_of(messages: list[Any]) -> str:
    found: list[str] = []
    for message in messages:
        found.append(str(getattr(message, "instructions", "") or ""))
        found += [str(getattr(part, "content", "")) for part in message.parts]
    return "\n".join(found)
