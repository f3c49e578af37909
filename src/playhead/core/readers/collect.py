"""Collect: find the rrweb events in JSON of whatever arrangement.

One value at a time: an event is taken, a wrapper is opened, a packed string is inflated, the rest is counted.
Source  rrweb's packer writes `zlib(JSON)` as a latin-1 string with `"v": "v1"`
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from playhead.core.events import FULL_SNAPSHOT, MAX_EVENT_BYTES, Arrived, Event, event_of, take_events
from playhead.core.lenient import AROUND, LenientError, is_whole, split_array, split_object
from playhead.core.readers.inflate import Budget, FormatError, compression_of, inflate
from playhead.core.readers.posthog import expand

MAX_WRAPPERS: Final = 8  # how deep events may be wrapped
_SPACE: Final = b" \t\r\n"
_WRAPPERS: Final = (
    "events",
    "snapshots",
    "$snapshot_data",
    "$snapshot_items",
    "snapshot_data_by_window_id",
    "rrwebEvents",
    "rrweb_events",
    "rrweb",
    "recording",
    "replay",
    "session",
    "properties",
    "data",
    "batch",
    "results",
    "payload",
)
_OPENINGS: Final = (b"[", b"{", b'"')
_WINDOW: Final = ("$window_id", "window_id", "windowId", "page")

Members = dict[str, bytes | msgspec.Raw]
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_string = msgspec.json.Decoder(str).decode
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Malformed(ValueError):
    """A strict JSON parser refuses the text; it may be lines, or too deep, or hold a cut surrogate."""


class Collector:
    """The events found so far; `skipped` counts what was not understood, `notes` what was unfolded."""

    def __init__(self, budget: Budget) -> None:
        self.events: list[Event] = []
        self.skipped: dict[str, int] = {}
        self.notes: dict[str, int] = {}
        self.budget = budget
        self.page = ""  # the page lane of what is added, where it does not say itself

    def add_whole(self, text: bytes, *, reason: str = "") -> str:
        """Take the one JSON value that `text` is; return the name of its shape.

        Raises Malformed where a strict parser refuses it. Called again with that `reason` it reads by structure
        alone, and raises FormatError where that fails too.
        """
        text = text.strip(_SPACE)
        if text[:1] == b"[":
            self._add_elements(_elements(text, reason), self.page, 0)
            return "JSON array"
        if not reason:
            _check(text)
        elif not is_whole(text):
            raise FormatError(_broken(text, reason))
        if text[:1] == b"{":
            self._add(text, self.page, 0)
            return "JSON object"
        if text[1:2] in (b"[", b"{"):
            inner = self._string(text, reason).encode("utf-8", "replace")
            self.notes["json_in_a_string"] = 1
            return self.add_whole(inner, reason=reason or "a string of JSON")
        self._add(text, "", 0)
        return "JSON string"

    def add_lines(self, text: bytes) -> str:
        """Take every line of `text` as a JSON value of its own."""
        at = 0
        while at < len(text):
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            if line := text[at:end].strip(AROUND):
                self._add(line, "", 0, malformed="line_malformed")
            at = end + 1
        return "JSON Lines"

    def add_values(self, values: list[bytes]) -> str:
        """Take JSON values that stood one behind the other."""
        for value in values:
            self._add(value, "", 0, malformed="value_malformed")
        return "JSON values"

    def count(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def note(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1

    def _add_elements(self, elements: Sequence[bytes | msgspec.Raw], page: str, depth: int) -> None:
        if page or depth >= MAX_WRAPPERS:
            for element in elements:
                self._add(element, page, depth)
            return
        before = len(self.events)
        rest, plain = take_events(elements, self.events)
        mixed = rest and len(self.events) > before and any(bytes(memoryview(part)[:1]) in _OPENINGS for part in rest)
        if mixed or not plain:
            del self.events[before:]  # events and wrappers mixed: one by one keeps their order
            rest = list(elements)
        for element in rest:
            self._add(element, page, depth)

    def _add(self, value: bytes | msgspec.Raw, page: str, depth: int, *, malformed: str = "not_an_event") -> None:
        start = bytes(memoryview(value)[:1])
        if start == b"{":
            self._add_object(value, page, depth, malformed)
        elif start == b"[" and depth < MAX_WRAPPERS:
            self._add_array(value, page, depth, malformed)
        elif start == b'"' and depth < MAX_WRAPPERS:
            self._add_packed(value, page, depth)
        else:
            self.count(malformed)

    def _add_object(self, value: bytes | msgspec.Raw, page: str, depth: int, malformed: str) -> None:
        if len(value) <= MAX_EVENT_BYTES:
            raw = bytes(value)
            event = event_of(raw)
            if event is not None:
                self._take(event, page)
                return
        try:
            members: Members = {**_decode_object(value)}
        except _UNREADABLE:
            try:
                members = {**split_object(bytes(value))}
            except LenientError:
                self.count(malformed)
                return
        if len(value) > MAX_EVENT_BYTES and "type" in members and "timestamp" in members:
            self.count("event_too_large")
        elif depth >= MAX_WRAPPERS or not self._open(members, page, depth):
            self.count(malformed)

    def _open(self, members: Members, page: str, depth: int) -> bool:
        """Take what an object wraps, from the first member that holds any event; return whether one did."""
        page = _window_of(members) or page
        for name in _WRAPPERS:
            inner = members.get(name)
            if inner is None or bytes(memoryview(inner)[:1]) not in (b"[", b"{", b'"'):
                continue
            if bytes(memoryview(inner)[:1]) == b'"' and name not in ("$snapshot_data", "data", "snapshots", "events"):
                continue
            before, skipped = len(self.events), dict(self.skipped)
            if name == "snapshot_data_by_window_id":
                self._add_windows(inner, depth)
            else:
                self._add(inner, page, depth + 1)
            if len(self.events) > before:
                return True
            if self.skipped.get("event_too_large", 0) > skipped.get("event_too_large", 0):
                return True
            self.skipped = skipped
        return depth == 0 and not self.events and "type" not in members and self._open_any(members)

    def _open_any(self, members: Members) -> bool:
        """Take the events in an object of names that nobody knows: one list, chunks of one, or the tabs of a visit."""
        starts: list[tuple[int, str]] = []
        for name, inner in members.items():
            if bytes(memoryview(inner)[:1]) in (b"[", b"{"):
                before, skipped = len(self.events), dict(self.skipped)
                self._add(inner, "", 1)
                if len(self.events) > before:
                    starts.append((before, name))
                else:
                    self.skipped = skipped
        parts = [self.events[at:until] for (at, _), (until, _) in pairwise([*starts, (len(self.events), "")])]
        if len(parts) > 1 and all(any(event.type == FULL_SNAPSHOT for event in part) for part in parts):
            for part, (_, name) in zip(parts, starts, strict=True):
                for event in part:
                    event.page = event.page or name[:200]
        return bool(starts)

    def _add_windows(self, value: bytes | msgspec.Raw, depth: int) -> None:
        try:
            windows = _decode_object(value)
        except _UNREADABLE:
            return
        for window, events in windows.items():
            self._add(events, window, depth + 1)

    def _add_array(self, value: bytes | msgspec.Raw, page: str, depth: int, malformed: str) -> None:
        try:
            elements: list[bytes | msgspec.Raw] = [*_decode_array(value)]
        except _UNREADABLE:
            try:
                elements = [*split_array(bytes(value))]
            except LenientError:
                self.count(malformed)
                return
        if (
            len(elements) == 2
            and bytes(memoryview(elements[0])[:1]) == b'"'
            and bytes(memoryview(elements[1])[:1]) == b"{"
        ):
            window = _text(elements[0])  # PostHog: ["window id", {event}]
            self._add(elements[1], page or window, depth + 1)
            return
        self._add_elements(elements, page, depth + 1)

    def _add_packed(self, value: bytes | msgspec.Raw, page: str, depth: int) -> None:
        if len(value) > MAX_EVENT_BYTES:
            self.count("event_too_large")
            return
        try:
            packed = self._string(value, "").encode("latin-1")
        except (FormatError, UnicodeEncodeError):
            self.count("not_an_event")
            return
        if packed[:1] in (b"{", b"["):
            self.note("json_in_a_string")
            self._add(packed, page, depth + 1)
            return
        name = compression_of(packed)
        if not name:
            self.count("not_an_event")
            return
        try:
            inner = inflate(packed, name, self.budget)
        except FormatError:
            if self.budget.spent > self.budget.limit:
                raise
            self.count("packed_event_broken")
            return
        self.note("packed")
        self._add(inner, page, depth + 1)

    def _take(self, event: Arrived, page: str) -> None:
        if event.cv:
            expanded = self._expand(event)
            if expanded is None:
                return
            event = expanded
        if not event.page:
            event.page = page or next((text for window in event.windows if window and (text := _text(window))), "")
        self.events.append(event)

    def _expand(self, event: Arrived) -> Arrived | None:
        try:
            raw = expand(event.raw, self.budget)
        except FormatError:
            if self.budget.spent > self.budget.limit:
                raise
            self.count("compressed_event_broken")
            return None
        if raw is None:
            return event
        self.note("compressed")
        expanded = event_of(raw)
        if expanded is None:
            self.count("compressed_event_broken")
        return expanded

    def _string(self, value: bytes | msgspec.Raw, reason: str) -> str:
        try:
            return _decode_string(value)
        except _UNREADABLE:
            raise FormatError(_broken(bytes(value), reason or "a string that cannot be read")) from None


def _elements(text: bytes, reason: str) -> list[bytes] | list[msgspec.Raw]:
    try:
        return _decode_array(text)
    except _UNREADABLE as error:
        if not reason:
            raise Malformed(str(error)) from None
    try:
        return split_array(text)
    except LenientError as error:
        raise FormatError(f"broken JSON: {error}") from None


def _check(text: bytes) -> None:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except _UNREADABLE as error:
        raise Malformed(str(error)) from None


def _broken(text: bytes, reason: str) -> str:
    if "truncated" in reason:
        return f"the JSON is cut short: it ends inside a value at byte {len(text):,}"
    return f"broken JSON: {' '.join(reason.split())}"


def _window_of(members: Members) -> str:
    return next((text for name in _WINDOW if name in members and (text := _text(members[name]))), "")


def _text(value: bytes | msgspec.Raw) -> str:
    try:
        return _decode_string(value)[:200]
    except _UNREADABLE:
        return ""
