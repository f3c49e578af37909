"""Passwords: scrypt (RFC 7914), as one text that says how it was made, so that the cost can grow later.

Shape   scrypt$LOG2_N$R$P$SALT$KEY, salt and key in base64
Cost    2^15 · 8 · 3, OWASP's table: 32 MiB and about 0.2 s a try; at most two tries at once
"""

import base64
import hashlib
import hmac
import secrets
import threading
from typing import Final

MIN_CHARS: Final = 12
MAX_CHARS: Final = 1024
_LOG2_N, _R, _P = 15, 8, 3
_BYTES: Final = 32
_at_once = threading.BoundedSemaphore(2)


class PasswordError(ValueError):
    """The password may not be used; the message says why."""


def hash_password(password: str) -> str:
    """Return what is kept of a password; raises PasswordError where it is too short or too long."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise PasswordError(f"a password has {MIN_CHARS} to {MAX_CHARS} characters, this one has {len(password)}")
    if len(set(password)) < 5:
        raise PasswordError("a password needs more than a few characters repeated")
    salt = secrets.token_bytes(16)
    key = _scrypt(password, salt, _LOG2_N, _R, _P)
    return "$".join(["scrypt", str(_LOG2_N), str(_R), str(_P), _encode(salt), _encode(key)])


def check_password(password: str, kept: str) -> bool:
    """Return whether a password is the one kept; takes as long where nothing is kept."""
    if len(password) > MAX_CHARS:
        return False
    try:
        kind, log2_n, r, p, salt, key = (kept or _NOBODYS).split("$")
        made = _scrypt(password, base64.b64decode(salt), int(log2_n), int(r), int(p))
        return kind == "scrypt" and hmac.compare_digest(made, base64.b64decode(key)) and bool(kept)
    except ValueError:
        return False


def _scrypt(password: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    with _at_once:
        return hashlib.scrypt(
            password.encode(), salt=salt, n=1 << log2_n, r=r, p=p, dklen=_BYTES, maxmem=(128 * r << log2_n) * 2
        )


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


_NOBODYS: Final = "$".join(["scrypt", str(_LOG2_N), str(_R), str(_P), _encode(bytes(16)), _encode(bytes(_BYTES))])
