"""Rows: a trace as the index keeps it, cut to what lists and filters need; the trace itself is kept whole beside it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from playhead.core.events import CUSTOM, Event
from playhead.core.trace import Target, Trace
from playhead.jobs.strip import strip_of
from playhead.store.log import SessionRead, StoredBatch

MAX_TEXT: Final = 1000  # of an address, title or name in the index; a page may make them megabytes long
MAX_ROWS: Final = 20_000  # of one kind for one session; the trace has all
MAX_CONTROLS: Final = 1_000  # different ones; lists look for these, the trace has all
MAX_TRAITS_BYTES: Final = 16_384
MAX_PIXELS: Final = 1_000_000
MIN_OFFSET_MS: Final = 5_000  # less than this between two clocks is the time a request takes
EPOCH_TIMES_MS: Final = 1e11  # below this (1973) a recording counts from its own zero

_NAMES: Final = ("name", "full_name", "fullName", "displayName", "username")
_EMAILS: Final = ("email", "mail", "e-mail")


class _Custom(msgspec.Struct):
    tag: str
    payload: msgspec.Raw


class _PageFacts(msgspec.Struct):
    visitor: str = ""


def session_row(trace: Trace, read: SessionRead, *, first_received_ms: float) -> dict[str, Any]:
    """Return the columns of `sessions` that a digest fills."""
    facts = trace.session
    offset_ms = clock_offset_ms(read.batches)
    pages, signals = facts.pages, Counter(signal.kind for signal in trace.signals)
    first, last = (pages[0], pages[-1]) if pages else (None, None)
    width, height = facts.viewport or (0, 0)
    has_date = facts.start_ms >= EPOCH_TIMES_MS
    return {
        "projector_version": trace.projector_version,
        "started_ms": facts.start_ms + offset_ms if has_date else first_received_ms,
        "clock_offset_ms": offset_ms,
        "start_ms": facts.start_ms,
        "end_ms": facts.end_ms,
        "duration_ms": facts.duration_ms,
        "active_ms": facts.active_ms,
        "event_count": facts.event_count,
        "interaction_count": len(trace.interactions),
        "page_count": len(pages),
        "first_url": _cut(first.url if first else ""),
        "first_title": _cut(first.title if first else ""),
        "last_url": _cut(last.url if last else ""),
        "last_title": _cut(last.title if last else ""),
        "referrer": _cut(facts.referrer),
        "visitor": _visitor(read.events),
        **_user(facts.user),
        "browser": _cut(facts.browser),
        "os": _cut(facts.os),
        "device": _cut(facts.device),
        "viewport_width": _pixels(width),
        "viewport_height": _pixels(height),
        "signal_count": len(trace.signals),
        "signals": _json(dict(signals)),
        "strip": _json(strip_of(trace)),
        "gaps": sum(gap.to_seq - gap.from_seq + 1 for gap in read.gaps),
    }


def page_rows(session: str, trace: Trace) -> Iterator[dict[str, Any]]:
    for number, view in enumerate(trace.session.pages[:MAX_ROWS]):
        yield {
            "session": session,
            "n": number,
            "url": _cut(view.url),
            "title": _cut(view.title),
            "page": _cut(view.page),
            "start_ms": view.start_ms,
            "end_ms": view.end_ms,
        }


def control_row(session: str, trace: Trace) -> dict[str, Any]:
    """Return the controls that were used, each with the first time."""
    first: dict[str, float] = {}
    for interaction in trace.interactions:
        if interaction.target and interaction.target.name:
            first.setdefault(_cut(interaction.target.name), interaction.t_ms)
    return {"session": session, "names": _json(list(first.items())[:MAX_CONTROLS])}


def signal_rows(session: str, trace: Trace) -> Iterator[dict[str, Any]]:
    for number, signal in enumerate(trace.signals[:MAX_ROWS]):
        yield {
            "session": session,
            "n": number,
            "ref": signal.ref,
            "kind": signal.kind,
            "t_ms": signal.t_ms,
            "end_ms": signal.end_ms,
            "page_url": _cut(signal.page_url),
            "fingerprint": _cut(signal.fingerprint),
            "measured": _json(signal.measured),
            **_target(signal.target),
        }


def clock_offset_ms(batches: Sequence[StoredBatch]) -> float:
    """Return how far the server's clock is ahead of the recorder's: the least of all (received - sent), since every
    batch is late by its way here and none arrives early. 0 where they agree or nobody said."""
    differences = [batch.received_ms - batch.sent_ms for batch in batches if batch.sent_ms]
    least = min(differences, default=0.0)
    return least if abs(least) >= MIN_OFFSET_MS else 0.0


def _user(user: dict[str, str]) -> dict[str, str]:
    """Split what `identify` was told into the columns lists show, and everything else."""
    named = {
        "user_id": user.get("id", ""),
        "user_name": next((user[key] for key in _NAMES if user.get(key)), ""),
        "user_email": next((user[key] for key in _EMAILS if user.get(key)), ""),
    }
    traits = _json({_cut(key): _cut(value) for key, value in user.items() if key != "id"})
    return {
        **{column: _cut(value) for column, value in named.items()},
        "traits": traits if len(traits) <= MAX_TRAITS_BYTES else "{}",
    }


def _visitor(events: Sequence[Event]) -> str:
    """Return the visitor that the recorder's own page events name: an imported export says it nowhere else."""
    for event in events:
        if event.type == CUSTOM and b'"playhead.page"' in event.raw:
            try:
                custom = msgspec.json.decode(event.data, type=_Custom)
                if custom.tag == "playhead.page" and (
                    found := msgspec.json.decode(custom.payload, type=_PageFacts).visitor
                ):
                    return _cut(found)
            except (msgspec.MsgspecError, ValueError):
                continue
    return ""


def _target(target: Target | None) -> dict[str, str]:
    return {"role": _cut(target.role), "name": _cut(target.name)} if target else {"role": "", "name": ""}


def _cut(text: str) -> str:
    """Return what every database keeps of a text: not too long, no NUL (PostgreSQL), no half of a surrogate pair."""
    text = text[:MAX_TEXT].replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _pixels(size: float) -> int:
    return int(min(max(size, 0), MAX_PIXELS))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
