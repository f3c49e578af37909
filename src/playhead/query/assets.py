"""Assets as they are shown: addresses of this server instead of the site's, the files behind them, what is missing.

Shape   `/api/sessions/ID/assets/HASH/NAME`: HASH names the recorded address, NAME is the last part of its path
"""

import base64
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec
import sqlalchemy as sa

from playhead.core.assets.addresses import file_name, hash_of
from playhead.core.assets.css import Visit, rewrite_css
from playhead.core.assets.kinds import CSS
from playhead.store import Store
from playhead.store.assets import MAX_AGE_MS, Asset, asset_of, assets_of, key_of, round_of
from playhead.store.objects import ObjectMissing
from playhead.store.tables import sessions

MAX_INLINED_BYTES: Final = 64 << 20  # of a file that is exported
MAX_LEVELS: Final = 4
_PATH: Final = re.compile(r"/api/sessions/[^/\"\\\s]+/assets/([0-9a-f]{32})/[\w.-]*")
_PATH_BYTES: Final = re.compile(_PATH.pattern.encode())


class File(NamedTuple):
    kind: str
    body: bytes


class Reason(msgspec.Struct):
    """Why files are missing, how many, and one of their addresses."""

    reason: str
    count: int
    example: str


class AssetFacts(msgspec.Struct):
    """`state`: "off" (the site keeps none), "waiting" (nobody looked yet), "late" (nobody did in time), "done"."""

    state: Literal["off", "waiting", "late", "done"]
    site: str = ""
    kept: int = 0
    bytes: int = 0
    missing: int = 0
    reasons: list[Reason] = []


def is_written(url: str) -> bool:
    """Return whether an address is one of those that `visit_of` puts into recordings."""
    return _PATH.fullmatch(urlsplit(url).path) is not None


def visit_of(session: str, kept: Iterable[Asset]) -> Visit:
    """Return what gives the address of this server for each address that is kept."""
    known = {asset.url for asset in kept if asset.content}
    root = f"/api/sessions/{quote(session, safe='')}/assets"
    return lambda url: f"{root}/{hash_of(url)}/{file_name(url)}" if url in known else None


def file_of(store: Store, session: str, hash: str) -> File | None:
    """Return a file as a browser is to get it, addresses inside a sheet rewritten; None where it is not kept."""
    asset = asset_of(store.index, session, hash)
    if asset is None or not asset.content:
        return None
    try:
        body = store.objects.get(key_of(asset.content))
    except ObjectMissing:
        return None
    if asset.kind != CSS:
        return File(asset.kind, body)
    visit = visit_of(session, assets_of(store.index, session))
    return File(CSS, rewrite_css(body.decode("utf-8", "replace"), asset.base, visit).encode())


def facts_of(store: Store, session: str, *, on: bool) -> AssetFacts:
    """Return how many files of the session are kept, and why the others are not."""
    asked = round_of(store.index, session)
    with store.index.read() as connection:
        query = sa.select(sessions.c.site, sessions.c.started_ms).where(sessions.c.id == session)
        site, started_ms = connection.execute(query).first() or ("", 0.0)
    if not asked.done_ms:
        late = started_ms < store.now_ms() - MAX_AGE_MS
        return AssetFacts("off" if not on else "late" if late else "waiting", site)
    rows = assets_of(store.index, session)
    kept = [row for row in rows if row.content]
    counts = Counter(row.reason for row in rows if not row.content)
    examples = {row.reason: row.url for row in reversed(rows)}
    reasons = [Reason(reason, count, examples[reason]) for reason, count in counts.most_common()]
    if asked.left_out:
        reasons.append(Reason("too many for one session", asked.left_out, ""))
    return AssetFacts(
        "done", site, len(kept), sum(row.bytes for row in kept), sum(one.count for one in reasons), reasons
    )


def originals(store: Store, session: str, events: bytes) -> bytes:
    """Return events with the recorded addresses again, for whoever replays them elsewhere."""
    if b"/assets/" not in events:
        return events
    urls = {asset.hash.encode(): asset.url.encode() for asset in assets_of(store.index, session)}
    return _PATH_BYTES.sub(lambda match: urls.get(match[1], match[0]), events)


def inlined(store: Store, session: str, events: bytes) -> dict[str, str]:
    """Return a `data:` address for each path of ours in `events`, the files inside sheets inlined in them."""
    hashes = dict.fromkeys(_PATH.findall(events.decode("utf-8", "replace")))
    if not hashes:
        return {}
    rows = {asset.hash: asset for asset in assets_of(store.index, session) if asset.content}
    inliner = _Inliner(store, rows)
    made = {number: inliner.data(number, MAX_LEVELS) for number in hashes if number in rows}
    return {number: data for number, data in made.items() if data}


class _Inliner:
    def __init__(self, store: Store, rows: dict[str, Asset]) -> None:
        self._store, self._rows = store, rows
        self._room = MAX_INLINED_BYTES

    def data(self, number: str, levels: int) -> str | None:
        """Return the file as an address of its own; None past the limits, or where its bytes are gone."""
        asset = self._rows.get(number)
        if asset is None or not levels or asset.bytes > self._room:
            return None
        try:
            body = self._store.objects.get(key_of(asset.content))
        except ObjectMissing:
            return None
        if asset.kind == CSS:
            text = body.decode("utf-8", "replace")
            body = rewrite_css(text, asset.base, lambda url: self.data(hash_of(url), levels - 1)).encode()
        self._room -= len(body)
        return f"data:{asset.kind};base64,{base64.b64encode(body).decode()}"
