"""StoreLock: who has a data directory open; the first one in is alone and may recover, all others share.

The lock dies with its process, so a killed server leaves nothing to clean. Where the system has no `flock`, nobody
is ever alone with a directory that is in use; two processes on one directory are then not safe (docs: one server).
"""

import os
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


class StoreLock:
    def __init__(self, path: Path) -> None:
        """Try for the lock; `alone` says whether nobody else has it."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.alone = True
        if fcntl:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.alone = False

    def share(self) -> None:
        """From now on others may come in, and none of them is alone; waits for one that is recovering."""
        if fcntl:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)
