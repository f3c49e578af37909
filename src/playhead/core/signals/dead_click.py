"""dead_click: a press on something that is, or looks like, a control or link, and the page does not react.

Reactions are attributed elsewhere (answers.py): what ticks by itself is none, what began on mousedown is one.
What the recording cannot show is unknown, never dead.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from playhead.core.patterns import late
from playhead.core.signals.attempts import attempts
from playhead.core.signals.found import (
    Found,
    control_fingerprint,
    is_click,
    may_have_drawn,
    may_have_stepped,
    steps,
    target_of,
    unseen_end,
)
from playhead.core.visit.facts import Act, Facts
from playhead.core.visit.loads import without_hash

KIND: Final = "dead_click"
CONTROLS: Final = frozenset(("button", "link", "toggle", "looks"))
# Their answer is outside the page: a file, a printer, the clipboard, the whole screen.
_ELSEWHERE = late(
    r"\b(?:download|export|save as|save (?:file|image|pdf)|print|copy|copied|clipboard|permalink|share|bookmark|"
    r"(?:get|grab|fetch) (?:\w+ )?(?:link|url|embed|snippet)|full ?screen|herunterladen|"
    r"télécharger|descargar|csv|pdf|xlsx?|upload|attach|choose file|browse)\b",
    re.I,
)
_FILE = late(r"\.(?:pdf|zip|csv|xlsx?|docx?|pptx?|gz|tgz|dmg|exe|msi|apk|ics|mp3|mp4|epub|ipynb)(?:[?#]|$)", re.I)


class Limits(msgspec.Struct, frozen=True):
    horizon_ms: float = 2_500.0  # a page that has not reacted by then feels dead (PostHog's figure; Sentry's is 7 s)
    min_seen_ms: float = 1_500.0  # silence that must have been recorded where the page or the recording ends earlier
    burst_clicks: float = (
        3  # so many presses in a row, each within burst_ms of the last, are no use of a working control
    )
    burst_ms: float = 1_500.0
    same_ms: float = 2_500.0  # dead presses of one control this close are one signal: nobody waited in between


def find(facts: Facts, limits: Limits) -> Iterator[Found]:
    open_: dict[tuple[int, str], Found] = {}
    bursts = _bursts(facts, limits)
    refused = {attempt.act.ref for attempt in attempts(facts) if attempt.refused}
    for act in facts.acts:
        if not is_click(act) or not is_dead(act, facts, limits, repeated=act.ref in bursts):
            continue
        if act.ref in refused:
            continue  # what the form complained of before still stands there
        target = target_of(act)
        key = (act.load, f"{target.selector}|{target.name}" if target is not None else "")
        known = open_.get(key)
        if known is not None and act.t_ms - known.end_ms <= limits.same_ms:
            known.end_ms = act.t_ms
            known.acts.append(act)
            known.measured["clicks"] = int(known.measured["clicks"]) + 1
            continue
        if known is not None:
            yield known
        measured: dict[str, str | float | int | bool] = {"clicks": 1, "waited_ms": _seen_ms(act, facts, limits)}
        if act.spot is not None and act.spot.disabled:
            measured["disabled"] = True
        open_[key] = Found(
            KIND, act.t_ms, act.t_ms, [act], measured, target, fingerprint=control_fingerprint(KIND, act)
        )
    yield from open_.values()


def _bursts(facts: Facts, limits: Limits) -> set[str]:
    """Refs of the presses that belong to a burst on one control, and of the single ones on it before and after."""
    found: set[str] = set()
    raged: set[tuple[int, int]] = set()
    run: list[Act] = []
    for act in facts.acts:
        if not is_click(act) or act.spot is None:
            continue
        last = run[-1] if run else None
        same = last is not None and last.spot is not None and last.spot.node_id == act.spot.node_id
        if last is None or not same or act.load != last.load or act.t_ms - last.t_ms > limits.burst_ms:
            run = []
        run.append(act)
        if len(run) == max(1, round(limits.burst_clicks)):
            raged.add((act.load, act.spot.node_id))
    for act in facts.acts:
        if is_click(act) and act.spot is not None and (act.load, act.spot.node_id) in raged:
            found.add(act.ref)
    return found


def is_dead(act: Act, facts: Facts, limits: Limits, *, repeated: bool = False) -> bool:
    """Whether the press was meant for a control and nothing came of it.

    `repeated`: it was one of a burst. Nobody presses Download five times in a row if it works.
    """
    spot = act.spot
    if spot is None or act.unseen or spot.nature not in CONTROLS or spot.leaves or spot.settled or spot.silent:
        return False
    if spot.nature == "toggle" and spot.tag == "input":
        return False  # the browser ticks it
    if any(not problem.benign and not problem.foreign for problem in act.problems):
        return False  # it is listened to, and what listens broke: error_click tells of that
    if (_goes_elsewhere(act, facts) and not repeated) or _has_answer(act, limits) or _hides(act, facts, limits):
        return False
    if may_have_stepped(act):
        return False
    if "selected" in act.detail or (may_have_drawn(act, facts) and not (repeated and not steps(spot))):
        return False
    if _is_end_lost(act, facts, limits):
        return False
    return _seen_ms(act, facts, limits) >= _needed_ms(act, limits)


def _is_end_lost(act: Act, facts: Facts, limits: Limits) -> bool:
    """Whether another recorder told of nothing after the press until another page came: it may have led there."""
    if facts.load_of(act).native:
        return False
    since, until = unseen_end(facts, act.load)
    return since <= act.t_ms + 100.0 and until - since > limits.horizon_ms


def _has_answer(act: Act, limits: Limits) -> bool:
    if act.loads or act.late_ms is not None:
        return True
    until = act.t_ms + limits.horizon_ms
    if any(moment <= until for moment in act.reactions):
        return True
    return act.possible_ms is not None and act.possible_ms <= until


def _goes_elsewhere(act: Act, facts: Facts) -> bool:
    spot = act.spot
    if spot is None:
        return False
    href = spot.href
    elsewhere = bool(href.partition("#")[2]) and href != act.page_url
    if elsewhere and without_hash(href) == without_hash(act.page_url) and not facts.load_of(act).native:
        return True  # a place of the same page: only our own recorder tells that the address changed
    return bool(_ELSEWHERE.search(spot.target.name)) or bool(href and (_FILE.search(href) or _ELSEWHERE.search(href)))


def _hides(act: Act, facts: Facts, limits: Limits) -> bool:
    """Whether the page hid right after: a new tab, a download or a print dialog took over."""
    load = facts.load_of(act)
    if load.left_ms is not None and load.left_ms - act.t_ms <= limits.horizon_ms and load.left_ms >= act.t_ms:
        return True
    if any(hidden and 0 <= moment - act.from_ms <= limits.horizon_ms for moment, hidden in load.hidden_ms):
        return True
    if act.spot is not None and act.spot.nature == "link":
        return False  # a link's own tab is its answer already
    opened = (other.start_ms - act.from_ms for other in facts.loads if other.tab != load.tab)
    return any(0 <= moment <= limits.horizon_ms for moment in opened)


def _seen_ms(act: Act, facts: Facts, limits: Limits) -> float:
    """For how long after the press the recorder was there to see a reaction."""
    return round(min(limits.horizon_ms, max(0.0, facts.last_ms[act.load] - act.t_ms)), 1)


def _needed_ms(act: Act, limits: Limits) -> float:
    """How long a silence must be recorded: a link's page may take its time, a button answers sooner."""
    spot = act.spot
    leads = spot is not None and spot.nature == "link" and not spot.href.endswith("#") and ":void" not in spot.href
    return limits.horizon_ms if leads else limits.min_seen_ms
