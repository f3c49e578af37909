"""import, export, erase: as a person runs them, on a data directory and against a server."""

import contextlib
import gzip
import json
import os
import pty
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from playhead.cli import main
from playhead.cli.errors import InputError
from playhead.cli.remote import request

EVENTS = [b'{"type":4,"timestamp":1750000000000,"data":{"href":"https://a.example/","width":9,"height":9},"x":[ 1 ]}']
EVENTS += [b'{"type":5,"timestamp":175000000%d,"data":{"tag":"t","payload":1}}' % (1000 + n) for n in range(5)]
ARRAY = b"[" + b",".join(EVENTS) + b"]"


@pytest.fixture
def playhead(tmp_path, monkeypatch, capfd):
    """Run a command in an empty directory; returns (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLAYHEAD_DATA", raising=False)

    def run(*argv):
        code = main([os.fspath(part) for part in argv])
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "recording.json"
    path.write_bytes(ARRAY)
    return path


def test_in_and_out_again(playhead, file, tmp_path):
    code, out, err = playhead("import", file)
    assert (code, err) == (0, "")
    session = json.loads(out)["session_id"]
    assert playhead("export", session)[1].encode() == ARRAY + b"\n"
    assert playhead("export", session, "-o", "back.json") == (0, "", "")
    assert (tmp_path / "back.json").read_bytes() == ARRAY + b"\n"
    assert json.loads(playhead("import", "back.json", "--data", "elsewhere")[1]) == {"session_id": session}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back.json", "data", "elsewhere", "recording.json"]


def test_many_files_one_line_each(playhead, file, tmp_path):
    other = tmp_path / "other.jsonl.gz"
    other.write_bytes(gzip.compress(b"\n".join(EVENTS[:3])))
    code, out, _ = playhead("import", file, other, file)
    ids = [json.loads(line)["session_id"] for line in out.splitlines()]
    assert code == 0
    assert ids[0] == ids[2] != ids[1]


@pytest.mark.parametrize(
    "blob", [b"", b"   ", b"not json", b"{}", b"[1,2,3]", b'[{"type":4,"times', b"\x1f\x8bgz", b'"x"']
)
def test_what_is_no_recording_is_one_line_and_exit_2(playhead, tmp_path, blob):
    path = tmp_path / "bad.json"
    path.write_bytes(blob)
    code, out, err = playhead("import", path)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith(f"playhead import: {path}: ")
    assert playhead("erase", "--visitor", "anybody")[0] == 2


def test_a_bad_file_stops_the_rest_and_keeps_what_came_before(playhead, file, tmp_path):
    (tmp_path / "bad.json").write_bytes(b"nonsense")
    code, out, err = playhead("import", file, "bad.json", file)
    assert (code, len(out.splitlines())) == (2, 1)
    assert "bad.json" in err
    assert playhead("export", json.loads(out)["session_id"])[0] == 0


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["import", "nowhere.json"], "nowhere.json: No such file"),
        (["import", "recording.json", "--site", "nobody"], "--site: there is no site with the key 'nobody'"),
        (["import", "recording.json", "--data", "recording.json"], "recording.json: "),
        (["export", "s_1"], "data: no recordings here"),
        (["erase", "--session", "s_1"], "data: no recordings here"),
        (["export", "s_1", "--server", "ftp://a"], "expected an address such as https://"),
        (["export", "s_1", "--server", "http://127.0.0.1:1"], "http://127.0.0.1:1: "),
    ],
)
def test_mistakes_are_one_line_and_exit_2(playhead, file, argv, says):
    code, out, err = playhead(*argv)
    assert (code, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1


def test_unknown_names_in_a_store_that_exists(playhead, file, tmp_path):
    session = json.loads(playhead("import", file)[1])["session_id"]
    for argv in (["export", "s_1"], ["erase", "--session", "s_1"], ["erase", "--visitor", "v_1"]):
        code, _, err = playhead(*argv)
        assert (code, "there is no session" in err) == (2, True)
    code, _, err = playhead("export", session, "-o", "no/such/place.json")
    assert (code, "no/such/place.json: No such file" in err) == (2, True)


def test_erase(playhead, file):
    session = json.loads(playhead("import", file)[1])["session_id"]
    assert playhead("erase", "--session", session) == (0, '{"erased_sessions": 1}\n', "")
    assert playhead("export", session)[0] == 2
    assert playhead("erase", "--session", session)[0] == 2


def test_the_data_directory_by_variable(playhead, file, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYHEAD_DATA", os.fspath(tmp_path / "kept"))
    session = json.loads(playhead("import", file)[1])["session_id"]
    assert playhead("export", session, "--data", "kept")[0] == 0
    assert not (tmp_path / "data").exists()


def test_progress_is_for_a_terminal_and_the_answer_for_the_pipe(file, tmp_path):
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "playhead", "import", file, "--data", tmp_path / "data"]
    running = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # a terminal whose other end is closed gives EIO
        while part := os.read(ours, 100_000):
            shown += part
    os.close(ours)
    assert json.loads(running.stdout.read())["session_id"].startswith("i_")
    running.stdout.close()
    assert running.wait(60) == 0
    assert b"recording.json" in shown


class Answering(BaseHTTPRequestHandler):
    """A server that answers as the API does, and keeps what it was asked."""

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.asked.append((self.command, self.path, body, self.headers.get("authorization")))
        status, answer = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_DELETE = _answer

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    running.asked, running.answers = [], []
    running.url = f"http://127.0.0.1:{running.server_port}/"
    thread = threading.Thread(target=running.serve_forever, args=[0.01])
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def test_against_a_server(playhead, file, server, monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYHEAD_ADMIN_PASSWORD", "a long password")
    server.answers += [(201, b'{"session_id":"i_1"}'), (200, ARRAY), (200, b'{"erased_sessions":2}')]
    assert playhead("import", file, "--site", "a b", "--server", server.url)[:2] == (0, '{"session_id": "i_1"}\n')
    assert playhead("export", "i_1", "--server", server.url)[1].encode() == ARRAY + b"\n"
    assert playhead("erase", "--visitor", "a/b", "--server", server.url)[1] == '{"erased_sessions": 2}\n'
    assert [asked[:3] for asked in server.asked] == [
        ("POST", "/api/import?site=a+b", ARRAY),
        ("GET", "/api/sessions/i_1/events", b""),
        ("DELETE", "/api/visitors/a%2Fb", b""),
    ]
    assert {asked[3] for asked in server.asked} == {"Bearer a long password"}
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (
            400,
            b'{"error":"not_a_recording","detail":"empty: not one event in it","status":400}',
            "empty: not one event",
        ),
        (401, b"", "answered 401"),
        (502, b"<html>", "answered 502"),
        (404, b"[]", "answered 404"),
    ],
)
def test_a_servers_refusal_is_told_in_its_words(server, status, answer, says):
    server.answers.append((status, answer))
    with pytest.raises(InputError, match=says):
        request(server.url, "GET", "/api/sessions/x")


def test_a_directory_sent_to_a_server_names_the_file_that_is_none_and_stops_where_nobody_listens(
    playhead, server, tmp_path
):
    folder = tmp_path / "recordings"
    folder.mkdir()
    for name in ("a.json", "b.txt", "c.json"):
        (folder / name).write_bytes(ARRAY)
    refusal = (400, b'{"error":"not_a_recording","detail":"not JSON of events","status":400}')
    server.answers += [(201, b'{"session_id":"i_1"}'), refusal, (201, b'{"session_id":"i_2"}')]
    code, out, err = playhead("import", "recordings", "--server", server.url)
    assert (code, len(out.splitlines())) == (2, 2)
    assert f"playhead import: {Path('recordings', 'b.txt')}: not JSON of events\n" in err
    assert "passed over: 1 × not JSON of events" in err
    server.answers += [(401, b'{"detail":"log in first"}')]
    code, out, err = playhead("import", "recordings", "--server", server.url)
    assert (code, out) == (2, "") and err.count("log in first") == 1
    code, _, err = playhead("import", "recordings", "--server", "http://127.0.0.1:1")
    assert code == 2 and err.count("\n") == 1 and "is the server running?" in err


def test_a_directory_is_every_recording_in_it(playhead, file, tmp_path):
    folder = tmp_path / "recordings" / "may"
    folder.mkdir(parents=True)
    (folder / "a.json").write_bytes(ARRAY)
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(b"\n".join(EVENTS[:3])))
    (folder.parent / ".hidden.json").write_bytes(b"[]")
    code, out, err = playhead("import", "recordings")
    assert (code, err, len(out.splitlines())) == (0, "", 2)
    (folder / "README.md").write_text("not a recording")
    code, again, err = playhead("import", "recordings")
    assert code == 2 and sorted(again.splitlines()) == sorted(out.splitlines()), "the others are imported all the same"
    assert "README.md" in err and "1 of 3 files were passed over" in err
    assert "3 files, 0.0 MB: 2 sessions (2 were there already)" in err
    (folder / "NOTES.md").write_text("not a recording")
    assert "2 of 4 files were passed over: 2 × " in playhead("import", "recordings")[2], "the same reason is told once"
    (tmp_path / "empty").mkdir()
    assert playhead("import", "empty")[0] == 2
