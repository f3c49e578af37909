"""Lines: one fold of interactions, or one signal, as a line of the narrative, said once and not again.

Said    a page's title when it is first opened; a place (`in dialog "Checkout"`) where two controls share a name, and a
        dialog once; a message in full once, then its first words; a wait where it is long; the numbers of a signal
        where the line does not show them. What a control says of itself while it works ("Saving…") is left out
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from playhead.core.telling.folds import FOLD_GAP_MS, Fold, ref_words
from playhead.core.telling.outcomes import (
    LONG_MS,
    MESSAGES,
    OWN_STATES,
    STATES,
    closed_dialog,
    distinct,
    failed,
    is_long,
    is_loud,
    is_telling,
    last_states,
    plain,
    rank,
    request_words,
    state_words,
)
from playhead.core.telling.phrases import (
    Detail,
    Wording,
    clock,
    path_of,
    quoted,
    role_of,
    short_selector,
    span,
    visible,
)
from playhead.core.trace import Effect, Interaction, Signal, Target, Trace

LASTS_MS: Final = 5_000.0  # a line that tells so long a time says when it ends
NOTICED_MS: Final = 100.0  # what took less happened at once, as people see it
AGAIN: Final = 24  # characters of a message or a name said before
QUERY: Final = 24  # characters of an address after its question mark
_NOUNS: Final = {"field_error": "field error"}
_SITE: Final = re.compile(r"\s[|·–—:-]\s(?!.*\s[|·–—:-]\s).*$")


class Style(NamedTuple):
    """How much a line tells."""

    effects: int
    quote: int  # characters of a message
    name: int  # characters of a control's name
    terse: bool = False  # without titles and places
    bare: bool = False  # what was done to what, and what went wrong
    least: bool = False  # without roles and the refs of signals; what went wrong by its name alone


STYLES: Final = (
    Style(4, 64, 40),
    Style(3, 48, 40),
    Style(2, 40, 32, True),
    Style(1, 30, 30, True, True),
)
LEAST: Final = Style(1, 30, 30, True, True, True)


class Line(msgspec.Struct):
    """One line; `refs` are all interactions and signals it stands for, `text` includes the bracketed refs."""

    refs: list[str]
    t_ms: float
    text: str


class Teller(Wording):
    """Tells the folds of one trace in order; what has been said is not said again."""

    def __init__(self, trace: Trace, style: Style) -> None:
        self._style = style
        self._start_ms = trace.session.start_ms
        self._titles = _titles(trace)
        self._shared = _shared_names(trace)
        self.is_masked = _is_masked(trace)
        self._said: set[str] = set()
        self._place = ""

    def line(self, what: Fold | Signal) -> Line:
        if isinstance(what, Signal):
            return self._signal(what)
        refs = [member.ref for member in sorted(what.members, key=lambda one: int(one.ref[1:]))]
        text = f"[{ref_words(what)}] {self._when(what)} {self._deed(what)}"
        answers = list(self._answers(what))
        if answers:
            text += " → " + "; ".join(answers)
        if what.steps[-1].kind == "scroll" and len(what.steps) > 1 and not self._style.bare:
            text += ", then scroll"
        if what.signals:
            text += " {" + ", ".join(self._tags(what, text)) + "}"
        text = visible(text)
        return Line(refs + [signal.ref for signal in what.signals], what.lead.t_ms, text)

    # What was done

    def _when(self, what: Fold) -> str:
        """When a line begins, and when it ends if that takes a while."""
        began, ended = what.lead.t_ms, what.members[-1].t_ms if what.repeats > 1 else what.steps[-1].t_ms
        text = clock(began, self._start_ms, tenths=False)
        return text if ended - began < LASTS_MS else f"{text}-{clock(ended, self._start_ms, tenths=False)}"

    def _deed(self, what: Fold) -> str:
        steps = [step for step in what.steps if step.kind != "scroll"] or what.steps
        words = self.action(steps[0])
        verb = words.partition(" ")[0]
        told = {words}
        for step in steps[1:]:
            more = self._next(step, steps[0])
            if not more or more in told:
                continue
            told.add(more)
            shared = more.partition(" ")[0] == verb and verb in ("fill", "type", "choose", "tick", "click", "press")
            words += ", " + (more.partition(" ")[2] if shared else more)
            verb = more.partition(" ")[0]
        return f"{words} ×{what.repeats}" if what.repeats > 1 else words

    def _next(self, one: Interaction, first: Interaction) -> str:
        """A further step of a line: the key that sent a form, the button it pressed, the way back to a tab."""
        if one.kind == "keypress":
            return f"press {one.value}"
        if one.kind == "select":
            return self._selected(one, first)
        if one.kind == "visibility":
            return f"back after {span(one.t_ms - first.t_ms)}"
        if one.kind == "click" and isinstance(one.detail, dict) and one.detail.get("by") == "keyboard":
            name = one.target.name if one.target is not None else ""
            known = first.target is not None and plain(name) in plain(first.target.name)
            return "" if known or not name else f"for {quoted(name, limit=self._style.name)}"
        return self.action(one)

    def _selected(self, one: Interaction, first: Interaction) -> str:
        """What was selected, where the words of what was clicked do not say it already."""
        text = one.value if isinstance(one.value, str) else ""
        copied = isinstance(one.detail, dict) and bool(one.detail.get("copied"))
        known = plain(first.target.name) if first.target is not None else ""
        if text and plain(text)[:AGAIN] not in known:
            return self.action(one)
        return "copy it" if copied else ""

    def typed(self, one: Interaction, value: str, detail: Detail) -> str:
        target, style = one.target, self._style
        who = self.who(target, role="" if target is None or target.role == "textbox" else target.role)
        if detail.get("masked"):
            verb = "choose" if detail.get("choice") else "fill"
            return f"{verb} {who}" if self.is_masked else f"{verb} {who} (masked)"
        shown = self._message(value, limit=style.name)
        if target is not None and target.role == "slider":
            return f"set {who} to {shown}"
        return f"{'choose' if detail.get('choice') else 'type'} {shown} in {who}"

    def text(self, text: str) -> str:
        return quoted(text, limit=self._style.quote)

    def who(self, target: Target | None, *, role: str | None = None) -> str:
        """A control as a person points at it, in its place where another one has its name."""
        if target is None:
            return "the page"
        name = quoted(target.name, limit=self._style.name) if target.name else short_selector(target)
        if role is None:
            role = role_of(target) if not (self._style.least and target.name) else ""
        words = f"{role} {name}".strip()
        if self._style.terse or not target.container or target.container == self._place:
            return words
        shared = len(self._shared.get((target.role, target.name), ())) > 1
        if not shared and not target.container.startswith('dialog "'):
            return words
        self._place = target.container
        return f"{words} in {target.container}"

    def page(self, url: str, title: str, status: object = None, *, known: str = "") -> str:
        del title  # the first title of an address is told, not what it became
        path, _, query = path_of(url).partition("?")
        query = "&".join(part for part in query.split("&") if part and "***" not in part)
        words = path if len(path) <= 60 else path[:59] + "…"
        if query:
            words += "?" + (query if len(query) <= QUERY else query[: QUERY - 1] + "…")
        first = "" if self._style.terse else self._titles.get(url, "")
        if first and plain(first) not in plain(known + path) and first not in self._said:
            self._said.add(first)
            words += f" {quoted(first, limit=self._style.name)}"
        return f"{words} ({status})" if isinstance(status, int) and status >= 400 else words

    # What came of it

    def _answers(self, what: Fold) -> list[str]:
        known = " ".join(step.target.name for step in what.steps if step.target is not None)
        effects = [effect for member in what.members[:MAX_TOLD] for effect in member.effects]
        loud = sorted(distinct(e for e in effects if is_loud(e) and _is_here(e, what)), key=rank)
        if self._style.bare:
            named = self._style.least and bool(what.signals)
            loud = [e for e in loud if e.kind == "navigate" or (_is_bad(e) and not named)]
        loud = _without_echoes(loud)
        words = list(dict.fromkeys(filter(None, (self._effect(effect, known) for effect in loud))))
        words = words[: self._style.effects]
        typing = what.asking.kind == "input"
        if not self._style.bare and not any(e.kind in MESSAGES or e.kind == "navigate" for e in loud):
            last = effects if what.repeats == 1 else what.members[-1].effects or effects
            places = {step.target.container for step in what.steps if step.target}
            words += self._quiet(distinct(last), known, places, typing=typing)[: 1 if words or typing else 2]
        reaction = what.asking.reaction_ms
        timed = any(effect.kind == "request" and is_long(effect) for effect in loud)
        if words and not timed and not typing and reaction is not None and reaction > LONG_MS:
            words.append(f"after {span(reaction)}")
        signals = {signal.kind for signal in what.signals}
        if not words and reaction is None and "rage_click" in signals and "dead_click" not in signals:
            words.append("no reaction")
        return words

    def _effect(self, effect: Effect, known: str) -> str:
        if effect.kind == "request":
            return self._asked(effect)
        if effect.kind == "navigate":
            return self.page(effect.url or "", "", effect.status, known=known)
        return f"{_NOUNS.get(effect.kind, effect.kind)} {self._message(effect.text or '')}"

    def _asked(self, effect: Effect) -> str:
        """A request; how long it took where that is long, or where it failed for the first time and not at once."""
        words = request_words(effect)
        took = is_long(effect) or (
            failed(effect) and words not in self._said and (effect.duration_ms or 0) >= NOTICED_MS
        )
        self._said.add(words)
        return f"{words} in {span(effect.duration_ms or 0)}" if took else words

    def _message(self, text: str, *, limit: int = 0) -> str:
        again = text in self._said
        self._said.add(text)
        limit = limit or self._style.quote
        return quoted(text, limit=min(AGAIN, limit) if again else limit)

    def _quiet(self, effects: Sequence[Effect], known: str, places: set[str], *, typing: bool) -> list[str]:
        """What changed without a message: states, closed dialogs, new texts; else what was asked for, or went."""
        told = [state_words(text, known) for text in last_states([e.text or "" for e in effects if e.kind in STATES])]
        own = [words for words in told if words in OWN_STATES]
        told = [words for words in own[:1] or told if not typing or words.endswith("invalid")]
        texts = [
            (effect.kind, effect.text or "") for effect in effects if effect.kind in ("text_added", "text_removed")
        ]
        for kind, text in texts:
            closed = closed_dialog(text) if kind == "text_removed" else None
            if closed is not None:
                here = not closed or f"dialog {quoted(closed)}" in places
                told.append("closes the dialog" if here else f"closes dialog {self._message(closed)}")
        for kind, text in texts:
            if kind == "text_added" and is_telling(text, known) and text not in self._said:
                self._said.add(text)
                told.append(f"shows {quoted(text, limit=self._style.name)}")
                break  # one of several stands for all
        if not told and not typing:
            told = [self._asked(effect) for effect in effects if effect.kind == "request" and not is_loud(effect)]
            told += [f"scrolls {effect.text or ''}".strip() for effect in effects if effect.kind == "scroll"]
            gone = [text for kind, text in texts if kind == "text_removed" and is_telling(text, known)]
            told = told or [f"gone: {quoted(text, limit=AGAIN)}" for text in gone]
        return told

    # Signals

    def _tags(self, what: Fold, text: str) -> Iterator[str]:
        kinds: dict[str, list[Signal]] = {}
        for signal in what.signals:
            kinds.setdefault(signal.kind, []).append(signal)
        first, count = int(what.signals[0].ref[1:]), len(kinds)
        plainly = count == len(what.signals) > 1 and not any(_numbers(signal, text) for signal in what.signals)
        if plainly and [signal.ref for signal in what.signals] == [f"s{first + at}" for at in range(count)]:
            yield f"s{first}-s{first + count - 1} " + " ".join(kinds)
            return
        for kind, signals in kinds.items():
            if self._style.least:
                yield f"{kind} ×{len(signals)}" if len(signals) > 1 else kind
            else:
                extra = "" if self._style.bare else _numbers(signals[0], text)
                yield f"{' '.join(signal.ref for signal in signals)} {kind}{extra}"

    def _signal(self, signal: Signal) -> Line:
        refs = [signal.ref, *signal.refs]
        head = f"[{signal.ref}] {clock(signal.t_ms, self._start_ms, tenths=False)}"
        if signal.kind == "idle_gap":
            away = ", tab hidden" if signal.measured.get("hidden") else ""
            words = f"idle for {span(float(signal.measured['idle_ms']))}{away} {{idle_gap}}"
        else:
            words = signal.kind + _numbers(signal, "")
        if self._style.least:
            words = signal.kind
        return Line(refs, signal.t_ms, visible(f"{head} {words}"))


MAX_TOLD: Final = 16  # members of a fold whose effects are looked at


def _is_bad(effect: Effect) -> bool:
    return effect.kind == "error" or effect.tone == "error" or failed(effect)


def _without_echoes(effects: Sequence[Effect]) -> list[Effect]:
    """Of dialogs that came together, or say what the other says, the one with the shortest words: its name."""
    kept: list[Effect] = []
    for effect in effects:
        dialogs = [at for at, other in enumerate(kept) if other.kind == "dialog"] if effect.kind == "dialog" else []
        echoed = next((at for at in dialogs if _is_echo(effect, kept[at])), None)
        if echoed is None:
            kept.append(effect)
        elif len(effect.text or "") < len(kept[echoed].text or ""):
            kept[echoed] = effect
    return kept


def _is_echo(one: Effect, other: Effect) -> bool:
    said, before = plain(one.text or ""), plain(other.text or "")
    return said in before or before in said or (not one.tone and abs(one.t_ms - other.t_ms) < NOTICED_MS)


def _is_here(effect: Effect, what: Fold) -> bool:
    """Whether an effect is told in this line; a page opened after other deeds has its own."""
    if effect.kind != "navigate":
        return True
    opened = {member.page_url for member in what.members if member.kind == "navigate"}
    return effect.url in opened if opened else effect.t_ms - what.asking.t_ms <= FOLD_GAP_MS


def _numbers(signal: Signal, line: str) -> str:
    """The numbers of a signal that its line does not show."""
    measured = signal.measured
    extra = ""
    if signal.kind == "rage_click":
        extra = f" in {span(float(measured['duration_ms']))}"
    elif signal.kind == "slow_response" and not re.search(r"(?: in|after) [\d.]+ s", line):
        extra = f" {span(float(measured['waited_ms']))}"
    elif signal.kind == "cursor_thrash":
        extra = f" {span(float(measured['duration_ms']))}"
    elif signal.kind == "js_error" and 'error "' not in line:
        extra = f" {quoted(str(measured['message']), limit=64)}"
    elif signal.kind == "network_error" and f"{measured['path']} {measured['status'] or 'failed'}" not in line:
        extra = f" {measured.get('method') or ''} {measured['path']} {measured['status'] or 'failed'}".replace(
            "  ", " "
        )
    elif "refusals" in measured:
        extra = f" ×{measured['refusals']}"
    count = measured.get("count")
    return f"{extra} ×{count}" if isinstance(count, int) and count > 1 else extra


def _titles(trace: Trace) -> dict[str, str]:
    """The first title of each address, without what the titles of the site end with."""
    titles: dict[str, str] = {}
    for page in trace.session.pages:
        if page.title:
            titles.setdefault(page.url, page.title)
    ends: dict[str, int] = {}
    for title in set(titles.values()):
        if found := _SITE.search(title):
            ends[found[0]] = ends.get(found[0], 0) + 1
    common = {end for end, count in ends.items() if count > 1}
    return {url: _SITE.sub(lambda end: "" if end[0] in common else end[0], title) for url, title in titles.items()}


def _shared_names(trace: Trace) -> dict[tuple[str, str], set[str]]:
    """The places in which each role and name was met."""
    places: dict[tuple[str, str], set[str]] = {}
    for one in trace.interactions:
        if one.target is not None and one.target.name:
            places.setdefault((one.target.role, one.target.name), set()).add(one.target.container)
    return places


def _is_masked(trace: Trace) -> bool:
    """Whether all that was typed is masked, which is then said once."""
    typed = [one.detail.get("masked") for one in trace.interactions
             if one.kind == "input" and isinstance(one.detail, dict) and not one.detail.get("choice")]  # fmt: skip
    return bool(typed) and all(typed)
