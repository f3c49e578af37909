"""Refusals: what a site did not take, as title, sentences and advice: a request, a form, a page that is not there."""

from __future__ import annotations

from playhead.analyst.deeds import (
    LONG_REQUEST_MS,
    Told,
    answered,
    deed_sentence,
    first_step,
    is_tidy,
    request_name,
    status_of,
)
from playhead.analyst.problems import Problem
from playhead.analyst.steps import Step, path_of, same_target
from playhead.analyst.topics import Topic, topic_of
from playhead.analyst.wording import clean, control, quote, span, times
from playhead.core.trace import Effect


def refused(problem: Problem) -> Told:
    request, said, step = problem.request, problem.said, first_step(problem)
    if request is None and step is None and problem.measured("path"):
        return _background(problem)
    if problem.is_form_check:
        return _unaccepted(problem, step)
    topic = topic_of(step, request)
    count = _refusals(problem)
    often = f" {times(count)}" if count > 1 else ""
    detail = _sayings(said) if said else _answered(problem, request)
    title = _head(problem, step, topic, request) + often + (f": {detail}" if detail else "")
    if request is not None and not said and step is not None and _by_several(problem, step):
        title = f"{request_name(request)} {answered(request)}{often}"
    sentences = [_deeds(problem, step)] if step is not None else []
    sentences += [_reply(one) for one in _replies(problem)]
    if said:
        sentences += [f"The page said {quote(text, limit=160)}." for text in _ends(said)]
    elif step is not None and request is not None:
        sentences += _silent_refusal(problem, step)
    return Told(title, sentences, _advice(problem, request, said))


def _by_several(problem: Problem, step: Step) -> bool:
    """The same request was refused after different controls: none of them was refused so many times."""
    return any(one.kind == step.kind and not same_target(one, step) for one, _ in problem.refusals)


def _replies(problem: Problem) -> list[Effect]:
    """The failed request to tell of; where it was answered otherwise later, also its last answer."""
    if problem.request is None:
        return []
    alike = _alike(problem, problem.request)
    return [alike[0], *(one for one in alike[-1:] if one.status != alike[0].status)]


def _reply(request: Effect) -> str:
    duration_ms = request.duration_ms or 0
    took = f" in {span(duration_ms)}" if duration_ms >= LONG_REQUEST_MS and request.status else ""
    return f"{request_name(request)} {answered(request)}{took}."


def _ends(said: list[str]) -> list[str]:
    """The first and the last thing that the page said: what it said first need not be what stopped the visitor.

    A region that only grows says the first thing again, and more: that is not told twice.
    """
    return [said[0], *(text for text in said[1:][-1:] if said[0] not in text)]


def _sayings(said: list[str]) -> str:
    """““Enter a postcode”; “Card declined””: several refusals are not all told with the words of the first."""
    ends = _ends(said)
    return "; ".join(quote(text, limit=120 if len(ends) == 1 else 70) for text in ends)


def _unaccepted(problem: Problem, step: Step | None) -> Told:
    fields = [e.text for _, e in problem.refusals if e.kind == "field_error" and e.text]
    said, count = list(dict.fromkeys(fields)), _refusals(problem)
    target = step.raw.target if step is not None else None
    kind, _, name = (target.container if target is not None else "").partition(" ")
    name = clean(name.strip('"'))
    form = f"The form {quote(name)}" if kind == "form" and name else "The form"
    often = f" {times(count)}" if count > 1 else ""
    title = f"{form} was not accepted{often}" + (f": {_sayings(said)}" if said else "")
    sentences = [_deeds(problem, step)] if step is not None else []
    sentences += [f"The page said {quote(text, limit=160)}." for text in said[:2]]
    return Told(title, sentences, "Show beside the field what a right entry looks like.")


