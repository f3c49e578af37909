"""Telling: one problem as a finding: a title grasped at once, sentences that hold, quotes, what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from playhead.analyst.problems import Problem
from playhead.analyst.steps import Step, path_of, same_target
from playhead.analyst.topics import Topic, topic_of
from playhead.analyst.wording import clean, control, listed, page, page_of, quote, short_control, span, times
from playhead.core.report import Finding
from playhead.core.trace import Effect

MAX_QUOTES: Final = 3
MAX_LISTED: Final = 4
LONG_REQUEST_MS: Final = 1_000  # a request this long is named as what was waited for


class Told(NamedTuple):
    title: str
    sentences: list[str]
    advice: str


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


# ---- refused


def _refused(problem: Problem) -> Told:
    request, said, step = problem.request, problem.said, _first_step(problem)
    if request is None and step is None and problem.measured("path"):
        return _background(problem)
    if problem.is_form_check:
        return _unaccepted(problem, step)
    topic = topic_of(step, request)
    count = _refusals(problem)
    often = f" {times(count)}" if count > 1 else ""
    detail = quote(said[0], limit=120) if said else _answered(problem, request)
    title = _head(problem, step, topic, request) + often + (f": {detail}" if detail else "")
    sentences = [_deeds(problem, step)] if step is not None else []
    if request is not None:
        duration_ms = request.duration_ms or 0
        took = f" in {span(duration_ms)}" if duration_ms >= LONG_REQUEST_MS and request.status else ""
        sentences.append(f"{_name(request)} {_got(request)}{took}.")
    if said:
        sentences.append(f"The page said {quote(said[0], limit=160)}.")
    elif step is not None and request is not None:
        sentences += _silent_refusal(problem, step)
    return Told(title, sentences, _advice(problem, request, said))


def _unaccepted(problem: Problem, step: Step | None) -> Told:
    fields = [e.text for _, e in problem.refusals if e.kind == "field_error" and e.text]
    said, count = list(dict.fromkeys(fields)), _refusals(problem)
    target = step.raw.target if step is not None else None
    kind, _, name = (target.container if target is not None else "").partition(" ")
    name = clean(name.strip('"'))
    form = f"The form {quote(name)}" if kind == "form" and name else "The form"
    often = f" {times(count)}" if count > 1 else ""
    title = f"{form} was not accepted{often}" + (f": {quote(said[0], limit=120)}" if said else "")
    sentences = [_deeds(problem, step)] if step is not None else []
    sentences += [f"The page said {quote(text, limit=160)}." for text in said[:2]]
    return Told(title, sentences, "Show beside the field what a right entry looks like.")


def _deeds(problem: Problem, step: Step) -> str:
    """“The visitor clicked the button “Pay” twice on “Checkout”.”, counted if it was refused each time."""
    refused = {one.ref for one, _ in problem.refusals}
    cited = [*problem.scope_steps, *([problem.resolved_by] if problem.resolved_by is not None else [])]
    alike = [one for one in cited if one.kind == step.kind and same_target(one, step)]
    told, name = _deed(step), control(step.raw.target)
    if len(alike) < 2 or not all(one.ref in refused for one in alike):
        return told
    return told.replace(f"{name} on", f"{name} {times(len(alike))} on", 1)


def _background(problem: Problem) -> Told:
    """A request that nobody clicked for: a poll, a file of the page."""
    path, method = clean(path_of(str(problem.measured("path"))), limit=80), str(problem.measured("method") or "")
    got = "got no answer" if problem.measured("status") == 0 else f"answered {problem.measured('status')}"
    count = problem.count("count")
    named = path if _is_tidy(path) else f"“{path}”"
    name = f"{method} {named}" if method else f"The request to {named}"
    often = f" {times(count)}" if count > 1 else ""
    title = f"{name} {got}{often}"
    return Told(title, [f"{title}."], "Find out what this request is for, and why it fails.")


def _is_tidy(path: str) -> bool:
    return len(path) <= 80 and path.isascii() and all(char.isalnum() or char in "/-_.~" for char in path)


def _head(problem: Problem, step: Step | None, topic: Topic | None, request: Effect | None) -> str:
    """“Payment refused”, “Sign-in refused”, ““Save” failed”, “Request failed”"""
    if request is not None and request.status == 0:
        verb = "got no answer"
    else:
        verb = "failed" if _status(problem, request) >= 500 else "refused"
    if topic is not None:
        return f"{topic.noun} {verb}"
    if step is not None and step.raw.target is not None and clean(step.name):
        return f"{quote(step.name)} {'was refused' if verb == 'refused' else verb}"
    return f"Request {verb}"


def _status(problem: Problem, request: Effect | None) -> int:
    if request is not None:
        return request.status or 0
    told = problem.measured("status")
    return int(told) if isinstance(told, (int, float)) else 0


def _first_step(problem: Problem) -> Step | None:
    """What the visitor did first that was refused: a click or a key rather than the page that answered it."""
    deeds = [step for step in problem.steps if step.kind != "navigate" and step.raw.target is not None]
    return deeds[0] if deeds else None


def _refusals(problem: Problem) -> int:
    """How many attempts were refused: what was measured, else the steps that got a no."""
    request = problem.request
    if request is not None:
        alike = [
            e
            for _, e in problem.refusals
            if e.kind == "request" and (e.method, e.path) == (request.method, request.path)
        ]
        return len(alike)
    deeds = {step.ref for step, _ in problem.refusals if step.kind != "navigate"}
    return max(problem.count("refusals"), len(deeds), 1)


def _answered(problem: Problem, request: Effect | None) -> str:
    return f"{_name(request)} {_got(request)}" if request is not None else ""


def _name(request: Effect) -> str:
    path = path_of(request.path or request.url or "/")
    return f"{request.method} {path if _is_tidy(path) else quote(path, limit=80)}"


def _got(request: Effect) -> str:
    return "got no answer" if request.status == 0 else f"answered {request.status}"


_VERBS: Final = {
    "input": "filled in",
    "dblclick": "double-clicked",
    "touch": "tapped",
    "contextmenu": "right-clicked",
    "keypress": "used",
    "drag": "used",
    "select": "used",
    "media": "used",
}


def deed(step: Step) -> str:
    """“clicked the button “Pay””, “submitted a form”, “opened “Checkout””"""
    if step.kind == "submit":
        return "submitted a form"
    if step.raw.target is None:
        return f"opened {page_of(step)}" if step.kind == "navigate" else f"was on {page_of(step)}"
    by_key = step.detail.get("by") == "keyboard"
    return f"{'used' if by_key else _VERBS.get(step.kind, 'clicked')} {control(step.raw.target)}"


def _deed(step: Step) -> str:
    """“The visitor clicked the button “Pay” on “Checkout”.”"""
    where = "" if step.raw.target is None and step.kind != "submit" else f" on {page_of(step)}"
    return f"The visitor {deed(step)}{where}."


def _silent_refusal(problem: Problem, step: Step) -> list[str]:
    """That the page kept silent is said only where nothing shown from there to the end can be the answer."""
    later = problem.facts.steps[step.index :]
    shown = any(
        e.kind in ("alert", "toast", "dialog", "field_error", "text_added", "state")
        for s in [*problem.scope_steps, *later]
        for e in s.raw.effects
    )
    return [] if shown else ["No message was shown."]


def _advice(problem: Problem, request: Effect | None, said: list[str]) -> str:
    name = _name(request) if request is not None else "it"
    if request is not None and request.status == 0:
        return f"Find out why {name} gets no answer, and offer to try again."
    if _status(problem, request) >= 500:
        return f"Find out why {name} fails, and tell the visitor what to do meanwhile."
    if not said:
        return "Say on the page what is wrong, and what to do next."
    return "Say next to the control what can be done now, and keep the entries."


def _loop(problem: Problem) -> Told:
    told, said = _refused(problem), problem.said
    count = max(problem.count("refusals"), _refusals(problem))
    topic = topic_of(_first_step(problem), problem.request)
    what = (
        "Sign-in was"
        if "login_failure" in problem.kinds or (topic is not None and topic.noun == "Sign-in")
        else "The form was"
    )
    tail = f": {quote(said[0], limit=120)}" if said else ""
    advice = "Say which entry is wrong and what a right one looks like." if said else told.advice
    return Told(f"{what} refused {times(count)}{tail}", told.sentences, advice)


def _missing(problem: Problem) -> Told:
    url = problem.measured("url")
    where = path_of(url if isinstance(url, str) and url else problem.signals[-1].page_url)
    status = " (404)" if problem.measured("status") == 404 else ""
    step = _first_step(problem)
    sentences = [_deed(step)] if step is not None else []
    sentences.append(f"The page {quote(where, limit=80)} was not found.")
    return Told(
        f"Page not found{status}: {quote(where, limit=80)}",
        sentences,
        "Correct the link, or lead on to another page.",
    )


# ---- broken and dead


def _broken(problem: Problem) -> Told:
    message, step = problem.exception, _first_step(problem)
    seen = f": {quote(message, limit=80)}" if message else ""
    sentences = [_deed(step)] if step is not None else []
    if problem.kinds & {"dead_click", "rage_click"} and step is not None:
        dead = _dead(problem)
        sentences = [dead.sentences[0], *dead.sentences[1:]]
        title = f"{dead.title}: the page threw an error"
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
    step = _first_step(problem)
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
    sentences = [_deed(step)] if step is not None else []
    if request is not None and (request.duration_ms or 0) >= LONG_REQUEST_MS and request.method:
        sentences.append(f"{_name(request)} took {span(request.duration_ms or 0)}.")
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
    "loop": _loop,
    "refused": _refused,
    "missing": _missing,
    "broken": _broken,
    "dead": _dead,
    "slow": _slow,
    "unsent": _unsent,
    "searching": _searching,
    "back": _back,
    "restless": _restless,
}
