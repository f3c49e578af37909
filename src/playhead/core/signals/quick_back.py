"""quick_back: from A to B and back to A within seconds, with nothing done on B: it was not what it promised to be."""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals import not_found
from playhead.core.signals.found import Found, bad_requests, errors_shown, fingerprint, generic_path, sends_form
from playhead.core.signals.not_found import fetched_status, says_not_found
from playhead.core.visit.facts import STRONG, Act, Facts, View
from playhead.core.visit.loads import page_of
from playhead.core.visit.searching import is_search_page

KIND: Final = "quick_back"
TAB_ROLES: Final = frozenset(("tab", "radio", "option", "menuitemradio", "switch"))
DONE: Final = STRONG | {"scroll", "select", "media"}


class Limits(msgspec.Struct, frozen=True):
    away_ms: float = 10_000.0  # longer is reading
    min_away_ms: float = 300.0  # shorter is a redirect, which nobody went back from


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    by_tab: dict[str, list[int]] = {}
    for index, view in enumerate(facts.views):
        by_tab.setdefault(facts.loads[view.load].tab, []).append(index)
    opened = {act.view: act for act in facts.acts if act.kind == "navigate"}
    done = _done_on(facts)
    for indexes in by_tab.values():
        for a, b, c in zip(indexes, indexes[1:], indexes[2:], strict=False):
            first, away, back = facts.views[a], facts.views[b], facts.views[c]
            if not _is_return(first, away, back):
                continue
            away_ms = back.start_ms - away.start_ms
            if not limits.min_away_ms <= away_ms <= limits.away_ms:
                continue
            returned = opened.get(c)
            if returned is None or not _by_visitor(returned, back, facts):
                continue
            acts = [act for act in done.get(b, []) if returned.cause is None or act is not returned.cause.root]
            if (
                acts
                or _is_tab_switch(opened.get(b), returned, away, back, facts)
                or _is_result(returned, away)
                or _was_asked(opened.get(b))
                or _went_wrong(opened.get(b), away, facts)
            ):
                continue
            yield _found(opened.get(b), returned, away, back, away_ms)


def _found(led: Act | None, returned: Act, away: View, back: View, away_ms: float) -> Found:
    acts = [act for act in (led.cause if led is not None else None, led, returned) if act is not None]
    measured: dict[str, str | float | int | bool] = {"away_ms": round(away_ms, 1), "url": away.url}
    mark = fingerprint(KIND, generic_path(back.url), generic_path(away.url))
    return Found(KIND, away.start_ms, back.start_ms, acts, measured, page_url=away.url, fingerprint=mark)


def _done_on(facts: Facts) -> dict[int, list[Act]]:
    """What the visitor did, by the view it was done on."""
    done: dict[int, list[Act]] = {}
    for act in facts.acts:
        if act.kind in DONE and act.cause is None:
            done.setdefault(act.view, []).append(act)
    return done


def _is_return(first: View, away: View, back: View) -> bool:
    return page_of(first.url) == page_of(back.url) != page_of(away.url) and bool(first.url)


def _by_visitor(returned: Act, back: View, facts: Facts) -> bool:
    """Whether the visitor went back, not a script: by the browser's button or a link."""
    load = facts.loads[back.load]
    if load.how == "back_forward" or back.how == "pop" or back.how == "back_forward":
        return True
    cause = returned.cause
    if cause is None and back.how == "hash":
        return True  # the arrow of a browser whose page keeps its routes in the hash
    if cause is not None:
        return cause.root.kind in ("click", "keypress") and not sends_form(cause.root)
    return not load.native and back.how == "load"  # elsewhere nobody says how: the address bar and the button remain


def _is_result(returned: Act, away: View) -> bool:
    """Whether a search led back to the page that it was begun on: one of its results was followed."""
    cause = returned.cause.root if returned.cause is not None else None
    return is_search_page(away.url) and cause is not None and cause.spot is not None and cause.spot.nature == "link"


def _was_asked(led: Act | None) -> bool:
    """Whether a form that was sent led there (a search, a filter): no link promised anything that it did not hold."""
    cause = led.cause if led is not None else None
    while cause is not None:
        if sends_form(cause):
            return True
        cause = cause.cause
    return False


def _went_wrong(led: Act | None, away: View, facts: Facts) -> bool:
    """Whether the page was an error: going back from it is no judgement of what it had to offer, and told elsewhere."""
    status = facts.loads[away.load].status
    if away.how in ("load", "reload") and status is not None and status >= 400:
        return True
    fetched = fetched_status(facts, away)
    if fetched is not None and fetched >= 400:
        return True
    if any(says_not_found(text, not_found.Limits()) for text in (away.heading, away.title)):
        return True
    cause = led.cause.root if led is not None and led.cause is not None else None
    return cause is not None and bool(errors_shown(cause) or bad_requests(cause))


def _is_tab_switch(led: Act | None, returned: Act, away: View, back: View, facts: Facts) -> bool:
    """Whether both were parts of one page: its tabs, or one address with other parameters."""
    if away.load != back.load:
        return False
    if generic_path(away.url) == generic_path(back.url) and page_of(away.url) == away.url.partition("#")[0]:
        return True
    causes = [act.cause.root for act in (led, returned) if act is not None and act.cause is not None]
    return any(act.spot is not None and act.spot.target.role in TAB_ROLES for act in causes)
