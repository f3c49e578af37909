"""`playhead serve`: refuses what is unsafe or impossible in one line, starts, and stops cleanly."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from tests.conftest import Server


def refused(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "playhead", "serve", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, env={**os.environ, **environ})


def assert_one_line(result: subprocess.CompletedProcess[str], *says: str) -> None:
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for word in says:
        assert word in result.stderr


def test_other_machines_are_not_let_in_without_a_password(tmp_path):
    result = refused("--host", "0.0.0.0", "--data", str(tmp_path / "data"))
    assert_one_line(result, "PLAYHEAD_ADMIN_PASSWORD")
    assert not (tmp_path / "data").exists()


def test_a_taken_port_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_one_line(refused("--port", str(port), "--data", str(tmp_path)), str(port), "--port")


def test_a_bad_setting_is_named(tmp_path):
    assert_one_line(refused("--data", str(tmp_path), PLAYHEAD_PORT="eighty"), "PLAYHEAD_PORT", "eighty")


def test_a_data_path_that_is_a_file_is_said(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    assert_one_line(refused("--port", "0", "--data", str(file)), str(file))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_answers_and_stops_when_told(tmp_path, how):
    server = Server(tmp_path / "data", command="serve").start()
    assert httpx.get(f"{server.url}/healthz").json()["status"] == "ok"
    server.kill(how)
    assert server.process.returncode in (0, 130, -how)  # uvicorn re-raises the signal once all is closed
