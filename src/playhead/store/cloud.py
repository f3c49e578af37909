"""CloudObjects: objects in S3 and its compatibles, Google Cloud Storage or Azure, through obstore.

Address       s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX; file:///PATH is a local directory
Credentials   by each provider's usual chain: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, a role of the machine, …
"""

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from playhead.store.objects import KeyRefused, LocalObjects, ObjectExists, ObjectMissing, Objects, check_key

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES: Final = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss")
RETRY: Final = {"max_retries": 4}


class ObjectsUnusable(OSError):
    """The place for objects cannot be reached or refuses us; the message says why."""


def open_objects(where: str) -> Objects:
    """Return the objects at an address or path; raises ValueError for an address nobody understands."""
    scheme, separator, _ = where.partition("://")
    if not separator:
        return LocalObjects(Path(where))
    if scheme == "file":
        return LocalObjects(Path(unquote(urlsplit(where).path)))
    if scheme not in SCHEMES:
        raise ValueError(f"{where!r}: objects are kept at s3://…, gs://…, az://… or file:///…")
    return CloudObjects(where)


class CloudObjects:
    def __init__(self, url: str, **config: Any) -> None:
        from obstore.exceptions import BaseError
        from obstore.store import from_url

        self.url = url
        try:
            self._store: ObjectStore = from_url(url, config=config or None, retry_config=RETRY)  # type: ignore[call-overload]
        except BaseError as error:
            raise ObjectsUnusable(errno.EIO, _short(error), url) from None

    def put(self, key: str, blob: bytes, *, if_absent: bool = True) -> None:
        import obstore

        check_key(key)
        with _faults(key):
            obstore.put(self._store, key, blob, mode="create" if if_absent else "overwrite", use_multipart=False)

    def get(self, key: str) -> bytes:
        import obstore

        check_key(key)
        with _faults(key):
            return bytes(obstore.get(self._store, key).bytes())

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """A range that begins past the end is an error to the servers; then, only then, the size is asked for."""
        import obstore

        check_key(key)
        if start < 0 or length < 0:
            raise ValueError(f"range {start}+{length} of {key!r}: neither may be negative")
        with _faults(key):
            if length:
                try:
                    return bytes(obstore.get_range(self._store, key, start=start, length=length))
                except FileNotFoundError:
                    raise
                except Exception:
                    if obstore.head(self._store, key)["size"] > start:
                        raise
            else:
                obstore.head(self._store, key)
        return b""

    def list(self, prefix: str = "") -> Iterator[str]:
        """The servers list whole parts of a path only; what the last part of `prefix` says is looked at here."""
        import obstore

        folder = prefix.rpartition("/")[0]
        with _faults(prefix):
            pages = list(obstore.list(self._store, prefix=folder or None))
        keys = (item["path"] for page in pages for item in page)
        yield from sorted(key for key in keys if key.startswith(prefix))

    def delete(self, key: str) -> None:
        import obstore

        check_key(key)
        try:
            with _faults(key):
                obstore.delete(self._store, key)
        except ObjectMissing:
            return


class _faults:
    """Turns the library's faults into those of Objects."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from obstore.exceptions import AlreadyExistsError, BaseError

        match error:
            case FileNotFoundError():
                raise ObjectMissing(errno.ENOENT, "no object", self._key) from None
            case AlreadyExistsError():
                raise ObjectExists(errno.EEXIST, "object exists", self._key) from None
            case KeyRefused() | None:
                return
            case BaseError() | OSError():
                raise ObjectsUnusable(errno.EIO, _short(error), self._key) from error
            case _:
                return


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
