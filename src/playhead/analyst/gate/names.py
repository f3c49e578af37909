"""Names: words that belong together before anything is read: hyphenated ones, names of the trace without quotes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from playhead.analyst.gate.claims import content
from playhead.analyst.gate.grammar import BE, BEFORE_NAMES, ROLE_NOUNS, WENT
from playhead.analyst.gate.lexicon import AUXILIARY, verbs_starting
from playhead.analyst.gate.token import Token
from playhead.analyst.gate.tokens import tokenise
from playhead.analyst.gate.words import PERSON, TOPICS, is_harmless
from playhead.analyst.inflect import stem
from playhead.analyst.text import plain, quotable

MAX_NAME_WORDS: Final = 6
FIRST_PAGE: Final = frozenset(("start", "home", "front", "landing", "main"))  # … page, in lower case
PAGES: Final = frozenset(("page", "screen", "form"))


_PHRASES: Final = {
    tuple(said.split()): plain_word
    for said, plain_word in (
        ("by means of", "via"),
        ("with the help of", "via"),
        ("by way of", "via"),
        ("in the course of", "during"),
        ("as soon as", "once"),
        ("prior to", "before"),
        ("subsequent to", "after"),
        ("as well as", "and"),
        ("in place of", "for"),
        ("at the hands of", "by"),
        ("among other things", ""),
        ("once again", "again"),
        ("over the course of", "during"),
        ("for the first time", ""),
        ("one after the other", ""),
        ("one after another", ""),
        ("in response to which", "and"),
        ("in answer to which", "and"),
        ("at which point", "and"),
        ("in the end", "finally"),
        ("at the end", "finally"),
        ("at last", "finally"),
        ("to begin with", "first"),
        ("to start with", "first"),
    )
}


def plainly(tokens: list[Token]) -> list[Token]:
    """Phrases that stand for one small word become that word: “by means of” → via, “as soon as” → once."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        for phrase, word in _PHRASES.items():
            span = tokens[at : at + len(phrase)]
            if tuple(t.word if t.kind == "word" else "" for t in span) == phrase:
                text = " ".join(token.text for token in span)
                found += [Token("word", text, word, stem(word))] if word else []
                at += len(phrase)
                break
        else:
            found.append(tokens[at])
            at += 1
    return found


def compounds(tokens: list[Token]) -> list[Token]:
    """Words written with a hyphen become one word where that word means something (“sign-up”, “rage-clicked”), else
    two; “rage clicked” and “back and forth” become one as well.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        last = found[-1] if found else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if last is not None and last.word == "no" and token.kind == "word" and at and tokens[at - 1].text == "-":
            text = f"no {token.word}"  # “the no-results message” denies nothing
            found[-1] = Token("quote", text, text, text, unit="maybe")
            continue
        if last is not None and last.kind == "word" and token.kind == "word":
            joined = last.word + token.word
            hyphen = at > 0 and tokens[at - 1].text == "-"
            clicks = last.word in ("double", "right", "rage") and token.word.startswith(("click", "tap"))
            if clicks or (hyphen and is_known(joined)):
                last.word, last.stem, last.text = joined, stem(joined), f"{last.text}-{token.text}"
                continue
        if (
            token.text == "-"
            and last is not None
            and last.kind in ("word", "method")
            and after is not None
            and after.kind == "word"
        ):
            continue
        if last is not None and last.word in ("went", "goes", "go", "left") and token.word in WENT:
            found.pop()
        if token.word == "forth" and [one.word for one in found[-2:]] == ["back", "and"]:
            del found[-2:]
            token = Token("word", "back and forth", "backandforth", "backandforth")
        found.append(token)
    return found


def is_known(word: str) -> bool:
    """Whether the lexicon, the topics or the harmless words hold this word."""
    return bool(verbs_starting(word)) or is_harmless(word) or stem(word) in TOPICS


class Names:
    """Names of a trace, arranged by their first word; what is longer than MAX_NAME_WORDS is never read unquoted."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.by_first: dict[str, list[tuple[list[str], str]]] = {}
        self.alone: set[str] = set()  # “Name *”: names of one word
        for name in sorted(set(names)):
            parts = [token.word for token in tokenise(plain(name[:80]))]
            words = [part for part in parts if part.isalnum()]
            self.alone |= set(words) if len(words) == 1 else set()
            if 0 < len(parts) <= MAX_NAME_WORDS and not PERSON & set(parts):
                self.by_first.setdefault(parts[0], []).append((parts, name))
        for many in self.by_first.values():
            many.sort(key=lambda one: -len(one[0]))


