"""Growing: the slices of a session that is still being recorded, made batch by batch and kept in memory.

Pictures, fonts and sheets that others of the site were given of late are shown at once (`assets.borrow`); the others
once it is over.

A finished session is sliced once, from its whole log (jobs.segments); doing that again for every batch of a session
that goes on would cost more the longer it lasts. Here only what is new is read. With one tab the slices are the same
wherever and whenever they are made; a slice is told from another by its first moment.
"""

import threading
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from playhead.core import events as E
from playhead.core.lanes import in_order
from playhead.core.playback.active import Front
from playhead.core.playback.segments import Segment, SegmentBuilder, with_active
from playhead.core.readers.formats import FormatError, read_recording
from playhead.core.scrub import scrub_events
from playhead.jobs.assets.borrow import Borrower
from playhead.jobs.segments import manifest_of
from playhead.store import Store
from playhead.store.batch import BatchKey
from playhead.store.clean import policy_of, read_clean
from playhead.store.log import SessionRead
from playhead.store.segments import Manifest, Place, Writer, encode_slice, inflate_slice

LATE_MS: Final = 300_000  # a batch is in the index this long after it was received, at the latest


class _Slice(msgspec.Struct):
    events: list[msgspec.Raw]


class _Shown(NamedTuple):
    """How a slice is shown, as far as it was looked at."""

    segment: Segment
    keyframe: list[bytes]
    events: list[bytes]


class Growing:
    """One session that goes on; every method may be called from any thread."""

    def __init__(self, store: Store, session_id: str) -> None:
        self._store, self._id = store, session_id
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self.revision = -1
        self._builder, self._front, self._writer = SegmentBuilder(), Front(), Writer()
        self._frames: list[bytes] = []  # of the slices that are closed
        self._known: set[BatchKey] = set()
        self._next: dict[str, int] = {}  # by page: the number of the batch that is to follow
        self._received_ms = 0
        self._borrower = Borrower(self._store, self._id)
        self._shown: _Shown | None = None  # of the slice that is open

    def update(self, revision: int) -> None:
        """Read what was recorded since; cheap where `revision`, the log's, was read already."""
        if revision <= self.revision:
            return
        with self._lock:
            if revision <= self.revision:
                return
            read = read_clean(self._store, self._id) if self.revision < 0 else self._newer()
            if any(batch.key.seq < self._next.get(batch.key.page, 0) for batch in read.batches):
                self._forget()  # a batch that was held up: only from the beginning do the pages come out right
                read = read_clean(self._store, self._id)
            self._take(read)

    def _newer(self) -> SessionRead:
        read = self._store.log.newer(self._id, self._known, since_ms=self._received_ms - LATE_MS)
        policy = policy_of(self._store, self._id)
        return read._replace(events=scrub_events(read.events, strict=policy.strict)) if policy.needed else read

    def _take(self, read: SessionRead) -> None:
        for batch in read.batches:
            self._known.add(batch.key)
            self._next[batch.key.page] = max(self._next.get(batch.key.page, 0), batch.key.seq + 1)
            self._received_ms = max(self._received_ms, batch.received_ms)
        for event, active in with_active(in_order(_unpacked(read.events)).events, self._front):
            self._builder.push(event, active=active)
        for segment in self._builder.take_closed():
            body = encode_slice(*self._as_shown(segment))
            self._writer.add(body, from_ms=segment.from_ms, to_ms=segment.to_ms, fresh=segment.fresh)
            self._frames.append(self._writer.take()[0])
        self.revision = read.revision

    def _as_shown(self, segment: Segment) -> tuple[list[bytes], list[bytes]]:
        """Return a slice's keyframe and events with the files that are at hand; slices must come in order."""
        shown = self._shown
        if shown is None or shown.segment is not segment:
            shown = self._shown = _Shown(segment, self._borrower.shown(segment.keyframe), [])
        shown.events.extend(self._borrower.shown(segment.events[len(shown.events) :]))
        return shown.keyframe, shown.events

    def manifest(self) -> Manifest:
        """Return what is known of the session so far; places of slices say when they play, not where they lie."""
        with self._lock:
            builder = self._builder
            panels = builder.panels.finish()
            made = manifest_of(builder, self._writer, [])
            return msgspec.structs.replace(
                made,
                places=[*self._writer.places, *self._open_place()],
                errors=panels.problems,
                requests=len(panels.requests),
            )

    def _open_place(self) -> list[Place]:
        segment = self._builder.open
        if segment is None:
            return []
        return [Place(segment.from_ms, segment.to_ms, 0, 0, 0, segment.keyframe_bytes + segment.size, segment.fresh)]

    @property
    def end_ms(self) -> float:
        return self._builder.end_ms

    @property
    def slices(self) -> int:
        with self._lock:
            return len(self._frames) + (self._builder.open is not None)

    def starts_at(self, number: int, from_ms: float) -> bool:
        """Whether there is a slice `number` and its first moment is `from_ms`."""
        with self._lock:
            places = [*self._writer.places, *self._open_place()]
            return 0 <= number < len(places) and places[number].from_ms == from_ms

    def body(self, number: int) -> bytes:
        """Return the JSON of a slice; raises IndexError where there is none."""
        with self._lock:
            if 0 <= number < len(self._frames):
                return inflate_slice(self._frames[number])
            segment = self._builder.open
            if segment is None or number != len(self._frames):
                raise IndexError(number)
            return encode_slice(*self._as_shown(segment))

    def tail(self, number: int, at: int) -> list[msgspec.Raw]:
        """Return the events of a slice from its `at`-th on; nothing where there is no such slice."""
        with self._lock:
            if 0 <= number < len(self._frames):
                return msgspec.json.decode(inflate_slice(self._frames[number]), type=_Slice).events[at:]
            segment = self._builder.open
            events = self._as_shown(segment)[1] if segment is not None and number == len(self._frames) else []
            return [msgspec.Raw(event) for event in events[at:]]

    def panels(self) -> bytes:
        with self._lock:
            return msgspec.json.encode(self._builder.panels.finish())


def _unpacked(events: Sequence[E.Event]) -> list[E.Event]:
    """Return the events of all shapes a recorder may have packed them in."""
    if not events:
        return []
    try:
        return read_recording(E.encode_events(events)).events
    except FormatError:
        return []
