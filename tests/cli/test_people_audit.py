"""people and audit: as an operator runs them, on a data directory and against a server with a password."""

import json
import signal

import pytest

from playhead.cli import main
from tests.conftest import Server

PASSWORD = "correct horse battery"


@pytest.fixture
def playhead(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLAYHEAD_DATA", raising=False)

    def run(*argv):
        code = main(list(argv))
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYHEAD_ADMIN_PASSWORD", PASSWORD)
    running = Server(tmp_path / "served", command="serve").start()
    yield running
    running.kill(signal.SIGTERM)


def test_accounts_on_a_data_directory(playhead):
    code, out, _ = playhead("people", "add", "Ada@Example.org", "--role", "viewer", "--name", "Ada L.")
    made = json.loads(out)
    assert code == 0 and made["link"].startswith("/join/") and made["person"]["email"] == "ada@example.org"
    assert playhead("people", "add", "ada@example.org")[0] == 2
    playhead("people", "role", "ada@example.org", "admin")
    assert json.loads(playhead("people", "list")[1])["role"] == "admin"
    assert "/join/" in playhead("people", "link", "ada@example.org")[1]
    assert playhead("people", "remove", "ada@example.org")[0] == 0
    assert playhead("people", "list") == (0, "", "")
    code, _, err = playhead("people", "remove", "ada@example.org")
    assert code == 2 and "has no account" in err
    log = playhead("audit")[1].splitlines()
    assert [line.split("  ", 3)[3] for line in log] == [
        "add Ada@Example.org", "role ada@example.org", "link ada@example.org", "remove ada@example.org",
    ]  # fmt: skip
    assert all("command line (" in line and "changed people" in line for line in log)


def test_accounts_at_a_server(playhead, server, monkeypatch):
    made = json.loads(playhead("people", "add", "ada@example.org", "--server", server.url)[1])
    assert made["link"].startswith(f"{server.url}/join/")
    role = json.loads(playhead("people", "role", "ada@example.org", "viewer", "--server", server.url)[1])
    assert role["role"] == "viewer"
    entries = [
        json.loads(line) for line in playhead("audit", "--server", server.url, "--format", "json")[1].splitlines()
    ]
    assert [(one["who"], one["action"]) for one in entries] == [("admin password", "changed people")] * 2
    monkeypatch.setenv("PLAYHEAD_TOKEN", "pht_wrong")
    code, _, err = playhead("people", "list", "--server", server.url)
    assert code == 2 and "log in first" in err


def test_what_a_command_erases_and_exports_is_noted(playhead, tmp_path):
    (tmp_path / "one.json").write_text(
        json.dumps([{"type": 4, "timestamp": 1.75e12, "data": {"href": "https://a.example/"}}])
    )
    session = json.loads(playhead("import", "one.json")[1])["session_id"]
    playhead("export", session)
    playhead("erase", "--session", session)
    noted = [json.loads(line) for line in playhead("audit", "--format", "json")[1].splitlines()]
    assert [(one["action"], one["target"]) for one in noted] == [
        ("exported", f"session {session}"),
        ("erased", f"session {session}"),
    ]


def test_a_terminal_is_not_commanded_by_what_somebody_typed(playhead):
    from pathlib import Path

    from playhead.query import audit
    from playhead.store import open_store

    with open_store(Path("data")) as store:
        audit.note(store, who="\x1b[2Jeve", action="failed to log in")
    assert "\x1b" not in playhead("audit")[1]


def test_an_unreachable_server_is_one_line(playhead):

    code, _, err = playhead("audit", "--server", "http://127.0.0.1:9")
    assert code == 2 and err.count("\n") == 1
