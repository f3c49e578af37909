"""PlayheadWSGI: around a WSGI application.

app.wsgi_app = PlayheadWSGI(app.wsgi_app, site="KEY", server="https://replay.example.org")          # Flask
application = PlayheadWSGI(get_wsgi_application(), site="KEY", server="https://replay.example.org")  # Django
"""

from collections.abc import Callable, Iterable, Iterator
from http.client import responses
from typing import Any

from playhead.middleware.relay import MAX_BODY_BYTES, Answer, Around, Injector, takes_tag

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


class PlayheadWSGI(Around[App]):
    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if self._relay.owns(path):
            return self._own(environ, path, start_response)
        if self._exclude and path.startswith(self._exclude):
            return self._app(environ, start_response)
        return _Page(self._app, environ, start_response, self._relay.tag)

    def _own(self, environ: Environ, path: str, start_response: StartResponse) -> list[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        wanted = int(length) if length.isdecimal() else 0
        if wanted > MAX_BODY_BYTES:
            answer = Answer(413, [], b"")
        else:
            body = environ["wsgi.input"].read(wanted) if wanted else b""
            query, kind = environ.get("QUERY_STRING", ""), environ.get("CONTENT_TYPE", "")
            answer = self._relay.answer(environ["REQUEST_METHOD"], path, query, body, kind)
        status = f"{answer.status} {responses.get(answer.status, 'Status')}"
        start_response(status, [*answer.headers, ("content-length", str(len(answer.body)))])
        return [answer.body]


class _Page:
    """The application's answer, with the tag in it where it is a page."""

    def __init__(self, app: Any, environ: Environ, start_response: StartResponse, tag: bytes) -> None:
        self._start, self._method, self._tag = start_response, environ["REQUEST_METHOD"], tag
        self._injector: Injector | None = None
        self._parts = app(environ, self._begin)

    def _begin(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if takes_tag(self._method, {name.lower(): value for name, value in headers}):
            self._injector = Injector(self._tag)
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        return self._start(status, headers, exc_info) if exc_info else self._start(status, headers)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            # an application may begin its answer only when its first part is asked for
            yield self._injector.feed(part, last=False) if self._injector else part
        if self._injector:
            yield self._injector.feed(b"", last=True)

    def close(self) -> None:
        close = getattr(self._parts, "close", None)
        if close:
            close()