def _deeds(problem: Problem, step: Step) -> str:
    """“The visitor clicked the button “Pay” twice on “Checkout”.”, counted if it was refused each time."""
    refused = {one.ref for one, _ in problem.refusals}
    cited = [*problem.scope_steps, *([problem.resolved_by] if problem.resolved_by is not None else [])]
    alike = [one for one in cited if one.kind == step.kind and same_target(one, step)]
    told, name = deed_sentence(step), control(step.raw.target)
    if len(alike) < 2 or not all(one.ref in refused for one in alike):
        return told
    return told.replace(f"{name} on", f"{name} {times(len(alike))} on", 1)


def _background(problem: Problem) -> Told:
    """A request that nobody clicked for: a poll, a file of the page."""
    path, method = clean(path_of(str(problem.measured("path"))), limit=80), str(problem.measured("method") or "")
    got = "got no answer" if problem.measured("status") == 0 else f"answered {problem.measured('status')}"
    count = problem.count("count")
    named = path if is_tidy(path) else f"“{path}”"
    name = f"{method} {named}" if method else f"The request to {named}"
    often = f" {times(count)}" if count > 1 else ""
    title = f"{name} {got}{often}"
    return Told(title, [f"{title}."], "Find out what this request is for, and why it fails.")


def _head(problem: Problem, step: Step | None, topic: Topic | None, request: Effect | None) -> str:
    """“Payment refused”, “Sign-in refused”, ““Save” failed”, “Request failed”"""
    if request is not None and request.status == 0:
        verb = "got no answer"
    else:
        verb = "failed" if status_of(problem, request) >= 500 else "refused"
    if topic is not None:
        return f"{topic.noun} {verb}"
    if step is not None and step.raw.target is not None and clean(step.name):
        return f"{quote(step.name)} {'was refused' if verb == 'refused' else verb}"
    return f"Request {verb}"


def _refusals(problem: Problem) -> int:
    """How many attempts were refused: what was measured, else the steps that got a no."""
    if problem.request is not None:
        return len(_alike(problem, problem.request))
    deeds = {step.ref for step, _ in problem.refusals if step.kind != "navigate"}
    return max(problem.count("refusals"), len(deeds), 1)


def _alike(problem: Problem, request: Effect) -> list[Effect]:
    """The refusals that are answers to the same request, in the order they came."""
    asked = (request.method, request.path)
    return [e for _, e in problem.refusals if e.kind == "request" and (e.method, e.path) == asked]


def _answered(problem: Problem, request: Effect | None) -> str:
    return f"{request_name(request)} {answered(request)}" if request is not None else ""


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
    name = request_name(request) if request is not None else "it"
    if request is not None and request.status == 0:
        return f"Find out why {name} gets no answer, and offer to try again."
    if status_of(problem, request) >= 500:
        return f"Find out why {name} fails, and tell the visitor what to do meanwhile."
    if not said:
        return "Say on the page what is wrong, and what to do next."
    return "Say next to the control what can be done now, and keep the entries."


def loop(problem: Problem) -> Told:
    told, said = refused(problem), problem.said
    count = max(problem.count("refusals"), _refusals(problem))
    topic = topic_of(first_step(problem), problem.request)
    what = (
        "Sign-in was"
        if "login_failure" in problem.kinds or (topic is not None and topic.noun == "Sign-in")
        else "The form was"
    )
    tail = f": {_sayings(said)}" if said else ""
    advice = "Say which entry is wrong and what a right one looks like." if said else told.advice
    return Told(f"{what} refused {times(count)}{tail}", told.sentences, advice)


def missing(problem: Problem) -> Told:
    url = problem.measured("url")
    where = path_of(url if isinstance(url, str) and url else problem.signals[-1].page_url)
    status = " (404)" if problem.measured("status") == 404 else ""
    step = first_step(problem)
    sentences = [deed_sentence(step)] if step is not None else []
    sentences.append(f"The page {quote(where, limit=80)} was not found.")
    return Told(
        f"Page not found{status}: {quote(where, limit=80)}",
        sentences,
        "Correct the link, or lead on to another page.",
    )
