"""Offline: one HTML file that plays a session, or a stretch of it, without a server and without any request.

What could act is taken out of the events, as for the player; the file's policy lets only its own script run, by hash.
Style sheets, fonts and pictures that are kept stand in it once each, as `data:` addresses.
"""

import base64
import gzip
import hashlib
import html
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from playhead.core.moments import moment_ms
from playhead.core.trace import Trace
from playhead.query.assets import inlined
from playhead.query.events import window
from playhead.store import Store
from playhead.store.segments import Stored

HERE: Final = Path(__file__).parent
SCRIPT: Final = HERE.parent / "web/static/build/offline.js"
MAX_SIGNALS: Final = 60  # buttons below the player


def offline_file(
    store: Store,
    session: str,
    stored: Stored,
    trace: Trace | None,
    *,
    from_ms: float | None = None,
    to_ms: float | None = None,
) -> bytes:
    """Return the file; `from_ms` and `to_ms` as in `query.events.window`, None for the session's ends."""
    manifest = stored.manifest
    begin_ms, end_ms = manifest.start_ms, manifest.end_ms
    first = begin_ms if from_ms is None else min(max(moment_ms(from_ms, begin_ms), begin_ms), end_ms)
    last = end_ms if to_ms is None else min(max(moment_ms(to_ms, begin_ms), first), end_ms)
    events = window(store, stored, from_ms=first, to_ms=last)
    facts = {"start_ms": begin_ms, "from_ms": first - begin_ms, "to_ms": last - begin_ms}
    script = SCRIPT.read_text(encoding="utf-8").strip().replace("</script", "<\\/script")
    parts = {
        "title": html.escape(_title(trace, begin_ms)),
        "facts": msgspec.json.encode(facts).decode(),
        "assets": msgspec.json.encode(inlined(store, session, events)).decode(),
        "recording": base64.b64encode(gzip.compress(events, 6, mtime=0)).decode(),
        "signals": _signals(trace, begin_ms, first, last),
        "script": script,
        "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }
    return b"".join(_filled((HERE / "offline.html").read_text(encoding="utf-8"), parts))


def _title(trace: Trace | None, begin_ms: float) -> str:
    page = trace.session.pages[0] if trace and trace.session.pages else None
    when = datetime.fromtimestamp(begin_ms / 1000, UTC).strftime("%d %B %Y, %H:%M UTC") if begin_ms > 0 else ""
    return " · ".join(part for part in ((page.title or page.url)[:120] if page else "", when) if part) or "Session"


def _filled(template: str, parts: dict[str, str]) -> list[bytes]:
    """Fill in each place once, in one pass: what is filled in is never looked at again."""
    pieces = template.split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}}")
        filled += [parts[name], rest]
    return [piece.encode() for piece in filled]


def _signals(trace: Trace | None, begin_ms: float, first: float, last: float) -> str:
    found = [one for one in trace.signals if first <= one.t_ms <= last and one.kind != "idle_gap"] if trace else []
    made: list[str] = []
    for one in found[:MAX_SIGNALS]:
        seconds = int((one.t_ms - begin_ms) / 1000)
        name = one.kind.replace("_", " ")
        made.append(
            f'<li><button type="button" data-t="{one.t_ms - begin_ms:.0f}">'
            f"{seconds // 60:02}:{seconds % 60:02} {html.escape(name)}</button></li>"
        )
    return "".join(made)
