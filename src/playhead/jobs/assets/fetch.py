"""Fetch: one file of a recorded page, over connections that go where `reachable` says and nowhere else.

Sent     GET with a name of our own; no cookie, no credential, no referrer, no proxy of the environment
Followed up to MAX_HOPS redirects, each an address of its own to every rule
Limits   bytes while they arrive, seconds for the whole (a server that drips is not waited for), one try
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import httpcore

from playhead import __version__
from playhead.core.assets.addresses import absolute, host_of
from playhead.core.assets.kinds import kind_of
from playhead.jobs.assets import reachable
from playhead.jobs.assets.reachable import Resolve, Unreachable, checked_addresses
from playhead.store.inflate import InflateError, inflate

MAX_BYTES: Final = 8 << 20
MAX_S: Final = 10.0
MAX_HOPS: Final = 3
FOREIGN: Final = "not one of the site's hosts"
_HEADERS: Final = (
    (b"user-agent", f"Playhead/{__version__} (asset cache)".encode()),
    (b"accept", b"text/css,image/avif,image/webp,image/*,font/*;q=0.9"),
    (b"accept-encoding", b"gzip, identity;q=0.5"),
)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FAILURES: Final = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, OSError)


class NotKept(ValueError):
    """The file is not kept; the message is a reason people read."""


class Fetched(NamedTuple):
    url: str  # behind all redirects: addresses inside a sheet are relative to it
    kind: str  # media type, by the first bytes
    said: str  # Content-Type
    body: bytes


class Fetcher:
    """Makes one request at a time; not to be shared by threads.

    `private` names hosts ("wiki.internal", "localhost:3000") whose addresses may be private, and their ports.
    """

    def __init__(
        self,
        *,
        private: Iterable[str] = (),
        resolve: Resolve = reachable.resolve,
        max_bytes: int = MAX_BYTES,
        max_s: float = MAX_S,
    ) -> None:
        self._private = frozenset(private)
        self._max_bytes, self._max_s = max_bytes, max_s
        self._line = _Line(self._is_private, resolve)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpcore.default_ssl_context(),
            max_connections=1,
            keepalive_expiry=5.0,
            http2=False,
            retries=0,
            network_backend=self._line,
        )

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def fetch(self, url: str, *, may: Callable[[str], bool]) -> Fetched:
        """Return the file at an absolute address, or raise NotKept; `may` tells which hosts the site calls its own."""
        self._line.end_s = time.monotonic() + self._max_s
        for _ in range(MAX_HOPS + 1):
            if not may(host_of(url)):
                raise NotKept(FOREIGN)
            try:
                answer = self._get(url)
            except Unreachable as error:
                raise NotKept(str(error)) from None
            except httpcore.TimeoutException:
                raise NotKept("too slow") from None
            except _FAILURES:
                raise NotKept("cannot be reached") from None
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise NotKept("too many redirects")

    def _get(self, url: str) -> Fetched | str:
        """Return the file, or where it is said to be."""
        waits = dict.fromkeys(("connect", "read", "write", "pool"), self._max_s)
        with self._pool.stream("GET", url, headers=list(_HEADERS), extensions={"timeout": waits}) as answer:
            headers = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
            if answer.status in _REDIRECTS:
                found = absolute(headers.get(b"location", ""), url)
                if found is None:
                    raise NotKept("a redirect to no address")
                return found.url
            if answer.status != 200:
                raise NotKept(f"answered {answer.status}")
            said = headers.get(b"content-type", "")[:200].lower()
            body = self._body(answer, headers)
        kind = kind_of(body, said)
        if kind is None:
            raise NotKept("no picture, font or style sheet")
        return Fetched(url, kind, said, body)

    def _body(self, answer: httpcore.Response, headers: dict[bytes, str]) -> bytes:
        length = headers.get(b"content-length", "")
        if length.isascii() and length.isdecimal() and int(length) > self._max_bytes:
            raise NotKept("too large")
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_stream():  # pyright: ignore[reportAttributeAccessIssue]
            size += len(part)
            if size > self._max_bytes:
                raise NotKept("too large")
            parts.append(part)
        body, encoding = b"".join(parts), headers.get(b"content-encoding", "identity").strip().lower()
        if encoding in ("", "identity"):
            return body
        if encoding not in ("gzip", "x-gzip"):
            raise NotKept("an encoding nobody asked for")
        try:
            return inflate(body, limit_bytes=self._max_bytes)
        except InflateError:
            raise NotKept("too large, or damaged gzip") from None

    def _is_private(self, host: str, port: int) -> bool:
        return host in self._private or f"{host}:{port}" in self._private or f"[{host}]:{port}" in self._private


class _Line(httpcore.NetworkBackend):
    """Connects to checked addresses; TLS still asks for the certificate of the name."""

    def __init__(self, is_private: Callable[[str, int], bool], resolve: Resolve) -> None:
        self.end_s = 0.0
        self._is_private, self._resolve = is_private, resolve
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        host = host.strip("[]")
        checked = checked_addresses(host, port, private=self._is_private(host, port), resolve=self._resolve)
        failure: Exception = httpcore.ConnectError("no address")
        for address in checked[:4]:
            try:
                stream = self._plain.connect_tcp(address, port, timeout=_left_s(self), socket_options=socket_options)
                return _Timed(stream, self)
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise Unreachable("private address")


class _Timed(httpcore.NetworkStream):
    """A connection on which every wait ends when the whole request must."""

    def __init__(self, stream: httpcore.NetworkStream, line: _Line) -> None:
        self._stream, self._line = stream, line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left_s(self._line))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left_s(self._line))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left_s(self._line))
        return _Timed(stream, self._line)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left_s(line: _Line) -> float:
    left = line.end_s - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("too slow")
    return left
