"""Projector: rrweb events → trace. One pass over the events, then attribution, then signals; pure and deterministic.

The same events in any order, with any doubles, give the same trace. `project_full` also returns what the player's
panels list (requests, console lines, errors), which a trace keeps only where it belongs to an interaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from playhead.core import events as E
from playhead.core.active_time import active_ms
from playhead.core.agents import device_of
from playhead.core.events import SOURCE_NAMES, Event, source_name, type_name
from playhead.core.lanes import Ordered, in_order
from playhead.core.mirror.nodes import ELEMENT, Node
from playhead.core.signals import Overrides, find_all
from playhead.core.trace import Interaction, PageView, SessionFacts, Trace
from playhead.core.visit.facts import Act, Facts
from playhead.core.visit.lane import Session
from playhead.core.visit.network import Request
from playhead.core.visit.problems import Line, Problem
from playhead.core.visit.story import tell
from playhead.core.visit.watch import Watch

MAX_SHEETS: Final = 20  # addresses of unread style sheets that are named; all are counted
MAX_LANES: Final = 2_000  # page lanes of one recording; a day of browsing has hundreds


class Projection(msgspec.Struct):
    """A trace, and the lists a player shows beside it, each in time order."""

    trace: Trace
    requests: list[Request]
    console: list[Line]
    errors: list[Problem]


def project(
    events: Sequence[Event], *, coverage: Mapping[str, object] | None = None, overrides: Overrides | None = None
) -> Trace:
    """Return the trace of one recording; `overrides` are a site's thresholds (see `signals`)."""
    return project_full(events, coverage=coverage, overrides=overrides).trace


def project_full(
    events: Sequence[Event], *, coverage: Mapping[str, object] | None = None, overrides: Overrides | None = None
) -> Projection:
    """Return the trace with every request, console line and error of the recording."""
    ordered = in_order(events)
    session, watches, lost = _watch(ordered.events)
    facts = tell(session)
    signals = find_all(facts, overrides=overrides)
    seen = {**(coverage or {}), **_coverage(ordered, session, watches, facts, lost)}
    trace = Trace(
        session=_session(ordered, session, facts),
        interactions=[_interaction(act, facts) for act in facts.acts],
        signals=signals,
        coverage=seen,
    )
    requests = sorted((request for of_load in facts.requests for request in of_load), key=lambda one: one.t_ms)
    return Projection(trace, requests, session.problems.lines, session.problems.errors)


def _watch(events: Sequence[Event]) -> tuple[Session, list[Watch], int]:
    session = Session()
    watches: dict[str, Watch] = {}
    lost = 0
    for event in events:
        watch = watches.get(event.page)
        if watch is None:
            if len(watches) >= MAX_LANES:
                lost += 1
                continue
            watch = watches[event.page] = Watch(event.page, session)
        watch.on_event(event)
    for watch in watches.values():
        watch.settle()
    return session, list(watches.values()), lost


def _session(ordered: Ordered, session: Session, facts: Facts) -> SessionFacts:
    events = ordered.events
    start, end = (events[0].timestamp, events[-1].timestamp) if events else (0.0, 0.0)
    browser, system, device = device_of(session.agent)
    return SessionFacts(
        start_ms=start,
        end_ms=end,
        duration_ms=_round(end - start),
        active_ms=_round(active_ms(session.activity, start, end)),
        event_count=len(events),
        pages=[PageView(view.url, view.title, view.start_ms, view.end_ms, view.page) for view in _pages(facts)],
        user=session.user,
        browser=browser,
        os=system,
        device=device,
        viewport=session.viewport,
        referrer=next((load.referrer for load in session.loads if load.referrer), ""),
        ended=session.ended,
    )


def _pages(facts: Facts):
    return sorted(facts.views, key=lambda view: view.start_ms)


