"""Which addresses may be connected to: public ones, whole; private ones by an operator's word; some never."""

import ipaddress

import pytest

from playhead.jobs.assets.reachable import Unreachable, checked_addresses, may_reach, resolve

PUBLIC = "93.184.215.14 8.8.8.8 1.1.1.1 2606:4700:4700::1111 2a00:1450:4001::1".split()
PRIVATE = "10.0.0.1 10.255.255.255 172.16.0.1 172.31.9.9 192.168.1.1 127.0.0.1 127.9.9.9 100.64.0.1 ::1 fd00::1".split()
NEVER = (
    "169.254.169.254 169.254.1.1 0.0.0.0 0.1.2.3 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 100.100.100.200 "
    "192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1 fe80::1 ff02::1 :: fd00:ec2::254 fec0::1 "
    "2001:db8::1 100::1 "
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::8.8.8.8 "  # mapped, compatible
    "64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a00:1 "  # NAT64
    "2002:7f00:1:: 2002:a9fe:a9fe::1 2001:0:4136:e378:8000:63bf:3fff:fdd2"  # 6to4, Teredo
).split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may(address):
    assert may_reach(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_may_where_an_operator_says_so(address):
    assert not may_reach(ipaddress.ip_address(address))
    assert may_reach(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_never_may(address):
    assert not may_reach(ipaddress.ip_address(address))
    assert not may_reach(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost", "127.0.0.1", "::1"])
def test_this_machine_has_many_spellings(host):
    with pytest.raises(Unreachable, match=r"private address|no such host"):
        checked_addresses(host, 80, private=False, resolve=resolve)


def test_one_bad_address_spoils_the_name():
    with pytest.raises(Unreachable, match="private"):
        checked_addresses("x.test", 80, private=False, resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])


@pytest.mark.parametrize("said", [[], ["nonsense"], ["fe80::1%eth0"]])
def test_what_a_resolver_may_say(said):
    with pytest.raises(Unreachable):
        checked_addresses("x.test", 80, private=True, resolve=lambda *_: said)
