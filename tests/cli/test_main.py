"""The command itself: help, version, unknown words, and light start-up."""

import subprocess
import sys

import pytest

from playhead import __version__
from playhead.cli import COMMANDS, main


def test_version(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out.strip() == f"playhead {__version__}"


def test_without_a_command_it_says_what_there_is(capsys):
    assert main([]) == 2
    printed = capsys.readouterr().out
    for name in COMMANDS:
        assert name in printed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([name, "--help"])
    assert exit_.value.code == 0
    assert "usage:" in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["dance"])
    assert exit_.value.code == 2
    assert "dance" in capsys.readouterr().err


HEAVY = ("sqlalchemy", "litestar", "uvicorn", "pydantic", "pydantic_ai", "rich", "obstore", "anyio", "jinja2")


@pytest.mark.parametrize("name", ["trace", "narrate", "keyframe"])
def test_reading_a_recording_imports_nothing_heavy(name):
    code = (
        "import sys, contextlib, io; from playhead.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main([{name!r}, '--help'])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
