"""IngestProtocol: the short way answers as the long one does, over a real socket."""

import asyncio
import socket
import threading
import time

import pytest
import sqlalchemy as sa
import uvicorn

from playhead.ingest import protocol as protocol_module
from playhead.ingest.app import IngestApp
from playhead.ingest.drops import DropReason
from playhead.ingest.protocol import protocol_for
from playhead.store.erasure import erase
from playhead.store.objects import NoSpace
from playhead.store.packs import Busy
from playhead.store.tables import sites

BODY = b'[{"type":4,"timestamp":1}]'


class Connection:
    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.sock.makefile("rb")

    def send(self, *, body=BODY, session="s_1", seq=0, site="site", extra=b"", length=None, now=True):
        target = f"/ingest?v=1&site={site}&session={session}&page=p_1&seq={seq}&n=1"
        length = len(body) if length is None else length
        head = f"POST {target} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n".encode() + extra + b"\r\n"
        if now:
            self.sock.sendall(head + body)
        return head + body

    def answer(self):
        """Return status, headers and body of the next answer."""
        status = int(self.stream.readline().split()[1])
        headers = {}
        while line := self.stream.readline().strip():
            name, _, value = line.decode().partition(": ")
            assert name not in headers or name == "date"
            headers[name] = value
        return status, headers, self.stream.read(int(headers["content-length"]))


@pytest.fixture
def app(store):
    return IngestApp(store)


@pytest.fixture
def connect(app):
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=protocol_for(app), log_level="error", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
    thread.start()
    made = []

    def open_one():
        made.append(Connection(listening.getsockname()[1]))
        return made[-1]

    open_one.server = server
    yield open_one
    for connection in made:
        connection.sock.close()
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def wait_until(condition):
    end_s = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_a_batch_and_the_same_again_on_one_connection(connect, store, app):
    connection = connect()
    for said in (b'{"ok":true,"duplicate":false}', b'{"ok":true,"duplicate":true}'):
        connection.send()
        status, headers, body = connection.answer()
        assert (status, body) == (200, said)
        assert headers["access-control-allow-origin"] == "*"
        assert headers["content-type"] == "application/json"
        assert "date" in headers
    assert [event.raw for event in store.log.events("s_1")] == [BODY[1:-1]]
    assert (app.counters.stored, app.counters.duplicates, app.held.bytes) == (1, 1, 0)


def test_pipelined_batches_are_answered_in_order(connect, store):
    connection = connect()
    sent = [connection.send(seq=seq, now=False) for seq in range(5)]
    sent.insert(3, b"GET /ingest HTTP/1.1\r\nhost: x\r\n\r\n")
    connection.sock.sendall(b"".join(sent))
    assert [connection.answer()[0] for _ in sent] == [200, 200, 200, 404, 200, 200]
    assert len(list(store.log.batches("s_1"))) == 5


def test_a_body_in_pieces_and_one_too_large_for_the_short_way(connect, store):
    connection = connect()
    for piece in (whole := connection.send(now=False))[:-5], whole[-5:]:
        connection.sock.sendall(piece)
        time.sleep(0.05)
    assert connection.answer()[0] == 200
    connection.send(seq=1, body=b"[" + b" " * (protocol_module.MAX_BYTES + 1) + b"]")
    assert connection.answer()[0] == 200
    assert [batch.length for batch in store.log.batches("s_1")] == [len(BODY), protocol_module.MAX_BYTES + 3]


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"site": "nobody"}, 401, "unknown_site"),
        ({"session": "no%20space"}, 400, "bad_identity"),
        ({"seq": "-1"}, 400, "bad_identity"),
        ({"body": b""}, 400, "empty"),
        ({"body": b"GIF89a"}, 400, "not_a_batch"),
    ],
)
def test_refusals_leave_the_connection_usable(connect, app, sent, status, error):
    connection = connect()
    connection.send(**sent)
    found, headers, body = connection.answer()
    assert (found, headers.get("connection")) == (status, None)
    assert f'"error":"{error}"'.encode() in body
    assert app.counters.dropped[DropReason(error)] == 1
    connection.send()
    assert connection.answer()[0] == 200


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        (NoSpace("the disk is full"), 507, "no_space"),
        (Busy("too much waits"), 503, "busy"),
        (RuntimeError("a bug"), 503, "failed"),
    ],
)
def test_a_fault_of_the_disk_is_said_and_retried_later(connect, store, monkeypatch, fault, status, error):
    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(store.objects, "put", fail)
    connection = connect()
    connection.send()
    found, headers, body = connection.answer()
    assert found == status
    assert int(headers["retry-after"]) > 0
    assert f'"error":"{error}"'.encode() in body
    monkeypatch.undo()
    connection.send()
    assert connection.answer()[2] == b'{"ok":true,"duplicate":false}'


