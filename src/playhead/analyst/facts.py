"""Facts: a trace arranged for questions: what a ref cites, what stood in its line, what failed, what answered.

Steps    one per interaction, with its page, the words a person could use for its target, and its effects
Scope    the steps and signals that a set of refs cites; `whole` is everything
Closure  a ref cites its whole line: a signal brings the interactions it rests on, an interaction brings its signals,
         the form submission a click caused, and the page load that answered it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from playhead.analyst.inflect import stem, stems
from playhead.analyst.privacy import Placeholders
from playhead.analyst.steps import (
    MAX_TEXT,
    Step,
    same_target,
    says_yes,
    url_words,
    urlsplit_safe,
    was_taken,
    word_stems,
)
from playhead.analyst.text import quotable
from playhead.analyst.vocabulary import ROLE_WORDS
from playhead.core.trace import Effect, Interaction, PageView, Signal, Trace

TWIN_MS: Final = 400  # a submit event follows the click or the Enter key that caused it within one task, or a few


ARRIVAL_MS: Final = 3_000  # a page load that follows a click with nothing else in between answers it


PROBLEMS: Final = frozenset(
    "rage_click dead_click error_click js_error network_error validation_loop quick_back repeated_search"
    " form_abandon login_failure slow_response cursor_thrash not_found".split()
)


ERRORS: Final = frozenset({"error_click", "js_error", "network_error", "validation_loop", "login_failure", "not_found"})


@dataclass(frozen=True, eq=False)
class Scope:
    """What a sentence cites."""

    facts: Facts
    steps: list[Step]
    signals: list[Signal]
    is_whole: bool = False

    @cached_property
    def texts(self) -> list[str]:
        found = [text for step in self.steps for text in step.texts]
        found += sorted({quotable(tab.name) for step in self.steps if (tab := self.facts.tab_of(step)) is not None})
        openers = {quotable(one.name) for step in self.steps if (one := self.facts.opener_of(step)) is not None}
        found += sorted(openers)
        for signal in self.signals:
            found += [quotable(text[:MAX_TEXT]) for text in signal_texts(signal)]
        if self.is_whole:
            found += [
                quotable(text) for page in self.facts.trace.session.pages for text in (page.title, page.url) if text
            ]
        return found

    @cached_property
    def bag(self) -> frozenset[str]:
        found: set[str] = set(self.facts.session_words)
        for step in self.steps:
            found |= step.bag
        for signal in self.signals:
            found |= signal_bag(signal)
        if self.is_whole:
            for page in self.facts.trace.session.pages:
                found |= url_words(page.url) | word_stems(page.title)
        return frozenset(found)

    @cached_property
    def loose_requests(self) -> list[Effect]:
        """Requests that only a signal tells of: polls and files that no interaction brought about."""
        told = {(effect.method, effect.path) for step in self.steps for effect in step.requests}
        found = [effect for signal in self.signals if (effect := signal_request(signal)) is not None]
        return [effect for effect in found if (effect.method, effect.path) not in told]

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(signal.kind for signal in self.signals)

    @cached_property
    def begin_ms(self) -> float:
        return min([s.t_ms for s in self.steps] + [s.t_ms for s in self.signals], default=self.facts.start_ms)

    @cached_property
    def end_ms(self) -> float:
        return max([s.last_ms for s in self.steps] + [s.end_ms for s in self.signals], default=self.facts.start_ms)


def signal_texts(signal: Signal) -> list[str]:
    found = [value for value in signal.measured.values() if isinstance(value, str)]
    found += [f"{key} {value}" for key, value in signal.measured.items() if key in ("method", "status")]
    method, path = signal.measured.get("method"), signal.measured.get("path")
    if isinstance(method, str) and isinstance(path, str):
        found += [f"{method} {path}", f"{method} {path} {signal.measured.get('status', '')}".strip()]
    if signal.target:
        found += [signal.target.name, signal.target.container]
    return [*found, signal.page_url]


def signal_request(signal: Signal) -> Effect | None:
    """The request a signal measured, in the form of an effect; None where it measured none."""
    measured = signal.measured
    method, path, status = measured.get("method"), measured.get("path"), measured.get("status")
    if isinstance(measured.get("request"), str):
        method, _, path = str(measured["request"]).partition(" ")
    if not isinstance(path, str) or not path:
        return None
    took = measured.get("duration_ms")
    return Effect(
        kind="request",
        t_ms=signal.t_ms,
        method=method if isinstance(method, str) else None,
        url=str(measured["url"]) if "url" in measured else None,
        path=path,
        status=int(status) if isinstance(status, (int, float)) else None,
        duration_ms=float(took) if isinstance(took, (int, float)) else None,
    )


# What people call what a signal measures.
_SIGNAL_WORDS: Final = {
    kind: stems(words)
    for kind, words in {
        "idle_gap": "pause break inactivity gap silence long",
        "slow_response": "wait delay",
        "form_abandon": "abandonment",
        "login_failure": "sign signin login credentials",
        "validation_loop": "refusal rejection",
        "network_error": "failure",
        "quick_back": "return",
        "cursor_thrash": "direction mouse pointer fro restless movement cursor",
    }.items()
}


def signal_bag(signal: Signal) -> set[str]:
    found = {stem(w) for w in signal.kind.split("_")} | _SIGNAL_WORDS.get(signal.kind, frozenset())
    for text in signal_texts(signal):
        found |= url_words(text) if text[:1] == "/" or "://" in text else word_stems(text)
    if signal.target:
        found |= {stem(w) for w in ROLE_WORDS.get(signal.target.role, ())}
    return found


@dataclass(eq=False)
class Facts:
    """A trace with everything the gate asks of it, computed once."""

    trace: Trace
    hidden: Placeholders = field(default_factory=Placeholders)  # what the author of a report was not told
    steps: list[Step] = field(init=False)
    by_ref: dict[str, Step] = field(init=False)
    signal_by_ref: dict[str, Signal] = field(init=False)
    cache: dict[str, Any] = field(init=False, default_factory=dict)  # what checks work out once a trace
    _signals_of: dict[str, list[Signal]] = field(init=False, default_factory=dict)
    _answers: dict[int, list[Step]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        pages = self.trace.session.pages
        self.steps = [
            Step(index, one, page, self.title_of(page))
            for index, one in enumerate(self.trace.interactions)
            for page in (_page_at(pages, one),)
        ]
        self.by_ref = {step.ref: step for step in self.steps}
        self.signal_by_ref = {signal.ref: signal for signal in self.trace.signals}
        for signal in self.trace.signals:
            for ref in signal.refs:
                self._signals_of.setdefault(ref, []).append(signal)

    @property
    def start_ms(self) -> float:
        return self.trace.session.start_ms

    @property
    def end_ms(self) -> float:
        return self.trace.session.end_ms

    @cached_property
    def site_suffix(self) -> str:
        """What every page's title ends with: “ · Saltmarsh Pottery”; "" where titles share no such end."""
        titles = {page.title for page in self.trace.session.pages if page.title}
        ends = {match[0] for title in titles if (match := _SITE.search(title))}
        return ends.pop() if len(ends) == 1 and len(titles) > 1 and all(_SITE.search(title) for title in titles) else ""

    def title_of(self, page: PageView | None) -> str:
        return page.title.removesuffix(self.site_suffix) if page is not None else ""

    @cached_property
    def whole(self) -> Scope:
        return Scope(self, self.steps, self.trace.signals, is_whole=True)

    @cached_property
    def session_words(self) -> frozenset[str]:
        """What every sentence may say of the visit as a whole: browser, system, device, host names, who it was."""
        session = self.trace.session
        found: set[str] = set()
        for text in (session.browser, session.os, session.device, session.referrer, *session.user.values()):
            found |= word_stems(text)
        for page in session.pages:
            found |= word_stems(urlsplit_safe(page.url)[1])
        return frozenset(found)

    @cached_property
    def links(self) -> frozenset[str]:
        """Every URL the trace holds: pages and requests."""
        found = {page.url for page in self.trace.session.pages} | {one.page_url for one in self.trace.interactions}
        found |= {effect.url for one in self.trace.interactions for effect in one.effects if effect.url}
        return frozenset(link for link in found if link)

    @cached_property
    def problems(self) -> list[Signal]:
        return [signal for signal in self.trace.signals if signal.kind in PROBLEMS]

    def known(self, ref: str) -> bool:
        return ref in self.by_ref or ref in self.signal_by_ref

    def signals_of(self, step: Step) -> list[Signal]:
        return self._signals_of.get(step.ref, [])

    def scope(self, refs: Iterable[str]) -> Scope:
        """Return what `refs` cite; unknown refs add nothing."""
        picked: dict[int, Step] = {}
        signals: dict[str, Signal] = {}
        for ref in refs:
            if signal := self.signal_by_ref.get(ref):
                signals[ref] = signal
                for rested in signal.refs:
                    if step := self.by_ref.get(rested):
                        picked[step.index] = step
            elif step := self.by_ref.get(ref):
                picked[step.index] = step
        for step in list(picked.values()):
            for other in self.answers_to(step):
                picked.setdefault(other.index, other)
            for signal in self.signals_of(step):
                signals.setdefault(signal.ref, signal)
                if signal.kind in ("rage_click", "dead_click") and signal.target is not None:
                    for rested in signal.refs:  # one narrative line: the folded run
                        if (other := self.by_ref.get(rested)) and other.name == step.name:
                            picked.setdefault(other.index, other)
        order = {signal.ref: at for at, signal in enumerate(self.trace.signals)}
        return Scope(
            self, [picked[at] for at in sorted(picked)], sorted(signals.values(), key=lambda one: order[one.ref])
        )

    def answers_to(self, step: Step) -> list[Step]:
        """The submit and the page load that this click, touch or key caused, recorded as steps of their own."""
        if step.kind not in ("click", "touch", "keypress", "dblclick", "submit"):
            return []
        if step.index not in self._answers:
            self._answers[step.index] = self._find_answers(step)
        return self._answers[step.index]

    def deed(self, step: Step) -> list[Step]:
        """The whole deed a step belongs to: the click, the submit it caused, and the page that answered."""
        cause = self.by_ref.get(str(step.detail.get("caused_by", "")))
        root = cause if cause is not None else step
        return [root, *self.answers_to(root)]

    def taken(self, step: Step) -> bool | None:
        """Whether the deed was taken; one that a form was refused for again and again was not, whatever its request
        was answered, unless the page says so."""
        deed = self.deed(step)
        told = was_taken(deed)
        looped = any(signal.kind == "validation_loop" for one in deed for signal in self.signals_of(one))
        if told and looped and not any(says_yes(e) for one in deed for e in one.raw.effects if e.kind != "request"):
            return False
        return told

    def _find_answers(self, step: Step) -> list[Step]:
        found: list[Step] = []
        alone = True  # nothing else was done since
        for other in self.steps[step.index + 1 : step.index + 12]:
            late = other.t_ms - step.end_ms
            cause = other.detail.get("caused_by")
            if cause is not None:
                if cause == step.ref:
                    found.append(other)
                continue
            if (other.kind == "submit" and alone and late <= TWIN_MS and step.kind != "submit") or (
                other.kind == "navigate" and alone and late <= ARRIVAL_MS
            ):
                found.append(other)
            elif other.kind not in ("scroll", "visibility", "resize", "observed"):
                alone = False
        return found

    def tab_of(self, step: Step) -> Step | None:
        """The tab that was chosen last before this step on its page: where the step was done."""
        if "tabs" not in self.cache:
            self.cache["tabs"] = [one for one in self.steps if one.role == "tab" and one.name and one.reacted]
        earlier = [
            one for one in self.cache["tabs"] if one.index < step.index and one.raw.page_url == step.raw.page_url
        ]
        return earlier[-1] if earlier else None

    def opener_of(self, step: Step) -> Step | None:
        """The list or menu that an option or an entry was chosen from: what was opened right before it."""
        if step.role not in _CHOSEN_FROM:
            return None
        earlier = [one for one in self.steps[max(0, step.index - 4) : step.index] if one.kind in ("click", "keypress")]
        opened = [one for one in earlier if one.name and (one.role == "combobox" or _expands(one))]
        return opened[-1] if opened else None

    def names_before(self, step: Step) -> bool:
        """Whether a control of this name was used earlier."""
        return any(one.name == step.name for one in self.steps[: step.index])

    def matching(self, step: Step) -> Sequence[Step]:
        """Every step on the same control."""
        return [one for one in self.steps if one.kind == step.kind and same_target(one, step)]


_CHOSEN_FROM: Final = frozenset(
    "option menuitem menuitemradio menuitemcheckbox treeitem listitem link gridcell".split()
)


def _expands(step: Step) -> bool:
    said = [quotable(effect.text or "").split() for effect in step.raw.effects if effect.kind == "state"]
    return any(words and words[-1] in ("expanded", "open") and "not" not in words for words in said)


_SITE: Final = re.compile(r"\s+[·|–—:•-]{1,2}\s+[^·|–—•]{1,60}$")


def _page_at(pages: Sequence[PageView], one: Interaction) -> PageView | None:
    """The page an interaction happened on: by lane when it says so, else by URL, else by time."""
    lane = one.page if isinstance(one.page, str) else ""
    here = [page for page in pages if page.start_ms <= one.t_ms + 1]
    for pool in ([p for p in here if lane and p.page == lane and p.url == one.page_url],
                 [p for p in here if p.url == one.page_url], [p for p in pages if p.url == one.page_url]):  # fmt: skip
        if pool:
            return pool[-1] if pool[0] in here else pool[0]
    return None
