"""Operations: what waits, what failed, another try; readiness and metrics."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.jobs import digest as digest_module
from playhead.jobs.digest import ensure_digested
from playhead.store import work
from tests.web.test_api import Client
from tests.web.test_marks import imported


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


def test_what_failed_is_shown_with_its_reason_and_tried_again_when_asked(client, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("<b>a bug</b>")

    with monkeypatch.context() as patch:
        patch.setattr(digest_module, "project_stored", broken)
        session = imported(client)
    state = client("GET", "/api/operations").json()
    assert [(one["session"], one["tries"], one["aside"]) for one in state["failures"]] == [(session, 1, False)]
    assert (state["sessions"], state["waiting"], state["index"]) == (1, 1, "SQLite")
    page = client("GET", "/operations").text
    assert session in page
    assert "&lt;b&gt;a bug" in page
    assert "<b>a bug" not in page
    assert "playhead_digest_waiting_sessions 1" in client("GET", "/metrics").text
    ensure_digested(client.services.store, session)  # a page of it does not try before its time
    assert client("GET", "/api/operations").json()["waiting"] == 1
    answer = client("POST", f"/operations/retry?session={session}", follow_redirects=False)
    assert answer.headers["location"] == "/operations?retried=1"
    ensure_digested(client.services.store, session)
    assert work.failed(client.services.store.index) == []
    assert client("GET", "/api/operations").json()["waiting"] == 0
    assert client("POST", "/api/operations/retry").json() == {"sessions": 0}


def test_readiness_tells_of_what_cannot_be_kept_and_of_closing(client, make_batch, monkeypatch):
    store = client.services.store
    assert client("GET", "/readyz").status_code == 200

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.objects), "put", full)
        with pytest.raises(OSError):
            store.packs.submit(make_batch(site=client.services.site_key)).result(20)
        answer = client("GET", "/readyz")
        assert (answer.status_code, "No space" in answer.json()["status"]) == (503, True)
    store.packs.submit(make_batch(site=client.services.site_key)).result(20)
    assert client("GET", "/readyz").status_code == 200
    store.packs.close()
    assert client("GET", "/readyz").status_code == 503
