"""form_abandon: fields were filled, and the form was not sent with them before its page or the session ended.

Giving up after a refusal is abandoning too, if the visitor had begun to correct what was refused.
Searching, filtering and saving by itself are not abandoning: there every field is sent as it changes.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.signals.attempts import FormKey, attempts, form_key
from playhead.core.signals.found import Found, fingerprint, generic_path, unseen_end
from playhead.core.trace import Effect, Target
from playhead.core.visit.facts import CLICKS, Act, Facts, FormFacts
from playhead.core.visit.journeys import SENDING_METHODS
from playhead.core.visit.loads import page_of

KIND: Final = "form_abandon"
EDITING: Final = frozenset(("Ctrl+A", "Meta+A", "Ctrl+V", "Meta+V"))
TURNING: Final = frozenset(("button", "link", "toggle", "looks"))
MIN_ANSWERS: Final = 2  # one is the look of a field that is about to be typed into


class Limits(msgspec.Struct, frozen=True):
    min_fields: float = 1  # fields left filled
    # A page whose end another recorder never sent may have sent its form then: a hand that leaves is seen moving.
    unseen_ms: float = 4_000.0


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    if not facts.forms:
        return
    sent, refused, in_vain = _sent(facts)
    by_form: dict[tuple[int, int], list[Act]] = {}
    for act in facts.acts:
        if act.spot is not None and act.spot.form:
            by_form.setdefault((act.load, act.spot.form), []).append(act)
    last: dict[tuple[str, str], FormFacts] = {}
    for number, form in facts.forms.items():
        tried = form_key(facts, form.load, form.node_id) in refused
        if form.typed or any(_is_unseen_edit(act, tried=tried) for act in by_form.get(number, ())):
            last[form_key(facts, form.load, form.node_id)] = form  # the same form on a later page counts once
    for key, form in last.items():
        after = sent.get(key, 0.0)
        tried = key in refused
        if tried and (form.password or not _is_left(facts, form, refused[key])):
            after = max(after, refused[key].t_ms)
        used = by_form.get((form.load, form.node_id), [])
        filled = [when for when in _filled(form, used, tried=tried) if when > after]
        if form.search or len(filled) < max(1, limits.min_fields):
            continue
        acts = [act for act in used if act.end_ms > after and act.root.order not in in_vain]
        if _is_handled(acts, max(filled)) or _saves_itself(facts, form):
            continue
        if not form.has_submit and not facts.network_seen[form.load]:
            continue  # it may have saved itself: requests were not recorded
        acts = [act for act in acts if act.kind == "input" or _is_unseen_edit(act, tried=tried)]
        if not acts or (not form.has_submit and _is_taken(facts, form, acts[-1], in_vain)):
            continue
        load = facts.loads[form.load]
        since, until = unseen_end(facts, form.load)
        if not load.native and until - since > limits.unseen_ms:
            continue
        measured: dict[str, str | float | int | bool] = {"fields": len(filled), "of": form.fields}
        if form.name:
            measured["form"] = form.name
        mark = fingerprint(KIND, generic_path(load.url), key[1])
        end = max(load.end_ms, acts[-1].end_ms)
        if tried:  # a form that came back with its page was left there
            end = max(end, *(facts.loads[number].end_ms for number in refused[key].loads), 0.0)
        yield Found(KIND, acts[0].t_ms, end, acts, measured, _target(form), fingerprint=mark)


def _sent(facts: Facts) -> tuple[dict[FormKey, float], dict[FormKey, Act], set[int]]:
    """When each form was last sent, the act with which it was last refused since, and the orders of all such acts."""
    sent: dict[FormKey, float] = {}
    refused: dict[FormKey, Act] = {}
    in_vain: set[int] = set()
    for attempt in attempts(facts):
        if attempt.by_browser:
            continue
        if attempt.refused:
            refused[attempt.form] = attempt.act
            in_vain.add(attempt.act.root.order)
        elif attempt.went:
            sent[attempt.form] = attempt.act.t_ms
            refused.pop(attempt.form, None)
    for act in facts.acts:
        if act.kind == "submit" and act.root.order not in in_vain:
            key = form_key(facts, act.load, int(act.detail.get("form", 0) or 0))
            sent[key] = max(act.t_ms, sent.get(key, 0.0))
    return sent, refused, in_vain


def _is_left(facts: Facts, form: FormFacts, refused: Act) -> bool:
    """Whether the visitor turned away from a form that had refused what was typed: to another page or part of it."""
    url = page_of(facts.loads[form.load].url if refused.view < 0 else facts.views[refused.view].url)
    for act in facts.acts:
        if act.t_ms <= refused.t_ms or act.root is refused:
            continue
        if act.kind == "navigate" and (page_of(act.page_url) != url or _by_link(act)):
            return True
        spot = act.spot
        if act.kind not in CLICKS or act.cause is not None or spot is None or spot.submits or act.load != form.load:
            continue
        if spot.nature in TURNING and (any(_turns(effect) for effect in act.effects) or (spot.guides and act.visible)):
            return True
    return False


def _turns(effect: Effect) -> bool:
    """Whether something went out of sight, or another part of the page came to the fore."""
    text = effect.text or ""
    ahead = text.endswith(" selected") and not text.endswith("not selected")
    return effect.kind == "text_removed" or (effect.kind == "state" and (ahead or text.endswith(" closed")))


def _by_link(act: Act) -> bool:
    """Whether a link was followed, be it to an address that looks like the form's own."""
    cause = act.cause.root if act.cause is not None else None
    spot = cause.spot if cause is not None else None
    return cause is not None and cause.kind in CLICKS and spot is not None and spot.nature == "link"


