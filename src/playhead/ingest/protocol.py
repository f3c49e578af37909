"""IngestProtocol: the usual batch goes straight from the HTTP parser to the pack writer, and its answer straight back.

uvicorn's way of a request (a task, an event, two messages each way, headers checked and joined one by one) costs more
than all that ingest does. What is not a plain small batch with a right head takes that way all the same, through
IngestApp: larger and chunked bodies, envelopes, refusals, pipelined requests, every other address.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from playhead.ingest.acks import Acks, Result
from playhead.ingest.admit import Admitted, admit_body, check_head, has_identity
from playhead.ingest.app import JSON_HEADERS, IngestApp, parse_query, refusal
from playhead.ingest.drops import Dropped, DropReason
from playhead.ingest.reading import MAX_HELD_BYTES, READ_S
from playhead.store.batch import AdmittedBatch
from playhead.store.packs import Busy

MAX_BYTES: Final = 64 << 10  # of a body; uvicorn stops reading a connection above that
_PREFIX: Final = b"/ingest?"
Closed = Callable[[Mapping[str, Any]], bool]

log = logging.getLogger(__name__)


def protocol_for(ingest: IngestApp, closed: Closed | None = None) -> type[HttpToolsProtocol]:
    """Return the class that uvicorn makes one of for each connection (`uvicorn.Config(http=…)`).

    `closed` says, of `server` and `headers`, whether batches are not taken where a request came to.
    """
    return type("IngestProtocolOf", (IngestProtocol,), {"ingest": ingest, "closed": staticmethod(closed or _nowhere)})


def _nowhere(_: Mapping[str, Any]) -> bool:
    return False


class _NoEvent:
    def set(self) -> None: ...


class _Taken:
    """One batch on its way; stands where uvicorn keeps the request at hand, and looks to it like one."""

    __slots__ = (
        "acks",
        "batch",
        "body",
        "disconnected",
        "held",
        "keep_alive",
        "more_body",
        "protocol",
        "query",
        "response_complete",
        "slow",
    )
    message_event = _NoEvent()

    def __init__(self, protocol: "IngestProtocol", query: dict[str, str], acks: Acks, held: int) -> None:
        self.protocol, self.query, self.acks, self.held = protocol, query, acks, held
        self.body = bytearray()
        self.more_body, self.response_complete, self.disconnected, self.keep_alive = True, False, False, True
        self.batch: AdmittedBatch | None = None
        self.slow: asyncio.TimerHandle | None = None

    def settle(self, result: Result) -> None:
        self.acks.settle(self, result)

    def answer(self, result: Result) -> None:
        assert self.batch is not None
        self.protocol.finish(self, self.protocol.ingest.answer_to(self.batch, result))


class IngestProtocol(HttpToolsProtocol):
    ingest: IngestApp
    closed: Closed
    _heads: tuple[Any, bytes] = (None, b"")

    def on_headers_complete(self) -> None:
        taken = None
        if self.url.startswith(_PREFIX):
            try:
                taken = self._taken()
            except Exception as error:  # the parser would answer 400 to it, and recorders give a batch up for that
                log.warning("a batch goes the long way: %s", error)
        if taken is None:
            super().on_headers_complete()
        else:
            self.cycle = taken  # pyright: ignore[reportAttributeAccessIssue]

    def on_message_complete(self) -> None:
        taken = self.cycle
        if not isinstance(taken, _Taken):
            super().on_message_complete()
        elif not taken.response_complete:
            self._release(taken)
            try:
                self._hand_in(taken)
            except Exception as error:
                log.error("a batch could not be taken: %s", error)
                self.finish(taken, Dropped(DropReason.FAILED, f"the store cannot be used: {type(error).__name__}"))

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        taken = self.cycle
        if isinstance(taken, _Taken) and taken.more_body and taken.slow is None:
            taken.slow = self.loop.call_later(READ_S, self._too_slow, taken)

    def connection_lost(self, exc: Exception | None) -> None:
        taken = self.cycle
        if isinstance(taken, _Taken) and taken.more_body:
            self._release(taken)
            self.ingest.counters.dropped[DropReason.CUT_SHORT] += 1
        super().connection_lost(exc)

    def finish(self, taken: _Taken, result: bytes | Dropped, *, close: bool = False) -> None:
        """Write the answer, if somebody is still there to read it, and let the next request in."""
        if isinstance(result, Dropped):
            self.ingest.counters.dropped[result.reason] += 1
        taken.response_complete = True
        if taken.disconnected or self.transport.is_closing():
            return
        if isinstance(result, Dropped):
            status, headers, body = refusal(result, close=close)
            head = self._head(status, headers)
        else:
            head, body = self._usual_head(), result
        last = close or not taken.keep_alive
        if last and not close:
            head += b"connection: close\r\n"
        self.transport.write(b"%scontent-length: %d\r\n\r\n%s" % (head, len(body), body))
        if last:
            self.transport.close()
        self.on_response_complete()

    def _taken(self) -> _Taken | None:
        """Return what stands for this request if it goes the short way."""
        at_hand = self.cycle
        if at_hand is not None and not at_hand.response_complete:
            return None
        parser: Any = self.parser  # None only between a lost connection and the end of its object
        if parser.get_method() != b"POST" or self.expect_100_continue or parser.should_upgrade():
            return None
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return None
        length = b""
        for name, value in self.headers:
            if name == b"content-length":
                length = value
        if not length.isdigit() or len(length) > 6 or int(length) > MAX_BYTES:
            return None
        if self.closed({"server": self.server, "headers": self.headers}):
            return None
        return self._admitted_head(int(length))

    def _admitted_head(self, length: int) -> _Taken | None:
        try:
            query = parse_query(httptools.parse_url(self.url).query or b"")
        except (ValueError, httptools.HttpParserError):
            return None
        ingest = self.ingest
        if not has_identity(query) or check_head(query, {}, sites=ingest.sites):
            return None
        if not ingest.keeps_as_sent(query["site"]):
            return None
        if ingest.held.bytes > MAX_HELD_BYTES:
            return None
        ingest.held.bytes += length
        return _Taken(self, query, ingest.acks(), length)

    def _release(self, taken: _Taken) -> None:
        """The body is complete, or never will be."""
        taken.more_body = False
        self.ingest.held.bytes -= taken.held
        if taken.slow is not None:
            taken.slow.cancel()

    def _hand_in(self, taken: _Taken) -> None:
        store = self.ingest.store
        result = admit_body(taken.query, bytes(taken.body), now_ms=store.now_ms())
        taken.body = bytearray()
        if not isinstance(result, Admitted):
            self.finish(taken, result)
            return
        if not self.ingest.keeps_as_sent(result.batch.facts.site):  # made strict since the head was read
            self.finish(taken, Dropped(DropReason.BUSY, "the site's settings changed: send it again"))
            return
        if dropped := self.ingest.limited(result.batch):
            self.finish(taken, dropped)
            return
        taken.batch = result.batch
        try:
            store.packs.hand_in(result.batch, taken)
        except Busy as error:
            self.finish(taken, Dropped(DropReason.BUSY, str(error)))

    def _too_slow(self, taken: _Taken) -> None:
        if taken.more_body and not taken.disconnected:
            self._release(taken)
            said = f"the body was not complete after {READ_S:.0f} s"
            self.finish(taken, Dropped(DropReason.TOO_SLOW, said), close=True)

    def _usual_head(self) -> bytes:
        """Return status and headers of a 200; made anew when uvicorn renews its `date`."""
        of, head = self._heads
        if of is not self.server_state.default_headers:
            head = self._head(200, JSON_HEADERS)
            type(self)._heads = (self.server_state.default_headers, head)
        return head

    def _head(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        lines = [b"%s: %s\r\n" % header for header in (*self.server_state.default_headers, *headers)]
        return STATUS_LINE[status] + b"".join(lines)
