"""repeated_search: searching again with other words, because nothing was found or nothing found was worth opening."""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.facts import CLICKS, Act, Facts
from playhead.core.searching import says_nothing_found
from playhead.core.signals.found import Found, fingerprint, generic_path, sends_form, target_of

KIND: Final = "repeated_search"


class Limits(msgspec.Struct, frozen=True):
    window_ms: float = 60_000.0  # searches further apart are about something else
    min_empty: float = 2  # different words that found nothing
    min_fruitless: float = 3  # different words of which no result was opened


class Query(msgspec.Struct):
    act: Act
    text: str
    empty: bool = False
    opened: bool = False


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    run: list[Query] = []
    for query in _queries(facts):
        if run and (query.act.t_ms - run[-1].act.end_ms > limits.window_ms or run[-1].opened):
            yield from _judge(run, limits)
            run = []
        if run and _is_same(run[-1].text, query.text):
            run[-1] = query  # letters of one query
            continue
        run.append(query)
    yield from _judge(run, limits)


def _judge(run: list[Query], limits: Limits) -> Iterator[Found]:
    empty = [query for query in run if query.empty]
    distinct_empty = len({query.text for query in empty})
    fruitless = [query for query in run if not query.opened]
    if distinct_empty < limits.min_empty and len({query.text for query in fruitless}) < limits.min_fruitless:
        return
    chosen = run
    acts = [query.act for query in chosen]
    measured: dict[str, str | float | int | bool] = {"searches": len(chosen), "empty": len(empty)}
    measured["queries"] = ", ".join(query.text for query in chosen[:6])
    mark = fingerprint(KIND, generic_path(acts[0].page_url))
    yield Found(KIND, acts[0].t_ms, acts[-1].end_ms, acts, measured, target_of(acts[0]), fingerprint=mark)


def _queries(facts: Facts) -> list[Query]:
    """The searches in time order, each with what came of it before the next."""
    found: list[Query] = []
    for act in facts.acts:
        spot = act.spot
        if act.kind == "input" and spot is not None and spot.search and spot.nature == "field" and act.value:
            found.append(Query(act, act.value.strip().casefold()))
            _see(found[-1], act, facts)
            continue
        if not found:
            continue
        query = found[-1]
        if act.kind == "navigate":
            load = facts.loads[act.load]
            view = facts.views[act.view]
            query.empty = (
                query.empty or (load.nothing_found and view.load == act.load) or says_nothing_found(view.heading)
            )
            continue
        _see(query, act, facts)
        if act.kind in CLICKS and act.cause is None and not sends_form(act) and spot is not None and not spot.search:
            query.opened = query.opened or (
                bool(act.visible or act.loads) and spot.nature in ("link", "button", "looks", "toggle")
            )
    return [query for query in found if query.text]


def _see(query: Query, act: Act, facts: Facts) -> None:
    if any(says_nothing_found(shown.text) for shown in act.shown):
        query.empty = True
    if any(facts.loads[number].nothing_found for number in act.loads):
        query.empty = True


def _is_same(one: str, other: str) -> bool:
    return one == other or one.startswith(other) or other.startswith(one)
