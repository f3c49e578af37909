"""Hiding: what is known of a person taken out of everything that is shown of their session, for people who watch
without the right to know who it was.

Takes   any JSON-like value; `known` are the person's name, addresses, ids and traits
Hides   those words wherever they stand, whatever `secrets` finds, and values typed into fields
Keeps   the shape, keys, numbers, class names and styles: the page must still be drawn
"""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from playhead.core import events as ev
from playhead.core.editable import Editable
from playhead.core.events import Event
from playhead.core.scrub import scrub_event
from playhead.core.secrets import is_embedded, scrub_text

PERSON: Final = "[PERSON]"
MIN_CHARS: Final = 3
_DRAWN: Final = frozenset("tagName class style id _cssText tag plugin type kind ref source base64 rr_type".split())


class Hider:
    def __init__(self, known: Iterable[str] = ()) -> None:
        """Make one for a session; words shorter than three characters would tear up other words, and are left."""
        self._editable = Editable(unknown=False)  # as far as the events that were asked for tell
        words = {part for one in known for part in (one, *one.split()) if len(part) >= MIN_CHARS}
        self._known = (
            re.compile(
                rf"(?<!\w)(?:{'|'.join(re.escape(one) for one in sorted(words, key=len, reverse=True))})(?!\w)", re.I
            )
            if words
            else None
        )

    def text(self, text: str) -> str:
        clean = scrub_text(text)
        return self._known.sub(PERSON, clean) if self._known else clean

    def value(self, root: Any) -> Any:
        """Return a copy of a JSON-like value without the person; typed values of interactions go whole."""
        return self._walked(root, "")

    def event(self, raw: bytes) -> bytes:
        """Return an rrweb event without the person: scrubbed as on a strict site, then the known words."""
        event = ev.event_of(raw)
        if event is None:
            return raw
        return self._named(scrub_event(event, strict=True, editable=self._editable))

    def _named(self, event: Event) -> bytes:
        import msgspec

        if self._known is None or not self._known.search(event.raw.decode("utf-8", "replace")):
            return event.raw
        try:
            return msgspec.json.encode(self._walked(msgspec.json.decode(event.raw), ""))
        except (msgspec.MsgspecError, RecursionError):
            return b'{"type":5,"timestamp":%d,"data":{"tag":"playhead.hidden","payload":{}}}' % int(event.timestamp)

    def _string(self, text: str, key: str) -> str:
        if is_embedded(text):
            return text
        if key in _DRAWN:  # a class is no word; an id may still be the person's own
            return PERSON if self._known and self._known.fullmatch(text) else text
        return self.text(text)

    def _walked(self, value: Any, key: str) -> Any:
        if isinstance(value, str):
            return self._string(value, key)
        if isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            return {name: self._walked(held, str(name)) for name, held in named.items()}
        if isinstance(value, list):
            return [self._walked(one, key) for one in cast("list[Any]", value)]
        return value
