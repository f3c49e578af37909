"""The page of recording rules: what is saved is what recorders are told, what cannot be used is said and kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.store.site_settings import load_settings
from tests.web.test_api import Client

FORM = {
    "sample": "0.5\nurl:/checkout*=1",
    "mask": ".name",
    "respect": "gpc dnt",
    "canvas": "1",
    "bodies": "/api/*\nhttps://api.example/orders/*",
    "redact": "customer_note",
    "frames": "https://pay.example\nhttp://localhost:8000",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


def save(client: Client, **changes: str):
    return client(
        "POST",
        "/settings/recording",
        data={"site": client.services.site_key, **FORM, **changes},
        follow_redirects=False,
    )


def test_rules_are_kept_and_shown_again(client):
    assert save(client).status_code == 303
    settings = load_settings(client.services.store.index, client.services.site_key)
    assert settings is not None
    assert settings.recording.canvas == ("1",)
    assert settings.recording.frames == ("https://pay.example", "http://localhost:8000")
    assert settings.recording.bodies == ("/api/*", "https://api.example/orders/*")
    assert settings.recording.redact == ("customer_note",)
    assert settings.recording.sample == ("0.5", "url:/checkout*=1")
    page = client("GET", f"/settings/recording?site={client.services.site_key}").text
    assert 'name="canvas" value="1" checked' in page
    assert 'name="respect" value="gpc dnt" checked' in page
    assert save(client, canvas="").status_code == 303
    settings = load_settings(client.services.store.index, client.services.site_key)
    assert settings is not None and settings.recording.canvas == ()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("canvas", "60", "pictures a second"),
        ("frames", "https://pay.example/card", "an origin"),
        ("frames", "*", "an origin"),
        ("bodies", "*", "a path such as /api/*"),
        ("bodies", "https://*/api", "a path such as /api/*"),
        ("redact", "a b", "the name of a header"),
        ("sample", "1.5", "a rate"),
        ("mask", "a{}", "a CSS selector"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_lost(client, name, value, says):
    answer = save(client, **{name: value})
    assert answer.status_code == 400
    assert says in answer.text
    assert ".name" in answer.text or name == "mask"
    settings = load_settings(client.services.store.index, client.services.site_key)
    assert settings is not None and settings.recording.canvas == ()


def test_a_rule_that_was_picked_on_a_page_stands_in_the_form_and_is_not_saved(client):
    key = client.services.site_key
    assert save(client).status_code == 303
    page = client("GET", "/settings/recording", params={"site": key, "add": 'mask:[name="a<b"]'}).text
    assert "Not saved yet" in page
    assert ".name\n[name=&#34;a&lt;b&#34;]</textarea>" in page
    for nothing in ("mask:.name", "sample:0.1", "mask:", "nonsense"):
        assert "Not saved yet" not in client("GET", "/settings/recording", params={"site": key, "add": nothing}).text
    settings = load_settings(client.services.store.index, key)
    assert settings is not None and settings.recording.mask == (".name",)
