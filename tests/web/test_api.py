"""The JSON API over a real store: import, list, read, erase; one error shape; no door without its login."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from playhead.config import Config
from playhead.static_files import RECORDER_SCRIPTS
from playhead.web.app import create_app
from playhead.wiring import build_services

PASSWORD = "correct horse battery"
T0 = 1_760_000_000_000


def recording() -> list[dict]:
    """A page with one button that is pressed and answers."""
    button = {
        "type": 2,
        "id": 5,
        "tagName": "button",
        "attributes": {},
        "childNodes": [{"type": 3, "id": 6, "textContent": "Pay"}],
    }
    body = {"type": 2, "id": 4, "tagName": "body", "attributes": {}, "childNodes": [button]}
    html = {"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": [body]}
    document = {"type": 0, "id": 1, "childNodes": [html]}
    click = {"source": 2, "type": 2, "id": 5, "x": 10, "y": 10}
    answer = {"source": 0, "texts": [{"id": 6, "value": "Paid"}], "attributes": [], "removes": [], "adds": []}
    move = {"source": 1, "positions": [{"x": 1, "y": 1, "id": 5, "timeOffset": 0}]}
    return [
        {"type": 4, "timestamp": T0, "data": {"href": "https://shop.example/", "width": 1280, "height": 800}},
        {"type": 2, "timestamp": T0 + 1, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}},
        {"type": 3, "timestamp": T0 + 900, "data": click, "kept": "as is"},
        {"type": 3, "timestamp": T0 + 950, "data": answer},
        {"type": 3, "timestamp": T0 + 4000, "data": move},
    ]


class Client:
    """Calls the ASGI application in process, one event loop a call."""

    def __init__(self, data: Path, **config) -> None:
        self.services = build_services(Config(data=data, **config))
        self.app = create_app(self.services)

    def __call__(self, method: str, path: str, **arguments) -> httpx.Response:
        import anyio

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, **arguments)

        return anyio.run(send)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path)
    yield made
    made.services.store.close()


@pytest.fixture
def session(client: Client) -> str:
    return client("POST", "/api/import", content=json.dumps(recording())).json()["session_id"]


def test_an_import_is_listed_and_read_back_exactly(client, session):
    listed = client("GET", "/api/sessions").json()
    assert [row["id"] for row in listed["sessions"]] == [session]
    assert listed["next_cursor"] is None
    detail = client("GET", f"/api/sessions/{session}").json()
    assert detail["session"]["duration_ms"] == 4000
    assert client("GET", f"/api/sessions/{session}/events").json() == recording()


def test_the_same_recording_twice_is_one_session(client, session):
    again = client("POST", "/api/import", content=gzip.compress(json.dumps(recording()).encode()))
    assert (again.status_code, again.json()["session_id"]) == (201, session)


def test_a_session_is_read_slice_by_slice(client, session):
    outline = client("GET", f"/api/sessions/{session}/segments").json()
    assert (outline["state"], outline["start_ms"], outline["end_ms"]) == ("playable", T0, T0 + 4000)
    ((from_ms, to_ms, size, fresh),) = outline["segments"]
    assert (from_ms, to_ms, fresh) == (T0 + 1, T0 + 4000, True)
    path = f"/api/sessions/{session}/segments"
    part = client("GET", f"{path}/0?revision={outline['revision']}").json()
    assert [event["type"] for event in part["keyframe"][:2]] == [4, 2]
    assert size > 0 and part["events"][-1]["timestamp"] == T0 + 4000
    assert client("GET", f"{path}/0?revision={outline['revision'] + 1}").status_code == 409
    assert client("GET", f"{path}/1").status_code == 404
    still = client("GET", f"{path}/0/still?revision={outline['revision']}&from_ms={from_ms}&at_ms={from_ms}").json()
    assert "<html" in still["html"]
    assert still["why"] == ""
    assert client("GET", f"{path}/0/still?from_ms={from_ms + 1}&at_ms={from_ms}").status_code == 409
    assert client("GET", f"{path}/9/still?at_ms={from_ms}").status_code == 404
    assert client("GET", "/api/sessions/s_nobody/segments").status_code == 404


def test_a_session_that_goes_on_is_read_as_it_grows(client):
    site = client.services.site_key
    now = client.services.store.now_ms()

    def send(seq: int, events: list[dict], **more: object) -> None:
        query = {"v": 1, "site": site, "session": "s_live", "page": "p1", "seq": seq, "visitor": "v1", **more}
        answer = client("POST", "/ingest", params={**query, "sent_ms": now}, content=json.dumps(events))
        assert answer.status_code == 200, answer.text

    send(0, recording()[:3])
    begun = client("GET", "/api/sessions/s_live/live").json()
    assert (begun["live"], begun["ended"], begun["outline"]["state"]) == (True, False, "playable")
    ((from_ms, *_),) = begun["outline"]["segments"]
    held = client("GET", f"/api/sessions/s_live/segments/0?from_ms={from_ms}").json()
    assert client("GET", f"/api/sessions/s_live/segments/0?from_ms={from_ms + 1}").status_code == 409
    send(1, recording()[3:])
    have = {"revision": begun["revision"], "slices": 1, "number": 0, "from_ms": from_ms, "at": len(held["events"])}
    news = client("GET", "/api/sessions/s_live/live", params=have).json()
    assert [event["timestamp"] for event in news["events"]] == [T0 + 950, T0 + 4000]
    assert client("GET", "/api/sessions/s_live/panels").json()["pages"][0]["url"] == "https://shop.example/"
    send(2, [], end=1)
    assert client("GET", "/api/sessions/s_live/live", params=have).json()["ended"]
    assert client("GET", "/api/sessions/s_nobody/live").status_code == 404


def test_a_session_without_a_snapshot_has_a_page_that_says_so(client):
    events = [{"type": 3, "timestamp": T0 + n, "data": {"source": 3, "id": 1, "x": 0, "y": n}} for n in (0, 10)]
    session = client("POST", "/api/import", content=json.dumps(events)).json()["session_id"]
    outline = client("GET", f"/api/sessions/{session}/segments").json()
    assert (outline["state"], outline["gaps"]) == ("no-snapshot", [[T0, T0 + 10, "no snapshot"]])
    page = client("GET", f"/sessions/{session}", headers={"accept": "text/html"})
    assert page.status_code == 200 and '"no-snapshot"' in page.text


def test_trace_narrative_and_report_agree(client, session):
    trace = client("GET", f"/api/sessions/{session}/trace").json()
    (click,) = [item for item in trace["interactions"] if item["kind"] == "click"]
    assert (click["target"]["role"], click["target"]["name"]) == ("button", "Pay")
    assert f"[{click['ref']}]" in client("GET", f"/api/sessions/{session}/narrative").json()["text"]
    report = client("GET", f"/api/sessions/{session}/report").json()
    assert report["analyst"] == "rules"
    assert report["headline"]["text"] in client("GET", f"/api/sessions/{session}/report?format=md").text


def test_a_window_starts_at_a_keyframe(client, session):
    events = client("GET", f"/api/sessions/{session}/events?from_ms={T0 + 2000}&to_ms={T0 + 5000}").json()
    assert [event["type"] for event in events[:2]] == [4, 2]
    assert "Paid" in json.dumps(events[1])
    assert events[-1]["timestamp"] == T0 + 4000
    assert client("GET", f"/api/sessions/{session}/events?from_ms=2000&to_ms=5000").json() == events


@pytest.mark.parametrize("moment", ["nan", "inf", "-inf", "1e400", "x", ""])
def test_moments_that_are_none_are_refused_or_harmless(client, session, moment):
    answer = client("GET", f"/api/sessions/{session}/events?from_ms={moment}")
    assert answer.status_code in (200, 400)
    assert isinstance(answer.json(), list if answer.status_code == 200 else dict)


def test_erased_is_gone(client, session):
    assert client("DELETE", f"/api/sessions/{session}").json() == {"erased_sessions": 1}
    assert client("GET", f"/api/sessions/{session}").status_code == 404
    assert client("GET", "/api/sessions").json()["sessions"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/sessions/s_nobody", b"", 404),
        ("GET", "/api/sessions/s_nobody/events", b"", 404),
        ("GET", "/api/sessions/..%2f..%2fetc", b"", 404),
        ("GET", "/api/sessions?limit=0", b"", 400),
        ("GET", "/api/sessions?sort=colour", b"", 400),
        ("GET", "/api/sessions?q=colour:red", b"", 400),
        ("GET", "/api/sites/nobody/status", b"", 404),
        ("POST", "/api/import", b"", 400),
        ("POST", "/api/import", b'"not a recording"', 400),
        ("POST", "/api/import?site=nobody", json.dumps(recording()).encode(), 404),
        ("DELETE", "/api/sessions/s_nobody", b"", 404),
        ("GET", "/api/nothing", b"", 404),
        ("PATCH", "/api/sessions", b"", 405),
        ("PUT", "/api/settings/model", b"{", 400),
    ],
)
def test_every_error_has_one_shape(client, method, path, body, status):
    answer = client(method, path, content=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail", "status"}
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_a_persons_browser_gets_a_page_for_an_error(client):
    answer = client("GET", "/sessions/s_nobody", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", "/sessions", "/settings", "/demo/", "/login"])
def test_every_page_has_a_strict_policy(client, path):
    answer = client("GET", path, headers={"accept": "text/html"})
    policy = answer.headers["content-security-policy"]
    assert answer.status_code in (200, 302)
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy


def test_the_page_of_a_recording_lets_nothing_out(client, session):
    policy = client("GET", f"/sessions/{session}", headers={"accept": "text/html"}).headers["content-security-policy"]
    for directive in ("frame-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "font-src 'self' data:"):
        assert directive in policy


def test_the_key_of_a_model_goes_in_and_never_comes_out(client):
    client("PUT", "/api/settings/model", json={"model": "openai:gpt-x", "api_key": "sk-secret-123"})
    answers = [client("GET", path).text for path in ("/api/settings/model", "/settings")]
    assert json.loads(answers[0])["has_key"] is True
    assert not any("sk-secret-123" in answer for answer in answers)
    kept = client("PUT", "/api/settings/model", json={"model": "openai:gpt-y"}).json()
    assert (kept["model"], kept["has_key"]) == ("openai:gpt-y", True)


def test_a_sites_privacy_is_read_changed_and_refused(client):
    address = "/api/sites/demo/settings"
    assert client("GET", address).json() == {}
    assert client("PUT", address, json={"privacy": "strict"}).json() == {"privacy": "strict"}
    assert client("GET", address).json() == {"privacy": "strict"}
    assert client("PUT", address, json={"privacy": "loud"}).status_code == 400
    assert client("PUT", "/api/sites/nobody/settings", json={}).status_code == 404
    assert client("GET", "/api/sites/nobody/settings").status_code == 404


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ("keep_days=30&keep_gb=", {"keep_days": 30.0}),
        ("keep_days=&keep_gb=2.5", {"keep_gb": 2.5}),
        ("keep_days=-1&keep_gb=", None),
        ("keep_days=soon&keep_gb=", None),
        ("keep_days=nan&keep_gb=", None),
        ("keep_days=1e9&keep_gb=", None),
    ],
)
def test_how_long_is_kept_is_a_form_of_its_own(client, form, kept):
    address = "/api/sites/demo/settings"
    client("PUT", address, json={"privacy": "strict"})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client("POST", "/settings/site", content=f"site=demo&{form}", headers=headers)
    assert answer.status_code == (303 if kept else 400)
    assert client("GET", address).json() == {"privacy": "strict", **(kept or {})}


def test_a_sites_thresholds_are_checked_and_outlive_the_privacy_form(client):
    address, wanted = "/api/sites/demo/settings", {"signals": {"rage_click": {"min_clicks": 4.0}}}
    assert client("PUT", address, json=wanted).json() == wanted
    client(
        "POST",
        "/settings/site",
        content="site=demo&privacy=strict",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert client("GET", address).json() == {"privacy": "strict", **wanted}
    for wrong in ({"rage": {}}, {"rage_click": {"clicks": 4}}, {"rage_click": {"min_clicks": -1}}):
        answer = client("PUT", address, json={"signals": wrong})
        assert answer.status_code == 400, wrong
    assert client("GET", address).json()["signals"] == wanted["signals"]


def test_a_strict_site_keeps_nothing_it_cannot_scrub(client):
    client("PUT", "/api/sites/demo/settings", json={"privacy": "strict"})
    ask = "/ingest?v=1&site=demo&session=s_1&page=p_1&seq="
    broken = client("POST", ask + "0", content=b"[not json")
    assert (broken.status_code, broken.json()["error"]) == (400, "unreadable")
    typed = {"source": 5, "id": 1, "text": "PLANTED", "isChecked": False}
    sent = [{"type": 3, "timestamp": T0, "data": typed}]
    assert client("POST", ask + "0", content=json.dumps(sent)).status_code == 200
    assert "PLANTED" not in client("GET", "/api/sessions/s_1/events").text


def test_open_doors_and_documents(client):
    assert client("GET", "/healthz").json()["status"] == "ok"
    assert "playhead_" in client("GET", "/metrics").text
    assert "/api/sessions" in client("GET", "/schema/openapi.json").json()["paths"]
    recorder = client("GET", "/recorder.js", headers={"host": "cdn.example"})
    assert recorder.headers["cross-origin-resource-policy"] == "cross-origin"


def test_where_a_login_is_needed_nothing_is_shown_without_one(tmp_path):
    client = Client(tmp_path, host="0.0.0.0", admin_password=PASSWORD)
    for route in _get_paths(client):
        answer = client("GET", route, follow_redirects=False)
        assert answer.status_code in (401, 404), route
    assert client("GET", "/sessions", headers={"accept": "text/html"}).headers["location"].startswith("/login?next=")
    for public in ("/healthz", "/recorder.js", "/login"):
        assert client("GET", public).status_code == 200
    assert client("GET", "/api/sessions", headers={"authorization": f"Bearer {PASSWORD}"}).status_code == 200
    logged_in = client("POST", "/login", data={"password": PASSWORD, "next": "/sessions"})
    cookie = logged_in.headers["set-cookie"].partition(";")[0]
    assert client("GET", "/sessions", headers={"cookie": cookie}).status_code == 200
    assert client("POST", "/login", data={"password": "wrong"}).status_code == 403
    client.services.store.close()


def _get_paths(client: Client) -> list[str]:
    """Every GET path of the documented API and the pages, with ids filled in."""
    document = client("GET", "/schema/openapi.json", headers={"authorization": f"Bearer {PASSWORD}"}).json()
    documented = [path for path, methods in document["paths"].items() if "get" in methods]
    public = {"/healthz", "/readyz", *(f"/{name}" for name in RECORDER_SCRIPTS)}
    filled = [
        path.replace("{session_id}", "s_1").replace("{key}", "demo").replace("{job_id}", "j") for path in documented
    ]
    return [
        *(path for path in filled if path not in public),
        "/sessions",
        "/sessions/s_1",
        "/settings",
        "/",
        "/schema/openapi.json",
    ]


def test_what_a_model_would_be_sent_can_be_read_before(client, session):
    """The preview names the template and the question; a template nobody knows is a stated error."""
    sent = client("GET", f"/api/sessions/{session}/sent?template=support&question=What%20went%20wrong%3F")
    assert sent.status_code == 200 and sent.headers["content-type"].startswith("text/plain")
    assert "<<<RECORDING" in sent.text and "support agent" in sent.text and "What went wrong?" in sent.text
    assert client("GET", f"/api/sessions/{session}/sent?template=poem").status_code == 400
