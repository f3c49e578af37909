"""Moments as callers give them: on the recorder's clock, or since the recording's beginning."""

from typing import Final

EPOCH_FROM_MS: Final = 1e11  # ms since the Unix epoch reach this in 1973; no recording is that long


def moment_ms(given_ms: float, start_ms: float) -> float:
    """Return the moment on the recording's clock; what is too small for that clock counts from `start_ms`."""
    return start_ms + given_ms if given_ms < EPOCH_FROM_MS <= start_ms else given_ms
