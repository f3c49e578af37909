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
from urllib.parse import parse_qsl, unquote, urlsplit

from playhead.analyst.inflect import stem
from playhead.analyst.text import fold, plain, quotable
from playhead.analyst.vocabulary import EFFECT_WORDS, FAILURE, ROLE_WORDS, STATUS_WORDS, SUCCESS, SYMBOL_NAMES, words_of
from playhead.core.trace import Effect, Interaction, PageView, Signal, Target, Trace

TWIN_MS: Final = 400  # a submit event follows the click or the Enter key that caused it within one task, or a few
ARRIVAL_MS: Final = 3_000  # a page load that follows a click with nothing else in between answers it
MAX_TEXT: Final = 2_000  # no reader quotes more of one text than this; keeps a hostile page from costing time
MUTATING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ACTS: Final = frozenset({"click", "dblclick", "contextmenu", "touch", "submit", "keypress", "input", "select", "drag"})
PROBLEMS: Final = frozenset(
    "rage_click dead_click error_click js_error network_error validation_loop quick_back repeated_search form_abandon"
    " login_failure slow_response cursor_thrash not_found".split()
)
ERRORS: Final = frozenset({"error_click", "js_error", "network_error", "validation_loop", "login_failure", "not_found"})


@dataclass(frozen=True, eq=False)
class Step:
    """One interaction as the gate and the rules see it; `page_title` is without the site's name."""

    index: int
    raw: Interaction
    page: PageView | None
    page_title: str

    @property
    def ref(self) -> str:
        return self.raw.ref

    @property
    def kind(self) -> str:
        return self.raw.kind

    @property
    def t_ms(self) -> float:
        return self.raw.t_ms

    @cached_property
    def end_ms(self) -> float:
        return self.raw.end_ms if isinstance(self.raw.end_ms, (int, float)) else self.raw.t_ms

    @cached_property
    def last_ms(self) -> float:
        """When the last thing that belongs to this step was seen."""
        return max([self.end_ms, *(effect.t_ms for effect in self.raw.effects)])

    @property
    def count(self) -> int:
        return self.raw.count if isinstance(self.raw.count, int) else 1

    @property
    def name(self) -> str:
        return self.raw.target.name if self.raw.target else ""

    @property
    def role(self) -> str:
        return self.raw.target.role if self.raw.target else ""

    @cached_property
    def value(self) -> str:
        return self.raw.value if isinstance(self.raw.value, str) else ""

    @cached_property
    def detail(self) -> dict[str, str | float | int | bool]:
        return self.raw.detail if isinstance(self.raw.detail, dict) else {}

    @cached_property
    def name_words(self) -> frozenset[str]:
        return word_stems(self.name) | frozenset(stem(w) for w in SYMBOL_NAMES.get(self.name.strip(), ()))

    @cached_property
    def target_words(self) -> frozenset[str]:
        """Stems that may name what was acted on: name, role, container, what was put in."""
        found = set(self.name_words) | {stem(w) for w in ROLE_WORDS.get(self.role, self.role.split())}
        if self.raw.target:
            found |= word_stems(self.raw.target.container) | _selector_words(self.raw.target)
        found |= word_stems(self.value)
        for value in self.detail.values():
            if isinstance(value, str):
                found |= word_stems(value)
        return frozenset(found)

    @cached_property
    def page_words(self) -> frozenset[str]:
        found = url_words(self.raw.page_url)
        if self.page:
            found |= url_words(self.page.url) | word_stems(self.page.title)
        return frozenset(found)

    @cached_property
    def effect_words(self) -> frozenset[str]:
        found: set[str] = set()
        for effect in self.raw.effects:
            found |= effect_bag(effect)
        return frozenset(found)

    @cached_property
    def bag(self) -> frozenset[str]:
        return self.target_words | self.page_words | self.effect_words

    @cached_property
    def texts(self) -> list[str]:
        """Every text a sentence may quote from this step's line, in comparison form."""
        found = [self.name, self.value, self.raw.page_url]
        if self.raw.target:
            found.append(self.raw.target.container)
        if self.page:
            found += [self.page.title, self.page.url]
        found += [str(value) for value in self.detail.values() if isinstance(value, str)]
        for effect in self.raw.effects:
            found += effect_texts(effect)
        return [quotable(text[:MAX_TEXT]) for text in found if text]

    @cached_property
    def requests(self) -> list[Effect]:
        return [effect for effect in self.raw.effects if effect.kind == "request"]

    @cached_property
    def refused(self) -> list[Effect]:
        """Effects that say no: failed requests and pages, texts that report a failure."""
        return [effect for effect in self.raw.effects if says_no(effect)]

    @cached_property
    def broke(self) -> list[Effect]:
        """Errors the page threw."""
        return [effect for effect in self.raw.effects if effect.kind == "error"]

    @cached_property
    def confirmed(self) -> list[Effect]:
        """Effects that say yes: a change the server took, a text or page that confirms."""
        return [effect for effect in self.raw.effects if says_yes(effect)]

    @property
    def reacted(self) -> bool:
        return self.raw.reaction_ms is not None or any(
            effect.kind not in ("console", "error") for effect in self.raw.effects
        )


