"""The replay origin: every route answers at the right one only; how a browser gets in, with what, and for how long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from playhead.config import Config
from playhead.query import handovers, logins, people
from playhead.query.handovers import Bearer
from playhead.query.people import sha256
from playhead.query.rights import WATCHING
from playhead.static_files import RECORDER_SCRIPTS
from playhead.web import capability
from playhead.web.auth import COOKIE
from playhead.web.capability import Capabilities
from playhead.web.replay_origin import ALSO, ENTRANCE, ONLY, ReplayOrigin, replay_origin_of
from tests.web.test_api import PASSWORD, Client, recording
from tests.web.test_people import ADMIN, login_of, routes

MAIN, REPLAY = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
FETCH = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path, admin_password=PASSWORD, replay_port=8001)
    yield made
    made.services.store.close()


def admin_login(client: Client) -> dict[str, str]:
    """Return the headers of a browser logged in with the admin password."""
    cookie, _ = client.services.auth.log_in("", PASSWORD)
    return {"cookie": f"{COOKIE}={cookie}", "sec-fetch-site": "same-origin"}


def imported(client: Client, shift_ms: int = 0) -> str:
    events = [{**one, "timestamp": one["timestamp"] + shift_ms} for one in recording()]
    return client("POST", "/api/import", content=json.dumps(events), headers=ADMIN).json()["session_id"]


@pytest.fixture
def session(client: Client) -> str:
    return imported(client)


def door(client: Client, session: str, headers: dict[str, str], query: str = "") -> str:
    """Return the address the interface leads a browser on to."""
    answer = client("GET", f"/sessions/{session}{query}", headers={**PAGE, **headers})
    assert answer.status_code == 303, answer.text
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    return answer.headers["location"]


def cookie_of(answer: httpx.Response) -> dict[str, str]:
    return {"cookie": answer.headers.get_list("set-cookie")[0].partition(";")[0]}


@pytest.fixture
def watching(client: Client, session: str) -> Callable[..., dict[str, str]]:
    """Return the headers of a browser that was let in at the replay origin."""

    def let_in(headers: dict[str, str], of: str = session) -> dict[str, str]:
        answer = client("GET", door(client, of, headers), headers=PAGE)
        assert answer.status_code == 303, answer.text
        return {**cookie_of(answer), **FETCH}

    return let_in


class TestWhere:
    def test_every_route_of_the_other_origin_is_not_there(self, client, session, watching):
        """With everything that opens a door: a capability, an admin's login, the admin password."""
        everything = {**watching(admin_login(client)), **ADMIN}
        everything["cookie"] += f"; {admin_login(client)['cookie']}"
        here = set()
        for method, path, handler in routes(client):
            where = handler.opt.get("replay", "")
            assert where in ("", ALSO, ONLY, ENTRANCE), path
            if where:
                here.add(path)
                continue
            address = re.sub(r"\{[^}]+\}", "1", path.replace("{session_id}", session))
            answer = client(method, REPLAY + address, headers=everything)
            assert answer.status_code == 404, (method, path, answer.status_code)
        assert all(path == "/static/{file_path}" or "/sessions/{session_id}" in path for path in here), here
        assert not [path for path in here if path.endswith(("/events", "/next")) and "/jobs/" not in path]

    @pytest.mark.parametrize(
        "path",
        [
            *(f"/{name}" for name in RECORDER_SCRIPTS),
            *("/ingest", "/healthz", "/readyz", "/metrics", "/schema", "/s/", "/x"),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_nor_is_what_other_sites_ask(self, client, method, path):
        assert client(method, REPLAY + path).status_code in (404, 405)

    def test_what_it_does_not_answer_leads_a_person_to_the_interface(self, client):
        answer = client("GET", f"{REPLAY}/sessions?q=tag%3Ax%20y", headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{MAIN}/sessions?q=tag%3Ax+y")
        assert client("GET", f"{REPLAY}/sessions/x/next", headers=PAGE).headers["location"] == f"{MAIN}/sessions/x/next"
        assert client("GET", f"{REPLAY}//evil.example/x", headers=PAGE).headers["location"].startswith(f"{MAIN}/")

    def test_recordings_are_shown_there_alone(self, client, session):
        browser = {**admin_login(client), **FETCH}
        only = [
            path for method, path, handler in routes(client) if handler.opt.get("replay") == ONLY and method == "GET"
        ]
        assert len(only) == 9
        for path in only:
            address = re.sub(r"\{[^}]+\}", "0", path.replace("{session_id}", session))
            assert client("GET", address, headers=browser).status_code == 403, path
        assert client("GET", f"/api/sessions/{session}/segments/0", headers=ADMIN).status_code == 200, "a program"
        for wanted in ("empty", "iframe", "image"):
            asked = {**PAGE, **admin_login(client), "sec-fetch-dest": wanted}
            assert client("GET", f"/sessions/{session}", headers=asked).status_code == 403

    def test_without_one_nothing_changes(self, tmp_path):
        plain = Client(tmp_path / "plain", admin_password=PASSWORD)
        session = imported(plain)
        page = plain("GET", f"/sessions/{session}", headers={**PAGE, **admin_login(plain)})
        assert page.status_code == 200 and "data-home" not in page.text
        assert plain("GET", f"/sessions/{session}/enter/x").status_code == 404
        plain.services.store.close()


class TestDoor:
    def test_leads_in_and_the_token_is_gone(self, client, session):
        address = door(client, session, admin_login(client), "?t_ms=900&q=tag%3Ax")
        assert address.startswith(f"{REPLAY}/sessions/{session}/enter/")
        answer = client("GET", address, headers=PAGE)
        assert answer.status_code == 303
        where = urlsplit(answer.headers["location"])
        assert (where.netloc, where.path) == ("", f"/sessions/{session}")
        assert parse_qs(where.query) == {"t_ms": ["900"], "q": ["tag:x"]}
        assert answer.headers["referrer-policy"] == "no-referrer" and answer.headers["cache-control"] == "no-store"
        kept = answer.headers.get_list("set-cookie")
        assert [re.search(r"Path=([^;]+)", one)[1] for one in kept] == [
            f"/sessions/{session}",
            f"/api/sessions/{session}",
        ]
        assert all("HttpOnly" in one and "Domain" not in one and "SameSite=" in one for one in kept)
        page = client("GET", REPLAY + answer.headers["location"], headers={**PAGE, **cookie_of(answer)})
        assert page.status_code == 200 and f'data-home="{MAIN}"' in page.text
        assert "frame-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["cross-origin-resource-policy"] == "same-origin"

    def test_opens_once(self, client, session):
        address = door(client, session, admin_login(client))
        assert client("GET", address).status_code == 303
        again = client("GET", address)
        assert again.status_code == 403 and "set-cookie" not in again.headers

    def test_opens_for_half_a_minute(self, client, session, monkeypatch):
        address = door(client, session, admin_login(client))
        store = client.services.store
        late = store.now_ms() + handovers.LASTS_MS + 1
        monkeypatch.setattr(store, "now_ms", lambda: late)
        assert client("GET", address).status_code == 403

    def test_opens_one_session(self, client, session):
        other = imported(client, 60_000)
        address = door(client, session, admin_login(client))
        assert client("GET", address.replace(session, other)).status_code == 403
        assert client("GET", address).status_code == 303, "a try elsewhere does not use it up"
        assert client("GET", f"{REPLAY}/sessions/{session}/enter/{'x' * 32}").status_code == 403

    def test_is_at_the_replay_origin(self, client, session):
        address = door(client, session, admin_login(client)).replace(REPLAY, MAIN)
        answer = client("GET", address, headers={"accept": "application/json"})
        assert answer.status_code == 404 and "Host" in answer.json()["detail"]

    def test_is_for_browsers_of_people_who_may_watch(self, client, session):
        assert client("GET", f"/sessions/{session}", headers=PAGE).headers["location"].startswith("/login?")
        assert client("GET", f"/sessions/{session}", headers={**PAGE, **ADMIN}).status_code == 403
        assert client("GET", "/sessions/none", headers={**PAGE, **admin_login(client)}).status_code == 404

    def test_takes_the_theme_along(self, client, session):
        headers = admin_login(client)
        headers["cookie"] += "; playhead_theme=dark"
        answer = client("GET", door(client, session, headers), headers=PAGE)
        assert any(one.startswith("playhead_theme=dark") for one in answer.headers.get_list("set-cookie"))
        assert answer.headers["location"] == f"/sessions/{session}"
        headers["cookie"] = headers["cookie"].replace("dark", "evil")
        assert "theme" not in door(client, session, headers)


class TestCapability:
    def test_is_needed_for_everything(self, client, session):
        """A login's cookie, which browsers send to every port of a host, and an admin's token are nothing there."""
        for method, path, handler in routes(client):
            if handler.opt.get("replay") not in (ALSO, ONLY) or path.startswith("/static"):
                continue
            address = re.sub(r"\{[a-z_]*(id|number)\}", "1", path.replace("{session_id}", session))
            address = REPLAY + re.sub(r"\{[^}]+\}", "x", address)
            for headers in (
                {},
                ADMIN,
                {**admin_login(client), **FETCH},
                {"cookie": f"{capability.COOKIE}=a.b", **FETCH},
            ):
                assert client(method, address, headers=headers).status_code == 401, (method, path)

    def test_reads_and_writes_its_session_and_no_other(self, client, session, watching):
        other, mine = imported(client, 60_000), watching(login_of(client, "member", "ada@example.org"))
        for path in (
            "segments",
            "segments/0",
            "segments/0/still?at_ms=1",
            "panels",
            "trace",
            "marks",
            "report",
            "replies",
            "shares",
            "export.html",
        ):
            assert client("GET", f"{REPLAY}/api/sessions/{session}/{path}", headers=mine).status_code == 200, path
            assert client("GET", f"{REPLAY}/api/sessions/{other}/{path}", headers=mine).status_code == 401, path
        star, note = {"starred": True}, {"text": "Look", "t_ms": 10}
        for of, marked, noted in ((session, 200, 201), (other, 401, 401)):
            base = f"{REPLAY}/api/sessions/{of}"
            assert client("PATCH", f"{base}/marks", json=star, headers=mine).status_code == marked
            assert client("POST", f"{base}/notes", json=note, headers=mine).status_code == noted
            assert client("POST", f"{base}/ask", json={"question": "pay"}, headers=mine).status_code == (
                202 if of == session else 401
            )
        assert client("DELETE", f"{REPLAY}/api/sessions/{session}", headers=mine).status_code in (404, 405)

    def test_a_job_is_followed_of_its_own_session_alone(self, client, session, watching):
        other, mine = imported(client, 60_000), watching(admin_login(client))
        job = client("POST", f"/api/sessions/{other}/ask", json={"question": "pay"}, headers=ADMIN).json()["job_id"]
        assert client("GET", f"{REPLAY}/api/sessions/{session}/jobs/{job}/events", headers=mine).status_code == 404
        assert client("GET", f"{REPLAY}/api/sessions/{other}/jobs/{job}/events", headers=mine).status_code == 401
        assert client("GET", f"{REPLAY}/api/jobs/{job}/events", headers=mine).status_code == 404

    def test_goes_as_far_as_the_role(self, client, session, watching):
        viewer = watching(login_of(client, "viewer"))
        assert client("GET", f"{REPLAY}/api/sessions/{session}/segments/0", headers=viewer).status_code == 200
        for method, path in (("PATCH", "marks"), ("POST", "ask"), ("POST", "shares"), ("GET", "export.html")):
            assert client(method, f"{REPLAY}/api/sessions/{session}/{path}", json={}, headers=viewer).status_code == 403
        seen = client("GET", f"{REPLAY}/sessions/{session}", headers={**viewer, **PAGE}).text
        assert "data-star aria" not in seen and "data-share-dialog" not in seen
        assert {"import", "erase", "manage"}.isdisjoint(WATCHING)

    @pytest.mark.parametrize(
        "says", [{}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "cross-site"}, {"origin": MAIN}]
    )
    def test_a_write_of_another_origin_is_refused(self, client, session, watching, says):
        cookie = {"cookie": watching(admin_login(client))["cookie"]}
        answer = client(
            "PATCH", f"{REPLAY}/api/sessions/{session}/marks", json={"starred": True}, headers={**cookie, **says}
        )
        assert answer.status_code == 403

    def test_the_audit_log_names_the_person(self, client, session, watching):
        ada = watching(login_of(client, "member", "ada@example.org"))
        client("POST", f"{REPLAY}/api/sessions/{session}/shares", json={"days": 1}, headers=ada)
        client("GET", f"{REPLAY}/api/sessions/{session}/export.html", headers=ada)
        found = client("GET", "/api/audit", headers=ADMIN).json()["entries"]
        told = {(one["who"], one["action"]) for one in found if one["target"] == f"session {session}"}
        assert {("ada@example.org", action) for action in ("watched", "shared", "exported")} <= told

    def test_ends_with_the_login_the_account_and_the_role(self, client, session, watching):
        store, address = client.services.store, f"{REPLAY}/api/sessions/{session}/segments"
        headers = login_of(client, "member", "ada@example.org")
        mine = watching(headers)
        (person,) = people.list_people(store)
        client("PATCH", f"/api/people/{person.id}", json={"role": "viewer"}, headers=ADMIN)
        assert client("GET", f"{REPLAY}/api/sessions/{session}/export.html", headers=mine).status_code == 403
        assert client("GET", address, headers=mine).status_code == 200
        logins.close_login(store, headers["cookie"].partition("=")[2])
        assert client("GET", address, headers=mine).status_code == 401
        again = watching({"cookie": f"{COOKIE}={client.services.auth.open_for(person.id, agent='x')}"})
        assert client("GET", address, headers=again).status_code == 200
        client("PATCH", f"/api/people/{person.id}", json={"active": False}, headers=ADMIN)
        assert client("GET", address, headers=again).status_code == 401

    def test_ends_an_hour_after_it_was_last_used(self, client, session, watching):
        now, mine = client.services.capabilities._now_s, watching(admin_login(client))
        address = f"{REPLAY}/api/sessions/{session}/segments"
        assert "set-cookie" not in client("GET", address, headers=mine).headers
        client.services.capabilities._now_s = lambda: now() + 1_800
        renewed = client("GET", address, headers=mine)
        assert len(renewed.headers.get_list("set-cookie")) == 2
        client.services.capabilities._now_s = lambda: now() + 4_000
        assert client("GET", address, headers=mine).status_code == 401
        assert client("GET", address, headers={**mine, **cookie_of(renewed)}).status_code == 200

    def test_leads_back_to_the_interface_once_when_it_ended(self, client, session):
        answer = client("GET", f"{REPLAY}/sessions/{session}?t_ms=900", headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{MAIN}/sessions/{session}?t_ms=900&again=1")
        kept = client("GET", door(client, session, admin_login(client), "?t_ms=900&again=1"), headers=PAGE)
        assert kept.headers["location"] == f"/sessions/{session}?t_ms=900&again=1"
        stuck = client("GET", f"{REPLAY}{kept.headers['location']}", headers=PAGE)
        assert stuck.status_code == 403 and "cookie" in stuck.text


class TestForged:
    def test_only_what_was_sealed_here_is_read(self):
        ours, theirs = Capabilities(b"secret"), Capabilities(b"another secret")
        bearer = Bearer("login", sha256("x"))
        good = ours.issue("s_1", bearer)
        found = ours.read(good, "s_1")
        assert found is not None and found.bearer == bearer
        body, _, proof = good.partition(".")
        wrong = [
            theirs.issue("s_1", bearer),
            body,
            f"{body}.",
            f".{proof}",
            f"{body}.{proof[:-1]}",
            f"{body}=.{proof}",
            "",
        ]
        wrong += [
            f"{ours.issue('s_2', bearer).partition('.')[0]}.{proof}",
            "é.é",
            f"{good}.x",
            "A" * 5000,
            good.upper(),
        ]
        for cookie in wrong:
            assert ours.read(cookie, "s_1") is None, cookie
        assert ours.read(good, "s_2") is None and ours.read(good, "") is None

    def test_it_is_over_in_an_hour(self):
        clock = [1_000.0]
        ours = Capabilities(b"secret", now_s=lambda: clock[0])
        cookie = ours.issue("s_1", Bearer("machine", ""))
        clock[0] += capability.LASTS_S - 1
        assert ours.read(cookie, "s_1")
        clock[0] += 1
        assert ours.read(cookie, "s_1") is None

    def test_a_machine_is_let_in_only_where_nobody_logs_in(self, client, session):
        cookie = client.services.capabilities.issue(session, Bearer("machine", ""))
        headers = {"cookie": f"{capability.COOKIE}={cookie}", **FETCH}
        assert client("GET", f"{REPLAY}/api/sessions/{session}/segments", headers=headers).status_code == 401


class TestShare:
    @pytest.fixture
    def link(self, client: Client, session: str) -> dict:
        return client("POST", f"/api/sessions/{session}/shares", json={"days": 2, "t_ms": 900}, headers=ADMIN).json()

    def test_a_link_opens_the_replay_of_its_session(self, client, session, link, watching):
        answer = client("GET", urlsplit(link["url"]).path, headers=PAGE)
        guest = watching({"cookie": answer.headers["set-cookie"].partition(";")[0]})
        page = client("GET", f"{REPLAY}/sessions/{session}", headers={**guest, **PAGE})
        assert page.status_code == 200 and "Shared with you" in page.text
        base = f"{REPLAY}/api/sessions/{session}"
        for path in ("segments", "segments/0", "panels", "trace", "marks", "report"):
            assert client("GET", f"{base}/{path}", headers=guest).status_code == 200, path
        for method, path in (("PATCH", "marks"), ("GET", "shares"), ("GET", "export.html"), ("POST", "ask")):
            assert client(method, f"{base}/{path}", json={}, headers=guest).status_code == 401, path
        kept = f"{base}/assets/{'a' * 32}/x.png"
        assert client("GET", kept, headers=guest).status_code == 404, (
            "a guest sees the page's pictures, where any are kept"
        )
        assert client("GET", kept).status_code == 401
        client("DELETE", f"/api/sessions/{session}/shares/{link['share']['id']}", headers=ADMIN)
        assert client("GET", f"{base}/segments", headers=guest).status_code == 401, "revoked"

    def test_a_link_made_there_is_the_interfaces(self, client, session, watching):
        made = client("POST", f"{REPLAY}/api/sessions/{session}/shares", json={}, headers=watching(admin_login(client)))
        assert made.json()["url"].startswith(f"{MAIN}/shared/")


class TestHosts:
    """A second host behind the same proxy: told by `Host` alone."""

    @pytest.fixture
    def hosts(self, tmp_path: Path) -> Iterator[Client]:
        made = Client(
            tmp_path, admin_password=PASSWORD, public_url="https://app.example", replay_origin="https://replay.example"
        )
        yield made
        made.services.store.close()

    def test_each_answers_its_own(self, hosts):
        session = imported(hosts)
        cookie, _ = hosts.services.auth.log_in("", PASSWORD)
        logged_in = {"cookie": f"__Host-{COOKIE}={cookie}", "host": "app.example", **PAGE}
        address = hosts("GET", f"/sessions/{session}", headers=logged_in).headers["location"]
        assert address.startswith(f"https://replay.example/sessions/{session}/enter/")
        there = {"host": "replay.example", **PAGE}
        let_in = hosts("GET", urlsplit(address).path, headers=there)
        assert all("Secure" in one for one in let_in.headers.get_list("set-cookie"))
        for host in ("replay.example", "Replay.Example", "replay.example:443"):
            page = hosts("GET", f"/sessions/{session}", headers={**there, "host": host, **cookie_of(let_in)})
            assert page.status_code == 200 and 'data-home="https://app.example"' in page.text
            away = hosts("GET", "/settings", headers=there | logged_in | {"host": host})
            assert away.headers["location"] == "https://app.example/settings"

    def test_a_login_has_a_name_that_no_other_host_can_set(self, hosts):
        cookie = hosts("POST", "/login", data={"password": PASSWORD}, headers={"host": "app.example"}).headers[
            "set-cookie"
        ]
        assert cookie.startswith(f"__Host-{COOKIE}=") and "; Secure" in cookie and "Path=/;" in cookie
        value = cookie.partition(";")[0].partition("=")[2]
        planted = {"cookie": f"{COOKIE}={value}", "host": "app.example"}
        assert hosts("GET", "/api/me", headers=planted).status_code == 401
        ours = {"cookie": f"__Host-{COOKIE}={value}", "host": "app.example"}
        assert hosts("GET", "/api/me", headers=ours).status_code == 200


class TestOtherOrigin:
    """The other port of one host is the same site and gets its cookies: refused by where a request comes from."""

    @pytest.mark.parametrize("site", ["same-site", "cross-site"])
    def test_nothing_but_a_page_somebody_opens_is_answered(self, client, session, site):
        cookie = admin_login(client)["cookie"]
        for path in ("/api/sessions", f"/api/sessions/{session}/trace", "/sessions", "/static/css/base.css"):
            asked = {"cookie": cookie, "sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty"}
            assert client("GET", path, headers=asked).status_code == 403, path
            framed = {**asked, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
            assert client("GET", path, headers=framed).status_code == 403, path
        opened = client("GET", "/sessions", headers={"cookie": cookie, **PAGE, "sec-fetch-site": site})
        assert opened.status_code == 200

    def test_recorders_of_other_sites_are_answered(self, client):
        assert (
            client("GET", "/healthz", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}).status_code
            == 200
        )


def test_who_logs_in_to_watch_is_led_there_by_the_form(client):
    policy = client("GET", "/login", headers=PAGE).headers["content-security-policy"]
    assert f"form-action 'self' {REPLAY};" in policy and f"frame-src 'self' {REPLAY};" in policy


def test_the_demo_may_frame_it_and_nobody_else(tmp_path):
    local = Client(tmp_path, replay_port=8001)
    session = local("POST", "/api/import", content=json.dumps(recording())).json()["session_id"]
    assert f"frame-src 'self' {REPLAY};" in local("GET", "/demo/").headers["content-security-policy"]
    frame = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe", "accept": "text/html"}
    way = local("GET", f"/sessions/{session}?embed=1", headers={**frame, "sec-fetch-site": "same-origin"})
    answer = local("GET", way.headers["location"], headers={**frame, "sec-fetch-site": "same-site"})
    page = local("GET", REPLAY + answer.headers["location"], headers={**frame, **cookie_of(answer)})
    assert f"frame-ancestors {MAIN}" in page.headers["content-security-policy"]
    local.services.store.close()


def test_where_nobody_logs_in_a_capability_is_needed_all_the_same(tmp_path):
    local = Client(tmp_path, replay_port=8001)
    session = local("POST", "/api/import", content=json.dumps(recording())).json()["session_id"]
    address = f"{REPLAY}/api/sessions/{session}/segments"
    assert local("GET", address).status_code == 401
    way = local("GET", f"/sessions/{session}", headers=PAGE).headers["location"]
    assert local("GET", address, headers={**cookie_of(local("GET", way)), **FETCH}).status_code == 200
    assert local("GET", f"{REPLAY}/api/sessions").status_code == 404
    local.services.store.close()


@pytest.mark.parametrize(
    ("server", "host", "here"),
    [
        (("127.0.0.1", 8001), "anything", True),
        (("127.0.0.1", 8000), "localhost:8001", False),  # another process's port, or a made-up name
        (("127.0.0.1", 8000), "replay.example", True),
        (("127.0.0.1", 8000), "replay.example.evil.example", False),
        (None, "REPLAY.example:443", True),
    ],
)
def test_here(server, host, here):
    origin = ReplayOrigin(8001, "https://replay.example", "", 8000)
    assert origin.here({"server": server, "headers": [(b"host", host.encode())]}) is here


def test_addresses_follow_the_name_people_came_by():
    origin = ReplayOrigin(8001, "", "", 8000)
    for host, there, main in (
        ("localhost:8000", "http://localhost:8001", "http://localhost:8000"),
        ("[::1]:8001", "http://[::1]:8001", "http://[::1]:8000"),
    ):
        scope = {"headers": [(b"host", host.encode())]}
        assert (origin.address(scope), origin.main(scope)) == (there, main)
    assert replay_origin_of(Config()) is None
