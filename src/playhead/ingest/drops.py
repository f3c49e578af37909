"""Drops: every reason for which a batch is not kept; each has an HTTP status, a counter, and one line of detail.

Permanent reasons (4xx) tell the recorder to give the batch up; the others (429, 5xx) to send it again later.
"""

from enum import Enum
from typing import NamedTuple


class DropReason(Enum):
    UNKNOWN_VERSION = "unknown_version"  # of the wire protocol
    TOO_LARGE = "too_large"  # as sent
    TOO_LARGE_INFLATED = "too_large_inflated"  # as its gzip trailer says
    BAD_IDENTITY = "bad_identity"  # session or page is not an id, or seq not a number in range
    UNKNOWN_SITE = "unknown_site"
    EMPTY = "empty"
    NOT_A_BATCH = "not_a_batch"  # neither gzip, zstd nor a JSON array; or an unreadable object
    UNREADABLE = "unreadable"  # a strict site keeps nothing that could not be scrubbed
    NOT_RECORDED = "not_recorded"  # another SDK's analytics that are no part of a recording; answered as well
    CUT_SHORT = "cut_short"  # the sender went away inside the body
    TOO_SLOW = "too_slow"  # the body took longer than READ_S
    ERASED = "erased"  # the session was erased; nothing of it is taken any more
    FOREIGN_SESSION = "foreign_session"  # the session began under another site's key
    TOO_MANY = "too_many"  # more batches a minute than the site may send
    OVER_QUOTA = "over_quota"  # more gigabytes a day than the site may send
    BUSY = "busy"  # more waits to be written than is kept in memory
    NO_SPACE = "no_space"  # the disk is full
    FAILED = "failed"  # disk or index failed; the log says how


STATUS = {
    DropReason.UNKNOWN_VERSION: 400,
    DropReason.TOO_LARGE: 413,
    DropReason.TOO_LARGE_INFLATED: 413,
    DropReason.BAD_IDENTITY: 400,
    DropReason.UNKNOWN_SITE: 401,
    DropReason.EMPTY: 400,
    DropReason.NOT_A_BATCH: 400,
    DropReason.UNREADABLE: 400,
    DropReason.NOT_RECORDED: 200,
    DropReason.CUT_SHORT: 400,
    DropReason.TOO_SLOW: 503,
    DropReason.ERASED: 409,
    DropReason.FOREIGN_SESSION: 409,
    DropReason.TOO_MANY: 429,
    DropReason.OVER_QUOTA: 429,
    DropReason.BUSY: 503,
    DropReason.NO_SPACE: 507,
    DropReason.FAILED: 503,
}


class Dropped(NamedTuple):
    """A batch that is not kept, and why."""

    reason: DropReason
    detail: str

    @property
    def status(self) -> int:
        return STATUS[self.reason]
