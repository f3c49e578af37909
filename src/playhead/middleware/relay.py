"""Relay: what both middlewares do for a request of the recorder: pass it on to the Playhead server and back.

Only these addresses under the prefix exist: `recorder.js` and the scripts it fetches (kept in memory), `ingest`, and
`sessions/ID` (a redirect for people, so that `playhead.sessionUrl()` leads somewhere). Cookies and other headers of
the visitor are not passed on.
"""

import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from playhead.static_files import RECORDER_SCRIPTS

MAX_BODY_BYTES: Final = 33 << 20  # the server refuses more
TIMEOUT_S: Final = 30.0
SCRIPT_LASTS_S: Final = 300.0
SCRIPTS: Final = tuple(f"/{name}" for name in RECORDER_SCRIPTS)
_PASSED_ON: Final = ("content-type", "cache-control", "retry-after", "etag")
_SESSION: Final = re.compile(r"/sessions/[A-Za-z0-9_-]{1,64}")
_ATTRIBUTE: Final = re.compile(r"[a-z][a-z-]{0,40}")


class RelayError(ValueError):
    """The middleware was given options that cannot work; the message says which."""


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Relay:
    def __init__(self, *, site: str, server: str, prefix: str, attributes: Mapping[str, str] | None) -> None:
        if urlsplit(server).scheme not in ("http", "https"):
            raise RelayError(f"server must be the address of a Playhead server, such as https://…, not {server!r}")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", site):
            raise RelayError(f"site must be the site's key, not {site!r}")
        if not re.fullmatch(r"(?:/[A-Za-z0-9_.~-]+)+", prefix):
            raise RelayError(f"prefix must be a path such as /playhead, not {prefix!r}")
        self.prefix = prefix
        self._server = server.rstrip("/")
        self._scripts: dict[str, tuple[Answer, float]] = {}  # with when they were read
        self._lock = threading.Lock()
        self.tag = self._tag(site, attributes or {})

    def owns(self, path: str) -> bool:
        rest = path.removeprefix(self.prefix) if path.startswith(f"{self.prefix}/") else ""
        return rest in SCRIPTS or rest == "/ingest" or bool(_SESSION.fullmatch(rest))

    def answer(self, method: str, path: str, query: str, body: bytes, content_type: str) -> Answer:
        """Answer a request whose path `owns` said yes to; never raises."""
        rest = path.removeprefix(self.prefix)
        if rest in SCRIPTS:
            return self._recorder(rest)
        if rest != "/ingest":
            return Answer(302, [("location", self._server + rest)], b"")
        if method not in ("GET", "POST"):
            return Answer(405, [("allow", "GET, POST")], b"")
        if len(body) > MAX_BODY_BYTES:
            return Answer(413, [], b"")
        return self._send(method, f"/ingest?{query}", body if method == "POST" else None, content_type)

    def _recorder(self, name: str) -> Answer:
        with self._lock:
            kept, read_at = self._scripts.get(name, (None, 0.0))
        if kept is not None and time.monotonic() - read_at < SCRIPT_LASTS_S:
            return kept
        found = self._send("GET", name, None, "")
        if found.status != 200:
            return kept or found  # the server is away: the recorder of a while ago does as well
        with self._lock:
            self._scripts[name] = found, time.monotonic()
        return found

    def _send(self, method: str, path: str, body: bytes | None, content_type: str) -> Answer:
        asked = urllib.request.Request(self._server + path, data=body, method=method)
        if body is not None:
            asked.add_header("content-type", content_type or "text/plain")
        try:
            with _OPENER.open(asked, timeout=TIMEOUT_S) as answer:
                return Answer(answer.status, _headers(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, _headers(error.headers), error.read())
        except (OSError, ValueError):
            return Answer(503, [("retry-after", "5")], b"")  # the recorder keeps its batches and asks again

    def _tag(self, site: str, attributes: Mapping[str, str]) -> bytes:
        for name in attributes:
            if not _ATTRIBUTE.fullmatch(name):
                raise RelayError(f"attribute {name!r}: write data-mask-text as mask-text")
        said = {"site": site, **attributes}
        data = "".join(f' data-{name}="{escape(value, quote=True)}"' for name, value in said.items())
        return f'<script async src="{self.prefix}/recorder.js"{data}></script>'.encode()


App = TypeVar("App")


class Around(Generic[App]):
    """What both middlewares are told."""

    def __init__(
        self,
        app: App,
        *,
        site: str,
        server: str,
        prefix: str = "/playhead",
        attributes: Mapping[str, str] | None = None,
        exclude: Sequence[str] = (),
    ) -> None:
        """`attributes` go into the tag ({"start": "manual"}); pages under a path of `exclude` get no tag.

        Raises RelayError where an option cannot work.
        """
        self._app, self._exclude = app, tuple(exclude)
        self._relay = Relay(site=site, server=server, prefix=prefix, attributes=attributes)


class Injector:
    """Puts the tag into a page that comes in parts: before `</head>`, waited for in its first 64 KB."""

    WAIT_BYTES: Final = 64 << 10
    _HEAD_ENDS: Final = re.compile(rb"</head\s*>", re.I)

    def __init__(self, tag: bytes) -> None:
        self._tag, self._waiting, self._done = tag, b"", False

    def feed(self, part: bytes, *, last: bool) -> bytes:
        """Return what may be sent on."""
        if self._done:
            return part
        self._waiting += part
        found = self._HEAD_ENDS.search(self._waiting)
        if found is None and not last and len(self._waiting) < self.WAIT_BYTES:
            return b""
        self._done = True
        page, self._waiting = self._waiting, b""
        return page if found is None else page[: found.start()] + self._tag + page[found.start() :]


def takes_tag(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a page with these headers (names in lower case) is one to put the tag into."""
    html = headers.get("content-type", "").lower().startswith("text/html")
    return method == "GET" and html and headers.get("content-encoding", "identity") == "identity"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _headers(headers: object) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers.items() if name.lower() in _PASSED_ON]  # type: ignore[attr-defined]
