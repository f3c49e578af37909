"""Story: the facts of a session put in order: acts with their answers and refs, ready for signals and the trace."""

from array import array
from bisect import bisect_right
from typing import Final

from playhead.core.trace import Effect
from playhead.core.visit.answers import Answers
from playhead.core.visit.facts import CLICKS, Act, Facts, View
from playhead.core.visit.journeys import attribute_loads, attribute_views, inferred_submits
from playhead.core.visit.lane import Session
from playhead.core.visit.network import Request
from playhead.core.visit.problems import Problem

MAX_EFFECTS: Final = 24  # effects kept for one interaction; what a person noticed is among the first
SELECTED_MS: Final = 700.0  # a press selects text within this (a double click's second press, a triple click's third)
_SAME_MOMENT: Final = {"click": 0, "dblclick": 1, "keypress": 0, "input": 0, "submit": 2, "navigate": 4}
_OF_MENUS: Final = frozenset(("menuitem", "menuitemcheckbox", "menuitemradio", "option"))
_NEVER_AGAIN: Final = ("navigate", "request", "error", "console")


def tell(session: Session) -> Facts:
    """Attribute everything in the session and return its facts; acts are numbered in time order."""
    _settle_rolls(session)
    answers = _attribute(session)
    for act in session.acts:
        if act.kind == "submit" and act.cause is not None:
            act.cause.root.reactions.append(act.t_ms)  # the form was sent: nobody need have seen it
    acts = session.acts + inferred_submits(session, session.acts)
    acts += _navigations(session)
    acts.sort(key=lambda act: (act.t_ms, _SAME_MOMENT.get(act.kind, 3), act.order))
    _tell_doubles(acts)
    _mark_selections(acts)
    for number, act in enumerate(acts, 1):
        act.ref = f"e{number}"
        act.reactions.sort()
        act.visible.sort()
    owners: dict[int, Act] = {}
    for act in acts:
        owners.update({id(item): act for item in act.requests})
        owners.update({id(item): act for item in act.problems})
        _finish(act)
    _end_views(session)
    return Facts(
        loads=session.loads,
        views=session.views,
        acts=acts,
        requests=[answer.requests for answer in answers],
        owners=owners,
        problems=session.problems.errors,
        trails=session.trails,
        waits=session.waits,
        forms=session.forms,
        activity=session.activity,
        last_ms=_alive_until(session),
        canvas_seen=session.canvas_seen,
        network_seen=[
            requests.seen or load.native for requests, load in zip(session.requests, session.loads, strict=True)
        ],
    )


def _settle_rolls(session: Session) -> None:
    """Leave out what scrolls at a pace of its own, as a carousel does; the rest was the visitor's activity."""
    own: set[int] = set()
    moments = array("d")
    for order, roll in session.rolls.items():
        act, place = roll.act, ((roll.node_id, "scroll"),)
        explains = session.ambient[act.load].explains
        if any(explains(place, act.t_ms, act_ms=act.t_ms + shift) for shift in (-1.0, 1.0)):
            own.add(order)
        else:
            moments.extend(roll.moments)
    if own:
        session.acts = [act for act in session.acts if act.order not in own]
    if moments:
        session.activity = array("d", sorted((*session.activity, *moments)))


def _attribute(session: Session) -> list[Answers]:
    acts: list[list[Act]] = [[] for _ in session.loads]
    for act in session.acts:
        acts[act.load].append(act)
    problems: list[list[Problem]] = [[] for _ in session.loads]
    pages = _loads_by_page(session)
    for problem in sorted((*session.problems.errors, *session.problems.logged), key=lambda problem: problem.t_ms):
        numbers = pages.get(problem.page, [])
        if numbers:
            at = bisect_right(numbers, problem.t_ms, key=lambda number: session.loads[number].start_ms) - 1
            problems[numbers[max(0, at)]].append(problem)
    views: list[list[View]] = [[] for _ in session.loads]
    for view in session.views:
        views[view.load].append(view)
    answers: list[Answers] = []
    for number in range(len(session.loads)):
        answer = Answers(session, number)
        answer.attribute(acts[number], problems[number])
        attribute_views(views[number][1:], answer.owner_at)
        answers.append(answer)
    attribute_loads(session, session.acts)
    return answers


def _loads_by_page(session: Session) -> dict[str, list[int]]:
    pages: dict[str, list[int]] = {}
    for number, load in enumerate(session.loads):
        pages.setdefault(load.page, []).append(number)
    return pages


def _navigations(session: Session) -> list[Act]:
    """One act for every page and route shown."""
    found: list[Act] = []
    tabs: set[str] = set()
    for index, view in enumerate(session.views):
        act = Act(view.start_ms, "navigate", view.load, view.url, None, view.start_ms, view.start_ms, view=index)
        act.value = view.url
        act.order = index
        load = session.loads[view.load]
        first = index == 0 or session.views[index - 1].load != view.load
        opened_tab = first and bool(tabs) and load.native and load.tab not in tabs
        tabs.add(load.tab)
        back = index > 1 and session.views[index - 2].url == view.url  # where the visitor was before
        act.detail["how"] = _how(view, first=first, opened_tab=opened_tab, back=back)
        if view.title:
            act.detail["title"] = view.title
        if first and load.status is not None:
            act.detail["status"] = load.status
        act.cause = load.cause if first else view.cause
        found.append(act)
    return found


