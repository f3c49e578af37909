"""`playhead serve`: the server."""

import argparse
import dataclasses
import os
import socket
import sys
from typing import TYPE_CHECKING

from playhead.cli.errors import InputError
from playhead.cli.logs import set_up
from playhead.config import Config, ConfigError, load_config

if TYPE_CHECKING:
    from playhead.web.services import Services

BACKLOG = 2048
GRACE_S = 10  # an open request may take this long after a stop was asked for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_server_arguments(parser)
    parser.add_argument("--role", choices=("all", "web", "worker"), help=_help("role"))
    parser.add_argument("--public-url", help=_help("public_url"))
    parser.add_argument("--replay-origin", metavar="URL", help=_help("replay_origin"))


def add_server_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help=_help("host"))
    parser.add_argument("--port", help=_help("port"))
    parser.add_argument("--replay-port", metavar="PORT", help=_help("replay_port"))
    parser.add_argument("--data", metavar="DIR", help=_help("data"))
    parser.add_argument("--index", metavar="URL", help=_help("index"))
    parser.add_argument("--objects", metavar="URL", help=_help("objects"))
    parser.add_argument("--log-format", choices=("text", "json"), help=_help("log_format"))
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), help=_help("log_level"))


def run(args: argparse.Namespace) -> int:
    config, sockets = listening(config_from(args))
    url = url_of(config)
    lines = [f"Start page  {url}/", f"Sessions    {url}/sessions", f"Data        {config.data.resolve()}"]
    lines += replay_line(config)
    return serve(config, sockets, lines)


def config_from(args: argparse.Namespace) -> Config:
    names = {setting.name for setting in dataclasses.fields(Config)}
    flags = {name: value for name, value in vars(args).items() if name in names}
    try:
        return load_config(os.environ, **flags)
    except ConfigError as error:
        raise InputError(str(error)) from None


def listening(config: Config) -> tuple[Config, list[socket.socket]]:
    """Bind every port, and say in the config which they are where free ones were asked for."""
    sockets = [listen(config, config.port)]
    ports: dict[str, int] = {"port": sockets[0].getsockname()[1]}
    if config.replay_port is not None:
        sockets.append(listen(config, config.replay_port, "--replay-port"))
        ports["replay_port"] = sockets[1].getsockname()[1]
    return dataclasses.replace(config, **ports), sockets  # pyright: ignore[reportArgumentType]


def listen(config: Config, port: int, flag: str = "--port") -> socket.socket:
    """Bind before anything else is opened, so that a taken port is one clear line."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((config.host.strip("[]"), port))
    except OSError as error:
        sock.close()
        reason = error.strerror or str(error)
        raise InputError(f"cannot listen on {config.host}:{port}: {reason}; try another {flag}") from None
    sock.listen(BACKLOG)
    return sock


def url_of(config: Config, port: int | None = None) -> str:
    host = f"[{config.host.strip('[]')}]" if ":" in config.host else config.host
    return f"http://{host}:{port or config.port}"


def replay_line(config: Config) -> list[str]:
    if config.replay_port is None and not config.replay_origin:
        return []
    return [f"Replay      {config.replay_origin or url_of(config, config.replay_port)}"]


def serve(config: Config, sockets: list[socket.socket], lines: list[str]) -> int:
    """Serve on these sockets until told to stop; prints `lines` once requests are answered."""
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print("\n".join(lines), flush=True)
            print("Ready. Press Ctrl+C to stop.", flush=True)

    set_up(config.log_level, config.log_format)
    services = _opened(config)
    from playhead.ingest.protocol import protocol_for
    from playhead.web.app import create_app

    settings = uvicorn.Config(
        create_app(services),
        http=protocol_for(services.ingest, services.replay.here if services.replay else None),
        log_config=None,
        log_level=config.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Announcing(settings)
    server.run(sockets=sockets)
    if not server.started:
        print("playhead: the server could not start; its log above says why", file=sys.stderr)
        return 1
    return 0


def _opened(config: Config) -> "Services":
    from playhead.store.index import IndexVersionError
    from playhead.wiring import build_services

    try:
        return build_services(config)
    except OSError as error:
        raise InputError(f"cannot keep data in {config.data}: {error.strerror or error}") from None
    except IndexVersionError as error:
        raise InputError(str(error)) from None


def _help(name: str) -> str:
    setting = next(setting for setting in dataclasses.fields(Config) if setting.name == name)
    default = "" if setting.default in ("", None, dataclasses.MISSING) else f", default {setting.default}"
    return f"{setting.metadata['help']} (PLAYHEAD_{name.upper()}{default})"
