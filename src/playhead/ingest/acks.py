"""Acks: from the pack writer's thread to the requests that wait for it, one wake-up a group instead of one a batch.

Waking the event loop once for every batch is half of an answer's cost where 64 recorders wait.
"""

import asyncio
from collections import deque
from typing import Protocol

from playhead.store.record import Outcome

Result = Outcome | Exception


class Waiter(Protocol):
    def answer(self, result: Result) -> None:
        """Called on the event loop, once."""
        ...


class Acks:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._settled: deque[tuple[Waiter, Result]] = deque()
        self._woken = False

    def settle(self, waiter: Waiter, result: Result) -> None:
        """Called in the writer's thread. The append comes before the look at the flag: `_hand_over` lowers it before
        it empties the queue, so nothing is left behind."""
        self._settled.append((waiter, result))
        if not self._woken:
            self._woken = True
            self.loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        self._woken = False
        while self._settled:
            waiter, result = self._settled.popleft()
            waiter.answer(result)


class AwaitedAck:
    """A receipt to be awaited on the loop of its Acks."""

    def __init__(self, acks: Acks) -> None:
        self._acks, self.future = acks, acks.loop.create_future()

    def settle(self, result: Result) -> None:
        self._acks.settle(self, result)

    def answer(self, result: Result) -> None:
        if not self.future.done():  # else the request was given up
            self.future.set_result(result)
