"""A trace as text for a person: a summary, then each page as a heading over what was done there and what came of it.

00:08.5  e10      click button "Register"  submits the form, 5 ms
                  ✗ field error "Confirm password: The two password fields didn't match."
         s1       ! validation_loop · refused 3 times: Confirm password
"""

import textwrap
from collections.abc import Iterator
from typing import Any, Final, cast

from playhead.cli.effect_text import effects, signal_words
from playhead.core.telling.folds import Fold, fold, place_signals, ref_words
from playhead.core.telling.phrases import Wording, clock, path_of, span, visible
from playhead.core.trace import Interaction, Signal, Target, Trace

_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_MARKS: Final = {"error": ("✗", "red"), "success": ("✓", "green"), "": ("→", "dim")}
_LABEL: Final = 10  # columns
PLURALS: Final = {
    "frame of another site": "frames of other sites",
    "canvas": "canvases",
    "style sheet that could not be read": "style sheets that could not be read",
    "entry": "entries",
}
_MILD: Final = frozenset(
    ("idle_gap", "quick_back", "cursor_thrash", "repeated_search", "form_abandon", "slow_response")
)


def trace_text(trace: Trace, *, colour: bool = False, width: int = 0) -> str:
    """Return the trace as text; lines longer than `width` columns (0: any) go on below, where their words began."""
    return "\n".join(_Sheet(trace, colour=colour, width=width).lines())


class _Words(Wording):
    """Says where a control stands when that is not where the last one stood."""

    place = ""

    def who(self, target: Target | None) -> str:
        words = super().who(target)
        if target is None or not target.container:
            return words
        if target.container == self.place:
            return words.removesuffix(f" in {target.container}")
        self.place = target.container
        return words


