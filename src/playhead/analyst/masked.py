"""Masked: what a model wrote keeps its placeholders wherever it is stored or sent; only its reader puts values back.

A report or a reply carries what stands behind its own placeholders in `hidden`. The server keeps that beside it, leaves
it out of everything it sends, and tells it to those who may know who a visitor is, in an answer of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from playhead.analyst.privacy import Placeholders
from playhead.core.report import Answered, Finding, Rejected, Reply, Report, Sentence

_Told = TypeVar("_Told", Report, Reply)


def mask_report(report: Report, hidden: Placeholders) -> Report:
    """Return the report with placeholders in all of its texts, those that code wrote included."""
    masked = _changed_report(report, hidden.hide)
    masked.hidden = hidden.values(_texts(masked))
    return masked


def mask_reply(reply: Reply, hidden: Placeholders) -> Reply:
    """As `mask_report`; the question stays as its reader typed it."""
    masked = _changed_reply(reply, hidden.hide)
    masked.hidden = hidden.values(_texts(masked))
    return masked


def without_values(told: _Told) -> _Told:
    """Return what may be sent to anybody who may read it."""
    return msgspec.structs.replace(told, hidden={})


def restored_report(report: Report) -> Report:
    """Return the report as its reader sees it, where the reader is on this machine: the command line."""
    put_back = _put_back(report.hidden)
    found = _changed_report(report, put_back)
    found.translations = {put_back(text): put_back(said) for text, said in report.translations.items()}
    return without_values(found)


def restored_reply(reply: Reply) -> Reply:
    return without_values(_changed_reply(reply, _put_back(reply.hidden)))


def _put_back(values: dict[str, str]) -> Callable[[str], str]:
    def put_back(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    return put_back


def _changed_report(report: Report, change: Callable[[str], str]) -> Report:
    return msgspec.structs.replace(
        report,
        headline=_sentence(report.headline, change),
        goal=_sentence(report.goal, change),
        summary=[_sentence(one, change) for one in report.summary],
        findings=[_finding(one, change) for one in report.findings],
        rejected=[_rejected(one, change) for one in report.rejected],
        answers=[Answered(one.question, [_sentence(said, change) for said in one.sentences]) for one in report.answers],
    )


def _changed_reply(reply: Reply, change: Callable[[str], str]) -> Reply:
    return msgspec.structs.replace(
        reply,
        sentences=[_sentence(one, change) for one in reply.sentences],
        rejected=[_rejected(one, change) for one in reply.rejected],
        looked=[change(text) for text in reply.looked],
    )


def _sentence(one: Sentence, change: Callable[[str], str]) -> Sentence:
    return msgspec.structs.replace(one, text=change(one.text))


def _finding(one: Finding, change: Callable[[str], str]) -> Finding:
    return msgspec.structs.replace(
        one,
        title=change(one.title),
        text=change(one.text),
        quotes=[change(quote) for quote in one.quotes],
        suggestion=change(one.suggestion),
        hypothesis=change(one.hypothesis),
    )


def _rejected(one: Rejected, change: Callable[[str], str]) -> Rejected:
    return msgspec.structs.replace(one, text=change(one.text), reason=change(one.reason))


def _texts(told: Report | Reply) -> list[str]:
    """Every text that may hold a placeholder, gathered by changing nothing."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    _changed_report(told, note) if isinstance(told, Report) else _changed_reply(told, note)
    return found
