"""Looking: read-only tools over a trace for questions: search, what stands around a moment, network, console, screen.

Lines   what is found comes as lines with refs of its own (x1, x2, …); to the gate each is an observation: a step of
        kind `observed` at its moment, whose effects are what was read. It proves what was there, not what was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import msgspec

from playhead.analyst.inflect import stem
from playhead.analyst.steps import path_of
from playhead.analyst.text import fold, plain
from playhead.analyst.vocabulary import words_of
from playhead.core.playback.panels import ConsoleLine, Panels, RequestRow
from playhead.core.telling.narrative import Line, narrate
from playhead.core.telling.phrases import clock, span
from playhead.core.trace import Effect, Interaction, Trace

TOOLS: Final = ("search", "around", "network", "console", "screen")
MAX_LINES: Final = 25
MAX_SCREEN: Final = 120  # lines of a page
NEAR_MS: Final = 10_000.0
FULL_TOKENS: Final = 200_000  # a narrative of everything, for looking into; it is never sent whole
_STOP: Final = frozenset(
    stem(word)
    for word in (
        "a an the of to in on at for with and or not is are was were be been do did does done has have had it its this"
        " that they them their he she his her you we i me what which who why when where how many much long there then"
        " any some user visitor person customer session please tell show about happen page site website so if as by"
    ).split()
)


class Source(Protocol):
    """Where the parts of a recording that are no trace are read from; both may take a while."""

    def panels(self) -> Panels: ...

    def screen(self, t_ms: float) -> list[str]: ...


@dataclass
class Looker:
    """Looks into one recording; keeps every line it found, so that an answer may cite it."""

    trace: Trace
    source: Source
    observed: list[Interaction] = field(default_factory=list)
    _lines: list[Line] = field(default_factory=list)

    def look(self, tool: str, *, text: str, at_ms: float) -> list[tuple[str, str]]:
        """Return (ref, line) of what was found; one line that says so where nothing was."""
        if tool == "search":
            return self._told(best_lines(self._all_lines(), text, MAX_LINES))
        if tool == "around":
            near = [line for line in self._all_lines() if abs(line.t_ms - at_ms) <= NEAR_MS]
            return self._told(sorted(near, key=lambda line: abs(line.t_ms - at_ms))[:MAX_LINES])
        if tool == "network":
            return self._network(_nearest(self.source.panels().requests, at_ms, text))
        if tool == "console":
            return self._console(_nearest(self.source.panels().console, at_ms, text))
        return self._screen(at_ms, text)

    def with_observed(self) -> Trace:
        """The trace with what was looked up, in time order: what answers are checked against."""
        everything = sorted([*self.trace.interactions, *self.observed], key=lambda one: one.t_ms)
        return msgspec.structs.replace(self.trace, interactions=everything)

    def _all_lines(self) -> list[Line]:
        if not self._lines:
            self._lines = narrate(self.trace, budget_tokens=FULL_TOKENS).lines
        return self._lines

    def _told(self, lines: list[Line]) -> list[tuple[str, str]]:
        """Lines of the narrative keep their own refs."""
        ordered = sorted(lines, key=lambda line: line.t_ms)
        return [(line.refs[0], without_refs(line.text)) for line in ordered if line.refs] or _NOTHING

    def _network(self, rows: list[RequestRow]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for row in rows:
            effect = Effect(
                kind="request",
                t_ms=row.t_ms,
                method=row.method or None,
                url=row.url,
                path=path_of(row.url),
                status=row.status if row.status is not None else (0 if row.failed else None),
                duration_ms=row.duration_ms,
            )
            answer = "no answer" if not effect.status else str(effect.status)
            line = f"{row.method or 'GET'} {effect.path} {answer} in {span(row.duration_ms)}"
            found.append(self._observe(row.t_ms, [effect], line))
        return found or _NOTHING

    def _console(self, lines: list[ConsoleLine]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for one in lines:
            text = " ".join(one.parts)[:500]
            kind = "error" if one.level in ("error", "assert") else "console"
            effect = Effect(kind=kind, t_ms=one.t_ms, text=text)
            found.append(self._observe(one.t_ms, [effect], f"console {one.level}: {text}"))
        return found or _NOTHING

    def _screen(self, at_ms: float, text: str) -> list[tuple[str, str]]:
        lines = [plain(line) for line in self.source.screen(at_ms)]
        wanted = question_stems(text)
        if wanted:
            fitting = {at for at, line in enumerate(lines) if wanted & _stems(line)}
            beside = {at + step for at in fitting for step in (-1, 0, 1)}
            lines = [line for at, line in enumerate(lines) if at in beside] or lines
        shown = [line for line in lines if line][:MAX_SCREEN]
        if not shown:
            return _NOTHING
        return [
            self._observe(at_ms, [Effect(kind="state", t_ms=at_ms, text=line)], f'the page shows "{line}"')
            for line in shown
        ]

    def _observe(self, t_ms: float, effects: list[Effect], line: str) -> tuple[str, str]:
        ref = f"x{len(self.observed) + 1}"
        url = next((p.url for p in reversed(self.trace.session.pages) if p.start_ms <= t_ms), "")
        self.observed.append(Interaction(ref, t_ms, "observed", url, None, effects, None))
        return ref, f"{clock(t_ms, self.trace.session.start_ms)} {line}"


Row = TypeVar("Row", RequestRow, ConsoleLine)
_NOTHING: Final = [("-", "nothing was found")]


def best_lines(lines: Iterable[Line], text: str, limit: int) -> list[Line]:
    """Return the lines that hold most of the words of a question, rarer words counting more; in no order of time."""
    wanted = question_stems(text)
    stems = [(line, _stems(line.text)) for line in lines]
    count = {word: sum(word in found for _, found in stems) for word in wanted}
    scored = [(sum(1 / count[word] for word in wanted & found), line) for line, found in stems]
    best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].t_ms))
    return [line for _, line in best[:limit]]


def question_stems(text: str) -> frozenset[str]:
    return _stems(text) - _STOP


def without_refs(text: str) -> str:
    """A narrative line without its bracketed refs."""
    return text.partition("] ")[2] if text.startswith("[") else text


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(fold(plain(text[:2_000]))))


def _nearest(rows: Sequence[Row], at_ms: float, text: str) -> list[Row]:
    """Return the rows around a moment, those with the words asked for wherever they are; in order of time."""
    wanted = question_stems(text)
    fitting = [row for row in rows if wanted & _stems(_row_text(row))] if wanted else []
    near = [row for row in rows if abs(row.t_ms - at_ms) <= NEAR_MS]
    picked = {id(row): row for row in [*fitting[:MAX_LINES], *sorted(near, key=lambda row: abs(row.t_ms - at_ms))]}
    return sorted(list(picked.values())[:MAX_LINES], key=lambda row: row.t_ms)


def _row_text(row: RequestRow | ConsoleLine) -> str:
    if isinstance(row, ConsoleLine):
        return " ".join(row.parts)
    return f"{row.method} {row.url} {row.status}".replace("/", " ").replace("-", " ").replace("_", " ")
