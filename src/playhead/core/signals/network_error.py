"""network_error: a request answered with 400 or above, or not at all.

What a visitor asked for anew failed anew: one signal each. What a page asks for by itself (a poll, a retry) is one
signal a route, however often it fails. A page that answers 404 is `not_found` instead. What was given up because the
visitor left is no error.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.found import Found, fingerprint, generic_path, is_left
from playhead.core.visit.facts import Act, Facts
from playhead.core.visit.network import Request, same_origin

KIND: Final = "network_error"
NOT_FOUND: Final = frozenset((404, 410))
# Files that browsers ask for by themselves.
UNASKED: Final = (
    "/favicon.ico",
    "/apple-touch-icon.png",
    "/apple-touch-icon-precomposed.png",
    "/robots.txt",
    "/manifest.json",
)


class Limits(msgspec.Struct, frozen=True):
    same_ms: float = 1_000.0  # failures of one route this close are one burst of presses
    leaving_ms: float = 1_000.0  # a request cut off this close to the page's end was cut off by it


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    groups: dict[tuple[str, str, int, bool], list[tuple[Request, int]]] = {}
    for number, requests in enumerate(facts.requests):
        for request in requests:
            if not request.bad or request.telemetry or request.kind == "document" or _is_unasked(request):
                continue
            if request.failed and is_left(facts, request, number, within_ms=limits.leaving_ms):
                continue
            asked = facts.owner(request) is not None
            if request.failed and not asked and not same_origin(request.url, facts.loads[number].url):
                continue  # a blocker, or a service of others that nobody waited for
            key = (request.method, request.path, request.status or 0, asked)
            known = groups.get(key)
            if known is not None and asked and request.t_ms - known[-1][0].end_ms > limits.same_ms:
                yield _found(facts, groups.pop(key))
            groups.setdefault(key, []).append((request, number))
    for group in groups.values():
        yield _found(facts, group)
    yield from _documents(facts)


def _found(facts: Facts, requests: list[tuple[Request, int]]) -> Found:
    first, last = requests[0][0], requests[-1][0]
    mark = fingerprint(KIND, first.method, generic_path(first.url), str(first.status or 0))
    acts: list[Act] = []
    for request, number in requests:
        act = facts.owner(request) or facts.navigation(number, request.t_ms)
        if act is not None:
            acts.append(act)
    acts.sort(key=lambda act: act.t_ms)
    measured: dict[str, str | float | int | bool] = {
        "status": first.status or 0,
        "path": first.path,
        "count": len(requests),
    }
    if first.method:
        measured["method"] = first.method
    if first.duration_ms is not None:
        measured["duration_ms"] = round(first.duration_ms, 1)
    return Found(KIND, first.end_ms, last.end_ms, acts, measured, fingerprint=mark)


def _documents(facts: Facts) -> Iterator[Found]:
    for number, load in enumerate(facts.loads):
        if load.status is None or load.status < 400 or load.status in NOT_FOUND:
            continue
        acts = [act for act in (load.cause, facts.navigation(number, load.start_ms)) if act is not None]
        path = generic_path(load.url)
        measured: dict[str, str | float | int | bool] = {
            "status": load.status,
            "path": path,
            "count": 1,
            "document": True,
        }
        mark = fingerprint(KIND, "document", path, str(load.status))
        yield Found(KIND, load.start_ms, load.start_ms, acts, measured, page_url=load.url, fingerprint=mark)


def _is_unasked(request: Request) -> bool:
    """Whether a missing file troubles nobody: icons browsers ask for, source maps, fonts that have a stand-in."""
    if request.kind != "resource":
        return False
    return request.path.endswith((*UNASKED, ".map", ".woff", ".woff2", ".ttf", ".otf")) or "/fonts/" in request.path
