"""Config: what an operator decides, from flags first, then `PLAYHEAD_*` variables, then the defaults below.

Every setting is one field; its variable is `PLAYHEAD_` + the field's name in capitals.
"""

import dataclasses
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Role = Literal["all", "web", "worker"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Newcomers = Literal["viewer", "member", "admin"]
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")


class ConfigError(ValueError):
    """A setting has a value that cannot be used; the message names the setting and the variable."""


@dataclass(frozen=True, kw_only=True)
class Config:
    host: str = field(default="127.0.0.1", metadata={"help": "address to listen on"})
    port: int = field(default=8000, metadata={"help": "port to listen on; 0 picks a free one"})
    data: Path = field(default=Path("data"), metadata={"help": "directory that holds recordings and index"})
    index: str = field(default="", metadata={"help": "database of the index: postgresql://…; else SQLite"})
    objects: str = field(
        default="",
        metadata={"help": "where recordings go: s3://…, gs://…, az://…; else files"},
    )
    role: Role = field(default="all", metadata={"help": "all, web (no jobs) or worker (jobs only)"})
    admin_password: str = field(default="", metadata={"help": "asked for by every page unless bound to loopback"})
    public_url: str = field(default="", metadata={"help": "the address visitors' browsers reach this server at"})
    replay_origin: str = field(
        default="",
        metadata={"help": "a second address of this server, as https://…: recordings are shown there and nowhere else"},
    )
    replay_port: int | None = field(
        default=None,
        metadata={"help": "a second port, where recordings are shown and nothing else; 0 picks a free one"},
    )
    oidc_issuer: str = field(default="", metadata={"help": "identity provider to log in at, as https://…"})
    oidc_client_id: str = field(default="", metadata={"help": "this server's name at the identity provider"})
    oidc_client_secret: str = field(default="", metadata={"help": "its secret there; none for a public client"})
    oidc_name: str = field(default="your company", metadata={"help": "what the login page calls the provider"})
    oidc_newcomers: str = field(
        default="none",
        metadata={"help": "role of whoever the provider knows and nobody invited: none, viewer, member or admin"},
    )
    asset_private_hosts: str = field(
        default="",
        metadata={"help": "intranet hosts whose style sheets, fonts and pictures may be kept: wiki.internal,app:3000"},
    )
    trusted_proxies: str = field(
        default="",
        metadata={"help": "proxies in front, whose X-Forwarded-For says who asks: 127.0.0.1,10.0.0.0/8"},
    )
    log_format: str = field(default="text", metadata={"help": "text, or json for one JSON object a line"})
    log_level: str = field(default="warning", metadata={"help": "debug, info, warning or error"})

    @property
    def on_loopback(self) -> bool:
        """True where only this machine can connect."""
        return _is_loopback(self.host)

    @property
    def lets_others_in(self) -> str:
        """What makes this server reachable from other machines: where it listens, or a name others know it by, behind
        a proxy; "" where it is this machine's alone and no login is needed."""
        if not self.on_loopback:
            return f"listening on {self.host!r}"
        named = (self.public_url, self.replay_origin)
        return next((f"being reached at {one}" for one in named if one and not _is_loopback(_host_of(one))), "")

    @property
    def needs_login(self) -> bool:
        return bool(self.admin_password or self.oidc_issuer or self.lets_others_in)

    @property
    def proxies(self) -> tuple[Network, ...]:
        return tuple(ipaddress.ip_network(one, strict=False) for one in self.trusted_proxies.replace(",", " ").split())

    @property
    def private_hosts(self) -> frozenset[str]:
        """Hosts, with their port unless it is the scheme's own, whose addresses may be private."""
        return frozenset(self.asset_private_hosts.lower().replace(",", " ").split())

    @property
    def newcomers(self) -> Newcomers | None:
        """The role of people that only the identity provider knows; None lets none of them in."""
        return None if self.oidc_newcomers == "none" else self.oidc_newcomers  # pyright: ignore[reportReturnType]


def load_config(environ: Mapping[str, str], **flags: object) -> Config:
    """Merge flags (None is "not given") over variables over defaults, or raise ConfigError."""
    values: dict[str, object] = {}
    for setting in dataclasses.fields(Config):
        variable = f"PLAYHEAD_{setting.name.upper()}"
        given = flags.get(setting.name)
        raw = given if given is not None else environ.get(variable)
        if raw is not None and raw != "":
            values[setting.name] = _parse(setting.name, variable, raw)
    config = Config(**values)  # pyright: ignore[reportArgumentType]
    if bool(config.oidc_issuer) != bool(config.oidc_client_id):
        raise ConfigError("PLAYHEAD_OIDC_ISSUER and PLAYHEAD_OIDC_CLIENT_ID go together: set both or none")
    _check_replay(config)
    if config.lets_others_in and len(config.admin_password) < 12:
        raise ConfigError(
            f"{config.lets_others_in} lets other machines in: set PLAYHEAD_ADMIN_PASSWORD "
            "(12 characters or more) first, or listen on 127.0.0.1 and under no other name"
        )
    return config


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host_of(url: str) -> str:
    """The host an address names; "?" where it cannot be read, which is nobody's loopback."""
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"


def _check_replay(config: Config) -> None:
    """Two origins have to be two, and each has to know how browsers reach the other."""
    main = config.public_url
    if config.replay_origin:
        if not main:
            raise ConfigError("PLAYHEAD_REPLAY_ORIGIN needs PLAYHEAD_PUBLIC_URL: the address of everything else")
        if urlsplit(main).netloc.lower() == urlsplit(config.replay_origin).netloc:
            raise ConfigError("PLAYHEAD_REPLAY_ORIGIN must be another host or port than PLAYHEAD_PUBLIC_URL")
    elif config.replay_port is not None and main.startswith("https:"):
        raise ConfigError("behind https a replay port needs PLAYHEAD_REPLAY_ORIGIN: the address browsers reach it at")
    if config.replay_port and config.replay_port == config.port:
        raise ConfigError(f"PLAYHEAD_REPLAY_PORT must be another port than {config.port}")


def _parse(name: str, variable: str, raw: object) -> object:
    match name:
        case "port" | "replay_port":
            text = str(raw)
            if not (text.isascii() and text.isdecimal()) or int(text) > 65535:
                what = name.replace("_", " ")
                raise ConfigError(f"{what} ({variable}) must be a number from 0 to 65535, not {text!r}")
            return int(text)
        case "data":
            return Path(str(raw)).expanduser()
        case "role":
            return _one_of(variable, str(raw), ("all", "web", "worker"))
        case "oidc_newcomers":
            return _one_of(variable, str(raw), ("none", "viewer", "member", "admin"))
        case "replay_origin":
            return _origin(variable, str(raw))
        case "oidc_issuer":
            return _issuer(variable, str(raw))
        case "log_format":
            return _one_of(variable, str(raw).lower(), ("text", "json"))
        case "trusted_proxies":
            return _networks(variable, str(raw))
        case "log_level":
            return _one_of(variable, str(raw).lower(), ("debug", "info", "warning", "error"))
        case _:
            return str(raw)


def _networks(variable: str, value: str) -> str:
    for one in value.replace(",", " ").split():
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise ConfigError(
                f"{variable} must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, not {one!r}"
            ) from None
    return value


def _one_of(variable: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigError(f"{variable} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _origin(variable: str, value: str) -> str:
    """Return scheme and host in lower case; anything behind them is a mistake."""
    try:
        parts = urlsplit(value.lower())
        wrong = parts.port == 0 or "@" in parts.netloc or not parts.hostname
    except ValueError:
        raise ConfigError(f"{variable} must be an address such as https://replay.example, not {value!r}") from None
    if wrong or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigError(f"{variable} must be an address such as https://replay.example, not {value!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _issuer(variable: str, value: str) -> str:
    """An identity provider is asked over https; plain http only on this machine."""
    host = urlsplit(value).hostname or ""
    if not (value.startswith("https://") or (value.startswith("http://") and host in LOOPBACK_NAMES)):
        raise ConfigError(f"{variable} must begin with https://, not {value!r}")
    return value