class _Sheet:
    def __init__(self, trace: Trace, *, colour: bool, width: int) -> None:
        self._trace, self._colour, self._width = trace, colour, width
        self._folds = fold(trace.interactions, runs=False)
        self._loose = place_signals(self._folds, trace.signals)
        self._start_ms = trace.session.start_ms
        self._clock_room = len(clock(trace.session.end_ms, self._start_ms))
        refs = [ref_words(one) for one in self._folds] + [signal.ref for signal in trace.signals]
        self._ref_room = min(max(map(len, refs), default=2), 12)
        self._words = _Words()

    def lines(self) -> Iterator[str]:
        yield from self._summary()
        told: list[tuple[float, int, Fold | Signal]] = [(one.lead.t_ms, 0, one) for one in self._folds]
        told += [(signal.t_ms, 1, signal) for signal in self._loose]
        for _, _, what in sorted(told, key=lambda entry: entry[:2]):
            yield from self._signal(what, at=True) if isinstance(what, Signal) else self._fold(what)
        missing = list(_not_seen(self._trace.coverage))
        if missing:
            yield ""
            yield from self._labelled("Not seen", "; ".join(missing))

    # The summary

    def _summary(self) -> Iterator[str]:
        session, interactions = self._trace.session, self._trace.interactions
        facts = [span(session.duration_ms)]
        if session.active_ms < session.duration_ms - 1_000:
            facts.append(f"{span(session.active_ms)} active")
        facts += [_count(len(session.pages), "page"), _count(len(interactions), "interaction")]
        facts += [*self._traffic(), _count(session.event_count, "event")]
        yield from self._labelled("Session", " · ".join(facts))
        view = "×".join(map(str, session.viewport)) if session.viewport else ""
        browser = " on ".join(filter(None, (session.browser, session.os)))
        visitor = [*filter(None, (browser, session.device, view))]
        visitor += [f"{name} {value}" for name, value in session.user.items()]
        if visitor:
            yield from self._labelled("Visitor", " · ".join(visitor))
        counts: dict[str, int] = {}
        for signal in self._trace.signals:
            counts[signal.kind] = counts.get(signal.kind, 0) + 1
        told = [self._paint(_style(kind), f"{count} {kind}" if count > 1 else kind) for kind, count in counts.items()]
        yield from self._labelled("Signals", ", ".join(told) or "none: no sign of struggle", plain=not told)

    def _traffic(self) -> Iterator[str]:
        requests = [e for one in self._trace.interactions for e in one.effects if e.kind == "request"]
        bad = sum(e.status is not None and not 1 <= e.status < 400 for e in requests)
        if requests:
            yield _count(len(requests), "request") + (f" ({bad} failed)" if bad else "")

    def _labelled(self, label: str, words: str, *, plain: bool = True) -> Iterator[str]:
        lines = self._wrapped(visible(words), _LABEL) if plain else [words]
        yield self._paint("bold", f"{label:{_LABEL}}") + lines[0]
        yield from (" " * _LABEL + line for line in lines[1:])

    # What was done

    def _fold(self, what: Fold) -> Iterator[str]:
        opened = [one for one in what.members if one.kind == "navigate"]
        if what.lead.kind == "navigate":
            yield from self._heading(what.lead)
        else:
            yield from self._deed(what)
        yield from self._effects([one for one in what.members if one not in opened], pages=not opened)
        for signal in what.signals:
            yield from self._signal(signal)
        for one in opened:
            if one is not what.lead:
                yield from self._heading(one)
            yield from self._effects([one], pages=True)

    def _effects(self, members: list[Interaction], *, pages: bool) -> Iterator[str]:
        for told in effects(members, pages=pages):
            mark, style = _MARKS.get(told.tone, _MARKS[""])
            yield from self._row("", "", f"{mark} {told.words}", style, hang=2)

    def _deed(self, what: Fold) -> Iterator[str]:
        words = self._words.action(what.steps[0])
        for step in what.steps[1:]:
            words += f", {self._words.action(step)}"
        words += f" ×{what.repeats}" if what.repeats > 1 else ""
        lead = what.lead
        notes = ["submits the form"] if any(m.kind == "submit" and m is not lead for m in what.members) else []
        if lead.kind in ("click", "dblclick", "submit") and lead.reaction_ms is not None:
            notes.append(span(lead.reaction_ms))
        yield from self._row(clock(lead.t_ms, self._start_ms), ref_words(what), words, "", note=", ".join(notes))

    def _heading(self, one: Interaction) -> Iterator[str]:
        """A page stands over what was done on it."""
        self._words.place = ""
        detail = one.detail if isinstance(one.detail, dict) else {}
        status, how = detail.get("status"), str(detail.get("how", "load")).replace("_", " ")
        notes = [] if how == "load" else [how]
        notes += [str(status)] if isinstance(status, int) and status >= 400 else []
        words = " · ".join(filter(None, (path_of(one.page_url), str(detail.get("title") or ""))))
        yield ""
        moment = clock(one.t_ms, self._start_ms)
        yield from self._row(moment, one.ref, words, "bold", note=", ".join(notes))

    def _signal(self, signal: Signal, *, at: bool = False) -> Iterator[str]:
        when = clock(signal.t_ms, self._start_ms) if at else ""
        words = f"! {signal.kind} · {signal_words(signal)}"
        yield from self._row(when, signal.ref, words, _style(signal.kind), hang=2)

    def _row(self, when: str, ref: str, words: str, style: str, *, note: str = "", hang: int = 0) -> Iterator[str]:
        room = self._clock_room + self._ref_room + 4
        first, *rest = self._wrapped(visible(words), room + hang) or [""]
        head = f"{self._paint('dim', f'{when:>{self._clock_room}}')}  {self._paint('cyan', f'{ref:{self._ref_room}}')}"
        tail = self._paint("dim", f"  {note}") if note and not rest else ""
        yield f"{head}  {self._paint(style, first)}{tail}".rstrip()
        for line in rest:
            yield " " * (room + hang) + self._paint(style, line)
        if note and rest:
            yield " " * (room + hang) + self._paint("dim", note)

    def _wrapped(self, words: str, room: int) -> list[str]:
        if not self._width or len(words) + room <= self._width:
            return [words]
        return textwrap.wrap(words, max(30, self._width - room), break_on_hyphens=False)

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self._colour and style and text.strip() else text


def _style(kind: str) -> str:
    return "yellow" if kind in _MILD else "red"


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
        ("sheets", "style sheet that could not be read"),
    ):
        if unseen.get(name):
            yield _count(int(unseen[name]), words)
    for name in ("unread", "skipped", "cut", "not_understood"):
        counts = cast(dict[str, int], coverage.get(name) or {})
        if counts:
            told = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in counts.items())
            yield f"{name.replace('_', ' ')}: {told}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else PLURALS.get(noun, noun + 's')}"
