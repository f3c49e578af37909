"""Telling: one problem as a finding: a title a person grasps at once, sentences that hold, quotes, what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playhead.analyst.facts import Step, path_of
from playhead.analyst.problems import Problem
from playhead.analyst.topics import topic_of
from playhead.analyst.wording import clean, control, listed, page, page_of, quote, short_control, span, times
from playhead.core.report import Finding
from playhead.core.trace import Effect

MAX_QUOTES: Final = 3
MAX_LISTED: Final = 4


def tell(problem: Problem) -> Finding:
    """Return the finding for a problem; every sentence of it is made to pass the gate."""
    title, sentences, suggestion = _TELLERS[problem.family](problem)
    if problem.resolved_by is not None and problem.family in ("refused", "loop", "dead", "broken"):
        sentences.append(_resolution(problem.resolved_by))
    quotes = [clean(text, limit=400) for text in problem.said[:MAX_QUOTES]]
    refs = list(dict.fromkeys([*problem.refs, *([problem.resolved_by.ref] if problem.resolved_by else [])]))
    return Finding(
        title=title,
        severity=problem.severity,
        text=" ".join(sentences),
        refs=refs,
        quotes=quotes,
        suggestion=suggestion,
        confidence="high",
        signal=problem.signals[0].kind,
    )


def _refused(problem: Problem) -> tuple[str, list[str], str]:
    request, said = problem.request, problem.said
    count = _refusal_count(problem)
    step = problem.refusals[0][0] if problem.refusals else (problem.steps[0] if problem.steps else None)
    topic = topic_of(step, request)
    verb = (
        "failed"
        if request is not None and (request.status or 0) >= 500
        else "was not answered"
        if _unanswered(request)
        else "refused"
    )
    head = (
        f"{topic.noun} {verb}"
        if topic
        else f"{short_control(step.raw.target)} {_passive(verb)}"
        if step and step.raw.target
        else f"Request {verb}"
    )
    details = [part for part in (_answered(request), f"the page said {quote(said[0])}" if said else "") if part]
    title = head + (f" {times(count)}" if count > 1 else "") + (f": {'; '.join(details)}" if details else "")
    sentences = [_deed(step)] if step is not None and step.raw.target else []
    if request is not None:
        took = f" in {span(request.duration_ms)}" if request.duration_ms and not _unanswered(request) else ""
        sentences.append(f"{_name(request)} {_got(request)}{took}.")
    if said:
        sentences.append(f"The page said {quote(said[0], limit=160)}.")
    if problem.is_final:
        sentences.append("No later attempt succeeded.")
    return title, sentences, _advice_refused(problem, request, said)


def _refusal_count(problem: Problem) -> int:
    """How many attempts were refused: one for each step that got a no, however many effects said it."""
    request = problem.request
    if request is not None:
        return sum(
            1
            for _, e in problem.refusals
            if e.kind == "request" and (e.method, e.path) == (request.method, request.path)
        )
    return len({step.ref for step, _ in problem.refusals}) or 1


def _unanswered(request: Effect | None) -> bool:
    return request is not None and request.status == 0


def _passive(verb: str) -> str:
    return verb if verb.startswith("was") or verb == "failed" else f"was {verb}"


def _answered(request: Effect | None) -> str:
    return f"{_name(request)} {_got(request)}" if request is not None else ""


def _name(request: Effect) -> str:
    path = path_of(request.path or request.url or "/")
    return (
        f"{request.method} {path if len(path) <= 80 and path.isascii() and _is_tidy(path) else quote(path, limit=80)}"
    )


def _is_tidy(path: str) -> bool:
    return all(char.isalnum() or char in "/-_.~" for char in path)


def _got(request: Effect) -> str:
    return "got no answer" if request.status == 0 else f"answered {request.status}"


def _deed(step: Step) -> str:
    """“The visitor clicked the button “Pay” on “Checkout”.”"""
    where = f" on {page_of(step)}"
    verb = {"input": "changed", "submit": "submitted", "keypress": "pressed a key in", "dblclick": "double-clicked", "touch": "tapped",
            "drag": "dragged", "contextmenu": "right-clicked", "navigate": "opened"}.get(step.kind, "clicked")  # fmt: skip
    if step.kind == "submit":
        return f"The visitor submitted a form{where}."
    if step.kind == "navigate" or step.raw.target is None:
        return f"The visitor was{where}." if step.kind != "navigate" else f"The visitor opened {page_of(step)}."
    return f"The visitor {verb} {control(step.raw.target)}{where}."


def _advice_refused(problem: Problem, request: Effect | None, said: list[str]) -> str:
    name = _name(request) if request is not None else "it"
    if request is not None and (request.status or 0) >= 500:
        return f"Find out why {name} fails, and tell the visitor what to do meanwhile."
    if _unanswered(request):
        return f"Find out why {name} gets no answer; offer a retry."
    if not said:
        return f"Say on the page what is wrong when {name} is refused, and what to do next."
    return "Say next to the control what can be done now, and keep what was filled in."


def _loop(problem: Problem) -> tuple[str, list[str], str]:
    title, sentences, suggestion = _refused(problem)
    count = max(len([signal for signal in problem.signals]), _refusal_count(problem))
    said = problem.said
    if said:
        title = f"The form was refused {times(count)}: the page said {quote(said[0])}"
    return title, sentences, "Show what a valid entry looks like before the form is sent." or suggestion


def _missing(problem: Problem) -> tuple[str, list[str], str]:
    step = problem.steps[-1] if problem.steps else None
    url = problem.signals[0].page_url or (step.raw.page_url if step else "")
    measured = problem.signals[0].measured.get("url")
    path = path_of(measured if isinstance(measured, str) and measured else url)
    status = " (404)" if _has_404(problem) else ""
    title = f"Page not found{status}: {quote(path, limit=80)}"
    sentences = []
    if step is not None and step.kind != "navigate" and step.raw.target is not None:
        sentences.append(_deed(step))
    sentences.append(f"The page {quote(path, limit=80)} was not found.")
    return title, sentences, "Correct the link, or send its visitors on to the page that replaced it."


def _has_404(problem: Problem) -> bool:
    if any(signal.measured.get("status") == 404 for signal in problem.signals):
        return True
    return any(e.status == 404 for step in problem.scope_steps for e in step.raw.effects)


def _broken(problem: Problem) -> tuple[str, list[str], str]:
    message = next(
        (
            str(s.measured[key])
            for s in problem.signals
            for key in ("message", "text")
            if isinstance(s.measured.get(key), str)
        ),
        "",
    )
    message = (
        message
        or next((effect.text for _, effect in problem.refusals if effect.kind == "error" and effect.text), "")
        or ""
    )
    count = sum(1 for signal in problem.signals if signal.kind == "js_error")
    seen = f": {quote(message, limit=120)}" if message else ""
    title = f"The page threw an error{seen}"
    sentences: list[str] = []
    step = problem.steps[0] if problem.steps else None
    if step is not None and step.raw.target is not None:
        sentences.append(_deed(step))
    sentences.append(
        f"The page threw the error {quote(message, limit=160)}." if message else "The page threw an error."
    )
    if count > 1:
        sentences.append(f"The error was thrown {times(count)}.")
    return title, sentences, "Fix the error; until then nothing tells the visitor that something failed."


def _dead(problem: Problem) -> tuple[str, list[str], str]:
    step = problem.steps[0] if problem.steps else None
    target = step.raw.target if step is not None else problem.signals[0].target
    count, silent = problem.clicks, not any(one.reacted for one in problem.steps)
    what = short_control(target)
    often = "" if count == 1 else f" {times(count)}"
    ending = ", nothing happened" if silent else ""
    title = f"Clicked {what}{often}{ending}"
    first, last = (problem.steps[0].t_ms, problem.steps[-1].end_ms) if problem.steps else (0, 0)
    during = f" within {span(last - first)}" if count > 1 and last - first >= 100 else ""
    where = f" on {page_of(step)}" if step is not None else ""
    sentences = [f"The visitor clicked {control(target)}{often}{during}{where}."]
    sentences.append("The page did not react." if silent else "The clicks did not each get a reaction.")
    advice = f"Make {control(target)} do what it promises, or show that it is not available."
    return title, sentences, advice if silent else f"Show at once that a click on {control(target)} was taken."


def _slow(problem: Problem) -> tuple[str, list[str], str]:
    step = problem.steps[0] if problem.steps else None
    took = _longest_wait(problem)
    what = (
        short_control(step.raw.target)
        if step is not None and step.raw.target
        else page(None, problem.signals[0].page_url)
    )
    head = f"{what} took {span(took)} to answer" if took else f"{what} was slow to answer"
    if step is None or step.raw.target is None:
        head = f"The page {what} took {span(took)} to answer" if took else f"The page {what} was slow"
    sentences = [_deed(step)] if step is not None and step.raw.target is not None else []
    request = max(
        (e for s in problem.scope_steps for e in s.requests if e.duration_ms),
        key=lambda e: e.duration_ms or 0,
        default=None,
    )
    if request is not None and (request.duration_ms or 0) >= 1000 and request.method and request.status:
        sentences.append(f"{_name(request)} took {span(request.duration_ms or 0)}.")
    elif took:
        sentences.append(f"The reaction took {span(took)}.")
    return head, sentences or [f"{head}."], "Make it faster, or show at once that it is being worked on."


def _longest_wait(problem: Problem) -> float:
    waits = [e.duration_ms or 0 for s in problem.scope_steps for e in s.requests]
    waits += [s.raw.reaction_ms or 0 for s in problem.scope_steps]
    waits += [float(v) for s in problem.signals if s.kind == "slow_response" for k, v in s.measured.items() if k.endswith("_ms") and isinstance(v, (int, float))
              and k not in ("threshold_ms", "limit_ms")]  # fmt: skip
    return max(waits, default=0.0)


def _unsent(problem: Problem) -> tuple[str, list[str], str]:
    names = list(dict.fromkeys(clean(s.name) for s in problem.steps if s.kind == "input" and clean(s.name)))
    where = (
        page(problem.steps[0].page, problem.signals[0].page_url)
        if problem.steps
        else page(None, problem.signals[0].page_url)
    )
    title = f"Filled in a form on {where} and did not send it"
    filled = listed([f"“{name}”" for name in names[:MAX_LISTED]])
    sentences = [
        f"The visitor filled in {filled} on {where}." if filled else f"The visitor filled in a form on {where}."
    ]
    sentences.append("The form was not submitted.")
    return title, sentences, "Look at what the form asks for last, and whether sending it is in plain sight."


def _searching(problem: Problem) -> tuple[str, list[str], str]:
    queries = list(dict.fromkeys(clean(s.value) for s in problem.steps if clean(s.value)))
    listed_queries = listed([f"“{query}”" for query in queries[:MAX_LISTED]])
    title = (
        f"Searched {times(len(queries))}" + (f" for {listed_queries}" if listed_queries else "")
        if len(queries) > 1
        else "Searched again and again"
    )
    sentences = [f"The visitor searched for {listed_queries}." if queries else "The visitor searched repeatedly."]
    sentences.append("No result was opened.")
    return title, sentences, "Look at what these searches return; offer near matches where there is no result."


def _back(problem: Problem) -> tuple[str, list[str], str]:
    signal = problem.signals[0]
    where = page(
        problem.steps[0].page
        if len(problem.steps) == 1
        else problem.steps[-2].page
        if len(problem.steps) > 1
        else None,
        signal.page_url,
    )
    title = f"Left {where} after {span(signal.end_ms - signal.t_ms)} and went back"
    return (
        title,
        [f"The visitor opened {where} and went back after {span(signal.end_ms - signal.t_ms)}."],
        "See whether the link promises what the page holds.",
    )


def _restless(problem: Problem) -> tuple[str, list[str], str]:
    signal = problem.signals[0]
    where = page(None, signal.page_url)
    title = f"The mouse moved back and forth on {where}"
    return (
        title,
        [f"The mouse moved quickly back and forth for {span(signal.end_ms - signal.t_ms)}."],
        "See what stood under the mouse at that moment.",
    )


def _resolution(step: Step) -> str:
    return (
        f"A later attempt with {short_control(step.raw.target)} went through."
        if step.confirmed
        else f"Later {short_control(step.raw.target)} did react."
    )


_TELLERS: Final[dict[str, Callable[[Problem], tuple[str, list[str], str]]]] = {
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
