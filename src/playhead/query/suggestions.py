"""Suggestions: pages and controls that the recordings of a site show often, each with a drafted meaning.

A draft says only what was seen: what a control opened, asked the server for, or made the page say.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from playhead.core.site_context import MAX_MEANING, MAX_NAME, SiteContext
from playhead.core.trace import Effect, Trace
from playhead.store import Store
from playhead.store.digests import load_trace
from playhead.store.tables import sessions

READ: Final = 30  # newest sessions that are looked into
MAX_SUGGESTED: Final = 8  # of each kind
_ROLES: Final = frozenset(
    "button link tab menuitem switch checkbox radio combobox textbox searchbox slider option".split()
)


class Suggestion(msgspec.Struct):
    kind: Literal["page", "control"]
    name: str
    draft: str
    sessions: int  # in how many of those looked into


def suggest(store: Store, site: str, context: SiteContext) -> list[Suggestion]:
    """Return what the vocabulary of a site does not name yet, most seen first."""
    known = {(term.kind, term.name.casefold()) for term in context.vocabulary}
    pages, controls = _Seen(), _Seen()
    for session_id in _newest(store, site):
        trace = load_trace(store.index, session_id)
        if trace is not None:
            _note(trace, pages, controls)
    found = [*pages.suggestions("page"), *controls.suggestions("control")]
    fresh = [one for one in found if (one.kind, one.name.casefold()) not in known]
    return [one for kind in ("page", "control") for one in [s for s in fresh if s.kind == kind][:MAX_SUGGESTED]]


class _Seen:
    """Names with the sessions they were seen in and what was seen of them."""

    def __init__(self) -> None:
        self.sessions: Counter[str] = Counter()
        self.drafts: dict[str, Counter[str]] = {}

    def note(self, name: str, draft: str) -> None:
        self.drafts.setdefault(name, Counter())[draft] += 1

    def suggestions(self, kind: Literal["page", "control"]) -> list[Suggestion]:
        """Return them by how many sessions had them, those that did something first."""
        made: list[Suggestion] = []
        ranked = sorted(self.sessions, key=lambda name: (-self.sessions[name], -len(self.drafts.get(name, ()))))
        for name in ranked[: 4 * MAX_SUGGESTED]:
            count = self.sessions[name]
            drafts = [text for text, _ in self.drafts.get(name, Counter()).most_common(3) if text]
            made.append(Suggestion(kind, name, "; ".join(drafts)[:MAX_MEANING], count))
        return made


def _newest(store: Store, site: str) -> list[str]:
    query = sa.select(sessions.c.id).where(sessions.c.site == site).order_by(sessions.c.started_ms.desc()).limit(READ)
    with store.index.read() as connection:
        return list(connection.execute(query).scalars())


def _note(trace: Trace, pages: _Seen, controls: _Seen) -> None:
    seen_pages: set[str] = set()
    for view in trace.session.pages:
        if name := _named(view.title):
            seen_pages.add(name)
            pages.note(name, urlsplit_path(view.url))
    seen_controls: set[str] = set()
    for one in trace.interactions:
        target = one.target
        name = _named(target.name) if target is not None and target.role in _ROLES else ""
        if target is None or not name or one.kind not in ("click", "touch", "input", "select", "keypress"):
            continue
        seen_controls.add(name)
        where = f"{target.role} on {urlsplit_path(one.page_url)}"
        controls.note(name, where)
        for effect in one.effects[:6]:
            if said := _did(effect):
                controls.note(name, said)
    pages.sessions.update(seen_pages)
    controls.sessions.update(seen_controls)


def _did(effect: Effect) -> str:
    if effect.kind == "request" and effect.method and effect.method != "GET" and effect.path:
        return f"sends {effect.method} {effect.path[:80]}"
    if effect.kind == "navigate" and effect.url:
        return f"opens {urlsplit_path(effect.url)}"
    if effect.kind in ("dialog", "toast", "alert") and effect.text:
        return f"shows “{' '.join(effect.text.split())[:60]}”"
    return ""


def _named(text: str) -> str:
    name = " ".join(text.split())
    return name if 1 < len(name) <= MAX_NAME and any(char.isalpha() for char in name) else ""


def urlsplit_path(url: str) -> str:
    try:
        return (urlsplit(url).path or "/")[:80]
    except ValueError:
        return url[:80]
