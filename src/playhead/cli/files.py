"""Reading the FILE argument of a command: a path or `-`, bounded in memory."""

import sys
from pathlib import Path
from typing import BinaryIO

from playhead.cli.errors import InputError

MAX_INPUT_BYTES = 2 << 30  # an 8-hour recording of a busy page is about 500 MB of JSON
PIECE_BYTES = 16 << 20


def read_input(name: str) -> bytes:
    """Return the bytes of `name` (`-` is standard input) or raise InputError."""
    if name == "-":
        blob = _read(sys.stdin.buffer)
    else:
        path = Path(name)
        try:
            if path.is_dir():
                raise InputError(f"{name}: is a directory, expected a recording")
            with path.open("rb") as stream:
                blob = _read(stream)
        except OSError as error:
            raise InputError(f"{name}: {error.strerror or error}") from None
    if len(blob) > MAX_INPUT_BYTES:
        raise InputError(f"{name}: larger than the limit of {MAX_INPUT_BYTES >> 20} MiB")
    return blob


def _read(stream: BinaryIO) -> bytes:
    """Read to the end, or one byte past the limit; `read(LIMIT)` would ask for all that memory beforehand."""
    pieces: list[bytes] = []
    room = MAX_INPUT_BYTES + 1
    while room > 0 and (piece := stream.read(min(room, PIECE_BYTES))):
        pieces.append(piece)
        room -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
