"""form_abandon: fields were filled, and the form was never sent before its page or the session ended.

Searching, filtering and saving by itself are not abandoning: there every field is sent as it changes.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.facts import CLICKS, Act, Facts, FormFacts
from playhead.core.journeys import SENDING_METHODS
from playhead.core.signals.attempts import attempts, form_key
from playhead.core.signals.found import Found, fingerprint, generic_path
from playhead.core.trace import Target

KIND: Final = "form_abandon"


class Limits(msgspec.Struct, frozen=True):
    min_fields: float = 1  # fields left filled


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    if not facts.forms:
        return
    sent = {attempt.form for attempt in attempts(facts) if not attempt.by_browser}
    sent |= {
        form_key(facts, act.load, int(act.detail.get("form", 0) or 0)) for act in facts.acts if act.kind == "submit"
    }
    by_form: dict[tuple[int, int], list[Act]] = {}
    for act in facts.acts:
        if act.spot is not None and act.spot.form:
            by_form.setdefault((act.load, act.spot.form), []).append(act)
    last: dict[tuple[str, str], FormFacts] = {}
    for form in facts.forms.values():
        key = form_key(facts, form.load, form.node_id)
        acts = by_form.get((form.load, form.node_id), [])
        if not form.search and key not in sent and not _is_handled(acts) and not _saves_itself(facts, form):
            last[key] = form  # the same form on a later page counts once
    for key, form in last.items():
        filled = [typed for typed in form.typed.values() if not typed.empty]
        if len(filled) < max(1, limits.min_fields):
            continue
        if not form.has_submit and not facts.network_seen[form.load]:
            continue  # it may have saved itself: requests were not recorded
        acts = [act for act in by_form.get((form.load, form.node_id), []) if act.kind == "input"]
        if not acts:
            continue
        load = facts.loads[form.load]
        measured: dict[str, str | float | int | bool] = {"fields": len(filled), "of": form.fields}
        if form.name:
            measured["form"] = form.name
        mark = fingerprint(KIND, generic_path(load.url), key[1])
        end = max(load.end_ms, acts[-1].end_ms)
        yield Found(KIND, acts[0].t_ms, end, acts, measured, _target(form), fingerprint=mark)


def _is_handled(acts: list[Act]) -> bool:
    """Whether what was typed was taken: saved as it was typed, sent by a button that is no submit, or put back."""
    for act in acts:
        if act.kind == "input" and (act.loads or any(r.method in SENDING_METHODS for r in act.requests)):
            return True
        if act.kind == "input" and any(effect.kind == "navigate" for effect in act.effects):
            return True
        if act.kind in CLICKS and act.spot is not None and act.spot.submits and act.spot.disabled:
            return True  # meant to be sent
        if act.kind in CLICKS and act.spot is not None and act.spot.nature == "button":
            if any(request.method in SENDING_METHODS for request in act.requests) or act.loads:
                return True
            if act.spot.resets:
                return True
    return False


def _saves_itself(facts: Facts, form: FormFacts) -> bool:
    """Whether something was sent while the form was filled that no click asked for: a form that saves as one types."""
    first = min((typed.t_ms for typed in form.typed.values()), default=0.0)
    for request in facts.requests[form.load]:
        if request.kind != "data" or request.telemetry or request.method not in SENDING_METHODS or request.t_ms < first:
            continue
        owner = facts.owner(request)
        if owner is None or owner.kind == "input":
            return True
    return False


def _target(form: FormFacts) -> Target:
    return Target("form", form.name, form.selector, form.node_id)
