"""Reading the recording that a command is given, with as little of Python loaded as that takes."""

import sys
from typing import TYPE_CHECKING

from playhead.cli.errors import InputError
from playhead.cli.files import read_input

if TYPE_CHECKING:
    from playhead.core.readers.formats import Recording


def recording_of(name: str) -> "Recording":
    """Return the recording in the file `name` (`-` is standard input), or raise InputError."""
    _import_msgspec()
    from playhead.core.readers.formats import FormatError, read_recording

    try:
        return read_recording(read_input(name))
    except FormatError as error:
        raise InputError(f"{name}: {error}") from None


def _import_msgspec() -> None:
    """Import msgspec as where typing_extensions is not installed: it then takes what typing itself has.

    typing_extensions and what it loads (inspect, ast, tokenize) cost 9 ms of CPU, as much as reading a megabyte.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # pyright: ignore[reportArgumentType] (an import of it fails)
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
