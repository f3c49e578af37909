"""A trace as text for a terminal: what happened on each page, what went wrong set apart, what was not seen said."""

from collections.abc import Iterator
from typing import Any, Final, cast

from playhead.core.phrases import Wording, clock, effects, signal_words, span
from playhead.core.trace import Interaction, Signal, Trace

_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "yellow": "33", "cyan": "36"}
PLURALS: Final = {"frame of another site": "frames of other sites", "canvas": "canvases"}
_SERIOUS: Final = frozenset(
    (
        "rage_click",
        "dead_click",
        "error_click",
        "js_error",
        "network_error",
        "login_failure",
        "validation_loop",
        "not_found",
    )
)


class _Paint:
    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self._on and text else text


def trace_text(trace: Trace, *, colour: bool = False) -> str:
    """Return the trace as lines of at most about 140 characters."""
    return "\n".join(_lines(trace, _Paint(colour)))


def _lines(trace: Trace, paint: _Paint) -> Iterator[str]:
    yield from _head(trace, paint)
    start_ms = trace.session.start_ms
    placed: dict[str, list[Signal]] = {}
    for signal in trace.signals:
        placed.setdefault(signal.refs[0] if signal.refs else "", []).append(signal)
    for one in trace.interactions:
        if one.kind == "navigate":
            yield ""
        yield _interaction(one, start_ms, paint)
        for words in effects(one):
            yield paint("dim", f"{'':17}→ {words}")
        for signal in placed.pop(one.ref, []):
            yield _signal(signal, paint)
    for signals in placed.values():
        for signal in signals:
            yield f"{_signal(signal, paint)}  at {clock(signal.t_ms, start_ms)}"
    yield ""
    yield from _foot(trace, paint)


def _head(trace: Trace, paint: _Paint) -> Iterator[str]:
    session = trace.session
    facts = [span(session.duration_ms), f"active {span(session.active_ms)}", _count(session.event_count, "event")]
    facts += [_count(len(session.pages), "page"), _count(len(trace.interactions), "interaction")]
    facts += [words for words in (" on ".join(filter(None, (session.browser, session.os))), session.device) if words]
    yield paint("bold", "Session") + "  " + " · ".join(facts)
    if session.user:
        yield "User     " + ", ".join(f"{name} {value}" for name, value in session.user.items())


def _interaction(one: Interaction, start_ms: float, paint: _Paint) -> str:
    words = Wording().action(one)
    if one.kind == "navigate":
        words = paint("bold", words)
    times = f" ×{one.count}" if isinstance(one.count, int) and one.kind == "keypress" else ""
    took = ""
    if one.kind in ("click", "dblclick", "submit") and one.reaction_ms is not None:
        took = paint("dim", f"  ({span(one.reaction_ms)})")
    return f"{paint('dim', clock(one.t_ms, start_ms)):>7} {paint('cyan', f'{one.ref:>5}')}  {words}{times}{took}"


def _signal(signal: Signal, paint: _Paint) -> str:
    style = "red" if signal.kind in _SERIOUS else "yellow"
    return f"{'':15}{paint(style, '! ' + signal_words(signal))} {paint('dim', signal.ref)}"


def _foot(trace: Trace, paint: _Paint) -> Iterator[str]:
    counts: dict[str, int] = {}
    for signal in trace.signals:
        counts[signal.kind] = counts.get(signal.kind, 0) + 1
    told = ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in counts.items())
    yield paint("bold", "Signals") + f"  {told or 'none'}"
    missing = list(_not_seen(trace.coverage))
    if missing:
        yield paint("bold", "Not seen") + f" {'; '.join(missing)}"


def _not_seen(coverage: dict[str, object]) -> Iterator[str]:
    if not coverage.get("network"):
        yield "requests (not recorded)"
    if not coverage.get("console"):
        yield "console lines (not recorded)"
    unseen = cast(dict[str, Any], coverage.get("unseen") or {})
    for name, words in (
        ("frames", "frame of another site"),
        ("canvases", "canvas element"),
        ("blocked", "blocked element"),
    ):
        if unseen.get(name):
            yield _count(int(unseen[name]), words)
    for name in ("unread", "skipped", "cut"):
        counts = cast(dict[str, int], coverage.get(name) or {})
        if counts:
            yield f"{name}: " + ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in counts.items())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else PLURALS.get(noun, noun + 's')}"
