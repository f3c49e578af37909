"""Attempts: forms that were sent off, or tried to, and whether they were refused.

What validation_loop, login_failure and form_abandon have in common. A form is known across page loads by its selector
and the page's path, since each load numbers its nodes anew.
"""

import itertools
from bisect import bisect_left, bisect_right
from typing import Final

import msgspec

from playhead.core.signals.found import bad_requests, errors_shown, generic_path, is_click, sends_form
from playhead.core.visit.facts import CLICKS, STRONG, Act, Facts, Shown

# Answers that say "not like this"; 404 and 5xx are the server's own trouble.
REFUSING: Final = frozenset((400, 401, 402, 403, 409, 412, 422, 423, 429))
MAX_RETURNS: Final = 40  # times that one form is followed back from page to page
MAX_BETWEEN: Final = 200  # acts looked at between two attempts
RETYPED_MS: Final = 60_000.0  # a password typed anew within this was wrong before
FormKey = tuple[str, str]


class Attempt(msgspec.Struct):
    act: Act
    form: FormKey
    password: bool  # asks for the password one has, not for a new one
    refused: bool
    by_browser: bool  # the browser's own validation held it back: nothing was sent
    went: bool  # something came of it: it was sent, or the page said something
    fields: list[str]  # the fields that were complained about
    message: str = ""
    status: int = 0  # the answer that refused it


def attempts(facts: Facts) -> list[Attempt]:
    """Return every attempt to send a form, in time order; a click and the submit it caused are one."""
    submitted = {
        (act.cause.root.order, act.cause.root.load) for act in facts.acts if act.kind == "submit" and act.cause
    }
    found: list[Attempt] = []
    last: dict[tuple[FormKey, int], Attempt] = {}
    complaints: dict[tuple[int, int], Shown] = {}  # by form: what stands there since a field was filled
    settled: set[str] = set()  # acts whose refusal was taken back: what it said went away
    edited: set[tuple[int, int]] = set()  # groups of fields without a form that were filled since their last attempt
    for act in facts.acts:
        _follow(act, complaints)
        gone = [shown.text for shown in act.shown if shown.kind == "text_removed"]
        settled.update(one.act.ref for one in last.values() if any(one.message in text for text in gone))
        form = sends_form(act)
        spot = act.spot
        group = _group(facts, act) if not form and act.cause is None else 0
        if group and spot is not None and spot.nature == "field":
            edited.add((act.load, group))
        pressed = is_click(act) and spot is not None and spot.nature != "field"
        form = form or (group if pressed or act.value == "Enter" else 0)
        if not form or act.cause is not None or (spot is not None and spot.disabled):
            continue
        attempt = _attempt(facts, act, form, sent=(act.order, act.load) in submitted or act.kind == "submit")
        before = last.get((attempt.form, act.load))
        standing = complaints.get((act.load, form))
        if not attempt.refused and _says_nothing_new(act, standing):
            if before is not None and before.refused and before.act.ref not in settled:
                attempt.refused, attempt.fields, attempt.message = True, before.fields, before.message
            elif standing is not None:
                attempt.refused, attempt.message = True, standing.text
                attempt.fields = [standing.field] if standing.field else []
        if group and not (attempt.refused and (act.load, group) in edited):
            continue  # a button beside fields need not send them: only a complaint about what was filled in says so
        edited.discard((act.load, group))
        last[(attempt.form, act.load)] = attempt
        found.append(attempt)
    _retyped(facts, found)
    return found


def _group(facts: Facts, act: Act) -> int:
    """What an act is about that sends no form: fields with a button outside of any, or a form without a submit."""
    spot = act.spot
    if spot is None or spot.group:
        return spot.group if spot is not None else 0
    form = facts.forms.get((act.load, spot.form))
    return spot.form if form is not None and not form.has_submit else 0


def _retyped(facts: Facts, found: list[Attempt]) -> None:
    """Mark as refused what had its password typed anew at once, and nothing else done: nobody does so who got in.

    Whatever the page said, and in whatever words.
    """
    asked = [attempt for attempt in found if attempt.password]
    for one, other in itertools.pairwise(asked):
        if one.refused or one.form != other.form or not one.went or other.act.t_ms - one.act.t_ms > RETYPED_MS:
            continue
        first = bisect_right(facts.acts, one.act.t_ms, key=lambda act: act.t_ms)
        last = bisect_left(facts.acts, other.act.t_ms, key=lambda act: act.t_ms)
        between = facts.acts[first : min(last, first + MAX_BETWEEN)]
        used = [act for act in between if act.kind in STRONG and act.root is not one.act.root]
        typed = any(act.kind in ("input", "keypress") for act in used)
        if typed and all(act.spot is not None and act.spot.form for act in used):
            one.refused = True


