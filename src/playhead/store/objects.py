"""Objects: bytes under a key; put once, read whole or in part, list, delete. There is no append.

Keys    parts of `A-Z a-z 0-9 . _ -` that start with a letter or digit, joined by `/`, at most 512 characters
Order   `list` gives keys in ascending order of their characters, as S3 does
Errors  KeyRefused, ObjectExists, ObjectMissing, NoSpace; other faults of the disk pass as OSError
"""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

MAX_KEY_CHARACTERS: Final = 512
TEMPORARY: Final = ".tmp"  # a directory that no key can name
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class KeyRefused(ValueError):
    """The key could leave the store or cannot be kept by every adapter."""


class ObjectExists(FileExistsError):
    """`put` found another object under this key."""


class ObjectMissing(FileNotFoundError):
    """There is no object under this key."""


class NoSpace(OSError):
    """The disk or the quota is full: nothing was kept; trying again later may work."""


def check_key(key: str) -> None:
    """Raise KeyRefused unless every adapter can keep this key."""
    if len(key) > MAX_KEY_CHARACTERS or not _KEY.fullmatch(key):
        raise KeyRefused(f"object key {key[:80]!r}: not letters, digits, '.', '_', '-' in parts joined by '/'")


def made_ms_of(key: str) -> int:
    """Return when a pack or a film was made, from its key; 0 where that does not tell."""
    time_ms = key.rpartition("/")[2].partition("-")[0]
    return int(time_ms) if time_ms.isascii() and time_ms.isdecimal() else 0


class Objects(Protocol):
    def put(self, key: str, blob: bytes, *, if_absent: bool = True) -> None:
        """Keep `blob` durably before returning; the object appears whole or not at all."""
        ...

    def get(self, key: str) -> bytes: ...

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """Return at most `length` bytes from `start`; fewer where the object ends."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """Give every key that starts with `prefix`."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; a key without one is fine."""
        ...


class LocalObjects:
    """Objects as files below one directory, synced with their directories before `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temporary = root / TEMPORARY
        self._temporary.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._known = {root}  # directories that are known to be on the disk

    def put(self, key: str, blob: bytes, *, if_absent: bool = True) -> None:
        path = self._path(key)
        temporary = self._temporary / secrets.token_hex(8)
        try:
            self._make_directory(path.parent)
            _write_synced(temporary, blob)
            if if_absent:
                _publish(temporary, path)
            else:
                temporary.replace(path)
            _sync_directory(path.parent)
        except FileExistsError:
            raise ObjectExists(errno.EEXIST, "object exists", key) from None
        except OSError as error:
            raise _told(error, self.root) from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise ObjectMissing(errno.ENOENT, "no object", key) from None

    def get_range(self, key: str, start: int, length: int) -> bytes:
        if start < 0 or length < 0:
            raise ValueError(f"range {start}+{length} of {key!r}: neither may be negative")
        try:
            with self._path(key).open("rb", buffering=0) as stream:
                return _read_at(stream.fileno(), start, length)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise ObjectMissing(errno.ENOENT, "no object", key) from None

    def list(self, prefix: str = "") -> Iterator[str]:
        yield from _walk(self.root, "", prefix)

    def grow(self, key: str) -> "GrowingObject":
        """Return the end of an object, to be appended to: what no other adapter can."""
        return GrowingObject(self._path(key))

    def delete(self, key: str) -> None:
        path = self._path(key)
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            _sync_directory(path.parent)

    def clean(self) -> int:
        """Remove what a killed `put` left behind; only while nobody else has this directory open."""
        left = list(self._temporary.iterdir())
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, key: str) -> Path:
        check_key(key)
        return self.root / key

    def _make_directory(self, directory: Path) -> None:
        """Make `directory` and sync the entry of each new level: a file in a lost directory is lost."""
        if directory in self._known:
            return
        self._make_directory(directory.parent)
        directory.mkdir(exist_ok=True, mode=0o700)
        _sync_directory(directory.parent)
        self._known.add(directory)


class GrowingObject:
    """The end of a file: appended to and synced, by one writer. `size` counts what is durable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        self.size = os.fstat(self._descriptor).st_size

    @property
    def gone(self) -> bool:
        """Whether the file was deleted or another put in its place: what is appended would be lost with it."""
        return os.fstat(self._descriptor).st_nlink == 0

    def append(self, blob: bytes) -> None:
        """Add `blob` durably before returning; raises OSError, NoSpace: part of it may then be there, see `cut`."""
        try:
            _write_all(self._descriptor, blob)
            os.fdatasync(self._descriptor)  # a length that changed is synced too
        except OSError as error:
            raise _told(error, self._path) from error
        self.size += len(blob)

    def cut(self, size: int) -> None:
        """Take back what was added behind `size` bytes."""
        os.ftruncate(self._descriptor, size)
        os.fdatasync(self._descriptor)
        self.size = size

    def close(self) -> None:
        os.close(self._descriptor)


def _told(error: OSError, where: Path) -> OSError:
    if error.errno in _FULL:
        return NoSpace(error.errno, "the disk that holds the recordings is full", str(where))
    return error


def _write_synced(path: Path, blob: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _write_all(descriptor, blob)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, blob: bytes) -> None:
    left = memoryview(blob)
    while left:
        left = left[os.write(descriptor, left) :]


def _publish(temporary: Path, path: Path) -> None:
    """Give the finished file its name, unless the name is taken; a hard link is the atomic way to ask."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # claims the name first
        temporary.replace(path)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_at(descriptor: int, start: int, length: int) -> bytes:
    parts: list[bytes] = []
    while length and (part := os.pread(descriptor, min(length, 1 << 26), start)):
        parts.append(part)
        start, length = start + len(part), length - len(part)
    return b"".join(parts)


def _walk(directory: Path, base: str, prefix: str) -> Iterator[str]:
    """Depth first, a directory sorting as its name plus '/', so that keys come in the order of whole keys."""
    entries = [(entry.name + "/" * entry.is_dir(), entry) for entry in os.scandir(directory) if entry.name != TEMPORARY]
    for name, entry in sorted(entries, key=lambda pair: pair[0]):
        key = base + name
        if name.endswith("/"):
            if key.startswith(prefix) or prefix.startswith(key):
                yield from _walk(Path(entry.path), key, prefix)
        elif key.startswith(prefix):
            yield key
