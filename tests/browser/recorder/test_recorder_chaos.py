"""A short form of `bench/chaos.py`: network cuts, reloads, closed tabs, a killed server."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_promised_is_lost_or_doubled(browser):
    """In a process of its own: the harness drives a browser itself."""
    argv = [sys.executable, str(ROOT / "bench/chaos.py"), "--loads", "25", "--seed", "7", "--kill-every", "8"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["loads"] == 25 and found["kills"] == 3 and found["cuts"] > 0
    assert found["batches promised"] > 25 and found["marks kept"] > 5
