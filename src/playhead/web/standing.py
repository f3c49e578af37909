"""Standing: the report of a session as people read it: known issues marked, shaped for whom it is for."""

from __future__ import annotations

from playhead.analyst.known import mark_known
from playhead.analyst.masked import without_values
from playhead.analyst.prompt import Request
from playhead.analyst.shapes import shape
from playhead.analyst.text import visible
from playhead.analyst.translate import localised
from playhead.core.report import Report
from playhead.core.trace import Trace
from playhead.query import session as query_session
from playhead.query import settings
from playhead.store import Store


def standing(
    store: Store, session_id: str, template: str = "", *, translated: bool = True
) -> tuple[Report, Trace] | None:
    """Return the report and its trace, or None where nothing of the session could be read.

    `template` "" is the one the report was written for; not `translated` is as it was checked.
    """
    report = query_session.report(store, session_id, template=template)
    trace = query_session.trace(store, session_id)
    if report is None or trace is None:
        return None
    context = settings.load_context(store, query_session.site_of(store, session_id))
    report = without_values(report)
    marked = mark_known(shape(report, trace, template or report.template), context)
    return (localised(marked) if translated else marked), trace


def asked(store: Store, session_id: str, template: str, question: str) -> Request:
    """Return how a report is asked for: for whom, with what the team says of its site, and a question on one line."""
    line = " ".join(visible(question).split())
    context = settings.load_context(store, query_session.site_of(store, session_id))
    return Request(template=template, context=context, questions=(line,) if line else ())
