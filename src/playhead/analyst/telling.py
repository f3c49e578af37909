"""Telling: one problem as a finding: a title grasped at once, sentences that hold, quotes, what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playhead.analyst.deeds import (
    LONG_REQUEST_MS,
    Told,
    deed_sentence,
    first_step,
    request_name,
)
from playhead.analyst.problems import Problem
from playhead.analyst.refusals import loop, missing, refused
from playhead.analyst.steps import Step
from playhead.analyst.wording import clean, control, listed, page, page_of, quote, short_control, span, times
from playhead.core.report import Finding

MAX_QUOTES: Final = 3
MAX_LISTED: Final = 4


def tell(problem: Problem) -> Finding:
    """Return the finding for a problem; every sentence of it is made to pass the gate."""
    told = _TELLERS[problem.family](problem)
    sentences = list(told.sentences)
    told_on = problem.family in ("refused", "loop", "dead", "broken") and not problem.is_form_check
    if problem.resolved_by is not None and told_on:
        sentences.append(_resolution(problem, problem.resolved_by))
    resolved = [problem.resolved_by.ref] if problem.resolved_by is not None else []
    return Finding(
        title=told.title,
        severity=problem.severity,
        text=" ".join(sentences),
        refs=list(dict.fromkeys([*problem.refs, *resolved])),
        quotes=[clean(text, limit=400) for text in problem.said[:MAX_QUOTES]],
        suggestion=told.advice,
        confidence="high",
        signal=problem.signals[0].kind,
    )


# ---- broken and dead


def _broken(problem: Problem) -> Told:
    message, step = problem.exception, first_step(problem)
    seen = f": {quote(message, limit=80)}" if message else ""
    sentences = [deed_sentence(step)] if step is not None else []
    if problem.kinds & {"dead_click", "rage_click"} and step is not None:
        dead = _dead(problem)
        sentences = [dead.sentences[0], *dead.sentences[1:]]
        title = f"{dead.title}: the page threw an error"
    elif "error_click" in problem.kinds and step is not None and step.kind in ("click", "dblclick"):
        title = f"Clicked {short_control(step.raw.target)}: the page threw an error"
    else:
        title = f"The page threw an error{seen}"
    sentences.append(
        f"The page threw the error {quote(message, limit=160)}." if message else "The page threw an error."
    )
    return Told(title, sentences, "Fix the error, and tell the visitor when something cannot be done.")


def _dead(problem: Problem) -> Told:
    steps = [
        step for step in problem.steps if step.kind in ("click", "dblclick", "touch", "contextmenu")
    ] or problem.steps
    target = steps[0].raw.target if steps else problem.signals[0].target
    count, silent = problem.clicks, not any(step.reacted and step.raw.reaction_ms is not None for step in steps)
    often = "" if count == 1 else f" {times(count)}"
    first, last = (steps[0].t_ms, steps[-1].end_ms) if steps else (0.0, 0.0)
    during = f" within {span(last - first)}" if count > 1 and last - first >= 100 else ""
    where = f" on {page_of(steps[0])}" if steps else ""
    sentences = [f"The visitor clicked {control(target)}{often}{during}{where}."]
    sentences.append("The page did not react." if silent else "The clicks did not each get a reaction.")
    advice = f"Make {control(target)} do what it promises, or show that it is not available."
    if not silent:
        advice = f"Show at once that a click on {control(target)} was taken."
    tail = ", nothing happened" if silent else " in a row" if count > 2 else ""
    return Told(f"Clicked {short_control(target)}{often}{tail}", sentences, advice)


# ---- slow, unsent, searching, back, restless


def _slow(problem: Problem) -> Told:
    step = first_step(problem)
    took = float(problem.measured("waited_ms", "duration_ms") or 0) or _longest(problem)
    what = (
        short_control(step.raw.target)
        if step is not None
        else f"The page {page(problem.facts, None, problem.signals[0].page_url)}"
    )
    request = max(
        (e for s in problem.scope_steps for e in s.requests if e.duration_ms),
        key=lambda e: e.duration_ms or 0,
        default=None,
    )
    title = f"{what} took {span(took)} to answer" if took else f"{what} was slow to answer"
    sentences = [deed_sentence(step)] if step is not None else []
    if request is not None and (request.duration_ms or 0) >= LONG_REQUEST_MS and request.method:
        sentences.append(f"{request_name(request)} took {span(request.duration_ms or 0)}.")
    elif took:
        sentences.append(f"The answer took {span(took)}.")
    return Told(title, sentences, "Make it faster, or show at once that it is being worked on.")


def _longest(problem: Problem) -> float:
    waits = [e.duration_ms or 0.0 for s in problem.scope_steps for e in s.requests]
    return max([*waits, *(s.raw.reaction_ms or 0.0 for s in problem.scope_steps)], default=0.0)


def _unsent(problem: Problem) -> Told:
    names = list(dict.fromkeys(clean(s.name) for s in problem.steps if s.kind == "input" and clean(s.name)))
    where = page_of(problem.steps[0]) if problem.steps else page(problem.facts, None, problem.signals[0].page_url)
    filled = listed([f"“{name}”" for name in names[:MAX_LISTED]])
    sentences = [
        f"The visitor filled in {filled} on {where}." if filled else f"The visitor filled in a form on {where}."
    ]
    return Told(
        f"Filled in a form on {where} and did not send it",
        sentences,
        "Look at what the form asks for last, and whether the way to send it is in plain sight.",
    )


def _searching(problem: Problem) -> Told:
    queries = [clean(step.value) for step in problem.steps if step.kind == "input" and clean(step.value)]
    unique = list(dict.fromkeys(queries))
    named = listed([f"“{query}”" for query in unique[:MAX_LISTED]])
    count = problem.count("searches") or len(unique)
    empty = problem.count("empty")
    title = (
        f"Searched {times(count)}" + (f" for {named}" if named and len(unique) <= MAX_LISTED else "")
        if count > 1
        else "A search was repeated"
    )
    sentences = [f"The visitor searched for {named}."] if named else ["The visitor searched more than once."]
    if empty >= count > 0:
        sentences.append("The searches had no results.")
        title += ", without results"
    return Told(title, sentences, "Look at what these searches return, and offer near matches where there are none.")


def _back(problem: Problem) -> Told:
    signal = problem.signals[0]
    away = float(problem.measured("away_ms") or 0) or signal.end_ms - signal.t_ms
    url = problem.measured("url")
    address = url if isinstance(url, str) and url else signal.page_url
    view = next(
        (p for p in problem.facts.trace.session.pages if p.url == address and abs(p.start_ms - signal.t_ms) < 1_500),
        None,
    )
    where = page(problem.facts, view, address)
    title = f"Left {where} after {span(away)} and went back"
    return Told(
        title,
        [f"The visitor opened {where} and went back after {span(away)}."],
        "See whether the link promises what the page holds.",
    )


def _restless(problem: Problem) -> Told:
    signal = problem.signals[0]
    where = page(problem.facts, None, signal.page_url)
    lasted = f" for {span(signal.end_ms - signal.t_ms)}" if signal.end_ms - signal.t_ms >= 100 else ""
    return Told(
        f"The mouse moved back and forth on {where}",
        [f"The mouse moved back and forth{lasted}."],
        "See what stood under the mouse at that moment.",
    )


def _resolution(problem: Problem, step: Step) -> str:
    if problem.family == "dead":
        return f"Later {short_control(step.raw.target)} did react."
    return f"A later attempt with {short_control(step.raw.target)} went through."


_TELLERS: Final[dict[str, Callable[[Problem], Told]]] = {
    "loop": loop,
    "refused": refused,
    "missing": missing,
    "broken": _broken,
    "dead": _dead,
    "slow": _slow,
    "unsent": _unsent,
    "searching": _searching,
    "back": _back,
    "restless": _restless,
}
