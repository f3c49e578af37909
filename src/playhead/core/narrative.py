"""Narrative: a trace as numbered lines, short enough to be read by a person or sent to a model.

Line    `[e12] 01:23.4 click button "Place order" in dialog "Checkout" → POST /api/orders 402 in 310 ms; alert "Card
        declined"   {s3 error_click}`; what one act brought about (its submit, the page it opened) stands in its line
Folds   runs of the same thing (`×7`), scrolling; silence is one line
Budget  tokens, estimated by `estimate_tokens`. Lines get shorter first, then the least telling are left out, signals
        and their neighbours last of all; what was left out is said in its place. Deterministic.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from playhead.core.phrases import action, clock, effects, signal_words, span
from playhead.core.trace import Interaction, Signal, Trace

CHARS_PER_TOKEN: Final = 2.8  # of ASCII; `bench/narrative.py` measures 3.0 by o200k_base; counted low to stay inside
TOKENS_PER_FOREIGN: Final = 1.0  # a character of another script, at most
MIN_BUDGET: Final = 100
DEFAULT_BUDGET: Final = 4_000
FOLD_GAP_MS: Final = 10_000.0  # repeats further apart are told apart
# What a line tells, from most to least; the lowest leave first.
WEIGHTS: Final = {
    "navigate": 8,
    "submit": 8,
    "input": 6,
    "keypress": 4,
    "click": 5,
    "dblclick": 5,
    "contextmenu": 4,
    "drag": 3,
    "touch": 3,
    "select": 3,
    "media": 3,
    "visibility": 2,
    "resize": 1,
    "scroll": 1,
}
KEPT, BESIDE = 100, 90  # the weights of signals and of their neighbours
GAP_TOKENS: Final = 9.0  # the most that one line about what was left out takes
FIELDS: Final = frozenset(("textbox", "searchbox", "spinbutton", "combobox"))


class _Style(NamedTuple):
    """How much a line tells."""

    effects: int
    quote: int  # characters
    terse: bool = False  # without the place a control stands in, titles of pages, and the numbers of signals


_STYLES: Final = (_Style(5, 90), _Style(3, 60), _Style(2, 40), _Style(2, 40, True), _Style(1, 30, True))


class Line(msgspec.Struct):
    """One line; `refs` are all interactions and signals it stands for, `text` includes the bracketed refs."""

    refs: list[str]
    t_ms: float
    text: str


class Narrative(msgspec.Struct):
    lines: list[Line]
    dropped: int  # interactions left out to stay within the budget
    text: str
    tokens: int  # estimated


class _Group(msgspec.Struct):
    """Interactions told in one line: repeats of one, and what it brought about."""

    lead: Interaction
    members: list[Interaction]
    repeats: int = 1
    signals: list[Signal] = []
    weight: float = 0


def narrate(trace: Trace, *, budget_tokens: int = DEFAULT_BUDGET) -> Narrative:
    """Return the narrative of a trace within `budget_tokens` (at least MIN_BUDGET)."""
    room = float(max(MIN_BUDGET, budget_tokens))
    groups = _folded(_with_typing(_gathered(trace)))
    loose = _place_signals(groups, trace.signals)
    _weigh(groups, loose)
    entries: list[tuple[float, int, _Group | Signal]] = [(group.lead.t_ms, 0, group) for group in groups]
    entries += [(signal.t_ms, 1, signal) for signal in loose]
    entries.sort(key=lambda entry: (entry[0], entry[1]))
    start_ms = trace.session.start_ms
    lines: list[Line] = []
    head = ""
    for style in _STYLES:
        head = _head(trace, terse=style.terse)
        lines = [_line(what, start_ms, style) for _, _, what in entries]
        if _cost(head) + sum(_cost(line.text) for line in lines) <= room:
            break
    weights = [what.weight if isinstance(what, _Group) else KEPT for _, _, what in entries]
    keep = _fit(lines, weights, room - _cost(head))
    told, dropped = _with_gaps(lines, keep, entries)
    text = "\n".join([head, *(line.text for line in told)])
    return Narrative(told, dropped, text, estimate_tokens(text))


def estimate_tokens(text: str) -> int:
    """How many tokens a text is likely to be at most, by common tokenisers."""
    return math.ceil(_cost(text) - 1 / CHARS_PER_TOKEN)


def _cost(line: str) -> float:
    """The estimated tokens of a line and its end."""
    foreign = 0 if line.isascii() else sum(not letter.isascii() for letter in line)
    return (len(line) - foreign + 1) / CHARS_PER_TOKEN + foreign * TOKENS_PER_FOREIGN


def _head(trace: Trace, *, terse: bool) -> str:
    session = trace.session
    where = " on ".join(filter(None, (session.browser, session.os)))
    pages = len(session.pages)
    parts = [f"session of {span(session.duration_ms)}", "1 page" if pages == 1 else f"{pages} pages"]
    if terse:
        return "; ".join(parts)
    parts += [f"active {span(session.active_ms)}"] if session.active_ms < session.duration_ms - 1_000 else []
    parts += [where] if where else []
    parts += [f"{session.viewport[0]}×{session.viewport[1]}"] if session.viewport else []
    counts: dict[str, int] = {}
    for signal in trace.signals:
        counts[signal.kind] = counts.get(signal.kind, 0) + 1
    told = ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in sorted(counts.items()))
    return "; ".join(parts) + f"; signals: {told or 'none'}"


# Which interactions share a line


def _gathered(trace: Trace) -> list[_Group]:
    """One group an act, with the submits and pages it brought about."""
    groups: dict[str, _Group] = {}
    ordered: list[_Group] = []
    for one in trace.interactions:
        cause = one.detail.get("caused_by") if isinstance(one.detail, dict) else None
        home = groups.get(cause) if isinstance(cause, str) else None
        if home is not None and one.kind in ("submit", "navigate", "dblclick"):
            home.members.append(one)
            if one.kind == "dblclick":
                home.lead = one
            groups[one.ref] = home
            continue
        group = _Group(one, [one])
        groups[one.ref] = group
        ordered.append(group)
    return _without_second_clicks(ordered)


def _without_second_clicks(groups: list[_Group]) -> list[_Group]:
    """A double click is told once: its second click joins it."""
    kept: list[_Group] = []
    for group in groups:
        last = kept[-1] if kept else None
        if last is not None and last.lead.kind == "dblclick" and group.lead.kind == "click":
            close = group.lead.t_ms <= last.lead.t_ms and _same_target(group.lead, last.lead)
            if close:
                last.members.append(group.lead)
                continue
        kept.append(group)
    return kept


def _with_typing(groups: list[_Group]) -> list[_Group]:
    """The click into a field joins what was then typed there, unless it did something itself."""
    kept: list[_Group] = []
    for group in groups:
        last = kept[-1] if kept else None
        if last is not None and group.lead.kind == "input" and _enters(last, group.lead):
            kept.pop()
            group.members = last.members + group.members
        kept.append(group)
    return kept


def _enters(click: _Group, typed: Interaction) -> bool:
    one = click.lead
    if one.kind != "click" or one.target is None or one.target.role not in FIELDS or len(click.members) > 1:
        return False
    return typed.t_ms - one.t_ms <= FOLD_GAP_MS and _same_target(one, typed) and not one.effects


def _folded(groups: list[_Group]) -> list[_Group]:
    """Runs of the same thing become one group: equal words, equal effects, close in time."""
    folded: list[_Group] = []
    for group in groups:
        last = folded[-1] if folded else None
        if last is not None and _repeats(last, group):
            last.members += group.members
            last.repeats += 1
            if group.lead.kind == "scroll":
                last.lead = _joined_scroll(last.lead, group.lead)
            continue
        folded.append(group)
    return folded


def _repeats(last: _Group, group: _Group) -> bool:
    one, other = last.lead, group.lead
    gap = other.t_ms - max(member.t_ms for member in last.members[-3:])
    if one.kind != other.kind or one.page_url != other.page_url or gap > FOLD_GAP_MS:
        return False
    if one.kind == "scroll":
        return _same_target(one, other) and not _told_effects(one) and not _told_effects(other)
    if one.kind not in ("click", "dblclick", "keypress", "visibility", "resize") or len(group.members) > 1:
        return False
    if one.kind == "keypress" and one.value != other.value:
        return False
    return _same_target(one, other) and (one.kind == "resize" or _told_effects(one) == _told_effects(other))


def _told_effects(one: Interaction) -> list[tuple[str, str | None, int | None]]:
    """What is compared: counters and clocks may differ, what is loud may not."""
    loud = ("alert", "dialog", "toast", "field_error", "request", "navigate", "error")
    return [(effect.kind, effect.text or effect.path, effect.status) for effect in one.effects if effect.kind in loud]


def _same_target(one: Interaction, other: Interaction) -> bool:
    if one.target is None or other.target is None:
        return one.target is other.target
    a, b = one.target, other.target
    return (a.selector, a.name, a.container) == (b.selector, b.name, b.container)


def _joined_scroll(one: Interaction, other: Interaction) -> Interaction:
    return msgspec.structs.replace(one, detail=other.detail)


# Signals and weights


def _place_signals(groups: list[_Group], signals: Sequence[Signal]) -> list[Signal]:
    """Put each signal on the line of its first interaction; return those that need a line of their own."""
    home = {member.ref: group for group in groups for member in group.members}
    loose: list[Signal] = []
    for signal in signals:
        group = next((home[ref] for ref in signal.refs if ref in home), None)
        by_itself = signal.kind in ("idle_gap", "cursor_thrash") or group is None
        if not by_itself and group is not None and signal.kind in ("js_error", "network_error"):
            by_itself = group.lead.kind == "navigate"
        if by_itself or group is None:
            loose.append(signal)
        else:
            group.signals.append(signal)
    return loose


def _weigh(groups: list[_Group], loose: Sequence[Signal]) -> None:
    """Give every group its weight; signals and the groups beside them are never left out."""
    for group in groups:
        loud = sum(
            1 for member in group.members for effect in member.effects if effect.tone or effect.kind == "navigate"
        )
        told = any(member.effects for member in group.members)
        group.weight = max(WEIGHTS.get(member.kind, 2) for member in group.members) + min(loud, 3) + (1 if told else 0)
    marked = {at for at, group in enumerate(groups) if group.signals}
    times = [group.lead.t_ms for group in groups]
    for signal in loose:
        after = next((at for at, t_ms in enumerate(times) if t_ms > signal.t_ms), len(groups))
        for at in (after - 1, after):
            if 0 <= at < len(groups):
                groups[at].weight = max(groups[at].weight, BESIDE)
    for at in marked:
        for near in (at - 1, at + 1):
            if 0 <= near < len(groups):
                groups[near].weight = max(groups[near].weight, BESIDE)
    for at in marked:
        groups[at].weight = KEPT
    for end in groups[:1] + groups[-1:]:
        end.weight = max(end.weight, BESIDE - 1)


# Lines


def _line(what: "_Group | Signal", start_ms: float, style: _Style) -> Line:
    if isinstance(what, Signal):
        return _signal_line(what, start_ms)
    lead = what.lead
    refs = [member.ref for member in sorted(what.members, key=lambda one: int(one.ref[1:]))]
    text = f"[{_ref_words(refs)}] {clock(lead.t_ms, start_ms)} {action(lead, brief=style.terse)}"
    if what.repeats > 1:
        text += f" ×{what.repeats}"
    answers = list(_answers(what, style))
    if answers:
        text += " → " + "; ".join(answers)
    if what.signals:
        text += "   {" + ", ".join(_tag(signal, style) for signal in what.signals) + "}"
    return Line(refs + [signal.ref for signal in what.signals], lead.t_ms, text)


def _signal_line(signal: Signal, start_ms: float) -> Line:
    refs = [signal.ref, *signal.refs]
    if signal.kind == "idle_gap":
        away = ", tab hidden" if signal.measured.get("hidden") else ""
        words = f"idle for {span(float(signal.measured['idle_ms']))}{away}"
    else:
        words = signal_words(signal)
    text = f"[{_ref_words(refs)}] {clock(signal.t_ms, start_ms)} {words}   {{{signal.ref} {signal.kind}}}"
    return Line(refs, signal.t_ms, text)


def _answers(group: _Group, style: _Style) -> Iterator[str]:
    lead = group.lead
    if not style.terse and any(member.kind == "submit" for member in group.members if member is not lead):
        yield "submits the form"
    seen: list[str] = []
    for member in group.members[:6]:
        for words in effects(member, most=style.effects, limit=style.quote, brief=style.terse):
            if words not in seen:
                seen.append(words)
    yield from seen[: style.effects]
    reaction = lead.reaction_ms
    if lead.kind in ("click", "dblclick") and reaction is None and not seen:
        if any(signal.kind in ("dead_click", "rage_click") for signal in group.signals):
            yield "no reaction"
    elif reaction is not None and reaction > 1_000 and not any(effect.kind == "request" for effect in lead.effects):
        yield f"after {span(reaction)}"


def _tag(signal: Signal, style: _Style) -> str:
    if style.terse:
        return f"{signal.ref} {signal.kind}"
    measured = signal.measured
    extra = ""
    if signal.kind == "rage_click":
        extra = f" {measured['clicks']} clicks in {span(float(measured['duration_ms']))}"
    elif signal.kind == "slow_response":
        extra = f" {span(float(measured['waited_ms']))}"
    elif signal.kind == "quick_back":
        extra = f" after {span(float(measured['away_ms']))}"
    elif signal.kind == "js_error":
        extra = f' "{str(measured["message"])[:80]}"'
    elif signal.kind == "network_error":
        extra = f" {measured['path']} {measured['status']}"
    elif "refusals" in measured:
        extra = f" {measured['refusals']} refusals"
    elif signal.kind == "form_abandon":
        extra = f" {measured['fields']} fields filled"
    count = measured.get("count")
    if isinstance(count, int) and count > 1:
        extra += f" ×{count}"
    return f"{signal.ref} {signal.kind}{extra}"


def _ref_words(refs: list[str]) -> str:
    """e3 e4 e5 as e3–e5."""
    words: list[str] = []
    at = 0
    while at < len(refs):
        end = at
        while (
            end + 1 < len(refs) and refs[end + 1][0] == refs[at][0] and int(refs[end + 1][1:]) == int(refs[end][1:]) + 1
        ):
            end += 1
        words.append(
            refs[at] if end == at else f"{refs[at]}–{refs[end]}" if end > at + 1 else f"{refs[at]} {refs[end]}"
        )
        at = end + 1
    return " ".join(words)


# Budget


def _fit(lines: Sequence[Line], weights: Sequence[float], room: float) -> list[bool]:
    """Which lines stay: the least telling leave first, later ones before earlier ones, until the rest fits.

    Signals, then their neighbours, are the last to go: only where not even they fit the budget.
    """
    keep = [True] * len(lines)
    size = sum(_cost(line.text) for line in lines)
    for at in sorted(range(len(lines)), key=lambda at: (weights[at], -at)):
        if size <= room:
            break
        beside = (at > 0 and not keep[at - 1]) + (at + 1 < len(lines) and not keep[at + 1])
        keep[at] = False
        size += GAP_TOKENS * (1 - beside) - _cost(lines[at].text)
    return keep


def _with_gaps(
    lines: Sequence[Line], keep: Sequence[bool], entries: Sequence[tuple[float, int, "_Group | Signal"]]
) -> tuple[list[Line], int]:
    """The kept lines, with one line where others were left out; and how many interactions those were."""
    told: list[Line] = []
    dropped = gap = 0
    gap_ms = 0.0
    for line, kept, (t_ms, _, what) in zip(lines, keep, entries, strict=True):
        if not kept:
            gap_ms = t_ms if not gap else gap_ms
            count = len(what.members) if isinstance(what, _Group) else 1
            gap += count
            dropped += count
            continue
        if gap:
            told.append(Line([], gap_ms, f"… {gap} left out"))
            gap = 0
        told.append(line)
    if gap:
        told.append(Line([], gap_ms, f"… {gap} left out"))
    return told, dropped
