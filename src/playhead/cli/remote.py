"""Requests of the command line to a Playhead server."""

import json
import os
import urllib.error
import urllib.request
from urllib.parse import urlencode, urlsplit

from playhead.cli.errors import InputError

TIMEOUT_S = 600  # a large import is digested before it is answered
ABOUT_THE_BODY = (400, 413, 415, 422)


class BodyRefused(InputError):
    """The server read what it was sent, and will not have it; another body may fare better."""

    def __init__(self, server: str, said: str) -> None:
        super().__init__(f"{server}: {said}")
        self.said = said


def request(
    server: str,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    query: dict[str, str] | None = None,
    json_body: bool = False,
) -> bytes:
    """Send one request to `path`, quoted as it must be; return the answer's body, or raise InputError with the
    server's own words."""
    if urlsplit(server).scheme not in ("http", "https"):
        raise InputError(f"--server {server}: expected an address such as https://playhead.example")
    url = server.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
    asked = urllib.request.Request(url, data=body, method=method, headers=_headers(body, json_body))
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if body is not None and error.code in ABOUT_THE_BODY:
            raise BodyRefused(server, _detail(error)) from None
        raise InputError(f"{server}: {_detail(error)}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        told = "nobody listens there: is the server running?" if isinstance(reason, ConnectionRefusedError) else reason
        raise InputError(f"{server}: {told}") from None


def _headers(body: bytes | None, json_body: bool) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json" if json_body else "application/octet-stream"
    if credential := os.environ.get("PLAYHEAD_TOKEN") or os.environ.get("PLAYHEAD_ADMIN_PASSWORD"):
        headers["Authorization"] = f"Bearer {credential}"
    return headers


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(65_536))["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"answered {error.code} {error.reason}"
