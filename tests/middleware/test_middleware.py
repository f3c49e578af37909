"""The middlewares under real Django, Flask and Starlette applications, in front of a real Playhead server."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import uvicorn

from playhead.middleware import PlayheadASGI, PlayheadWSGI, RelayError
from playhead.middleware.relay import Injector
from tests.conftest import Server

PAGE = "<!doctype html><html><head><title>Shop</title></head><body><h1>Über uns</h1></body></html>"
Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture(scope="module")
def playhead(tmp_path_factory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("served") / "data").start()
    yield running
    running.kill()


def flask_app(server: str):
    import flask

    app = flask.Flask("shop")
    app.add_url_rule("/", view_func=lambda: PAGE, endpoint="page")
    app.add_url_rule("/admin/x", view_func=lambda: PAGE, endpoint="admin")
    app.add_url_rule("/data", view_func=lambda: flask.jsonify({"html": "</head>"}), endpoint="data")
    streamed = ["<html><he", "ad><title>s</title></he", "ad><body>", "x" * 1000, "</body></html>"]
    app.add_url_rule("/stream", view_func=lambda: flask.Response(iter(streamed)), endpoint="stream")
    app.wsgi_app = PlayheadWSGI(
        app.wsgi_app, site="demo", server=server, attributes={"start": "manual"}, exclude=["/admin"]
    )
    return app


def django_urls():
    from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
    from django.urls import path

    streamed = ["<html><he", "ad><title>s</title></he", "ad><body>", "x" * 1000, "</body></html>"]
    return [
        path("", lambda request: HttpResponse(PAGE)),
        path("admin/x", lambda request: HttpResponse(PAGE)),
        path("data", lambda request: JsonResponse({"html": "</head>"})),
        path("stream", lambda request: StreamingHttpResponse(iter(streamed))),
    ]


def configure_django() -> None:
    import types

    import django
    from django.conf import settings

    if not settings.configured:
        urls = types.ModuleType("shop_urls")
        import sys

        sys.modules["shop_urls"] = urls
        settings.configure(DEBUG=False, SECRET_KEY="x" * 50, ROOT_URLCONF="shop_urls", ALLOWED_HOSTS=["*"])
        django.setup()
        urls.urlpatterns = django_urls()


def django_app(server: str):
    configure_django()
    from django.core.wsgi import get_wsgi_application

    options = {"attributes": {"start": "manual"}, "exclude": ["/admin"]}
    return PlayheadWSGI(get_wsgi_application(), site="demo", server=server, **options)


def django_asgi_app(server: str):
    configure_django()
    from django.core.asgi import get_asgi_application

    options = {"attributes": {"start": "manual"}, "exclude": ["/admin"]}
    return PlayheadASGI(get_asgi_application(), site="demo", server=server, **options)


def starlette_app(server: str):
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
    from starlette.routing import Route

    async def page(_):
        return HTMLResponse(PAGE)

    async def data(_):
        return JSONResponse({"html": "</head>"})

    async def stream(_):
        parts = ["<html><he", "ad><title>s</title></he", "ad><body>", "x" * 1000, "</body></html>"]
        return StreamingResponse(iter(parts), media_type="text/html")

    routes = [Route("/", page), Route("/admin/x", page), Route("/data", data), Route("/stream", stream)]
    options = {"attributes": {"start": "manual"}, "exclude": ["/admin"]}
    return Starlette(routes=routes, middleware=[Middleware(PlayheadASGI, site="demo", server=server, **options)])


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=["flask", "django", "django under ASGI", "starlette"])
def address(request, playhead) -> Iterator[str]:
    """A real HTTP server with the application behind the middleware."""
    if request.param in ("flask", "django"):
        app = {"flask": flask_app, "django": django_app}[request.param](playhead.url)
        server: WSGIServer = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        return
    app = {"django under ASGI": django_asgi_app, "starlette": starlette_app}[request.param](playhead.url)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    running.should_exit = True
    thread.join(10)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(url: str, body: bytes | None = None, method: str | None = None) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, data=body, method=method, headers={"content-type": "text/plain"})
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=20) as answer:
            return answer.status, {n.lower(): v for n, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {n.lower(): v for n, v in error.headers.items()}, error.read()


def test_every_page_gets_the_tag_and_nothing_else_does(address):
    status, headers, body = ask(address + "/")
    tag = b'<script async src="/playhead/recorder.js" data-site="demo" data-start="manual"></script></head>'
    assert status == 200 and body.decode() == PAGE.replace("</head>", tag.decode())
    assert "content-length" not in headers or int(headers["content-length"]) == len(body)
    assert ask(address + "/data")[2].count(b"<script") == 0
    assert ask(address + "/admin/x")[2] == PAGE.encode()
    streamed = ask(address + "/stream")[2]
    assert streamed.count(tag) == 1 and streamed.endswith(b"</body></html>")


def test_the_recorder_and_its_batches_come_through(address, playhead):
    status, headers, script = ask(address + "/playhead/recorder.js")
    assert status == 200 and headers["content-type"].startswith("text/javascript")
    assert script == ask(playhead.url + "/recorder.js")[2]
    assert ask(address + "/playhead/ingest?v=1&site=demo")[:1] == (200,)
    session = f"s_{address.rsplit(':', 1)[1]}"
    events = json.dumps([{"type": 4, "timestamp": 1.76e12, "data": {"href": "https://shop.example/"}}]).encode()
    query = f"v=1&site=demo&session={session}&page=p1&seq=0&visitor=v1&sent_ms=1&first_ms=1&last_ms=1&n=1"
    status, _, body = ask(f"{address}/playhead/ingest?{query}", events)
    assert (status, json.loads(body)) == (200, {"ok": True, "duplicate": False})
    assert ask(f"{playhead.url}/api/sessions/{session}/events")[0] == 200
    assert ask(f"{address}/playhead/sessions/{session}")[1]["location"] == f"{playhead.url}/sessions/{session}"


@pytest.mark.parametrize(
    "path", ["/playhead/api/sessions", "/playhead/", "/playhead/../api", "/playhead/ingest/x", "/playhead/sessions/a/b"]
)
def test_nothing_else_of_the_server_can_be_reached(address, path):
    assert ask(address + path)[0] == 404


def test_a_server_that_is_away_costs_the_page_nothing():
    app = flask_app("http://127.0.0.1:9")
    client = app.test_client()
    assert b"recorder.js" in client.get("/").data
    away = client.post("/playhead/ingest?v=1&site=demo", data=b"[]")
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert client.get("/playhead/recorder.js").status_code == 503


@pytest.mark.parametrize(
    "options",
    [
        {"server": "replay.example.org"},
        {"site": 'x" onload="alert(1)'},
        {"prefix": "playhead"},
        {"prefix": '/"><script>'},
        {"attributes": {'x"': "y"}},
    ],
)
def test_options_that_cannot_work_are_named(options):
    with pytest.raises(RelayError):
        PlayheadWSGI(lambda *_: [], **{"site": "demo", "server": "http://127.0.0.1", **options})


def test_attributes_are_text():
    app = PlayheadWSGI(lambda *_: [], site="demo", server="http://x", attributes={"mask": '[a="b"]><script>'})
    assert b'data-mask="[a=&quot;b&quot;]&gt;&lt;script&gt;"' in app._relay.tag


def test_a_page_without_a_head_is_not_held_back_for_ever():
    injector = Injector(b"TAG")
    sent = [injector.feed(b"x" * 40_000, last=False) for _ in range(3)]
    assert [len(part) for part in sent] == [0, 80_000, 40_000]
    assert injector.feed(b"</head>", last=True) == b"</head>"
