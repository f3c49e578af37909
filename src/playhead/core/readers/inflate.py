"""Inflate: gzip, zlib and zstd bodies, never past a budget.

Errors  FormatError says which compression broke and why, or which limit was met
Memory  one step makes at most 8 MiB, then the budget is asked: 32 KB of zstd may hold 1 GB
"""

import zlib
from collections.abc import Iterator
from typing import Any, Final, cast

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
MAX_LAYERS: Final = 3  # a gzip file inside a gzip answer happens; more is somebody's joke
_STEP: Final = 64 << 10
_MOST: Final = 8 << 20
_JSON_STARTS: Final = (b"[", b"{", b'"')
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class FormatError(ValueError):
    """The bytes are no recording; the message is one line: what was found, where, and which limit."""


class Budget:
    """How many inflated bytes one recording may still make."""

    __slots__ = ("limit", "spent")

    def __init__(self, limit_bytes: int) -> None:
        self.limit, self.spent = limit_bytes, 0

    def spend(self, count: int) -> None:
        self.spent += count
        if self.spent > self.limit:
            raise FormatError(f"inflates to more than the limit of {self.limit:,} bytes")


def unwrap(blob: bytes, budget: Budget) -> tuple[bytes, list[str]]:
    """Return the bytes below all layers of gzip and zstd, and the names of the layers, outermost first."""
    layers: list[str] = []
    while (name := compression_of(blob)) and len(layers) < MAX_LAYERS:
        blob = inflate(blob, name, budget)
        layers.append(name)
    return blob, layers


def compression_of(blob: bytes) -> str:
    """Return "gzip", "zlib", "zstd" by the first bytes, or "" for anything else."""
    if blob[:2] == GZIP:
        return "gzip"
    if blob[:4] == ZSTD:
        return "zstd"
    if blob[:1] == b"\x78" and len(blob) > 1 and (blob[0] << 8 | blob[1]) % 31 == 0:
        return "zlib"
    return ""


def inflate(blob: bytes, name: str, budget: Budget, *, json_only: bool = True) -> bytes:
    """Return the inflated bytes; with `json_only` stop at once where they do not start like JSON."""
    parts: list[bytes] = []
    rest = blob
    while True:
        machine, errors = _machine(name)
        at = 0
        while not machine.eof:
            if at >= len(rest):
                raise FormatError(f"the {name} data is cut short after {len(blob):,} bytes")
            try:
                steps = _steps(machine, rest[at : at + _STEP])
                for part in steps:
                    budget.spend(len(part))
                    parts.append(part)
                    if json_only and len(parts) == 1:
                        _expect_json(part, name)
            except errors as error:
                raise FormatError(f"broken {name} data: {' '.join(str(error).split())}") from None
            at += _STEP
        rest = bytes(machine.unused_data) + rest[at:]
        if compression_of(rest) != name:  # another member, or the padding that is customary after the last
            return b"".join(parts)


def _steps(machine: Any, part: bytes) -> Iterator[bytes]:
    if made := machine.decompress(part, _MOST):
        yield made
    if hasattr(machine, "needs_input"):  # zstd keeps the rest of its input itself
        while not machine.eof and not machine.needs_input:
            if made := machine.decompress(b"", _MOST):
                yield made
    else:
        while tail := machine.unconsumed_tail:
            if made := machine.decompress(tail, _MOST):
                yield made


def _machine(name: str) -> tuple[Any, tuple[type[Exception], ...]]:
    if name == "zstd":
        from backports import zstd

        return zstd.ZstdDecompressor(), (zstd.ZstdError, EOFError)
    from isal import isal_zlib

    module = cast(Any, isal_zlib)
    return module.decompressobj(31 if name == "gzip" else 15), (module.error, zlib.error)


def _expect_json(part: bytes, name: str) -> None:
    start = part[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if start and start[:1] not in _JSON_STARTS and not compression_of(start) and start[:2] not in UTF16:
        raise FormatError(f"{name} data that does not hold JSON: it starts with {bytes(start[:12])!r}")
