"""SecurityMiddleware: other names and other sites are refused, headers are always there."""

import anyio
import pytest

from playhead.web.security import APP_POLICY, SecurityMiddleware, host_name


async def _inner(scope, receive, send):
    headers = [(b"content-security-policy", b"own")] if scope["path"] == "/own" else []
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


def ask(path="/api/sessions", method="GET", hosts=("localhost", "127.0.0.1"), **headers):
    sent = []
    raw = {"host": "127.0.0.1:8000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in raw.items()],
    }

    async def send(message):
        sent.append(message)

    anyio.run(SecurityMiddleware(_inner, allowed_hosts=hosts), scope, None, send)
    return sent[0]["status"], dict(sent[0]["headers"])


def test_our_own_page_passes_with_headers():
    status, headers = ask(method="POST", origin="http://127.0.0.1:8000", sec_fetch_site="same-origin")
    assert status == 200
    assert headers[b"content-security-policy"] == APP_POLICY.encode()
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_a_handler_keeps_its_own_policy():
    assert ask("/own")[1][b"content-security-policy"] == b"own"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "", "[::1].evil.example"])
def test_a_foreign_name_is_refused(host):
    assert ask(host=host)[0] == 403


def test_any_name_passes_where_a_login_protects():
    assert ask(host="playhead.example", hosts=None)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT"])
def test_a_write_from_another_site_is_refused(method, headers):
    assert ask(method=method, **headers)[0] == 403


def test_a_program_without_a_browser_may_write():
    assert ask(method="POST")[0] == 200


def test_ingest_is_open_to_every_site():
    assert (
        ask("/ingest", "POST", host="cdn.example", origin="https://shop.example", sec_fetch_site="cross-site")[0] == 200
    )


def test_host_names():
    assert [host_name(h) for h in ("[::1]:80", "[::1]", "A.B:1", "a")] == ["[::1]", "[::1]", "a.b", "a"]


@pytest.mark.parametrize("dest", ["image", "style", "font", "video", "track"])
@pytest.mark.parametrize(
    "path", ["/api/sessions/s_1/export.gif", "/sessions/s_1", "/audit", "/api/sessions/s_1/assets"]
)
def test_what_a_recorded_page_shows_is_no_way_to_ask_for_anything_else(path, dest):
    assert ask(path, sec_fetch_dest=dest)[0] == 403
    assert ask(path, sec_fetch_dest="document")[0] == ask(path, sec_fetch_dest="empty")[0] == 200


@pytest.mark.parametrize(
    "path", ["/static/css/base.css", "/demo/shoe.png", f"/api/sessions/s_1/assets/{'a' * 32}/x.png"]
)
def test_files_of_pages_are_given_out(path):
    assert ask(path, sec_fetch_dest="image")[0] == 200