def _how(view: View, *, first: bool, opened_tab: bool, back: bool) -> str:
    if opened_tab:
        return "new_tab"
    if view.how == "hash" and view.cause is None and back:
        return "pop"
    return view.how if not first or view.how in ("reload", "back_forward") else "load"


def _went_on(act: Act) -> bool:
    """Whether the page showed something of what was pressed for: that a menu closes over its item is nothing yet."""
    if act.spot is None or act.spot.target.role not in _OF_MENUS:
        return bool(act.visible)
    return bool(act.loads) or any(shown.kind not in ("state", "text_removed") for shown in act.shown)


def _finish(act: Act) -> None:
    """Put the effects of an act in order: each seen once, requests and errors among them."""
    for request in act.requests:
        act.effects.append(_request_effect(request))
    act.problems = [problem for problem in act.problems if problem.kind != "logged" or not _went_on(act)]
    for problem in act.problems:
        act.effects.append(Effect("error", problem.t_ms, text=problem.text[:200]))
    act.effects.sort(key=lambda effect: effect.t_ms)
    seen: set[tuple[str, str | None]] = set()
    kept: list[Effect] = []
    for effect in act.effects:
        key = (effect.kind, effect.text)
        if effect.kind not in _NEVER_AGAIN and key in seen:
            continue
        seen.add(key)
        kept.append(effect)
    if act.kind == "input":
        kept = _without_prefixes(kept)
    if len(kept) > MAX_EFFECTS:
        loud = [effect for effect in kept if effect.kind not in ("text_added", "text_removed", "state", "value")]
        quiet = [effect for effect in kept if effect.kind in ("text_added", "text_removed", "state", "value")]
        kept = loud[:MAX_EFFECTS] + quiet[: max(0, MAX_EFFECTS - len(loud))]
        kept.sort(key=lambda effect: effect.t_ms)
    act.effects = kept
    if act.cause is not None and (act.kind == "submit" or act.kind in CLICKS) and not act.reactions:
        act.reactions = [moment for moment in act.cause.root.reactions if moment >= act.t_ms][:1]


def _without_prefixes(effects: list[Effect]) -> list[Effect]:
    """Drop texts that are the beginning of a later one: an editor draws what is typed letter by letter."""
    texts = [effect.text or "" for effect in effects if effect.kind == "text_added"]
    return [
        effect
        for effect in effects
        if effect.kind != "text_added"
        or not any(len(text) > len(effect.text or "") and text.startswith(effect.text or "") for text in texts)
    ]


def _tell_doubles(acts: list[Act]) -> None:
    """What follows a double click is told with it, not with its second click."""
    last: dict[int, Act] = {}
    for act in acts:
        if act.kind == "click":
            last[act.load] = act
        elif act.kind == "dblclick" and act.cause is not None:
            second = last.get(act.load, act.cause)
            act.reactions += [moment for moment in second.reactions if moment >= act.t_ms]
            act.effects += [effect for effect in second.effects if effect.t_ms >= act.t_ms]
            second.effects = [effect for effect in second.effects if effect.t_ms < act.t_ms]


def _mark_selections(acts: list[Act]) -> None:
    """A press during which text was selected was made for that."""
    recent: list[Act] = []
    for act in acts:
        if act.kind == "select":
            for click in recent:
                if click.load == act.load and act.t_ms - click.t_ms <= SELECTED_MS:
                    click.detail["selected"] = True
        elif act.kind in CLICKS:
            recent = [*recent[-3:], act]


def _request_effect(request: Request) -> Effect:
    return Effect(
        "request",
        round(request.t_ms, 1),
        method=request.method or None,
        url=request.url,
        path=request.path,
        status=0 if request.failed else request.status,
        duration_ms=round(request.duration_ms, 1) if request.duration_ms is not None else None,
    )


def _alive_until(session: Session) -> list[float]:
    """Until when each page was being recorded: silence too is recorded while its tab shows nothing else."""
    until = list(session.last_ms)
    following: dict[str, float] = {}
    for number in sorted(range(len(until)), key=lambda number: -session.loads[number].start_ms):
        load = session.loads[number]
        until[number] = max(until[number], following.get(load.tab, 0.0))
        following[load.tab] = load.start_ms
    return until


def _end_views(session: Session) -> None:
    """A route is shown until the next one of its document, or the document's end."""
    following: dict[int, float] = {}
    for view in reversed(session.views):
        end = following.get(view.load, session.loads[view.load].end_ms)
        view.end_ms = max(view.start_ms, end)
        following[view.load] = view.start_ms
