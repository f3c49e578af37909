"""Reading the FILE argument of a command: a path or `-`, bounded in memory."""

import sys
from pathlib import Path

from playhead.cli.errors import InputError

MAX_INPUT_BYTES = 2 << 30  # an 8-hour recording of a busy page is about 500 MB of JSON


def read_input(name: str) -> bytes:
    """Return the bytes of `name` (`-` is standard input) or raise InputError."""
    if name == "-":
        blob = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    else:
        path = Path(name)
        try:
            if path.is_dir():
                raise InputError(f"{name}: is a directory, expected a recording")
            with path.open("rb") as stream:
                blob = stream.read(MAX_INPUT_BYTES + 1)
        except OSError as error:
            raise InputError(f"{name}: {error.strerror or error}") from None
    if len(blob) > MAX_INPUT_BYTES:
        raise InputError(f"{name}: larger than the limit of {MAX_INPUT_BYTES >> 20} MiB")
    return blob