def test_a_batch_of_an_erased_session_is_refused(connect, store):
    connection = connect()
    connection.send()
    assert connection.answer()[0] == 200
    erase(store.objects, store.index, ["s_1"], now_ms=1, new_key=store.new_key)
    connection.send(seq=1)
    assert connection.answer()[0] == 409


def test_a_strict_site_keeps_nothing_it_could_not_scrub(connect, store, app):
    connection = connect()
    broken = b"\x1f\x8b" + bytes(30)
    connection.send(body=broken)
    assert connection.answer()[0] == 200
    with store.index.write() as writing:
        writing.execute(sa.update(sites).values(settings='{"privacy":"strict"}'))
    app.sites._read_s = float("-inf")
    connection.send(body=broken, seq=1)
    assert b"unreadable" in connection.answer()[2]
    assert len(list(store.log.batches("s_1"))) == 1


def test_a_site_made_strict_while_a_body_was_read(connect, store, app):
    connection = connect()
    whole = connection.send(now=False)
    connection.sock.sendall(whole[:-5])
    wait_until(lambda: app.held.bytes)
    with store.index.write() as writing:
        writing.execute(sa.update(sites).values(settings='{"privacy":"strict"}'))
    app.sites._read_s = float("-inf")
    connection.sock.sendall(whole[-5:])
    assert connection.answer()[0] == 503
    assert list(store.log.batches("s_1")) == []


def test_a_sender_that_leaves_inside_its_body_is_counted(connect, app):
    connection = connect()
    connection.send(length=500)
    wait_until(lambda: app.held.bytes == 500)
    connection.stream.close()
    connection.sock.close()
    wait_until(lambda: app.counters.dropped[DropReason.CUT_SHORT] == 1)
    assert app.held.bytes == 0


def test_a_slow_body_is_given_up(connect, app, monkeypatch):
    monkeypatch.setattr(protocol_module, "READ_S", 0.05)
    connection = connect()
    connection.send(length=500)
    status, headers, body = connection.answer()
    assert (status, headers["connection"]) == (503, "close")
    assert b"too_slow" in body
    assert connection.stream.read() == b""
    assert app.held.bytes == 0


def test_other_ways_of_asking_still_work(connect, store):
    connection = connect()
    connection.send(seq=0, extra=b"expect: 100-continue\r\n")
    assert connection.stream.readline().startswith(b"HTTP/1.1 100")
    connection.stream.readline()
    assert connection.answer()[0] == 200
    envelope = b'{"site":"site","session":"s_1","page":"p_1","seq":1,"events":[{"type":4,"timestamp":2}]}'
    head = b"POST /ingest?v=1 HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(envelope)
    connection.sock.sendall(head + envelope)
    assert connection.answer()[0] == 200
    connection.send(seq=2, extra=b"connection: close\r\n")
    status, headers, _ = connection.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert len(store.log.events("s_1")) == 3


def test_stopping_the_server_answers_what_waits(connect, store, monkeypatch):
    opened, put = threading.Event(), store.objects.put

    def wait(*args, **options):
        assert opened.wait(20)
        put(*args, **options)

    monkeypatch.setattr(store.objects, "put", wait)
    connection = connect()
    connection.send()
    wait_until(lambda: connect.server.server_state.connections)
    time.sleep(0.1)
    connect.server.should_exit = True
    time.sleep(0.3)
    opened.set()
    status, headers, _ = connection.answer()
    assert (status, headers["connection"]) == (200, "close")


def test_an_index_that_cannot_be_read_is_no_fault_of_the_batch(app, connect, monkeypatch):
    """A recorder gives a batch up for 4xx: it must be told to try again, wherever the index fails."""
    real, calls = app.sites.get, []

    def fails_from(number):
        def get(key):
            calls.append(key)
            if len(calls) >= number:
                raise sa.exc.OperationalError("SELECT", {}, OSError("the server closed the connection"))
            return real(key)

        return get

    for number in (1, 2, 3):  # at the head, and once the body is there
        calls.clear()
        with monkeypatch.context() as patch:
            patch.setattr(app.sites, "get", fails_from(number))
            connection = connect()
            connection.send(seq=number)
            status, headers, body = connection.answer()
        assert (status, "retry-after" in headers, b"failed" in body) == (503, True, True), number
        connection = connect()
        connection.send(seq=number)
        assert connection.answer()[0] == 200
