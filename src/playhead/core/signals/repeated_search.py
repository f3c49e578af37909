"""repeated_search: searching again with other words, because nothing was found or nothing found was worth opening.

A search is what was typed into a search field, or the search form sent off again after its field was touched: masked
recordings do not tell that the words changed.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.patterns import late
from playhead.core.signals.found import Found, fingerprint, generic_path, sends_form, target_of
from playhead.core.visit.facts import CLICKS, Act, Facts
from playhead.core.visit.searching import says_nothing_found

KIND: Final = "repeated_search"
OPENING: Final = frozenset(("link", "button", "looks", "toggle"))


_COUNTED = late(r"\b[1-9][\d,.]*\b")  # "3 results", "1 to 50 of 948": something was found


class Limits(msgspec.Struct, frozen=True):
    window_ms: float = 60_000.0  # searches further apart are about something else
    min_empty: float = 2  # different words that found nothing
    min_fruitless: float = 3  # different words of which no result was opened


class Query(msgspec.Struct):
    act: Act
    text: str  # "" where it is masked
    sent: bool = False
    touched: bool = False  # its field was used again after it was sent
    empty: bool = False
    opened: bool = False
    anew: bool = False  # its letters are hidden, but they are other ones


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    run: list[Query] = []
    for query in _queries(facts):
        if run and (query.act.t_ms - run[-1].act.end_ms > limits.window_ms or run[-1].opened):
            yield from _judge(run, limits)
            run = []
        if run and _is_same(run[-1], query):
            run[-1] = query  # letters of one query
            continue
        run.append(query)
    yield from _judge(run, limits)


def _judge(run: list[Query], limits: Limits) -> Iterator[Found]:
    empty = [query for query in run if query.empty]
    fruitless = [query for query in run if not query.opened]
    if _distinct(empty) < limits.min_empty and _distinct(fruitless) < limits.min_fruitless:
        return
    acts = [query.act for query in run]
    measured: dict[str, str | float | int | bool] = {"searches": len(run), "empty": len(empty)}
    if words := ", ".join(query.text for query in run[:6] if query.text):
        measured["queries"] = words
    mark = fingerprint(KIND, generic_path(acts[0].page_url))
    target = next((target_of(act) for act in acts if act.spot is not None and act.spot.nature == "field"), None)
    end_ms = max(acts[-1].end_ms, acts[-1].t_ms)
    yield Found(KIND, acts[0].t_ms, end_ms, acts, measured, target or target_of(acts[0]), fingerprint=mark)


def _distinct(queries: list[Query]) -> int:
    return len({query.text for query in queries if query.text}) + sum(1 for query in queries if not query.text)


def _queries(facts: Facts) -> list[Query]:
    """The searches in time order, each with what came of it before the next."""
    found: list[Query] = []
    fields = _searching(facts)
    for act in facts.acts:
        query = found[-1] if found else None
        if _is_typed(act, fields):
            text = "" if "masked" in act.detail else (act.value or "").strip().casefold()
            if text or "masked" in act.detail:
                query = Query(act, text)
                found.append(query)
        elif _sends_search(act, facts):
            if query is None or (query.sent and query.touched):
                query = Query(act, "")
                found.append(query)
            query.sent = True
        elif query is not None and _is_typed_anew(query, act, fields):
            query = Query(act, "", empty=query.empty, anew=True)  # what it found is told below, where it changed
            found.append(query)
        elif query is not None:
            _follow(query, act, facts)
        if query is not None:
            _see(query, act, facts)
    return found


def _follow(query: Query, act: Act, facts: Facts) -> None:
    """What the visitor did after a search."""
    spot = act.spot
    if act.kind == "navigate":
        query.empty = query.empty or says_nothing_found(facts.views[act.view].heading)
    elif spot is not None and spot.search:
        query.touched = query.touched or query.sent
    elif act.kind in CLICKS and act.cause is None and spot is not None and spot.nature in OPENING:
        query.opened = query.opened or bool(act.visible or act.loads)


def _searching(facts: Facts) -> set[tuple[int, int]]:
    """The fields that search, by load and node: those that say so, and those whose letters were answered so."""
    return {
        (act.load, act.spot.node_id)
        for act in facts.acts
        if act.spot is not None and act.spot.nature == "field"
        and (act.spot.search or (act.kind == "input" and any(
            shown.kind == "text_added" and says_nothing_found(shown.text) for shown in act.shown)))
    }  # fmt: skip


def _is_typed_anew(query: Query, act: Act, fields: set[tuple[int, int]]) -> bool:
    """Whether a masked search field was filled anew: everything in it selected, and the page answered."""
    spot = act.spot
    if query.text or act.kind != "keypress" or spot is None or (act.load, spot.node_id) not in fields:
        return False
    # Where nothing was found, other words that find nothing change nothing.
    return act.value in ("Ctrl+A", "Meta+A") and (bool(act.reactions) or query.empty)


def _is_typed(act: Act, fields: set[tuple[int, int]]) -> bool:
    return act.kind == "input" and act.spot is not None and (act.load, act.spot.node_id) in fields and bool(act.value)


def _sends_search(act: Act, facts: Facts) -> bool:
    if act.cause is not None:
        return False
    if act.spot is not None and act.spot.search and act.kind == "keypress":
        return act.value == "Enter"
    form = facts.forms.get((act.load, sends_form(act)))
    return form is not None and form.search


def _see(query: Query, act: Act, facts: Facts) -> None:
    said = [shown.text for shown in act.shown if shown.kind != "text_removed"]
    if any(says_nothing_found(text) for text in said):
        query.empty = True
    elif any(_COUNTED.search(text) for text in said):
        query.empty = False
    if any(facts.loads[number].nothing_found for number in act.loads):
        query.empty = True


def _is_same(one: Query, other: Query) -> bool:
    if not one.text or not other.text:
        return not one.sent and not other.anew
    return one.text == other.text or one.text.startswith(other.text) or other.text.startswith(one.text)
