"""Planted secrets in what is drawn: pictures and films of two visits that differ in their secrets alone are the same.

A visit is sent once more with other secrets of the same kinds in every place, as another session, and, to show that a
difference would be seen, a third time with another word for "Orders"."""

from __future__ import annotations

import gzip
import urllib.request
from urllib.parse import parse_qs, quote, urlsplit

from tests.browser.pages.test_pages_film import exported, filmed
from tests.browser.recorder.test_recorder_planted import settings, visit, wait_until_scrubbed
from tests.planted import CARD, HIDDEN, IBAN, JWT, KEY, MAIL, NAMED, NOTE, PASSWORD, TYPED, Heard, found_in

OTHERS = {
    MAIL: "charles.babbage@engine.example",
    CARD: "5555 5555 5555 4444",
    IBAN: "GB82 WEST 1234 5698 7654 32",
    JWT: "eyJhbGciOiJIUzM4NCJ9.eyJzdWIiOiJjaGFybGVzLWJhYmJhZ2UifQ.c2lnbmF0dXJlLW9mLWNoYXJsZXM",
    KEY: "sk-proj-9Zz8Yy7Xx6Ww5Vv4Uu3Tt2Ss1Rr",
    NAMED: "treasure-31415",
    PASSWORD: "analytical-engine-1837",
    HIDDEN: "csrf-charles-4242424",
    TYPED: "letters-of-charles-and-of-others",
    NOTE: "something-quite-different",
}


def in_every_form(text: str, others: dict[str, str]) -> str:
    for one, other in others.items():
        for form in (str, lambda said: said.replace(" ", ""), lambda said: said.replace("@", "%40"), quote):
            text = text.replace(form(one), form(other))
    return text


def send_as(server: Heard, session: str, sent: list[tuple[str, bytes]], name: str, others: dict[str, str]) -> None:
    visitor = parse_qs(urlsplit(sent[0][0]).query)["visitor"][0]
    for url, body in sent:
        plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        url, text = (
            one.replace(session, name).replace(visitor, "v_" + "0" * 32)
            for one in (url, in_every_form(plain.decode(), others))
        )
        urllib.request.urlopen(urllib.request.Request(url, text.encode(), method="POST"), timeout=30).close()


def drawn(server: Heard, session: str) -> tuple[list[bytes], bytes]:
    """Pictures of three moments and a film of the last second and a half; 0 is the page as it came."""
    pictures = [exported(server, session, f"export.png?from_ms={at_ms}") for at_ms in (200, 900, 1_800)]
    return pictures, filmed(server, session, "kind=gif&from_ms=500&to_ms=1800")


def test_no_picture_or_film_depends_on_them(page, site, tmp_path):
    server = Heard(tmp_path / "data", "--log-level", "debug").start()
    try:
        settings(server, privacy="standard")
        session, sent = visit(page, site, server)
        send_as(server, session, sent, "s_other", OTHERS)
        send_as(server, session, sent, "s_things", {"Orders": "Things"})
        wait_until_scrubbed(server.data)
        pictures, film = drawn(server, session)
        assert all(one.startswith(b"\x89PNG") for one in pictures) and film.startswith(b"GIF8")
        assert drawn(server, "s_other") == (pictures, film)
        things, other_film = drawn(server, "s_things")
        assert things[-1] != pictures[-1] and other_film != film
        assert found_in(b"".join([*pictures, film]).decode("latin-1")) == []
    finally:
        server.kill()