def effect_texts(effect: Effect) -> list[str]:
    found = [effect.text or "", effect.path or "", effect.url or ""]
    if effect.method and effect.path:
        found.append(f"{effect.method} {effect.path}")
        if effect.status is not None:
            found.append(f"{effect.method} {effect.path} {effect.status}")
    if effect.target:
        found += [effect.target.name, effect.target.container]
    return [text for text in found if text]


def effect_bag(effect: Effect) -> set[str]:
    found = {stem(w) for w in EFFECT_WORDS.get(effect.kind, (effect.kind,))}
    for text in effect_texts(effect):
        found |= url_words(text) if text[:1] == "/" or "://" in text else word_stems(text)
    if effect.target:
        found |= {stem(w) for w in ROLE_WORDS.get(effect.target.role, ())}
    if effect.method:
        found.add(effect.method.casefold())
    if effect.status is not None:
        found |= {stem(word) for word in STATUS_WORDS.get(effect.status, "").split()}
    return found


MESSAGES: Final = frozenset({"alert", "dialog", "toast", "field_error", "text_added"})
MAX_MESSAGE: Final = 200  # longer new text is content, in which “wrong” or “saved” says nothing about the deed
_ASKS: Final = re.compile(r"\bare you sure\b|cannot be undone|can't be undone|\?\s*$")


def says_no(effect: Effect) -> bool:
    """A request or page that failed, or a message that reports a failure."""
    if effect.kind in ("request", "navigate"):
        return effect.status is not None and (effect.status >= 400 or effect.status == 0)
    if effect.kind == "field_error":
        return True
    text = quotable(effect.text or "") if effect.kind in MESSAGES else ""
    return 0 < len(text) <= MAX_MESSAGE and not _ASKS.search(text) and bool(FAILURE.search(text))


def says_yes(effect: Effect) -> bool:
    """A change that the server took, or a message or page that confirms."""
    if says_no(effect):
        return False
    if effect.kind == "request":
        return effect.method in MUTATING and 200 <= (effect.status or 0) < 400
    if effect.kind in MESSAGES | {"navigate", "event"}:
        told = quotable(f"{effect.text or ''} {(effect.path or '').replace('/', ' ').replace('-', ' ')}")
        return len(told) <= MAX_MESSAGE and not _ASKS.search(told) and bool(SUCCESS.search(told))
    return False


