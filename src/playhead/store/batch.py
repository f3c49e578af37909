"""Batch: what one recorder sent at once; identified by (session, page, seq), its body kept as it came.

Body    JSON array of rrweb events, plain, gzip or zstd: told apart by their first bytes
Units   `received_ms` is the server's clock; `sent_ms`, `first_ms`, `last_ms` the recorder's, 0 where it did not say
"""

from typing import Literal, NamedTuple

import msgspec

Source = Literal["recorder", "import"]


class BatchKey(NamedTuple):
    """The identity of a batch: sent twice, it is kept once."""

    session: str
    page: str
    seq: int


class BatchFacts(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """All that is known of a batch without opening its body; travels in the header of its pack."""

    site: str
    session: str
    page: str
    seq: int
    received_ms: int
    visitor: str = ""
    source: Source = "recorder"
    events: int = 0  # as the recorder counted them
    first_ms: float = 0
    last_ms: float = 0
    sent_ms: float = 0
    ended: bool = False  # the recorder said goodbye with this batch

    @property
    def key(self) -> BatchKey:
        return BatchKey(self.session, self.page, self.seq)


class AdmittedBatch(msgspec.Struct, frozen=True, gc=False):
    """A batch that passed admission and is not durable yet."""

    facts: BatchFacts
    body: bytes
