"""Steps: one interaction as the gate and the rules see it: words for its target, its effects, was it taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from playhead.analyst.inflect import stem
from playhead.analyst.text import fold, plain, quotable
from playhead.analyst.vocabulary import EFFECT_WORDS, FAILURE, ROLE_WORDS, STATUS_WORDS, SUCCESS, SYMBOL_NAMES, words_of
from playhead.core.trace import Effect, Interaction, PageView, Target

MAX_TEXT: Final = 2_000  # no reader quotes more of one text than this; keeps a hostile page from costing time


MUTATING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


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
            found |= word_stems(self.raw.target.container)
            found |= _selector_words(self.raw.target)
        found |= word_stems(self.value)
        for value in self.detail.values():
            if isinstance(value, str):
                found |= word_stems(value)
        if "back" in str(self.detail.get("how", "")):
            found |= {"history", "browser"}
        return frozenset(found)

    @cached_property
    def deed_words(self) -> frozenset[str]:
        """Stems that may say what it was done for: an id in the selector only where the control has no name."""
        if self.raw.target is None or not self.name:
            return self.target_words
        said = word_stems(self.name) | word_stems(self.raw.target.container) | word_stems(self.value)
        return self.target_words - (_selector_words(self.raw.target) - said)

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
        return [effect for effect in self.raw.effects if says_no(effect) and effect.text not in self._gone]

    @cached_property
    def _gone(self) -> frozenset[str]:
        """New text that the same answer takes away again is no word to anybody: an old message on its way out."""
        shown = {effect.text for effect in self.raw.effects if effect.kind == "text_added" and effect.text}
        taken = {effect.text for effect in self.raw.effects if effect.kind == "text_removed" and effect.text}
        loud = {effect.text for effect in self.raw.effects if effect.kind in MESSAGES - {"text_added"}}
        return frozenset(text for text in shown & taken - loud if text)

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


_NO_WORDS: Final = frozenset(stem(word) for word in "complaint refusal rejection".split())
_YES_WORDS: Final = frozenset(stem(word) for word in "confirmation".split())


def effect_bag(effect: Effect) -> set[str]:
    found = {stem(w) for w in EFFECT_WORDS.get(effect.kind, (effect.kind,))}
    for text in effect_texts(effect):
        found |= url_words(text) if text[:1] == "/" or "://" in text else word_stems(text)
    if effect.target:
        found |= {stem(w) for w in ROLE_WORDS.get(effect.target.role, ())}
    if effect.kind in MESSAGES:
        found |= _NO_WORDS if says_no(effect) else _YES_WORDS if says_yes(effect) else frozenset()
    elif effect.kind == "text_removed" and FAILURE.search(quotable((effect.text or "")[:MAX_MESSAGE])):
        found |= _NO_WORDS
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
    if effect.tone == "error" and effect.kind in ("alert", "toast"):
        return True  # the page marked it as one, whatever its words
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
    if any(says_yes(effect) for effect in effects) or _post_landed(steps):
        return True
    return False if any(says_no(effect) for effect in effects) else None


_ONWARD: Final = frozenset("continue next proceed back previous step weiter zuruck suivant precedent siguiente".split())


def _post_landed(steps: Sequence[Step]) -> bool:
    """A form that was posted and answered by another page, without a word of refusal, was taken: that is how
    applications without scripts say so. The same page again says nothing."""
    posted = [step for step in steps if step.kind == "submit" and step.detail.get("method") == "post"]
    moves_on = any(step.kind == "click" and _ONWARD & set(words_of(fold(step.name))) for step in steps)
    if not posted or moves_on:
        return False
    action = path_of(str(posted[0].detail.get("action", "")))
    for step in steps:
        status = step.detail.get("status")
        if step.kind == "navigate" and isinstance(status, (int, float)) and 200 <= status < 400:
            return path_of(step.raw.page_url).rstrip("/") != action.rstrip("/")
    return False


def same_target(one: Step, other: Step) -> bool:
    a, b = one.raw.target, other.raw.target
    if a is None or b is None:
        return a is b
    return (a.role, a.name, a.container) == (b.role, b.name, b.container) and (bool(a.name) or a.selector == b.selector)


def urlsplit_safe(url: str) -> tuple[str, str, str, str]:
    """scheme, host, path, query of a URL written by a stranger; what cannot be split is all path."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.netloc, parts.path, parts.query
    except ValueError:
        return "", "", url, ""


_SEARCH_PARAMETERS: Final = frozenset("q query search s term keyword keywords text".split())


def queries_of(step: Step) -> list[str]:
    """Search words in the address of the page or of a request this step brought about."""
    urls = [e.url or e.path or "" for e in step.raw.effects if e.kind in ("navigate", "request")]
    urls += [step.raw.page_url] if step.kind == "navigate" else []
    return [
        value
        for url in urls
        for name, value in parse_qsl(urlsplit_safe(url)[3])
        if name.casefold() in _SEARCH_PARAMETERS
    ]


def path_of(url: str) -> str:
    return urlsplit_safe(url)[2] or "/"


_COMPOUNDS: Final = frozenset(
    "signin signup signout login logout logon checkout email popup dropdown homepage username postcode zipcode"
    " promocode textbox checkbox wishlist newsletter timeout typeerror".split()
)


def word_stems(text: str) -> frozenset[str]:
    """Stems of the words of a text; “Sign in” is signin too."""
    words = words_of(fold(plain(text[:MAX_TEXT]))) if text else []
    joined = (a + b for a, b in pairwise(words))
    return frozenset(stem(word) for word in words) | {stem(word) for word in joined if word in _COMPOUNDS}


# “/contactview/add” is about a contact.
_COMPOUND: Final = re.compile(r"([a-z]{4,})(?:view|page|list|form|detail|details|edit|table|index)", re.IGNORECASE)


def url_words(url: str) -> frozenset[str]:
    _, _, path, query = urlsplit_safe(url[:MAX_TEXT])
    pieces = [unquote(path)] + [f"{key} {value}" for key, value in parse_qsl(query)]
    pieces += [found[1] for piece in path.split("/") if (found := _COMPOUND.fullmatch(piece))]
    return word_stems(" ".join(pieces).replace("/", " ").replace("-", " ").replace("_", " "))


_DRAWN: Final = frozenset("path circle rect polygon polyline line ellipse svg g".split())
_SHAPES: Final = frozenset(stem(word) for word in "shape marker drawing".split())


def _selector_words(target: Target) -> frozenset[str]:
    """Ids and names inside the selector (`#place-order`, `[name=email]`): what unlabelled fields are known by."""
    text = target.selector
    drawn = _SHAPES if re.split(r"[.#:\[]", text.split(" > ")[-1])[0] in _DRAWN else frozenset[str]()
    cut = "".join(char if char.isalnum() else " " for char in text)
    return drawn | frozenset(
        stem(word) for word in fold(cut).split() if len(word) > 3 and word not in ("child", "type", "first", "last")
    )
