"""Static files: our own scripts and styles, read and packed once, with a fingerprint of what is in them.

Gzip at its best level: the player is 287 KB plain and 90 KB so, the recorder 84 KB and 30 KB; every browser takes it.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

MIN_PACK_BYTES: Final = 1_400  # below one network packet gzip saves nothing
# the recorder, and what it fetches where a site asks for more; ts/build.mjs makes one of every folder with an index.ts
RECORDER_SCRIPTS: Final = ("recorder.js", "recorder-bodies.js", "recorder-canvas.js", "recorder-frames.js")


class StaticFile(NamedTuple):
    plain: bytes
    packed: bytes | None  # gzip; None where it saves nothing
    fingerprint: str  # 12 hex digits of the SHA-256 of `plain`

    def body_for(self, accept_encoding: str) -> tuple[bytes, dict[str, str]]:
        """Return the bytes to send and their headers, for a client that accepts these encodings."""
        if self.packed is None or "gzip" not in accept_encoding:
            return self.plain, {"vary": "accept-encoding"}
        return self.packed, {"vary": "accept-encoding", "content-encoding": "gzip"}


def read_static(file: Path) -> StaticFile:
    """Return a file of ours; it is read again only after it changed. Errors: OSError where it cannot be read.

    A name with "+" is that of several in its folder, one after the other: `a+b.css` is `a.css` and `b.css`.
    """
    parts = file.stem.split("+")
    if len(set(parts)) < len(parts):
        raise FileNotFoundError(file)
    files = [file.with_name(part + file.suffix) for part in parts]
    return _read(tuple((part, part.stat().st_mtime_ns) for part in files))


@lru_cache(maxsize=256)
def _read(files: tuple[tuple[Path, int], ...]) -> StaticFile:
    plain = b"\n".join(file.read_bytes() for file, _ in files)
    packed = gzip.compress(plain, 9, mtime=0) if len(plain) >= MIN_PACK_BYTES else None
    if packed is not None and len(packed) > 0.9 * len(plain):
        packed = None
    return StaticFile(plain, packed, hashlib.sha256(plain).hexdigest()[:12])
