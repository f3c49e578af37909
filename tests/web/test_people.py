"""People over HTTP: a right beside every route, what each role may do, invitations, forged writes, the audit log,
masking for viewers, and a login at a real identity provider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import oidc_provider_mock
import pytest

from playhead.query import logins, people
from playhead.query.rights import PUBLIC, RIGHTS, ROLES, SIGNED_IN
from playhead.static_files import RECORDER_SCRIPTS
from playhead.web.auth import COOKIE
from tests.web.test_api import PASSWORD, T0, Client, recording

ADMIN = {"authorization": f"Bearer {PASSWORD}"}
OPEN = {
    "/readyz",  # nobody needs to be anybody for these
    "/login",
    "/logout",
    "/login/oidc",
    "/login/oidc/back",
    "/join/{token}",
    "/healthz",
    *(f"/{name}" for name in RECORDER_SCRIPTS),
    "/sessions/{session_id}/enter/{token}",
    "/shared/{token}",
    "/static/{file_path}",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path, admin_password=PASSWORD)
    yield made
    made.services.store.close()


def login_of(client: Client, role: str, email: str = "") -> dict[str, str]:
    """Return the headers a browser of somebody with this role sends."""
    store = client.services.store
    person = people.add_person(store, email=email or f"{role}@example.org", role=role)
    cookie = client.services.auth.open_for(person.id, agent="test")
    return {"cookie": f"{COOKIE}={cookie}", "sec-fetch-site": "same-origin"}


def token_of(client: Client, *scopes: str) -> dict[str, str]:
    token, _ = logins.create_token(client.services.store, logins.admin("x"), name="t", scopes=scopes, days=1)
    return {"authorization": f"Bearer {token}"}


def routes(client: Client) -> list[tuple[str, str, object]]:
    """Every method and path the application answers, with its handler."""
    app = client.app.app.rest  # behind the security headers and the dispatch of /ingest
    return [
        (method, route.path_format, handler)
        for route in app.routes
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items()
        if method != "OPTIONS"
    ]


class TestEveryRoute:
    def test_names_the_right_it_needs(self, client):
        found = routes(client)
        assert len(found) > 80
        without = [f"{method} {path}" for method, path, handler in found if "right" not in handler.opt]
        assert not without, f"write right=… beside the address of {without} (query/rights.py lists them)"
        known = {*RIGHTS, PUBLIC, SIGNED_IN}
        assert not [path for _, path, handler in found if handler.opt["right"] not in known]

    def test_is_open_only_where_it_is_listed_here(self, client):
        assert {path for _, path, handler in routes(client) if handler.opt["right"] == PUBLIC} == OPEN

    def test_refuses_somebody_without_a_login(self, client):
        for method, path, handler in routes(client):
            if handler.opt["right"] == PUBLIC:
                continue
            address = re.sub(r"\{[a-z_]*(id|number)\}", "1", path)
            address = re.sub(r"\{[^}]+\}", "x", address)
            for headers in ({}, {"authorization": "Bearer pht_guess"}, {"cookie": f"{COOKIE}=guess"}):
                answer = client(method, address, headers=headers)
                assert answer.status_code == 401, (method, address, headers, answer.status_code)

    def test_lets_a_role_in_exactly_where_its_rights_go(self, client):
        for role, rights in ROLES.items():
            headers = login_of(client, role)
            for method, path, handler in routes(client):
                right = handler.opt["right"]
                if right == PUBLIC or path == "/settings/account/logins":
                    continue
                address = re.sub(r"\{[a-z_]*(id|number)\}", "1", path)
                address = re.sub(r"\{[^}]+\}", "x", address)
                answer = client(method, address, headers=headers)
                allowed = right == SIGNED_IN or right in rights
                assert (answer.status_code != 403) == allowed, (role, method, address, answer.text)

    def test_needs_every_right_where_somebody_forgot_to_name_one(self, client):
        _, _, handler = next(one for one in routes(client) if one[1] == "/api/sessions")
        kept = handler.opt.pop("right")
        try:
            assert client("GET", "/api/sessions", headers=login_of(client, "member")).status_code == 403
            assert client("GET", "/api/sessions", headers=ADMIN).status_code == 200
        finally:
            handler.opt["right"] = kept


@pytest.mark.parametrize("scope", RIGHTS)
def test_a_token_opens_what_its_scopes_name(client, scope):
    headers = token_of(client, scope)
    asked = {
        "watch": ("GET", "/api/sessions"),
        "personal": None,
        "annotate": ("PUT", "/api/views"),
        "analyse": ("POST", "/api/sessions/x/analyze"),
        "export": ("GET", "/api/sessions/x/events"),
        "share": ("GET", "/api/sessions/x/shares"),
        "import": ("POST", "/api/import"),
        "erase": ("DELETE", "/api/sessions/x"),
        "manage": ("GET", "/api/people"),
    }
    for right, door in asked.items():
        if door is not None:
            assert (client(*door, headers=headers).status_code != 403) == (right == scope), (right, scope)


def test_a_token_makes_no_tokens(client):
    made = client(
        "POST", "/api/tokens", json={"name": "x", "scopes": ["watch"]}, headers=token_of(client, "watch", "manage")
    )
    assert made.status_code == 400 and "a token cannot make tokens" in made.json()["detail"]


def test_tokens_are_made_used_listed_and_revoked(client):
    ada = login_of(client, "member", "ada@example.org")
    made = client("POST", "/api/tokens", json={"name": "nightly", "scopes": ["watch"], "days": 7}, headers=ada).json()
    bearer = {"authorization": f"Bearer {made['token']}"}
    assert client("GET", "/api/me", headers=bearer).json() == {
        "called": "token “nightly” of ada@example.org",
        "role": "token",
        "rights": ["watch"],
    }
    (kept,) = client("GET", "/api/tokens", headers=ada).json()
    assert kept["name"] == "nightly" and made["token"] not in json.dumps(kept)
    other = login_of(client, "member", "bob@example.org")
    assert client("GET", "/api/tokens", headers=other).json() == []
    assert client("DELETE", f"/api/tokens/{kept['id']}", headers=other).status_code == 404
    assert client("DELETE", f"/api/tokens/{kept['id']}", headers=ada).status_code == 200
    assert client("GET", "/api/me", headers=bearer).status_code == 401


class TestInvitation:
    def invited(self, client: Client, **person) -> str:
        made = client(
            "POST", "/api/people", json={"email": "Ada@Example.org", "role": "member", **person}, headers=ADMIN
        )
        assert made.status_code == 201, made.text
        assert made.json()["person"]["email"] == "ada@example.org"
        return urlsplit(made.json()["link"]).path

    def join(self, client: Client, path: str, password: str = PASSWORD, again: str = PASSWORD) -> httpx.Response:
        return client("POST", path, data={"name": "Ada L.", "password": password, "again": again})

    def test_leads_to_a_password_once(self, client):
        path = self.invited(client)
        assert "ada@example.org" in client("GET", path, headers={"accept": "text/html"}).text
        answer = self.join(client, path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sessions")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie
        headers = {"cookie": cookie.partition(";")[0]}
        assert client("GET", "/api/me", headers=headers).json()["called"] == "ada@example.org"
        assert self.join(client, path).status_code == 404, "used up"
        form = {"email": "ada@example.org", "password": PASSWORD, "next": "/digest"}
        assert client("POST", "/login", data=form).headers["location"] == "/digest"

    def test_says_what_is_wrong_with_a_password(self, client):
        path = self.invited(client)
        assert "not the same" in self.join(client, path, again="something else").text
        assert "12 to" in self.join(client, path, "short", "short").text
        assert self.join(client, path).status_code == 303, "a mistake does not use the link up"

    def test_ends_with_a_newer_one_and_with_the_account(self, client):
        old = self.invited(client)
        (person,) = client("GET", "/api/people", headers=ADMIN).json()
        new = client("POST", f"/api/people/{person['id']}/invitation", headers=ADMIN).json()["link"]
        assert self.join(client, old).status_code == 404
        client("PATCH", f"/api/people/{person['id']}", json={"active": False}, headers=ADMIN)
        assert self.join(client, urlsplit(new).path).status_code == 404

    def test_ends_logins_that_an_old_password_opened(self, client):
        headers = {"cookie": self.join(client, self.invited(client)).headers["set-cookie"].partition(";")[0]}
        (person,) = client("GET", "/api/people", headers=ADMIN).json()
        link = client("POST", f"/api/people/{person['id']}/invitation", headers=ADMIN).json()["link"]
        another = "another long password"
        assert self.join(client, urlsplit(link).path, another, another).status_code == 303
        assert client("GET", "/api/me", headers=headers).status_code == 401

    @pytest.mark.parametrize("email", ["", "ada", "a@b@c", "x" * 70 + "@example.org", "a b@example.org"])
    def test_needs_an_address(self, client, email):
        made = client("POST", "/api/people", json={"email": email, "role": "viewer"}, headers=ADMIN)
        assert made.status_code == 400 and "no e-mail address" in made.json()["detail"]

    def test_one_address_has_one_account(self, client):
        self.invited(client)
        again = client("POST", "/api/people", json={"email": "ADA@example.org"}, headers=ADMIN)
        assert again.status_code == 400 and "has an account already" in again.json()["detail"]


def test_a_smaller_role_and_a_closed_account_hold_at_once(client):
    headers = login_of(client, "admin", "ada@example.org")
    assert client("GET", "/api/people", headers=headers).status_code == 200
    person = people.list_people(client.services.store)[0]
    client("PATCH", f"/api/people/{person.id}", json={"role": "viewer"}, headers=ADMIN)
    assert client("GET", "/api/people", headers=headers).status_code == 403
    client("PATCH", f"/api/people/{person.id}", json={"active": False}, headers=ADMIN)
    assert client("GET", "/api/sessions", headers=headers).status_code == 401


def test_logging_out_ends_the_login_on_the_server(client):
    headers = login_of(client, "member")
    assert client("POST", "/logout", headers=headers).status_code == 303
    assert client("GET", "/api/sessions", headers=headers).status_code == 401


def test_a_new_password_needs_the_old_one_and_ends_the_other_logins(client):
    store = client.services.store
    person = people.add_person(store, email="ada@example.org", role="viewer", password=PASSWORD)
    here, there = (client.services.auth.open_for(person.id, agent="x") for _ in range(2))
    headers = {"cookie": f"{COOKIE}={here}", "origin": "http://127.0.0.1:8000"}
    fresh = "another long password"
    form = {"old": "a wrong password", "password": fresh, "again": fresh}
    assert client("POST", "/settings/account/password", data=form, headers=headers).status_code == 400
    form["old"] = PASSWORD
    assert client("POST", "/settings/account/password", data=form, headers=headers).status_code == 303
    assert client("GET", "/api/me", headers={"cookie": f"{COOKIE}={here}"}).status_code == 200
    assert client("GET", "/api/me", headers={"cookie": f"{COOKIE}={there}"}).status_code == 401


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({}, 403),  # a cookie and nothing that says where from
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
    ],
)
def test_a_write_that_another_site_made_the_browser_send_is_refused(client, says, status):
    cookie = login_of(client, "admin")["cookie"]
    body = {"email": "mallory@example.org", "role": "admin"}
    assert client("POST", "/api/people", json=body, headers={"cookie": cookie, **says}).status_code == status


def test_a_cookie_is_secure_where_the_page_is(tmp_path):
    behind = Client(tmp_path, admin_password=PASSWORD, public_url="https://replay.example.org")
    cookie = behind("POST", "/login", data={"password": PASSWORD}).headers["set-cookie"]
    assert "; Secure" in cookie
    behind.services.store.close()


class TestAudit:
    def log(self, client: Client, **asked) -> list[tuple[str, str, str]]:
        found = client("GET", "/api/audit", params=asked, headers=ADMIN).json()["entries"]
        return [(one["who"], one["action"], one["target"]) for one in found]

    def test_says_who_watched_exported_analysed_shared_and_erased(self, client):
        ada = login_of(client, "admin", "ada@example.org")
        session = client("POST", "/api/import", content=json.dumps(recording()), headers=ada).json()["session_id"]
        base = f"/api/sessions/{session}"
        for method, path, body in [
            ("GET", f"/sessions/{session}", {}),
            ("GET", f"{base}/segments/0", {}),
            ("GET", f"{base}/events", {}),
            ("GET", f"{base}/export.html", {}),
            ("POST", f"{base}/analyze", {}),
            ("POST", f"{base}/ask", {"json": {"question": "What went wrong?"}}),
            ("POST", f"{base}/shares", {"json": {}}),
            ("DELETE", base, {}),
            ("DELETE", "/api/visitors/ada%40example.org", {}),
        ]:
            assert client(method, path, headers=ada, **body).status_code < 400, path
        noted = [(action, target) for who, action, target in self.log(client, who="ada@")]
        about = f"session {session}"
        assert noted[1:] == [
            ("erased", about),
            ("shared", about),
            ("asked", about),
            ("analysed", about),
            ("exported", about),
            ("exported", about),
            ("watched", about),  # once, however often the player asks
            ("imported", "/api/import"),
        ]
        assert noted[0][0] == "erased" and re.fullmatch(r"visitor [0-9a-f]{16}", noted[0][1])
        assert "ada%40" not in noted[0][1], "an erasure must not keep what was erased"

    def test_says_nothing_of_what_was_refused(self, client):
        viewer = login_of(client, "viewer")
        client("DELETE", "/api/sessions/s_1", headers=viewer)
        client("GET", "/api/sessions/s_1/events", headers=ADMIN)
        assert self.log(client) == []

    def test_tells_of_logins_and_of_those_that_failed(self, client):
        client("POST", "/login", data={"password": "a wrong password"})
        client("POST", "/login", data={"password": PASSWORD})
        client("POST", "/login", data={"email": "eve@example.org", "password": PASSWORD})
        assert self.log(client) == [
            ("eve@example.org", "failed to log in", ""),
            ("admin password", "logged in", ""),
            ("admin password", "failed to log in", ""),
        ]

    def test_is_read_page_by_page_and_by_who_did_what(self, client):
        for n in range(5):
            client("PUT", "/api/settings/model", json={"model": "none"}, headers=ADMIN)
            client("POST", "/api/people", json={"email": f"p{n}@example.org"}, headers=ADMIN)
        first = client("GET", "/api/audit", params={"limit": 4}, headers=ADMIN).json()
        rest = client("GET", "/api/audit", params={"before": first["next_before"]}, headers=ADMIN).json()
        assert len(first["entries"]) == 4 and len(rest["entries"]) == 6 and rest["next_before"] is None
        assert len(self.log(client, action="changed people")) == 5
        assert self.log(client, who="nobody at all") == []
        page = client("GET", "/audit?action=changed+settings", headers={**ADMIN, "accept": "text/html"}).text
        assert page.count("<td>changed settings</td>") == 5 and "changed people</td>" not in page

    def test_what_was_typed_into_a_login_is_text_on_the_page(self, client):
        client("POST", "/login", data={"email": "<script>alert(1)</script>", "password": "x"})
        page = client("GET", "/audit", headers={**ADMIN, "accept": "text/html"}).text
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def of_ada() -> list[dict]:
    """The recording of somebody the site knows, whose name stands on the page, in the console and in a field."""
    told = {"id": "cust-77", "traits": {"name": "Ada Lovelace", "email": "ada@lovelace.org", "city": "Londinium"}}
    events = recording()
    body = events[1]["data"]["node"]["childNodes"][0]["childNodes"][0]
    greeting = {"type": 3, "id": 31, "textContent": "Hello Ada Lovelace (cust-77), born in Londinium"}
    body["childNodes"] += [
        {"type": 2, "id": 30, "tagName": "p", "attributes": {"title": "ada lovelace"}, "childNodes": [greeting]},
        {"type": 2, "id": 32, "tagName": "input", "attributes": {"value": "mother of code"}, "childNodes": []},
    ]
    log = {"plugin": "rrweb/console@1", "payload": {"level": "log", "payload": ['"user Ada Lovelace"'], "trace": []}}
    return [
        *events[:2],
        {"type": 5, "timestamp": T0 + 2, "data": {"tag": "playhead.identify", "payload": told}},
        {"type": 6, "timestamp": T0 + 3, "data": log},
        {"type": 3, "timestamp": T0 + 500, "data": {"source": 5, "id": 32, "text": "typed poem", "isChecked": False}},
        *events[2:],
    ]


class TestViewer:
    """Watches, and learns nowhere who it was."""

    SECRETS = ("lovelace", "cust-77", "londinium", "typed poem", "mother of code")

    @pytest.fixture
    def session(self, client: Client) -> str:
        body = json.dumps(of_ada())
        return client("POST", "/api/import", content=body, headers=ADMIN).json()["session_id"]

    @pytest.mark.parametrize(
        "path",
        [
            "/api/sessions",
            "/api/sessions/SESSION",
            "/api/sessions/SESSION/trace",
            "/api/sessions/SESSION/report",
            "/api/sessions/SESSION/report?format=md",
            "/api/sessions/SESSION/report?format=html",
            "/api/sessions/SESSION/segments",
            "/api/sessions/SESSION/segments/0",
            "/api/sessions/SESSION/segments/0/still?at_ms=4102444800000",
            "/api/sessions/SESSION/panels",
            "/api/sessions/SESSION/marks",
            "/api/sessions/SESSION/replies",
            "/api/digest",
            "/sessions",
            "/sessions/SESSION",
            "/sessions/SESSION/insights",
            "/sessions/SESSION/answers",
            "/digest",
        ],
    )
    def test_sees_no_personal_data(self, client, session, path):
        path = path.replace("SESSION", session)
        accept = {"accept": "application/json" if path.startswith("/api") else "text/html"}
        client("POST", f"/api/sessions/{session}/notes", json={"t_ms": 1, "text": "Ada Lovelace again"}, headers=ADMIN)
        client("POST", f"/api/sessions/{session}/ask", json={"question": "Did Ada Lovelace pay?"}, headers=ADMIN)
        answer = client("GET", path, headers={**login_of(client, "viewer"), **accept})
        assert answer.status_code == 200, answer.text
        for secret in self.SECRETS:
            assert secret not in answer.text.lower(), secret

    def test_others_do(self, client, session):
        member = login_of(client, "member")
        row = client("GET", "/api/sessions", headers=member).json()["sessions"][0]
        assert (row["user_name"], row["user_email"]) == ("Ada Lovelace", "ada@lovelace.org")
        slice_ = client("GET", f"/api/sessions/{session}/segments/0", headers=member).text
        assert "Hello Ada Lovelace" in slice_ and "typed poem" in slice_

    def test_cannot_find_out_by_asking(self, client, session):
        viewer = login_of(client, "viewer")
        for q, found in (("Lovelace", 0), ("-Lovelace", 1), ("shop.example", 1)):
            listed = client("GET", "/api/sessions", params={"q": q}, headers=viewer).json()
            assert len(listed["sessions"]) == found, q
        refused = client("GET", "/api/sessions", params={"q": "user:ada"}, headers=viewer)
        assert refused.status_code == 400 and "right to see who" in refused.json()["detail"]
        assert len(client("GET", "/api/sessions", params={"q": "user:ada"}, headers=ADMIN).json()["sessions"]) == 1

    def test_replays_the_same_page(self, client, session):
        slice_ = client("GET", f"/api/sessions/{session}/segments/0", headers=login_of(client, "viewer")).json()
        whole = client("GET", f"/api/sessions/{session}/segments/0", headers=ADMIN).json()
        assert [one["timestamp"] for one in slice_["events"]] == [one["timestamp"] for one in whole["events"]]
        assert "Hello [PERSON]" in json.dumps(slice_)

    def test_is_offered_nothing_that_would_be_refused(self, client, session):
        page = client("GET", f"/sessions/{session}", headers={**login_of(client, "viewer"), "accept": "text/html"}).text
        for hidden in ("data-star aria", "data-share-dialog", "data-analyze", "data-ask>", 'href="/settings"'):
            assert hidden not in page, hidden
        assert (
            'href="/settings/account"' in client("GET", "/sessions", headers=login_of(client, "viewer", "b@c.de")).text
        )


class _Forms(HTMLParser):
    """What the first form of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("name"):
            self.fields.setdefault(named["name"], named.get("value") or "")


