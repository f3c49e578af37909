"""zstd for what the store itself writes: whole sessions, import batches, traces."""

import sys
from typing import Final

if sys.version_info >= (3, 14):
    from compression import zstd as library
else:
    from backports import zstd as library

LEVEL: Final = 6  # a real recording of 158 KB: 14.0 KB at 119 MB/s; level 3 16.2 KB at 553, level 9 13.1 KB at 85
MAX_BYTES: Final = 1 << 30
_MAX_WINDOW_LOG: Final = 27  # of frames that are read: zstd's own limit

ZstdDecompressor = library.ZstdDecompressor
ZstdError = library.ZstdError
ZstdDict = library.ZstdDict
_P = library.CompressionParameter


def content_of(blob: bytes) -> ZstdDict:
    """Return a dictionary that is plain content, not one that zstd trained."""
    return ZstdDict(blob, is_raw=True)


def deflate(
    blob: bytes, *, level: int = LEVEL, dictionary: ZstdDict | None = None, window_log: int | None = None
) -> bytes:
    if dictionary is None and window_log is None:
        return library.compress(blob, level)
    options: dict[int, int] = {_P.compression_level: level, _P.content_size_flag: 1, _P.dict_id_flag: 0}
    if window_log:
        options[_P.window_log] = window_log
    # digested once and kept in `dictionary`: 23 ms where reading it anew each time took 133, for 2 % more bytes
    return library.compress(blob, options=options, zstd_dict=dictionary.as_digested_dict if dictionary else None)


def inflate(blob: bytes, *, dictionary: ZstdDict | None = None) -> bytes:
    """Return what `deflate` was given; raises ZstdError for anything else, and past MAX_BYTES."""
    options: dict[int, int] = {library.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG}
    decoder = ZstdDecompressor(zstd_dict=dictionary.as_prefix if dictionary else None, options=options)
    whole = decoder.decompress(blob, MAX_BYTES)
    if not decoder.eof:
        raise ZstdError(f"cut short, or more than {MAX_BYTES} bytes")
    return whole
