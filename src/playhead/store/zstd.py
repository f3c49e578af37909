"""zstd for what the store itself writes: import batches, traces."""

import sys
from typing import Final

if sys.version_info >= (3, 14):
    from compression import zstd as library
else:
    from backports import zstd as library

LEVEL: Final = 6  # a real recording of 158 KB: 14.0 KB at 119 MB/s; level 3 16.2 KB at 553, level 9 13.1 KB at 85
MAX_BYTES: Final = 1 << 30

ZstdDecompressor = library.ZstdDecompressor
ZstdError = library.ZstdError


def deflate(blob: bytes, *, level: int = LEVEL) -> bytes:
    return library.compress(blob, level)


def inflate(blob: bytes) -> bytes:
    """Return what `deflate` was given; raises ZstdError for anything else, and past MAX_BYTES."""
    decoder = ZstdDecompressor()
    whole = decoder.decompress(blob, MAX_BYTES)
    if not decoder.eof:
        raise ZstdError(f"cut short, or more than {MAX_BYTES} bytes")
    return whole
