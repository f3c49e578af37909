"""What people add to a session: kept, limited, found by filters, erased with the session; and share links."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.test_api import PASSWORD, Client, recording

BEARER = {"authorization": f"Bearer {PASSWORD}"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


def imported(client: Client, *, shift_ms: int = 0, **arguments) -> str:
    events = [{**event, "timestamp": event["timestamp"] + shift_ms} for event in recording()]
    return client("POST", "/api/import", content=json.dumps(events), **arguments).json()["session_id"]


def listed(client: Client, q: str) -> list[str]:
    return [row["id"] for row in client("GET", "/api/sessions", params={"q": q}).json()["sessions"]]


def test_a_session_is_starred_watched_and_tagged(client):
    first, second = imported(client), imported(client, shift_ms=60_000)
    assert client("GET", f"/api/sessions/{first}/marks").json() == {
        "starred": False,
        "watched_ms": 0,
        "tags": [],
        "notes": [],
    }
    kept = client(
        "PATCH", f"/api/sessions/{first}/marks", json={"starred": True, "tags": ["Big Customer", "vip", "VIP"]}
    )
    assert (kept.json()["starred"], kept.json()["tags"]) == (True, ["big-customer", "vip"])
    client("PATCH", f"/api/sessions/{first}/marks", json={"watched": True})
    assert client("GET", f"/api/sessions/{first}/marks").json()["starred"], "what is not named is left as it is"
    assert listed(client, "is:starred") == listed(client, "is:watched") == listed(client, "tag:vip") == [first]
    assert listed(client, "is:unwatched") == listed(client, "-tag:vip") == [second]
    assert listed(client, "tag:vi") == [], "a part of a tag is another tag"
    assert listed(client, "tag:%") == []


def test_comments_and_clips_are_kept_in_order_and_deleted(client):
    session = imported(client)
    notes = f"/api/sessions/{session}/notes"
    later = client("POST", notes, json={"t_ms": 2000.5, "text": "  here it froze  "}).json()
    clip = client("POST", notes, json={"t_ms": 100, "end_ms": 900, "text": "pressing Pay"}).json()
    found = client("GET", f"/api/sessions/{session}/marks").json()["notes"]
    assert [(one["t_ms"], one["end_ms"], one["text"]) for one in found] == [
        (100, 900, "pressing Pay"),
        (2000.5, None, "here it froze"),
    ]
    assert client("GET", f"/api/sessions/{session}").json()["session"]["notes"] == 2
    assert client("DELETE", f"{notes}/{clip['id']}").status_code == 200
    assert client("DELETE", f"{notes}/{clip['id']}").status_code == 404
    other = imported(client, shift_ms=60_000)
    assert client("DELETE", f"/api/sessions/{other}/notes/{later['id']}").status_code == 404, (
        "a note of another session"
    )
    assert listed(client, "is:commented") == [session]


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("notes", {"t_ms": 1, "text": " "}, "needs a text"),
        ("notes", {"t_ms": 1, "text": "x" * 2001}, "at most 2,000 characters"),
        ("notes", {"t_ms": -1, "text": "x"}, "from the session's start"),
        ("notes", {"t_ms": 1e300, "text": "x"}, "from the session's start"),
        ("notes", {"t_ms": 5, "end_ms": 5, "text": "x"}, "ends after it begins"),
        ("shares", {"days": 0}, "from 1 to 365 days"),
        ("shares", {"days": 10**9}, "from 1 to 365 days"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(client, path, body, says):
    answer = client("POST", f"/api/sessions/{imported(client)}/{path}", json=body)
    assert answer.status_code == 400 and says in answer.json()["detail"]


@pytest.mark.parametrize("tags", [[f"t{n}" for n in range(21)], ["x" * 41]])
def test_tags_have_limits(client, tags):
    answer = client("PATCH", f"/api/sessions/{imported(client)}/marks", json={"tags": tags})
    assert answer.status_code == 400
    assert re.search("at most 20 tags|longer than 40", answer.json()["detail"])


def test_what_was_written_is_text_in_the_page(client):
    session = imported(client)
    evil = "</script><script>alert(1)</script>"
    client("POST", f"/api/sessions/{session}/notes", json={"t_ms": 1, "text": evil})
    page = client("GET", f"/sessions/{session}", headers={"accept": "text/html"}).text
    assert evil not in page and "alert(1)" in page


def test_erasing_a_session_takes_what_was_added_along(client):
    session = imported(client)
    client("PATCH", f"/api/sessions/{session}/marks", json={"tags": ["of-ada"]})
    client("POST", f"/api/sessions/{session}/notes", json={"t_ms": 1, "text": "Ada again"})
    client("POST", f"/api/sessions/{session}/shares", json={})
    client("DELETE", f"/api/sessions/{session}")
    store = client.services.store
    with store.index.read() as connection:
        for table in ("marks", "notes", "shares"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    assert client("GET", f"/api/sessions/{session}/marks").status_code == 404


def test_the_next_session_is_the_next_of_the_list(client):
    old, middle, new = (imported(client, shift_ms=n * 60_000) for n in range(3))
    client("PATCH", f"/api/sessions/{old}/marks", json={"starred": True})

    def after(session: str, query: str = "") -> str:
        return client("GET", f"/sessions/{session}/next{query}").headers["location"]

    assert after(new) == f"/sessions/{middle}"
    assert after(new, "?q=is:starred") == f"/sessions/{old}?q=is%3Astarred"
    assert after(old, "?sort=started") == f"/sessions/{middle}?sort=started"
    assert after(old, "?q=is:starred") == "/sessions?q=is%3Astarred", "after the last, the list"
    assert after(old, "?q=colour:red&sort=shoe") == "/sessions?q=colour%3Ared&sort=shoe"


class TestShare:
    """A server with a password, and a browser that has only the link."""

    @pytest.fixture
    def client(self, tmp_path: Path) -> Iterator[Client]:
        made = Client(tmp_path, admin_password=PASSWORD)
        yield made
        made.services.store.close()

    @pytest.fixture
    def session(self, client: Client) -> str:
        return imported(client, headers=BEARER)

    @pytest.fixture
    def link(self, client: Client, session: str) -> dict:
        made = client("POST", f"/api/sessions/{session}/shares", json={"days": 2, "t_ms": 900}, headers=BEARER)
        assert made.status_code == 201
        return made.json()

    def opened(self, client: Client, link: dict) -> dict[str, str]:
        answer = client("GET", re.sub(r"^https?://[^/]+", "", link["url"]))
        assert answer.status_code == 302, answer.text
        assert "HttpOnly" in answer.headers["set-cookie"]
        return {"cookie": answer.headers["set-cookie"].partition(";")[0]}

    def test_a_link_shows_one_session_and_nothing_else(self, client, session, link):
        other = imported(client, shift_ms=60_000, headers=BEARER)
        shared = self.opened(client, link)
        for path in ("segments", "segments/0", "segments/0/still?at_ms=1", "panels", "trace", "marks", "report"):
            assert client("GET", f"/api/sessions/{session}/{path}").status_code == 401
            assert client("GET", f"/api/sessions/{session}/{path}", headers=shared).status_code == 200, path
            assert client("GET", f"/api/sessions/{other}/{path}", headers=shared).status_code == 401, path
        page = client("GET", f"/sessions/{session}", headers={**shared, "accept": "text/html"})
        assert page.status_code == 200 and "Shared with you" in page.text
        for hidden in (
            "data-star aria",
            "data-share-dialog",
            "data-analyze",
            "data-ask>",
            'href="/settings"',
            'href="/sessions"',
        ):
            assert hidden not in page.text, hidden

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/sessions"),
            ("GET", "/api/sessions/SESSION/events"),
            ("GET", "/api/sessions/SESSION/sent"),
            ("GET", "/api/sessions/SESSION/shares"),
            ("DELETE", "/api/sessions/SESSION"),
            ("PATCH", "/api/sessions/SESSION/marks"),
            ("POST", "/api/sessions/SESSION/notes"),
            ("POST", "/api/sessions/SESSION/shares"),
            ("GET", "/api/settings/model"),
            ("GET", "/sessions/SESSION/next"),
        ],
    )
    def test_a_link_opens_no_other_door(self, client, session, link, method, path):
        shared = self.opened(client, link)
        body = {} if method == "GET" else {"json": {"starred": True, "text": "x", "t_ms": 1}}
        assert client(method, path.replace("SESSION", session), headers=shared, **body).status_code == 401

    def test_a_revoked_link_opens_nothing(self, client, session, link):
        shared = self.opened(client, link)
        (standing,) = client("GET", f"/api/sessions/{session}/shares", headers=BEARER).json()
        assert "token" not in standing
        revoked = client("DELETE", f"/api/sessions/{session}/shares/{standing['id']}", headers=BEARER)
        assert revoked.status_code == 200
        assert client("GET", f"/api/sessions/{session}/trace", headers=shared).status_code == 401
        again = client("GET", re.sub(r"^https?://[^/]+", "", link["url"]), headers={"accept": "text/html"})
        assert again.status_code == 404 and "expired or was revoked" in again.text

    def test_a_link_expires(self, client, session, link, monkeypatch):
        shared = self.opened(client, link)
        store = client.services.store
        now = store.now_ms()
        monkeypatch.setattr(store, "now_ms", lambda: now + 2 * 24 * 3_600_000 + 1)
        assert client("GET", f"/api/sessions/{session}/trace", headers=shared).status_code == 401
        assert client("GET", f"/api/sessions/{session}/shares", headers=BEARER).json() == []

    @pytest.mark.parametrize("token", ["x", "a" * 64, "..%2f..", "'%20OR%201=1"])
    def test_a_guessed_link_opens_nothing(self, client, session, token):
        assert client("GET", f"/shared/{token}").status_code in (400, 404)
        assert (
            client("GET", f"/api/sessions/{session}/trace", headers={"cookie": f"playhead_share={token}"}).status_code
            == 401
        )
