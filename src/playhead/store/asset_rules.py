"""Asset rules: whether a site's style sheets, fonts and pictures are kept, and of which hosts.

Shape   JSON {"on": true, "hosts": ["shop.example", "*.cdn.example", "static.example:8443"]}; without hosts those of the
        recorded pages count
Errors  AssetRulesError names the host and what would be right
"""

import re
from typing import Annotated, Final, NamedTuple

import msgspec

MAX_HOSTS: Final = 50
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[1-9]\d{{0,4}})?|\[[0-9a-f:]+\](?::[1-9]\d{{0,4}})?")

_Host = Annotated[str, msgspec.Meta(min_length=1, max_length=260)]


class AssetRulesError(ValueError):
    """A host cannot be used."""


class AssetRules(msgspec.Struct, frozen=True, omit_defaults=True):
    on: bool = False
    hosts: Annotated[tuple[_Host, ...], msgspec.Meta(max_length=MAX_HOSTS)] = ()


def checked_hosts(rules: AssetRules) -> AssetRules:
    """Return the rules with hosts in lower case; raises AssetRulesError."""
    hosts = tuple(host.strip().lower().rstrip(".") for host in rules.hosts)
    for host in hosts:
        if not _HOST.fullmatch(host) or (host.startswith("*.") and "." not in host[2:]):
            raise AssetRulesError(f"{host!r}: expected a host such as shop.example, *.cdn.example or shop.example:8443")
    return msgspec.structs.replace(rules, hosts=hosts)


class OwnHosts(NamedTuple):
    """Which hosts a file may come from: those the site names, else those of the pages on which it was asked for.

    A page says itself where it lies, so a port of its own counts only where an operator names it (`private`).
    """

    named: tuple[str, ...]
    pages: frozenset[str]
    private: frozenset[str]

    def has(self, host: str) -> bool:
        """Return whether a host, with its port unless that is the scheme's own, is one of them."""
        if not self.named:
            plain = ":" not in host.rpartition("]")[2]
            return host in self.pages and (plain or host in self.private)
        return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in self.named)
