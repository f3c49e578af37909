"""Deeds: what a step and a request of a problem are called in the sentences of a finding."""

from __future__ import annotations

from typing import Final, NamedTuple

from playhead.analyst.problems import Problem
from playhead.analyst.steps import Step, path_of
from playhead.analyst.wording import control, page_of, quote
from playhead.core.trace import Effect

LONG_REQUEST_MS: Final = 1_000  # a request this long is named as what was waited for


class Told(NamedTuple):
    title: str
    sentences: list[str]
    advice: str


def is_tidy(path: str) -> bool:
    return len(path) <= 80 and path.isascii() and all(char.isalnum() or char in "/-_.~" for char in path)


def status_of(problem: Problem, request: Effect | None) -> int:
    if request is not None:
        return request.status or 0
    told = problem.measured("status")
    return int(told) if isinstance(told, (int, float)) else 0


def first_step(problem: Problem) -> Step | None:
    """What the visitor did first that was refused: a click or a key rather than the page that answered it."""
    deeds = [step for step in problem.steps if step.kind != "navigate" and step.raw.target is not None]
    return deeds[0] if deeds else None


def request_name(request: Effect) -> str:
    path = path_of(request.path or request.url or "/")
    return f"{request.method} {path if is_tidy(path) else quote(path, limit=80)}"


def answered(request: Effect) -> str:
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


def deed_sentence(step: Step) -> str:
    """“The visitor clicked the button “Pay” on “Checkout”.”"""
    where = "" if step.raw.target is None and step.kind != "submit" else f" on {page_of(step)}"
    return f"The visitor {deed(step)}{where}."
