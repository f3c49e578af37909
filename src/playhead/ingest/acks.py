"""Acks: from the pack writer's thread to the requests that wait for it, one wake-up a group instead of one a batch.

`asyncio.wrap_future` wakes the event loop once for every future: with 64 recorders that is half of an answer's cost.
"""

import asyncio
from collections import deque
from concurrent.futures import Future

from playhead.store.packs import Ack


class Acks:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._settled: deque[tuple[Future[Ack], asyncio.Future[Ack]]] = deque()
        self._woken = False

    def wait_for(self, future: Future[Ack]) -> asyncio.Future[Ack]:
        """Return what `future` will give, to be awaited on the loop."""
        waiter = self.loop.create_future()
        future.add_done_callback(lambda done: self._settle(done, waiter))
        return waiter

    def _settle(self, done: Future[Ack], waiter: asyncio.Future[Ack]) -> None:
        """Called in the writer's thread. The append comes before the look at the flag: `_hand_over` lowers it before
        it empties the queue, so nothing is left behind."""
        self._settled.append((done, waiter))
        if not self._woken:
            self._woken = True
            self.loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        self._woken = False
        while self._settled:
            done, waiter = self._settled.popleft()
            if waiter.done():  # the request was given up
                continue
            if error := done.exception():
                waiter.set_exception(error)
            else:
                waiter.set_result(done.result())
