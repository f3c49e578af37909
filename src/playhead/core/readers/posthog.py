"""PostHog: undo the compression posthog-js puts inside single events (`"cv": "2024-10"`).

Source  posthog-js 1.449: a FullSnapshot's `data` is gzip as a latin-1 string; a Mutation's `texts`, `attributes`,
        `removes` and `adds`, and a StyleSheetRule's `adds` and `removes`, are compressed one by one
"""

from typing import Final

import msgspec

from playhead.core.readers.inflate import Budget, FormatError, compression_of, inflate

VERSION: Final = "2024-10"
_PARTS: Final = ("texts", "attributes", "removes", "adds")

_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_string = msgspec.json.Decoder(str).decode


def expand(raw: bytes, budget: Budget) -> bytes | None:
    """Return the plain JSON of a compressed event, None for one that is not compressed; FormatError if it is broken."""
    try:
        members = _decode_object(raw)
        if "cv" not in members or "data" not in members:
            return None
        if _decode_string(members["cv"]) != VERSION:
            raise FormatError("an unknown compression of PostHog")
        members["data"] = msgspec.Raw(_expand_data(bytes(members["data"]), budget))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        return None
    del members["cv"]
    return msgspec.json.encode(members)


def _expand_data(data: bytes, budget: Budget) -> bytes:
    if data[:1] == b'"':
        return _inflate_string(data, budget)
    if data[:1] != b"{":
        return data
    parts = _decode_object(data)
    for name in _PARTS:
        part = bytes(parts.get(name, b""))
        if part[:1] == b'"':
            parts[name] = msgspec.Raw(_inflate_string(part, budget))
    return msgspec.json.encode(parts)


def _inflate_string(value: bytes, budget: Budget) -> bytes:
    try:
        packed = _decode_string(value).encode("latin-1")
    except UnicodeEncodeError:
        raise FormatError("a compressed part is not a latin-1 string") from None
    name = compression_of(packed)
    if not name:
        raise FormatError("a compressed part does not start like gzip")
    return inflate(packed, name, budget)
