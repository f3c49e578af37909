"""Reachable: which addresses of the network the server may connect to when a recording names a host.

A recording is written by strangers: a host in it may be this machine, a neighbour of it, or a cloud's metadata service,
by number, by name, through a redirect, or by a name that means something else a second later. So a name is resolved
once, every address it has is checked, and the connection goes to the checked address itself.

Never    link-local (169.254.169.254 and fe80::), multicast, unspecified, reserved; addresses that carry another inside
         (IPv4-mapped, 6to4, Teredo, NAT64): a translator on the way would take them where we may not go
Private  loopback, RFC 1918, CGNAT (100.64.0.0/10), unique-local: for hosts an operator names alone
Ports    the scheme's own, else those of a host that is named with one
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

_CARRIERS: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
_LOOPBACK: Final = ipaddress.ip_address("::1")  # lies in ::/96
_METADATA: Final = tuple(ipaddress.ip_address(one) for one in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200"))
_SPECIAL: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "100::/64", "2001:db8::/32", "5f00::/16", "fec0::/10"),
    )
)
_PRIVATE: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)


class Unreachable(ValueError):
    """The server may not, or cannot, connect there; the message is a reason people read."""


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(host: str, port: int, *, private: bool, resolve: Resolve = resolve) -> list[str]:
    """Return the addresses of a host, all of which may be connected to; raises Unreachable.

    One address that may not be reached spoils the name: whoever mixes them in means harm.
    """
    try:
        found = [ipaddress.ip_address(one.partition("%")[0]) for one in resolve(host, port)]
    except (OSError, ValueError):  # UnicodeError is one
        raise Unreachable("no such host") from None
    if not found:
        raise Unreachable("no such host")
    for address in found:
        if not may_reach(address, private=private):
            raise Unreachable("private address")
    return [str(address) for address in found]


def may_reach(address: Ip, *, private: bool = False) -> bool:
    """Return whether a connection may be made; `private` where an operator named the host."""
    if address in _METADATA or _is_in(address, _SPECIAL) or (address != _LOOPBACK and _is_in(address, _CARRIERS)):
        return False
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if _is_in(address, _PRIVATE):
        return private
    return address.is_global


def _is_in(address: Ip, nets: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return any(address in net for net in nets if net.version == address.version)
