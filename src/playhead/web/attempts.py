"""Attempts: how many wrong passwords may be tried, by account and by address, before both have to wait."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 60.0
PER_ACCOUNT: Final = 10  # wrong ones a minute: 14,400 a day against passwords of 12 characters
PER_ADDRESS: Final = 30  # a proxy's address stands for everybody behind it
MAX_KEYS: Final = 20_000


class Attempts:
    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allowed(self, account: str, address: str) -> bool:
        with self._lock:
            return self._recent(f"account {account}") < PER_ACCOUNT and self._recent(f"address {address}") < PER_ADDRESS

    def failed(self, account: str, address: str) -> None:
        with self._lock:
            for key in (f"account {account}", f"address {address}"):
                self._failures.setdefault(key, deque(maxlen=PER_ADDRESS)).append(self._now_s())
            if len(self._failures) > MAX_KEYS:
                for key in list(self._failures):
                    self._recent(key)

    def _recent(self, key: str) -> int:
        """Return how many wrong ones there were in the window; forgets older ones."""
        times = self._failures.get(key)
        if times is None:
            return 0
        while times and self._now_s() - times[0] >= WINDOW_S:
            times.popleft()
        if not times:
            del self._failures[key]
        return len(times)
