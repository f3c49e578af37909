"""A node of bench/loss.py: `playhead serve` whose clock steps to and fro by LOSS_CLOCK_MS every few seconds.

LOSS_LEASE_MS shortens the lease of a worker.
"""

import os
import sys
import time

from playhead import store
from playhead.cli import main
from playhead.store import work

STEP_MS = int(os.environ.get("LOSS_CLOCK_MS", "0"))
EVERY_S = 4


def stepping_ms() -> int:
    now_s = time.time()
    return int(now_s * 1000) + STEP_MS * (int(now_s / EVERY_S) % 3 - 1)


if STEP_MS:
    store.open_store.__kwdefaults__["now_ms"] = stepping_ms
if lease_ms := int(os.environ.get("LOSS_LEASE_MS", "0")):
    work.LEASE_MS, work.BEAT_S = lease_ms, lease_ms / 4000
sys.exit(main(sys.argv[1:]))
