"""Bodies: the JSON of a batch, wherever it lies: as it came in a pack, or in the text of a whole session."""

from typing import Final

from playhead.store.dictionaries import Dictionaries
from playhead.store.inflate import MAX_BATCH_BYTES, InflateError, inflate
from playhead.store.objects import Objects
from playhead.store.pack import PackError, check_body
from playhead.store.whole import decode_whole, is_whole

__all__ = ["Bodies"]

_NONE: Final = ("", b"")


class Bodies:
    """Reads batches one after the other; the session read last stays in memory. For one thread and one reading."""

    def __init__(self, objects: Objects, dictionaries: Dictionaries) -> None:
        self._objects, self._dictionaries = objects, dictionaries
        self._whole: tuple[str, bytes] = _NONE
        self._failed: tuple[str, PackError] | None = None

    def get(self, pack: str, start: int, length: int, checksum: int, *, limit_bytes: int = MAX_BATCH_BYTES) -> bytes:
        """Return the JSON; raises ObjectMissing, PackError or InflateError."""
        if not is_whole(pack):
            kept = self._objects.get_range(pack, start, length)
            return inflate(check_body(kept, length=length, checksum=checksum), limit_bytes=limit_bytes)
        if length > limit_bytes:
            raise InflateError(f"{length} bytes, the limit is {limit_bytes}")
        body = self._text(pack)[start : start + length]
        if len(body) != length:
            raise PackError(f"{len(body)} bytes are left of {length}")
        return body

    def _text(self, pack: str) -> bytes:
        if self._failed and self._failed[0] == pack:
            raise self._failed[1]
        if self._whole[0] != pack:
            self._whole = _NONE
            try:
                self._whole = (pack, decode_whole(self._objects.get(pack), self._dictionaries, name=pack))
            except PackError as error:
                self._failed = (pack, error)
                raise
        return self._whole[1]
