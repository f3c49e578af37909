"""Kill -9: a server under concurrent recorders, killed again and again, loses no batch it acknowledged."""

import gzip
import http.client
import json
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from playhead.store import open_store

SERVER = Path(__file__).with_name("ingest_server.py")
RECORDERS = 12
BATCHES = 50  # a page sends
KILLS = 5


class KillableServer:
    """`ingest_server.py` in a process of its own; `port` changes with every start."""

    def __init__(self, data):
        self.data, self.port, self.process = data, 0, None

    def start(self):
        self.process = subprocess.Popen([sys.executable, SERVER, self.data], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.process.stdout.close()


class Recorders:
    """Many pages sending at once, each keeping a batch until it is acknowledged, as the recorder does."""

    def __init__(self, server):
        self.server = server
        self.acknowledged = set()
        self.changed = threading.Condition()
        self.refused = []
        self.threads = [threading.Thread(target=self._page, args=[number], daemon=True) for number in range(RECORDERS)]

    def run(self):
        for thread in self.threads:
            thread.start()

    def wait_for(self, count):
        """Wait until `count` batches are acknowledged, or all pages are done."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.acknowledged) >= count, timeout=60)

    def join(self):
        for thread in self.threads:
            thread.join(120)

    def _page(self, number):
        dice = random.Random(number)
        session, page = f"s_{number // 2}", f"p_{number}"  # two tabs a session
        waiting = [dice.sample(range(first, first + 5), 5) for first in range(0, BATCHES, 5)]  # a little out of order
        connection = None
        for seq in [seq for some in waiting for seq in some]:
            again = dice.random() < 0.2  # an answer may get lost: the recorder sends again
            while (connection := self._send(connection, session, page, seq)) is None or again:
                again = again and connection is None

    def _send(self, connection, session, page, seq):
        """Send one batch; return the open connection once it is acknowledged, None if that is not known."""
        body = gzip.compress(json.dumps([event_of(session, page, seq)]).encode())
        query = f"v=1&site=site&session={session}&page={page}&seq={seq}&first_ms={seq + 1}&n=1"
        try:
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
            connection.request("POST", f"/ingest?{query}", body)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            with self.changed:
                self.changed.wait(0.02)  # the server is down: not a busy loop
            return None
        with self.changed:
            if answer.status == 200:
                self.acknowledged.add((session, page, seq))
            else:
                self.refused.append((answer.status, text))
            self.changed.notify_all()
        return connection if answer.status == 200 else None


def event_of(session, page, seq):
    return {"type": 5, "timestamp": seq + 1, "data": {"tag": "test", "payload": [session, page, seq]}}


@pytest.fixture
def server(tmp_path):
    running = KillableServer(tmp_path / "data")
    running.start()
    yield running
    running.kill()


def test_no_acknowledged_batch_is_lost_and_none_is_there_twice(server):
    recorders, dice = Recorders(server), random.Random()
    recorders.run()
    total = RECORDERS * BATCHES
    for number in range(KILLS):
        recorders.wait_for(int(total * (number + dice.random()) / (KILLS + 1)))
        server.kill()
        server.start()
    recorders.join()
    server.kill()

    assert recorders.refused == []
    assert len(recorders.acknowledged) == total
    with open_store(server.data) as store:
        found = []
        for session in sorted({session for session, _, _ in recorders.acknowledged}):
            read = store.log.read(session)
            assert read.gaps == []
            for batch in read.batches:
                assert json.loads(store.log.body(batch)) == [event_of(*batch.key)]
            found += [tuple(json.loads(event.raw)["data"]["payload"]) for event in read.events]
        assert sorted(found) == sorted(recorders.acknowledged)
        assert not any(path.name for path in (server.data / "objects/.tmp").iterdir())