class TestIdentityProvider:
    """Against an OpenID provider that listens on a port of its own and signs with its own keys."""

    @pytest.fixture
    def provider(self) -> Iterator[str]:
        known = [
            oidc_provider_mock.User(
                sub="u-1", claims={"email": "Ada@Example.org", "email_verified": True, "name": "Ada L."}
            ),
            oidc_provider_mock.User(sub="u-2", claims={"email": "ada@example.org", "email_verified": False}),
            oidc_provider_mock.User(sub="u-3", claims={"email": "new@example.org", "email_verified": True}),
        ]
        with oidc_provider_mock.run_server_in_thread(user_claims=known) as server:
            yield f"http://localhost:{server.server_port}"

    def made(self, tmp_path: Path, provider: str, **config) -> Client:
        return Client(
            tmp_path,
            oidc_issuer=provider,
            oidc_client_id="playhead",
            oidc_client_secret="a secret",
            admin_password=PASSWORD,
            **config,
        )

    def authorised(self, begun: httpx.Response, sub: str) -> str:
        """Do what a person does at the provider; return where it leads back to."""
        answer = httpx.post(begun.headers["location"], data={"sub": sub}, follow_redirects=False)
        assert answer.status_code in (302, 303), answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    def log_in(self, client: Client, sub: str, wanted: str = "/digest") -> httpx.Response:
        begun = client("GET", f"/login/oidc?next={wanted}")
        assert begun.status_code == 302, begun.text
        flow = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
        return client("GET", self.authorised(begun, sub), headers={**flow, "accept": "text/html"})

    def test_lets_in_whoever_has_an_account(self, tmp_path, provider):
        client = self.made(tmp_path, provider)
        people.add_person(client.services.store, email="ada@example.org", role="member")
        answer = self.log_in(client, "u-1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/digest"), answer.text
        headers = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert client("GET", "/api/me", headers=headers).json()["called"] == "ada@example.org"
        assert "Log in with your company" in client("GET", "/login", headers={"accept": "text/html"}).text
        client.services.store.close()

    def test_knows_them_by_subject_from_then_on_and_no_other_by_their_address(self, tmp_path, provider):
        client = self.made(tmp_path, provider, oidc_newcomers="admin")
        people.add_person(client.services.store, email="ada@example.org", role="viewer")
        unverified = self.log_in(client, "u-2")
        assert unverified.status_code == 403 and "did not confirm" in unverified.text
        assert self.log_in(client, "u-1").status_code == 303
        assert self.log_in(client, "u-1").status_code == 303
        assert [(one.email, one.role) for one in people.list_people(client.services.store)] == [
            ("ada@example.org", "viewer")
        ]
        client.services.store.close()

    @pytest.mark.parametrize(("newcomers", "status", "roles"), [("none", 403, []), ("viewer", 303, ["viewer"])])
    def test_makes_newcomers_what_the_operator_says(self, tmp_path, provider, newcomers, status, roles):
        client = self.made(tmp_path, provider, oidc_newcomers=newcomers)
        answer = self.log_in(client, "u-3")
        assert answer.status_code == status
        assert [one.role for one in people.list_people(client.services.store)] == roles
        if status == 403:
            assert "has no account here" in answer.text
        client.services.store.close()

    def test_refuses_a_login_that_was_begun_elsewhere(self, tmp_path, provider):
        client = self.made(tmp_path, provider, oidc_newcomers="admin")
        mine, theirs = client("GET", "/login/oidc"), client("GET", "/login/oidc")
        back = self.authorised(theirs, "u-3")  # somebody sends me a link that would log me in as them
        for cookie in (mine.headers["set-cookie"].partition(";")[0], "playhead_oidc=e30.00", ""):
            answer = client("GET", back, headers={"cookie": cookie, "accept": "text/html"})
            assert answer.status_code == 403 and "not begun in this browser" in answer.text
        assert people.list_people(client.services.store) == []
        client.services.store.close()

    def test_says_so_where_the_provider_is_away(self, tmp_path):
        client = self.made(tmp_path, "http://127.0.0.1:9")
        answer = client("GET", "/login/oidc", headers={"accept": "text/html"})
        assert answer.status_code == 403 and "cannot be reached" in answer.text
        client.services.store.close()

    def test_a_token_that_does_not_hold_is_refused(self, tmp_path, provider):
        """Signed by somebody else, for another application, of another login, or not at all."""
        import time

        import anyio
        import jwt
        from cryptography.hazmat.primitives.asymmetric import rsa

        from playhead.web.oidc import LoginRefused

        client = self.made(tmp_path, provider)
        asked = client.services.provider
        metadata = anyio.run(asked._discover)
        now = int(time.time())
        good = {"iss": metadata["issuer"], "aud": "playhead", "sub": "u-1", "exp": now + 60, "iat": now, "nonce": "n"}
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        forged = [
            jwt.encode(good, key, algorithm="RS256"),
            jwt.encode(good, None, algorithm="none"),
            jwt.encode(good, "a secret" * 8, algorithm="HS256"),
            "not.a.token",
            "",
        ]
        for token in forged:
            with pytest.raises(LoginRefused):
                anyio.run(asked._verified, token, metadata, "n")
        client.services.store.close()


