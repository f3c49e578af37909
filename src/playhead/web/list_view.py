"""Sessions as the list shows them, one row each, made from the answers of `query`; no template computes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from playhead.query.filters import IS
from playhead.query.hits import Hit
from playhead.query.session import SessionDetail
from playhead.query.sessions import Part, SessionList, SessionRow
from playhead.query.views import SavedView
from playhead.web import vocabulary

MAX_CHIPS: Final = 3  # in a row of the list; more is counted
MAX_TEXT: Final = 300  # a title or an address may be megabytes long
NOT_TROUBLE: Final = frozenset({"idle_gap"})  # a pause is a fact of a session, not a reason to watch it

COLUMNS: Final = (
    ("Who", "who", ""),
    ("What happened", "what", "signals"),
    ("Pages", "route", "pages"),
    ("Length", "length", "duration"),
    ("Outcome", "end", ""),
    ("Started", "when", "started"),
)
SAVED_VIEWS: Final = (
    ("All", ""),
    ("Live", "is:live"),
    ("Unwatched", "is:unwatched"),
    ("Starred", "is:starred"),
    ("With problems", "signals>0"),
    ("Errors", "signal:js_error"),
    ("Rage clicks", "signal:rage_click"),
    ("Abandoned", "outcome:abandoned"),
)
FILTER_WORDS: Final = (
    *(f"signal:{kind}" for kind in vocabulary.SIGNALS),
    *(f"outcome:{outcome}" for outcome in vocabulary.OUTCOMES),
    *(f"is:{one}" for one in IS),
    *("page:/", "tag:", "user:", "browser:", "os:", "duration>1m", "pages>3"),
)


EXAMPLES: Final = (
    ("declined", "a word on a page, a control, in an error or a report"),
    ('"card declined"', "words in a row"),
    ("page:/checkout", "a page that was visited"),
    ('control:"Place order"', "something that was used"),
    ("error:timeout", "what an error said"),
    ("signal:rage_click", "a sign of trouble"),
    ("duration>2m", "a number: also pages, events, signals"),
    ("-outcome:completed", "not: a minus in front of anything"),
)
HIT_WORDS: Final = {"page": "Page", "control": "Used", "error": "Error", "report": "Report"}


@dataclass(frozen=True)
class HitView:
    """What the words of the filter were found in; `href` leads to the moment, "" where it is of none."""

    what: str
    text: str
    at_ms: float
    href: str


@dataclass(frozen=True)
class PartView:
    q: str
    found: str
    href: str


@dataclass(frozen=True)
class Column:
    name: str
    cls: str
    href: str  # "" where the list cannot be sorted by it
    direction: str  # "ascending", "descending" or "" where it is not sorted by it


@dataclass(frozen=True)
class View:
    name: str
    href: str
    active: bool
    own: bool = False  # kept by somebody: it can be deleted


@dataclass(frozen=True)
class Row:
    """One session in the list."""

    id: str
    who: str
    client: str
    headline: str
    signals: list[tuple[str, int]]
    more_signals: int
    first_page: str
    first_url: str
    last_page: str
    last_url: str
    page_count: int
    bars: str
    ticks: list[tuple[float, str]]
    duration_ms: float
    outcome: str
    live: bool
    started_ms: float
    href: str
    starred: bool
    watched: bool
    tags: list[str]
    notes: int
    hits: list[HitView]


def rows_of(found: SessionList, *, q: str = "", sort: str = "-started") -> list[Row]:
    return [_row(session, session_href(session.id, q=q, sort=sort)) for session in found.sessions]


def who(session: SessionRow) -> str:
    """Name the person as well as the recording can: name, e-mail, id, else the visitor by their last characters."""
    named = session.user_name or session.user_email or session.user_id
    if named:
        return _cut(named, 80)
    if session.visitor:
        return f"Visitor {session.visitor[-4:]}"
    return "Imported recording" if session.source == "import" else "Visitor"


def columns(q: str, sort: str) -> list[Column]:
    made = []
    for name, cls, key in COLUMNS:
        direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "") if key else ""
        wanted = key if direction == "descending" else f"-{key}"
        made.append(Column(name, cls, list_href(q=q, sort=wanted) if key else "", direction))
    return made


def saved_views(q: str, sort: str, own: Sequence[SavedView] = ()) -> list[View]:
    ready = [View(name, list_href(q=query, sort=sort), q.strip() == query) for name, query in SAVED_VIEWS]
    kept = [View(view.name, list_href(q=view.q, sort=sort), q.strip() == view.q, own=True) for view in own]
    return ready + kept


def list_href(*, q: str = "", sort: str = "-started", cursor: str = "") -> str:
    """Return the address of a list, without what is the default anyway."""
    return _href("/sessions", q=q, sort=sort, cursor=cursor)


def session_href(session_id: str, *, q: str = "", sort: str = "-started") -> str:
    """Return the address of a session as a list leads to it."""
    return _href(f"/sessions/{session_id}", q=q, sort=sort)


def next_href(session_id: str, *, q: str = "", sort: str = "-started") -> str:
    return _href(f"/sessions/{session_id}/next", q=q, sort=sort)


def _href(path: str, *, q: str, sort: str, cursor: str = "") -> str:
    given = {"q": q, "sort": "" if sort == "-started" else sort, "cursor": cursor}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{query}" if query else path


def facts_of(detail: SessionDetail) -> list[str]:
    """Return the few facts of a session that stand in its head."""
    session = detail.session
    pages = f"{session.page_count} page{'' if session.page_count == 1 else 's'}"
    device = session.device if session.device != "desktop" else ""
    outcome = "" if session.live else vocabulary.OUTCOMES.get(session.outcome, "").lower()
    missing = f"{session.gaps} missing stretch{'' if session.gaps == 1 else 'es'}" if session.gaps else ""
    return [fact for fact in (_client(session), pages, device, outcome, missing) if fact]


def path_of(url: str) -> str:
    """Return the part of an address that tells pages of one site apart."""
    _, scheme, rest = url.partition("://")
    if not scheme:
        return _cut(url, 60)
    return _cut("/" + rest.partition("/")[2].partition("#")[0], 60)


def _row(session: SessionRow, href: str) -> Row:
    chips = _chips(session.signals)
    return Row(
        id=session.id,
        who=who(session),
        client=_client(session),
        headline=_headline(session),
        signals=chips[:MAX_CHIPS],
        more_signals=len(chips) - MAX_CHIPS,
        first_page=path_of(session.first_url),
        first_url=_cut(session.first_url),
        last_page=path_of(session.last_url),
        last_url=_cut(session.last_url),
        page_count=session.page_count,
        bars=_bars(session.strip),
        ticks=_ticks(session.strip),
        duration_ms=session.duration_ms,
        outcome=session.outcome,
        live=session.live,
        started_ms=session.started_ms,
        href=href,
        starred=session.starred,
        watched=session.watched,
        tags=session.tags,
        notes=session.notes,
        hits=[_hit(hit, href) for hit in session.hits if hit.text != session.headline],
    )


def _hit(hit: Hit, href: str) -> HitView:
    text = path_of(hit.text) if hit.kind == "page" and "://" in hit.text else _cut(hit.text, 120)
    if hit.t_ms is None:
        return HitView(HIT_WORDS[hit.kind], text, 0.0, "")
    joint = "&" if "?" in href else "?"
    return HitView(HIT_WORDS[hit.kind], text, hit.t_ms, f"{href}{joint}t_ms={hit.t_ms:.0f}")


def parts_view(parts: Sequence[Part]) -> list[PartView]:
    """The terms of a filter that together find nothing, with what each finds."""
    return [PartView(one.q, _found(one), list_href(q=one.q)) for one in parts]


def examples() -> list[PartView]:
    """What can be asked, for whoever found nothing."""
    return [PartView(q, said, list_href(q=q)) for q, said in EXAMPLES]


def _found(part: Part) -> str:
    if part.total == 0:
        return "nothing"
    return f"{part.total:,}{'+' if part.total_is_more else ''} session{'' if part.total == 1 else 's'}"


def _headline(session: SessionRow) -> str:
    if session.headline:
        return _cut(session.headline)
    if session.digest_error:
        return f"Could not be read: {_cut(session.digest_error)}"
    return "Being recorded…" if session.live else "Being read…"


def _chips(signals: dict[str, int]) -> list[tuple[str, int]]:
    found = [(kind, count) for kind, count in signals.items() if kind not in NOT_TROUBLE and count]
    worth = {kind: rank for rank, kind in enumerate(vocabulary.SIGNALS)}
    return sorted(found, key=lambda item: (worth.get(item[0], len(worth)), item[0]))


def _client(session: SessionRow) -> str:
    return " · ".join(_cut(part, 40) for part in (session.browser, session.os) if part)


def _bars(strip: dict[str, Any]) -> str:
    """Return the activity of a session as one SVG path on a canvas of 100 × 20."""
    heights = [min(9.0, max(0.0, float(one))) for one in strip.get("activity", ())]
    if not heights:
        return ""
    width = 100 / len(heights)
    bars = (
        f"M{index * width:.2f} 20v-{1 + height * 2:.1f}h{width * 0.72:.2f}V20z"
        for index, height in enumerate(heights)
        if height
    )
    return "".join(bars)


def _ticks(strip: dict[str, Any]) -> list[tuple[float, str]]:
    """Return where the signals stand on that canvas, and their tones."""
    return [
        (round(min(0.984, max(0.0, float(at))) * 100, 2), vocabulary.signal_words(kind).tone)
        for at, kind in strip.get("signals", ())
        if kind not in NOT_TROUBLE
    ]


def _cut(text: str, limit: int = MAX_TEXT) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
