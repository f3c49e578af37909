"""The providers of models that the settings page offers, and which of them a stored choice is."""

from typing import NamedTuple

from playhead.analyst.config import LOCAL_URLS


class ProviderChoice(NamedTuple):
    """One way to have sessions explained; `prefix` is what stands before the colon of PROVIDER:NAME."""

    id: str
    prefix: str
    name: str
    about: str
    needs: str  # the fields it takes, separated by spaces
    example: str = ""
    address: str = ""


PROVIDERS = (
    ProviderChoice("none", "", "Rules", "Built in. No key, no network, no cost.", ""),
    ProviderChoice(
        "compatible",
        "compatible",
        "A model of your own",
        "Ollama, llama.cpp, vLLM, LM Studio: anything that speaks OpenAI's protocol.",
        "name base_url api_key",
        "qwen3:14b",
        LOCAL_URLS["ollama"],
    ),
    ProviderChoice("openai", "openai", "OpenAI", "Hosted by OpenAI.", "name api_key", "gpt-5-mini"),
    ProviderChoice("anthropic", "anthropic", "Anthropic", "Hosted by Anthropic.", "name api_key", "claude-haiku-4-5"),
    ProviderChoice("google", "google", "Google Gemini", "Hosted by Google.", "name api_key", "gemini-2.5-flash"),
)


def provider_of(model: str) -> ProviderChoice:
    """Return the choice that a stored "none" or PROVIDER:NAME came from; local servers by name are one's own."""
    if model in ("", "none"):
        return PROVIDERS[0]
    prefix = model.partition(":")[0]
    return next((choice for choice in PROVIDERS if choice.prefix == prefix), PROVIDERS[1])


def address_of(model: str, base_url: str) -> str:
    """Return where a stored model answers, where that is not its provider's own place."""
    return base_url or LOCAL_URLS.get(model.partition(":")[0], "")
