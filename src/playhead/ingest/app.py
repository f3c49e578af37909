"""IngestApp: `/ingest` as a bare ASGI application: what the recorder asks for and sends, under one address.

GET ?site            the site's recording rules, for browsers to keep five minutes
POST                 a batch; answered 2xx only when it is durable
POST ?site&forget    erase what this visitor's browser recorded

Answers {"ok": true, "duplicate": bool}, or {"error": reason, "detail", "status"}; open to every origin, since the
recorder runs in other people's pages and its key may only write.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from sqlalchemy.exc import DBAPIError

from playhead.ingest.acks import Acks, AwaitedAck, Result
from playhead.ingest.admit import admit, admit_body, check_head, has_identity
from playhead.ingest.counters import Counters
from playhead.ingest.drops import Dropped, DropReason
from playhead.ingest.limits import Limits
from playhead.ingest.reading import BodyReader, Gone, Held, Receive
from playhead.ingest.sites import SiteKeys
from playhead.ingest.strict import Strict
from playhead.store import Store
from playhead.store.batch import AdmittedBatch
from playhead.store.objects import NoSpace
from playhead.store.packs import Busy
from playhead.store.record import Outcome

INLINE_BYTES: Final = 64 << 10  # an envelope up to this size is opened at once, a larger one in a thread
RETRY_AFTER_S: Final = {
    DropReason.NO_SPACE: b"30",
    DropReason.BUSY: b"2",
    DropReason.TOO_MANY: b"10",
    DropReason.OVER_QUOTA: b"3600",
}

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

_CORS = [(b"access-control-allow-origin", b"*")]
_PREFLIGHT = [
    *_CORS,
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, content-encoding"),
    (b"access-control-max-age", b"86400"),
]
JSON_HEADERS = [*_CORS, (b"content-type", b"application/json"), (b"cache-control", b"no-store")]
_RULES_HEADERS = [
    *_CORS,
    (b"content-type", b"application/json"),
    (b"cache-control", b"public, max-age=300, stale-while-revalidate=86400"),
]
_VISITOR: Final = re.compile(r"v_[0-9a-f]{32}")
STORED = b'{"ok":true,"duplicate":false}'
DUPLICATE = b'{"ok":true,"duplicate":true}'


class IngestApp:
    def __init__(self, store: Store, *, forget: Callable[[str, str], int] | None = None) -> None:
        """`forget(site, visitor)` erases what a visitor's browser recorded and returns how many sessions that were."""
        self.store, self.forget = store, forget
        self.sites = SiteKeys(store.index)
        self.held = Held()
        self._acks_of_loop: Acks | None = None
        self.counters = Counters()
        self.limits = Limits()
        self._strict = Strict(store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["method"]:
            case "POST":
                await self._post(scope, receive, send)
            case "GET" | "HEAD":
                await self._rules(scope, send)
            case "OPTIONS":
                await _answer(send, 204, _PREFLIGHT, b"")
            case method:
                problem = {"error": "method_not_allowed", "detail": f"{method} is neither GET nor POST", "status": 405}
                await _answer(
                    send, 405, [*JSON_HEADERS, (b"allow", b"GET, POST, OPTIONS")], msgspec.json.encode(problem)
                )

    async def _rules(self, scope: Scope, send: Send) -> None:
        settings = await asyncio.to_thread(self.sites.get, _field(scope, "site"))
        if settings is None:
            problem = {"error": "unknown_site", "detail": "no site has this key", "status": 404}
            await _answer(send, 404, JSON_HEADERS, msgspec.json.encode(problem))
        else:
            await _answer(send, 200, _RULES_HEADERS, msgspec.json.encode(settings.recording))

    async def _forget(self, site: str, visitor: str, send: Send) -> None:
        settings = await asyncio.to_thread(self.sites.get, site)
        if (
            settings is None
            or not settings.visitors_may_erase
            or self.forget is None
            or not _VISITOR.fullmatch(visitor)
        ):
            problem = {"error": "forbidden", "detail": "this site lets no visitor erase by themselves", "status": 403}
            await _answer(send, 403, JSON_HEADERS, msgspec.json.encode(problem))
            return
        erased = await asyncio.to_thread(self.forget, site, visitor)
        await _answer(send, 200, JSON_HEADERS, msgspec.json.encode({"ok": True, "erased_sessions": erased}))

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        if b"forget=" in scope["query_string"] and (visitor := _field(scope, "forget")):
            await self._forget(_field(scope, "site"), visitor, send)
            return
        reader = BodyReader(receive, self.held)
        try:
            result = await self._take(scope, reader)
        except Gone:
            self.counters.dropped[DropReason.CUT_SHORT] += 1
            return
        except (OSError, DBAPIError) as error:
            log.error("a batch could not be taken: %s", error)
            result = Dropped(DropReason.FAILED, f"the store cannot be used: {type(error).__name__}")
        if isinstance(result, Dropped):
            self.counters.dropped[result.reason] += 1
            await reader.drain()
            await _answer(send, *refusal(result, close=not reader.done))
        else:
            await _answer(send, 200, JSON_HEADERS, result)

    async def _take(self, scope: Scope, reader: BodyReader) -> bytes | Dropped:
        """Take one request through admission and the disk; return the answer's body."""
        try:
            query = parse_query(scope["query_string"])
        except ValueError as error:
            return Dropped(DropReason.BAD_IDENTITY, f"the address cannot be read: {error}")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        complete = has_identity(query)
        if complete and (dropped := check_head(query, headers, sites=self.sites)):
            return dropped  # before a byte of the body is kept
        body = await reader.read()
        if isinstance(body, Dropped):
            return body
        now_ms = self.store.now_ms()
        if complete:
            result = admit_body(query, body, now_ms=now_ms)
        elif len(body) <= INLINE_BYTES:
            result = admit(query, headers, body, sites=self.sites, now_ms=now_ms)
        else:
            result = await asyncio.to_thread(admit, query, headers, body, sites=self.sites, now_ms=now_ms)
        if isinstance(result, Dropped):
            return result
        return await self.keep(result.batch)

    def now_ms(self) -> int:
        return self.store.now_ms()

    async def keep(self, batch: AdmittedBatch) -> bytes | Dropped:
        """Scrub the batch where its site is strict, make it durable; return the answer's body."""
        if dropped := self.limited(batch):
            return dropped
        if not self.keeps_as_sent(batch.facts.site):
            scrubbed = await asyncio.to_thread(self._strict.scrub, batch)
            if isinstance(scrubbed, Dropped):
                return scrubbed
            batch = scrubbed
        return await self._keep(batch)

    def limited(self, batch: AdmittedBatch) -> Dropped | None:
        """Return why the batch's site may not send it now."""
        return self.limits.check(batch.facts.site, self.sites.get(batch.facts.site), len(batch.body))

    def keeps_as_sent(self, site: str) -> bool:
        """False where a batch is scrubbed before its bytes are durable: on strict sites, and where nobody knows."""
        settings = self.sites.get(site)
        return settings is not None and settings.privacy != "strict"

    def acks(self) -> Acks:
        loop = asyncio.get_running_loop()
        if self._acks_of_loop is None or self._acks_of_loop.loop is not loop:
            self._acks_of_loop = Acks(loop)
        return self._acks_of_loop

    async def _keep(self, batch: AdmittedBatch) -> bytes | Dropped:
        """Wait until the batch is durable; return the answer's body."""
        receipt = AwaitedAck(self.acks())
        try:
            self.store.packs.hand_in(batch, receipt)
        except Busy as error:
            return Dropped(DropReason.BUSY, str(error))
        return self.answer_to(batch, await receipt.future)

    def answer_to(self, batch: AdmittedBatch, result: Result) -> bytes | Dropped:
        """Count what became of a batch; return the answer's body, or why it was not kept."""
        match result:
            case Outcome.STORED:
                self.counters.stored += 1
                self.counters.bytes += len(batch.body)
                return STORED
            case Outcome.DUPLICATE:
                self.counters.duplicates += 1
                return DUPLICATE
            case Outcome.ERASED:
                return Dropped(DropReason.ERASED, "this session was erased")
            case Outcome.FOREIGN:
                return Dropped(DropReason.FOREIGN_SESSION, "this session belongs to another site")
            case Busy():
                return Dropped(DropReason.BUSY, str(result))
            case NoSpace():
                return Dropped(DropReason.NO_SPACE, result.strerror or str(result))
            case _:
                log.error("a batch of %d bytes could not be kept: %s", len(batch.body), result)
                return Dropped(DropReason.FAILED, f"the batch could not be written: {type(result).__name__}")


def _field(scope: Scope, name: str) -> str:
    """Return a field of the query, "" where it is missing or the query cannot be read."""
    try:
        return parse_query(scope["query_string"]).get(name, "")
    except ValueError:
        return ""


def parse_query(raw: bytes) -> dict[str, str]:
    """Return the query's fields, the last of each name; ids and numbers need no decoding, so most skip it."""
    if b"%" in raw or b"+" in raw:
        return dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=64))
    fields = (part.partition("=") for part in raw.decode("latin-1").split("&"))
    return {name: value for name, _, value in fields if name}


def refusal(dropped: Dropped, *, close: bool) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return status, headers (without content-length) and body of the answer to a batch that is not kept."""
    problem = {"error": dropped.reason.value, "detail": dropped.detail, "status": dropped.status}
    headers = [*JSON_HEADERS, (b"connection", b"close")] if close else list(JSON_HEADERS)
    if dropped.status >= 500 or dropped.status == 429:
        headers.append((b"retry-after", RETRY_AFTER_S.get(dropped.reason, b"5")))
        headers.append((b"access-control-expose-headers", b"retry-after"))
    return dropped.status, headers, msgspec.json.encode(problem)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
