"""Digest: what went wrong again and again in a list of sessions, counted by the index; no model counts anything.

Problem   signals of one fingerprint (the same control, request or error, across sessions and deploys); those without
          one are told apart by kind, control and page
Clips     the strongest three: sessions that failed or were abandoned first, then those where it happened most often
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from playhead.query import filters, listing
from playhead.query.sessions import ListError
from playhead.store import Store
from playhead.store.tables import sessions, signals
from playhead.store.words import words_of

MAX_PROBLEMS: Final = 40
MAX_ROWS: Final = 200_000  # signals read for one digest
CLIPS: Final = 3
SAME_MS: Final = 3_000.0  # signals this close are told of one moment
LEAD_MS: Final = 3_000.0  # a clip begins this long before its signal
LEFT_OUT: Final = ("idle_gap",)
_SPENT: Final = ("failed", "abandoned")


class Clip(msgspec.Struct):
    session: str
    who: str
    t_ms: float  # from the session's start, where to begin watching
    times: int  # how often it happened in this session
    outcome: str
    headline: str


class Problem(msgspec.Struct):
    """`q` is the filter that finds its sessions in the list."""

    fingerprint: str
    kind: str
    kinds: dict[str, int]  # every kind of signal that tells of it, with how many
    what: str  # the control, request or error it is about
    also: list[str]  # the same moments by other names: the request behind the button
    page: str
    sessions: int
    times: int
    stopped: int  # sessions with it that failed or were abandoned
    last_ms: float
    clips: list[Clip]
    q: str


class Told(NamedTuple):
    """A signal, and what its session tells. A tuple: two hundred thousand of them are looked at for one digest."""

    session: str
    kind: str
    t_ms: float
    page_url: str
    role: str
    name: str
    fingerprint: str
    measured: str
    start_ms: float
    started_ms: float
    outcome: str
    headline: str
    user_name: str
    user_email: str
    user_id: str
    visitor: str


class DigestOfMany(msgspec.Struct):
    sessions: int
    with_problems: int
    outcomes: dict[str, int]
    problems: list[Problem]
    left_out: int  # rarer problems that are not listed
    complete: bool  # False: more signals than are read for one digest


def digest_sessions(store: Store, *, q: str = "", personal: bool = True) -> DigestOfMany:
    """Return the digest of the sessions a filter finds; raises ListError."""
    try:
        asked = filters.read(q, personal=personal, now_ms=store.now_ms())
    except filters.FilterError as error:
        raise ListError(str(error)) from None
    query = (
        sa.select(*((signals if name in signals.c else sessions).c[name] for name in Told._fields))
        .join(sessions, sessions.c.id == signals.c.session)
        .where(signals.c.kind.not_in(LEFT_OUT))
        .order_by(signals.c.session, signals.c.n)
        .limit(MAX_ROWS + 1)
    )
    outcomes = sa.select(sessions.c.outcome, sa.func.count()).group_by(sessions.c.outcome)
    with store.index.read() as connection:
        found = listing.matching(connection, asked)
        rows = [Told._make(row) for row in connection.execute(query.where(found)).all()]
        by_outcome = {str(row[0]) or "unclear": int(row[1]) for row in connection.execute(outcomes.where(found))}
    groups: dict[tuple[str, ...], list[Told]] = {}
    for row in rows[:MAX_ROWS]:
        groups.setdefault(_key(row), []).append(row)
    problems = [_problem(story) for story in _stories(groups)]
    problems.sort(key=lambda one: (-one.sessions, -one.stopped, -one.times))
    return DigestOfMany(
        sessions=sum(by_outcome.values()),
        with_problems=len({row.session for row in rows[:MAX_ROWS]}),
        outcomes=by_outcome,
        problems=problems[:MAX_PROBLEMS],
        left_out=len(problems[MAX_PROBLEMS:]),
        complete=len(rows) <= MAX_ROWS,
    )


def _key(row: Told) -> tuple[str, ...]:
    if row.fingerprint:
        return row.kind, row.fingerprint
    return row.kind, "", row.role, row.name, path_of(row.page_url)


Group = tuple[tuple[str, ...], list[Told]]
_RANK: Final = {
    kind: rank
    for rank, kind in enumerate(
        "login_failure error_click validation_loop js_error not_found rage_click dead_click network_error slow_response"
        " form_abandon repeated_search quick_back cursor_thrash".split()
    )
}


def _stories(groups: dict[tuple[str, ...], list[Told]]) -> list[list[Group]]:
    """Put together what happened at the same moments of the same sessions on the same page: one refused payment is an
    error click and a failed request. The best-told kind comes first."""
    ordered = sorted(groups.items(), key=lambda item: _RANK.get(item[0][0], len(_RANK)))
    stories: dict[tuple[frozenset[str], str], list[list[Group]]] = {}
    for group in ordered:
        rows = group[1]
        place = (frozenset(row.session for row in rows), path_of(rows[-1].page_url))
        known = stories.setdefault(place, [])
        home = next((story for story in known if _together(story[0][1], rows)), None)
        if home is None:
            known.append([group])
        else:
            home.append(group)
    return [story for known in stories.values() for story in known]


def _together(one: list[Told], other: list[Told]) -> bool:
    """Whether each signal of the rarer one stands within SAME_MS of a signal of the other, session by session."""
    few, many = sorted((one, other), key=len)
    times: dict[str, list[float]] = {}
    for row in many:
        times.setdefault(row.session, []).append(row.t_ms)
    return all(any(abs(row.t_ms - at) <= SAME_MS for at in times.get(row.session, ())) for row in few)


def _problem(story: list[Group]) -> Problem:
    key, rows = story[0]
    by_session: dict[str, list[Told]] = {}
    for row in rows:
        by_session.setdefault(row.session, []).append(row)
    newest = max(rows, key=lambda row: row.started_ms)
    ranked = sorted(
        by_session.values(),
        key=lambda group: (group[0].outcome not in _SPENT, -len(group), -group[0].started_ms),
    )
    what, page = _what(newest), path_of(newest.page_url)
    return Problem(
        fingerprint=key[1],
        kind=key[0],
        kinds=_kinds(story),
        what=what,
        also=[name for name in dict.fromkeys(_what(group[-1]) for _, group in story[1:]) if name != what],
        page=page,
        sessions=len(by_session),
        times=len(rows),
        stopped=sum(group[0].outcome in _SPENT for group in by_session.values()),
        last_ms=newest.started_ms,
        clips=[_clip(group) for group in ranked[:CLIPS]],
        q=_filter(key, newest),
    )


def _kinds(story: list[Group]) -> dict[str, int]:
    count: dict[str, int] = {}
    for key, rows in story:
        count[key[0]] = count.get(key[0], 0) + len(rows)
    return count


def _clip(group: list[Told]) -> Clip:
    first = group[0]
    named = first.user_name or first.user_email or first.user_id
    who = named or (f"Visitor {first.visitor[-4:]}" if first.visitor else "Visitor")
    at_ms = max(0.0, first.t_ms - first.start_ms - LEAD_MS)
    return Clip(first.session, who[:80], at_ms, len(group), first.outcome, first.headline[:300])


def _what(row: Told) -> str:
    """What a reader would call it: the error's words, the request, else the control."""
    measured: dict[str, Any] = msgspec.json.decode(row.measured)
    if row.kind == "js_error":
        return _text(measured, "exception", "message") or row.name
    if row.kind in ("network_error", "slow_response") and (path := _text(measured, "path", "url")):
        return f"{_text(measured, 'method')} {path_of(path)} {measured.get('status') or ''}".strip()
    if row.kind == "not_found":
        return path_of(_text(measured, "url") or row.page_url)
    return row.name or _text(measured, "message", "path") or path_of(row.page_url)


def _text(measured: dict[str, Any], *names: str) -> str:
    found = (measured.get(name) for name in names)
    return next((" ".join(value.split())[:200] for value in found if isinstance(value, str) and value.strip()), "")


def _filter(key: tuple[str, ...], row: Told) -> str:
    """The filter for this problem's sessions: exact by fingerprint, else by kind and control."""
    if key[1]:
        return f'fingerprint:"{key[1]}"'
    name = row.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'signal:{row.kind} control:"{name}"' if words_of(name) else f"signal:{row.kind}"


def path_of(url: str) -> str:
    try:
        return (urlsplit(url).path or "/")[:120]
    except ValueError:
        return url[:120]
