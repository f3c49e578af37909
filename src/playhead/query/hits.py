"""Hits: what in a session the words of a filter were found in, and when that was."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from playhead.store import words as w
from playhead.store.search import error_texts, report_texts
from playhead.store.standing import current_reports
from playhead.store.tables import controls, pages, signals

MAX_HITS: Final = 3  # of one session
MAX_TEXT: Final = 160
SHOWN: Final = ("page", "control", "error", "report")  # the others stand in the row anyway


class Hit(msgspec.Struct):
    """One text that has the words; `t_ms` from the session's start, None where it is of no moment."""

    kind: str  # "page", "control", "error", "report"
    text: str
    t_ms: float | None = None

    def since(self, start_ms: float) -> "Hit":
        return self if self.t_ms is None else Hit(self.kind, self.text, max(0.0, self.t_ms - start_ms))


class _Text(NamedTuple):
    kind: str
    text: str
    words: list[str]
    t_ms: float | None


def hits_of(connection: sa.Connection, ids: Sequence[str], phrases: Sequence[w.Phrase]) -> dict[str, list[Hit]]:
    """Return up to MAX_HITS hits of each of these sessions, of every phrase one first; times are the recorder's."""
    asked = [one for one in phrases if set(one.fields) & set(SHOWN)]
    found: dict[str, list[list[Hit]]] = {}
    if not asked:
        return {}
    for session, text in _texts(connection, ids, {field for one in asked for field in one.fields}):
        mine = found.setdefault(session, [[] for _ in asked])
        for phrase, hits in zip(asked, mine, strict=True):
            if len(hits) < MAX_HITS and text.kind in phrase.fields and w.holds(phrase, text.words):
                hits.append(Hit(text.kind, _cut(text.text), text.t_ms))
    return {session: _few(hits) for session, hits in found.items()}


def _few(by_phrase: list[list[Hit]]) -> list[Hit]:
    picked: dict[tuple[str, str], Hit] = {}
    for rank in range(MAX_HITS):
        for hits in by_phrase:
            if rank < len(hits):
                picked.setdefault((hits[rank].kind, hits[rank].text), hits[rank])
    return list(picked.values())[:MAX_HITS]


def _texts(connection: sa.Connection, ids: Sequence[str], fields: set[str]) -> Iterator[tuple[str, _Text]]:
    """Give the texts of these sessions; errors first, since they tell most."""
    if "error" in fields:
        columns = (signals.c.session, signals.c.kind, signals.c.name, signals.c.measured, signals.c.t_ms)
        rows = connection.execute(sa.select(*columns).where(signals.c.session.in_(ids)).order_by(signals.c.n))
        for session, kind, name, measured, t_ms in rows:
            for text in error_texts(kind, name, measured):
                yield session, _Text("error", text, w.words_of(text), t_ms)
    if "control" in fields:
        for session, names in connection.execute(sa.select(controls).where(controls.c.session.in_(ids))):
            for text, t_ms in msgspec.json.decode(names, type=list[tuple[str, float]]):
                yield session, _Text("control", text, w.words_of(text), t_ms)
    if "page" in fields:
        columns = (pages.c.session, pages.c.url, pages.c.title, pages.c.start_ms)
        rows = connection.execute(sa.select(*columns).where(pages.c.session.in_(ids)).order_by(pages.c.n))
        for session, url, title, t_ms in rows:
            yield session, _Text("page", url, w.address_words(url), t_ms)
            yield session, _Text("page", title, w.words_of(title), t_ms)
    if "report" in fields:
        for session, blob in connection.execute(current_reports(ids)):
            for text in report_texts(blob):
                yield session, _Text("report", text, w.words_of(text), None)


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MAX_TEXT else f"{plain[: MAX_TEXT - 1]}…"
