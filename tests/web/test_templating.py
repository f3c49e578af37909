"""Words and numbers of the templates."""

import pytest

from playhead.analyst.config import ModelConfig
from playhead.web.settings_view import PROVIDERS, address_of, provider_of
from playhead.web.templating import ago, asset, clock, exact, span, template_environment

NOW = 1_763_812_800_000  # 2025-11-22 12:00 UTC
MINUTE = 60_000


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (0, "just now"),
        (-30_000, "just now"),
        (5 * MINUTE, "5 min ago"),
        (90 * MINUTE, "1 h ago"),
        (25 * 60 * MINUTE, "yesterday"),
        (3 * 24 * 60 * MINUTE, "3 days ago"),
        (8 * 24 * 60 * MINUTE, "14 Nov"),
        (400 * 24 * 60 * MINUTE, "18 Oct 2024"),
    ],
)
def test_time_ago_is_said_as_the_browser_says_it(past, said):
    assert ago(NOW - past, NOW) == said


@pytest.mark.parametrize("ms", [1e300, -1e300, float(2**62)])
def test_an_impossible_time_is_said_and_not_raised(ms):
    assert exact(ms) == ago(ms, NOW) == "an impossible time"


@pytest.mark.parametrize(
    ("ms", "said"),
    [(300, "under 1 s"), (48_000, "48 s"), (90_000, "1 min 30 s"), (720_000, "12 min"), (3_840_000, "1 h 4 min")],
)
def test_spans(ms, said):
    assert span(ms) == said


def test_moments():
    assert (clock(-1), clock(83_900), clock(3_783_000)) == ("00:00", "01:23", "1:03:03")


def test_an_asset_has_a_fingerprint_and_a_missing_one_still_an_address():
    assert asset("css/base.css").startswith("/static/css/base.css?v=")
    assert asset("css/none.css") == "/static/css/none.css"


def test_every_template_compiles():
    environment = template_environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


@pytest.mark.parametrize(
    ("model", "choice"),
    [
        ("none", "none"),
        ("", "none"),
        ("openai:gpt-5-mini", "openai"),
        ("compatible:qwen3", "compatible"),
        ("ollama:qwen3", "compatible"),
        ("anthropic:claude", "anthropic"),
    ],
)
def test_a_stored_model_is_found_among_the_choices(model, choice):
    assert provider_of(model).id == choice


def test_every_choice_is_a_provider_the_analyst_knows():
    for choice in PROVIDERS[1:]:
        ModelConfig.parse(f"{choice.prefix}:x", base_url=choice.address or None)


def test_a_local_server_by_name_shows_where_it_answers():
    assert address_of("ollama:qwen3", "") == "http://127.0.0.1:11434/v1"
    assert address_of("openai:gpt", "") == ""
    assert address_of("ollama:qwen3", "http://10.0.0.2/v1") == "http://10.0.0.2/v1"