def _says_nothing_new(act: Act, standing: Shown | None) -> bool:
    """Whether nothing was said, and what was sent was taken: what was complained about before still stands there."""
    said = (
        shown
        for shown in act.shown
        if shown.kind != "scroll"
        and not shown.text.endswith((" busy", " ready"))
        # the bubble that a complaint stands in opens with its field and closes
        and not (shown.kind == "state" and standing is not None and standing.text in shown.text)
    )
    return not act.loads and not bad_requests(act) and next(said, None) is None


def _follow(act: Act, complaints: dict[tuple[int, int], Shown]) -> None:
    """Keep what the fields of a form complain of, until it is gone."""
    for shown in act.shown:
        key = (act.load, shown.form)
        known = complaints.get(key)
        if shown.kind == "field_error" and shown.form:
            complaints[key] = shown
        elif shown.kind == "text_removed":
            for form, one in list(complaints.items()):
                if one.text in shown.text:
                    del complaints[form]
        elif known is not None and shown.kind == "state" and shown.text.endswith(" valid"):
            del complaints[key]


def form_key(facts: Facts, load: int, form: int) -> FormKey:
    """The form's name across loads: that of the first page on which it was sent, if it came back with the answer."""
    for _ in range(MAX_RETURNS):
        before = _sent_before(facts, load, form)
        if not before:
            break
        load, form = before
    known = facts.forms.get((load, form))
    path = generic_path(facts.loads[load].url)
    return path, known.selector if known is not None else f"#{form}"


def _sent_before(facts: Facts, load: int, form: int) -> tuple[int, int] | None:
    """The form, by load and node, that was sent from another page and came back with this one: its fields tell."""
    known, cause = facts.forms.get((load, form)), facts.loads[load].cause
    if known is None or not known.names or cause is None or cause.root.load == load:
        return None
    act = cause.root
    spot = act.spot
    sent = sends_form(act) or (spot.form if act.kind == "input" and spot is not None else 0)
    before = facts.forms.get((act.load, sent))
    return (act.load, sent) if before is not None and before.names == known.names else None


def _attempt(facts: Facts, act: Act, form: int, *, sent: bool) -> Attempt:
    known = facts.forms.get((act.load, form))
    password = known.password and not known.new_password if known is not None else False
    shown = errors_shown(act)
    fields = [one.field for _, one in shown if one.field]
    fields += [one.field for one in act.shown if one.kind == "state" and one.tone == "error" and one.field]
    thanked = any(one.tone == "success" for one in act.shown)
    if not act.loads and not act.requests and not thanked:
        fields += [one.beside for one in act.shown if one.beside]
    statuses = [request.status for request in bad_requests(act)] + [facts.loads[number].status for number in act.loads]
    broken = any(request.status is None or request.status >= 500 for request in bad_requests(act))
    by_browser = _held_back(facts, act, sent=sent)
    refusing = next((status for status in statuses if status in REFUSING), 0)
    refused = bool((shown and not broken) or fields or refusing or by_browser)
    if not refused and password:
        refused = _came_back(facts, act)
    return Attempt(
        act,
        form_key(facts, act.load, form),
        password,
        refused,
        by_browser,
        sent or bool(act.loads or act.requests or act.visible) or (bool(act.reactions) and not act.focused),
        list(dict.fromkeys(fields)),
        next((one.text for _, one in shown), ""),
        refusing or 0,
    )


def _held_back(facts: Facts, act: Act, *, sent: bool) -> bool:
    """Whether the browser refused to send the form: it focused a field of it, and nothing was sent."""
    if sent or act.kind not in CLICKS or act.loads or act.requests or not act.focused:
        return False
    return facts.loads[act.load].native


def _came_back(facts: Facts, act: Act) -> bool:
    """Whether a password form was answered with the same page, asking for the password again."""
    here = generic_path(facts.loads[act.load].url)
    return any(
        facts.loads[number].has_password and generic_path(facts.loads[number].url) == here for number in act.loads
    )
