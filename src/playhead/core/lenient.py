"""Reading JSON that strict parsers refuse: too deep, cut surrogates, NaN, invalid UTF-8. Slow, bounded, no recursion.

`split_array` and `split_object` find the members of a container by structure alone; `tidy_json` replaces what
is not JSON inside one value; `parse` returns Python values from JSON of any depth up to a limit.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, cast

import msgspec

from playhead.core.patterns import late

MAX_JSON_DEPTH: Final = 25_000  # a DOM level is an object and an array: 10,000 levels and room to spare

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STRUCTURE = late(_STRING + rb'|[\[\]{},"]', re.DOTALL)
_WORD = late(_STRING + rb"|-?\b(?:NaN|Infinity|undefined)\b", re.DOTALL)
_TOKEN = late(rb"[ \t\r\n]*+(?:(" + _STRING + rb')|([\[\]{},:])|([^\s\[\]{},:"]++))', re.DOTALL)
_KEY = late(rb"(" + _STRING + rb")[ \t\r\n]*+:[ \t\r\n]*+", re.DOTALL)
_SURROGATE = late(
    rb"(\\\\)|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_CONTROL = late(rb"[\x00-\x1f]")
_SPACE = b" \t\r\n"
AROUND: Final = b" \t\r\n,\x1e"  # what stands between values in one file: RFC 7464 has 0x1E before each


class LenientError(ValueError):
    """The text is not JSON even by structure; the message names the byte."""


def split_array(blob: bytes) -> list[bytes]:
    """Return the bytes of each element of the JSON array in `blob`, however deep or odd its values are."""
    return list(_members(blob, opening=0x5B, closing=0x5D, noun="array"))


def split_values(blob: bytes) -> list[bytes]:
    """Return the objects and arrays that stand one behind the other in `blob`, commas between them or not."""
    view = memoryview(blob)
    values: list[bytes] = []
    depth = start = end = 0
    for token in _STRUCTURE.finditer(blob):
        at = token.start()
        mark = blob[at]
        if mark == 0x22:
            if depth == 0 or token.end() == at + 1:
                raise LenientError(f"a string at byte {at} that is no value of its own, or never ends")
        elif mark in b"[{":
            if depth == 0:
                if bytes(view[end:at]).strip(AROUND):
                    raise LenientError(f"something that is no value before byte {at}")
                start = at
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise LenientError(f"nested deeper than {MAX_JSON_DEPTH:,} at byte {at:,}")
        elif mark != 0x2C:
            depth -= 1
            if depth == 0:
                end = at + 1
                values.append(bytes(view[start:end]))
            elif depth < 0:
                raise LenientError(f"unbalanced at byte {at}")
    if depth or bytes(view[end:]).strip(AROUND):
        raise LenientError(f"cut short at byte {len(blob)}")
    return values


def split_object(blob: bytes) -> dict[str, bytes]:
    """Return the members of the JSON object in `blob` as bytes by key, however deep or odd their values are."""
    members: dict[str, bytes] = {}
    for member in _members(blob, opening=0x7B, closing=0x7D, noun="object"):
        key = _KEY.match(member)
        if key is None:
            raise LenientError(f"{member[:20]!r} is not a member of an object")
        members[str(_scalar(key[1]))] = member[key.end() :]
    return members


def is_whole(blob: bytes) -> bool:
    """Return whether `blob` is, by structure, exactly one JSON object, array or string."""
    if blob[:1] == b'"':
        return re.fullmatch(_STRING, blob, re.DOTALL) is not None
    try:
        if blob[:1] == b"{":
            split_object(blob)
        else:
            split_array(blob)
    except LenientError:
        return False
    return True


def _members(blob: bytes, *, opening: int, closing: int, noun: str) -> Iterator[bytes]:
    view = memoryview(blob)
    depth = start = 0
    for token in _STRUCTURE.finditer(blob):
        at = token.start()
        mark = blob[at]
        if mark == 0x22:
            if token.end() == at + 1:
                raise LenientError(f"a string that starts at byte {at} never ends (cut short?)")
            if depth == 0:
                break
        elif mark in b"[{":
            if depth == 0:
                if mark != opening:
                    break
                start = at + 1
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise LenientError(f"nested deeper than {MAX_JSON_DEPTH:,} at byte {at:,}")
        elif mark == 0x2C:
            if depth == 1:
                yield bytes(view[start:at]).strip(_SPACE)
                start = at + 1
        else:
            depth -= 1
            if depth == 0 and mark == closing:
                if last := bytes(view[start:at]).strip(_SPACE):
                    yield last
                if rest := bytes(view[at + 1 : at + 65]).strip(_SPACE):
                    raise LenientError(f"the {noun} ends at byte {at}, but {rest[:20]!r} follows")
                return
            if depth < 1:
                break
    if depth:
        raise LenientError(f"the JSON {noun} is cut short at byte {len(blob)}")
    raise LenientError(f"not a JSON {noun}")


def tidy_json(blob: bytes, *, surrogates: bool = True) -> bytes:
    """Return `blob` with lone surrogates and bad UTF-8 as U+FFFD, NaN and Infinity as null, control bytes escaped."""
    text = blob
    if not text.isascii():
        text = text.decode("utf-8", "replace").encode()
    return _WORD.sub(_tidy_word if surrogates else _tidy_controls, text)


def parse(blob: bytes, *, max_depth: int = MAX_JSON_DEPTH) -> Any:
    """Return the Python value of `blob`; deeper than `max_depth` or malformed raises LenientError. No recursion."""
    stack: list[dict[str, Any] | list[Any]] = []
    keys: list[str] = []
    key: str | None = None
    at, end = 0, len(blob.rstrip(_SPACE))
    while at < end:
        token = _TOKEN.match(blob, at)
        if token is None:
            raise LenientError(f"not JSON at byte {at}")
        at = token.end()
        mark = token[2]
        if mark in (b",", b":"):
            continue
        if mark in (b"[", b"{"):
            if len(stack) >= max_depth:
                raise LenientError(f"nested deeper than {max_depth} at byte {at}")
            stack.append([] if mark == b"[" else {})
            keys.append(key or "")
            key = None
            continue
        if mark:
            if not stack:
                raise LenientError(f"unbalanced {mark.decode()} at byte {at}")
            value: Any = stack.pop()
            key = keys.pop()
        else:
            value = _scalar(token[1] or token[3])
            if stack and type(stack[-1]) is dict and key is None:
                key = str(cast(object, value))
                continue
        if not stack:
            if at < end:
                raise LenientError(f"something follows the value at byte {at}")
            return value
        holder = stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        else:
            holder[key or ""] = value
        key = None
    raise LenientError(f"cut short at byte {end}")


def write_json(value: Any) -> bytes:
    """Return the JSON of what `parse` returned, of any depth. No recursion."""
    made: list[bytes] = []
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, _Written):
            made.append(one)
        elif isinstance(one, dict):
            made.append(b"{")
            stack.append(_Written(b"}"))
            members = list(cast("dict[str, Any]", one).items())
            for at, (key, held) in reversed(list(enumerate(members))):
                stack += (held, _Written((b"," if at else b"") + msgspec.json.encode(key) + b":"))
        elif isinstance(one, list):
            made.append(b"[")
            stack.append(_Written(b"]"))
            for at, held in reversed(list(enumerate(cast("list[Any]", one)))):
                stack += (held, _Written(b"," if at else b""))
        else:
            made.append(msgspec.json.encode(one))
    return b"".join(made)


class _Written(bytes):
    """JSON that stands as it is."""


def _tidy_word(found: re.Match[bytes]) -> bytes:
    word = found[0]
    if word[0] != 0x22:
        return b"null"
    if b"\\u" in word:
        word = _SURROGATE.sub(_tidy_surrogate, word)
    return _CONTROL.sub(_escape_control, word)


def _tidy_controls(found: re.Match[bytes]) -> bytes:
    return b"null" if found[0][0] != 0x22 else _CONTROL.sub(_escape_control, found[0])


def _tidy_surrogate(found: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if found[3] else found[0]


def _escape_control(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % found[0][0]


def _scalar(word: bytes) -> Any:
    try:
        return msgspec.json.decode(word)
    except (msgspec.MsgspecError, ValueError):
        return "" if word[:1] == b'"' else None
