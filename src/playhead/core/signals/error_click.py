"""error_click: a click that was answered with an error: an exception, a failed request, an error message.

What is attributed to the click counts, however long its request took; a message that already stood on the screen, a
failing poll and the complaints of others' scripts are not its doing. A form that asks to be filled in properly says no
error of the click's: `validation_loop` and `login_failure` tell of those.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.patterns import late
from playhead.core.signals.found import (
    Found,
    bad_requests,
    control_fingerprint,
    errors_shown,
    is_click,
    is_left,
    sends_form,
    target_of,
)
from playhead.core.visit.facts import Act, Facts, Shown
from playhead.core.visit.network import Request

KIND: Final = "error_click"
NOT_TO_BLAME: Final = frozenset(("field", "editor", "label"))  # turning to a field brings no error about
NOT_OFFERED: Final = frozenset((404, 405, 501))  # a server that does not know of a feature
UNKNOWN_VISITOR: Final = 401
_SIGNS_OUT = late(r"\b(?:log|sign)[ -]?(?:out|off)\b|abmelden|déconnexion|cerrar sesión", re.I)
_ASKS = late(r"(?:please\s+)?(?:type|enter|choose|select|pick|fill|provide|confirm|tick|bitte|veuillez)\b", re.I)
NOT_FOUND: Final = frozenset((404, 410))  # pages that are not there have a signal of their own


class Limits(msgspec.Struct, frozen=True):
    after_ms: float = 1_000.0  # an error later than this, without a request in between, has another cause
    after_request_ms: float = 1_000.0  # a page says what its request brought within this


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    said: set[tuple[int, str]] = set()  # messages that came with an earlier press, by load
    for act in facts.acts:
        if not is_click(act):
            continue
        moved = any(effect.kind == "navigate" for effect in act.effects) and not act.loads
        evidence = [
            (t_ms, name, value)
            for t_ms, name, value in _evidence(act, facts, limits)
            if not (moved and name == "message" and (act.load, str(value)) in said)  # drawn anew with the page
        ]
        said.update((act.load, shown.text[:200]) for shown in act.shown)
        if not evidence:
            continue
        first = min(moment for moment, _, _ in evidence)
        measured: dict[str, str | float | int | bool] = {"after_ms": round(max(0.0, first - act.t_ms), 1)}
        for _, name, value in evidence:
            measured.setdefault(name, value)
        yield Found(
            KIND,
            act.t_ms,
            max(moment for moment, _, _ in evidence),
            [act],
            measured,
            target_of(act),
            fingerprint=control_fingerprint(KIND, act),
        )


def _evidence(act: Act, facts: Facts, limits: Limits) -> Iterator[tuple[float, str, str | int]]:
    for problem in act.problems:
        if not problem.benign and not problem.foreign and _is_soon(act, problem.t_ms, limits):
            yield problem.t_ms, "exception", problem.text[:200]
    for request in bad_requests(act):
        if (request.failed and is_left(facts, request, act.load)) or _is_probe(act, request):
            continue
        yield request.end_ms, "status", request.status or 0
        yield request.end_ms, "request", f"{request.method} {request.path}".strip()
    for number in act.loads:
        status = facts.loads[number].status
        if status is not None and status >= 400 and status not in NOT_FOUND:
            yield facts.loads[number].start_ms, "status", status
    messages = [] if act.spot is not None and act.spot.nature in NOT_TO_BLAME else errors_shown(act)
    if any(shown.kind == "field_error" for _, shown in messages) or _is_refused_login(act, facts):
        return
    for moment, shown in messages:
        if _instructs(act, shown):
            continue
        if shown.kind != "field_error" and _is_soon(act, moment, limits):
            yield moment, "message", shown.text[:200]


def _is_probe(act: Act, request: Request) -> bool:
    """Whether a page only asked for a feature that is not there, or who is there after signing out, and went on."""
    if errors_shown(act) or not act.visible:
        return False
    if request.status == UNKNOWN_VISITOR:
        return act.spot is not None and _SIGNS_OUT.search(act.spot.target.name) is not None
    answered = (other for other in act.requests if other.kind == "data" and other.status and not other.bad)
    return request.status in NOT_OFFERED and any(other.path != request.path for other in answered)


def _instructs(act: Act, shown: Shown) -> bool:
    """Whether a part of the page that a press opened, asking nobody, says in a complaint's dress what to do there."""
    if act.requests or act.loads or not _ASKS.match(shown.text):
        return False
    kinds = {other.kind for other in act.shown}
    return "text_added" in kinds and "text_removed" in kinds and not sends_form(act)


def _is_refused_login(act: Act, facts: Facts) -> bool:
    form = facts.forms.get((act.load, sends_form(act)))
    return form is not None and form.password and not form.new_password


def _is_soon(act: Act, moment: float, limits: Limits) -> bool:
    if moment - act.t_ms <= limits.after_ms or act.loads:
        return True
    return any(-30.0 <= moment - request.end_ms <= limits.after_request_ms for request in act.requests)
