"""OIDC: log in at an identity provider (authorization code with PKCE, RFC 7636; OpenID Connect Core 1.0).

The ID token's signature, issuer, audience, expiry and nonce are checked with the provider's published keys.
Errors  LoginRefused says what went wrong in words for the person who wanted in
"""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import msgspec

FLOW_COOKIE: Final = "playhead_oidc"
FLOW_LASTS_S: Final = 600
METADATA_LASTS_S: Final = 3600.0
TIMEOUT_S: Final = 10.0
LEEWAY_S: Final = 60
MAX_BYTES: Final = 1 << 20
# asymmetric only: with "none" or HS256 whoever knows the public key or nothing at all could sign
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class LoginRefused(ValueError):
    """The login at the identity provider did not work; the message says why."""


class Claims(NamedTuple):
    subject: str  # "ISSUER SUB": unique for ever, where an address is not
    email: str
    email_verified: bool
    name: str


class _Flow(msgspec.Struct):
    state: str
    nonce: str
    verifier: str
    next: str
    expires_s: int


class Provider:
    def __init__(self, *, issuer: str, client_id: str, client_secret: str, name: str, secret: bytes) -> None:
        self.name = name
        self._issuer, self._client_id, self._client_secret = issuer.rstrip("/"), client_id, client_secret
        self._key = hmac.digest(secret, b"oidc flow", "sha256")
        self._metadata: dict[str, Any] = {}
        self._read_at = -METADATA_LASTS_S

    async def begin(self, redirect_uri: str, wanted: str) -> tuple[str, str]:
        """Return where to send the browser, and the value of the cookie that remembers it."""
        metadata = await self._discover()
        flow = _Flow(
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(48),
            wanted,
            int(time.time()) + FLOW_LASTS_S,
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = _endpoint(metadata, "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", self._seal(flow)

    async def finish(self, answer: dict[str, Any], cookie: str, redirect_uri: str) -> tuple[Claims, str]:
        """Return who the provider says this is and where they wanted to go; raises LoginRefused."""
        flow = self._unseal(cookie)
        if flow is None or not hmac.compare_digest(str(answer.get("state", "")).encode(), flow.state.encode()):
            raise LoginRefused("this login was not begun in this browser, or too long ago: try again")
        if wrong := answer.get("error"):
            raise LoginRefused(f"{self.name} refused: {str(answer.get('error_description') or wrong)[:200]}")
        metadata = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": str(answer.get("code", "")),
            "redirect_uri": redirect_uri,
            "code_verifier": flow.verifier,
        }
        given = await self._send("POST", _endpoint(metadata, "token_endpoint"), form)
        claims = await self._verified(str(given.get("id_token", "")), metadata, flow.nonce)
        if not claims.get("email") and given.get("access_token") and metadata.get("userinfo_endpoint"):
            more = await self._send("GET", _endpoint(metadata, "userinfo_endpoint"), bearer=str(given["access_token"]))
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        email = str(claims.get("email") or "")
        verified = bool(email) and claims.get("email_verified") in (True, "true")
        name = str(claims.get("name") or "")
        return Claims(f"{self._issuer} {claims['sub']}", email, verified, name), flow.next

    async def _verified(self, token: str, metadata: dict[str, Any], nonce: str) -> dict[str, Any]:
        import jwt

        keys = await self._send("GET", _endpoint(metadata, "jwks_uri"))
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            usable = [one for one in keys.get("keys", []) if one.get("use", "sig") == "sig"]
            named = [one for one in usable if key_id is None or one.get("kid") == key_id] or usable
            if not named:
                raise jwt.InvalidTokenError("the provider publishes no key")
            claims = jwt.decode(
                token,
                jwt.PyJWK(named[0]),
                algorithms=ALGORITHMS,
                audience=self._client_id,
                issuer=str(metadata["issuer"]),
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise LoginRefused(f"{self.name} sent a token that does not hold: {error}") from None
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise LoginRefused(f"{self.name} sent a token that was made for another login")
        if isinstance(claims["aud"], list) and claims.get("azp", self._client_id) != self._client_id:
            raise LoginRefused(f"{self.name} sent a token that was made for another application")
        return claims

    async def _discover(self) -> dict[str, Any]:
        if time.monotonic() - self._read_at >= METADATA_LASTS_S:
            found = await self._send("GET", f"{self._issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise LoginRefused(f"{self._issuer} says it is {str(found.get('issuer'))[:100]!r}")
            self._metadata, self._read_at = found, time.monotonic()
        return self._metadata

    async def _send(
        self, method: str, url: str, form: dict[str, str] | None = None, *, bearer: str = ""
    ) -> dict[str, Any]:
        import httpx

        # client_secret_basic, which every provider must know; a public client names itself in the form
        auth = (self._client_id, self._client_secret) if form is not None and self._client_secret else None
        if form is not None and auth is None:
            form = {**form, "client_id": self._client_id}
        headers = {"accept": "application/json", **({"authorization": f"Bearer {bearer}"} if bearer else {})}
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False) as client:
                answer = await client.request(
                    method, url, data=form, headers=headers, auth=auth if auth else httpx.USE_CLIENT_DEFAULT
                )
        except httpx.HTTPError as error:
            raise LoginRefused(f"{self.name} cannot be reached: {type(error).__name__}") from None
        if len(answer.content) > MAX_BYTES:
            raise LoginRefused(f"{self.name} answered with more than it should")
        try:
            said = answer.json()
        except ValueError:
            raise LoginRefused(f"{self.name} answered {answer.status_code} without JSON") from None
        if answer.status_code != 200 or not isinstance(said, dict):
            what = said.get("error_description") or said.get("error") if isinstance(said, dict) else ""
            raise LoginRefused(f"{self.name} answered {answer.status_code} {str(what or '')[:200]}".strip())
        return said

    def _seal(self, flow: _Flow) -> str:
        body = base64.urlsafe_b64encode(msgspec.json.encode(flow)).decode().rstrip("=")
        return f"{body}.{hmac.new(self._key, body.encode(), 'sha256').hexdigest()}"

    def _unseal(self, cookie: str) -> _Flow | None:
        body, _, signature = cookie.partition(".")
        expected = hmac.new(self._key, body.encode(), "sha256").hexdigest()
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return None
        flow = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Flow)
        return flow if flow.expires_s > time.time() else None


def _endpoint(metadata: dict[str, Any], name: str) -> str:
    url = str(metadata.get(name, ""))
    if urlsplit(url).scheme not in ("http", "https"):
        raise LoginRefused(f"the identity provider names no {name}")
    return url
