"""Proxies: which address a request comes from where proxies stand in front, as far as those that are ours say."""

import ipaddress
from collections.abc import Sequence

from playhead.config import Network


def asking_address(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """Return who asks: the last in X-Forwarded-For that is no proxy of ours.

    `forwarded` are the header's values in the order they came; anybody can send one, so it counts only where `peer`,
    who connected, is one of `proxies`, and only up to the first address that none of them vouches for.
    """
    at = peer
    said = [one.strip() for value in forwarded for one in value.split(",")]
    while said and _is_ours(at, proxies) and (address := _address(said.pop())):
        at = address
    return at


def _is_ours(text: str, proxies: Sequence[Network]) -> bool:
    address = _address(text)
    return bool(address) and any(ipaddress.ip_address(address) in network for network in proxies)


def _address(text: str) -> str:
    """“203.0.113.7”, “[2001:db8::1]:443” and “::ffff:10.0.0.1” as addresses are written; "" for anything else."""
    bare = text.partition("]")[0].lstrip("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
