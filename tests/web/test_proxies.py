"""Whose request it is where proxies stand in front: what ours say counts, what a stranger says does not."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path

import pytest

from playhead.web.proxies import asking_address
from tests.web.test_api import PASSWORD, Client, recording

OURS = tuple(ipaddress.ip_network(one) for one in ("127.0.0.1", "10.0.0.0/8", "::1"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["1.1.1.1, 203.0.113.7, 10.0.0.5"], "203.0.113.7"),  # the first was the visitor's own invention
        ("127.0.0.1", ["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
        ("203.0.113.7", ["10.0.0.1"], "203.0.113.7"),  # whoever connects from elsewhere vouches for nobody
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["", " , "], "127.0.0.1"),
        ("127.0.0.1", ["<script>"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
        ("10.9.9.9", ["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        ("::1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["203.0.113.7:80"], "203.0.113.7"),
        ("/run/playhead.sock", ["203.0.113.7"], "/run/playhead.sock"),
    ],
)
def test_the_last_that_is_no_proxy_of_ours_asks(peer, forwarded, who):
    assert asking_address(peer, forwarded, OURS) == who


@pytest.mark.parametrize(("trusted", "seen"), [("127.0.0.1", "203.0.113.7"), ("", "127.0.0.1")])
def test_the_audit_log_says_who_asked(tmp_path: Path, trusted: str, seen: str):
    client = Client(tmp_path, admin_password=PASSWORD, trusted_proxies=trusted)
    headers = {"authorization": f"Bearer {PASSWORD}", "x-forwarded-for": "203.0.113.7"}
    assert client("POST", "/api/import", headers=headers, content=json.dumps(recording())).status_code == 201
    (entry,) = client("GET", "/api/audit?action=imported", headers=headers).json()["entries"]
    assert entry["address"] == seen
    client.services.store.close()
