"""js_error: an uncaught exception or unhandled rejection of the page's own code, grouped by message and first frame."""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.found import Found, fingerprint, generic_file
from playhead.core.visit.facts import Act, Facts
from playhead.core.visit.problems import Problem, generic

KIND: Final = "js_error"


class Limits(msgspec.Struct, frozen=True):
    leaving_ms: float = 500.0  # a request that fails because the page goes away rejects its promise just before


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in facts.problems:
        if problem.benign or problem.foreign or _is_leaving(problem, facts, limits):
            continue
        groups.setdefault((problem.name, generic(problem.message), generic_file(problem.where)), []).append(problem)
    for (name, message, file), problems in groups.items():
        first, last = problems[0], problems[-1]
        acts = [act for act in map(facts.owner, problems) if act is not None]
        acts = acts or _where_it_happened(facts, first)
        measured: dict[str, str | float | int | bool] = {
            "message": first.text[:200],
            "count": len(problems),
            "uncaught": first.kind,
        }
        if first.where:
            measured["where"] = first.where
        yield Found(
            KIND, first.t_ms, last.t_ms, acts, measured, page_url="", fingerprint=fingerprint(KIND, name, message, file)
        )


def _where_it_happened(facts: Facts, problem: Problem) -> list[Act]:
    for number in range(len(facts.loads) - 1, -1, -1):
        load = facts.loads[number]
        if load.page == problem.page and (load.start_ms <= problem.t_ms or number == 0):
            act = facts.navigation(number, problem.t_ms)
            return [act] if act is not None else []
    return []


def _is_leaving(problem: Problem, facts: Facts, limits: Limits) -> bool:
    """Whether a request's promise was rejected only because the visitor left."""
    text = problem.text
    if "Failed to fetch" not in text and "NetworkError" not in text and "Load failed" not in text:
        return False
    later = any(load.start_ms > problem.t_ms for load in facts.loads)
    return later and any(
        load.page == problem.page and 0 <= load.end_ms - problem.t_ms <= limits.leaving_ms for load in facts.loads
    )