def _interaction(act: Act, facts: Facts) -> Interaction:
    detail = dict(act.detail)
    detail.pop("double", None)
    if act.cause is not None and act.cause.ref:
        detail["caused_by"] = act.cause.root.ref
    made = Interaction(
        ref=act.ref,
        t_ms=act.t_ms,
        kind=act.kind,
        page_url=act.page_url,
        target=act.spot.target if act.spot is not None else None,
        effects=act.effects,
        reaction_ms=_round(max(0.0, act.reactions[0] - act.t_ms)) if act.reactions else None,
    )
    if act.value is not None:
        made.value = act.value
    if act.end_ms > act.t_ms:
        made.end_ms = act.end_ms
    if act.count > 1:
        made.count = act.count
    if page := facts.loads[act.load].page:
        made.page = page
    if detail:
        made.detail = detail
    return made


def _coverage(
    ordered: Ordered, session: Session, watches: Sequence[Watch], facts: Facts, lost: int
) -> dict[str, object]:
    """What the recording did not show, and what of it could not be read."""
    skipped: dict[str, int] = {}
    canvases = frames = blocked = 0
    sheets: dict[str, None] = {}
    for watch in watches:
        for reason, count in watch.lane.mirror.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + count
        for node in watch.lane.mirror.nodes.values():
            if node.kind != ELEMENT:
                continue
            tag, known = node.tag, node.read_attributes
            if tag == "canvas":
                canvases += 1
            elif tag == "iframe" and not node.children:
                frames += 1
            elif "rr_width" in known if known is not None else b'"rr_width"' in bytes(node.raw_attributes):
                blocked += 1  # attributes that nobody read are not decoded for it
            elif tag == "link" and (address := _unread_sheet(node)):
                sheets[address] = None
    return {
        "sources": {source_name(source): count for source, count in sorted(session.sources.items()) if source >= 0},
        "not_understood": _not_understood(ordered, session),
        "loads": len(session.loads),
        "snapshots": sum(1 for watch in watches if watch.lane.has_snapshot),
        "network": any(facts.network_seen),
        "console": session.problems.seen_console or any(load.native for load in session.loads),
        "unseen": {"frames": frames, "canvases": canvases, "blocked": blocked, "sheets": len(sheets)},
        "unread_sheets": sorted(sheets)[:MAX_SHEETS],
        "duplicates": ordered.duplicates,
        "rescaled": ordered.rescaled,
        "strays": ordered.strays,
        "lanes_left_out": lost,
        "unread": dict(sorted({**skipped, **session.unread}.items())),
        "cut": {
            **session.cut,
            **({"console": session.problems.cut} if session.problems.cut else {}),
            **({"requests": cut} if (cut := sum(one.cut for one in session.requests)) else {}),
        },
        "scripted_clicks": session.scripted_clicks,
    }


def _unread_sheet(node: Node) -> str:
    """Return the address of a linked style sheet whose text the recorder could not read (another origin's, or gone)."""
    said = {name: value for name in ("rel", "href") if isinstance(value := node.attributes.get(name), str)}
    address = said.get("href", "")
    if "stylesheet" not in said.get("rel", "").lower().split() or node.attributes.get("_cssText"):
        return ""
    return address if address.lower().startswith(("http://", "https://")) else ""


def _not_understood(ordered: Ordered, session: Session) -> dict[str, int]:
    """What is kept and played but not read: types and sources that rrweb 2.2 does not have, plugins of others."""
    kinds = Counter(event.type for event in ordered.events if not E.DOM_CONTENT_LOADED <= event.type <= E.PLUGIN)
    found = {type_name(kind): count for kind, count in sorted(kinds.items())}
    for source, count in sorted(session.sources.items()):
        if not 0 <= source < len(SOURCE_NAMES):
            name = source_name(source) if source >= 0 else "source_unreadable"
            found[name] = found.get(name, 0) + count
    return {**found, **{f"plugin {name}": count for name, count in sorted(session.strange.items())}}


def _round(value: float) -> float:
    return round(value, 1)
