"""Replay origin: a second host or port that shows one recording at a time and answers nothing else.

Beside a route stands where it answers when there is such an origin (`replay=…`): without a word at the main one alone;
ALSO at both; ONLY there, with programs that send a token answered at the main one too; ENTRANCE is its door.
`web/handover.py` is how a browser gets in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from playhead.config import Config

ALSO: Final = "also"
ONLY: Final = "only"
ENTRANCE: Final = "entrance"
_OWN_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class ReplayOrigin:
    """`url` as browsers say it, "" for `port` of whatever name they came by; `main_url` and `main_port` likewise."""

    port: int | None
    url: str
    main_url: str
    main_port: int

    def here(self, scope: Mapping[str, Any]) -> bool:
        """Whether a request (its ASGI scope, or `server` and `headers` alone) came to the origin that replays."""
        server = scope.get("server")
        if self.port is not None and server and server[1] == self.port:
            return True
        return bool(self.url) and _host(scope["headers"]) == plain_host(self.url)

    def address(self, scope: Mapping[str, Any]) -> str:
        """Return scheme and host of the origin that replays, for whoever sent this request."""
        return self.url or f"http://{_name(scope['headers'])}:{self.port}"

    def main(self, scope: Mapping[str, Any]) -> str:
        """Return scheme and host of everything else."""
        return self.main_url or f"http://{_name(scope['headers'])}:{self.main_port}"


def replay_origin_of(config: Config) -> ReplayOrigin | None:
    """Return what the settings say; None where recordings are shown on the server's one origin."""
    if config.replay_port is None and not config.replay_origin:
        return None
    main = urlsplit(config.public_url)
    main_url = f"{main.scheme}://{main.netloc}" if main.netloc else ""
    return ReplayOrigin(config.replay_port, config.replay_origin, main_url, config.port)


def replay_of(connection: Any) -> ReplayOrigin | None:
    return connection.app.state.services.replay


def at_replay(connection: Any) -> bool:
    """Whether this request came to the origin that replays."""
    replay = replay_of(connection)
    return replay is not None and replay.here(connection.scope)


def plain_host(url: str) -> str:
    """Return what browsers send as Host for this origin: without the scheme's own port, in lower case."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(_OWN_PORTS.get(parts.scheme, ""))


def _host(headers: Any) -> str:
    host = next((value.decode("latin-1").lower() for name, value in headers if name == b"host"), "")
    return host.removesuffix(":443").removesuffix(":80")


def _name(headers: Any) -> str:
    host = next((value.decode("latin-1") for name, value in headers if name == b"host"), "")
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
