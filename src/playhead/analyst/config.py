"""ModelConfig: which model explains sessions, where it answers, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

HOSTED: Final = ("openai", "anthropic", "google")
LOCAL_URLS: Final = {
    "ollama": "http://127.0.0.1:11434/v1",
    "llamacpp": "http://127.0.0.1:8080/v1",
    "vllm": "http://127.0.0.1:8000/v1",
    "lmstudio": "http://127.0.0.1:1234/v1",
}
_ALIASES: Final = {
    "gemini": "google",
    "google-gla": "google",
    "claude": "anthropic",
    "llama.cpp": "llamacpp",
    "llama-cpp": "llamacpp",
    "lm-studio": "lmstudio",
    "openai-compatible": "compatible",
    "openai-chat": "openai",
}
PROVIDERS: Final = (*HOSTED, *LOCAL_URLS, "compatible")
KEY_VARIABLES: Final = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "google": "GEMINI_API_KEY"}


class ModelError(ValueError):
    """The model cannot be asked, or did not answer; the message says what to do about it."""


class BudgetError(ModelError):
    """Nothing more is to be asked: what was set aside for it is used up."""


@dataclass(frozen=True)
class ModelConfig:
    """`timeout_s` bounds one request, `deadline_s` the whole analysis with its retries."""

    provider: str
    name: str
    base_url: str | None = None
    api_key: str | None = None
    timeout_s: float = 120.0
    deadline_s: float = 300.0
    max_input_tokens: int = 16_000
    max_output_tokens: int = 3_000

    @property
    def label(self) -> str:
        return f"{self.provider}:{self.name}"

    @property
    def spoken(self) -> str:
        """The model as a person knows it: “compatible:” is our word for an endpoint of their own."""
        return self.name if self.provider == "compatible" else self.label

    def __repr__(self) -> str:
        """Never shows the key: configurations end up in logs and tracebacks."""
        return f"ModelConfig({self.label!r}, base_url={self.base_url!r}, api_key={'…' if self.api_key else None!r})"

    @classmethod
    def parse(cls, text: str, *, base_url: str | None = None, api_key: str | None = None) -> ModelConfig:
        """Read PROVIDER:NAME; raises ModelError for a provider we do not know, or an address that is none."""
        provider, colon, name = text.strip().partition(":")
        provider = _ALIASES.get(provider.casefold(), provider.casefold())
        if not colon or not name.strip():
            raise ModelError(
                f"{text!r} is not a model: write PROVIDER:NAME, for example openai:gpt-5-mini or ollama:qwen3"
            )
        if provider not in PROVIDERS:
            raise ModelError(f"{provider!r} is not a provider: choose one of {', '.join(PROVIDERS)}")
        address = (base_url or "").strip() or LOCAL_URLS.get(provider)
        if provider == "compatible" and not address:
            raise ModelError(
                "an OpenAI-compatible endpoint needs its address: give a base URL such as http://127.0.0.1:8080/v1"
            )
        if address:
            _check_address(address)
        return cls(provider, name.strip(), address, (api_key or "").strip() or None)

    def with_limits(self, *, timeout_s: float, deadline_s: float) -> ModelConfig:
        return replace(self, timeout_s=timeout_s, deadline_s=deadline_s)


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise ModelError(f"{address!r} is not an address: a base URL begins with http:// or https://")
