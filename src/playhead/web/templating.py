"""Templates: the Jinja environment of the pages, with the few words and numbers they need.

`asset("css/base.css")` gives the address of a static file with a hash of its content, so that a browser may keep it
for ever and still sees a new one at once.
"""

import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from playhead import __version__
from playhead.static_files import read_static
from playhead.web import vocabulary
from playhead.web.auth import who_asks
from playhead.web.static import STATIC

HERE = Path(__file__).parent
THEMES = ("light", "dark")


def template_environment() -> Environment:
    """Return the environment every page is rendered with: escaped, and strict about names it does not know."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(span=span, clock=clock, exact=exact, ago=ago)
    environment.globals.update(
        asset=asset,
        parts_of=parts_of,
        signal_words=vocabulary.signal_words,
        outcomes=vocabulary.OUTCOMES,
        who_asks=who_asks,
        severities=vocabulary.SEVERITIES,
        themes=THEMES,
        version=__version__,
    )
    return environment


def asset(path: str) -> str:
    """Return the address of a file under `static/`."""
    try:
        return f"/static/{path}?v={read_static(STATIC / path).fingerprint}"
    except OSError:
        return f"/static/{path}"  # browser code not built yet: the page still opens


def parts_of(name: str, when: str) -> list[str]:
    """Return the addresses of the scripts that `build/NAME.js` needs "now" or "later", as the build listed them."""
    try:
        listed = msgspec.json.decode(read_static(STATIC / "build" / f"{name}.json").plain, type=dict[str, list[str]])
    except OSError:
        return []  # browser code not built yet
    return [f"/static/build/{file}" for file in listed[when]]


def span(ms: float) -> str:
    """Say a duration in at most two units: '48 s', '12 min', '1 h 4 min'."""
    seconds = int(max(0, ms) // 1000)
    if seconds < 1:
        return "under 1 s"
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if minutes < 10 and seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def clock(ms: float) -> str:
    """Say a moment of a recording as mm:ss, or h:mm:ss from the first hour on."""
    seconds = max(0, int(ms // 1000))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def exact(ms: float) -> str:
    """Say a moment since the epoch in full, in UTC; the browser restates it in its own time zone."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return "an impossible time"  # recordings are hostile: a timestamp may be any number


def ago(ms: float, now_ms: float | None = None) -> str:
    """Say how long ago, in the words that the browser keeps up to date (ts/islands/src/ago.ts)."""
    now = time.time() * 1000 if now_ms is None else now_ms
    minutes = (now - ms) / 60_000
    if -1 <= minutes < 1:
        return "just now"
    if 0 < minutes < 60:
        return f"{int(minutes)} min ago"
    if 0 < minutes < 24 * 60:
        return f"{int(minutes // 60)} h ago"
    if 0 < minutes < 7 * 24 * 60:
        days = int(minutes // (24 * 60))
        return "yesterday" if days == 1 else f"{days} days ago"
    return _date(ms, now)


def _date(ms: float, now_ms: float) -> str:
    try:
        day, today = (datetime.fromtimestamp(at / 1000, UTC) for at in (ms, now_ms))
    except (OverflowError, OSError, ValueError):
        return exact(ms)
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"