class TestSlicesKeptByABrowser:
    """A slice stays in the browser of whoever watches, under an address that is theirs alone."""

    @pytest.fixture
    def session(self, client: Client) -> str:
        body = json.dumps(of_ada())
        return client("POST", "/api/import", content=body, headers=ADMIN).json()["session_id"]

    def kept(self, client, session, headers):
        outline = client("GET", f"/api/sessions/{session}/segments", headers=headers)
        assert outline.headers["cache-control"] == "no-store"
        found = outline.json()
        path = f"/api/sessions/{session}/segments/0?revision={found['revision']}&key={found['key']}"
        return path, client("GET", path, headers=headers).headers["cache-control"]

    def test_each_person_has_an_address_of_their_own(self, client, session):
        viewer, member = login_of(client, "viewer"), login_of(client, "member")
        (path, said), (other, also) = self.kept(client, session, viewer), self.kept(client, session, member)
        assert said == also == "private, max-age=600, immutable"
        assert path != other
        assert client("GET", path, headers=member).headers["cache-control"] == "no-store", "somebody else's"
        assert client("GET", path.partition("&")[0], headers=member).headers["cache-control"] == "no-store"
        assert client("GET", path).status_code == 401

    def test_who_may_learn_more_since_then_has_another(self, client, session):
        viewer = login_of(client, "viewer")
        before, _ = self.kept(client, session, viewer)
        (person,) = [one for one in people.list_people(client.services.store) if one.email == "viewer@example.org"]
        people.change_person(client.services.store, person.id, role="member")
        after, said = self.kept(client, session, viewer)
        assert before != after and said.startswith("private")

    def test_programs_keep_nothing_and_a_page_brings_the_address_along(self, client, session):
        assert client("GET", f"/api/sessions/{session}/segments", headers=ADMIN).json()["key"] == ""
        member = login_of(client, "member")
        path, _ = self.kept(client, session, member)
        client("GET", f"/sessions/{session}", headers={**member, "accept": "text/html"})
        page = client("GET", f"/sessions/{session}", headers={**member, "accept": "text/html"}).text
        assert path.rpartition("key=")[2] in page

    def test_a_logout_empties_the_browser_and_an_erasure_is_no_answer(self, client, session):
        member = login_of(client, "member")
        path, _ = self.kept(client, session, member)
        client("DELETE", f"/api/sessions/{session}", headers=ADMIN)
        assert client("GET", path, headers=member).status_code == 404
        assert client("POST", "/logout", headers=member).headers["clear-site-data"] == '"cache"'
        assert client("GET", path, headers=member).status_code == 401
