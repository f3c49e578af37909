"""Compact: what is kept of finished sessions, made as small as it gets: each one whole, with its site's dictionary.

A site's first dictionary is made of its first sessions that wait together; a newer one takes over where sessions
compress worse than they did and the new one pays for itself in the round at hand. Older ones stay as long as a session
needs them. A few sessions alone are kept without a dictionary after a day.
"""

import logging
from collections import defaultdict
from typing import Final, NamedTuple

import sqlalchemy as sa

from playhead.store import Store, work
from playhead.store.common import common_content
from playhead.store.compaction import Loaded, Waiting, keep, load, release_packs, sites_waiting, waiting
from playhead.store.dictionaries import (
    Dictionary,
    DictionaryError,
    encode_dictionary,
    newest,
    release_dictionaries,
    save_dictionary,
)
from playhead.store.segments import let_go
from playhead.store.tables import dictionaries
from playhead.store.zstd import content_of

REST_MS: Final = 600_000  # a session that was heard of since may go on; those who were there together wait together
ALONE_MS: Final = 24 * 3_600_000
UNWATCHED_MS: Final = 24 * 3_600_000  # segments that nobody used for so long are made anew when somebody does
ROUND: Final = 24  # sessions in memory at once …
ROUND_BYTES: Final = 48 << 20  # … and at most about this much of their JSON
ENOUGH: Final = 8  # sessions for a first dictionary, of …
VISITORS: Final = 3  # … as many visitors
RENEW_FROM: Final = 16
WORSE: Final = 1.25

log = logging.getLogger(__name__)


class Compacted(NamedTuple):
    sessions: int = 0
    json_bytes: int = 0
    bytes: int = 0
    packs: int = 0  # deleted or written anew


def compact(store: Store, owner: str, *, rest_ms: int = REST_MS, alone_ms: int = ALONE_MS) -> Compacted:
    """One round for each site that has sessions waiting; safe to repeat and to be killed in the middle."""
    done = Compacted()
    for site in sites_waiting(store):
        with work.alone(store.index, owner, f"compact {site}", now_ms=store.now_ms()) as mine:
            if mine:
                done = Compacted(*map(sum, zip(done, _round(store, site, rest_ms, alone_ms), strict=True)))
    with work.alone(store.index, owner, "release", now_ms=store.now_ms()) as mine:
        if mine:
            done = done._replace(packs=release_packs(store))
            release_dictionaries(store.objects, store.index, now_ms=store.now_ms())
            while let_go(store.objects, store.index, before_ms=store.now_ms() - UNWATCHED_MS):
                pass
    return done


def _round(store: Store, site: str, rest_ms: int, alone_ms: int) -> Compacted:
    found = waiting(store, site, rest_ms=rest_ms, limit=ROUND)
    if not found:
        return Compacted()
    dictionary = _current(store, site)
    few = len(found) < ENOUGH or len({item.visitor for item in found}) < VISITORS
    if dictionary is None and few:
        found = [item for item in found if item.last_received_ms < store.now_ms() - alone_ms]
    loaded = _load(store, found)
    if not loaded:
        return Compacted()
    if dictionary is None and not few:
        dictionary = _made(store, site, found, loaded)
    dictionary, sizes = _better(store, site, found, loaded, dictionary)
    kept = [(item, keep(store, item, dictionary)) for item in loaded.values()]
    done = [(item.size, size) for item, size in kept if size]
    if dictionary is not None and sizes is not None:
        _note_ratio(store, dictionary.key, sizes)
    return Compacted(len(done), sum(size for size, _ in done), sum(size for _, size in done))


def _load(store: Store, found: list[Waiting]) -> dict[str, Loaded]:
    loaded: dict[str, Loaded] = {}
    left = ROUND_BYTES
    for item in found:
        if left > 0 and (read := load(store, item.session)):
            loaded[item.session] = read
            left -= read.size
    return loaded


def _current(store: Store, site: str) -> Dictionary | None:
    key = newest(store.index, site)
    try:
        # a content of its own: what zstd makes of it for compressing (some 30 MB) goes with the round
        return Dictionary(key, content_of(store.log.dictionaries.get(key).content.dict_content)) if key else None
    except DictionaryError as error:
        log.error("site %s gets a new dictionary: %s", site, error)
        return None


def _content(found: list[Waiting], loaded: dict[str, Loaded]) -> bytes:
    texts: defaultdict[str, list[bytes]] = defaultdict(list)
    for item in found:
        if item.session in loaded and loaded[item.session].shaped.shape:
            texts[item.visitor].append(loaded[item.session].shaped.text)
    return common_content(texts)


def _made(store: Store, site: str, found: list[Waiting], loaded: dict[str, Loaded]) -> Dictionary | None:
    content = _content(found, loaded)
    made_ms = store.now_ms()
    return save_dictionary(store.objects, store.index, content, site=site, made_ms=made_ms) if content else None


def _better(
    store: Store, site: str, found: list[Waiting], loaded: dict[str, Loaded], present: Dictionary | None
) -> tuple[Dictionary | None, float | None]:
    """Return the dictionary to use and the ratio to note with it: a new one where, its own bytes included, it pays."""
    if present is None or len(loaded) < RENEW_FROM:
        return present, None
    with store.index.read() as connection:
        noted = connection.execute(sa.select(dictionaries.c.ratio).where(dictionaries.c.key == present.key)).scalar()
    json_bytes = sum(item.size for item in loaded.values())
    size = _size(loaded, present)
    if not noted or size / json_bytes <= noted * WORSE:
        return present, None if noted and noted <= size / json_bytes else size / json_bytes
    content = _content(found, loaded)
    if not content:
        return present, size / json_bytes
    own = len(encode_dictionary(content, site=site, made_ms=0)[1])
    new = _size(loaded, Dictionary("new", content_of(content)))
    if new + own >= size:
        return present, size / json_bytes  # so that it is not tried again for the same sessions
    made = save_dictionary(store.objects, store.index, content, site=site, made_ms=store.now_ms())
    return made, new / json_bytes


def _size(loaded: dict[str, Loaded], dictionary: Dictionary) -> int:
    return sum(len(item.shaped.encode(made_ms=0, dictionary=dictionary)[0]) for item in loaded.values())


def _note_ratio(store: Store, key: str, ratio: float) -> None:
    with store.index.write(rebuildable=True) as connection:
        connection.execute(sa.update(dictionaries).where(dictionaries.c.key == key).values(ratio=ratio))