def was_taken(steps: Sequence[Step]) -> bool | None:
    """Whether what these steps did was taken: False when it was refused, None when nothing tells.

    A write that failed, a failed page or a message decide; a picture that could not be loaded does not.
    """
    effects = [effect for step in steps for effect in step.raw.effects]
    telling = [e for e in effects if e.kind != "request" or e.method in MUTATING]
    if any(says_no(effect) for effect in telling):
        return False
    if any(says_yes(effect) for effect in effects):
        return True
    return False if any(says_no(effect) for effect in effects) else None


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
        return [effect for signal in self.signals if (effect := signal_request(signal)) is not None]

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


def signal_bag(signal: Signal) -> set[str]:
    found = {stem(w) for w in signal.kind.split("_")}
    for text in signal_texts(signal):
        found |= url_words(text) if text[:1] == "/" or "://" in text else word_stems(text)
    if signal.target:
        found |= {stem(w) for w in ROLE_WORDS.get(signal.target.role, ())}
    return found


@dataclass(eq=False)
class Facts:
    """A trace with everything the gate asks of it, computed once."""

    trace: Trace
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
            if other.kind == "submit" and alone and late <= TWIN_MS and step.kind != "submit":
                found.append(other)
            elif other.kind == "navigate" and alone and late <= ARRIVAL_MS:
                found.append(other)
            elif other.kind not in ("scroll", "visibility", "resize"):
                alone = False
        return found

    def matching(self, step: Step) -> Sequence[Step]:
        """Every step on the same control."""
        return [one for one in self.steps if one.kind == step.kind and same_target(one, step)]


def same_target(one: Step, other: Step) -> bool:
    a, b = one.raw.target, other.raw.target
    if a is None or b is None:
        return a is b
    return (a.role, a.name, a.container) == (b.role, b.name, b.container) and (bool(a.name) or a.selector == b.selector)


_SITE: Final = re.compile(r"\s+[·|–—:•-]{1,2}\s+[^·|–—•]{1,60}$")


def urlsplit_safe(url: str) -> tuple[str, str, str, str]:
    """scheme, host, path, query of a URL written by a stranger; what cannot be split is all path."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.netloc, parts.path, parts.query
    except ValueError:
        return "", "", url, ""


def path_of(url: str) -> str:
    return urlsplit_safe(url)[2] or "/"


def _page_at(pages: Sequence[PageView], one: Interaction) -> PageView | None:
    """The page an interaction happened on: by lane when it says so, else by URL, else by time."""
    lane = one.page if isinstance(one.page, str) else ""
    here = [page for page in pages if page.start_ms <= one.t_ms + 1]
    for pool in ([p for p in here if lane and p.page == lane and p.url == one.page_url],
                 [p for p in here if p.url == one.page_url], [p for p in pages if p.url == one.page_url]):  # fmt: skip
        if pool:
            return pool[-1] if pool[0] in here else pool[0]
    return None


_COMPOUNDS: Final = frozenset(
    "signin signup signout login logout logon checkout email popup dropdown homepage username postcode zipcode promocode textbox"
    " checkbox wishlist newsletter timeout typeerror".split()
)


def word_stems(text: str) -> frozenset[str]:
    """Stems of the words of a text; “Sign in” is signin too."""
    words = words_of(fold(plain(text[:MAX_TEXT]))) if text else []
    joined = (a + b for a, b in zip(words, words[1:], strict=False))
    return frozenset(stem(word) for word in words) | {stem(word) for word in joined if word in _COMPOUNDS}


def url_words(url: str) -> frozenset[str]:
    _, _, path, query = urlsplit_safe(url[:MAX_TEXT])
    pieces = [unquote(path)] + [f"{key} {value}" for key, value in parse_qsl(query)]
    return word_stems(" ".join(pieces).replace("/", " ").replace("-", " ").replace("_", " "))


def _selector_words(target: Target) -> frozenset[str]:
    """Ids and names inside the selector (`#place-order`, `[name=email]`): what unlabelled fields are known by."""
    text = target.selector
    cut = "".join(char if char.isalnum() else " " for char in text)
    return frozenset(
        stem(word) for word in fold(cut).split() if len(word) > 3 and word not in ("child", "type", "first", "last")
    )
