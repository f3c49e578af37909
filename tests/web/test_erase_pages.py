"""The page that erases: whom a word means, what would go, the word to type, and what is left afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.test_api import T0, Client, recording
from tests.web.test_people import login_of

ANNA = {"id": "u_anna", "traits": {"email": "anna@shop.example", "name": "Anna K."}}


def visit(client: Client, session: str, visitor: str, person: dict | None = None) -> str:
    """Record a visit as the recorder does; `person` is whom its site identified."""
    events = recording()
    if person:
        events.insert(2, {"type": 5, "timestamp": T0 + 5, "data": {"tag": "playhead.identify", "payload": person}})
    query = {"v": 1, "site": client.services.site_key, "session": session, "page": f"p_{session}", "seq": 0}
    query |= {"visitor": visitor, "sent_ms": T0 + 5000}
    assert client("POST", "/ingest", params=query, content=json.dumps(events)).status_code == 200
    assert client("GET", f"/api/sessions/{session}").status_code == 200  # read, not only kept
    return session


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


@pytest.fixture
def visits(client: Client) -> Client:
    visit(client, "s_before", "v_home")
    visit(client, "s_anna", "v_home", ANNA)
    visit(client, "s_phone", "v_phone", ANNA)
    visit(client, "s_other", "v_other", {"id": "u_ben", "traits": {"email": "ben@shop.example"}})
    return client


def left(client: Client) -> set[str]:
    return {row["id"] for row in client("GET", "/api/sessions").json()["sessions"]}


def erase(client: Client, **form: str):
    return client("POST", "/settings/erase", data=form, headers={"sec-fetch-site": "same-origin"})


@pytest.mark.parametrize("said", ["ANNA@shop.example", "u_anna", "anna k", "s_anna"])
def test_somebody_is_found_by_what_a_letter_would_say(visits, said):
    page = visits("GET", "/settings/erase", params={"who": said}).text
    assert "anna@shop.example" in page and "ben@shop.example" not in page
    assert '<span class="num">2</span> sessions' in page
    assert '<span class="num">1</span> session of the same browsers' in page


def test_a_word_that_means_nobody_says_so_and_holds_no_markup(visits):
    page = visits("GET", "/settings/erase", params={"who": "<b>%_"}).text
    assert "Nothing is held" in page and "<b>%" not in page and "u_anna" not in page


def test_nothing_goes_before_the_word_is_typed(visits):
    answer = erase(visits, what="person", id="u_anna", nearby="yes", word="yes")
    assert answer.status_code == 400 and "Nothing was erased: type “erase”" in answer.text
    assert left(visits) == {"s_before", "s_anna", "s_phone", "s_other"}
    assert visits("GET", "/api/audit?action=erased").json()["entries"] == []


@pytest.mark.parametrize(
    ("form", "stays"),
    [
        ({"what": "person", "id": "u_anna", "nearby": "yes"}, {"s_other"}),
        ({"what": "person", "id": "u_anna"}, {"s_before", "s_other"}),
        ({"what": "person", "id": "v_home"}, {"s_phone", "s_other"}),
        ({"what": "session", "id": "s_anna"}, {"s_before", "s_phone", "s_other"}),
    ],
)
def test_what_was_chosen_goes_and_nothing_else(visits, form, stays):
    answer = erase(visits, **form, word=" Erase ")
    assert answer.status_code == 303
    assert left(visits) == stays
    (entry,) = visits("GET", "/api/audit?action=erased").json()["entries"]
    assert "u_anna" not in entry["target"]
    count = 4 - len(stays)
    said = visits("GET", answer.headers["location"]).text
    assert f'Erased: <span class="num">{count}</span> session{"" if count == 1 else "s"}' in said


def test_what_is_gone_already_is_no_success(visits):
    answer = erase(visits, what="session", id="s_gone", word="erase")
    assert answer.status_code == 400 and "there is nothing under this name any more" in answer.text


def test_only_who_may_erase_sees_the_page_and_the_way_to_it(tmp_path):
    guarded = Client(tmp_path, admin_password="a password of some length")
    session = visit_as_admin(guarded)
    for role, status in (("admin", 200), ("member", 403), ("viewer", 403)):
        headers = login_of(guarded, role)
        assert guarded("GET", "/settings/erase", headers=headers).status_code == status
        posted = guarded("POST", "/settings/erase", headers=headers, data={"what": "session", "id": "s_x"})
        assert posted.status_code == (400 if status == 200 else 403)
        page = guarded("GET", f"/sessions/{session}", headers=headers).text
        assert (f"/settings/erase?session={session}" in page) == (status == 200)
    guarded.services.store.close()


def visit_as_admin(guarded: Client) -> str:
    headers = {"authorization": "Bearer a password of some length"}
    return guarded("POST", "/api/import", content=json.dumps(recording()), headers=headers).json()["session_id"]
