"""Event: one rrweb event, kept byte for byte and typed only where it is read.

Shape   {"type": int, "timestamp": number, "data": any, "page"?: str, ...unknown keys kept in `raw`}
Units   `timestamp`: ms since the Unix epoch on the recorder's clock (float where the recorder wrote one)
Order   arrival order; readers sort by `timestamp` where they need time order
"""

from typing import Final

import msgspec

DOM_CONTENT_LOADED: Final = 0
LOAD: Final = 1
FULL_SNAPSHOT: Final = 2
INCREMENTAL: Final = 3
META: Final = 4
CUSTOM: Final = 5
PLUGIN: Final = 6
ASSET: Final = 7
ANNOTATION: Final = 8

_NULL = msgspec.Raw(b"null")


class Event(msgspec.Struct, gc=False):
    """The head of an rrweb event; `data` stays undecoded until somebody reads it.

    `page` names the document load the event belongs to (node ids are only unique inside one page); recordings
    that do not say leave it empty and form a single lane. `raw` is the whole event's JSON, unknown keys included.
    """

    type: int
    timestamp: float
    data: msgspec.Raw = _NULL
    page: str = ""
    raw: bytes = b""
