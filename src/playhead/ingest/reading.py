"""Reading: a request's body within limits of size, time and memory held by all requests together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from playhead.ingest.admit import MAX_BODY_BYTES
from playhead.ingest.drops import Dropped, DropReason

READ_S: Final = 30.0  # a body that takes longer is a slow link that will do better with a retry, or an attack
MAX_HELD_BYTES: Final = 256 << 20  # of bodies being read, all requests together
MAX_DRAIN_BYTES: Final = 2 * MAX_BODY_BYTES  # read and thrown away so that a refused sender can hear why

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


class Gone(Exception):
    """The client left before its body was complete."""


class Held:
    """How many bytes of unfinished bodies are in memory."""

    def __init__(self) -> None:
        self.bytes = 0


class BodyReader:
    """One request's body, read once."""

    def __init__(self, receive: Receive, held: Held) -> None:
        self._receive, self._held = receive, held
        self._size, self.done = 0, False

    async def read(self) -> bytes | Dropped:
        """Return the whole body, or why it is not taken; raises Gone."""
        first = await self._next()
        if self.done:
            return first
        parts = [first]
        self._held.bytes += len(first)
        try:
            async with asyncio.timeout(READ_S):
                return await self._read_rest(parts)
        except TimeoutError:
            return Dropped(DropReason.TOO_SLOW, f"the body was not complete after {READ_S:.0f} s")
        finally:
            self._held.bytes -= sum(map(len, parts))

    async def drain(self) -> None:
        """Read on without keeping anything: a sender that is cut off mid-body sees a broken connection, not our
        answer, and would try again for ever. Gives up past MAX_DRAIN_BYTES and READ_S."""
        try:
            async with asyncio.timeout(READ_S):
                while not self.done and self._size <= MAX_DRAIN_BYTES:
                    await self._next()
        except (TimeoutError, Gone):
            return

    async def _read_rest(self, parts: list[bytes]) -> bytes | Dropped:
        while not self.done:
            part = await self._next()
            parts.append(part)
            self._held.bytes += len(part)
            if self._size > MAX_BODY_BYTES:
                return Dropped(DropReason.TOO_LARGE, f"the body is larger than the limit of {MAX_BODY_BYTES} bytes")
            if self._held.bytes > MAX_HELD_BYTES:
                return Dropped(DropReason.BUSY, "too many large bodies are being read at once")
        return b"".join(parts)

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] != "http.request":
            raise Gone
        self.done = not message.get("more_body", False)
        part = message.get("body", b"")
        self._size += len(part)
        return part