def mark_names(tokens: list[Token], names: Names) -> list[Token]:
    """Unquoted names become quotes where they are written as in the trace, or stand before a word like “button”."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        candidates = names.by_first.get(tokens[at].word, []) if tokens[at].kind != "quote" else []
        used, name = _name_at(tokens, at, candidates)
        if used:
            text = _as_written(tokens[at : at + used])
            unit = "name" if any(char.isupper() for char in text) else "maybe"
            found.append(Token("quote", text, quotable(name), stem=quotable(name), unit=unit))
            at += used
        else:
            found.append(tokens[at])
            at += 1
    return found


_CALLED: Final = frozenset("title name number address code url heading date topic note text message".split())


def mark_called(tokens: list[Token], names: Names) -> None:
    """“The name was rejected”, “the customer field”: a word that otherwise claims nothing names a control here, where
    the recording has one of exactly that name."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        person = token.word in PERSON and after in ROLE_NOUNS
        if token.kind != "word" or not (token.word in _CALLED or person):
            continue
        if token.word in names.alone:
            token.unit = "named"


def _name_at(tokens: list[Token], at: int, candidates: list[tuple[list[str], str]]) -> tuple[int, str]:
    """(words used, the name) where a name of the trace stands here: written as there and in a place where a name can
    stand, or before a word like “button”. A stranger's page must not turn a whole statement into a name.
    """
    for parts, name in candidates:
        span = tokens[at : at + len(parts)]
        if (
            len(span) < len(parts)
            or [token.word for token in span] != parts
            or any(token.kind == "quote" for token in span)
        ):
            continue
        after = tokens[at + len(parts)] if at + len(parts) < len(tokens) else None
        before = tokens[at - 1].word if at else ""
        written = " ".join(token.text for token in span)
        same_case = _letters(written) == _letters(name) and any(char.isupper() for char in written)
        if (
            after is not None
            and after.word in PAGES
            and written.islower()
            and (len(parts) == 1 or written in FIRST_PAGE)
        ):
            continue  # “the start page” is a site's first, also where a button is called “Start”
        if after is not None and written == "search" and after.word in ("field", "box", "bar"):
            continue  # what one types into, also where a button is called “Search”
        if (
            after is not None
            and after.word in ROLE_NOUNS
            and (len(parts) > 1 or not span[0].word.endswith(("ed", "ing")))
        ):
            return len(parts), name
        if before == "to" and span[0].word == written.split()[0] and verbs_starting(span[0].word) and written.islower():
            continue  # “managed to join the crew”: a deed, also where a button is called so
        several = len(parts) > 1 and before in ("the", "to", "on", "into", "called", "named") and len(content(span)) > 1
        if several:
            return len(parts), name
        if same_case and len(parts) == 1 and at and after is not None and after.word in AUXILIARY:
            return 1, name  # “only Reset did not react”
        if same_case and (before in BEFORE_NAMES or (not at and after is not None and after.word in BE)):
            return len(parts), name
    return 0, ""


def _as_written(tokens: list[Token]) -> str:
    """The words of a name with its full stops where they stood: “Bean no. 17”."""
    text = ""
    for token in tokens:
        text += token.text if not text or token.text in ".,:;!?)" else f" {token.text}"
    return text


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
