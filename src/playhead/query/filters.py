"""The filter language of lists: `page:/checkout signal:rage_click duration>2m user:u_42 "card declined"`.

Grammar   terms separated by spaces, all must hold; `field:value`, `-field:value` (not), `duration>2m`, `pages<3`,
          a bare word or "quoted words" (found in addresses, titles, control names, errors, the report, the user)
Words     text is found by its words, see `store.words`: the last one may go on (`check` finds /checkout), but not
          that of words in quotes
Errors    FilterError names the term and the fields that exist
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store import words as w
from playhead.store.search import Found
from playhead.store.tables import marks, notes, sessions, signals

MAX_TERMS: Final = 20
LIVE_S: Final = 30  # the recorder sends at least every few seconds while somebody is active
LONGEST_MS: Final = 25 * 3_600_000  # a session ends after a day
IS: Final = ("live", "identified", "imported", "starred", "watched", "unwatched", "commented")
_LIVE: Final = ("is", ":", "live")
_TERM = re.compile(r'(-?)(?:([a-z_]+)\s*(:|>=|<=|>|<)\s*)?("(?:[^"\\]|\\.)*"?|[^\s"]+)')
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")
_WATCHED: Final = sa.select(marks.c.session).where(marks.c.watched_ms > 0)
_SPAN_MS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "": 1000}


Meaning = w.Phrase | sa.ColumnElement[bool]


class FilterError(ValueError):
    """The filter cannot be read; the message says which term and what would be."""


class Term(NamedTuple):
    field: str  # "" is full text
    operator: str
    value: str
    negated: bool
    exact: bool = False  # it stood in quotes: its last word does not go on


def parse(text: str) -> list[Term]:
    """Split a filter into its terms; raises FilterError."""
    terms = [
        Term(found[2] or "", found[3] or ":", _unquote(found[4]), bool(found[1]), found[4].startswith('"'))
        for found in _TERM.finditer(text.strip())
    ]
    if len(terms) > MAX_TERMS:
        raise FilterError(f"a filter takes at most {MAX_TERMS} terms, this one has {len(terms)}")
    return terms


class Filter(NamedTuple):
    """A filter as the index is asked: what the full text finds, and conditions on `sessions` for the rest."""

    phrases: list[w.Phrase]
    rest: list[sa.ColumnElement[bool]]
    numbers: list[sa.ColumnElement[bool]]  # those of the rest that compare a number

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        found = [Found(self.phrases)] if self.phrases else []
        return sa.and_(sa.true(), *found, *self.rest)


def parts(text: str) -> list[str]:
    """Return the terms of a filter as they were written."""
    return [found[0].strip() for found in _TERM.finditer(text.strip())]


def condition(text: str, *, personal: bool = True, now_ms: float | None = None) -> sa.ColumnElement[bool]:
    """Return the WHERE condition on `sessions` that a filter means; raises FilterError.

    Not `personal`: who a visitor is can be neither seen nor found out by asking for it.
    """
    return read(text, personal=personal, now_ms=now_ms).condition


def read(text: str, *, personal: bool = True, now_ms: float | None = None) -> Filter:
    """Read a filter; raises FilterError. Without `now_ms`, all that never said goodbye is live."""
    made = Filter([], [], [])
    for term in parse(text):
        found = _live(now_ms) if term[:3] == _LIVE else _meaning(term, personal)
        if term.exact and isinstance(found, w.Phrase):
            found = found._replace(open=False)
        if isinstance(found, w.Phrase) and not term.negated:
            made.phrases.append(found)
            continue
        plain = Found([found]) if isinstance(found, w.Phrase) else found
        made.rest.append(sa.not_(plain) if term.negated else plain)
        if term.operator != ":" and not term.negated:
            made.numbers.append(plain)
    return made


def _meaning(term: Term, personal: bool) -> Meaning:
    if not personal and term.field in PERSONAL_FIELDS:
        raise FilterError(f"{term.field}: needs the right to see who visitors are")
    if term.operator != ":":
        return _compare(term)
    if not term.field:
        words = w.words_of(term.value)  # a sign between words, as in "terms & conditions", asks for nothing
        return _phrase((*w.FREE, "user") if personal else w.FREE, words) if words else sa.true()
    make = FIELDS_OF_TEXT.get(term.field)
    if make is None:
        raise FilterError(f"there is no filter {term.field!r}; there are {', '.join(sorted(FIELDS))}")
    return make(term.value)


def _phrase(fields: Sequence[str], words: Sequence[str], *, open_end: bool = True) -> Meaning:
    """Return what finds these words; signs alone are no words, and found nowhere."""
    return w.phrase(fields, words, open_end=open_end) if words else sa.false()


def _compare(term: Term) -> sa.ColumnElement[bool]:
    column = NUMBER_FIELDS.get(term.field)
    if column is None:
        raise FilterError(f"{term.field!r} cannot be compared; {', '.join(sorted(NUMBER_FIELDS))} can")
    number = _number(term)
    match term.operator:
        case ">":
            return column > number
        case ">=":
            return column >= number
        case "<":
            return column < number
        case _:
            return column <= number


def _number(term: Term) -> float:
    found = _SPAN.fullmatch(term.value)
    if not found or (found[2] and term.field not in ("duration", "active")):
        raise FilterError(f"{term.field}{term.operator}{term.value}: expected a number such as 3, or a span such as 2m")
    scale = _SPAN_MS[found[2]] if term.field in ("duration", "active") else 1
    return float(found[1]) * scale


def _signal(value: str) -> Meaning:
    if value in ("any", "*"):
        return sessions.c.signal_count > 0
    return _phrase(("signal",), w.exact_word(value), open_end=False)


def _page(value: str) -> Meaning:
    words = w.address_words(value)
    return _phrase(("page",), words) if words else sessions.c.page_count > 0


def _user(value: str) -> Meaning:
    """A name may go on, a number may not: u_42 is not u_421."""
    return _phrase(("user",), w.words_of(value), open_end=not value[-1:].isdigit())


def _in_words(field: str) -> Callable[[str], Meaning]:
    return lambda value: _phrase((field,), w.words_of(value))


def _as_one(field: str) -> Callable[[str], Meaning]:
    return lambda value: _phrase((field,), w.exact_word(value), open_end=False)


def _fingerprint(value: str) -> Meaning:
    return sessions.c.id.in_(sa.select(signals.c.session).where(signals.c.fingerprint == value).correlate(None))


def _live(now_ms: float | None) -> sa.ColumnElement[bool]:
    """Whether it is being recorded, as `sessions.is_live` says; it began within a day, which lists find by an index."""
    open_still = sa.and_(sessions.c.ended.is_(False), sessions.c.source == "recorder")
    if now_ms is None:
        return open_still
    recent = sessions.c.last_received_ms > now_ms - LIVE_S * 1000
    return sa.and_(open_still, recent, sessions.c.started_ms > now_ms - LONGEST_MS)


def _is(value: str) -> Meaning:
    match value:
        case "identified" | "imported":
            return w.phrase(("is",), (value,), open_end=False)
        case "starred":
            return sessions.c.id.in_(sa.select(marks.c.session).where(marks.c.starred))
        case "watched":
            return sessions.c.id.in_(_WATCHED)
        case "unwatched":
            return sessions.c.id.not_in(_WATCHED)
        case "commented":
            return sessions.c.id.in_(sa.select(notes.c.session))
        case _:
            raise FilterError(f"is:{value}: expected one of {', '.join(f'is:{one}' for one in IS)}")


def _tag(value: str) -> Meaning:
    wanted = f'"{value.lower()}"'
    return sessions.c.id.in_(sa.select(marks.c.session).where(marks.c.tags.contains(wanted, autoescape=True)))


FIELDS_OF_TEXT: Final[dict[str, Callable[[str], Meaning]]] = {
    "page": _page,
    "signal": _signal,
    "error": _in_words("error"),
    "fingerprint": _fingerprint,
    "control": _in_words("control"),
    "report": _in_words("report"),
    "user": _user,
    "is": _is,
    "tag": _tag,
    "visitor": _in_words("visitor"),
    "site": _as_one("site"),
    "outcome": _as_one("outcome"),
    "browser": _in_words("browser"),
    "os": _in_words("os"),
    "device": _in_words("device"),
    "referrer": lambda value: _phrase(("referrer",), w.address_words(value)),
    "session": lambda value: sessions.c.id == value,
}
PERSONAL_FIELDS: Final = ("user",)
NUMBER_FIELDS: Final = {
    "duration": sessions.c.duration_ms,
    "active": sessions.c.active_ms,
    "pages": sessions.c.page_count,
    "events": sessions.c.event_count,
    "interactions": sessions.c.interaction_count,
    "signals": sessions.c.signal_count,
}
FIELDS: Final = (*FIELDS_OF_TEXT, *NUMBER_FIELDS)


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
