"""Inflate: a batch body as it was sent → its JSON, never more than a limit of it.

Shapes  gzip (one or several members), zstd (one or several frames), or plain; told apart by their first bytes
Errors  InflateError says what is wrong: cut short, damaged, or larger than the limit
"""

from collections.abc import Callable
from typing import Any, Final, cast

from isal import isal_zlib
from isal.igzip_lib import IsalError

from playhead.store.zstd import ZstdDecompressor, ZstdError

MAX_BATCH_BYTES: Final = 32 << 20  # inflated
GZIP_MAGIC: Final = b"\x1f\x8b"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
MAX_MEMBERS: Final = 16  # a recorder sends one; each more copies the rest, so many tiny ones would cost n²
_GZIP_WINDOW = 31  # zlib's number for "a gzip wrapper, 32 KiB window"
_DAMAGED: Final[tuple[type[Exception], ...]] = (cast("type[Exception]", IsalError), ZstdError)


class InflateError(ValueError):
    """The body cannot be inflated within the limit."""


def inflate(body: bytes, *, limit_bytes: int = MAX_BATCH_BYTES) -> bytes:
    """Return what `body` holds, or raise InflateError; at most `limit_bytes` + 1 are ever made."""
    if body.startswith(GZIP_MAGIC):
        return _inflate(body, GZIP_MAGIC, limit_bytes, lambda: isal_zlib.decompressobj(_GZIP_WINDOW))
    if body.startswith(ZSTD_MAGIC):
        return _inflate(body, ZSTD_MAGIC, limit_bytes, ZstdDecompressor)
    if len(body) > limit_bytes:
        raise InflateError(f"{len(body)} bytes, the limit is {limit_bytes}")
    return body


def _inflate(body: bytes, magic: bytes, limit_bytes: int, make: Callable[[], Any]) -> bytes:
    """Inflate up to MAX_MEMBERS streams one after the other; what follows the last is padding, and dropped."""
    name = "gzip" if magic == GZIP_MAGIC else "zstd"
    parts: list[bytes] = []
    left = limit_bytes + 1
    while body.startswith(magic):
        if len(parts) == MAX_MEMBERS:
            raise InflateError(f"{name} data has more than {MAX_MEMBERS} parts")
        decoder = make()
        try:
            part = decoder.decompress(body, left)
        except _DAMAGED as error:
            raise InflateError(f"damaged {name} data: {error}") from None
        parts.append(part)
        left -= len(part)
        if left <= 0:
            raise InflateError(f"{name} data holds more than the limit of {limit_bytes} bytes")
        if not decoder.eof:
            raise InflateError(f"{name} data is cut short")
        body = decoder.unused_data
    return b"".join(parts)
