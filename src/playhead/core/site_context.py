"""Site context: what a team says of its own site, so that reports call things by the names the team uses."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

MAX_ABOUT: Final = 2_000  # characters, of the description and of the goals
MAX_TERMS: Final = 80
MAX_NAME: Final = 120
MAX_MEANING: Final = 240
MAX_ISSUES: Final = 40
MAX_QUESTIONS: Final = 8
MAX_QUESTION: Final = 300


LANGUAGES: Final = tuple(
    "English German French Spanish Italian Portuguese Dutch Polish Swedish Turkish Ukrainian Japanese".split()
)


class ContextError(ValueError):
    """The context cannot be kept; the message says which part, and the limit."""


class Term(msgspec.Struct, frozen=True):
    """What a page or a control means; a page by its title or path, a control by its name."""

    kind: Literal["page", "control"]
    name: str
    meaning: str


class KnownIssue(msgspec.Struct, frozen=True):
    """A problem the team knows of: findings that hold the words `match` are marked, or set aside."""

    match: str
    treat: Literal["mention", "ignore"] = "mention"


class SiteContext(msgspec.Struct, frozen=True):
    about: str = ""
    goals: str = ""
    vocabulary: tuple[Term, ...] = ()
    known: tuple[KnownIssue, ...] = ()
    questions: tuple[str, ...] = ()
    language: str = "English"  # of reports by a model: checked in English, then translated


def checked(context: SiteContext) -> SiteContext:
    """Return the context with blanks taken out and doubles once; raises ContextError where a limit is passed."""
    terms = {(t.kind, _line(t.name).casefold()): t for t in context.vocabulary if _line(t.name) and _line(t.meaning)}
    issues = {_line(one.match).casefold(): one for one in context.known if _line(one.match)}
    questions: list[str] = list(dict.fromkeys(line for one in context.questions if (line := _line(one))))
    if context.language not in LANGUAGES:
        raise ContextError(f"reports cannot be in {context.language!r}: choose one of {', '.join(LANGUAGES)}")
    _few("the vocabulary", len(terms), MAX_TERMS)
    _few("the known issues", len(issues), MAX_ISSUES)
    _few("the questions", len(questions), MAX_QUESTIONS)
    return SiteContext(
        about=_short("the description", context.about.strip(), MAX_ABOUT),
        goals=_short("the goals", context.goals.strip(), MAX_ABOUT),
        vocabulary=tuple(
            Term(t.kind, _short("a name", _line(t.name), MAX_NAME), _short("a meaning", _line(t.meaning), MAX_MEANING))
            for t in terms.values()
        ),
        known=tuple(
            KnownIssue(_short("a known issue", _line(one.match), MAX_NAME), one.treat) for one in issues.values()
        ),
        questions=tuple(_short("a question", one, MAX_QUESTION) for one in questions),
        language=context.language,
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _short(what: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise ContextError(f"{what} may have {limit} characters, this one has {len(text)}: “{text[:40]}…”")
    return text


def _few(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise ContextError(f"{what} may have {limit} entries, there are {count}")
