"""Sites: made and named by admins, each with a key, a line and settings of its own; batches are taken at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.ingest.sites import SiteKeys
from playhead.query import sites
from playhead.store.site_settings import load_settings
from tests.web.test_api import Client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


def form(client: Client, **fields: str):
    return client("POST", "/settings/sites", data=fields, follow_redirects=False)


def test_a_program_makes_renames_and_lists_sites(client):
    made = client("POST", "/api/sites", json={"name": "  Help   centre "})
    assert made.status_code == 201
    key = made.json()["key"]
    assert made.json() == {"key": key, "name": "Help centre"}
    assert key in SiteKeys(client.services.store.index)
    assert client("PATCH", f"/api/sites/{key}", json={"name": "Support"}).json() == {"key": key, "name": "Support"}
    assert client("GET", "/api/sites").json()[-1] == {"key": key, "name": "Support"}
    assert client("PATCH", "/api/sites/nobody", json={"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "needs a name"), ("\u200b \x00", "needs a name"), ("x" * 81, "81 characters"), ("My site", "already")],
)
def test_a_name_that_tells_nothing_or_is_taken_is_refused(client, name, said):
    refused = client("POST", "/api/sites", json={"name": name})
    assert refused.status_code == 400
    assert said in refused.json()["detail"]
    page = form(client, site=client.services.site_key, name=name, do="add")
    assert page.status_code == 400
    assert said in page.text
    assert len(sites.list_sites(client.services.store)) == 2


def test_no_more_sites_than_are_taken(client, monkeypatch):
    monkeypatch.setattr(sites, "MAX_SITES", 2)
    assert "as many as it takes" in client("POST", "/api/sites", json={"name": "A third"}).json()["detail"]


def test_the_page_adds_a_site_and_is_then_about_it(client):
    answer = form(client, site=client.services.site_key, name="<b>Blog</b>", do="add")
    assert answer.status_code == 303
    made = sites.list_sites(client.services.store)[-1]
    assert answer.headers["location"] == f"/settings?site={made.key}&saved=add#sites"
    page = client("GET", f"/settings?site={made.key}&saved=add").text
    assert "<b>Blog</b>" not in page
    assert f"<b>{made.key}</b>" in page  # in its snippet
    for part in ("context", "recording", "assets"):
        assert f'href="/settings/{part}?site={made.key}"' in page
    assert made.key in client("GET", f"/?site={made.key}").text
    assert form(client, site=made.key, name="Journal", do="rename").status_code == 303
    assert sites.find_site(client.services.store, made.key) == sites.Site(made.key, "Journal")


def test_what_is_set_for_one_site_is_not_for_another(client):
    made = client("POST", "/api/sites", json={"name": "Blog"}).json()["key"]
    saved = client("POST", "/settings/site", data={"site": made, "privacy": "strict"}, follow_redirects=False)
    assert saved.headers["location"] == f"/settings?site={made}&saved=privacy#privacy"
    index = client.services.store.index
    privacy = [load_settings(index, key).privacy for key in (made, client.services.site_key)]
    assert privacy == ["strict", "standard"]
    chosen = 'value="strict" checked'
    assert chosen in client("GET", f"/settings?site={made}").text
    assert chosen not in client("GET", "/settings").text


@pytest.mark.parametrize("path", ["/settings?site=nobody", "/?site=nobody"])
def test_an_unknown_site_is_said(client, path):
    assert client("GET", path).status_code == 404
