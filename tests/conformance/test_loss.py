"""Loss: the short form of bench/loss.py, and a disk that fills up under a server, is emptied again, and goes on."""

import json
import resource
import subprocess
import sys
import threading
import time

import pytest

from bench.loss import run
from playhead.store import open_store
from playhead.store.check import check
from tests.ingest.test_kill import SERVER, Recorders

FULL_BYTES = 60_000  # more than an empty index's log, less than what the recorders send


@pytest.mark.parametrize("alone", [False, True])
def test_nothing_acknowledged_is_lost_while_everything_is_killed_paused_and_refused(alone):
    result = run(recorders=10, seconds=8, processes=2, every_s=(0.8, 1.8), lease_ms=6_000, alone=alone)
    assert result.wrong == []
    assert result.refused == []
    assert result.acknowledged > 10
    assert len(result.faults) > (1 if alone else 3)


def test_a_full_disk_loses_nothing_and_is_gone_on_from(tmp_path):
    """The system refuses to let any file of the server grow, as a full disk does; then it lets it."""
    data = tmp_path / "data"
    process = subprocess.Popen([sys.executable, SERVER, data], stdout=subprocess.PIPE, text=True)
    try:
        server = type("Server", (), {"port": int(process.stdout.readline()), "data": data})
        recorders = Recorders(server)
        recorders.run()
        recorders.wait_for(20)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL_BYTES, resource.RLIM_INFINITY))
        deadline = time.monotonic() + 60
        while not recorders.refused:
            assert time.monotonic() < deadline, "the disk never got full"
            threading.Event().wait(0.05)
        time.sleep(0.5)
        assert process.poll() is None
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        recorders.join()
    finally:
        process.kill()
        process.wait()
    assert {status for status, _ in recorders.refused} <= {503, 507}
    with open_store(data) as store:
        found = []
        for session in sorted({session for session, _, _ in recorders.acknowledged}):
            read = store.log.read(session)
            assert read.gaps == []
            found += [tuple(json.loads(event.raw)["data"]["payload"]) for event in read.events]
        assert sorted(found) == sorted(recorders.acknowledged)
        assert len(found) == 12 * 50
        assert [problem for problem in check(store) if problem.kind == "lost"] == []
