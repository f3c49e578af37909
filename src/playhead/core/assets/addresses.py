"""Addresses of assets: made absolute, told apart from what is no address to fetch, named by a hash.

Shape   an `Address` is what is fetched (no fragment) and the fragment behind it ("#icon", or "")
"""

import hashlib
import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

MAX_CHARS: Final = 2_048
SCRUBBED: Final = re.compile(r"(?:\[|%5B)(?:EMAIL|CARD|IBAN|PHONE|SSN|TOKEN|KEY|SECRET)(?:\]|%5D)", re.IGNORECASE)
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = "/:?&=%+,;@!$*()~[]|'"
_BLANK: Final = re.compile(r"[\t\r\n]")
_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Address(NamedTuple):
    url: str
    fragment: str


def absolute(given: str, base: str) -> Address | None:
    """Return the http(s) address that `given` means on the page `base`; None where it is none, or too long.

    Names and passwords in an address are no part of it: they are nobody's to send.
    """
    text = _BLANK.sub("", given).strip()
    if not text or len(text) > MAX_CHARS or text.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(base, text))
        host, port = parts.hostname, parts.port
        if parts.scheme not in DEFAULT_PORTS or not host:
            return None
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except ValueError:  # UnicodeError is one
        return None
    where = f"[{host}]" if ":" in host else host
    where += "" if port is None or port == DEFAULT_PORTS[parts.scheme] else f":{port}"
    path, query = quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE)
    url = urlunsplit((parts.scheme, where, path, query, ""))
    fragment = "#" + quote(parts.fragment, safe=_SAFE) if parts.fragment else ""
    return Address(url, fragment) if len(url) <= MAX_CHARS else None


def host_of(url: str) -> str:
    """Return host, and port where it is not the scheme's own, of an absolute address: "shop.example:8443"."""
    return urlsplit(url).netloc.lower()


def hash_of(url: str) -> str:
    """Return the name of an address among the assets of a session: 32 hexadecimal digits."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def file_name(url: str) -> str:
    """Return the last part of the path, fit for a path of ours: style sheets may ask for `[src$=".png"]`."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return _NAME.sub("-", last)[-60:].strip("-.") or "asset"
