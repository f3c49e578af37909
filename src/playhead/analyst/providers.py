"""Providers: one streamed request to whichever model is configured, through pydantic-ai's direct interface.

Retries of the SDKs are off: they would hide a 429 behind a silent wait, and ours are bounded and told.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from playhead.analyst.config import KEY_VARIABLES, ModelConfig, ModelError


@dataclass
class Answer:
    """The text of an answer as far as it has come, and what it cost."""

    text: str = ""
    finish: str = ""
    refusal: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None

    def reset(self) -> None:
        self.text = self.finish = self.refusal = ""

    def complete_part(self) -> dict[str, Any]:
        """The JSON object as far as it is complete; {} where it has not begun."""
        from pydantic_core import from_json

        start = self.text.find("{")
        if start < 0:
            return {}
        try:
            value = from_json(self.text[start:], allow_partial=True)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def decoded(self) -> tuple[Any, str]:
        """(value, "") or (None, why it cannot be read). A fence or a sentence around the object is forgiven."""
        start, end = self.text.find("{"), self.text.rfind("}")
        if start < 0:
            return None, "the answer was not in the form asked for"
        try:
            return json.loads(self.text[start : end + 1] if end > start else self.text[start:]), ""
        except (ValueError, RecursionError):
            return None, "the answer was not valid JSON"

    def problem(self, label: str) -> str:
        """Why a finished answer is none: refused, empty, cut; "" where it is one."""
        if self.refusal or self.finish == "content_filter":
            return f"{label} declined to answer about this recording: choose another model."
        if not self.text.strip():
            return f"{label} sent an empty answer: try again, or choose another model."
        if self.finish == "length":
            return f"{label} ran out of room for its answer: allow it more output tokens, or choose another model."
        if "{" in self.text and not _is_closed(self.text):
            return f"{label} broke off in the middle of its answer: try again."
        return ""


def _is_closed(text: str) -> bool:
    """Whether the first JSON object in the text ends, braces in strings aside."""
    depth, quoted, escaped = 0, False, False
    for char in text[text.find("{") :]:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = quoted
        elif char == '"':
            quoted = not quoted
        elif not quoted and char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return True
    return False


async def stream_answer(
    messages: list[Any], schema: dict[str, Any], config: ModelConfig, answer: Answer, *, plain_schema: bool
) -> AsyncIterator[None]:
    """Fill `answer` as pieces arrive; exceptions are pydantic-ai's (see faults.py)."""
    from pydantic_ai.direct import model_request_stream
    from pydantic_ai.messages import (
        PartDeltaEvent,
        PartStartEvent,
        TextPart,
        TextPartDelta,
        ToolCallPart,
        ToolCallPartDelta,
    )
    from pydantic_ai.settings import ModelSettings

    model = _model(config)
    settings = ModelSettings(max_tokens=config.max_output_tokens, temperature=0.0, timeout=config.timeout_s)
    told, asked = _told(messages, schema, plain_schema), _parameters(schema, config, plain_schema)
    async with model_request_stream(model, told, model_settings=settings, model_request_parameters=asked) as stream:
        async for event in stream:
            if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                answer.text += event.part.content
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                answer.text += event.delta.content_delta
            elif isinstance(event, PartStartEvent) and isinstance(event.part, ToolCallPart):
                answer.text += event.part.args_as_json_str() if event.part.args else ""
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, ToolCallPartDelta):
                piece = event.delta.args_delta
                answer.text += piece if isinstance(piece, str) else json.dumps(piece) if piece else ""
            else:
                continue
            yield
        _settle(stream, answer)


def _settle(stream: Any, answer: Answer) -> None:
    """Read finish reason, refusal, tokens and cost off a finished stream."""
    answer.finish = str(stream.finish_reason or "")
    answer.refusal = str((stream.provider_details or {}).get("refusal") or "")
    usage: Any = stream.usage() if callable(stream.usage) else stream.usage
    answer.input_tokens, answer.output_tokens = usage.input_tokens or 0, usage.output_tokens or 0
    try:
        price = stream.get().cost()
        answer.cost_usd = float(price.total_price)
    except Exception:  # no price is known for this model, or for a local one: cost stays unknown, never a guess
        answer.cost_usd = None


def _told(messages: list[Any], schema: dict[str, Any], plain_schema: bool) -> list[Any]:
    """Where the endpoint takes no schema, the last message carries it in words."""
    if not plain_schema:
        return messages
    from pydantic_ai.messages import ModelRequest, UserPromptPart

    form = f"Answer with one JSON object and nothing else, of this JSON schema:\n{json.dumps(schema)}"
    return [
        *messages[:-1],
        ModelRequest(parts=[*messages[-1].parts, UserPromptPart(form)], instructions=messages[-1].instructions),
    ]


def _parameters(schema: dict[str, Any], config: ModelConfig, plain_schema: bool) -> Any:
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    if plain_schema:
        return ModelRequestParameters(output_mode="text", allow_text_output=True)
    if config.provider == "anthropic":  # every Claude model takes tools; only new ones take a schema
        tool = ToolDefinition(
            name="report", description="Hand in the report.", parameters_json_schema=schema, kind="output"
        )
        return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
    output = OutputObjectDefinition(
        json_schema=schema, name="report", strict=True if config.provider == "openai" else None
    )
    return ModelRequestParameters(output_mode="native", output_object=output, allow_text_output=True)


def _model(config: ModelConfig) -> Any:
    """Build pydantic-ai's model; a missing key of a hosted provider is said before anything is sent."""
    key = config.api_key or os.environ.get(KEY_VARIABLES.get(config.provider, "")) or None
    if config.provider in KEY_VARIABLES and not key and not config.base_url:
        raise ModelError(
            f"{config.spoken} needs an API key: enter it in the settings, or set {KEY_VARIABLES[config.provider]}."
        )
    if config.provider == "anthropic":
        from anthropic import AsyncAnthropic
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        client = AsyncAnthropic(
            api_key=key or "none", base_url=config.base_url, max_retries=0, timeout=config.timeout_s
        )
        return AnthropicModel(config.name, provider=AnthropicProvider(anthropic_client=client))
    if config.provider == "google":
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        return GoogleModel(config.name, provider=GoogleProvider(api_key=key or "none", base_url=config.base_url))
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    client = AsyncOpenAI(api_key=key or "none", base_url=config.base_url, max_retries=0, timeout=config.timeout_s)
    return OpenAIChatModel(config.name, provider=OpenAIProvider(openai_client=client))
