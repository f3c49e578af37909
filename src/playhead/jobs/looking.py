"""Looking: the parts of a stored session that are no trace, for questions: panels, and the text on the page."""

from __future__ import annotations

import msgspec

from playhead.core.events import decode_events
from playhead.core.playback.panels import Panels
from playhead.core.playback.screen import screen_of
from playhead.jobs.segments import ensure_segments
from playhead.query import events as query_events
from playhead.store import Store
from playhead.store.segments import SegmentError, Stored, read_panels


class StoredSource:
    """Reads each part when it is first asked for; what cannot be read is empty."""

    def __init__(self, store: Store, session_id: str) -> None:
        self._store, self._session_id = store, session_id
        self._stored: Stored | None = None
        self._panels: Panels | None = None

    def panels(self) -> Panels:
        if self._panels is None:
            try:
                stored = self._segments()
                self._panels = Panels() if stored is None else _decode(read_panels(self._store.objects, stored))
            except SegmentError:
                self._panels = Panels()
        return self._panels

    def screen(self, t_ms: float) -> list[str]:
        stored = self._segments()
        if stored is None:
            return []
        return screen_of(decode_events(query_events.window(self._store, stored, from_ms=t_ms, to_ms=t_ms)))

    def _segments(self) -> Stored | None:
        if self._stored is None:
            self._stored = ensure_segments(self._store, self._session_id)
        return self._stored


def _decode(blob: bytes) -> Panels:
    try:
        return msgspec.json.decode(blob, type=Panels)
    except msgspec.MsgspecError:
        return Panels()