def _filled(form: FormFacts, acts: list[Act], *, tried: bool) -> list[float]:
    """When each field that holds something was last typed into; a choice counts where it has to be sent."""
    chosen = {act.spot.node_id for act in acts if act.spot is not None and "choice" in act.detail}
    idle = set[int]() if form.has_submit else chosen
    filled = {node: typed.t_ms for node, typed in form.typed.items() if not typed.empty and node not in idle}
    for act in acts:
        if act.spot is not None and _is_unseen_edit(act, tried=tried):
            known = form.typed.get(act.spot.node_id)
            if known is None or not known.empty or known.t_ms < act.t_ms:
                node = act.spot.node_id
                filled[node] = max([filled.get(node, 0.0), act.t_ms, *act.reactions[-1:]])
    return list(filled.values())


def _is_unseen_edit(act: Act, *, tried: bool) -> bool:
    """Whether other letters were typed under a mask that shows them alike: all was selected, and the page answered or
    the form was then tried."""
    spot = act.spot
    return (
        act.kind == "keypress" and act.value in EDITING and act.cause is None
        and (tried or len(act.reactions) >= MIN_ANSWERS)
        and spot is not None and spot.nature == "field"
    )  # fmt: skip


def _is_handled(acts: list[Act], typed_ms: float) -> bool:
    """Whether what was typed was taken: saved as it was typed, sent by a button that is no submit, or put back."""
    for act in acts:
        if act.kind == "input" and (act.loads or any(r.method in SENDING_METHODS for r in act.requests)):
            return True
        if act.kind == "input" and any(effect.kind == "navigate" for effect in act.effects):
            return True
        if (
            act.kind in CLICKS
            and act.spot is not None
            and act.spot.submits
            and act.spot.disabled
            and act.t_ms > typed_ms
        ):
            return True  # meant to be sent
        if act.kind in CLICKS and act.spot is not None and act.spot.nature == "button":
            if any(request.method in SENDING_METHODS for request in act.requests) or act.loads:
                return True
            if act.spot.resets:
                return True
    return False


def _is_taken(facts: Facts, form: FormFacts, last: Act, in_vain: set[int]) -> bool:
    """Whether a button outside a form that has none of its own may have taken what was typed: the page answered it."""
    return any(
        act.load == form.load and act.kind in CLICKS and act.t_ms > last.t_ms and act.visible and act.spot is not None
        and act.spot.nature == "button" and not act.spot.guides and act.root.order not in in_vain
        for act in facts.acts
    )  # fmt: skip


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
