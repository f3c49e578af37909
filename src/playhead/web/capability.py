"""Capability: the cookie with which a browser watches one session at the replay origin, as whoever is logged in.

Form      base64url(JSON) "." base64url(HMAC-SHA-256); it names a session, whose it is and until when
Narrow    host-only, HttpOnly, two cookies with one value: for the page of the session and for its API, no other path
Ends      an hour after it was last used; with the login, the account or the share link it came from, at once
"""

import base64
import binascii
import hmac
import time
from collections.abc import Callable
from typing import Final

import msgspec
from litestar.datastructures import Cookie

from playhead.query.handovers import Bearer, Kind

COOKIE: Final = "playhead_replay"
LASTS_S: Final = 3600
RENEWED_AFTER_S: Final = 600


class Capability(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    session: str
    kind: Kind
    ref: str
    until_s: int

    @property
    def bearer(self) -> Bearer:
        return Bearer(self.kind, self.ref)


class Capabilities:
    """Signs and reads them; `secret` is the server's own, the same on every node."""

    def __init__(self, secret: bytes, *, now_s: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(secret, b"replay capability", "sha256")
        self._now_s = now_s

    def issue(self, session_id: str, bearer: Bearer) -> str:
        until_s = int(self._now_s()) + LASTS_S
        return self._sealed(msgspec.json.encode(Capability(session_id, bearer.kind, bearer.ref, until_s)))

    def read(self, cookie: str, session_id: str) -> Capability | None:
        """Return what a cookie opens; None where it was forged, is over, or is of another session."""
        body, _, _ = cookie.partition(".")
        try:
            plain = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            if not hmac.compare_digest(cookie.encode(), self._sealed(plain).encode()):
                return None
            found = msgspec.json.decode(plain, type=Capability)
        except (binascii.Error, ValueError, UnicodeError):
            return None
        return found if found.session == session_id and found.until_s > self._now_s() else None

    def mark(self, *parts: str) -> str:
        """Return a mark of these parts that nobody else can make; 16 hexadecimal digits."""
        return hmac.digest(self._key, "\0".join(("mark", *parts)).encode(), "sha256").hex()[:16]

    def is_worn(self, capability: Capability) -> bool:
        """Whether it is time to renew it: what is in use goes on."""
        return capability.until_s - self._now_s() < LASTS_S - RENEWED_AFTER_S

    def _sealed(self, plain: bytes) -> str:
        proof = hmac.digest(self._key, plain, "sha256")
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (plain, proof))


def cookies_for(session_id: str, value: str, *, secure: bool) -> list[Cookie]:
    """The page is come to by a redirect from another site (lax); its API is asked by the page alone (strict)."""
    page, api = f"/sessions/{session_id}", f"/api/sessions/{session_id}"
    return [
        Cookie(COOKIE, page, value, max_age=LASTS_S, httponly=True, samesite="lax", secure=secure),
        Cookie(COOKIE, api, value, max_age=LASTS_S, httponly=True, samesite="strict", secure=secure),
    ]
