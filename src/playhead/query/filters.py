"""The filter language of lists: `page:/checkout signal:rage_click duration>2m user:u_42 "card declined"`.

Grammar   terms separated by spaces, all must hold; `field:value`, `-field:value` (not), `duration>2m`, `pages<3`,
          a bare word or "quoted words" (found in addresses, titles, control names, user, headline)
Errors    FilterError names the term and the fields that exist
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store.tables import interactions, marks, notes, pages, sessions, signals

MAX_TERMS: Final = 20
IS: Final = ("live", "identified", "imported", "starred", "watched", "unwatched", "commented")
_TERM = re.compile(r'(-?)(?:([a-z_]+)\s*(:|>=|<=|>|<)\s*)?("(?:[^"\\]|\\.)*"?|[^\s"]+)')
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")
_WATCHED: Final = sa.select(marks.c.session).where(marks.c.watched_ms > 0)
_SPAN_MS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "": 1000}


class FilterError(ValueError):
    """The filter cannot be read; the message says which term and what would be."""


class Term(NamedTuple):
    field: str  # "" is full text
    operator: str
    value: str
    negated: bool


def parse(text: str) -> list[Term]:
    """Split a filter into its terms; raises FilterError."""
    terms = [
        Term(found[2] or "", found[3] or ":", _unquote(found[4]), bool(found[1]))
        for found in _TERM.finditer(text.strip())
    ]
    if len(terms) > MAX_TERMS:
        raise FilterError(f"a filter takes at most {MAX_TERMS} terms, this one has {len(terms)}")
    return terms


def condition(text: str, *, personal: bool = True) -> sa.ColumnElement[bool]:
    """Return the WHERE condition on `sessions` that a filter means; raises FilterError.

    Not `personal`: who a visitor is can be neither seen nor found out by asking for it.
    """
    return sa.and_(sa.true(), *(_condition(term, personal) for term in parse(text)))


def _condition(term: Term, personal: bool) -> sa.ColumnElement[bool]:
    if not personal and term.field in PERSONAL_FIELDS:
        raise FilterError(f"{term.field}: needs the right to see who visitors are")
    if not term.field:
        made = _any_text(term.value, personal)
    elif term.operator == ":":
        make = TEXT_FIELDS.get(term.field)
        if make is None:
            raise FilterError(f"there is no filter {term.field!r}; there are {', '.join(sorted(FIELDS))}")
        made = make(term.value)
    else:
        made = _compare(term)
    return sa.not_(made) if term.negated else made


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


def _like(column: sa.ColumnElement[str], value: str) -> sa.ColumnElement[bool]:
    return column.icontains(value, autoescape=True)


def _some(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether the session has such a row. Asked session by session, in the list's order, until a page is full: what
    many sessions have is found at once; what few have costs a look at all."""
    return sa.exists().correlate(sessions).where(table.c.session == sessions.c.id, *conditions)


def _page(value: str) -> sa.ColumnElement[bool]:
    return _some(pages, sa.or_(_like(pages.c.url, value), _like(pages.c.title, value)))


def _signal(value: str) -> sa.ColumnElement[bool]:
    if value in ("any", "*"):
        return sessions.c.signal_count > 0
    return _some(signals, signals.c.kind == value)


def _fingerprint(value: str) -> sa.ColumnElement[bool]:
    return sessions.c.id.in_(sa.select(signals.c.session).where(signals.c.fingerprint == value).correlate(None))


def _error(value: str) -> sa.ColumnElement[bool]:
    kinds = ("js_error", "network_error", "error_click", "validation_loop", "login_failure", "not_found")
    return _some(signals, signals.c.kind.in_(kinds), _like(signals.c.measured, value))


def _control(value: str) -> sa.ColumnElement[bool]:
    return _some(interactions, _like(interactions.c.name, value))


def _user(value: str) -> sa.ColumnElement[bool]:
    return sa.or_(sessions.c.user_id == value, _like(sessions.c.user_name, value), _like(sessions.c.user_email, value))


def _is(value: str) -> sa.ColumnElement[bool]:
    match value:
        case "live":
            return sa.and_(sessions.c.ended.is_(False), sessions.c.source == "recorder")
        case "identified":
            return sessions.c.user_id != ""
        case "imported":
            return sessions.c.source == "import"
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


def _tag(value: str) -> sa.ColumnElement[bool]:
    wanted = f'"{value.lower()}"'
    return sessions.c.id.in_(sa.select(marks.c.session).where(marks.c.tags.contains(wanted, autoescape=True)))


def _any_text(value: str, personal: bool) -> sa.ColumnElement[bool]:
    who = (sessions.c.user_id, sessions.c.user_name, sessions.c.user_email) if personal else ()
    plain = (sessions.c.headline, sessions.c.id, *who)
    return sa.or_(*(_like(column, value) for column in plain), _page(value), _control(value), _error(value))


TEXT_FIELDS: Final[dict[str, Callable[[str], sa.ColumnElement[bool]]]] = {
    "page": _page,
    "signal": _signal,
    "error": _error,
    "fingerprint": _fingerprint,
    "control": _control,
    "user": _user,
    "is": _is,
    "tag": _tag,
    "visitor": lambda value: sessions.c.visitor.startswith(value, autoescape=True),
    "site": lambda value: sessions.c.site == value,
    "outcome": lambda value: sessions.c.outcome == value,
    "browser": lambda value: _like(sessions.c.browser, value),
    "os": lambda value: _like(sessions.c.os, value),
    "device": lambda value: _like(sessions.c.device, value),
    "referrer": lambda value: _like(sessions.c.referrer, value),
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
FIELDS: Final = (*TEXT_FIELDS, *NUMBER_FIELDS)


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
