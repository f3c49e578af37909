"""The header of a whole session: what is known of its batches, column by column, since a column compresses.

Times are told as steps from one batch to the next and from the first event of a batch to its last, its sending and its
arrival, where all are whole numbers; otherwise as they are.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from playhead.store.batch import BatchFacts, Source
from playhead.store.zstd import ZstdError, deflate, inflate

LEVEL: Final = 19
_TIMES: Final = ("first_ms", "last_ms", "sent_ms", "received_ms")
Count = Annotated[int, msgspec.Meta(ge=0)]


class HeaderError(ValueError):
    """These bytes are no header."""


class WholeHeader(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    made_ms: int
    site: str
    session: str
    source: Source
    shape: Annotated[int, msgspec.Meta(ge=0, le=1)]  # of the text: 1 `columns`, 0 as it is
    dictionary: str
    frames: tuple[Count, Count]  # lengths of the zstd frames: text, columns
    checksum: int  # CRC-32 of both frames
    visitors: list[str]  # one for all, or one a batch
    pages: list[str]
    page: list[Count]  # of each batch: its place in `pages`
    seq: list[int]  # as steps
    events: list[int]
    ended: list[int]  # places of the batches that said goodbye
    stepped: bool
    times: list[list[int | float]]  # _TIMES
    lengths: list[Count]  # of the batches' JSON

    def facts(self) -> list[BatchFacts]:
        """Return what is known of each batch, in their order; raises HeaderError where columns differ in length."""
        times = _walked(self.times) if self.stepped else self.times
        visitors = self.visitors * len(self.lengths) if len(self.visitors) == 1 else self.visitors
        columns = (self.page, _summed(self.seq), self.events, visitors, *times)
        if any(len(column) != len(self.lengths) for column in columns) or len(times) != len(_TIMES):
            raise HeaderError("its columns are not of one length")
        if any(page >= len(self.pages) for page in self.page):
            raise HeaderError("a batch is of a page it does not name")
        ended = set(self.ended)
        return [
            BatchFacts(
                site=self.site,
                session=self.session,
                source=self.source,
                page=self.pages[page],
                seq=seq,
                events=events,
                visitor=visitor,
                first_ms=float(first),
                last_ms=float(last),
                sent_ms=float(sent),
                received_ms=int(received),
                ended=place in ended,
            )
            for place, (page, seq, events, visitor, first, last, sent, received) in enumerate(
                zip(*columns, strict=True)
            )
        ]


def about(batches: Sequence[BatchFacts], lengths: Sequence[int], **rest: Any) -> WholeHeader:
    """Return the header of one session's batches; `rest`: made_ms, shape, dictionary, frames, checksum."""
    first = batches[0]
    pages = list(dict.fromkeys(batch.page for batch in batches))
    times = [[getattr(batch, name) for batch in batches] for name in _TIMES]
    stepped = all(float(time).is_integer() and abs(time) < 1 << 52 for column in times for time in column)
    visitors = [batch.visitor for batch in batches]
    return WholeHeader(
        site=first.site,
        session=first.session,
        source=first.source,
        visitors=visitors[:1] if len(set(visitors)) == 1 else visitors,
        pages=pages,
        page=[pages.index(batch.page) for batch in batches],
        seq=_steps([batch.seq for batch in batches]),
        events=[batch.events for batch in batches],
        ended=[place for place, batch in enumerate(batches) if batch.ended],
        stepped=stepped,
        times=_stepped(times) if stepped else times,
        lengths=list(lengths),
        **rest,
    )


def encode(header: WholeHeader) -> bytes:
    return deflate(msgspec.json.encode(header), level=LEVEL)


def decode(blob: bytes) -> WholeHeader:
    """Raises HeaderError or msgspec.DecodeError."""
    try:
        return msgspec.json.decode(inflate(blob), type=WholeHeader)
    except ZstdError as error:
        raise HeaderError(str(error)) from None


def _stepped(times: Sequence[Sequence[float]]) -> list[list[int | float]]:
    first, *others = ([int(time) for time in column] for column in times)
    return [
        list(_steps(first)),
        *([b - a for a, b in zip(first, column, strict=True)] for column in others),
    ]


def _walked(times: Sequence[Sequence[float]]) -> list[list[float]]:
    if len(times) != len(_TIMES) or len({len(column) for column in times}) != 1:
        raise HeaderError("its columns are not of one length")
    first = _summed([int(step) for step in times[0]])
    return [list(first), *([a + b for a, b in zip(first, column, strict=True)] for column in times[1:])]


def _steps(numbers: Sequence[int]) -> list[int]:
    return [b - a for a, b in zip((0, *numbers), numbers, strict=False)]


def _summed(steps: Sequence[int]) -> list[int]:
    found, number = list[int](), 0
    for step in steps:
        number += step
        found.append(number)
    return found
