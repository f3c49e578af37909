"""not_found: a page that is not there: answered 404 or 410, or one whose title or heading says so."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.patterns import late
from playhead.core.signals.found import Found, fingerprint, generic_path
from playhead.core.visit.facts import CLICKS, Act, Facts, View
from playhead.core.visit.loads import page_of

KIND: Final = "not_found"
GONE: Final = frozenset((404, 410))
FETCHED_MS: Final = 3_000.0  # a page that a script fetched takes its address this soon before or after the answer
# The whole title or heading, or one side of its dash, must say it: "Room 404" and "Lost and found" do not.
_SAYS = late(
    r"^(?:(?:error|http|fehler|erreur)?[\s:#-]*404(?:[\s:.,!–—|-]*(?:error|not found|page not found|file not found|"
    r"(?:this |the )?page .{0,40}(?:not|n[’']t) .{0,20}|nothing .{0,30}here|no such \w+(?: \w+)?|oops.{0,40}))?[.!]*|"
    r"(?:oops[!,.\s]*|sorry[!,.\s]*|error[:\s]*|whoops[!,.\s]*)?(?:(?:this|the|that|your)\s+)?(?:requested\s+)?"
    r"(?:page|site|url|resource|document|file|item|entry|record|product|article|post|user|profile|object|content|topic|"
    r"thread|issue|ticket|project|order|event|route|view|\w+ page)?\s*(?:was |is |could |can|does|has )?"
    r"(?:no(?:t|n[’']t)|n[’']t|[’']t)\s*"
    r"(?:be )?(?:found|exist|available)[.!]*(?:\s*\(?404\)?)?|(?:http )?(?:error )?410[\s:–-]*(?:gone)?|"
    r"no such (?:page|site|file|document|item|record|product|article|post|user|topic|issue|ticket|project)[.!]*|"
    r"seite nicht gefunden|page (?:introuvable|non trouvée)|p[áa]gina no encontrada|pagina non trovata)$",
    re.I,
)
_PAGE = late(r"\b(?:page|url|site|404|seite|página|pagina)\b", re.I)
_SIDES = late(r"\s+[|–—·•:-]\s+")


class Limits(msgspec.Struct, frozen=True):
    max_chars: float = 90  # longer headings are sentences of a text
    same_ms: float = 3_000.0  # what a page that was told of already says on arriving


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    told: set[int] = set()
    for index, view in enumerate(facts.views):
        load = facts.loads[view.load]
        first = index == 0 or facts.views[index - 1].load != view.load
        status = load.status if first else fetched_status(facts, view)
        saying = next((text for text in (view.heading, view.title) if says_not_found(text, limits)), "")
        if status not in GONE and not (saying and (status is None or status < 400)):
            continue
        if index in told:
            continue
        told.add(index)
        yield _found(facts, view, status, saying, load.cause if first else view.cause)
    yield from _shown(facts, [facts.views[index].start_ms for index in told], limits)


def _shown(facts: Facts, told: list[float], limits: Limits) -> Iterator[Found]:
    """Routes whose change nobody told of: a link was answered with a page that says it is not there."""
    for act in facts.acts:
        if act.kind not in CLICKS or act.cause is not None or act.spot is None or act.spot.nature != "link":
            continue
        if any(abs(at - act.t_ms) <= limits.same_ms for at in told):
            continue
        came = (shown.text for shown in act.shown if shown.kind != "text_removed")
        saying = next((text for text in came if _PAGE.search(text) and says_not_found(text, limits)), "")
        if saying:
            moment = next((e.t_ms for e in act.effects if e.text == saying), act.t_ms)
            mark = fingerprint(KIND, generic_path(act.spot.href or act.page_url))
            measured: dict[str, str | float | int | bool] = {"url": act.spot.href or act.page_url, "says": saying}
            yield Found(KIND, moment, moment, [act], measured, page_url=act.page_url, fingerprint=mark)


def _found(facts: Facts, view: View, status: int | None, saying: str, cause: Act | None) -> Found:
    acts = [act for act in (cause, facts.navigation(view.load, view.start_ms)) if act is not None]
    measured: dict[str, str | float | int | bool] = {"url": view.url}
    if status is not None:
        measured["status"] = status
    if saying:
        measured["says"] = saying
    mark = fingerprint(KIND, generic_path(view.url))
    return Found(KIND, view.start_ms, view.start_ms, acts, measured, page_url=view.url, fingerprint=mark)


def fetched_status(facts: Facts, view: View) -> int | None:
    """What the server answered when a script fetched the page and put it in place (Turbo, pjax, htmx boost)."""
    if view.how not in ("push", "replace", "pop"):
        return None
    for request in facts.requests[view.load]:
        near = abs(request.end_ms - view.start_ms) <= FETCHED_MS
        if (
            near
            and request.kind == "data"
            and request.method in ("GET", "")
            and page_of(request.url) == page_of(view.url)
        ):
            return request.status
    return None


def says_not_found(text: str, limits: Limits) -> bool:
    if not text or len(text) > limits.max_chars:
        return False
    return any(_SAYS.match(side.strip()) for side in (text, *_SIDES.split(text)) if side.strip())
