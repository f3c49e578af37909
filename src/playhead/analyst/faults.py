"""Faults: what can go wrong between us and a model, each told in one plain sentence that says what to do.

Imports of pydantic-ai happen inside: they cost seconds, and only a run that asks a model pays for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playhead.analyst.config import ModelConfig

MAX_RETRY_WAIT_S: Final = 20.0  # an endpoint that asks for a longer pause gets its error shown instead
FIRST_PAUSE_S = 1.0  # before the first retry; it doubles
TRANSPORT_RETRIES: Final = 2


@dataclass(frozen=True)
class Fault:
    """`retry_s`: how long to wait before trying once more; None where that would not help."""

    detail: str
    retry_s: float | None = None


def fault_of(error: BaseException, config: ModelConfig, *, attempt: int) -> Fault:
    """Say what an exception means for the person who configured the model."""
    from pydantic_ai import exceptions as known

    where = config.base_url or config.provider
    pause = min(FIRST_PAUSE_S * 2.0**attempt, MAX_RETRY_WAIT_S)
    if isinstance(error, known.ModelAuthenticationError):
        return Fault(f"{config.spoken} refused the key: check the API key in the settings.")
    if isinstance(error, known.ModelQuotaExceededError):
        return Fault(
            f"The account behind {config.spoken} has no credit or quota left: check its billing, or choose another"
            f" model."
        )
    if isinstance(error, known.ModelRateLimitError):
        asked = error.retry_after
        retry = None if asked is not None and asked > MAX_RETRY_WAIT_S else max(asked or 0.0, pause)
        return Fault(f"{config.spoken} is receiving too many requests (429): try again in a minute.", retry)
    if isinstance(error, known.ModelContextWindowExceededError):
        return Fault(
            f"The session is too long for {config.spoken}: choose a model with a larger context, or a smaller budget."
        )
    if isinstance(error, known.ModelNotFoundError):
        return Fault(f"{where} has no model named {config.name!r}: check the name in the settings.")
    if isinstance(error, known.ModelTimeoutError | TimeoutError | known.RunTimedOut | known.ModelRequestTimeout):
        return Fault(
            f"{config.spoken} did not answer within {config.timeout_s:g} s: try again, or choose a faster model."
        )
    if isinstance(error, known.ModelConnectionError):
        if error.phase == "connect" or (not error.in_stream and error.phase != "read"):
            return Fault(f"{where} cannot be reached: check that it is running and that the address is right.", pause)
        return Fault(f"{config.spoken} broke off in the middle of its answer: try again.", pause)
    if isinstance(error, known.ModelUnavailableError | known.ModelServerError):
        return Fault(f"{where} had an error of its own ({_status(error)}): try again later.", pause)
    if isinstance(error, known.ContentFilterError):
        return Fault(f"{config.spoken} declined to answer about this recording: choose another model.")
    if isinstance(error, known.ModelHTTPError):
        if error.status_code == 404:
            return Fault(f"{where} does not know this address or model (404): check the base URL and the name.")
        return Fault(f"{where} refused the request ({error.status_code}): {_reason(error)}.")
    if isinstance(error, known.ModelAPIError):
        return Fault(f"{config.spoken} broke off in the middle of its answer: try again.", pause)
    if isinstance(error, known.UserError):
        return Fault(f"{config.spoken} is not set up: {_first_line(error)}.")
    if isinstance(error, known.UnexpectedModelBehavior):
        return Fault(f"{config.spoken} sent an answer that cannot be read: try again, or choose another model.")
    return Fault(f"{config.spoken} could not be asked: {_first_line(error)}.")


def refuses_schema(error: BaseException) -> bool:
    """The endpoint does not take a JSON schema: it can be asked in words instead."""
    from pydantic_ai.exceptions import (
        ModelAuthenticationError,
        ModelContextWindowExceededError,
        ModelHTTPError,
        UserError,
    )

    if isinstance(error, UserError):
        return "structured output" in str(error).lower() or "json schema" in str(error).lower()
    if not isinstance(error, ModelHTTPError) or isinstance(
        error, ModelAuthenticationError | ModelContextWindowExceededError
    ):
        return False
    told = f"{error.body}".lower()
    return error.status_code in (400, 422, 501) and any(
        word in told for word in ("response_format", "json_schema", "schema", "grammar", "structured")
    )


def _status(error: BaseException) -> str:
    status = getattr(error, "status_code", None)
    return str(status) if status else "unavailable"


def _reason(error: BaseException) -> str:
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error") if isinstance(body.get("error"), dict) else body
        message = inner.get("message") if isinstance(inner, dict) else None
        if isinstance(message, str) and message:
            return _one_line(message)
    return "check the name of the model and its settings"


def _first_line(error: BaseException) -> str:
    return _one_line(str(error)) or type(error).__name__


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    line = line.rstrip(".")
    return line if len(line) <= 200 else line[:199] + "…"
