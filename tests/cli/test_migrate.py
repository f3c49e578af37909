"""`playhead migrate`: says what waits, does it once, and refuses what a newer Playhead wrote."""

import sqlite3
from pathlib import Path

import pytest

from playhead.cli import main

OLD = Path(__file__).parents[1] / "fixtures/schemas/v1-sqlite.sql"


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.delenv("PLAYHEAD_INDEX", raising=False)
    with sqlite3.connect(tmp_path / "index.db") as connection:
        connection.executescript(OLD.read_text())
    return str(tmp_path)


def test_an_older_index_is_told_and_then_brought_up_to_date(data, capsys):
    assert main(["migrate", "--check", "--data", data]) == 1
    waiting = capsys.readouterr().out.splitlines()
    assert waiting and all(line.startswith("waits: ") for line in waiting)
    assert main(["migrate", "--data", data]) == 0
    assert capsys.readouterr().out.splitlines() == [line.replace("waits", "done") for line in waiting]
    assert main(["migrate", "--check", "--data", data]) == 0
    assert capsys.readouterr().out == "The index is up to date.\n"


def test_what_a_newer_playhead_wrote_and_what_is_not_there_are_refused(data, tmp_path, capsys):
    main(["migrate", "--data", data])
    with sqlite3.connect(tmp_path / "index.db") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    assert main(["migrate", "--data", data]) == 2
    assert "newer" in capsys.readouterr().err
    assert main(["migrate", "--data", str(tmp_path / "nowhere")]) == 2
    assert "no recordings here" in capsys.readouterr().err
