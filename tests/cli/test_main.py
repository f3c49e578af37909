"""The command itself: help, version, unknown words, and light start-up."""

import subprocess
import sys
from pathlib import Path

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


RECORDING = sorted((Path(__file__).parents[1] / "fixtures/recordings").glob("*.json.zst"))[0]


@pytest.mark.parametrize("name", ["trace", "narrate"])
def test_a_command_that_leaves_at_once_has_written_everything(name):
    left = subprocess.run([sys.executable, "-m", "playhead", name, RECORDING], capture_output=True, check=True).stdout
    slow = f"import sys; from playhead.cli import main; sys.exit(main([{name!r}, {str(RECORDING)!r}]))"
    assert left == subprocess.run([sys.executable, "-c", slow], capture_output=True, check=True).stdout
    assert left.endswith(b"\n")


def test_a_command_that_leaves_at_once_keeps_its_exit_code(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "playhead", "trace", tmp_path / "gone"], capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert "No such file" in told.stderr


def test_a_command_that_cannot_write_says_so():
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "playhead", "narrate", RECORDING], stdout=full, stderr=subprocess.PIPE
        )
    assert told.returncode not in (0, 2)
    assert b"No space left" in told.stderr


def test_reading_a_recording_leaves_typing_extensions_to_others():
    code = (
        "import sys, contextlib, io; from playhead.cli import main\n"
        "sys.stdout = io.TextIOWrapper(io.BytesIO())\n"
        f"main(['trace', {str(RECORDING)!r}])\n"
        "before = 'typing_extensions' in sys.modules\n"
        "import typing_extensions\n"
        "print(before, typing_extensions.__name__, file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stderr.split() == ["False", "typing_extensions"]
